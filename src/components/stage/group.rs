//! The frame around the members of a group, its caption below them: how many, how far behind, and what
//! nobody owns.

use super::{StageHandle, consumer::phase_text, place};
use crate::context::{Language, PartitionColours};
use crate::i18n::{StageWord, counted};
use crate::session::Session;
use crate::view_model::stage::{self, GroupCard};
use crate::view_model::text::count;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn Group(stage: StageHandle, name: Arc<str>) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let key = StoredValue::new(name.clone());
    let card = Memo::new(move |last: Option<&Option<GroupCard>>| {
        let now = session.frame.with(|frame| key.with_value(|name| stage::group(frame, name)));
        now.or_else(|| last.cloned().flatten())
    });
    let style =
        move || stage.layout.with(|layout| key.with_value(|name| layout.group(name))).map(place).unwrap_or_default();
    let word = move |word: StageWord| word.text(language.0.get());
    let busy = move || card.with(|card| card.as_ref().and_then(|card| card.rebalancing));
    let figure = move |of: fn(&GroupCard) -> u64| card.with(|card| card.as_ref().map_or(0, of));
    let unowned = move || {
        card.with(|card| {
            let unowned = card.as_ref().map_or(&[][..], |card| &card.unowned[..]);
            let chip = |tp: &sim_core::ids::TopicPartition| {
                view! { <span class="owner wait" style=format!("--c:var(--p{})", colours.of(tp))>{tp.to_string()}</span> }
            };
            (!unowned.is_empty()).then(|| {
                view! { <span class="dim">{word(StageWord::Unowned)}</span>{unowned.iter().take(6).map(chip).collect::<Vec<_>>()} }
            })
        })
    };
    view! {
        <div class="group" class:busy=move || busy().is_some() style=style data-testid=format!("group-{name}")>
            <div class="group-cap">
                <span class="dim">{move || word(StageWord::Group)}</span><b>{name.to_string()}</b>
                <Show when=move || busy().is_some()>
                    <span class="tag warn">{move || busy().map(|(phase, attempt)| phase_text(phase, attempt, language.0.get()))}</span>
                </Show>
                <span class="dim">{move || counted::members(language.0.get(), figure(|card| u64::from(card.members)))}</span>
                <span class="dim">{move || format!("{} {}", word(StageWord::Lag), count(figure(|card| card.lag)))}</span>
                <span class="spring"></span>
                {unowned}
            </div>
        </div>
    }
}
