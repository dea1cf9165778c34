use crate::components::section::Section;
use crate::context::*;
use crate::i18n::Label;
use crate::session::Session;
use crate::view_model::tree::{self, Change, Memory, TreeRow};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use sim_core::ids::ZPath;
use std::collections::BTreeMap;

/// The znodes, what just changed marked.
#[component]
pub fn ZnodeTree() -> impl IntoView {
    let session = expect_context::<Session>();
    let (language, selection) = (expect_context::<Language>(), expect_context::<Selection>());
    let panels = expect_context::<Panels>();
    let folds = RwSignal::new(BTreeMap::<ZPath, bool>::new());
    let memory = StoredValue::new(Memory::default());
    let changes = Memo::new(move |_| {
        let (events, at) = session.frame.with(|frame| (frame.events, frame.at));
        session.story.with(|story| tree::changes(&story.marks, events, at))
    });
    let znodes = Memo::new_with_compare(
        move |_| session.frame.with(|frame| frame.znodes.clone()),
        |old, new| match (old, new) {
            (Some(old), Some(new)) => !std::sync::Arc::ptr_eq(old, new),
            _ => true,
        },
    );
    let rows = Memo::new(move |_| {
        let znodes = znodes.get();
        memory.update_value(|memory| memory.look(&znodes));
        changes
            .with(|changes| folds.with(|folds| memory.with_value(|memory| tree::rows(&znodes, changes, memory, folds))))
    });
    let fold = move |path: &ZPath, open: bool| {
        folds.update(|folds| {
            folds.insert(path.clone(), open);
        })
    };
    let selected = move || match selection.0.get_untracked() {
        Some(Selected::Znode(path)) => Some(path),
        _ => None,
    };
    let keys = move |event: KeyboardEvent| {
        let rows = rows.get_untracked();
        let here = selected().and_then(|path| rows.iter().position(|row| row.path == path));
        let to = match event.key().as_str() {
            "ArrowDown" => here.map_or(0, |at| (at + 1).min(rows.len().saturating_sub(1))),
            "ArrowUp" => here.map_or(0, |at| at.saturating_sub(1)),
            "ArrowLeft" | "ArrowRight" => {
                if let Some(row) = here.map(|at| &rows[at]) {
                    fold(&row.path, event.key() == "ArrowRight");
                }
                event.prevent_default();
                event.stop_propagation();
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(row) = rows.get(to) {
            selection.select(Selected::Znode(row.path.clone()));
        }
    };
    view! {
        <Section label=Label::Znodes panel=panels.tree testid="tree">
            <div class="tree" role="tree" tabindex="0" on:keydown=keys data-testid="tree-rows"
                aria-label=move || language.catalog().label(Label::Znodes)>
                <For each=move || rows.get() key=|row| row.clone() let:row>
                    <TreeLine row fold/>
                </For>
            </div>
        </Section>
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
    let gone = row.change == Change::Gone;
    let badge = match &row.change {
        Change::New => Some(("new", Label::ZnodeNew)),
        Change::Gone => Some(("gone", Label::ZnodeGone)),
        Change::Data(members) if members.is_empty() => Some(("changed", Label::ZnodeChanged)),
        _ => None,
    };
    let members = match row.change {
        Change::Data(members) => members,
        _ => Vec::new(),
    };
    let shows_data = members.is_empty() && !gone;
    view! {
        <div class="znode" role="treeitem" class:ephemeral=row.ephemeral class:selected=is_selected class:gone=gone
            aria-selected=move || is_selected.get().to_string() attr:aria-level=(row.depth + 1).to_string()
            aria-expanded=(row.children > 0).then(|| row.open.to_string())
            style=format!("--depth:{}", row.depth) title=row.path.to_string() data-testid="znode"
            on:click=move |_| selection.select(this.clone())>
            <span class="turn" aria-hidden="true" on:click=move |event| {
                event.stop_propagation();
                fold(&fold_path, !open);
            }>{sign}</span>
            <span class="name">{row.name}</span>
            {badge.map(|(class, label)| view! {
                <mark class=class>{move || language.catalog().label(label)}</mark>
            })}
            {members.into_iter().map(|(name, old, new)| view! {
                <mark class="changed"><i>{name}</i>" "{old}" → "{new}</mark>
            }).collect_view()}
            {shows_data.then_some(view! { <em>{row.data}</em> })}
            {(row.hidden_changes > 0).then(|| view! { <mark class="changed">{row.hidden_changes}</mark> })}
        </div>
    }
}
