use crate::components::storyteller::Storyteller;
use crate::context::{Language, Narrow};
use crate::guide::Guide;
use crate::i18n::Names;
use crate::i18n::story::Line;
use crate::session::Session;
use leptos::prelude::*;
use sim_core::fact::Importance;

/// One line under the stage that says what is going on: the scene's sentence, the guide's, or else what
/// happened last.
#[component]
pub fn Caption() -> impl IntoView {
    let (session, language, teller) =
        (expect_context::<Session>(), expect_context::<Language>(), expect_context::<Storyteller>());
    let narrow = expect_context::<Narrow>().0;
    let text = Memo::new(move |_| {
        let lang = language.0.get();
        let scene = teller.telling.with(|telling| telling.as_ref().and_then(|telling| telling.sentence(lang)));
        if let Some(sentence) = scene {
            return sentence;
        }
        let told = !teller.telling.with(Option::is_some) && !teller.guide.with(Guide::is_over);
        if told {
            let (frame, at) = (session.frame.get(), session.at_page.get());
            if let Some(sentence) = teller.guide.with(|guide| guide.caption(&frame, at, lang)) {
                return sentence;
            }
        }
        // Where there is no keyboard, keys are not spoken of.
        let free = if narrow.get() { Line::FreeOnAPhone } else { Line::Free };
        let in_scenario = session.scenario.with(Option::is_some);
        let (least, otherwise) =
            if in_scenario { (Importance::Step, Line::ScenarioBegins) } else { (Importance::Headline, free) };
        latest(session, language, least).unwrap_or_else(|| otherwise.say(lang, &[]))
    });
    view! { <p class="caption" data-testid="caption">{text}</p> }
}

/// The last thing of a story up to the cursor.
fn latest(session: Session, language: Language, least: Importance) -> Option<String> {
    let (end, names) = session.frame.with(|frame| (frame.events, Names::of(frame)));
    session.story(|story| {
        let upto = story.marks.partition_point(|mark| mark.seq.0 < end);
        let tells = |mark: &&sim_core::event::Event| mark.fact.importance() >= least;
        let mark = story.marks[..upto].iter().rev().find(tells)?;
        Some(language.lang().explain_event(mark, &names).title)
    })
}
