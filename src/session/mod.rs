//! The running simulation, as the page sees it: [`UiCommand`]s go in, an `Arc<Frame>` comes out, at most
//! once an animation frame and only when the step changes. Components hold a [`Session`], nothing deeper.

mod address;
pub mod walk;

use crate::browser::raf;
use crate::fatal;
use crate::playback::warp::Warp;
use leptos::prelude::*;
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::event::Event;
use sim_core::fact::Importance;
use sim_core::ids::{EventSeq, NodeId};
use sim_core::scenario::boot::BootError;
use sim_core::time::SimTime;
use sim_core::view::frame::{Frame, TreeView, WatcherView};
use std::sync::Arc;
use walk::Walk;

pub use crate::playback::Pace;
pub use walk::Refused;

/// Everything that a component can ask for.
#[derive(Clone, Debug)]
pub enum UiCommand {
    /// At the cursor; in the past it forks.
    Sim(Command),
    Play,
    Pause,
    TogglePlay,
    SetPace(Pace),
    /// One choice forwards or back.
    Step,
    StepBack,
    /// To the next (the last) thing at least this loud.
    Next(Importance),
    Previous(Importance),
    /// The next phase of a rebalance or an election.
    NextPhase,
    SeekStep(u64),
    SeekTime(SimTime),
    /// Back to where the story begins.
    ToStart,
    Undo,
    Redo,
    /// A scene: another cluster, from its beginning.
    Open {
        setup: Box<Setup>,
        seed: u64,
    },
    /// What the address says.
    OpenLink(String),
    /// The run stays; it is no longer told as a scenario.
    LeaveScenario,
}

/// Where the run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub step: u64,
    pub first_step: u64,
    /// Where the story begins.
    pub start: SimTime,
    pub seed: u64,
    pub playing: bool,
    pub pace: Pace,
    pub can_undo: bool,
    pub can_redo: bool,
    /// Changes when the branch or the whole run does.
    pub branch: u64,
}

/// What is known of the branch: everything louder than routine, ahead of the cursor too, and story time.
#[derive(Clone, Debug)]
pub struct Story {
    /// Ascending.
    pub marks: Vec<Event>,
    pub warp: Warp,
    /// How far the engine has come.
    pub end: SimTime,
}

/// The handle.
#[derive(Clone, Copy)]
pub struct Session {
    inner: StoredValue<Inner, LocalStorage>,
    /// The picture at the cursor. Changes only when the step does: what runs on between two steps (a silence,
    /// time left) is `at_page - frame.at` further.
    pub frame: Signal<Arc<Frame>>,
    /// The simulated time being shown: continuous while it plays, so that flights move between steps.
    pub at_page: Signal<SimTime>,
    /// Simulated microseconds a second of page time, now: a canvas hides what would only be a blur. 0: paused.
    pub us_per_page_s: Signal<u64>,
    pub status: Signal<Status>,
    pub story: Signal<Arc<Story>>,
    /// The name of the scenario that the run was opened as.
    pub scenario: Signal<Option<Arc<str>>>,
    /// The last command that did nothing, with a number that tells two refusals apart.
    pub refused: Signal<Option<(u32, Refused)>>,
}

/// What only the session touches.
struct Inner {
    walk: Walk,
    published: Published,
    refusals: u32,
    address: address::Address,
    out: Out,
}

/// The writing ends.
#[derive(Clone, Copy)]
struct Out {
    frame: RwSignal<Arc<Frame>>,
    at_page: RwSignal<SimTime>,
    us_per_page_s: RwSignal<u64>,
    status: RwSignal<Status>,
    story: RwSignal<Arc<Story>>,
    scenario: RwSignal<Option<Arc<str>>>,
    refused: RwSignal<Option<(u32, Refused)>>,
}

/// What was published last.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Published {
    branch: u64,
    step: u64,
    marks: usize,
    last_mark: Option<EventSeq>,
    frames_since_story: u32,
}

/// While the engine runs ahead, marks are found in every frame; a timeline need not follow each.
const STORY_EVERY_FRAMES: u32 = 12;
/// What of a frame's 16 ms the engine may use to run ahead.
const AHEAD_BUDGET_MS: f64 = 4.0;
/// What playing at a high constant speed may use of it.
const PLAYING_BUDGET_MS: f64 = 12.0;

impl Session {
    /// Begins with what the address says, or with this setup. The second value says what was wrong with the
    /// address, if something was.
    pub fn begin(setup: Setup, seed: u64) -> Result<(Session, Option<Opening>), BootError> {
        let linked = address::opening();
        // A cluster at work says more than one that stands still; who opens a moment wants to see that moment.
        let begins_playing = !matches!(linked, Some(Ok(_)));
        let (mut walk, opening) = match linked {
            Some(Ok((walk, exact))) => (walk, (!exact).then_some(Opening::OtherEngine)),
            Some(Err(error)) => (Walk::new(setup, seed)?, Some(Opening::Damaged(error))),
            None => (Walk::new(setup, seed)?, None),
        };
        if begins_playing {
            let _ = walk.apply(UiCommand::Play);
        }
        let status = status_of(&mut walk);
        let story = Story { marks: Vec::new(), warp: walk.warp().clone(), end: walk.start() };
        let out = Out {
            frame: RwSignal::new(walk.history().frame()),
            at_page: RwSignal::new(walk.history().cursor().at),
            us_per_page_s: RwSignal::new(0),
            status: RwSignal::new(status),
            story: RwSignal::new(Arc::new(story)),
            scenario: RwSignal::new(walk.scenario().cloned()),
            refused: RwSignal::new(None),
        };
        let published = Published { step: status.step, ..Published::default() };
        let inner = Inner { walk, published, refusals: 0, address: address::Address::default(), out };
        let session = Session {
            inner: StoredValue::new_local(inner),
            frame: out.frame.into(),
            at_page: out.at_page.into(),
            us_per_page_s: out.us_per_page_s.into(),
            status: out.status.into(),
            story: out.story.into(),
            scenario: out.scenario.into(),
            refused: out.refused.into(),
        };
        session.inner.update_value(Inner::remember);
        raf::each_frame(move |page_ms| session.pass(page_ms));
        address::follow(session);
        Ok((session, opening))
    }

    pub fn send(self, command: UiCommand) {
        self.inner.update_value(|inner| inner.apply(command));
    }

    fn pass(self, page_ms: f64) {
        self.inner.update_value(|inner| inner.pass(page_ms));
    }

    /// The chain of causes, oldest first, the event itself last.
    pub fn why(self, seq: EventSeq) -> Vec<Event> {
        self.with(|walk| walk.why(seq)).unwrap_or_default()
    }

    pub fn event(self, seq: EventSeq) -> Option<Event> {
        self.with(|walk| walk.event(seq)).flatten()
    }

    /// The events with numbers in `first..end`.
    pub fn events(self, first: u64, end: u64) -> Vec<Event> {
        self.with(|walk| walk.history().events(first, end)).unwrap_or_default()
    }

    /// The znodes at the cursor as one server has them.
    pub fn tree_of(self, server: NodeId) -> Option<TreeView> {
        self.with(|walk| walk.history().tree_of(server)).flatten()
    }

    /// Who watches a znode at the cursor.
    pub fn watchers(self, path: &str) -> Vec<WatcherView> {
        self.with(|walk| walk.history().watchers(path)).unwrap_or_default()
    }

    /// The run up to this moment, as text for an address.
    pub fn link(self) -> String {
        self.with(|walk| walk.link()).unwrap_or_default()
    }

    fn with<T>(self, read: impl FnOnce(&mut Walk) -> T) -> Option<T> {
        self.inner.try_update_value(|inner| read(&mut inner.walk))
    }
}

/// What the reader is told about the address that they came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Damaged(sim_core::history::permalink::LinkError),
    /// Made by another version of the engine: the moment was found by time.
    OtherEngine,
}

impl Inner {
    fn apply(&mut self, command: UiCommand) {
        self.remember();
        fatal::test_hook(&command);
        match self.walk.apply(command) {
            Ok(done) => {
                self.publish();
                self.address.changed(&self.walk, done);
            }
            Err(refused) => {
                self.refusals += 1;
                self.publish();
                self.out.refused.set(Some((self.refusals, refused)));
            }
        }
    }

    fn pass(&mut self, page_ms: f64) {
        let until = raf::now_ms() + PLAYING_BUDGET_MS;
        let passed = self.walk.pass(page_ms, || raf::now_ms() < until);
        let until = raf::now_ms() + AHEAD_BUDGET_MS;
        self.walk.run_ahead(|| raf::now_ms() < until);
        let us_per_page_s = if page_ms > 0.0 { (passed.0 as f64 * 1_000.0 / page_ms) as u64 } else { 0 };
        if self.out.us_per_page_s.get_untracked() != us_per_page_s {
            self.out.us_per_page_s.set(us_per_page_s);
        }
        self.publish();
        if passed.0 > 0 {
            self.address.played(&self.walk, page_ms);
        }
    }

    fn publish(&mut self) {
        let cursor = self.walk.history().cursor();
        let marks = self.walk.marks();
        let now = Published {
            branch: self.walk.branch(),
            step: cursor.step,
            marks: marks.len(),
            last_mark: marks.last().map(|mark| mark.seq),
            frames_since_story: self.published.frames_since_story + 1,
        };
        let before = self.published;
        let branch_changed = now.branch != before.branch;
        let found = now.marks != before.marks || now.last_mark != before.last_mark;
        if branch_changed || found && now.frames_since_story >= STORY_EVERY_FRAMES {
            let end = self.walk.history().end().at;
            let story = Story { marks: self.walk.marks().to_vec(), warp: self.walk.warp().clone(), end };
            self.published = Published { frames_since_story: 0, ..now };
            self.out.story.set(Arc::new(story));
        } else {
            // What the story knows stays what was published of it.
            self.published = Published { marks: before.marks, last_mark: before.last_mark, ..now };
        }
        if branch_changed || now.step != before.step {
            self.out.frame.set(self.walk.history().frame());
        }
        if self.out.at_page.get_untracked() != cursor.at {
            self.out.at_page.set(cursor.at);
        }
        if self.out.scenario.with_untracked(|scenario| scenario.as_ref() != self.walk.scenario()) {
            self.out.scenario.set(self.walk.scenario().cloned());
        }
        let status = status_of(&mut self.walk);
        if self.out.status.get_untracked() != status {
            self.out.status.set(status);
        }
    }

    /// Should the next thing go wrong, the card offers this moment.
    fn remember(&mut self) {
        fatal::remember(self.walk.link());
    }
}

fn status_of(walk: &mut Walk) -> Status {
    let (playing, pace, branch, start) = (walk.playing(), walk.pace(), walk.branch(), walk.start());
    let history = walk.history();
    Status {
        step: history.cursor().step,
        first_step: history.first_step(),
        start,
        seed: history.seed(),
        playing,
        pace,
        can_undo: history.can_undo(),
        can_redo: history.can_redo(),
        branch,
    }
}
