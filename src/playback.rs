//! Playing as a model: whether, how fast, and how simulated time becomes page time. Knows no clock: its
//! caller says how much page time passed.

pub mod warp;

use sim_core::time::{SimTime, Span};
use warp::{Warp, walk_in_gap};

/// How simulated time becomes page time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Silence is compressed, what matters holds. In percent of the usual speed.
    Story { percent: u32 },
    /// A second of page time is this long.
    Constant { us_per_s: u64 },
}

impl Pace {
    pub const USUAL: Pace = Pace::Story { percent: 100 };

    /// What a reader can choose: story time at three speeds, then the constant ones.
    pub fn offered() -> Vec<Pace> {
        let story = [50, 100, 200].into_iter().map(|percent| Pace::Story { percent });
        story.chain(CONSTANT_US_PER_S.into_iter().map(|us_per_s| Pace::Constant { us_per_s })).collect()
    }
}

/// The constant speeds: 1 s = 1 ms … 60 s.
pub const CONSTANT_US_PER_S: [u64; 10] =
    [1_000, 5_000, 10_000, 20_000, 50_000, 200_000, 1_000_000, 5_000_000, 20_000_000, 60_000_000];

/// What is on its way right now, in a calm stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Air {
    /// Nothing flies: the next choice is a timer.
    Empty,
    /// Pings and empty fetches.
    Routine,
    /// Records, votes, transactions, watches.
    Lively,
}

/// In a calm stretch, a second of page time is this long while something that is worth seeing flies: a hop of
/// a millisecond takes a ninth of a second.
const LIVELY_US_PER_S: f64 = 9_000.0;
/// A ping or an empty fetch is a blink: nobody waits for it.
const ROUTINE_US_PER_S: f64 = 60_000.0;
/// Waiting for a timer with nothing in the air: page time for each factor of ten, and the unit it begins at.
const EMPTY_MS_PER_DECADE: f64 = 160.0;
const EMPTY_UNIT_US: f64 = 500.0;
/// Many short waits in a row must not add up to a long one.
const EMPTY_US_PER_S_MIN: f64 = 300_000.0;

/// The run, as playing needs it.
pub trait Run {
    fn at(&self) -> SimTime;
    /// When the next choice is due. None: nothing will ever happen by itself.
    fn next_due(&mut self) -> Option<SimTime>;
    fn air(&mut self) -> Air;
    fn advance_to(&mut self, at: SimTime);
}

#[derive(Clone, Debug)]
pub struct Playback {
    pub playing: bool,
    pub pace: Pace,
    /// What is left of the hold at the moment that was reached last.
    hold_left_ms: f64,
    /// The moment whose hold was begun: it does not hold twice.
    held_at: Option<SimTime>,
}

impl Default for Playback {
    fn default() -> Playback {
        Playback { playing: false, pace: Pace::USUAL, hold_left_ms: 0.0, held_at: None }
    }
}

/// A frame at a constant speed is walked in so many slices, with a look at the clock after each.
const CONSTANT_SLICES: u32 = 16;

/// A speed that changes all the time is told by what it comes to in so much page time.
const SOON_MS: f64 = 25.0;

/// One page frame walks through at most so many stretches; more would be a blur and cost the frame.
const STRETCHES_MAX: u32 = 400;

impl Playback {
    /// The cursor was put somewhere: whatever was held there is over.
    pub fn moved(&mut self) {
        self.hold_left_ms = 0.0;
        self.held_at = None;
    }

    /// Page time passed. Moves the run, and says by how much simulated time. Where a constant speed is more
    /// than the machine can do, `more_time` ends it early: the page stays alive, the run lags.
    pub fn pass(&mut self, page_ms: f64, warp: &Warp, run: &mut dyn Run, more_time: &mut dyn FnMut() -> bool) -> Span {
        if !self.playing {
            return Span::ZERO;
        }
        let from = run.at();
        match self.pace {
            Pace::Constant { us_per_s } => {
                let all_us = page_ms * us_per_s as f64 / 1_000.0;
                for slice in 1..=CONSTANT_SLICES {
                    let upto_us = all_us * f64::from(slice) / f64::from(CONSTANT_SLICES);
                    run.advance_to(from.plus(Span(upto_us as u64)));
                    if !more_time() {
                        break;
                    }
                }
            }
            Pace::Story { percent } => self.pass_story(page_ms * f64::from(percent) / 100.0, warp, run),
        }
        run.at().since(from)
    }

    fn pass_story(&mut self, page_ms: f64, warp: &Warp, run: &mut dyn Run) {
        let mut left_ms = page_ms;
        for _ in 0..STRETCHES_MAX {
            let at = run.at();
            if let Some(anchor) = warp.anchor_at(at)
                && self.held_at != Some(at)
            {
                self.held_at = Some(at);
                self.hold_left_ms = anchor.hold_ms;
            }
            let held = left_ms.min(self.hold_left_ms);
            self.hold_left_ms -= held;
            left_ms -= held;
            if left_ms <= 0.0 {
                return;
            }
            let gap = warp.gap(at);
            match gap.to {
                Some(to) if gap.compressed => {
                    let (moved, over) = walk_in_gap(gap.from, to, at, left_ms);
                    run.advance_to(moved);
                    left_ms = over;
                }
                to => left_ms = self.pass_calm(left_ms, to, run),
            }
            if left_ms <= 0.0 {
                return;
            }
        }
    }

    /// How fast simulated time goes on from here, in microseconds for each millisecond of page time; 0 while it holds.
    pub fn speed(&self, warp: &Warp, run: &mut dyn Run) -> f64 {
        match self.pace {
            _ if !self.playing => 0.0,
            Pace::Constant { us_per_s } => us_per_s as f64 / 1_000.0,
            Pace::Story { percent } => self.story_speed(warp, run) * f64::from(percent) / 100.0,
        }
    }

    /// Whether the speed stays as it is until the next choice, for as long as something flies.
    pub fn is_even(&self, warp: &Warp, at: SimTime) -> bool {
        let is_compressed = || {
            let gap = warp.gap(at);
            gap.to.is_some() && gap.compressed
        };
        matches!(self.pace, Pace::Constant { .. }) || !is_compressed()
    }

    fn story_speed(&self, warp: &Warp, run: &mut dyn Run) -> f64 {
        let at = run.at();
        if self.hold_left_ms > 0.0 || warp.anchor_at(at).is_some_and(|_| self.held_at != Some(at)) {
            return 0.0;
        }
        let gap = warp.gap(at);
        match gap.to {
            Some(to) if gap.compressed => walk_in_gap(gap.from, to, at, SOON_MS).0.since(at).0 as f64 / SOON_MS,
            to => next_moment(run, to).map_or(1_000.0, |due| calm_speed(run.air(), due.since(at).0 as f64)),
        }
    }

    /// Nothing is about to happen: a cluster at work. As far as the next choice, or the next anchor.
    fn pass_calm(&mut self, page_ms: f64, anchor: Option<SimTime>, run: &mut dyn Run) -> f64 {
        let at = run.at();
        let Some(due) = next_moment(run, anchor) else {
            // Nothing will happen any more; the clock goes on at a speed that can be read.
            run.advance_to(at.plus(Span((page_ms * 1_000.0) as u64)));
            return 0.0;
        };
        let to_go = due.since(at).0 as f64;
        let us_per_ms = calm_speed(run.air(), to_go);
        let reach = page_ms * us_per_ms;
        if reach < to_go {
            run.advance_to(at.plus(Span((reach as u64).max(1))));
            return 0.0;
        }
        run.advance_to(due);
        page_ms - to_go / us_per_ms
    }
}

/// The next choice, or the next anchor.
fn next_moment(run: &mut dyn Run, anchor: Option<SimTime>) -> Option<SimTime> {
    match (run.next_due(), anchor) {
        (Some(due), Some(anchor)) => Some(due.min(anchor)),
        (due, anchor) => due.or(anchor),
    }
}

/// Microseconds for each millisecond of page time, with so much of them to go.
fn calm_speed(air: Air, to_go_us: f64) -> f64 {
    match air {
        Air::Lively => LIVELY_US_PER_S / 1_000.0,
        Air::Routine => ROUTINE_US_PER_S / 1_000.0,
        Air::Empty => {
            let stretch_ms = EMPTY_MS_PER_DECADE * (1.0 + to_go_us / EMPTY_UNIT_US).log10();
            // Of what is left of it; so it is slower towards its end, as a clock hand that is waited for.
            (to_go_us / stretch_ms.max(1.0)).max(EMPTY_US_PER_S_MIN / 1_000.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::engine::facts::ClusterFact;
    use sim_core::event::Event;
    use sim_core::ids::{EventSeq, NodeId};

    /// A choice every so often, with something lively in the air for a while after it.
    struct Beat {
        at: SimTime,
        every: Span,
        flight: Span,
    }

    impl Run for Beat {
        fn at(&self) -> SimTime {
            self.at
        }
        fn next_due(&mut self) -> Option<SimTime> {
            let into = self.at.0 % self.every.0;
            let start = self.at.0 - into;
            Some(SimTime(if into < self.flight.0 { start + self.flight.0 } else { start + self.every.0 }))
        }
        fn air(&mut self) -> Air {
            if self.at.0 % self.every.0 < self.flight.0 { Air::Lively } else { Air::Empty }
        }
        fn advance_to(&mut self, at: SimTime) {
            self.at = at;
        }
    }

    fn beat() -> Beat {
        Beat { at: SimTime::ZERO, every: Span::ms(100), flight: Span::ms(3) }
    }

    fn playing(pace: Pace) -> Playback {
        Playback { playing: true, pace, ..Playback::default() }
    }

    fn headline(ms: u64) -> Event {
        Event {
            seq: EventSeq(1),
            step: 1,
            at: SimTime::from_ms(ms),
            cause: None,
            node: NodeId::Broker(1),
            fact: ClusterFact::NodeKilled { node: NodeId::Broker(1) }.into(),
        }
    }

    #[test]
    fn a_calm_cluster_shows_its_flights_and_skips_its_silence() {
        let (mut playback, mut run) = (playing(Pace::Story { percent: 100 }), beat());
        let warp = Warp::new(SimTime::ZERO);
        let mut page_in_flight = 0.0;
        let mut page = 0.0;
        while run.at < SimTime::from_ms(1_000) {
            if run.air() == Air::Lively {
                page_in_flight += 16.0;
            }
            playback.pass(16.0, &warp, &mut run, &mut || true);
            page += 16.0;
        }
        // Ten beats: each is seen to fly for a third of a second at least, and takes less than a second and a half.
        assert!(page_in_flight > 3_000.0, "{page_in_flight}");
        assert!(page < 15_000.0, "{page}");
    }

    #[test]
    fn how_page_time_is_cut_into_frames_makes_no_difference() {
        let warp = Warp::new(SimTime::ZERO);
        let walk = |dt: f64| {
            let (mut playback, mut run) = (playing(Pace::Story { percent: 100 }), beat());
            for _ in 0..(4_800.0 / dt) as u32 {
                playback.pass(dt, &warp, &mut run, &mut || true);
            }
            run.at.as_ms()
        };
        let (fine, coarse) = (walk(8.0), walk(48.0));
        assert!(fine.abs_diff(coarse) < 60, "{fine} {coarse}");
    }

    #[test]
    fn a_headline_holds_for_seven_tenths_of_a_second() {
        let (mut playback, mut run) = (playing(Pace::Story { percent: 100 }), beat());
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&[headline(50)]);
        let mut stood_ms = 0.0;
        while run.at < SimTime::from_ms(52) {
            let before = run.at;
            playback.pass(10.0, &warp, &mut run, &mut || true);
            if run.at == before && before == SimTime::from_ms(50) {
                stood_ms += 10.0;
            }
        }
        assert!((680.0..=720.0).contains(&stood_ms), "{stood_ms}");
    }

    #[test]
    fn constant_speed_is_constant() {
        let (mut playback, mut run) = (playing(Pace::Constant { us_per_s: 20_000 }), beat());
        for _ in 0..100 {
            playback.pass(10.0, &Warp::new(SimTime::ZERO), &mut run, &mut || true);
        }
        assert_eq!(run.at, SimTime::from_ms(20));
    }

    #[test]
    fn the_speed_says_how_far_the_next_moments_come() {
        let (mut playback, mut run) = (playing(Pace::Story { percent: 200 }), beat());
        let mut warp = Warp::new(SimTime::ZERO);
        // While something flies it is the same all the time: what flies can be set in motion once.
        assert_eq!(playback.speed(&warp, &mut run), 18.0);
        playback.pass(20.0, &warp, &mut run, &mut || true);
        assert_eq!((run.at.0, playback.speed(&warp, &mut run)), (360, 18.0));
        warp.update(&[headline(50)]);
        run.at = SimTime::from_ms(50);
        assert_eq!(playback.speed(&warp, &mut run), 0.0, "a headline holds");
        let before = SimTime::from_ms(40);
        assert!(playback.is_even(&Warp::new(SimTime::ZERO), before) && !playback.is_even(&warp, before));
        playback.playing = false;
        assert_eq!(playback.speed(&Warp::new(SimTime::ZERO), &mut run), 0.0);
        assert_eq!(playing(Pace::Constant { us_per_s: 20_000 }).speed(&warp, &mut run), 20.0);
    }

    #[test]
    fn a_pause_stands_still() {
        let mut playback = Playback::default();
        let mut run = beat();
        assert_eq!(playback.pass(1_000.0, &Warp::new(SimTime::ZERO), &mut run, &mut || true), Span::ZERO);
        assert_eq!(run.at, SimTime::ZERO);
    }
}
