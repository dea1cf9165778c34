//! Time travel: setup, seed and the placed commands are the truth; everything else here is made from them.
//!
//! Two simulations run in a [`History`]: `head`, the furthest that the engine has come on this branch, and
//! `shown`, which stands at the cursor. Keyframes are clones of `head` (nodes are shared until they change);
//! seeking is the nearest keyframe and a re-run. Full events are kept for the last stretch only and made
//! again from keyframes elsewhere; the events that matter ([`History::marks`]) are kept always.

mod events;
mod keyframes;
pub mod permalink;
pub mod telling;

use crate::engine::command::{Command, CommandError, Placed};
use crate::engine::setup::Setup;
use crate::engine::sim::{Sim, Stepped};
use crate::engine::system::Changes;
use crate::event::Event;
use crate::fact::Importance;
use crate::ids::{EventSeq, NodeId};
use crate::scenario::boot::{Boot, BootError};
use crate::time::{SimTime, Span};
use crate::view::build::{FrameBuilder, flights, zk};
use crate::view::frame::{Frame, TreeView, UnderWay, WatcherView};
use events::EventWindow;
use keyframes::Keyframes;
use std::sync::Arc;

/// How far [`History::next_interesting`] looks before it says that nothing happens any more.
const QUIET_CHOICES_MAX: u64 = 400_000;
const QUIET_SPAN_MAX: Span = Span::ms(600_000);

/// A place in the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// How many choices were made.
    pub step: u64,
    /// The clock: at or after the last choice, before the next one.
    pub at: SimTime,
}

/// What undo goes back to.
#[derive(Clone, Debug)]
struct Branch {
    placed: Vec<Placed>,
    cursor: Cursor,
}

/// A run that can be walked in both directions.
pub struct History {
    setup: Setup,
    seed: u64,
    placed: Vec<Placed>,
    first_step: u64,
    head: Sim,
    shown: Sim,
    /// The clock at the cursor: at or after the last choice, before the next.
    shown_at: SimTime,
    keyframes: Keyframes,
    events: EventWindow,
    marks: Vec<Event>,
    undone: Vec<Branch>,
    done: Vec<Branch>,
    frame: Option<Arc<Frame>>,
    picture: FrameBuilder,
    changes: Changes,
}

impl History {
    /// Brings the setup up. The cursor stands where the user's story begins.
    pub fn new(setup: Setup, seed: u64) -> Result<History, BootError> {
        let boot = Boot::new(&setup, seed)?;
        History::of(setup, seed, boot)
    }

    /// The same for a boot of this setup that is under way: what is left of it is done now.
    pub fn of(setup: Setup, seed: u64, mut boot: Boot) -> Result<History, BootError> {
        while !boot.advance(u32::MAX, &mut |_| {})? {}
        Ok(History::at_beginning(setup, seed, boot.into_sim()))
    }

    fn at_beginning(setup: Setup, seed: u64, head: Sim) -> History {
        let mut keyframes = Keyframes::default();
        keyframes.add(&head);
        History {
            setup,
            seed,
            placed: Vec::new(),
            first_step: head.system().steps(),
            shown: head.clone(),
            shown_at: head.now(),
            events: EventWindow::starting_at(head.system().events_noted()),
            head,
            keyframes,
            marks: Vec::new(),
            undone: Vec::new(),
            done: Vec::new(),
            frame: None,
            picture: FrameBuilder::default(),
            changes: Changes::default(),
        }
    }

    /// The cluster that it began with.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// From which all chance of the run is drawn.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The commands of this branch, in the order in which they are carried out.
    pub fn placed(&self) -> &[Placed] {
        &self.placed
    }

    /// The step at which the story begins; nothing before it can be sought.
    pub fn first_step(&self) -> u64 {
        self.first_step
    }

    /// Where the story begins.
    pub fn start(&self) -> Cursor {
        let at = self.keyframes.nearest(self.first_step).now();
        Cursor { step: self.first_step, at }
    }

    /// When the next choice after the cursor (or the next placed command) is due.
    pub fn next_due(&self) -> Option<SimTime> {
        next_due(&self.shown, &self.placed)
    }

    /// Where the reader stands.
    pub fn cursor(&self) -> Cursor {
        Cursor { step: self.shown.system().steps(), at: self.shown_at }
    }

    /// How far the engine has come on this branch.
    pub fn end(&self) -> Cursor {
        Cursor { step: self.head.system().steps(), at: self.head.now() }
    }

    /// How many events the engine has noted on this branch, the boot's included.
    pub fn events_noted_at_end(&self) -> u64 {
        self.head.system().events_noted()
    }

    /// The simulation at the cursor, for checks and conditions; never for drawing.
    pub fn sim(&self) -> &Sim {
        &self.shown
    }

    /// The picture at the cursor.
    pub fn frame(&mut self) -> Arc<Frame> {
        let (shown, shown_at, picture) = (&self.shown, self.shown_at, &mut self.picture);
        self.frame.get_or_insert_with(|| Arc::new(picture.picture(shown, shown_at))).clone()
    }

    /// What flies at the cursor, without the rest of the picture.
    pub fn under_way(&self) -> UnderWay {
        flights::under_way(self.shown.system())
    }

    /// The znodes at the cursor as one server has them.
    pub fn tree_of(&self, server: NodeId) -> Option<TreeView> {
        zk::tree_of(self.shown.system(), server)
    }

    /// Who watches a znode at the cursor.
    pub fn watchers(&self, path: &str) -> Vec<WatcherView> {
        zk::watchers(self.shown.system(), path)
    }

    /// All events louder than routine on this branch, also ahead of the cursor.
    pub fn marks(&self) -> &[Event] {
        &self.marks
    }

    // ----- walking -----

    /// One choice forwards.
    pub fn step(&mut self) -> bool {
        let next = self.shown.system().steps() + 1;
        if !self.run_head_to_step(next) {
            return false;
        }
        self.seek(next);
        true
    }

    /// One choice back.
    pub fn step_back(&mut self) -> bool {
        let step = self.shown.system().steps();
        if step <= self.first_step {
            return false;
        }
        self.seek(step - 1);
        true
    }

    /// Forwards to right after the next choice that noted something at least this loud.
    pub fn next_interesting(&mut self, importance: Importance) -> bool {
        let from = self.shown.system().steps();
        let bound = self.shown_at.plus(QUIET_SPAN_MAX);
        let choices_max = from + QUIET_CHOICES_MAX;
        loop {
            let at = self.marks.partition_point(|mark| mark.step < from);
            if let Some(mark) = self.marks[at..].iter().find(|mark| mark.fact.importance() >= importance) {
                let step = mark.step + 1;
                self.seek(step);
                return true;
            }
            if self.head.now() > bound || self.head.system().steps() > choices_max || !self.run_head_once() {
                return false;
            }
        }
    }

    /// Back to right after the choice before this one that noted something at least this loud; to the
    /// beginning when there is none.
    pub fn previous_interesting(&mut self, importance: Importance) -> bool {
        let from = self.shown.system().steps();
        if from <= self.first_step {
            return false;
        }
        let at = self.marks.partition_point(|mark| mark.step + 1 < from);
        let step = self.marks[..at]
            .iter()
            .rev()
            .find(|mark| mark.fact.importance() >= importance)
            .map_or(self.first_step, |mark| mark.step + 1);
        self.seek(step);
        true
    }

    /// Forwards in simulated time, as playing does. The engine runs as far as is needed.
    pub fn advance_to(&mut self, at: SimTime) {
        self.advance_until(at, &|_, _| false);
    }

    /// The same, but not beyond a choice after which this holds; it is asked with the choice's events.
    pub fn advance_until(&mut self, at: SimTime, holds: &dyn Fn(&Sim, &[Event]) -> bool) {
        if at <= self.shown_at {
            return;
        }
        // All that is due at this moment too: `head` is never behind `shown`.
        while self.next_of_head().is_some_and(|due| due <= at) {
            if !self.run_head_once() {
                break;
            }
        }
        while next_due(&self.shown, &self.placed).is_some_and(|due| due <= at) {
            if !run_once(&mut self.shown, &self.placed, &mut self.changes) {
                break;
            }
            let held = holds(&self.shown, &self.changes.events);
            self.changes.events.clear();
            if held {
                self.shown_at = self.shown.now();
                self.frame = None;
                return;
            }
        }
        self.shown_at = at;
        self.frame = None;
    }

    /// Lets the engine run ahead of the cursor, so that what comes is known.
    pub fn run_ahead(&mut self, upto: SimTime, choices_max: u64) {
        let bound = self.head.system().steps() + choices_max;
        while self.head.now() < upto && self.head.system().steps() < bound && self.run_head_once() {}
    }

    /// Lets the engine run ahead towards a place, making at most so many choices. Whether it has not come there yet.
    fn comes_nearer(&mut self, place: Cursor, choices_max: u32) -> bool {
        for _ in 0..choices_max {
            let end = self.end();
            if (end.step >= place.step && end.at >= place.at) || !self.run_head_once() {
                return false;
            }
        }
        true
    }

    /// To this step, or as near to it as the run goes.
    pub fn seek(&mut self, step: u64) {
        let step = step.max(self.first_step);
        self.run_head_to_step(step);
        let step = step.min(self.head.system().steps());
        let here = self.shown.system().steps();
        if here > step || here + keyframes::SPACING < step {
            self.shown = self.keyframes.nearest(step).clone();
        }
        while self.shown.system().steps() < step {
            if !run_once(&mut self.shown, &self.placed, &mut self.changes) {
                break;
            }
            self.changes.events.clear();
        }
        self.shown_at = self.shown.now();
        self.frame = None;
    }

    /// To the state at this moment.
    pub fn seek_time(&mut self, at: SimTime) {
        if at < self.shown_at {
            self.shown = self.keyframes.nearest_time(at).clone();
            self.shown_at = self.shown.now();
        } else {
            self.run_ahead(at, u64::MAX / 2);
            let near = self.keyframes.nearest_time(at);
            if near.system().steps() > self.shown.system().steps() {
                self.shown = near.clone();
                self.shown_at = self.shown.now();
            }
        }
        self.frame = None;
        let at = at.max(self.shown_at);
        self.advance_to(at);
    }

    // ----- changing -----

    /// What the user asks, at the cursor. What the engine had run ahead is discarded; the branch as it was
    /// comes back with [`History::undo`].
    pub fn command(&mut self, command: &Command) -> Result<(), CommandError> {
        let cursor = self.cursor();
        let placed = Placed { step: cursor.step, at: cursor.at, command: command.clone() };
        // What it means is found out once, where it is carried out: a refused command has changed nothing but this.
        let mut next = self.shown.clone();
        carry_out(&mut next, &placed, &mut self.changes)?;
        let before = Branch { placed: self.placed.clone(), cursor };
        self.cut_off_at(cursor.step);
        self.placed.push(placed);
        self.head = next.clone();
        self.keep_what_happened();
        self.shown = next;
        self.shown_at = self.shown.now();
        self.frame = None;
        self.done.push(before);
        self.undone.clear();
        Ok(())
    }

    /// Back to before the last command, with whatever lay ahead of it then.
    pub fn undo(&mut self) -> bool {
        let Some(branch) = self.done.pop() else { return false };
        let now = Branch { placed: self.placed.clone(), cursor: self.cursor() };
        self.undone.push(now);
        self.switch_to(branch);
        true
    }

    /// What the last undo took back; false when nothing was.
    pub fn redo(&mut self) -> bool {
        let Some(branch) = self.undone.pop() else { return false };
        let now = Branch { placed: self.placed.clone(), cursor: self.cursor() };
        self.done.push(now);
        self.switch_to(branch);
        true
    }

    /// Whether a command was given that was not taken back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether something was taken back, and nothing else done since.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Replaces the commands (a link, undo) and goes to a place in the run that they make.
    pub(crate) fn replace_commands(&mut self, placed: Vec<Placed>, cursor: Cursor) {
        self.switch_to(Branch { placed, cursor });
    }

    fn switch_to(&mut self, branch: Branch) {
        let common = self.placed.iter().zip(&branch.placed).take_while(|(ours, theirs)| ours == theirs).count();
        let first_difference =
            [&self.placed, &branch.placed].iter().filter_map(|placed| placed.get(common)).map(|p| p.step).min();
        if let Some(step) = first_difference {
            self.placed.truncate(common);
            self.seek(step.min(self.head.system().steps()));
            self.cut_off_at(step);
        }
        self.placed = branch.placed;
        self.seek(branch.cursor.step);
        if branch.cursor.at > self.shown_at {
            self.advance_to(branch.cursor.at);
        }
    }

    /// Forgets what lies after this step; `shown` must stand there.
    fn cut_off_at(&mut self, step: u64) {
        if self.head.system().steps() > step || self.placed.last().is_some_and(|placed| placed.step >= step) {
            self.placed.retain(|placed| placed.step < step);
            self.keyframes.truncate_after(step);
            self.head = self.shown.clone();
            let noted = self.head.system().events_noted();
            self.events.truncate(noted);
            let keep = self.marks.partition_point(|mark| mark.seq.0 < noted);
            self.marks.truncate(keep);
        }
    }

    // ----- events -----

    /// The event with this number, if the run has come so far.
    pub fn event(&mut self, seq: EventSeq) -> Option<Event> {
        self.events(seq.0, seq.0 + 1).pop()
    }

    /// The events with numbers in `first..end`, as far as they exist.
    pub fn events(&mut self, first: u64, end: u64) -> Vec<Event> {
        let end = end.min(self.head.system().events_noted());
        if first >= end {
            return Vec::new();
        }
        if !self.events.covers(first) {
            self.events.load(&self.keyframes, &self.placed, first, end);
        }
        self.events.get(first, end)
    }

    /// Why it happened: the chain of causes, the oldest first, the event itself last.
    pub fn why(&mut self, seq: EventSeq) -> Vec<Event> {
        let mut chain = Vec::new();
        let mut next = Some(seq);
        // A cause is always older than its effect; the bound guards a broken chain, and the reader.
        while let Some(seq) = next
            && chain.len() < 64
        {
            let Some(event) = self.event(seq) else { break };
            next = event.cause.filter(|cause| *cause < seq);
            chain.push(event);
        }
        chain.reverse();
        chain
    }

    // ----- the engine -----

    fn next_of_head(&self) -> Option<SimTime> {
        next_due(&self.head, &self.placed)
    }

    fn run_head_to_step(&mut self, step: u64) -> bool {
        while self.head.system().steps() < step {
            if !self.run_head_once() {
                return false;
            }
        }
        true
    }

    fn run_head_once(&mut self) -> bool {
        let happened = run_once(&mut self.head, &self.placed, &mut self.changes);
        if happened {
            self.keep_what_happened();
        }
        happened
    }

    /// Events and keyframe of what `head` has just done.
    fn keep_what_happened(&mut self) {
        for event in self.changes.events.drain(..) {
            if event.fact.importance() > Importance::Routine {
                self.marks.push(event.clone());
            }
            self.events.push(event);
        }
        self.keyframes.maybe_add(&self.head);
    }
}

/// The next thing on this branch: a placed command or the agenda's first entry.
fn next_due(sim: &Sim, placed: &[Placed]) -> Option<SimTime> {
    match next_placed(sim, placed) {
        Some(placed) => Some(placed.at.max(sim.now())),
        None => sim.next_due(),
    }
}

fn next_placed<'a>(sim: &Sim, placed: &'a [Placed]) -> Option<&'a Placed> {
    let steps = sim.system().steps();
    // Commands are placed in order; the one for exactly this step has not been applied yet.
    let at = placed.partition_point(|placed| placed.step < steps);
    placed.get(at).filter(|placed| placed.step == steps)
}

/// Makes the next thing happen; events are left in `changes`.
fn run_once(sim: &mut Sim, placed: &[Placed], changes: &mut Changes) -> bool {
    match next_placed(sim, placed) {
        Some(placed) => {
            // It was given and accepted in this very state; a link of another engine may bring one that was not.
            if carry_out(sim, placed, changes).is_err() {
                sim.skip_step();
            }
            true
        }
        None => matches!(sim.step(changes), Stepped::Applied(_)),
    }
}

/// Carries a placed command out at its moment. A refused one changes nothing but the clock.
fn carry_out(sim: &mut Sim, placed: &Placed, changes: &mut Changes) -> Result<(), CommandError> {
    sim.advance_to(sim.next_due().map_or(placed.at, |due| due.min(placed.at)));
    sim.command(&placed.command, changes)
}
