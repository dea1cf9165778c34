//! The caption of a group, below its members: how many there are in ZooKeeper, how far behind they are, and
//! what nobody owns.

use super::html::Html;
use super::{Look, colour, consumer::phase_text};
use crate::i18n::{StageWord, counted};
use crate::view_model::stage::GroupCard;
use crate::view_model::text::count;

/// More partitions than this that nobody owns become a number.
const UNOWNED_MAX: usize = 6;

pub fn class(card: &GroupCard) -> &'static str {
    if card.rebalancing.is_some() { "group busy" } else { "group" }
}

pub fn caption(card: &GroupCard, look: Look<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<div class=\"group-cap\"><span class=\"dim\">").text(look.word(StageWord::Group)).raw("</span><b>");
    html.text(&card.name).raw("</b>");
    if let Some((phase, attempt)) = card.rebalancing {
        html.raw("<span class=\"tag warn\">").text(&phase_text(phase, attempt, look.lang)).raw("</span>");
    }
    let members = counted::members(look.lang, u64::from(card.members));
    html.raw("<span class=\"dim\">").text(&members).raw("</span><span class=\"dim\">");
    html.text(look.word(StageWord::Lag)).raw(" ").text(&count(card.lag)).raw("</span><span class=\"spring\"></span>");
    if !card.unowned.is_empty() {
        html.raw("<span class=\"dim\">").text(look.word(StageWord::Unowned)).raw("</span>");
        for tp in card.unowned.iter().take(UNOWNED_MAX) {
            html.raw("<span class=\"owner wait\"");
            colour(&mut html, look.colours.of(tp));
            html.raw(">").text(&tp.to_string()).raw("</span>");
        }
        if card.unowned.len() > UNOWNED_MAX {
            html.raw("<span class=\"dim\">+").number((card.unowned.len() - UNOWNED_MAX) as i64).raw("</span>");
        }
    }
    html.raw("</div>");
    html
}
