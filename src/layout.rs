//! Where everything stands: a pure function from what there is and the stage's size to places in CSS
//! pixels. Nodes hold no coordinates, the page measures nothing but the stage itself.
//!
//! The stage is a stack of rows (servers, brokers, clients; a narrow stage has more of them) with gaps
//! between them and a gutter at either side. Lines run in the gaps and the gutters only, each client in
//! a lane of its own ([`route`]), so that no line runs behind a card and crossings are square.

pub(crate) mod beside;
pub mod need;
pub(crate) mod plan;
pub mod route;

pub use crate::layout::beside::Beside;
pub use crate::layout::need::Density;
use crate::layout::need::{broker_head_rem, broker_pad_rem};
use crate::layout::plan::{Heights, Plan, Slot};
use crate::layout::route::Lanes;
use crate::view_model::stage::replicas;
use sim_core::ids::{BrokerId, NodeId, TopicPartition};
use sim_core::sorted::Sorted;
use sim_core::view::frame::{Card, Frame, RebalancePhase};
use std::sync::Arc;

/// The stage, and how large its letters are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub width: f64,
    pub height: f64,
    pub rem: f64,
}

/// The nearest value that is not below the least, and not above the most where there is room. The text with which `clamp`
/// panics where there is none takes 8 KB of code that formats floating-point numbers.
pub fn within(value: f64, least: f64, most: f64) -> f64 {
    value.min(most).max(least)
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub fn right(self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(self) -> f64 {
        self.y + self.h
    }

    pub fn centre(self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    pub fn contains(self, at: Point) -> bool {
        at.x >= self.x && at.x < self.right() && at.y >= self.y && at.y < self.bottom()
    }

    fn union(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect { x, y, w: self.right().max(other.right()) - x, h: self.bottom().max(other.bottom()) - y }
    }
}

/// What there is to place: all of a frame that moves things about when it changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    pub servers: Vec<NodeId>,
    pub brokers: Vec<(NodeId, Vec<TopicPartition>)>,
    pub producers: Vec<NodeId>,
    pub shells: Vec<NodeId>,
    pub groups: Vec<(Arc<str>, Vec<NodeId>)>,
    /// How many there are in all topics.
    pub partitions: usize,
    /// Brokers, producers and consumers can be added.
    pub has_kafka: bool,
    /// They have nothing to show: brokers without a replica, members that got no partition.
    pub calm: Vec<NodeId>,
}

impl Shape {
    pub fn of(frame: &Frame) -> Shape {
        let mut shape =
            Shape { partitions: frame.partitions.len(), has_kafka: frame.release.kafka.is_some(), ..Shape::default() };
        for node in &frame.nodes {
            let id = node.id;
            match &node.card {
                Card::Server(_) => shape.servers.push(id),
                Card::Broker(broker) => {
                    let replicas = replicas(frame, broker.broker);
                    shape.calm.extend(replicas.is_empty().then_some(id));
                    shape.brokers.push((id, replicas));
                }
                Card::Producer(_) => shape.producers.push(id),
                Card::Shell(_) => shape.shells.push(id),
                Card::Consumer(consumer) => {
                    let is_idle = consumer.phase == RebalancePhase::Reading && consumer.owned.is_empty();
                    shape.calm.extend(is_idle.then_some(id));
                    match shape.groups.iter_mut().find(|(name, _)| *name == consumer.group) {
                        Some((_, members)) => members.push(id),
                        None => shape.groups.push((consumer.group.clone(), vec![id])),
                    }
                }
            }
        }
        shape
    }

    fn broker_ids(&self) -> impl Iterator<Item = NodeId> {
        self.brokers.iter().map(|(id, _)| *id)
    }

    fn consumers(&self) -> impl Iterator<Item = NodeId> {
        self.groups.iter().flat_map(|(_, members)| members.iter().copied())
    }

    /// The clients below the brokers that have a session.
    fn session_clients(&self) -> impl Iterator<Item = NodeId> {
        self.shells.iter().copied().chain(self.consumers())
    }

    /// The clients that send records to brokers or fetch them.
    fn data_clients(&self) -> impl Iterator<Item = NodeId> {
        self.producers.iter().copied().chain(self.consumers())
    }

    fn most_strips(&self) -> usize {
        self.brokers.iter().map(|(_, strips)| strips.len()).max().unwrap_or(0)
    }
}

/// The ends of the bands where something can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plus {
    Broker,
    Producer,
    Consumer(Arc<str>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    Ensemble,
    Brokers,
    Clients,
}

/// A row of cards and the gap above it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) band: Band,
    pub(crate) top: f64,
    pub(crate) gap_top: f64,
}

/// What the pointer is over.
#[derive(Clone, Debug, PartialEq)]
pub enum Hit {
    Strip(BrokerId, TopicPartition),
    Node(NodeId),
}

/// Where a card stands, and how much it shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    pub rect: Rect,
    pub density: Density,
    /// How high a broker's strips are, in pixels.
    pub strip: f64,
    /// How many partitions a consumer's card has rows for.
    pub rows: usize,
    pub rem: f64,
    pub narrow: bool,
    /// How many servers the ensemble has: as many cells has a bar of votes.
    pub servers: usize,
}

/// A laid-out stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub size: Size,
    /// How high the content is: at least the stage; more, and it scrolls.
    pub height: f64,
    /// Too narrow for a band in one row: a phone.
    pub narrow: bool,
    /// An ensemble without brokers: there is room for large clocks.
    pub alone: bool,
    pub nodes: Vec<(NodeId, Rect)>,
    pub groups: Vec<(Arc<str>, Rect)>,
    pub strips: Vec<(BrokerId, TopicPartition, Rect)>,
    pub plus: Vec<(Plus, Rect)>,
    pub labels: Vec<BundleLabel>,
    pub(crate) rows: Vec<Row>,
    pub(crate) row_of: Vec<(NodeId, usize)>,
    pub(crate) lanes: Lanes,
    densities: Vec<(Band, Density)>,
    folded: Vec<NodeId>,
    owned_rows: usize,
}

/// Lines of many that run as one: what they are, how many, and where it is said.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleLabel {
    pub of: Bundle,
    pub count: usize,
    pub at: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bundle {
    Producers,
    Consumers,
    Sessions,
}

impl Layout {
    pub fn compute(shape: &Shape, size: Size) -> Layout {
        Layout::follow(Plan::of(shape, size), shape, size)
    }

    fn follow((plan, lanes, heights): (Plan, Lanes, Heights), shape: &Shape, size: Size) -> Layout {
        let narrow = plan.narrow;
        let (left, right) = (lanes.left_gutter, size.width - lanes.right_gutter);
        let mut layout = Layout {
            size,
            height: heights.total.max(size.height),
            narrow,
            alone: shape.brokers.is_empty() && !narrow,
            nodes: Vec::new(),
            groups: Vec::new(),
            strips: Vec::new(),
            plus: Vec::new(),
            labels: Vec::new(),
            rows: Vec::new(),
            row_of: Vec::new(),
            lanes,
            densities: plan.bands.iter().map(|band| (band.band, band.density)).collect(),
            folded: plan.bands.iter().flat_map(|band| band.folded.iter().copied()).collect(),
            owned_rows: need::owned_rows(shape),
        };
        let mut y = 0.0;
        for (index, (band, _)) in plan.rows().enumerate() {
            let top = y + heights.gaps[index];
            layout.rows.push(Row { band: band.band, top, gap_top: y });
            y = top + heights.rows[index];
        }
        let mut first = 0;
        for band in &plan.bands {
            for placed in band.place(plan.blocks(band.band), left, right, size.rem, narrow) {
                let index = first + placed.row;
                let (top, height) = (layout.rows[index].top, heights.rows[index]);
                match placed.slot {
                    Slot::Card(id) => {
                        layout.row_of.push((id, index));
                        layout.nodes.push((id, Rect { x: placed.x, y: top, w: placed.w, h: height }));
                    }
                    // It is as high as its block.
                    Slot::Plus(plus) => {
                        let last = first + band.rows - 1;
                        let bottom = layout.rows[last].top + heights.rows[last];
                        layout.plus.push((plus, Rect { x: placed.x, y: top, w: placed.w, h: bottom - top }));
                    }
                }
            }
            first += band.rows;
        }
        layout.nodes.sort_stably_by_key(|(id, _)| *id);
        layout.row_of.sort_stably_by_key(|(id, _)| *id);
        layout.frame_groups(shape);
        layout.place_strips(shape);
        layout.labels = layout.lanes.bundle_labels(&layout, shape);
        layout
    }

    /// For a stage of this width: from which height on (both in rem) which plan is followed, the roomiest first.
    #[cfg(test)]
    pub(crate) fn plans(shape: &Shape, width_rem: f64) -> Vec<(f64, plan::Key)> {
        Plan::by_height(shape, width_rem)
    }

    /// As it is with a plan that need not be the best; none where the stage is too narrow for it.
    #[cfg(test)]
    pub(crate) fn with_plan(shape: &Shape, size: Size, key: &plan::Key) -> Option<Layout> {
        Some(Layout::follow(Plan::with_key(shape, size, key)?, shape, size))
    }

    /// How a node's card stands; `open` when a reader wants to see all of it.
    pub fn face(&self, id: NodeId, open: bool) -> Option<Face> {
        let rect = self.node(id)?;
        let rem = self.size.rem;
        let density = self.density(id);
        let strips = match id {
            NodeId::Broker(broker) => self.strips.iter().filter(|(of, _, _)| *of == broker).count(),
            _ => 0,
        };
        let mut face = Face {
            rect,
            density,
            strip: plan::strip_height(density, rect.h, strips, rem),
            rows: self.owned_rows,
            rem,
            narrow: self.narrow,
            servers: self.nodes.iter().filter(|(id, _)| matches!(id, NodeId::Zk(_))).count(),
        };
        if open && density != Density::Full {
            let (w, h) = match id {
                NodeId::Broker(_) => (18.5, need::broker_heights(strips, Density::Full, 18.5).0),
                NodeId::Zk(_) => (16.0, 8.3),
                NodeId::Consumer(_) => (15.0, need::consumer_full_rem(self.owned_rows)),
                NodeId::Producer(_) => (15.0, need::PRODUCER_FULL_REM),
                NodeId::ZkShell(_) | NodeId::Admin => (15.0, 6.5),
            };
            face.rect = self.opened(rect, w * rem, h * rem);
            face.density = Density::Full;
            face.strip = plan::strip_height(Density::Full, face.rect.h, strips, rem);
        }
        Some(face)
    }

    pub fn density(&self, id: NodeId) -> Density {
        let band = Band::of(id);
        let density = self.densities.iter().find(|(of, _)| *of == band).map_or(Density::Full, |(_, density)| *density);
        if self.folded.contains(&id) { density.folded() } else { density }
    }

    /// A larger rectangle around a card, all of it on the stage.
    fn opened(&self, card: Rect, w: f64, h: f64) -> Rect {
        let edge = 0.25 * self.size.rem;
        let (w, h) = (w.max(card.w).min(self.size.width - 2.0 * edge), h.max(card.h));
        let centre = card.centre();
        Rect {
            x: within(centre.x - w / 2.0, edge, self.size.width - w - edge),
            y: within(centre.y - h / 2.0, edge, self.height - h - edge),
            w,
            h,
        }
    }

    pub fn node(&self, id: NodeId) -> Option<Rect> {
        let at = self.nodes.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        Some(self.nodes[at].1)
    }

    pub fn strip(&self, broker: BrokerId, tp: &TopicPartition) -> Option<Rect> {
        self.strips.iter().find(|(b, t, _)| *b == broker && t == tp).map(|(_, _, rect)| *rect)
    }

    pub fn group(&self, name: &str) -> Option<Rect> {
        self.groups.iter().find(|(group, _)| **group == *name).map(|(_, rect)| *rect)
    }

    /// What stands at a point of the content.
    pub fn hit(&self, at: Point) -> Option<Hit> {
        if let Some((broker, tp, _)) = self.strips.iter().find(|(_, _, rect)| rect.contains(at)) {
            return Some(Hit::Strip(*broker, tp.clone()));
        }
        self.nodes.iter().find(|(_, rect)| rect.contains(at)).map(|(id, _)| Hit::Node(*id))
    }

    pub fn band_top(&self, band: Band) -> Option<f64> {
        self.rows.iter().find(|row| row.band == band).map(|row| row.top)
    }

    /// Where the ensemble's name stands: above its cards.
    pub fn ensemble_label(&self) -> Point {
        let rem = self.size.rem;
        let top = self.band_top(Band::Ensemble).unwrap_or(0.0);
        Point { x: if self.narrow { 0.625 } else { 1.25 } * rem, y: (top - 1.35 * rem).max(0.25 * rem) }
    }

    pub(crate) fn row(&self, id: NodeId) -> Option<usize> {
        let at = self.row_of.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        Some(self.row_of[at].1)
    }

    fn frame_groups(&mut self, shape: &Shape) {
        let rem = self.size.rem;
        let (pad, foot) = (plan::GROUP_PAD_REM * rem, plan::GROUP_FOOT_REM * rem);
        for (name, members) in &shape.groups {
            let cards = self.nodes.iter().filter(|(id, _)| members.contains(id)).map(|(_, rect)| *rect);
            let ends = self.plus.iter().filter(|(plus, _)| *plus == Plus::Consumer(name.clone())).map(|(_, r)| *r);
            if let Some(all) = cards.chain(ends).reduce(Rect::union) {
                let frame = Rect { x: all.x - pad, y: all.y - pad, w: all.w + 2.0 * pad, h: all.h + pad + foot };
                self.groups.push((name.clone(), frame));
            }
        }
    }

    fn place_strips(&mut self, shape: &Shape) {
        let rem = self.size.rem;
        for (id, tps) in &shape.brokers {
            let (NodeId::Broker(broker), Some(card)) = (*id, self.node(*id)) else { continue };
            let density = self.density(*id);
            let (pad, head) = (broker_pad_rem(density) * rem, broker_head_rem(density) * rem);
            let strip = plan::strip_height(density, card.h, tps.len(), rem);
            let squares = need::squares_in_row(card.w / rem);
            for (index, tp) in tps.iter().enumerate() {
                let (left, top) = (card.x + pad, card.y + head);
                let rect = match density {
                    Density::Tile => {
                        let side = need::SQUARE_REM * rem;
                        let pitch = side + need::SQUARE_GAP_REM * rem;
                        let (row, column) = (index / squares, index % squares);
                        Rect { x: left + column as f64 * pitch, y: top + row as f64 * pitch, w: side, h: side }
                    }
                    _ => Rect { x: left, y: top + index as f64 * strip, w: card.w - 2.0 * pad, h: strip },
                };
                self.strips.push((broker, tp.clone(), rect));
            }
        }
    }
}

impl Band {
    pub const fn of(id: NodeId) -> Band {
        match id {
            NodeId::Zk(_) => Band::Ensemble,
            NodeId::Broker(_) => Band::Brokers,
            NodeId::Producer(_) | NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => Band::Clients,
        }
    }
}

#[cfg(test)]
mod tests;
