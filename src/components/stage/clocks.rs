//! The two clocks of a session: the client's (how long it has heard nothing), the leader's (when the bucket
//! expires), and the connection between them. Both clocks run on between two steps.

use super::markup;
use crate::context::Language;
use crate::session::Session;
use crate::view_model::clocks::{Clocks, Note};
use leptos::prelude::*;
use sim_core::time::Span;

/// How far the page is past the frame.
pub(super) fn since_frame(session: Session) -> Memo<Span> {
    Memo::new(move |_| session.frame.with(|frame| session.at_page.get().since(frame.at)))
}

fn running(clocks: Signal<Option<Clocks>>) -> impl Fn() -> Option<Clocks> + Copy {
    let passed = since_frame(expect_context::<Session>());
    move || clocks.get().map(|clocks| clocks.after(passed.get()))
}

#[component]
pub fn SessionClocks(clocks: Signal<Option<Clocks>>) -> impl IntoView {
    let language = expect_context::<Language>();
    let now = running(clocks);
    let class = move || match now() {
        // Words instead of a time need the room of the other words.
        Some(clocks) if !clocks.is_counted() && clocks.in_danger() => "clocks adrift danger",
        Some(clocks) if !clocks.is_counted() => "clocks adrift",
        Some(clocks) if clocks.in_danger() => "clocks danger",
        Some(_) => "clocks",
        None => "clocks none",
    };
    let html = Memo::new(move |_| now().map(|clocks| markup::clocks(&clocks, language.0.get())).unwrap_or_default());
    let words = move || clocks.get().map(|clocks| markup::clocks_in_words(&clocks, language.0.get()));
    view! { <div class=class role="group" title=words aria-label=words inner_html=move || html.get()></div> }
}

/// What is worth a word about a session. That the two clocks disagree is never told by them alone.
#[component]
pub fn SessionNote(clocks: Signal<Option<Clocks>>) -> impl IntoView {
    let language = expect_context::<Language>();
    let now = running(clocks);
    let note = Memo::new(move |_| now().and_then(|clocks| markup::note(&clocks, language.0.get())));
    let class = move || match note.get().map(|(note, _)| note) {
        Some(note) if note.is_disagreement() => "note apart",
        Some(Note::CannotLook) => "note ice",
        Some(Note::Closed) => "note",
        Some(_) => "note lost",
        None => "note none",
    };
    let text = move || note.with(|note| note.as_ref().map(|(_, text)| text.clone()).unwrap_or_default());
    view! { <span class=class title=text>{text}</span> }
}
