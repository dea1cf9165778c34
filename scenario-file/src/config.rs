//! Settings by their real names: which ones the simulator knows, and what their values mean.

use crate::problem::{Note, Problem, Whose};
use crate::spot::{Result, Spot, Wrong};
use sim_core::client::producer::NEVER_MS;
use sim_core::client::{AssignmentStrategy, ConsumerConfig, ProducerClient, ProducerConfig, ProducerType};
use sim_core::ids::BrokerId;
use sim_core::kafka::BrokerConfig;
use std::ops::RangeInclusive;

/// One setting, and where it stands.
struct Setting<'a> {
    key: &'a str,
    value: &'a str,
    spot: Spot<'a>,
}

impl Setting<'_> {
    fn bad(&self, problem: Problem) -> Wrong {
        self.spot.wrong(problem)
    }

    fn number(&self, range: RangeInclusive<i64>) -> Result<i64> {
        match self.value.trim().parse::<i64>() {
            Ok(number) if range.contains(&number) => Ok(number),
            _ => {
                let (min, max) = (*range.start(), *range.end());
                Err(self.bad(Problem::NotANumber { value: self.value.into(), min, max }))
            }
        }
    }

    fn u32(&self) -> Result<u32> {
        self.number(0..=i64::from(i32::MAX)).map(|number| u32::try_from(number).unwrap_or(0))
    }

    fn positive(&self) -> Result<u32> {
        self.number(1..=i64::from(i32::MAX)).map(|number| u32::try_from(number).unwrap_or(1))
    }

    fn yes(&self) -> Result<bool> {
        match self.value.trim() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(self.bad(Problem::NotABool(other.into()))),
        }
    }

    fn is_one_of(&self, choices: &'static [&'static str]) -> Result<()> {
        if choices.contains(&self.value) {
            Ok(())
        } else {
            Err(self.bad(Problem::NotOneOf { value: self.value.into(), choices }))
        }
    }
}

/// Applies one level of settings. What is known and changes nothing here is added to `notes`.
fn each(
    level: Option<Spot<'_>>,
    whose: Whose,
    without_effect: &[&str],
    notes: &mut Vec<Note>,
    apply: &mut dyn FnMut(&Setting<'_>) -> Result<bool>,
) -> Result<()> {
    for (key, spot) in level.map_or(Ok(Vec::new()), Spot::members)? {
        let setting = Setting { key, value: spot.text()?, spot };
        if apply(&setting)? {
            continue;
        }
        if !without_effect.contains(&key) {
            return Err(setting.bad(Problem::UnknownSetting { whose, key: key.into() }));
        }
        let note = Note::Setting { whose, key: key.into() };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Ok(())
}

/// Settings of real 0.8.2 brokers about what is not simulated: disks, threads, buffers, retention.
const BROKER_WITHOUT_EFFECT: &[&str] = &[
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

/// A broker's settings: what all share, then its own.
pub(super) fn broker(level: Option<Spot<'_>>, config: &mut BrokerConfig, notes: &mut Vec<Note>) -> Result<()> {
    each(level, Whose::Broker, BROKER_WITHOUT_EFFECT, notes, &mut |setting| {
        match setting.key {
            "zookeeper.session.timeout.ms" => config.session_timeout_ms = setting.positive()?,
            "replica.lag.time.max.ms" => config.replica_lag_time_max_ms = setting.positive()?,
            "replica.lag.max.messages" => config.replica_lag_max_messages = setting.u32()?,
            "replica.fetch.wait.max.ms" => config.replica_fetch_wait_max_ms = setting.positive()?,
            "replica.high.watermark.checkpoint.interval.ms" => {
                config.high_watermark_checkpoint_interval_ms = setting.positive()?;
            }
            "unclean.leader.election.enable" => config.unclean_leader_election_enable = setting.yes()?,
            "min.insync.replicas" => {
                config.min_insync_replicas = setting.number(1..=i64::from(u16::MAX))? as u16;
            }
            "controlled.shutdown.enable" => config.controlled_shutdown_enable = setting.yes()?,
            "controlled.shutdown.max.retries" => config.controlled_shutdown_max_retries = setting.u32()?,
            "controlled.shutdown.retry.backoff.ms" => {
                config.controlled_shutdown_retry_backoff_ms = setting.positive()?;
            }
            "auto.leader.rebalance.enable" => config.auto_leader_rebalance_enable = setting.yes()?,
            "leader.imbalance.check.interval.seconds" => {
                config.leader_imbalance_check_interval_s = setting.positive()?;
            }
            "leader.imbalance.per.broker.percentage" => {
                config.leader_imbalance_per_broker_percentage = setting.u32()?;
            }
            "num.partitions" => config.num_partitions = setting.number(1..=1_000)? as u32,
            "default.replication.factor" => config.default_replication_factor = setting.number(1..=30)? as u16,
            "auto.create.topics.enable" => config.auto_create_topics_enable = setting.yes()?,
            _ => return Ok(false),
        }
        Ok(true)
    })
}

const PRODUCER_WITHOUT_EFFECT: &[&str] = &[
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

pub(super) fn producer(
    level: Option<Spot<'_>>,
    config: &mut ProducerConfig,
    brokers: &[BrokerId],
    notes: &mut Vec<Note>,
) -> Result<()> {
    each(level, Whose::JavaProducer, PRODUCER_WITHOUT_EFFECT, notes, &mut |setting| {
        match setting.key {
            "bootstrap.servers" => config.bootstrap = bootstrap(setting, brokers)?,
            "acks" => {
                config.acks = match setting.value {
                    "all" => -1,
                    _ => setting.number(-1..=100).map_err(|_| setting.bad(Problem::NotAcks(setting.value.into())))?
                        as i16,
                }
            }
            "retries" => config.retries = setting.u32()?,
            "retry.backoff.ms" => config.retry_backoff_ms = setting.u32()?,
            "linger.ms" => config.linger_ms = setting.u32()?,
            "timeout.ms" => config.timeout_ms = setting.positive()?,
            "metadata.max.age.ms" => config.metadata_max_age_ms = setting.positive()?,
            "max.in.flight.requests.per.connection" => config.max_in_flight = setting.positive()?,
            _ => return Ok(false),
        }
        Ok(true)
    })
}

const SCALA_PRODUCER_WITHOUT_EFFECT: &[&str] = &[
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

/// The Scala producer's settings (`ProducerConfig.scala` of 0.8.2).
pub(super) fn scala_producer(
    level: Option<Spot<'_>>,
    config: &mut ProducerConfig,
    brokers: &[BrokerId],
    notes: &mut Vec<Note>,
) -> Result<()> {
    each(level, Whose::ScalaProducer, SCALA_PRODUCER_WITHOUT_EFFECT, notes, &mut |setting| {
        match setting.key {
            "metadata.broker.list" => config.bootstrap = bootstrap(setting, brokers)?,
            "request.required.acks" => config.acks = setting.number(-1..=1)? as i16,
            "message.send.max.retries" => config.retries = setting.u32()?,
            "retry.backoff.ms" => config.retry_backoff_ms = setting.u32()?,
            "request.timeout.ms" => config.timeout_ms = setting.positive()?,
            "topic.metadata.refresh.interval.ms" => {
                let interval = setting.number(i64::from(i32::MIN)..=i64::from(i32::MAX))?;
                config.metadata_max_age_ms = u32::try_from(interval).unwrap_or(NEVER_MS);
            }
            "queue.buffering.max.ms" => config.linger_ms = setting.u32()?,
            "batch.num.messages" => config.batch_records = setting.positive()?,
            "producer.type" => {
                setting.is_one_of(&["sync", "async"])?;
                let producer_type = if setting.value == "async" { ProducerType::Async } else { ProducerType::Sync };
                config.client = ProducerClient::Scala(producer_type);
            }
            _ => return Ok(false),
        }
        Ok(true)
    })
}

/// `broker-1:9092,broker-2:9092`: ports mean nothing here.
fn bootstrap(setting: &Setting<'_>, brokers: &[BrokerId]) -> Result<Vec<BrokerId>> {
    setting
        .value
        .split(',')
        .map(|address| {
            let name = address.trim().split(':').next().unwrap_or_default();
            let id = name.strip_prefix("broker-").and_then(|id| id.parse().ok());
            id.filter(|id| brokers.contains(id)).ok_or_else(|| setting.bad(Problem::NotABroker(address.trim().into())))
        })
        .collect()
}

const CONSUMER_WITHOUT_EFFECT: &[&str] = &[
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

pub(super) fn consumer(level: Option<Spot<'_>>, config: &mut ConsumerConfig, notes: &mut Vec<Note>) -> Result<()> {
    each(level, Whose::Consumer, CONSUMER_WITHOUT_EFFECT, notes, &mut |setting| {
        match setting.key {
            "zookeeper.session.timeout.ms" => config.session_timeout_ms = setting.positive()?,
            "auto.commit.enable" => config.auto_commit_enable = setting.yes()?,
            "auto.commit.interval.ms" => config.auto_commit_interval_ms = setting.positive()?,
            "rebalance.max.retries" => config.rebalance_max_retries = setting.u32()?,
            "rebalance.backoff.ms" => config.rebalance_backoff_ms = setting.positive()?,
            "refresh.leader.backoff.ms" => config.refresh_leader_backoff_ms = setting.positive()?,
            "fetch.wait.max.ms" => config.fetch_wait_max_ms = setting.positive()?,
            "auto.offset.reset" => {
                setting.is_one_of(&["smallest", "largest"])?;
                config.reset_to_smallest = setting.value == "smallest";
            }
            "partition.assignment.strategy" => {
                setting.is_one_of(&["range", "roundrobin"])?;
                config.assignment_strategy = match setting.value {
                    "range" => AssignmentStrategy::Range,
                    _ => AssignmentStrategy::RoundRobin,
                };
            }
            "offsets.storage" => setting.is_one_of(&["zookeeper"])?,
            "dual.commit.enabled" => {
                setting.yes()?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    })
}

/// Topic-level settings that the simulator knows, and those about retention, which is not simulated.
const TOPIC: &[&str] = &["min.insync.replicas", "unclean.leader.election.enable"];
const TOPIC_WITHOUT_EFFECT: &[&str] = &[
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

pub(super) fn topic(level: Option<Spot<'_>>, notes: &mut Vec<Note>) -> Result<()> {
    each(level, Whose::Topic, TOPIC_WITHOUT_EFFECT, notes, &mut |setting| {
        match setting.key {
            "min.insync.replicas" => {
                setting.number(1..=i64::from(u16::MAX))?;
            }
            "unclean.leader.election.enable" => {
                setting.yes()?;
            }
            other => return Ok(TOPIC.contains(&other)),
        }
        Ok(true)
    })
}
