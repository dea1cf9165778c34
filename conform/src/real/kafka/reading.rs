//! What an operator reads of real brokers: a partition's files, its high watermark, and who leads according to a broker.

use std::sync::Arc;
use std::time::Duration;

use sim_core::ids::TopicPartition;
use sim_core::json::Json;
use sim_core::scenario::observation;

use workshop::Error;

use super::broker::{self, Broker};
use crate::real::conversation::{Answer, Conversation};
use crate::real::jars::Runtime;
use crate::real::process::Guard;
use crate::real::wire::Field;

const ANSWER_MAX: Duration = Duration::from_secs(15);

pub(super) struct Reading(Conversation);

impl Reading {
    pub(super) fn start(runtime: &Runtime, guard: &Arc<Guard>) -> Result<Self, Error> {
        Conversation::start(runtime, guard, "reader", "BrokerReader", &[], Box::new(|_| false)).map(Self)
    }

    /// How many partitions of a topic have a leader, as this broker tells clients.
    pub(super) fn leaders(&mut self, broker: &Broker, topic: &str) -> Option<usize> {
        let (host, port) = (broker::name(broker.id), broker.port.to_string());
        let answer = self.0.ask([Some("leaders"), Some(&*host), Some(&*port), Some(topic)], ANSWER_MAX).ok()?;
        answer.text(0)?.parse().ok().filter(|_| answer.is_value())
    }

    /// A partition's records, its end and its high watermark, as its leader has them; nothing when that one gives no
    /// answer.
    pub(super) fn log(&mut self, leader: &Broker, tp: &TopicPartition) -> Option<Json> {
        let (host, port) = (broker::name(leader.id), leader.port.to_string());
        let (partition, files) = (tp.partition.to_string(), leader.files(tp));
        let words = ["log", &host, &port, &tp.topic, &partition, &files];
        let answer = self.0.ask(words.map(Some), ANSWER_MAX).ok().filter(Answer::is_value)?;
        let records: Vec<_> = answer.lines.iter().map(|fields| record(fields)).collect::<Option<_>>()?;
        let number = |nth: usize| answer.text(nth)?.parse().ok();
        Some(observation::log_of(records.into_iter(), number(0)?, number(1)?))
    }
}

/// Offset, key and value.
type Record = (u64, Option<Arc<str>>, Option<Arc<str>>);

fn record(fields: &[Field]) -> Option<Record> {
    let text = |nth: usize| fields.get(nth).and_then(Option::as_deref).map(Arc::from);
    Some((fields.get(2)?.as_deref()?.parse().ok()?, text(3), text(4)))
}
