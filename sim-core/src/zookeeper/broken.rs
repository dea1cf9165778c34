//! Rules that a test may break, to show that the invariants would notice. Compiled for tests only.

use std::sync::atomic::{AtomicU8, Ordering};

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A leader commits when a majority has logged.
    CommitNeedsMajority = 1,
    /// Closing a session deletes its ephemerals.
    EphemeralsGoWithTheirSession = 2,
}

/// One for the whole process, because the checker works in threads of its own: such a test stands alone in
/// its file.
static BROKEN: AtomicU8 = AtomicU8::new(0);

pub fn break_rule(rule: Rule) {
    BROKEN.store(rule as u8, Ordering::SeqCst);
}

pub(super) fn is(rule: Rule) -> bool {
    BROKEN.load(Ordering::SeqCst) == rule as u8
}
