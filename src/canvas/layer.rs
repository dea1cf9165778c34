//! The canvas over the stage: redrawn when the frame, the shown time, the place or the theme changes, and
//! at no other time.

use super::painter::{Painter, Palette};
use super::scene::{Focus, Ways, sprites};
use crate::components::stage::StageHandle;
use crate::context::{FollowedRecord, PartitionColours, ReducedMotion, ThemeChoice};
use crate::session::Session;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub fn FlightLayer(stage: StageHandle) -> impl IntoView {
    let session = expect_context::<Session>();
    let colours = expect_context::<PartitionColours>();
    let followed = expect_context::<FollowedRecord>();
    let reduced = expect_context::<ReducedMotion>();
    let theme = expect_context::<ThemeChoice>();
    let canvas = NodeRef::<Canvas>::new();
    let painter = StoredValue::new_local(None::<Painter>);
    let palette = StoredValue::new_local(Palette::default());
    let ways = StoredValue::new_local(None::<Ways>);

    Effect::new(move || {
        if let Some(canvas) = canvas.get() {
            painter.set_value(Painter::new(canvas));
        }
    });
    Effect::new(move || {
        theme.shown.track();
        // The attribute on the root is set by an effect of the same signal: read the colours after it.
        request_animation_frame(move || {
            palette.set_value(Palette::read());
            stage.repaint.update(|count| *count += 1);
        });
    });
    Effect::new(move || {
        stage.repaint.track();
        canvas.track();
        let layout = stage.layout.get();
        let (frame, now, pace) = (session.frame.get(), session.at_page.get(), session.us_per_page_s.get());
        let focus = Focus { followed: followed.0.get(), still: reduced.0.get() };
        let scrolled = stage.scrolled.get();
        painter.with_value(|painter| {
            let Some(painter) = painter else { return };
            ways.update_value(|ways| {
                if ways.as_ref().is_none_or(|ways| !Arc::ptr_eq(ways.layout(), &layout)) {
                    *ways = Some(Ways::new(layout.clone()));
                }
                if let Some(ways) = ways {
                    let sprites = colours.0.with(|colours| sprites(&frame, now, pace, ways, colours, &focus));
                    palette.with_value(|palette| painter.paint(&sprites, palette, scrolled, layout.size.rem));
                }
            });
        });
    });
    view! { <canvas class="flights" node_ref=canvas aria-hidden="true"></canvas> }
}
