//! The "+" at the end of each band.

use crate::context::{Language, StageHandle};
use crate::i18n::StageWord;
use crate::layout::Plus;
use crate::markup::{place, plus_slug};
use crate::session::{Session, UiCommand};
use crate::view_model::add;
use leptos::prelude::*;

#[component]
pub fn PlusButton(stage: StageHandle, plus: Plus) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let testid = plus_slug(&plus);
    let word = match &plus {
        Plus::Broker => StageWord::AddBroker,
        Plus::Producer => StageWord::AddProducer,
        Plus::Consumer(_) => StageWord::AddConsumer,
    };
    let plus = StoredValue::new(plus);
    let style = move || {
        let rect = stage.layout.with(|layout| {
            plus.with_value(|plus| layout.plus.iter().find(|(other, _)| other == plus).map(|(_, rect)| *rect))
        });
        rect.map(place).unwrap_or_default()
    };
    let add = move |_| {
        let command = session.frame.with_untracked(|frame| plus.with_value(|plus| add::command(frame, plus)));
        if let Some(command) = command {
            session.send(UiCommand::Sim(command));
        }
    };
    let said = move || word.text(language.0.get());
    view! {
        <button type="button" class="plus" style=style aria-label=said title=said data-testid=testid on:click=add>"+"</button>
    }
}
