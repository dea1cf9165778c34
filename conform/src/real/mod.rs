//! Plays a scenario on a real system, step by step, from the same commands and conditions as the simulator.

mod conditions;
mod conversation;
pub(crate) mod jars;
mod kafka;
mod look;
mod observer;
mod ports;
mod process;
mod server;
pub(crate) mod system;
mod wire;
mod zookeeper;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use sim_core::client::ProducerClient;
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::ids::NodeId;
use sim_core::json::Json;
use sim_core::kafka::znodes;
use sim_core::order::Order;
use sim_core::order::Placement;
use sim_core::order::ShellOp;
use sim_core::scenario::observation;
use sim_core::scenario::{Scenario, Step};
use sim_core::time::Span;
use sim_core::zookeeper::KeeperState;

use workshop::Error;

use crate::playthrough::{Ending, Playthrough, Why};
use crate::story_file::Story;
use jars::Runtime;
use kafka::Cluster;
use observer::Observer;
use process::{Guard, Jvm};
use zookeeper::answer::Answer;
use zookeeper::client::{Client, Outcome, Sessions};
use zookeeper::ensemble::Ensemble;

/// Each client may take this long until it is connected, as in the simulator's boot.
const CONNECT_MAX: Duration = Duration::from_secs(60);
/// Real processes take a moment to start and to be asked: a condition is given this much more than the file says.
const SLACK: Duration = Duration::from_secs(2);
/// A broker takes some more moments than a server of ZooKeeper.
const SLACK_WITH_KAFKA: Duration = Duration::from_secs(10);

/// What of a scenario only the simulator can play, at which step; nothing when a real system can play it all.
pub(crate) fn only_simulated(scenario: &Scenario) -> Option<(usize, &'static str)> {
    let has_kafka = scenario.setup.kafka.is_some();
    let is_real = |id: &NodeId| has_kafka || matches!(id, NodeId::Zk(_) | NodeId::ZkShell(_));
    let is_scala = |id: &NodeId| match id {
        NodeId::Producer(nth) => usize::from(*nth)
            .checked_sub(1)
            .and_then(|nth| scenario.setup.producers.get(nth))
            .is_some_and(|producer| matches!(producer.config.client, ProducerClient::Scala(_))),
        _ => false,
    };
    let without_kafka = "this needs a broker, and there is none";
    scenario.steps.iter().enumerate().find_map(|(nth, step)| {
        let what = match step {
            Step::Do(Command::Fault(Fault::PowerOff(_))) => Some("`power_off` is for the simulator only"),
            Step::Do(Command::Fault(Fault::Cut { .. })) => Some("`cut` is for the simulator only"),
            Step::Do(Command::Fault(Fault::Heal { .. })) => Some("`heal` is for the simulator only"),
            Step::Do(Command::Order(id, Order::Produce(records)))
                if is_scala(id) && records.iter().any(|record| record.partition.is_some()) =>
            {
                Some("the Scala producer takes no partition of its caller; a key decides")
            }
            Step::Do(Command::Fault(Fault::Start(id) | Fault::Kill(id) | Fault::Freeze(id) | Fault::Thaw(id)))
            | Step::Do(Command::Order(
                id,
                Order::Stop
                | Order::Zk(_)
                | Order::Produce(_)
                | Order::Commit
                | Order::CreateTopic(_)
                | Order::AddPartitions { .. },
            )) if is_real(id) => None,
            Step::Do(_) => Some("this command is for the simulator only"),
            Step::Until { condition, .. } if conditions::only_simulated(condition) => {
                Some("this condition is for the simulator only")
            }
            Step::Until { condition, .. } => {
                (!has_kafka && conditions::only_with_kafka(condition)).then_some(without_kafka)
            }
            Step::Observe { names, .. } => {
                (!has_kafka && names.iter().any(look::only_with_kafka)).then_some(without_kafka)
            }
            Step::DoTo(_) | Step::Say { .. } | Step::Ask { .. } => Some("stories are for the simulator only"),
            Step::Settle { .. } | Step::Wait(_) => None,
        };
        what.map(|what| (nth, what))
    })
}

/// Plays the story with this setup (the file's, with the version that is meant). The folder holds all that the processes
/// write; it goes with them, unless it is to be kept.
pub(crate) fn tell(
    story: &Story,
    setup: &Setup,
    runtime: &Runtime,
    folder: &Path,
    is_kept: bool,
) -> Result<Playthrough, Error> {
    let guard = Guard::new(folder.to_owned(), is_kept, &kafka::names(setup))?;
    let mut real = Real::boot(runtime, setup, &guard)?;
    let mut playthrough = Playthrough { observations: Vec::new(), ending: None };
    for (nth, step) in story.scenario.steps.iter().enumerate() {
        match real.play(step) {
            Ok(seen) => playthrough.observations.extend(seen),
            Err(ending) => {
                playthrough.ending = Some((nth, ending));
                break;
            }
        }
    }
    Ok(playthrough)
}

/// A running ensemble with the scenario's clients, and with brokers where there are any.
struct Real {
    ensemble: Ensemble,
    clients: Vec<Client>,
    kafka: Option<Cluster>,
    observer: Observer,
    sessions: Sessions,
    /// What `results` shows.
    answers: Vec<Json>,
    runtime: Runtime,
    // The last to go: it sees that everything else has gone.
    guard: Arc<Guard>,
}

impl Real {
    /// All servers serve and all clients are connected, each before the next, as the simulator boots.
    fn boot(runtime: &Runtime, setup: &Setup, guard: &Arc<Guard>) -> Result<Self, Error> {
        // Their virtual machines start beside the servers'.
        let observer = Observer::start(runtime, guard)?;
        let ensemble = Ensemble::boot(runtime, &setup.ensemble, guard)?;
        let sessions = Sessions::default();
        let mut clients = Vec::new();
        for client in &setup.zk_shells {
            let servers = ensemble.addresses(&client.connect);
            let mut client = Client::new(client.name.clone(), servers, client.session_timeout_ms, &sessions);
            client.spawn(runtime, guard)?;
            clients.push(client);
        }
        for client in &mut clients {
            client.begin()?;
            if !client.wait_for(KeeperState::SyncConnected, CONNECT_MAX) {
                return Err(Error::could_not_run(format!("the client {} was not connected in time", client.name)));
            }
        }
        observer.wait_until_ready()?;
        let all = ensemble.addresses(&ensemble.ids());
        let cluster = setup.kafka.map(|kafka| Cluster::spawn(kafka, setup, &all, runtime, guard)).transpose()?;
        let mut real = Self {
            ensemble,
            clients,
            kafka: None,
            observer,
            sessions,
            answers: Vec::new(),
            runtime: runtime.clone(),
            guard: Arc::clone(guard),
        };
        if let Some(cluster) = cluster {
            real.boot_kafka(cluster, setup)?;
        }
        Ok(real)
    }

    /// Brokers, topics, consumers and producers, each before the next.
    fn boot_kafka(&mut self, mut cluster: Cluster, setup: &Setup) -> Result<(), Error> {
        for nth in 0..cluster.broker_count() {
            cluster.boot_broker(nth, |id| {
                let found = self.read(&znodes::broker_path(id));
                found.is_some_and(|znode| znode.is_some())
            })?;
        }
        for topic in &setup.topics {
            let partitions = match &topic.placement {
                Placement::Automatic { partitions, .. } => *partitions as usize,
                Placement::Manual(assignment) => assignment.len(),
            };
            cluster.boot_topic(topic, partitions)?;
        }
        self.kafka = Some(cluster);
        for (nth, consumer) in setup.consumers.iter().enumerate() {
            if consumer.start {
                self.cluster()?.boot_consumer(nth)?;
                // Those before it may still be giving up their shares.
                self.settle(CONNECT_MAX).map_err(|ending| Error::could_not_run(ending.sentence))?;
            }
        }
        self.cluster()?.boot_producers()?;
        self.observer.leave();
        Ok(())
    }

    /// Plays one step; what an observation saw comes back.
    fn play(&mut self, step: &Step) -> Result<Option<Json>, Ending> {
        match step {
            Step::Do(command) => self.carry_out(command).map(|()| None),
            Step::Until { condition, within } => {
                let slack = if self.kafka.is_some() { SLACK_WITH_KAFKA } else { SLACK };
                let bound = duration(*within) + slack;
                let reached = self.wait_for(condition, bound);
                self.observer.leave();
                reached.map(|()| None)
            }
            Step::Settle { within } => self.settle(duration(*within)).map(|()| None),
            Step::Wait(span) => {
                thread::sleep(duration(*span));
                Ok(None)
            }
            Step::Observe { names, .. } => {
                let seen = self.observe(names);
                self.observer.leave();
                seen.map(Some)
            }
            // No file has them, and `only_simulated` names them.
            Step::DoTo(_) | Step::Say { .. } | Step::Ask { .. } => Ok(None),
        }
    }

    fn carry_out(&mut self, command: &Command) -> Result<(), Ending> {
        match command {
            Command::Fault(Fault::Start(NodeId::Zk(id))) => self.ensemble.start(*id).map_err(Ending::broken),
            Command::Fault(Fault::Start(NodeId::ZkShell(id))) => {
                let (runtime, guard) = (self.runtime.clone(), Arc::clone(&self.guard));
                let client = self.client(*id)?;
                client.spawn(&runtime, &guard).and_then(|()| client.begin()).map_err(Ending::broken)
            }
            Command::Fault(Fault::Start(id)) => {
                self.cluster().and_then(|kafka| kafka.start(*id)).map_err(Ending::broken)
            }
            Command::Fault(Fault::Kill(id)) => self.process(*id).map(Jvm::kill),
            Command::Fault(Fault::Freeze(id)) => self.process(*id).map(Jvm::freeze),
            Command::Fault(Fault::Thaw(id)) => self.process(*id).map(Jvm::thaw),
            Command::Order(NodeId::Zk(id), Order::Stop) => self.ensemble.stop(*id).map_err(Ending::broken),
            Command::Order(NodeId::ZkShell(id), Order::Stop) => self.client(*id).map(Client::stop),
            Command::Order(NodeId::ZkShell(id), Order::Zk(op)) => self.ask(*id, op),
            Command::Order(id, Order::Stop) => self.cluster().and_then(|kafka| kafka.stop(*id)).map_err(Ending::broken),
            Command::Order(id, Order::Produce(records)) => {
                let (name, answer) =
                    self.cluster().and_then(|kafka| kafka.produce(*id, records)).map_err(Ending::broken)?;
                self.note_answer(name, "produce", answer)
            }
            Command::Order(NodeId::Admin, Order::CreateTopic(topic)) => {
                let answer = self.cluster().map_err(Ending::broken)?.create_topic(topic);
                self.note_answer("admin".into(), "create_topic", answer)
            }
            Command::Order(NodeId::Admin, Order::AddPartitions { topic, total }) => {
                let answer = self.cluster().map_err(Ending::broken)?.add_partitions(topic, *total);
                self.note_answer("admin".into(), "add_partitions", answer)
            }
            Command::Order(id, Order::Commit) => {
                match self.cluster().and_then(|kafka| kafka.commit(*id)).map_err(Ending::broken)? {
                    true => Ok(()),
                    false => Err(Ending::new(Why::NoAnswer, format!("{id} did not commit"))),
                }
            }
            _ => Err(Ending::broken(Error::could_not_run("a real system cannot play this command"))),
        }
    }

    /// An answer goes into the results; without one the story ends.
    fn note_answer(&mut self, name: Arc<str>, op: &str, answer: Option<Answer>) -> Result<(), Ending> {
        let Some(answer) = answer else {
            return Err(Ending::new(Why::NoAnswer, format!("{name} gave no answer")));
        };
        self.answers.push(observation::result(Json::Text(name), op, answer));
        Ok(())
    }

    fn cluster(&mut self) -> Result<&mut Cluster, Error> {
        self.kafka.as_mut().ok_or_else(|| Error::could_not_run("there are no brokers"))
    }

    fn ask(&mut self, id: u16, op: &ShellOp) -> Result<(), Ending> {
        let client = self.client(id)?;
        let name = client.name.clone();
        let answer = match client.ask(op) {
            Outcome::Answer(outcome) => Some(outcome),
            Outcome::Silence => None,
        };
        self.note_answer(name, op.kind().name(), answer)
    }

    fn client(&mut self, id: u16) -> Result<&mut Client, Ending> {
        // Clients are numbered from 1, in the order of the setup.
        let client = usize::from(id).checked_sub(1).and_then(|nth| self.clients.get_mut(nth));
        client.ok_or_else(|| Ending::broken(Error::could_not_run(format!("there is no client {id}"))))
    }

    fn process(&mut self, id: NodeId) -> Result<&mut Jvm, Ending> {
        let process = match id {
            NodeId::Zk(id) => self.ensemble.process(id).map_err(Ending::broken)?,
            NodeId::ZkShell(id) => self.client(id)?.process(),
            _ => self.cluster().and_then(|kafka| kafka.process(id)).map_err(Ending::broken)?,
        };
        process.ok_or_else(|| Ending::broken(Error::could_not_run("this process was never started")))
    }
}

fn duration(span: Span) -> Duration {
    Duration::from_micros(span.0)
}

/// How much is left of a bound.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
