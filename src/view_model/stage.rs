//! The cards of the stage. Each is a small struct that is equal when its card looks the same, so that only
//! cards that changed are drawn again.

use super::clocks::{self, Clocks};
use sim_core::engine::system::Process;
use sim_core::ids::*;
use sim_core::kafka::RecordId;
use sim_core::sorted::Sorted;
use sim_core::view::frame::*;
use std::sync::Arc;

/// Cells of a log that are shown at once.
pub const CELLS: u64 = 14;
/// Empty cells kept free after the end of a log, so that one sees where it will grow.
const FREE_CELLS: u64 = 2;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerCard {
    pub id: NodeId,
    pub broker: BrokerId,
    pub name: Arc<str>,
    pub process: Process,
    /// /controller names it.
    pub controller: bool,
    pub believes_controller: bool,
    pub registered: bool,
    pub clocks: Option<Clocks>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// ZooKeeper names it, and it knows.
    Leader,
    /// ZooKeeper names it, but its process is down or does not know yet.
    Named,
    /// It believes to lead, and ZooKeeper names another.
    Stale,
    InSync,
    OutOfSync,
}

/// A replica on its broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    pub standing: Standing,
    pub epoch: u32,
    pub log_start: u64,
    pub log_end: u64,
    pub high_watermark: u64,
    /// The offset of the first cell; the same on all brokers, so that a follower is seen to be behind.
    pub first: u64,
    /// The offset of the record that is followed.
    pub followed: Option<u64>,
    /// Under the leader: how far the groups are.
    pub groups: Vec<GroupMark>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMark {
    pub group: Arc<str>,
    pub position: Option<u64>,
    pub committed: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerCard {
    pub name: Arc<str>,
    pub process: Process,
    pub view: ProducerView,
    /// Partitions whose leader it is wrong about.
    pub stale: Vec<TopicPartition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerCard {
    pub id: NodeId,
    pub name: Arc<str>,
    pub process: Process,
    pub consumer_id: Option<Arc<str>>,
    pub phase: RebalancePhase,
    pub attempt: u32,
    pub clocks: Option<Clocks>,
    pub received: u64,
    pub owned: Vec<Owned>,
}

/// A partition at a consumer: as ZooKeeper has it, and as the consumer has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    pub tp: TopicPartition,
    pub in_zookeeper: bool,
    pub believed: bool,
    pub fetching: bool,
    pub position: Option<u64>,
    pub committed: Option<u64>,
    pub lag: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupCard {
    pub name: Arc<str>,
    /// As ZooKeeper has it: a member counts from its ephemeral znode to the end of its session, whether or not
    /// its process runs.
    pub members: u32,
    /// The furthest phase behind: a group reads when all of it reads.
    pub rebalancing: Option<(RebalancePhase, u32)>,
    pub lag: u64,
    /// Partitions that nobody owns in ZooKeeper.
    pub unowned: Vec<TopicPartition>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellCard {
    pub id: NodeId,
    pub name: Arc<str>,
    pub process: Process,
    pub clocks: Option<Clocks>,
}

/// What the cluster can do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lights {
    /// There is a controller: a failed leader would be replaced.
    pub controller: bool,
    /// Partitions that have no leader that runs.
    pub offline: u32,
    pub partitions: u32,
}

pub fn broker(frame: &Frame, id: NodeId) -> Option<BrokerCard> {
    let view = frame.brokers().find(|broker| broker.id == id)?;
    Some(BrokerCard {
        id,
        broker: view.broker,
        name: view.name.clone(),
        process: view.process,
        controller: frame.controller == Some(view.broker),
        believes_controller: view.believes_controller && view.process.is_up(),
        registered: view.registered,
        clocks: clocks::of(frame, id, view.process, view.zk.as_ref()),
    })
}

/// The replicas on a broker, and those that are assigned to it and are not there yet.
pub fn replicas(frame: &Frame, broker: BrokerId) -> Vec<TopicPartition> {
    let held = frame.broker(broker).into_iter().flat_map(|view| view.card.replicas.iter().map(|replica| &replica.tp));
    let assigned = frame.partitions.iter().filter(|p| p.replicas.contains(&broker)).map(|p| &p.tp);
    let mut all: Vec<TopicPartition> = held.chain(assigned).cloned().collect();
    all.sort_stably();
    all.dedup();
    all
}

/// A strip, also for a replica that was assigned and is not there yet.
pub fn strip(frame: &Frame, broker: BrokerId, tp: &TopicPartition, followed: Option<RecordId>) -> Option<Strip> {
    let view = frame.broker(broker)?;
    let replica = view.replicas.iter().find(|replica| replica.tp == *tp);
    let partition = frame.partition(tp);
    let named = partition.is_some_and(|partition| partition.leader == Some(broker));
    let believes = replica.is_some_and(|replica| replica.role == ReplicaRole::Leader) && view.process.is_up();
    let in_sync = partition
        .map_or_else(|| replica.is_some_and(|replica| replica.in_sync), |partition| partition.isr.contains(&broker));
    let standing = match (named, believes) {
        (true, true) => Standing::Leader,
        (true, false) => Standing::Named,
        (false, true) => Standing::Stale,
        (false, false) if in_sync => Standing::InSync,
        (false, false) => Standing::OutOfSync,
    };
    let leads = standing == Standing::Leader || (standing == Standing::Named && !believes);
    let groups = if leads { group_marks(frame, tp) } else { Vec::new() };
    Some(Strip {
        standing,
        epoch: partition.map(|p| p.leader_epoch).max(replica.map(|r| r.leader_epoch)).unwrap_or(0),
        log_start: replica.map_or(0, |replica| replica.log_start),
        log_end: replica.map_or(0, |replica| replica.log_end),
        high_watermark: replica.map_or(0, |replica| replica.high_watermark),
        first: first_cell(frame, tp),
        followed: followed.and_then(|id| {
            let tail = &replica?.tail;
            tail.iter().find(|record| record.id == id).map(|record| record.offset)
        }),
        groups,
    })
}

/// All replicas of a partition show the same offsets.
fn first_cell(frame: &Frame, tp: &TopicPartition) -> u64 {
    let replicas = frame.brokers().flat_map(|broker| &broker.card.replicas).filter(|replica| replica.tp == *tp);
    let end = replicas.map(|replica| replica.log_end).max().unwrap_or(0);
    (end + FREE_CELLS).saturating_sub(CELLS)
}

fn group_marks(frame: &Frame, tp: &TopicPartition) -> Vec<GroupMark> {
    frame
        .groups
        .iter()
        .filter_map(|group| {
            let of = group.partitions.iter().find(|partition| partition.tp == *tp)?;
            (of.position.is_some() || of.committed.is_some()).then(|| GroupMark {
                group: group.name.clone(),
                position: of.position,
                committed: of.committed,
            })
        })
        .collect()
}

pub fn producer(frame: &Frame, id: NodeId) -> Option<ProducerCard> {
    let view = frame.producers().find(|producer| producer.id == id)?;
    let stale = view
        .known_leaders
        .iter()
        .filter(|(tp, leader)| {
            leader.is_some() && frame.partition(tp).is_some_and(|partition| partition.leader != *leader)
        })
        .map(|(tp, _)| tp.clone())
        .collect();
    Some(ProducerCard { name: view.name.clone(), process: view.process, view: view.card.clone(), stale })
}

pub fn consumer(frame: &Frame, id: NodeId) -> Option<ConsumerCard> {
    let view = frame.consumers().find(|consumer| consumer.id == id)?;
    let group = frame.groups.iter().find(|group| group.name == view.group);
    let of_group = group.map_or(&[][..], |group| &group.partitions[..]);
    let mut owned: Vec<Owned> = of_group
        .iter()
        .filter(|partition| partition.owner == Some(id) || view.owned.iter().any(|own| own.tp == partition.tp))
        .map(|partition| {
            let own = view.owned.iter().find(|own| own.tp == partition.tp);
            Owned {
                tp: partition.tp.clone(),
                in_zookeeper: partition.owner == Some(id),
                believed: own.is_some(),
                fetching: own.is_some_and(|own| own.fetching),
                position: own.map(|own| own.position),
                committed: partition.committed,
                lag: partition.lag,
            }
        })
        .collect();
    for own in &view.owned {
        if !owned.iter().any(|known| known.tp == own.tp) {
            owned.push(Owned {
                tp: own.tp.clone(),
                in_zookeeper: false,
                believed: true,
                fetching: own.fetching,
                position: Some(own.position),
                committed: own.committed,
                lag: None,
            });
        }
    }
    Some(ConsumerCard {
        id,
        name: view.name.clone(),
        process: view.process,
        consumer_id: view.consumer_id.clone(),
        phase: view.phase,
        attempt: view.attempt,
        clocks: clocks::of(frame, id, view.process, view.zk.as_ref()),
        received: view.received,
        owned,
    })
}

pub fn group(frame: &Frame, name: &str) -> Option<GroupCard> {
    let members: Vec<Seen<'_, ConsumerView>> = frame.consumers().filter(|consumer| *consumer.group == *name).collect();
    let first = members.first()?;
    let view = frame.groups.iter().find(|group| *group.name == *name);
    let partitions = view.map_or(&[][..], |group| &group.partitions[..]);
    let rebalancing = members
        .iter()
        .filter(|member| member.process.is_up() && member.phase != RebalancePhase::Reading)
        .map(|member| (member.phase, member.attempt))
        .min();
    Some(GroupCard {
        name: first.group.clone(),
        members: view.map_or(0, |group| group.members.len() as u32),
        rebalancing,
        lag: partitions.iter().filter_map(|partition| partition.lag).sum(),
        unowned: partitions.iter().filter(|p| p.owner.is_none()).map(|p| p.tp.clone()).collect(),
    })
}

pub fn shell(frame: &Frame, id: NodeId) -> Option<ShellCard> {
    let view = frame.shells().find(|shell| shell.id == id)?;
    Some(ShellCard {
        id,
        name: view.name.clone(),
        process: view.process,
        clocks: clocks::of(frame, id, view.process, view.zk.as_ref()),
    })
}

pub fn lights(frame: &Frame) -> Lights {
    let runs = |leader: BrokerId| process(frame, NodeId::Broker(leader)) == Some(Process::Running);
    Lights {
        controller: frame.controller.is_some(),
        offline: frame.partitions.iter().filter(|partition| !partition.leader.is_some_and(runs)).count() as u32,
        partitions: frame.partitions.len() as u32,
    }
}

/// What a node is called on the stage.
pub fn name(frame: &Frame, id: NodeId) -> Arc<str> {
    frame.node(id).map_or_else(|| Arc::from("admin"), |node| node.name.clone())
}

/// Whether a node's process is in the given frame, and how it is.
pub fn process(frame: &Frame, id: NodeId) -> Option<Process> {
    Some(frame.node(id)?.process)
}
