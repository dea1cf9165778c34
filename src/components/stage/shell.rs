//! A bare ZooKeeper client.

use super::StageHandle;
use super::card::{Card, State, process_word};
use super::clocks::{SessionClocks, SessionNote};
use super::markup;
use crate::context::Language;
use crate::session::Session;
use crate::view_model::stage::{self, ShellCard};
use leptos::prelude::*;
use sim_core::ids::NodeId;
use sim_core::system::Process;

#[component]
pub fn Shell(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let card = Memo::new(move |last: Option<&Option<ShellCard>>| {
        session.frame.with(|frame| stage::shell(frame, id)).or_else(|| last.cloned().flatten())
    });
    let process = Signal::derive(move || card.with(|card| card.as_ref().map_or(Process::Removed, |card| card.process)));
    let name = card.with_untracked(|card| card.as_ref().map(|card| card.name.clone())).unwrap_or_default();
    let clocks = Signal::derive(move || card.with(|card| card.as_ref().and_then(|card| card.clocks)));
    let label = {
        let name = name.clone();
        move || format!("{name}: {}", process_word(process.get()).text(language.0.get()))
    };
    view! {
        <Card stage=stage id=id kind="cl shell" testid=format!("client-{name}") process=process marks=Signal::stored(String::new()) label=Signal::derive(label)>
            <header class="cl-head"><h3>{name.to_string()}</h3><State process=process/></header>
            <small class="mono-line">{move || clocks.get().map(|clocks| markup::session(&clocks))}</small>
            <SessionClocks clocks=clocks/>
            <SessionNote clocks=clocks/>
        </Card>
    }
}
