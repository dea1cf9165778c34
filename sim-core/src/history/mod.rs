//! Time travel: setup, seed and the placed commands are the truth; everything else here is made from them.
//!
//! Two simulations run in a [`History`]: `head`, the furthest that the engine has come on this branch, and
//! `shown`, which stands at the cursor. Keyframes are clones of `head` (nodes are shared until they change);
//! seeking is the nearest keyframe and a re-run. Full events are kept for the last stretch only and made
//! again from keyframes elsewhere, as what arrived is everywhere ([`History::deliveries`]); the events that matter
//! ([`History::marks`]) are kept always.

mod branches;
mod deliveries;
mod events;
mod keyframes;
pub mod permalink;
pub mod telling;
mod walking;

use crate::engine::command::{CommandError, Placed};
use crate::engine::delivery::Delivery;
use crate::engine::setup::Setup;
use crate::engine::sim::{Sim, Stepped};
use crate::engine::system::Changes;
use crate::event::Event;
use crate::fact::Importance;
use crate::ids::{EventSeq, NodeId};
use crate::scenario::boot::{Boot, BootError};
use crate::time::SimTime;
use crate::view::build::{FrameBuilder, flights, zk};
use crate::view::frame::{Frame, TreeView, UnderWay, WatcherView};
use branches::Branch;
use deliveries::Deliveries;
use events::EventWindow;
use keyframes::Keyframes;
use std::ops::Range;
use std::sync::Arc;

/// A place in the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// How many choices were made.
    pub step: u64,
    /// The clock: at or after the last choice, before the next one.
    pub at: SimTime,
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
    deliveries: Deliveries,
    marks: Vec<Event>,
    undone: Vec<Branch>,
    done: Vec<Branch>,
    frame: Option<Arc<Frame>>,
    picture: FrameBuilder,
    changes: Changes,
}

impl History {
    /// Brings the setup up. The cursor is where the user's story begins.
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
            deliveries: Deliveries::default(),
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

    /// Where the reader is.
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

    /// The clients that watch a znode at the cursor.
    pub fn watchers(&self, path: &str) -> Vec<WatcherView> {
        zk::watchers(self.shown.system(), path)
    }

    /// All events louder than routine on this branch, also ahead of the cursor.
    pub fn marks(&self) -> &[Event] {
        &self.marks
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

    // ----- deliveries -----

    /// What arrived in these choices, as far as the run has come; of a long range the beginning.
    pub fn deliveries(&mut self, steps: Range<u64>) -> Vec<Delivery> {
        let steps = steps.start.max(self.first_step)..steps.end.min(self.head.system().steps());
        if steps.is_empty() {
            return Vec::new();
        }
        self.deliveries.of(steps, &self.keyframes, &self.placed)
    }

    /// What its process was told right before it noted this event; nothing where a timer or a user made it act.
    pub fn delivery_before(&mut self, event: &Event) -> Option<Delivery> {
        let mut here = self.deliveries(event.step..event.step + 1).into_iter();
        here.find(|delivery| delivery.events.contains(&event.seq.0))
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
