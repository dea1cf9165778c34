//! The stage: servers, brokers, clients and what flies between them. Everything stands where `layout` says and
//! looks as `markup` says; here are the elements that hold it, and what a pointer or a key does.

pub mod card;
pub mod menu;
pub mod plus;
pub mod travels;

use crate::browser::size;
use crate::canvas::layer::FlightLayer;
use crate::context::{CardsMounted, Language, PartitionColours, Selected, Selection, StageHandle, StageShown};
use crate::erased::{Memo, rows};
use crate::i18n::StageWord;
use crate::layout::{Layout, Shape};
use crate::markup::html::Html;
use crate::markup::{self, Look, place};
use crate::session::Session;
use crate::view_model::stage::{self, GroupCard};
use leptos::html::Div;
use leptos::prelude::*;
use sim_core::ids::NodeId;
use std::sync::Arc;

#[component]
pub fn Stage() -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let selection = expect_context::<Selection>();
    let scroller = NodeRef::<Div>::new();
    let size = size::of(scroller);
    let shape = Memo::new(move |_| session.frame.with(|frame| Shape::of(frame)));
    let layout = Memo::new(move |_| Arc::new(shape.with(|shape| Layout::compute(shape, size.get()))));
    let hovered = RwSignal::new(None);
    let menu = RwSignal::new(None);
    let looked_at = Memo::new(move |_| {
        let selected = || selection.0.with(|what| if let Some(Selected::Node(id)) = what { Some(*id) } else { None });
        hovered.get().or_else(selected)
    });
    // The one that the reader looks at; else, while time stands still, the one that the step under the cursor
    // happened to.
    let opened = Memo::new(move |_| menu.get().or(looked_at.get()).or_else(|| in_step(session)));
    let stage = StageHandle { layout, hovered, opened, menu };
    expect_context::<StageShown>().0.set(Some(stage));
    let word = move |word: StageWord| word.text(language.0.get());
    let mounted = expect_context::<CardsMounted>().0;
    let nodes = Memo::new(move |_| {
        let mut nodes = session.frame.with(|frame| markup::nodes(frame));
        nodes.truncate(mounted.get());
        nodes
    });
    let groups = Memo::new(move |_| {
        layout.with(|layout| layout.groups.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())
    });
    let pluses =
        Memo::new(move |_| layout.with(|layout| layout.plus.iter().map(|(plus, _)| plus.clone()).collect::<Vec<_>>()));
    let height = move || layout.with(|layout| format!("height:{}px", layout.height as i64));
    let class = move || {
        let class = layout.with(|layout| markup::stage_class(layout));
        if looked_at.get().is_some() { format!("{class} focused") } else { class.to_string() }
    };
    let wires = Memo::new(move |_| session.frame.with(|frame| markup::wires::list(frame)));
    let all_lines =
        Memo::new(move |_| wires.with(|wires| layout.with(|layout| markup::wires::all(wires, layout, None))));
    // Drawn once more in full: those of the node that is looked at.
    let hot_lines = Memo::new(move |_| match looked_at.get() {
        Some(node) => wires.with(|wires| layout.with(|layout| markup::wires::all(wires, layout, Some(node)))),
        None => Html::new(),
    });
    let look = move |make: &dyn Fn(Look<'_>) -> Html| {
        let lang = language.0.get();
        colours.0.with(|colours| make(Look { lang, colours }))
    };
    let bundles = Memo::new(move |_| layout.with(|layout| look(&|look| markup::wires::labels(layout, look))));
    let lights = Memo::new(move |_| session.frame.with(|frame| look(&|look| markup::lights::row(frame, look))));
    let svg = move |class: &'static str, lines: Memo<Html>| {
        view! {
            <svg class=class aria-hidden="true" inner_html=move || lines.get().into_string()
                width=move || layout.with(|layout| layout.size.width as i64)
                height=move || layout.with(|layout| layout.height as i64)
            ></svg>
        }
    };

    view! {
        <div class=class role="group" aria-label=move || word(StageWord::Stage) data-testid="stage">
            <div class="stage-scroll" node_ref=scroller>
                <div class="stage-content" style=height>
                    {svg("wires", all_lines)}
                    {svg("wires hot-lines", hot_lines)}
                    <div class="bundles" aria-hidden="true" inner_html=move || bundles.get().into_string()></div>
                    <span class="band-label" style=move || layout.with(|layout| label_style(layout))>{move || word(StageWord::Ensemble)}</span>
                    {rows(move || groups.get(), Arc::clone, move |name| view! { <Group stage name/> })}
                    {rows(move || nodes.get(), NodeId::clone, move |id| view! { <card::NodeCard stage id/> })}
                    {rows(move || pluses.get(), markup::plus_slug, move |plus| view! { <plus::PlusButton stage plus/> })}
                    <FlightLayer stage=stage/>
                    <travels::Travels stage=stage/>
                    <menu::NodeMenu stage=stage/>
                </div>
            </div>
            <div class="lights" role="status" data-testid="lights" inner_html=move || lights.get().into_string()></div>
        </div>
    }
}

/// The frame around the members of a group, with its caption.
#[component]
fn Group(stage: StageHandle, name: Arc<str>) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let key = StoredValue::new(name.clone());
    let card = Memo::new(move |last: Option<&Option<GroupCard>>| {
        let now = session.frame.with(|frame| key.with_value(|name| stage::group(frame, name)));
        now.or_else(|| last.cloned().flatten())
    });
    let style =
        move || stage.layout.with(|layout| key.with_value(|name| layout.group(name))).map(place).unwrap_or_default();
    let class = move || card.with(|card| card.as_ref().map_or("group", markup::group::class));
    let caption = Memo::new(move |_| {
        let lang = language.0.get();
        let made = card.with(|card| {
            let card = card.as_ref()?;
            Some(colours.0.with(|colours| markup::group::caption(card, Look { lang, colours })))
        });
        made.unwrap_or_default()
    });
    view! {
        <div class=class style=style data-testid=format!("group-{name}") inner_html=move || caption.get().into_string()></div>
    }
}

/// While time stands still: the node that the newest event up to the cursor happened to.
fn in_step(session: Session) -> Option<NodeId> {
    if session.status.with(|status| status.playing) {
        return None;
    }
    let (end, step) = session.frame.with(|frame| (frame.events, frame.step));
    let newest = session.events(end.saturating_sub(1), end).pop()?;
    (newest.step == step).then_some(newest.node)
}

fn label_style(layout: &Layout) -> String {
    let at = layout.ensemble_label();
    format!("transform:translate({}px,{}px)", at.x as i64, at.y as i64)
}
