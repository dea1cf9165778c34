use crate::context::Language;
use crate::i18n::{Label, panels};
use leptos::prelude::*;

/// A panel: a head that folds it, and what is in it.
#[component]
pub fn Section(
    label: Label,
    /// Whether it is unfolded.
    panel: RwSignal<bool>,
    testid: &'static str,
    children: Children,
) -> impl IntoView {
    let language = expect_context::<Language>();
    let word = move || language.catalog().label(label);
    view! {
        <section class=format!("panel panel-{testid}") data-testid=testid aria-label=word>
            <header class="panel-head">
                <h2>{word}</h2>
                <button class="fold" aria-label=move || panels::close(language.0.get(), word())
                    on:click=move |_| panel.set(false)><span aria-hidden="true">"×"</span></button>
            </header>
            <div class="panel-body" tabindex="0" role="group" aria-label=word>{children()}</div>
        </section>
    }
}
