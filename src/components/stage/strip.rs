//! A replica as a strip: its log's last cells, the high watermark as a bar, who leads, and under the leader
//! how far the groups are.

use super::StageHandle;
use crate::context::{FollowedRecord, Language, PartitionColours, Selected, Selection};
use crate::i18n::StageWord;
use crate::session::Session;
use crate::view_model::cells::{self, CellPaths, Pattern};
use crate::view_model::stage::{self, CELLS, GroupMark, Standing, Strip};
use leptos::prelude::*;
use sim_core::ids::{BrokerId, TopicPartition};

/// The columns beside the cells, in rem; the CSS has the same numbers.
const NAME_REM: f64 = 4.3;
const ROLE_REM: f64 = 2.9;
const GAP_REM: f64 = 0.5;
/// Narrower strips have the name above the cells.
const STACKED_BELOW_REM: f64 = 15.0;

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

#[component]
pub fn StripRow(stage: StageHandle, broker: BrokerId, tp: TopicPartition) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let followed = expect_context::<FollowedRecord>();
    let selection = expect_context::<Selection>();
    let tp = StoredValue::new(tp);
    let strip = Memo::new(move |last: Option<&Option<Strip>>| {
        let followed = followed.0.get();
        let now = session.frame.with(|frame| tp.with_value(|tp| stage::strip(frame, broker, tp, followed)));
        now.or_else(|| last.cloned().flatten())
    });
    let measures = Memo::new(move |_| stage.layout.with(|layout| measure(layout, broker, &tp.read_value())));
    let pattern = Memo::new(move |_| strip.with(|strip| strip.as_ref().map(Pattern::of)).unwrap_or_default());
    let paths = Memo::new(move |_| {
        let size = measures.get();
        cells::paths(pattern.get(), size.width, size.cell_height)
    });
    let path = move |of: fn(&CellPaths) -> &String| move || paths.with(|paths| of(paths).clone());
    let class = move || {
        let kind = strip.with(|strip| match strip.as_ref().map(|strip| strip.standing) {
            Some(Standing::Leader) => "l",
            Some(Standing::Named) => "l named",
            Some(Standing::Stale) => "l stale",
            Some(Standing::InSync) => "f",
            Some(Standing::OutOfSync) => "f out",
            None => "",
        });
        let stacked = if measures.get().stacked { " stacked" } else { "" };
        let selected =
            if tp.with_value(|tp| selection.is(&Selected::Partition(tp.clone()))) { " selected" } else { "" };
        format!("strip {kind}{stacked}{selected}")
    };
    let role =
        move || strip.with(|strip| strip.as_ref().map(|strip| role_text(strip, language.0.get()))).unwrap_or_default();
    let title =
        move || strip.with(|strip| strip.as_ref().map(|strip| title_text(strip, language.0.get()))).unwrap_or_default();
    let style = move || {
        let colour = tp.with_value(|tp| colours.of(tp));
        let Measures { height, cell_top, cell_height, stacked, .. } = measures.get();
        // Name and role stand beside the cells, not beside the marks below them.
        let lift = if stacked { 0 } else { cell_top + cell_height / 2 - height / 2 };
        format!("--c:var(--p{colour});--lift:{lift}px;height:{height}px")
    };
    let name = tp.with_value(|tp| tp.to_string());
    let testid = format!("strip-{broker}-{name}");
    let groups = Memo::new(move |_| {
        strip.with(|strip| strip.as_ref().map(|strip| (strip.first, strip.groups.clone()))).unwrap_or_default()
    });
    view! {
        <div class=class style=style title=title data-testid=testid>
            <span class="strip-name">{name}</span>
            <svg class="log" width=move || measures.get().width height=move || measures.get().height aria-hidden="true">
                <g transform=move || format!("translate(0 {})", measures.get().cell_top)>
                    <path class="c-empty" d=path(|paths| &paths.empty)></path>
                    <path class="c-gone" d=path(|paths| &paths.gone)></path>
                    <path class="c-full" d=path(|paths| &paths.committed)></path>
                    <path class="c-above" d=path(|paths| &paths.above)></path>
                    <path class="c-followed" d=path(|paths| &paths.followed)></path>
                    <rect class="hw" width="2" rx="1" y=move || -measures.get().bar x=move || paths.with(|paths| paths.watermark_x - 1)
                        height=move || measures.get().cell_height + 2 * measures.get().bar></rect>
                </g>
                <g class="marks" transform=move || { let m = measures.get(); format!("translate(0 {})", m.cell_top + m.cell_height + 4) }>
                    {move || groups.with(|(first, groups)| marks(*first, groups, measures.get()))}
                </g>
            </svg>
            <span class="strip-role">{role}</span>
        </div>
    }
}

fn measure(layout: &crate::layout::Layout, broker: BrokerId, tp: &TopicPartition) -> Measures {
    let Some(rect) = layout.strip(broker, tp) else { return Measures::default() };
    let rem = layout.size.rem;
    let stacked = rect.w < STACKED_BELOW_REM * rem;
    let beside = if stacked { 0.0 } else { (NAME_REM + ROLE_REM + 2.0 * GAP_REM) * rem };
    let above = if stacked { 0.95 * rem } else { 0.0 };
    let marks = rect.h - above > 1.9 * rem;
    let below = if marks { 0.85 * rem } else { 0.0 };
    let cell = (rect.h - above - below - 0.5 * rem).clamp(0.55 * rem, 1.9 * rem);
    Measures {
        width: (rect.w - beside).max(40.0) as i32,
        height: rect.h as i32,
        cell_top: (above + (rect.h - above - below - cell) / 2.0) as i32,
        cell_height: cell as i32,
        bar: (((rect.h - above - cell) / 2.0) as i32 - 1).clamp(0, 4),
        stacked,
        marks,
    }
}

fn role_text(strip: &Strip, lang: crate::i18n::Lang) -> String {
    match strip.standing {
        Standing::Leader | Standing::Named => format!("★ e{}", strip.epoch),
        Standing::Stale => format!("☆ {}", StageWord::Stale.text(lang)),
        Standing::InSync => StageWord::Isr.text(lang).to_string(),
        Standing::OutOfSync => StageWord::OutOfSync.text(lang).to_string(),
    }
}

fn title_text(strip: &Strip, lang: crate::i18n::Lang) -> String {
    let role = match strip.standing {
        Standing::Leader | Standing::Named => StageWord::LeaderHint,
        Standing::Stale => StageWord::Stale,
        Standing::InSync => StageWord::FollowerInSync,
        Standing::OutOfSync => StageWord::FollowerOut,
    };
    let mut title = format!(
        "{} · epoch {} · {} {} · {} {}",
        role.text(lang),
        strip.epoch,
        StageWord::LogEnd.text(lang),
        strip.log_end,
        StageWord::HighWatermark.text(lang),
        strip.high_watermark
    );
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
fn marks(first: u64, groups: &[GroupMark], size: Measures) -> impl IntoView + use<> {
    if !size.marks {
        return Vec::new();
    }
    let mut shapes = Vec::new();
    for (index, mark) in groups.iter().take(2).enumerate() {
        let class = if index == 0 { "mark" } else { "mark second" };
        let y = index as i32 * 2;
        let near = match (mark.position, mark.committed) {
            (Some(position), Some(committed)) => position.abs_diff(committed) < 3,
            _ => false,
        };
        if let Some(committed) = mark.committed {
            let x = cells::x_of(committed, first, size.width).clamp(3, size.width - 3);
            let same = mark.position == mark.committed;
            let text_x = x - 7;
            shapes.push(
                view! {
                    <g class=class>
                        <path d=format!("M{x} {y}l4 4-4 4-4-4z")></path>
                        <text x=text_x y=y + 8 text-anchor="end">{(!same && text_x > 12).then(|| committed.to_string())}</text>
                    </g>
                }
                .into_any(),
            );
        }
        if let Some(position) = mark.position {
            let behind = position > first + CELLS;
            let x = cells::x_of(position, first, size.width).clamp(3, size.width - 3)
                + if near && mark.position == mark.committed { 9 } else { 0 };
            let text_x = x + 7;
            shapes.push(
                view! {
                    <g class=class>
                        <path d=format!("M{x} {y}l4.5 8h-9z")></path>
                        <text x=text_x y=y + 8>{(!behind && text_x < size.width - 14).then(|| position.to_string())}</text>
                    </g>
                }
                .into_any(),
            );
        }
    }
    shapes
}
