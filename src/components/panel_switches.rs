//! On a narrow screen panels have no heads to unfold them by: these switches do it.

use crate::context::{Language, Narrow, Panels};
use crate::i18n::Label;
use leptos::prelude::*;

/// Folds and unfolds each panel, or all of them at once. On a narrow screen they are the tabs of the sheet:
/// one of them at a time.
#[component]
pub fn PanelSwitches() -> impl IntoView {
    let (language, panels) = (expect_context::<Language>(), expect_context::<Panels>());
    let narrow = expect_context::<Narrow>().0;
    let word = move |label| move || language.lang().label(label);
    let switch = |panel: RwSignal<bool>, label: Label, testid: &'static str| {
        view! {
            <button class="switch" data-testid=testid aria-pressed=move || panel.get().to_string()
                on:click=move |_| {
                    let open = !panel.get_untracked();
                    if narrow.get_untracked() && testid != "switch-timeline" {
                        [panels.tree, panels.cli, panels.why, panels.log].into_iter().for_each(|other| other.set(false));
                    }
                    panel.set(open);
                }>
                {word(label)}
            </button>
        }
    };
    let all_open = move || panels.each().iter().all(|panel| panel.get());
    let all = move |_| {
        let open = !all_open();
        panels.each().iter().for_each(|panel| panel.set(open));
    };
    view! {
        <div class="switches" role="group" data-testid="panel-switches" aria-label=word(Label::Panels)>
            {switch(panels.tree, Label::Znodes, "switch-tree")}
            {switch(panels.cli, Label::CommandLine, "switch-cli")}
            {switch(panels.why, Label::Why, "switch-why")}
            {switch(panels.log, Label::Log, "switch-log")}
            {switch(panels.timeline, Label::Timeline, "switch-timeline")}
            <button class="switch all" data-testid="open-all" on:click=all>
                {move || language.lang().label(if all_open() { Label::FoldAllPanels } else { Label::OpenAllPanels })}
            </button>
        </div>
    }
}
