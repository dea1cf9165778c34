use crate::context::{HelpOpen, Language};
use crate::i18n::simplified::SIMPLIFIED;
use crate::i18n::{Label, Lang};
use leptos::prelude::*;

/// The keys, what is simplified, and what this is. Everything that a mouse can do, a keyboard can.
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
    view! {
        <Show when=move || help.0.get()>
            <div class="help" role="dialog" data-testid="help-card" aria-label=move || language.catalog().label(Label::Help)>
                <header class="panel-head">
                    <h2>{move || language.catalog().label(Label::Help)}</h2>
                    <button class="fold" autofocus aria-label=move || language.catalog().label(Label::Close)
                        on:click=move |_| help.0.set(false)><span aria-hidden="true">"×"</span></button>
                </header>
                <dl>
                    {keys.map(|(key, label)| view! {
                        <div><dt><kbd>{key}</kbd></dt><dd>{move || language.catalog().label(label)}</dd></div>
                    }).into_iter().collect_view()}
                </dl>
                <details data-testid="simplified">
                    <summary>{move || language.catalog().label(Label::WhatIsSimplified)}</summary>
                    <ul class="simplified">
                        {move || SIMPLIFIED.iter().map(|(en, zh)| {
                            let text = if language.0.get() == Lang::En { en } else { zh };
                            view! { <li>{*text}</li> }
                        }).collect_view()}
                    </ul>
                </details>
                <details data-testid="about">
                    <summary>{move || language.catalog().label(Label::About)}</summary>
                    <p>{move || language.catalog().label(Label::AboutWhat)}</p>
                    <p>{move || language.catalog().label(Label::AboutTrust)}</p>
                    <p class="dim">{move || language.catalog().label(Label::AboutPrivate)}</p>
                </details>
            </div>
        </Show>
    }
}
