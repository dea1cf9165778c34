//! Brings a [`Setup`] up: from nothing to a cluster that serves, by the same faults and orders that a user
//! could give, each at the moment when the one before it has had its effect.
//!
//! Setup and seed decide everything here, so a boot that runs again is the same boot.

use crate::client::zk_consumer::RebalancePhase;
use crate::engine::command::Command;
use crate::engine::node::Node;
use crate::engine::setup::{BrokerSetup, ConsumerSetup, ProducerSetup, Setup, SetupError, ZkShellSetup};
use crate::engine::sim::Sim;
use crate::engine::system::{Changes, Fault, Process, Slot, System};
use crate::event::Event;
use crate::ids::*;
use crate::kafka::Replica;
use crate::order::Order;
use crate::time::{SimTime, Span};
use crate::view::reader;
use crate::view::reader::Reader;
use crate::zookeeper::KeeperState;
use std::fmt;
use std::sync::Arc;

/// How long each stage may take in simulated time. All are many times what a healthy cluster needs.
const STAGE_MAX: Span = Span::ms(60_000);

/// Why a setup did not come up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BootError {
    Setup(SetupError),
    /// A stage did not come to its end in time.
    Stuck(Stage, SimTime),
}

impl fmt::Display for BootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BootError::Setup(error) => write!(f, "the setup does not fit together: {error}"),
            BootError::Stuck(stage, at) => {
                write!(f, "at {}.{:03} s {stage}", at.as_ms() / 1_000, at.as_ms() % 1_000)
            }
        }
    }
}

impl std::error::Error for BootError {}

/// The stages of a boot, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Service,
    ZkShell(Arc<str>),
    Broker(BrokerId),
    Topic(Topic),
    Consumers,
}

/// What the stage still waits for.
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stage::Service => write!(f, "the ensemble does not serve"),
            Stage::ZkShell(name) => write!(f, "{name} is not connected"),
            Stage::Broker(id) => write!(f, "broker-{id} is not registered"),
            Stage::Topic(topic) => write!(f, "topic {topic} has partitions without a leader"),
            Stage::Consumers => write!(f, "the consumers do not read"),
        }
    }
}

/// Brings the setup up.
pub fn run(setup: &Setup, seed: u64) -> Result<Sim, BootError> {
    run_with(setup, seed, &mut |_| {})
}

/// Brings the setup up; its events pass through `each`.
pub fn run_with(setup: &Setup, seed: u64, each: &mut dyn FnMut(&Event)) -> Result<Sim, BootError> {
    setup.validate().map_err(BootError::Setup)?;
    let mut boot = Boot { sim: build(setup, seed), each, changes: Changes::default() };
    boot.everything(setup)?;
    Ok(boot.sim)
}

/// All nodes of the setup, none started. The setup must be one that [`Setup::validate`] accepts.
pub fn build(setup: &Setup, seed: u64) -> Sim {
    let mut system = System::new(setup.kafka, setup.ensemble.clone());
    let factory = system.factory().clone();
    for id in &setup.ensemble.servers {
        system.add(NodeId::Zk(*id), format!("zk{id}").into(), factory.server(*id));
    }
    if let Some(kafka) = factory.kafka() {
        for BrokerSetup { id, config } in &setup.brokers {
            system.add(NodeId::Broker(*id), format!("broker-{id}").into(), kafka.broker(*id, config));
        }
        for (n, ProducerSetup { name, config }) in (1..).zip(&setup.producers) {
            system.add(NodeId::Producer(n), name.clone(), kafka.producer(n, config));
        }
        for (n, ConsumerSetup { name, config, .. }) in (1..).zip(&setup.consumers) {
            system.add(NodeId::Consumer(n), name.clone(), kafka.consumer(name, config));
        }
    }
    for (n, ZkShellSetup { name, connect, session_timeout_ms }) in (1..).zip(&setup.zk_shells) {
        system.add(NodeId::ZkShell(n), name.clone(), factory.zk_shell(name, connect, *session_timeout_ms));
    }
    if let Some(kafka) = factory.kafka() {
        system.add(NodeId::Admin, "admin".into(), kafka.admin());
    }
    Sim::new(system, seed)
}

/// The run of a boot.
struct Boot<'a> {
    sim: Sim,
    each: &'a mut dyn FnMut(&Event),
    changes: Changes,
}

impl Boot<'_> {
    fn everything(&mut self, setup: &Setup) -> Result<(), BootError> {
        for id in &setup.ensemble.servers {
            self.start(NodeId::Zk(*id));
        }
        self.wait(Stage::Service, |sim| everybody_serves(sim.system()))?;
        for (n, client) in (1..).zip(&setup.zk_shells) {
            self.start(NodeId::ZkShell(n));
            self.wait(Stage::ZkShell(client.name.clone()), |sim| {
                reader::client_state(sim.system(), NodeId::ZkShell(n)) == Some(KeeperState::SyncConnected)
            })?;
        }
        for broker in &setup.brokers {
            self.start(NodeId::Broker(broker.id));
            self.wait(Stage::Broker(broker.id), |sim| Reader::user(sim.system()).is_registered(broker.id))?;
        }
        if setup.kafka.is_some() {
            self.start(NodeId::Admin);
        }
        for topic in &setup.topics {
            self.command(Command::Order(NodeId::Admin, Order::CreateTopic(topic.clone())));
            self.wait(Stage::Topic(topic.name.clone()), |sim| has_leaders(sim.system(), &topic.name))?;
        }
        // One after the other, so that their ids sort in the order of the setup.
        for (n, consumer) in (1..).zip(&setup.consumers) {
            if consumer.start {
                self.start(NodeId::Consumer(n));
                self.wait(Stage::Consumers, |sim| all_consumers_read(sim.system()))?;
            }
        }
        for (n, _) in (1..).zip(&setup.producers) {
            self.start(NodeId::Producer(n));
        }
        Ok(())
    }

    fn start(&mut self, id: NodeId) {
        self.command(Command::Fault(Fault::Start(id)));
    }

    fn command(&mut self, command: Command) {
        // Every command here is one that the stage before made possible.
        let refused = self.sim.command(&command, &mut self.changes).is_err();
        debug_assert!(!refused, "a boot's own commands fit: {command:?}");
        self.changes.events.drain(..).for_each(|event| (self.each)(&event));
    }

    fn wait(&mut self, stage: Stage, holds: impl FnMut(&Sim) -> bool) -> Result<(), BootError> {
        let bound = self.sim.now().plus(STAGE_MAX);
        if self.sim.run_until(bound, &mut *self.each, holds) {
            Ok(())
        } else {
            Err(BootError::Stuck(stage, self.sim.now()))
        }
    }
}

fn everybody_serves(system: &System) -> bool {
    let serves = |slot: &Slot| match &*slot.node {
        Node::Zk(server) => server.is_serving(),
        _ => true,
    };
    system.slots().iter().all(serves)
}

/// Each partition has a leader, and the leader knows it.
fn has_leaders(system: &System, topic: &Topic) -> bool {
    let reader = Reader::user(system);
    let leads = |tp: &TopicPartition| {
        let leader = reader.partition_state(tp).and_then(|state| BrokerId::try_from(state.leader).ok());
        match leader.and_then(|leader| system.node(NodeId::Broker(leader))) {
            Some(Node::Broker(broker)) => broker.replica(tp).is_some_and(Replica::leads),
            _ => false,
        }
    };
    let Some(assignment) = reader.assignment(topic) else { return false };
    let tps: Vec<TopicPartition> =
        assignment.iter().map(|(partition, _)| TopicPartition::new(topic, *partition)).collect();
    tps.iter().all(leads) && known_everywhere(system, topic, tps.len())
}

/// Every running broker tells clients who leads each partition of the topic.
fn known_everywhere(system: &System, topic: &Topic, partitions: usize) -> bool {
    system.slots().iter().all(|slot| match &*slot.node {
        Node::Broker(broker) if slot.process.is_up() => broker.metadata().is_some_and(|metadata| {
            let led = metadata.leaders().filter(|(tp, leader)| tp.topic == *topic && leader.is_some());
            led.count() == partitions
        }),
        _ => true,
    })
}

fn all_consumers_read(system: &System) -> bool {
    system.slots().iter().all(|slot| match &*slot.node {
        Node::Consumer(consumer) if slot.process == Process::Running => {
            matches!(consumer.phase(), RebalancePhase::Reading | RebalancePhase::GaveUp)
        }
        _ => true,
    })
}
