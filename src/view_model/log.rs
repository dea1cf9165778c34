//! The event log: what happened up to the cursor, filtered by how loud it is.

use crate::i18n::{Catalog, Names};
use crate::view_model::time_text;
use crate::view_model::tone::{Tone, tone};
use sim_core::event::Event;
use sim_core::fact::Importance;
use sim_core::ids::{EventSeq, NodeId};
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
}

/// A reader scrolls this far back; the timeline goes further.
pub const ROWS_MAX: usize = 160;

/// The last ones before the cursor that are loud enough, oldest first.
pub fn recent(events: &[Event], events_at_cursor: u64, at_least: Importance) -> Vec<&Event> {
    let end = events.partition_point(|event| event.seq.0 < events_at_cursor);
    let loud = events[..end].iter().rev().filter(|event| event.fact.importance() >= at_least);
    let mut rows: Vec<&Event> = loud.take(ROWS_MAX).collect();
    rows.reverse();
    rows
}

pub fn row(event: &Event, start: SimTime, catalog: &dyn Catalog, names: &Names) -> LogRow {
    LogRow {
        seq: event.seq,
        step: event.step + 1,
        clock: time_text::clock(event.at, start),
        title: catalog.explain_event(event, names).title,
        importance: event.fact.importance(),
        tone: tone(&event.fact),
        node: event.node,
    }
}

/// The rows of these events; those that stood there before are taken over, for words are dear to make.
pub fn rows(before: &[LogRow], events: &[&Event], start: SimTime, catalog: &dyn Catalog, names: &Names) -> Vec<LogRow> {
    let known = |event: &Event| {
        let at = before.binary_search_by_key(&event.seq, |row| row.seq).ok()?;
        // After a fork the same number may be another event.
        before.get(at).filter(|row| row.step == event.step + 1 && row.node == event.node).cloned()
    };
    events.iter().map(|event| known(event).unwrap_or_else(|| row(event, start, catalog, names))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::engine::facts::ClusterFact;

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
            recent(&events, cursor, at_least).iter().map(|event| event.seq.0).collect()
        };
        assert_eq!(seqs(Importance::Step, 4), [1, 3]);
        assert_eq!(seqs(Importance::Routine, 5), [1, 2, 3, 4]);
        assert_eq!(seqs(Importance::Headline, 5), [1, 4]);
    }
}
