//! The event log: what happened up to the cursor, filtered by how loud it is.

use crate::i18n::{Lang, Names};
use crate::view_model::time_text;
use crate::view_model::tone::{Tone, tone};
use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::event::{Event, Fact};
use sim_core::fact::{Importance, Value};
use sim_core::ids::{EventSeq, NodeId};
use sim_core::release::Release;
use sim_core::time::SimTime;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    pub seq: EventSeq,
    pub step: u64,
    pub clock: String,
    pub title: String,
    pub importance: Importance,
    pub tone: Tone,
    pub node: NodeId,
    /// The later tries of the same thing, which have no row of their own.
    pub again: Vec<Again>,
}

/// One more try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again {
    pub seq: EventSeq,
    pub step: u64,
    pub at: SimTime,
}

/// A reader scrolls this far back; the timeline goes further.
const ROWS_MAX: usize = 160;
/// So many events are looked at for them: an outage is full of tries that share a row.
pub const EVENTS_MAX: usize = 4 * ROWS_MAX;
/// A try shares the row of an earlier one that stands at most so many rows above: several clients and partitions
/// take turns.
const TURNS_MAX: usize = 8;

/// The last ones before the cursor that are loud enough, oldest first. `from`: the reader has scrolled up, and the list
/// goes on beginning here, so that no row is taken away above their eyes.
pub fn recent(events: &[Event], end: u64, at_least: Importance, from: Option<u64>) -> Vec<&Event> {
    let place = |seq: u64| events.partition_point(|event| event.seq.0 < seq);
    let is_loud = |event: &&Event| event.fact.importance() >= at_least;
    if let Some(from) = from {
        return events[place(from)..place(end)].iter().filter(is_loud).take(EVENTS_MAX).collect();
    }
    let mut rows: Vec<&Event> = events[..place(end)].iter().rev().filter(is_loud).take(EVENTS_MAX).collect();
    rows.reverse();
    rows
}

pub fn row(release: Release, event: &Event, start: SimTime, lang: Lang, names: &Names) -> LogRow {
    LogRow {
        seq: event.seq,
        step: event.step + 1,
        clock: time_text::clock(event.at, start),
        title: lang.explain_event(release, event, names).title,
        importance: event.fact.importance(),
        tone: tone(&event.fact),
        node: event.node,
        again: Vec::new(),
    }
}

/// What a client does again and again until it succeeds: who tries what. Numbers (of records, of attempts) differ from
/// try to try.
fn attempt(event: &Event) -> Option<String> {
    let is_attempt = matches!(
        event.fact,
        Fact::Cluster(ClusterFact::ConnectionLost { .. })
            | Fact::Client(
                ClientFact::SendRetried { .. }
                    | ClientFact::FetchFailed { .. }
                    | ClientFact::MetadataRequested { .. }
                    | ClientFact::ClaimConflict { .. }
                    | ClientFact::RebalanceAttemptFailed { .. }
                    | ClientFact::NoBrokersFound { .. }
            )
    );
    is_attempt.then(|| {
        let mut who_what = format!("{} {}", event.node.code(), event.fact.name());
        event.fact.for_each_field(&mut |_, value| match value {
            Value::Node(node) => who_what.push_str(&format!(" {}", node.code())),
            Value::Text(text) => who_what.push_str(&format!(" {text}")),
            Value::Name(name) => who_what.push_str(&format!(" {name}")),
            Value::Partition(tp) => who_what.push_str(&format!(" {tp}")),
            Value::Partitions(tps) => tps.iter().for_each(|tp| who_what.push_str(&format!(" {tp}"))),
            Value::Number(_)
            | Value::Yes(_)
            | Value::Zxid(_)
            | Value::Session(_)
            | Value::Span(_)
            | Value::Brokers(_)
            | Value::Nothing => {}
        });
        who_what
    })
}

/// The rows of these events; those that stood there before are taken over, for words are expensive to make.
pub fn rows(
    release: Release,
    before: &[LogRow],
    events: &[&Event],
    start: SimTime,
    lang: Lang,
    names: &Names,
) -> Vec<LogRow> {
    let known = |event: &Event| {
        let at = before.binary_search_by_key(&event.seq, |row| row.seq).ok()?;
        // After a fork the same number may be another event.
        let same = before.get(at).filter(|row| row.step == event.step + 1 && row.node == event.node)?;
        Some(LogRow { again: Vec::new(), ..same.clone() })
    };
    let (mut rows, mut attempts) = (Vec::<LogRow>::new(), Vec::new());
    for event in events {
        let attempt = attempt(event);
        let shared =
            attempt.as_ref().and_then(|_| attempts.iter().rev().take(TURNS_MAX).position(|one| *one == attempt));
        if let Some(above) = shared
            && let Some(row) = rows.iter_mut().nth_back(above)
        {
            row.again.push(Again { seq: event.seq, step: event.step + 1, at: event.at });
            continue;
        }
        rows.push(known(event).unwrap_or_else(|| row(release, event, start, lang, names)));
        attempts.push(attempt);
    }
    rows
}

/// As many as a reader who follows the newest scrolls back.
pub fn newest(mut rows: Vec<LogRow>) -> Vec<LogRow> {
    rows.split_off(rows.len().saturating_sub(ROWS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::view_model::fixture;
    use sim_core::ids::TopicPartition;
    use sim_core::kafka::KafkaError;

    #[test]
    fn the_log_ends_at_the_cursor_and_keeps_the_order() {
        let node = NodeId::Broker(1);
        let event = |seq: u64, fact: ClusterFact| Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(seq),
            cause: None,
            node,
            fact: fact.into(),
        };
        let events = [
            event(1, ClusterFact::NodeKilled { node }),
            event(2, ClusterFact::ConnectionLost { peer: node, why: sim_core::net::LostWhy::Reset }),
            event(3, ClusterFact::NodeExited { node }),
            event(4, ClusterFact::NodeStarted { node }),
        ];
        let seqs = |at_least, cursor| -> Vec<u64> {
            recent(&events, cursor, at_least, None).iter().map(|event| event.seq.0).collect()
        };
        assert_eq!(seqs(Importance::Step, 4), [1, 3]);
        assert_eq!(seqs(Importance::Routine, 5), [1, 2, 3, 4]);
        assert_eq!(seqs(Importance::Headline, 5), [1, 4]);
    }

    #[test]
    fn what_is_being_read_stays_where_it_is_while_more_happens() {
        let node = NodeId::Broker(1);
        let event = |seq: u64| Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(seq),
            cause: None,
            node,
            fact: ClusterFact::NodeStarted { node }.into(),
        };
        let events: Vec<Event> = (0..2_000).map(event).collect();
        let rows =
            |recent: Vec<&Event>| rows(fixture::RELEASE, &[], &recent, SimTime::ZERO, Lang::En, &Names::default());
        let seqs = |rows: &[LogRow]| (rows[0].seq.0, rows.len());
        assert_eq!(seqs(&newest(rows(recent(&events, 500, Importance::Step, None)))), (340, 160));
        assert_eq!(seqs(&rows(recent(&events, 520, Importance::Step, Some(340)))), (340, 180));
        assert_eq!(seqs(&rows(recent(&events, 2_000, Importance::Step, Some(340)))), (340, EVENTS_MAX));
    }

    #[test]
    fn tries_of_the_same_thing_share_a_row_although_others_try_too() {
        let (web_1, web_2) = (NodeId::Producer(1), NodeId::Producer(2));
        let retry = |seq: u64, node: NodeId, partition: u32, count: u32| {
            let tp = TopicPartition::new(&"orders".into(), partition);
            let fact = ClientFact::SendRetried { tp, count, error: KafkaError::NotLeaderForPartition };
            Event { seq: EventSeq(seq), step: seq, at: SimTime::from_ms(seq), cause: None, node, fact: fact.into() }
        };
        let killed = ClusterFact::NodeKilled { node: NodeId::Broker(1) };
        let mut events = vec![Event { fact: killed.clone().into(), ..retry(0, web_1, 0, 1) }];
        for turn in 0..20 {
            events.extend([
                retry(1 + 3 * turn, web_1, 0, turn as u32),
                retry(2 + 3 * turn, web_1, 1, 1),
                retry(3 + 3 * turn, web_2, 0, 1),
            ]);
        }
        events.push(Event { fact: killed.into(), ..retry(61, web_1, 0, 1) });
        let recent = recent(&events, 100, Importance::Step, None);
        let rows = rows(fixture::RELEASE, &[], &recent, SimTime::ZERO, Lang::En, &Names::default());
        let again: Vec<(u64, usize)> = rows.iter().map(|row| (row.seq.0, row.again.len())).collect();
        assert_eq!(again, [(0, 0), (1, 19), (2, 19), (3, 19), (61, 0)], "headlines keep a row each");
        assert_eq!(rows[1].again[18], Again { seq: EventSeq(58), step: 59, at: SimTime::from_ms(58) });
    }

    #[test]
    fn a_try_long_after_the_last_one_is_news_again() {
        let node = NodeId::Consumer(1);
        let event = |seq: u64, fact: Fact| Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(seq),
            cause: None,
            node,
            fact,
        };
        let lost = || ClientFact::NoBrokersFound { group: "billing".into() }.into();
        let mut events = vec![event(1, lost())];
        events.extend((2..=9).map(|seq| event(seq, ClusterFact::NodeStarted { node }.into())));
        events.push(event(10, lost()));
        let recent = recent(&events, 100, Importance::Step, None);
        assert_eq!(rows(fixture::RELEASE, &[], &recent, SimTime::ZERO, Lang::En, &Names::default()).len(), 10);
    }
}
