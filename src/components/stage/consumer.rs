//! A consumer: the phases of its rebalance, its session's clocks, and the partitions it owns, in ZooKeeper
//! and in its own mind.

use super::StageHandle;
use super::card::{Card, State, process_word};
use super::clocks::{SessionClocks, SessionNote};
use crate::context::{Language, PartitionColours};
use crate::i18n::{Lang, StageWord};
use crate::session::Session;
use crate::view_model::stage::{self, ConsumerCard, Owned};
use leptos::prelude::*;
use sim_core::frame::RebalancePhase;
use sim_core::ids::NodeId;
use sim_core::system::Process;

#[component]
pub fn Consumer(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let card = Memo::new(move |last: Option<&Option<ConsumerCard>>| {
        session.frame.with(|frame| stage::consumer(frame, id)).or_else(|| last.cloned().flatten())
    });
    let process = Signal::derive(move || card.with(|card| card.as_ref().map_or(Process::Removed, |card| card.process)));
    let name = card.with_untracked(|card| card.as_ref().map(|card| card.name.clone())).unwrap_or_default();
    let phase = Memo::new(move |_| {
        card.with(|card| card.as_ref().map_or((RebalancePhase::Registering, 0), |card| (card.phase, card.attempt)))
    });
    let said = move || phase_text(phase.get().0, phase.get().1, language.0.get());
    let consumer_id =
        move || card.with(|card| card.as_ref().and_then(|card| card.consumer_id.clone())).unwrap_or_default();
    let clocks = Signal::derive(move || card.with(|card| card.as_ref().and_then(|card| card.clocks)));
    let owned = Memo::new(move |_| card.with(|card| card.as_ref().map(|card| card.owned.clone()).unwrap_or_default()));
    let label = {
        let name = name.clone();
        move || {
            let state = process_word(process.get()).text(language.0.get());
            let owns: Vec<String> = owned.with(|owned| owned.iter().map(|own| own.tp.to_string()).collect());
            format!("{name}: {state} · {} · {}", said(), owns.join(", "))
        }
    };
    let rows = move || {
        let lang = language.0.get();
        owned.with(|owned| owned.iter().map(|own| owned_row(own, colours.of(&own.tp), lang)).collect::<Vec<_>>())
    };
    let empty = move || owned.with(|owned| owned.is_empty()) && process.get().is_up();
    view! {
        <Card stage=stage id=id kind="cl consumer" testid=format!("consumer-{name}") process=process marks=Signal::stored(String::new()) label=Signal::derive(label)>
            <header class="cl-head"><h3>{name.to_string()}</h3><State process=process/></header>
            <small class="mono-line" title=move || consumer_id().to_string()>{move || consumer_id().to_string()}</small>
            <div class=move || phase_class(phase.get().0)>
                <div class="segments">{(0..5).map(|segment| view! { <i class=move || segment_class(segment, phase.get().0)></i> }).collect::<Vec<_>>()}</div>
                <span>{said}</span>
            </div>
            <SessionClocks clocks=clocks/>
            <SessionNote clocks=clocks/>
            <ul class="owned" class:many=move || owned.with(|owned| owned.len() > 3)>
                {rows}
                <Show when=empty><li class="owns-none">{move || StageWord::OwnsNothing.text(language.0.get())}</li></Show>
            </ul>
        </Card>
    }
}

fn owned_row(own: &Owned, colour: u8, lang: Lang) -> impl IntoView + use<> {
    let (class, hint) = match (own.in_zookeeper, own.believed) {
        (true, true) => ("owner", ""),
        (true, false) => ("owner wait", StageWord::OnlyInZooKeeper.text(lang)),
        (false, _) => ("owner wait ghost", StageWord::OnlyBelieved.text(lang)),
    };
    let number = |offset: Option<u64>| offset.map_or_else(|| "–".to_string(), |offset| offset.to_string());
    let name = own.tp.to_string();
    let testid = format!("owned-{name}");
    view! {
        <li style=format!("--c:var(--p{colour})") data-testid=testid>
            <span class=class title=hint>{name}</span>
            <span class="at" title=StageWord::Position.text(lang)>"▲"{number(own.position)}</span>
            <span class="at" title=StageWord::Committed.text(lang)>"◆"{number(own.committed)}</span>
            <span class="lag" class:none=own.lag == Some(0)>{own.lag.map(|lag| view! { <i>{StageWord::Lag.text(lang)}" "</i>{lag} })}</span>
        </li>
    }
}

/// The five phases that a reader follows: notified, stopping, releasing, claiming, reading.
fn segment_of(phase: RebalancePhase) -> i32 {
    match phase {
        RebalancePhase::Registering => -1,
        RebalancePhase::Notified => 0,
        RebalancePhase::StoppingFetchers => 1,
        RebalancePhase::Releasing | RebalancePhase::BackingOff => 2,
        RebalancePhase::Computing | RebalancePhase::Claiming | RebalancePhase::GaveUp => 3,
        RebalancePhase::Reading => 4,
    }
}

fn segment_class(segment: i32, phase: RebalancePhase) -> &'static str {
    let at = segment_of(phase);
    match (segment.cmp(&at), phase) {
        (_, RebalancePhase::Reading) => "done",
        (std::cmp::Ordering::Less, _) => "on",
        (std::cmp::Ordering::Equal, _) => "now",
        _ => "",
    }
}

fn phase_class(phase: RebalancePhase) -> &'static str {
    match phase {
        RebalancePhase::Reading => "phases calm",
        RebalancePhase::GaveUp => "phases lost",
        _ => "phases busy",
    }
}

pub(super) fn phase_text(phase: RebalancePhase, attempt: u32, lang: Lang) -> String {
    let word = match phase {
        RebalancePhase::Registering => StageWord::Registering,
        RebalancePhase::Notified => StageWord::Notified,
        RebalancePhase::StoppingFetchers => StageWord::StoppingFetchers,
        RebalancePhase::Releasing => StageWord::Releasing,
        RebalancePhase::Computing => StageWord::Computing,
        RebalancePhase::Claiming => StageWord::Claiming,
        RebalancePhase::BackingOff => StageWord::BackingOff,
        RebalancePhase::GaveUp => StageWord::GaveUp,
        RebalancePhase::Reading => StageWord::Reading,
    };
    let calm = matches!(phase, RebalancePhase::Reading | RebalancePhase::Registering);
    if calm {
        return word.text(lang).to_string();
    }
    match lang {
        Lang::En => format!("{} · attempt {}", word.text(lang), attempt + 1),
        Lang::Zh => format!("{} · 第 {} 次", word.text(lang), attempt + 1),
    }
}
