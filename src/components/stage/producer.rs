//! A producer: what it waits for, and what it knows of each broker: whom it believes to lead, and how many
//! of its records that broker acknowledged.

use super::StageHandle;
use super::card::{Card, State, process_word};
use crate::context::{Language, PartitionColours};
use crate::i18n::StageWord;
use crate::session::Session;
use crate::view_model::stage::{self, ProducerCard};
use crate::view_model::text::count;
use leptos::prelude::*;
use sim_core::ids::{BrokerId, NodeId, TopicPartition};
use sim_core::sorted::Sorted;
use sim_core::system::Process;

/// More brokers than this do not fit; the most loaded ones are shown.
const ROWS_MAX: usize = 4;

#[component]
pub fn Producer(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let card = Memo::new(move |last: Option<&Option<ProducerCard>>| {
        session.frame.with(|frame| stage::producer(frame, id)).or_else(|| last.cloned().flatten())
    });
    let process =
        Signal::derive(move || card.with(|card| card.as_ref().map_or(Process::Removed, |card| card.view.process)));
    let word = move |word: StageWord| word.text(language.0.get());
    let name = card.with_untracked(|card| card.as_ref().map(|card| card.view.name.clone())).unwrap_or_default();
    let acks = move || card.with(|card| card.as_ref().map(|card| acks_text(card.view.acks))).unwrap_or_default();
    let load = move || {
        let rate = card.with(|card| card.as_ref().map_or(0, |card| card.view.records_per_s));
        if rate == 0 { word(StageWord::Idle).to_string() } else { format!("{rate} {}", word(StageWord::PerSecond)) }
    };
    let number = move |of: fn(&ProducerCard) -> u64| card.with(|card| card.as_ref().map_or(0, of));
    let label = {
        let name = name.clone();
        move || {
            let state = process_word(process.get()).text(language.0.get());
            format!("{name}: {state} · {} · {}", acks(), load())
        }
    };
    let rows = move || {
        card.with(|card| {
            let rows = card.as_ref().map(rows).unwrap_or_default();
            let most = rows.iter().map(|row| row.acked).max().unwrap_or(0).max(1);
            rows.into_iter()
                .map(|row| {
                    let believed = row.leads.into_iter().map(|(tp, stale)| {
                        let colour = colours.of(&tp);
                        let class = if stale { "leads stale" } else { "leads" };
                        let said = if stale { format!("{tp}: {}", word(StageWord::StaleMetadata)) } else { tp.to_string() };
                        view! { <span class=class style=format!("--c:var(--p{colour})") title=said>{tp.partition}</span> }
                    });
                    view! {
                        <li>
                            <span class="of">{format!("→ {}", row.broker)}</span>
                            <span class="bar" title=word(StageWord::PerBroker)><u style=format!("width:{}%", row.acked * 100 / most)></u></span>
                            <span class="n">{count(row.acked)}</span>
                            <span class="believed" title=word(StageWord::Believes)>{believed.collect::<Vec<_>>()}</span>
                        </li>
                    }
                })
                .collect::<Vec<_>>()
        })
    };
    let figure = move |label: StageWord, of: fn(&ProducerCard) -> u64, bad: bool| {
        let class = move || if bad && number(of) > 0 { "figure some" } else { "figure" };
        view! { <span class=class><b>{move || count(number(of))}</b>" "{move || word(label)}</span> }
    };
    view! {
        <Card stage=stage id=id kind="cl producer" testid=format!("producer-{name}") process=process marks=Signal::stored(String::new()) label=Signal::derive(label)>
            <header class="cl-head"><h3>{name.to_string()}</h3><State process=process/></header>
            <small class="mono-line">{acks}" · "{load}</small>
            <ul class="loads">{rows}</ul>
            <div class="figures">
                {figure(StageWord::Acked, |card| card.view.acked, false)}
                {figure(StageWord::InFlight, |card| u64::from(card.view.in_flight), false)}
                {figure(StageWord::Queued, |card| u64::from(card.view.queued), false)}
                {figure(StageWord::Retried, |card| card.view.retried, true)}
                {figure(StageWord::Failed, |card| card.view.failed, true)}
            </div>
        </Card>
    }
}

fn acks_text(acks: i16) -> String {
    if acks == -1 { "acks=all".to_string() } else { format!("acks={acks}") }
}

struct Row {
    broker: BrokerId,
    acked: u64,
    /// Which partitions it believes this broker leads, and whether it is wrong.
    leads: Vec<(TopicPartition, bool)>,
}

fn rows(card: &ProducerCard) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |broker: BrokerId| -> usize {
        rows.iter().position(|row| row.broker == broker).unwrap_or_else(|| {
            rows.push(Row { broker, acked: 0, leads: Vec::new() });
            rows.len() - 1
        })
    };
    let mut acked = Vec::new();
    let mut leads = Vec::new();
    for (broker, n) in &card.view.per_broker {
        acked.push((row(*broker), *n));
    }
    for (tp, leader) in &card.view.known_leaders {
        if let Some(leader) = leader {
            leads.push((row(*leader), tp.clone()));
        }
    }
    for (at, n) in acked {
        rows[at].acked = n;
    }
    for (at, tp) in leads {
        let stale = card.stale.contains(&tp);
        rows[at].leads.push((tp, stale));
    }
    rows.sort_stably_by_key(|row| row.broker);
    rows.truncate(ROWS_MAX);
    rows
}
