//! All replicas of a broker (`ReplicaManager`): they become leaders and followers as the controller says. What a leader then
//! does with its followers is in [`isr`], what a follower does in [`copying`], what clients ask of both in `requests`.

mod copying;
mod isr;

use super::facts::KafkaFact;
use super::fetchers::Fetchers;
use super::io::Io;
use super::messages::{KafkaError, PartitionState};
use super::replica::{Replica, Role};
use super::requests::Parked;
use super::rules;
use super::timers::BrokerTimer;
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::sure;
use crate::sorted::SortedMap;
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Replicas {
    /// In the order in which this broker got them: a number names one for good.
    pub(super) all: Vec<Replica>,
    /// The numbers, by topic and partition: for those who want them in this order.
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
        // Some dozen that are looked at are quicker than some four whose names are compared.
        self.all.iter().position(|replica| replica.tp == *tp).map(|n| n as u32)
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
        isr::arm_check(io);
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
        let n = match self.number(tp) {
            Some(n) => n,
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
}

fn arm_checkpoint(io: &mut Io<'_>) {
    let period = Delay::ms(u64::from(io.config.high_watermark_checkpoint_interval_ms));
    io.out.arm(Timer::Broker(BrokerTimer::Checkpoint), period);
}

#[cfg(test)]
mod tests;
