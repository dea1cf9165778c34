//! What changed hands is seen to travel, for a fifth of a second. With reduced motion it lights up where it
//! arrived.

use crate::canvas::travel::{Travel, What, travels};
use crate::context::{PartitionColours, ReducedMotion, StageHandle};
use crate::erased::{effect, rows};
use crate::session::Session;
use leptos::prelude::*;
use sim_core::view::frame::Frame;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

/// A little longer than the longest animation in `stage.css`.
pub(crate) const GONE_AFTER: Duration = Duration::from_millis(1_000);

#[component]
pub fn Travels(stage: StageHandle) -> impl IntoView {
    let session = expect_context::<Session>();
    let colours = expect_context::<PartitionColours>();
    let reduced = expect_context::<ReducedMotion>();
    let shown = RwSignal::new(Vec::<(u64, Travel)>::new());
    let count = StoredValue::new(0_u64);
    let last = RefCell::new(None::<Arc<Frame>>);
    effect(move || {
        let frame = session.frame.get();
        if let Some(before) = last.replace(Some(frame.clone())) {
            let found = stage.layout.with_untracked(|layout| travels(&before, &frame, layout));
            if !found.is_empty() {
                let first = count.get_value();
                count.set_value(first + found.len() as u64);
                let last = count.get_value();
                shown.update(|shown| shown.extend((first..).zip(found)));
                set_timeout(
                    move || {
                        shown.try_update(|shown| shown.retain(|(number, _)| *number >= last));
                    },
                    GONE_AFTER,
                );
            }
        }
    });
    view! {
        {rows(
            move || shown.get(),
            |(number, _)| *number,
            move |(_, travel)| {
                let (glyph, colour, text) = match &travel.what {
                    What::Star(tp) => ("★", format!("var(--p{})", colours.0.with_untracked(|c| c.of(tp))), tp.to_string()),
                    What::Owner(_, tp) => ("", format!("var(--p{})", colours.0.with_untracked(|c| c.of(tp))), tp.to_string()),
                    What::Flag => ("⚑", "var(--watch)".to_string(), String::new()),
                    What::Crown => ("♛", "var(--zk)".to_string(), String::new()),
                };
                let class = if reduced.0.get_untracked() { "travel still" } else { "travel" };
                let (from, to) = (travel.from, travel.to);
                let style = format!(
                    "--c:{colour};--x0:{}px;--y0:{}px;--x1:{}px;--y1:{}px",
                    from.x as i64, from.y as i64, to.x as i64, to.y as i64
                );
                view! { <span class=class style=style aria-hidden="true">{glyph}" "{text}</span> }
            },
        )}
    }
}
