//! What was compared with the real systems, and the way to open each of these runs.

use super::load;
use crate::context::{KnowledgeOpen, Language, Listing, Scenarios};
use crate::erased::effect;
use crate::i18n::{KnowledgeWord, knowledge};
use crate::view_model::scenarios::{Index, Row, State, Topic};
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;

/// "How do we know?": how it was checked, and every scenario with its state, to be searched and opened.
#[component]
pub fn ScenarioList() -> impl IntoView {
    let (language, scenarios) = (expect_context::<Language>(), expect_context::<Scenarios>());
    load(scenarios);
    let say = move |word: KnowledgeWord| move || word.text(language.0.get());
    let (query, topic) = (RwSignal::new(String::new()), RwSignal::new(None::<Topic>));
    let field = NodeRef::<Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let list = move || match scenarios.0.get() {
        Listing::Loaded(index) => query.with(|query| groups(&index, query, topic.get(), language)),
        Listing::NotLoaded => view! {
            <p class="empty" role="alert" data-testid="list-not-loaded">
                {say(KnowledgeWord::NotLoaded)}
                <button class="go main" data-testid="list-retry" on:click=move |_| load(scenarios)>
                    {say(KnowledgeWord::TryAgain)}
                </button>
            </p>
        }
        .into_any(),
        Listing::NotAsked | Listing::Loading => empty(KnowledgeWord::Loading, language),
    };
    view! {
        <div class="how" data-testid="how-checked">
            <h2 data-testid="list-head">{move || {
                let index = scenarios.index();
                index.map(|index| index.summary().say(language.0.get()))
            }}</h2>
            {[KnowledgeWord::CheckedHow1, KnowledgeWord::CheckedHow2, KnowledgeWord::CheckedHow3]
                .map(|word| view! { <p>{say(word)}</p> }).into_iter().collect_view()}
            <p class="dim">{say(KnowledgeWord::RunItYourself)}" "<code>"cargo xtask conform --all"</code></p>
        </div>
        <div class="sieve">
            <input type="search" class="find" data-testid="list-search" node_ref=field
                aria-label=say(KnowledgeWord::Search) placeholder=say(KnowledgeWord::SearchHint)
                prop:value=move || query.get() on:input=move |event| query.set(event_target_value(&event))/>
            {Topic::ALL.map(|one| view! {
                <button class="chip" aria-pressed=move || (topic.get() == Some(one)).to_string()
                    on:click=move |_| topic.update(|topic| *topic = (*topic != Some(one)).then_some(one))>
                    {move || one.name().text(language.0.get())}
                </button>
            }).into_iter().collect_view()}
        </div>
        <div data-testid="list" aria-live="polite">{list}</div>
    }
}

fn empty(word: KnowledgeWord, language: Language) -> AnyView {
    view! { <p class="empty" data-testid="list-empty">{move || word.text(language.0.get())}</p> }.into_any()
}

fn groups(index: &Arc<Index>, query: &str, only: Option<Topic>, language: Language) -> AnyView {
    let lang = language.0.get();
    let mut found = index.find(query, lang);
    found.retain(|(topic, _)| only.is_none_or(|only| *topic == only));
    if found.is_empty() {
        return empty(KnowledgeWord::NothingFound, language);
    }
    let group = |(topic, rows): (Topic, Vec<Row>)| {
        let count = rows.len();
        let rows = rows.into_iter().map(|row| entry(index, row, language)).collect_view();
        view! {
            <section class="topic">
                <h3>{topic.name().text(lang)}<span class="dim">{count}</span></h3>
                <ul>{rows}</ul>
            </section>
        }
    };
    found.into_iter().map(group).collect_view().into_any()
}

/// A row is a link, so that it can be opened, copied and reached as any other.
fn entry(index: &Arc<Index>, row: Row, language: Language) -> impl IntoView + use<> {
    let (lang, open) = (language.0.get(), expect_context::<KnowledgeOpen>().0);
    let states = index.states(&row.name).into_iter().map(|(version, state)| {
        let sign = match state {
            State::Equal(_) => "✓ ",
            State::Different(_) => "≠ ",
            State::NotCompared => "– ",
        };
        let said = state.say(&version, lang);
        let spoken = said.clone();
        view! {
            <span class="verdict" class:equal=matches!(state, State::Equal(_)) class:different=matches!(state, State::Different(_))
                title=said><span aria-hidden="true">{sign}{version}</span><span class="unseen">{spoken}</span></span>
        }
    });
    let testid = row.name.clone();
    let href = row.address.map(|address| format!("#{address}"));
    let opens = if href.is_some() { KnowledgeWord::OpenAsScene } else { KnowledgeWord::NoScene };
    view! {
        <li data-testid="scenario">
            <a href=href data-testid=testid on:click=move |_| open.set(None)>
                <b>{row.title}</b>
                <span class="about">{row.about}</span>
                <span class="foot">
                    {states.collect_view()}
                    {knowledge::outcomes(row.outcomes, lang).map(|said| view! { <span class="dim">{said}</span> })}
                    <code>{row.name}</code>
                    <span class="open">{opens.text(lang)}</span>
                </span>
            </a>
        </li>
    }
}
