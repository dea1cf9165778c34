//! Story time: a pure map from simulated to page time. A silence between two things that matter takes about
//! 0.33 · log10(1 + gap / 1 ms) seconds, slow at both ends, so that the message that ends it is seen to fly;
//! a headline holds for 0.7 s. The timeline draws with the same map.

use sim_core::event::Event;
use sim_core::fact::{Importance, Kind, Phase, Story, Value};
use sim_core::ids::{EventSeq, NodeId};
use sim_core::sorted::SortedMap;
use sim_core::time::{SimTime, Span};

/// Seconds of page time for each factor of ten of a gap.
const S_PER_DECADE: f64 = 0.33;
/// A silence that is a story of its own (a session runs out) is given time to be read.
const SILENCE_FROM: Span = Span::ms(1_000);
const SILENCE_EXTRA_MS: f64 = 900.0;
const HEADLINE_HOLD_MS: f64 = 700.0;
/// The same headline for the next partition, right behind: it has been read already.
const AGAIN_HOLD_MS: f64 = 220.0;
const STEP_HOLD_MS: f64 = 60.0;
/// What is this near is one moment on a page.
const ONE_MOMENT: Span = Span::us(150);
/// A gap this short is walked through whatever it is about.
const SHORT: Span = Span::ms(200);

/// A moment that matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    pub at: SimTime,
    /// The loudest thing of this moment, the first of them.
    pub seq: EventSeq,
    pub importance: Importance,
    /// How long the page stands still here.
    pub hold_ms: f64,
    /// What happens here follows from something that mattered (or is the user's doing): the silence before it
    /// belongs to a story and is compressed. Otherwise it is calm: life goes on, and is shown going on.
    pub follows: bool,
    /// Page time at which this moment begins, from the beginning of the run.
    pub page_ms: f64,
}

/// The moments that matter on a branch, kept as the engine finds them.
#[derive(Clone, Debug)]
pub struct Warp {
    start: SimTime,
    anchors: Vec<Anchor>,
    seen: usize,
    last: Option<EventSeq>,
    last_name: &'static str,
    /// What each node noted since the last headline: when last, and whether that was told.
    noted: SortedMap<(NodeId, &'static str), (SimTime, bool)>,
}

/// The same thing of the same node again, later than this: a retry, which tells nothing new. Nearer than this
/// it is one burst (a change of leader for many partitions).
const BURST: Span = Span::ms(20);

/// A stretch between two anchors, or behind the last one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    pub from: SimTime,
    /// None: nothing that matters is known ahead.
    pub to: Option<SimTime>,
    pub compressed: bool,
}

impl Warp {
    pub fn new(start: SimTime) -> Warp {
        Warp { start, anchors: Vec::new(), seen: 0, last: None, last_name: "", noted: SortedMap::new() }
    }

    pub fn start(&self) -> SimTime {
        self.start
    }

    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// Takes in what was found since; begins again when the branch is another one.
    pub fn update(&mut self, marks: &[Event]) -> bool {
        let known = self.seen <= marks.len() && self.seen.checked_sub(1).map(|at| marks[at].seq) == self.last;
        if !known {
            *self = Warp::new(self.start);
        }
        let fresh = self.seen < marks.len();
        for at in self.seen..marks.len() {
            self.take_in(marks, at);
        }
        self.seen = marks.len();
        self.last = marks.last().map(|mark| mark.seq);
        fresh || !known
    }

    fn take_in(&mut self, marks: &[Event], at: usize) {
        let mark = &marks[at];
        if !tells(mark) {
            return;
        }
        let importance = mark.fact.importance();
        let name = mark.fact.name();
        if !self.is_news(mark, importance) {
            return;
        }
        let again = std::mem::replace(&mut self.last_name, name) == name;
        let hold_ms = match importance {
            Importance::Headline if again => AGAIN_HOLD_MS,
            Importance::Headline => HEADLINE_HOLD_MS,
            _ => STEP_HOLD_MS,
        };
        let follows = is_users_doing(mark)
            || mark.cause.is_some_and(|cause| marks[..at].binary_search_by_key(&cause, |mark| mark.seq).is_ok());
        if let Some(last) = self.anchors.last_mut()
            && mark.at.since(last.at) <= ONE_MOMENT
        {
            last.hold_ms = last.hold_ms.max(hold_ms);
            last.follows |= follows;
            if importance > last.importance {
                last.importance = importance;
                last.seq = mark.seq;
            }
            return;
        }
        let (from, page_ms) = match self.anchors.last() {
            Some(last) => (last.at, last.page_ms + last.hold_ms),
            None => (self.start, 0.0),
        };
        let page_ms = page_ms + gap_ms(mark.at.since(from));
        self.anchors.push(Anchor { at: mark.at, seq: mark.seq, importance, hold_ms, follows, page_ms });
    }

    /// A client that tries again every 200 ms must not stretch the silence in which a session runs out.
    fn is_news(&mut self, mark: &Event, importance: Importance) -> bool {
        if importance == Importance::Headline {
            self.noted.clear();
            return true;
        }
        let before = self.noted.get(&(mark.node, mark.fact.name()));
        let news = match before {
            Some((at, told)) => *told && mark.at.since(*at) <= BURST,
            None => true,
        };
        self.noted.insert((mark.node, mark.fact.name()), (mark.at, news));
        news
    }

    /// The stretch that `at` stands in; an anchor begins the stretch behind it.
    pub fn gap(&self, at: SimTime) -> Gap {
        let next = self.anchors.partition_point(|anchor| anchor.at <= at);
        let from = next.checked_sub(1).map_or(self.start, |last| self.anchors[last].at);
        match self.anchors.get(next) {
            Some(anchor) => {
                Gap { from, to: Some(anchor.at), compressed: anchor.follows || anchor.at.since(from) <= SHORT }
            }
            None => Gap { from, to: None, compressed: false },
        }
    }

    /// The anchor at exactly this moment.
    pub fn anchor_at(&self, at: SimTime) -> Option<&Anchor> {
        let found = self.anchors.binary_search_by_key(&at, |anchor| anchor.at).ok()?;
        Some(&self.anchors[found])
    }

    /// Page time of a moment, from the beginning of the run; behind a hold, the end of the hold.
    pub fn page_ms(&self, at: SimTime) -> f64 {
        let next = self.anchors.partition_point(|anchor| anchor.at <= at);
        let (from, begun) = match next.checked_sub(1).map(|last| &self.anchors[last]) {
            Some(last) => (last.at, last.page_ms + last.hold_ms),
            None => (self.start, 0.0),
        };
        match self.anchors.get(next) {
            Some(anchor) => begun + page_in_gap(anchor.at.since(from), at.since(from)),
            None => begun + gap_ms(at.since(from)),
        }
    }

    /// The moment at a page time: the map read backwards.
    pub fn at_page_ms(&self, page_ms: f64) -> SimTime {
        let next = self.anchors.partition_point(|anchor| anchor.page_ms <= page_ms);
        let (from, begun) = match next.checked_sub(1).map(|last| &self.anchors[last]) {
            Some(last) => (last.at, last.page_ms + last.hold_ms),
            None => (self.start, 0.0),
        };
        let into = (page_ms - begun).max(0.0);
        match self.anchors.get(next) {
            Some(anchor) => from.plus(sim_in_gap(anchor.at.since(from), into)),
            None => from.plus(Span(inverse_gap_us(into))),
        }
    }
}

/// Whether a mark belongs to a story. Commits create and change the znodes of offsets as long as a consumer lives.
fn tells(mark: &Event) -> bool {
    let Kind { story, phase, .. } = mark.fact.kind();
    if story != Story::Znode || !matches!(phase, Phase::Begins | Phase::Goes) {
        return true;
    }
    let mut commits = false;
    mark.fact
        .for_each_field(&mut |_, value| commits |= matches!(value, Value::Text(path) if path.contains("/offsets")));
    !commits
}

fn is_users_doing(mark: &Event) -> bool {
    let Kind { story, phase, .. } = mark.fact.kind();
    match story {
        Story::Process | Story::Pause | Story::Link => phase != Phase::Aside,
        Story::Order => phase == Phase::Begins,
        Story::Ensemble
        | Story::Session
        | Story::Znode
        | Story::Watch
        | Story::Membership
        | Story::Election
        | Story::Isr
        | Story::Rebalance
        | Story::Topic
        | Story::Data => false,
    }
}

/// Page time of a gap, in milliseconds.
pub fn gap_ms(gap: Span) -> f64 {
    let ms = gap.0 as f64 / 1_000.0;
    let beyond = ((ms - SILENCE_FROM.as_ms() as f64) / SILENCE_FROM.as_ms() as f64).clamp(0.0, 1.0);
    1_000.0 * S_PER_DECADE * (1.0 + ms).log10() + SILENCE_EXTRA_MS * beyond
}

/// Behind the last anchor there is no end to be slow before: the plain formula, backwards.
fn inverse_gap_us(page_ms: f64) -> u64 {
    // `gap_ms` grows steadily: halving finds the moment to a microsecond's fraction of what is seen.
    let (mut low, mut high) = (0u64, 24 * 3_600_000_000);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if gap_ms(Span(middle)) <= page_ms {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Page time inside a gap: a logarithm from either end, scaled to the gap's page time.
fn page_in_gap(gap: Span, into: Span) -> f64 {
    let total = gap_ms(gap);
    if gap.0 == 0 {
        return total;
    }
    let half = gap.0 as f64 / 2_000.0;
    let shape = |ms: f64| (1.0 + ms).log10() / (1.0 + half).log10();
    let ms = (into.0.min(gap.0)) as f64 / 1_000.0;
    if ms <= half { total / 2.0 * shape(ms) } else { total - total / 2.0 * shape((2.0 * half - ms).max(0.0)) }
}

/// The other way round.
fn sim_in_gap(gap: Span, page_ms: f64) -> Span {
    let total = gap_ms(gap);
    if page_ms >= total || total <= 0.0 {
        return gap;
    }
    let half = gap.0 as f64 / 2_000.0;
    let unshape = |part: f64| (1.0 + half).powf(part.clamp(0.0, 1.0)) - 1.0;
    let ms = if page_ms <= total / 2.0 {
        unshape(page_ms / (total / 2.0))
    } else {
        2.0 * half - unshape((total - page_ms) / (total / 2.0))
    };
    Span(((ms * 1_000.0) as u64).min(gap.0))
}

/// `at` moved on by `page_ms` of page time inside a gap; and what page time is left over at its end.
pub fn walk_in_gap(gap_from: SimTime, gap_to: SimTime, at: SimTime, page_ms: f64) -> (SimTime, f64) {
    let gap = gap_to.since(gap_from);
    let page = page_in_gap(gap, at.since(gap_from)) + page_ms;
    let total = gap_ms(gap);
    if page >= total {
        return (gap_to, page - total);
    }
    // At least a microsecond: a gap never holds for ever by rounding.
    let moved = gap_from.plus(sim_in_gap(gap, page)).max(at);
    (moved, 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::engine::facts::ClusterFact;
    use sim_core::zookeeper::ZkFact;

    fn mark(seq: u64, ms: u64, fact: ClusterFact) -> Event {
        let node = NodeId::Broker(3);
        Event { seq: EventSeq(seq), step: seq, at: SimTime::from_ms(ms), cause: None, node, fact: fact.into() }
    }

    fn killed(seq: u64, ms: u64) -> Event {
        mark(seq, ms, ClusterFact::NodeKilled { node: NodeId::Broker(3) })
    }

    fn expired(seq: u64, ms: u64, cause: u64) -> Event {
        let fact = ZkFact::SessionExpired { session: Default::default(), client: None, timeout_ms: 6_000 };
        let node = NodeId::Zk(2);
        Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(ms),
            cause: Some(EventSeq(cause)),
            node,
            fact: fact.into(),
        }
    }

    #[test]
    fn a_silence_takes_as_long_as_the_design_says() {
        assert!((gap_ms(Span::ms(9)) - 330.0).abs() < 1.0);
        assert!((gap_ms(Span::ms(99)) - 660.0).abs() < 1.0);
        let session = gap_ms(Span::ms(6_000));
        assert!((1_200.0..2_500.0).contains(&session), "{session}");
    }

    #[test]
    fn a_kill_and_the_expiry_six_seconds_later_are_within_five_seconds_of_page_time() {
        let mut warp = Warp::new(SimTime::from_ms(1_000));
        warp.update(&[killed(10, 2_000), expired(20, 8_000, 10)]);
        let page = warp.page_ms(SimTime::from_ms(8_000)) - warp.page_ms(SimTime::from_ms(2_000));
        assert!(page < 5_000.0, "{page}");
        assert!(warp.gap(SimTime::from_ms(3_000)).compressed);
    }

    #[test]
    fn what_follows_from_nothing_that_mattered_is_calm() {
        let mut warp = Warp::new(SimTime::ZERO);
        let mut lonely = expired(20, 60_000, 3);
        lonely.cause = Some(EventSeq(3));
        warp.update(&[killed(10, 2_000), lonely]);
        let gap = warp.gap(SimTime::from_ms(30_000));
        assert_eq!(gap.to, Some(SimTime::from_ms(60_000)));
        assert!(!gap.compressed);
    }

    #[test]
    fn retries_do_not_stretch_the_silence_before_an_expiry() {
        let mut marks = vec![killed(1, 1_000)];
        let retry = |nth: u64| {
            let mut retry = mark(1 + nth, 1_000 + 200 * nth, ClusterFact::NodeExited { node: NodeId::Broker(3) });
            retry.cause = Some(EventSeq(nth));
            retry
        };
        marks.extend((1..=28).map(retry));
        marks.push(expired(30, 7_000, 1));
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&marks);
        let page = warp.page_ms(SimTime::from_ms(7_000)) - warp.page_ms(SimTime::from_ms(1_000));
        assert!(page < 5_000.0, "{page}");
        assert_eq!(warp.anchors().len(), 3, "the kill, the first try again, the expiry");
    }

    #[test]
    fn the_map_read_backwards_gives_the_moment_again() {
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&[killed(1, 500), expired(2, 6_500, 1), expired(3, 6_501, 2)]);
        for ms in [0, 1, 30, 499, 700, 3_000, 6_400, 6_499, 7_000, 60_000] {
            let at = SimTime::from_ms(ms);
            let back = warp.at_page_ms(warp.page_ms(at));
            let off = back.0.abs_diff(at.0);
            assert!(off <= 50 + at.0 / 1_000, "{ms} ms came back {off} us off");
        }
    }

    #[test]
    fn page_time_never_runs_backwards() {
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&[killed(1, 500), expired(2, 6_500, 1)]);
        let pages: Vec<f64> = (0..9_000).map(|ms| warp.page_ms(SimTime::from_ms(ms))).collect();
        assert!(pages.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn marks_found_later_leave_the_earlier_ones_where_they_were() {
        let marks = [killed(1, 500), expired(2, 6_500, 1), expired(3, 6_501, 2)];
        let mut grown = Warp::new(SimTime::ZERO);
        grown.update(&marks[..1]);
        grown.update(&marks);
        let mut whole = Warp::new(SimTime::ZERO);
        whole.update(&marks);
        assert_eq!(grown.anchors(), whole.anchors());
    }

    #[test]
    fn another_branch_begins_anew() {
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&[killed(1, 500), expired(2, 6_500, 1)]);
        warp.update(&[killed(1, 900)]);
        assert_eq!(warp.anchors().len(), 1);
        assert_eq!(warp.anchors()[0].at, SimTime::from_ms(900));
    }
}
