//! A ZooKeeper server: its role, epoch and last transaction; its ballot while it looks for a leader, at the
//! leader what waits for a majority; and the sessions of the clients that are connected to it.

use super::StageHandle;
use super::card::Card;
use super::clocks::since_frame;
use super::markup;
use crate::context::Language;
use crate::i18n::StageWord;
use crate::session::Session;
use crate::view_model::ensemble::{self, Ballot, ServerCard, Work};
use leptos::prelude::*;
use sim_core::frame::ServerRole;
use sim_core::ids::NodeId;
use sim_core::system::Process;

#[component]
pub fn Server(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let card = Memo::new(move |last: Option<&Option<ServerCard>>| {
        session.frame.with(|frame| ensemble::server(frame, id)).or_else(|| last.cloned().flatten())
    });
    let process = Signal::derive(move || card.with(|card| card.as_ref().map_or(Process::Removed, |card| card.process)));
    let marks = move || {
        card.with(|card| match card.as_ref().map(|card| (card.role, card.process.is_up())) {
            Some((Some(ServerRole::Leading | ServerRole::Standalone), true)) => "lead".to_string(),
            Some((Some(ServerRole::Looking) | None, true)) => "looking".to_string(),
            _ => String::new(),
        })
    };
    let name = card.with_untracked(|card| card.as_ref().map(|card| card.name.clone())).unwrap_or_default();
    let told = move |of: fn(&ServerCard, crate::i18n::Lang) -> String| {
        card.with(|card| card.as_ref().map(|card| of(card, language.0.get())).unwrap_or_default())
    };
    let label = move || told(markup::server_in_words);
    let head = Memo::new(move |_| told(markup::head));
    // The vote, and the one that it bettered: that one is seen to go.
    let ballots = Memo::new(move |last: Option<&(Option<Ballot>, Option<Ballot>)>| {
        let now = card.with(|card| match card.as_ref().map(|card| &card.work) {
            Some(Work::Votes(ballot, _)) => Some(*ballot),
            _ => None,
        });
        match last {
            Some((before, shown)) if *shown == now => (*before, now),
            Some((_, shown)) => (shown.filter(|_| now.is_some()), now),
            None => (None, now),
        }
    });
    let papers = move || {
        let (old, new) = ballots.get();
        let mut html = String::new();
        if let Some(old) = old {
            markup::paper(&mut html, &old, true, language.0.get());
        }
        if let Some(new) = new {
            markup::paper(&mut html, &new, false, language.0.get());
        }
        html
    };
    let room = move || {
        stage
            .layout
            .with(|layout| ensemble::room(layout, id, card.with(|card| card.as_ref().is_some_and(ServerCard::leads))))
    };
    let work = Memo::new(move |_| {
        let room = room();
        card.with(|card| {
            card.as_ref().map(|card| markup::work(&card.work, room.bars, language.0.get())).unwrap_or_default()
        })
    });
    let passed = since_frame(session);
    let chips = Memo::new(move |_| {
        let (room, passed) = (room(), passed.get());
        card.with(|card| {
            card.as_ref().map(|card| markup::chips(card, room.chips, passed, language.0.get())).unwrap_or_default()
        })
    });
    view! {
        <Card stage=stage id=id kind="zk" testid=format!("server-{name}") process=process marks=Signal::derive(marks) label=Signal::derive(label)>
            <div class="zk-head" inner_html=move || head.get()></div>
            <div class="zk-desk">
                <span class="papers" data-testid=format!("ballot-{name}") inner_html=papers></span>
                <span class="zk-work" data-testid=format!("work-{name}") inner_html=move || work.get()></span>
            </div>
            <ul class="chips" aria-label=move || StageWord::Sessions.text(language.0.get()) data-testid=format!("sessions-{name}") inner_html=move || chips.get()></ul>
        </Card>
    }
}
