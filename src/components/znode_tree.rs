//! What the ensemble agrees on, always in sight: rows and marks come from `view_model::tree`.

use crate::components::keys::is_composing;
use crate::components::section::Section;
use crate::context::*;
use crate::erased::{Memo, rows};
use crate::i18n::{Label, Names, znode as words};
use crate::session::Session;
use crate::view_model::tree::{self, Change, Memory, TreeRow};
use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use sim_core::ids::{NodeId, ZPath};
use sim_core::sorted::SortedMap;
use std::sync::Arc;

/// The znodes, what just changed marked; or as one server sees them, what it lacks marked.
#[component]
pub fn ZnodeTree() -> impl IntoView {
    let session = expect_context::<Session>();
    let (language, selection) = (expect_context::<Language>(), expect_context::<Selection>());
    let (panels, seen) = (expect_context::<Panels>(), expect_context::<Seen>());
    let folds = RwSignal::new(SortedMap::<ZPath, bool>::new());
    let memory = StoredValue::new(Memory::default());
    let changes = Memo::new(move |_| {
        let (events, at, step) = session.frame.with(|frame| (frame.events, frame.at, frame.step));
        session.story(|story| (tree::changes(story.marks, events, at), tree::changed_now(story.marks, step)))
    });
    let znodes = Memo::new_with_compare(
        move |_| session.frame.with(|frame| frame.znodes().clone()),
        |old, new| !Arc::ptr_eq(old, new),
    );
    let shown = Memo::new(move |_| {
        let znodes = znodes.get();
        memory.update_value(|memory| memory.look(&znodes));
        folds.with(|folds| {
            memory.with_value(|memory| {
                seen.tree.with(|tree| match tree {
                    Some(tree) => tree::rows(&tree.znodes, &tree::lag(&tree.znodes, &znodes), &[], memory, folds),
                    None => changes.with(|(changes, now)| tree::rows(&znodes, changes, now, memory, folds)),
                })
            })
        })
    });
    let list = NodeRef::<Div>::new();
    let keys = move |event: KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        let rows = shown.get_untracked();
        let path = selection.0.with_untracked(|what| match what {
            Some(Selected::Znode(path)) => Some(path.clone()),
            _ => None,
        });
        let here = path.and_then(|path| rows.iter().position(|row| row.path == path));
        let Some(does) = tree::press(&rows, here, &event.key()) else { return };
        event.prevent_default();
        event.stop_propagation();
        match does {
            tree::Does::Fold(path, open) => folds.update(|folds| {
                folds.insert(path, open);
            }),
            tree::Does::Select(path) => {
                selection.select(Selected::Znode(path));
                request_animation_frame(move || bring_into_sight(list));
            }
        }
    };
    // A row may be folded away, or belong to no server any more.
    let active = move || {
        let path = selection.0.with(|what| match what {
            Some(Selected::Znode(path)) => Some(path.clone()),
            _ => None,
        })?;
        shown.with(|rows| rows.iter().any(|row| row.path == path)).then_some(SELECTED_ID)
    };
    let fold = move |path: &ZPath, open: bool| {
        folds.update(|folds| {
            folds.insert(path.clone(), open);
        })
    };
    view! {
        <Section label=Label::Znodes panel=panels.tree testid="tree">
            <SeenBy seen/>
            <div class="tree" role="tree" tabindex="0" on:keydown=keys node_ref=list data-testid="tree-rows"
                aria-activedescendant=active
                aria-label=move || language.lang().label(Label::Znodes)>
                {rows(move || shown.get(), TreeRow::clone, move |row| view! { <TreeLine row fold/> })}
            </div>
        </Section>
    }
}

/// The row that the focus of the tree is on.
const SELECTED_ID: &str = "znode-selected";

/// The panel scrolls just as far as is needed to see the selected row.
fn bring_into_sight(list: NodeRef<Div>) {
    let Some(list) = list.get_untracked() else { return };
    let (Some(body), Ok(Some(row))) = (list.parent_element(), list.query_selector(".selected")) else { return };
    let (area, row) = (body.get_bounding_client_rect(), row.get_bounding_client_rect());
    // The choice of a server stays above the rows.
    let above = area.top() + 2.0 * row.height() - row.top();
    let below = row.bottom() - area.bottom();
    let by = if above > 0.0 { -above } else { below.max(0.0) };
    body.set_scroll_top(body.scroll_top() + by as i32);
}

/// Whose view is shown, and how far that server is behind.
#[component]
fn SeenBy(seen: Seen) -> impl IntoView {
    let (session, language) = (expect_context::<Session>(), expect_context::<Language>());
    let servers = Memo::new(move |_| {
        session.frame.with(|frame| {
            let latest = frame.servers().map(|server| server.last_zxid).max();
            let lags = frame.servers().map(|server| (server.id, server.name.clone(), Some(server.last_zxid) != latest));
            lags.collect::<Vec<_>>()
        })
    });
    let choice = move |by: Option<NodeId>, name: Option<Arc<str>>, lags: bool| {
        let testid = format!("seen-by-{}", name.as_deref().unwrap_or("latest"));
        view! {
            <button class="switch" class:lags=lags aria-pressed=move || (seen.by.get() == by).to_string() data-testid=testid
                on:click=move |_| seen.by.set(by)>
                {move || name.as_deref().unwrap_or(language.lang().label(Label::SeenLatest)).to_string()}
            </button>
        }
    };
    let behind = move || {
        let by = seen.by.get()?;
        let transactions = seen.tree.with(|tree| tree.as_ref().map(|tree| tree.behind))?;
        session.frame.with(|frame| {
            let down = !frame.servers().any(|server| server.id == by && server.process.is_up());
            let lang = language.0.get();
            Some(words::behind(lang, &Names::default().say(by, lang), transactions, down))
        })
    };
    view! {
        <div class="seen-by" role="group" aria-label=move || language.lang().label(Label::SeenBy)>
            <span>{move || language.lang().label(Label::SeenBy)}</span>
            <div class="switches">
                {choice(None, None, false)}
                {rows(move || servers.get(), Clone::clone, move |(id, name, lags)| choice(Some(id), Some(name), lags))}
            </div>
            <p data-testid="behind" aria-live="polite">{behind}</p>
        </div>
    }
}

#[component]
fn TreeLine(row: TreeRow, fold: impl Fn(&ZPath, bool) + Copy + 'static) -> impl IntoView {
    let (selection, language) = (expect_context::<Selection>(), expect_context::<Language>());
    let this = Selected::Znode(row.path.clone());
    let is_selected = {
        let this = this.clone();
        Memo::new(move |_| selection.is(&this))
    };
    let fold_path = row.path.clone();
    let open = row.open;
    let sign = match (row.children, row.open) {
        (0, _) => "",
        (_, true) => "▾",
        (_, false) => "▸",
    };
    let badge = match &row.change {
        Change::New => Some(("new", Label::ZnodeNew)),
        Change::Gone => Some(("gone", Label::ZnodeGone)),
        Change::Missing => Some(("new", Label::ZnodeMissing)),
        Change::Leftover => Some(("gone", Label::ZnodeLeftover)),
        Change::Older(_) => Some(("changed", Label::ZnodeOlder)),
        Change::Data(members) if members.is_empty() => Some(("changed", Label::ZnodeChanged)),
        Change::Data(_) | Change::None => None,
    };
    let (gone, missing) = (row.change == Change::Gone, row.change == Change::Missing);
    let members = match row.change {
        Change::Data(members) | Change::Older(members) => members,
        _ => Vec::new(),
    };
    let shows_data = members.is_empty() && !gone && !missing;
    view! {
        <div class="znode" role="treeitem" class:ephemeral=row.ephemeral class:selected=move || is_selected.get() class:gone=gone
            class:missing=missing class:now=row.now
            id=move || is_selected.get().then_some(SELECTED_ID) aria-selected=move || is_selected.get().to_string() attr:aria-level=(row.depth + 1).to_string()
            aria-expanded=(row.children > 0).then(|| row.open.to_string())
            style=format!("--depth:{}", row.depth) title=row.path.to_string() data-testid="znode"
            on:click=move |_| selection.select(this.clone())>
            <span class="turn" aria-hidden="true" on:click=move |event| {
                event.stop_propagation();
                fold(&fold_path, !open);
            }>{sign}</span>
            <span class="name">{row.name}</span>
            {badge.map(|(class, label)| view! {
                <mark class=class>{move || language.lang().label(label)}</mark>
            })}
            {members.into_iter().map(|(name, old, new)| view! {
                <mark class="changed"><i>{name}</i>" "{old}" → "{new}</mark>
            }).collect_view()}
            {shows_data.then_some(view! { <em>{row.data}</em> })}
            {(row.hidden_changes > 0).then(|| view! { <mark class="changed">{row.hidden_changes}</mark> })}
        </div>
    }
}
