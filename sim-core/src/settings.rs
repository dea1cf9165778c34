//! The documented settings of the real systems, for each kind of process one table of those that have an effect here
//! and one list of those that have none. Links name a setting by its tag, scenario files by its key, and both read and
//! write it through the same line.

use crate::client::assignors::AssignmentStrategy;
use crate::client::producer::config::{NEVER_MS, ProducerClient, ProducerConfig};
use crate::client::zk_consumer::config::ConsumerConfig;
use crate::kafka::config::BrokerConfig;
use crate::release::Kafka;
use crate::zookeeper::types::EnsembleConfig;
use std::ops::RangeInclusive;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `…ms`, and ZooKeeper's `tickTime`.
    Milliseconds,
    /// `…seconds`
    Seconds,
    /// ZooKeeper's `tickTime`s.
    Ticks,
    /// Of a hundred.
    Percent,
    /// Where the real one counts bytes, too.
    Records,
    /// Replicas, partitions, attempts, requests.
    Things,
    /// Not a number: `true` and `false`, or words.
    None,
}

/// The kinds of processes that have a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Every version of ZooKeeper.
    InZooKeeper,
    /// These generations of Kafka.
    InKafka(&'static [Kafka]),
    /// It is retired: a link of an older engine may name it, and what that says has no effect any more.
    InOldLinks,
}

/// One setting of a `C`.
pub struct Setting<C> {
    /// Its number in links, from 1 on: never changed, and never given to another one.
    pub tag: u8,
    /// Its name in the documentation of the real one. Empty: it is ours, and no file can name it.
    pub key: &'static str,
    /// Which systems have it.
    pub known: Known,
    /// What its number counts.
    pub unit: Unit,
    /// The numbers that it takes; empty where it takes words alone.
    pub range: RangeInclusive<i64>,
    /// The words that it takes, and the number that stands for each.
    pub words: &'static [(&'static str, i64)],
    place: fn(&mut C) -> Place<'_>,
}

/// Where its value is kept.
enum Place<'a> {
    U32(&'a mut u32),
    U16(&'a mut u16),
    I16(&'a mut i16),
    Yes(&'a mut bool),
    Strategy(&'a mut AssignmentStrategy),
    Nowhere,
}

impl<C> Setting<C> {
    /// Its value as a number, words included.
    pub fn get(&self, config: &mut C) -> i64 {
        match (self.place)(config) {
            Place::U32(value) => i64::from(*value),
            Place::U16(value) => i64::from(*value),
            Place::I16(value) => i64::from(*value),
            Place::Yes(value) => i64::from(*value),
            Place::Strategy(value) => i64::from(*value == AssignmentStrategy::RoundRobin),
            Place::Nowhere => 0,
        }
    }

    /// False when the setting does not take this value; it stays as it was then.
    pub fn set(&self, config: &mut C, value: i64) -> bool {
        if !self.range.contains(&value) && !self.words.iter().any(|(_, number)| *number == value) {
            return false;
        }
        match (self.place)(config) {
            Place::U32(place) => put(place, value),
            Place::U16(place) => put(place, value),
            Place::I16(place) => put(place, value),
            Place::Yes(place) => {
                *place = value != 0;
                true
            }
            Place::Strategy(place) => {
                *place = if value == 0 { AssignmentStrategy::Range } else { AssignmentStrategy::RoundRobin };
                true
            }
            Place::Nowhere => true,
        }
    }

    /// Its value as the real one writes it.
    pub fn text(&self, config: &mut C) -> String {
        let value = self.get(config);
        let word = self.words.iter().find(|(_, number)| *number == value);
        word.map_or_else(|| value.to_string(), |(word, _)| (*word).to_owned())
    }

    /// What a text means as its value; nothing when it does not take it.
    pub fn parse(&self, text: &str) -> Option<i64> {
        let text = text.trim();
        let word = |text: &str| self.words.iter().find(|(word, _)| *word == text).map(|(_, number)| *number);
        word(text).or_else(|| {
            let number: i64 = text.parse().ok()?;
            // Where −1 means "never", every negative number does (`BrokerPartitionInfo`).
            if number < 0 && word("-1").is_some() { word("-1") } else { self.range.contains(&number).then_some(number) }
        })
    }
}

/// The line of a setting by the name that this generation of Kafka has for it.
pub fn find<C>(table: &'static [Setting<C>], key: &str, kafka: Kafka) -> Option<&'static Setting<C>> {
    let is_known = |known: Known| matches!(known, Known::InKafka(generations) if generations.contains(&kafka));
    table.iter().find(|setting| setting.key == key && !key.is_empty() && is_known(setting.known))
}

fn put<T: TryFrom<i64>>(place: &mut T, value: i64) -> bool {
    T::try_from(value).map(|value| *place = value).is_ok()
}

const fn number<C>(
    tag: u8,
    key: &'static str,
    unit: Unit,
    range: RangeInclusive<i64>,
    place: fn(&mut C) -> Place<'_>,
) -> Setting<C> {
    Setting { tag, key, known: IN_0_8, unit, range, words: &[], place }
}

const fn words<C>(
    tag: u8,
    key: &'static str,
    words: &'static [(&'static str, i64)],
    place: fn(&mut C) -> Place<'_>,
) -> Setting<C> {
    #[expect(clippy::reversed_empty_ranges, reason = "it takes no numbers")]
    let range = 1..=0;
    Setting { tag, key, known: IN_0_8, unit: Unit::None, range, words, place }
}

/// A setting of the ensemble, which every version has had.
const fn ticks(
    tag: u8,
    key: &'static str,
    unit: Unit,
    place: fn(&mut EnsembleConfig) -> Place<'_>,
) -> Setting<EnsembleConfig> {
    Setting { known: Known::InZooKeeper, ..number(tag, key, unit, 1..=60_000, place) }
}

const fn retired<C>(tag: u8, key: &'static str) -> Setting<C> {
    Setting { known: Known::InOldLinks, ..number(tag, key, Unit::None, 0..=MAX, |_| Place::Nowhere) }
}

const IN_0_8: Known = Known::InKafka(Kafka::WITH_SETTINGS_OF_0_8);
const YES_NO: &[(&str, i64)] = &[("false", 0), ("true", 1)];
/// As Java's `int` has it.
const MAX: i64 = i32::MAX as i64;

/// A config with a field that nobody named here does not compile: it belongs into a table, or into links by hand.
const _: fn(EnsembleConfig, BrokerConfig, ProducerConfig, ConsumerConfig) = |ensemble, broker, producer, consumer| {
    let EnsembleConfig { servers: _, version: _, tick_ms: _, init_limit: _, sync_limit: _ } = ensemble;
    let BrokerConfig {
        session_timeout_ms: _,
        replica_lag_time_max_ms: _,
        replica_lag_max_messages: _,
        replica_fetch_wait_max_ms: _,
        high_watermark_checkpoint_interval_ms: _,
        unclean_leader_election_enable: _,
        min_insync_replicas: _,
        controlled_shutdown_enable: _,
        controlled_shutdown_max_retries: _,
        controlled_shutdown_retry_backoff_ms: _,
        auto_leader_rebalance_enable: _,
        leader_imbalance_check_interval_s: _,
        leader_imbalance_per_broker_percentage: _,
        num_partitions: _,
        default_replication_factor: _,
        auto_create_topics_enable: _,
    } = broker;
    let ProducerConfig {
        client: _,
        bootstrap: _,
        steady: _,
        acks: _,
        retries: _,
        retry_backoff_ms: _,
        linger_ms: _,
        timeout_ms: _,
        metadata_max_age_ms: _,
        max_in_flight: _,
        batch_records: _,
    } = producer;
    let ConsumerConfig {
        group: _,
        topics: _,
        streams: _,
        session_timeout_ms: _,
        auto_commit_enable: _,
        auto_commit_interval_ms: _,
        rebalance_max_retries: _,
        rebalance_backoff_ms: _,
        refresh_leader_backoff_ms: _,
        fetch_wait_max_ms: _,
        reset_to_smallest: _,
        assignment_strategy: _,
    } = consumer;
};

/// `zoo.cfg`
pub static ENSEMBLE: [Setting<EnsembleConfig>; 3] = [
    ticks(1, "tickTime", Unit::Milliseconds, |c| Place::U32(&mut c.tick_ms)),
    ticks(2, "initLimit", Unit::Ticks, |c| Place::U32(&mut c.init_limit)),
    ticks(3, "syncLimit", Unit::Ticks, |c| Place::U32(&mut c.sync_limit)),
];

/// `KafkaConfig.scala`
pub static BROKER: [Setting<BrokerConfig>; 17] = [
    number(1, "zookeeper.session.timeout.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.session_timeout_ms)),
    number(2, "replica.lag.time.max.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.replica_lag_time_max_ms)),
    number(3, "replica.lag.max.messages", Unit::Records, 0..=MAX, |c| Place::U32(&mut c.replica_lag_max_messages)),
    number(4, "replica.fetch.wait.max.ms", Unit::Milliseconds, 1..=MAX, |c| {
        Place::U32(&mut c.replica_fetch_wait_max_ms)
    }),
    // It came with 0.9 (KAFKA-1461).
    retired(5, "replica.fetch.backoff.ms"),
    number(6, "replica.high.watermark.checkpoint.interval.ms", Unit::Milliseconds, 1..=MAX, |c| {
        Place::U32(&mut c.high_watermark_checkpoint_interval_ms)
    }),
    words(7, "unclean.leader.election.enable", YES_NO, |c| Place::Yes(&mut c.unclean_leader_election_enable)),
    number(8, "min.insync.replicas", Unit::Things, 1..=u16::MAX as i64, |c| Place::U16(&mut c.min_insync_replicas)),
    words(9, "controlled.shutdown.enable", YES_NO, |c| Place::Yes(&mut c.controlled_shutdown_enable)),
    number(10, "controlled.shutdown.max.retries", Unit::Things, 0..=MAX, |c| {
        Place::U32(&mut c.controlled_shutdown_max_retries)
    }),
    number(11, "controlled.shutdown.retry.backoff.ms", Unit::Milliseconds, 1..=MAX, |c| {
        Place::U32(&mut c.controlled_shutdown_retry_backoff_ms)
    }),
    words(12, "auto.leader.rebalance.enable", YES_NO, |c| Place::Yes(&mut c.auto_leader_rebalance_enable)),
    number(13, "leader.imbalance.check.interval.seconds", Unit::Seconds, 1..=MAX, |c| {
        Place::U32(&mut c.leader_imbalance_check_interval_s)
    }),
    number(14, "leader.imbalance.per.broker.percentage", Unit::Percent, 0..=MAX, |c| {
        Place::U32(&mut c.leader_imbalance_per_broker_percentage)
    }),
    number(15, "num.partitions", Unit::Things, 1..=1_000, |c| Place::U32(&mut c.num_partitions)),
    number(16, "default.replication.factor", Unit::Things, 1..=30, |c| Place::U16(&mut c.default_replication_factor)),
    words(17, "auto.create.topics.enable", YES_NO, |c| Place::Yes(&mut c.auto_create_topics_enable)),
];

/// `ProducerConfig.java`
pub static PRODUCER: [Setting<ProducerConfig>; 8] = [
    Setting {
        words: &[("all", -1)],
        ..number(1, "acks", Unit::Things, -1..=100, |c: &mut ProducerConfig| Place::I16(&mut c.acks))
    },
    number(2, "retries", Unit::Things, 0..=MAX, |c| Place::U32(&mut c.retries)),
    number(3, "retry.backoff.ms", Unit::Milliseconds, 0..=MAX, |c| Place::U32(&mut c.retry_backoff_ms)),
    number(4, "linger.ms", Unit::Milliseconds, 0..=MAX, |c| Place::U32(&mut c.linger_ms)),
    number(5, "timeout.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.timeout_ms)),
    number(6, "metadata.max.age.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.metadata_max_age_ms)),
    number(7, "max.in.flight.requests.per.connection", Unit::Things, 1..=MAX, |c| Place::U32(&mut c.max_in_flight)),
    number(8, BATCH_RECORDS, Unit::Records, 1..=MAX, |c| Place::U32(&mut c.batch_records)),
];

/// `ProducerConfig.scala`, `SyncProducerConfig.scala`, `AsyncProducerConfig.scala`; `producer.type` is in the client.
pub static SCALA_PRODUCER: [Setting<ProducerConfig>; 8] = [
    number(1, "request.required.acks", Unit::Things, -1..=1, |c| Place::I16(&mut c.acks)),
    number(2, "message.send.max.retries", Unit::Things, 0..=MAX, |c| Place::U32(&mut c.retries)),
    number(3, "retry.backoff.ms", Unit::Milliseconds, 0..=MAX, |c| Place::U32(&mut c.retry_backoff_ms)),
    number(4, "queue.buffering.max.ms", Unit::Milliseconds, 0..=MAX, |c| Place::U32(&mut c.linger_ms)),
    number(5, "request.timeout.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.timeout_ms)),
    Setting {
        words: &[("-1", NEVER_MS as i64)],
        ..number(6, "topic.metadata.refresh.interval.ms", Unit::Milliseconds, 0..=MAX, |c: &mut ProducerConfig| {
            Place::U32(&mut c.metadata_max_age_ms)
        })
    },
    number(7, "batch.num.messages", Unit::Records, 1..=MAX, |c| Place::U32(&mut c.batch_records)),
    number(8, ONE_AT_A_TIME, Unit::Things, 1..=MAX, |c| Place::U32(&mut c.max_in_flight)),
];

/// The Scala producer has one request under way on a connection, and nothing to say about it.
const ONE_AT_A_TIME: &str = "";

/// The settings of this producer.
pub fn of_producer(client: ProducerClient) -> &'static [Setting<ProducerConfig>] {
    match client {
        ProducerClient::Java => &PRODUCER,
        ProducerClient::Scala(_) => &SCALA_PRODUCER,
    }
}

/// The Java producer has `batch.size` in bytes, and records have no length here. Not a key that a file may use.
const BATCH_RECORDS: &str = "";

/// `ConsumerConfig.scala`
pub static CONSUMER: [Setting<ConsumerConfig>; 9] = [
    number(1, "zookeeper.session.timeout.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.session_timeout_ms)),
    words(2, "auto.commit.enable", YES_NO, |c| Place::Yes(&mut c.auto_commit_enable)),
    number(3, "auto.commit.interval.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.auto_commit_interval_ms)),
    number(4, "rebalance.max.retries", Unit::Things, 0..=MAX, |c| Place::U32(&mut c.rebalance_max_retries)),
    number(5, "rebalance.backoff.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.rebalance_backoff_ms)),
    number(6, "refresh.leader.backoff.ms", Unit::Milliseconds, 1..=MAX, |c| {
        Place::U32(&mut c.refresh_leader_backoff_ms)
    }),
    number(7, "fetch.wait.max.ms", Unit::Milliseconds, 1..=MAX, |c| Place::U32(&mut c.fetch_wait_max_ms)),
    words(8, "auto.offset.reset", &[("largest", 0), ("smallest", 1)], |c| Place::Yes(&mut c.reset_to_smallest)),
    words(9, "partition.assignment.strategy", &[("range", 0), ("roundrobin", 1)], |c| {
        Place::Strategy(&mut c.assignment_strategy)
    }),
];

/// The settings of a broker that a topic may have for itself (`LogConfig.scala`).
pub static TOPIC: [&str; 2] = ["min.insync.replicas", "unclean.leader.election.enable"];

/// Settings of 0.8.2 brokers about what is not simulated: disks, threads, buffers, retention.
pub static BROKER_WITHOUT_EFFECT: &[&str] = &[
    "advertised.host.name",
    "advertised.port",
    "background.threads",
    "broker.id",
    "connections.max.idle.ms",
    "controller.message.queue.size",
    "controller.socket.timeout.ms",
    "delete.topic.enable",
    "fetch.purgatory.purge.interval.requests",
    "host.name",
    "log.cleaner.backoff.ms",
    "log.cleaner.dedupe.buffer.size",
    "log.cleaner.delete.retention.ms",
    "log.cleaner.enable",
    "log.cleaner.io.buffer.load.factor",
    "log.cleaner.io.buffer.size",
    "log.cleaner.io.max.bytes.per.second",
    "log.cleaner.min.cleanable.ratio",
    "log.cleaner.threads",
    "log.cleanup.policy",
    // Documented, and read by no release of 0.8 (`log.segment.delete.delay.ms` is).
    "log.delete.delay.ms",
    "log.dir",
    "log.dirs",
    "log.flush.interval.messages",
    "log.flush.interval.ms",
    "log.flush.offset.checkpoint.interval.ms",
    "log.flush.scheduler.interval.ms",
    "log.index.interval.bytes",
    "log.index.size.max.bytes",
    "log.retention.bytes",
    "log.retention.check.interval.ms",
    "log.retention.hours",
    "log.retention.minutes",
    "log.retention.ms",
    "log.roll.hours",
    "log.roll.jitter.hours",
    "log.roll.jitter.ms",
    "log.roll.ms",
    "log.segment.bytes",
    "log.segment.delete.delay.ms",
    "max.connections.per.ip",
    "max.connections.per.ip.overrides",
    "message.max.bytes",
    "num.io.threads",
    "num.network.threads",
    "num.recovery.threads.per.data.dir",
    "num.replica.fetchers",
    "offset.metadata.max.bytes",
    "offsets.commit.required.acks",
    "offsets.commit.timeout.ms",
    "offsets.load.buffer.size",
    "offsets.retention.check.interval.ms",
    "offsets.retention.minutes",
    "offsets.topic.compression.codec",
    "offsets.topic.num.partitions",
    "offsets.topic.replication.factor",
    // As the documentation calls `offsets.retention.minutes`.
    "offsets.topic.retention.minutes",
    "offsets.topic.segment.bytes",
    "port",
    "producer.purgatory.purge.interval.requests",
    "queued.max.requests",
    "replica.fetch.max.bytes",
    "replica.fetch.min.bytes",
    "replica.socket.receive.buffer.bytes",
    "replica.socket.timeout.ms",
    "socket.receive.buffer.bytes",
    "socket.request.max.bytes",
    "socket.send.buffer.bytes",
    "zookeeper.connect",
    "zookeeper.connection.timeout.ms",
    "zookeeper.sync.time.ms",
];

/// Settings of the Java producer of 0.8.2 about what is not simulated: bytes, buffers, metrics.
pub static PRODUCER_WITHOUT_EFFECT: &[&str] = &[
    "batch.size",
    "block.on.buffer.full",
    "buffer.memory",
    "client.id",
    "compression.type",
    "key.serializer",
    "max.request.size",
    "metadata.fetch.timeout.ms",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.sample.window.ms",
    "receive.buffer.bytes",
    "reconnect.backoff.ms",
    "send.buffer.bytes",
    "value.serializer",
];

/// Settings of the Scala producer of 0.8.2 about what is not simulated.
pub static SCALA_PRODUCER_WITHOUT_EFFECT: &[&str] = &[
    "client.id",
    "compressed.topics",
    "compression.codec",
    "key.serializer.class",
    "partitioner.class",
    "queue.buffering.max.messages",
    "queue.enqueue.timeout.ms",
    "send.buffer.bytes",
    "serializer.class",
];

/// Settings of the 0.8.2 consumer about what is not simulated, and those that a setup says otherwise (`group.id`).
pub static CONSUMER_WITHOUT_EFFECT: &[&str] = &[
    "client.id",
    "consumer.id",
    "consumer.timeout.ms",
    "exclude.internal.topics",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "group.id",
    "num.consumer.fetchers",
    "offsets.channel.backoff.ms",
    "offsets.channel.socket.timeout.ms",
    "offsets.commit.max.retries",
    "queued.max.message.chunks",
    "socket.receive.buffer.bytes",
    "socket.timeout.ms",
    "zookeeper.connect",
    "zookeeper.connection.timeout.ms",
    "zookeeper.sync.time.ms",
];

/// Topic-level settings of 0.8.2 (`LogConfig.scala`) about retention, which is not simulated.
pub static TOPIC_WITHOUT_EFFECT: &[&str] = &[
    "cleanup.policy",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "index.interval.bytes",
    "max.message.bytes",
    "min.cleanable.dirty.ratio",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::ZkVersion;

    /// A setting that reads and writes one place, is named once, and takes its own default.
    fn is_sound<C: Clone + PartialEq>(table: &[Setting<C>], defaults: &C) {
        for (nth, setting) in table.iter().enumerate() {
            let Setting { tag, key, .. } = setting;
            assert_ne!(*tag, 0, "{key}: 0 ends a list of settings");
            assert!(table[..nth].iter().all(|other| other.tag != *tag && other.key != *key), "{key} is named twice");
            if setting.known == Known::InOldLinks {
                continue;
            }
            let mut config = defaults.clone();
            let usual = setting.get(&mut config);
            assert!(setting.set(&mut config, usual) && config == *defaults, "{key} takes its default");
            let mut takes = vec![*setting.range.start(), *setting.range.end()];
            takes.retain(|number| setting.range.contains(number));
            takes.extend(setting.words.iter().map(|(_, number)| *number));
            for value in takes {
                assert!(setting.set(&mut config, value), "{key} takes {value}");
                assert_eq!(setting.get(&mut config), value, "{key}");
                let changed = table.iter().filter(|other| other.get(&mut config) != other.get(&mut defaults.clone()));
                assert!(changed.count() <= 1, "{key} shares its place with another setting");
            }
            for (word, number) in setting.words {
                assert_eq!(setting.parse(word), Some(*number));
            }
            assert!(!setting.set(&mut config, i64::MIN), "{key}");
            for (end, unit) in
                [(".ms", Unit::Milliseconds), (".seconds", Unit::Seconds), (".percentage", Unit::Percent)]
            {
                assert!(!key.ends_with(end) || setting.unit == unit, "{key} is in {unit:?}");
            }
        }
    }

    #[test]
    fn a_setting_either_has_an_effect_or_has_none() {
        fn keys<C>(table: &[Setting<C>]) -> Vec<&'static str> {
            table.iter().map(|setting| setting.key).collect()
        }
        for (with, without) in [
            (keys(&BROKER), BROKER_WITHOUT_EFFECT),
            (keys(&PRODUCER), PRODUCER_WITHOUT_EFFECT),
            (keys(&SCALA_PRODUCER), SCALA_PRODUCER_WITHOUT_EFFECT),
            (keys(&CONSUMER), CONSUMER_WITHOUT_EFFECT),
            (TOPIC.to_vec(), TOPIC_WITHOUT_EFFECT),
        ] {
            for (nth, key) in without.iter().enumerate() {
                assert!(!with.contains(key) && !without[..nth].contains(key), "{key} is named twice");
            }
        }
        assert!(
            TOPIC.iter().all(|key| find(&BROKER, key, Kafka::V0_8_2).is_some()),
            "a broker has the default of each"
        );
    }

    #[test]
    fn each_setting_has_a_tag_a_key_a_range_and_a_place_of_its_own() {
        let kafka = Kafka::V0_8_2;
        is_sound(&ENSEMBLE, &ZkVersion::NEWEST.ensemble_config(3));
        is_sound(&BROKER, &kafka.broker_config());
        is_sound(&PRODUCER, &kafka.producer_config(Vec::new()));
        is_sound(&SCALA_PRODUCER, &kafka.scala_producer_config(Vec::new()));
        is_sound(&CONSUMER, &kafka.consumer_config("group".into(), Vec::new()));
    }
}
