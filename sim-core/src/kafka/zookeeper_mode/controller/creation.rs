//! New topics and partitions (`TopicChangeListener`, `onNewPartitionCreation`; facts sheet, C.9): three
//! rounds of creates, then everybody is told.

use super::context::PartitionPhase;
use super::{Controller, Ops, Replies, Stage, election, known, leading};
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::facts::KafkaFact;
use crate::kafka::zookeeper_mode::io::Io;
use crate::kafka::{LeaderAndIsr, znodes};
use crate::zookeeper::{CreateMode, ZkOp, ZkReply};

/// …/partitions of each topic. That it exists already (new partitions of an old topic) does no harm.
pub(super) fn parents(partitions: &[TopicPartition]) -> Ops {
    let mut topics: Vec<&Topic> = partitions.iter().map(|tp| &tp.topic).collect();
    topics.dedup();
    topics.into_iter().map(|topic| election::make(&znodes::partitions_path(topic))).collect()
}

/// …/partitions/p of each.
pub(super) fn partition_nodes(partitions: &[TopicPartition]) -> Ops {
    partitions.iter().map(|tp| election::make(&znodes::partition_path(tp))).collect()
}

/// …/partitions/p/state of each.
pub(super) fn states(states: &[(TopicPartition, LeaderAndIsr)]) -> Ops {
    states
        .iter()
        .map(|(tp, state)| ZkOp::Create {
            path: znodes::state_path(tp),
            data: Some(znodes::partition_state(state)),
            mode: CreateMode::Persistent,
        })
        .collect()
}

impl Controller {
    pub(super) fn topics_listed(&mut self, replies: &Replies) {
        let Some(active) = leading(&mut self.active) else { return };
        let Some((Ok(ZkReply::Children(topics, _)), _)) = replies.first() else { return };
        active.context.partitions.retain(|tp, _| topics.contains(&tp.topic));
        let fresh: Vec<Topic> = topics.iter().filter(|topic| !active.context.has_topic(topic)).cloned().collect();
        self.next([Stage::ReadTopics(fresh)]);
    }

    /// Partitions without …/state: where a replica is live, they get one.
    pub(super) fn create_partitions(&mut self, partitions: Vec<TopicPartition>) {
        if !partitions.is_empty() {
            self.next([Stage::Flush]);
            self.create_partitions_before_flush(partitions);
        }
    }

    /// `initializeLeaderAndIsrForPartition`: the first live replica leads, all live ones are in sync.
    pub(super) fn create_partitions_before_flush(&mut self, partitions: Vec<TopicPartition>) {
        let Some(active) = leading(&mut self.active) else { return };
        let states: Vec<(TopicPartition, LeaderAndIsr)> = partitions
            .into_iter()
            .filter_map(|tp| {
                let isr = active.context.live_replicas(&active.context.partitions.get(&tp)?.replicas);
                let leader = Some(*isr.first()?);
                let state =
                    LeaderAndIsr { leader, leader_epoch: 0, isr, controller_epoch: active.epoch, zk_version: 0 };
                Some((tp, state))
            })
            .collect();
        if states.is_empty() {
            return;
        }
        let tps: Vec<TopicPartition> = states.iter().map(|(tp, _)| tp.clone()).collect();
        self.next([Stage::MakeParents(tps.clone()), Stage::MakePartitions(tps), Stage::MakeStates(states)]);
    }

    pub(super) fn states_made(
        &mut self,
        states: Vec<(TopicPartition, LeaderAndIsr)>,
        replies: &Replies,
        io: &mut Io<'_>,
    ) {
        let Some(active) = leading(&mut self.active) else { return };
        let before = io.out.cause();
        for ((tp, state), (result, cause)) in states.into_iter().zip(replies) {
            // Another controller made it: this partition is left alone (`StateChangeFailedException`).
            if result.is_err() {
                continue;
            }
            let Some(partition) = known(&mut active.context, &tp) else { continue };
            let Some(leader) = sure(state.leader, "a partition is created with a leader") else { continue };
            io.out.because(*cause);
            partition.because =
                io.out.note(KafkaFact::PartitionCreated { tp: tp.clone(), leader, isr: state.isr.clone() });
            active.batch.add(&state.isr, &tp);
            partition.state = Some(state);
            partition.phase = PartitionPhase::Online;
        }
        io.out.because(before);
    }
}
