//! Everything that a mouse can do, a keyboard can: the keys have to be written down somewhere, and this is the place.

use crate::context::{HelpOpen, KnowledgeOpen, KnowledgePage, Language, SingleKeys};
use crate::erased::Show;
use crate::i18n::{KnowledgeWord, Label};
use leptos::prelude::*;

/// The keys, why the simulator can be trusted, and what this is. Everything that a mouse can do, a keyboard can.
#[component]
pub fn Help() -> impl IntoView {
    let (language, help) = (expect_context::<Language>(), expect_context::<HelpOpen>());
    let keys: [(&str, Label); 8] = [
        ("Space", Label::KeyPlay),
        ("→  ←", Label::KeyStep),
        ("Shift + →  ←", Label::KeyInteresting),
        ("n", Label::KeyPhase),
        ("z  Shift + z", Label::KeyUndo),
        ("Home", Label::KeyStart),
        ("`  :", Label::KeyCommandLine),
        ("?", Label::KeyHelp),
    ];
    let single_keys = expect_context::<SingleKeys>().0;
    let knowledge = expect_context::<KnowledgeOpen>().0;
    let open = move |page: KnowledgePage| {
        help.0.set(false);
        knowledge.set(Some(page));
    };
    let page = move |page: KnowledgePage, testid: &'static str, word: Signal<&'static str>| {
        view! { <button class="go" data-testid=testid on:click=move |_| open(page)>{word}</button> }
    };
    let how = Signal::derive(move || KnowledgeWord::HowDoWeKnow.text(language.0.get()));
    let simplified = Signal::derive(move || language.lang().label(Label::WhatIsSimplified));
    view! {
        <Show when=move || help.0.get()>
            <div class="help" role="dialog" data-testid="help-card" aria-label=move || language.lang().label(Label::Help)>
                <div class="panel-head">
                    <h2>{move || language.lang().label(Label::Help)}</h2>
                    <button class="fold" autofocus aria-label=move || language.lang().label(Label::Close)
                        on:click=move |_| help.0.set(false)><span aria-hidden="true">"×"</span></button>
                </div>
                <dl>
                    {keys.map(|(key, label)| view! {
                        <div><dt>{key.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt><dd>{move || language.lang().label(label)}</dd></div>
                    }).into_iter().collect_view()}
                </dl>
                <label class="single-keys">
                    <input type="checkbox" data-testid="single-keys" prop:checked=move || single_keys.get()
                        on:change=move |event| single_keys.set(event_target_checked(&event))/>
                    {move || language.lang().label(Label::SingleKeys)}
                </label>
                <div class="trust">
                    {page(KnowledgePage::Scenarios, "open-scenarios", how)}
                    {page(KnowledgePage::Simplified, "open-simplified", simplified)}
                </div>
                <details data-testid="about">
                    <summary>{move || language.lang().label(Label::About)}</summary>
                    <p>{move || language.lang().label(Label::AboutWhat)}</p>
                    <p>{move || language.lang().label(Label::AboutTrust)}</p>
                    <p class="dim">{move || language.lang().label(Label::AboutPrivate)}</p>
                </details>
            </div>
        </Show>
    }
}
