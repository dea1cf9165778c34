//! What flies, over the cards: touched when something begins, ends or goes another way, and at no other time.

use super::painter::{Painter, Tempo};
use super::scene::{Focus, Ways, sprites, way_ahead};
use crate::context::{FollowedRecord, PartitionColours, ReducedMotion, StageHandle};
use crate::erased::effect;
use crate::session::Session;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;

#[component]
pub fn FlightLayer(stage: StageHandle) -> impl IntoView {
    let session = expect_context::<Session>();
    let colours = expect_context::<PartitionColours>();
    let followed = expect_context::<FollowedRecord>();
    let reduced = expect_context::<ReducedMotion>();
    let layer = NodeRef::<Div>::new();
    let painter = StoredValue::new_local(None::<Painter>);
    let ways = StoredValue::new_local(None::<Ways>);

    effect(move || {
        if let Some(layer) = layer.get() {
            painter.set_value(Some(Painter::new(layer.unchecked_into())));
        }
    });
    effect(move || {
        layer.track();
        let layout = stage.layout.get();
        let focus = Focus { followed: followed.0.get(), still: reduced.0.get() };
        let sky = session.sky.get();
        painter.update_value(|painter| {
            let Some(painter) = painter else { return };
            ways.update_value(|ways| {
                if ways.as_ref().is_none_or(|ways| !Arc::ptr_eq(ways.layout(), &layout)) {
                    *ways = Some(Ways::new(layout.clone()));
                }
                if let Some(ways) = ways {
                    let pace = sky.us_per_page_s;
                    let sprites =
                        colours.0.with(|colours| sprites(&sky.under_way, sky.at, pace, ways, colours, &focus));
                    let tempo = Tempo { at: sky.at, us_per_page_s: pace };
                    let mut ahead = |flight| way_ahead(&sky.under_way, flight, sky.at, ways);
                    painter.paint(&sprites, layout.size.width, tempo, &mut ahead);
                }
            });
        });
    });
    view! { <div class="flights" node_ref=layer aria-hidden="true"></div> }
}
