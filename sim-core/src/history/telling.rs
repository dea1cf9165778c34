//! A story that is told through a [`History`]: the page's reader plays it, stops, looks back and changes it.
//!
//! Each step remembers where in the run it began. Behind the newest of these places the reader looks back, and
//! nothing is done. A command that the reader gives there is another future: the story goes on from the step that had
//! begun last.

use crate::event::Event;
use crate::history::{Cursor, History};
use crate::ids::EventSeq;
use crate::json::Difference;
use crate::scenario::doing::Doing;
use crate::scenario::observation;
use crate::scenario::question::{Guess, Question, Verdict};
use crate::scenario::{Answer, Line, Step, StepError};
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

/// Why the story did not let time go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It gave a command: what was known of the future is no longer so.
    Did,
    /// It says something. `waits`: until the reader goes on, or answers.
    Said {
        /// The story goes on when the reader does.
        waits: bool,
    },
    /// A step did not go as it says.
    Failed,
}

/// A step that has begun.
#[derive(Clone, Debug)]
struct Begun {
    at: Cursor,
    /// Events from this number on may answer it.
    from: EventSeq,
    guess: Option<Guess>,
    answer: Option<(EventSeq, Guess)>,
    /// What came back, if the step asked a process something.
    told: Option<Answer>,
    seen: Option<Seen>,
}

/// How what an observation saw stands to what the story says is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is one of the outcomes.
    Right,
    /// It is none of them. The first place where it is not the first of them.
    Wrong(Difference),
}

/// The story and how far it has come.
#[derive(Clone, Debug)]
pub struct Telling {
    steps: Arc<[Step]>,
    /// In a cluster that the reader may change, what cannot be done and what does not come true is passed over.
    is_lenient: bool,
    begun: Vec<Begun>,
    /// The newest step. None: it is over, the next one may begin.
    doing: Option<Doing>,
    failed: Option<StepError>,
}

impl Telling {
    /// It fails where it does not go as it says.
    pub fn of(steps: &[Step]) -> Telling {
        Telling { steps: steps.into(), is_lenient: false, begun: Vec::new(), doing: None, failed: None }
    }

    /// The same, but what cannot be done or does not come true in time is passed over.
    pub fn lenient(steps: &[Step]) -> Telling {
        Telling { is_lenient: true, ..Telling::of(steps) }
    }

    /// How many steps there are.
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// How far it has come, seen from a cursor that may stand in the past.
    pub fn stand(&self, cursor: Cursor) -> Stand {
        let begun = self.begun_by(cursor);
        let nth = begun.saturating_sub(1);
        let is_newest = begun == self.begun.len();
        match &self.failed {
            Some(error) if is_newest => Stand::Failed(nth, error.clone()),
            None if is_newest && self.is_over() => Stand::Over,
            _ => Stand::In(nth),
        }
    }

    /// How many steps have begun.
    pub fn begun(&self) -> usize {
        self.begun.len()
    }

    /// It goes on by itself, and may stop anywhere.
    pub fn goes_on(&self) -> bool {
        !self.is_over() && self.failed.is_none() && !self.waits_for_reader()
    }

    /// Nothing is left to be done, wherever the reader looks.
    pub fn is_over(&self) -> bool {
        self.doing.is_none() && self.failed.is_none() && self.begun.len() == self.steps.len()
    }

    fn begun_by(&self, cursor: Cursor) -> usize {
        self.begun.partition_point(|begun| begun.at <= cursor)
    }

    /// The sentence that stands at a place, and the number of its step: at the newest place one that still waits or
    /// whose steps are under way; where the reader looks back, what was said last.
    pub fn line(&self, cursor: Cursor) -> Option<(usize, Line)> {
        let begun = self.begun_by(cursor);
        let steps = self.steps.get(..begun.max(1)).unwrap_or_default();
        let (nth, line, waits) = steps.iter().enumerate().rev().find_map(|(nth, step)| match step {
            Step::Say { line, waits } => Some((nth, *line, *waits)),
            Step::Ask { line, .. } => Some((nth, *line, true)),
            _ => None,
        })?;
        let is_newest = begun == self.begun.len();
        let is_read = waits && is_newest && !(nth + 1 == begun && self.waits_for_reader());
        (!is_read).then_some((nth, line))
    }

    /// The newest step waits for the reader.
    pub fn waits_for_reader(&self) -> bool {
        self.doing.as_ref().is_some_and(Doing::waits_for_reader)
    }

    /// So many times the story has waited for the reader, or is on its way to it, and so many times it will have.
    pub fn position(&self, cursor: Cursor) -> (usize, usize) {
        let waits = |step: &&Step| matches!(step, Step::Say { waits: true, .. } | Step::Ask { .. });
        let count = |steps: &[Step]| steps.iter().filter(waits).count();
        let (begun, all) = (self.steps.get(..self.begun_by(cursor)).unwrap_or_default(), count(&self.steps));
        let on_its_way = !begun.last().is_some_and(|last| waits(&last));
        ((count(begun) + usize::from(on_its_way)).min(all), all)
    }

    /// The question that waits for a guess at this place.
    pub fn asks(&self, cursor: Cursor) -> Option<&Question> {
        if self.begun_by(cursor) < self.begun.len() || !self.waits_for_reader() {
            return None;
        }
        match self.steps.get(self.begun.len().checked_sub(1)?) {
            Some(Step::Ask { question, .. }) => Some(question),
            _ => None,
        }
    }

    /// What came of the observations up to a place that say what is right: each with the number of its step.
    pub fn seen(&self, cursor: Cursor) -> impl Iterator<Item = (usize, &Seen)> {
        let begun = self.begun.iter().take(self.begun_by(cursor));
        begun.enumerate().filter_map(|(nth, begun)| Some((nth, begun.seen.as_ref()?)))
    }

    fn observe(&self, step: &Step, history: &mut History) -> Option<Seen> {
        let Step::Observe { names, right } = step else { return None };
        let first = right.first()?;
        let answers = self.begun.iter().filter_map(|begun| begun.told.as_ref());
        let seen = observation::observe(history.sim(), answers, names);
        match first.first_difference(&seen) {
            Some(difference) if !right.iter().any(|outcome| outcome.same(&seen)) => Some(Seen::Wrong(difference)),
            _ => Some(Seen::Right),
        }
    }

    /// How the question was answered that was the last word before this step.
    pub fn verdict(&self, nth: usize) -> Option<Verdict> {
        let before = self.begun.iter().zip(&*self.steps).take(nth);
        let (begun, step) = before.rev().find(|(_, step)| matches!(step, Step::Say { .. } | Step::Ask { .. }))?;
        let (Step::Ask { question, .. }, (by, answer)) = (step, begun.answer?) else { return None };
        Some(Verdict { question: question.clone(), guess: begun.guess, answer, by })
    }

    /// The guess whose answer the run has not given yet.
    pub fn guessed(&self) -> Option<Guess> {
        self.doing.as_ref()?.question()?;
        self.begun.last()?.guess
    }

    /// The reader has read, and goes on. False: nothing waited for that.
    pub fn go_on(&mut self) -> bool {
        let waits = self.waits_for_reader();
        match self.begun.last().zip(self.steps.get(self.begun.len().saturating_sub(1))) {
            Some((begun, Step::Ask { question, .. })) if waits => {
                self.doing = Some(Doing::answering(question.clone(), begun.at.at));
            }
            _ if waits => self.doing = None,
            _ => {}
        }
        waits
    }

    /// The reader's guess; the run goes on with it. False: nothing was asked.
    pub fn guess(&mut self, guess: Guess) -> bool {
        let asks = self.waits_for_reader();
        if let Some(begun) = self.begun.last_mut().filter(|_| asks) {
            begun.guess = Some(guess);
        }
        self.go_on()
    }

    /// Where the newest step began.
    pub fn front(&self) -> Option<Cursor> {
        self.begun.last().map(|newest| newest.at)
    }

    /// Where the story waited for the reader after this place, as far as it has been told.
    pub fn next_told(&self, cursor: Cursor) -> Option<Cursor> {
        let mut told = self.begun.iter().zip(&*self.steps).skip(self.begun_by(cursor));
        told.find(|(_, step)| matches!(step, Step::Say { .. } | Step::Ask { .. })).map(|(begun, _)| begun.at)
    }

    /// Forwards in simulated time, as playing does, and through every step whose time comes on the way. It does not go
    /// beyond where the story stops, and says why.
    pub fn advance_to(&mut self, history: &mut History, at: SimTime) -> Option<Stop> {
        loop {
            if let Some(stop) = self.look(history) {
                return Some(stop);
            }
            let now = history.cursor().at;
            if now >= at {
                return None;
            }
            let Some(doing) = self.doing.as_ref().filter(|_| !self.looks_back(history)) else {
                history.advance_to(at);
                return None;
            };
            // A look that is asked for at once comes a moment later, so that the run goes on.
            let until = doing.next_look(now).max(now.plus(Span::us(1))).min(at);
            history.advance_until(until, &|sim, events| doing.is_over(sim, events));
        }
    }

    /// One choice forwards, or to where the story stops before it. The first value: whether it went anywhere.
    pub fn step(&mut self, history: &mut History) -> (bool, Option<Stop>) {
        if self.doing.is_none()
            && let Some(stop) = self.look(history)
        {
            return (true, Some(stop));
        }
        let Some(due) = history.next_due() else { return (false, None) };
        // What the story waits for may come between two choices, as it does while it plays.
        while let Some(doing) = self.doing.as_ref().filter(|_| !self.looks_back(history)) {
            let now = history.cursor().at;
            let until = doing.next_look(now).max(now.plus(Span::us(1)));
            if until >= due {
                break;
            }
            if let Some(stop) = self.advance_to(history, until) {
                return (true, Some(stop));
            }
        }
        let went = history.step();
        // Other choices are due at the same moment, and come before what waits for a moment.
        let is_passed = history.next_due().is_none_or(|due| due > history.cursor().at);
        let looks = went && (is_passed || self.doing.as_ref().is_none_or(|doing| self.has_come(doing, history)));
        (went, if looks { self.look(history) } else { None })
    }

    /// By a choice, not by a moment.
    fn has_come(&self, doing: &Doing, history: &mut History) -> bool {
        let (from, upto) = (self.begun.last().map_or(EventSeq(0), |begun| begun.from), noted(history));
        doing.is_over(history.sim(), marks(history, from, upto))
    }

    /// The cursor stands before the newest step: the reader looks back.
    pub fn looks_back(&self, history: &History) -> bool {
        self.front().is_some_and(|newest| history.cursor() < newest)
    }

    /// Looks at the cursor: begins and ends whatever can be, until something stops it.
    pub fn look(&mut self, history: &mut History) -> Option<Stop> {
        while self.failed.is_none() && !self.looks_back(history) {
            if let Some(doing) = &mut self.doing {
                let noted = noted(history);
                if let Some(mark) = marks(history, EventSeq(0), noted).last() {
                    doing.hear_of(mark.at);
                }
                if let Some((question, asked)) = doing.question()
                    && let Some(begun) = self.begun.last_mut()
                {
                    let answer = |event: &Event| Some((event.seq, question.answer(event, asked)?));
                    begun.answer = marks(history, begun.from, noted).iter().find_map(answer);
                    if begun.answer.is_none() {
                        break;
                    }
                    self.doing = None;
                    continue;
                }
                match doing.look_at(history.sim(), history.cursor().at) {
                    None => break,
                    Some(Err(error)) if !self.is_lenient => {
                        (self.doing, self.failed) = (None, Some(error));
                        return Some(Stop::Failed);
                    }
                    Some(_) => {
                        if let Some(begun) = self.begun.last_mut() {
                            begun.told = doing.answer(history.sim());
                        }
                        self.doing = None;
                    }
                }
            } else if let Some(step) = self.steps.get(self.begun.len()) {
                let (command, doing) = Doing::begin(step, history.sim(), history.cursor().at);
                let seen = self.observe(step, history);
                let mut stop = match step {
                    Step::Say { waits, .. } => Some(Stop::Said { waits: *waits }),
                    Step::Ask { .. } => Some(Stop::Said { waits: true }),
                    _ => None,
                };
                self.doing = Some(doing);
                if let Some(command) = command {
                    stop = Some(Stop::Did);
                    if let Err(error) = history.command(&command) {
                        self.doing = None;
                        (stop, self.failed) = match self.is_lenient {
                            true => (None, None),
                            false => (Some(Stop::Failed), Some(StepError::Refused(error))),
                        };
                    }
                }
                let (at, from) = (history.cursor(), EventSeq(noted(history)));
                self.begun.push(Begun { at, from, guess: None, answer: None, told: None, seen });
                if stop.is_some() {
                    return stop;
                }
            } else {
                break;
            }
        }
        None
    }

    /// Another future begins after this place: what was told after it is no longer so. What waited for the reader last
    /// waits again.
    pub fn forked(&mut self, history: &History, cursor: Cursor) {
        let kept = self.begun_by(cursor);
        if kept < self.begun.len() {
            self.begun.truncate(kept);
            (self.doing, self.failed) = (None, None);
            if let Some((begun, step @ (Step::Say { .. } | Step::Ask { .. }))) =
                self.begun.last_mut().zip(self.steps.get(kept.saturating_sub(1)))
            {
                (begun.guess, begun.answer) = (None, None);
                self.doing = Some(Doing::begin(step, history.sim(), cursor.at).1);
            }
        }
    }
}

/// How many events there are up to the cursor.
fn noted(history: &History) -> u64 {
    history.sim().system().events_noted()
}

/// What mattered from this event on, up to so many.
fn marks(history: &History, from: EventSeq, upto: u64) -> &[Event] {
    let of = |seq: u64| history.marks().partition_point(|mark| mark.seq.0 < seq);
    history.marks().get(of(from.0)..of(upto)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::command::{Command, Placed};
    use crate::engine::setup::Setup;
    use crate::engine::system::{Fault, Process};
    use crate::ids::NodeId;
    use crate::json::Json;
    use crate::order::{Order, ShellOp};
    use crate::release::ZkVersion;
    use crate::scenario::Deed;
    use crate::scenario::Player;
    use crate::scenario::condition::Condition;
    use crate::scenario::observation::Observed;
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
    fn single_choices_give_the_same_commands_at_the_same_steps_as_playing() {
        let of = |history: &History| {
            history.placed().iter().map(|one| (one.step, one.at, one.command.clone())).collect::<Vec<_>>()
        };
        let mut history = History::new(setup(), 1).expect("it boots");
        let mut telling = Telling::of(&steps());
        while !telling.is_over() {
            assert!(telling.step(&mut history).0, "it stands at {:?}", telling.stand(history.cursor()));
        }
        assert_eq!(of(&history), of(&told(Span::ms(170)).0));
    }

    #[test]
    fn what_is_observed_is_what_the_command_line_sees_and_is_compared_where_the_story_says_what_is_right() {
        let names = vec![Observed::Results, Observed::Events, Observed::Znodes("/lock".into()), Observed::Ensemble];
        let look = |right| Step::Observe { names: names.clone(), right };
        let told = |right: [Vec<Json>; 2]| {
            let mut steps = steps();
            let [first, last] = right.map(look);
            steps.insert(1, first);
            steps.push(last);
            steps
        };
        let mut player = Player::new(&setup(), 1, &mut |_| {}).expect("it boots");
        let mut seen = Vec::new();
        for step in &told([Vec::new(), Vec::new()]) {
            seen.extend(player.play(step, &mut |_| {}).expect("it goes as it says"));
        }
        let [first, last] = &seen[..] else { panic!("there are two observations") };
        assert_ne!(first, last);
        let mut history = History::new(setup(), 1).expect("it boots");
        let right = [vec![last.clone(), first.clone()], vec![first.clone()]];
        let mut telling = Telling::of(&told(right));
        let begun = history.cursor();
        while !telling.is_over() {
            let next = history.cursor().at.plus(Span::ms(90));
            assert_eq!(telling.advance_to(&mut history, next).filter(|stop| *stop == Stop::Failed), None);
        }
        let difference = first.first_difference(last).expect("they differ");
        let all: Vec<(usize, &Seen)> = telling.seen(history.cursor()).collect();
        assert_eq!(all, [(1, &Seen::Right), (steps().len() + 1, &Seen::Wrong(difference))]);
        assert_eq!(telling.seen(begun).count(), 0, "nothing was observed yet where the story begins");
    }

    /// The leader dies, and the reader is asked which server leads next.
    fn asking() -> (History, Telling) {
        let mut history = History::new(setup(), 1).expect("it boots");
        let mut telling = Telling::of(&[
            Step::Say { line: 7, waits: true },
            Step::DoTo(Deed::KillEnsembleLeader),
            Step::Ask { line: 8, question: Question::EnsembleLeader },
            Step::Say { line: 9, waits: true },
        ]);
        assert_eq!(telling.look(&mut history), Some(Stop::Said { waits: true }));
        (history, telling)
    }

    #[test]
    fn a_story_waits_until_its_reader_goes_on_and_tells_again_what_was_said_where_they_look_back() {
        let (mut history, mut telling) = asking();
        let begun = history.cursor();
        assert_eq!(telling.line(begun), Some((0, 7)));
        let later = begun.at.plus(Span::ms(100));
        assert_eq!(telling.advance_to(&mut history, later), None, "time may go on while a sentence stands");
        assert!(history.placed().is_empty());
        assert!(telling.go_on());
        assert_eq!(telling.look(&mut history), Some(Stop::Did));
        assert_eq!(telling.look(&mut history), Some(Stop::Said { waits: true }));
        assert_eq!(telling.line(history.cursor()), Some((2, 8)));
        assert_eq!(telling.line(begun), Some((0, 7)));
        assert_eq!(telling.next_told(begun), telling.front());
        // What the story did is undone: the sentence before it waits again.
        assert!(history.undo());
        telling.forked(&history, history.cursor());
        assert_eq!(telling.line(history.cursor()), Some((0, 7)));
        assert!(telling.waits_for_reader());
    }

    #[test]
    fn a_question_waits_for_a_guess_and_the_run_answers_it() {
        let right = Guess::Node(NodeId::Zk(2));
        for guess in [Some(Guess::Node(NodeId::Zk(1))), Some(right), None] {
            let (mut history, mut telling) = asking();
            telling.go_on();
            while telling.asks(history.cursor()).is_none() {
                telling.look(&mut history);
            }
            let asked = history.cursor().at;
            assert_eq!(telling.advance_to(&mut history, asked.plus(Span::ms(10))), None);
            assert_eq!(telling.verdict(3), None);
            assert!(match guess {
                Some(guess) => telling.guess(guess),
                None => telling.go_on(),
            });
            assert_eq!(telling.guessed(), guess);
            let stop = telling.advance_to(&mut history, asked.plus(Span::ms(60_000)));
            assert_eq!(stop, Some(Stop::Said { waits: true }));
            let verdict = telling.verdict(3).expect("it was answered");
            assert_eq!((verdict.guess, verdict.answer), (guess, right));
            assert!(history.event(verdict.by).is_some_and(|event| event.node == NodeId::Zk(2)));
        }
    }

    #[test]
    fn a_lenient_story_passes_over_what_cannot_be_done_and_what_does_not_come() {
        let mut history = History::new(setup(), 1).expect("it boots");
        let never = Condition::ZnodeExists("/never".into());
        let mut telling = Telling::lenient(&[
            Step::Do(Command::Fault(Fault::Start(NodeId::Zk(1)))),
            Step::Until { condition: never, within: Span::ms(100) },
            Step::Say { line: 1, waits: true },
        ]);
        let begun = history.cursor().at;
        let stop = telling.advance_to(&mut history, begun.plus(Span::ms(5_000)));
        assert_eq!(stop, Some(Stop::Said { waits: true }));
        assert_eq!(history.cursor().at, begun.plus(Span::ms(100)));
        assert!(history.placed().is_empty());
    }

    #[test]
    fn a_look_back_changes_nothing_and_a_command_there_begins_another_future() {
        let (mut history, mut telling) = told(Span::ms(50));
        let (placed, first) = (history.placed().to_vec(), history.first_step());
        let killed = placed[1].clone();
        history.seek(killed.step);
        assert_eq!(telling.stand(history.cursor()), Stand::In(0));
        assert_eq!(telling.look(&mut history), None);
        telling.advance_to(&mut history, killed.at.plus(Span::ms(100)));
        assert_eq!(history.placed(), placed);
        // Another server dies first: the story's own command comes after it.
        history.seek(first + 1);
        let here = history.cursor();
        history.command(&Command::Fault(Fault::Kill(NodeId::Zk(1)))).expect("it runs");
        telling.forked(&history, here);
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
        assert_eq!(telling.advance_to(&mut history, later), Some(Stop::Failed));
        assert_eq!(telling.stand(history.cursor()), Stand::Failed(0, StepError::NotReached));
        assert!(history.cursor().at < later, "it stands where it failed");
        assert_eq!(telling.advance_to(&mut history, later), None);
        assert_eq!(history.cursor().at, later);
    }
}
