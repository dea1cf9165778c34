//! Plays a scenario on a real ensemble, step by step, from the same commands and conditions as the simulator.

mod answer;
mod client;
mod conditions;
mod ensemble;
mod four_letter;
pub(crate) mod jars;
mod look;
mod observer;
mod process;
mod wire;

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::ids::NodeId;
use sim_core::json::Json;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::scenario::Step;
use sim_core::scenario::observation;
use sim_core::time::Span;
use sim_core::zookeeper::KeeperState;

use workshop::Error;

use crate::story_file::Story;
use crate::told::{Ending, Told, Why};
use client::{Client, Outcome, Sessions};
use ensemble::Ensemble;
use jars::Runtime;
use observer::Observer;
use process::{Guard, Jvm};

/// Each client may take this long until it is connected, as in the simulator's boot.
const CONNECT_MAX: Duration = Duration::from_secs(60);
/// Real processes take a moment to start and to be asked: a condition is given this much more than the file says.
const SLACK: Duration = Duration::from_secs(2);

/// What of a scenario only the simulator can play, at which step; nothing when a real ensemble can play it all.
pub(crate) fn only_simulated(steps: &[Step]) -> Option<(usize, &'static str)> {
    let is_real = |id: &NodeId| matches!(id, NodeId::Zk(_) | NodeId::ZkShell(_));
    steps.iter().enumerate().find_map(|(nth, step)| {
        let what = match step {
            Step::Do(Command::Fault(Fault::PowerOff(_))) => Some("`power_off` is for the simulator only"),
            Step::Do(Command::Fault(Fault::Cut { .. })) => Some("`cut` is for the simulator only"),
            Step::Do(Command::Fault(Fault::Heal { .. })) => Some("`heal` is for the simulator only"),
            Step::Do(Command::Fault(Fault::Start(id) | Fault::Kill(id) | Fault::Freeze(id) | Fault::Thaw(id)))
            | Step::Do(Command::Order(id, Order::Stop | Order::Zk(_)))
                if is_real(id) =>
            {
                None
            }
            Step::Do(_) => Some("this command needs a broker, and a real one cannot be played yet"),
            Step::Until { condition, .. } => conditions::only_with_kafka(condition)
                .then_some("this condition needs a broker, and a real one cannot be played yet"),
            Step::Observe(names) => names
                .iter()
                .any(look::only_with_kafka)
                .then_some("this observation needs a broker, and a real one cannot be played yet"),
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
) -> Result<Told, Error> {
    let guard = Guard::new(folder.to_owned(), is_kept)?;
    let mut real = Real::boot(runtime, setup, &guard)?;
    let mut told = Told { observations: Vec::new(), ending: None };
    for (nth, step) in story.scenario.steps.iter().enumerate() {
        match real.play(step) {
            Ok(seen) => told.observations.extend(seen),
            Err(ending) => {
                told.ending = Some((nth, ending));
                break;
            }
        }
    }
    Ok(told)
}

/// A running ensemble with the scenario's clients.
struct Real {
    ensemble: Ensemble,
    clients: Vec<Client>,
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
        Ok(Self {
            ensemble,
            clients,
            observer,
            sessions,
            answers: Vec::new(),
            runtime: runtime.clone(),
            guard: Arc::clone(guard),
        })
    }

    /// Plays one step; what an observation saw comes back.
    fn play(&mut self, step: &Step) -> Result<Option<Json>, Ending> {
        match step {
            Step::Do(command) => self.carry_out(command).map(|()| None),
            Step::Until { condition, within } => {
                let bound = duration(*within) + SLACK;
                let reached = self.wait_for(condition, bound);
                self.observer.leave();
                reached.map(|()| None)
            }
            Step::Settle { within } => self.settle(duration(*within)).map(|()| None),
            Step::Wait(span) => {
                thread::sleep(duration(*span));
                Ok(None)
            }
            Step::Observe(names) => {
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
            Command::Fault(Fault::Kill(id)) => self.process(*id).map(Jvm::kill),
            Command::Fault(Fault::Freeze(id)) => self.process(*id).map(Jvm::freeze),
            Command::Fault(Fault::Thaw(id)) => self.process(*id).map(Jvm::thaw),
            Command::Order(NodeId::Zk(id), Order::Stop) => self.ensemble.stop(*id).map_err(Ending::broken),
            Command::Order(NodeId::ZkShell(id), Order::Stop) => self.client(*id).map(Client::stop),
            Command::Order(NodeId::ZkShell(id), Order::Zk(op)) => self.ask(*id, op),
            _ => Err(Ending::broken(Error::could_not_run("a real ensemble cannot play this command"))),
        }
    }

    fn ask(&mut self, id: u16, op: &ShellOp) -> Result<(), Ending> {
        let client = self.client(id)?;
        let name = client.name.clone();
        match client.ask(op) {
            Outcome::Answer(outcome) => {
                self.answers.push(observation::result(Json::Text(name), op.kind().name(), outcome));
                Ok(())
            }
            Outcome::Silence => Err(Ending::new(Why::NoAnswer, format!("{name} gave no answer"))),
        }
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
            _ => None,
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
