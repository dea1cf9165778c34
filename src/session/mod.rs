//! The running simulation, as the page sees it: [`UiCommand`]s go in; out come what flies (at most once an
//! animation frame) and an `Arc<Frame>` (a few times a second while it plays, at once otherwise), each only when
//! it changes. Components hold a [`Session`], nothing deeper.

mod address;
pub mod walk;

use crate::browser::{raf, task};
use crate::fatal;
use crate::tale::{Tale, Told};
use leptos::prelude::*;
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::event::Event;
use sim_core::fact::{Importance, Value};
use sim_core::history::permalink::LinkError;
use sim_core::history::{Cursor, History};
use sim_core::ids::{EventSeq, NodeId};
use sim_core::scenario::boot::{Boot, BootError};
use sim_core::scenario::question::Guess;
use sim_core::time::SimTime;
use sim_core::view::frame::{Frame, TreeView, UnderWay, WatcherView};
use sim_core::view::settings::{Setting, setting};
use std::sync::Arc;
use walk::{Linked, Walk};

pub use crate::playback::Pace;
pub use walk::{Refused, Story};

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
        tale: Option<Tale>,
    },
    /// A story in the run that is there; or no story any more.
    Tell(Option<Tale>),
    /// The reader has read, or wants to be shown the answer.
    GoOn,
    Guess(Guess),
    /// To where the story stands.
    ToFront,
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

/// What flies at the shown time.
#[derive(Clone, Debug)]
pub struct Sky {
    /// Continuous while it plays, so that flights move between steps.
    pub at: SimTime,
    /// Simulated microseconds a second of page time, from now on: what would only be a blur is not shown, and what is
    /// shown moves on with it until something else is said. 0: time stands still.
    pub us_per_page_s: u64,
    pub under_way: Arc<UnderWay>,
}

/// The handle.
#[derive(Clone, Copy)]
pub struct Session {
    inner: StoredValue<Inner, LocalStorage>,
    frames: StoredValue<Option<raf::Frames>, LocalStorage>,
    /// The picture at the cursor. Changes only when the step does: what runs on between two steps (a silence,
    /// time left) is `at_page - frame.at` further.
    pub frame: Signal<Arc<Frame>>,
    /// The simulated time being shown, for whoever reads or counts it: it goes on in small jumps.
    pub at_page: Signal<SimTime>,
    /// The same for whoever follows a flight with their eyes.
    pub sky: Signal<Sky>,
    pub status: Signal<Status>,
    /// Counts what was found: see [`Session::story`].
    found: Signal<u32>,
    /// The name of the scenario that the run was opened as.
    pub scenario: Signal<Option<Arc<str>>>,
    /// The story that is told, as it stands at the cursor.
    pub told: Signal<Option<Told>>,
    /// The last command that did nothing, with a number that tells two refusals apart.
    pub refused: Signal<Option<(u32, Refused)>>,
}

/// A run that is ready to be shown.
pub struct Beginning {
    walk: Walk,
    opening: Option<Opening>,
}

impl Beginning {
    /// What the address says, or this setup. It takes long, so the browser's other work comes in between.
    pub async fn make(setup: Setup, seed: u64) -> Result<Beginning, BootError> {
        let opening = match address::opened_with() {
            None => None,
            Some(text) => match Beginning::linked(&text).await {
                // A reader who opens a moment wants to see that moment.
                Ok((walk, exact)) => {
                    return Ok(Beginning { walk, opening: (!exact).then_some(Opening::OtherEngine) });
                }
                Err(error) => Some(Opening::Damaged(error, text)),
            },
        };
        let mut boot = Boot::new(&setup, seed)?;
        let mut slice = Slice::begin();
        while !boot.advance(PORTION_CHOICES, &mut |_| {})? {
            slice.end_in_time().await;
        }
        let mut walk = Walk::of_boot(setup, seed, boot)?;
        // A cluster at work says more than one that stands still.
        let _ = walk.apply(UiCommand::Play);
        Beginning::draw(&mut walk).await;
        Ok(Beginning { walk, opening })
    }

    /// A run from a link, and whether it is exactly what was saved.
    async fn linked(text: &str) -> Result<(Walk, bool), LinkError> {
        let mut linked = Linked::of(text)?;
        let mut slice = Slice::begin();
        loop {
            if let Some((mut walk, exact)) = linked.advance(PORTION_CHOICES)? {
                Beginning::draw(&mut walk).await;
                return Ok((walk, exact));
            }
            slice.end_in_time().await;
        }
    }

    /// The picture is kept for whoever asks next: no later one takes as long as the first.
    async fn draw(walk: &mut Walk) {
        task::next().await;
        walk.history().frame();
        task::next().await;
    }
}

/// A part of the page's start, after which the browser's other work has its turn.
struct Slice {
    until_ms: f64,
}

impl Slice {
    fn begin() -> Slice {
        Slice { until_ms: raf::now_ms() + SLICE_MS }
    }

    /// Lets the browser work when this part has been long enough.
    async fn end_in_time(&mut self) {
        if raf::now_ms() >= self.until_ms {
            task::next().await;
            *self = Slice::begin();
        }
    }
}

/// What only the session touches.
struct Inner {
    walk: Walk,
    published: Published,
    refusals: u32,
    address: address::Address,
    /// The moment whose link is kept against a panic.
    remembered: Option<(u64, Cursor)>,
    out: Out,
}

/// The writing ends.
#[derive(Clone, Copy)]
struct Out {
    frame: RwSignal<Arc<Frame>>,
    at_page: RwSignal<SimTime>,
    sky: RwSignal<Sky>,
    status: RwSignal<Status>,
    found: RwSignal<u32>,
    scenario: RwSignal<Option<Arc<str>>>,
    told: RwSignal<Option<Told>>,
    refused: RwSignal<Option<(u32, Refused)>>,
}

/// What was published last.
#[derive(Clone, Copy, Default)]
struct Published {
    branch: u64,
    /// Of the frame.
    step: u64,
    /// Of what flies.
    sky_step: u64,
    marks: usize,
    last_mark: Option<EventSeq>,
    since_frame_ms: f64,
    since_story_ms: f64,
}

/// While the engine runs ahead, marks are found in every frame; a timeline need not follow each.
const STORY_EVERY_MS: f64 = 200.0;
/// Cards, numbers and dials are read, not followed: while it plays they need not change at each animation frame. Their
/// clocks show tenths of a second.
const FRAME_EVERY_MS: f64 = 95.0;
/// What happens on the page while it plays is looked at when the next choice is due, and so often at least and at most.
const REST_MAX_MS: f64 = 50.0;
const REST_MIN_MS: f64 = 20.0;
/// How long the page's start may keep the browser from everything else.
const SLICE_MS: f64 = 50.0;
/// So many choices of a boot are made between two looks at the clock.
const PORTION_CHOICES: u32 = 100;
/// What of a frame's 16 ms the engine may use to run ahead.
const AHEAD_BUDGET_MS: f64 = 4.0;
/// What playing at a high constant speed may use of it.
const PLAYING_BUDGET_MS: f64 = 12.0;

impl Session {
    /// Shows a run, in which time stands still until [`Session::run`]. The second value says what was wrong with the
    /// address, if something was.
    pub fn begin(beginning: Beginning) -> (Session, Option<Opening>) {
        let Beginning { mut walk, opening } = beginning;
        let status = status_of(&mut walk);
        let at = walk.history().cursor().at;
        let under_way = Arc::new(walk.history().under_way());
        let out = Out {
            frame: RwSignal::new(walk.history().frame()),
            at_page: RwSignal::new(at),
            sky: RwSignal::new(Sky { at, us_per_page_s: 0, under_way }),
            status: RwSignal::new(status),
            found: RwSignal::new(0),
            scenario: RwSignal::new(walk.scenario().cloned()),
            told: RwSignal::new(None),
            refused: RwSignal::new(None),
        };
        let published = Published { step: status.step, sky_step: status.step, ..Published::default() };
        let inner = Inner { walk, published, refusals: 0, address: address::Address::default(), remembered: None, out };
        let session = Session {
            inner: StoredValue::new_local(inner),
            frames: StoredValue::new_local(None),
            frame: out.frame.into(),
            at_page: out.at_page.into(),
            sky: out.sky.into(),
            status: out.status.into(),
            found: out.found.into(),
            scenario: out.scenario.into(),
            told: out.told.into(),
            refused: out.refused.into(),
        };
        session.inner.update_value(Inner::remember);
        session.frames.set_value(Some(raf::Frames::new(move |page_ms| session.pass(page_ms))));
        address::follow(session);
        (session, opening)
    }

    /// From here on time passes while it plays.
    pub fn run(self) {
        self.frames.try_with_value(|frames| frames.as_ref().map(raf::Frames::begin));
    }

    /// Asks for something. Whoever does not depend on it may leave a refusal to the toast.
    pub fn send(self, command: UiCommand) {
        let _ = self.try_send(command);
    }

    /// The same, for those who go on only if it was done. The reader is told of a refusal either way.
    pub fn try_send(self, command: UiCommand) -> Result<(), Refused> {
        // A page that is being taken down asks for nothing.
        let done = self.inner.try_update_value(|inner| inner.apply(command)).unwrap_or(Ok(false));
        if done == Ok(true) {
            address::write_when_quiet(self);
        }
        self.frames.with_value(|frames| {
            if let Some(frames) = frames {
                frames.wake();
            }
        });
        done.map(|_| ())
    }

    /// Page time has passed. In how many milliseconds it is to be looked at again, if at all.
    fn pass(self, page_ms: f64) -> Option<f64> {
        self.inner.try_update_value(|inner| inner.pass(page_ms)).flatten()
    }

    /// What is known of the branch, tracked: read again when the engine has found more.
    pub fn story<T>(self, read: impl FnOnce(Story<'_>) -> T) -> T {
        self.found.track();
        self.story_untracked(read)
    }

    pub fn story_untracked<T>(self, read: impl FnOnce(Story<'_>) -> T) -> T {
        self.inner.with_value(|inner| read(inner.walk.story()))
    }

    /// The chain of causes, oldest first, the event itself last.
    pub fn why(self, seq: EventSeq) -> Vec<Event> {
        self.with(|walk| walk.why(seq)).unwrap_or_default()
    }

    pub fn event(self, seq: EventSeq) -> Option<Event> {
        self.with(|walk| walk.event(seq)).flatten()
    }

    /// A setting of the processes that an event is about.
    pub fn setting(self, event: &Event, key: &str) -> Setting {
        // The process that it happened to comes first, then those that it names.
        let mut about = vec![event.node];
        event.fact.for_each_field(&mut |_, value| {
            if let Value::Node(node) = value {
                about.push(node);
            }
        });
        self.with(|walk| setting(walk.history().sim().system(), &about, key)).unwrap_or(Setting::Default)
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

    /// What the link that was opened last says of panels and selection; once.
    pub fn take_linked_sight(self) -> Option<String> {
        self.with(Walk::take_linked_sight).flatten()
    }

    /// What links are to say of panels and selection from here on.
    pub fn set_sight(self, sight: String) {
        if self.with(|walk| walk.set_sight(sight)) == Some(true) {
            address::write_when_quiet(self);
        }
    }

    /// The run, for whoever puts what has happened into words.
    pub fn history<T>(self, read: impl FnOnce(&mut History) -> T) -> Option<T> {
        self.with(|walk| read(walk.history()))
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// With the text, so that it can be completed.
    Damaged(LinkError, String),
    /// Made by another version of the engine: the moment was found by time.
    OtherEngine,
}

impl Inner {
    /// Whether the address has to follow.
    fn apply(&mut self, command: UiCommand) -> Result<bool, Refused> {
        self.remember();
        if matches!(command, UiCommand::Step) {
            fatal::test_hook();
        }
        match self.walk.apply(command) {
            Ok(done) => {
                self.publish(true, false);
                Ok(self.address.changed(&self.walk, done))
            }
            Err(refused) => {
                self.refusals += 1;
                self.publish(true, false);
                self.out.refused.set(Some((self.refusals, refused.clone())));
                Err(refused)
            }
        }
    }

    /// In how many milliseconds there is more to do, if there is.
    fn pass(&mut self, page_ms: f64) -> Option<f64> {
        let until = raf::now_ms() + PLAYING_BUDGET_MS;
        let passed = self.walk.pass(page_ms, || raf::now_ms() < until);
        let until = raf::now_ms() + AHEAD_BUDGET_MS;
        let runs_on = self.walk.run_ahead(|| raf::now_ms() < until);
        self.look_up();
        self.published.since_frame_ms += page_ms;
        self.published.since_story_ms += page_ms;
        self.publish(!self.walk.playing(), !runs_on);
        if passed.0 > 0 && self.address.played(&self.walk, page_ms) {
            self.remembered = None;
        }
        match self.walk.playing() {
            _ if runs_on => Some(0.0),
            true => Some(self.rest_ms()),
            false => None,
        }
    }

    /// Between two choices nothing begins or ends; what flies goes on by itself.
    fn rest_ms(&mut self) -> f64 {
        let (at, speed) = (self.walk.history().cursor().at, self.walk.speed());
        match self.walk.next_due() {
            Some(due) if speed > 0.0 => (due.since(at).0 as f64 / speed).clamp(REST_MIN_MS, REST_MAX_MS),
            _ => REST_MAX_MS,
        }
    }

    /// Publishes what flies, if that has changed.
    fn look_up(&mut self) {
        let us_per_page_s = (self.walk.speed() * 1_000.0) as u64;
        let cursor = self.walk.history().cursor();
        let (branch, step) = (self.walk.branch(), cursor.step);
        let same_packets = branch == self.published.branch && step == self.published.sky_step;
        let same = |sky: &Sky| same_packets && sky.at == cursor.at && sky.us_per_page_s == us_per_page_s;
        if self.out.sky.with_untracked(same) {
            return;
        }
        self.published.sky_step = step;
        let under_way = if same_packets {
            self.out.sky.with_untracked(|sky| sky.under_way.clone())
        } else {
            Arc::new(self.walk.history().under_way())
        };
        self.out.sky.set(Sky { at: cursor.at, us_per_page_s, under_way });
    }

    /// Publishes what has changed. `at_once`: the picture too, which is seldom published while it plays. `is_found`:
    /// the engine has come as far as it wants.
    fn publish(&mut self, at_once: bool, is_found: bool) {
        if at_once {
            self.look_up();
        }
        let cursor = self.walk.history().cursor();
        let marks = self.walk.marks();
        let (marks, last_mark) = (marks.len(), marks.last().map(|mark| mark.seq));
        let branch = self.walk.branch();
        let branch_changed = branch != self.published.branch;
        let found = marks != self.published.marks || last_mark != self.published.last_mark;
        if branch_changed
            || found && (is_found && !self.walk.playing() || self.published.since_story_ms >= STORY_EVERY_MS)
        {
            self.published = Published { marks, last_mark, since_story_ms: 0.0, ..self.published };
            self.out.found.update(|count| *count = count.wrapping_add(1));
        }
        if at_once || branch_changed || self.published.since_frame_ms >= FRAME_EVERY_MS {
            self.published.since_frame_ms = 0.0;
            if branch_changed || cursor.step != self.published.step {
                self.published.step = cursor.step;
                self.out.frame.set(self.walk.history().frame());
            }
            if self.out.at_page.get_untracked() != cursor.at {
                self.out.at_page.set(cursor.at);
            }
            let status = status_of(&mut self.walk);
            if self.out.status.get_untracked() != status {
                self.out.status.set(status);
            }
        }
        self.published.branch = branch;
        let told = self.walk.told();
        if self.out.told.with_untracked(|shown| *shown != told) {
            self.out.told.set(told);
        }
        if self.out.scenario.with_untracked(|scenario| scenario.as_ref() != self.walk.scenario()) {
            self.out.scenario.set(self.walk.scenario().cloned());
        }
    }

    /// Should the next thing go wrong, the card offers this moment. A link is made once a moment.
    fn remember(&mut self) {
        let moment = (self.walk.branch(), self.walk.history().cursor());
        if self.remembered != Some(moment) {
            self.remembered = Some(moment);
            fatal::remember(self.walk.link());
        }
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
