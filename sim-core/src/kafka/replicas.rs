//! All replicas of a broker (`ReplicaManager`): they become leaders and followers as the controller says,
//! copy from leaders, and shrink and grow the in-sync sets of what they lead.

use super::facts::KafkaFact;
use super::fetchers::{Fetchers, refused};
use super::io::Io;
use super::messages::{FetchFrom, FetchedPartition, KafkaError, PartitionState};
use super::metadata_plane::IsrAnswer;
use super::replica::{PendingIsr, Replica, Role};
use super::requests::Parked;
use super::rules;
use super::timers::BrokerTimer;
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::net::{Channel, ConnId};
use crate::sorted::SortedMap;
use std::sync::Arc;

const LEADS: &str = "a proposal lasts no longer than the leadership";

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Replicas {
    /// In the order in which this broker got them: a number names one for good.
    pub(super) all: Vec<Replica>,
    by_tp: SortedMap<TopicPartition, u32>,
    fetchers: Fetchers,
    /// Requests that wait for records or for the high watermark.
    pub(super) parked: Parked,
    /// Of the last request of a controller that was taken.
    controller_epoch: u32,
    /// Topics whose settings were read, or are being read.
    configured: Vec<Topic>,
    /// The high watermarks are written down from time to time.
    checkpointing: bool,
    next_isr_write: u32,
    /// Why the connection of a follower ended: that is why it leaves the ISR.
    followers_lost: Vec<(BrokerId, Cause)>,
}

impl Replicas {
    pub(super) fn get(&self, tp: &TopicPartition) -> Option<&Replica> {
        self.number(tp).map(|n| &self.all[n as usize])
    }

    pub(super) fn number(&self, tp: &TopicPartition) -> Option<u32> {
        self.by_tp.get(tp).copied()
    }

    /// What a controller gave to this process (`allPartitions`): a log alone, left by an earlier one, answers
    /// nobody.
    pub(super) fn hosted(&self, tp: &TopicPartition) -> Option<u32> {
        self.number(tp).filter(|n| self.all[*n as usize].is_hosted())
    }

    /// By topic and number of the partition.
    pub(super) fn sorted(&self) -> impl Iterator<Item = &Replica> {
        self.by_tp.values().map(|n| &self.all[*n as usize])
    }

    pub(super) fn at(&mut self, n: u32) -> &mut Replica {
        &mut self.all[n as usize]
    }

    /// The process is gone; logs and checkpoints stay.
    pub(super) fn forget(&mut self) {
        let mut all = std::mem::take(&mut self.all);
        all.iter_mut().for_each(Replica::forget);
        *self = Replicas { all, by_tp: std::mem::take(&mut self.by_tp), ..Replicas::default() };
    }

    /// The process starts (`LogManager`, `ReplicaManager.startup`).
    pub(super) fn start(&mut self, io: &mut Io<'_>) {
        self.all.iter_mut().for_each(Replica::recover);
        arm_isr_check(io);
    }

    /// `replication-offset-checkpoint` is written: each 5 s, and at a clean shutdown.
    pub(super) fn checkpoint(&mut self) {
        for replica in &mut self.all {
            replica.disk.checkpoint = replica.high_watermark;
        }
    }

    pub(super) fn checkpoint_timer(&mut self, io: &mut Io<'_>) {
        self.checkpoint();
        arm_checkpoint(io);
    }

    /// An older controller than one that was heard already is refused; true when this one may speak.
    pub(super) fn accepts(&mut self, controller_epoch: u32, io: &mut Io<'_>) -> bool {
        let known_epoch = self.controller_epoch;
        if !rules::may_command(controller_epoch, known_epoch) {
            io.out.note(KafkaFact::StaleControllerRefused { controller_epoch, known_epoch });
            return false;
        }
        self.controller_epoch = controller_epoch;
        true
    }

    /// `becomeLeaderOrFollower`. A state is taken only if its leader epoch is newer than the known one.
    /// A leader that is not among the live ones is not followed: the replica exists from now on, and stays what
    /// it was, its epoch and its log included (`makeFollowers`, KAFKA-1647). A broker whose clean stop has begun
    /// starts no fetcher (`isShuttingDown`), so that it does not come back into an ISR while it leaves.
    pub(super) fn take_orders(
        &mut self,
        live_leaders: &[BrokerId],
        partitions: Vec<PartitionState>,
        io: &mut Io<'_>,
    ) -> Option<KafkaError> {
        let shutting_down = io.plane.is_stopping();
        if !self.checkpointing {
            self.checkpointing = true;
            arm_checkpoint(io);
        }
        let before = io.out.cause();
        let mut answer = None;
        for order in partitions {
            io.out.because(order.because);
            let n = self.number_or_new(&order.tp, io);
            self.at(n).host();
            if !rules::is_newer_reign(self.at(n).leader_epoch, order.state.leader_epoch) {
                answer = Some(KafkaError::StaleControllerEpoch);
            } else if !order.replicas.contains(&io.id) {
                answer = Some(KafkaError::UnknownTopicOrPartition);
            } else if order.state.leader == Some(io.id) {
                self.lead(n, &order, io);
            } else if let Some(leader) = order.state.leader
                && rules::is_followed(live_leaders.contains(&leader))
            {
                self.follow(n, leader, order.state.leader_epoch, shutting_down, io);
            }
        }
        io.out.because(before);
        self.fetchers.close_idle(io);
        answer
    }

    fn lead(&mut self, n: u32, order: &PartitionState, io: &mut Io<'_>) {
        self.fetchers.remove(n);
        let replica = self.at(n);
        let newly = replica.become_leader(io.id, &order.state, &order.replicas);
        if newly {
            io.out.note_and_go_on(KafkaFact::BecameLeader {
                tp: order.tp.clone(),
                leader_epoch: order.state.leader_epoch,
                log_end: replica.log_end(),
                high_watermark: replica.high_watermark,
            });
        }
        // The ISR may be down to this broker alone.
        self.advance(n, io);
    }

    /// `makeFollowers`: a new leader means to forget what is not known to be committed, and to copy from
    /// there. This is how 0.8.2 can lose a record that was acknowledged (KIP-101).
    fn follow(&mut self, n: u32, leader: BrokerId, leader_epoch: u32, shutting_down: bool, io: &mut Io<'_>) {
        let replica = self.at(n);
        debug_assert!(replica.leader_epoch.is_none_or(|known| known < leader_epoch), "leader epochs never go back");
        replica.leader_epoch = Some(leader_epoch);
        if replica.follows() == Some(leader) {
            return;
        }
        let led = replica.leads();
        let tp = replica.tp.clone();
        io.out.note_and_go_on(KafkaFact::BecameFollower { tp, leader, leader_epoch });
        replica.role = Role::Follower { leader, because: io.out.cause() };
        let kept = rules::kept_by_a_new_follower(replica.high_watermark, replica.log_end());
        self.truncate(n, kept, io);
        if rules::starts_fetcher(shutting_down) {
            self.fetchers.add(n, leader, io);
        } else {
            self.fetchers.remove(n);
        }
        if led {
            self.leadership_lost(n, io);
        }
    }

    fn truncate(&mut self, n: u32, to: u64, io: &mut Io<'_>) {
        let replica = self.at(n);
        let from = replica.log_end();
        if to < from {
            replica.disk.log.truncate(to);
            replica.high_watermark = replica.high_watermark.min(to);
            replica.disk.checkpoint = replica.disk.checkpoint.min(to);
            io.out.note(KafkaFact::LogTruncated { tp: replica.tp.clone(), from, to });
        }
        self.at(n).check();
    }

    /// `StopReplica` without deletion: it copies no more. Whom it follows stays as it was (`ReplicaManager.stopReplica`),
    /// so that a later LeaderAndIsr with the same leader starts no fetcher either.
    pub(super) fn stop(&mut self, partitions: &[TopicPartition], io: &mut Io<'_>) {
        for tp in partitions {
            if let Some(n) = self.number(tp) {
                self.fetchers.remove(n);
            }
        }
        self.fetchers.close_idle(io);
    }

    fn number_or_new(&mut self, tp: &TopicPartition, io: &mut Io<'_>) -> u32 {
        let n = match self.by_tp.get(tp) {
            Some(n) => *n,
            None => {
                let n = self.all.len() as u32;
                self.all.push(Replica::new(tp.clone()));
                self.by_tp.insert(tp.clone(), n);
                n
            }
        };
        if !self.configured.contains(&tp.topic) {
            io.plane.read_topic_config(self.configured.len() as u32, &tp.topic, io.out);
            self.configured.push(tp.topic.clone());
        }
        n
    }

    /// The topic's own settings were read.
    pub(super) fn config_read(&mut self, n: u32, config: &[(Arc<str>, Arc<str>)]) {
        let Some(topic) = sure(self.configured.get(n as usize), "it was asked for") else { return };
        let setting = |name: &str| config.iter().find(|(key, _)| &**key == name).map(|(_, value)| value);
        let min_insync = setting("min.insync.replicas").and_then(|value| value.parse().ok());
        let unclean = setting("unclean.leader.election.enable").and_then(|value| value.parse().ok());
        for replica in self.all.iter_mut().filter(|replica| replica.tp.topic == *topic) {
            replica.min_insync = min_insync;
            replica.unclean = unclean;
        }
    }

    // ---- the leader ----

    /// The high watermark may rise; who waits for it is answered because of that.
    pub(super) fn advance(&mut self, n: u32, io: &mut Io<'_>) {
        let replica = self.at(n);
        if replica.raise_high_watermark(io.id) {
            let fact =
                KafkaFact::HighWatermarkAdvanced { tp: replica.tp.clone(), high_watermark: replica.high_watermark };
            let before = io.out.cause();
            io.out.note_and_go_on(fact);
            self.complete_produces(n, io);
            self.wake_fetches(n, io);
            io.out.because(before);
        }
    }

    /// A follower fetches from this offset: it has everything below (`updateReplicaLEO`).
    pub(super) fn follower_has(&mut self, n: u32, follower: BrokerId, log_end: u64, because: Cause, io: &mut Io<'_>) {
        let replica = self.at(n);
        let end = replica.log_end();
        let Some(leading) = sure(replica.leading_mut(), "only a leader lets itself be read") else { return };
        // A broker that has no replica of this partition may read it; it counts for nothing.
        let Some(progress) = leading.followers.iter_mut().find(|other| other.broker == follower) else { return };
        progress.fetched_since_check = true;
        debug_assert!(log_end <= end, "what a leader does not have cannot be fetched from it");
        if progress.log_end == Some(log_end) && leading.isr.contains(&follower) {
            return;
        }
        progress.log_end = Some(log_end);
        let left = progress.left;
        if let Some(isr) = replica.isr_with(follower, log_end) {
            let before = io.out.cause();
            // What made it copy after it had left. (It may never have stopped, and lagged: then it is the records.)
            // The request itself often was sent when another partition got a record.
            let came_back = because.0.max(io.out.released().0);
            if came_back > left.0 {
                io.out.because(Recorded(came_back));
            }
            self.write_isr(n, isr, io);
            io.out.because(before);
        }
        self.advance(n, io);
    }

    /// `maybeShrinkIsr` of all partitions, once in `replica.lag.time.max.ms`.
    pub(super) fn check_isrs(&mut self, io: &mut Io<'_>) {
        let before = io.out.cause();
        for n in 0..self.all.len() as u32 {
            let slow = self.at(n).check_isr(io.id, io.config.replica_lag_max_messages);
            let Some(first) = slow.first() else { continue };
            let lost = self.followers_lost.iter().find(|(broker, _)| broker == first).map(|(_, cause)| *cause);
            let silent = io.out.why_silent(NodeId::Broker(*first));
            io.out.because(silent.or(lost).unwrap_or(before));
            let isr: Vec<BrokerId> = match self.at(n).leading() {
                Some(leading) => leading.isr.iter().copied().filter(|broker| !slow.contains(broker)).collect(),
                None => {
                    never!("only a leader finds followers slow");
                    continue;
                }
            };
            self.write_isr(n, isr, io);
        }
        io.out.because(before);
        arm_isr_check(io);
    }

    /// `updateIsr`: the leader itself changes the ISR, on the condition that the state is as it knows it.
    fn write_isr(&mut self, n: u32, isr: Vec<BrokerId>, io: &mut Io<'_>) {
        let write = self.next_isr_write;
        let replica = self.at(n);
        let Some(state) = sure(replica.state_with(io.id, &isr), LEADS) else { return };
        let tp = replica.tp.clone();
        if let Some(leading) = replica.leading_mut() {
            leading.pending = Some(PendingIsr { isr, write });
        }
        self.next_isr_write = write.wrapping_add(1);
        io.plane.propose_isr(write, &tp, &state, io.out);
    }

    fn pending(&self, write: u32) -> Option<u32> {
        let at = self.all.iter().position(|replica| {
            replica.leading().and_then(|leading| leading.pending.as_ref()).is_some_and(|pending| pending.write == write)
        })?;
        Some(at as u32)
    }

    pub(super) fn isr_answered(&mut self, write: u32, answer: IsrAnswer, io: &mut Io<'_>) {
        // An order of the controller came first: it said what the ISR is, and the proposal is void.
        let Some(n) = self.pending(write) else { return };
        match answer {
            IsrAnswer::Holds { version } => self.isr_changed(n, version, io),
            IsrAnswer::OtherVersion => {
                let replica = self.at(n);
                let pending = replica.leading().and_then(|leading| leading.pending.as_ref());
                let wanted = pending.and_then(|pending| replica.state_with(io.id, &pending.isr));
                let Some(wanted) = sure(wanted, LEADS) else { return };
                io.plane.look_at_isr(write, &replica.tp, &wanted, io.out);
            }
            IsrAnswer::Refused => self.isr_left(n, io),
        }
    }

    fn isr_changed(&mut self, n: u32, zk_version: i32, io: &mut Io<'_>) {
        let replica = self.at(n);
        let tp = replica.tp.clone();
        let Some(leading) = sure(replica.leading_mut(), LEADS) else { return };
        let Some(PendingIsr { isr, .. }) = sure(leading.pending.take(), LEADS) else { return };
        let removed: Vec<BrokerId> = leading.isr.iter().copied().filter(|broker| !isr.contains(broker)).collect();
        let added = isr.iter().copied().find(|broker| !leading.isr.contains(broker));
        leading.isr.clone_from(&isr);
        leading.zk_version = zk_version;
        let before = io.out.cause();
        match added {
            Some(added) => io.out.note_and_go_on(KafkaFact::IsrExpanded { tp, isr, added }),
            None => {
                io.out.note_and_go_on(KafkaFact::IsrShrunk { tp, isr, removed: removed.clone() });
                let left = io.out.cause();
                leading
                    .followers
                    .iter_mut()
                    .filter(|follower| removed.contains(&follower.broker))
                    .for_each(|follower| follower.left = left);
            }
        }
        self.advance(n, io);
        io.out.because(before);
    }

    fn isr_left(&mut self, n: u32, io: &mut Io<'_>) {
        if let Some(leading) = self.at(n).leading_mut() {
            leading.pending = None;
        }
        self.advance(n, io);
    }

    // ---- the follower ----

    pub(super) fn fetcher_opened(&mut self, conn: ConnId, io: &mut Io<'_>) {
        let all = &self.all;
        self.fetchers.opened(conn, &|n| wanted(all, n), io);
    }

    pub(super) fn fetcher_lost(&mut self, conn: ConnId, io: &mut Io<'_>) {
        self.fetchers.lost(conn, io);
    }

    pub(super) fn fetcher_pause_over(&mut self, leader: BrokerId, io: &mut Io<'_>) {
        let all = &self.all;
        self.fetchers.resume(leader, &|n| wanted(all, n), io);
    }

    pub(super) fn fetcher_timeout(&mut self, leader: BrokerId, io: &mut Io<'_>) {
        self.fetchers.check_timeout(leader, io);
    }

    /// The leader's answer: append, and learn its high watermark as of its reading.
    pub(super) fn fetched(
        &mut self,
        conn: ConnId,
        correlation: u32,
        partitions: Vec<FetchedPartition>,
        io: &mut Io<'_>,
    ) {
        let Replicas { all, by_tp, fetchers, .. } = self;
        let Some((leader, followed)) = fetchers.answered(conn, correlation) else { return };
        let refused = refused(&partitions);
        let mut out_of_range = None;
        for fetched in partitions {
            // Since the request was sent it may have become a leader, or the follower of another.
            let Some(n) = by_tp.get(&fetched.tp).copied().filter(|n| followed.contains(n)) else { continue };
            let replica = &mut all[n as usize];
            match &mut replica.role {
                Role::Follower { leader: followed, because } if *followed == leader => {
                    if io.out.released().0.is_some() {
                        *because = io.out.released();
                    }
                }
                _ => continue,
            }
            if fetched.error == Some(KafkaError::OffsetOutOfRange) {
                out_of_range = out_of_range.or(Some(n));
            }
            if fetched.error.is_some() {
                continue;
            }
            let first = replica.log_end();
            for (offset, batch) in fetched.batches {
                // What was asked before a truncation does not fit any more.
                if offset == replica.log_end() {
                    replica.disk.log.append(batch);
                }
            }
            let end = replica.log_end();
            if end > first {
                io.out.note(KafkaFact::RecordsReplicated { tp: fetched.tp.clone(), first, last: end - 1 });
            }
            let high_watermark = end.min(fetched.high_watermark);
            if high_watermark != replica.high_watermark {
                replica.high_watermark = high_watermark;
                io.out.note(KafkaFact::HighWatermarkAdvanced { tp: fetched.tp, high_watermark });
            }
            replica.check();
        }
        match out_of_range {
            Some(n) => {
                let tp = all[n as usize].tp.clone();
                fetchers.ask_offset(conn, n, tp, true, io);
            }
            None => fetchers.go_on(conn, refused, &|n| wanted(all, n), io),
        }
    }

    /// `handleOffsetOutOfRange`: the leader's log ends before ours (an unclean election), or begins after it.
    pub(super) fn leader_offset(
        &mut self,
        conn: ConnId,
        correlation: u32,
        result: Result<u64, KafkaError>,
        io: &mut Io<'_>,
    ) {
        // Since it asked, the replica may have become a leader, or the follower of another: the answer is nobody's, and the
        // fetcher goes on with the others.
        let Some((n, still_follows)) = self.fetchers.offset_answered(conn, correlation) else { return };
        if still_follows && let Ok(offset) = result {
            let end = self.at(n).log_end();
            let unclean = self.at(n).unclean.unwrap_or(io.config.unclean_leader_election_enable);
            if offset < end && !unclean {
                // Records would be lost that nobody may lose: 0.8.2 halts the process.
                io.out.note_and_go_on(KafkaFact::BrokerHalted { tp: self.at(n).tp.clone(), leader_end: offset });
                io.out.exit();
                return;
            }
            if offset < end {
                self.truncate(n, offset, io);
            } else {
                self.at(n).disk.log.restart_at(offset);
            }
        }
        let all = &self.all;
        self.fetchers.go_on(conn, still_follows && result.is_err(), &|n| wanted(all, n), io);
    }

    // ---- connections that others opened ----

    pub(super) fn client_lost(&mut self, conn: ConnId, io: &mut Io<'_>) {
        self.parked.forget(conn, io);
        if let (Channel::ReplicaFetcher, NodeId::Broker(follower)) = (conn.channel, conn.client) {
            self.followers_lost.retain(|(broker, _)| *broker != follower);
            self.followers_lost.push((follower, io.out.cause()));
        }
    }

    pub(super) fn client_came(&mut self, conn: ConnId) {
        if let (Channel::ReplicaFetcher, NodeId::Broker(follower)) = (conn.channel, conn.client) {
            self.followers_lost.retain(|(broker, _)| *broker != follower);
        }
    }
}

/// What a follower asks for: everything from its log's end on.
fn wanted(all: &[Replica], n: u32) -> FetchFrom {
    let replica = &all[n as usize];
    let because = if let Role::Follower { because, .. } = replica.role { because } else { Recorded(None) };
    FetchFrom { tp: replica.tp.clone(), offset: replica.log_end(), because }
}

fn arm_isr_check(io: &mut Io<'_>) {
    let period = Delay::ms(u64::from(io.config.replica_lag_time_max_ms));
    io.out.arm_awaiting_several(Timer::Broker(BrokerTimer::IsrCheck), period);
}

fn arm_checkpoint(io: &mut Io<'_>) {
    let period = Delay::ms(u64::from(io.config.high_watermark_checkpoint_interval_ms));
    io.out.arm(Timer::Broker(BrokerTimer::Checkpoint), period);
}

#[cfg(test)]
mod tests;
