//! The address follows the run: copying it at any time reproduces the scene. Replaced while the cursor moves
//! (not at every step: browsers limit that), pushed where the reader made something else happen.

use crate::browser::url::{self, Entry};
use crate::session::walk::{Done, Walk};
use crate::session::{Session, UiCommand};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use sim_core::history::permalink::LinkError;
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

/// The run that the address names, if it names one.
pub(super) fn opening() -> Option<Result<(Walk, bool), LinkError>> {
    let text = url::hash();
    if text.is_empty() {
        return None;
    }
    WRITTEN.set(text.clone());
    Some(Walk::from_link(&text))
}

/// Back, forward, a link on the page, and one pasted into the address of an open page.
pub(super) fn follow(session: Session) {
    let handle = window_event_listener(leptos::ev::hashchange, move |_| {
        let text = url::hash();
        let known = WRITTEN.with_borrow(|written| *written == text);
        if !known && !text.is_empty() {
            WRITTEN.set(text.clone());
            session.send(UiCommand::OpenLink(text));
        }
    });
    on_cleanup(move || handle.remove());
}

impl Address {
    pub(super) fn changed(&mut self, walk: &Walk, done: Done) {
        let text = walk.link();
        if done == Done::Forked {
            self.pending = None;
            write(&text, Entry::Push);
        } else {
            // Dropping the one before cancels it.
            self.pending = Some(Timeout::new(QUIET_BEFORE_WRITING_MS, move || write(&text, Entry::Replace)));
        }
    }

    pub(super) fn played(&mut self, walk: &Walk, page_ms: f64) {
        self.since_written_ms += page_ms;
        if self.since_written_ms >= PLAYING_WRITES_EVERY_MS {
            self.since_written_ms = 0.0;
            let text = walk.link();
            crate::fatal::remember(text.clone());
            write(&text, Entry::Replace);
        }
    }
}

fn write(text: &str, entry: Entry) {
    WRITTEN.with_borrow_mut(|written| {
        if written != text {
            text.clone_into(written);
            url::set_hash(text, entry);
        }
    });
}
