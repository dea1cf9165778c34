//! A consumer: the phases of its rebalance, and the partitions it owns, in ZooKeeper and in its own mind.

use super::html::Html;
use super::{Look, Pieces, colour, process_word, title};
use crate::i18n::{Lang, StageWord};
use crate::layout::{Density, Face};
use crate::view_model::stage::{ConsumerCard, Owned};
use crate::view_model::text::count;
use sim_core::view::frame::RebalancePhase;
use std::cmp::Ordering;

pub(super) fn pieces(card: &ConsumerCard, face: &Face, look: Look<'_>) -> Pieces {
    let mut pieces = Pieces::default();
    let html = &mut pieces.head;
    title(html, &card.name, card.process, look.lang);
    if let (Density::Full, Some(id)) = (face.density, &card.consumer_id) {
        html.raw("<small class=\"mono-line\" title=\"").text(id).raw("\">").text(id).raw("</small>");
    }
    // What is not there is in no phase.
    if card.process.is_up() {
        phases(html, card, face.density, look.lang);
    }
    match face.density {
        Density::Full if card.owned.len() <= face.rows => {
            pieces.rows.extend(card.owned.iter().map(|own| owned(own, look)));
        }
        // More than there are rows for stand side by side.
        _ => {
            let mut row = Html::new();
            // Squares, and a place for the lag.
            let lag: u64 = card.owned.iter().filter_map(|own| own.lag).sum();
            let says_lag = face.density != Density::Tile || face.rect.w > 8.0 * face.rem;
            let for_lag = match says_lag {
                _ if lag == 0 => 0.0,
                true => 3.6,
                false => 1.6,
            };
            let taken = for_lag + if face.density == Density::Tile { 0.9 } else { 1.5 };
            let room = ((face.rect.w / face.rem - taken) / 1.3).floor().max(1.0) as usize;
            let shown = if card.owned.len() > room { room.saturating_sub(1) } else { room };
            card.owned.iter().take(shown).for_each(|own| square(&mut row, own, look));
            if card.owned.len() > shown {
                row.raw("<span class=\"dim\">+").number((card.owned.len() - shown) as i64).raw("</span>");
            }
            if lag > 0 {
                row.raw("<span class=\"lag\" title=\"").text(look.word(StageWord::Lag)).raw("\">");
                if says_lag {
                    row.text(look.word(StageWord::Lag)).raw(" ");
                } else {
                    row.raw("−");
                }
                row.text(&count(lag)).raw("</span>");
            }
            pieces.rows.push(row);
        }
    }
    if card.owned.is_empty() && card.process.is_up() && face.density != Density::Tile {
        let mut none = Html::new();
        none.raw("<span class=\"owns-none\">").text(look.word(StageWord::OwnsNothing)).raw("</span>");
        pieces.rows = vec![none];
    }
    pieces
}

pub(super) fn in_words(card: &ConsumerCard, lang: Lang) -> String {
    let state = process_word(card.process).text(lang);
    let owns: Vec<String> = card.owned.iter().map(|own| own.tp.to_string()).collect();
    let owns = owns.join(", ");
    if !card.process.is_up() {
        return format!("{}: {state} · {owns}", card.name);
    }
    format!("{}: {state} · {} · {owns}", card.name, phase_text(card.phase, card.attempt, lang))
}

fn standing(own: &Owned) -> (&'static str, Option<StageWord>) {
    match (own.in_zookeeper, own.believed) {
        (true, true) => ("owner", None),
        (true, false) => ("owner wait", Some(StageWord::OnlyInZooKeeper)),
        (false, _) => ("owner wait ghost", Some(StageWord::OnlyBelieved)),
    }
}

fn owned(own: &Owned, look: Look<'_>) -> Html {
    let mut html = Html::new();
    let (class, hint) = standing(own);
    let number = |offset: Option<u64>| offset.map_or_else(|| "–".to_string(), |offset| offset.to_string());
    let name = own.tp.to_string();
    html.raw("<div class=\"owned\"");
    colour(&mut html, look.colours.of(&own.tp));
    html.raw(" data-testid=\"owned-").text(&name).raw("\"><span class=\"").raw(class).raw("\" title=\"");
    html.text(hint.map_or("", |hint| look.word(hint))).raw("\">").text(&name).raw("</span><span class=\"at\" title=\"");
    html.text(look.word(StageWord::Position)).raw("\">▲").text(&number(own.position));
    html.raw("</span><span class=\"at\" title=\"").text(look.word(StageWord::Committed)).raw("\">◆");
    html.text(&number(own.committed)).raw("</span>");
    if let Some(lag) = own.lag {
        html.raw(if lag == 0 { "<span class=\"lag none\">" } else { "<span class=\"lag\">" });
        html.text(look.word(StageWord::Lag)).raw(" ").text(&count(lag)).raw("</span>");
    }
    html.raw("</div>");
    html
}

fn square(html: &mut Html, own: &Owned, look: Look<'_>) {
    let (class, hint) = standing(own);
    html.raw("<span class=\"sq ").raw(class).raw("\"");
    colour(html, look.colours.of(&own.tp));
    html.raw(" data-testid=\"owned-").text(&own.tp.to_string()).raw("\" title=\"").text(&own.tp.to_string());
    if let Some(hint) = hint {
        html.raw(": ").text(look.word(hint));
    }
    html.raw("\">").number(i64::from(own.tp.partition)).raw("</span>");
}

fn phases(html: &mut Html, card: &ConsumerCard, density: Density, lang: Lang) {
    html.raw(match card.phase {
        RebalancePhase::Reading => "<div class=\"phases calm\">",
        RebalancePhase::GaveUp => "<div class=\"phases lost\">",
        _ => "<div class=\"phases busy\">",
    });
    html.raw("<div class=\"segments\">");
    for segment in 0..5 {
        html.raw(segment_html(segment, card.phase));
    }
    html.raw("</div>");
    let said = phase_text(card.phase, card.attempt, lang);
    if density != Density::Tile {
        html.raw("<span title=\"").text(&said).raw("\">").text(&said).raw("</span>");
    }
    html.raw("</div>");
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

fn segment_html(segment: i32, phase: RebalancePhase) -> &'static str {
    match (segment.cmp(&segment_of(phase)), phase) {
        (_, RebalancePhase::Reading) => "<i class=\"done\"></i>",
        (Ordering::Less, _) => "<i class=\"on\"></i>",
        (Ordering::Equal, _) => "<i class=\"now\"></i>",
        (Ordering::Greater, _) => "<i></i>",
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
