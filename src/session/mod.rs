//! The running simulation, as the page sees it: [`UiCommand`]s go in, an `Arc<Frame>` comes out, at most
//! once an animation frame and only when the step changes. Components hold a [`Session`], nothing deeper.

use leptos::prelude::*;
use sim_core::command::{Command, CommandError};
use sim_core::fact::{Event, Importance};
use sim_core::frame::Frame;
use sim_core::ids::EventSeq;
use sim_core::setup::Setup;
use sim_core::time::SimTime;
use std::sync::Arc;

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
    /// The next phase of a rebalance, or its end.
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
}

/// How simulated time becomes page time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Silence is compressed, what matters holds. In percent of the usual speed.
    Story { percent: u32 },
    /// A second of page time is this long.
    Constant { us_per_s: u64 },
}

/// Where the run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub step: u64,
    pub first_step: u64,
    /// Where the story begins.
    pub start: SimTime,
    /// How far the engine knows this branch.
    pub end: SimTime,
    pub seed: u64,
    pub playing: bool,
    pub pace: Pace,
    pub can_undo: bool,
    pub can_redo: bool,
}

/// The handle.
#[derive(Clone, Copy)]
pub struct Session {
    /// The picture at the cursor. Changes only when the step does.
    pub frame: Signal<Arc<Frame>>,
    /// The simulated time being shown: continuous while it plays, so that flights move between steps.
    pub at_page: Signal<SimTime>,
    /// Simulated microseconds a second of page time, now: a canvas hides what would only be a blur.
    pub us_per_page_s: Signal<u64>,
    pub status: Signal<Status>,
    /// Everything louder than routine on this branch, ahead of the cursor too. Ascending.
    pub marks: Signal<Arc<Vec<Event>>>,
    /// The last command that was refused, with a number that tells two refusals apart.
    pub refused: Signal<Option<(u32, CommandError)>>,
}

impl Session {
    pub fn new() -> Session {
        let frame = RwSignal::new(Arc::new(empty_frame()));
        let status = Status {
            step: 0,
            first_step: 0,
            start: SimTime::ZERO,
            end: SimTime::ZERO,
            seed: 0,
            playing: false,
            pace: Pace::Story { percent: 100 },
            can_undo: false,
            can_redo: false,
        };
        Session {
            frame: frame.into(),
            at_page: RwSignal::new(SimTime::ZERO).into(),
            us_per_page_s: RwSignal::new(0).into(),
            status: RwSignal::new(status).into(),
            marks: RwSignal::new(Arc::new(Vec::new())).into(),
            refused: RwSignal::new(None).into(),
        }
    }

    pub fn send(self, command: UiCommand) {
        let _ = command;
    }

    /// The chain of causes, oldest first, the event itself last.
    pub fn why(self, seq: EventSeq) -> Vec<Event> {
        let _ = seq;
        Vec::new()
    }

    pub fn event(self, seq: EventSeq) -> Option<Event> {
        let _ = seq;
        None
    }

    /// The events with numbers in `first..end`.
    pub fn events(self, first: u64, end: u64) -> Vec<Event> {
        let _ = (first, end);
        Vec::new()
    }
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

/// Nothing yet.
fn empty_frame() -> Frame {
    Frame {
        step: 0,
        at: SimTime::ZERO,
        events: 0,
        servers: Vec::new(),
        brokers: Vec::new(),
        producers: Vec::new(),
        consumers: Vec::new(),
        shells: Vec::new(),
        partitions: Vec::new(),
        groups: Vec::new(),
        sessions: Vec::new(),
        connections: Vec::new(),
        cuts: Vec::new(),
        flights: Vec::new(),
        znodes: Arc::new(Vec::new()),
        znodes_of: None,
        controller: None,
        controller_epoch: 0,
        service: false,
    }
}
