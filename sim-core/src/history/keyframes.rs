//! Clones of the engine's state, dense near the end and thinner far back, so that memory stays bounded and
//! a seek stays short where people seek.

use crate::engine::sim::Sim;
use crate::time::SimTime;

/// Choices between two keyframes near the end of the run.
pub(super) const SPACING: u64 = 2_048;

/// How many keyframes of one spacing are kept before every eighth of them stays.
const DENSE_MAX: usize = 96;
const THINNING: u64 = 8;

#[derive(Debug, Default)]
pub(super) struct Keyframes {
    /// Ascending by step; the first is where the story begins and always stays.
    frames: Vec<Sim>,
}

impl Keyframes {
    pub(super) fn add(&mut self, sim: &Sim) {
        self.frames.push(sim.clone());
    }

    /// Adds one when it is time for it.
    pub(super) fn maybe_add(&mut self, sim: &Sim) {
        let last = self.frames.last().map_or(0, |sim| sim.system().steps());
        if sim.system().steps() >= last + SPACING {
            self.add(sim);
            self.thin_out();
        }
    }

    /// The last one at or before this step.
    pub(super) fn nearest(&self, step: u64) -> &Sim {
        let at = self.frames.partition_point(|sim| sim.system().steps() <= step);
        &self.frames[at.saturating_sub(1)]
    }

    /// The last one strictly before the choices of this moment.
    pub(super) fn nearest_time(&self, at: SimTime) -> &Sim {
        let at = self.frames.partition_point(|sim| sim.now() < at);
        &self.frames[at.saturating_sub(1)]
    }

    /// The last one with no more than this many events noted.
    pub(super) fn nearest_event(&self, seq: u64) -> &Sim {
        let at = self.frames.partition_point(|sim| sim.system().events_noted() <= seq);
        &self.frames[at.saturating_sub(1)]
    }

    pub(super) fn truncate_after(&mut self, step: u64) {
        let keep = self.frames.partition_point(|sim| sim.system().steps() <= step).max(1);
        self.frames.truncate(keep);
    }

    /// Of the frames that are far back only those at multiples of a wider spacing stay; the further, the wider.
    fn thin_out(&mut self) {
        let mut spacing = SPACING;
        let mut from_end = DENSE_MAX;
        while self.frames.len() > from_end {
            spacing *= THINNING;
            let border = self.frames.len() - from_end;
            let mut last_kept: Option<u64> = None;
            let mut index = 0;
            self.frames.retain(|sim| {
                let here = index;
                index += 1;
                if here >= border {
                    return true;
                }
                let slot = sim.system().steps() / spacing;
                let keep = last_kept != Some(slot);
                last_kept = Some(slot);
                keep
            });
            from_end += DENSE_MAX;
            if spacing > SPACING * THINNING * THINNING * THINNING {
                break;
            }
        }
    }
}
