//! What is about the whole page and not about a moment: scene, link, language, theme, help.

use crate::browser::{clipboard, storage, url, words};
use crate::components::link_dialog::LETTERS_MAX;
use crate::components::panel_switches::PanelSwitches;
use crate::components::scene_picker::ScenePicker;
use crate::components::toast;
use crate::context::*;
use crate::erased::Show;
use crate::i18n::Label;
use crate::session::{Session, UiCommand};
use leptos::prelude::*;

/// Scene, panels, link, language, theme.
#[component]
pub fn TopBar() -> impl IntoView {
    let language = expect_context::<Language>();
    let toasts = expect_context::<Toasts>();
    let narrow = expect_context::<Narrow>().0;
    view! {
        <header class="top" data-testid="top-bar">
            <h1 class="logo">
                <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
                    <circle cx="10" cy="10" r="8.5" fill="none" stroke="var(--accent)" stroke-width="2"/>
                    <circle cx="10" cy="10" r="3.4" fill="var(--accent)"/>
                </svg>
                "Brokerscope"
            </h1>
            <ScenePicker/>
            <span class="spring"></span>
            <Show when=move || !narrow.get()><PanelSwitches/></Show>
            <CopyLink/>
            <button class="chip" data-testid="language" on:click=move |_| switch_language(language, toasts)>
                {move || language.lang().label(Label::SwitchLanguage)}
            </button>
            <SwitchTheme/>
            <HelpButton/>
        </header>
    }
}

fn switch_language(language: Language, toasts: Toasts) {
    let next = language.0.get_untracked().other();
    wasm_bindgen_futures::spawn_local(async move {
        // The words first: without them the page would be empty.
        if words::arrive(next.code()).await {
            language.0.set(next);
            storage::write("lang", next.code());
        } else {
            toast::tell_missing_words(language, toasts);
        }
    });
}

#[component]
fn CopyLink() -> impl IntoView {
    let (language, session, toasts) =
        (expect_context::<Language>(), expect_context::<Session>(), expect_context::<Toasts>());
    let shown = expect_context::<LinkShown>().0;
    let copy = move |_| {
        // The moment that the link names stays in sight until it is given away: a browser may ask the reader first.
        session.send(UiCommand::Hold);
        // From the run: the address may be behind it, or a browser may have refused to change it.
        let text = url::with_hash(&session.link());
        clipboard::copy(text.clone(), move |copied| {
            if copied && text.len() <= LETTERS_MAX {
                session.send(UiCommand::Release);
                toasts.show(Tone::Good, Label::LinkCopied.text(language.0.get_untracked()).to_string());
            } else {
                shown.set(Some(LinkCard { text: text.clone(), refused: None, copied }));
            }
        });
    };
    view! {
        <button class="chip" data-testid="copy-link" on:click=copy>
            {move || language.lang().label(Label::CopyLink)}
        </button>
    }
}

#[component]
fn SwitchTheme() -> impl IntoView {
    let (language, theme) = (expect_context::<Language>(), expect_context::<ThemeChoice>());
    let switch = move |_| {
        let (next, name) = match theme.shown.get_untracked() {
            Theme::Dark => (Theme::Light, "light"),
            Theme::Light => (Theme::Dark, "dark"),
        };
        storage::write("theme", name);
        theme.chosen.set(Some(next));
    };
    let label = move || language.lang().label(Label::Theme);
    view! {
        <button class="chip icon" data-testid="theme" aria-label=label title=label on:click=switch>
            <span aria-hidden="true">{move || if theme.shown.get() == Theme::Dark { "☾" } else { "☀" }}</span>
        </button>
    }
}

#[component]
fn HelpButton() -> impl IntoView {
    let (language, help) = (expect_context::<Language>(), expect_context::<HelpOpen>());
    let label = move || language.lang().label(Label::Help);
    view! {
        <button class="chip icon" data-testid="help" aria-label=label title=label
            on:click=move |_| help.0.update(|open| *open = !*open)>
            <span aria-hidden="true">"?"</span>
        </button>
    }
}
