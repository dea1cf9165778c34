//! What the cluster can do now: three lights, in words as well.

use super::markup;
use crate::context::Language;
use crate::i18n::{StageWord, counted};
use crate::session::Session;
use crate::view_model::{ensemble, stage};
use leptos::prelude::*;

#[component]
pub fn LightRow() -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let lights = Memo::new(move |_| session.frame.with(|frame| stage::lights(frame)));
    let word = move |word: StageWord| word.text(language.0.get());
    let lamp = |good: bool| if good { "lamp" } else { "lamp out" };
    let possible = Memo::new(move |_| session.frame.with(|frame| ensemble::possible(frame)));
    let service = move || possible.with(|possible| markup::possible(possible, language.0.get()));
    let with_brokers = move || lights.get().partitions > 0;
    let offline = move || match (lights.get().offline, language.0.get()) {
        (0, _) => word(StageWord::AllLed).to_string(),
        (n, lang) => counted::offline(lang, n as u64),
    };
    view! {
        <div class="lights" role="status" data-testid="lights">
            <span class=move || service().0 data-testid="light-service">{move || service().1}</span>
            <Show when=with_brokers>
                <span class=move || lamp(lights.get().controller) data-testid="light-controller">
                    {move || word(if lights.get().controller { StageWord::HasController } else { StageWord::NoController })}
                </span>
                <span class=move || lamp(lights.get().offline == 0) data-testid="light-partitions">{offline}</span>
            </Show>
        </div>
    }
}
