//! Full events: the last stretch of the run, and one stretch that was made again because it was asked for.

use super::keyframes::Keyframes;
use super::run_once;
use crate::engine::command::Placed;
use crate::engine::system::Changes;
use crate::event::Event;
use std::collections::VecDeque;

/// Events that are kept of the run's end; some 10 MB.
const TAIL_MAX: usize = 60_000;
/// Events that are made again at a time, at the most.
const AGAIN_MAX: u64 = 20_000;

#[derive(Debug)]
pub(super) struct EventWindow {
    tail: VecDeque<Event>,
    /// The number of the next event of the run.
    next: u64,
    again: Vec<Event>,
}

impl EventWindow {
    pub(super) fn starting_at(next: u64) -> EventWindow {
        EventWindow { tail: VecDeque::new(), next, again: Vec::new() }
    }

    pub(super) fn push(&mut self, event: Event) {
        debug_assert_eq!(event.seq.0, self.next, "events come in their order");
        self.next = event.seq.0 + 1;
        if self.tail.len() == TAIL_MAX {
            self.tail.pop_front();
        }
        self.tail.push_back(event);
    }

    fn tail_first(&self) -> u64 {
        self.next - self.tail.len() as u64
    }

    pub(super) fn covers(&self, seq: u64) -> bool {
        seq >= self.tail_first() || self.again_holds(seq)
    }

    fn again_holds(&self, seq: u64) -> bool {
        match (self.again.first(), self.again.last()) {
            (Some(first), Some(last)) => (first.seq.0..=last.seq.0).contains(&seq),
            _ => false,
        }
    }

    pub(super) fn get(&self, first: u64, end: u64) -> Vec<Event> {
        let tail_first = self.tail_first();
        (first..end)
            // Those of the boot, before the first keyframe, were not kept.
            .filter_map(|seq| {
                if seq >= tail_first {
                    self.tail.get((seq - tail_first) as usize).cloned()
                } else if self.again_holds(seq) {
                    let again_first = self.again.first()?.seq.0;
                    self.again.get((seq - again_first) as usize).cloned()
                } else {
                    None
                }
            })
            .collect()
    }

    /// Makes events again, from the nearest keyframe.
    pub(super) fn load(&mut self, keyframes: &Keyframes, placed: &[Placed], first: u64, end: u64) {
        self.again.clear();
        let end = end.max(first + 1).min(first + AGAIN_MAX);
        let mut sim = keyframes.nearest_event(first).clone();
        let mut changes = Changes::default();
        while sim.system().events_noted() < end && run_once(&mut sim, placed, &mut changes) {
            self.again.append(&mut changes.events);
        }
    }

    pub(super) fn truncate(&mut self, next: u64) {
        while self.tail.back().is_some_and(|event| event.seq.0 >= next) {
            self.tail.pop_back();
        }
        self.next = next;
        if self.tail.back().is_some_and(|event| event.seq.0 + 1 != next) {
            self.tail.clear();
        }
        self.again.clear();
    }
}
