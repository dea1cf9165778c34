//! What every broker knows of the cluster by the controller's UpdateMetadata (`MetadataCache`), and tells to
//! every client that asks. It can be old.

use super::messages::{KafkaError, PartitionMetadata, PartitionState, TopicMetadata};
use crate::ids::*;
use crate::sorted::SortedMap;
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MetadataCache {
    alive: Vec<BrokerId>,
    partitions: Arc<SortedMap<TopicPartition, PartitionState>>,
}

impl MetadataCache {
    pub(super) fn update(&mut self, alive: Vec<BrokerId>, partitions: Vec<PartitionState>) {
        self.alive = alive;
        if !partitions.is_empty() {
            let known = Arc::make_mut(&mut self.partitions);
            known.extend(partitions.into_iter().map(|partition| (partition.tp.clone(), partition)));
        }
    }

    pub fn alive(&self) -> &[BrokerId] {
        &self.alive
    }

    /// Every partition with its leader, if that one is alive.
    pub fn leaders(&self) -> impl Iterator<Item = (&TopicPartition, Option<BrokerId>)> {
        self.partitions.iter().map(|(tp, partition)| (tp, self.leader(partition)))
    }

    pub(super) fn has_topic(&self, topic: &Topic) -> bool {
        self.of_topic(topic).next().is_some()
    }

    /// `getTopicMetadata`: nothing asked means everything.
    pub(super) fn describe(&self, asked: &[Topic]) -> Vec<TopicMetadata> {
        if !asked.is_empty() {
            return asked.iter().map(|topic| self.topic(topic)).collect();
        }
        let mut topics: Vec<&Topic> = self.partitions.keys().map(|tp| &tp.topic).collect();
        topics.dedup();
        topics.into_iter().map(|topic| self.topic(topic)).collect()
    }

    fn topic(&self, topic: &Topic) -> TopicMetadata {
        let partitions: Vec<PartitionMetadata> = self
            .of_topic(topic)
            .map(|partition| {
                let leader = self.leader(partition);
                PartitionMetadata {
                    partition: partition.tp.partition,
                    error: leader.is_none().then_some(KafkaError::LeaderNotAvailable),
                    leader,
                    replicas: partition.replicas.clone(),
                    isr: partition.state.isr.clone(),
                }
            })
            .collect();
        let error = partitions.is_empty().then_some(KafkaError::UnknownTopicOrPartition);
        TopicMetadata { topic: topic.clone(), error, partitions }
    }

    fn of_topic(&self, topic: &Topic) -> impl Iterator<Item = &PartitionState> {
        let first = TopicPartition { topic: topic.clone(), partition: 0 };
        let last = TopicPartition { topic: topic.clone(), partition: u32::MAX };
        self.partitions.iter_from(&first).take_while(move |(tp, _)| **tp <= last).map(|(_, partition)| partition)
    }

    fn leader(&self, partition: &PartitionState) -> Option<BrokerId> {
        partition.state.leader.filter(|leader| self.alive.contains(leader))
    }
}
