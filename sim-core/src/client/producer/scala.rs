//! The Scala producer (`kafka.producer.Producer`), the only one before 0.8.2 and the one that most programs still used.
//!
//! `Producer.send` is `send`, `ProducerSendThread` is `begin`, `DefaultEventHandler.handle` is what [`Handling`] goes
//! through, `BrokerPartitionInfo` and `ClientUtils.fetchTopicMetadata` are [`Question`], `ProducerPool` is the pool of
//! [`Pooled`] connections. Everything blocks: one request is under way at a time.

use super::Application;
use super::config::*;
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::partitioner;
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::kafka::{
    Api, KafkaError, KafkaMessage, MetadataRequest, MetadataResponse, ProduceRequest, ProduceResponse, Record,
    RecordId, Response,
};
use crate::net::{Channel, ConnId, LostWhy};
use crate::order::ProduceRecord;
use crate::rng::{self, Purpose};
use crate::sorted::{SortedMap, SortedSet};
use crate::time::{SimTime, Span};
use std::collections::VecDeque;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Outgoing {
    id: RecordId,
    record: ProduceRecord,
}

/// A connection of the pool (`SyncProducer`, `BlockingChannel`). It is noticed to be gone when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pooled {
    Unconnected,
    Connecting(ConnId),
    Open(ConnId),
    /// The broker closed it. One more write is accepted by the kernel, and lost.
    HalfClosed,
    /// The next write fails.
    Reset,
}

/// Records by partition, for one broker; none if the partitions have no leader.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Share {
    leader: Option<BrokerId>,
    parts: Vec<(TopicPartition, Vec<Outgoing>)>,
}

impl Share {
    fn records(&self) -> u32 {
        self.parts.iter().map(|(_, records)| records.len() as u32).sum()
    }
}

/// A metadata request: one broker after the other, until one answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    topics: Vec<Topic>,
    /// Those after the present one.
    brokers: VecDeque<BrokerId>,
    conn: Option<ConnId>,
    then: Then,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Then {
    /// `topic.metadata.refresh.interval.ms` was over.
    Refreshed,
    /// This topic was not known.
    Looked(Topic),
    /// A round failed.
    NextRound,
}

/// Where `DefaultEventHandler.handle` stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    RoundBegins,
    Collating,
    Asking(Question),
    /// To the first of these brokers; `sent` says whether the request is out.
    Sending {
        shares: VecDeque<Share>,
        sent: bool,
    },
    /// `retry.backoff.ms`
    BackingOff,
}

/// The records of one call of `handle`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Handling {
    /// What this round has to send; while it sends, what failed.
    outstanding: Vec<Outgoing>,
    /// This round counted.
    rounds_left: u32,
    stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScalaProducer {
    producer_type: ProducerType,
    queue: VecDeque<(RecordId, ProduceRecord, Cause)>,
    /// `queue.buffering.max.ms` runs, or is over.
    gathering: bool,
    gathered: bool,
    last_sent: Recorded<SimTime>,
    handling: Option<Handling>,
    /// `topicPartitionInfo`: what was learned is replaced, never forgotten.
    topics: SortedMap<Topic, Vec<(u32, Option<BrokerId>)>>,
    to_refresh: SortedSet<Topic>,
    refresh_due: bool,
    /// `sendPartitionPerTopicCache`
    sticky: SortedMap<Topic, u32>,
    pool: SortedMap<BrokerId, Pooled>,
    entropy: u64,
    draws: u32,
    stopping: bool,
}

impl ScalaProducer {
    pub(super) fn new(config: &ProducerConfig, entropy: u64, now: SimTime) -> ScalaProducer {
        let producer_type = match config.client {
            ProducerClient::Scala(producer_type) => producer_type,
            ProducerClient::Java => ProducerType::Sync,
        };
        ScalaProducer {
            producer_type,
            queue: VecDeque::new(),
            gathering: false,
            gathered: false,
            last_sent: Recorded(now),
            handling: None,
            topics: SortedMap::new(),
            to_refresh: SortedSet::new(),
            // The last refresh was in 1970 (`lastTopicMetadataRefreshTime`).
            refresh_due: config.metadata_max_age_ms != NEVER_MS,
            sticky: SortedMap::new(),
            pool: SortedMap::new(),
            entropy,
            draws: 0,
            stopping: false,
        }
    }

    pub(super) fn queued(&self) -> u32 {
        let handled = self.handling.as_ref().map_or(0, |handling| {
            let unsent = match &handling.stage {
                Stage::Sending { shares, sent } => shares.iter().skip(usize::from(*sent)).map(Share::records).sum(),
                _ => 0,
            };
            unsent + handling.outstanding.len() as u32
        });
        self.queue.len() as u32 + handled
    }

    pub(super) fn in_flight(&self) -> u32 {
        let sent = self.handling.as_ref().is_some_and(|h| matches!(h.stage, Stage::Sending { sent: true, .. }));
        u32::from(sent)
    }

    pub(super) fn known_leaders(&self) -> Vec<(TopicPartition, Option<BrokerId>)> {
        let of_topic = |(topic, partitions): (&Topic, &Vec<(u32, Option<BrokerId>)>)| -> Vec<_> {
            partitions.iter().map(|(partition, leader)| (TopicPartition::new(topic, *partition), *leader)).collect()
        };
        self.topics.iter().flat_map(of_topic).collect()
    }

    // ---- the application's thread ----

    pub(super) fn blocks(&self) -> bool {
        match self.producer_type {
            ProducerType::Sync => self.handling.is_some() || !self.queue.is_empty(),
            ProducerType::Async => self.queue.len() as u32 >= BUFFER_RECORDS,
        }
    }

    pub(super) fn send(&mut self, id: RecordId, record: ProduceRecord, app: &mut Application, cause: Cause) {
        if self.stopping {
            return app.settle(id, Err("ProducerClosedException"));
        }
        self.queue.push_back((id, record, cause));
        if self.producer_type == ProducerType::Async {
            app.settle(id, Ok(None));
        }
    }

    /// `Producer.close`: waits for the call that goes on; the sending thread sends what has gathered.
    pub(super) fn stop(&mut self, app: &mut Application) {
        self.stopping = true;
        if self.producer_type == ProducerType::Sync {
            for (id, _, _) in std::mem::take(&mut self.queue) {
                app.settle(id, Err("ProducerClosedException"));
            }
        }
    }

    // ---- what comes in ----

    pub(super) fn timer(&mut self, timer: ProducerTimer, app: &mut Application, out: &mut Outbox) {
        match timer {
            ProducerTimer::Linger => {
                self.gathering = false;
                self.gathered = true;
            }
            ProducerTimer::MetadataAge => self.refresh_due = true,
            ProducerTimer::RetryBackoff => {
                let Some(handling) = &self.handling else { return };
                let topics: SortedSet<Topic> = handling.outstanding.iter().map(|o| o.record.topic.clone()).collect();
                self.ask(topics, Then::NextRound, app, out);
            }
            ProducerTimer::Silence(broker) => self.silent(broker, app, out),
            // The Java producer's, and the application's own.
            ProducerTimer::MetadataBackoff
            | ProducerTimer::MetadataWait
            | ProducerTimer::Reconnect(_)
            | ProducerTimer::Load => {}
        }
    }

    pub(super) fn opened(&mut self, conn: ConnId, app: &mut Application, out: &mut Outbox) {
        let NodeId::Broker(broker) = conn.server else { return };
        if let Some(Pooled::Connecting(ours)) = self.pool.get(&broker)
            && *ours == conn
        {
            self.pool.insert(broker, Pooled::Open(conn));
            out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
            return self.send_share(app, out);
        }
        if let Some(Handling { stage: Stage::Asking(question), .. }) = &self.handling
            && question.conn == Some(conn)
        {
            out.note_and_go_on(ClientFact::MetadataRequested { broker });
            let topics = question.topics.clone();
            out.send(conn, KafkaMessage::request(0, MetadataRequest { topics }));
            watch(broker, app, out);
        }
    }

    pub(super) fn lost(&mut self, conn: ConnId, why: LostWhy, app: &mut Application, out: &mut Outbox) {
        let NodeId::Broker(broker) = conn.server else { return };
        match self.pool.get(&broker) {
            Some(Pooled::Connecting(ours) | Pooled::Open(ours)) if *ours == conn => {
                if self.waits_for(broker) {
                    out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
                    self.request_failed(broker, app, out);
                } else {
                    let gone = if why == LostWhy::Closed { Pooled::HalfClosed } else { Pooled::Reset };
                    self.pool.insert(broker, gone);
                }
            }
            _ => {
                if self.asks(conn) {
                    out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
                    self.ask_next(app, out);
                }
            }
        }
    }

    /// `request.timeout.ms`: for connecting, and for reading the answer (`BlockingChannel`).
    fn silent(&mut self, broker: BrokerId, app: &mut Application, out: &mut Outbox) {
        if let Some(Handling { stage: Stage::Asking(question), .. }) = &self.handling {
            if let Some(conn) = question.conn {
                out.close(conn);
            }
            return self.ask_next(app, out);
        }
        if self.waits_for(broker) {
            if let Some(Pooled::Connecting(conn) | Pooled::Open(conn)) = self.pool.get(&broker) {
                out.close(*conn);
            }
            self.request_failed(broker, app, out);
        }
    }

    pub(super) fn answer(&mut self, conn: ConnId, message: &KafkaMessage, app: &mut Application, out: &mut Outbox) {
        let NodeId::Broker(broker) = conn.server else { return };
        let KafkaMessage { api: Api::Response(response), .. } = message else { return };
        match response {
            Response::Metadata(metadata) if self.asks(conn) => {
                out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
                out.close(conn);
                self.learn(metadata, out);
                self.asked(app, out);
            }
            Response::Produce(response) if self.waits_for(broker) => {
                out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
                self.produced(broker, response, app, out);
            }
            _ => {}
        }
    }

    /// The request to this broker is what everything waits for.
    fn waits_for(&self, broker: BrokerId) -> bool {
        let Some(Handling { stage: Stage::Sending { shares, .. }, .. }) = &self.handling else { return false };
        shares.front().is_some_and(|share| share.leader == Some(broker))
    }

    fn asks(&self, conn: ConnId) -> bool {
        matches!(&self.handling, Some(Handling { stage: Stage::Asking(question), .. }) if question.conn == Some(conn))
    }

    // ---- `handle` ----

    /// Does what can be done without waiting.
    pub(super) fn work(&mut self, app: &mut Application, out: &mut Outbox) {
        loop {
            match self.handling.as_ref().map(|handling| &handling.stage) {
                None => {
                    if !self.begin(app, out) {
                        break;
                    }
                }
                Some(Stage::RoundBegins) => self.begin_round(app, out),
                Some(Stage::Collating) => self.collate(app, out),
                Some(Stage::Asking(_) | Stage::Sending { .. } | Stage::BackingOff) => break,
            }
        }
        if self.stopping && self.handling.is_none() && self.queue.is_empty() {
            out.exit();
        }
    }

    /// `send` of the sync producer takes one record; the async producer's thread takes a batch when it is full or
    /// old enough, counted from the one before.
    fn begin(&mut self, app: &Application, out: &mut Outbox) -> bool {
        let count = match self.producer_type {
            ProducerType::Sync => 1,
            ProducerType::Async => app.config.batch_records.max(1) as usize,
        };
        let due = self.gathered || self.stopping || self.queue.len() >= count;
        if self.queue.is_empty() || !due {
            if !self.queue.is_empty() && !self.gathering {
                self.gathering = true;
                let age = Span::ms(u64::from(app.config.linger_ms));
                let elapsed = out.now().since(self.last_sent.0);
                let left = Span(age.0 - elapsed.0.checked_rem(age.0).unwrap_or(0));
                out.arm(Timer::Producer(ProducerTimer::Linger), Delay::exactly(left));
            }
            return false;
        }
        if std::mem::take(&mut self.gathering) {
            out.disarm(Timer::Producer(ProducerTimer::Linger));
        }
        self.gathered = false;
        let taken: Vec<_> = self.queue.drain(..count.min(self.queue.len())).collect();
        if let Some((_, _, cause)) = taken.first() {
            out.because(*cause);
        }
        let outstanding = taken.into_iter().map(|(id, record, _)| Outgoing { id, record }).collect();
        let rounds_left = app.config.retries.saturating_add(1);
        self.handling = Some(Handling { outstanding, rounds_left, stage: Stage::RoundBegins });
        true
    }

    fn begin_round(&mut self, app: &mut Application, out: &mut Outbox) {
        let Some(handling) = &mut self.handling else { return };
        if handling.rounds_left == 0 {
            return self.give_up(app, out);
        }
        handling.stage = Stage::Collating;
        self.to_refresh.extend(handling.outstanding.iter().map(|outgoing| outgoing.record.topic.clone()));
        if self.refresh_due {
            let topics = self.to_refresh.clone();
            self.ask(topics, Then::Refreshed, app, out);
        }
    }

    /// `partitionAndCollate`: chooses partitions. Nothing is sent if that fails for one record.
    fn collate(&mut self, app: &mut Application, out: &mut Outbox) {
        let Some(mut handling) = self.handling.take() else { return };
        let mut shares: VecDeque<Share> = VecDeque::new();
        for outgoing in &handling.outstanding {
            let topic = &outgoing.record.topic;
            let Some(partitions) = self.topics.get(topic) else {
                let topic = topic.clone();
                self.handling = Some(handling);
                return self.ask(SortedSet::from([topic.clone()]), Then::Looked(topic), app, out);
            };
            let count = (partitions.len() as u32).max(1);
            let partition = match (outgoing.record.partition, &outgoing.record.key) {
                // `KeyedMessage.partKey`: a number's hash code is the number.
                (Some(given), _) => given % count,
                (None, Some(key)) => partitioner::for_key_by_hash_code(key, count),
                (None, None) => match self.keyless(topic, out) {
                    Some(partition) => partition,
                    None => {
                        let topic = topic.clone();
                        self.handling = Some(handling);
                        return self.unavailable(topic, app, out);
                    }
                },
            };
            let tp = TopicPartition::new(topic, partition);
            let leader = self.topics.get(topic).and_then(|list| list.get(partition as usize)).and_then(|(_, l)| *l);
            let at = shares.iter().position(|share| share.leader == leader).unwrap_or_else(|| {
                shares.push_back(Share { leader, parts: Vec::new() });
                shares.len() - 1
            });
            let parts = &mut shares[at].parts;
            match parts.iter_mut().find(|(other, _)| *other == tp) {
                Some((_, records)) => records.push(outgoing.clone()),
                None => parts.push((tp, vec![outgoing.clone()])),
            }
        }
        handling.outstanding.clear();
        handling.stage = Stage::Sending { shares, sent: false };
        self.handling = Some(handling);
        self.send_share(app, out);
    }

    /// `getPartition` without a key: one partition with a leader, drawn once and kept until the next metadata, whether
    /// its leader lives or not.
    fn keyless(&mut self, topic: &Topic, out: &mut Outbox) -> Option<u32> {
        if let Some(partition) = self.sticky.get(topic) {
            return Some(*partition);
        }
        let led: Vec<u32> = self.topics.get(topic)?.iter().filter(|(_, l)| l.is_some()).map(|(p, _)| *p).collect();
        let last = led.len().checked_sub(1)? as u64;
        let partition = led[rng::in_range(self.draw(Purpose::KeylessPartition), 0, last) as usize];
        self.sticky.insert(topic.clone(), partition);
        out.note_and_go_on(ClientFact::KeylessPartitionChosen { tp: TopicPartition::new(topic, partition) });
        Some(partition)
    }

    fn draw(&mut self, purpose: Purpose) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        rng::draw(self.entropy, purpose, u64::from(self.draws), 0)
    }

    fn unavailable(&mut self, topic: Topic, app: &Application, out: &mut Outbox) {
        out.note_and_go_on(ClientFact::TopicUnavailable { topic });
        self.back_off(app, out);
    }

    fn back_off(&mut self, app: &Application, out: &mut Outbox) {
        let Some(handling) = &mut self.handling else { return };
        handling.stage = Stage::BackingOff;
        let backoff_ms = app.config.retry_backoff_ms;
        out.note_and_go_on(ClientFact::SendBackedOff {
            count: handling.outstanding.len() as u32,
            backoff_ms,
            rounds_left: handling.rounds_left.saturating_sub(1),
        });
        out.arm(Timer::Producer(ProducerTimer::RetryBackoff), Delay::ms(u64::from(backoff_ms)));
    }

    fn give_up(&mut self, app: &mut Application, out: &mut Outbox) {
        let Some(handling) = self.handling.take() else { return };
        self.last_sent = Recorded(out.now());
        let count = handling.outstanding.len() as u32;
        app.counts.0.failed += u64::from(count);
        out.note(ClientFact::SendGivenUp { count, retries: app.config.retries });
        // The async producer only logs it: the application was answered long ago.
        if self.producer_type == ProducerType::Sync {
            for outgoing in handling.outstanding {
                app.settle(outgoing.id, Err("FailedToSendMessageException"));
            }
        }
    }

    // ---- metadata ----

    /// `updateInfo`: in random order from `metadata.broker.list`, whatever was learned since.
    fn ask(&mut self, topics: SortedSet<Topic>, then: Then, app: &Application, out: &mut Outbox) {
        let mut brokers = app.config.bootstrap.clone();
        for last in (1..brokers.len()).rev() {
            let with = rng::in_range(self.draw(Purpose::MetadataBroker), 0, last as u64) as usize;
            brokers.swap(last, with);
        }
        let Some(handling) = &mut self.handling else { return };
        let topics = topics.into_iter().collect();
        handling.stage = Stage::Asking(Question { topics, brokers: brokers.into(), conn: None, then });
        self.ask_next(app, out);
    }

    fn ask_next(&mut self, app: &Application, out: &mut Outbox) {
        let Some(Handling { stage: Stage::Asking(question), .. }) = &mut self.handling else { return };
        match question.brokers.pop_front() {
            Some(broker) => {
                question.conn = Some(out.connect(NodeId::Broker(broker), Channel::Metadata));
                watch(broker, app, out);
            }
            None => self.asked(app, out),
        }
    }

    fn learn(&mut self, metadata: &MetadataResponse, out: &mut Outbox) {
        let mut leaders = SortedSet::new();
        for topic in &metadata.topics {
            leaders.extend(topic.partitions.iter().filter_map(|partition| partition.leader));
            if topic.error.is_some() {
                continue;
            }
            let partitions: Vec<(u32, Option<BrokerId>)> =
                topic.partitions.iter().map(|partition| (partition.partition, partition.leader)).collect();
            match self.topics.get(&topic.topic) {
                None => {
                    let partitions = partitions.len() as u32;
                    out.note(ClientFact::TopicLearned { topic: topic.topic.clone(), partitions });
                }
                Some(known) => {
                    for ((partition, now), (_, was)) in partitions.iter().zip(known).filter(|(now, was)| now != was) {
                        let tp = TopicPartition::new(&topic.topic, *partition);
                        out.note(ClientFact::LeaderLearned { tp, from: *was, to: *now });
                    }
                }
            }
            self.topics.insert(topic.topic.clone(), partitions);
        }
        // `ProducerPool.updateProducer`: new connections to all leaders of the answer.
        for leader in leaders {
            if let Some(Pooled::Connecting(conn) | Pooled::Open(conn)) = self.pool.insert(leader, Pooled::Unconnected) {
                out.close(conn);
            }
        }
    }

    /// The question is answered, or nobody answered it.
    fn asked(&mut self, app: &Application, out: &mut Outbox) {
        let Some(handling) = &mut self.handling else { return };
        let Stage::Asking(question) = std::mem::replace(&mut handling.stage, Stage::Collating) else { return };
        match question.then {
            Then::Refreshed => {
                self.sticky.clear();
                self.to_refresh.clear();
                self.refresh_due = false;
                let age = u64::from(app.config.metadata_max_age_ms) + 1;
                out.arm(Timer::Producer(ProducerTimer::MetadataAge), Delay::ms(age));
            }
            Then::Looked(topic) => {
                if !self.topics.contains_key(&topic) {
                    self.unavailable(topic, app, out);
                }
            }
            Then::NextRound => {
                self.sticky.clear();
                handling.rounds_left = handling.rounds_left.saturating_sub(1);
                handling.stage = Stage::RoundBegins;
            }
        }
    }

    // ---- sending ----

    /// `send`, to one broker after the other.
    fn send_share(&mut self, app: &mut Application, out: &mut Outbox) {
        loop {
            let Some(Handling { stage: Stage::Sending { shares, sent }, outstanding, .. }) = &mut self.handling else {
                return;
            };
            let Some(share) = shares.front() else {
                if outstanding.is_empty() {
                    self.handling = None;
                    self.last_sent = Recorded(out.now());
                } else {
                    self.back_off(app, out);
                }
                return;
            };
            let Some(broker) = share.leader else {
                self.share_failed(KafkaError::LeaderNotAvailable, app, out);
                continue;
            };
            let conn = match self.pool.get(&broker) {
                None | Some(Pooled::Unconnected) => {
                    let conn = out.connect(NodeId::Broker(broker), Channel::Produce);
                    self.pool.insert(broker, Pooled::Connecting(conn));
                    return watch(broker, app, out);
                }
                Some(Pooled::Connecting(_)) => return,
                Some(Pooled::Open(conn)) => Some(*conn),
                Some(Pooled::HalfClosed) if app.config.acks == 0 => None,
                Some(Pooled::HalfClosed | Pooled::Reset) => {
                    self.pool.insert(broker, Pooled::Unconnected);
                    self.share_failed(KafkaError::NetworkException, app, out);
                    continue;
                }
            };
            for (tp, records) in &share.parts {
                let count = records.len() as u32;
                out.note_and_go_on(ClientFact::RecordsSent { tp: tp.clone(), count, leader: broker });
            }
            if let Some(conn) = conn {
                let batch = |(tp, records): &(TopicPartition, Vec<Outgoing>)| {
                    let record = |Outgoing { id, record }: &Outgoing| Record {
                        id: *id,
                        key: record.key.clone(),
                        value: record.value.clone(),
                    };
                    (tp.clone(), records.iter().map(record).collect())
                };
                let batches = share.parts.iter().map(batch).collect();
                let request = ProduceRequest { acks: app.config.acks, timeout_ms: app.config.timeout_ms, batches };
                out.send(conn, KafkaMessage::request(0, request));
            }
            if app.config.acks != 0 {
                *sent = true;
                return watch(broker, app, out);
            }
            if conn.is_none() {
                self.pool.insert(broker, Pooled::Reset);
            }
            // Nothing is read: what was written to the socket counts as sent.
            for (_, records) in shares.pop_front().map(|share| share.parts).unwrap_or_default() {
                succeeded(broker, &records, app);
            }
        }
    }

    fn produced(&mut self, broker: BrokerId, response: &ProduceResponse, app: &mut Application, out: &mut Outbox) {
        let Some(Handling { stage: Stage::Sending { shares, sent }, outstanding, rounds_left }) = &mut self.handling
        else {
            return;
        };
        *sent = false;
        let cause = out.cause();
        for (tp, records) in shares.pop_front().map(|share| share.parts).unwrap_or_default() {
            match response.results.iter().find(|(other, _)| *other == tp).map(|(_, result)| *result) {
                Some(Ok(first)) => {
                    let last = first + (records.len() as u64).saturating_sub(1);
                    out.note(ClientFact::RecordsAcked { tp, first, last });
                    succeeded(broker, &records, app);
                }
                refused => {
                    let error = refused.and_then(Result::err).unwrap_or(KafkaError::NetworkException);
                    failed(tp, records, error, *rounds_left, outstanding, app, out);
                }
            }
        }
        out.because(cause);
        self.send_share(app, out);
    }

    /// The connection is gone, or the broker is silent: nobody knows what was written.
    fn request_failed(&mut self, broker: BrokerId, app: &mut Application, out: &mut Outbox) {
        self.pool.insert(broker, Pooled::Unconnected);
        self.share_failed(KafkaError::NetworkException, app, out);
        self.send_share(app, out);
    }

    fn share_failed(&mut self, error: KafkaError, app: &mut Application, out: &mut Outbox) {
        let Some(Handling { stage: Stage::Sending { shares, sent }, outstanding, rounds_left }) = &mut self.handling
        else {
            return;
        };
        *sent = false;
        for (tp, records) in shares.pop_front().map(|share| share.parts).unwrap_or_default() {
            failed(tp, records, error, *rounds_left, outstanding, app, out);
        }
    }
}

/// These records have to be sent again.
fn failed(
    tp: TopicPartition,
    records: Vec<Outgoing>,
    error: KafkaError,
    rounds_left: u32,
    outstanding: &mut Vec<Outgoing>,
    app: &mut Application,
    out: &mut Outbox,
) {
    let count = records.len() as u32;
    if rounds_left > 1 {
        app.counts.0.retried += u64::from(count);
        out.note_and_go_on(ClientFact::SendRetried { tp, count, error });
    } else if app.config.client == ProducerClient::Scala(ProducerType::Sync) {
        out.note_and_go_on(ClientFact::SendFailed { tp, count, error });
    }
    outstanding.extend(records);
}

fn succeeded(broker: BrokerId, records: &[Outgoing], app: &mut Application) {
    app.count_acked(broker, records.len() as u64);
    for outgoing in records {
        app.settle(outgoing.id, Ok(None));
    }
}

fn watch(broker: BrokerId, app: &Application, out: &mut Outbox) {
    let timer = Timer::Producer(ProducerTimer::Silence(broker));
    out.arm_awaiting(timer, Delay::ms(u64::from(app.config.timeout_ms)), NodeId::Broker(broker));
}
