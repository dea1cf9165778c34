//! The Java producer of 0.8.2: metadata from brokers, never from ZooKeeper.
//!
//! `KafkaProducer.send` is `next_waiting`, the `Sender` thread's loop is `pump`, `NetworkClient` the links.

mod accumulator;
pub(crate) mod config;
mod links;
mod metadata;

pub use config::ProducerConfig;

use super::ClientFact;
use super::partitioner::{self, RoundRobin};
use crate::boundary::{Delay, Input, Message, Outbox, Timer};
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::kafka::{
    Api, KafkaError, KafkaMessage, MetadataRequest, MetadataResponse, ProduceRequest, Record, RecordId, Response,
};
use crate::net::ConnId;
use crate::order::{Order, ProduceRecord};
use crate::time::{SimTime, Span};
use accumulator::{Accumulator, Drained};
use config::*;
use links::{InFlight, Link, LinkState, Sent};
use metadata::Metadata;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What became of a record that an order asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Produced {
    pub id: RecordId,
    pub topic: Topic,
    /// Partition and offset (−1 with acks=0: nobody told), or the error's name. None: not known yet.
    pub outcome: Option<Result<(u32, i64), &'static str>>,
}

/// Sums since the producer was added, for drawing.
#[derive(Clone, Debug, Default)]
struct Counts {
    acked: u64,
    failed: u64,
    retried: u64,
    per_broker: Vec<(BrokerId, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Producer {
    number: u16,
    config: ProducerConfig,
    /// The application's own memory, which outlives the process: what it sends next …
    next_number: u32,
    /// … and what it was told.
    results: Vec<Produced>,
    counts: Recorded<Counts>,
    process: Option<Box<Process>>,
}

/// What is in the process' memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Process {
    metadata: Metadata,
    round_robin: RoundRobin,
    /// Where the search for the least loaded node begins.
    node_index_offset: u32,
    /// Records whose `send()` has not returned: their topic's metadata is awaited, or the buffer is full.
    blocked: VecDeque<(RecordId, ProduceRecord, Cause)>,
    waiting_for_metadata: bool,
    batches: Accumulator,
    /// (partition, number, when its time is over), the oldest first.
    lingering: VecDeque<(TopicPartition, u32, Recorded<SimTime>)>,
    backing_off: VecDeque<(TopicPartition, Recorded<SimTime>)>,
    links: BTreeMap<BrokerId, Link>,
    keys: Vec<Arc<str>>,
    stopping: bool,
}

/// Keys of a steady load: a few, so that each comes again and again.
const KEYS: u32 = 12;

impl Producer {
    pub fn new(number: u16, config: ProducerConfig) -> Producer {
        Producer {
            number,
            config,
            next_number: 0,
            results: Vec::new(),
            counts: Recorded(Counts::default()),
            process: None,
        }
    }

    pub fn config(&self) -> &ProducerConfig {
        &self.config
    }

    /// What became of each record that orders asked for, in their order.
    pub fn results(&self) -> &[Produced] {
        &self.results
    }

    /// Records that are not sent yet.
    pub fn queued(&self) -> u32 {
        self.process.as_ref().map_or(0, |process| process.batches.records() + process.blocked.len() as u32)
    }

    /// Produce requests without an answer, for each broker.
    pub fn in_flight(&self) -> impl Iterator<Item = (BrokerId, u32)> + '_ {
        self.process.iter().flat_map(|process| &process.links).map(|(broker, link)| (*broker, link.produces()))
    }

    /// Records that were acknowledged (with acks=0: handed to the network).
    pub fn acked_count(&self) -> u64 {
        self.counts.0.acked
    }

    pub fn failed_count(&self) -> u64 {
        self.counts.0.failed
    }

    /// Records that were put back to be sent again.
    pub fn retried_count(&self) -> u64 {
        self.counts.0.retried
    }

    /// How many of the acknowledged records each broker took. Sorted by broker.
    pub fn per_broker(&self) -> &[(BrokerId, u64)] {
        &self.counts.0.per_broker
    }

    /// Whom it believes to lead each partition.
    pub fn known_leaders(&self) -> impl Iterator<Item = (TopicPartition, Option<BrokerId>)> + '_ {
        self.process.iter().flat_map(|process| process.metadata.leaders())
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        match input {
            Input::Started { entropy } => self.start(entropy, out),
            Input::Order(order) => self.order(order, out),
            Input::Timer(Timer::Producer(timer)) => self.timer(timer, out),
            Input::Opened(conn) => self.opened(conn, out),
            Input::Lost(conn, _) => self.lost(conn, out),
            Input::Message(conn, Message::Kafka(message)) => self.answer(conn, &message, out),
            Input::Accepted(_) | Input::Message(..) | Input::Timer(_) => {}
        }
        self.pump(out);
    }

    /// The process is gone, with everything that was not acknowledged.
    pub fn crash(&mut self) {
        self.process = None;
    }

    fn start(&mut self, entropy: u64, out: &mut Outbox) {
        self.process = Some(Box::new(Process {
            metadata: Metadata::new(&self.config.bootstrap),
            round_robin: RoundRobin::new(entropy),
            node_index_offset: entropy as u32 & 0x7fff_ffff,
            blocked: VecDeque::new(),
            waiting_for_metadata: false,
            batches: Accumulator::default(),
            lingering: VecDeque::new(),
            backing_off: VecDeque::new(),
            links: BTreeMap::new(),
            keys: (0..KEYS).map(|n| format!("k{n}").into()).collect(),
            stopping: false,
        }));
        self.arm_load(out);
    }

    fn order(&mut self, order: Order, out: &mut Outbox) {
        match order {
            Order::Produce(records) => {
                for record in records {
                    let id = self.new_id();
                    self.results.push(Produced { id, topic: record.topic.clone(), outcome: None });
                    if let Some(process) = &mut self.process {
                        process.blocked.push_back((id, record, out.cause()));
                    }
                }
            }
            Order::ProduceSteadily { records_per_s, topics } => {
                self.config.steady = (records_per_s > 0 && !topics.is_empty()).then_some((records_per_s, topics));
                out.disarm(Timer::Producer(ProducerTimer::Load));
                self.arm_load(out);
            }
            Order::Stop => {
                out.disarm(Timer::Producer(ProducerTimer::Load));
                let Some(process) = &mut self.process else { return };
                process.stopping = true;
                // `RecordAccumulator.append` after close().
                for (id, _, _) in std::mem::take(&mut process.blocked) {
                    self.settle(id, Err("IllegalStateException"));
                }
            }
            Order::Commit | Order::CreateTopic(_) | Order::Zk(_) => {}
        }
    }

    fn timer(&mut self, timer: ProducerTimer, out: &mut Outbox) {
        let Some(process) = &mut self.process else { return };
        match timer {
            ProducerTimer::Load => {
                self.load(out);
                self.arm_load(out);
            }
            ProducerTimer::Linger => {
                if let Some((tp, number, _)) = process.lingering.pop_front() {
                    process.batches.lingered(&tp, number);
                }
                if let Some((_, _, until)) = process.lingering.front() {
                    out.arm(Timer::Producer(timer), Delay::exactly(until.0.since(out.now())));
                }
            }
            ProducerTimer::RetryBackoff => {
                if let Some((tp, _)) = process.backing_off.pop_front() {
                    process.batches.backed_off(&tp);
                }
                if let Some((_, until)) = process.backing_off.front() {
                    out.arm(Timer::Producer(timer), Delay::exactly(until.0.since(out.now())));
                }
            }
            ProducerTimer::MetadataBackoff => process.metadata.backing_off = false,
            ProducerTimer::MetadataAge => process.metadata.request_update(out.cause()),
            ProducerTimer::MetadataWait => {
                process.waiting_for_metadata = false;
                if let Some((id, _, _)) = process.blocked.pop_front() {
                    self.counts.0.failed += 1;
                    self.settle(id, Err("TimeoutException"));
                }
            }
            ProducerTimer::Reconnect(broker) => {
                process.links.remove(&broker);
            }
            ProducerTimer::Silence(broker) => self.silent(broker, out),
        }
    }

    // ---- the application ----

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

    /// One record of the steady load, unless `send()` still blocks on the one before.
    fn load(&mut self, out: &mut Outbox) {
        if self.process.as_ref().is_none_or(|process| !process.blocked.is_empty()) {
            return;
        }
        let id = self.new_id();
        let (Some(process), Some((_, topics))) = (&mut self.process, &self.config.steady) else { return };
        let record = ProduceRecord {
            topic: topics[id.number as usize % topics.len()].clone(),
            key: process.keys.get(id.number as usize / topics.len() % process.keys.len()).cloned(),
            value: format!("m{}", id.number).into(),
            partition: None,
        };
        process.blocked.push_back((id, record, out.cause()));
    }

    fn settle(&mut self, id: RecordId, outcome: Result<(u32, i64), &'static str>) {
        // Records of a steady load have no entry: nobody waits for them.
        if let Ok(at) = self.results.binary_search_by_key(&id.number, |result| result.id.number) {
            self.results[at].outcome = Some(outcome);
        }
    }

    /// `KafkaProducer.send`, for as many records as do not block.
    fn send_blocked(&mut self, out: &mut Outbox) {
        let now = out.now();
        loop {
            let Some(process) = &mut self.process else { return };
            let Some((id, record, cause)) = process.blocked.front() else { break };
            process.metadata.want(&record.topic);
            let Some(partitions) = process.metadata.partitions(&record.topic).filter(|list| !list.is_empty()) else {
                process.metadata.request_update(*cause);
                if !process.waiting_for_metadata {
                    process.waiting_for_metadata = true;
                    let timer = Timer::Producer(ProducerTimer::MetadataWait);
                    out.arm(timer, Delay::ms(METADATA_FETCH_TIMEOUT_MS));
                }
                break;
            };
            if process.batches.records() >= BUFFER_RECORDS {
                break;
            }
            if std::mem::take(&mut process.waiting_for_metadata) {
                out.disarm(Timer::Producer(ProducerTimer::MetadataWait));
            }
            let count = partitions.len() as u32;
            let partition = match (record.partition, &record.key) {
                (Some(given), _) if given >= count => Err("IllegalArgumentException"),
                (Some(given), _) => Ok(given),
                (None, Some(key)) => Ok(partitioner::for_key(key, count)),
                (None, None) => Ok(process.round_robin.next(partitions)),
            };
            let (id, cause) = (*id, *cause);
            let Some((_, record, _)) = process.blocked.pop_front() else { return };
            match partition {
                Ok(partition) => {
                    let tp = TopicPartition::new(&record.topic, partition);
                    let linger_ms = self.config.linger_ms;
                    let record = Record { id, key: record.key, value: record.value };
                    let appended =
                        process.batches.append(&tp, record, self.config.batch_records.max(1), linger_ms > 0, cause);
                    if let Some(number) = appended.new_batch {
                        let linger = Span::ms(u64::from(linger_ms));
                        if process.lingering.is_empty() {
                            out.arm(Timer::Producer(ProducerTimer::Linger), Delay::exactly(linger));
                        }
                        process.lingering.push_back((tp, number, Recorded(now.plus(linger))));
                    }
                }
                Err(error) => {
                    self.counts.0.failed += 1;
                    self.settle(id, Err(error));
                }
            }
        }
    }

    // ---- the sender thread ----

    /// Does what can be done now, until nothing is left to do (`Sender.run`).
    fn pump(&mut self, out: &mut Outbox) {
        let cause = out.cause();
        self.send_blocked(out);
        while self.send_once(out) {}
        out.because(cause);
        if let Some(process) = &self.process
            && process.stopping
            && process.batches.is_empty()
            && process.links.values().all(|link| link.in_flight.is_empty())
        {
            out.exit();
        }
    }

    /// One round: metadata first, then at most one request to each leader that can take one.
    fn send_once(&mut self, out: &mut Outbox) -> bool {
        let Some(process) = &mut self.process else { return false };
        let mut ready: Vec<BrokerId> = Vec::new();
        for (tp, sendable, cause) in process.batches.partitions(self.config.batch_records, process.stopping) {
            match process.metadata.leader(tp) {
                Some(leader) if sendable && !ready.contains(&leader) => ready.push(leader),
                Some(_) => {}
                None => process.metadata.request_update(cause),
            }
        }
        if process.metadata.is_due() {
            self.ask_for_metadata(out);
        }
        let Some(process) = &mut self.process else { return false };
        if process.metadata.is_due() {
            // Nothing else until the question is asked.
            return false;
        }
        let mut sent = false;
        for leader in ready {
            match process.links.get(&leader) {
                None => process.connect(leader, out),
                Some(link) if link.takes_more(self.config.max_in_flight) => {
                    let metadata = &process.metadata;
                    let batches = process.batches.drain(|tp| metadata.leader(tp) == Some(leader));
                    self.send(leader, batches, out);
                    sent = true;
                    break;
                }
                Some(_) => {}
            }
        }
        sent
    }

    fn send(&mut self, leader: BrokerId, batches: Vec<Drained>, out: &mut Outbox) {
        let Some(process) = &mut self.process else { return };
        let Some(link) = process.links.get_mut(&leader) else { return };
        let LinkState::Open(conn) = link.state else { return };
        let acks = self.config.acks;
        for batch in &batches {
            out.because(batch.cause);
            out.note_and_go_on(ClientFact::RecordsSent {
                tp: batch.tp.clone(),
                count: batch.records.len() as u32,
                leader,
            });
        }
        let correlation = link.next_correlation();
        let request = ProduceRequest {
            acks,
            timeout_ms: self.config.timeout_ms,
            batches: batches.iter().map(|batch| (batch.tp.clone(), batch.records.clone())).collect(),
        };
        out.send(conn, KafkaMessage::request(correlation, request));
        if acks == 0 {
            // `NetworkClient.handleCompletedSends`: no answer is expected, so sent is done.
            for batch in batches {
                self.succeeded(leader, &batch, -1);
            }
        } else {
            link.in_flight.push_back(InFlight { correlation, sent: Sent::Produce(batches) });
            link.watch(leader, out);
        }
    }

    fn ask_for_metadata(&mut self, out: &mut Outbox) {
        let Some(process) = &mut self.process else { return };
        let Some(broker) = process.least_loaded() else { return };
        match process.links.get_mut(&broker) {
            None => {
                out.because(process.metadata.cause);
                process.connect(broker, out);
            }
            Some(link) => {
                let LinkState::Open(conn) = link.state else { return };
                if !link.takes_more(self.config.max_in_flight) {
                    return;
                }
                out.because(process.metadata.cause);
                out.note_and_go_on(ClientFact::MetadataRequested { broker });
                let correlation = link.next_correlation();
                let topics = process.metadata.wanted();
                out.send(conn, KafkaMessage::request(correlation, MetadataRequest { topics }));
                link.in_flight.push_back(InFlight { correlation, sent: Sent::Metadata });
                link.watch(broker, out);
                process.metadata.asking = true;
            }
        }
    }

    // ---- what comes back ----

    fn opened(&mut self, conn: ConnId, out: &mut Outbox) {
        let NodeId::Broker(broker) = conn.server else { return };
        if let Some(link) = self.process.as_mut().and_then(|process| process.links.get_mut(&broker))
            && link.state == LinkState::Connecting(conn)
        {
            link.opened(conn, broker, out);
        }
    }

    fn silent(&mut self, broker: BrokerId, out: &mut Outbox) {
        let Some(link) = self.process.as_mut().and_then(|process| process.links.get_mut(&broker)) else { return };
        link.watched = false;
        link.silent_ticks += 1;
        match link.state {
            LinkState::Open(_) if link.in_flight.is_empty() => link.silent_ticks = 0,
            LinkState::Open(_) if link.silent_ticks < TCP_TICKS => link.watch(broker, out),
            LinkState::Open(conn) | LinkState::Connecting(conn) => {
                out.close(conn);
                self.disconnected(broker, out);
            }
            LinkState::Pausing => {}
        }
    }

    fn lost(&mut self, conn: ConnId, out: &mut Outbox) {
        let NodeId::Broker(broker) = conn.server else { return };
        let ours = self
            .process
            .as_ref()
            .and_then(|process| process.links.get(&broker))
            .is_some_and(|link| matches!(link.state, LinkState::Open(c) | LinkState::Connecting(c) if c == conn));
        if ours {
            self.disconnected(broker, out);
        }
    }

    /// `NetworkClient.handleDisconnections`: what was in flight fails, and the metadata is doubtful.
    fn disconnected(&mut self, broker: BrokerId, out: &mut Outbox) {
        let Some(process) = &mut self.process else { return };
        let Some(link) = process.links.get_mut(&broker) else { return };
        link.state = LinkState::Pausing;
        if std::mem::take(&mut link.watched) {
            out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
        }
        let in_flight = std::mem::take(&mut link.in_flight);
        out.arm(Timer::Producer(ProducerTimer::Reconnect(broker)), Delay::ms(RECONNECT_BACKOFF_MS));
        let cause = out.cause();
        for request in in_flight {
            match request.sent {
                Sent::Metadata => {
                    if let Some(process) = &mut self.process {
                        process.metadata.asking = false;
                    }
                }
                Sent::Produce(batches) => {
                    for batch in batches {
                        self.failed(batch, KafkaError::NetworkException, out);
                        out.because(cause);
                    }
                }
            }
        }
        if let Some(process) = &mut self.process {
            process.metadata.request_update(cause);
        }
    }

    fn answer(&mut self, conn: ConnId, message: &KafkaMessage, out: &mut Outbox) {
        let NodeId::Broker(broker) = conn.server else { return };
        let Some(process) = &mut self.process else { return };
        let Some(link) = process.links.get_mut(&broker) else { return };
        let KafkaMessage { correlation, api: Api::Response(response) } = message else { return };
        let Some(request) = link.answered(*correlation) else { return };
        match (request.sent, response) {
            (Sent::Produce(batches), Response::Produce(response)) => {
                let cause = out.cause();
                for batch in batches {
                    let result = response.results.iter().find(|(tp, _)| *tp == batch.tp).map(|(_, result)| *result);
                    match result {
                        Some(Ok(first)) => {
                            let last = first + (batch.records.len() as u64).saturating_sub(1);
                            out.note(ClientFact::RecordsAcked { tp: batch.tp.clone(), first, last });
                            self.succeeded(broker, &batch, first as i64);
                        }
                        Some(Err(error)) => self.failed(batch, error, out),
                        None => self.failed(batch, KafkaError::NetworkException, out),
                    }
                    out.because(cause);
                }
            }
            (Sent::Metadata, Response::Metadata(response)) => self.learn(response, out),
            (Sent::Produce(_) | Sent::Metadata, other) => {
                debug_assert!(false, "an answer belongs to its question: {other:?}");
            }
        }
    }

    fn learn(&mut self, metadata: &MetadataResponse, out: &mut Outbox) {
        let MetadataResponse { brokers, topics } = metadata;
        let Some(process) = &mut self.process else { return };
        let number = |leader: Option<BrokerId>| leader.map_or(-1, i32::from);
        let (new_topics, changes) = process.metadata.update(brokers, topics);
        for (topic, partitions) in new_topics {
            out.note(ClientFact::TopicLearned { topic, partitions });
        }
        for change in changes {
            let (from, to) = (number(change.from), number(change.to));
            let learned = out.note(ClientFact::LeaderLearned { tp: change.tp.clone(), from, to });
            process.batches.because(&change.tp, learned);
        }
        process.metadata.backing_off = true;
        let backoff = Delay::ms(u64::from(self.config.retry_backoff_ms));
        out.arm(Timer::Producer(ProducerTimer::MetadataBackoff), backoff);
        let age = Delay::ms(u64::from(self.config.metadata_max_age_ms));
        out.arm(Timer::Producer(ProducerTimer::MetadataAge), age);
    }

    fn succeeded(&mut self, broker: BrokerId, batch: &Drained, first: i64) {
        let counts = &mut self.counts.0;
        let count = batch.records.len() as u64;
        counts.acked += count;
        match counts.per_broker.binary_search_by_key(&broker, |(id, _)| *id) {
            Ok(at) => counts.per_broker[at].1 += count,
            Err(at) => counts.per_broker.insert(at, (broker, count)),
        }
        if self.results.is_empty() {
            return;
        }
        for (nth, record) in batch.records.iter().enumerate() {
            let offset = if first < 0 { -1 } else { first + nth as i64 };
            self.settle(record.id, Ok((batch.tp.partition, offset)));
        }
    }

    /// `Sender.completeBatch` with an error: back to the queue while retries are left.
    fn failed(&mut self, mut batch: Drained, error: KafkaError, out: &mut Outbox) {
        let Some(process) = &mut self.process else { return };
        let (tp, count) = (batch.tp.clone(), batch.records.len() as u32);
        if batch.attempts < self.config.retries && is_retriable(error) {
            batch.cause = out.note(ClientFact::SendRetried { tp: tp.clone(), count, error });
            out.because(batch.cause);
            self.counts.0.retried += u64::from(count);
            let backoff = Span::ms(u64::from(self.config.retry_backoff_ms));
            if process.backing_off.is_empty() {
                out.arm(Timer::Producer(ProducerTimer::RetryBackoff), Delay::exactly(backoff));
            }
            process.backing_off.push_back((tp, Recorded(out.now().plus(backoff))));
            process.batches.put_back(batch);
        } else {
            out.note_and_go_on(ClientFact::SendFailed { tp, count, error });
            self.counts.0.failed += u64::from(count);
            for record in batch.records.iter() {
                self.settle(record.id, Err(error.name()));
            }
        }
        if is_about_metadata(error)
            && let Some(process) = &mut self.process
        {
            process.metadata.request_update(out.cause());
        }
    }
}

impl Process {
    fn connect(&mut self, broker: BrokerId, out: &mut Outbox) {
        self.links.insert(broker, Link::connect(broker, out));
    }

    /// `NetworkClient.leastLoadedNode`: an idle open connection, else the one with the least in flight;
    /// never one that was lost just now.
    fn least_loaded(&self) -> Option<BrokerId> {
        let brokers = self.metadata.brokers();
        let mut found: Option<(u32, BrokerId)> = None;
        for nth in 0..brokers.len() {
            let broker = brokers[(self.node_index_offset as usize + nth) % brokers.len()];
            let (state, load) = match self.links.get(&broker) {
                Some(link) => (Some(link.state), link.in_flight.len() as u32),
                None => (None, 0),
            };
            match state {
                Some(LinkState::Open(_)) if load == 0 => return Some(broker),
                Some(LinkState::Pausing) => {}
                _ if found.is_none_or(|(least, _)| load < least) => found = Some((load, broker)),
                _ => {}
            }
        }
        found.map(|(_, broker)| broker)
    }
}

/// `RetriableException` and below.
const fn is_retriable(error: KafkaError) -> bool {
    match error {
        KafkaError::UnknownTopicOrPartition
        | KafkaError::LeaderNotAvailable
        | KafkaError::NotLeaderForPartition
        | KafkaError::RequestTimedOut
        | KafkaError::NotEnoughReplicas
        | KafkaError::NotEnoughReplicasAfterAppend
        | KafkaError::NetworkException => true,
        KafkaError::OffsetOutOfRange | KafkaError::StaleControllerEpoch | KafkaError::InvalidRequiredAcks => false,
    }
}

/// `InvalidMetadataException` and below. `UnknownTopicOrPartitionException` is not one of them in 0.8.2: the batch goes to
/// the same broker again, until `metadata.max.age.ms` or another error brings newer metadata.
const fn is_about_metadata(error: KafkaError) -> bool {
    matches!(error, KafkaError::LeaderNotAvailable | KafkaError::NotLeaderForPartition | KafkaError::NetworkException)
}

#[cfg(test)]
mod tests;
