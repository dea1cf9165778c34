//! Page time passes: the run goes on by as much as the pace says.

use super::Debugger;
use crate::playback::{Air, Run};
use sim_core::history::History;
use sim_core::history::telling::{Stop, Telling};
use sim_core::time::{SimTime, Span};

impl Debugger {
    /// A frame of page time. Says how much simulated time went by.
    pub fn pass(&mut self, page_ms: f64, mut more_time: impl FnMut() -> bool) -> Span {
        if !self.time_passes() {
            return Span::ZERO;
        }
        self.warp.update(self.history.marks());
        let telling = self.tale.as_mut().map(|tale| &mut tale.telling);
        let mut run = Played { history: &mut self.history, telling, stop: None };
        let passed = self.playback.pass(page_ms, &self.warp, &mut run, &mut more_time);
        if let Some(stop) = run.stop {
            self.stopped(stop);
            self.tell();
        }
        passed
    }

    /// How fast simulated time goes on from here, in microseconds for each millisecond of page time.
    pub fn speed(&mut self) -> f64 {
        if !self.time_passes() {
            return 0.0;
        }
        self.playback.speed(&self.warp, &mut Played { history: &mut self.history, telling: None, stop: None })
    }

    /// Whether it goes on so until the next choice.
    pub fn is_even(&self) -> bool {
        self.playback.is_even(&self.warp, self.history.cursor().at)
    }

    /// When the next choice is due.
    pub fn next_due(&mut self) -> Option<SimTime> {
        self.history.next_due()
    }
}

/// The history as playing sees it.
struct Played<'a> {
    history: &'a mut History,
    telling: Option<&'a mut Telling>,
    /// Why the story does not let time go on.
    stop: Option<Stop>,
}

impl Run for Played<'_> {
    fn at(&self) -> SimTime {
        self.history.cursor().at
    }

    fn next_due(&mut self) -> Option<SimTime> {
        self.history.next_due()
    }

    fn air(&mut self) -> Air {
        let system = self.history.sim().system();
        let mut air = Air::Empty;
        for (from, to, wire) in system.wires().filter(|(_, _, wire)| !wire.queue.is_empty()) {
            if !system.wire_index(from, to).is_some_and(|index| system.deliverable(index)) {
                continue;
            }
            if wire.queue.iter().any(|packet| !packet.is_routine()) {
                return Air::Lively;
            }
            air = Air::Routine;
        }
        air
    }

    fn advance_to(&mut self, at: SimTime) {
        match &mut self.telling {
            _ if self.stop.is_some() => {}
            Some(telling) => self.stop = telling.advance_to(self.history, at),
            None => self.history.advance_to(at),
        }
    }
}
