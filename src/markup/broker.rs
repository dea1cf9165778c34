//! A broker: its state, who is controller, and its replicas as strips, or as squares where there is no room.

use super::html::Html;
use super::{Look, Pieces, state, strip};
use crate::i18n::{StageWord, names};
use crate::layout::{Density, Face};
use crate::view_model::stage::{BrokerCard, Strip};
use sim_core::engine::system::Process;
use sim_core::ids::TopicPartition;

pub(super) fn pieces(card: &BrokerCard, strips: &[(TopicPartition, Strip)], face: &Face, look: Look<'_>) -> Pieces {
    let mut pieces = Pieces { head: head(card, face.density, look), ..Pieces::default() };
    match face.density {
        Density::Tile => {
            let mut squares = Html::new();
            strips.iter().for_each(|(tp, one)| strip::square(&mut squares, card.broker, tp, one, look));
            pieces.rows.push(squares);
        }
        _ => {
            for (tp, one) in strips {
                pieces.rows.push(strip::row(card.broker, tp, one, face, look));
            }
        }
    }
    pieces
}

fn head(card: &BrokerCard, density: Density, look: Look<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<h2>").text(&names::broker(card.broker, look.lang)).raw("</h2>");
    let words = density == Density::Full;
    if card.controller {
        html.raw("<span class=\"tag flag\" title=\"").text(look.word(StageWord::Controller));
        html.raw("\" data-testid=\"controller-").number(i64::from(card.broker)).raw("\">⚑");
        if words {
            html.raw(" ").text(look.word(StageWord::Controller));
        }
        html.raw("</span>");
    }
    if card.believes_controller && !card.controller {
        let word = look.word(StageWord::BelievesController);
        html.raw("<span class=\"tag hollow\" title=\"").text(word).raw("\">⚐");
        if words {
            html.raw(" ").text(word);
        }
        html.raw("</span>");
    }
    // A broker that runs without being registered serves nobody: worth a word.
    if card.process == Process::Running && !card.registered {
        let word = look.word(StageWord::NotRegistered);
        html.raw("<span class=\"tag warn\" title=\"").text(word).raw("\">");
        html.text(if density == Density::Tile { "!" } else { word }).raw("</span>");
    }
    html.raw("<span class=\"spring\"></span>");
    state(&mut html, card.process, look.lang);
    html
}
