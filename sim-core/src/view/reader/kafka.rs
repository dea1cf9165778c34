//! Kafka, as its znodes, a leader's log and the consuming applications show it.

use super::Reader;
use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::*;
use crate::kafka::{LeaderAndIsr, Record, znodes};
use crate::sorted::Sorted;
use crate::view::frame::RecordView;
use std::sync::Arc;

/// A consumer group, as ZooKeeper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenGroup {
    /// `group.id`
    pub name: Arc<str>,
    /// Those in /consumers/G/ids.
    pub members: Vec<NodeId>,
    /// The consumer behind the owner's session, when it is known.
    pub owners: Vec<(TopicPartition, Option<NodeId>)>,
    /// What is in /consumers/G/offsets.
    pub offsets: Vec<(TopicPartition, u64)>,
}

impl Reader<'_> {
    /// /brokers/topics/T/partitions/p/state
    pub fn partition_state(&self, tp: &TopicPartition) -> Option<LeaderAndIsr> {
        let (data, stat) = self.read(&znodes::state_path(tp))?;
        znodes::parse_partition_state(data.as_deref()?, stat.version)
    }

    /// Topics with their assignments, sorted.
    pub fn topics(&self) -> Vec<(Topic, znodes::Assignment)> {
        self.children(znodes::BROKER_TOPICS)
            .into_iter()
            .filter_map(|topic| Some((topic.clone(), self.assignment(&topic)?)))
            .collect()
    }

    /// The replicas of each partition: /brokers/topics/T.
    pub fn assignment(&self, topic: &str) -> Option<znodes::Assignment> {
        znodes::parse_topic_assignment(self.text(&znodes::topic_path(topic))?)
    }

    /// /brokers/ids/N exists.
    pub fn is_registered(&self, broker: BrokerId) -> bool {
        self.read(&znodes::broker_path(broker)).is_some()
    }

    /// The broker in /controller.
    pub fn controller(&self) -> Option<BrokerId> {
        znodes::parse_controller_info(self.text(znodes::CONTROLLER)?)
    }

    /// /controller_epoch
    pub fn controller_epoch(&self) -> Option<u32> {
        self.text(znodes::CONTROLLER_EPOCH)?.parse().ok()
    }

    /// Every group below /consumers, by name.
    pub fn groups(&self) -> Vec<SeenGroup> {
        self.children(znodes::CONSUMERS).into_iter().map(|name| self.group(name)).collect()
    }

    fn group(&self, name: Arc<str>) -> SeenGroup {
        let ids = znodes::consumer_ids_path(&name);
        let mut members: Vec<NodeId> =
            self.children(&ids).iter().filter_map(|id| self.owner_of(&format!("{ids}/{id}"))).collect();
        members.sort_stably();
        let group = znodes::group_path(&name);
        let owners = self
            .partitions_below(&format!("{group}/owners"))
            .into_iter()
            .map(|tp| {
                let owner = self.owner_of(&znodes::owner_path(&name, &tp));
                (tp, owner)
            })
            .collect();
        let offsets = self
            .partitions_below(&format!("{group}/offsets"))
            .into_iter()
            .filter_map(|tp| {
                let offset = znodes::parse_offset(self.text(&znodes::offset_path(&name, &tp))?)?;
                Some((tp, offset))
            })
            .collect();
        SeenGroup { name, members, owners, offsets }
    }

    /// The partitions of …/T/p, by topic and number.
    fn partitions_below(&self, parent: &str) -> Vec<TopicPartition> {
        let mut found = Vec::new();
        for topic in self.children(parent) {
            for partition in self.children(&format!("{parent}/{topic}")) {
                if let Ok(partition) = partition.parse() {
                    found.push(TopicPartition::new(&topic, partition));
                }
            }
        }
        found.sort_stably();
        found
    }

    fn owner_of(&self, path: &str) -> Option<NodeId> {
        self.client_of(self.read(path)?.1.ephemeral_owner)
    }

    /// The partitions whose owner's znode belongs to this consumer, sorted.
    pub fn owned_by(&self, consumer: NodeId) -> Vec<TopicPartition> {
        let mut owned: Vec<TopicPartition> = self
            .groups()
            .into_iter()
            .flat_map(|group| group.owners)
            .filter(|(_, owner)| *owner == Some(consumer))
            .map(|(tp, _)| tp)
            .collect();
        owned.sort_stably();
        owned
    }
}

/// A partition's log at its leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenLog {
    /// The oldest first.
    pub records: Vec<RecordView>,
    /// The offset that the next record gets.
    pub log_end: u64,
    /// Everything below is committed, as the leader knows.
    pub high_watermark: u64,
}

/// At the leader that ZooKeeper names; none when it is down.
pub(crate) fn leader_log(system: &System, tp: &TopicPartition) -> Option<SeenLog> {
    let leader = Reader::user(system).partition_state(tp)?.leader?;
    let slot = system.slot(NodeId::Broker(leader)).filter(|slot| slot.process.is_up())?;
    let Node::Broker(broker) = &*slot.node else { return None };
    let replica = broker.replica(tp)?;
    let log = replica.log();
    let record = |(offset, record): (u64, &Record)| RecordView {
        offset,
        id: record.id,
        key: record.key.clone(),
        value: record.value.clone(),
    };
    Some(SeenLog {
        records: log.records_from(log.start()).map(record).collect(),
        log_end: log.end(),
        high_watermark: replica.high_watermark,
    })
}

/// The offsets handed to the application, by partition, duplicates kept.
pub fn received(system: &System, consumer: NodeId) -> Vec<(TopicPartition, Vec<u64>)> {
    let Some(Node::Consumer(consumer)) = system.node(consumer) else { return Vec::new() };
    let offsets = |ranges: &Vec<(u64, u64)>| ranges.iter().flat_map(|(first, last)| *first..=*last).collect();
    consumer.received().iter().map(|(tp, ranges)| (tp.clone(), offsets(ranges))).collect()
}

/// How many records this consumer was given, duplicates included.
pub fn received_count(system: &System, consumer: NodeId) -> u64 {
    match system.node(consumer) {
        Some(Node::Consumer(consumer)) => consumer.received_count(),
        _ => 0,
    }
}
