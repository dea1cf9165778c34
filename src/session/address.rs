//! The address follows the run: copying it at any time reproduces the scene. Replaced while the cursor moves
//! (not at every step: browsers limit that), pushed where the reader made something else happen.

use crate::browser::url::{self, Entry};
use crate::session::Session;
use crate::session::debugger::{Debugger, Done};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::RefCell;

const QUIET_BEFORE_WRITING_MS: u32 = 300;
const PLAYING_WRITES_EVERY_MS: f64 = 2_000.0;

thread_local! {
    /// What this page wrote last: the address changing to something else is the reader's doing.
    static WRITTEN: RefCell<String> = const { RefCell::new(String::new()) };
}

#[derive(Default)]
pub(super) struct Address {
    pending: Option<Timeout>,
    since_written_ms: f64,
}

/// The link that the page was opened with, if there is one.
pub(super) fn opened_with() -> Option<String> {
    let text = url::hash();
    if text.is_empty() {
        return None;
    }
    WRITTEN.set(text.clone());
    Some(text)
}

/// Back, forward, a link on the page, and one pasted into the address of an open page.
pub(super) fn follow(session: Session) {
    let handle = window_event_listener(leptos::ev::hashchange, move |_| {
        let text = url::hash();
        let known = WRITTEN.with_borrow(|written| *written == text);
        if !known && !text.is_empty() {
            WRITTEN.set(text.clone());
            session.open_link(text);
        }
    });
    on_cleanup(move || handle.remove());
}

impl Address {
    /// A fork is written at once; whether something else is to be written as soon as it is quiet.
    pub(super) fn changed(&mut self, debugger: &Debugger, done: Done) -> bool {
        // Dropping the one before cancels it.
        self.pending = None;
        if done == Done::Forked {
            write(&debugger.link(), Entry::Push);
        }
        done != Done::Forked
    }

    /// Whether it was written, and remembered.
    pub(super) fn played(&mut self, debugger: &Debugger, page_ms: f64) -> bool {
        self.since_written_ms += page_ms;
        let is_time = self.since_written_ms >= PLAYING_WRITES_EVERY_MS;
        if is_time {
            self.since_written_ms = 0.0;
            let text = debugger.link();
            crate::fatal::remember(text.clone());
            write(&text, Entry::Replace);
        }
        is_time
    }
}

/// A reader who steps or scrubs on is not interrupted: the link is made when it is written, not at each step.
pub(super) fn write_when_quiet(session: Session) {
    let timeout = Timeout::new(QUIET_BEFORE_WRITING_MS, move || {
        session.inner.try_update_value(|inner| write(&inner.debugger.link(), Entry::Replace));
    });
    session.inner.update_value(|inner| inner.address.pending = Some(timeout));
}

fn write(text: &str, entry: Entry) {
    WRITTEN.with_borrow_mut(|written| {
        if written != text {
            text.clone_into(written);
            url::set_hash(text, entry);
        }
    });
}
