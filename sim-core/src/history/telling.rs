//! A story that is told through a [`History`]: the page's reader plays it, stops, looks back and changes it.
//!
//! Each step remembers where in the run it began. Behind the newest of these places the reader looks back, and
//! nothing is done. A command that the reader gives there is another future: the story goes on from the step that had
//! begun last.

use crate::history::{Cursor, History};
use crate::scenario::doing::Doing;
use crate::scenario::{Step, StepError};
use crate::time::{SimTime, Span};
use std::sync::Arc;

/// What the story does at a place of the run.
#[derive(Clone, Debug, PartialEq)]
pub enum Stand {
    /// This step is under way.
    In(usize),
    /// This step failed, and with it the story.
    Failed(usize, StepError),
    /// Every step is done.
    Over,
}

/// The story and how far it has come.
#[derive(Clone, Debug)]
pub struct Telling {
    steps: Arc<[Step]>,
    /// Where each step began, as far as they have.
    begun: Vec<Cursor>,
    /// The newest step. None: it is over, the next one may begin.
    doing: Option<Doing>,
    failed: Option<StepError>,
}

impl Telling {
    /// These steps, from where the cursor stands when they are begun.
    pub fn of(steps: &[Step]) -> Telling {
        Telling { steps: steps.into(), begun: Vec::new(), doing: None, failed: None }
    }

    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// How far it has come, seen from a cursor that may stand in the past.
    pub fn stand(&self, cursor: Cursor) -> Stand {
        let begun = self.begun.partition_point(|begun| *begun <= cursor);
        let nth = begun.saturating_sub(1);
        let is_newest = begun == self.begun.len();
        match &self.failed {
            Some(error) if is_newest => Stand::Failed(nth, error.clone()),
            None if is_newest && self.doing.is_none() && begun == self.steps.len() => Stand::Over,
            _ => Stand::In(nth),
        }
    }

    /// Forwards in simulated time, as playing does, and through every step whose time comes on the way. It stops where
    /// it gives a command, because what was known of the future is no longer so, and where it fails: then it is true.
    pub fn advance_to(&mut self, history: &mut History, at: SimTime) -> bool {
        loop {
            if self.look(history) {
                return true;
            }
            let now = history.cursor().at;
            if now >= at {
                return false;
            }
            let Some(doing) = self.doing.as_ref().filter(|_| !self.looks_back(history)) else {
                history.advance_to(at);
                return false;
            };
            // A look that is asked for at once comes a moment later, so that the run goes on.
            let until = doing.next_look(now).max(now.plus(Span::us(1))).min(at);
            history.advance_until(until, &|sim| doing.is_over(sim));
        }
    }

    /// The cursor stands before the newest step: the reader looks back.
    pub fn looks_back(&self, history: &History) -> bool {
        self.begun.last().is_some_and(|newest| history.cursor() < *newest)
    }

    /// Looks at the cursor: begins and ends whatever can be. True: it gave a command, or it has just failed.
    pub fn look(&mut self, history: &mut History) -> bool {
        let mut stops = false;
        while self.failed.is_none() && !self.looks_back(history) {
            if let Some(doing) = &mut self.doing {
                let noted = history.sim().system().events_noted();
                let upto = history.marks().partition_point(|mark| mark.seq.0 < noted);
                if let Some(mark) = upto.checked_sub(1).and_then(|last| history.marks().get(last)) {
                    doing.hear_of(mark.at);
                }
                match doing.look_at(history.sim(), history.cursor().at) {
                    None => break,
                    Some(Ok(())) => self.doing = None,
                    Some(Err(error)) => (self.doing, self.failed, stops) = (None, Some(error), true),
                }
            } else if let Some(step) = self.steps.get(self.begun.len()) {
                let (command, doing) = Doing::begin(step, history.sim(), history.cursor().at);
                self.doing = Some(doing);
                if let Some(command) = command {
                    stops = true;
                    if let Err(error) = history.command(command) {
                        (self.doing, self.failed) = (None, Some(StepError::Refused(error)));
                    }
                }
                self.begun.push(history.cursor());
            } else {
                break;
            }
        }
        stops
    }

    /// Another future begins after this place: what was told after it is no longer so.
    pub fn forked(&mut self, cursor: Cursor) {
        let kept = self.begun.partition_point(|begun| *begun <= cursor);
        if kept < self.begun.len() {
            self.begun.truncate(kept);
            (self.doing, self.failed) = (None, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::command::{Command, Placed};
    use crate::engine::setup::Setup;
    use crate::engine::system::{Fault, Process};
    use crate::ids::NodeId;
    use crate::order::{Order, ShellOp};
    use crate::release::ZkVersion;
    use crate::scenario::Player;
    use crate::scenario::condition::Condition;
    use crate::zookeeper::{CreateMode, ServerRole, ZkOp};

    fn setup() -> Setup {
        Setup::zookeeper(ZkVersion::V3_9).zk_shell("app", &[1, 2, 3], 6_000)
    }

    /// One step of every kind that takes time.
    fn steps() -> Vec<Step> {
        let create = ZkOp::Create { path: "/lock".into(), data: None, mode: CreateMode::Ephemeral };
        let within = Span::ms(60_000);
        vec![
            Step::Do(Command::Order(NodeId::ZkShell(1), Order::Zk(ShellOp::Zk(create)))),
            Step::Do(Command::Fault(Fault::Kill(NodeId::Zk(3)))),
            Step::Until { condition: Condition::Service(true), within },
            Step::Settle { within },
            Step::Do(Command::Fault(Fault::Kill(NodeId::ZkShell(1)))),
            Step::Until { condition: Condition::ZnodeGone("/lock".into()), within },
            Step::Wait(Span::ms(1_500)),
            Step::Do(Command::Fault(Fault::Start(NodeId::Zk(3)))),
            Step::Until { condition: Condition::Role { node: NodeId::Zk(3), is: Some(ServerRole::Following) }, within },
        ]
    }

    /// As a page does that shows a picture each so often.
    fn told(every: Span) -> (History, Telling) {
        let mut history = History::new(setup(), 1).expect("it boots");
        let mut telling = Telling::of(&steps());
        while telling.stand(history.cursor()) != Stand::Over {
            let next = history.cursor().at.plus(every);
            assert!(next < SimTime::from_ms(200_000), "it stands at {:?}", telling.stand(history.cursor()));
            telling.advance_to(&mut history, next);
        }
        (history, telling)
    }

    #[test]
    fn a_history_and_the_command_line_give_the_same_commands_at_the_same_steps() {
        let mut player = Player::new(&setup(), 1, &mut |_| {}).expect("it boots");
        for step in &steps() {
            player.play(step, &mut |_| {}).expect("it goes as it says");
        }
        let of =
            |placed: &[Placed]| placed.iter().map(|one| (one.step, one.at, one.command.clone())).collect::<Vec<_>>();
        for every in [Span::ms(3), Span::ms(170), Span::ms(9_000)] {
            assert_eq!(of(told(every).0.placed()), of(player.placed()), "a picture every {every:?}");
        }
    }

    #[test]
    fn a_look_back_changes_nothing_and_a_command_there_begins_another_future() {
        let (mut history, mut telling) = told(Span::ms(50));
        let (placed, first) = (history.placed().to_vec(), history.first_step());
        let killed = placed[1].clone();
        history.seek(killed.step);
        assert_eq!(telling.stand(history.cursor()), Stand::In(0));
        assert!(!telling.look(&mut history));
        telling.advance_to(&mut history, killed.at.plus(Span::ms(100)));
        assert_eq!(history.placed(), placed);
        // Another server dies first: the story's own command comes after it.
        history.seek(first + 1);
        let here = history.cursor();
        history.command(&Command::Fault(Fault::Kill(NodeId::Zk(1)))).expect("it runs");
        telling.forked(here);
        telling.advance_to(&mut history, here.at.plus(Span::ms(3_000)));
        assert_eq!(history.sim().system().process(NodeId::Zk(3)), Process::Killed);
        assert!(history.placed().iter().any(|one| one.command == killed.command && one.step == first + 2));
    }

    #[test]
    fn what_is_not_reached_fails_once_and_time_goes_on() {
        let mut history = History::new(setup(), 1).expect("it boots");
        let condition = Condition::ZnodeExists("/never".into());
        let mut telling = Telling::of(&[Step::Until { condition, within: Span::ms(100) }]);
        let later = history.cursor().at.plus(Span::ms(5_000));
        assert!(telling.advance_to(&mut history, later));
        assert_eq!(telling.stand(history.cursor()), Stand::Failed(0, StepError::NotReached));
        assert!(history.cursor().at < later, "it stands where it failed");
        assert!(!telling.advance_to(&mut history, later));
        assert_eq!(history.cursor().at, later);
    }
}
