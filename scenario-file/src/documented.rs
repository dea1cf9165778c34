//! Every setting that the documentation of Kafka 0.8.2 lists, for each kind of process (kafka.apache.org/082/configuration),
//! and those that only the source has (`KafkaConfig.scala`, `ProducerConfig.java`, `LogConfig.scala`). The lists are a copy
//! of their own, so that a key which `sim_core::settings` forgets is noticed here.

use crate::{Problem, parse};

/// The table of broker configs.
const BROKER: [&str; 87] = [
    "advertised.host.name",
    "advertised.port",
    "auto.create.topics.enable",
    "auto.leader.rebalance.enable",
    "background.threads",
    "broker.id",
    "connections.max.idle.ms",
    "controlled.shutdown.enable",
    "controlled.shutdown.max.retries",
    "controlled.shutdown.retry.backoff.ms",
    "controller.message.queue.size",
    "controller.socket.timeout.ms",
    "default.replication.factor",
    "delete.topic.enable",
    "fetch.purgatory.purge.interval.requests",
    "host.name",
    "leader.imbalance.check.interval.seconds",
    "leader.imbalance.per.broker.percentage",
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
    "min.insync.replicas",
    "num.io.threads",
    "num.network.threads",
    "num.partitions",
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
    "offsets.topic.retention.minutes",
    "offsets.topic.segment.bytes",
    "port",
    "producer.purgatory.purge.interval.requests",
    "queued.max.requests",
    "replica.fetch.max.bytes",
    "replica.fetch.min.bytes",
    "replica.fetch.wait.max.ms",
    "replica.high.watermark.checkpoint.interval.ms",
    "replica.lag.max.messages",
    "replica.lag.time.max.ms",
    "replica.socket.receive.buffer.bytes",
    "replica.socket.timeout.ms",
    "socket.receive.buffer.bytes",
    "socket.request.max.bytes",
    "socket.send.buffer.bytes",
    "unclean.leader.election.enable",
    "zookeeper.connect",
    "zookeeper.connection.timeout.ms",
    "zookeeper.session.timeout.ms",
    "zookeeper.sync.time.ms",
];

/// The table of new producer configs.
const JAVA_PRODUCER: [&str; 23] = [
    "acks",
    "batch.size",
    "block.on.buffer.full",
    "bootstrap.servers",
    "buffer.memory",
    "client.id",
    "compression.type",
    "key.serializer",
    "linger.ms",
    "max.in.flight.requests.per.connection",
    "max.request.size",
    "metadata.fetch.timeout.ms",
    "metadata.max.age.ms",
    "metric.reporters",
    "metrics.num.samples",
    "metrics.sample.window.ms",
    "receive.buffer.bytes",
    "reconnect.backoff.ms",
    "retries",
    "retry.backoff.ms",
    "send.buffer.bytes",
    "timeout.ms",
    "value.serializer",
];

/// The table of producer configs.
const SCALA_PRODUCER: [&str; 18] = [
    "batch.num.messages",
    "client.id",
    "compressed.topics",
    "compression.codec",
    "key.serializer.class",
    "message.send.max.retries",
    "metadata.broker.list",
    "partitioner.class",
    "producer.type",
    "queue.buffering.max.messages",
    "queue.buffering.max.ms",
    "queue.enqueue.timeout.ms",
    "request.required.acks",
    "request.timeout.ms",
    "retry.backoff.ms",
    "send.buffer.bytes",
    "serializer.class",
    "topic.metadata.refresh.interval.ms",
];

/// The table of consumer configs.
const CONSUMER: [&str; 28] = [
    "auto.commit.enable",
    "auto.commit.interval.ms",
    "auto.offset.reset",
    "client.id",
    "consumer.id",
    "consumer.timeout.ms",
    "dual.commit.enabled",
    "exclude.internal.topics",
    "fetch.message.max.bytes",
    "fetch.min.bytes",
    "fetch.wait.max.ms",
    "group.id",
    "num.consumer.fetchers",
    "offsets.channel.backoff.ms",
    "offsets.channel.socket.timeout.ms",
    "offsets.commit.max.retries",
    "offsets.storage",
    "partition.assignment.strategy",
    "queued.max.message.chunks",
    "rebalance.backoff.ms",
    "rebalance.max.retries",
    "refresh.leader.backoff.ms",
    "socket.receive.buffer.bytes",
    "socket.timeout.ms",
    "zookeeper.connect",
    "zookeeper.connection.timeout.ms",
    "zookeeper.session.timeout.ms",
    "zookeeper.sync.time.ms",
];

/// The table of topic-level configs.
const TOPIC: [&str; 16] = [
    "cleanup.policy",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "index.interval.bytes",
    "max.message.bytes",
    "min.cleanable.dirty.ratio",
    "min.insync.replicas",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "unclean.leader.election.enable",
];

/// Whether a file may say this setting of a process of this kind.
fn is_known(place: &str, key: &str) -> bool {
    let at = |other: &str| if other == place { format!(r#"{{ "{key}": "1" }}"#) } else { "{}".to_owned() };
    let text = format!(
        r#"{{
  "format": 1, "name": "n", "about": "a",
  "setup": {{
    "era": "0.8.2",
    "brokers": [{{ "id": 1, "config": {} }}],
    "topics": [{{ "name": "orders", "partitions": 1, "replication_factor": 1, "config": {} }}],
    "producers": [
      {{ "name": "new", "client": "java", "config": {} }},
      {{ "name": "old", "client": "scala", "config": {} }}
    ],
    "consumers": [
      {{ "name": "c", "group": "g", "client": "zookeeper", "topics": ["orders"], "config": {} }}
    ]
  }},
  "steps": [{{ "observe": ["topics"] }}]
}}"#,
        at("broker"),
        at("topic"),
        at("java"),
        at("scala"),
        at("consumer"),
    );
    match parse(&text) {
        Ok(_) => true,
        // A known setting may refuse the value.
        Err(complaint) => {
            assert!(complaint.to_string().contains(key), "the file is wrong only there: {complaint}");
            !matches!(complaint.problem, Problem::UnknownSetting { .. })
        }
    }
}

#[test]
fn every_documented_setting_of_each_kind_of_process_is_known() {
    let kinds: [(&str, &[&str]); 5] = [
        ("broker", &BROKER),
        ("java", &JAVA_PRODUCER),
        ("scala", &SCALA_PRODUCER),
        ("consumer", &CONSUMER),
        ("topic", &TOPIC),
    ];
    let mut unknown = Vec::new();
    for (place, keys) in kinds {
        assert!(keys.is_sorted(), "the keys of {place} are in order, each once");
        assert!(!is_known(place, "num.widgets"), "{place}: what nobody has is refused");
        unknown.extend(keys.iter().filter(|key| !is_known(place, key)).map(|key| format!("{place}: {key}")));
    }
    assert!(unknown.is_empty(), "no file can say these:\n{}", unknown.join("\n"));
}
