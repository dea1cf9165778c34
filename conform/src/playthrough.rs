//! A scenario as one side, the simulator or a real system, played it.

use sim_core::json::Json;

use workshop::Error;

/// What a side saw, and where it did not go on.
pub(super) struct Playthrough {
    /// One for each `observe` that was reached.
    pub(super) observations: Vec<Json>,
    pub(super) ending: Option<(usize, Ending)>,
}

/// Why a side did not go on.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) why: Why,
    pub(super) sentence: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    NotReached,
    NotSettled,
    NoAnswer,
    /// The command makes no sense at this point.
    Refused,
    /// Something is wrong with the harness or the machine, not with the story.
    Broken,
}

impl Ending {
    pub(super) fn new(why: Why, sentence: String) -> Self {
        Self { why, sentence }
    }

    pub(super) fn broken(error: Error) -> Self {
        Self::new(Why::Broken, error.to_string())
    }
}
