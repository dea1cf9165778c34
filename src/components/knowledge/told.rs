//! While a scenario is open, what it shows and how it was checked stands over the stage.

use super::load;
use crate::components::storyteller::Storyteller;
use crate::context::{KnowledgeOpen, KnowledgePage, Language, Scenarios};
use crate::erased::{Memo, Show, effect};
use crate::i18n::KnowledgeWord;
use crate::session::{Session, UiCommand};
use crate::view_model::scenarios::{State, in_words};
use leptos::prelude::*;
use sim_core::fact::Importance;

/// What the scenario that is open shows, and how it was checked. Nothing when no scenario is open.
#[component]
pub fn ToldScenario() -> impl IntoView {
    let (session, language) = (expect_context::<Session>(), expect_context::<Language>());
    let (scenarios, open) = (expect_context::<Scenarios>(), expect_context::<KnowledgeOpen>().0);
    let teller = expect_context::<Storyteller>();
    effect(move || {
        if session.scenario.with(Option::is_some) {
            teller.fall_silent();
            load(scenarios);
        }
    });
    let row = Memo::new(move |_| {
        let (name, lang) = (session.scenario.get()?, language.0.get());
        let known = scenarios.index().and_then(|index| {
            let said = |(version, state): (String, State)| state.say(&version, lang);
            let states: Vec<String> = index.states(&name).into_iter().map(said).collect();
            Some((index.row(&name, lang)?, states))
        });
        let (title, about, checked) = match known {
            Some((row, states)) => (row.title, row.about, states.join(" · ")),
            None => (in_words(&name), String::new(), String::new()),
        };
        Some((title, about, checked))
    });
    let part = move |part: fn((String, String, String)) -> String| move || row.get().map(part);
    let button = move |word: KnowledgeWord, testid: &'static str, class: &'static str, act: Callback<()>| {
        view! {
            <button class=format!("go {class}") data-testid=testid on:click=move |_| act.run(())>
                {move || word.text(language.0.get())}
            </button>
        }
    };
    view! {
        <Show when=move || session.scenario.with(Option::is_some)>
            <section class="told" data-testid="told-scenario">
                <p><b data-testid="told-title">{part(|row| row.0)}</b>" "<span>{part(|row| row.1)}</span></p>
                <p class="checked dim" data-testid="told-checked">{part(|row| row.2)}</p>
                <div class="guide">
                    {button(KnowledgeWord::NextStep, "told-next", "main",
                        Callback::new(move |()| session.send(UiCommand::Next(Importance::Step))))}
                    {button(KnowledgeWord::AllScenarios, "told-all", "",
                        Callback::new(move |()| open.set(Some(KnowledgePage::Scenarios))))}
                    {button(KnowledgeWord::LeaveScenario, "told-leave", "",
                        Callback::new(move |()| session.send(UiCommand::LeaveScenario)))}
                </div>
            </section>
        </Show>
    }
}
