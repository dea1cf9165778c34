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
    /// The setup contradicts itself.
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
    /// The ensemble has a leader, and writes succeed.
    Service,
    /// A bare ZooKeeper client is connected.
    ZkShell(NodeId, Arc<str>),
    /// A broker is registered.
    Broker(BrokerId),
    /// A topic exists, and each of its partitions has a leader.
    Topic(Topic),
    /// Those that are started have their shares.
    Consumers,
}

/// What the stage still waits for.
impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stage::Service => write!(f, "the ensemble does not serve"),
            Stage::ZkShell(_, name) => write!(f, "{name} is not connected"),
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
pub(crate) fn run_with(setup: &Setup, seed: u64, each: &mut dyn FnMut(&Event)) -> Result<Sim, BootError> {
    let mut boot = Boot::new(setup, seed)?;
    while !boot.advance(u32::MAX, each)? {}
    Ok(boot.into_sim())
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

/// A boot that can be advanced a little at a time: a page must not stand still for as long as all of it takes.
pub struct Boot {
    sim: Sim,
    /// What is still to be done, in order.
    acts: std::vec::IntoIter<Act>,
    waiting: Option<Wait>,
    changes: Changes,
}

enum Act {
    Do(Command),
    WaitFor(Stage),
}

struct Wait {
    stage: Stage,
    until: SimTime,
}

impl Boot {
    /// Nothing has been started yet.
    pub fn new(setup: &Setup, seed: u64) -> Result<Boot, BootError> {
        setup.validate().map_err(BootError::Setup)?;
        let acts = acts(setup).into_iter();
        Ok(Boot { sim: build(setup, seed), acts, waiting: None, changes: Changes::default() })
    }

    /// Makes at most so many choices. Whether the setup is up; its events pass through `each`.
    pub fn advance(&mut self, choices_max: u32, each: &mut dyn FnMut(&Event)) -> Result<bool, BootError> {
        for _ in 0..choices_max {
            if !self.come_to_a_wait(each) {
                return Ok(true);
            }
            let Some(Wait { stage, until }) = &self.waiting else { return Ok(true) };
            if self.sim.next_due().is_none_or(|due| due > *until) {
                return Err(BootError::Stuck(stage.clone(), *until));
            }
            self.sim.step(&mut self.changes);
            self.changes.events.drain(..).for_each(|event| each(&event));
        }
        Ok(!self.come_to_a_wait(each))
    }

    /// The simulation as far as it has come.
    pub(crate) fn into_sim(self) -> Sim {
        self.sim
    }

    /// Does everything that needs no time. Whether something is waited for then.
    fn come_to_a_wait(&mut self, each: &mut dyn FnMut(&Event)) -> bool {
        loop {
            if let Some(wait) = &self.waiting
                && !wait.stage.is_over(self.sim.system())
            {
                return true;
            }
            self.waiting = match self.acts.next() {
                Some(Act::WaitFor(stage)) => Some(Wait { stage, until: self.sim.now().plus(STAGE_MAX) }),
                Some(Act::Do(command)) => {
                    // Every command here is one that the stage before made possible.
                    let refused = self.sim.command(&command, &mut self.changes).is_err();
                    debug_assert!(!refused, "a boot's own commands fit: {command:?}");
                    self.changes.events.drain(..).for_each(|event| each(&event));
                    None
                }
                None => {
                    self.waiting = None;
                    return false;
                }
            };
        }
    }
}

/// Everything that a boot does, and what it waits for in between.
fn acts(setup: &Setup) -> Vec<Act> {
    let start = |id: NodeId| Act::Do(Command::Fault(Fault::Start(id)));
    let mut acts: Vec<Act> = setup.ensemble.servers.iter().map(|id| start(NodeId::Zk(*id))).collect();
    acts.push(Act::WaitFor(Stage::Service));
    for (n, client) in (1..).zip(&setup.zk_shells) {
        let id = NodeId::ZkShell(n);
        acts.extend([start(id), Act::WaitFor(Stage::ZkShell(id, client.name.clone()))]);
    }
    for broker in &setup.brokers {
        acts.extend([start(NodeId::Broker(broker.id)), Act::WaitFor(Stage::Broker(broker.id))]);
    }
    if setup.kafka.is_some() {
        acts.push(start(NodeId::Admin));
    }
    for topic in &setup.topics {
        acts.push(Act::Do(Command::Order(NodeId::Admin, Order::CreateTopic(topic.clone()))));
        acts.push(Act::WaitFor(Stage::Topic(topic.name.clone())));
    }
    // One after the other, so that their ids sort in the order of the setup.
    for (n, _) in (1..).zip(&setup.consumers).filter(|(_, consumer)| consumer.start) {
        acts.extend([start(NodeId::Consumer(n)), Act::WaitFor(Stage::Consumers)]);
    }
    acts.extend((1..).zip(&setup.producers).map(|(n, _)| start(NodeId::Producer(n))));
    acts
}

impl Stage {
    fn is_over(&self, system: &System) -> bool {
        match self {
            Stage::Service => everybody_serves(system),
            Stage::ZkShell(id, _) => reader::client_state(system, *id) == Some(KeeperState::SyncConnected),
            Stage::Broker(id) => Reader::user(system).is_registered(*id),
            Stage::Topic(topic) => has_leaders(system, topic),
            Stage::Consumers => all_consumers_read(system),
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
    // The last thing to come true, and asked after every choice: without it the znodes need not be read.
    if !known_everywhere(system, topic, |led| led > 0) {
        return false;
    }
    let reader = Reader::user(system);
    let leads = |tp: &TopicPartition| {
        let leader = reader.partition_state(tp).and_then(|state| state.leader);
        match leader.and_then(|leader| system.node(NodeId::Broker(leader))) {
            Some(Node::Broker(broker)) => broker.replica(tp).is_some_and(Replica::leads),
            _ => false,
        }
    };
    let Some(assignment) = reader.assignment(topic) else { return false };
    let tps: Vec<TopicPartition> =
        assignment.iter().map(|(partition, _)| TopicPartition::new(topic, *partition)).collect();
    tps.iter().all(leads) && known_everywhere(system, topic, |led| led == tps.len())
}

/// Every running broker tells clients who leads so many partitions of the topic.
fn known_everywhere(system: &System, topic: &Topic, enough: impl Fn(usize) -> bool) -> bool {
    system.slots().iter().all(|slot| match &*slot.node {
        Node::Broker(broker) if slot.process.is_up() => broker.metadata().is_some_and(|metadata| {
            let led = metadata.leaders().filter(|(tp, leader)| tp.topic == *topic && leader.is_some());
            enough(led.count())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::bench_scene;

    #[test]
    fn a_boot_in_slices_is_the_boot_in_one_go() {
        let (setup, seed) = (bench_scene::setup(), bench_scene::SEED);
        let mut events = Vec::new();
        let whole = run_with(&setup, seed, &mut |event| events.push(event.clone())).expect("the bench scene boots");
        for choices_max in [1, 7, 400] {
            let mut boot = Boot::new(&setup, seed).expect("the bench scene boots");
            let (mut slices, mut seen) = (1, Vec::new());
            while !boot.advance(choices_max, &mut |event| seen.push(event.clone())).expect("the bench scene boots") {
                slices += 1;
            }
            assert!(slices > 5, "so many choices at once are no slice: {slices}");
            let sim = boot.into_sim();
            // Every node, wire, timer and clock of it.
            assert!(format!("{sim:?}") == format!("{whole:?}"), "in slices of {choices_max} it is another state");
            assert!(seen == events, "the same events, once each");
        }
    }

    #[test]
    fn a_boot_that_cannot_end_says_what_it_waited_for() {
        let setup = bench_scene::setup();
        let mut boot = Boot::new(&setup, 1).expect("the bench scene is a setup");
        boot.acts = vec![Act::WaitFor(Stage::Broker(99))].into_iter();
        let stuck = boot.advance(u32::MAX, &mut |_| {});
        assert_eq!(stuck, Err(BootError::Stuck(Stage::Broker(99), SimTime::ZERO.plus(STAGE_MAX))));
    }
}
