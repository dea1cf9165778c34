//! A story told to the simulator: steps that do something, wait for a condition, or look; and, where somebody reads it, say
//! and ask something.
//! The form in a file is read by the crate `scenario-file`.

pub(crate) mod answers;
pub mod boot;
pub mod condition;
pub(crate) mod doing;
pub mod observation;
pub mod question;
pub(crate) mod settled;
pub mod whole;

use crate::engine::command::Placed;
use crate::engine::command::{Command, CommandError};
use crate::engine::node::Node;
use crate::engine::setup::Setup;
use crate::engine::sim::Sim;
use crate::engine::system::{Changes, Fault, Slot, System};
use crate::event::Event;
use crate::ids::*;
use crate::json::Json;
use crate::order::Order;
use crate::scenario::boot::BootError;
use crate::scenario::condition::Condition;
use crate::scenario::doing::Doing;
use crate::scenario::observation::Observed;
use crate::scenario::question::Question;
use crate::scenario::settled::Settling;
use crate::time::Span;
use crate::zookeeper::ServerRole;

/// A story: a cluster, and what is done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The cluster that it begins with.
    pub setup: Setup,
    /// One after the other.
    pub steps: Vec<Step>,
}

/// A step of a story.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Orders with an answer are awaited.
    Do(Command),
    /// Waits until something is so; if it is not in time, the story fails.
    Until {
        /// What is waited for.
        condition: Condition,
        /// The bound, in simulated time.
        within: Span,
    },
    /// Waits until nothing more happens by itself; if that takes too long, the story fails.
    Settle {
        /// The bound, in simulated time.
        within: Span,
    },
    /// Lets so much time pass.
    Wait(Span),
    /// Looks.
    Observe {
        /// At these things, in this order.
        names: Vec<Observed>,
        /// What may be seen; empty: whatever there is.
        right: Vec<Json>,
    },
    /// To a process that only the run can name; passed over when there is none.
    DoTo(Deed),
    /// `waits`: the story goes on when the reader does. Otherwise the sentence stands for as long as the next steps take.
    Say {
        /// Which sentence.
        line: Line,
        /// For the reader.
        waits: bool,
    },
    /// Waits for a guess, then until the run gives the answer.
    Ask {
        /// The question's sentence.
        line: Line,
        /// What the run will answer.
        question: Question,
    },
}

impl Step {
    /// The outcomes that are right, where the step says so.
    pub fn right(&self) -> &[Json] {
        match self {
            Step::Observe { right, .. } => right,
            _ => &[],
        }
    }
}

/// No run is that long: the bound of what is waited for whatever happens.
pub const FOR_EVER: Span = Span::ms(1_000_000_000);

/// The number of a sentence: the words are the page's.
pub type Line = u16;

/// What is done to a process that only the run can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The server that leads.
    KillEnsembleLeader,
    /// The first server that is down.
    StartServer,
    /// The first consumer that runs.
    KillConsumer,
}

impl Deed {
    pub(crate) fn command(self, system: &System) -> Option<Command> {
        let find = |wanted: &dyn Fn(&Slot) -> bool| system.slots().iter().find(|slot| wanted(slot)).map(|slot| slot.id);
        let fault = match self {
            Deed::KillEnsembleLeader => Fault::Kill(find(&|slot| {
                slot.process.is_up()
                    && matches!(&*slot.node, Node::Zk(server) if server.role() == Some(ServerRole::Leading))
            })?),
            Deed::StartServer => Fault::Start(find(&|slot| matches!(slot.id, NodeId::Zk(_)) && !slot.process.is_up())?),
            Deed::KillConsumer => {
                Fault::Kill(find(&|slot| matches!(slot.id, NodeId::Consumer(_)) && slot.process.is_up())?)
            }
        };
        Some(Command::Fault(fault))
    }
}

/// Why a story did not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepError {
    /// The command made no sense when it was given.
    Refused(CommandError),
    /// The condition did not hold in time.
    NotReached,
    /// The node gave no answer in [`ANSWER_MAX`].
    NoAnswer(NodeId),
    /// Something still happened when the time was over.
    NotSettled,
}

/// An operation is awaited for this long: longer than any session timeout or retry that a file may ask for
/// normally leaves it open.
pub const ANSWER_MAX: Span = Span::ms(600_000);

/// One answer that the story got: an operation's value, or the real error's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Who was asked.
    pub client: NodeId,
    /// What for, as scenario files call it.
    pub op: &'static str,
    /// What came of it.
    pub outcome: Result<Json, Failure>,
}

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The real one's name for it.
    pub error: &'static str,
    /// How each of several went: of a multi, of several records.
    pub each: Option<Json>,
}

/// Tells one scenario.
pub struct Player {
    sim: Sim,
    changes: Changes,
    answers: Vec<Answer>,
    placed: Vec<Placed>,
}

impl Player {
    /// Brings the setup up. Its events, and later those of the steps, pass through `each`.
    pub fn new(setup: &Setup, seed: u64, each: &mut dyn FnMut(&Event)) -> Result<Player, BootError> {
        let sim = boot::run_with(setup, seed, each)?;
        Ok(Player { sim, changes: Changes::default(), answers: Vec::new(), placed: Vec::new() })
    }

    /// Where the story has come to.
    pub fn sim(&self) -> &Sim {
        &self.sim
    }

    /// All so far, in their order.
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// The commands that the story gave, each at its step: with setup and seed, the whole run.
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// Plays one step; what an observation saw comes back.
    pub fn play(&mut self, step: &Step, each: &mut dyn FnMut(&Event)) -> Result<Option<Json>, StepError> {
        match step {
            Step::Observe { names, .. } => {
                return Ok(Some(observation::observe(&self.sim, self.answers.iter(), names)));
            }
            // Nobody reads.
            Step::Say { .. } | Step::Ask { .. } => return Ok(None),
            _ => {}
        }
        let (command, mut doing) = Doing::begin(step, &self.sim, self.sim.now());
        if let Some(command) = command {
            self.command(&command, each)?;
        }
        let outcome = loop {
            if let Some(outcome) = doing.look(&self.sim) {
                break outcome;
            }
            let until = doing.next_look(self.sim.now());
            let mut heard = None;
            let listens = |event: &Event| {
                if Settling::hears(event) {
                    heard = Some(event.at);
                }
                each(event);
            };
            self.sim.run_until(until, listens, |sim| doing.is_over(sim, &[]));
            if let Some(at) = heard {
                doing.hear(at);
            }
        };
        outcome?;
        self.answers.extend(doing.answer(&self.sim));
        Ok(None)
    }

    fn command(&mut self, command: &Command, each: &mut dyn FnMut(&Event)) -> Result<(), StepError> {
        let placed = Placed { step: self.sim.system().steps(), at: self.sim.now(), command: command.clone() };
        self.sim.command(command, &mut self.changes).map_err(StepError::Refused)?;
        self.placed.push(placed);
        self.changes.events.drain(..).for_each(|event| each(&event));
        Ok(())
    }
}

/// An order's name, as results have it.
fn op_name(order: &Order) -> &'static str {
    match order {
        Order::Zk(op) => op.kind().name(),
        Order::Produce(_) => "produce",
        Order::CreateTopic(_) => "create_topic",
        Order::AddPartitions { .. } => "add_partitions",
        Order::Stop | Order::ProduceSteadily { .. } | Order::Commit => order.kind().name(),
    }
}
