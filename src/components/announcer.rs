//! A reader who cannot see the stage hears what matters, as it is passed.

use crate::components::storyteller::Storyteller;
use crate::context::Language;
use crate::erased::Memo;
use crate::i18n::Names;
use crate::session::Session;
use leptos::prelude::*;
use sim_core::fact::Importance;

/// Says each headline to a screen reader, as it is passed, and each sentence of a story that waits for the reader.
#[component]
pub fn Announcer() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let events = Memo::new(move |_| session.frame.with(|frame| frame.events));
    let newest = Memo::new(move |_| {
        let end = events.get();
        session.story(|story| {
            let upto = story.marks.partition_point(|mark| mark.seq.0 < end);
            let loud = |mark: &&sim_core::event::Event| mark.fact.importance() == Importance::Headline;
            story.marks[..upto].iter().rev().find(loud).cloned()
        })
    });
    let teller = expect_context::<Storyteller>();
    let waits = Memo::new(move |_| session.tale.with(|tale| tale.as_ref().is_some_and(|tale| tale.waits)));
    let text = move || {
        if waits.get()
            && let Some(sentence) = teller.sentence.get()
        {
            return Some(sentence);
        }
        let (release, names) = session.frame.with_untracked(|frame| (frame.release, Names::of(frame)));
        newest.get().map(|event| language.lang().explain_event(release, &event, &names).title)
    };
    view! { <p class="unseen" role="status" aria-live="polite" data-testid="announcer">{text}</p> }
}
