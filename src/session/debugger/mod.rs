//! The run, how it is played and the story that is told in it, without a browser: what each `UiCommand` does, and what a
//! frame of page time does. Tested on the host.

mod link;
mod moving;
mod playing;
mod tale;

pub use link::Linked;

use crate::playback::warp::Warp;
use crate::playback::{Pace, Playback};
use crate::session::UiCommand;
use sim_core::engine::command::CommandError;
use sim_core::engine::delivery::Delivery;
use sim_core::engine::setup::Setup;
use sim_core::event::Event;
use sim_core::history::permalink::LinkError;
use sim_core::history::{Cursor, History};
use sim_core::ids::EventSeq;
use sim_core::scenario::boot::{Boot, BootError};
use sim_core::time::{SimTime, Span};
use std::sync::Arc;
use tale::TaleUnderWay;

/// The engine runs this far ahead of the cursor, so that the next thing that matters is known.
const AHEAD: Span = Span::ms(30_000);
/// One budget's worth of running ahead is asked for in portions of so many choices.
const PORTION_CHOICES: u64 = 400;
/// A longer chain is not read.
const CHAIN_MAX: usize = 64;

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

/// The time-travelling debugger of one run: the run with its future, the cursor in it, and the pace at which that moves.
pub struct Debugger {
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
    /// The moment at which time is made to stand still, if it is: its branch, and the place in it. A reader who goes
    /// somewhere else is not held there.
    held: Option<(u64, Cursor)>,
}

impl Debugger {
    pub fn new(setup: Setup, seed: u64) -> Result<Debugger, BootError> {
        Ok(Debugger::of(History::new(setup, seed)?))
    }

    /// The same for a boot of this setup that has begun.
    pub fn of_boot(setup: Setup, seed: u64, boot: Boot) -> Result<Debugger, BootError> {
        Ok(Debugger::of(History::of(setup, seed, boot)?))
    }

    fn of(history: History) -> Debugger {
        let start = history.start().at;
        Debugger {
            history,
            playback: Playback::default(),
            warp: Warp::new(start),
            start,
            branch: 0,
            scenario: None,
            tale: None,
            sight: String::new(),
            linked_sight: None,
            held: None,
        }
    }

    /// Whether it is another one than before.
    pub fn set_sight(&mut self, sight: String) -> bool {
        let changed = self.sight != sight;
        self.sight = sight;
        changed
    }

    pub fn take_linked_sight(&mut self) -> Option<String> {
        self.linked_sight.take()
    }

    pub fn scenario(&self) -> Option<&Arc<str>> {
        self.scenario.as_ref()
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

    /// It plays, and nothing holds it.
    pub fn time_passes(&self) -> bool {
        self.playback.playing && self.held != Some((self.branch, self.history.cursor()))
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
                *self = Debugger::new(*setup, seed).map_err(Refused::Setup)?;
                (self.playback.pace, self.playback.playing, self.branch) = (pace, playing, branch);
                self.begin_tale(tale);
                self.tell();
                return Ok(Done::Opened);
            }
            UiCommand::LeaveScenario => self.scenario = None,
            UiCommand::Hold => self.held = Some((self.branch, self.history.cursor())),
            UiCommand::Release => self.held = None,
            moving => return self.move_cursor(&moving),
        }
        Ok(Done::Moved)
    }

    /// Another run takes the place of this one. A moment that was opened does not run away.
    pub fn become_another(&mut self, other: Debugger) -> Done {
        let (pace, branch) = (self.playback.pace, self.branch + 1);
        *self = other;
        (self.playback.pace, self.branch) = (pace, branch);
        Done::Opened
    }

    /// The story goes on from there.
    fn forked_at(&mut self, here: Cursor) -> Done {
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

    /// Why it happened: the chain of causes, the oldest first, the event itself last. Most links are among the
    /// marks, and those are at hand; the others may have to be made again, and what was told before each.
    pub fn why(&mut self, seq: EventSeq) -> Vec<(Event, Option<Delivery>)> {
        let mut chain = Vec::new();
        let mut next = Some(seq);
        while let Some(seq) = next
            && chain.len() < CHAIN_MAX
        {
            let Some(event) = self.event(seq) else { break };
            next = event.cause.filter(|cause| *cause < seq);
            let told = self.history.delivery_before(&event);
            chain.push((event, told));
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

#[cfg(test)]
mod tests;
