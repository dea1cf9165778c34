//! What the simulation does not do is written down where the reader can see it, never hidden.

use crate::context::Language;
use crate::i18n::simplified::{Difference, areas};
use crate::i18n::{KnowledgeWord, knowledge};
use leptos::prelude::*;

/// "What is simplified": every known difference, by area, and what a reader would see otherwise.
#[component]
pub fn Simplified() -> impl IntoView {
    let language = expect_context::<Language>();
    let entry = |difference: Difference| {
        view! { <li>{with_code(&difference.what)}<span class="so">{with_code(difference.so)}</span></li> }
    };
    let groups = move || {
        let lang = language.0.get();
        let group = |(area, differences): (&'static str, Vec<Difference>)| {
            let count = differences.len();
            view! {
                <section class="topic">
                    <h3>{knowledge::area(area, lang)}<span class="dim">{count}</span></h3>
                    <ul class="differences">{differences.into_iter().map(entry).collect_view()}</ul>
                </section>
            }
        };
        areas(lang).into_iter().map(group).collect_view()
    };
    view! {
        <p class="how" data-testid="simplified">{move || KnowledgeWord::SimplifiedIntro.text(language.0.get())}</p>
        {groups}
    }
}

/// What stands between backquotes is a name of the real system.
fn with_code(text: &str) -> Vec<AnyView> {
    let parts = text.split('`').map(str::to_string).enumerate();
    parts
        .map(|(nth, part)| if nth % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() })
        .collect()
}
