//! What can be done to a node: a menu for pointer, keyboard and screen reader.

use crate::components::keys::is_composing;
use crate::context::{Language, Selected, Selection, SingleKeys, StageHandle};
use crate::erased::{Memo, Show, effect, rows};
use crate::i18n::{StageWord, names};
use crate::layout::Rect;
use crate::session::{Session, UiCommand};
use crate::view_model::menu::{self, Does, Item, Verb};
use crate::view_model::stage::name;
use leptos::html::Div;
use leptos::prelude::*;
use sim_core::ids::NodeId;
use sim_core::net::CutHow;
use std::sync::Arc;
use wasm_bindgen::JsCast;

#[component]
pub fn NodeMenu(stage: StageHandle) -> impl IntoView {
    view! { {move || stage.menu.get().map(|id| view! { <Open stage=stage id=id/> })} }
}

/// A key pressed on a card or in its menu: does what it stands for, if that can be done now.
pub(super) fn press(stage: StageHandle, session: Session, selection: Selection, id: NodeId, key: &str) -> bool {
    let mut letters = key.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return false };
    let items = session.frame.with_untracked(|frame| menu::items(frame, id));
    let Some(item) = items.into_iter().find(|item| item.verb.key() == Some(letter.to_ascii_lowercase())) else {
        return false;
    };
    if item.does == Does::Links {
        stage.menu.set(Some(id));
        return true;
    }
    perform(stage, session, selection, id, item, By::Keyboard);
    true
}

/// How an item was chosen. A click by keyboard has no count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Keyboard,
    Pointer,
}

impl By {
    fn of(event: &leptos::ev::MouseEvent) -> By {
        if event.detail() > 0 { By::Pointer } else { By::Keyboard }
    }
}

fn perform(stage: StageHandle, session: Session, selection: Selection, id: NodeId, item: Item, by: By) {
    match item.does {
        Does::Command(command) => session.send(UiCommand::Sim(command)),
        Does::Select => selection.select(Selected::Node(id)),
        Does::Links => return,
    }
    close(stage, id, by);
}

/// Closes the menu; the focus of a keyboard goes back to where it came from.
fn close(stage: StageHandle, id: NodeId, by: By) {
    stage.menu.set(None);
    if by == By::Keyboard {
        focus(&format!("[data-node=\"{}\"]", id.code()));
    }
}

fn focus(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector)
        && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
    {
        let _ = element.focus();
    }
}

#[component]
fn Open(stage: StageHandle, id: NodeId) -> impl IntoView {
    let session = expect_context::<Session>();
    let selection = expect_context::<Selection>();
    let language = expect_context::<Language>();
    let root = NodeRef::<Div>::new();
    let cutting = RwSignal::new(false);
    let word = move |word: StageWord| word.text(language.0.get());
    let items = Memo::new(move |_| {
        let items = session.frame.with(|frame| menu::items(frame, id));
        items.into_iter().map(|item| (item.verb, item.other)).collect::<Vec<_>>()
    });
    let links = Memo::new(move |_| session.frame.with(|frame| menu::links(frame, id)));
    let title = names::shown(&session.frame.with_untracked(|frame| name(frame, id)), language.0.get_untracked());
    let style =
        move || stage.layout.with(|layout| layout.node(id).map(|rect| beside(rect, layout)).unwrap_or_default());
    // The first item has the focus as soon as the list is there.
    effect(move || {
        cutting.track();
        if root.get().is_some() {
            request_animation_frame(|| focus(".menu [role=menuitem]"));
        }
    });
    let choose = move |verb: Verb, other: Option<Arc<str>>, by: By| {
        if verb == Verb::CutLink {
            cutting.set(true);
            return;
        }
        // What it means is looked up now: the run may have gone on since the menu was opened.
        let items = session.frame.with_untracked(|frame| menu::items(frame, id));
        match items.into_iter().find(|item| item.verb == verb && item.other == other) {
            Some(item) => perform(stage, session, selection, id, item, by),
            None => close(stage, id, by),
        }
    };
    let cut = move |other: NodeId, how: CutHow, by: By| {
        session.send(UiCommand::Sim(menu::cut(id, other, how)));
        close(stage, id, by);
    };
    let single_keys = expect_context::<SingleKeys>().0;
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        let key = event.key();
        let letters = single_keys.get_untracked();
        match key.as_str() {
            "Escape" if cutting.get_untracked() => cutting.set(false),
            "Escape" | "Tab" => close(stage, id, By::Keyboard),
            "ArrowDown" => move_focus(&root, 1),
            "ArrowUp" => move_focus(&root, -1),
            "Home" => move_focus(&root, i32::MIN),
            "End" => move_focus(&root, i32::MAX),
            "Enter" | " " => return event.stop_propagation(),
            "c" | "C" if letters && !cutting.get_untracked() => cutting.set(true),
            other if letters && !cutting.get_untracked() && press(stage, session, selection, id, other) => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let item = move |(verb, other): (Verb, Option<Arc<str>>)| {
        let (shown, chosen) = (other.clone(), other.clone());
        let testid = match &other {
            Some(other) => format!("menu-{}-{other}", verb.slug()),
            None => format!("menu-{}", verb.slug()),
        };
        view! {
            <button type="button" role="menuitem" tabindex="-1" class=format!("item {}", verb.slug()) data-testid=testid
                on:click=move |event| choose(verb, chosen.clone(), By::of(&event))>
                <svg viewBox="0 0 16 16" aria-hidden="true"><path d=icon(verb)></path></svg>
                <span>{move || word(verb_word(verb))}{move || shown.as_ref().map(|other| format!(" {}", names::shown(other, language.0.get())))}</span>
                {verb.key().map(|key| view! { <kbd>{key.to_ascii_uppercase().to_string()}</kbd> })}
            </button>
        }
    };
    let link = move |(other, name, used): (NodeId, Arc<str>, bool)| {
        let lang = language.0.get_untracked();
        let button = |how: CutHow, slug: &str, label: StageWord, hint: StageWord| {
            view! {
                <button type="button" role="menuitem" tabindex="-1" title=move || word(hint)
                    data-testid=format!("cut-{slug}-{name}") aria-label=format!("{name}: {}", label.text(lang))
                    on:click=move |event| cut(other, how, By::of(&event))>{move || word(label)}</button>
            }
        };
        view! {
            <div class="peer-link" class:used=used>
                <span>{names::shown(&name, lang)}</span>
                {button(CutHow::Reset, "reset", StageWord::CutReset, StageWord::CutResetHint)}
                {button(CutHow::Silent, "silent", StageWord::CutSilent, StageWord::CutSilentHint)}
            </div>
        }
    };
    view! {
        <div class="menu-back" on:click=move |event| { event.stop_propagation(); close(stage, id, By::Pointer) }></div>
        <div class="menu" role="menu" tabindex="-1" style=style node_ref=root data-testid="menu" on:keydown=on_key
            on:click=|event| event.stop_propagation()
            aria-label=format!("{title}: {}", StageWord::Menu.text(language.0.get_untracked()))>
            <div class="menu-title" aria-hidden="true">{title.clone()}</div>
            <Show when=move || !cutting.get()>
                {rows(move || items.get(), |(verb, other)| (verb.slug(), other.clone()), item)}
            </Show>
            <Show when=move || cutting.get()>
                <div class="links" role="group" tabindex="0" aria-label=move || word(StageWord::CutLink)>
                    {rows(move || links.get(), |(other, _, used)| (*other, *used), link)}
                </div>
                <button type="button" role="menuitem" tabindex="-1" class="item" data-testid="menu-back" on:click=move |_| cutting.set(false)>
                    <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M10 3L5 8l5 5"></path></svg><span>{move || word(StageWord::Back)}</span>
                </button>
            </Show>
        </div>
    }
}

/// As in `style/stage.css`.
pub(crate) const WIDTH_REM: f64 = 17.0;
/// The longest menu, about.
const HEIGHT_REM: f64 = 21.0;

/// In the card's upper right, and never out of the stage.
fn beside(rect: Rect, layout: &crate::layout::Layout) -> String {
    let rem = layout.size.rem;
    let (width, height) = (WIDTH_REM * rem, HEIGHT_REM * rem);
    let x = (rect.x + rect.w * 0.42).min(layout.size.width - width - 0.5 * rem).max(0.5 * rem);
    let y = (rect.y + 2.6 * rem).min(layout.height - height).max(0.5 * rem);
    format!("transform:translate({}px,{}px)", x as i64, y as i64)
}

fn move_focus(root: &NodeRef<Div>, by: i32) {
    let Some(root) = root.get_untracked() else { return };
    let Ok(items) = root.query_selector_all("[role=menuitem]") else { return };
    let count = items.length() as i32;
    let active = document().active_element();
    let is_active = |at: &i32| {
        items.item(*at as u32).is_some_and(|item| active.as_ref().is_some_and(|active| item.is_same_node(Some(active))))
    };
    let at = match by {
        i32::MIN => 0,
        i32::MAX => count - 1,
        _ => (0..count).find(is_active).map_or(0, |at| (at + by).rem_euclid(count.max(1))),
    };
    if let Some(Ok(item)) = items.item(at.max(0) as u32).map(|item| item.dyn_into::<web_sys::HtmlElement>()) {
        let _ = item.focus();
    }
}

fn verb_word(verb: Verb) -> StageWord {
    match verb {
        Verb::Start => StageWord::Start,
        Verb::Stop => StageWord::Stop,
        Verb::Kill => StageWord::Kill,
        Verb::PowerOff => StageWord::PowerOff,
        Verb::Freeze => StageWord::Freeze,
        Verb::Thaw => StageWord::Thaw,
        Verb::CutLink => StageWord::CutLink,
        Verb::Heal => StageWord::HealLink,
        Verb::SendRecord => StageWord::SendRecord,
        Verb::LoadUp => StageWord::LoadUp,
        Verb::LoadOff => StageWord::LoadOff,
        Verb::Commit => StageWord::Commit,
        Verb::Inspect => StageWord::Inspect,
        Verb::Remove => StageWord::Remove,
    }
}

/// Lines on a field of 16 by 16.
fn icon(verb: Verb) -> &'static str {
    match verb {
        Verb::Start => "M5 3l8 5-8 5z",
        Verb::Stop => "M4 4h8v8H4z",
        Verb::Kill => "M9 1.5L3.5 9H8l-1 5.5L12.5 7H8z",
        Verb::PowerOff => "M8 2v6M4.5 4.5a5 5 0 1 0 7 0",
        Verb::Freeze => "M8 1.5v13M2.4 4.8l11.2 6.4M13.6 4.8L2.4 11.2",
        Verb::Thaw => "M8 5a3 3 0 1 0 .01 0zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15",
        Verb::CutLink => "M2 4l9 8M2 12l9-8M13 3.5a1.8 1.8 0 1 0 .01 0zM13 9.5a1.8 1.8 0 1 0 .01 0z",
        Verb::Heal => "M6.5 9.5l3-3M7 5l2-2a2.8 2.8 0 0 1 4 4l-2 2M9 11l-2 2a2.8 2.8 0 0 1-4-4l2-2",
        Verb::SendRecord => "M2 8h11M9 4l4 4-4 4",
        Verb::LoadUp => "M2 5l4 3-4 3zM8 5l4 3-4 3z",
        Verb::LoadOff => "M5 4v8M11 4v8",
        Verb::Commit => "M3 8.5l3.5 3.5L13 4.5",
        Verb::Inspect => "M7 3a4 4 0 1 0 .01 0zM10 10l4 4",
        Verb::Remove => "M4 4l8 8M12 4l-8 8",
    }
}
