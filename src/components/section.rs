//! Panels come in pairs that share a place: what they have in common (head, fold, tab) stands here once.

use crate::context::{Language, Panels};
use crate::erased::Show;
use crate::i18n::{Label, panels};
use leptos::prelude::*;

/// A panel: a head that folds it, and what is in it. The other panel of its pair, where that is unfolded too, is
/// a tab in its head.
#[component]
pub fn Section(
    label: Label,
    /// Whether it is unfolded.
    panel: RwSignal<bool>,
    testid: &'static str,
    children: Children,
) -> impl IntoView {
    let language = expect_context::<Language>();
    let word = move || language.lang().label(label);
    let panels = expect_context::<Panels>();
    let (other, other_label, other_testid, second_in_front, is_second) = match label {
        Label::Znodes => (panels.cli, Label::CommandLine, "tab-cli", panels.cli_in_front, false),
        Label::CommandLine => (panels.tree, Label::Znodes, "tab-tree", panels.cli_in_front, true),
        Label::Log => (panels.why, Label::Why, "tab-why", panels.log_in_front, true),
        _ => (panels.log, Label::Log, "tab-log", panels.log_in_front, false),
    };
    let is_behind = move || other.get() && second_in_front.get() != is_second;
    let tab = move || {
        view! {
            <button class="tab" data-testid=other_testid on:click=move |_| second_in_front.set(!is_second)>
                {move || language.lang().label(other_label)}
            </button>
        }
    };
    view! {
        <section class=format!("panel panel-{testid}") class:behind=is_behind data-testid=testid aria-label=word>
            <header class="panel-head">
                <Show when=move || other.get() && is_second>{tab()}</Show>
                <h2>{word}</h2>
                <Show when=move || other.get() && !is_second>{tab()}</Show>
                <span class="spring"></span>
                <button class="fold" aria-label=move || panels::close(language.0.get(), word())
                    on:click=move |_| panel.set(false)><span aria-hidden="true">"×"</span></button>
            </header>
            <div class="panel-body" tabindex="0" role="group" aria-label=word>{children()}</div>
        </section>
    }
}
