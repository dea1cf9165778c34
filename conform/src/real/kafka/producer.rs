//! A real producer in a process of its own.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use sim_core::client::{ProducerClient, ProducerConfig};
use sim_core::json::Json;
use sim_core::order::ProduceRecord;
use sim_core::release::Kafka;

use workshop::{Context as _, Error};

use super::settings;
use crate::real::conversation::Conversation;
use crate::real::jars::Runtime;
use crate::real::process::Guard;
use crate::real::wire::Field;
use crate::real::zookeeper::answer::Answer;

/// An answer that takes longer never comes: a Java producer waits for metadata for a minute, and a broker for copies for
/// half of one, with each of its retries.
const ANSWER_MAX: Duration = Duration::from_secs(400);

pub(super) struct Producer {
    pub(super) name: Arc<str>,
    client: ProducerClient,
    configuration: String,
    pub(super) process: Option<Conversation>,
}

impl Producer {
    pub(super) fn laid_out(
        kafka: Kafka,
        name: &Arc<str>,
        config: &ProducerConfig,
        brokers: &str,
        guard: &Arc<Guard>,
    ) -> Result<Self, Error> {
        let file = guard.folder().join(format!("{name}.properties"));
        let text = settings::of_producer(kafka, config, brokers);
        fs::write(&file, text).context(|| format!("write {}", file.display()))?;
        Ok(Self {
            name: Arc::clone(name),
            client: config.client,
            configuration: file.display().to_string(),
            process: None,
        })
    }

    /// Starts the process, which waits for the word to begin.
    pub(super) fn spawn(&mut self, runtime: &Runtime, guard: &Arc<Guard>) -> Result<(), Error> {
        let client = match self.client {
            ProducerClient::Java => "java",
            ProducerClient::Scala(_) => "scala",
        };
        let arguments = [client, self.configuration.as_str()];
        let hears = Box::new(|_: &[Field]| false);
        let process = Conversation::start(runtime, guard, &self.name, "ProducerProcess", &arguments, hears)?;
        self.process = Some(process);
        Ok(())
    }

    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.process.as_mut().map_or(Ok(()), Conversation::begin)
    }

    /// Sends these, and waits until it is known what came of each; nothing when that never is.
    pub(super) fn send(&mut self, records: &[ProduceRecord]) -> Option<Answer> {
        let partitions: Vec<Option<String>> =
            records.iter().map(|record| record.partition.map(|partition| partition.to_string())).collect();
        let fields = records.iter().zip(&partitions).flat_map(|(record, partition)| {
            [Some(&*record.topic), partition.as_deref(), record.key.as_deref(), Some(&*record.value)]
        });
        let answer = self.process.as_mut()?.ask(fields, ANSWER_MAX).ok()?;
        outcome(self.client, answer.last.get(2..)?)
    }
}

/// For each record its end, and what belongs to it, in three fields.
fn outcome(client: ProducerClient, fields: &[Field]) -> Option<Answer> {
    let mut each = Vec::new();
    let mut first_error = None;
    for told in fields.chunks(3) {
        let text = |nth: usize| told.get(nth).and_then(Option::as_deref);
        if text(0)? == "error" {
            let error: Arc<str> = text(1)?.into();
            each.push(Json::Text(Arc::clone(&error)));
            first_error.get_or_insert(error);
        } else {
            let number = |nth: usize| text(nth).and_then(|number| number.parse().ok()).map_or(Json::Null, Json::Int);
            each.push(Json::Map(vec![("partition".into(), number(1)), ("offset".into(), number(2))]));
        }
    }
    // The Scala producer's `send` returns nothing, or throws.
    Some(match (first_error, client) {
        (None, ProducerClient::Java) => Ok(Json::List(each)),
        (None, ProducerClient::Scala(_)) => Ok(Json::Text("ok".into())),
        (Some(error), ProducerClient::Java) => Err((error, Some(Json::List(each)))),
        (Some(error), ProducerClient::Scala(_)) => Err((error, None)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::real::wire;

    fn told(client: ProducerClient, line: &str) -> Option<Answer> {
        outcome(client, &wire::fields(line))
    }

    #[test]
    fn the_first_error_is_named_and_each_record_told() {
        let seen = told(ProducerClient::Java, "ok\t0\t7\terror\tNOT_ENOUGH_REPLICAS\t\\0");
        let (error, each) = seen.and_then(Result::err).expect("it is an error");
        assert_eq!(&*error, "NOT_ENOUGH_REPLICAS");
        let each = each.expect("each is told");
        assert_eq!(each.as_list().map(<[Json]>::len), Some(2));
        assert_eq!(each.as_list().and_then(|each| each[0].get("offset")).cloned(), Some(Json::Int(7)));
    }

    #[test]
    fn the_scala_producer_gives_no_offsets() {
        let scala = ProducerClient::Scala(sim_core::client::ProducerType::Sync);
        assert_eq!(told(scala, "ok\t\\0\t\\0"), Some(Ok(Json::Text("ok".into()))));
        let seen = told(scala, "error\tFailedToSendMessageException\t\\0");
        assert_eq!(seen, Some(Err(("FailedToSendMessageException".into(), None))));
        assert_eq!(told(scala, "error"), None);
    }
}
