//! What the reader is offered to do next; which lines are said, and when, is decided in `crate::guide`.

use crate::components::storyteller::Storyteller;
use crate::context::Language;
use crate::erased::{Memo, Show, rows};
use crate::guide::Offer;
use crate::i18n::story::Line;
use leptos::prelude::*;

/// The buttons under the caption: on with the scene, an answer, four things to try.
#[component]
pub fn Guide() -> impl IntoView {
    let (language, teller) = (expect_context::<Language>(), expect_context::<Storyteller>());
    let say = move |line: Line| line.say(language.0.get(), &[]);
    let button = move |line: Line, testid: &'static str, class: &'static str, act: fn(Storyteller)| {
        view! {
            <button class=format!("go {class}") data-testid=testid on:click=move |_| act(teller)>
                {move || say(line)}
            </button>
        }
    };
    let in_scene = Memo::new(move |_| teller.telling.with(Option::is_some));
    let reached =
        Memo::new(move |_| teller.telling.with(|telling| telling.as_ref().is_some_and(|telling| telling.is_reached())));
    let last = Memo::new(move |_| teller.telling.with(|telling| telling.as_ref().is_some_and(|t| t.is_last())));
    let position = move || {
        let (step, steps) = teller.telling.with(|telling| telling.as_ref().map_or((0, 0), |t| t.position()));
        Line::StepOf.say(language.0.get(), &[("step", step.to_string()), ("steps", steps.to_string())])
    };
    let asks = Memo::new(move |_| !in_scene.get() && teller.guide.with(|guide| guide.asks()));
    let trying = Memo::new(move |_| !in_scene.get() && teller.guide.with(|guide| guide.is_trying()));
    let guided = Memo::new(move |_| !in_scene.get() && !teller.guide.with(|guide| guide.is_over()));
    let offers =
        Memo::new(move |_| if in_scene.get() { Vec::new() } else { teller.guide.with(|guide| guide.offers()) });
    view! {
        <div class="guide" data-testid="guide">
            <Show when=move || in_scene.get()>
                <span class="dim" data-testid="scene-step">{position}</span>
                <Show when=move || reached.get() && !last.get()>
                    {button(Line::Next, "scene-next", "main", Storyteller::next)}
                </Show>
                {button(Line::Leave, "scene-leave", "", Storyteller::leave_scene)}
            </Show>
            {rows(move || offers.get(), Clone::clone, |(offer, tried)| view! { <OfferButton offer tried/> })}
            <Show when=move || asks.get()>{button(Line::ShowMe, "guide-tell", "", Storyteller::tell)}</Show>
            <Show when=move || trying.get()>{button(Line::Again, "guide-again", "main", Storyteller::offer_again)}</Show>
            <Show when=move || guided.get()>{button(Line::SkipGuide, "guide-leave", "quiet", Storyteller::leave_guide)}</Show>
        </div>
    }
}

#[component]
fn OfferButton(offer: Offer, tried: bool) -> impl IntoView {
    let (language, teller) = (expect_context::<Language>(), expect_context::<Storyteller>());
    let testid = match offer {
        Offer::Back => "try-back",
        Offer::Why => "try-why",
        Offer::StopZk => "try-zk",
        Offer::KillConsumer => "try-consumer",
    };
    view! {
        <button class="go" class:tried=tried data-testid=testid on:click=move |_| teller.try_it(offer)>
            <span aria-hidden="true">{if tried { "✓ " } else { "" }}</span>
            {move || teller.guide.with(|guide| guide.offer_text(offer, language.0.get()))}
        </button>
    }
}
