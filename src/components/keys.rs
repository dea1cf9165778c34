//! The shortcuts of the page. A text field, a slider or a list that uses a key itself keeps it, and so does an
//! input method: its keys choose characters and are never commands.

use crate::browser::storage;
use crate::context::{Cli, HelpOpen, Panels, SingleKeys};
use crate::erased::effect;
use crate::session::{Session, UiCommand};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use sim_core::fact::Importance;
use std::cell::Cell;
use wasm_bindgen::JsCast;

/// What uses the arrows and Home itself whenever it has the focus.
const USES_ARROWS: &str = "select, [role=slider], [role=menuitem], [role=menu], [role=tree], [role=radio]";
/// What the space bar presses, or where it has another meaning.
const USES_SPACE: &str =
    "button, select, a, summary, [role=slider], [role=menuitem], [role=menu], [role=tree], [role=checkbox]";
/// The name under which it is remembered that one-key shortcuts are off.
const REMEMBERED: &str = "single-keys";

/// The key of a composition: it belongs to the input method. Some browsers report `isComposing` only from the second
/// key on, and all of them the key code 229 (UI Events, "keyCode for Input Method Editors").
pub fn is_composing(event: &KeyboardEvent) -> bool {
    const OF_AN_INPUT_METHOD: u32 = 229;
    event.is_composing() || event.key_code() == OF_AN_INPUT_METHOD
}

/// Whether keys that are a single character are shortcuts, as it was left at the last visit.
pub fn remembered_single_keys() -> SingleKeys {
    SingleKeys(RwSignal::new(storage::read(REMEMBERED).as_deref() != Some("off")))
}

pub fn remember_single_keys(single_keys: SingleKeys) {
    let last = Cell::new(None::<bool>);
    effect(move || {
        let on = single_keys.0.get();
        if last.replace(Some(on)).is_some_and(|before| before != on) {
            storage::write(REMEMBERED, if on { "on" } else { "off" });
        }
    });
}

pub fn listen(session: Session, help: HelpOpen, panels: Panels, cli: Cli, single_keys: SingleKeys) {
    // A button that was clicked keeps the focus, and the reader's next arrow is meant for the run. A button that was
    // reached by Tab has the arrows for itself.
    let by_pointer = StoredValue::new(false);
    let pointer = window_event_listener(ev::pointerdown, move |_| by_pointer.set_value(true));
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Tab" {
            by_pointer.set_value(false);
        }
        if is_composing(&event)
            || event.default_prevented()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            // A dialog is over the stage: the keys are its own.
            || matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
        {
            return;
        }
        if event.key() == "Escape" && help.0.get_untracked() {
            help.0.set(false);
            return;
        }
        if is_typing(&event) {
            return;
        }
        let single = single_keys.0.get_untracked();
        // The same keys give other characters while Chinese punctuation is on.
        match event.key().as_str() {
            "?" | "？" if single => help.0.update(|open| *open = !*open),
            "`" | ":" | "·" | "：" if single => {
                panels.cli.set(true);
                cli.wants_focus.set(true);
            }
            _ => match command(&event, single, by_pointer.get_value()) {
                Some(command) => session.send(command),
                None => return,
            },
        }
        event.prevent_default();
    });
    on_cleanup(move || {
        handle.remove();
        pointer.remove();
    });
}

fn command(event: &KeyboardEvent, single: bool, by_pointer: bool) -> Option<UiCommand> {
    let key = event.key();
    let moves = matches!(key.as_str(), "ArrowRight" | "ArrowLeft" | "Home");
    if moves && (on(event, USES_ARROWS) || (!by_pointer && on(event, "button, a, summary"))) {
        return None;
    }
    Some(match (key.as_str(), event.shift_key()) {
        (" ", _) if on(event, USES_SPACE) => return None,
        (" ", _) => UiCommand::TogglePlay,
        ("ArrowRight", false) => UiCommand::Step,
        ("ArrowLeft", false) => UiCommand::StepBack,
        ("ArrowRight", true) => UiCommand::Next(Importance::Step),
        ("ArrowLeft", true) => UiCommand::Previous(Importance::Step),
        ("Home", _) => UiCommand::ToStart,
        ("n" | "N", _) if single => UiCommand::NextPhase,
        ("z", _) if single => UiCommand::Undo,
        ("Z", _) if single => UiCommand::Redo,
        _ => return None,
    })
}

fn is_typing(event: &KeyboardEvent) -> bool {
    on(event, "input:not([type=checkbox]), textarea, select, [contenteditable]")
}

fn on(event: &KeyboardEvent, selector: &str) -> bool {
    let Some(target) = event.target() else { return false };
    let Ok(element) = target.dyn_into::<web_sys::Element>() else { return false };
    element.closest(selector).ok().flatten().is_some()
}
