//! For whom the first picture is drawn, on the host. In the browser nobody asks.

use crate::layout::Size;
use std::cell::Cell;

/// A screen, and the language of its reader.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visitor {
    pub language: &'static str,
    pub narrow: bool,
    pub stage: Size,
}

thread_local! {
    static NOW: Cell<Option<Visitor>> = const { Cell::new(None) };
}

impl Visitor {
    /// From here on, this thread draws for this one.
    pub fn comes(self) {
        NOW.set(Some(self));
    }

    pub(super) fn now() -> Option<Visitor> {
        NOW.get()
    }
}
