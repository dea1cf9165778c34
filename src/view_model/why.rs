//! "Why it happened": the chain of causes of one event, and what followed from it.

use crate::i18n::{Lang, Names, panels as words};
use crate::playback::warp::Warp;
use crate::view_model::selected::Selected;
use crate::view_model::time_text;
use crate::view_model::tone::{Tone, tone};
use sim_core::engine::delivery::Delivery;
use sim_core::event::Event;
use sim_core::fact::{Importance, Value};
use sim_core::ids::EventSeq;
use sim_core::release::Release;
use sim_core::time::{SimTime, Span};
use sim_core::view::settings::Setting;

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WhyRow {
    pub seq: EventSeq,
    /// The step right after it, where a click goes.
    pub step: u64,
    pub clock: String,
    /// So many links before this one are left out: the same things again.
    pub skipped: u32,
    /// How long after the link before, when that is worth saying.
    pub later: Option<String>,
    pub title: String,
    /// The message in answer to which it happened, if it was one.
    pub told: Option<String>,
    pub rule: String,
    pub learn_more: &'static str,
    pub tone: Tone,
    pub current: bool,
}

/// A pause in the chain this long is said.
const LATER_FROM: Span = Span::ms(20);

/// Of a chain of events, each with what its process was told right before it.
pub fn rows(
    release: Release,
    chain: &[(Event, Option<Delivery>)],
    start: SimTime,
    lang: Lang,
    names: &Names,
) -> Vec<WhyRow> {
    let last = chain.len().saturating_sub(1);
    let same = |(a, _): &(Event, _), (b, _): &(Event, _)| a.node == b.node && a.fact.name() == b.fact.name();
    let is_again = |nth: usize| {
        let (before, after) = (&chain[..nth], &chain[nth + 1..]);
        before.iter().any(|other| same(other, &chain[nth])) && after.iter().any(|other| same(other, &chain[nth]))
    };
    let mut before: Option<SimTime> = None;
    let mut skipped = 0;
    chain
        .iter()
        .enumerate()
        .filter_map(|(nth, (event, told))| {
            if is_again(nth) {
                skipped += 1;
                return None;
            }
            let pause = before.map(|before| event.at.since(before)).filter(|pause| *pause >= LATER_FROM);
            before = Some(event.at);
            let explanation = lang.explain_event(release, event, names);
            Some(WhyRow {
                skipped: std::mem::take(&mut skipped),
                seq: event.seq,
                step: event.step + 1,
                clock: time_text::clock(event.at, start),
                later: pause.map(time_text::span),
                title: explanation.title,
                told: told.as_ref().map(|delivery| told_by(delivery, lang, names)),
                rule: explanation.why,
                learn_more: explanation.learn_more,
                tone: tone(&event.fact),
                current: nth == last,
            })
        })
        .collect()
}

fn told_by(delivery: &Delivery, lang: Lang, names: &Names) -> String {
    let path = delivery.path.as_ref().map(ToString::to_string);
    let about = path.or_else(|| delivery.tp.as_ref().map(ToString::to_string));
    let message = about.map_or(delivery.name.to_string(), |about| format!("{} {about}", delivery.name));
    let way = time_text::span(delivery.arrived.since(delivery.sent));
    words::told_by(lang, &message, &names.say(delivery.from, lang), &way)
}

/// "key = value; key = value" with the values of this cluster instead of the defaults.
pub fn in_this_cluster(learn_more: &str, setting: impl Fn(&str) -> Setting) -> String {
    let part = |part: &str| {
        let Some((key, default)) = part.split_once(" = ") else { return part.to_string() };
        let unit = default.split_once(' ').map_or("", |(_, unit)| unit);
        match setting(key) {
            Setting::Is(value) if unit.is_empty() => format!("{key} = {value}"),
            Setting::Is(value) => format!("{key} = {value} {unit}"),
            Setting::Differs => key.to_string(),
            Setting::Default => part.to_string(),
        }
    };
    learn_more.split("; ").map(part).collect::<Vec<_>>().join("; ")
}

/// What the panel is about when nothing is selected: the loudest of the moment that the cursor stands at. Only
/// what tells something new counts: with every retry the panel would change under the reader's eyes.
pub fn subject(warp: &Warp, at: SimTime) -> Option<EventSeq> {
    const MOMENT: Span = Span::ms(5);
    let end = warp.anchors().partition_point(|anchor| anchor.at <= at);
    let last = warp.anchors()[..end].last()?;
    let headline = warp.anchors()[..end]
        .iter()
        .rev()
        .take_while(|anchor| last.at.since(anchor.at) <= MOMENT)
        .find(|anchor| anchor.importance == Importance::Headline);
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
    use crate::i18n::Lang;
    use crate::view_model::fixture;
    use sim_core::about::FlightKind;
    use sim_core::engine::facts::ClusterFact;
    use sim_core::ids::NodeId;
    use sim_core::net::{Channel, ConnId};
    use std::sync::Arc;

    fn event(seq: u64, ms: u64, cause: Option<u64>, fact: ClusterFact) -> Event {
        let node = NodeId::Broker(3);
        let cause = cause.map(EventSeq);
        Event { seq: EventSeq(seq), step: seq, at: SimTime::from_ms(ms), cause, node, fact: fact.into() }
    }

    /// Without messages.
    fn links(events: Vec<Event>) -> Vec<(Event, Option<Delivery>)> {
        events.into_iter().map(|event| (event, None)).collect()
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
        let rows = rows(fixture::RELEASE, &links(story()), SimTime::ZERO, Lang::En, &Names::default());
        let later: Vec<Option<&str>> = rows.iter().map(|row| row.later.as_deref()).collect();
        assert_eq!(later, [None, Some("6.0 s"), None]);
        assert!(rows[2].current && !rows[0].current);
    }

    #[test]
    fn a_link_names_the_message_that_led_to_it() {
        let delivery = Delivery {
            step: 11,
            from: NodeId::Zk(2),
            to: NodeId::Broker(3),
            conn: ConnId { client: NodeId::Broker(3), server: NodeId::Zk(2), channel: Channel::ZkSession, serial: 7 },
            nth: 4,
            name: "notification",
            kind: FlightKind::Watch,
            routine: false,
            tp: None,
            records: Vec::new(),
            path: Some(Arc::from("/brokers/ids")),
            sent: SimTime::from_ms(6_999),
            arrived: SimTime::from_ms(7_001),
            cause: None,
            events: 11..12,
        };
        let mut chain = links(story());
        chain[2].1 = Some(delivery);
        let told = |lang| {
            let rows = rows(fixture::RELEASE, &chain, SimTime::ZERO, lang, &Names::default());
            rows.into_iter().map(|row| row.told).collect::<Vec<_>>()
        };
        let en = "after notification /brokers/ids from zk2, 2.0 ms on its way";
        assert_eq!(told(Lang::En), [None, None, Some(en.to_string())]);
        assert_eq!(told(Lang::Zh)[2].as_deref(), Some("收到 zk2 的 notification /brokers/ids 之后（途中 2.0 ms）"));
    }

    #[test]
    fn settings_to_read_on_have_the_values_of_the_cluster() {
        let setting = |key: &str| match key {
            "retries" => Setting::Is("3".to_string()),
            "syncLimit" => Setting::Is("2".to_string()),
            "tickTime" => Setting::Differs,
            _ => Setting::Default,
        };
        let read_on = |learn_more: &str| in_this_cluster(learn_more, setting);
        assert_eq!(read_on("retries = 0; jute.maxbuffer = 0xfffff"), "retries = 3; jute.maxbuffer = 0xfffff");
        assert_eq!(read_on("syncLimit = 5 (ticks)"), "syncLimit = 2 (ticks)");
        assert_eq!(read_on("tickTime = 2000"), "tickTime");
        assert_eq!(read_on("kafka.cluster.Partition.makeLeader"), "kafka.cluster.Partition.makeLeader");
    }

    #[test]
    fn the_subject_is_the_last_thing_before_the_cursor() {
        let mut warp = Warp::new(SimTime::ZERO);
        warp.update(&story());
        assert_eq!(subject(&warp, SimTime::from_ms(999)), None);
        assert_eq!(subject(&warp, SimTime::from_ms(1_000)), Some(EventSeq(4)));
        assert_eq!(subject(&warp, SimTime::from_ms(9_000)), Some(EventSeq(11)));
    }

    #[test]
    fn of_many_tries_the_first_and_the_last_are_shown() {
        let node = NodeId::Broker(3);
        let mut chain = story()[..1].to_vec();
        chain.extend((0..9).map(|nth| event(10 + nth, 2_000 + nth, Some(9 + nth), ClusterFact::NodeExited { node })));
        let rows = rows(fixture::RELEASE, &links(chain), SimTime::ZERO, Lang::En, &Names::default());
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[2].skipped, 7);
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
