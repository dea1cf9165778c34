//! Leader election (`FastLeaderElection`): every server that is looking for a leader votes, sends its vote to
//! all others, and takes over a better one; the vote that a quorum holds wins.

use super::facts::ZkFact;
use super::messages::*;
use super::rules;
use super::server::{Role, ZkServer};
use super::timers::ServerTimer;
use crate::boundary::{Delay, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::never;
use crate::net::{Channel, ConnId};
use crate::sorted::SortedMap;

/// `FastLeaderElection.finalizeWait`: how long a quorum waits for something better.
const FINALIZE_WAIT_MS: u64 = 200;
/// `FastLeaderElection.maxNotificationInterval`
const POLL_MS_MAX: u64 = 60_000;

/// A server that is looking for a leader.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Election {
    /// `logicalclock`
    pub(super) round: u64,
    pub(super) vote: Vote,
    /// Votes of this round, by voter.
    received: SortedMap<u16, Vote>,
    /// What servers said that have a leader.
    settled: SortedMap<u16, (Vote, u64, VoterState)>,
    poll_ms: u64,
}

impl Election {
    /// Voters of this round that hold the same vote.
    pub(super) fn supporters(&self) -> usize {
        self.received.values().filter(|vote| **vote == self.vote).count()
    }
}

impl Vote {
    /// `FastLeaderElection.totalOrderPredicate`: epoch, then zxid, then id, in the order of the fields.
    fn beats(self, other: Vote) -> bool {
        rules::wins_by(self > other, self.leader > other.leader)
    }
}

impl ZkServer {
    /// LOOKING: clients are dropped, and it votes for itself.
    pub(super) fn look(&mut self, out: &mut Outbox) {
        let round = self.round() + 1;
        self.leave_role(out);
        // What was received is logged in the end (`SyncRequestProcessor.shutdown`), and what is logged is what
        // speaks for a server, committed or not.
        self.disk.sync();
        self.load();
        let vote = self.own_vote();
        self.role = Role::Looking(Election {
            round,
            vote,
            received: SortedMap::from([(self.id, vote)]),
            settled: SortedMap::new(),
            poll_ms: FINALIZE_WAIT_MS,
        });
        out.note_and_go_on(ZkFact::Looking { round, zxid: vote.zxid });
        self.send_vote_to_all(out);
        self.arm_poll(out);
    }

    fn round(&self) -> u64 {
        match &self.role {
            Role::Looking(election) => election.round,
            Role::Following(following) => following.round,
            Role::Leading(leading) => leading.round,
            Role::Down => 0,
        }
    }

    fn own_vote(&self) -> Vote {
        Vote { epoch: self.disk.current_epoch, zxid: self.disk.last_logged(), leader: self.id }
    }

    fn arm_poll(&mut self, out: &mut Outbox) {
        if let Role::Looking(election) = &mut self.role {
            out.arm(Timer::Zk(ServerTimer::ElectionPoll), Delay::ms(election.poll_ms));
            election.poll_ms = (election.poll_ms * 2).min(POLL_MS_MAX);
        }
    }

    pub(super) fn poll_again(&mut self, out: &mut Outbox) {
        if matches!(self.role, Role::Looking(_)) {
            // A server that has not answered yet may have been without power (`QuorumCnxManager.connectAll`).
            let half_open: Vec<u16> =
                self.voting.iter().filter(|(_, (_, is_open))| !is_open).map(|(to, _)| *to).collect();
            for to in half_open {
                if let Some((conn, _)) = self.voting.remove(&to) {
                    out.close(conn);
                }
            }
            self.send_vote_to_all(out);
            self.arm_poll(out);
        }
    }

    /// A server that comes back is told our vote at once (`QuorumCnxManager.SendWorker` repeats the last
    /// message on a new connection).
    pub(super) fn on_voter_back(&mut self, from: NodeId, out: &mut Outbox) {
        if let (NodeId::Zk(from), Role::Looking(_)) = (from, &self.role)
            && !self.voting.contains_key(&from)
        {
            self.send_vote(from, out);
        }
    }

    fn send_vote_to_all(&mut self, out: &mut Outbox) {
        for other in self.config.servers.clone() {
            if other != self.id {
                self.send_vote(other, out);
            }
        }
    }

    /// Sends this server's present vote.
    fn send_vote(&mut self, to: u16, out: &mut Outbox) {
        let (vote, round, state) = match &self.role {
            Role::Looking(election) => (election.vote, election.round, VoterState::Looking),
            Role::Following(following) => (following.vote, following.round, VoterState::Following),
            Role::Leading(leading) => (leading.vote, leading.round, VoterState::Leading),
            Role::Down => return,
        };
        let notification = QuorumMessage::Notification { vote, round, state };
        match self.voting.get(&to) {
            Some((conn, true)) => out.send(*conn, Message::Quorum(notification)),
            // It asks again and our line to it is still not open: the first try went to a machine without power.
            Some((conn, false)) if state != VoterState::Looking && self.votes_to_send.contains_key(&to) => {
                out.close(*conn);
                let conn = out.connect(NodeId::Zk(to), Channel::Election);
                self.voting.insert(to, (conn, false));
                self.votes_to_send.insert(to, notification);
            }
            Some((_, false)) => {
                self.votes_to_send.insert(to, notification);
            }
            None => {
                let conn = out.connect(NodeId::Zk(to), Channel::Election);
                self.voting.insert(to, (conn, false));
                self.votes_to_send.insert(to, notification);
            }
        }
    }

    pub(super) fn on_voting_line_open(&mut self, conn: ConnId, out: &mut Outbox) {
        let NodeId::Zk(to) = conn.server else {
            never!("servers vote with servers");
            return;
        };
        // A line that was replaced meanwhile is not used any more.
        if let Some((open, is_open)) = self.voting.get_mut(&to)
            && *open == conn
        {
            *is_open = true;
            if let Some(vote) = self.votes_to_send.remove(&to) {
                out.send(conn, Message::Quorum(vote));
            }
        }
    }

    pub(super) fn on_notification(&mut self, from: u16, vote: Vote, round: u64, state: VoterState, out: &mut Outbox) {
        let own_vote = self.own_vote();
        let Role::Looking(election) = &mut self.role else {
            // A server that looks for a leader learns of ours.
            if state == VoterState::Looking {
                self.send_vote(from, out);
            }
            return;
        };
        if state != VoterState::Looking {
            self.on_settled(from, vote, round, state, out);
            return;
        }
        if rules::is_of_an_old_round(round, election.round) {
            self.send_vote(from, out);
            return;
        }
        let before = election.vote;
        let newer_round = round > election.round;
        if newer_round {
            election.round = round;
            election.received.clear();
            election.vote = if vote.beats(own_vote) { vote } else { own_vote };
        } else if vote.beats(election.vote) {
            election.vote = vote;
        }
        election.received.insert(from, vote);
        election.received.insert(self.id, election.vote);
        let changed = newer_round || election.vote != before;
        if changed {
            election.poll_ms = FINALIZE_WAIT_MS;
            out.note(ZkFact::VoteChanged {
                round: election.round,
                leader: election.vote.leader,
                zxid: election.vote.zxid,
            });
            self.send_vote_to_all(out);
            self.arm_poll(out);
        } else if election.vote.beats(vote) {
            // It has not heard of the better one yet (its own answer to ours may have crossed).
            self.send_vote(from, out);
        }
        self.count_votes(changed, out);
    }

    /// A quorum for one vote: 200 ms for a better one, then it counts.
    fn count_votes(&mut self, vote_changed: bool, out: &mut Outbox) {
        let quorum = self.quorum();
        let Role::Looking(election) = &mut self.role else {
            never!("only a server that looks counts votes");
            return;
        };
        if election.supporters() >= quorum {
            out.arm(Timer::Zk(ServerTimer::ElectionFinalize), Delay::ms(FINALIZE_WAIT_MS));
        } else if vote_changed {
            out.disarm(Timer::Zk(ServerTimer::ElectionFinalize));
        }
    }

    /// Somebody has a leader already: with a quorum that says so, and the leader's own word, we join it.
    fn on_settled(&mut self, from: u16, vote: Vote, round: u64, state: VoterState, out: &mut Outbox) {
        let (id, quorum) = (self.id, self.quorum());
        let Role::Looking(election) = &mut self.role else {
            never!("only a server that looks is told of a leader");
            return;
        };
        election.settled.insert(from, (vote, round, state));
        let leader = vote.leader;
        let named = election.settled.values().filter(|(vote, ..)| vote.leader == leader).count();
        // `checkLeader`: it must say itself that it leads.
        let leads = election.settled.get(&leader).is_some_and(|(.., state)| *state == VoterState::Leading);
        // In a group of three with one leader and one follower we are the third of the quorum's two.
        if leader != id && leads && named >= quorum {
            election.round = round;
            election.vote = vote;
            self.follow(leader, out);
        }
    }

    pub(super) fn finalize(&mut self, out: &mut Outbox) {
        let Role::Looking(election) = &self.role else {
            never!("a server that looks no more disarms this timer");
            return;
        };
        let leader = election.vote.leader;
        if leader == self.id {
            self.lead(out);
        } else {
            self.follow(leader, out);
        }
    }

    pub(super) fn stop_looking(&mut self, out: &mut Outbox) {
        out.disarm(Timer::Zk(ServerTimer::ElectionPoll));
        out.disarm(Timer::Zk(ServerTimer::ElectionFinalize));
    }
}
