//! What ZooKeeper's servers say to each other and to their clients.

use super::txn::{Txn, Write};
use super::types::*;
use super::znode_tree::ZnodeTree;
use crate::about::{About, FlightKind};
use crate::fact::named_field;
use crate::ids::*;
use std::sync::Arc;

/// Client to server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkRequest {
    /// A new session (`session` 0) or the return to one. The server refuses a client that has seen a
    /// later zxid than the server itself.
    Connect {
        session: SessionId,
        timeout_ms: u32,
        last_zxid_seen: Zxid,
    },
    Op {
        xid: u32,
        op: Arc<ZkOp>,
    },
    /// The client's watches, after a reconnect.
    SetWatches {
        relative_zxid: Zxid,
        data: Vec<ZPath>,
        exist: Vec<ZPath>,
        child: Vec<ZPath>,
    },
    Ping,
    Close,
}

/// Server to client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkResponse {
    /// `timeout_ms` 0: the session has expired.
    Connected {
        session: SessionId,
        timeout_ms: u32,
    },
    Reply {
        xid: u32,
        zxid: Zxid,
        result: ZkResult,
    },
    Watch {
        event: WatchEvent,
        path: ZPath,
    },
    /// The watches of a client that came back are set, or were fired.
    WatchesSet {
        zxid: Zxid,
    },
    Pong,
}

/// A vote: the proposed leader, with what speaks for it. The order is that of
/// `FastLeaderElection.totalOrderPredicate`: epoch, then zxid, then id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vote {
    /// `peerEpoch`: the epoch of the newest leader that the proposed server has followed.
    pub epoch: u32,
    /// The newest transaction in its log.
    pub zxid: Zxid,
    /// Its `myid`.
    pub leader: u16,
}

/// What a server says of itself in a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoterState {
    Looking,
    Following,
    Leading,
}

/// How a learner is brought to the leader's state (`LearnerHandler.syncFollower`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyncHow {
    /// `DIFF`: the transactions that it lacks.
    Diff,
    /// `TRUNC`: it drops what the leader does not know.
    Trunc,
    /// `SNAP`: the whole tree.
    Snap,
}

impl SyncHow {
    /// All of them.
    pub const ALL: [SyncHow; 3] = [SyncHow::Diff, SyncHow::Trunc, SyncHow::Snap];

    /// As in `Leader` and `Learner`.
    pub const fn name(self) -> &'static str {
        match self {
            SyncHow::Diff => "DIFF",
            SyncHow::Trunc => "TRUNC",
            SyncHow::Snap => "SNAP",
        }
    }
}

named_field!(SyncHow);

/// Server to server, by the names of `Leader`'s packet types.
#[expect(missing_docs, reason = "packets and their fields are named as in `Leader`, `Learner` and `QuorumPacket`")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QuorumMessage {
    // Election.
    Notification {
        vote: Vote,
        round: u64,
        state: VoterState,
    },
    // Discovery.
    FollowerInfo {
        accepted_epoch: u32,
    },
    LeaderInfo {
        epoch: u32,
    },
    /// No current epoch: this epoch was promised before, it does not count again.
    AckEpoch {
        current_epoch: Option<u32>,
        last_zxid: Zxid,
    },
    // Synchronisation: DIFF, TRUNC or SNAP with the transactions that follow, then NEWLEADER.
    Sync {
        how: SyncHow,
        keep_up_to: Zxid,
        snapshot: Option<Box<ZnodeTree>>,
        committed: Vec<Arc<Txn>>,
    },
    NewLeader {
        epoch: u32,
    },
    AckNewLeader {
        epoch: u32,
    },
    UpToDate,
    // Broadcast.
    Proposal(Arc<Txn>),
    Ack {
        zxid: Zxid,
    },
    Commit {
        zxid: Zxid,
    },
    /// A learner's client wants a write.
    Request {
        session: SessionId,
        xid: u32,
        write: Arc<Write>,
    },
    SyncRequest {
        session: SessionId,
        xid: u32,
    },
    /// Everything outstanding when the request came is committed.
    SyncReply {
        session: SessionId,
        xid: u32,
    },
    Revalidate {
        session: SessionId,
    },
    /// 0: it has expired.
    Revalidated {
        session: SessionId,
        timeout_ms: u32,
    },
    Ping,
    /// The sessions that the learner has heard of since the last one.
    PingReply {
        touched: Vec<SessionId>,
    },
}

impl ZkRequest {
    pub(crate) fn about(&self) -> About<'_> {
        let of = |name| About::of(name, FlightKind::ZkRequest);
        match self {
            ZkRequest::Connect { .. } => of("connect"),
            ZkRequest::Op { op, .. } => About::of_znode(op.kind().name(), FlightKind::ZkRequest, op.path()),
            ZkRequest::SetWatches { .. } => of("setWatches"),
            ZkRequest::Ping => About { routine: true, ..About::of("ping", FlightKind::Ping) },
            ZkRequest::Close => of("closeSession"),
        }
    }
}

impl ZkResponse {
    pub(crate) fn about(&self) -> About<'_> {
        let of = |name| About::of(name, FlightKind::ZkResponse);
        match self {
            ZkResponse::Connected { .. } => of("connected"),
            ZkResponse::Reply { .. } => of("reply"),
            ZkResponse::Watch { path, .. } => About::of_znode("notification", FlightKind::Watch, Some(path)),
            ZkResponse::WatchesSet { .. } => of("watches set"),
            ZkResponse::Pong => About { routine: true, ..About::of("pong", FlightKind::Ping) },
        }
    }
}

impl QuorumMessage {
    pub(crate) fn about(&self) -> About<'_> {
        let zab = |name| About::of(name, FlightKind::Zab);
        match self {
            // Servers without a majority go on voting for ever.
            QuorumMessage::Notification { .. } => {
                About { routine: true, ..About::of("Notification", FlightKind::Vote) }
            }
            QuorumMessage::FollowerInfo { .. } => zab("FOLLOWERINFO"),
            QuorumMessage::LeaderInfo { .. } => zab("LEADERINFO"),
            QuorumMessage::AckEpoch { .. } => zab("ACKEPOCH"),
            QuorumMessage::Sync { how, .. } => zab(how.name()),
            QuorumMessage::NewLeader { .. } => zab("NEWLEADER"),
            QuorumMessage::AckNewLeader { .. } => zab("ACK of NEWLEADER"),
            QuorumMessage::UpToDate => zab("UPTODATE"),
            QuorumMessage::Proposal(_) => zab("PROPOSAL"),
            QuorumMessage::Ack { .. } => zab("ACK"),
            QuorumMessage::Commit { .. } => zab("COMMIT"),
            QuorumMessage::Request { .. } => zab("REQUEST"),
            QuorumMessage::SyncRequest { .. } => zab("SYNC request"),
            QuorumMessage::SyncReply { .. } => zab("SYNC"),
            QuorumMessage::Revalidate { .. } => zab("REVALIDATE"),
            QuorumMessage::Revalidated { .. } => zab("REVALIDATE answer"),
            QuorumMessage::Ping => About { routine: true, ..About::of("PING", FlightKind::Ping) },
            QuorumMessage::PingReply { .. } => About { routine: true, ..About::of("PING answer", FlightKind::Ping) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_concerns_a_groups_znodes_names_the_group() {
        let group_of = |path: &str| {
            let watch = ZkResponse::Watch { event: WatchEvent::NodeChildrenChanged, path: path.into() };
            let op = Arc::new(ZkOp::GetData { path: path.into(), watch: false });
            let request = ZkRequest::Op { xid: 1, op };
            let groups = [watch.about().group.map(str::to_owned), request.about().group.map(str::to_owned)];
            assert_eq!(groups[0], groups[1], "{path}: asked and told about the same group");
            groups[0].clone()
        };
        for path in ["/consumers/billing", "/consumers/billing/ids", "/consumers/billing/offsets/orders/0"] {
            assert_eq!(group_of(path).as_deref(), Some("billing"), "{path}");
        }
        for path in ["/consumers", "/consumers/", "/consumersX/billing", "/brokers/ids/1", "/"] {
            assert_eq!(group_of(path), None, "{path}");
        }
    }
}
