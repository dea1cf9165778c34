//! Conditions over a whole cluster, and over one record on its way through it. The built-in stories wait for them: their
//! reader may change the cluster meanwhile, so they name no process where "each" or "one" says what is meant.

use crate::about::FlightKind;
use crate::client::zk_consumer::RebalancePhase;
use crate::engine::node::Node;
use crate::engine::system::{Body, Slot, System};
use crate::ids::*;
use crate::kafka::{LeaderAndIsr, RecordId, Replica, Role};
use crate::view::reader;
use crate::view::reader::Reader;
use crate::zookeeper::{KeeperState, ServerRole};

/// What is to be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whole {
    /// Of at least one broker no process runs.
    BrokerIsDown,
    /// ZooKeeper has no znode of it.
    BrokerIsUnregistered,
    /// No open connection leads to a process that is down.
    DeadAreDisconnected,
    /// ZooKeeper has no session of a process that is down.
    DeadHaveNoSession,
    /// By a live broker.
    EveryPartitionIsLed,
    /// Each partition's ISR has all its replicas.
    EveryReplicaIsInSync,
    /// Each running producer knows a live leader of each of its partitions, and has nothing left to send.
    ProducersAreCurrent,
    /// Each running broker, consumer and client of ZooKeeper is connected to a server that serves.
    ZkClientsAreConnected,
    /// Nothing of a client of ZooKeeper is on its way but pings.
    ZkRequestsAreAnswered,
    /// A server leads and answers.
    ServerServes,
    /// Nothing can be read of ZooKeeper.
    NoServerServes,
    /// A majority named it, whether it serves already or not.
    EnsembleLeaderIsChosen,
    /// The chosen leader's epoch is at least this.
    EnsembleEpoch(u32),
    /// So many consumers are registered.
    Members(usize),
    /// A partition has no owner: the members of a group are dividing them up again.
    PartitionIsFree,
    /// Each partition has a live owner, and each running consumer reads.
    GroupsRead,
    /// One record has come that far.
    Record {
        /// Which one.
        id: RecordId,
        /// How far.
        is: Reach,
    },
}

/// How far a record has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On its way to a broker.
    Sent,
    /// In its leader's log.
    Appended,
    /// In another log too.
    Copied,
    /// Below the high watermark.
    Committed,
    /// Handed to an application.
    Read,
}

impl Whole {
    pub(crate) fn holds(&self, system: &System) -> bool {
        let reader = Reader::user(system);
        let slots = system.slots();
        let up = || slots.iter().filter(|slot| slot.process.is_up());
        let is_up = |id: NodeId| system.process(id).is_up();
        match self {
            Whole::BrokerIsDown => {
                slots.iter().any(|slot| matches!(slot.id, NodeId::Broker(_)) && !slot.process.is_up())
            }
            Whole::BrokerIsUnregistered => {
                let is_gone = |slot: &Slot| matches!(slot.id, NodeId::Broker(id) if !reader.is_registered(id));
                !reader.has_nobody() && slots.iter().any(is_gone)
            }
            Whole::DeadAreDisconnected => {
                up().all(|slot| slot.open.iter().all(|conn| is_up(conn.client) && is_up(conn.server)))
            }
            Whole::DeadHaveNoSession => {
                reader.tree().is_some_and(|tree| tree.sessions().all(|(_, session)| session.client.0.is_none_or(is_up)))
            }
            Whole::EveryPartitionIsLed => {
                each_partition(reader, |_, state| state.leader.is_some_and(|id| is_up(NodeId::Broker(id))))
            }
            Whole::EveryReplicaIsInSync => {
                each_partition(reader, |replicas, state| replicas.iter().all(|id| state.isr.contains(id)))
            }
            Whole::ProducersAreCurrent => up().all(|slot| match &*slot.node {
                Node::Producer(producer) => {
                    let knows = |known: &(TopicPartition, Option<BrokerId>)| {
                        known.1.is_some_and(|id| is_up(NodeId::Broker(id)))
                    };
                    producer.queued() == 0 && producer.known_leaders().iter().all(knows)
                }
                _ => true,
            }),
            Whole::ZkClientsAreConnected => up().all(|slot| {
                reader::zk_client(slot).is_none_or(|zk| {
                    let serves = |server| !matches!(reader::role(system, server), None | Some(ServerRole::Looking));
                    zk.state() == KeeperState::SyncConnected && zk.server().is_some_and(serves)
                })
            }),
            Whole::ZkRequestsAreAnswered => {
                let asks = |body: &Body| match body {
                    Body::Data(message) => {
                        matches!(
                            message.about().kind,
                            FlightKind::ZkRequest | FlightKind::ZkResponse | FlightKind::Watch
                        )
                    }
                    Body::Open | Body::Backlogged | Body::Opened | Body::Close(_) => false,
                };
                !system.wires().any(|(_, _, wire)| wire.queue.iter().any(|packet| asks(&packet.body)))
            }
            Whole::ServerServes => reader::seems_to_serve(system),
            Whole::NoServerServes => reader.has_nobody(),
            Whole::EnsembleLeaderIsChosen => up().any(|slot| chosen_epoch(slot).is_some()),
            Whole::EnsembleEpoch(least) => up().any(|slot| chosen_epoch(slot).is_some_and(|epoch| epoch >= *least)),
            Whole::Members(least) => reader.groups().iter().map(|group| group.members.len()).sum::<usize>() >= *least,
            Whole::PartitionIsFree => !each_is_owned(reader, |_| true),
            Whole::GroupsRead => {
                each_is_owned(reader, is_up)
                    && up().all(|slot| match &*slot.node {
                        Node::Consumer(consumer) => consumer.phase() == RebalancePhase::Reading,
                        _ => true,
                    })
            }
            Whole::Record { id, is } => record_is(system, *id, *is),
        }
    }
}

/// Of those that ZooKeeper has; false while it cannot be asked.
fn each_partition(reader: Reader<'_>, holds: impl Fn(&[BrokerId], &LeaderAndIsr) -> bool) -> bool {
    !reader.has_nobody()
        && reader.topics().iter().all(|(topic, assignment)| {
            assignment.iter().all(|(partition, replicas)| {
                reader.partition_state(&TopicPartition::new(topic, *partition)).is_some_and(|it| holds(replicas, &it))
            })
        })
}

/// Each group's partitions are those of which it has an owner or an offset.
fn each_is_owned(reader: Reader<'_>, by: impl Fn(NodeId) -> bool) -> bool {
    let partitions: usize = reader.topics().iter().map(|(_, assignment)| assignment.len()).sum();
    !reader.has_nobody()
        && reader
            .groups()
            .iter()
            .all(|group| group.owners.iter().filter(|(_, owner)| owner.is_some_and(&by)).count() == partitions)
}

/// The epoch of a server that was named leader.
fn chosen_epoch(slot: &Slot) -> Option<u32> {
    match &*slot.node {
        Node::Zk(server) if server.role() == Some(ServerRole::Leading) => Some(server.epoch()),
        _ => None,
    }
}

fn record_is(system: &System, id: RecordId, wanted: Reach) -> bool {
    if wanted == Reach::Sent {
        let carries =
            |body: &Body| matches!(body, Body::Data(message) if message.about().carried.records().contains(&id));
        return system.wires().any(|(_, _, wire)| wire.queue.iter().any(|packet| carries(&packet.body)));
    }
    let nodes = || system.slots().iter().filter(|slot| slot.process.is_up()).map(|slot| &*slot.node);
    let brokers = || nodes().filter_map(|node| if let Node::Broker(broker) = node { Some(broker) } else { None });
    let offset = |replica: &Replica| {
        let mut newest = replica.log().last_records(NEWEST_RECORDS);
        newest.find(|(_, record)| record.id == id).map(|(offset, _)| offset)
    };
    let leads = |replica: &&Replica| matches!(replica.role, Role::Leader(_));
    let mut led = brokers().flat_map(|broker| broker.replicas()).filter(leads);
    let Some((leader, at)) = led.find_map(|replica| Some((replica, offset(replica)?))) else { return false };
    let replicas = || brokers().filter_map(|broker| broker.replica(&leader.tp));
    match wanted {
        Reach::Sent | Reach::Appended => true,
        Reach::Copied => replicas().any(|replica| !leads(&replica) && offset(replica).is_some()),
        Reach::Committed => leader.high_watermark > at,
        Reach::Read => nodes().any(|node| match node {
            Node::Consumer(consumer) => consumer
                .owned()
                .iter()
                .any(|owned| owned.tp == leader.tp && owned.position.is_some_and(|next| next > at)),
            _ => false,
        }),
    }
}

/// A record that is followed is among so many of its log.
const NEWEST_RECORDS: u64 = 16;
