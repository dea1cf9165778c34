//! The shortcuts of the page. A text field or a list that uses a key itself keeps it.

use crate::context::{Cli, HelpOpen, KnowledgeOpen, Panels};
use crate::session::{Session, UiCommand};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use sim_core::fact::Importance;
use wasm_bindgen::JsCast;

pub fn listen(session: Session, help: HelpOpen, knowledge: KnowledgeOpen, panels: Panels, cli: Cli) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        // A dialog is over the stage: the keys are its own.
        if knowledge.0.with_untracked(Option::is_some) {
            return;
        }
        if event.key() == "Escape" && help.0.get_untracked() {
            help.0.set(false);
            return;
        }
        if is_typing(&event) {
            return;
        }
        if event.key() == "?" {
            help.0.update(|open| *open = !*open);
        } else if event.key() == "`" || event.key() == ":" {
            panels.cli.set(true);
            cli.wants_focus.set(true);
        } else if let Some(command) = command(&event) {
            session.send(command);
        } else {
            return;
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn command(event: &KeyboardEvent) -> Option<UiCommand> {
    Some(match (event.key().as_str(), event.shift_key()) {
        // A button that has the focus is pressed by the space bar itself.
        (" ", _) if on(event, "button, select, a, summary, [role=menuitem]") => return None,
        (" ", _) => UiCommand::TogglePlay,
        ("ArrowRight", false) => UiCommand::Step,
        ("ArrowLeft", false) => UiCommand::StepBack,
        ("ArrowRight", true) => UiCommand::Next(Importance::Step),
        ("ArrowLeft", true) => UiCommand::Previous(Importance::Step),
        ("Home", _) => UiCommand::ToStart,
        ("n" | "N", _) => UiCommand::NextPhase,
        ("z", _) => UiCommand::Undo,
        ("Z", _) => UiCommand::Redo,
        _ => return None,
    })
}

fn is_typing(event: &KeyboardEvent) -> bool {
    on(event, "input, textarea, select, [contenteditable]")
}

fn on(event: &KeyboardEvent, selector: &str) -> bool {
    let Some(target) = event.target() else { return false };
    let Ok(element) = target.dyn_into::<web_sys::Element>() else { return false };
    element.closest(selector).ok().flatten().is_some()
}
