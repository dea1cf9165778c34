//! The leader (`Leader`, `LearnerHandler`): gathers a quorum behind a new epoch, brings its followers up to date,
//! and keeps count of them. What it proposes and commits is in [`super::broadcast`].

use super::accessors::JoinStage;
use super::facts::ZkFact;
use super::messages::*;
use super::rules;
use super::server::{Role, ZkServer};
use super::timers::ServerTimer;
use super::txn::Txn;
use super::types::ZkError;
use super::znode_tree::ZnodeTree;
use crate::boundary::{Delay, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::never;
use crate::net::ConnId;
use crate::sorted::{SortedMap, SortedSet};
use crate::time::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// How far a learner has come in joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Joining {
    /// FOLLOWERINFO came.
    Introduced,
    /// ACKEPOCH came.
    AcceptedEpoch { last_zxid: Zxid },
    /// History and NEWLEADER were sent; proposals follow.
    Syncing,
    /// NEWLEADER was acknowledged.
    Synced,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Learner {
    pub(super) server: u16,
    joining: Joining,
    accepted_epoch: u32,
    /// Half ticks since something was heard of it.
    silent_half_ticks: u32,
}

/// A transaction that waits for its quorum.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Outstanding {
    pub(super) txn: Arc<Txn>,
    pub(super) acks: SortedSet<u16>,
    pub(super) cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Leading {
    pub(super) round: u64,
    pub(super) vote: Vote,
    /// 0 until a quorum has introduced itself.
    pub(super) epoch: u32,
    pub(super) serving: bool,
    learners: SortedMap<ConnId, Learner>,
    pub(super) outstanding: VecDeque<Outstanding>,
    /// The state as it will be when everything outstanding is applied.
    pub(super) ahead: ZnodeTree,
    pub(super) last_proposed: Zxid,
    /// Syncs that wait for what was outstanding when they came: (last outstanding, server, session, xid).
    pub(super) syncs: Vec<(Zxid, u16, SessionId, u32)>,
    /// The server to which each session's client is connected.
    pub(super) owners: SortedMap<SessionId, u16>,
    pub(super) heard: SortedMap<SessionId, Recorded<SimTime>>,
    odd_half_tick: bool,
    /// The servers that promised this epoch to this leader.
    promises: SortedSet<u16>,
    /// Why a follower was lost last.
    lost_because: Cause,
}

impl Leading {
    pub(super) fn forget_learner(&mut self, conn: ConnId, because: Cause) {
        if self.learners.remove(&conn).is_some() {
            self.lost_because = because;
        }
    }

    fn count(&self, reached: impl Fn(&Joining) -> bool) -> usize {
        // The leader counts as one of its own learners.
        1 + self.learners.values().filter(|learner| reached(&learner.joining)).count()
    }

    /// `SessionTrackerImpl.checkSession`: a session has one server, and what comes through another is refused.
    /// After a change of leader the first server that a session comes through is taken at its word.
    pub(super) fn check_session(&mut self, session: SessionId, server: u16) -> Result<(), ZkError> {
        if self.ahead.session(session).is_none() {
            return Err(ZkError::SessionExpired);
        }
        let owner = *self.owners.or_insert_with(session, || server);
        if owner == server { Ok(()) } else { Err(ZkError::SessionMoved) }
    }

    pub(super) fn stage(&self) -> Option<JoinStage> {
        match (self.serving, self.epoch) {
            (true, _) => None,
            (false, 0) => Some(JoinStage::Discovery),
            (false, _) => Some(JoinStage::Synchronising(None)),
        }
    }

    pub(super) fn conn_of_server(&self, server: u16) -> Option<ConnId> {
        self.learners.iter().find(|(_, learner)| learner.server == server).map(|(conn, _)| *conn)
    }

    pub(super) fn send_to_followers(&self, message: &QuorumMessage, out: &mut Outbox) {
        for (conn, learner) in &self.learners {
            if learner.joining >= Joining::Syncing {
                out.send(*conn, Message::Quorum(message.clone()));
            }
        }
    }
}

impl ZkServer {
    pub(super) fn lead(&mut self, out: &mut Outbox) {
        let (round, vote) = match &self.role {
            Role::Looking(election) => (election.round, election.vote),
            Role::Down | Role::Following(_) | Role::Leading(_) => return,
        };
        self.stop_looking(out);
        self.become_leading(round, vote);
        out.note_and_go_on(ZkFact::Leading { epoch: self.disk.accepted_epoch });
        let init_ms = u64::from(self.config.init_limit) * u64::from(self.config.tick_ms);
        out.arm(Timer::Zk(ServerTimer::InitLimit), Delay::ms(init_ms));
    }

    /// The only server of its ensemble: no epoch, no votes (`ZooKeeperServerMain`).
    pub(super) fn lead_alone(&mut self, out: &mut Outbox) {
        let vote = Vote { epoch: 0, zxid: self.disk.last_logged(), leader: self.id };
        self.become_leading(0, vote);
        self.start_serving(out);
    }

    fn become_leading(&mut self, round: u64, vote: Vote) {
        self.role = Role::Leading(Leading {
            round,
            vote,
            epoch: 0,
            serving: false,
            learners: SortedMap::new(),
            outstanding: VecDeque::new(),
            ahead: self.tree.clone(),
            last_proposed: self.disk.last_logged(),
            syncs: Vec::new(),
            owners: SortedMap::new(),
            heard: SortedMap::new(),
            odd_half_tick: false,
            promises: SortedSet::new(),
            lost_because: Recorded(None),
        });
    }

    /// What a role leaves behind when it ends.
    pub(super) fn leave_role(&mut self, out: &mut Outbox) {
        if rules::clients_need_a_leader() {
            self.drop_all_clients(out);
        }
        for timer in [
            ServerTimer::ElectionPoll,
            ServerTimer::ElectionFinalize,
            ServerTimer::RetryLeader,
            ServerTimer::LeaderSilent,
            ServerTimer::HalfTick,
            ServerTimer::InitLimit,
            ServerTimer::Fsync,
        ] {
            out.disarm(Timer::Zk(timer));
        }
        match &self.role {
            Role::Leading(leading) => {
                // Without a leader nobody expires sessions.
                for session in leading.heard.keys().filter(|_| !rules::may_expire(false)) {
                    out.disarm(Timer::Zk(ServerTimer::Expiry(*session)));
                }
                for conn in leading.learners.keys() {
                    out.close(*conn);
                }
            }
            Role::Following(following) => following.hang_up(out),
            Role::Looking(_) | Role::Down => {}
        }
    }

    pub(super) fn on_learner(&mut self, conn: ConnId, message: QuorumMessage, out: &mut Outbox) {
        let NodeId::Zk(server) = conn.client else {
            never!("learners are servers");
            return;
        };
        let Role::Leading(leading) = &mut self.role else {
            never!("only a leader has learners");
            return;
        };
        // A server is a learner once it has introduced itself.
        if let Some(learner) = leading.learners.get_mut(&conn) {
            learner.silent_half_ticks = 0;
        }
        match message {
            QuorumMessage::FollowerInfo { accepted_epoch } => {
                // A newer line of the same server replaces the older.
                leading.learners.retain(|_, learner| learner.server != server);
                let learner = Learner { server, joining: Joining::Introduced, accepted_epoch, silent_half_ticks: 0 };
                leading.learners.insert(conn, learner);
                self.on_introduction(conn, out);
            }
            QuorumMessage::AckEpoch { current_epoch, last_zxid } => {
                let ours = (self.disk.current_epoch, self.disk.last_logged());
                if !leading.serving && current_epoch.is_some_and(|epoch| (epoch, last_zxid) > ours) {
                    // A follower knows more than its leader would (`Leader.waitForEpochAck`).
                    self.look(out);
                    return;
                }
                if let Some(learner) = leading.learners.get_mut(&conn) {
                    learner.joining = Joining::AcceptedEpoch { last_zxid };
                    if current_epoch.is_some() {
                        leading.promises.insert(server);
                    }
                }
                self.on_epoch_accepted(out);
            }
            QuorumMessage::AckNewLeader { .. } => {
                if let Some(learner) = leading.learners.get_mut(&conn) {
                    learner.joining = Joining::Synced;
                }
                if leading.serving {
                    out.send(conn, Message::Quorum(QuorumMessage::UpToDate));
                } else if leading.count(|joining| *joining == Joining::Synced) >= self.quorum() {
                    self.start_serving(out);
                }
            }
            QuorumMessage::Ack { zxid } => self.on_ack(server, zxid, out),
            QuorumMessage::Request { session, xid, write } => self.propose_for(server, session, xid, &write, out),
            QuorumMessage::SyncRequest { session, xid } => self.on_sync_request(server, session, xid, out),
            QuorumMessage::Revalidate { session } => {
                let timeout_ms = self.revalidate(server, session, out);
                out.send(conn, Message::Quorum(QuorumMessage::Revalidated { session, timeout_ms }));
            }
            QuorumMessage::PingReply { touched } => {
                for session in touched {
                    self.track(session, out);
                }
            }
            // What a leader says; of one that looks for itself or has been replaced it may come late.
            QuorumMessage::Notification { .. }
            | QuorumMessage::LeaderInfo { .. }
            | QuorumMessage::Sync { .. }
            | QuorumMessage::NewLeader { .. }
            | QuorumMessage::UpToDate
            | QuorumMessage::Proposal(_)
            | QuorumMessage::Commit { .. }
            | QuorumMessage::SyncReply { .. }
            | QuorumMessage::Revalidated { .. }
            | QuorumMessage::Ping => {}
        }
    }

    /// Discovery: with a quorum's promises the new epoch is one above all that were given before.
    fn on_introduction(&mut self, conn: ConnId, out: &mut Outbox) {
        let quorum = self.quorum();
        let own = self.disk.accepted_epoch;
        let Role::Leading(leading) = &mut self.role else {
            never!("only a leader gets here");
            return;
        };
        if leading.epoch > 0 {
            let epoch = leading.epoch;
            out.send(conn, Message::Quorum(QuorumMessage::LeaderInfo { epoch }));
            return;
        }
        if leading.count(|_| true) < quorum {
            return;
        }
        let promised = leading.learners.values().map(|learner| learner.accepted_epoch).max().unwrap_or(0).max(own);
        let epoch = promised + 1;
        leading.epoch = epoch;
        for conn in leading.learners.keys() {
            out.send(*conn, Message::Quorum(QuorumMessage::LeaderInfo { epoch }));
        }
        self.disk.accepted_epoch = epoch;
    }

    /// Synchronisation begins when a quorum has accepted the epoch.
    fn on_epoch_accepted(&mut self, out: &mut Outbox) {
        let quorum = self.quorum();
        let Role::Leading(leading) = &mut self.role else {
            never!("only a leader gets here");
            return;
        };
        // The leader has promised it to itself (`Leader.waitForEpochAck`).
        if leading.promises.len() + 1 < quorum {
            return;
        }
        self.disk.current_epoch = leading.epoch;
        let ready: Vec<(ConnId, Zxid)> = leading
            .learners
            .iter()
            .filter_map(|(conn, learner)| match learner.joining {
                Joining::AcceptedEpoch { last_zxid } => Some((*conn, last_zxid)),
                _ => None,
            })
            .collect();
        for (conn, last_zxid) in ready {
            self.sync_learner(conn, last_zxid, out);
        }
    }

    /// `LearnerHandler.syncFollower`: what the learner has too much is cut, what it lacks is sent; where the
    /// log does not reach back, it gets everything.
    fn sync_learner(&mut self, conn: ConnId, theirs: Zxid, out: &mut Outbox) {
        let applied = self.applied;
        let Role::Leading(leading) = &mut self.role else {
            never!("only a leader gets here");
            return;
        };
        let (how, keep_up_to, snapshot, committed) = if self.disk.reaches_back_to(theirs) {
            let common = self.disk.last_common(theirs.min(applied));
            let missing = self.disk.after(common).take_while(|txn| txn.zxid <= applied).cloned().collect();
            let how = if common < theirs { SyncHow::Trunc } else { SyncHow::Diff };
            (how, rules::last_that_a_learner_keeps(common, theirs), None, missing)
        } else {
            (SyncHow::Snap, applied, Some(Box::new(self.tree.clone())), Vec::new())
        };
        let epoch = leading.epoch;
        // What is cut there is on that server's disk no more until it acknowledges it again. (The real leader goes
        // on counting the old word; the model checker found how that commits without a majority.)
        if let Some(learner) = leading.learners.get(&conn) {
            for outstanding in leading.outstanding.iter_mut().filter(|_| rules::cut_txns_are_not_acknowledged()) {
                outstanding.acks.remove(&learner.server);
            }
        }
        out.send(conn, Message::Quorum(QuorumMessage::Sync { how, keep_up_to, snapshot, committed }));
        for outstanding in &leading.outstanding {
            out.send(conn, Message::Quorum(QuorumMessage::Proposal(outstanding.txn.clone())));
        }
        out.send(conn, Message::Quorum(QuorumMessage::NewLeader { epoch }));
        if let Some(learner) = leading.learners.get_mut(&conn) {
            learner.joining = Joining::Syncing;
        }
    }

    fn start_serving(&mut self, out: &mut Outbox) {
        let alone = self.is_standalone();
        let half_tick = Span::us(self.tick_us() / 2);
        self.start_sessions_anew();
        let sessions: Vec<SessionId> = self.tree.sessions().map(|(session, _)| session).collect();
        let Role::Leading(leading) = &mut self.role else {
            never!("only a leader gets here");
            return;
        };
        leading.serving = true;
        // What the new leader had logged is committed by the quorum that took it over.
        leading.ahead = self.tree.clone();
        leading.last_proposed = if alone { self.disk.last_logged() } else { Zxid::new(leading.epoch, 0) };
        let epoch = leading.epoch;
        out.disarm(Timer::Zk(ServerTimer::InitLimit));
        out.note_and_go_on(ZkFact::LeaderServing { epoch, zxid: self.applied });
        self.note_what_is_carried_on(out);
        let Role::Leading(leading) = &mut self.role else {
            never!("only a leader gets here");
            return;
        };
        for (conn, learner) in &leading.learners {
            if learner.joining == Joining::Synced {
                out.send(*conn, Message::Quorum(QuorumMessage::UpToDate));
            }
        }
        // `SessionTrackerImpl` of a new leader gives every session a full timeout.
        for session in sessions.into_iter().filter(|_| rules::new_leaders_track_sessions()) {
            self.track(session, out);
        }
        if !alone {
            out.arm(Timer::Zk(ServerTimer::HalfTick), Delay::exactly(half_tick));
        }
    }

    /// Transactions that the new leader had logged without hearing of their commit are committed with its history.
    fn note_what_is_carried_on(&mut self, out: &mut Outbox) {
        let heard = self.heard_committed.0;
        for zxid in self.disk.after(heard).map(|txn| txn.zxid).collect::<Vec<_>>() {
            out.note(ZkFact::UncommittedKept { zxid });
        }
        self.heard_committed.0 = heard.max(self.applied);
    }

    /// Session ids made from here on differ from all that were made before: the epoch that is served and the
    /// newest zxid logged are in them. (The real ones hold a clock reading.)
    pub(super) fn start_sessions_anew(&mut self) {
        let epoch = match &self.role {
            Role::Leading(leading) => leading.epoch,
            _ => self.disk.current_epoch,
        };
        let last = self.disk.last_logged();
        let base = (u64::from(epoch & 0xff) << 48)
            | (u64::from(last.epoch() & 0xff) << 40)
            | (u64::from(last.counter() & 0xff_ffff) << 16);
        self.next_session = base;
    }

    /// The timeout of a session that still lives: its client is now connected to this server. 0 for one that
    /// is over or about to be.
    pub(super) fn revalidate(&mut self, server: u16, session: SessionId, out: &mut Outbox) -> u32 {
        let Role::Leading(leading) = &mut self.role else { return 0 };
        if !rules::may_come_back(leading.ahead.session(session).is_some()) {
            return 0;
        }
        // Its end is applied already.
        let Some(timeout_ms) = self.tree.session(session).map(|known| known.timeout_ms) else { return 0 };
        leading.owners.insert(session, server);
        self.track(session, out);
        out.note(ZkFact::SessionRevalidated { session, server });
        timeout_ms
    }

    /// Whether a transaction that closes this session is under way (`SessionTrackerImpl.setSessionClosing`).
    pub(super) fn is_closing(&self, session: SessionId) -> bool {
        matches!(&self.role, Role::Leading(leading) if leading.ahead.session(session).is_none())
    }

    /// `Leader.lead`: a ping each half tick; each full tick it counts the servers that were heard within syncLimit.
    pub(super) fn half_tick(&mut self, out: &mut Outbox) {
        let quorum = self.quorum();
        let (half_tick, silent_max) = (Span::us(self.tick_us() / 2), self.config.sync_limit * 2);
        let Role::Leading(leading) = &mut self.role else {
            never!("a leader that gives up disarms its tick");
            return;
        };
        leading.odd_half_tick = !leading.odd_half_tick;
        let mut silent = None;
        let mut given_up = Vec::new();
        for (conn, learner) in leading.learners.iter_mut() {
            learner.silent_half_ticks += 1;
            if learner.silent_half_ticks > silent_max && learner.joining == Joining::Synced {
                given_up.push(*conn);
            } else if learner.silent_half_ticks > 2 {
                silent = Some(NodeId::Zk(learner.server));
            }
            if learner.joining >= Joining::Syncing {
                out.send(*conn, Message::Quorum(QuorumMessage::Ping));
            }
        }
        // `LearnerHandler`: nothing was read for syncLimit ticks.
        for conn in given_up {
            leading.forget_learner(conn, out.cause());
            out.close(conn);
        }
        if !leading.odd_half_tick {
            let synced = leading.count(|joining| *joining == Joining::Synced);
            if rules::must_give_up(synced, quorum) {
                if leading.lost_because.0.is_some() {
                    out.because(leading.lost_because);
                }
                out.note_and_go_on(ZkFact::QuorumLost { synced: synced as u16 });
                self.look(out);
                return;
            }
        }
        let timer = Timer::Zk(ServerTimer::HalfTick);
        match silent {
            Some(server) => out.arm_awaiting(timer, Delay::exactly(half_tick), server),
            None => out.arm(timer, Delay::exactly(half_tick)),
        }
    }
}
