//! Settings by their real names. What they are and which values they take stands in [`sim_core::settings`]; here are
//! the few that say something about the setup itself.

use crate::problem::{Note, Problem, Whose};
use crate::spot::{Result, Spot, Wrong};
use sim_core::client::{ConsumerConfig, ProducerClient, ProducerConfig, ProducerType};
use sim_core::ids::BrokerId;
use sim_core::kafka::BrokerConfig;
use sim_core::release::Kafka;
use sim_core::settings::{self, Setting};

/// One setting of a file, and where it stands.
struct Written<'a> {
    key: &'a str,
    value: &'a str,
    spot: Spot<'a>,
}

impl Written<'_> {
    fn bad(&self, problem: Problem) -> Wrong {
        self.spot.wrong(problem)
    }

    fn is_one_of(&self, choices: &[&'static str]) -> Result<()> {
        if choices.contains(&self.value) {
            Ok(())
        } else {
            Err(self.bad(Problem::NotOneOf { value: self.value.into(), choices: choices.to_vec() }))
        }
    }

    /// Its value for this line of the table.
    fn value<C>(&self, setting: &Setting<C>) -> Result<i64> {
        setting.parse(self.value).ok_or_else(|| self.bad(refusal(setting, self.value)))
    }

    /// False: no setting of the table.
    fn apply<C>(&self, table: &'static [Setting<C>], config: &mut C, kafka: Kafka) -> Result<bool> {
        let Some(setting) = settings::find(table, self.key, kafka) else { return Ok(false) };
        let value = self.value(setting)?;
        if setting.set(config, value) { Ok(true) } else { Err(self.bad(refusal(setting, self.value))) }
    }
}

/// Why a setting does not take this value.
fn refusal<C>(setting: &Setting<C>, value: &str) -> Problem {
    let value = value.to_owned();
    let (min, max) = (*setting.range.start(), *setting.range.end());
    match setting.words {
        [("false", _), ("true", _)] => Problem::NotABool(value),
        [("all", _)] => Problem::NotAcks(value),
        words if setting.range.is_empty() => {
            Problem::NotOneOf { value, choices: words.iter().map(|(word, _)| *word).collect() }
        }
        _ => Problem::NotANumber { value, min, max },
    }
}

/// Applies one level of settings. What is known and changes nothing here is added to `notes`.
fn each(
    level: Option<Spot<'_>>,
    whose: Whose,
    without_effect: &[&str],
    notes: &mut Vec<Note>,
    apply: &mut dyn FnMut(&Written<'_>) -> Result<bool>,
) -> Result<()> {
    for (key, spot) in level.map_or(Ok(Vec::new()), Spot::members)? {
        let written = Written { key, value: spot.text()?, spot };
        if apply(&written)? {
            continue;
        }
        if !without_effect.contains(&key) {
            return Err(written.bad(Problem::UnknownSetting { whose, key: key.into() }));
        }
        let note = Note::Setting { whose, key: key.into() };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Ok(())
}

/// A broker's settings: what all share, then its own.
pub(super) fn broker(
    level: Option<Spot<'_>>,
    config: &mut BrokerConfig,
    kafka: Kafka,
    notes: &mut Vec<Note>,
) -> Result<()> {
    each(level, Whose::Broker, settings::BROKER_WITHOUT_EFFECT, notes, &mut |written| {
        written.apply(&settings::BROKER, config, kafka)
    })
}

pub(super) fn producer(
    level: Option<Spot<'_>>,
    config: &mut ProducerConfig,
    kafka: Kafka,
    brokers: &[BrokerId],
    notes: &mut Vec<Note>,
) -> Result<()> {
    each(level, Whose::JavaProducer, settings::PRODUCER_WITHOUT_EFFECT, notes, &mut |written| match written.key {
        "bootstrap.servers" => {
            config.bootstrap = bootstrap(written, brokers)?;
            Ok(true)
        }
        _ => written.apply(&settings::PRODUCER, config, kafka),
    })
}

pub(super) fn scala_producer(
    level: Option<Spot<'_>>,
    config: &mut ProducerConfig,
    kafka: Kafka,
    brokers: &[BrokerId],
    notes: &mut Vec<Note>,
) -> Result<()> {
    let without_effect = settings::SCALA_PRODUCER_WITHOUT_EFFECT;
    each(level, Whose::ScalaProducer, without_effect, notes, &mut |written| match written.key {
        "metadata.broker.list" => {
            config.bootstrap = bootstrap(written, brokers)?;
            Ok(true)
        }
        "producer.type" => {
            written.is_one_of(&["sync", "async"])?;
            let producer_type = if written.value == "async" { ProducerType::Async } else { ProducerType::Sync };
            config.client = ProducerClient::Scala(producer_type);
            Ok(true)
        }
        _ => written.apply(&settings::SCALA_PRODUCER, config, kafka),
    })
}

/// `broker-1:9092,broker-2:9092`: ports mean nothing here.
fn bootstrap(written: &Written<'_>, brokers: &[BrokerId]) -> Result<Vec<BrokerId>> {
    written
        .value
        .split(',')
        .map(|address| {
            let name = address.trim().split(':').next().unwrap_or_default();
            let id = name.strip_prefix("broker-").and_then(|id| id.parse().ok());
            id.filter(|id| brokers.contains(id)).ok_or_else(|| written.bad(Problem::NotABroker(address.trim().into())))
        })
        .collect()
}

pub(super) fn consumer(
    level: Option<Spot<'_>>,
    config: &mut ConsumerConfig,
    kafka: Kafka,
    notes: &mut Vec<Note>,
) -> Result<()> {
    each(level, Whose::Consumer, settings::CONSUMER_WITHOUT_EFFECT, notes, &mut |written| match written.key {
        // Offsets are in ZooKeeper here, and nowhere else.
        "offsets.storage" => written.is_one_of(&["zookeeper"]).map(|()| true),
        "dual.commit.enabled" => match written.value.trim() {
            "true" | "false" => Ok(true),
            other => Err(written.bad(Problem::NotABool(other.into()))),
        },
        _ => written.apply(&settings::CONSUMER, config, kafka),
    })
}

/// Of a topic they are only checked: Kafka keeps them as text, and a broker reads that.
pub(super) fn topic(level: Option<Spot<'_>>, kafka: Kafka, notes: &mut Vec<Note>) -> Result<()> {
    each(level, Whose::Topic, settings::TOPIC_WITHOUT_EFFECT, notes, &mut |written| {
        let of_a_topic = settings::TOPIC.contains(&written.key);
        match settings::find(&settings::BROKER, written.key, kafka).filter(|_| of_a_topic) {
            Some(setting) => written.value(setting).map(|_| true),
            None => Ok(false),
        }
    })
}
