//! The pages over the stage that say why the simulator can be trusted: what was compared with the real
//! ZooKeeper, and what is simplified.

pub mod list;
pub mod simplified;
pub mod told;

use crate::context::{KnowledgeOpen, KnowledgePage, Language, Listing, Scenarios};
use crate::erased::{Show, effect};
use crate::i18n::{KnowledgeWord, Label};
use crate::view_model::scenarios::Index;
use leptos::html::Dialog;
use leptos::prelude::*;
use list::ScenarioList;
use simplified::Simplified;
use std::sync::Arc;

/// The file beside the page, as index.html has trunk put it there.
const LIST_FILE: &str = "scenarios.tsv";

/// Of its bytes (FNV-1a), worked out by the compiler: a browser that kept an older list asks for the new one, and
/// keeps that for when it is offline.
const LIST_VERSION: u64 = {
    let bytes = include_bytes!("../../../assets/scenarios.tsv");
    let (mut version, mut at) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        version = (version ^ bytes[at] as u64).wrapping_mul(0x100_0000_01b3);
        at += 1;
    }
    version
};

/// Asks for the list, unless it is there or on its way.
fn load(scenarios: Scenarios) {
    let has_it = scenarios.0.with_untracked(|listing| matches!(listing, Listing::Loading | Listing::Loaded(_)));
    if !has_it {
        scenarios.0.set(Listing::Loading);
        crate::browser::fetch::text(format!("{LIST_FILE}?{LIST_VERSION:x}"), move |text| {
            let index = text.and_then(|text| Index::parse(&text));
            scenarios.0.set(index.map_or(Listing::NotLoaded, |index| Listing::Loaded(Arc::new(index))));
        });
    }
}

/// The dialog with both pages; the stage stands still behind it and takes no keys.
#[component]
pub fn Knowledge() -> impl IntoView {
    let open = expect_context::<KnowledgeOpen>().0;
    view! { <Show when=move || open.with(Option::is_some)><KnowledgeDialog/></Show> }
}

#[component]
fn KnowledgeDialog() -> impl IntoView {
    let (language, open) = (expect_context::<Language>(), expect_context::<KnowledgeOpen>().0);
    let dialog = NodeRef::<Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // A browser without modal dialogs shows it in its place.
            let _ = dialog.show_modal();
        }
    });
    let tab = move |page: KnowledgePage, testid: &'static str, word: Signal<&'static str>| {
        view! {
            <button class="tab" data-testid=testid aria-pressed=move || (open.get() == Some(page)).to_string()
                on:click=move |_| open.set(Some(page))>{word}</button>
        }
    };
    let how = Signal::derive(move || KnowledgeWord::HowDoWeKnow.text(language.0.get()));
    let simplified = Signal::derive(move || language.lang().label(Label::WhatIsSimplified));
    view! {
        <dialog class="knowledge" node_ref=dialog data-testid="knowledge" aria-label=how on:close=move |_| open.set(None)>
            <header>
                {tab(KnowledgePage::Scenarios, "tab-scenarios", how)}
                {tab(KnowledgePage::Simplified, "tab-simplified", simplified)}
                <span class="spring"></span>
                <button class="fold" data-testid="knowledge-close" aria-label=move || language.lang().label(Label::Close)
                    on:click=move |_| open.set(None)><span aria-hidden="true">"×"</span></button>
            </header>
            <div class="pages" tabindex="0">
                {move || match open.get() {
                    Some(KnowledgePage::Simplified) => view! { <Simplified/> }.into_any(),
                    _ => view! { <ScenarioList/> }.into_any(),
                }}
            </div>
        </dialog>
    }
}
