//! When our own code breaks: a card in both languages with the scene's link. The card stands in index.html, so that it can
//! be shown even where no program runs, and a script beside it has it stand over whatever else is open.

use crate::browser::url;
use std::cell::{Cell, RefCell};

thread_local! {
    /// The last moment that was fine.
    static LAST_GOOD: RefCell<String> = const { RefCell::new(String::new()) };
    static TEST_HOOK_ARMED: Cell<bool> = const { Cell::new(false) };
}

/// From here on a panic shows the card.
pub fn install() {
    // A hook for tests and nothing else: `?panic=step` makes the next step panic on purpose.
    TEST_HOOK_ARMED.set(url::query("panic").as_deref() == Some("step"));
    std::panic::set_hook(Box::new(|info| {
        let link = LAST_GOOD.with(|link| link.try_borrow().map(|link| link.clone()).unwrap_or_default());
        // Never `info.location()`: the released page has no places (`xtask/src/split/panics.rs`).
        show(&link, info.payload_as_str().unwrap_or_default());
    }));
}

/// The moment to come back to, before something new is tried.
pub fn remember(link: String) {
    LAST_GOOD.set(link);
}

/// Called at each step: panics where a test asked for it. Not a feature: it lets a test see the card.
pub fn test_hook() {
    if TEST_HOOK_ARMED.get() {
        panic!("asked for by ?panic=step, the hook for tests");
    }
}

fn show(link: &str, message: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Some(card) = document.get_element_by_id("fatal") {
        let _ = card.remove_attribute("hidden");
    }
    if let Some(part) = document.get_element_by_id("fatal-message") {
        part.set_text_content(Some(message));
    }
    let address = format!("#{link}");
    for id in ["fatal-reopen-en", "fatal-reopen-zh"] {
        if let Some(anchor) = document.get_element_by_id(id) {
            let _ = anchor.set_attribute("href", &address);
        }
    }
}
