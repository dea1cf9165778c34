//! The Scala producer (`kafka.producer.Producer`), the only one before 0.8.2 and the one that most programs still used.
//!
//! `Producer.send` is `send`, `ProducerSendThread` is `begin`, `DefaultEventHandler.handle` is [`handling`],
//! `BrokerPartitionInfo` and `ClientUtils.fetchTopicMetadata` are [`metadata`], `DefaultEventHandler.send` and
//! `ProducerPool` are [`sending`]. Everything blocks: one request is under way at a time.

mod handling;
mod metadata;
mod sending;

use super::config::*;
use super::{Application, BROKERS_ALONE, Library};
use crate::boundary::{Outbox, Timer};
use crate::client::ClientFact;
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{KafkaMessage, MetadataRequest, RecordId, Response};
use crate::net::{ConnId, LostWhy};
use crate::order::ProduceRecord;
use crate::sorted::{SortedMap, SortedSet};
use crate::time::SimTime;
use handling::{Handling, Stage};
use metadata::Then;
use sending::{Pooled, Share, watch};
use std::collections::VecDeque;

const CALL: &str = "what asks, sends or waits does so for a call of send";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Outgoing {
    id: RecordId,
    record: ProduceRecord,
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

impl Library for ScalaProducer {
    fn queued(&self) -> u32 {
        let handled = self.handling.as_ref().map_or(0, |handling| {
            let unsent = match &handling.stage {
                Stage::Sending { shares, sent } => shares.iter().skip(usize::from(*sent)).map(Share::records).sum(),
                Stage::RoundBegins | Stage::Collating | Stage::Asking(_) | Stage::BackingOff => 0,
            };
            unsent + handling.outstanding.len() as u32
        });
        self.queue.len() as u32 + handled
    }

    fn in_flight(&self) -> u32 {
        let sent = self.handling.as_ref().is_some_and(|h| matches!(h.stage, Stage::Sending { sent: true, .. }));
        u32::from(sent)
    }

    fn known_leaders(&self) -> Vec<(TopicPartition, Option<BrokerId>)> {
        let of_topic = |(topic, partitions): (&Topic, &Vec<(u32, Option<BrokerId>)>)| -> Vec<_> {
            partitions.iter().map(|(partition, leader)| (TopicPartition::new(topic, *partition), *leader)).collect()
        };
        self.topics.iter().flat_map(of_topic).collect()
    }

    fn blocks(&self) -> bool {
        match self.producer_type {
            ProducerType::Sync => self.handling.is_some() || !self.queue.is_empty(),
            ProducerType::Async => self.queue.len() as u32 >= BUFFER_RECORDS,
        }
    }

    fn send(&mut self, id: RecordId, record: ProduceRecord, app: &mut Application, cause: Cause) {
        if self.stopping {
            return app.settle(id, Err("ProducerClosedException"));
        }
        self.queue.push_back((id, record, cause));
        if self.producer_type == ProducerType::Async {
            app.settle(id, Ok(None));
        }
    }

    /// `Producer.close`: waits for the call that goes on; the sending thread sends what has gathered.
    fn stop(&mut self, app: &mut Application) {
        self.stopping = true;
        if self.producer_type == ProducerType::Sync {
            for (id, _, _) in std::mem::take(&mut self.queue) {
                app.settle(id, Err("ProducerClosedException"));
            }
        }
    }

    fn timer(&mut self, timer: ProducerTimer, app: &mut Application, out: &mut Outbox) {
        match timer {
            ProducerTimer::Linger => {
                self.gathering = false;
                self.gathered = true;
            }
            ProducerTimer::MetadataAge => self.refresh_due = true,
            ProducerTimer::RetryBackoff => {
                let Some(handling) = sure(self.handling.as_ref(), CALL) else { return };
                debug_assert_eq!(handling.stage, Stage::BackingOff, "a backoff ends once");
                let topics: SortedSet<Topic> = handling.outstanding.iter().map(|o| o.record.topic.clone()).collect();
                self.ask(topics, Then::NextRound, app, out);
            }
            ProducerTimer::Silence(broker) => self.silent(broker, app, out),
            ProducerTimer::MetadataBackoff
            | ProducerTimer::MetadataWait
            | ProducerTimer::Reconnect(_)
            | ProducerTimer::Load => never!("the Java producer's, and the program's own"),
        }
    }

    fn opened(&mut self, conn: ConnId, app: &mut Application, out: &mut Outbox) {
        let Some(broker) = sure(conn.called_broker(), BROKERS_ALONE) else { return };
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
            return watch(broker, app, out);
        }
        never!("a connection that is not awaited any more is closed, and opens no more");
    }

    fn lost(&mut self, conn: ConnId, why: LostWhy, app: &mut Application, out: &mut Outbox) {
        let Some(broker) = sure(conn.called_broker(), BROKERS_ALONE) else { return };
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
            _ if self.asks(conn) => {
                out.disarm(Timer::Producer(ProducerTimer::Silence(broker)));
                self.ask_next(app, out);
            }
            _ => never!("a connection is the pool's, or a question's"),
        }
    }

    fn answered(
        &mut self,
        conn: ConnId,
        _correlation: u32,
        response: &Response,
        app: &mut Application,
        out: &mut Outbox,
    ) {
        let Some(broker) = sure(conn.called_broker(), BROKERS_ALONE) else { return };
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
            Response::Metadata(_) | Response::Produce(_) => {
                never!("a question that is given up takes its connection with it");
            }
            Response::Fetch(_) | Response::Offset(_) | Response::Controller(_) | Response::ControlledShutdown(_) => {
                never!("a producer does not ask for these");
            }
        }
    }

    /// Does what can be done without waiting.
    fn work(&mut self, app: &mut Application, out: &mut Outbox) {
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
}

impl ScalaProducer {
    pub(super) fn new(
        producer_type: ProducerType,
        config: &ProducerConfig,
        entropy: u64,
        now: SimTime,
    ) -> ScalaProducer {
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

    /// `request.timeout.ms`: for connecting, and for reading the answer (`BlockingChannel`).
    fn silent(&mut self, broker: BrokerId, app: &mut Application, out: &mut Outbox) {
        if let Some(Handling { stage: Stage::Asking(question), .. }) = &self.handling {
            if let Some(conn) = question.conn {
                out.close(conn);
            }
            return self.ask_next(app, out);
        }
        if !self.waits_for(broker) {
            never!("the clock of a request is stopped with it");
            return;
        }
        if let Some(Pooled::Connecting(conn) | Pooled::Open(conn)) = self.pool.get(&broker) {
            out.close(*conn);
        }
        self.request_failed(broker, app, out);
    }
}
