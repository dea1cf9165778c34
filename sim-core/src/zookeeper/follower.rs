//! A follower (`Learner`, `Follower`): finds its leader, takes over its history, logs and acknowledges what it
//! proposes, applies what it commits.

use super::accessors::JoinStage;
use super::facts::ZkFact;
use super::messages::*;
use super::rules;
use super::server::{Role, ZkServer};
use super::timers::ServerTimer;
use super::txn::Txn;
use crate::boundary::{Delay, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::never;
use crate::net::{Channel, ConnId};
use crate::sorted::SortedSet;
use std::sync::Arc;

/// `Learner.connectToLeader` gives up after five tries.
const CONNECT_TRIES: u32 = 5;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Following {
    pub(super) leader: u16,
    pub(super) round: u64,
    pub(super) vote: Vote,
    line: Option<ConnId>,
    tries: u32,
    /// NEWLEADER came: its history is ours, from here on proposals are acknowledged.
    joined: bool,
    /// UPTODATE came: clients are served.
    pub(super) serving: bool,
    /// How its history was brought into line with the leader's.
    synced_by: Option<SyncHow>,
    /// Sessions heard of since the leader last asked.
    pub(super) touched: SortedSet<SessionId>,
}

impl Following {
    pub(super) fn send(&self, message: QuorumMessage, out: &mut Outbox) {
        if let Some(line) = self.line {
            out.send(line, Message::Quorum(message));
        }
    }
}

impl Following {
    pub(super) fn stage(&self) -> Option<JoinStage> {
        match (self.serving, self.joined, self.line, self.synced_by) {
            (true, ..) => None,
            (false, true, ..) => Some(JoinStage::Synced),
            (false, false, None, _) => Some(JoinStage::FindingLeader),
            (false, false, Some(_), None) => Some(JoinStage::Discovery),
            (false, false, Some(_), how) => Some(JoinStage::Synchronising(how)),
        }
    }

    pub(super) fn hang_up(&self, out: &mut Outbox) {
        if let Some(line) = self.line {
            out.close(line);
        }
    }
}

impl ZkServer {
    pub(super) fn follow(&mut self, leader: u16, out: &mut Outbox) {
        let (round, vote) = match &self.role {
            Role::Looking(election) => (election.round, election.vote),
            Role::Down | Role::Following(_) | Role::Leading(_) => return,
        };
        self.stop_looking(out);
        self.role = Role::Following(Following {
            leader,
            round,
            vote,
            line: None,
            tries: 0,
            joined: false,
            serving: false,
            synced_by: None,
            touched: SortedSet::new(),
        });
        out.note_and_go_on(ZkFact::Following { leader });
        self.hear_leader(out);
        self.connect_to_leader(out);
    }

    pub(super) fn connect_to_leader(&mut self, out: &mut Outbox) {
        let Role::Following(following) = &mut self.role else {
            never!("only a follower tries to reach its leader");
            return;
        };
        if following.tries >= CONNECT_TRIES {
            self.look(out);
            return;
        }
        following.tries += 1;
        following.line = Some(out.connect(NodeId::Zk(following.leader), Channel::Quorum));
    }

    pub(super) fn on_leader_line_open(&mut self, conn: ConnId, out: &mut Outbox) {
        let accepted_epoch = self.disk.accepted_epoch;
        // It has gone back to the election while the line was being opened.
        let Role::Following(following) = &mut self.role else { return };
        if following.line == Some(conn) {
            following.send(QuorumMessage::FollowerInfo { accepted_epoch }, out);
        }
    }

    pub(super) fn on_leader_line_lost(&mut self, conn: ConnId, out: &mut Outbox) {
        let pause = self.config.version.leader_connect_delay();
        let Role::Following(following) = &mut self.role else {
            never!("only a follower has a leader to lose");
            return;
        };
        // A line to an earlier leader ends late.
        if following.line != Some(conn) {
            return;
        }
        following.line = None;
        if following.serving || following.tries >= CONNECT_TRIES {
            self.look(out);
        } else {
            // It may not lead yet.
            out.arm(Timer::Zk(ServerTimer::RetryLeader), Delay::exactly(pause));
        }
    }

    /// A sign of life of the leader: the next is due within syncLimit (initLimit while joining).
    fn hear_leader(&self, out: &mut Outbox) {
        let Role::Following(following) = &self.role else {
            never!("only a follower has a leader to hear");
            return;
        };
        let ticks = if following.serving { self.config.sync_limit } else { self.config.init_limit };
        let silence_ms = u64::from(ticks) * u64::from(self.config.tick_ms);
        let timer = Timer::Zk(ServerTimer::LeaderSilent);
        out.arm_awaiting(timer, Delay::ms(silence_ms), NodeId::Zk(following.leader));
    }

    pub(super) fn on_leader(&mut self, conn: ConnId, message: QuorumMessage, out: &mut Outbox) {
        let Role::Following(following) = &mut self.role else {
            never!("only a follower hears a leader");
            return;
        };
        // A packet on a line that was replaced comes late.
        if following.line != Some(conn) {
            return;
        }
        match message {
            QuorumMessage::LeaderInfo { epoch } => {
                if epoch < self.disk.accepted_epoch {
                    // A leader of the past: we have promised to follow a later one.
                    self.look(out);
                    return;
                }
                let is_new = epoch > self.disk.accepted_epoch;
                self.disk.accepted_epoch = epoch;
                let ack = QuorumMessage::AckEpoch {
                    current_epoch: is_new.then_some(self.disk.current_epoch),
                    last_zxid: self.disk.last_logged(),
                };
                following.send(ack, out);
            }
            QuorumMessage::Sync { how, keep_up_to, snapshot, committed } => {
                following.synced_by = Some(how);
                self.take_over_history(keep_up_to, snapshot, &committed, out);
            }
            QuorumMessage::NewLeader { epoch } => {
                // Its history, and what was proposed meanwhile, is on disk before it says so
                // (`Learner.syncWithLeader`, as since ZOOKEEPER-4646).
                self.disk.sync();
                out.disarm(Timer::Zk(ServerTimer::Fsync));
                self.disk.current_epoch = epoch;
                following.joined = true;
                following.send(QuorumMessage::AckNewLeader { epoch }, out);
                for txn in self.disk.after(self.applied) {
                    following.send(QuorumMessage::Ack { zxid: txn.zxid }, out);
                }
            }
            QuorumMessage::UpToDate => {
                following.serving = true;
                let (leader, how) = (following.leader, following.synced_by.unwrap_or(SyncHow::Diff));
                self.start_sessions_anew();
                out.note_and_go_on(ZkFact::FollowerSynced { leader, how, zxid: self.applied });
            }
            QuorumMessage::Proposal(txn) => {
                // It may have come with the history already.
                if txn.zxid > self.disk.last_received() {
                    if !rules::logged_before_acknowledged() {
                        following.send(QuorumMessage::Ack { zxid: txn.zxid }, out);
                    }
                    self.receive(txn, out);
                } else if following.joined {
                    following.send(QuorumMessage::Ack { zxid: txn.zxid }, out);
                }
            }
            QuorumMessage::Commit { zxid } => self.commit_up_to(zxid, out),
            QuorumMessage::SyncReply { session, xid } => self.on_synced(session, xid, out),
            QuorumMessage::Revalidated { session, timeout_ms } => self.on_revalidated(session, timeout_ms, out),
            QuorumMessage::Ping => {
                let touched = std::mem::take(&mut following.touched).into_iter().collect();
                following.send(QuorumMessage::PingReply { touched }, out);
            }
            // What a follower says; of one that has become a leader since it may come late.
            QuorumMessage::Notification { .. }
            | QuorumMessage::FollowerInfo { .. }
            | QuorumMessage::AckEpoch { .. }
            | QuorumMessage::AckNewLeader { .. }
            | QuorumMessage::Ack { .. }
            | QuorumMessage::Request { .. }
            | QuorumMessage::SyncRequest { .. }
            | QuorumMessage::Revalidate { .. }
            | QuorumMessage::PingReply { .. } => {}
        }
        self.hear_leader(out);
    }

    fn take_over_history(
        &mut self,
        keep_up_to: Zxid,
        snapshot: Option<Box<super::ZnodeTree>>,
        committed: &[Arc<Txn>],
        out: &mut Outbox,
    ) {
        match snapshot {
            Some(snapshot) => {
                self.disk.replace((*snapshot).clone(), keep_up_to);
                self.tree = *snapshot;
                self.applied = keep_up_to;
            }
            None if self.disk.last_logged() > keep_up_to => {
                for txn in self.disk.truncate(keep_up_to) {
                    out.note(ZkFact::UncommittedCut { zxid: txn.zxid });
                }
                self.load();
            }
            None => {}
        }
        for txn in committed {
            if txn.zxid > self.disk.last_received() {
                self.disk.receive(txn.clone());
            }
        }
        // A history that was taken over is written as a whole, before anything is acknowledged.
        self.disk.sync();
        self.commit_up_to(self.disk.last_logged(), out);
    }

    /// A logged transaction counts for the leader once this server has taken over its history.
    pub(super) fn acknowledge(&self, zxid: Zxid, out: &mut Outbox) {
        if let Role::Following(following) = &self.role
            && following.joined
        {
            following.send(QuorumMessage::Ack { zxid }, out);
        }
    }

    /// Applies what was received, up to this zxid. A commit does not wait for this server's own disk: a majority
    /// has the transaction on theirs (`CommitProcessor`).
    fn commit_up_to(&mut self, zxid: Zxid, out: &mut Outbox) {
        let due: Vec<Arc<Txn>> = self.disk.after(self.applied).take_while(|txn| txn.zxid <= zxid).cloned().collect();
        let because = out.cause();
        for txn in due {
            out.because(because);
            self.apply(&txn, out);
        }
        out.because(because);
    }
}
