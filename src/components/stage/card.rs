//! A node's card: its place, a button under everything that takes the focus and opens the menu, the keys, and
//! its face, which `markup` makes in pieces: each is set again only when it changed.

use super::menu;
use crate::components::keys::is_composing;
use crate::components::storyteller::Storyteller;
use crate::context::{
    FollowedRecord, Language, PartitionColours, PlugOn, Selected, Selection, SingleKeys, StageHandle,
};
use crate::erased::{Memo, Show, rows};
use crate::i18n::StageWord;
use crate::layout::Face;
use crate::markup::html::Html;
use crate::markup::{Card, Look, Pieces, place};
use crate::session::{Session, UiCommand};
use leptos::prelude::*;
use sim_core::engine::command::Command;
use sim_core::engine::system::{Fault, Process};
use sim_core::ids::NodeId;
use sim_core::time::Span;

#[component]
pub fn NodeCard(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let language = expect_context::<Language>();
    let colours = expect_context::<PartitionColours>();
    let followed = expect_context::<FollowedRecord>();
    let selection = expect_context::<Selection>();
    let teller = expect_context::<Storyteller>();
    let plug_on = expect_context::<PlugOn>();
    // A card that is about to go away keeps its last look.
    let card = Memo::new(move |last: Option<&Option<Card>>| {
        let followed = followed.0.get();
        session.frame.with(|frame| Card::of(frame, id, followed)).or_else(|| last.cloned().flatten())
    });
    let is_open = Memo::new(move |_| stage.opened.get() == Some(id));
    let face = Memo::new(move |last: Option<&Option<Face>>| {
        let now = stage.layout.with(|layout| layout.face(id, is_open.get()));
        now.or_else(|| last.copied().flatten())
    });
    let pieces = Memo::new(move |_| {
        let (lang, face) = (language.0.get(), face.get());
        card.with(|card| match (card, &face) {
            (Some(card), Some(face)) => colours.0.with(|colours| card.pieces(face, Look { lang, colours })),
            _ => Pieces::default(),
        })
    });
    let passed = since_frame(session);
    let running = Memo::new(move |_| {
        let (lang, face) = (language.0.get(), face.get());
        card.with(|card| match (card, &face) {
            (Some(Card::Producer(_)), _) | (None, _) | (_, None) => Html::new(),
            (Some(card), Some(face)) => {
                colours.0.with(|colours| card.running(face, passed.get(), Look { lang, colours }))
            }
        })
    });
    let process = Memo::new(move |_| card.with(|card| card.as_ref().map_or(Process::Removed, Card::process)));
    let may_answer = Memo::new(move |_| {
        session.tale.with(|tale| {
            let asks = tale.as_ref().and_then(|tale| tale.asks.as_ref());
            asks.is_some_and(|asks| session.frame.with(|frame| asks.takes(frame, id)))
        })
    });
    let class = Memo::new(move |_| {
        let mut class = card.with(|card| match (card, face.get()) {
            (Some(card), Some(face)) => card.classes(&face),
            _ => String::new(),
        });
        if is_open.get() {
            class.push_str(" open");
        }
        if selection.is(&Selected::Node(id)) {
            class.push_str(" selected");
        }
        if may_answer.get() {
            class.push_str(" may-answer");
        }
        class
    });
    let style = Memo::new(move |_| face.get().map(|face| place(face.rect)).unwrap_or_default());
    // An open card is larger than its place, and only its place takes the pointer: the cards that it covers
    // can still be reached.
    let hit_style = Memo::new(move |_| {
        let closed = stage.layout.with(|layout| layout.node(id));
        match (is_open.get(), face.get(), closed) {
            (true, Some(face), Some(closed)) => format!(
                "left:{}px;top:{}px;width:{}px;height:{}px;right:auto;bottom:auto",
                (closed.x - face.rect.x).round() as i64 - 1,
                (closed.y - face.rect.y).round() as i64 - 1,
                closed.w.round() as i64,
                closed.h.round() as i64
            ),
            _ => String::new(),
        }
    });
    let label = move || card.with(|card| card.as_ref().map(|card| card.label(language.0.get())));
    let testid = card.with_untracked(|card| card.as_ref().map(Card::testid)).unwrap_or_default();
    let expanded = move || if stage.menu.get() == Some(id) { "true" } else { "false" };
    let single_keys = expect_context::<SingleKeys>().0;
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if is_composing(&event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        if key == "ArrowDown" {
            stage.menu.set(Some(id));
        } else if !single_keys.get_untracked() || !menu::press(stage, session, selection, id, &key) {
            return;
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let enter = move || stage.hovered.set(Some(id));
    let leave = move || {
        if stage.hovered.get_untracked() == Some(id) {
            stage.hovered.set(None);
        }
    };
    // Only a reader with a keyboard wants this node's lines picked out: after a click in the menu the focus is
    // here too, and then everything is to be watched.
    let on_arrival = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Tab" {
            enter();
        }
    };
    let count = Memo::new(move |_| pieces.with(|pieces| pieces.rows.len()));
    let row = move |index: usize| {
        let html = Memo::new(move |_| pieces.with(|pieces| pieces.rows.get(index).cloned()).unwrap_or_default());
        view! { <div class="row" inner_html=move || html.get().into_string()></div> }
    };
    let piece = move |of: fn(&Pieces) -> &Html| Memo::new(move |_| pieces.with(|pieces| of(pieces).clone()));
    let (head, foot) = (piece(|pieces| &pieces.head), piece(|pieces| &pieces.foot));
    let broker = if let NodeId::Broker(broker) = id { Some(broker) } else { None };
    let plug = move || broker.is_some() && plug_on.0.get() == broker && process.get().is_up();
    let pull = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        session.send(UiCommand::Sim(Command::Fault(Fault::Kill(id))));
    };
    view! {
        <div
            class=move || class.get() style=move || style.get() data-testid=testid
            on:click=move |_| if !teller.takes_click(id) { stage.menu.set(Some(id)) }
            on:pointerenter=move |_| enter() on:pointerleave=move |_| leave()
        >
            <button
                type="button" class="hit" style=move || hit_style.get() data-node=id.code().to_string()
                aria-haspopup="menu" aria-expanded=expanded aria-label=label
                on:keydown=on_key on:keyup=on_arrival on:blur=move |_| leave()
            ></button>
            <div class="head" inner_html=move || head.get().into_string()></div>
            <div class="running" inner_html=move || running.get().into_string()></div>
            <div class="rows">{rows(move || (0..count.get()).collect(), usize::clone, row)}</div>
            <div class="foot" inner_html=move || foot.get().into_string()></div>
            <Show when=move || process.get().is_frozen()><span class="frost" aria-hidden="true">"❄"</span></Show>
            <Show when=plug>
                <button type="button" class="plug" data-testid="plug" on:click=pull>
                    <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M11 2L4.5 11.5H10L8.5 18 15.5 8.5H10z"></path></svg>
                    {move || StageWord::KillThisOne.text(language.0.get())}
                </button>
            </Show>
        </div>
    }
}

/// How far the page is past the frame.
fn since_frame(session: Session) -> Memo<Span> {
    Memo::new(move |_| session.frame.with(|frame| session.at_page.get().since(frame.at)))
}
