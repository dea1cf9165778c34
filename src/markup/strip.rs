//! A replica as a strip: its log's last cells, the high watermark as a bar, who leads, and under the leader
//! how far the groups are. On a tile it is a square with the partition's number.

use super::html::Html;
use super::{Look, colour};
use crate::i18n::{Lang, StageWord};
use crate::layout::need::broker_pad_rem;
use crate::layout::{Density, Face, within};
use crate::view_model::cells::{self, Pattern};
use crate::view_model::stage::{CELLS, GroupMark, Standing, Strip};
use sim_core::ids::{BrokerId, TopicPartition};

// The columns beside the cells, as in `style/stage.css`.
pub(crate) const NAME_REM: f64 = 4.5;
pub(crate) const ROLE_REM: f64 = 3.1;
pub(crate) const GAP_REM: f64 = 0.5;
/// Narrower strips have the name above the cells.
const STACKED_BELOW_REM: f64 = 15.0;
/// The line of the name above them.
pub(crate) const STACKED_NAME_REM: f64 = 0.95;
pub(crate) const NAME_COMPACT_REM: f64 = 3.9;
pub(crate) const ROLE_COMPACT_REM: f64 = 1.1;
pub(crate) const GAP_COMPACT_REM: f64 = 0.3;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Measures {
    width: i32,
    height: i32,
    cell_top: i32,
    cell_height: i32,
    /// How far the bar of the high watermark stands out above and below the cells.
    bar: i32,
    stacked: bool,
    marks: bool,
}

impl Measures {
    /// Name and role stand beside the cells, not beside the marks below them.
    fn lift(&self) -> i32 {
        if self.stacked { 0 } else { self.cell_top + self.cell_height / 2 - self.height / 2 }
    }
}

/// By how many pixels the words beside a log are lowered.
#[cfg(test)]
pub(crate) fn lift(face: &Face) -> i32 {
    measure(face).lift()
}

fn measure(face: &Face) -> Measures {
    let rem = face.rem;
    if face.density == Density::Compact {
        let beside = NAME_COMPACT_REM + ROLE_COMPACT_REM + 2.0 * (GAP_COMPACT_REM + broker_pad_rem(Density::Compact));
        let cell = within(face.strip - 0.4 * rem, 0.5 * rem, rem);
        return Measures {
            width: (face.rect.w - beside * rem).max(20.0) as i32,
            height: face.strip as i32,
            cell_top: ((face.strip - cell) / 2.0) as i32,
            cell_height: cell as i32,
            bar: 2,
            ..Measures::default()
        };
    }
    let width = face.rect.w - 2.0 * broker_pad_rem(Density::Full) * rem;
    let stacked = width < STACKED_BELOW_REM * rem;
    let beside = if stacked { 0.0 } else { (NAME_REM + ROLE_REM + 2.0 * GAP_REM) * rem };
    let above = if stacked { STACKED_NAME_REM * rem } else { 0.0 };
    let marks = face.strip - above > 1.9 * rem;
    let below = if marks { 0.85 * rem } else { 0.0 };
    let cell = within(face.strip - above - below - 0.5 * rem, 0.55 * rem, 1.9 * rem);
    Measures {
        width: (width - beside).max(40.0) as i32,
        height: face.strip as i32,
        cell_top: (above + (face.strip - above - below - cell) / 2.0) as i32,
        cell_height: cell as i32,
        bar: (((face.strip - above - cell) / 2.0) as i32 - 1).clamp(0, 4),
        stacked,
        marks,
    }
}

const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Leader => "l",
        Standing::Named => "l named",
        Standing::Stale => "l stale",
        Standing::InSync => "f",
        Standing::OutOfSync => "f out",
    }
}

pub(super) fn row(broker: BrokerId, tp: &TopicPartition, strip: &Strip, face: &Face, look: Look<'_>) -> Html {
    let size = measure(face);
    let paths = cells::paths(Pattern::of(strip), size.width, size.cell_height);
    let name = tp.to_string();
    let mut html = Html::new();
    html.raw("<div class=\"strip ").raw(class(strip.standing)).raw(if size.stacked { " stacked" } else { "" });
    html.raw("\" style=\"--c:var(--p").number(i64::from(look.colours.of(tp))).raw(");--lift:");
    html.number(i64::from(size.lift())).raw("px;height:").number(i64::from(size.height)).raw("px\" title=\"");
    html.text(&title(strip, look.lang)).raw("\" data-testid=\"strip-").number(i64::from(broker)).raw("-");
    html.text(&name).raw("\" data-tp=\"").text(&name).raw("\"><span class=\"strip-name\">").text(&name);
    html.raw("</span><svg class=\"log\" width=\"").number(i64::from(size.width)).raw("\" height=\"");
    html.number(i64::from(size.height)).raw("\" aria-hidden=\"true\"><g transform=\"translate(0 ");
    html.number(i64::from(size.cell_top)).raw(")\">");
    let mut path = |class: &'static str, d: &str| {
        if !d.is_empty() {
            html.raw("<path class=\"").raw(class).raw("\" d=\"").text(d).raw("\"/>");
        }
    };
    path("c-empty", &paths.empty);
    path("c-gone", &paths.gone);
    path("c-full", &paths.committed);
    path("c-above", &paths.above);
    path("c-followed", &paths.followed);
    html.raw("<rect class=\"hw\" width=\"2\" rx=\"1\" x=\"").number(i64::from(paths.watermark_x - 1));
    html.raw("\" y=\"").number(i64::from(-size.bar)).raw("\" height=\"");
    html.number(i64::from(size.cell_height + 2 * size.bar)).raw("\"/></g>");
    if size.marks && !strip.groups.is_empty() {
        html.raw("<g class=\"marks\" transform=\"translate(0 ");
        html.number(i64::from(size.cell_top + size.cell_height + 4)).raw(")\">");
        marks(&mut html, strip.first, &strip.groups, size);
        html.raw("</g>");
    }
    html.raw("</svg><span class=\"strip-role\">").text(&role(strip, face.density, look.lang)).raw("</span></div>");
    html
}

/// A replica on a tile.
pub(super) fn square(html: &mut Html, broker: BrokerId, tp: &TopicPartition, strip: &Strip, look: Look<'_>) {
    html.raw("<span class=\"sq ").raw(class(strip.standing)).raw("\"");
    colour(html, look.colours.of(tp));
    html.raw(" title=\"").text(&format!("{tp}: {}", title(strip, look.lang))).raw("\" data-testid=\"strip-");
    html.number(i64::from(broker)).raw("-").text(&tp.to_string()).raw("\">");
    html.number(i64::from(tp.partition)).raw("</span>");
}

fn role(strip: &Strip, density: Density, lang: Lang) -> String {
    if density == Density::Compact {
        let role = match strip.standing {
            Standing::Leader | Standing::Named => "★",
            Standing::Stale => "☆",
            Standing::InSync => "",
            Standing::OutOfSync => "✕",
        };
        return role.to_string();
    }
    match strip.standing {
        Standing::Leader | Standing::Named => format!("★ e{}", strip.epoch),
        Standing::Stale => format!("☆ {}", StageWord::Stale.text(lang)),
        Standing::InSync => StageWord::Isr.text(lang).to_string(),
        Standing::OutOfSync => StageWord::OutOfSync.text(lang).to_string(),
    }
}

fn title(strip: &Strip, lang: Lang) -> String {
    let role = match strip.standing {
        Standing::Leader | Standing::Named => StageWord::LeaderHint,
        Standing::Stale => StageWord::Stale,
        Standing::InSync => StageWord::FollowerInSync,
        Standing::OutOfSync => StageWord::FollowerOut,
    };
    let (end, mark) = (StageWord::LogEnd.text(lang), StageWord::HighWatermark.text(lang));
    let Strip { epoch, log_end, high_watermark, .. } = strip;
    let mut title = format!("{} · epoch {epoch} · {end} {log_end} · {mark} {high_watermark}", role.text(lang));
    for mark in &strip.groups {
        let number = |offset: Option<u64>| offset.map_or_else(|| "–".to_string(), |offset| offset.to_string());
        title.push_str(&format!(
            "\n{}: ▲ {} {} · ◆ {} {}",
            mark.group,
            StageWord::Position.text(lang),
            number(mark.position),
            StageWord::Committed.text(lang),
            number(mark.committed)
        ));
    }
    title
}

/// ▲ the position, ◆ the committed offset, with their numbers. A second group stands lower and fainter.
fn marks(html: &mut Html, first: u64, groups: &[GroupMark], size: Measures) {
    for (index, mark) in groups.iter().take(2).enumerate() {
        let class = if index == 0 { "<g class=\"mark\">" } else { "<g class=\"mark second\">" };
        let y = index as i32 * 2;
        let same = mark.position.is_some() && mark.position == mark.committed;
        let mut shape = |x: i32, shape: &'static str, text_x: i32, anchor: &'static str, number: Option<u64>| {
            html.raw(class).raw("<path d=\"M").number(i64::from(x)).raw(" ").number(i64::from(y)).raw(shape);
            html.raw("\"/><text x=\"").number(i64::from(text_x)).raw("\" y=\"").number(i64::from(y + 9));
            html.raw("\" text-anchor=\"").raw(anchor).raw("\">");
            if let Some(number) = number {
                html.number(number as i64);
            }
            html.raw("</text></g>");
        };
        if let Some(committed) = mark.committed {
            let x = cells::x_of(committed, first, size.width).clamp(3, size.width - 3);
            let text_x = x - 7;
            shape(x, "l4 4-4 4-4-4z", text_x, "end", (!same && text_x > 12).then_some(committed));
        }
        if let Some(position) = mark.position {
            let behind = position > first + CELLS;
            let x = cells::x_of(position, first, size.width).clamp(3, size.width - 3) + if same { 9 } else { 0 };
            let text_x = x + 7;
            shape(x, "l4.5 8h-9z", text_x, "start", (!behind && text_x < size.width - 14).then_some(position));
        }
    }
}
