//! The one place from which another run is opened: the guide, the built-in scenes, the list of scenarios.

use crate::components::storyteller::Storyteller;
use crate::context::{KnowledgeOpen, KnowledgePage, Language};
use crate::erased::Memo;
use crate::i18n::KnowledgeWord;
use crate::i18n::story::Line;
use crate::scenes::Scene;
use crate::session::Session;
use crate::tale::Of;
use leptos::prelude::*;
use web_sys::HtmlSelectElement;

/// The last choice: the list of scenarios.
const SCENARIOS: &str = "scenarios";

/// The guide, the built-in scenes and the list of scenarios, to be opened.
#[component]
pub fn ScenePicker() -> impl IntoView {
    let (language, teller) = (expect_context::<Language>(), expect_context::<Storyteller>());
    let say = move |line: Line| move || line.say(language.0.get(), &[]);
    let (session, knowledge) = (expect_context::<Session>(), expect_context::<KnowledgeOpen>().0);
    let shown = Memo::new(move |_| match session.tale.with(|tale| tale.as_ref().map(|tale| tale.of.clone())) {
        Some(Of::Scene(scene)) => {
            Scene::ALL.iter().position(|one| *one == scene).map_or_else(String::new, |nth| nth.to_string())
        }
        Some(Of::Guide | Of::Trial(_)) => "guide".into(),
        None if session.scenario.with(Option::is_some) => SCENARIOS.into(),
        None => String::new(),
    });
    let choose = move |event| {
        let chosen = event_target_value(&event);
        match chosen.parse::<usize>().ok().and_then(|nth| Scene::ALL.get(nth).copied()) {
            Some(scene) => teller.open_scene(scene),
            None if chosen == "guide" => teller.open_guide(),
            None if chosen == SCENARIOS => {
                // Nothing is chosen yet: what is told stays what is told.
                event_target::<HtmlSelectElement>(&event).set_value(&shown.get_untracked());
                knowledge.set(Some(KnowledgePage::Scenarios));
            }
            None => {}
        }
    };
    view! {
        <label class="scenes">
            <span class="unseen">{say(Line::Scene)}</span>
            <select data-testid="scene-picker" on:change=choose prop:value=move || shown.get()>
                <option value="" prop:selected=move || shown.get().is_empty()>{say(Line::SceneFree)}</option>
                <option value="guide" prop:selected=move || shown.get() == "guide">{say(Line::SceneIntroTitle)}</option>
                {Scene::ALL.into_iter().enumerate().map(|(nth, scene)| view! {
                    <option value=nth.to_string() prop:selected=move || shown.get() == nth.to_string()>
                        {say(scene.title())}
                    </option>
                }).collect_view()}
                <option value=SCENARIOS prop:selected=move || shown.get() == SCENARIOS>
                    {move || KnowledgeWord::CheckedScenarios.text(language.0.get())}
                </option>
            </select>
        </label>
    }
}
