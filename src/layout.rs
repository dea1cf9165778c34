//! Where everything stands: a pure function from what there is and the stage's size to places in CSS
//! pixels. Nodes hold no coordinates, the page measures nothing but the stage itself.
//!
//! The stage is a stack of rows (servers, brokers, clients; a narrow stage has more of them) with gaps
//! between them and a gutter at either side. Lines run in the gaps and the gutters only, each client in
//! a lane of its own ([`route`]), so that no line runs behind a card and crossings are square.

mod plan;
pub mod route;

use crate::layout::plan::{Plan, Slot};
use crate::layout::route::Lanes;
use sim_core::frame::Frame;
use sim_core::ids::{BrokerId, NodeId, TopicPartition};
use sim_core::sorted::Sorted;
use std::sync::Arc;

/// The stage, and how large its letters are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub width: f64,
    pub height: f64,
    pub rem: f64,
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
}

impl Shape {
    pub fn of(frame: &Frame) -> Shape {
        let mut groups: Vec<(Arc<str>, Vec<NodeId>)> = Vec::new();
        for consumer in &frame.consumers {
            match groups.iter_mut().find(|(name, _)| *name == consumer.group) {
                Some((_, members)) => members.push(consumer.id),
                None => groups.push((consumer.group.clone(), vec![consumer.id])),
            }
        }
        let strips = |broker: BrokerId, held: &mut dyn Iterator<Item = &TopicPartition>| {
            let mut strips: Vec<TopicPartition> = held.cloned().collect();
            strips.extend(frame.partitions.iter().filter(|p| p.replicas.contains(&broker)).map(|p| p.tp.clone()));
            strips.sort_stably();
            strips.dedup();
            strips
        };
        Shape {
            servers: frame.servers.iter().map(|s| s.id).collect(),
            brokers: frame
                .brokers
                .iter()
                .map(|b| (b.id, strips(b.broker, &mut b.replicas.iter().map(|r| &r.tp))))
                .collect(),
            producers: frame.producers.iter().map(|p| p.id).collect(),
            shells: frame.shells.iter().map(|s| s.id).collect(),
            groups,
        }
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
    /// Strips so low that there is no room for a line below the cells.
    pub compact: bool,
    pub nodes: Vec<(NodeId, Rect)>,
    pub groups: Vec<(Arc<str>, Rect)>,
    pub strips: Vec<(BrokerId, TopicPartition, Rect)>,
    pub plus: Vec<(Plus, Rect)>,
    pub(crate) rows: Vec<Row>,
    pub(crate) row_of: Vec<(NodeId, usize)>,
    pub(crate) lanes: Lanes,
}

/// The header of a broker's card, above its strips; the CSS has the same number.
const BROKER_HEAD_REM: f64 = 3.5;
const BROKER_FOOT_REM: f64 = 0.5;
const CARD_PAD_REM: f64 = 0.875;

impl Layout {
    pub fn compute(shape: &Shape, size: Size) -> Layout {
        let plan = Plan::of(shape, size);
        let narrow = plan.narrow;
        let lanes = Lanes::of(shape, &plan, size.rem);
        let heights = plan.heights(shape, size, &lanes);
        let (left, right) = (lanes.left_gutter, size.width - lanes.right_gutter);

        let mut layout = Layout {
            size,
            height: heights.total,
            narrow,
            alone: shape.brokers.is_empty() && !narrow,
            compact: heights.strip < 1.75 * size.rem,
            nodes: Vec::new(),
            groups: Vec::new(),
            strips: Vec::new(),
            plus: Vec::new(),
            rows: Vec::new(),
            row_of: Vec::new(),
            lanes,
        };
        let mut y = 0.0;
        for (index, row) in plan.rows.iter().enumerate() {
            let gap_top = y;
            let top = y + heights.gaps[index];
            let bottom = top + heights.rows[index];
            layout.rows.push(Row { band: row.band, top, gap_top });
            for (slot, x, w) in row.place(left, right, size.rem, narrow) {
                let rect = Rect { x, y: top, w, h: bottom - top };
                match slot {
                    Slot::Card(id) => {
                        layout.row_of.push((id, index));
                        layout.nodes.push((id, rect));
                    }
                    Slot::Plus(plus) => layout.plus.push((plus, rect)),
                }
            }
            y = bottom + if row.ends_group { plan::GROUP_FOOT_REM * size.rem } else { 0.0 };
        }
        layout.frame_groups(shape);
        layout.place_strips(shape, heights.strip);
        layout.nodes.sort_stably_by_key(|(id, _)| *id);
        layout.row_of.sort_stably_by_key(|(id, _)| *id);
        layout
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

    fn place_strips(&mut self, shape: &Shape, strip: f64) {
        let rem = self.size.rem;
        for (id, tps) in &shape.brokers {
            let (NodeId::Broker(broker), Some((_, card))) = (*id, self.nodes.iter().find(|(node, _)| node == id))
            else {
                continue;
            };
            for (index, tp) in tps.iter().enumerate() {
                let rect = Rect {
                    x: card.x + CARD_PAD_REM * rem,
                    y: card.y + BROKER_HEAD_REM * rem + index as f64 * strip,
                    w: card.w - 2.0 * CARD_PAD_REM * rem,
                    h: strip,
                };
                self.strips.push((broker, tp.clone(), rect));
            }
        }
    }
}

#[cfg(test)]
mod tests;
