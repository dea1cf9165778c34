//! The znode tree.

/// The tree of znodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ZnodeTree {}
