//! The selected thing, as names and values.

use crate::i18n::{Label, Lang, Names, StageWord, arguments};
use crate::view_model::selected::Selected;
use crate::view_model::{time_text, why};
use sim_core::event::Event;
use sim_core::fact::Value;
use sim_core::ids::{NodeId, TopicPartition};
use sim_core::release::Release;
use sim_core::time::SimTime;
use sim_core::view::frame::{BrokerView, Card, ConsumerView, Frame, ProducerView, ReplicaRole, ServerView};
use sim_core::view::settings::Setting;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    pub title: String,
    /// Names are config keys, fields of the real system, or a word of ours.
    pub rows: Vec<Row>,
    /// A payload, unshortened, and a word about it.
    pub payload: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    pub name: String,
    pub value: String,
    /// What it means; mostly nothing.
    pub hint: &'static str,
}

/// The name of the row that says where to read on.
const RULE: &str = "→";

/// Nothing: the thing is not there at this step.
pub fn inspect(
    what: &Selected,
    frame: &Frame,
    event: Option<&Event>,
    start: SimTime,
    lang: Lang,
    names: &Names,
) -> Option<Inspected> {
    match what {
        // Its own view model says more of it.
        Selected::Znode(_) => None,
        Selected::Event(_) => event.map(|event| of_event(frame.release, event, start, lang, names)),
        Selected::Partition(tp) => partition(tp, frame, lang, names),
        Selected::Node(id) => node(*id, frame, lang, names),
    }
}

fn of_event(release: Release, event: &Event, start: SimTime, lang: Lang, names: &Names) -> Inspected {
    let mut rows = Rows::default();
    rows.add(lang.label(Label::Time), format_args!("{} s", time_text::clock(event.at, start)));
    rows.add(lang.label(Label::Event), event.seq.0);
    rows.add(lang.label(Label::StepNumber), event.step);
    event.fact.for_each_field(&mut |argument, value| {
        rows.add(
            arguments::name(argument, lang),
            match value {
                Value::Node(id) => names.say(id, lang),
                Value::Number(number) => number.to_string(),
                Value::Yes(yes) => arguments::yes(yes, lang).to_string(),
                Value::Text(text) => text.to_string(),
                Value::Name(name) => arguments::value(argument, name, lang).to_string(),
                Value::Zxid(zxid) => zxid.to_string(),
                Value::Session(session) => session.to_string(),
                Value::Partition(tp) => tp.to_string(),
                Value::Span(span) => time_text::span(span),
                Value::Brokers(brokers) => list(brokers),
                Value::Partitions(tps) => list(tps),
                Value::Nothing => "–".to_string(),
            },
        );
    });
    let explanation = lang.explain_event(release, event, names);
    Inspected { title: explanation.title, rows: rows.0, payload: None }.with_rule(explanation.learn_more)
}

fn partition(tp: &TopicPartition, frame: &Frame, lang: Lang, names: &Names) -> Option<Inspected> {
    let partition = frame.partition(tp)?;
    let mut rows = Rows::default();
    rows.add("leader", partition.leader.map_or_else(|| "–".to_string(), |leader| leader.to_string()));
    rows.add("leader_epoch", partition.leader_epoch);
    rows.add("isr", list(&partition.isr));
    rows.add(StageWord::Replicas.text(lang), list(&partition.replicas));
    for broker in frame.brokers() {
        for replica in broker.replicas.iter().filter(|replica| replica.tp == *tp) {
            rows.add(
                &names.say(broker.id, lang),
                format_args!("{}–{} · HW {}", replica.log_start, replica.log_end, replica.high_watermark),
            );
        }
    }
    for group in &frame.groups {
        for owned in group.partitions.iter().filter(|owned| owned.tp == *tp) {
            let owner = owned.owner.map_or_else(|| "–".to_string(), |id| names.say(id, lang));
            let lag = owned.lag.map_or_else(|| "–".to_string(), |lag| lag.to_string());
            rows.add(&group.name, format_args!("{owner} · {} {lag}", StageWord::Lag.text(lang)));
        }
    }
    Some(Inspected { title: tp.to_string(), rows: rows.0, payload: None })
}

fn node(id: NodeId, frame: &Frame, lang: Lang, names: &Names) -> Option<Inspected> {
    let node = frame.node(id)?;
    let mut rows = Rows::default();
    let say = |id: NodeId| names.say(id, lang);
    match &node.card {
        Card::Server(server) => of_server(server, &mut rows, lang),
        Card::Broker(broker) => {
            of_client(&node.card, &mut rows, lang, say);
            of_broker(broker, &mut rows, lang);
        }
        Card::Producer(producer) => of_producer(producer, &mut rows, lang),
        Card::Consumer(consumer) => {
            of_consumer(consumer, &mut rows, lang);
            of_client(&node.card, &mut rows, lang, say);
        }
        Card::Shell(_) => of_client(&node.card, &mut rows, lang, say),
    }
    Some(Inspected { title: say(id), rows: rows.0, payload: None })
}

/// The ZooKeeper client in a process, while it runs.
fn of_client(card: &Card, rows: &mut Rows, lang: Lang, say: impl Fn(NodeId) -> String) {
    let Some(zk) = card.zk() else { return };
    rows.add(lang.label(Label::Session), zk.session);
    rows.add("KeeperState", zk.state.name());
    rows.add("sessionTimeout", format_args!("{} ms", zk.timeout_ms));
    if let Some(server) = zk.server {
        rows.add(StageWord::Server.text(lang), say(server));
    }
}

fn of_server(server: &ServerView, rows: &mut Rows, lang: Lang) {
    rows.add(StageWord::Epoch.text(lang), server.epoch);
    rows.add("zxid", server.last_zxid);
    rows.add(StageWord::SessionsHere.text(lang), server.attached.len());
    if let Some(ballot) = server.ballot {
        let vote = format_args!("zk{} · {} · {}", ballot.leader, ballot.epoch, ballot.zxid);
        rows.add(StageWord::Vote.text(lang), vote);
    }
}

fn of_broker(broker: &BrokerView, rows: &mut Rows, lang: Lang) {
    rows.add(&format!("/brokers/ids/{}", broker.broker), if broker.registered { "✓" } else { "–" });
    let leads = broker.replicas.iter().filter(|replica| replica.role == ReplicaRole::Leader);
    rows.add(StageWord::Leads.text(lang), leads.count());
    rows.add(StageWord::Replicas.text(lang), broker.replicas.len());
}

fn of_producer(producer: &ProducerView, rows: &mut Rows, lang: Lang) {
    rows.add("acks", producer.acks);
    rows.add(StageWord::PerSecond.text(lang), producer.records_per_s);
    rows.add(StageWord::Acked.text(lang), producer.acked);
    rows.add(StageWord::Retried.text(lang), producer.retried);
    rows.add(StageWord::Failed.text(lang), producer.failed);
    rows.add(StageWord::Queued.text(lang), producer.queued);
    rows.add(StageWord::InFlight.text(lang), producer.in_flight);
}

fn of_consumer(consumer: &ConsumerView, rows: &mut Rows, lang: Lang) {
    rows.add("group.id", &consumer.group);
    rows.add("consumer.id", consumer.consumer_id.as_deref().unwrap_or("–"));
    for owned in &consumer.owned {
        let committed = owned.committed.map_or_else(|| "–".to_string(), |offset| offset.to_string());
        let (position, kept) = (StageWord::Position.text(lang), StageWord::Committed.text(lang));
        rows.add(&owned.tp.to_string(), format_args!("{position} {} · {kept} {committed}", owned.position));
    }
    rows.add(StageWord::Received.text(lang), consumer.received);
}

#[derive(Default)]
pub(super) struct Rows(pub(super) Vec<Row>);

impl Rows {
    pub(super) fn add(&mut self, name: &str, value: impl ToString) {
        self.explain(name, value, "");
    }

    pub(super) fn explain(&mut self, name: &str, value: impl ToString, hint: &'static str) {
        self.0.push(Row { name: name.to_string(), value: value.to_string(), hint });
    }
}

impl Inspected {
    fn with_rule(mut self, learn_more: &str) -> Inspected {
        if !learn_more.is_empty() {
            self.rows.push(Row { name: RULE.to_string(), value: learn_more.to_string(), hint: "" });
        }
        self
    }

    /// What to read on has the values of this cluster.
    pub fn say_settings(&mut self, setting: impl Fn(&str) -> Setting) {
        if let Some(rule) = self.rows.last_mut().filter(|row| row.name == RULE) {
            rule.value = why::in_this_cluster(&rule.value, setting);
        }
    }
}

fn list<T: ToString>(items: &[T]) -> String {
    format!("[{}]", items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::event::Fact;
    use sim_core::ids::EventSeq;
    use sim_core::release::{Kafka, ZkVersion};

    /// What stands beside Latin letters on a 中文 page: names of the real system, of processes, and values.
    fn is_slug(text: &str) -> bool {
        let is_word = text.len() > 3 && text.chars().all(|letter| letter.is_ascii_lowercase() || "_-".contains(letter));
        is_word
            && !["leader", "epoch", "zxid", "exists", "create", "delete", "sync", "multi", "check", "close"]
                .contains(&text)
    }

    #[test]
    fn an_event_is_shown_in_the_words_of_the_language() {
        let release = Release { kafka: Some(Kafka::V0_8_2), zookeeper: ZkVersion::V3_4 };
        for fact in Fact::samples() {
            let name = fact.name();
            let event =
                Event { seq: EventSeq(1), at: SimTime::ZERO, step: 1, cause: None, node: NodeId::Broker(3), fact };
            let seen = of_event(release, &event, SimTime::ZERO, Lang::Zh, &Names::default());
            assert!(!seen.title.contains(name) && !seen.title.is_ascii(), "{}", seen.title);
            for row in seen.rows.iter().filter(|row| row.name != RULE) {
                assert!(!row.name.contains('_') && !is_slug(&row.name), "{name}: {}", row.name);
                let no_word = !["true", "false"].contains(&row.value.as_str()) && !is_slug(&row.value);
                assert!(no_word, "{name}: {} {}", row.name, row.value);
            }
        }
    }
}
