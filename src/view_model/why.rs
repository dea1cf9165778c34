//! "Why it happened": the chain of causes of one event, and what followed from it.

use crate::context::Selected;
use crate::i18n::{Catalog, Names};
use crate::view_model::time_text;
use crate::view_model::tone::{Tone, tone};
use sim_core::fact::{Event, Importance, Value};
use sim_core::ids::EventSeq;
use sim_core::time::{SimTime, Span};

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WhyRow {
    pub seq: EventSeq,
    /// The step right after it, where a click goes.
    pub step: u64,
    pub clock: String,
    /// How long after the link before, when that is worth saying.
    pub later: Option<String>,
    pub title: String,
    pub rule: String,
    pub learn_more: &'static str,
    pub tone: Tone,
    pub current: bool,
}

/// A pause in the chain this long is said.
const LATER_FROM: Span = Span::ms(20);

pub fn rows(chain: &[Event], start: SimTime, catalog: &dyn Catalog, names: &Names) -> Vec<WhyRow> {
    let last = chain.len().saturating_sub(1);
    let mut before: Option<SimTime> = None;
    chain
        .iter()
        .enumerate()
        .map(|(nth, event)| {
            let explanation = catalog.explain_event(event, names);
            let pause = before.map(|before| event.at.since(before)).filter(|pause| *pause >= LATER_FROM);
            before = Some(event.at);
            WhyRow {
                seq: event.seq,
                step: event.step + 1,
                clock: time_text::clock(event.at, start),
                later: pause.map(time_text::span),
                title: explanation.title,
                rule: explanation.why,
                learn_more: explanation.learn_more,
                tone: tone(&event.fact),
                current: nth == last,
            }
        })
        .collect()
}

/// What the panel is about when nothing is selected: the loudest of the moment that the cursor stands at.
pub fn subject(marks: &[Event], events_at_cursor: u64) -> Option<EventSeq> {
    const MOMENT: Span = Span::ms(5);
    let end = marks.partition_point(|mark| mark.seq.0 < events_at_cursor);
    let last = marks[..end].last()?;
    let headline = marks[..end]
        .iter()
        .rev()
        .take_while(|mark| last.at.since(mark.at) <= MOMENT)
        .find(|mark| mark.fact.importance() == Importance::Headline);
    Some(headline.unwrap_or(last).seq)
}

/// What the panel is about when something is selected: the event itself, or the newest one of a node, a
/// partition or a znode. Nothing: nothing is known of it yet.
pub fn subject_of(selected: &Selected, marks: &[Event], events_at_cursor: u64) -> Option<EventSeq> {
    let about: &dyn Fn(&Event) -> bool = match selected {
        Selected::Event(seq) => return Some(*seq),
        Selected::Node(id) => &move |mark| mark.node == *id || has(mark, &|value| *value == Value::Node(*id)),
        Selected::Partition(tp) => &move |mark| has(mark, &|value| *value == Value::Partition(tp)),
        Selected::Znode(path) => &move |mark| has(mark, &|value| *value == Value::Text(path)),
    };
    let end = marks.partition_point(|mark| mark.seq.0 < events_at_cursor);
    marks[..end].iter().rev().find(|mark| about(mark)).map(|mark| mark.seq)
}

fn has(event: &Event, wanted: &dyn Fn(&Value<'_>) -> bool) -> bool {
    let mut found = false;
    event.fact.for_each_field(&mut |_, value| found |= wanted(&value));
    found
}

/// What came directly of it, as far as the cursor has come.
pub fn follows(marks: &[Event], seq: EventSeq, events_at_cursor: u64) -> Vec<&Event> {
    let begin = marks.partition_point(|mark| mark.seq <= seq);
    let end = marks.partition_point(|mark| mark.seq.0 < events_at_cursor);
    marks.get(begin..end).unwrap_or_default().iter().filter(|mark| mark.cause == Some(seq)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::En;
    use sim_core::cluster::ClusterFact;
    use sim_core::ids::NodeId;

    fn event(seq: u64, ms: u64, cause: Option<u64>, fact: ClusterFact) -> Event {
        let node = NodeId::Broker(3);
        let cause = cause.map(EventSeq);
        Event { seq: EventSeq(seq), step: seq, at: SimTime::from_ms(ms), cause, node, fact: fact.into() }
    }

    fn story() -> Vec<Event> {
        let node = NodeId::Broker(3);
        vec![
            event(4, 1_000, None, ClusterFact::NodeKilled { node }),
            event(9, 7_000, Some(4), ClusterFact::NodeExited { node }),
            event(11, 7_001, Some(9), ClusterFact::NodeRemoved { node }),
        ]
    }

    #[test]
    fn the_chain_says_how_long_was_waited() {
        let rows = rows(&story(), SimTime::ZERO, &En, &Names::default());
        let later: Vec<Option<&str>> = rows.iter().map(|row| row.later.as_deref()).collect();
        assert_eq!(later, [None, Some("6.0 s"), None]);
        assert!(rows[2].current && !rows[0].current);
    }

    #[test]
    fn the_subject_is_the_last_thing_before_the_cursor() {
        assert_eq!(subject(&story(), 4), None);
        assert_eq!(subject(&story(), 5), Some(EventSeq(4)));
        assert_eq!(subject(&story(), 100), Some(EventSeq(11)));
    }

    #[test]
    fn a_selected_node_asks_why_its_newest_event_happened() {
        let broker = Selected::Node(NodeId::Broker(3));
        assert_eq!(subject_of(&broker, &story(), 100), Some(EventSeq(11)));
        assert_eq!(subject_of(&broker, &story(), 5), Some(EventSeq(4)));
        assert_eq!(subject_of(&Selected::Node(NodeId::Zk(1)), &story(), 100), None);
    }

    #[test]
    fn what_follows_does_not_show_the_future() {
        let marks = story();
        assert!(follows(&marks, EventSeq(4), 9).is_empty());
        assert_eq!(follows(&marks, EventSeq(4), 10).len(), 1);
    }
}
