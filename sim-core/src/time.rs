//! Simulated time. A node never decides by it: it may record `now`, what decides is an armed timer.

/// A moment of simulated time, in microseconds since the beginning of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of simulated time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

impl Span {
    pub const ZERO: Span = Span(0);

    pub const fn us(us: u64) -> Span {
        Span(us)
    }

    pub const fn ms(ms: u64) -> Span {
        Span(ms * 1_000)
    }

    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }
}

impl SimTime {
    pub const ZERO: SimTime = SimTime(0);

    pub const fn from_ms(ms: u64) -> SimTime {
        SimTime(ms * 1_000)
    }

    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    #[must_use]
    pub const fn plus(self, span: Span) -> SimTime {
        SimTime(self.0 + span.0)
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub const fn since(self, earlier: SimTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}
