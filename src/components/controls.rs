//! The controls of time. They hold no time of their own: what they show is the session's status.

use crate::context::*;
use crate::erased::Memo;
use crate::i18n::Label;
use crate::playback::Pace;
use crate::session::{Session, UiCommand};
use crate::view_model::time_text;
use leptos::prelude::*;
use sim_core::fact::Importance;

/// Play, step, undo, speed.
#[component]
pub fn Controls() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let button = move |sign: &'static str,
                       label: Label,
                       testid: &'static str,
                       class: &'static str,
                       keys: &'static str,
                       command: UiCommand| {
        let word = move || language.lang().label(label);
        let send = { move |_| session.send(command.clone()) };
        view! {
            <button class=format!("key {class}") data-testid=testid aria-keyshortcuts=keys aria-label=word
                title=move || format!("{} ({keys})", word()) on:click=send>
                <span aria-hidden="true">{sign}</span>
                <span class="word" aria-hidden="true">{word}</span>
            </button>
        }
    };
    let playing = move || session.status.with(|status| status.playing);
    let play_word = move || language.lang().label(if playing() { Label::Pause } else { Label::Play });
    let can_undo = Memo::new(move |_| session.status.with(|status| status.can_undo));
    let can_redo = Memo::new(move |_| session.status.with(|status| status.can_redo));
    view! {
        <div class="controls" role="toolbar" data-testid="controls"
            aria-label=move || language.lang().label(Label::Controls)>
            {button("|◂", Label::ToStart, "to-start", "wide", "Home", UiCommand::ToStart)}
            {button("◂◂", Label::PreviousInteresting, "previous", "wide", "Shift+←", UiCommand::Previous(Importance::Step))}
            {button("◂", Label::StepBack, "step-back", "", "←", UiCommand::StepBack)}
            <button class="key play" data-testid="play" aria-keyshortcuts="Space"
                on:click=move |_| session.send(UiCommand::TogglePlay)>
                <span aria-hidden="true">{move || if playing() { "‖ " } else { "▶ " }}</span>
                {play_word}
            </button>
            {button("▸", Label::Step, "step", "", "→", UiCommand::Step)}
            {button("▸▸", Label::NextInteresting, "next", "", "Shift+→", UiCommand::Next(Importance::Step))}
            {button("▸|", Label::NextPhase, "next-phase", "wide", "n", UiCommand::NextPhase)}
            <span class="pair">
                <button class="key" data-testid="undo" aria-keyshortcuts="z" prop:disabled=move || !can_undo.get()
                    title=move || format!("{} (z)", language.lang().label(Label::Undo))
                    aria-label=move || language.lang().label(Label::Undo)
                    on:click=move |_| session.send(UiCommand::Undo)><span aria-hidden="true">"↶"</span></button>
                <button class="key" data-testid="redo" aria-keyshortcuts="Shift+z" prop:disabled=move || !can_redo.get()
                    title=move || format!("{} (Shift+z)", language.lang().label(Label::Redo))
                    aria-label=move || language.lang().label(Label::Redo)
                    on:click=move |_| session.send(UiCommand::Redo)><span aria-hidden="true">"↷"</span></button>
            </span>
            <Clock/>
            <span class="spring"></span>
            <Speed/>
        </div>
    }
}

#[component]
fn Clock() -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let start = Memo::new(move |_| session.status.with(|status| status.start));
    let events = Memo::new(move |_| session.frame.with(|frame| frame.events));
    let seed = Memo::new(move |_| session.status.with(|status| status.seed));
    view! {
        <span class="clock mono" data-testid="clock">
            <b>{move || time_text::clock(session.at_page.get(), start.get())}" s"</b>
            <span class="wide dim">" · "{move || language.lang().label(Label::Event)}" "{move || events.get()}" · "{move || language.lang().label(Label::Seed)}" "{move || seed.get()}</span>
        </span>
    }
}

/// Story time at three speeds, then the constant ones.
#[component]
fn Speed() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let choices = Pace::offered();
    let shown = move |pace: Pace| time_text::pace(pace, language.lang());
    let chosen = Memo::new(move |_| session.status.with(|status| status.pace));
    let all = choices.clone();
    let choose = move |event| {
        let at: usize = event_target_value(&event).parse().unwrap_or(1);
        if let Some(pace) = all.get(at) {
            session.send(UiCommand::SetPace(*pace));
        }
    };
    view! {
        <label class="speed">
            <span class="unseen">{move || language.lang().label(Label::Speed)}</span>
            <select data-testid="speed" on:change=choose>
                {choices
                    .into_iter()
                    .enumerate()
                    .map(|(nth, pace)| {
                        view! {
                            <option value=nth.to_string() prop:selected=move || chosen.get() == pace>
                                {move || shown(pace)}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}
