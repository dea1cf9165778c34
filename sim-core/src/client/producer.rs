//! The Java producer of 0.8.2: metadata from brokers, never from ZooKeeper.

use crate::command::ProduceRecord;
use crate::ids::*;
use crate::node::{Input, Outbox};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProducerTimer {
    /// The next record of a steady load.
    Load,
}

/// By the real config names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ProducerConfig {
    /// `bootstrap.servers`
    pub bootstrap: Vec<BrokerId>,
    /// −1: all.
    pub acks: i16,
    pub retries: u32,
    pub retry_backoff_ms: u32,
    pub linger_ms: u32,
    /// `timeout.ms`: how long the broker waits for the ISR.
    pub timeout_ms: u32,
    pub metadata_max_age_ms: u32,
    /// `max.in.flight.requests.per.connection`
    pub max_in_flight: u32,
    /// Records a batch holds at the most (`batch.size`, counted in records here).
    pub batch_records: u32,
    /// A steady load from its start on: records a second, over these topics.
    pub steady: Option<(u32, Vec<Topic>)>,
}

impl ProducerConfig {
    /// The defaults of 0.8.2 (`ProducerConfig.java`).
    pub fn new(bootstrap: Vec<BrokerId>) -> ProducerConfig {
        ProducerConfig {
            bootstrap,
            acks: 1,
            retries: 0,
            retry_backoff_ms: 100,
            linger_ms: 0,
            timeout_ms: 30_000,
            metadata_max_age_ms: 300_000,
            max_in_flight: 5,
            batch_records: 200,
            steady: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Producer {
    number: u16,
    config: ProducerConfig,
    queue: Vec<ProduceRecord>,
}

impl Producer {
    pub fn new(number: u16, config: ProducerConfig) -> Producer {
        Producer { number, config, queue: Vec::new() }
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        let _ = (self.number, &self.config, &self.queue, input, out);
    }

    pub fn crash(&mut self) {}
}
