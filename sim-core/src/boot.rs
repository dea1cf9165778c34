//! Brings a [`Setup`] up: from nothing to a cluster that serves, by the same faults and orders that a user
//! could give, each at the moment when the one before it has had its effect.
//!
//! Setup and seed decide everything here, so a boot that runs again is the same boot.

use crate::client::{Admin, Producer, ZkConsumer, ZkShell};
use crate::command::{Command, Order, Placement, zk_config};
use crate::fact::Event;
use crate::ids::*;
use crate::kafka::Broker;
use crate::setup::{Era, Setup};
use crate::sim::Sim;
use crate::system::{Changes, Fault, Node, System};
use crate::time::{SimTime, Span};
use crate::zookeeper::{ZkClientConfig, ZkServer};
use std::collections::BTreeSet;
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

/// What is wrong with a setup. Setups come from links and files too, so everything is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupError {
    NoServers,
    TooManyNodes(u16),
    NameTwice(Arc<str>),
    NodeTwice(NodeId),
    TopicTwice(Topic),
    TopicWithoutPartitions(Topic),
    /// A replica on a broker that the setup does not have, or twice on the same one.
    BadReplica(Topic, BrokerId),
    /// More replicas than brokers.
    TooFewBrokers(Topic, u16),
    NoSuchServer(Arc<str>, u16),
    NoServerToConnect(Arc<str>),
    /// An ensemble alone has no brokers, topics, producers and consumers.
    KafkaWithoutKafka,
}

/// The stages of a boot, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Service,
    ZkClient(Arc<str>),
    Broker(BrokerId),
    Topic(Topic),
    Consumers,
}

/// A cluster of more is not to be read on a page, and ids of slots stay small.
const NODES_MAX: usize = 100;

/// Brings the setup up.
pub fn run(setup: &Setup, seed: u64) -> Result<Sim, BootError> {
    run_with(setup, seed, &mut |_| {})
}

/// Brings the setup up; its events pass through `each`.
pub fn run_with(setup: &Setup, seed: u64, each: &mut dyn FnMut(&Event)) -> Result<Sim, BootError> {
    check(setup).map_err(BootError::Setup)?;
    let mut boot = Boot { sim: build(setup, seed), each, changes: Changes::default() };
    boot.everything(setup)?;
    Ok(boot.sim)
}

/// All nodes of the setup, none started. The setup must be one that [`check`] accepts.
pub fn build(setup: &Setup, seed: u64) -> Sim {
    let mut system = System::default();
    for id in &setup.ensemble.servers {
        let server = ZkServer::new(*id, setup.ensemble.clone());
        system.add(NodeId::Zk(*id), format!("zk{id}").into(), Node::Zk(server));
    }
    for broker in &setup.brokers {
        let zk = zk_config(&system, broker.config.session_timeout_ms);
        let node = Broker::new(broker.id, broker.config.clone(), zk);
        system.add(NodeId::Broker(broker.id), format!("broker-{}", broker.id).into(), Node::Broker(node));
    }
    for (n, producer) in (1..).zip(&setup.producers) {
        let node = Producer::new(n, producer.config.clone());
        system.add(NodeId::Producer(n), producer.name.clone(), Node::Producer(node));
    }
    for (n, consumer) in (1..).zip(&setup.consumers) {
        let zk = zk_config(&system, consumer.config.session_timeout_ms);
        let node = ZkConsumer::new(consumer.name.clone(), consumer.config.clone(), zk);
        system.add(NodeId::Consumer(n), consumer.name.clone(), Node::Consumer(node));
    }
    for (n, client) in (1..).zip(&setup.zk_clients) {
        let zk = ZkClientConfig {
            servers: client.connect.iter().map(|id| NodeId::Zk(*id)).collect(),
            session_timeout_ms: client.session_timeout_ms,
            version: setup.ensemble.version,
            retry_until_connected: false,
        };
        system.add(NodeId::ZkClient(n), client.name.clone(), Node::ZkShell(ZkShell::new(client.name.clone(), zk)));
    }
    if setup.era != Era::ZooKeeper {
        // The session timeout of kafka-topics.sh in 0.8.2 (`TopicCommand.main`).
        let admin = Admin::new(zk_config(&system, ADMIN_SESSION_TIMEOUT_MS));
        system.add(NodeId::Admin, "admin".into(), Node::Admin(admin));
    }
    Sim::new(system, seed)
}

const ADMIN_SESSION_TIMEOUT_MS: u32 = 30_000;

/// What is wrong with the setup, if something is.
pub fn check(setup: &Setup) -> Result<(), SetupError> {
    let servers = &setup.ensemble.servers;
    if servers.is_empty() {
        return Err(SetupError::NoServers);
    }
    let nodes =
        servers.len() + setup.brokers.len() + setup.producers.len() + setup.consumers.len() + setup.zk_clients.len();
    if nodes >= NODES_MAX {
        return Err(SetupError::TooManyNodes(NODES_MAX as u16));
    }
    let mut ids = BTreeSet::new();
    let brokers = setup.brokers.iter().map(|broker| NodeId::Broker(broker.id));
    for id in servers.iter().map(|id| NodeId::Zk(*id)).chain(brokers) {
        if !ids.insert(id) {
            return Err(SetupError::NodeTwice(id));
        }
    }
    let mut names: BTreeSet<Arc<str>> = BTreeSet::from(["admin".into()]);
    names.extend(servers.iter().map(|id| Arc::from(format!("zk{id}"))));
    names.extend(setup.brokers.iter().map(|broker| Arc::from(format!("broker-{}", broker.id))));
    let clients = setup.zk_clients.iter().map(|client| &client.name);
    let producers = setup.producers.iter().map(|producer| &producer.name);
    let consumers = setup.consumers.iter().map(|consumer| &consumer.name);
    for name in clients.chain(producers).chain(consumers) {
        if !names.insert(name.clone()) {
            return Err(SetupError::NameTwice(name.clone()));
        }
    }
    for client in &setup.zk_clients {
        if client.connect.is_empty() {
            return Err(SetupError::NoServerToConnect(client.name.clone()));
        }
        if let Some(id) = client.connect.iter().find(|id| !servers.contains(id)) {
            return Err(SetupError::NoSuchServer(client.name.clone(), *id));
        }
    }
    let no_kafka =
        setup.brokers.is_empty() && setup.topics.is_empty() && setup.producers.is_empty() && setup.consumers.is_empty();
    if setup.era == Era::ZooKeeper && !no_kafka {
        return Err(SetupError::KafkaWithoutKafka);
    }
    check_topics(setup)
}

fn check_topics(setup: &Setup) -> Result<(), SetupError> {
    let mut seen = BTreeSet::new();
    for topic in &setup.topics {
        if !seen.insert(topic.name.clone()) {
            return Err(SetupError::TopicTwice(topic.name.clone()));
        }
        match &topic.placement {
            Placement::Automatic { partitions, replication_factor } => {
                if *partitions == 0 || *replication_factor == 0 {
                    return Err(SetupError::TopicWithoutPartitions(topic.name.clone()));
                }
                if usize::from(*replication_factor) > setup.brokers.len() {
                    return Err(SetupError::TooFewBrokers(topic.name.clone(), *replication_factor));
                }
            }
            Placement::Manual(assignment) => {
                if assignment.is_empty() || assignment.iter().any(Vec::is_empty) {
                    return Err(SetupError::TopicWithoutPartitions(topic.name.clone()));
                }
                for replicas in assignment {
                    let mut on = BTreeSet::new();
                    for id in replicas {
                        if !setup.brokers.iter().any(|broker| broker.id == *id) || !on.insert(*id) {
                            return Err(SetupError::BadReplica(topic.name.clone(), *id));
                        }
                    }
                }
            }
        }
    }
    Ok(())
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
        self.wait(Stage::Service, |_| true)?;
        for (n, client) in (1..).zip(&setup.zk_clients) {
            self.start(NodeId::ZkClient(n));
            self.wait(Stage::ZkClient(client.name.clone()), |_| true)?;
        }
        for broker in &setup.brokers {
            self.start(NodeId::Broker(broker.id));
            self.wait(Stage::Broker(broker.id), |_| true)?;
        }
        if setup.era != Era::ZooKeeper {
            self.start(NodeId::Admin);
        }
        for topic in &setup.topics {
            self.command(Command::Order(NodeId::Admin, Order::CreateTopic(topic.clone())));
            self.wait(Stage::Topic(topic.name.clone()), |_| true)?;
        }
        for (n, _) in (1..).zip(&setup.producers) {
            self.start(NodeId::Producer(n));
        }
        for (n, consumer) in (1..).zip(&setup.consumers) {
            if consumer.start {
                self.start(NodeId::Consumer(n));
            }
        }
        self.wait(Stage::Consumers, |_| true)?;
        for (n, producer) in (1..).zip(&setup.producers) {
            if producer.records_per_s > 0 {
                let topics = producer.topics.clone();
                let order = Order::ProduceSteadily { records_per_s: producer.records_per_s, topics };
                self.command(Command::Order(NodeId::Producer(n), order));
            }
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
