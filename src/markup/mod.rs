//! The stage as HTML: the one renderer of its cards, lines, groups and lights. A pure function of a frame, a
//! layout, a language and the partitions' colours: the page puts it into elements of its own piece by piece,
//! as the pieces change, and the build puts the first picture into `index.html`.

pub mod broker;
pub mod clocks;
pub mod consumer;
pub mod group;
pub mod html;
pub mod lights;
pub mod producer;
pub mod server;
pub mod strip;
pub mod wires;

use crate::i18n::{Lang, StageWord, names};
use crate::layout::{Face, Layout, Plus, Rect};
use crate::view_model::colours::Colours;
use crate::view_model::ensemble::{self, ServerCard};
use crate::view_model::stage::{self, BrokerCard, ConsumerCard, ProducerCard, ShellCard, Strip};
use html::Html;
use sim_core::engine::system::Process;
use sim_core::ids::{NodeId, TopicPartition};
use sim_core::kafka::RecordId;
use sim_core::sorted::Sorted;
use sim_core::time::Span;
use sim_core::view::frame::{Frame, ServerRole};

/// What markup depends on besides what it shows.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    pub lang: Lang,
    pub colours: &'a Colours,
}

impl Look<'_> {
    fn word(&self, word: StageWord) -> &'static str {
        word.text(self.lang)
    }
}

/// What a node's card shows, as a value that is equal when the card looks the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Card {
    Server(ServerCard),
    Broker(BrokerCard, Vec<(TopicPartition, Strip)>),
    Producer(ProducerCard),
    Consumer(ConsumerCard),
    Shell(ShellCard),
}

/// A card's HTML in the pieces that change apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    pub head: Html,
    pub rows: Vec<Html>,
    pub foot: Html,
}

impl Card {
    pub fn of(frame: &Frame, id: NodeId, followed: Option<RecordId>) -> Option<Card> {
        match id {
            NodeId::Zk(_) => ensemble::server(frame, id).map(Card::Server),
            NodeId::Broker(broker) => {
                let card = stage::broker(frame, id)?;
                let strips = stage::replicas(frame, broker).into_iter().filter_map(|tp| {
                    let strip = stage::strip(frame, broker, &tp, followed)?;
                    Some((tp, strip))
                });
                Some(Card::Broker(card, strips.collect()))
            }
            NodeId::Producer(_) => stage::producer(frame, id).map(Card::Producer),
            NodeId::Consumer(_) => stage::consumer(frame, id).map(Card::Consumer),
            NodeId::ZkShell(_) | NodeId::Admin => stage::shell(frame, id).map(Card::Shell),
        }
    }

    pub fn process(&self) -> Process {
        match self {
            Card::Server(card) => card.process,
            Card::Broker(card, _) => card.process,
            Card::Producer(card) => card.process,
            Card::Consumer(card) => card.process,
            Card::Shell(card) => card.process,
        }
    }

    pub fn testid(&self) -> String {
        match self {
            Card::Server(card) => format!("server-{}", card.name),
            Card::Broker(card, _) => format!("broker-{}", card.broker),
            Card::Producer(card) => format!("producer-{}", card.name),
            Card::Consumer(card) => format!("consumer-{}", card.name),
            Card::Shell(card) => format!("client-{}", card.name),
        }
    }

    /// The CSS classes of the card.
    pub fn classes(&self, face: &Face) -> String {
        let kind = match self {
            Card::Server(card) => match (card.role, card.process.is_up()) {
                (Some(ServerRole::Leading | ServerRole::Standalone), true) => "zk lead",
                (Some(ServerRole::Looking) | None, true) => "zk looking",
                _ => "zk",
            },
            Card::Broker(card, _) if card.controller => "bk chief",
            Card::Broker(..) => "bk",
            Card::Producer(_) => "cl producer",
            Card::Consumer(_) => "cl consumer",
            Card::Shell(_) => "cl shell",
        };
        format!("card {kind} {} {}", process_class(self.process()), face.density.class())
    }

    /// What a screen reader says: name and state, without the clocks, which would not stand still.
    pub fn label(&self, lang: Lang) -> String {
        let state = process_word(self.process()).text(lang);
        match self {
            Card::Server(card) => server::in_words(card, lang),
            Card::Broker(card, _) => {
                let controller = if card.controller { StageWord::Controller.text(lang) } else { "" };
                format!("{}: {state} {controller}", names::broker(card.broker, lang))
            }
            Card::Producer(card) => producer::in_words(card, lang),
            Card::Consumer(card) => consumer::in_words(card, lang),
            Card::Shell(card) => format!("{}: {state}", card.name),
        }
    }

    /// All that stands still between two steps.
    pub fn pieces(&self, face: &Face, look: Look<'_>) -> Pieces {
        match self {
            Card::Server(card) => server::pieces(card, face, look),
            Card::Broker(card, strips) => broker::pieces(card, strips, face, look),
            Card::Producer(card) => producer::pieces(card, face, look),
            Card::Consumer(card) => consumer::pieces(card, face, look),
            Card::Shell(card) => clocks::shell_pieces(card, face, look),
        }
    }

    /// What runs on between two steps: a session's clocks, or the sessions at a server.
    pub fn running(&self, face: &Face, passed: Span, look: Look<'_>) -> Html {
        match self {
            Card::Server(card) => server::running(card, face, passed, look),
            Card::Broker(card, _) => clocks::of_card(card.clocks.as_ref(), card.process, face, passed, look),
            Card::Producer(_) => Html::new(),
            Card::Consumer(card) => clocks::of_card(card.clocks.as_ref(), card.process, face, passed, look),
            Card::Shell(card) => clocks::of_card(card.clocks.as_ref(), card.process, face, passed, look),
        }
    }
}

/// All nodes of a frame, in the order in which the keyboard goes through them.
pub fn nodes(frame: &Frame) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = frame.nodes.iter().map(|node| node.id).collect();
    nodes.sort_stably_by_key(|id| match id {
        NodeId::Zk(_) => 0,
        NodeId::Broker(_) => 1,
        NodeId::ZkShell(_) => 2,
        NodeId::Producer(_) => 3,
        NodeId::Consumer(_) => 4,
        NodeId::Admin => 5,
    });
    nodes
}

/// The whole stage as it stands in one frame.
pub fn stage(frame: &Frame, layout: &Layout, look: Look<'_>) -> Html {
    let mut html = Html::new();
    html.raw("<div class=\"")
        .text(stage_class(layout))
        .raw("\"><div class=\"stage-scroll\"><div class=\"stage-content\" style=\"height:");
    html.number(layout.height as i64).raw("px\"><svg class=\"wires\" width=\"").number(layout.size.width as i64);
    html.raw("\" height=\"").number(layout.height as i64).raw("\">");
    html.html(&wires::all(&wires::list(frame), layout, None)).raw("</svg>");
    html.raw("<div class=\"bundles\">").html(&wires::labels(layout, look)).raw("</div>");
    for (name, rect) in &layout.groups {
        let Some(card) = stage::group(frame, name) else { continue };
        html.raw("<div class=\"").text(group::class(&card)).raw("\" style=\"").text(&place(*rect)).raw("\">");
        html.html(&group::caption(&card, look)).raw("</div>");
    }
    for id in nodes(frame) {
        if let (Some(card), Some(face)) = (Card::of(frame, id, None), layout.face(id, false)) {
            html.html(&whole_card(&card, &face, look));
        }
    }
    for (_, rect) in &layout.plus {
        html.raw("<span class=\"plus\" style=\"").text(&place(*rect)).raw("\">+</span>");
    }
    html.raw("</div></div><div class=\"lights\">").html(&lights::row(frame, look)).raw("</div></div>");
    html
}

pub(crate) fn whole_card(card: &Card, face: &Face, look: Look<'_>) -> Html {
    let pieces = card.pieces(face, look);
    let mut html = Html::new();
    html.raw("<div class=\"")
        .text(&card.classes(face))
        .raw("\" style=\"")
        .text(&place(face.rect))
        .raw("\"><div class=\"head\">");
    html.html(&pieces.head).raw("</div><div class=\"running\">");
    html.html(&card.running(face, Span::ZERO, look)).raw("</div><div class=\"rows\">");
    for row in &pieces.rows {
        html.raw("<div class=\"row\">").html(row).raw("</div>");
    }
    html.raw("</div><div class=\"foot\">").html(&pieces.foot).raw("</div></div>");
    html
}

pub fn stage_class(layout: &Layout) -> &'static str {
    match (layout.narrow, layout.alone) {
        (true, _) => "stage narrow",
        (false, true) => "stage alone",
        (false, false) => "stage",
    }
}

/// A longer word may break anywhere.
const UNBROKEN_MAX: usize = 24;

/// A sentence in which names such as "orders-2" and "billing-a" stay on one line.
pub fn sentence(text: &str) -> Html {
    let mut html = Html::new();
    for (nth, word) in text.split(' ').enumerate() {
        html.raw(if nth > 0 { " " } else { "" });
        if word.contains('-') && word.chars().count() <= UNBROKEN_MAX {
            html.raw("<span class=\"nb\">").text(word).raw("</span>");
        } else {
            html.text(word);
        }
    }
    html
}

/// A place as CSS, in whole pixels.
pub fn place(rect: Rect) -> String {
    let (x, y) = (rect.x.round() as i64, rect.y.round() as i64);
    let (w, h) = ((rect.right().round() as i64) - x, (rect.bottom().round() as i64) - y);
    format!("transform:translate({x}px,{y}px);width:{w}px;height:{h}px")
}

/// The end of a band where something can be added.
pub fn plus_slug(plus: &Plus) -> String {
    match plus {
        Plus::Broker => "add-broker".to_string(),
        Plus::Producer => "add-producer".to_string(),
        Plus::Consumer(group) if group.is_empty() => "add-consumer".to_string(),
        Plus::Consumer(group) => format!("add-consumer-{group}"),
    }
}

fn process_class(process: Process) -> &'static str {
    match process {
        Process::Running => "running",
        Process::Stopping => "running stopping",
        Process::Frozen { .. } => "frozen",
        Process::NotStarted => "down unborn",
        Process::Stopped => "down stopped",
        Process::Killed => "down killed",
        Process::PoweredOff => "down off",
        Process::Removed => "down removed",
    }
}

pub fn process_word(process: Process) -> StageWord {
    match process {
        Process::Running => StageWord::Running,
        Process::Stopping => StageWord::Stopping,
        Process::Frozen { .. } => StageWord::Frozen,
        Process::NotStarted => StageWord::NotStarted,
        Process::Stopped | Process::Removed => StageWord::Stopped,
        Process::Killed => StageWord::Killed,
        Process::PoweredOff => StageWord::PoweredOff,
    }
}

/// A dot that says whether the process runs; in words when it does not.
fn state(html: &mut Html, process: Process, lang: Lang) {
    let (class, word) = match process {
        Process::Running => ("state ok", ""),
        Process::Stopping => ("state busy", process_word(process).text(lang)),
        Process::Frozen { .. } => ("state ice", process_word(process).text(lang)),
        _ => ("state bad", process_word(process).text(lang)),
    };
    html.raw("<span class=\"").text(class).raw("\">").text(word).raw("</span>");
}

/// A card's first line: its name, and whether its process runs.
fn title(html: &mut Html, name: &str, process: Process, lang: Lang) {
    html.raw("<h2>").text(name).raw("</h2>");
    state(html, process, lang);
}

/// `style="--c:var(--p3)"`.
fn colour(html: &mut Html, number: u8) {
    html.raw(" style=\"--c:var(--p").number(i64::from(number)).raw(")\"");
}

#[cfg(test)]
mod tests;
