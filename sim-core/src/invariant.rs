//! How a state machine says what it takes for granted of itself. Tests, the scenario runner and the host's half of the
//! self-check are built with these checks; the page is not, and goes on as quietly as it can.
//!
//! They are about our own states only: what a packet, a znode or a user says may be anything, and is answered, not
//! asserted.

/// What must be there. Where nothing may come legally late, a silent `return` would hide a mistake.
#[inline(always)]
#[track_caller]
pub(crate) fn sure<T>(value: Option<T>, why: &'static str) -> Option<T> {
    debug_assert!(value.is_some(), "{why}");
    value
}

/// A place that is never reached.
macro_rules! never {
    ($why:literal) => {
        debug_assert!(false, $why)
    };
}
pub(crate) use never;
