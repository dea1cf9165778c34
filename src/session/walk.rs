//! History and Playback together, without a browser: what each `UiCommand` does, and what a frame of page
//! time does. Tested on the host.

use crate::playback::warp::Warp;
use crate::playback::{Air, Pace, Playback, Run};
use crate::session::UiCommand;
use crate::tale::{Of, Said, Tale, Told};
use sim_core::engine::command::CommandError;
use sim_core::engine::setup::Setup;
use sim_core::event::Event;
use sim_core::fact;
use sim_core::fact::{Importance, Kind, Phase};
use sim_core::history::permalink;
use sim_core::history::permalink::LinkError;
use sim_core::history::telling::{Stop, Telling};
use sim_core::history::{self, History};
use sim_core::ids::EventSeq;
use sim_core::scenario::boot::{Boot, BootError};
use sim_core::scenario::question::Guess;
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::Frame;
use std::sync::Arc;

/// The engine runs this far ahead of the cursor, so that the next thing that matters is known.
const AHEAD: Span = Span::ms(30_000);
/// So far "next" looks while a story is told: what it will do is not known before.
const TOLD_AHEAD: Span = Span::ms(120_000);
/// One budget's worth of running ahead is asked for in portions of so many choices.
const PORTION_CHOICES: u64 = 400;

/// Why a `UiCommand` did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    Command(CommandError),
    /// No phase of a rebalance or an election lies ahead, as far as was looked.
    NoPhaseAhead,
    /// Nothing as loud as asked lies ahead.
    NothingAhead,
    AtTheBeginning,
    NothingToUndo,
    NothingToRedo,
    Setup(BootError),
    /// With the text, so that it can be completed.
    Link(LinkError, String),
}

/// What was done, as the address needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The cursor may have moved.
    Moved,
    /// The branch is another one now.
    Forked,
    /// Another run altogether.
    Opened,
}

/// What is known of the branch: everything louder than routine, ahead of the cursor too, and story time.
#[derive(Clone, Copy)]
pub struct Story<'a> {
    /// Ascending.
    pub marks: &'a [Event],
    pub warp: &'a Warp,
    /// How far the engine has run.
    pub end: SimTime,
}

/// A longer chain is not read.
const CHAIN_MAX: usize = 64;

pub struct Walk {
    history: History,
    playback: Playback,
    warp: Warp,
    start: SimTime,
    /// Counts what replaced the future: with the step, it says whether a picture is still the right one.
    branch: u64,
    /// The name of the scenario that the run was opened as. Part of the link.
    scenario: Option<Arc<str>>,
    tale: Option<TaleUnderWay>,
    /// What the reader has open and selected, in the page's own words. Part of the link.
    sight: String,
    /// The same as the link had it; until it was taken.
    linked_sight: Option<String>,
}

/// The story that is told: its steps are done when their time comes.
struct TaleUnderWay {
    of: Of,
    telling: Telling,
    /// Each sentence's step, and the picture of the moment at which it was said.
    said: Vec<(usize, Arc<Frame>)>,
}

/// Between the run, the scenario's name and what is open, in a link; no letter of a run.
const MARK: char = '&';
/// What is open begins with it, and no name of a scenario does.
const SIGHT: &str = "see=";

/// A longer name, or one with other letters, is none of ours.
const SCENARIO_LEN_MAX: usize = 120;

impl Walk {
    pub fn new(setup: Setup, seed: u64) -> Result<Walk, BootError> {
        Ok(Walk::of(History::new(setup, seed)?))
    }

    /// The same for a boot of this setup that has begun.
    pub fn of_boot(setup: Setup, seed: u64, boot: Boot) -> Result<Walk, BootError> {
        Ok(Walk::of(History::of(setup, seed, boot)?))
    }

    /// A run from a link, and whether it is exactly what was saved.
    pub fn from_link(text: &str) -> Result<(Walk, bool), LinkError> {
        let mut linked = Linked::of(text)?;
        loop {
            if let Some(walk) = linked.advance(u32::MAX)? {
                return Ok(walk);
            }
        }
    }

    fn of(history: History) -> Walk {
        let start = history.start().at;
        Walk {
            history,
            playback: Playback::default(),
            warp: Warp::new(start),
            start,
            branch: 0,
            scenario: None,
            tale: None,
            sight: String::new(),
            linked_sight: None,
        }
    }

    pub fn link(&self) -> String {
        let mut link = permalink::encode(&self.history);
        if let Some(scenario) = &self.scenario {
            link.push(MARK);
            link.push_str(scenario);
        }
        if !self.sight.is_empty() {
            link.push(MARK);
            link.push_str(SIGHT);
            link.push_str(&self.sight);
        }
        link
    }

    pub fn take_linked_sight(&mut self) -> Option<String> {
        self.linked_sight.take()
    }

    /// Whether it is another one than before.
    pub fn set_sight(&mut self, sight: String) -> bool {
        let changed = self.sight != sight;
        self.sight = sight;
        changed
    }

    pub fn scenario(&self) -> Option<&Arc<str>> {
        self.scenario.as_ref()
    }

    /// The story that is told, as it stands at the cursor.
    pub fn told(&self) -> Option<Told> {
        let TaleUnderWay { of, telling, said } = self.tale.as_ref()?;
        let cursor = self.history.cursor();
        let line = telling.line(cursor).and_then(|(nth, line)| {
            let (_, frame) = said.iter().find(|(step, _)| *step == nth)?;
            Some(Said { nth, line, frame: frame.clone(), verdict: telling.verdict(nth) })
        });
        Some(Told {
            of: of.clone(),
            stand: telling.stand(cursor),
            line,
            first: said.first().map(|(_, frame)| frame.clone()),
            asks: telling.asks(cursor).cloned(),
            guessed: telling.guessed(),
            waits: telling.waits_for_reader(),
            is_over: telling.is_over(),
            looks_back: telling.looks_back(&self.history),
            position: telling.position(cursor),
        })
    }

    fn begin_tale(&mut self, tale: Option<Tale>) {
        self.tale = tale.map(|tale| {
            // The reader may change the cluster meanwhile.
            TaleUnderWay { of: tale.of, telling: Telling::lenient(&tale.steps), said: Vec::new() }
        });
    }

    /// The story goes on at the cursor, as far as it can.
    fn tell(&mut self) -> Done {
        let mut done = Done::Moved;
        while let Some(stop) = self.tale.as_mut().and_then(|tale| tale.telling.look(&mut self.history)) {
            self.stopped(stop);
            if stop == Stop::Did {
                done = Done::Forked;
            }
        }
        done
    }

    fn stopped(&mut self, stop: Stop) {
        match stop {
            Stop::Did => {
                self.forked();
            }
            Stop::Said { waits } => {
                let frame = self.history.frame();
                if let Some(tale) = &mut self.tale {
                    let nth = tale.telling.begun().saturating_sub(1);
                    tale.said.retain(|(step, _)| *step < nth);
                    tale.said.push((nth, frame));
                }
                self.playback.playing &= !waits;
            }
            Stop::Failed => self.playback.playing = false,
        }
    }

    /// To a place of the run exactly: it may lie between two choices.
    fn seek(&mut self, place: history::Cursor) {
        self.history.seek(place.step);
        if place.at > self.history.cursor().at {
            self.history.advance_to(place.at);
        }
        self.playback.moved();
    }

    pub fn history(&mut self) -> &mut History {
        &mut self.history
    }

    pub fn marks(&self) -> &[Event] {
        self.history.marks()
    }

    pub fn story(&self) -> Story<'_> {
        Story { marks: self.history.marks(), warp: &self.warp, end: self.end() }
    }

    pub fn end(&self) -> SimTime {
        self.history.end().at
    }

    pub fn start(&self) -> SimTime {
        self.start
    }

    pub fn branch(&self) -> u64 {
        self.branch
    }

    pub fn playing(&self) -> bool {
        self.playback.playing
    }

    pub fn pace(&self) -> Pace {
        self.playback.pace
    }

    pub fn apply(&mut self, command: UiCommand) -> Result<Done, Refused> {
        match command {
            UiCommand::Play => self.playback.playing = true,
            UiCommand::Pause => self.playback.playing = false,
            UiCommand::TogglePlay => self.playback.playing = !self.playback.playing,
            UiCommand::SetPace(pace) => {
                self.playback.pace = pace;
                self.playback.moved();
            }
            UiCommand::Sim(command) => {
                let here = self.history.cursor();
                self.history.command(&command).map_err(Refused::Command)?;
                return Ok(self.forked_at(here));
            }
            UiCommand::Undo => {
                if !self.history.undo() {
                    return Err(Refused::NothingToUndo);
                }
                let here = self.history.cursor();
                return Ok(self.forked_at(here));
            }
            UiCommand::Tell(tale) => {
                self.begin_tale(tale);
                return Ok(self.tell());
            }
            UiCommand::GoOn => return Ok(self.go_on(None)),
            UiCommand::Guess(guess) => return Ok(self.go_on(Some(guess))),
            UiCommand::ToFront => {
                let front = self.tale.as_ref().and_then(|tale| tale.telling.front());
                if let Some(front) = front.filter(|front| *front > self.history.cursor()) {
                    self.seek(front);
                }
            }
            UiCommand::Redo => {
                return if self.history.redo() { Ok(self.forked()) } else { Err(Refused::NothingToRedo) };
            }
            UiCommand::Open { setup, seed, tale } => {
                let pace = self.playback.pace;
                let playing = self.playback.playing;
                let branch = self.branch + 1;
                *self = Walk::new(*setup, seed).map_err(Refused::Setup)?;
                (self.playback.pace, self.playback.playing, self.branch) = (pace, playing, branch);
                self.begin_tale(tale);
                self.tell();
                return Ok(Done::Opened);
            }
            UiCommand::OpenLink(text) => {
                let pace = self.playback.pace;
                let branch = self.branch + 1;
                // A moment that was opened does not run away.
                (*self, _) = Walk::from_link(&text).map_err(|error| Refused::Link(error, text))?;
                (self.playback.pace, self.branch) = (pace, branch);
                return Ok(Done::Opened);
            }
            UiCommand::LeaveScenario => self.scenario = None,
            moving => return self.walk(moving),
        }
        Ok(Done::Moved)
    }

    /// Everything that puts the cursor somewhere. Stepping and scrubbing stop playing.
    fn walk(&mut self, command: UiCommand) -> Result<Done, Refused> {
        self.playback.playing = false;
        self.playback.moved();
        if let Some((went, done)) = self.walk_told(&command) {
            return if went { Ok(done) } else { Err(Refused::NothingAhead) };
        }
        let history = &mut self.history;
        let (went, otherwise) = match command {
            UiCommand::Step => (history.step(), Refused::NothingAhead),
            UiCommand::StepBack => (history.step_back(), Refused::AtTheBeginning),
            UiCommand::Next(importance) => (history.next_interesting(importance), Refused::NothingAhead),
            UiCommand::Previous(importance) => (history.previous_interesting(importance), Refused::AtTheBeginning),
            UiCommand::NextPhase => (next_phase(history), Refused::NoPhaseAhead),
            UiCommand::SeekStep(step) => {
                history.seek(step);
                (true, Refused::NothingAhead)
            }
            UiCommand::SeekTime(at) => {
                history.seek_time(at.max(self.start));
                (true, Refused::NothingAhead)
            }
            UiCommand::ToStart => {
                history.seek(history.first_step());
                (true, Refused::AtTheBeginning)
            }
            _ => (true, Refused::NothingAhead),
        };
        if went { Ok(Done::Moved) } else { Err(otherwise) }
    }

    /// Forwards through what a story has yet to do: nothing of the future is known before it is done. None: this is not a
    /// way forwards, or the story waits for its reader.
    fn walk_told(&mut self, command: &UiCommand) -> Option<(bool, Done)> {
        let from = self.history.cursor();
        let tale = self.tale.as_ref()?;
        if !tale.telling.goes_on() || tale.telling.looks_back(&self.history) {
            return None;
        }
        let goes = match command {
            UiCommand::Step | UiCommand::Next(_) | UiCommand::NextPhase => true,
            UiCommand::SeekTime(at) => *at > from.at,
            UiCommand::SeekStep(step) => *step > from.step,
            _ => false,
        };
        if !goes {
            return None;
        }
        let (bound, mut done) = (from.at.plus(TOLD_AHEAD), Done::Moved);
        loop {
            let before = self.history.cursor();
            let noted = self.history.sim().system().events_noted();
            let telling = self.tale.as_mut().map(|tale| &mut tale.telling)?;
            let (went, stop) = match command {
                UiCommand::SeekTime(at) => (true, telling.advance_to(&mut self.history, *at)),
                _ => telling.step(&mut self.history),
            };
            if let Some(stop) = stop {
                self.stopped(stop);
                if stop == Stop::Did {
                    done = Done::Forked;
                }
                if matches!(stop, Stop::Said { waits: true } | Stop::Failed) {
                    return Some((true, done));
                }
            }
            let now = self.history.cursor();
            let passed = || {
                let (upto, marks) = (self.history.sim().system().events_noted(), self.history.marks());
                marks[marks.partition_point(|mark| mark.seq.0 < noted)..]
                    .iter()
                    .take_while(move |mark| mark.seq.0 < upto)
            };
            let there = match command {
                UiCommand::SeekTime(at) => now.at >= *at,
                UiCommand::SeekStep(step) => now.step >= *step,
                UiCommand::Next(importance) => passed().any(|mark| mark.fact.importance() >= *importance),
                UiCommand::NextPhase => passed().any(is_phase),
                _ => now > before,
            };
            if there {
                return Some((true, done));
            }
            if !went || now.at > bound && !matches!(command, UiCommand::SeekTime(_) | UiCommand::SeekStep(_)) {
                return Some((false, done));
            }
        }
    }

    /// The reader goes on, with a guess or without one. Where they look back: to what they were told next.
    fn go_on(&mut self, guess: Option<Guess>) -> Done {
        let Some(tale) = &mut self.tale else { return Done::Moved };
        if tale.telling.looks_back(&self.history) {
            let here = self.history.cursor();
            if let Some(next) = tale.telling.next_told(here).or(tale.telling.front()) {
                self.seek(next);
            }
            return Done::Moved;
        }
        let goes = match guess {
            Some(guess) => tale.telling.guess(guess),
            None => tale.telling.go_on(),
        };
        self.playback.playing |= goes;
        self.tell()
    }

    /// The story goes on from there.
    fn forked_at(&mut self, here: history::Cursor) -> Done {
        if let Some(tale) = &mut self.tale {
            tale.telling.forked(&self.history, here);
        }
        self.forked();
        self.tell();
        Done::Forked
    }

    fn forked(&mut self) -> Done {
        self.branch += 1;
        self.playback.moved();
        Done::Forked
    }

    /// A frame of page time. Says how much simulated time went by.
    pub fn pass(&mut self, page_ms: f64, mut more_time: impl FnMut() -> bool) -> Span {
        self.warp.update(self.history.marks());
        let telling = self.tale.as_mut().map(|tale| &mut tale.telling);
        let mut run = Cursor { history: &mut self.history, telling, stop: None };
        let passed = self.playback.pass(page_ms, &self.warp, &mut run, &mut more_time);
        if let Some(stop) = run.stop {
            self.stopped(stop);
            self.tell();
        }
        passed
    }

    /// How fast simulated time goes on from here, in microseconds for each millisecond of page time.
    pub fn speed(&mut self) -> f64 {
        self.playback.speed(&self.warp, &mut Cursor { history: &mut self.history, telling: None, stop: None })
    }

    /// When the next choice is due.
    pub fn next_due(&mut self) -> Option<SimTime> {
        self.history.next_due()
    }

    /// Why it happened: the chain of causes, the oldest first, the event itself last. Most links are among the
    /// marks, and those are at hand; the others may have to be made again.
    pub fn why(&mut self, seq: EventSeq) -> Vec<Event> {
        let mut chain = Vec::new();
        let mut next = Some(seq);
        while let Some(seq) = next
            && chain.len() < CHAIN_MAX
        {
            let Some(event) = self.event(seq) else { break };
            next = event.cause.filter(|cause| *cause < seq);
            chain.push(event);
        }
        chain.reverse();
        chain
    }

    pub fn event(&mut self, seq: EventSeq) -> Option<Event> {
        match self.history.marks().binary_search_by_key(&seq, |mark| mark.seq) {
            Ok(at) => self.history.marks().get(at).cloned(),
            Err(_) => self.history.event(seq),
        }
    }

    /// Lets the engine run ahead while `more_time` says so. Whether it has not come far enough yet.
    pub fn run_ahead(&mut self, mut more_time: impl FnMut() -> bool) -> bool {
        let upto = self.history.cursor().at.plus(AHEAD);
        let mut wants_more = false;
        while self.history.end().at < upto {
            let before = self.history.end().step;
            self.history.run_ahead(upto, PORTION_CHOICES);
            if self.history.end().step == before {
                break;
            }
            if !more_time() {
                wants_more = true;
                break;
            }
        }
        self.warp.update(self.history.marks());
        wants_more
    }
}

/// A link that is being opened, a little at a time.
pub struct Linked {
    opening: permalink::Opening,
    scenario: Option<Arc<str>>,
    sight: Option<String>,
}

impl Linked {
    pub fn of(text: &str) -> Result<Linked, LinkError> {
        let mut parts = text.split(MARK);
        let run = parts.next().unwrap_or_default();
        let (sight, scenario): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with(SIGHT));
        let is_name = |name: &&str| {
            !name.is_empty()
                && name.len() <= SCENARIO_LEN_MAX
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        Ok(Linked {
            opening: permalink::Opening::of(permalink::decode(run)?)?,
            scenario: scenario.first().copied().filter(is_name).map(Into::into),
            sight: sight.first().map(|sight| sight.trim_start_matches(SIGHT).to_string()),
        })
    }

    /// Makes about so many choices at the most; the run once it has come to its position, and whether it is exactly what
    /// was saved.
    pub fn advance(&mut self, choices_max: u32) -> Result<Option<(Walk, bool)>, LinkError> {
        let Some(opened) = self.opening.advance(choices_max)? else { return Ok(None) };
        // The numbers of events mean nothing in a run that went another way.
        let linked_sight = self.sight.take().filter(|_| opened.exact);
        let walk = Walk { scenario: self.scenario.take(), linked_sight, ..Walk::of(opened.history) };
        Ok(Some((walk, opened.exact)))
    }
}

/// The history as playing sees it.
struct Cursor<'a> {
    history: &'a mut History,
    telling: Option<&'a mut Telling>,
    /// Why the story does not let time go on.
    stop: Option<Stop>,
}

impl Run for Cursor<'_> {
    fn at(&self) -> SimTime {
        self.history.cursor().at
    }

    fn next_due(&mut self) -> Option<SimTime> {
        self.history.next_due()
    }

    fn air(&mut self) -> Air {
        let system = self.history.sim().system();
        let mut air = Air::Empty;
        for (from, to, wire) in system.wires().filter(|(_, _, wire)| !wire.queue.is_empty()) {
            if !system.wire_index(from, to).is_some_and(|index| system.deliverable(index)) {
                continue;
            }
            if wire.queue.iter().any(|packet| !packet.is_routine()) {
                return Air::Lively;
            }
            air = Air::Routine;
        }
        air
    }

    fn advance_to(&mut self, at: SimTime) {
        match &mut self.telling {
            _ if self.stop.is_some() => {}
            Some(telling) => self.stop = telling.advance_to(self.history, at),
            None => self.history.advance_to(at),
        }
    }
}

/// To the next phase of a rebalance or of an election.
fn next_phase(history: &mut History) -> bool {
    let from = history.cursor();
    loop {
        let before = history.cursor().step;
        if !history.next_interesting(Importance::Step) {
            break;
        }
        let now = history.cursor().step;
        let begin = history.marks().partition_point(|mark| mark.step < before);
        let here = &history.marks()[begin..];
        if here.iter().take_while(|mark| mark.step < now).any(is_phase) {
            return true;
        }
    }
    history.seek_time(from.at);
    false
}

fn is_phase(mark: &Event) -> bool {
    let Kind { story, phase, .. } = mark.fact.kind();
    matches!(story, fact::Story::Ensemble | fact::Story::Rebalance) && phase != Phase::Aside
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::check::bench_scene;
    use sim_core::engine::command::Command;
    use sim_core::engine::system::{Fault, Process};
    use sim_core::ids::NodeId;
    use sim_core::scenario::Step;
    use sim_core::scenario::condition::Condition;

    fn walk() -> Walk {
        Walk::new(bench_scene::setup(), bench_scene::SEED).unwrap_or_else(|_| panic!("the bench scene boots"))
    }

    fn kill(broker: u16) -> UiCommand {
        UiCommand::Sim(Command::Fault(Fault::Kill(NodeId::Broker(broker))))
    }

    fn process(walk: &mut Walk, broker: u16) -> Process {
        walk.history().sim().system().process(NodeId::Broker(broker))
    }

    #[test]
    fn undo_brings_a_killed_broker_back_and_redo_kills_it_again() {
        let mut walk = walk();
        assert_eq!(walk.apply(UiCommand::Undo), Err(Refused::NothingToUndo));
        assert_eq!(walk.apply(kill(3)), Ok(Done::Forked));
        assert_eq!(process(&mut walk, 3), Process::Killed);
        assert_eq!(walk.apply(UiCommand::Undo), Ok(Done::Forked));
        assert_eq!(process(&mut walk, 3), Process::Running);
        assert_eq!(walk.apply(UiCommand::Redo), Ok(Done::Forked));
        assert_eq!(process(&mut walk, 3), Process::Killed);
    }

    #[test]
    fn a_broker_that_is_down_cannot_be_killed_again() {
        let mut walk = walk();
        assert!(walk.apply(kill(3)).is_ok());
        let again = walk.apply(kill(3));
        assert_eq!(again, Err(Refused::Command(CommandError::NotRunning(NodeId::Broker(3)))));
    }

    #[test]
    fn a_copied_link_opens_the_same_moment_and_stands_still() {
        let mut walk = walk();
        assert!(walk.apply(kill(2)).is_ok());
        let later = walk.history().cursor().at.plus(Span::ms(700));
        walk.history().advance_to(later);
        let (mut opened, exact) = Walk::from_link(&walk.link()).unwrap_or_else(|_| panic!("our own link opens"));
        assert!(exact && !opened.playing());
        assert_eq!(opened.history().cursor(), walk.history().cursor());
        assert_eq!(opened.history().frame(), walk.history().frame());
    }

    #[test]
    fn a_link_keeps_the_name_of_its_scenario_until_it_is_left() {
        let link = format!("{}&zk-leader-dies", walk().link());
        let (mut opened, exact) = Walk::from_link(&link).unwrap_or_else(|_| panic!("our own link opens"));
        assert!(exact);
        assert_eq!(opened.scenario().map(|name| &**name), Some("zk-leader-dies"));
        assert_eq!(opened.link(), link);
        assert!(opened.apply(UiCommand::LeaveScenario).is_ok());
        assert_eq!(opened.link(), walk().link());
        let (odd, _) = Walk::from_link(&format!("{}&<b>", walk().link())).unwrap_or_else(|_| panic!("it opens"));
        assert_eq!(odd.scenario(), None, "anything but a name is left out");
    }

    /// A broker dies 40 ms after the beginning, and its session is waited for.
    fn with_tale() -> Walk {
        let within = Span::ms(60_000);
        let gone = Condition::ZnodeGone("/brokers/ids/3".into());
        let steps = vec![
            Step::Wait(Span::ms(40)),
            Step::Do(Command::Fault(Fault::Kill(NodeId::Broker(3)))),
            Step::Until { condition: gone, within },
            Step::Say { line: 0, waits: true },
        ];
        let mut walk = walk();
        assert!(walk.apply(UiCommand::Tell(Some(Tale { of: Of::Guide, steps }))).is_ok());
        assert!(walk.apply(UiCommand::Play).is_ok());
        walk
    }

    fn placed(walk: &mut Walk) -> Vec<(u64, Span)> {
        let start = walk.start();
        walk.history().placed().iter().map(|one| (one.step, one.at.since(start))).collect()
    }

    fn play(walk: &mut Walk) {
        let mut page_ms = 0.0;
        while walk.playing() {
            walk.run_ahead(|| true);
            walk.pass(16.0, || true);
            page_ms += 16.0;
            assert!(page_ms < 60_000.0, "it plays on");
        }
    }

    #[test]
    fn a_story_is_told_while_it_plays_and_stands_still_where_it_waits_for_the_reader() {
        let mut walk = with_tale();
        play(&mut walk);
        assert_eq!(placed(&mut walk).first().map(|one| one.1), Some(Span::ms(40)));
        let told = walk.told().unwrap_or_else(|| panic!("it is told"));
        assert!(told.waits && told.line.is_some_and(|said| said.frame.znode("/brokers/ids/3").is_none()));
        // The link has what the story did; a look back changes nothing of it, and shows what was said then: nothing.
        let (mut opened, exact) = Walk::from_link(&walk.link()).unwrap_or_else(|_| panic!("our own link opens"));
        assert!(exact);
        assert_eq!(process(&mut opened, 3), Process::Killed);
        assert!(walk.apply(UiCommand::ToStart).is_ok());
        assert!(walk.told().is_some_and(|told| told.looks_back && told.line.is_none()));
        assert!(walk.apply(UiCommand::GoOn).is_ok());
        assert!(walk.told().is_some_and(|told| !told.looks_back && told.line.is_some()));
        assert_eq!(placed(&mut walk).len(), 1);
    }

    #[test]
    fn each_way_to_walk_through_a_story_gives_its_commands_at_the_moments_at_which_playing_gives_them() {
        let mut played = with_tale();
        play(&mut played);
        let wanted = placed(&mut played);
        let (start, end) = (played.start(), played.history().cursor());
        for command in [
            UiCommand::Step,
            UiCommand::Next(Importance::Step),
            UiCommand::SeekTime(end.at),
            UiCommand::SeekStep(end.step),
        ] {
            let mut walk = with_tale();
            while walk.history().cursor().at < start.plus(Span::ms(200)) {
                assert!(walk.apply(command.clone()).is_ok(), "{command:?}");
            }
            assert_eq!(placed(&mut walk), wanted, "{command:?}");
        }
    }

    #[test]
    fn what_a_story_did_is_undone_and_the_sentence_before_it_waits_again() {
        let steps = vec![Step::Say { line: 0, waits: true }, Step::Do(Command::Fault(Fault::Kill(NodeId::Broker(3))))];
        let mut walk = walk();
        assert!(walk.apply(UiCommand::Tell(Some(Tale { of: Of::Guide, steps }))).is_ok());
        assert_eq!(walk.apply(UiCommand::GoOn), Ok(Done::Forked));
        assert_eq!(process(&mut walk, 3), Process::Killed);
        assert_eq!(walk.apply(UiCommand::Undo), Ok(Done::Forked));
        assert_eq!(process(&mut walk, 3), Process::Running);
        assert!(walk.told().is_some_and(|told| told.waits && told.line.is_some()));
    }

    #[test]
    fn a_damaged_link_is_refused_and_changes_nothing() {
        let mut walk = walk();
        let mut link = walk.link();
        link.truncate(link.len() / 2);
        let before = walk.history().cursor();
        assert!(matches!(walk.apply(UiCommand::OpenLink(link)), Err(Refused::Link(..))));
        assert_eq!(walk.history().cursor(), before);
    }

    #[test]
    fn stepping_and_scrubbing_stop_the_playing() {
        let mut walk = walk();
        for command in [UiCommand::Step, UiCommand::SeekTime(SimTime::ZERO), UiCommand::ToStart] {
            assert!(walk.apply(UiCommand::Play).is_ok());
            let _ = walk.apply(command);
            assert!(!walk.playing());
        }
    }

    #[test]
    fn after_a_kill_its_first_consequence_is_seen_within_five_seconds_of_page_time() {
        let mut walk = walk();
        assert!(walk.apply(kill(3)).is_ok());
        assert!(walk.apply(UiCommand::Play).is_ok());
        let killed = walk.history().sim().system().events_noted();
        let consequence = |walk: &mut Walk| {
            let now = walk.history().sim().system().events_noted();
            walk.marks().iter().any(|mark| mark.seq.0 >= killed && mark.seq.0 < now && mark.cause.is_some())
        };
        let mut page_ms = 0.0;
        while !consequence(&mut walk) {
            walk.run_ahead(|| true);
            walk.pass(16.0, || true);
            page_ms += 16.0;
            assert!(page_ms < 5_000.0, "nothing was seen");
        }
    }

    #[test]
    fn a_calm_cluster_is_shown_at_a_pace_at_which_records_can_be_followed() {
        let mut walk = walk();
        assert!(walk.apply(UiCommand::Play).is_ok());
        let begun = walk.history().cursor().at;
        for _ in 0..600 {
            walk.run_ahead(|| false);
            walk.pass(16.0, || true);
        }
        // The bench scene is a busy one: in ten seconds of page time some tens of milliseconds go by, not none
        // and not a blur.
        let passed = walk.history().cursor().at.since(begun);
        assert!((Span::ms(40)..Span::ms(3_000)).contains(&passed), "{} us", passed.0);
    }
}
