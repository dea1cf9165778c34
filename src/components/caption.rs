//! One line that says what is going on, so that nobody has to read the panels to follow.

use crate::components::storyteller::Storyteller;
use crate::context::{Language, Narrow, StageShown};
use crate::erased::Memo;
use crate::i18n::Names;
use crate::i18n::story::Line;
use crate::layout::Beside;
use crate::markup::sentence as sentence_html;
use crate::session::Session;
use crate::view_model::spoken_of::first_named;
use leptos::prelude::*;
use sim_core::fact::Importance;
use sim_core::ids::NodeId;

/// One sentence that says what is going on: the story's, or else what happened last. It stands beside the
/// card that it speaks of; where there is no room, and while free play runs, under the stage.
#[component]
pub fn Caption() -> impl IntoView {
    let (session, language, teller) =
        (expect_context::<Session>(), expect_context::<Language>(), expect_context::<Storyteller>());
    let (narrow, stage) = (expect_context::<Narrow>().0, expect_context::<StageShown>().0);
    // The sentence, and whether somebody tells it.
    let said = Memo::new(move |_| {
        if let Some(sentence) = teller.sentence.get() {
            return (sentence, true);
        }
        // Where there is no keyboard, keys are not spoken of.
        let free = if narrow.get() { Line::FreeOnAPhone } else { Line::Free };
        let in_scenario = session.scenario.with(Option::is_some);
        let (least, otherwise) =
            if in_scenario { (Importance::Step, Line::ScenarioBegins) } else { (Importance::Headline, free) };
        (latest(session, language, least).unwrap_or_else(|| otherwise.say(language.0.get(), &[])), false)
    });
    let playing = Memo::new(move |_| session.status.with(|status| status.playing));
    // Whom it is about, and whether it names them itself: a told sentence that names nobody goes on about the one before.
    let subject = Memo::new(move |last: Option<&(Option<NodeId>, bool)>| {
        let lang = language.0.get_untracked();
        let named = said.with(|(sentence, _)| {
            session.frame.with_untracked(|frame| first_named(sentence, frame, &Names::of(frame), lang))
        });
        (named.or(last.and_then(|last| last.0)), named.is_some())
    });
    let beside = Memo::new(move |_| {
        let (stage, (id, is_named)) = (stage.get()?, subject.get());
        let (is_told, id) = (said.with(|said| said.1), id?);
        if !is_told && (!is_named || playing.get()) {
            return None;
        }
        let open = stage.opened.get() == Some(id);
        said.with(|(sentence, _)| stage.layout.with(|layout| layout.beside(id, open, sentence)))
    });
    let class = move || match beside.get() {
        Some(Beside { above: true, .. }) => "caption beside above",
        Some(_) => "caption beside",
        None => "caption",
    };
    let style = move || {
        let px = |value: f64| value.round() as i64;
        beside.get().map(|Beside { rect, tail, .. }| {
            // As wide as its text, at most as wide as was reckoned.
            let (x, y, w, tail) = (px(rect.centre().x), px(rect.y), px(rect.w), px(tail));
            format!("transform:translate({x}px,{y}px) translateX(-50%);max-width:{w}px;--tail:{tail}px")
        })
    };
    let html = move || said.with(|(sentence, _)| sentence_html(sentence).into_string());
    view! { <p class=class style=style data-testid="caption" inner_html=html></p> }
}

/// The last thing of a story up to the cursor.
fn latest(session: Session, language: Language, least: Importance) -> Option<String> {
    let (end, release, names) = session.frame.with(|frame| (frame.events, frame.release, Names::of(frame)));
    session.story(|story| {
        let upto = story.marks.partition_point(|mark| mark.seq.0 < end);
        let tells = |mark: &&sim_core::event::Event| mark.fact.importance() >= least;
        let mark = story.marks[..upto].iter().rev().find(tells)?;
        Some(language.lang().explain_event(release, mark, &names).title)
    })
}
