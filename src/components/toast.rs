//! Refusals and news for the reader. The session says what was refused as a value; here it becomes a sentence.

use crate::components::link_dialog;
use crate::context::{Language, LinkCard, LinkShown, Toast, Toasts, Tone};
use crate::erased::{effect, rows};
use crate::i18n::{Label, Lang, Names};
use crate::session::{Opening, Refused, Session, UiCommand};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use sim_core::history::permalink::LinkError;

/// Long enough to be read twice.
const SHOWN_FOR_MS: u32 = 6_000;

/// Short messages to the reader; they go away by themselves.
#[component]
pub fn ToastArea() -> impl IntoView {
    let (toasts, language) = (expect_context::<Toasts>(), expect_context::<Language>());
    let toast = move |toast: Toast| {
        Timeout::new(SHOWN_FOR_MS, move || toasts.dismiss(toast.id)).forget();
        view! {
            <p class="toast" data-testid="toast" class:refused=toast.tone == Tone::Refused>
                {toast.text}
                <button class="fold" aria-label=move || language.lang().label(Label::Close)
                    on:click=move |_| toasts.dismiss(toast.id)><span aria-hidden="true">"×"</span></button>
            </p>
        }
    };
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            {rows(move || toasts.0.get(), |toast| toast.id, toast)}
        </div>
    }
}

/// Puts every refusal of the session into words.
pub fn tell_refusals(session: Session, language: Language, toasts: Toasts, links: LinkShown) {
    effect(move || {
        session.refused.with(|refused| {
            if let Some((_, Refused::Link(error, text))) = refused {
                refuse_link(*error, text.clone(), session, links);
            } else if let Some((_, refused)) = refused {
                let names = session.frame.with_untracked(|frame| Names::of(frame));
                toasts.show(Tone::Refused, sentence(refused, language.0.get_untracked(), &names));
            }
        });
    });
}

/// In the language whose words are there.
pub fn tell_missing_words(language: Language, toasts: Toasts) {
    toasts.show(Tone::Refused, Label::WordsMissing.text(language.0.get_untracked()).to_string());
}

pub fn tell_opening(opening: Opening, session: Session, language: Language, toasts: Toasts, links: LinkShown) {
    match opening {
        Opening::Damaged(error, text) => refuse_link(error, text, session, links),
        Opening::OtherEngine => {
            toasts.show(Tone::Refused, Label::LinkOfOtherVersion.text(language.0.get_untracked()).to_string());
        }
    }
}

/// Its text stays, so that it can be completed, and so does what is shown instead.
fn refuse_link(error: LinkError, text: String, session: Session, links: LinkShown) {
    session.send(UiCommand::Hold);
    links.0.set(Some(LinkCard { text, refused: Some(error), copied: false }));
}

fn sentence(refused: &Refused, lang: Lang, names: &Names) -> String {
    let label = match refused {
        Refused::Command(error) => return lang.refusal(error, names),
        Refused::NoPhaseAhead => Label::NoPhaseAhead,
        Refused::NothingAhead => Label::NothingAhead,
        Refused::AtTheBeginning => Label::AtTheBeginning,
        Refused::NothingToUndo => Label::NothingToUndo,
        Refused::NothingToRedo => Label::NothingToRedo,
        Refused::Setup(_) => Label::SetupRefused,
        Refused::Link(error, _) => link_dialog::of_error(*error),
    };
    lang.label(label).to_string()
}
