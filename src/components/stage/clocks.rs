//! The two clocks of a session: the client's (how long it has heard nothing) and the leader's (when the
//! bucket expires). Both run on between two steps.

use crate::context::Language;
use crate::i18n::StageWord;
use crate::session::Session;
use crate::view_model::stage::Clocks;
use crate::view_model::text::seconds;
use leptos::prelude::*;
use sim_core::time::Span;
use sim_core::zookeeper::KeeperState;

/// A ring that is full at 1 and empty at 0, in thousandths.
#[component]
pub fn Ring(#[prop(into)] thousandths: Signal<u64>) -> impl IntoView {
    let dash = move || format!("{} 1000", thousandths.get().min(1_000));
    view! {
        <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
            <circle cx="10" cy="10" r="7.5"></circle>
            <circle class="value" cx="10" cy="10" r="7.5" pathLength="1000" stroke-dasharray=dash transform="rotate(-90 10 10)"></circle>
        </svg>
    }
}

/// How far the page is past the frame.
pub(super) fn since_frame(session: Session) -> Memo<Span> {
    Memo::new(move |_| session.frame.with(|frame| session.at_page.get().since(frame.at)))
}

#[component]
pub fn SessionClocks(#[prop(into)] clocks: Signal<Option<Clocks>>) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let passed = since_frame(session);
    let word = move |word: StageWord| word.text(language.0.get());
    let now = Memo::new(move |_| {
        let passed = passed.get();
        clocks.get().map(|clocks| Clocks {
            silent: clocks.silent.map(|silent| Span(silent.0 + passed.0)),
            left: clocks.left.map(|left| Span(left.0.saturating_sub(passed.0))),
            ..clocks
        })
    });
    let part = |span: Span, timeout_ms: u32| span.0.checked_div(u64::from(timeout_ms)).unwrap_or(0).min(1_000);
    let class = move || match now.get() {
        Some(clocks) if clocks.in_danger() => "clocks danger",
        _ => "clocks",
    };
    let silent = move || {
        let clocks = now.get()?;
        let silent = clocks.silent.filter(|_| clocks.state != Some(KeeperState::Expired))?;
        Some(view! {
            <span class="dial ear" title=word(StageWord::SilentHint)>
                <Ring thousandths=part(silent, clocks.timeout_ms)/>
                <i>{word(StageWord::Silent)}</i>" "<b>{seconds(silent)}</b>
            </span>
        })
    };
    let left = move || {
        let clocks = now.get()?;
        let closing = clocks.known && clocks.left.is_none() && clocks.led;
        let expired = closing || clocks.state == Some(KeeperState::Expired);
        let text = match (clocks.known, clocks.left) {
            _ if expired => {
                return Some(view! { <span class="dial lost">{word(StageWord::SessionExpired)}</span> }.into_any());
            }
            (false, _) => {
                return Some(view! { <span class="dial lost">{word(StageWord::NoSession)}</span> }.into_any());
            }
            (true, None) => {
                return Some(view! { <span class="dial">{word(StageWord::NothingExpires)}</span> }.into_any());
            }
            (true, Some(left)) => left,
        };
        Some(
            view! {
                <span class="dial sand" title=word(StageWord::ExpiresHint)>
                    <Ring thousandths=part(text, clocks.timeout_ms)/>
                    <i>{word(StageWord::ExpiresIn)}</i>" "<b>{seconds(text)}</b>
                </span>
            }
            .into_any(),
        )
    };
    let apart = move || now.get().is_some_and(|clocks| clocks.state == Some(KeeperState::Disconnected));
    view! {
        <div class=class>
            <Show when=apart><span class="dial lost">{move || word(StageWord::Disconnected)}</span></Show>
            {silent}
            {left}
        </div>
    }
}
