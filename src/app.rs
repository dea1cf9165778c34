//! The page's areas, and the handles that components share.

use crate::browser::{first, media, storage, task, url};
use crate::components::announcer::Announcer;
use crate::components::caption::Caption;
use crate::components::command_line::{self, CommandLine};
use crate::components::controls::Controls;
use crate::components::event_log::EventLog;
use crate::components::guide::Guide;
use crate::components::help::Help;
use crate::components::inspector::Inspector;
use crate::components::keys;
use crate::components::knowledge::Knowledge;
use crate::components::knowledge::told::ToldScenario;
use crate::components::link_dialog::LinkDialog;
use crate::components::panel_switches::PanelSwitches;
use crate::components::stage::Stage;
use crate::components::storyteller::Storyteller;
use crate::components::timeline::Timeline;
use crate::components::toast::{self, ToastArea};
use crate::components::top_bar::TopBar;
use crate::components::why_panel::WhyPanel;
use crate::components::znode_tree::ZnodeTree;
use crate::context::*;
use crate::erased::{Memo, Show, effect};
use crate::i18n::Lang;
use crate::markup;
use crate::session::{Beginning, Session};
use crate::view_model::colours::Colours;
use crate::view_model::sight::Sight;
use leptos::prelude::*;
use sim_core::ids::EventSeq;
use std::cell::Cell;

/// The whole page, in a language whose words are there.
#[component]
pub fn App(beginning: Beginning, lang: Lang) -> impl IntoView {
    // A reader who comes with a link wants to see that moment, not the first minutes.
    let guided = url::hash().is_empty();
    let (session, opening) = Session::begin(beginning);
    let (language, toasts, panels) = (language(lang), Toasts(RwSignal::new(Vec::new())), panels());
    let (help, knowledge) = (HelpOpen(RwSignal::new(false)), KnowledgeOpen(RwSignal::new(None)));
    provide_context(session);
    let selection = Selection(RwSignal::new(None));
    provide_context(selection);
    provide_context(FollowedRecord(RwSignal::new(None)));
    provide_context(PlugOn(RwSignal::new(None)));
    provide_context(partition_colours(session));
    provide_context(language);
    provide_context(theme());
    provide_context(ReducedMotion(media::matches("(prefers-reduced-motion: reduce)")));
    provide_context(toasts);
    provide_context(panels);
    provide_context(help);
    provide_context(knowledge);
    let links = LinkShown(RwSignal::new(None));
    provide_context(links);
    provide_context(Scenarios(RwSignal::new(Listing::NotAsked)));
    provide_context(StageShown(RwSignal::new(None)));
    let mounted = mounted(session);
    provide_context(mounted.cards);
    let narrow = media::matches(NARROW_PAGE);
    provide_context(Narrow(narrow));
    provide_context(Storyteller::begin(session, panels, selection, language, guided));
    keep_sight_in_links(session, panels, selection);
    provide_context(seen(session));
    let cli = Cli::default();
    provide_context(cli);
    command_line::listen(session, cli);
    let single_keys = keys::remembered_single_keys();
    provide_context(single_keys);
    keys::remember_single_keys(single_keys);
    keys::listen(session, help, panels, cli, single_keys);
    toast::tell_refusals(session, language, toasts, links);
    if lang != wanted_language() {
        toast::tell_missing_words(language, toasts);
    }
    if let Some(opening) = opening {
        toast::tell_opening(opening, session, language, toasts, links);
    }
    let aside_open = move || {
        panels.tree.get()
            || panels.why.get()
            || panels.log.get()
            || panels.cli.get()
            || selection.0.with(Option::is_some)
    };
    view! {
        <div class="page" class:aside-open=aside_open data-testid="page">
            <Show when=mounted.has(Part::Top)><TopBar/></Show>
            <main class="middle">
                <Show when=mounted.has(Part::Stage)><Stage/></Show>
                <ToldScenario/>
                <div class="saying"><Show when=mounted.has(Part::Words)><Caption/><Guide/></Show></div>
            </main>
            <Show when=aside_open>
                <aside class="side">
                    <Show when=move || panels.tree.get()><ZnodeTree/></Show>
                    <Inspector/>
                    <Show when=move || panels.cli.get()><CommandLine/></Show>
                    <Show when=move || panels.why.get()><WhyPanel/></Show>
                    <Show when=move || panels.log.get()><EventLog/></Show>
                </aside>
            </Show>
            <footer class="bottom">
                <Show when=move || narrow.get()><PanelSwitches/></Show>
                <Show when=move || panels.timeline.get()><Timeline/></Show>
                <Show when=mounted.has(Part::Controls)><Controls/></Show>
            </footer>
            <Show when=mounted.has(Part::Over)>
                <Help/>
                <Knowledge/>
                <LinkDialog/>
                <Announcer/>
                <ToastArea/>
            </Show>
        </div>
    }
}

/// What comes in a task of its own: everything at once would keep the browser from all else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Stage,
    Top,
    Words,
    Controls,
    /// Dialogs and what is heard: the last, for nothing of them is seen yet.
    Over,
}

/// How much of the page is there.
#[derive(Clone, Copy)]
struct Mounted {
    part: RwSignal<Option<Part>>,
    cards: CardsMounted,
}

impl Mounted {
    fn has(self, part: Part) -> impl Fn() -> bool + Copy {
        move || self.part.get() >= Some(part)
    }
}

/// So many cards are put on the page in one task.
const CARDS_AT_ONCE: usize = 3;

/// The page comes a piece in a task; when all are there, it can be used.
fn mounted(session: Session) -> Mounted {
    let mounted = Mounted { part: RwSignal::new(None), cards: CardsMounted(RwSignal::new(0)) };
    let cards = session.frame.with_untracked(|frame| markup::nodes(frame).len());
    wasm_bindgen_futures::spawn_local(async move {
        for part in [Part::Stage, Part::Top, Part::Words, Part::Controls] {
            task::next().await;
            mounted.part.try_set(Some(part));
        }
        for some in (0..cards).step_by(CARDS_AT_ONCE) {
            task::next().await;
            mounted.cards.0.try_set(some + CARDS_AT_ONCE);
        }
        mounted.cards.0.try_set(usize::MAX);
        task::next().await;
        first::take_over();
        session.run();
        // `cargo xtask bench` reads when the page could first be used.
        if let Some(performance) = window().performance() {
            let _ = performance.mark("usable");
        }
        task::next().await;
        mounted.part.try_set(Some(Part::Over));
    });
    mounted
}

fn partition_colours(session: Session) -> PartitionColours {
    PartitionColours(Memo::new(move |last: Option<&Colours>| {
        let mut colours = last.cloned().unwrap_or_default();
        session.frame.with(|frame| colours.learn(frame.partitions.iter().map(|partition| &partition.tp)));
        colours
    }))
}

fn seen(session: Session) -> Seen {
    let by = RwSignal::new(None);
    let tree = Memo::new(move |_| {
        session.frame.track();
        by.get().and_then(|server| session.tree_of(server))
    });
    Seen { by, tree }
}

/// A link keeps which panels are open and which event is selected, and opens with them.
fn keep_sight_in_links(session: Session, panels: Panels, selection: Selection) {
    let branch = Memo::new(move |_| session.status.with(|status| status.branch));
    let [tree, why, log, timeline, cli] = panels.each();
    let open = [tree, why, log, timeline, cli, panels.cli_in_front, panels.log_in_front];
    let last = Cell::new(None::<u64>);
    effect(move || {
        let now = branch.get();
        let before = last.replace(Some(now));
        let selected_event = || {
            selection.0.with(|selected| match selected {
                Some(Selected::Event(seq)) => Some(seq.0),
                _ => None,
            })
        };
        if let Some(linked) = session.take_linked_sight() {
            let linked = Sight::decode(&linked);
            for (panel, is_open) in open.iter().zip(linked.panels) {
                panel.set(is_open);
            }
            selection.0.set(linked.event.map(|seq| Selected::Event(EventSeq(seq))));
        } else if before.is_some_and(|before| before != now) && selected_event().is_some() {
            // After a fork or in another scene, an event's number means something else.
            selection.clear();
        }
        session.set_sight(Sight { panels: open.map(|panel| panel.get()), event: selected_event() }.encode());
    });
}

/// What the address, an earlier visit or the browser asks for.
pub fn wanted_language() -> Lang {
    let wanted = url::query("lang").or_else(|| storage::read("lang")).unwrap_or_else(media::language);
    if wanted.starts_with("zh") { Lang::Zh } else { Lang::En }
}

fn language(lang: Lang) -> Language {
    let lang = RwSignal::new(lang);
    effect(move || {
        let lang = lang.get();
        set_root_attribute("lang", lang.code());
    });
    Language(lang)
}

fn theme() -> ThemeChoice {
    let named = |name: &str| match name {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    };
    let wanted = url::query("theme").or_else(|| storage::read("theme"));
    let chosen = RwSignal::new(wanted.as_deref().and_then(named));
    let system_dark = media::matches("(prefers-color-scheme: dark)");
    let shown = Memo::new(move |_| chosen.get().unwrap_or(if system_dark.get() { Theme::Dark } else { Theme::Light }));
    effect(move || {
        let name = match shown.get() {
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        set_root_attribute("data-theme", name);
    });
    ThemeChoice { chosen, shown }
}

fn panels() -> Panels {
    let remembered = storage::read("panels").unwrap_or_default();
    let open = |name: &str| RwSignal::new(remembered.split(',').any(|open| open == name));
    let panels = Panels {
        tree: open("tree"),
        why: open("why"),
        log: open("log"),
        timeline: open("timeline"),
        cli: open("cli"),
        cli_in_front: open("cli-in-front"),
        log_in_front: open("log-in-front"),
    };
    let pairs = [(panels.tree, panels.cli, panels.cli_in_front), (panels.why, panels.log, panels.log_in_front)];
    for (first, second, second_in_front) in pairs {
        // The panel that was unfolded last is in front; of two at once the first.
        let last = Cell::new(None::<(bool, bool)>);
        effect(move || {
            let now = (first.get(), second.get());
            if let Some(before) = last.replace(Some(now)) {
                if !before.0 && now.0 {
                    second_in_front.set(false);
                } else if !before.1 && now.1 {
                    second_in_front.set(true);
                }
            }
        });
    }
    effect(move || {
        let names = ["tree", "why", "log", "timeline", "cli"];
        let mut open: Vec<&str> =
            names.into_iter().zip(panels.each()).filter(|(_, panel)| panel.get()).map(|(name, _)| name).collect();
        let fronts = [("cli-in-front", panels.cli_in_front), ("log-in-front", panels.log_in_front)];
        open.extend(fronts.into_iter().filter(|(_, front)| front.get()).map(|(name, _)| name));
        storage::write("panels", &open.join(","));
    });
    panels
}

fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}
