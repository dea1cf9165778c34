//! The timeline: lanes of what happened, in story time with its seams, or in true scale.

use crate::playback::warp::{Gap, Warp};
use crate::view_model::time_text;
use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::event::{Event, Fact};
use sim_core::ids::{EventSeq, NodeId, Topic, TopicPartition};
use sim_core::kafka::KafkaFact;
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::Frame;
use sim_core::zookeeper::ZkFact;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    Faults,
    Elections,
    Isr,
    Rebalances,
}

impl Lane {
    pub const ALL: [Lane; 4] = [Lane::Faults, Lane::Elections, Lane::Isr, Lane::Rebalances];
}

/// A bar, or a point when it begins and ends at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub lane: Lane,
    pub from: SimTime,
    /// None: it lasts still.
    pub to: Option<SimTime>,
    /// The event that began it.
    pub seq: EventSeq,
    /// The step right after that event.
    pub step: u64,
    pub bad: bool,
}

/// All pieces of a branch, in the order in which they begin.
pub fn pieces(marks: &[Event]) -> Vec<Piece> {
    let mut lanes = Lanes::default();
    for mark in marks {
        lanes.take_in(mark);
    }
    lanes.pieces
}

/// What has begun and not ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    Down(NodeId),
    Frozen(NodeId),
    Cut(NodeId, NodeId),
    ZkElection,
    Short(TopicPartition),
    Rebalance(Topic),
    NoLeader(TopicPartition),
}

#[derive(Default)]
struct Lanes {
    pieces: Vec<Piece>,
    open: BTreeMap<Open, usize>,
    /// How many replicas were removed from a partition's ISR and have not come back.
    missing: BTreeMap<TopicPartition, u32>,
    /// How many members of a group rebalance.
    rebalancing: BTreeMap<Topic, u32>,
}

impl Lanes {
    fn begin(&mut self, what: Open, lane: Lane, mark: &Event, bad: bool) {
        if !self.open.contains_key(&what) {
            self.open.insert(what, self.pieces.len());
            self.pieces.push(Piece { lane, from: mark.at, to: None, seq: mark.seq, step: mark.step + 1, bad });
        }
    }

    fn end(&mut self, what: &Open, mark: &Event) {
        if let Some(at) = self.open.remove(what) {
            self.pieces[at].to = Some(mark.at);
        }
    }

    fn point(&mut self, lane: Lane, mark: &Event, bad: bool) {
        self.pieces.push(Piece { lane, from: mark.at, to: Some(mark.at), seq: mark.seq, step: mark.step + 1, bad });
    }

    fn take_in(&mut self, mark: &Event) {
        match &mark.fact {
            Fact::Cluster(fact) => self.cluster(fact, mark),
            Fact::Zk(fact) => match fact {
                ZkFact::Looking { .. } | ZkFact::QuorumLost { .. } => {
                    self.begin(Open::ZkElection, Lane::Elections, mark, matches!(fact, ZkFact::QuorumLost { .. }));
                }
                ZkFact::LeaderServing { .. } | ZkFact::Following { .. } => self.end(&Open::ZkElection, mark),
                ZkFact::SessionExpired { .. } => self.point(Lane::Faults, mark, true),
                _ => {}
            },
            Fact::Kafka(fact) => self.kafka(fact, mark),
            Fact::Client(fact) => self.client(fact, mark),
        }
    }

    fn cluster(&mut self, fact: &ClusterFact, mark: &Event) {
        match fact {
            ClusterFact::NodeKilled { node }
            | ClusterFact::NodePoweredOff { node }
            | ClusterFact::NodeStopping { node } => {
                self.begin(Open::Down(*node), Lane::Faults, mark, !matches!(fact, ClusterFact::NodeStopping { .. }));
                self.end(&Open::Frozen(*node), mark);
            }
            ClusterFact::NodeStarted { node } => self.end(&Open::Down(*node), mark),
            ClusterFact::NodeFrozen { node } => self.begin(Open::Frozen(*node), Lane::Faults, mark, true),
            ClusterFact::NodeThawed { node } => self.end(&Open::Frozen(*node), mark),
            ClusterFact::LinkCut { a, b, .. } => {
                self.begin(Open::Cut(*a.min(b), *a.max(b)), Lane::Faults, mark, true);
            }
            ClusterFact::LinkHealed { a, b } => self.end(&Open::Cut(*a.min(b), *a.max(b)), mark),
            _ => {}
        }
    }

    fn kafka(&mut self, fact: &KafkaFact, mark: &Event) {
        match fact {
            KafkaFact::ControllerElected { .. } => self.point(Lane::Elections, mark, false),
            KafkaFact::PartitionOffline { tp, .. } => {
                self.begin(Open::NoLeader(tp.clone()), Lane::Elections, mark, true);
            }
            KafkaFact::LeaderElected { tp, .. } => {
                if self.open.contains_key(&Open::NoLeader(tp.clone())) {
                    self.end(&Open::NoLeader(tp.clone()), mark);
                } else {
                    self.point(Lane::Elections, mark, false);
                }
            }
            KafkaFact::IsrShrunk { tp, removed, .. } => {
                *self.missing.entry(tp.clone()).or_default() += removed.len() as u32;
                self.begin(Open::Short(tp.clone()), Lane::Isr, mark, false);
            }
            KafkaFact::IsrExpanded { tp, .. } => {
                let missing = self.missing.entry(tp.clone()).or_default();
                *missing = missing.saturating_sub(1);
                if *missing == 0 {
                    self.end(&Open::Short(tp.clone()), mark);
                }
            }
            _ => {}
        }
    }

    fn client(&mut self, fact: &ClientFact, mark: &Event) {
        match fact {
            ClientFact::RebalanceStarted { group, attempt } => {
                if *attempt == 0 || !self.open.contains_key(&Open::Rebalance(group.clone())) {
                    *self.rebalancing.entry(group.clone()).or_default() += 1;
                }
                self.begin(Open::Rebalance(group.clone()), Lane::Rebalances, mark, false);
            }
            ClientFact::RebalanceCompleted { group, .. } | ClientFact::RebalanceFailed { group, .. } => {
                let members = self.rebalancing.entry(group.clone()).or_default();
                *members = members.saturating_sub(1);
                if *members == 0 {
                    let what = Open::Rebalance(group.clone());
                    if matches!(fact, ClientFact::RebalanceFailed { .. })
                        && let Some(at) = self.open.get(&what)
                    {
                        self.pieces[*at].bad = true;
                    }
                    self.end(&what, mark);
                }
            }
            _ => {}
        }
    }
}

/// Where moments stand on the axis, as parts of its length.
#[derive(Clone, Debug)]
pub struct Axis<'a> {
    warp: &'a Warp,
    true_scale: bool,
    begin: SimTime,
    /// Page milliseconds, or simulated microseconds in true scale.
    length: f64,
}

/// An axis is never shorter: the first second of a run should not fill the whole width.
const STORY_MIN_MS: f64 = 6_000.0;
const TRUE_MIN: Span = Span::ms(2_000);

impl<'a> Axis<'a> {
    /// `end` is the last moment that is shown.
    pub fn new(warp: &'a Warp, end: SimTime, true_scale: bool) -> Axis<'a> {
        let begin = warp.start();
        let length =
            if true_scale { (end.since(begin).0.max(TRUE_MIN.0)) as f64 } else { warp.page_ms(end).max(STORY_MIN_MS) };
        Axis { warp, true_scale, begin, length }
    }

    /// 0 … 1.
    pub fn part(&self, at: SimTime) -> f64 {
        let value = if self.true_scale { at.since(self.begin).0 as f64 } else { self.warp.page_ms(at) };
        (value / self.length).clamp(0.0, 1.0)
    }

    pub fn moment(&self, part: f64) -> SimTime {
        let value = part.clamp(0.0, 1.0) * self.length;
        if self.true_scale { self.begin.plus(Span(value as u64)) } else { self.warp.at_page_ms(value) }
    }
}

/// A place where the axis leaves time out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seam {
    pub from: SimTime,
    pub to: SimTime,
}

/// A silence from this length on is marked as one.
const SEAM_FROM: Span = Span::ms(400);

pub fn seams(warp: &Warp) -> Vec<Seam> {
    let moments = std::iter::once(warp.start()).chain(warp.anchors().iter().map(|anchor| anchor.at));
    let next = warp.anchors().iter().map(|anchor| anchor.at);
    moments.zip(next).filter(|(from, to)| to.since(*from) >= SEAM_FROM).map(|(from, to)| Seam { from, to }).collect()
}

/// The last moment that the axis shows: what matters ahead, or the cursor with some room before it, so that
/// the axis is drawn anew now and then and not at every frame.
pub fn axis_end(warp: &Warp, cursor: SimTime, true_scale: bool) -> SimTime {
    let last = warp.anchors().last().map_or(warp.start(), |anchor| anchor.at);
    if cursor <= last {
        return last;
    }
    if true_scale {
        let mut length = TRUE_MIN.0;
        while length < cursor.since(warp.start()).0 {
            length += length / 4;
        }
        return warp.start().plus(Span(length));
    }
    let page_ms = warp.page_ms(cursor);
    let begun = warp.page_ms(last);
    let room_ms = ((page_ms - begun) / ROOM_MS).ceil().max(1.0) * ROOM_MS;
    warp.at_page_ms(begun + room_ms)
}

/// The axis grows by so much page time at once.
const ROOM_MS: f64 = 400.0;

/// A silence that is being skipped, for the line that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// How long it is in all.
    pub gap: String,
    /// Whose session is running out meanwhile, and what is left of it.
    pub session: Option<(NodeId, String)>,
}

/// A silence is worth a line from this length on.
const QUIET_FROM: Span = Span::ms(1_000);

pub fn quiet(gap: &Gap, frame: &Frame, at: SimTime) -> Option<Quiet> {
    let length = gap.to?.since(gap.from);
    if !gap.compressed || length < QUIET_FROM {
        return None;
    }
    let later = at.since(frame.at);
    let running_out = frame
        .sessions
        .iter()
        .filter_map(|session| {
            let left = Span(session.expires_in?.0.saturating_sub(later.0));
            // A client that pings is heard again after a third of its timeout.
            let silence = session.silence.map_or(0, |silence| silence.0 + later.0);
            let silent = silence > u64::from(session.timeout_ms) * 1_000 / 2;
            silent.then_some((session.client?, left))
        })
        .min_by_key(|(_, left)| *left);
    let session = running_out.map(|(client, left)| {
        let tenths = left.0 / 100_000;
        (client, format!("{}.{} s", tenths / 10, tenths % 10))
    });
    Some(Quiet { gap: time_text::span(length), session })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(seq: u64, ms: u64, fact: impl Into<Fact>) -> Event {
        Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(ms),
            cause: None,
            node: NodeId::Broker(1),
            fact: fact.into(),
        }
    }

    fn tp() -> TopicPartition {
        TopicPartition::new(&Topic::from("orders"), 1)
    }

    #[test]
    fn a_broker_is_down_from_its_kill_to_its_start() {
        let node = NodeId::Broker(3);
        let found =
            pieces(&[mark(1, 10, ClusterFact::NodeKilled { node }), mark(2, 500, ClusterFact::NodeStarted { node })]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].lane, found[0].to), (Lane::Faults, Some(SimTime::from_ms(500))));
        assert!(found[0].bad);
    }

    #[test]
    fn a_partition_is_short_of_replicas_until_the_last_one_is_back() {
        let found = pieces(&[
            mark(1, 10, KafkaFact::IsrShrunk { tp: tp(), isr: vec![1, 2], removed: vec![3] }),
            mark(2, 20, KafkaFact::IsrShrunk { tp: tp(), isr: vec![1], removed: vec![2] }),
            mark(3, 30, KafkaFact::IsrExpanded { tp: tp(), isr: vec![1, 2], added: 2 }),
            mark(4, 40, KafkaFact::IsrExpanded { tp: tp(), isr: vec![1, 2, 3], added: 3 }),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].from, found[0].to), (SimTime::from_ms(10), Some(SimTime::from_ms(40))));
    }

    #[test]
    fn a_group_rebalances_until_its_last_member_has_its_share() {
        let group = Topic::from("billing");
        let started = |group: &Topic| ClientFact::RebalanceStarted { group: group.clone(), attempt: 0 };
        let done = |group: &Topic| ClientFact::RebalanceCompleted { group: group.clone(), partitions: Vec::new() };
        let found = pieces(&[
            mark(1, 10, started(&group)),
            mark(2, 11, started(&group)),
            mark(3, 30, done(&group)),
            mark(4, 45, done(&group)),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to, Some(SimTime::from_ms(45)));
    }

    #[test]
    fn the_axis_and_its_inverse_agree_in_both_scales() {
        let node = NodeId::Broker(3);
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&[
            mark(1, 1_000, ClusterFact::NodeKilled { node }),
            mark(2, 9_000, ClusterFact::NodeStarted { node }),
        ]);
        for true_scale in [false, true] {
            let axis = Axis::new(&warp, SimTime::from_ms(9_000), true_scale);
            for ms in [0, 400, 3_000, 8_990] {
                let at = SimTime::from_ms(ms);
                let back = axis.moment(axis.part(at));
                assert!(back.0.abs_diff(at.0) < 20_000, "{ms} ms came back at {} us", back.0);
            }
        }
        assert_eq!(seams(&warp).len(), 2);
    }
}
