//! The summary of a run, and sentences about what did not go well.

use sim_core::engine::command::CommandError;
use sim_core::engine::sim::Sim;
use sim_core::ids::{BrokerId, NodeId};
use sim_core::json::Json;
use sim_core::scenario::condition::Condition;
use sim_core::scenario::observation::role_name;
use sim_core::scenario::{ANSWER_MAX, Player, Step, StepError};
use sim_core::time::SimTime;
use sim_core::view::reader;
use sim_core::view::reader::Reader;
use std::io::Write;

/// Prints what happens, unless something else is printed.
pub(super) struct Report {
    prints: bool,
}

impl Report {
    pub(super) fn new(prints: bool) -> Report {
        Report { prints }
    }

    fn say(&self, line: &str) {
        if self.prints {
            print_line(line);
        }
    }

    pub(super) fn title(&self, name: &str, about: &str) {
        self.say(&format!("{name}: {about}"));
    }

    pub(super) fn booted(&self, sim: &Sim) {
        self.say(&format!("  {:>12}  the cluster is up ({} choices)", time(sim.now()), sim.system().steps()));
    }

    pub(super) fn step(&self, nth: usize, text: &str, before: SimTime, now: SimTime) {
        let short: String =
            if text.chars().count() > 140 { text.chars().take(139).chain(['…']).collect() } else { text.to_owned() };
        let took = now.since(before).as_ms();
        self.say(&format!("  {:>12}  step {nth} took {took} ms: {short}", time(now)));
    }

    pub(super) fn observed(&self, seen: &Json) {
        for line in seen.pretty().lines() {
            self.say(&format!("                {line}"));
        }
    }

    pub(super) fn done(&self) {
        self.say("  it went as it says");
    }
}

/// The reader may have seen enough (`| head`): that is not a failure.
pub(super) fn print_line(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn time(at: SimTime) -> String {
    format!("{}.{:03} s", at.as_ms() / 1_000, at.as_ms() % 1_000)
}

pub(crate) fn step_error(error: &StepError, step: &Step, player: &Player, before: SimTime) -> String {
    let sim = player.sim();
    let name = |id: NodeId| node_name(sim, id);
    let waited = sim.now().since(before).as_ms();
    match (error, step) {
        (StepError::Refused(why), _) => format!("the command makes no sense here: {}", refusal(why, sim)),
        (StepError::NotReached, Step::Until { condition, .. }) => format!(
            "{} was not reached within {waited} ms; instead {}",
            wanted(condition, sim),
            instead(condition, sim)
        ),
        (StepError::NotReached, _) => format!("the condition was not reached within {waited} ms"),
        (StepError::NotSettled, _) => {
            format!("the cluster did not come to rest within {waited} ms")
        }
        (StepError::NoAnswer(id), _) => {
            format!("{} gave no answer within {} ms of simulated time", name(*id), ANSWER_MAX.as_ms())
        }
    }
}

fn node_name(sim: &Sim, id: NodeId) -> String {
    sim.system().slot(id).map_or_else(|| format!("node {:x}", id.code()), |slot| slot.name.to_string())
}

fn refusal(error: &CommandError, sim: &Sim) -> String {
    let name = |id: &NodeId| node_name(sim, *id);
    match error {
        CommandError::NoSuchNode(id) => format!("{} does not exist", name(id)),
        CommandError::NodeExists(id) => format!("{} exists already", name(id)),
        CommandError::AlreadyRunning(id) => format!("{} is running already", name(id)),
        CommandError::NotRunning(id) => format!("{} is not running", name(id)),
        CommandError::AlreadyFrozen(id) => format!("{} is frozen already", name(id)),
        CommandError::NotFrozen(id) => format!("{} is not frozen", name(id)),
        CommandError::LinkToItself(id) => format!("{} has no link to itself", name(id)),
        CommandError::LinkAlreadyCut(a, b) => format!("the link between {} and {} is cut already", name(a), name(b)),
        CommandError::LinkNotCut(a, b) => format!("the link between {} and {} is not cut", name(a), name(b)),
        CommandError::NotForThisNode(id) => format!("{} does not understand that order", name(id)),
        CommandError::CannotRemove(id) => format!("{} cannot be removed", name(id)),
        CommandError::FrozenCannotObey(id) => format!("{} is frozen and takes no order", name(id)),
        CommandError::NameTaken(_)
        | CommandError::TooManyNodes(_)
        | CommandError::NoServerToConnectTo
        | CommandError::SessionTimeout(_)
        | CommandError::NoKafkaHere => error.to_string(),
    }
}

/// As the znode has it: −1 is none.
fn leader(id: Option<BrokerId>) -> i32 {
    id.map_or(-1, i32::from)
}

fn wanted(condition: &Condition, sim: &Sim) -> String {
    let name = |id: &NodeId| node_name(sim, *id);
    match condition {
        Condition::ZnodeExists(path) => format!("that {path} exists"),
        Condition::ZnodeGone(path) => format!("that {path} is gone"),
        Condition::ZnodeJson { path, has } => format!("that {path} has {}", has.one_line()),
        Condition::Service(true) => "that a write through a fresh client succeeds".to_owned(),
        Condition::Service(false) => "that a write through a fresh client fails".to_owned(),
        Condition::Role { node, is } => format!("that {} is {}", name(node), role_name(*is)),
        Condition::ClientState { client, is } => format!("that {} is in state {}", name(client), is.name()),
        Condition::Leader { tp, is } => format!("leader {} for {tp}", leader(*is)),
        Condition::Isr { tp, is } => format!("ISR {is:?} for {tp}"),
        Condition::Controller(id) => format!("controller {id}"),
        Condition::Received { consumer, at_least } => {
            format!("that {} received at least {at_least} records", name(consumer))
        }
        Condition::Owns { consumer, partitions } => format!("that {} owns {}", name(consumer), list(partitions)),
        // No file has these.
        Condition::Whole(whole) => format!("{whole:?}"),
        Condition::AnyOf(conditions) => conditions.iter().map(|one| wanted(one, sim)).collect::<Vec<_>>().join(", or "),
    }
}

fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    format!("[{}]", items.join(", "))
}

/// What was there in place of what was waited for.
fn instead(condition: &Condition, sim: &Sim) -> String {
    let system = sim.system();
    let nobody = || "no ZooKeeper server answers".to_owned();
    if needs_reading(condition) && Reader::user(system).has_nobody() {
        return nobody();
    }
    match condition {
        Condition::ZnodeExists(_) => "it does not exist".to_owned(),
        Condition::ZnodeGone(path) => match Reader::user(system).read(path) {
            Some((Some(data), _)) => format!("it still holds {data}"),
            _ => "it still exists".to_owned(),
        },
        Condition::ZnodeJson { path, .. } => match Reader::user(system).read(path) {
            Some((Some(data), _)) => format!("it holds {data}"),
            Some((None, _)) => "it holds no data".to_owned(),
            None => "it does not exist".to_owned(),
        },
        Condition::Service(wanted) => if *wanted { "such a write fails" } else { "such a write succeeds" }.to_owned(),
        Condition::Role { node, .. } => format!("it is {}", role_name(reader::role(system, *node))),
        Condition::ClientState { client, .. } => match reader::client_state(system, *client) {
            Some(state) => format!("its state is {}", state.name()),
            None => "it is not running".to_owned(),
        },
        Condition::Leader { tp, .. } => match Reader::user(system).partition_state(tp) {
            Some(state) => format!("the leader is {}", leader(state.leader)),
            None => "the partition has no state".to_owned(),
        },
        Condition::Isr { tp, .. } => match Reader::user(system).partition_state(tp) {
            Some(state) => format!("the ISR is {:?}", state.isr),
            None => "the partition has no state".to_owned(),
        },
        Condition::Controller(_) => match Reader::user(system).controller() {
            Some(id) => format!("the controller is {id}"),
            None => "there is no controller".to_owned(),
        },
        Condition::Received { consumer, .. } => {
            format!("it received {}", reader::received_count(system, *consumer))
        }
        Condition::Owns { consumer, .. } => format!("it owns {}", list(&Reader::user(system).owned_by(*consumer))),
        Condition::Whole(_) | Condition::AnyOf(_) => "it is not so".to_owned(),
    }
}

fn needs_reading(condition: &Condition) -> bool {
    !matches!(
        condition,
        Condition::Service(_) | Condition::Role { .. } | Condition::ClientState { .. } | Condition::Received { .. }
    )
}

/// Where what was seen is different from each of the outcomes that the file allows.
pub(super) fn differences(right: &[Json], seen: &Json) -> String {
    let each = right.iter().filter_map(|outcome| outcome.first_difference(seen)).map(|difference| {
        let at = &difference.at;
        match (&difference.wanted, &difference.found) {
            (Some(wanted), Some(found)) => format!("{at} should be {} and is {}", wanted.one_line(), found.one_line()),
            (Some(_), None) => format!("{at} is missing"),
            (None, _) => format!("{at} is there and should not"),
        }
    });
    each.collect::<Vec<_>>().join("; or ")
}
