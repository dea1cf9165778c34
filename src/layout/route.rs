//! How a connection runs: out of a card into the gap, along a lane that belongs to this client alone, and
//! into the other card; past other rows by a gutter. Sessions take the right gutter, records the left one.
//!
//! Lanes depend on what *could* be connected, not on what is: a line that comes back stands where it was.

use super::plan::Plan;
use super::{Bundle, BundleLabel, Layout, Point, Shape};
use sim_core::ids::{NodeId, TopicPartition};
use sim_core::sorted::Sorted;

/// What has a lane of its own in a gap; in this order from top to bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    /// A producer or consumer, to all brokers.
    Data(NodeId),
    /// Many of them: their lines run as one.
    DataBundle(Bundle),
    /// A session.
    Zk(NodeId),
    /// The sessions of many clients.
    ZkBundle,
    /// The sessions of many brokers.
    ZkOfBrokers,
    /// Between two of one row with this many others between them.
    Peer(usize),
}

/// So many lines still have lanes of their own; more of them run as one, with a label.
const DATA_LANES_MAX: usize = 5;
const SESSION_LANES_MAX: usize = 4;
const BROKER_LANES_MAX: usize = 4;

/// Which lanes run where, and which ports a card has at its lower edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lanes {
    /// For the gap above each row.
    gaps: Vec<Vec<Lane>>,
    left: Vec<Lane>,
    right: Vec<Lane>,
    pub(super) left_gutter: f64,
    pub(super) right_gutter: f64,
    /// What may come to a server, and to a broker, from below: in the order of the ports.
    zk_clients: Vec<NodeId>,
    data_clients: Vec<NodeId>,
    bundled: Bundled,
}

/// Which lines are too many to run apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bundled {
    data: bool,
    sessions: bool,
    brokers: bool,
    peers: bool,
}

impl Bundled {
    fn of(shape: &Shape) -> Bundled {
        Bundled {
            data: shape.data_clients().count() > DATA_LANES_MAX,
            sessions: shape.session_clients().count() > SESSION_LANES_MAX,
            brokers: shape.brokers.len() > BROKER_LANES_MAX,
            peers: shape.brokers.len().max(shape.servers.len()) > BROKER_LANES_MAX,
        }
    }

    fn data(self, client: NodeId) -> Lane {
        match client {
            _ if !self.data => Lane::Data(client),
            NodeId::Producer(_) => Lane::DataBundle(Bundle::Producers),
            _ => Lane::DataBundle(Bundle::Consumers),
        }
    }

    fn session(self, client: NodeId) -> Lane {
        match client {
            NodeId::Broker(_) if self.brokers => Lane::ZkOfBrokers,
            NodeId::Broker(_) => Lane::Zk(client),
            _ if self.sessions => Lane::ZkBundle,
            _ => Lane::Zk(client),
        }
    }

    fn peer(self, apart: usize) -> Lane {
        Lane::Peer(if self.peers { 4 } else { apart.min(4) })
    }
}

impl Lane {
    const fn is_session(self) -> bool {
        matches!(self, Lane::Zk(_) | Lane::ZkBundle | Lane::ZkOfBrokers)
    }
}

impl Lanes {
    /// What both gutters take at the most, in rem: known before anything is placed.
    pub(super) fn gutters_rem(shape: &Shape, narrow: bool) -> f64 {
        let bundled = Bundled::of(shape);
        let sessions = if bundled.sessions { 1 } else { shape.session_clients().count() };
        let data = if bundled.data { 2 } else { shape.data_clients().count() };
        // Sessions of brokers come here when these stand in several rows.
        gutter_rem(sessions + 1, narrow) + gutter_rem(data, narrow)
    }

    pub(super) fn of(shape: &Shape, plan: &Plan, rem: f64) -> Lanes {
        let mut rows: Vec<(NodeId, usize, usize)> = Vec::new();
        for (row, ids) in plan.cards().enumerate() {
            rows.extend(ids.into_iter().enumerate().map(|(column, id)| (id, row, column)));
        }
        let zk_clients: Vec<NodeId> = shape.broker_ids().chain(shape.session_clients()).collect();
        let data_clients: Vec<NodeId> = shape.data_clients().collect();
        let bundled = Bundled::of(shape);
        let mut lanes = Lanes {
            gaps: vec![Vec::new(); plan.rows().count()],
            zk_clients: zk_clients.clone(),
            data_clients: data_clients.clone(),
            bundled,
            ..Lanes::default()
        };

        let at = |id: NodeId| rows.iter().find(|(node, _, _)| *node == id).map(|(_, row, column)| (*row, *column));
        let mut pair = |a: NodeId, b: NodeId, lane: Lane| {
            let (Some((row_a, column_a)), Some((row_b, column_b))) = (at(a), at(b)) else { return };
            let (upper, lower) = (row_a.min(row_b), row_a.max(row_b));
            if upper == lower {
                let apart = column_a.abs_diff(column_b);
                if apart > 1 {
                    lanes.gaps[lower].push(bundled.peer(apart));
                }
                return;
            }
            lanes.gaps[lower].push(lane);
            if lower > upper + 1 {
                lanes.gaps[upper + 1].push(lane);
                if lane.is_session() { lanes.right.push(lane) } else { lanes.left.push(lane) }
            }
        };
        for client in &zk_clients {
            shape.servers.iter().for_each(|server| pair(*client, *server, bundled.session(*client)));
        }
        for client in &data_clients {
            shape.broker_ids().for_each(|broker| pair(*client, broker, bundled.data(*client)));
        }
        for peers in [shape.servers.clone(), shape.broker_ids().collect::<Vec<NodeId>>()] {
            for (index, a) in peers.iter().enumerate() {
                for b in &peers[index + 1..] {
                    pair(*a, *b, Lane::Peer(4));
                }
            }
        }
        for list in lanes.gaps.iter_mut().chain([&mut lanes.left, &mut lanes.right]) {
            list.sort_stably();
            list.dedup();
        }
        lanes.left_gutter = gutter_rem(lanes.left.len(), plan.narrow) * rem;
        lanes.right_gutter = gutter_rem(lanes.right.len(), plan.narrow) * rem;
        lanes
    }

    /// What runs as one says so, where it comes to the brokers.
    pub(super) fn bundle_labels(&self, layout: &Layout, shape: &Shape) -> Vec<BundleLabel> {
        let Some(row) = layout.rows.iter().position(|row| row.band == super::Band::Clients) else { return Vec::new() };
        let consumers = shape.consumers().count();
        let rem = layout.size.rem;
        let mut labels = Vec::new();
        let mut label = |of: Bundle, count: usize, lane: Lane, x: f64| {
            if let (Some(y), true) = (layout.lane_y(row, lane), count > 0) {
                labels.push(BundleLabel { of, count, at: Point { x, y } });
            }
        };
        if self.bundled.data {
            let left = self.left_gutter + 0.5 * rem;
            label(Bundle::Producers, shape.producers.len(), Lane::DataBundle(Bundle::Producers), left);
            label(Bundle::Consumers, consumers, Lane::DataBundle(Bundle::Consumers), layout.size.width * 0.5);
        }
        if self.bundled.sessions {
            let right = layout.size.width - self.right_gutter - 0.5 * rem;
            label(Bundle::Sessions, shape.session_clients().count(), Lane::ZkBundle, right);
        }
        labels
    }

    pub(super) fn in_gap(&self, row: usize) -> usize {
        self.gaps[row].len()
    }
}

/// As wide as its lanes need, and a margin where there is none.
fn gutter_rem(lanes: usize, narrow: bool) -> f64 {
    let (pitch, least) = if narrow { (0.22, 0.625) } else { (0.38, 1.0) };
    (lanes as f64 * pitch + 0.5).max(least)
}

/// A line from one card to another, with its length at every point.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// The corners, sharp.
    pub corners: Vec<Point>,
    radius: f64,
    points: Vec<Point>,
    lengths: Vec<f64>,
}

impl Route {
    fn new(corners: Vec<Point>, radius: f64) -> Route {
        let mut points: Vec<Point> = Vec::new();
        for (index, corner) in corners.iter().enumerate() {
            match rounded(&corners, index, radius) {
                Some((before, after)) => {
                    // A quadratic curve, as the path draws it; three points are enough to follow it.
                    for t in [0.0, 0.5, 1.0] {
                        let u = 1.0 - t;
                        let mix = |a: f64, b: f64, c: f64| u * u * a + 2.0 * u * t * b + t * t * c;
                        points.push(Point { x: mix(before.x, corner.x, after.x), y: mix(before.y, corner.y, after.y) });
                    }
                }
                None => points.push(*corner),
            }
        }
        let mut lengths = vec![0.0; points.len()];
        for index in 1..points.len() {
            lengths[index] = lengths[index - 1] + distance(points[index - 1], points[index]);
        }
        Route { corners, radius, points, lengths }
    }

    pub fn length(&self) -> f64 {
        self.lengths.last().copied().unwrap_or(0.0)
    }

    /// The place at a fraction of the way.
    pub fn at(&self, fraction: f64) -> Point {
        let wanted = fraction.clamp(0.0, 1.0) * self.length();
        let after = self.lengths.partition_point(|length| *length < wanted);
        match (self.points.get(after.wrapping_sub(1)), self.points.get(after)) {
            (Some(a), Some(b)) => {
                let (from, to) = (self.lengths[after - 1], self.lengths[after]);
                let t = if to > from { (wanted - from) / (to - from) } else { 1.0 };
                Point { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t }
            }
            (None, Some(first)) => *first,
            _ => self.points.last().copied().unwrap_or_default(),
        }
    }

    pub fn reversed(&self) -> Route {
        Route::new(self.corners.iter().rev().copied().collect(), self.radius)
    }

    /// As the `d` of an SVG path.
    pub fn path(&self) -> String {
        let mut d = String::new();
        let mut put = |command: &str, points: &[Point]| {
            d.push_str(command);
            for (index, point) in points.iter().enumerate() {
                if index > 0 {
                    d.push(' ');
                }
                push_number(&mut d, point.x);
                d.push(' ');
                push_number(&mut d, point.y);
            }
        };
        for (index, corner) in self.corners.iter().enumerate() {
            match (index, rounded(&self.corners, index, self.radius)) {
                (0, _) => put("M", &[*corner]),
                (_, Some((before, after))) => {
                    put("L", &[before]);
                    put("Q", &[*corner, after]);
                }
                _ => put("L", &[*corner]),
            }
        }
        d
    }
}

impl Layout {
    /// Whether a client's line to a server runs together with those of others.
    pub fn is_bundled(&self, client: NodeId, server: NodeId) -> bool {
        let bundled = self.lanes.bundled;
        match (client, server) {
            (NodeId::Zk(_), _) => false,
            (NodeId::Broker(_), _) => bundled.brokers,
            (_, NodeId::Zk(_)) => bundled.sessions,
            _ => bundled.data,
        }
    }

    /// The way from one node to another; the same line, backwards, as from the other to the one.
    pub fn route(&self, from: NodeId, to: NodeId) -> Option<Route> {
        let (row_from, row_to) = (self.row(from)?, self.row(to)?);
        // Lines begin at the lower node; in one row, at the smaller id.
        let forwards = if row_from == row_to { from < to } else { row_from > row_to };
        let (lower, upper) = if forwards { (from, to) } else { (to, from) };
        let corners = self.corners(lower, upper)?;
        let route = Route::new(corners, 0.5 * self.size.rem);
        Some(if forwards { route } else { route.reversed() })
    }

    /// From strip to strip, where two brokers stand side by side: replication as it is, row by row.
    pub fn strip_route(&self, from: NodeId, to: NodeId, tp: &TopicPartition) -> Option<Route> {
        let (NodeId::Broker(a), NodeId::Broker(b)) = (from, to) else { return None };
        if self.row(from)? != self.row(to)? || !self.adjacent(from, to)? {
            return None;
        }
        let (strip_a, strip_b) = (self.strip(a, tp)?, self.strip(b, tp)?);
        let (card_a, card_b) = (self.node(from)?, self.node(to)?);
        let rightwards = card_a.x < card_b.x;
        let start = Point { x: if rightwards { card_a.right() } else { card_a.x }, y: strip_a.centre().y };
        let end = Point { x: if rightwards { card_b.x } else { card_b.right() }, y: strip_b.centre().y };
        Some(Route::new(vec![start, end], 0.0))
    }

    /// Nothing stands between them in their row.
    fn adjacent(&self, a: NodeId, b: NodeId) -> Option<bool> {
        Some(self.apart(a, b)? == 1)
    }

    fn apart(&self, a: NodeId, b: NodeId) -> Option<usize> {
        let row = self.row(a)?;
        let (xa, xb) = (self.node(a)?.x, self.node(b)?.x);
        let (low, high) = (xa.min(xb), xa.max(xb));
        let of_row = self.row_of.iter().filter(|(_, r)| *r == row).filter_map(|(id, _)| self.node(*id));
        Some(of_row.filter(|rect| rect.x > low && rect.x <= high).count())
    }

    fn corners(&self, lower: NodeId, upper: NodeId) -> Option<Vec<Point>> {
        let (a, b) = (self.node(lower)?, self.node(upper)?);
        let (row_a, row_b) = (self.row(lower)?, self.row(upper)?);
        if row_a == row_b {
            let apart = self.apart(lower, upper)?;
            let (left, right) = if a.x < b.x { (a, b) } else { (b, a) };
            let corners = if apart <= 1 {
                let y = left.centre().y;
                vec![Point { x: left.right(), y }, Point { x: right.x, y }]
            } else {
                let y = self.lane_y(row_a, self.lanes.bundled.peer(apart))?;
                let from_left = left.x + left.w * (0.9 - 0.02 * apart as f64);
                let from_right = right.x + right.w * (0.1 + 0.02 * apart as f64);
                vec![
                    Point { x: from_left, y: left.y },
                    Point { x: from_left, y },
                    Point { x: from_right, y },
                    Point { x: from_right, y: right.y },
                ]
            };
            return Some(if a.x < b.x { corners } else { corners.into_iter().rev().collect() });
        }
        let lane = match (lower, upper) {
            (_, NodeId::Zk(_)) if !matches!(lower, NodeId::Zk(_)) => self.lanes.bundled.session(lower),
            (NodeId::Zk(_), _) | (NodeId::Broker(_), NodeId::Broker(_)) => Lane::Peer(4),
            _ => self.lanes.bundled.data(lower),
        };
        let top = Point { x: a.x + a.w * top_port(lower, lane), y: a.y };
        let bottom = Point { x: b.x + b.w * self.bottom_port(lower, lane, upper), y: b.bottom() };
        let y = self.lane_y(row_a, lane)?;
        if row_a == row_b + 1 {
            if (top.x - bottom.x).abs() < 1.0 {
                return Some(vec![top, bottom]);
            }
            return Some(vec![top, Point { x: top.x, y }, Point { x: bottom.x, y }, bottom]);
        }
        let x = self.gutter_x(lane)?;
        let y_up = self.lane_y(row_b + 1, lane)?;
        Some(vec![
            top,
            Point { x: top.x, y },
            Point { x, y },
            Point { x, y: y_up },
            Point { x: bottom.x, y: y_up },
            bottom,
        ])
    }

    fn lane_y(&self, row: usize, lane: Lane) -> Option<f64> {
        let lanes = self.lanes.gaps.get(row)?;
        let at = lanes.binary_search(&lane).ok()? as f64;
        let rem = self.size.rem;
        let place = self.rows.get(row)?;
        // A little free room before the cards, so that every line is seen to leave its card.
        let bottom = place.top - 0.5 * rem;
        // Above the first row stand the lights: its lanes keep low.
        let top = if row == 0 { bottom - 0.4 * rem * lanes.len() as f64 } else { place.gap_top + 0.4 * rem };
        let pitch = ((bottom - top) / lanes.len().max(1) as f64).min(0.8 * rem);
        let used = pitch * (lanes.len() as f64 - 1.0);
        Some((top + bottom - used) / 2.0 + at * pitch)
    }

    fn gutter_x(&self, lane: Lane) -> Option<f64> {
        let right = lane.is_session();
        let lanes = if right { &self.lanes.right } else { &self.lanes.left };
        let at = lanes.binary_search(&lane).ok()? as f64;
        let gutter = if right { self.lanes.right_gutter } else { self.lanes.left_gutter };
        let pitch = gutter / (lanes.len() as f64 + 1.0);
        Some(if right { self.size.width - pitch * (at + 1.0) } else { pitch * (at + 1.0) })
    }

    /// Where a lane's line comes to the lower edge of a card, as a fraction of its width. What runs as one comes
    /// to one place.
    fn bottom_port(&self, lower: NodeId, lane: Lane, upper: NodeId) -> f64 {
        let clients = match lane {
            Lane::Zk(_) | Lane::ZkOfBrokers => &self.lanes.zk_clients,
            Lane::Data(_) => &self.lanes.data_clients,
            Lane::DataBundle(Bundle::Producers) => return 0.36,
            Lane::DataBundle(_) => return 0.68,
            Lane::ZkBundle => return 0.88,
            Lane::Peer(_) => return 0.06,
        };
        let count = clients.len() as f64;
        let at = clients.iter().position(|client| *client == lower);
        let at = at.map_or(0.5, |at| (at as f64 + 1.0) / (count + 1.0));
        match upper {
            NodeId::Zk(_) => 0.12 + 0.76 * at,
            _ => 0.08 + 0.84 * at,
        }
    }
}

/// Where a line leaves the upper edge of its client, as a fraction of its width.
fn top_port(lower: NodeId, lane: Lane) -> f64 {
    match (lower, lane) {
        (NodeId::Broker(_) | NodeId::ZkShell(_) | NodeId::Admin, _) if lane.is_session() => 0.5,
        (_, Lane::Peer(_)) => 0.12,
        _ if lane.is_session() => 0.8,
        _ => 0.3,
    }
}

/// Where the rounding of a corner begins and ends; nothing at the ends of the line.
fn rounded(corners: &[Point], index: usize, radius: f64) -> Option<(Point, Point)> {
    let (before, corner, after) = (corners.get(index.checked_sub(1)?)?, corners.get(index)?, corners.get(index + 1)?);
    let towards = |from: Point, to: Point| {
        let length = distance(from, to);
        let r = radius.min(length / 2.0);
        if length < f64::EPSILON {
            return from;
        }
        Point { x: from.x + (to.x - from.x) / length * r, y: from.y + (to.y - from.y) / length * r }
    };
    Some((towards(*corner, *before), towards(*corner, *after)))
}

fn distance(a: Point, b: Point) -> f64 {
    ((a.x - b.x).powi(2) + (a.y - b.y).powi(2)).sqrt()
}

/// A tenth of a pixel is fine enough for a path. By hand, since formatting floats is large in wasm.
fn push_number(text: &mut String, value: f64) {
    let tenths = (value * 10.0).round() as i64;
    if tenths < 0 {
        text.push('-');
    }
    let tenths = tenths.unsigned_abs();
    text.push_str(&(tenths / 10).to_string());
    if !tenths.is_multiple_of(10) {
        text.push('.');
        text.push_str(&(tenths % 10).to_string());
    }
}
