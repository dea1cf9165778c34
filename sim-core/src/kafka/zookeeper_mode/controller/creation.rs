//! New topics and partitions (`TopicChangeListener`, `AddPartitionsListener`, `onNewPartitionCreation`): their znodes
//! one partition after the other, then everybody is told.

use super::context::PartitionPhase;
use super::{Controller, Replies, Stage, known, leading};
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::facts::KafkaFact;
use crate::kafka::zk_calls::{Call, Next};
use crate::kafka::zookeeper_mode::io::Io;
use crate::kafka::{LeaderAndIsr, scala_hash, znodes};
use crate::zookeeper::{ZkOp, ZkReply};

/// A partition whose …/state is being made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Making {
    tp: TopicPartition,
    state: LeaderAndIsr,
    call: Call,
    /// What the call asks next.
    asks: ZkOp,
}

impl Making {
    fn begin(tp: TopicPartition, state: LeaderAndIsr) -> Making {
        let call = Call::create_persistent(znodes::state_path(&tp), Some(znodes::partition_state(&state)));
        let asks = call.begin();
        Making { tp, state, call, asks }
    }

    pub(super) fn asks(&self) -> ZkOp {
        self.asks.clone()
    }
}

/// In which order the new ones of these partitions are created: a mutable map of all (`getReplicaAssignmentForTopics`),
/// without those that are known already where there are such (`AddPartitionsListener`), its keys as a set.
fn in_creation_order(all: &[TopicPartition], fresh: &[TopicPartition]) -> Vec<TopicPartition> {
    let listed: Vec<TopicPartition> = all.chunk_by(|a, b| a.topic == b.topic).flat_map(scala_hash::as_listed).collect();
    let mut order = scala_hash::in_map_order(&listed);
    if fresh.len() < all.len() {
        order.retain(|tp| fresh.contains(tp));
        order = scala_hash::in_map_order(&order);
    }
    scala_hash::in_set_order(&order)
}

impl Controller {
    pub(super) fn topics_listed(&mut self, replies: &Replies) {
        let Some(active) = leading(&mut self.active) else { return };
        // It cannot be read: the session is over, and that is the next event.
        let Some((Ok(ZkReply::Children(topics, _)), _)) = replies.first() else { return };
        active.context.partitions.retain(|tp, _| topics.contains(&tp.topic));
        let fresh: Vec<Topic> = topics.iter().filter(|topic| !active.context.has_topic(topic)).cloned().collect();
        self.next([Stage::ReadTopics(fresh)]);
    }

    /// Partitions that came with a topic or were added to one: where a replica is live, they get a …/state.
    pub(super) fn create_partitions(&mut self, all: &[TopicPartition], fresh: &[TopicPartition]) {
        if !fresh.is_empty() {
            self.next([Stage::Flush]);
            self.create_partitions_before_flush(in_creation_order(all, fresh));
        }
    }

    /// `initializeLeaderAndIsrForPartition`: the first live replica leads, all live ones are in sync.
    pub(super) fn create_partitions_before_flush(&mut self, partitions: Vec<TopicPartition>) {
        let Some(active) = leading(&mut self.active) else { return };
        let making = partitions.into_iter().filter_map(|tp| {
            let isr = active.context.live_replicas(&active.context.partitions.get(&tp)?.replicas);
            let leader = Some(*isr.first()?);
            let state = LeaderAndIsr { leader, leader_epoch: 0, isr, controller_epoch: active.epoch, zk_version: 0 };
            Some(Stage::MakeState(Making::begin(tp, state)))
        });
        let stages: Vec<Stage> = making.collect();
        self.next(stages);
    }

    pub(super) fn state_made(&mut self, mut making: Making, replies: Replies, io: &mut Io<'_>) {
        let Some((result, cause)) = sure(replies.into_iter().next(), "it asked for one thing") else { return };
        match making.call.answered(result) {
            Next::Ask(op) => {
                making.asks = op;
                return self.next([Stage::MakeState(making)]);
            }
            Next::Return(Ok(_)) => {}
            // Another controller made it: this partition is left alone (`StateChangeFailedException`).
            Next::Return(Err(_)) => return,
        }
        let Making { tp, state, .. } = making;
        let Some(active) = leading(&mut self.active) else { return };
        let Some(partition) = known(&mut active.context, &tp) else { return };
        let Some(leader) = sure(state.leader, "a partition is created with a leader") else { return };
        let before = io.out.cause();
        io.out.because(cause);
        partition.because = io.out.note(KafkaFact::PartitionCreated { tp: tp.clone(), leader, isr: state.isr.clone() });
        io.out.because(before);
        active.batch.add(&state.isr, &tp);
        partition.state = Some(state);
        partition.phase = PartitionPhase::Online;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partitions(numbers: std::ops::Range<u32>) -> Vec<TopicPartition> {
        numbers.map(|partition| TopicPartition::new(&"orders".into(), partition)).collect()
    }

    fn order(all: std::ops::Range<u32>, fresh: std::ops::Range<u32>) -> Vec<u32> {
        let order = in_creation_order(&partitions(all), &partitions(fresh));
        order.into_iter().map(|tp| tp.partition).collect()
    }

    /// As the zxids of a real Kafka 0.8.2.2 show; those of 20 partitions were computed with its classes.
    #[test]
    fn partitions_are_created_in_the_order_of_a_scala_set() {
        assert_eq!(order(0..1, 0..1), [0]);
        assert_eq!(order(0..2, 0..2), [1, 0]);
        assert_eq!(order(0..3, 0..3), [1, 2, 0]);
        assert_eq!(order(0..4, 0..4), [3, 1, 2, 0]);
        assert_eq!(order(0..6, 0..6), [3, 4, 0, 5, 2, 1]);
        let twenty = [17, 3, 4, 12, 10, 8, 18, 14, 16, 0, 5, 2, 19, 9, 11, 13, 15, 1, 6, 7];
        assert_eq!(order(0..20, 0..20), twenty);
    }

    #[test]
    fn partitions_that_are_added_are_in_an_order_of_their_own() {
        assert_eq!(order(0..7, 3..7), [3, 6, 4, 5]);
    }
}
