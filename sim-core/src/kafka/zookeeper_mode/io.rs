//! What the parts of ZooKeeper mode reach the outside with, and how they know their own answers again.

use crate::boundary::Outbox;
use crate::ids::*;
use crate::kafka::config::BrokerConfig;
use crate::zookeeper::{ZkClient, ZkOp};

/// The outside, with the session, lent to one part of ZooKeeper mode while it handles one input.
pub(super) struct Io<'a> {
    pub(super) id: BrokerId,
    pub(super) config: &'a BrokerConfig,
    pub(super) zk: &'a mut ZkClient,
    pub(super) out: &'a mut Outbox,
}

impl Io<'_> {
    pub(super) fn submit(&mut self, tag: Tag, op: ZkOp) {
        self.zk.submit(tag.code(), op, self.out);
    }
}

/// Whose ZooKeeper operation an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// The n-th operation of the controller's current round.
    Controller {
        round: u32,
        index: u16,
    },
    /// The leader's write of the ISR of its n-th replica, and the look at what is there instead.
    IsrWrite(u32),
    IsrReadBack(u32),
    /// The settings of the n-th topic that this broker hosts.
    TopicConfig(u32),
    Registration,
    /// A read of /controller on the way to a controlled shutdown.
    Shutdown,
    /// Automatic creation of the n-th topic asked for.
    AutoCreate(u32),
}

impl Tag {
    pub(super) fn code(self) -> u64 {
        match self {
            Tag::Controller { round, index } => (1 << 56) | (u64::from(round) << 16) | u64::from(index),
            Tag::IsrWrite(n) => (2 << 56) | u64::from(n),
            Tag::IsrReadBack(n) => (3 << 56) | u64::from(n),
            Tag::TopicConfig(n) => (4 << 56) | u64::from(n),
            Tag::Registration => 5 << 56,
            Tag::Shutdown => 6 << 56,
            Tag::AutoCreate(n) => (7 << 56) | u64::from(n),
        }
    }

    pub(super) fn of(code: u64) -> Option<Tag> {
        let n = code as u32;
        Some(match code >> 56 {
            1 => Tag::Controller { round: (code >> 16) as u32, index: code as u16 },
            2 => Tag::IsrWrite(n),
            3 => Tag::IsrReadBack(n),
            4 => Tag::TopicConfig(n),
            5 => Tag::Registration,
            6 => Tag::Shutdown,
            7 => Tag::AutoCreate(n),
            _ => return None,
        })
    }
}
