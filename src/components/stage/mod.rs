//! The stage: servers, brokers, clients and what flies between them. Everything stands where `layout` says;
//! each card reads one small struct of the view model and redraws when that changes.

pub mod broker;
pub mod card;
pub mod clocks;
pub mod consumer;
pub mod group;
pub mod lights;
mod markup;
pub mod menu;
pub mod plus;
pub mod producer;
pub mod server;
pub mod shell;
pub mod strip;
pub mod travels;
pub mod wires;

use crate::browser::size;
use crate::canvas::layer::FlightLayer;
use crate::context::Language;
use crate::i18n::StageWord;
use crate::layout::{Band, Layout, Rect, Shape};
use crate::session::Session;
use leptos::html::Div;
use leptos::prelude::*;
use sim_core::frame::Frame;
use sim_core::ids::NodeId;
use std::sync::Arc;

/// What the parts of the stage share.
#[derive(Clone, Copy)]
pub struct StageHandle {
    pub layout: Memo<Arc<Layout>>,
    /// The node under the pointer or with the focus: its lines are bright, the others step back.
    pub hovered: RwSignal<Option<NodeId>>,
    /// The node whose menu is open.
    pub menu: RwSignal<Option<NodeId>>,
    /// How far the content is scrolled, in pixels.
    pub scrolled: RwSignal<f64>,
    /// Counted up when the canvas must be drawn again although nothing of the run changed.
    pub repaint: RwSignal<u32>,
}

#[component]
pub fn Stage() -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let scroller = NodeRef::<Div>::new();
    let size = size::of(scroller);
    let shape = Memo::new(move |_| session.frame.with(|frame| Shape::of(frame)));
    let layout = Memo::new(move |_| Arc::new(shape.with(|shape| Layout::compute(shape, size.get()))));
    let stage = StageHandle {
        layout,
        hovered: RwSignal::new(None),
        menu: RwSignal::new(None),
        scrolled: RwSignal::new(0.0),
        repaint: RwSignal::new(0),
    };
    let on_scroll = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            stage.scrolled.set(f64::from(scroller.scroll_top()));
        }
    };
    let word = move |word: StageWord| word.text(language.0.get());
    let ids = move |of: fn(&Frame) -> Vec<NodeId>| Memo::new(move |_| session.frame.with(|frame| of(frame)));
    let servers = ids(|frame| frame.servers.iter().map(|server| server.id).collect());
    let brokers = ids(|frame| frame.brokers.iter().map(|broker| broker.id).collect());
    let producers = ids(|frame| frame.producers.iter().map(|producer| producer.id).collect());
    let consumers = ids(|frame| frame.consumers.iter().map(|consumer| consumer.id).collect());
    let shells = ids(|frame| frame.shells.iter().map(|shell| shell.id).collect());
    let groups = Memo::new(move |_| {
        layout.with(|layout| layout.groups.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())
    });
    let pluses =
        Memo::new(move |_| layout.with(|layout| layout.plus.iter().map(|(plus, _)| plus.clone()).collect::<Vec<_>>()));
    let height = move || layout.with(|layout| format!("height:{}px", layout.height as i64));

    view! {
        <div
            class="stage" class:narrow=move || layout.with(|layout| layout.narrow) class:alone=move || layout.with(|layout| layout.alone) class:focused=move || stage.hovered.get().is_some()
            role="group" aria-label=move || word(StageWord::Stage) data-testid="stage"
        >
            <div class="stage-scroll" node_ref=scroller on:scroll=on_scroll>
                <div class="stage-content" style=height>
                    <wires::Wires stage=stage/>
                    <span class="band-label" style=move || band_style(&layout.read(), Band::Ensemble)>{move || word(StageWord::Ensemble)}</span>
                    <For each=move || groups.get() key=|name| name.clone() let:name><group::Group stage=stage name=name/></For>
                    <For each=move || servers.get() key=|id| *id let:id><server::Server stage=stage id=id/></For>
                    <For each=move || brokers.get() key=|id| *id let:id><broker::Broker stage=stage id=id/></For>
                    <For each=move || shells.get() key=|id| *id let:id><shell::Shell stage=stage id=id/></For>
                    <For each=move || producers.get() key=|id| *id let:id><producer::Producer stage=stage id=id/></For>
                    <For each=move || consumers.get() key=|id| *id let:id><consumer::Consumer stage=stage id=id/></For>
                    <For each=move || pluses.get() key=|plus| plus::slug(plus) let:plus><plus::PlusButton stage=stage plus=plus/></For>
                    <travels::Travels stage=stage/>
                    <menu::NodeMenu stage=stage/>
                </div>
            </div>
            <FlightLayer stage=stage/>
            <lights::LightRow/>
        </div>
    }
}

/// A place as CSS, in whole pixels.
pub(crate) fn place(rect: Rect) -> String {
    let (x, y) = (rect.x.round() as i64, rect.y.round() as i64);
    let (w, h) = ((rect.right().round() as i64) - x, (rect.bottom().round() as i64) - y);
    format!("transform:translate({x}px,{y}px);width:{w}px;height:{h}px")
}

fn band_style(layout: &Layout, band: Band) -> String {
    let top = layout.band_top(band).unwrap_or(0.0);
    let x = if layout.narrow { 0.625 } else { 1.25 } * layout.size.rem;
    format!("transform:translate({}px,{}px)", x as i64, (top - 1.35 * layout.size.rem).max(4.0) as i64)
}
