//! What comes next for a tool that writes into ZooKeeper step by step.

use super::facts::AdminError;
use crate::zookeeper::ZkOp;

/// What comes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// This is to be asked of ZooKeeper.
    Next(ZkOp),
    Done,
    Failed(AdminError),
}
