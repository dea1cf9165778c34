//! A story told to the simulator: steps that do something, wait for a condition, or look.
//! The form in a file is read by the crate `scenario-file`.

pub mod answers;
pub mod boot;
pub mod condition;
pub mod observation;
pub mod settled;

use crate::engine::command::Placed;
use crate::engine::command::{Command, CommandError};
use crate::engine::setup::Setup;
use crate::engine::sim::Sim;
use crate::engine::system::Changes;
use crate::event::Event;
use crate::ids::*;
use crate::json::Json;
use crate::order::Order;
use crate::scenario::boot::BootError;
use crate::scenario::condition::Condition;
use crate::scenario::observation::Observed;
use crate::scenario::settled::Settling;
use crate::time::Span;

#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub setup: Setup,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Orders with an answer are awaited.
    Do(Command),
    Until {
        condition: Condition,
        within: Span,
    },
    Settle {
        within: Span,
    },
    Wait(Span),
    Observe(Vec<Observed>),
}

/// Why a story did not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepError {
    Refused(CommandError),
    /// The condition did not hold in time.
    NotReached,
    /// The node gave no answer in [`ANSWER_MAX`].
    NoAnswer(NodeId),
    NotSettled,
}

/// An operation is awaited for this long: longer than any session timeout or retry that a file may ask for
/// normally leaves it open.
pub const ANSWER_MAX: Span = Span::ms(600_000);

/// A clean shutdown is waited for this long; then the story goes on.
const STOP_MAX: Span = Span::ms(30_000);

/// A commit too; what was not read since the last one is not written again, and so not seen.
const COMMIT_MAX: Span = Span::ms(1_000);

/// An expensive condition is asked this often.
const ASKING_INTERVAL: Span = Span::ms(100);

/// One answer that the story got: an operation's value, or the real error's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub client: NodeId,
    pub op: &'static str,
    pub outcome: Result<Json, Failure>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
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

    pub fn sim(&self) -> &Sim {
        &self.sim
    }

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
            Step::Do(command) => self.carry_out(command, each).map(|()| None),
            Step::Until { condition, within } => self.wait_for(condition, *within, each).map(|()| None),
            Step::Settle { within } => self.settle(*within, each).map(|()| None),
            Step::Wait(span) => {
                let until = self.sim.now().plus(*span);
                self.sim.run_until(until, each, |_| false);
                Ok(None)
            }
            Step::Observe(names) => Ok(Some(observation::observe(self, names))),
        }
    }

    fn carry_out(&mut self, command: &Command, each: &mut dyn FnMut(&Event)) -> Result<(), StepError> {
        let Command::Order(id, order) = command else { return self.command(command, each) };
        let asked = answers::answers_expected(self.sim.system(), *id);
        self.command(command, each)?;
        if !order.has_answer() {
            // After a signal or a commit the effect is waited for, but not for ever.
            let (id, order) = (*id, order.clone());
            let most = if order == Order::Commit { COMMIT_MAX } else { STOP_MAX };
            let bound = self.sim.now().plus(most);
            self.sim.run_until(bound, each, |sim| answers::has_taken_effect(sim.system(), id, &order));
            return Ok(());
        }
        let bound = self.sim.now().plus(ANSWER_MAX);
        let (id, order) = (*id, order.clone());
        let answered = self.sim.run_until(bound, each, |sim| answers::is_answered(sim.system(), id, asked, &order));
        if !answered {
            return Err(StepError::NoAnswer(id));
        }
        let outcome = answers::answer(self.sim.system(), id, asked, &order);
        self.answers.push(Answer { client: id, op: op_name(&order), outcome });
        Ok(())
    }

    fn command(&mut self, command: &Command, each: &mut dyn FnMut(&Event)) -> Result<(), StepError> {
        let placed = Placed { step: self.sim.system().steps(), at: self.sim.now(), command: command.clone() };
        self.sim.command(command, &mut self.changes).map_err(StepError::Refused)?;
        self.placed.push(placed);
        self.changes.events.drain(..).for_each(|event| each(&event));
        Ok(())
    }

    fn wait_for(&mut self, condition: &Condition, within: Span, each: &mut dyn FnMut(&Event)) -> Result<(), StepError> {
        let bound = self.sim.now().plus(within);
        if !condition.is_dear() {
            let reached = self.sim.run_until(bound, each, |sim| condition.holds(sim));
            return if reached { Ok(()) } else { Err(StepError::NotReached) };
        }
        loop {
            if condition.holds(&self.sim) {
                return Ok(());
            }
            let next = self.sim.now().plus(ASKING_INTERVAL);
            if next > bound {
                return Err(StepError::NotReached);
            }
            self.sim.run_until(next, &mut *each, |_| false);
        }
    }

    fn settle(&mut self, within: Span, each: &mut dyn FnMut(&Event)) -> Result<(), StepError> {
        let bound = self.sim.now().plus(within);
        let mut settling = Settling::from_now(self.sim.now(), within);
        loop {
            let at = settling.over_at().max(self.sim.now()).min(bound);
            self.sim.run_until(
                at,
                |event| {
                    settling.see(event);
                    each(event);
                },
                |_| false,
            );
            if settling.is_over(&self.sim, at) {
                return Ok(());
            }
            if at >= bound {
                return Err(StepError::NotSettled);
            }
            // Quiet, but something is still under way: a little later again.
            if settling.over_at() <= at {
                settling.look_again(at);
            }
        }
    }
}

/// An order's name, as results have it.
fn op_name(order: &Order) -> &'static str {
    match order {
        Order::Zk(op) => op.kind().name(),
        Order::Produce(_) => "produce",
        Order::CreateTopic(_) => "create_topic",
        other => other.kind().name(),
    }
}
