//! The Java producer (`KafkaProducer`), which came with 0.8.2.
//!
//! `KafkaProducer.send` is `send_blocked`, the `Sender` thread's loop is `pump`, `NetworkClient` the links.

use super::accumulator::{Accumulator, Drained};
use super::config::*;
use super::links::{InFlight, Link, LinkState, Sent};
use super::metadata::Metadata;
use super::{Application, BROKERS_ALONE, Library, Written};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::partitioner::{self, RoundRobin};
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{
    KafkaError, KafkaMessage, MetadataRequest, MetadataResponse, ProduceRequest, Record, RecordId, Response,
};
use crate::net::{ConnId, LostWhy};
use crate::order::ProduceRecord;
use crate::sorted::SortedMap;
use crate::time::{SimTime, Span};
use std::collections::VecDeque;

const CLOCKS: &str = "a clock runs for the oldest, and is set again for the next";
const LINKS: &str = "a link lasts until its pause is over, and nothing comes from a connection that was closed";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct JavaProducer {
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
    links: SortedMap<BrokerId, Link>,
    stopping: bool,
}

impl Library for JavaProducer {
    fn queued(&self) -> u32 {
        self.batches.records() + self.blocked.len() as u32
    }

    fn in_flight(&self) -> u32 {
        self.links.values().map(Link::produces).sum()
    }

    fn known_leaders(&self) -> Vec<(TopicPartition, Option<BrokerId>)> {
        self.metadata.leaders().collect()
    }

    fn blocks(&self) -> bool {
        !self.blocked.is_empty()
    }

    fn send(&mut self, id: RecordId, record: ProduceRecord, _app: &mut Application, cause: Cause) {
        self.blocked.push_back((id, record, cause));
    }

    fn stop(&mut self, app: &mut Application) {
        self.stopping = true;
        // `RecordAccumulator.append` after close().
        for (id, _, _) in std::mem::take(&mut self.blocked) {
            app.settle(id, Err("IllegalStateException"));
        }
    }

    fn timer(&mut self, timer: ProducerTimer, app: &mut Application, out: &mut Outbox) {
        match timer {
            ProducerTimer::Linger => {
                if let Some((tp, number, _)) = sure(self.lingering.pop_front(), CLOCKS) {
                    self.batches.lingered(&tp, number);
                }
                if let Some((_, _, until)) = self.lingering.front() {
                    out.arm(Timer::Producer(timer), Delay::exactly(until.0.since(out.now())));
                }
            }
            ProducerTimer::RetryBackoff => {
                if let Some((tp, _)) = sure(self.backing_off.pop_front(), CLOCKS) {
                    self.batches.backed_off(&tp);
                }
                if let Some((_, until)) = self.backing_off.front() {
                    out.arm(Timer::Producer(timer), Delay::exactly(until.0.since(out.now())));
                }
            }
            ProducerTimer::MetadataBackoff => self.metadata.backing_off = false,
            ProducerTimer::MetadataAge => self.metadata.request_update(out.cause()),
            ProducerTimer::MetadataWait => {
                self.waiting_for_metadata = false;
                // After `close()` nobody waits any more.
                if let Some((id, _, _)) = self.blocked.pop_front() {
                    app.counts.0.failed += 1;
                    app.settle(id, Err("TimeoutException"));
                }
            }
            ProducerTimer::Reconnect(broker) => {
                let link = sure(self.links.remove(&broker), LINKS);
                debug_assert!(link.is_none_or(|link| link.state == LinkState::Pausing), "{LINKS}");
            }
            ProducerTimer::Silence(broker) => self.silent(broker, app, out),
            ProducerTimer::Load => never!("the program's own"),
        }
    }

    fn opened(&mut self, conn: ConnId, _app: &mut Application, out: &mut Outbox) {
        // It was given up while it was being opened.
        let Some((broker, link)) = self.link_of(conn) else { return };
        debug_assert_eq!(link.state, LinkState::Connecting(conn), "a connection opens once");
        link.opened(conn, broker, out);
    }

    fn lost(&mut self, conn: ConnId, _why: LostWhy, app: &mut Application, out: &mut Outbox) {
        if let Some((broker, _)) = self.link_of(conn) {
            self.disconnected(broker, app, out);
        }
    }

    fn answered(
        &mut self,
        conn: ConnId,
        correlation: u32,
        response: &Response,
        app: &mut Application,
        out: &mut Outbox,
    ) {
        // The answer came after the producer had given this connection up.
        let Some((broker, link)) = self.link_of(conn) else { return };
        let Some(request) = sure(link.answered(correlation), "a response belongs to a request in flight") else {
            return;
        };
        match (request.sent, response) {
            (Sent::Produce(batches), Response::Produce(response)) => {
                let cause = out.cause();
                for batch in batches {
                    let result = response.results.iter().find(|(tp, _)| *tp == batch.tp).map(|(_, result)| *result);
                    match result {
                        Some(Ok(first)) => {
                            let last = first + (batch.records.len() as u64).saturating_sub(1);
                            out.note(ClientFact::RecordsAcked { tp: batch.tp.clone(), first, last });
                            Self::succeeded(app, broker, &batch, Some(first));
                        }
                        Some(Err(error)) => self.failed(batch, error, app, out),
                        None => self.failed(batch, KafkaError::NetworkException, app, out),
                    }
                    out.because(cause);
                }
            }
            (Sent::Metadata, Response::Metadata(response)) => self.learn(response, app, out),
            (
                Sent::Produce(_) | Sent::Metadata,
                Response::Metadata(_)
                | Response::Produce(_)
                | Response::Fetch(_)
                | Response::Offset(_)
                | Response::Controller(_)
                | Response::ControlledShutdown(_),
            ) => never!("a response is of its request's family"),
        }
    }

    /// `Sender.run`
    fn work(&mut self, app: &mut Application, out: &mut Outbox) {
        let cause = out.cause();
        self.send_blocked(app, out);
        while self.send_once(app, out) {}
        out.because(cause);
        if self.stopping && self.batches.is_empty() && self.links.values().all(|link| link.in_flight.is_empty()) {
            out.exit();
        }
    }
}

impl JavaProducer {
    pub(super) fn new(config: &ProducerConfig, entropy: u64) -> JavaProducer {
        JavaProducer {
            metadata: Metadata::new(&config.bootstrap),
            round_robin: RoundRobin::new(entropy),
            node_index_offset: entropy as u32 & 0x7fff_ffff,
            blocked: VecDeque::new(),
            waiting_for_metadata: false,
            batches: Accumulator::default(),
            lingering: VecDeque::new(),
            backing_off: VecDeque::new(),
            links: SortedMap::new(),
            stopping: false,
        }
    }

    // ---- the application's thread ----

    /// `KafkaProducer.send`, for as many records as do not block.
    fn send_blocked(&mut self, app: &mut Application, out: &mut Outbox) {
        let now = out.now();
        while let Some((id, record, cause)) = self.blocked.front() {
            self.metadata.want(&record.topic);
            let Some(partitions) = self.metadata.partitions(&record.topic).filter(|list| !list.is_empty()) else {
                self.metadata.request_update(*cause);
                if !self.waiting_for_metadata {
                    self.waiting_for_metadata = true;
                    let timer = Timer::Producer(ProducerTimer::MetadataWait);
                    out.arm(timer, Delay::ms(METADATA_FETCH_TIMEOUT_MS));
                }
                break;
            };
            if self.batches.records() >= BUFFER_RECORDS {
                break;
            }
            if std::mem::take(&mut self.waiting_for_metadata) {
                out.disarm(Timer::Producer(ProducerTimer::MetadataWait));
            }
            let count = partitions.len() as u32;
            let partition = match (record.partition, &record.key) {
                (Some(given), _) if given >= count => Err("IllegalArgumentException"),
                (Some(given), _) => Ok(given),
                (None, Some(key)) => Ok(partitioner::for_key(key, count)),
                (None, None) => Ok(self.round_robin.next(partitions)),
            };
            let (id, cause) = (*id, *cause);
            let Some((_, record, _)) = sure(self.blocked.pop_front(), "its first is looked at") else { return };
            match partition {
                Ok(partition) => {
                    let tp = TopicPartition::new(&record.topic, partition);
                    let linger_ms = app.config.linger_ms;
                    let record = Record { id, key: record.key, value: record.value };
                    let appended =
                        self.batches.append(&tp, record, app.config.batch_records.max(1), linger_ms > 0, cause);
                    if let Some(number) = appended.new_batch {
                        let linger = Span::ms(u64::from(linger_ms));
                        if self.lingering.is_empty() {
                            out.arm(Timer::Producer(ProducerTimer::Linger), Delay::exactly(linger));
                        }
                        self.lingering.push_back((tp, number, Recorded(now.plus(linger))));
                    }
                }
                Err(error) => {
                    app.counts.0.failed += 1;
                    app.settle(id, Err(error));
                }
            }
        }
    }

    // ---- the sender thread ----

    /// One round: metadata first, then at most one request to each leader that can take one.
    fn send_once(&mut self, app: &mut Application, out: &mut Outbox) -> bool {
        let mut ready: Vec<BrokerId> = Vec::new();
        for (tp, sendable, cause) in self.batches.partitions(app.config.batch_records, self.stopping) {
            match self.metadata.leader(tp) {
                Some(leader) if sendable && !ready.contains(&leader) => ready.push(leader),
                Some(_) => {}
                None => self.metadata.request_update(cause),
            }
        }
        if self.metadata.is_due() {
            self.ask_for_metadata(app, out);
        }
        if self.metadata.is_due() {
            // Nothing else until the question is asked.
            return false;
        }
        let mut sent = false;
        for leader in ready {
            match self.links.get(&leader) {
                None => self.connect(leader, out),
                Some(link) if link.takes_more(app.config.max_in_flight) => {
                    let metadata = &self.metadata;
                    let batches = self.batches.drain(|tp| metadata.leader(tp) == Some(leader));
                    self.send_batches(leader, batches, app, out);
                    sent = true;
                    break;
                }
                Some(_) => {}
            }
        }
        sent
    }

    fn send_batches(&mut self, leader: BrokerId, batches: Vec<Drained>, app: &mut Application, out: &mut Outbox) {
        let Some(link) = sure(self.links.get_mut(&leader), LINKS) else { return };
        let LinkState::Open(conn) = link.state else {
            never!("only an open connection takes more");
            return;
        };
        let acks = app.config.acks;
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
            timeout_ms: app.config.timeout_ms,
            batches: batches.iter().map(|batch| (batch.tp.clone(), batch.records.clone())).collect(),
        };
        out.send(conn, KafkaMessage::request(correlation, request));
        if acks == 0 {
            // `NetworkClient.handleCompletedSends`: no answer is expected, so sent is done.
            for batch in batches {
                Self::succeeded(app, leader, &batch, None);
            }
        } else {
            link.in_flight.push_back(InFlight { correlation, sent: Sent::Produce(batches) });
            link.watch(leader, out);
        }
    }

    fn ask_for_metadata(&mut self, app: &mut Application, out: &mut Outbox) {
        // All were lost just now: the end of a pause looks again.
        let Some(broker) = self.least_loaded() else { return };
        match self.links.get_mut(&broker) {
            None => {
                out.because(self.metadata.cause);
                self.connect(broker, out);
            }
            Some(link) => {
                // It is connecting: that it is open looks again.
                let LinkState::Open(conn) = link.state else { return };
                if !link.takes_more(app.config.max_in_flight) {
                    return;
                }
                out.because(self.metadata.cause);
                out.note_and_go_on(ClientFact::MetadataRequested { broker });
                let correlation = link.next_correlation();
                let topics = self.metadata.wanted();
                out.send(conn, KafkaMessage::request(correlation, MetadataRequest { topics }));
                link.in_flight.push_back(InFlight { correlation, sent: Sent::Metadata });
                link.watch(broker, out);
                self.metadata.asking = true;
            }
        }
    }

    // ---- what comes back ----

    fn silent(&mut self, broker: BrokerId, app: &mut Application, out: &mut Outbox) {
        let Some(link) = sure(self.links.get_mut(&broker), LINKS) else { return };
        link.watched = false;
        link.silent_ticks += 1;
        match link.state {
            LinkState::Open(_) if link.in_flight.is_empty() => link.silent_ticks = 0,
            LinkState::Open(_) if link.silent_ticks < TCP_TICKS => link.watch(broker, out),
            LinkState::Open(conn) | LinkState::Connecting(conn) => {
                out.close(conn);
                self.disconnected(broker, app, out);
            }
            LinkState::Pausing => never!("a connection that is lost is not watched any more"),
        }
    }

    /// The link whose connection this is.
    fn link_of(&mut self, conn: ConnId) -> Option<(BrokerId, &mut Link)> {
        let broker = sure(conn.called_broker(), BROKERS_ALONE)?;
        let link = self.links.get_mut(&broker).filter(|link| link.has(conn));
        Some((broker, sure(link, LINKS)?))
    }

    /// `NetworkClient.handleDisconnections`: what was in flight fails, and the metadata is doubtful.
    fn disconnected(&mut self, broker: BrokerId, app: &mut Application, out: &mut Outbox) {
        let Some(link) = sure(self.links.get_mut(&broker), LINKS) else { return };
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
                    self.metadata.asking = false;
                }
                Sent::Produce(batches) => {
                    for batch in batches {
                        self.failed(batch, KafkaError::NetworkException, app, out);
                        out.because(cause);
                    }
                }
            }
        }
        self.metadata.request_update(cause);
    }

    fn learn(&mut self, metadata: &MetadataResponse, app: &Application, out: &mut Outbox) {
        let MetadataResponse { brokers, topics } = metadata;
        let (new_topics, changes) = self.metadata.update(brokers, topics);
        for (topic, partitions) in new_topics {
            out.note(ClientFact::TopicLearned { topic, partitions });
        }
        for change in changes {
            let (from, to) = (change.from, change.to);
            let learned = out.note(ClientFact::LeaderLearned { tp: change.tp.clone(), from, to });
            self.batches.because(&change.tp, learned);
        }
        self.metadata.backing_off = true;
        let backoff = Delay::ms(u64::from(app.config.retry_backoff_ms));
        out.arm(Timer::Producer(ProducerTimer::MetadataBackoff), backoff);
        let age = Delay::ms(u64::from(app.config.metadata_max_age_ms));
        out.arm(Timer::Producer(ProducerTimer::MetadataAge), age);
    }

    fn succeeded(app: &mut Application, broker: BrokerId, batch: &Drained, first: Option<u64>) {
        app.count_acked(broker, batch.records.len() as u64);
        if app.results.is_empty() {
            return;
        }
        for (nth, record) in batch.records.iter().enumerate() {
            let offset = first.map(|first| first + nth as u64);
            app.settle(record.id, Ok(Some(Written { partition: batch.tp.partition, offset })));
        }
    }

    /// `Sender.completeBatch` with an error: back to the queue while retries are left.
    fn failed(&mut self, mut batch: Drained, error: KafkaError, app: &mut Application, out: &mut Outbox) {
        let (tp, count) = (batch.tp.clone(), batch.records.len() as u32);
        if batch.attempts < app.config.retries && is_retriable(error) {
            batch.cause = out.note(ClientFact::SendRetried { tp: tp.clone(), count, error });
            out.because(batch.cause);
            app.counts.0.retried += u64::from(count);
            let backoff = Span::ms(u64::from(app.config.retry_backoff_ms));
            if self.backing_off.is_empty() {
                out.arm(Timer::Producer(ProducerTimer::RetryBackoff), Delay::exactly(backoff));
            }
            self.backing_off.push_back((tp, Recorded(out.now().plus(backoff))));
            self.batches.put_back(batch);
        } else {
            out.note_and_go_on(ClientFact::SendFailed { tp, count, error });
            app.counts.0.failed += u64::from(count);
            for record in batch.records.iter() {
                app.settle(record.id, Err(error.name()));
            }
        }
        if is_about_metadata(error) {
            self.metadata.request_update(out.cause());
        }
    }

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
