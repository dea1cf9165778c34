//! What the reader is offered to do next; which lines are said, and when, is decided by the story.

use crate::components::storyteller::Storyteller;
use crate::context::Language;
use crate::erased::{Memo, Show, rows};
use crate::guide::{self, Offer};
use crate::i18n::story::Line;
use crate::session::Session;
use crate::tale::{Of, TaleState};
use leptos::prelude::*;
use sim_core::scenario::question::{Guess, Question};
use sim_core::time::Span;

/// The buttons under the caption: on with the story, an answer, four things to try.
#[component]
pub fn Guide() -> impl IntoView {
    let (session, language) = (expect_context::<Session>(), expect_context::<Language>());
    let teller = expect_context::<Storyteller>();
    let say = move |line: Line| line.say(language.0.get(), &[]);
    let button = move |line: Line, testid: &'static str, class: &'static str, act: fn(Storyteller)| {
        view! {
            <button class=format!("go {class}") data-testid=testid on:click=move |_| act(teller)>
                {move || say(line)}
            </button>
        }
    };
    let is = move |what: fn(&TaleState) -> bool| {
        Memo::new(move |_| session.tale.with(|tale| tale.as_ref().is_some_and(what)))
    };
    let in_scene = is(|tale| matches!(tale.of, Of::Scene(_)));
    let has_next = is(|tale| matches!(tale.of, Of::Scene(_)) && tale.has_next());
    let has_verdict = is(|tale| tale.line.as_ref().is_some_and(|said| said.verdict.is_some()));
    let asks = is(|tale| tale.asks.is_some());
    let trying = is(|tale| matches!(tale.of, Of::Trial(_)));
    let guided = is(|tale| matches!(tale.of, Of::Guide | Of::Trial(_)));
    let offering = is(|tale| tale.of == Of::Guide && tale.is_over);
    let offers = Memo::new(move |_| match offering.get() {
        true => teller.tried.with(|tried| Offer::ALL.map(|offer| (offer, tried.contains(&offer))).to_vec()),
        false => Vec::new(),
    });
    let position = move || {
        let (step, steps) = session.tale.with(|tale| tale.as_ref().map_or((0, 0), |tale| tale.position));
        Line::StepOf.say(language.0.get(), &[("step", step.to_string()), ("steps", steps.to_string())])
    };
    view! {
        <div class="guide" data-testid="guide">
            <Show when=move || in_scene.get()>
                <span class="dim" data-testid="scene-step">{position}</span>
            </Show>
            <Show when=move || asks.get()>
                <GuessField/>
                {button(Line::ShowMe, "guide-tell", "", Storyteller::go_on)}
            </Show>
            <Show when=move || has_next.get()>{button(Line::Next, "scene-next", "main", Storyteller::go_on)}</Show>
            <Show when=move || has_verdict.get()>{button(Line::WhyAnswer, "guess-why", "", Storyteller::why)}</Show>
            <Show when=move || in_scene.get()>{button(Line::Leave, "scene-leave", "", Storyteller::leave_scene)}</Show>
            {rows(move || offers.get(), Clone::clone, |(offer, tried)| view! { <OfferButton offer tried/> })}
            <Show when=move || trying.get()>{button(Line::Again, "guide-again", "main", Storyteller::offer_again)}</Show>
            <Show when=move || guided.get()>{button(Line::SkipGuide, "guide-leave", "quiet", Storyteller::leave_guide)}</Show>
        </div>
    }
}

/// A question whose answer is not on the stage: how long it takes, or how many.
#[component]
fn GuessField() -> impl IntoView {
    let (session, language) = (expect_context::<Session>(), expect_context::<Language>());
    let teller = expect_context::<Storyteller>();
    let asked = session.tale.with_untracked(|tale| tale.as_ref().and_then(|tale| tale.asks.clone()));
    let (label, is_time, most, step) = match asked {
        Some(Question::SessionEnd(_)) => (Line::GuessSeconds, true, TENTHS_MAX, "5"),
        Some(Question::Share(_)) => {
            (Line::GuessCount, false, session.frame.with_untracked(|frame| frame.partitions.len()), "1")
        }
        // It is answered by a click on the stage.
        _ => return ().into_any(),
    };
    // A time is in tenths of a second: the arithmetic of fractions would weigh as much as this file.
    let value = RwSignal::new(0_u64);
    let said = move || match (is_time, value.get()) {
        (true, tenths) => format!("{}.{} s", tenths / 10, tenths % 10),
        (false, count) => count.to_string(),
    };
    let give = move |_| {
        let value = value.get_untracked();
        teller.guess(match is_time {
            true => Guess::After(Span::ms(value * 100)),
            false => Guess::Number(value),
        });
    };
    view! {
        <label class="guess">
            <span class="unseen">{move || label.say(language.0.get(), &[])}</span>
            <input type="range" min="0" max=most.to_string() step=step prop:value="0" data-testid="guess"
                aria-valuetext=said
                on:input=move |event| value.set(event_target_value(&event).parse().unwrap_or(0))/>
            <output>{said}</output>
        </label>
        <button class="go main" data-testid="guess-give" on:click=give>
            {move || Line::MyGuess.say(language.0.get(), &[])}
        </button>
    }
    .into_any()
}

/// Twice what a session of the scenes lives, and a little more: 15 s.
const TENTHS_MAX: usize = 150;

#[component]
fn OfferButton(offer: Offer, tried: bool) -> impl IntoView {
    let (language, teller, session) =
        (expect_context::<Language>(), expect_context::<Storyteller>(), expect_context::<Session>());
    let testid = match offer {
        Offer::Back => "try-back",
        Offer::Why => "try-why",
        Offer::StopZk => "try-zk",
        Offer::KillConsumer => "try-consumer",
    };
    let text = move || {
        let frame = session.frame.get_untracked();
        let death = session.history(|history| guide::death(history, &frame)).flatten();
        guide::offer_text(offer, death.and_then(|death| death.elected).as_ref(), language.0.get())
    };
    view! {
        <button class="go" class:tried=tried data-testid=testid on:click=move |_| teller.try_it(offer)>
            <span aria-hidden="true">{if tried { "✓ " } else { "" }}</span>
            {text}
        </button>
    }
}
