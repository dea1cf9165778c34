//! What the producer knows of the cluster, and when it asks again (`Metadata`, `NetworkClient`).

use crate::ids::*;
use crate::kafka::TopicMetadata;
use crate::sorted::{Sorted, SortedMap, SortedSet};

/// A partition whose leader is another one than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LeaderChange {
    pub(super) tp: TopicPartition,
    pub(super) from: Option<BrokerId>,
    pub(super) to: Option<BrokerId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Metadata {
    /// At first the bootstrap servers, then what the last answer listed.
    brokers: Vec<BrokerId>,
    /// Topics that were sent to.
    wanted: SortedSet<Topic>,
    topics: SortedMap<Topic, Vec<(u32, Option<BrokerId>)>>,
    pub(super) needed: bool,
    pub(super) asking: bool,
    /// `retry.backoff.ms` since the last answer is not over.
    pub(super) backing_off: bool,
    /// Why it is needed.
    pub(super) cause: Cause,
}

impl Metadata {
    pub(super) fn new(bootstrap: &[BrokerId]) -> Metadata {
        Metadata {
            brokers: bootstrap.to_vec(),
            wanted: SortedSet::new(),
            topics: SortedMap::new(),
            needed: false,
            asking: false,
            backing_off: false,
            cause: Recorded(None),
        }
    }

    pub(super) fn brokers(&self) -> &[BrokerId] {
        &self.brokers
    }

    pub(super) fn want(&mut self, topic: &Topic) {
        if !self.wanted.contains(topic) {
            self.wanted.insert(topic.clone());
        }
    }

    pub(super) fn wanted(&self) -> Vec<Topic> {
        self.wanted.iter().cloned().collect()
    }

    /// The first reason stays: later ones change nothing.
    pub(super) fn request_update(&mut self, cause: Cause) {
        if !self.needed {
            self.needed = true;
            self.cause = cause;
        }
    }

    /// Whether nothing else is sent until the question is asked (`NetworkClient.isReady`).
    pub(super) fn is_due(&self) -> bool {
        self.needed && !self.asking && !self.backing_off
    }

    pub(super) fn partitions(&self, topic: &Topic) -> Option<&[(u32, Option<BrokerId>)]> {
        self.topics.get(topic).map(Vec::as_slice)
    }

    pub(super) fn leader(&self, tp: &TopicPartition) -> Option<BrokerId> {
        let partitions = self.topics.get(&tp.topic)?;
        let at = partitions.binary_search_by_key(&tp.partition, |(partition, _)| *partition).ok()?;
        partitions[at].1
    }

    pub(super) fn leaders(&self) -> impl Iterator<Item = (TopicPartition, Option<BrokerId>)> + '_ {
        self.topics.iter().flat_map(|(topic, partitions)| {
            partitions.iter().map(move |(partition, leader)| (TopicPartition::new(topic, *partition), *leader))
        })
    }

    /// Takes an answer; gives the topics that were not known, with the number of their partitions, and the
    /// leaders that changed. One without any broker does not count (`NetworkClient.handleMetadataResponse`).
    pub(super) fn update(
        &mut self,
        brokers: &[BrokerId],
        topics: &[TopicMetadata],
    ) -> (Vec<(Topic, u32)>, Vec<LeaderChange>) {
        self.asking = false;
        if brokers.is_empty() {
            return (Vec::new(), Vec::new());
        }
        self.needed = false;
        self.brokers = brokers.to_vec();
        let (mut new_topics, mut changes) = (Vec::new(), Vec::new());
        let mut learned = SortedMap::new();
        // A topic with an error is not known at all (`MetadataResponse`).
        for topic in topics.iter().filter(|topic| topic.error.is_none() && self.wanted.contains(&topic.topic)) {
            let mut partitions: Vec<(u32, Option<BrokerId>)> = topic
                .partitions
                .iter()
                .map(|p| (p.partition, p.leader.filter(|leader| brokers.contains(leader))))
                .collect();
            partitions.sort_stably_by_key(|(partition, _)| *partition);
            if !self.topics.contains_key(&topic.topic) {
                new_topics.push((topic.topic.clone(), partitions.len() as u32));
                learned.insert(topic.topic.clone(), partitions);
                continue;
            }
            for (partition, leader) in &partitions {
                let tp = TopicPartition::new(&topic.topic, *partition);
                let before = self.leader(&tp);
                if before != *leader {
                    changes.push(LeaderChange { tp, from: before, to: *leader });
                }
            }
            learned.insert(topic.topic.clone(), partitions);
        }
        self.topics = learned;
        (new_topics, changes)
    }
}
