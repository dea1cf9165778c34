use crate::context::{Language, Toasts, Tone};
use crate::i18n::{Catalog, Label, Names};
use crate::session::{Opening, Refused, Session};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use sim_core::history::permalink::LinkError;

/// Long enough to be read twice.
const SHOWN_FOR_MS: u32 = 6_000;

/// Short messages to the reader; they go away by themselves.
#[component]
pub fn ToastArea() -> impl IntoView {
    let (toasts, language) = (expect_context::<Toasts>(), expect_context::<Language>());
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            <For each=move || toasts.0.get() key=|toast| toast.id let:toast>
                {
                    Timeout::new(SHOWN_FOR_MS, move || toasts.dismiss(toast.id)).forget();
                    view! {
                        <p class="toast" data-testid="toast" class:refused=toast.tone == Tone::Refused>
                            {toast.text}
                            <button class="fold" aria-label=move || language.catalog().label(Label::Close)
                                on:click=move |_| toasts.dismiss(toast.id)><span aria-hidden="true">"×"</span></button>
                        </p>
                    }
                }
            </For>
        </div>
    }
}

/// Puts every refusal of the session into words.
pub fn tell_refusals(session: Session, language: Language, toasts: Toasts) {
    Effect::new(move || {
        session.refused.with(|refused| {
            if let Some((_, refused)) = refused {
                let names = session.frame.with_untracked(|frame| Names::of(frame));
                toasts.show(Tone::Refused, sentence(refused, language.0.get_untracked().catalog(), &names));
            }
        });
    });
}

pub fn tell_opening(opening: Opening, language: Language, toasts: Toasts) {
    let label = match opening {
        Opening::Damaged(error) => of_link(error),
        Opening::OtherEngine => Label::LinkOfOtherVersion,
    };
    toasts.show(Tone::Refused, language.0.get_untracked().catalog().label(label).to_string());
}

fn sentence(refused: &Refused, catalog: &dyn Catalog, names: &Names) -> String {
    let label = match refused {
        Refused::Command(error) => return catalog.refusal(error, names),
        Refused::NoPhaseAhead => Label::NoPhaseAhead,
        Refused::NothingAhead => Label::NothingAhead,
        Refused::AtTheBeginning => Label::AtTheBeginning,
        Refused::NothingToUndo => Label::NothingToUndo,
        Refused::NothingToRedo => Label::NothingToRedo,
        Refused::Setup(_) => Label::SetupRefused,
        Refused::Link(error) => of_link(*error),
    };
    catalog.label(label).to_string()
}

fn of_link(error: LinkError) -> Label {
    match error {
        LinkError::UnknownFormat => Label::LinkUnknown,
        LinkError::Damaged => Label::LinkDamaged,
        LinkError::Impossible => Label::LinkImpossible,
    }
}
