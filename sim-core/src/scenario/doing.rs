//! One step that is being played, in either of two ways: the command line lets a simulation run, the page walks a history.

use crate::engine::command::Command;
use crate::engine::sim::Sim;
use crate::event::Event;
use crate::ids::NodeId;
use crate::order::Order;
use crate::scenario::condition::Condition;
use crate::scenario::question::Question;
use crate::scenario::settled::Settling;
use crate::scenario::{ANSWER_MAX, Answer, FOR_EVER, Step, StepError, answers, op_name};
use crate::time::{SimTime, Span};

/// A clean shutdown is waited for this long; then the story goes on.
const STOP_MAX: Span = Span::ms(30_000);

/// A commit too; what was not read since the last one is not written again, and so not seen.
const COMMIT_MAX: Span = Span::ms(1_000);

#[derive(Clone, Debug)]
pub(crate) struct Doing {
    /// It is not waited for longer.
    bound: SimTime,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// There is nothing to wait for.
    Nothing,
    Answer {
        id: NodeId,
        /// The number of the answer.
        asked: usize,
        order: Order,
    },
    /// After a signal or a commit the effect is waited for, but not for ever.
    Effect {
        id: NodeId,
        order: Order,
    },
    Condition {
        condition: Condition,
        /// When it was asked, if that is expensive.
        asked: Option<SimTime>,
    },
    Settling(Settling),
    Time,
    /// The reader goes on, or gives a guess.
    Reader,
    /// An event that answers it.
    Answering {
        question: Question,
        asked: SimTime,
    },
}

impl Doing {
    /// Begins the step. Its command is to be given at once.
    pub(crate) fn begin(step: &Step, sim: &Sim, now: SimTime) -> (Option<Command>, Doing) {
        let command = match step {
            Step::Do(command) => Some(command.clone()),
            Step::DoTo(deed) => deed.command(sim.system()),
            _ => None,
        };
        let (within, what) = match step {
            Step::Do(Command::Order(id, order)) if order.has_answer() => {
                let asked = answers::answers_expected(sim.system(), *id);
                (ANSWER_MAX, What::Answer { id: *id, asked, order: order.clone() })
            }
            Step::Do(Command::Order(id, order)) => {
                let most = if *order == Order::Commit { COMMIT_MAX } else { STOP_MAX };
                (most, What::Effect { id: *id, order: order.clone() })
            }
            Step::Do(_) | Step::DoTo(_) | Step::Observe { .. } | Step::Say { waits: false, .. } => {
                (Span::ZERO, What::Nothing)
            }
            Step::Say { .. } | Step::Ask { .. } => (FOR_EVER, What::Reader),
            Step::Until { condition, within } => {
                (*within, What::Condition { condition: condition.clone(), asked: None })
            }
            Step::Settle { within } => (*within, What::Settling(Settling::from_now(now, *within))),
            Step::Wait(span) => (*span, What::Time),
        };
        (command, Doing { bound: now.plus(within), what })
    }

    /// Goes on with a question after its guess.
    pub(crate) fn answering(question: Question, asked: SimTime) -> Doing {
        Doing { bound: asked.plus(FOR_EVER), what: What::Answering { question, asked } }
    }

    /// What the run is to answer, and when it was asked.
    pub(crate) fn question(&self) -> Option<(&Question, SimTime)> {
        match &self.what {
            What::Answering { question, asked } => Some((question, *asked)),
            _ => None,
        }
    }

    /// It waits for the reader.
    pub(crate) fn waits_for_reader(&self) -> bool {
        matches!(self.what, What::Reader)
    }

    /// Whether it is over by a choice that was made: asked after each, with the choice's events. What is expensive to ask
    /// is left to [`Doing::look`].
    pub(crate) fn is_over(&self, sim: &Sim, events: &[Event]) -> bool {
        match &self.what {
            What::Nothing => true,
            What::Answer { id, asked, order } => answers::is_answered(sim.system(), *id, *asked, order),
            What::Effect { id, order } => answers::has_taken_effect(sim.system(), *id, order),
            What::Condition { condition, .. } => condition.interval().is_none() && condition.holds(sim),
            What::Answering { question, asked } => events.iter().any(|event| question.answer(event, *asked).is_some()),
            What::Settling(_) | What::Time | What::Reader => false,
        }
    }

    /// The moment at which it wants to be looked at, if no choice ends it before.
    pub(crate) fn next_look(&self, now: SimTime) -> SimTime {
        let next = match &self.what {
            What::Condition { condition, asked } => {
                condition.interval().map(|interval| asked.map_or(now, |asked| asked.plus(interval)))
            }
            What::Settling(settling) => Some(settling.over_at().max(now)),
            _ => None,
        };
        next.map_or(self.bound, |next| next.min(self.bound))
    }

    /// It was not quiet until this moment.
    pub(crate) fn hear(&mut self, at: SimTime) {
        if let What::Settling(settling) = &mut self.what {
            settling.hear(at);
        }
    }

    /// The same for a player that does not hear every event: the newest one that was louder than routine.
    pub(crate) fn hear_of(&mut self, at: SimTime) {
        if let What::Settling(settling) = &mut self.what {
            settling.hear(at.max(settling.quiet_since()));
        }
    }

    /// How it ended, if it did.
    pub(crate) fn look(&mut self, sim: &Sim) -> Option<Result<(), StepError>> {
        self.look_at(sim, sim.now())
    }

    /// The same at a moment between two choices.
    pub(crate) fn look_at(&mut self, sim: &Sim, now: SimTime) -> Option<Result<(), StepError>> {
        if self.is_over(sim, &[]) {
            return Some(Ok(()));
        }
        let is_late = now >= self.bound;
        match &mut self.what {
            What::Condition { condition, asked } => {
                let Some(interval) = condition.interval() else { return is_late.then_some(Err(StepError::NotReached)) };
                if asked.is_some_and(|asked| now < asked.plus(interval)) {
                    return None;
                }
                *asked = Some(now);
                if condition.holds(sim) {
                    return Some(Ok(()));
                }
                // After the bound it is not asked any more.
                (now.plus(interval) > self.bound).then_some(Err(StepError::NotReached))
            }
            What::Settling(settling) => {
                if settling.is_over(sim, now) {
                    return Some(Ok(()));
                }
                // Quiet, but something is still under way: a little later again.
                if settling.over_at() <= now {
                    settling.look_again(now);
                }
                is_late.then_some(Err(StepError::NotSettled))
            }
            What::Answer { id, .. } => is_late.then_some(Err(StepError::NoAnswer(*id))),
            What::Effect { .. } | What::Time => is_late.then_some(Ok(())),
            What::Nothing => Some(Ok(())),
            // They end from outside.
            What::Reader | What::Answering { .. } => None,
        }
    }

    /// What came back, if the step asked something.
    pub(crate) fn answer(&self, sim: &Sim) -> Option<Answer> {
        let What::Answer { id, asked, order } = &self.what else { return None };
        let outcome = answers::answer(sim.system(), *id, *asked, order);
        Some(Answer { client: *id, op: op_name(order), outcome })
    }
}
