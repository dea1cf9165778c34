//! What of a server can be drawn and observed.

use super::messages::{SyncHow, Vote};
use super::server::{Role, ZkServer};
use super::sessions::Attachment;
use super::txn::Txn;
use super::types::*;
use super::znode_tree::ZnodeTree;
use crate::ids::*;
use crate::time::SimTime;

/// A server's place in its ensemble (`QuorumPeer.ServerState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServerRole {
    /// It takes part in an election.
    Looking,
    /// It has a leader, whether that one leads or not.
    Following,
    /// It leads, whether others follow or not.
    Leading,
    /// The only server of its ensemble.
    Standalone,
}

/// What a server that has a role, and does not serve yet, is waiting for (`QuorumPeer.ZabState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JoinStage {
    /// A follower has no connection to its leader yet.
    FindingLeader,
    /// The new epoch is agreed on: FOLLOWERINFO, LEADERINFO, ACKEPOCH.
    Discovery,
    /// The history is brought into line; the follower knows how.
    Synchronising(Option<SyncHow>),
    /// NEWLEADER is acknowledged; UPTODATE has not come.
    Synced,
}

impl ZkServer {
    /// `myid`
    pub fn id(&self) -> u16 {
        self.id
    }

    /// As it was configured, like every server of the ensemble.
    pub fn config(&self) -> &EnsembleConfig {
        &self.config
    }

    /// None while the process is down.
    pub fn role(&self) -> Option<ServerRole> {
        match &self.role {
            Role::Down => None,
            Role::Looking(_) => Some(ServerRole::Looking),
            Role::Following(_) => Some(ServerRole::Following),
            Role::Leading(_) if self.is_standalone() => Some(ServerRole::Standalone),
            Role::Leading(_) => Some(ServerRole::Leading),
        }
    }

    /// The server that it follows.
    pub fn followed(&self) -> Option<u16> {
        match &self.role {
            Role::Following(following) => Some(following.leader),
            Role::Looking(_) | Role::Leading(_) | Role::Down => None,
        }
    }

    /// It answers clients.
    pub fn is_serving(&self) -> bool {
        match &self.role {
            Role::Leading(leading) => leading.serving,
            Role::Following(following) => following.serving,
            Role::Looking(_) | Role::Down => false,
        }
    }

    /// `currentEpoch`: that of the newest leader that it followed to the end.
    pub fn epoch(&self) -> u32 {
        self.disk.current_epoch
    }

    /// The newest transaction it has logged, committed or not.
    pub fn last_logged(&self) -> Zxid {
        self.disk.last_logged()
    }

    /// What it has received and not logged yet.
    pub fn unlogged(&self) -> impl Iterator<Item = Zxid> {
        self.disk.unlogged()
    }

    /// Whether this transaction is on its disk, in the log or in the snapshot before it.
    pub(crate) fn has_logged(&self, zxid: Zxid) -> bool {
        self.disk.has_logged(zxid)
    }

    /// What it received after this zxid, as far as its log reaches back.
    pub fn received_after(&self, zxid: Zxid) -> impl Iterator<Item = &Txn> {
        self.disk.after(zxid).map(|txn| &**txn)
    }

    /// The newest transaction it has applied.
    pub fn last_zxid(&self) -> Zxid {
        self.applied
    }

    /// How many transactions it has applied after this one, as far back as its log goes.
    pub(crate) fn applied_after(&self, zxid: Zxid) -> u32 {
        self.disk.after(zxid).take_while(|txn| txn.zxid <= self.applied).count() as u32
    }

    /// What it has applied.
    pub fn tree(&self) -> &ZnodeTree {
        &self.tree
    }

    /// Its vote, while it looks for a leader.
    pub fn ballot(&self) -> Option<Vote> {
        match &self.role {
            Role::Looking(election) => Some(election.vote),
            _ => None,
        }
    }

    /// While it looks for a leader: how many of this round's votes are the same as its own, and how many it needs.
    pub(crate) fn votes_for_ballot(&self) -> Option<(u16, u16)> {
        match &self.role {
            Role::Looking(election) => Some((election.supporters() as u16, self.quorum() as u16)),
            _ => None,
        }
    }

    /// How far a server with a role has come before it serves.
    pub fn joining(&self) -> Option<JoinStage> {
        match &self.role {
            Role::Leading(leading) => leading.stage(),
            Role::Following(following) => following.stage(),
            Role::Looking(_) | Role::Down => None,
        }
    }

    /// The round of the election it takes part in.
    pub fn round_of_election(&self) -> Option<u64> {
        match &self.role {
            Role::Looking(election) => Some(election.round),
            _ => None,
        }
    }

    /// Sessions whose clients are connected to this server.
    pub fn attached(&self) -> impl Iterator<Item = (SessionId, NodeId)> {
        self.attached.values().filter_map(|attached| match attached.attachment {
            Attachment::Open(session) => Some((session, attached.client)),
            _ => None,
        })
    }

    /// At the leader: when each session was last heard of.
    pub fn heard(&self) -> impl Iterator<Item = (SessionId, SimTime)> {
        let heard = match &self.role {
            Role::Leading(leading) => Some(leading.heard.iter().map(|(session, at)| (*session, at.0))),
            _ => None,
        };
        heard.into_iter().flatten()
    }

    /// At the leader: the server to which a session's client is connected.
    pub fn server_of(&self, session: SessionId) -> Option<u16> {
        match &self.role {
            Role::Leading(leading) => leading.owners.get(&session).copied().filter(|server| *server != 0),
            _ => None,
        }
    }

    /// At the leader: what waits for its majority, and who has logged it.
    pub(crate) fn outstanding(&self) -> impl Iterator<Item = (Zxid, Vec<u16>)> {
        let outstanding = match &self.role {
            Role::Leading(leading) => {
                Some(leading.outstanding.iter().map(|out| (out.txn.zxid, out.acks.iter().copied().collect())))
            }
            _ => None,
        };
        outstanding.into_iter().flatten()
    }

    /// (path, is a child watch, client).
    pub fn watchers(&self) -> impl Iterator<Item = (&ZPath, bool, NodeId)> {
        self.watches.iter().map(|(path, child, conn)| (path, child, conn.client))
    }
}
