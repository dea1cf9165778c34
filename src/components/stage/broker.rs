//! A broker: its state, its session's two clocks, and its replicas as strips.

use super::StageHandle;
use super::card::{Card, State, process_word};
use super::clocks::{SessionClocks, SessionNote};
use super::strip::StripRow;
use crate::context::{Language, PlugOn};
use crate::i18n::{StageWord, names};
use crate::session::{Session, UiCommand};
use crate::view_model::stage::{self, BrokerCard};
use leptos::prelude::*;
use sim_core::command::Command;
use sim_core::ids::{NodeId, TopicPartition};
use sim_core::system::{Fault, Process};

#[component]
pub fn Broker(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let plug_on = expect_context::<PlugOn>();
    let NodeId::Broker(number) = id else { return ().into_any() };
    let card = Memo::new(move |last: Option<&Option<BrokerCard>>| {
        session.frame.with(|frame| stage::broker(frame, id)).or_else(|| last.cloned().flatten())
    });
    let process = Signal::derive(move || card.with(|card| card.as_ref().map_or(Process::Removed, |card| card.process)));
    let is = move |what: fn(&BrokerCard) -> bool| card.with(|card| card.as_ref().is_some_and(what));
    let word = move |word: StageWord| word.text(language.0.get());
    let clocks = Signal::derive(move || card.with(|card| card.as_ref().and_then(|card| card.clocks)));
    let strips = Memo::new(move |_| {
        stage.layout.with(|layout| {
            let of = layout.strips.iter().filter(|(broker, _, _)| *broker == number);
            of.map(|(_, tp, _)| tp.clone()).collect::<Vec<TopicPartition>>()
        })
    });
    let marks = move || if is(|card| card.controller) { "chief".to_string() } else { String::new() };
    let label = move || {
        let controller = if is(|card| card.controller) { word(StageWord::Controller) } else { "" };
        format!(
            "{}: {} {controller}",
            names::broker(number, language.0.get()),
            process_word(process.get()).text(language.0.get())
        )
    };
    let plug = move || plug_on.0.get() == Some(number) && process.get().is_up();
    let pull = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        session.send(UiCommand::Sim(Command::Fault(Fault::Kill(id))));
    };
    // A broker that runs without being registered serves nobody: worth a word.
    let unregistered = move || is(|card| card.process == Process::Running && !card.registered);
    view! {
        <Card stage=stage id=id kind="bk" testid=format!("broker-{number}") process=process marks=Signal::derive(marks) label=Signal::derive(label)>
            <header class="bk-head">
                <h3>{move || names::broker(number, language.0.get())}</h3>
                <Show when=move || is(|card| card.controller)>
                    <span class="tag flag" data-testid=format!("controller-{number}")>"⚑ "{move || word(StageWord::Controller)}</span>
                </Show>
                <Show when=move || is(|card| card.believes_controller && !card.controller)>
                    <span class="tag hollow">"⚐ "{move || word(StageWord::BelievesController)}</span>
                </Show>
                <Show when=unregistered><span class="tag warn">{move || word(StageWord::NotRegistered)}</span></Show>
                <SessionNote clocks=clocks/>
                <span class="spring"></span>
                <State process=process/>
            </header>
            <SessionClocks clocks=clocks/>
            <Show when=move || clocks.get().is_none() && !process.get().is_up() && is(|card| !card.registered)>
                <div class="clocks"><span class="dial lost">{move || word(StageWord::NoSession)}</span></div>
            </Show>
            <div class="strips">
                <For each=move || strips.get() key=|tp| tp.clone() let:tp>
                    <StripRow stage=stage broker=number tp=tp/>
                </For>
            </div>
            <Show when=plug>
                <button type="button" class="plug" data-testid="plug" on:click=pull>
                    <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M11 2L4.5 11.5H10L8.5 18 15.5 8.5H10z"></path></svg>
                    {move || word(StageWord::KillThisOne)}
                </button>
            </Show>
        </Card>
    }
    .into_any()
}
