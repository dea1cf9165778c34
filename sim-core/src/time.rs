//! Simulated time. A node never decides by it: it may record `now`, what decides is an armed timer.

/// A moment of simulated time, in microseconds since the beginning of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(pub u64);

/// A length of simulated time, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// So many microseconds.
    pub const fn us(us: u64) -> Span {
        Span(us)
    }

    /// So many milliseconds.
    pub const fn ms(ms: u64) -> Span {
        Span(ms * 1_000)
    }

    /// In whole milliseconds; the rest is cut off.
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }
}

impl SimTime {
    /// The beginning of the run.
    pub const ZERO: SimTime = SimTime(0);

    /// So many milliseconds after the beginning of the run.
    pub const fn from_ms(ms: u64) -> SimTime {
        SimTime(ms * 1_000)
    }

    /// Whole milliseconds since the beginning of the run; the rest is cut off.
    pub const fn as_ms(self) -> u64 {
        self.0 / 1_000
    }

    /// The moment that is so much later.
    #[must_use]
    pub const fn plus(self, span: Span) -> SimTime {
        SimTime(self.0 + span.0)
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub const fn since(self, earlier: SimTime) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}
