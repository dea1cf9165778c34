//! A producer's settings, by their names in the real one.

use crate::ids::*;

/// Which of the two producers of 0.8.2 a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProducerClient {
    /// `org.apache.kafka.clients.producer.KafkaProducer`
    Java,
    /// `kafka.producer.Producer`
    Scala(ProducerType),
}

/// `producer.type` of the Scala producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProducerType {
    /// `send()` returns when the record is written, or throws.
    Sync,
    /// `send()` returns at once; a thread sends what has gathered.
    Async,
}

/// By the real config names: the Java producer's, then the Scala producer's where it has another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducerConfig {
    /// Which of the two it is.
    pub client: ProducerClient,
    /// `bootstrap.servers`; `metadata.broker.list`
    pub bootstrap: Vec<BrokerId>,
    /// −1: all. `request.required.acks`
    pub acks: i16,
    /// `message.send.max.retries`
    pub retries: u32,
    /// `retry.backoff.ms`: before a failed batch is sent again, and between two requests for metadata.
    pub retry_backoff_ms: u32,
    /// `queue.buffering.max.ms`
    pub linger_ms: u32,
    /// `timeout.ms`: how long the broker waits for the ISR. `request.timeout.ms`: the Scala producer itself waits for
    /// an answer no longer than this either.
    pub timeout_ms: u32,
    /// `topic.metadata.refresh.interval.ms`, [`NEVER_MS`] for a negative one.
    pub metadata_max_age_ms: u32,
    /// `max.in.flight.requests.per.connection`; the Scala producer has one request under way at a time.
    pub max_in_flight: u32,
    /// Records a batch holds at the most (`batch.size`, counted in records here); `batch.num.messages`.
    pub batch_records: u32,
    /// A steady load from its start on: records a second, over these topics.
    pub steady: Option<(u32, Vec<Topic>)>,
}

/// An interval that is never over.
pub const NEVER_MS: u32 = u32::MAX;

/// `reconnect.backoff.ms`
pub(super) const RECONNECT_BACKOFF_MS: u64 = 10;

/// `metadata.fetch.timeout.ms`: how long `send()` waits for a topic's metadata.
pub(super) const METADATA_FETCH_TIMEOUT_MS: u64 = 60_000;

/// `buffer.memory` (32 MB), counted in records here; when it is full, `send()` blocks
/// (`block.on.buffer.full`).
pub(super) const BUFFER_RECORDS: u32 = 10_000;

/// 0.8.2 has no timeout of its own for an answer (KAFKA-1788): Linux gives a connection up when a machine
/// did not confirm for 924.6 s (`tcp_retries2` = 15), noticed here at ticks of a sixth of it, so that not
/// every request arms a timer …
pub(super) const TCP_TICK_MS: u64 = 154_100;
pub(super) const TCP_TICKS: u8 = 6;

/// … and an attempt to connect after this long (`tcp_syn_retries` = 6).
pub(super) const TCP_CONNECT_GIVES_UP_MS: u64 = 127_000;
