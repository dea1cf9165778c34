//! From a frame and a moment to sprites. A message's place is a pure function of sent, due and now, so that
//! rewinding needs no tween and a paused picture is exact.

use crate::layout::route::Route;
use crate::layout::{Layout, Point, Rect};
use crate::view_model::colours::Colours;
use sim_core::about::FlightKind;
use sim_core::ids::NodeId;
use sim_core::kafka::RecordId;
use sim_core::sorted::{Sorted, SortedMap};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::{FlightView, UnderWay};
use std::sync::Arc;

/// What a sprite is painted with: a colour of the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ink {
    Partition(u8),
    Zk,
    Watch,
    Bad,
    Dim,
    Accent,
}

/// The shape says what it is, also without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Records.
    Dot,
    /// A request or an answer without records.
    Ring,
    /// A watch fires.
    Diamond,
    /// The controller's orders.
    Flag,
    /// A vote.
    Triangle,
    /// Metadata.
    Square,
    /// A reset connection.
    Cross,
    /// A connection is being opened.
    Dash,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sprite {
    /// The packet: the n-th on the wire from one to the other. No two sprites have the same.
    pub flight: (NodeId, NodeId, u64),
    pub at: Point,
    /// When it arrives; none for what does not move.
    pub due: Option<SimTime>,
    pub glyph: Glyph,
    pub ink: Ink,
    pub radius: f64,
    pub faint: bool,
    /// It carries the record that is followed.
    pub followed: bool,
    pub label: Option<Arc<str>>,
}

/// What the reader looks at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Focus {
    pub followed: Option<RecordId>,
    /// Reduced motion: a message stands at the middle of its way for as long as it is under way.
    pub still: bool,
}

/// Something that flew for less than this on the page would only flicker.
const SEEN_AT_LEAST_MS: u64 = 45;
/// More names than this at once are not read.
const LABELS_MAX: usize = 5;

/// Enough for the corners of the longest way to stay corners.
const AHEAD_POINTS: u64 = 24;

/// The ways of one layout, made when they are first needed.
pub struct Ways {
    layout: Arc<Layout>,
    routes: SortedMap<(NodeId, NodeId), Option<Route>>,
}

impl Ways {
    pub fn new(layout: Arc<Layout>) -> Ways {
        Ways { layout, routes: SortedMap::new() }
    }

    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    fn length(&self, flight: &FlightView) -> f64 {
        self.routes.get(&(flight.from, flight.to)).and_then(|route| route.as_ref()).map_or(0.0, Route::length)
    }

    fn place(&mut self, flight: &FlightView, fraction: f64) -> Option<Point> {
        if let Some(tp) = flight.tp.as_ref().filter(|_| is_replication(flight.kind))
            && let Some(route) = self.layout.strip_route(flight.from, flight.to, tp)
        {
            return Some(route.at(fraction));
        }
        let layout = &self.layout;
        let way = self.routes.or_insert_with((flight.from, flight.to), || layout.route(flight.from, flight.to));
        way.as_ref().map(|route| route.at(fraction))
    }
}

/// Everything that is under way at `now`. `us_per_page_s` is how fast simulated time passes on the page, 0
/// when it stands still.
pub fn sprites(
    under_way: &UnderWay,
    now: SimTime,
    us_per_page_s: u64,
    ways: &mut Ways,
    colours: &Colours,
    focus: &Focus,
) -> Vec<Sprite> {
    let unit = ways.layout.size.rem * if ways.layout.narrow { 0.85 } else { 1.0 };
    let mut held: SortedMap<(NodeId, NodeId), u32> = SortedMap::new();
    let mut sprites = Vec::with_capacity(under_way.flights.len());
    for flight in &under_way.flights {
        let followed = focus.followed.is_some_and(|id| flight.records.contains(&id));
        if flight.routine && !followed && !flight.held && is_blur(flight, us_per_page_s) {
            continue;
        }
        let mut fraction = if focus.still { 0.5 } else { progress(flight, now) };
        if flight.held {
            let queued = held.or_default((flight.from, flight.to));
            fraction = fraction.min(waiting_place(under_way, flight) - f64::from((*queued).min(8)) * 0.035).max(0.02);
            *queued += 1;
        }
        let Some(at) = ways.place(flight, fraction) else { continue };
        let (glyph, size) = glyph(flight.kind);
        sprites.push(Sprite {
            flight: (flight.from, flight.to, flight.nth),
            at,
            due: Some(flight.due).filter(|due| *due > now && !flight.held && !focus.still),
            glyph,
            ink: ink(flight, colours),
            radius: unit * size * if followed { 1.35 } else { 1.0 },
            faint: flight.held || (flight.routine && glyph != Glyph::Dot),
            followed,
            // On a short way there is no room beside it.
            label: label(flight).filter(|_| ways.length(flight) > 6.0 * unit),
        });
    }
    // What matters is painted last, on top.
    sprites.sort_stably_by_key(|sprite| (sprite.followed, sprite.label.is_some(), !sprite.faint));
    thin_labels(&mut sprites, unit);
    sprites
}

/// Where a flight is at some moments from `now` until it arrives, the same time apart.
pub fn way_ahead(under_way: &UnderWay, flight: (NodeId, NodeId, u64), now: SimTime, ways: &mut Ways) -> Vec<Point> {
    let found = under_way.flights.iter().find(|one| (one.from, one.to, one.nth) == flight);
    let Some(flight) = found else { return Vec::new() };
    let left_us = flight.due.since(now).0;
    let at = |nth: u64| now.plus(Span(left_us * nth / AHEAD_POINTS));
    (0..=AHEAD_POINTS).filter_map(|nth| ways.place(flight, progress(flight, at(nth)))).collect()
}

/// How much of the way is done. Slower at both ends, as if it left and arrived.
fn progress(flight: &FlightView, now: SimTime) -> f64 {
    let whole = flight.due.since(flight.sent).0.max(1) as f64;
    let t = (now.since(flight.sent).0 as f64 / whole).clamp(0.0, 1.0);
    t + 0.3 * t * (1.0 - t) * (2.0 * t - 1.0)
}

/// Where it waits: at the cut, or before the door of a frozen process.
fn waiting_place(under_way: &UnderWay, flight: &FlightView) -> f64 {
    let ends = |a: NodeId, b: NodeId| (a, b) == (flight.from, flight.to) || (b, a) == (flight.from, flight.to);
    if under_way.cuts.iter().any(|(a, b)| ends(*a, *b)) { 0.44 } else { 0.93 }
}

fn is_blur(flight: &FlightView, us_per_page_s: u64) -> bool {
    let seen_ms = flight.due.since(flight.sent).0.saturating_mul(1_000).checked_div(us_per_page_s);
    seen_ms.is_some_and(|ms| ms < SEEN_AT_LEAST_MS)
}

fn is_replication(kind: FlightKind) -> bool {
    matches!(kind, FlightKind::Fetch | FlightKind::FetchedRecords)
}

/// Shape and radius, in rem.
fn glyph(kind: FlightKind) -> (Glyph, f64) {
    match kind {
        FlightKind::Produce | FlightKind::FetchedRecords => (Glyph::Dot, 0.34),
        FlightKind::ProduceAck => (Glyph::Ring, 0.26),
        FlightKind::Fetch => (Glyph::Ring, 0.17),
        FlightKind::Watch => (Glyph::Diamond, 0.5),
        FlightKind::Controller => (Glyph::Flag, 0.42),
        FlightKind::Vote => (Glyph::Triangle, 0.36),
        FlightKind::Zab => (Glyph::Dot, 0.22),
        FlightKind::ZkRequest => (Glyph::Ring, 0.22),
        FlightKind::ZkResponse => (Glyph::Dot, 0.2),
        FlightKind::Ping => (Glyph::Dot, 0.13),
        FlightKind::Metadata => (Glyph::Square, 0.2),
        FlightKind::Connect => (Glyph::Dash, 0.28),
        FlightKind::Reset => (Glyph::Cross, 0.32),
    }
}

fn ink(flight: &FlightView, colours: &Colours) -> Ink {
    match flight.kind {
        FlightKind::Watch | FlightKind::Controller => Ink::Watch,
        FlightKind::Vote | FlightKind::Zab | FlightKind::ZkRequest | FlightKind::ZkResponse | FlightKind::Ping => {
            Ink::Zk
        }
        FlightKind::Reset => Ink::Bad,
        FlightKind::Connect | FlightKind::Metadata => Ink::Dim,
        _ => flight.tp.as_ref().map_or(Ink::Dim, |tp| Ink::Partition(colours.of(tp))),
    }
}

/// Names that need no language: paths and partitions.
fn label(flight: &FlightView) -> Option<Arc<str>> {
    match flight.kind {
        FlightKind::Watch => flight.path.clone(),
        FlightKind::Controller if !flight.routine => flight.tp.as_ref().map(|tp| tp.to_string().into()),
        _ => None,
    }
}

/// Takes away names that would cover each other.
fn thin_labels(sprites: &mut [Sprite], unit: f64) {
    let mut taken: Vec<Rect> = Vec::new();
    for sprite in sprites.iter_mut().rev() {
        let Some(label) = &sprite.label else { continue };
        let w = label.chars().count() as f64 * unit * 0.45 + sprite.radius * 2.0;
        let place = Rect { x: sprite.at.x, y: sprite.at.y - unit * 0.5, w, h: unit };
        let covers = |other: &Rect| {
            place.x < other.right() && other.x < place.right() && place.y < other.bottom() && other.y < place.bottom()
        };
        if taken.len() >= LABELS_MAX || taken.iter().any(covers) {
            sprite.label = None;
        } else {
            taken.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Shape, Size};
    use crate::view_model::fixture;
    use sim_core::view::frame::Frame;

    fn scene(frame: &Frame, now: u64, pace: u64, focus: &Focus) -> Vec<Sprite> {
        let size = Size { width: 1040.0, height: 700.0, rem: 16.0 };
        let mut ways = Ways::new(Arc::new(Layout::compute(&Shape::of(frame), size)));
        let under_way = UnderWay { flights: frame.flights.clone(), cuts: frame.cuts.clone() };
        sprites(&under_way, SimTime(now), pace, &mut ways, &Colours::default(), focus)
    }

    fn only(kind: FlightKind) -> Frame {
        let mut frame = fixture::broker_3_died();
        frame.flights.retain(|flight| flight.kind == kind);
        frame.flights.truncate(1);
        frame
    }

    #[test]
    fn a_message_leaves_its_card_and_arrives_at_the_other() {
        let frame = only(FlightKind::Produce);
        let flight = &frame.flights[0];
        let shape = Layout::compute(&Shape::of(&frame), Size { width: 1040.0, height: 700.0, rem: 16.0 });
        let (from, to) = (shape.node(flight.from).expect("placed"), shape.node(flight.to).expect("placed"));
        let start = scene(&frame, flight.sent.0, 0, &Focus::default())[0].at;
        let end = scene(&frame, flight.due.0, 0, &Focus::default())[0].at;
        assert!((start.y - from.y).abs() < 0.5 && start.x > from.x && start.x < from.right());
        assert!((end.y - to.bottom()).abs() < 0.5 && end.x > to.x && end.x < to.right());
    }

    #[test]
    fn what_is_set_in_motion_goes_where_the_simulation_will_have_it() {
        let mut frame = only(FlightKind::Produce);
        let flight = frame.flights[0].clone();
        let size = Size { width: 1040.0, height: 700.0, rem: 16.0 };
        let mut ways = Ways::new(Arc::new(Layout::compute(&Shape::of(&frame), size)));
        let under_way = UnderWay { flights: frame.flights.clone(), cuts: frame.cuts.clone() };
        let name = (flight.from, flight.to, flight.nth);
        let way = way_ahead(&under_way, name, flight.sent, &mut ways);
        for (nth, at) in way.iter().enumerate() {
            let now = flight.sent.0 + (flight.due.0 - flight.sent.0) * nth as u64 / AHEAD_POINTS;
            let sprite = &scene(&frame, now, 0, &Focus::default())[0];
            assert!((sprite.at.x - at.x).abs() < 1.0 && (sprite.at.y - at.y).abs() < 1.0, "{nth}: {sprite:?} {at:?}");
        }
        frame.flights[0].held = true;
        assert_eq!(scene(&frame, flight.sent.0, 0, &Focus::default())[0].due, None, "what is held goes nowhere");
    }

    #[test]
    fn the_same_moment_gives_the_same_picture_also_backwards() {
        let frame = fixture::broker_3_died();
        let first = scene(&frame, 18_431_000, 0, &Focus::default());
        let _later = scene(&frame, 18_431_400, 0, &Focus::default());
        assert_eq!(first, scene(&frame, 18_431_000, 0, &Focus::default()));
        assert_eq!(first.len(), frame.flights.len());
    }

    #[test]
    fn routine_that_would_only_flicker_is_left_out_and_a_watch_is_not() {
        let frame = fixture::broker_3_died();
        let fast = scene(&frame, 18_431_000, 60_000_000, &Focus::default());
        assert!(fast.iter().all(|sprite| matches!(sprite.glyph, Glyph::Diamond | Glyph::Flag)));
        assert_eq!(fast.len(), 2);
    }

    #[test]
    fn what_waits_at_a_cut_link_stays_on_this_side() {
        let mut frame = only(FlightKind::Watch);
        frame.cuts = vec![(frame.flights[0].from, frame.flights[0].to)];
        let open = scene(&frame, 99_000_000, 0, &Focus::default())[0].at;
        frame.flights[0].held = true;
        let held = scene(&frame, 99_000_000, 0, &Focus::default());
        assert!(held[0].at.y < open.y && held[0].faint);
    }

    #[test]
    fn with_reduced_motion_a_message_does_not_move() {
        let frame = fixture::broker_3_died();
        let still = Focus { still: true, ..Focus::default() };
        assert_eq!(scene(&frame, 18_430_900, 0, &still), scene(&frame, 18_431_200, 0, &still));
    }

    #[test]
    fn the_followed_record_is_marked_and_on_top() {
        let mut frame = fixture::broker_3_died();
        let id = RecordId { producer: 1, number: 7 };
        frame.flights[3].records = vec![id];
        let focus = Focus { followed: Some(id), still: false };
        let sprites = scene(&frame, 18_431_000, 60_000_000, &focus);
        assert!(sprites.last().is_some_and(|sprite| sprite.followed));
        assert_eq!(sprites.iter().filter(|sprite| sprite.followed).count(), 1);
    }
}
