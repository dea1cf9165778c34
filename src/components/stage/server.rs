//! A ZooKeeper server: its role, epoch, last transaction, ballot, and at the leader the session that dies
//! next.

use super::StageHandle;
use super::card::{Card, process_word};
use super::clocks::{Ring, since_frame};
use crate::context::Language;
use crate::i18n::{Lang, StageWord};
use crate::session::Session;
use crate::view_model::stage::{self, ServerCard};
use crate::view_model::text::{seconds, zxid};
use leptos::prelude::*;
use sim_core::frame::ServerRole;
use sim_core::ids::NodeId;
use sim_core::system::Process;
use sim_core::time::Span;

#[component]
pub fn Server(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let card = Memo::new(move |last: Option<&Option<ServerCard>>| {
        session.frame.with(|frame| stage::server(frame, id)).or_else(|| last.cloned().flatten())
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
    let role =
        move || card.with(|card| card.as_ref().map(|card| role_text(card, language.0.get())).unwrap_or_default());
    let detail =
        move || card.with(|card| card.as_ref().map(|card| detail_text(card, language.0.get())).unwrap_or_default());
    let label = {
        let name = name.clone();
        move || format!("{name}: {} · {}", role(), detail())
    };
    view! {
        <Card stage=stage id=id kind="zk" testid=format!("server-{name}") process=process marks=Signal::derive(marks) label=Signal::derive(label)>
            {move || emblem(card.with(|card| card.as_ref().and_then(|card| card.role)), process.get())}
            <div class="zk-text">
                <b>{name.to_string()}</b>" "<span class="dim zk-role">{role}</span>
                <small>{detail}</small>
            </div>
            <DyingClock card=card/>
        </Card>
    }
}

fn role_text(card: &ServerCard, lang: Lang) -> String {
    if !card.process.is_up() || card.process == Process::Frozen {
        return process_word(card.process).text(lang).to_string();
    }
    match card.role {
        Some(ServerRole::Leading) => {
            format!("{} · {} {}", StageWord::Leader.text(lang), StageWord::Epoch.text(lang), card.epoch)
        }
        Some(ServerRole::Following) => StageWord::Follower.text(lang).to_string(),
        Some(ServerRole::Standalone) => StageWord::Standalone.text(lang).to_string(),
        Some(ServerRole::Looking) | None => StageWord::Looking.text(lang).to_string(),
    }
}

fn detail_text(card: &ServerCard, lang: Lang) -> String {
    match card.ballot {
        Some(ballot) => format!("{} zk{} ({})", StageWord::VotesFor.text(lang), ballot.leader, zxid(ballot.zxid)),
        None => format!("zxid {} · {} {}", zxid(card.last_zxid), card.sessions, StageWord::Sessions.text(lang)),
    }
}

/// Crown, ring, question, cross: roles differ in shape, not in colour only.
fn emblem(role: Option<ServerRole>, process: Process) -> impl IntoView {
    let mark = match (process.is_up(), role) {
        (false, _) => "M15 15l14 14M29 15L15 29",
        (true, Some(ServerRole::Leading | ServerRole::Standalone)) => "M12 29l2-13 8 7.5L30 16l2 13z",
        (true, Some(ServerRole::Following)) => "M22 17.5a4.5 4.5 0 1 0 .01 0z",
        (true, _) => "M17.5 18a4.5 4.5 0 1 1 6.6 4c-1.6.9-2.1 1.7-2.1 3.5M22 30v.4",
    };
    view! {
        <svg class="emblem" viewBox="0 0 44 44" aria-hidden="true">
            <circle cx="22" cy="22" r="19"></circle>
            <path d=mark></path>
        </svg>
    }
}

/// The leader's clock of the session that it has not heard of for longest.
#[component]
fn DyingClock(card: Memo<Option<ServerCard>>) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let passed = since_frame(session);
    let clock = move || {
        let dying = card.with(|card| card.as_ref().and_then(|card| card.dying.clone()))?;
        let left = Span(dying.left.0.saturating_sub(passed.get().0));
        let part = left.0.checked_div(u64::from(dying.timeout_ms)).unwrap_or(0);
        let lang = language.0.get();
        let others = (dying.others > 0).then(|| format!(" +{} {}", dying.others, StageWord::AndOthers.text(lang)));
        Some(view! {
            <span class="dial sand dying" title=StageWord::ExpiresHint.text(lang)>
                <Ring thousandths=part/>
                <span><b>{seconds(left)}</b><i>{dying.client.to_string()}{others}</i></span>
            </span>
        })
    };
    view! { {clock} }
}
