//! What must hold in every state of a cluster, whatever breaks: named checks over a [`System`]. Tests ask
//! after every step, the model checker in every state.
//!
//! Era 0.8.2 breaks some of them by its own rules (KIP-101, unclean election, acks=1): those say so by
//! [`Invariant::era_can_break_it`].

use crate::check::two_readers::two_readers;
use crate::client::{Produced, Written};
use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::*;
use crate::kafka::{Broker, RecordId, Replica, znodes};
use crate::sorted::SortedMap;

/// The checks, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    /// At each leader epoch of a partition one broker at the most leads.
    OneLeaderALeaderEpoch,
    /// No replica takes for committed what its log does not have.
    HighWatermarkWithinLog,
    /// Two replicas that both take an offset for committed have the same record there.
    LogsAgreeBelowHighWatermarks,
    /// What was acknowledged with acks=all is in the log of the leader.
    AcknowledgedRecordsSurvive,
    /// In ZooKeeper, the leader epoch of a partition only grows.
    LeaderEpochNeverGoesBack,
    /// Within a group, one consumer reads a partition.
    OneReaderOfAPartition,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Invariant; 6] = [
        Invariant::OneLeaderALeaderEpoch,
        Invariant::HighWatermarkWithinLog,
        Invariant::LogsAgreeBelowHighWatermarks,
        Invariant::AcknowledgedRecordsSurvive,
        Invariant::LeaderEpochNeverGoesBack,
        Invariant::OneReaderOfAPartition,
    ];

    /// Kafka 0.8.2 itself can break it: followers truncate to their own high watermark, not by leader epochs.
    pub const fn era_can_break_it(self) -> bool {
        matches!(self, Invariant::LogsAgreeBelowHighWatermarks | Invariant::AcknowledgedRecordsSurvive)
    }
}

/// An invariant does not hold.
#[expect(missing_docs, reason = "where it was found, in the words of Kafka")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// Two brokers lead a partition in one leader epoch.
    TwoLeaders { tp: TopicPartition, leader_epoch: u32, brokers: [BrokerId; 2] },
    /// A replica takes for committed what its log does not have.
    HighWatermarkBeyondLog { tp: TopicPartition, broker: BrokerId, high_watermark: u64, log_end: u64 },
    /// Both believe this offset committed, and hold different records there.
    LogsDisagree { tp: TopicPartition, offset: u64, brokers: [BrokerId; 2] },
    /// Acknowledged with acks=all, and not in the leader's log.
    AcknowledgedRecordLost { tp: TopicPartition, offset: u64, leader: BrokerId, record: RecordId },
    /// …/state shows an earlier leader epoch than it did.
    LeaderEpochWentBack { tp: TopicPartition, was: u32, is: u32 },
    /// Two members of a group own and fetch a partition, and neither is a zombie.
    TwoReaders { tp: TopicPartition, consumers: [NodeId; 2] },
}

impl Violation {
    /// The invariant that does not hold.
    pub const fn invariant(&self) -> Invariant {
        match self {
            Violation::TwoLeaders { .. } => Invariant::OneLeaderALeaderEpoch,
            Violation::HighWatermarkBeyondLog { .. } => Invariant::HighWatermarkWithinLog,
            Violation::LogsDisagree { .. } => Invariant::LogsAgreeBelowHighWatermarks,
            Violation::AcknowledgedRecordLost { .. } => Invariant::AcknowledgedRecordsSurvive,
            Violation::LeaderEpochWentBack { .. } => Invariant::LeaderEpochNeverGoesBack,
            Violation::TwoReaders { .. } => Invariant::OneReaderOfAPartition,
        }
    }
}

/// All checks of one state.
pub fn check(system: &System) -> Vec<Violation> {
    let mut violations = one_leader_a_leader_epoch(system);
    violations.extend(high_watermark_within_log(system));
    violations.extend(logs_agree_below_high_watermarks(system));
    violations.extend(acknowledged_records_survive(system));
    violations.extend(one_reader_of_a_partition(system));
    violations
}

fn brokers(system: &System) -> impl Iterator<Item = &Broker> {
    system.slots().iter().filter_map(|slot| match &*slot.node {
        Node::Broker(broker) if slot.process.is_up() => Some(broker),
        _ => None,
    })
}

/// The replicas of each partition on running brokers.
fn replicas(system: &System) -> SortedMap<&TopicPartition, Vec<(BrokerId, &Replica)>> {
    let mut all: SortedMap<&TopicPartition, Vec<(BrokerId, &Replica)>> = SortedMap::new();
    for broker in brokers(system) {
        for replica in broker.replicas() {
            all.or_default(&replica.tp).push((broker.id(), replica));
        }
    }
    all
}

/// See [`Invariant::OneLeaderALeaderEpoch`].
pub(crate) fn one_leader_a_leader_epoch(system: &System) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (tp, replicas) in replicas(system) {
        let mut leaders: SortedMap<u32, BrokerId> = SortedMap::new();
        for (broker, replica) in replicas {
            if let (true, Some(leader_epoch)) = (replica.leads(), replica.leader_epoch)
                && let Some(other) = leaders.insert(leader_epoch, broker)
            {
                violations.push(Violation::TwoLeaders { tp: tp.clone(), leader_epoch, brokers: [other, broker] });
            }
        }
    }
    violations
}

/// See [`Invariant::HighWatermarkWithinLog`].
pub(crate) fn high_watermark_within_log(system: &System) -> Vec<Violation> {
    let mut violations = Vec::new();
    for broker in brokers(system) {
        for replica in broker.replicas().filter(|replica| replica.high_watermark > replica.log_end()) {
            violations.push(Violation::HighWatermarkBeyondLog {
                tp: replica.tp.clone(),
                broker: broker.id(),
                high_watermark: replica.high_watermark,
                log_end: replica.log_end(),
            });
        }
    }
    violations
}

/// The first disagreement of each pair of replicas.
pub(crate) fn logs_agree_below_high_watermarks(system: &System) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (tp, replicas) in replicas(system) {
        for (nth, (one, a)) in replicas.iter().enumerate() {
            for (other, b) in &replicas[nth + 1..] {
                let committed = a.high_watermark.min(b.high_watermark);
                let from = a.log().start().max(b.log().start());
                let mut pairs = a.log().records_from(from).zip(b.log().records_from(from));
                let differs = pairs
                    .by_ref()
                    .take_while(|((offset, _), _)| *offset < committed)
                    .find(|((_, x), (_, y))| x.id != y.id);
                if let Some(((offset, _), _)) = differs {
                    violations.push(Violation::LogsDisagree { tp: tp.clone(), offset, brokers: [*one, *other] });
                }
            }
        }
    }
    violations
}

/// What a producer with acks=all was told to be written is in the log of the present leader.
pub fn acknowledged_records_survive(system: &System) -> Vec<Violation> {
    let replicas = replicas(system);
    let mut violations = Vec::new();
    for slot in system.slots() {
        let Node::Producer(producer) = &*slot.node else { continue };
        if producer.config().acks != -1 {
            continue;
        }
        for Produced { id, topic, outcome } in producer.results() {
            let Some(Ok(Some(Written { partition, offset: Some(offset) }))) = *outcome else { continue };
            let tp = TopicPartition::new(topic, partition);
            let leading = replicas.get(&tp).into_iter().flatten().filter(|(_, replica)| replica.leads());
            let Some((leader, replica)) = leading.max_by_key(|(_, replica)| replica.leader_epoch) else { continue };
            if replica.log().record(offset).map(|record| record.id) != Some(*id) {
                violations.push(Violation::AcknowledgedRecordLost { tp, offset, leader: *leader, record: *id });
            }
        }
    }
    violations
}

/// A partition has one reader in a group, but for zombies (see [`two_readers`], which counts them too).
pub(crate) fn one_reader_of_a_partition(system: &System) -> Vec<Violation> {
    let pairs = two_readers(system).into_iter().filter(|pair| pair.zombie.is_none());
    pairs.map(|pair| Violation::TwoReaders { tp: pair.tp, consumers: pair.consumers }).collect()
}

/// Remembers what it saw: for invariants about how states follow each other.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    leader_epochs: SortedMap<TopicPartition, u32>,
}

impl Witness {
    /// To be called with each state of a run in turn. Compares the newest tree that a running server has.
    pub fn look(&mut self, system: &System) -> Vec<Violation> {
        let servers = system.slots().iter().filter_map(|slot| match &*slot.node {
            Node::Zk(server) if server.is_serving() => Some(server),
            _ => None,
        });
        let Some(newest) = servers.max_by_key(|server| server.last_zxid()) else { return Vec::new() };
        let mut violations = Vec::new();
        for (path, znode) in newest.tree().iter() {
            let Some(tp) = znodes::partition_of_state_path(path) else { continue };
            let Some(state) = znode.data.as_ref().and_then(|data| znodes::parse_partition_state(data, 0)) else {
                continue;
            };
            let was = self.leader_epochs.insert(tp.clone(), state.leader_epoch).unwrap_or(0);
            if state.leader_epoch < was {
                violations.push(Violation::LeaderEpochWentBack { tp, was, is: state.leader_epoch });
            }
        }
        violations
    }
}
