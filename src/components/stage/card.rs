//! What every node's card has: its place, its state, a button under everything that takes the focus and
//! opens the menu, and the keys.

use super::{StageHandle, menu, place};
use crate::components::storyteller::Storyteller;
use crate::context::{Language, Selected, Selection};
use crate::i18n::StageWord;
use crate::session::Session;
use leptos::prelude::*;
use sim_core::ids::NodeId;
use sim_core::system::Process;

/// `label` is what a screen reader says: name and state.
#[component]
pub fn Card(
    stage: StageHandle,
    id: NodeId,
    /// The CSS class, and the beginning of the test id.
    kind: &'static str,
    testid: String,
    process: Signal<Process>,
    /// Further classes.
    #[prop(into)]
    marks: Signal<String>,
    #[prop(into)] label: Signal<String>,
    children: Children,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let selection = expect_context::<Selection>();
    let teller = expect_context::<Storyteller>();
    let class = move || {
        let process = process_class(process.get());
        let selected = if selection.is(&Selected::Node(id)) { "selected" } else { "" };
        format!("card {kind} {process} {} {selected}", marks.read())
    };
    // A card that is about to go away keeps its last place.
    let style =
        move |last: Option<String>| stage.layout.with(|layout| layout.node(id)).map(place).or(last).unwrap_or_default();
    let style = Memo::new(move |last: Option<&String>| style(last.cloned()));
    let expanded = move || if stage.menu.get() == Some(id) { "true" } else { "false" };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if key == "ArrowDown" {
            stage.menu.set(Some(id));
        } else if !menu::press(stage, session, selection, id, &key) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let enter = move || stage.hovered.set(Some(id));
    let leave = move || {
        if stage.hovered.get_untracked() == Some(id) {
            stage.hovered.set(None);
        }
    };
    // Only who came by keyboard wants this node's lines picked out: after a click in the menu the focus is
    // here too, and then everything is to be watched.
    let on_arrival = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Tab" {
            enter();
        }
    };
    view! {
        <div
            class=class style=move || style.get() data-testid=testid
            on:click=move |_| if !teller.takes_click(id) { stage.menu.set(Some(id)) }
            on:pointerenter=move |_| enter() on:pointerleave=move |_| leave()
        >
            <button
                type="button" class="hit" data-node=id.code().to_string()
                aria-haspopup="menu" aria-expanded=expanded aria-label=move || label.get()
                on:keydown=on_key on:keyup=on_arrival on:blur=move |_| leave()
            ></button>
            {children()}
            <Show when=move || process.get() == Process::Frozen><span class="frost" aria-hidden="true">"❄"</span></Show>
        </div>
    }
}

fn process_class(process: Process) -> &'static str {
    match process {
        Process::Running => "running",
        Process::Stopping => "running stopping",
        Process::Frozen => "frozen",
        Process::NotStarted => "down unborn",
        Process::Stopped => "down stopped",
        Process::Killed => "down killed",
        Process::PoweredOff => "down off",
        Process::Removed => "down removed",
    }
}

pub(super) fn process_word(process: Process) -> StageWord {
    match process {
        Process::Running => StageWord::Running,
        Process::Stopping => StageWord::Stopping,
        Process::Frozen => StageWord::Frozen,
        Process::NotStarted => StageWord::NotStarted,
        Process::Stopped | Process::Removed => StageWord::Stopped,
        Process::Killed => StageWord::Killed,
        Process::PoweredOff => StageWord::PoweredOff,
    }
}

/// A dot that says whether the process runs; in words when it does not.
#[component]
pub fn State(process: Signal<Process>) -> impl IntoView {
    let language = expect_context::<Language>();
    let shape = move || match process.get() {
        Process::Running => "state ok",
        Process::Stopping => "state busy",
        Process::Frozen => "state ice",
        _ => "state bad",
    };
    let text = move || match process.get() {
        Process::Running => "",
        process => process_word(process).text(language.0.get()),
    };
    view! { <span class=shape>{text}</span> }
}
