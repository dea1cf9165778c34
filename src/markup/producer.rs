//! A producer: what it waits for, and what it knows of each broker: whom it believes to lead, and how many
//! of its records that broker acknowledged.

use super::html::Html;
use super::{Look, Pieces, colour, process_word, title};
use crate::i18n::{Lang, StageWord};
use crate::layout::{Density, Face};
use crate::view_model::stage::ProducerCard;
use crate::view_model::text::count;
use sim_core::client::ProducerClient;
use sim_core::ids::{BrokerId, TopicPartition};
use sim_core::sorted::Sorted;
use sim_core::view::frame::ProducerView;

/// More brokers than this do not fit.
const ROWS_MAX: usize = 4;

pub(super) fn pieces(card: &ProducerCard, face: &Face, look: Look<'_>) -> Pieces {
    let view = &card.view;
    let mut pieces = Pieces::default();
    title(&mut pieces.head, &card.name, card.process, look.lang);
    if face.density == Density::Tile {
        let mut row = Html::new();
        row.raw("<span class=\"figure\"><b>")
            .text(&count(view.acked))
            .raw("</b> ")
            .text(look.word(StageWord::AckedShort));
        row.raw("</span>");
        if view.failed > 0 {
            row.raw("<span class=\"figure some\">✕<b>").text(&count(view.failed)).raw("</b></span>");
        }
        pieces.rows.push(row);
        return pieces;
    }
    pieces.head.raw("<small class=\"mono-line\">").text(&client(view)).raw(" · ").text(&load(card, look.lang));
    pieces.head.raw("</small>");
    if face.density == Density::Full {
        pieces.rows.push(loads(card, look));
    } else {
        pieces.rows.push(shares(card, look));
    }
    figures(&mut pieces.foot, card, face.density, look);
    pieces
}

/// The Java producer is the usual one; the older one is named.
fn client(view: &ProducerView) -> String {
    let acks = if view.acks == -1 { "acks=all".to_string() } else { format!("acks={}", view.acks) };
    match view.client {
        ProducerClient::Java => acks,
        ProducerClient::Scala(_) => format!("Scala · {acks}"),
    }
}

fn load(card: &ProducerCard, lang: Lang) -> String {
    match card.view.records_per_s {
        0 => StageWord::Idle.text(lang).to_string(),
        rate => format!("{rate} {}", StageWord::PerSecond.text(lang)),
    }
}

pub(super) fn in_words(card: &ProducerCard, lang: Lang) -> String {
    let state = process_word(card.process).text(lang);
    format!("{}: {state} · {} · {}", card.name, client(&card.view), load(card, lang))
}

fn figures(html: &mut Html, card: &ProducerCard, density: Density, look: Look<'_>) {
    let view = &card.view;
    html.raw("<div class=\"figures\">");
    let mut figure = |label: StageWord, n: u64, bad: bool| {
        // What went wrong is told as soon as something did; where there is little room, what is 0 is left out.
        let can_be_left_out = bad || (density != Density::Full && label != StageWord::Acked);
        if can_be_left_out && n == 0 {
            return;
        }
        html.raw(if bad { "<span class=\"figure some\"><b>" } else { "<span class=\"figure\"><b>" });
        html.text(&count(n)).raw("</b> ").text(look.word(label)).raw("</span>");
    };
    figure(StageWord::Acked, view.acked, false);
    figure(StageWord::InFlight, u64::from(view.in_flight), false);
    figure(StageWord::Queued, u64::from(view.queued), false);
    figure(StageWord::Retried, view.retried, true);
    figure(StageWord::Failed, view.failed, true);
    html.raw("</div>");
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
    rows
}

/// A bar for each broker.
fn loads(card: &ProducerCard, look: Look<'_>) -> Html {
    let mut rows = rows(card);
    rows.truncate(ROWS_MAX);
    let most = rows.iter().map(|row| row.acked).max().unwrap_or(0).max(1);
    let mut html = Html::new();
    html.raw("<ul class=\"loads\">");
    for row in rows {
        html.raw("<li><span class=\"of\">→ ").number(i64::from(row.broker)).raw("</span><span class=\"bar\" title=\"");
        html.text(look.word(StageWord::PerBroker)).raw("\"><u style=\"width:");
        html.number((row.acked * 100 / most) as i64).raw("%\"></u></span><span class=\"n\">").text(&count(row.acked));
        html.raw("</span><span class=\"believed\" title=\"").text(look.word(StageWord::Believes)).raw("\">");
        believed(&mut html, &row, look);
        html.raw("</span></li>");
    }
    html.raw("</ul>");
    html
}

/// Which broker it believes to lead which partition, side by side.
fn shares(card: &ProducerCard, look: Look<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<div class=\"shares\">");
    for row in rows(card).iter().filter(|row| !row.leads.is_empty()) {
        html.raw("<span>→").number(i64::from(row.broker)).raw("</span>");
        believed(&mut html, row, look);
    }
    html.raw("</div>");
    html
}

fn believed(html: &mut Html, row: &Row, look: Look<'_>) {
    for (tp, stale) in &row.leads {
        html.raw(if *stale { "<span class=\"leads stale\"" } else { "<span class=\"leads\"" });
        colour(html, look.colours.of(tp));
        html.raw(" title=\"").text(&tp.to_string());
        if *stale {
            html.raw(": ").text(look.word(StageWord::StaleMetadata));
        }
        html.raw("\">").number(i64::from(tp.partition)).raw("</span>");
    }
}
