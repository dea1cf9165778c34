//! The producers of 0.8.2: metadata from brokers, never from ZooKeeper. There are two: [`java`] came with 0.8.2,
//! [`scala`] is the older one.
//!
//! What stands here is the program around them: what it sends, and what it was answered.

mod accumulator;
pub(crate) mod config;
mod java;
mod links;
mod metadata;
mod scala;

pub use config::{NEVER_MS, ProducerClient, ProducerConfig, ProducerType};

use crate::boundary::{Delay, Input, Message, Outbox, Timer};
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{Api, KafkaMessage, RecordId, Response};
use crate::net::{ConnId, LostWhy};
use crate::order::{Order, ProduceRecord};
use crate::time::Span;
use java::JavaProducer;
use scala::ScalaProducer;
use std::sync::Arc;

/// What became of a record that an order asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Produced {
    /// The record.
    pub id: RecordId,
    /// Where it was to go.
    pub topic: Topic,
    /// None: not known yet.
    pub outcome: Option<Outcome>,
}

/// How a call of `send()` ended: where the record is, or the error's name. `send()` of the Scala producer returns
/// nothing, so it is None there.
pub type Outcome = Result<Option<Written>, &'static str>;

/// Where a record is (`RecordMetadata`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Written {
    /// The one that the partitioner, or the order, chose.
    pub partition: u32,
    /// None with acks=0, for no answer says it (−1 in the real one).
    pub offset: Option<u64>,
}

/// Sums since the producer was added, for drawing.
#[derive(Clone, Debug, Default)]
struct Counts {
    acked: u64,
    failed: u64,
    retried: u64,
    per_broker: Vec<(BrokerId, u64)>,
}

/// A producer and the program around it. [`Producer::handle`] gets each input of its process, [`Producer::crash`]
/// ends the process. What the program has sent and was answered outlives it; what is queued or on its way does not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Producer {
    application: Application,
    process: Option<Process>,
}

/// The application's own memory, which outlives the process.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Application {
    number: u16,
    config: ProducerConfig,
    /// The number of the record that it sends next.
    next_number: u32,
    /// What became of the records that orders asked for.
    results: Vec<Produced>,
    counts: Recorded<Counts>,
    keys: Vec<Arc<str>>,
}

/// What is in the process' memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Process {
    Java(Box<JavaProducer>),
    Scala(Box<ScalaProducer>),
}

/// A producer library, as the program in its process uses it.
trait Library {
    /// Records that are not sent yet.
    fn queued(&self) -> u32;

    /// Produce requests without a response.
    fn in_flight(&self) -> u32;

    /// Whom it believes to lead each partition.
    fn known_leaders(&self) -> Vec<(TopicPartition, Option<BrokerId>)>;

    /// A call of `send()` has not returned yet.
    fn blocks(&self) -> bool;

    /// The program calls `send()`.
    fn send(&mut self, id: RecordId, record: ProduceRecord, app: &mut Application, cause: Cause);

    /// The program calls `close()`.
    fn stop(&mut self, app: &mut Application);

    fn timer(&mut self, timer: ProducerTimer, app: &mut Application, out: &mut Outbox);

    fn opened(&mut self, conn: ConnId, app: &mut Application, out: &mut Outbox);

    fn lost(&mut self, conn: ConnId, why: LostWhy, app: &mut Application, out: &mut Outbox);

    fn answered(
        &mut self,
        conn: ConnId,
        correlation: u32,
        response: &Response,
        app: &mut Application,
        out: &mut Outbox,
    );

    /// Does what can be done without waiting. After each input.
    fn work(&mut self, app: &mut Application, out: &mut Outbox);
}

impl Process {
    fn library(&self) -> &dyn Library {
        match self {
            Process::Java(java) => &**java,
            Process::Scala(scala) => &**scala,
        }
    }

    fn library_mut(&mut self) -> &mut dyn Library {
        match self {
            Process::Java(java) => &mut **java,
            Process::Scala(scala) => &mut **scala,
        }
    }
}

const BROKERS_ALONE: &str = "a producer connects to brokers alone";

/// Keys of a steady load: a few, so that each comes again and again.
const KEYS: u32 = 12;

impl Producer {
    pub(crate) fn new(number: u16, config: ProducerConfig) -> Producer {
        let application = Application {
            number,
            config,
            next_number: 0,
            results: Vec::new(),
            counts: Recorded(Counts::default()),
            keys: (0..KEYS).map(|n| format!("k{n}").into()).collect(),
        };
        Producer { application, process: None }
    }

    /// As it was configured; a steady load may have been changed by an order since.
    pub fn config(&self) -> &ProducerConfig {
        &self.application.config
    }

    /// What became of each record that orders asked for, in their order.
    pub fn results(&self) -> &[Produced] {
        &self.application.results
    }

    /// Records that are not sent yet.
    pub fn queued(&self) -> u32 {
        self.process.as_ref().map_or(0, |process| process.library().queued())
    }

    /// Produce requests without an answer.
    pub fn in_flight(&self) -> u32 {
        self.process.as_ref().map_or(0, |process| process.library().in_flight())
    }

    /// Records that were acknowledged (with acks=0: handed to the network).
    pub fn acked_count(&self) -> u64 {
        self.application.counts.0.acked
    }

    /// Records for which the application got an error.
    pub(crate) fn failed_count(&self) -> u64 {
        self.application.counts.0.failed
    }

    /// Records that were put back to be sent again.
    pub fn retried_count(&self) -> u64 {
        self.application.counts.0.retried
    }

    /// How many of the acknowledged records each broker took. Sorted by broker.
    pub fn per_broker(&self) -> &[(BrokerId, u64)] {
        &self.application.counts.0.per_broker
    }

    /// Whom it believes to lead each partition.
    pub fn known_leaders(&self) -> Vec<(TopicPartition, Option<BrokerId>)> {
        self.process.as_ref().map_or_else(Vec::new, |process| process.library().known_leaders())
    }

    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        if let Input::Started { entropy } = input {
            self.start(entropy, out);
        }
        let Some(process) = sure(self.process.as_mut(), "only a process that runs gets an input") else { return };
        let (library, app) = (process.library_mut(), &mut self.application);
        match input {
            Input::Started { .. } => {}
            Input::Order(order) => app.obey(order, library, out),
            Input::Timer(Timer::Producer(ProducerTimer::Load)) => {
                app.load(library, out);
                app.arm_load(out);
            }
            Input::Timer(Timer::Producer(timer)) => library.timer(timer, app, out),
            Input::Opened(conn) => library.opened(conn, app, out),
            Input::Lost(conn, why) => library.lost(conn, why, app, out),
            Input::Message(conn, Message::Kafka(KafkaMessage { correlation, api: Api::Response(response) })) => {
                library.answered(conn, correlation, &response, app, out);
            }
            Input::Message(_, Message::Kafka(KafkaMessage { api: Api::Request(_), .. })) | Input::Accepted(_) => {
                never!("nobody connects to a producer");
            }
            Input::Message(_, Message::Quorum(_) | Message::ZkRequest(_) | Message::ZkResponse(_)) => {
                never!("a producer does not know ZooKeeper");
            }
            Input::Timer(Timer::Zk(_) | Timer::ZkClient(_) | Timer::Broker(_) | Timer::Consumer(_)) => {
                never!("a producer arms timers of its own");
            }
        }
        library.work(app, out);
    }

    /// The process is gone, with everything that was not acknowledged.
    pub(crate) fn crash(&mut self) {
        self.process = None;
    }

    fn start(&mut self, entropy: u64, out: &mut Outbox) {
        let config = &self.application.config;
        self.process = Some(match config.client {
            ProducerClient::Java => Process::Java(Box::new(JavaProducer::new(config, entropy))),
            ProducerClient::Scala(producer_type) => {
                Process::Scala(Box::new(ScalaProducer::new(producer_type, config, entropy, out.now())))
            }
        });
        self.application.arm_load(out);
    }
}

impl Application {
    fn obey(&mut self, order: Order, library: &mut dyn Library, out: &mut Outbox) {
        match order {
            Order::Produce(records) => {
                for record in records {
                    let id = self.new_id();
                    self.results.push(Produced { id, topic: record.topic.clone(), outcome: None });
                    library.send(id, record, self, out.cause());
                }
            }
            Order::ProduceSteadily { records_per_s, topics } => {
                self.config.steady = (records_per_s > 0 && !topics.is_empty()).then_some((records_per_s, topics));
                out.disarm(Timer::Producer(ProducerTimer::Load));
                self.arm_load(out);
            }
            Order::Stop => {
                out.disarm(Timer::Producer(ProducerTimer::Load));
                library.stop(self);
            }
            // `Command` refuses them.
            Order::Commit | Order::CreateTopic(_) | Order::AddPartitions { .. } | Order::Zk(_) => {}
        }
    }

    /// One record of the steady load, unless `send()` still blocks on the one before.
    fn load(&mut self, library: &mut dyn Library, out: &mut Outbox) {
        if library.blocks() {
            return;
        }
        let id = self.new_id();
        let Some((_, topics)) = sure(self.config.steady.as_ref(), "the clock of a load is stopped with it") else {
            return;
        };
        let record = ProduceRecord {
            topic: topics[id.number as usize % topics.len()].clone(),
            key: self.keys.get(id.number as usize / topics.len() % self.keys.len()).cloned(),
            value: format!("m{}", id.number).into(),
            partition: None,
        };
        library.send(id, record, self, out.cause());
    }

    fn new_id(&mut self) -> RecordId {
        let id = RecordId { producer: self.number, number: self.next_number };
        self.next_number += 1;
        id
    }

    fn arm_load(&self, out: &mut Outbox) {
        if let Some((records_per_s, topics)) = &self.config.steady
            && *records_per_s > 0
            && !topics.is_empty()
        {
            let gap = Span::us((1_000_000 / u64::from(*records_per_s)).max(1));
            out.arm(Timer::Producer(ProducerTimer::Load), Delay::exactly(gap));
        }
    }

    fn settle(&mut self, id: RecordId, outcome: Outcome) {
        // Records of a steady load have no entry: nobody waits for them.
        if let Ok(at) = self.results.binary_search_by_key(&id.number, |result| result.id.number) {
            self.results[at].outcome = Some(outcome);
        }
    }

    fn count_acked(&mut self, broker: BrokerId, count: u64) {
        let counts = &mut self.counts.0;
        counts.acked += count;
        match counts.per_broker.binary_search_by_key(&broker, |(id, _)| *id) {
            Ok(at) => counts.per_broker[at].1 += count,
            Err(at) => counts.per_broker.insert(at, (broker, count)),
        }
    }
}

#[cfg(test)]
mod tests;
