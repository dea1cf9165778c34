//! Walking through a run: choice by choice, to what is worth seeing, to a moment.

use super::{Cursor, History, keyframes, next_due, run_once};
use crate::engine::sim::Sim;
use crate::event::Event;
use crate::fact::Importance;
use crate::time::{SimTime, Span};

/// How far [`History::next_interesting`] looks before it says that nothing happens any more.
const QUIET_CHOICES_MAX: u64 = 400_000;
const QUIET_SPAN_MAX: Span = Span::ms(600_000);

impl History {
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
    pub(super) fn comes_nearer(&mut self, place: Cursor, choices_max: u32) -> bool {
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
}
