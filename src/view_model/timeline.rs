//! The timeline: lanes of what happened, in story time with its seams, or in true scale.

use crate::playback::warp::{Gap, Warp};
use crate::view_model::time_text;
use sim_core::event::{Event, Fact};
use sim_core::fact::{Kind, Phase, Story, Value};
use sim_core::ids::{EventSeq, NodeId, Topic, TopicPartition};
use sim_core::kafka::KafkaFact;
use sim_core::sorted::{Sorted, SortedMap};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::Frame;

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

/// What a story is about: facts with the same are about the same thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    story: Story,
    /// Ascending: a link has two ends and no direction.
    nodes: Vec<NodeId>,
    tp: Option<TopicPartition>,
    group: Option<Topic>,
}

impl Subject {
    fn of(story: Story, fact: &Fact) -> Subject {
        let mut subject = Subject { story, nodes: Vec::new(), tp: None, group: None };
        fact.for_each_field(&mut |_, value| match value {
            Value::Node(node) => subject.nodes.push(node),
            Value::Partition(tp) => subject.tp = Some(tp.clone()),
            Value::Text(text) => subject.group = Some(text.into()),
            Value::Number(_)
            | Value::Yes(_)
            | Value::Name(_)
            | Value::Zxid(_)
            | Value::Session(_)
            | Value::Span(_)
            | Value::Brokers(_)
            | Value::Partitions(_)
            | Value::Nothing => {}
        });
        subject.nodes.sort_stably();
        subject
    }
}

/// What has begun and not ended.
struct Open {
    /// Its piece.
    at: usize,
    /// Those without whom it does not end: the replicas that are missing, the members that rebalance.
    waits_for: Vec<NodeId>,
}

#[derive(Default)]
struct Lanes {
    pieces: Vec<Piece>,
    open: SortedMap<Subject, Open>,
}

impl Lanes {
    fn take_in(&mut self, mark: &Event) {
        let Kind { story, phase, .. } = mark.fact.kind();
        let lane = match story {
            Story::Process | Story::Pause | Story::Link => Lane::Faults,
            Story::Session if phase == Phase::Fails => return self.point(Lane::Faults, mark, true),
            Story::Ensemble | Story::Election => Lane::Elections,
            Story::Isr => Lane::Isr,
            Story::Rebalance => Lane::Rebalances,
            Story::Order
            | Story::Session
            | Story::Znode
            | Story::Watch
            | Story::Membership
            | Story::Topic
            | Story::Data => return,
        };
        let subject = Subject::of(story, &mark.fact);
        match phase {
            Phase::Begins | Phase::Breaks => {
                if story == Story::Process {
                    // A process that is gone is not paused any more.
                    self.end(&Subject { story: Story::Pause, ..subject.clone() }, mark, false);
                }
                self.begin(subject, lane, mark, phase == Phase::Breaks);
            }
            // That there was no leader is not always seen: the election alone is a point.
            Phase::Ends if story == Story::Election && !self.open.contains_key(&subject) => {
                self.point(lane, mark, false);
            }
            Phase::Ends | Phase::Fails => self.end(&subject, mark, phase == Phase::Fails),
            Phase::Goes | Phase::Aside => {}
        }
    }

    fn begin(&mut self, subject: Subject, lane: Lane, mark: &Event, bad: bool) {
        let who = parties(subject.story, mark);
        let pieces = &mut self.pieces;
        let open = self.open.or_insert_with(subject, || {
            pieces.push(Piece { lane, from: mark.at, to: None, seq: mark.seq, step: mark.step + 1, bad });
            Open { at: pieces.len() - 1, waits_for: Vec::new() }
        });
        open.waits_for.extend(who);
    }

    fn end(&mut self, subject: &Subject, mark: &Event, bad: bool) {
        let Some(open) = self.open.get_mut(subject) else { return };
        let who = parties(subject.story, mark);
        open.waits_for.retain(|node| !who.contains(node));
        if open.waits_for.is_empty() {
            let piece = &mut self.pieces[open.at];
            piece.to = Some(mark.at);
            piece.bad |= bad;
            self.open.remove(subject);
        }
    }

    fn point(&mut self, lane: Lane, mark: &Event, bad: bool) {
        self.pieces.push(Piece { lane, from: mark.at, to: Some(mark.at), seq: mark.seq, step: mark.step + 1, bad });
    }
}

/// The processes that begin to be waited for, or are waited for no longer.
fn parties(story: Story, mark: &Event) -> Vec<NodeId> {
    match story {
        Story::Rebalance => vec![mark.node],
        Story::Isr => replicas(&mark.fact),
        Story::Process
        | Story::Pause
        | Story::Link
        | Story::Order
        | Story::Ensemble
        | Story::Session
        | Story::Znode
        | Story::Watch
        | Story::Membership
        | Story::Election
        | Story::Topic
        | Story::Data => Vec::new(),
    }
}

/// The replicas that leave an ISR or come back. (A test asks it for every fact of that story.)
fn replicas(fact: &Fact) -> Vec<NodeId> {
    match fact {
        Fact::Kafka(KafkaFact::IsrShrunk { removed, .. }) => removed.iter().copied().map(NodeId::Broker).collect(),
        Fact::Kafka(KafkaFact::IsrExpanded { added, .. }) => vec![NodeId::Broker(*added)],
        Fact::Kafka(_) | Fact::Cluster(_) | Fact::Zk(_) | Fact::Client(_) => Vec::new(),
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
/// the axis is drawn again now and then and not at every frame.
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
        .sessions()
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
    use sim_core::client::ClientFact;
    use sim_core::engine::facts::ClusterFact;
    use sim_core::kafka::ElectedHow;
    use sim_core::sorted::SortedSet;

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
    fn every_fact_that_opens_or_closes_a_gap_in_an_isr_says_which_replicas_it_is_about() {
        let samples = Fact::samples();
        let of_an_isr =
            samples.iter().filter(|fact| fact.kind().story == Story::Isr && fact.kind().phase != Phase::Aside);
        let declared: SortedSet<&str> = of_an_isr.clone().map(Fact::name).collect();
        let names: SortedSet<&str> = of_an_isr.filter(|fact| !replicas(fact).is_empty()).map(Fact::name).collect();
        assert_eq!(names, declared);
    }

    fn by_consumer(number: u16, mark: Event) -> Event {
        Event { node: NodeId::Consumer(number), ..mark }
    }

    #[test]
    fn a_group_rebalances_until_its_last_member_has_its_share() {
        let group = Topic::from("billing");
        let started = |group: &Topic| ClientFact::RebalanceStarted { group: group.clone(), attempt: 0 };
        let done = |group: &Topic| ClientFact::RebalanceCompleted { group: group.clone(), partitions: Vec::new() };
        let found = pieces(&[
            by_consumer(1, mark(1, 10, started(&group))),
            by_consumer(2, mark(2, 11, started(&group))),
            // Something changed meanwhile, and it begins again.
            by_consumer(1, mark(3, 20, started(&group))),
            by_consumer(1, mark(4, 30, done(&group))),
            by_consumer(2, mark(5, 45, done(&group))),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to, Some(SimTime::from_ms(45)));
    }

    #[test]
    fn a_process_that_is_killed_while_it_is_paused_is_down_and_not_paused_any_more() {
        let node = NodeId::Broker(3);
        let found = pieces(&[
            mark(1, 10, ClusterFact::NodeFrozen { node }),
            mark(2, 20, ClusterFact::NodeKilled { node }),
            mark(3, 30, ClusterFact::NodeStarted { node }),
        ]);
        let spans: Vec<_> = found.iter().map(|piece| (piece.from, piece.to)).collect();
        let ms = SimTime::from_ms;
        assert_eq!(spans, [(ms(10), Some(ms(20))), (ms(20), Some(ms(30)))]);
    }

    #[test]
    fn an_election_ends_the_time_without_a_leader_and_is_a_point_where_none_was_seen() {
        let offline = KafkaFact::PartitionOffline { tp: tp(), isr: vec![1] };
        let elected = || KafkaFact::LeaderElected {
            tp: tp(),
            from: None,
            to: 1,
            leader_epoch: 2,
            isr: vec![1],
            how: ElectedHow::Clean,
        };
        let found = pieces(&[mark(1, 10, offline), mark(2, 20, elected()), mark(3, 30, elected())]);
        let spans: Vec<_> = found.iter().map(|piece| (piece.from, piece.to, piece.bad)).collect();
        let ms = SimTime::from_ms;
        assert_eq!(spans, [(ms(10), Some(ms(20)), true), (ms(30), Some(ms(30)), false)]);
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
