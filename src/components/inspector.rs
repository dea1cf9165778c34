use crate::context::*;
use crate::i18n::{Label, Names};
use crate::session::Session;
use crate::view_model::inspector;
use leptos::prelude::*;

/// What is known of the selected thing.
#[component]
pub fn Inspector() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let selection = expect_context::<Selection>();
    let inspected = Memo::new(move |_| {
        let what = selection.0.get()?;
        let event = match &what {
            Selected::Event(seq) => session.event(*seq),
            _ => None,
        };
        let start = session.status.with(|status| status.start);
        session.frame.with(|frame| {
            inspector::inspect(&what, frame, event.as_ref(), start, language.catalog(), &Names::of(frame))
        })
    });
    view! {
        <Show when=move || inspected.with(Option::is_some)>
            <section class="panel panel-inspector" data-testid="inspector"
                aria-label=move || language.catalog().label(Label::Inspect)>
                <header class="panel-head">
                    <h2 class="mono">{move || inspected.with(|seen| seen.as_ref().map(|seen| seen.title.clone()))}</h2>
                    <button class="fold" aria-label=move || language.catalog().label(Label::Close)
                        on:click=move |_| selection.clear()><span aria-hidden="true">"×"</span></button>
                </header>
                <dl class="panel-body values" tabindex="0">
                    <For each=move || inspected.get().map(|seen| seen.rows).unwrap_or_default()
                        key=|row| row.clone() let:row>
                        <div><dt>{row.0}</dt><dd>{row.1}</dd></div>
                    </For>
                    {move || inspected.get().and_then(|seen| seen.payload).map(|text| view! { <pre>{text}</pre> })}
                </dl>
            </section>
        </Show>
    }
}
