//! Brokers, as they see themselves, and partitions and groups, as ZooKeeper has them.

use crate::engine::system::{Slot, System};
use crate::ids::*;
use crate::kafka::{Broker, Replica, Role};
use crate::sorted::Sorted;
use crate::time::SimTime;
use crate::view::frame::*;
use crate::view::reader;
use crate::view::reader::Reader;

use super::zk::zk_view;

/// Records of a log that a picture shows.
const TAIL_RECORDS: u64 = 16;

pub(super) fn broker(broker: &Broker, slot: &Slot, znodes: &Znodes, at: SimTime) -> BrokerView {
    let view = |replica: &Replica| replica_view(replica, broker.id(), &znodes.partitions);
    BrokerView {
        broker: broker.id(),
        believes_controller: broker.is_controller(),
        registered: znodes.registered.contains(&broker.id()),
        zk: zk_view(slot, at),
        replicas: broker.replicas().map(view).collect(),
    }
}

fn replica_view(replica: &Replica, me: BrokerId, partitions: &[PartitionView]) -> ReplicaView {
    let known = partitions.binary_search_by(|partition| partition.tp.cmp(&replica.tp));
    let log = replica.log();
    ReplicaView {
        tp: replica.tp.clone(),
        role: match replica.role {
            Role::Leader(_) => ReplicaRole::Leader,
            Role::Unknown | Role::Follower { .. } | Role::NoLeader => ReplicaRole::Follower,
        },
        leader_epoch: replica.leader_epoch.unwrap_or(0),
        log_start: log.start(),
        log_end: log.end(),
        high_watermark: replica.high_watermark,
        in_sync: known.is_ok_and(|at| partitions[at].isr.contains(&me)),
        tail: log
            .last_records(TAIL_RECORDS)
            .map(|(offset, record)| RecordView {
                offset,
                id: record.id,
                key: record.key.clone(),
                value: record.value.clone(),
            })
            .collect(),
    }
}

/// What Kafka's znodes say. Made again only when the tree has changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Znodes {
    pub(super) partitions: Vec<PartitionView>,
    pub(super) registered: Vec<BrokerId>,
    pub(super) controller: Option<BrokerId>,
    pub(super) groups: Vec<reader::SeenGroup>,
}

impl Znodes {
    pub(super) fn of(system: &System, reader: Reader<'_>) -> Znodes {
        let brokers = system.slots().iter().filter_map(|slot| match slot.id {
            NodeId::Broker(id) => Some(id),
            _ => None,
        });
        Znodes {
            partitions: partitions(reader),
            registered: brokers.filter(|id| reader.is_registered(*id)).collect(),
            controller: reader.controller(),
            groups: reader.groups(),
        }
    }
}

fn partitions(reader: Reader<'_>) -> Vec<PartitionView> {
    let mut partitions = Vec::new();
    for (topic, assignment) in reader.topics() {
        for (partition, replicas) in assignment {
            let tp = TopicPartition::new(&topic, partition);
            let state = reader.partition_state(&tp);
            partitions.push(PartitionView {
                tp,
                leader: state.as_ref().and_then(|state| state.leader),
                leader_epoch: state.as_ref().map_or(0, |state| state.leader_epoch),
                isr: state.map_or_else(Vec::new, |state| state.isr),
                replicas,
            });
        }
    }
    partitions.sort_stably_by(|a, b| a.tp.cmp(&b.tp));
    partitions
}

/// Groups, with how far their members are and what they have before them.
pub(super) fn groups(znodes: &Znodes, nodes: &[NodeView]) -> Vec<GroupView> {
    let high_watermark = |tp: &TopicPartition| {
        let at = znodes.partitions.binary_search_by(|partition| partition.tp.cmp(tp)).ok()?;
        let leader = NodeId::Broker(znodes.partitions[at].leader?);
        let Card::Broker(broker) = &nodes.iter().find(|node| node.id == leader)?.card else { return None };
        broker.replicas.iter().find(|replica| replica.tp == *tp).map(|replica| replica.high_watermark)
    };
    let view = |group: &reader::SeenGroup| {
        let consumers = nodes.iter().filter_map(|node| match &node.card {
            Card::Consumer(consumer) if consumer.group == group.name => Some(consumer),
            _ => None,
        });
        let members: Vec<&ConsumerView> = consumers.collect();
        let mut tps: Vec<TopicPartition> = group.owners.iter().map(|(tp, _)| tp.clone()).collect();
        tps.extend(group.offsets.iter().map(|(tp, _)| tp.clone()));
        tps.extend(members.iter().flat_map(|member| member.owned.iter().map(|owned| owned.tp.clone())));
        tps.sort_stably();
        tps.dedup();
        let partition = |tp: TopicPartition| {
            let owned = members.iter().flat_map(|member| &member.owned).filter(|owned| owned.tp == tp);
            let position = owned.map(|owned| owned.position).max();
            let committed = group.offsets.iter().find(|(other, _)| *other == tp).map(|(_, offset)| *offset);
            let lag = match (high_watermark(&tp), position.or(committed)) {
                (Some(high_watermark), Some(position)) => Some(high_watermark.saturating_sub(position)),
                _ => None,
            };
            let owner = group.owners.iter().find(|(other, _)| *other == tp).and_then(|(_, owner)| *owner);
            GroupPartitionView { owner, committed, position, lag, tp }
        };
        GroupView {
            name: group.name.clone(),
            members: group.members.clone(),
            partitions: tps.into_iter().map(partition).collect(),
        }
    };
    znodes.groups.iter().map(view).collect()
}
