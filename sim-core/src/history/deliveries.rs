//! Deliveries of a stretch of the run. They are as many as the choices and seldom asked for, so that nothing is kept while
//! the engine runs: the stretch is run once more, from the nearest keyframe.

use super::keyframes::{Keyframes, SPACING};
use super::run_once;
use crate::engine::command::Placed;
use crate::engine::delivery::Delivery;
use crate::engine::sim::Sim;
use crate::engine::system::Changes;
use std::ops::Range;

/// Choices of a stretch, at the most, some 4 MB; beyond them another one begins.
const STRETCH_MAX: u64 = 20_000;

#[derive(Debug, Default)]
pub(super) struct Deliveries {
    stretch: Option<Stretch>,
}

/// It grows at its end while a reader walks on.
#[derive(Debug)]
struct Stretch {
    first_step: u64,
    /// At the stretch's end.
    sim: Sim,
    /// Those since the first step.
    changes: Changes,
}

impl Stretch {
    /// A little before the step, for a reader may walk back too. Keyframes can be further away than a stretch is long.
    fn beginning_before(step: u64, keyframes: &Keyframes, placed: &[Placed]) -> Stretch {
        let mut sim = keyframes.nearest(step).clone();
        let mut unseen = Changes::default();
        while sim.system().steps() + SPACING < step && run_once(&mut sim, placed, &mut unseen) {
            unseen.events.clear();
        }
        Stretch { first_step: sim.system().steps(), sim, changes: Changes::with_deliveries() }
    }

    /// Whether it can be had from here sooner than from a keyframe.
    fn is_near(&self, steps: &Range<u64>) -> bool {
        let end = self.sim.system().steps();
        self.first_step <= steps.start && steps.start <= end + SPACING && steps.end <= self.first_step + STRETCH_MAX
    }
}

impl Deliveries {
    /// Those of the choices in this range, at most [`STRETCH_MAX`] choices.
    pub(super) fn of(&mut self, steps: Range<u64>, keyframes: &Keyframes, placed: &[Placed]) -> Vec<Delivery> {
        let near = self.stretch.take().filter(|stretch| stretch.is_near(&steps));
        let stretch = near.unwrap_or_else(|| Stretch::beginning_before(steps.start, keyframes, placed));
        let stretch = self.stretch.insert(stretch);
        let end = steps.end.min(stretch.first_step + STRETCH_MAX);
        while stretch.sim.system().steps() < end && run_once(&mut stretch.sim, placed, &mut stretch.changes) {
            stretch.changes.events.clear();
        }
        let made = stretch.changes.deliveries.as_deref().unwrap_or_default();
        let place = |step: u64| made.partition_point(|delivery| delivery.step < step);
        made[place(steps.start)..place(steps.end)].to_vec()
    }

    /// The run after this step is another one from now on.
    pub(super) fn truncate_after(&mut self, step: u64) {
        self.stretch.take_if(|stretch| stretch.sim.system().steps() > step);
    }
}
