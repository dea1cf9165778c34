//! What components share, as narrow handles: each is its own type, provided once in `app.rs` and taken
//! with `expect_context`.

use crate::erased::Memo;
use crate::i18n::Lang;
use crate::layout::Layout;
use crate::view_model::colours::Colours;
use crate::view_model::scenarios::Index;
use crate::zkcli::Notice;
use crate::zkcli::run::Waiting;
use leptos::prelude::*;
use sim_core::history::permalink::LinkError;
use sim_core::ids::{BrokerId, NodeId, TopicPartition};
use sim_core::kafka::RecordId;
use sim_core::view::frame::TreeView;
use std::sync::Arc;

pub use crate::view_model::selected::Selected;

/// What is selected.
#[derive(Clone, Copy)]
pub struct Selection(pub RwSignal<Option<Selected>>);

impl Selection {
    pub fn select(self, what: Selected) {
        self.0.set(Some(what));
    }

    pub fn clear(self) {
        self.0.set(None);
    }

    /// Tracked.
    pub fn is(self, what: &Selected) -> bool {
        self.0.with(|selected| selected.as_ref() == Some(what))
    }
}

/// The language of the page. Remembered.
#[derive(Clone, Copy)]
pub struct Language(pub RwSignal<Lang>);

impl Language {
    /// The words, tracked: what shows them changes with the language.
    pub fn lang(self) -> Lang {
        self.0.get()
    }
}

/// Light or dark. `None` follows the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

#[derive(Clone, Copy)]
pub struct ThemeChoice {
    /// What the reader chose; `None` follows the system. Remembered.
    pub chosen: RwSignal<Option<Theme>>,
    /// What is shown.
    pub shown: Memo<Theme>,
}

/// Which panels are unfolded. The first visit begins with none; the guide unfolds them one by one.
#[derive(Clone, Copy)]
pub struct Panels {
    pub tree: RwSignal<bool>,
    pub why: RwSignal<bool>,
    pub log: RwSignal<bool>,
    pub timeline: RwSignal<bool>,
    pub cli: RwSignal<bool>,
    /// The side shows two panels at a readable height: the znodes or the command line, and why or the log. Where
    /// both of a pair are unfolded they are tabs, and this says whether the second one is in front.
    pub cli_in_front: RwSignal<bool>,
    pub log_in_front: RwSignal<bool>,
}

impl Panels {
    pub fn each(self) -> [RwSignal<bool>; 5] {
        [self.tree, self.why, self.log, self.timeline, self.cli]
    }
}

/// Through whose eyes the znodes are seen: the latest server's, or one server's that may lag.
#[derive(Clone, Copy)]
pub struct Seen {
    pub by: RwSignal<Option<NodeId>>,
    /// That server's znodes; none for the latest.
    pub tree: Memo<Option<TreeView>>,
}

/// The line being typed on the command line, and what was typed before. What it did is in the frame.
#[derive(Clone, Copy)]
pub struct Cli {
    pub input: RwSignal<String>,
    pub notice: RwSignal<Notice>,
    /// The line whose answer is waited for.
    pub waiting: RwSignal<Option<Waiting>>,
    /// Lines typed while an answer is waited for: their turn comes.
    pub ahead: RwSignal<Vec<String>>,
    /// The field is to get the focus as soon as it is there.
    pub wants_focus: RwSignal<bool>,
    /// Lines typed before, and which of them stands in the field.
    past: StoredValue<(Vec<String>, usize)>,
}

impl Default for Cli {
    fn default() -> Cli {
        Cli {
            input: RwSignal::new(String::new()),
            notice: RwSignal::new(Notice::None),
            waiting: RwSignal::new(None),
            ahead: RwSignal::new(Vec::new()),
            wants_focus: RwSignal::new(false),
            past: StoredValue::new((Vec::new(), 0)),
        }
    }
}

impl Cli {
    /// Nothing is waited for any more, and nothing else has its turn.
    pub fn give_up(self) {
        self.waiting.set(None);
        self.ahead.set(Vec::new());
    }

    /// The line is done with: the field is empty again.
    pub fn remember(self, line: String) {
        self.past.update_value(|(lines, at)| {
            if lines.last() != Some(&line) {
                lines.push(line);
            }
            *at = lines.len();
        });
        self.input.set(String::new());
    }

    /// Further back (−1), or forwards again.
    pub fn recall(self, by: isize) {
        let line = self.past.try_update_value(|(lines, at)| {
            *at = at.saturating_add_signed(by).min(lines.len());
            lines.get(*at).cloned().unwrap_or_default()
        });
        self.input.set(line.unwrap_or_default());
    }
}

/// What the parts of the stage share.
#[derive(Clone, Copy)]
pub struct StageHandle {
    pub layout: Memo<Arc<Layout>>,
    /// The node under the pointer or with the focus: its lines are bright, the others step back.
    pub hovered: RwSignal<Option<NodeId>>,
    /// The node whose card shows everything, whatever its density is.
    pub opened: Memo<Option<NodeId>>,
    /// The node whose menu is open.
    pub menu: RwSignal<Option<NodeId>>,
}

/// The stage, as soon as it is there: where its cards stand.
#[derive(Clone, Copy)]
pub struct StageShown(pub RwSignal<Option<StageHandle>>);

/// How many of the stage's cards are on the page. All of them at once would keep the browser from everything else.
#[derive(Clone, Copy)]
pub struct CardsMounted(pub RwSignal<usize>);

/// When the page is one column, as in the style sheets and in `assets/first.js`.
pub const NARROW_PAGE: &str = "(max-width: 900px)";

/// The page is as narrow as a phone: the panels are a sheet at the bottom.
#[derive(Clone, Copy)]
pub struct Narrow(pub Signal<bool>);

/// Whether a key that is a single character is a shortcut (WCAG 2.1.4: it can be switched off). Remembered.
#[derive(Clone, Copy)]
pub struct SingleKeys(pub RwSignal<bool>);

/// Whether the list of keys is shown.
#[derive(Clone, Copy)]
pub struct HelpOpen(pub RwSignal<bool>);

/// Which of the pages over the stage is open: what was compared with the real one, or what is simplified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnowledgePage {
    Scenarios,
    Simplified,
}

#[derive(Clone, Copy)]
pub struct KnowledgeOpen(pub RwSignal<Option<KnowledgePage>>);

/// The list of scenarios, which lies beside the page and is loaded when somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    NotAsked,
    Loading,
    Loaded(Arc<Index>),
    NotLoaded,
}

#[derive(Clone, Copy)]
pub struct Scenarios(pub RwSignal<Listing>);

impl Scenarios {
    /// Tracked.
    pub fn index(self) -> Option<Arc<Index>> {
        self.0.with(|listing| match listing {
            Listing::Loaded(index) => Some(index.clone()),
            _ => None,
        })
    }
}

/// A link that is shown as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCard {
    pub text: String,
    /// Why it could not be opened; none for a link that is given away.
    pub refused: Option<LinkError>,
    /// It is in the clipboard already.
    pub copied: bool,
}

#[derive(Clone, Copy)]
pub struct LinkShown(pub RwSignal<Option<LinkCard>>);

/// No travelling, only states that change (`prefers-reduced-motion`).
#[derive(Clone, Copy)]
pub struct ReducedMotion(pub Signal<bool>);

/// Short messages to the reader: a refused command, a copied link.
#[derive(Clone, Copy)]
pub struct Toasts(pub RwSignal<Vec<Toast>>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub id: u32,
    pub tone: Tone,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Refused,
}

impl Toasts {
    pub fn show(self, tone: Tone, text: String) {
        self.0.update(|toasts| {
            let id = toasts.last().map_or(0, |toast| toast.id + 1);
            toasts.push(Toast { id, tone, text });
            // More than three at once are not read.
            if toasts.len() > 3 {
                toasts.remove(0);
            }
        });
    }

    pub fn dismiss(self, id: u32) {
        self.0.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// A partition keeps one colour everywhere: `--p0` … of the tokens, by this number.
#[derive(Clone, Copy)]
pub struct PartitionColours(pub Memo<Colours>);

impl PartitionColours {
    /// Tracked.
    pub fn of(self, tp: &TopicPartition) -> u8 {
        self.0.with(|colours| colours.of(tp))
    }
}

/// The one record that is followed through the cluster.
#[derive(Clone, Copy)]
pub struct FollowedRecord(pub RwSignal<Option<RecordId>>);

/// The broker whose card shows the button that kills it.
#[derive(Clone, Copy)]
pub struct PlugOn(pub RwSignal<Option<BrokerId>>);
