//! When a cluster has come to rest: nothing but periodic traffic is going on any more.

use crate::engine::sim::Sim;
use crate::engine::system::{Body, Process, System};
use crate::event::Event;
use crate::fact::Importance;
use crate::time::{SimTime, Span};
use crate::view::reader;

/// Pauses inside a procedure are shorter than this: an election's last 200 ms, a client's second before it
/// tries the next server is known by its state. Sessions that will expire are not waited for.
const QUIET: Span = Span::ms(1_000);

const LOOK_INTERVAL: Span = Span::ms(20);

/// Waits until nothing happens any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settling {
    quiet_since: SimTime,
    quiet: Span,
}

impl Settling {
    /// From now on, and with this much time at the most.
    pub(crate) fn from_now(now: SimTime, within: Span) -> Settling {
        Settling { quiet_since: now, quiet: QUIET.min(Span(within.0 / 2)) }
    }

    /// Everything that is louder than routine begins the wait again.
    pub(crate) fn hears(event: &Event) -> bool {
        event.fact.importance() > Importance::Routine
    }

    /// It was not quiet until this moment.
    pub(crate) fn hear(&mut self, at: SimTime) {
        self.quiet_since = at;
    }

    pub(crate) fn quiet_since(&self) -> SimTime {
        self.quiet_since
    }

    /// When the rest would be long enough.
    pub(crate) fn over_at(&self) -> SimTime {
        self.quiet_since.plus(self.quiet)
    }

    /// Something was still under way: the wait goes on for a little.
    pub(crate) fn look_again(&mut self, now: SimTime) {
        self.quiet_since = SimTime((now.0 + LOOK_INTERVAL.0).saturating_sub(self.quiet.0));
    }

    /// Whether it has been quiet for long enough by `now`.
    pub(crate) fn is_over(&self, sim: &Sim, now: SimTime) -> bool {
        now >= self.over_at() && is_at_rest(sim.system())
    }
}

/// No message that is not routine is on its way, and no procedure is waiting for its next moment.
pub(crate) fn is_at_rest(system: &System) -> bool {
    !system.slots().iter().any(|slot| slot.process == Process::Stopping || reader::is_busy(system, slot))
        && !system.wires().any(|(from, to, wire)| {
            // What a frozen process or a cut link holds up is not going on.
            let moves = system.wire_index(from, to).is_some_and(|index| system.deliverable(index));
            moves
                && wire.queue.iter().any(|packet| match &packet.body {
                    Body::Data(message) => !message.is_routine(),
                    Body::Open | Body::Backlogged | Body::Opened | Body::Close(_) => false,
                })
        })
}
