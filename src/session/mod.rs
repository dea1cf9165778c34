//! The running simulation, as the page sees it: [`UiCommand`]s go in; out come what flies (at most once an
//! animation frame) and an `Arc<Frame>` (a few times a second while it plays, at once otherwise), each only when
//! it changes. Components hold a [`Session`], nothing deeper.

mod address;
pub mod debugger;

use crate::browser::{raf, task};
use crate::fatal;
use crate::tale::{Tale, TaleState};
use debugger::{Debugger, Done, Linked};
use leptos::prelude::*;
use sim_core::engine::command::Command;
use sim_core::engine::delivery::Delivery;
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

pub use crate::playback::Pace;
pub use debugger::{Refused, Story};

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
    /// The run stays; it is no longer told as a scenario.
    LeaveScenario,
    /// Time stands still at this moment, whether it plays or not, while the reader is busy with something else.
    Hold,
    Release,
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
    /// The simulated time being shown, as it is read and counted: it goes on in small jumps.
    pub at_page: Signal<SimTime>,
    /// The same as it is followed with the eyes, in flight.
    pub sky: Signal<Sky>,
    pub status: Signal<Status>,
    /// Counts what was found: see [`Session::story`].
    found: Signal<u32>,
    /// The name of the scenario that the run was opened as.
    pub scenario: Signal<Option<Arc<str>>>,
    /// The story that is told, as it stands at the cursor.
    pub tale: Signal<Option<TaleState>>,
    /// The last command that did nothing, with a number that tells two refusals apart.
    pub refused: Signal<Option<(u32, Refused)>>,
}

/// A run that is ready to be shown.
pub struct Beginning {
    debugger: Debugger,
    opening: Option<Opening>,
}

impl Beginning {
    /// What the address says, or this setup. It takes long, so the browser's other work comes in between.
    pub async fn make(setup: Setup, seed: u64) -> Result<Beginning, BootError> {
        let opening = match address::opened_with() {
            None => None,
            Some(text) => match Beginning::linked(&text).await {
                // A reader who opens a moment wants to see that moment.
                Ok((debugger, exact)) => {
                    return Ok(Beginning { debugger, opening: (!exact).then_some(Opening::OtherEngine) });
                }
                Err(error) => Some(Opening::Damaged(error, text)),
            },
        };
        let mut boot = Boot::new(&setup, seed)?;
        let mut slice = Slice::begin();
        while !boot.advance(PORTION_CHOICES, &mut |_| {})? {
            slice.end_in_time().await;
        }
        let mut debugger = Debugger::of_boot(setup, seed, boot)?;
        // A cluster at work says more than one that stands still.
        let _ = debugger.apply(UiCommand::Play);
        Beginning::draw(&mut debugger).await;
        Ok(Beginning { debugger, opening })
    }

    /// A run from a link, and whether it is exactly what was saved.
    async fn linked(text: &str) -> Result<(Debugger, bool), LinkError> {
        let mut linked = Linked::of(text)?;
        let mut slice = Slice::begin();
        loop {
            if let Some((mut debugger, exact)) = linked.advance(PORTION_CHOICES)? {
                Beginning::draw(&mut debugger).await;
                return Ok((debugger, exact));
            }
            slice.end_in_time().await;
        }
    }

    /// The picture is kept for the next one that asks: no later one takes as long as the first.
    async fn draw(debugger: &mut Debugger) {
        task::next().await;
        debugger.history().frame();
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
    debugger: Debugger,
    published: Published,
    refusals: u32,
    /// Counts the runs that were asked for.
    asked: u32,
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
    tale: RwSignal<Option<TaleState>>,
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
const FRAME_EVERY_MS: f64 = 115.0;
/// What happens on the page while it plays is looked at when the next choice or the next picture is due, at most so often;
/// and so often at least while the speed changes on the way.
const REST_MIN_MS: f64 = 20.0;
const UNEVEN_REST_MAX_MS: f64 = 50.0;
/// How long the page's start may keep the browser from everything else.
const SLICE_MS: f64 = 12.0;
/// So many choices of a boot are made between two looks at the clock.
const PORTION_CHOICES: u32 = 25;
/// What of a frame's 16 ms the engine may use to run ahead.
const AHEAD_BUDGET_MS: f64 = 4.0;
/// What playing at a high constant speed may use of it.
const PLAYING_BUDGET_MS: f64 = 12.0;

impl Session {
    /// Shows a run, in which time stands still until [`Session::run`]. The second value says what was wrong with the
    /// address, if something was.
    pub fn begin(beginning: Beginning) -> (Session, Option<Opening>) {
        let Beginning { mut debugger, opening } = beginning;
        let status = status_of(&mut debugger);
        let at = debugger.history().cursor().at;
        let under_way = Arc::new(debugger.history().under_way());
        let out = Out {
            frame: RwSignal::new(debugger.history().frame()),
            at_page: RwSignal::new(at),
            sky: RwSignal::new(Sky { at, us_per_page_s: 0, under_way }),
            status: RwSignal::new(status),
            found: RwSignal::new(0),
            scenario: RwSignal::new(debugger.scenario().cloned()),
            tale: RwSignal::new(None),
            refused: RwSignal::new(None),
        };
        let published = Published { step: status.step, sky_step: status.step, ..Published::default() };
        let address = address::Address::default();
        let inner = Inner { debugger, published, refusals: 0, asked: 0, address, remembered: None, out };
        let session = Session {
            inner: StoredValue::new_local(inner),
            frames: StoredValue::new_local(None),
            frame: out.frame.into(),
            at_page: out.at_page.into(),
            sky: out.sky.into(),
            status: out.status.into(),
            found: out.found.into(),
            scenario: out.scenario.into(),
            tale: out.tale.into(),
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

    /// Asks for something. A caller that does not depend on it may leave a refusal to the toast.
    pub fn send(self, command: UiCommand) {
        let _ = self.try_send(command);
    }

    /// The same, for callers that go on only if it was done. The reader is told of a refusal either way.
    pub fn try_send(self, command: UiCommand) -> Result<(), Refused> {
        // A page that is being taken down asks for nothing.
        self.after(self.inner.try_update_value(|inner| inner.apply(command)).unwrap_or(Ok(false)))
    }

    /// Opens a run from a link. The one that is there stays until the other has come to its position, which takes long: the
    /// browser's other work comes in between. What is opened meanwhile counts, and not this.
    pub fn open_link(self, text: String) {
        let Some(asked) = self.inner.try_update_value(|inner| inner.asked_for_a_run()) else { return };
        wasm_bindgen_futures::spawn_local(async move {
            let linked = Beginning::linked(&text).await;
            let opened = self.inner.try_update_value(|inner| (inner.asked == asked).then(|| inner.open(linked, text)));
            if let Some(opened) = opened.flatten() {
                let _ = self.after(opened);
            }
        });
    }

    /// The address and the loop over page time follow what was done.
    fn after(self, done: Result<bool, Refused>) -> Result<(), Refused> {
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
        self.inner.with_value(|inner| read(inner.debugger.story()))
    }

    /// The chain of causes, oldest first, the event itself last, each with what its process was told right before it.
    pub fn why(self, seq: EventSeq) -> Vec<(Event, Option<Delivery>)> {
        self.with(|debugger| debugger.why(seq)).unwrap_or_default()
    }

    pub fn event(self, seq: EventSeq) -> Option<Event> {
        self.with(|debugger| debugger.event(seq)).flatten()
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
        self.with(|debugger| setting(debugger.history().sim().system(), &about, key)).unwrap_or(Setting::Default)
    }

    /// The events with numbers in `first..end`.
    pub fn events(self, first: u64, end: u64) -> Vec<Event> {
        self.with(|debugger| debugger.history().events(first, end)).unwrap_or_default()
    }

    /// The znodes at the cursor as one server has them.
    pub fn tree_of(self, server: NodeId) -> Option<TreeView> {
        self.with(|debugger| debugger.history().tree_of(server)).flatten()
    }

    /// The clients that watch a znode at the cursor.
    pub fn watchers(self, path: &str) -> Vec<WatcherView> {
        self.with(|debugger| debugger.history().watchers(path)).unwrap_or_default()
    }

    /// What the link that was opened last says of panels and selection; once.
    pub fn take_linked_sight(self) -> Option<String> {
        self.with(Debugger::take_linked_sight).flatten()
    }

    /// What links are to say of panels and selection from here on.
    pub fn set_sight(self, sight: String) {
        if self.with(|debugger| debugger.set_sight(sight)) == Some(true) {
            address::write_when_quiet(self);
        }
    }

    /// The run, to put what has happened into words.
    pub fn history<T>(self, read: impl FnOnce(&mut History) -> T) -> Option<T> {
        self.with(|debugger| read(debugger.history()))
    }

    /// The run up to this moment, as text for an address.
    pub fn link(self) -> String {
        self.with(|debugger| debugger.link()).unwrap_or_default()
    }

    fn with<T>(self, read: impl FnOnce(&mut Debugger) -> T) -> Option<T> {
        self.inner.try_update_value(|inner| read(&mut inner.debugger))
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
        match command {
            UiCommand::Step => fatal::test_hook(),
            UiCommand::Open { .. } => _ = self.asked_for_a_run(),
            _ => {}
        }
        let done = self.debugger.apply(command);
        self.show(done)
    }

    /// Its number.
    fn asked_for_a_run(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }

    /// The same for a run from a link.
    fn open(&mut self, linked: Result<(Debugger, bool), LinkError>, text: String) -> Result<bool, Refused> {
        self.remember();
        let done = match linked {
            Ok((debugger, _)) => Ok(self.debugger.become_another(debugger)),
            Err(error) => Err(Refused::Link(error, text)),
        };
        self.show(done)
    }

    /// Publishes what was done.
    fn show(&mut self, done: Result<Done, Refused>) -> Result<bool, Refused> {
        match done {
            Ok(done) => {
                self.publish(true, false);
                Ok(self.address.changed(&self.debugger, done))
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
        let passed = self.debugger.pass(page_ms, || raf::now_ms() < until);
        let until = raf::now_ms() + AHEAD_BUDGET_MS;
        let runs_on = self.debugger.run_ahead(|| raf::now_ms() < until);
        self.look_up();
        self.published.since_frame_ms += page_ms;
        self.published.since_story_ms += page_ms;
        self.publish(!self.debugger.time_passes(), !runs_on);
        if passed.0 > 0 && self.address.played(&self.debugger, page_ms) {
            self.remembered = None;
        }
        match self.debugger.time_passes() {
            _ if runs_on => Some(0.0),
            true => Some(self.rest_ms()),
            false => None,
        }
    }

    /// Between two choices nothing begins or ends; what flies goes on by itself.
    fn rest_ms(&mut self) -> f64 {
        let (at, speed) = (self.debugger.history().cursor().at, self.debugger.speed());
        let until_picture = FRAME_EVERY_MS - self.published.since_frame_ms;
        let rest = match self.debugger.next_due() {
            Some(due) if speed > 0.0 => until_picture.min(due.since(at).0 as f64 / speed),
            _ => until_picture,
        };
        let most = if self.debugger.is_even() { FRAME_EVERY_MS } else { UNEVEN_REST_MAX_MS };
        rest.min(most).max(REST_MIN_MS)
    }

    /// Publishes what flies, if that has changed.
    fn look_up(&mut self) {
        let us_per_page_s = (self.debugger.speed() * 1_000.0) as u64;
        let cursor = self.debugger.history().cursor();
        let (branch, step) = (self.debugger.branch(), cursor.step);
        let same_packets = branch == self.published.branch && step == self.published.sky_step;
        let same = |sky: &Sky| same_packets && sky.at == cursor.at && sky.us_per_page_s == us_per_page_s;
        if self.out.sky.with_untracked(same) {
            return;
        }
        self.published.sky_step = step;
        let under_way = if same_packets {
            self.out.sky.with_untracked(|sky| sky.under_way.clone())
        } else {
            Arc::new(self.debugger.history().under_way())
        };
        self.out.sky.set(Sky { at: cursor.at, us_per_page_s, under_way });
    }

    /// Publishes what has changed. `at_once`: the picture too, which is seldom published while it plays. `is_found`:
    /// the engine has come as far as it wants.
    fn publish(&mut self, at_once: bool, is_found: bool) {
        if at_once {
            self.look_up();
        }
        let cursor = self.debugger.history().cursor();
        let marks = self.debugger.marks();
        let (marks, last_mark) = (marks.len(), marks.last().map(|mark| mark.seq));
        let branch = self.debugger.branch();
        let branch_changed = branch != self.published.branch;
        let found = marks != self.published.marks || last_mark != self.published.last_mark;
        if branch_changed
            || found && (is_found && !self.debugger.time_passes() || self.published.since_story_ms >= STORY_EVERY_MS)
        {
            self.published = Published { marks, last_mark, since_story_ms: 0.0, ..self.published };
            self.out.found.update(|count| *count = count.wrapping_add(1));
        }
        if at_once || branch_changed || self.published.since_frame_ms >= FRAME_EVERY_MS {
            self.published.since_frame_ms = 0.0;
            if branch_changed || cursor.step != self.published.step {
                self.published.step = cursor.step;
                self.out.frame.set(self.debugger.history().frame());
            }
            if self.out.at_page.get_untracked() != cursor.at {
                self.out.at_page.set(cursor.at);
            }
            let status = status_of(&mut self.debugger);
            if self.out.status.get_untracked() != status {
                self.out.status.set(status);
            }
        }
        self.published.branch = branch;
        let tale = self.debugger.tale();
        if self.out.tale.with_untracked(|shown| *shown != tale) {
            self.out.tale.set(tale);
        }
        if self.out.scenario.with_untracked(|scenario| scenario.as_ref() != self.debugger.scenario()) {
            self.out.scenario.set(self.debugger.scenario().cloned());
        }
    }

    /// Should the next thing go wrong, the card offers this moment. A link is made once a moment.
    fn remember(&mut self) {
        let moment = (self.debugger.branch(), self.debugger.history().cursor());
        if self.remembered != Some(moment) {
            self.remembered = Some(moment);
            fatal::remember(self.debugger.link());
        }
    }
}

fn status_of(debugger: &mut Debugger) -> Status {
    let (playing, pace, branch, start) = (debugger.playing(), debugger.pace(), debugger.branch(), debugger.start());
    let history = debugger.history();
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
