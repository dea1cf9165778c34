//! To one broker after the other, each over its one connection (`DefaultEventHandler.send`, `ProducerPool`).

use super::handling::{Handling, Stage};
use super::{Outgoing, ScalaProducer};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::producer::Application;
use crate::client::producer::config::{ProducerClient, ProducerType};
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{KafkaError, KafkaMessage, ProduceRequest, ProduceResponse, Record};
use crate::net::{Channel, ConnId};

const IN_TURN: &str = "the first share is the one that is sent";

/// A connection of the pool (`SyncProducer`, `BlockingChannel`). It is noticed to be gone when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pooled {
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
pub(super) struct Share {
    pub(super) leader: Option<BrokerId>,
    pub(super) parts: Vec<(TopicPartition, Vec<Outgoing>)>,
}

impl Share {
    pub(super) fn records(&self) -> u32 {
        self.parts.iter().map(|(_, records)| records.len() as u32).sum()
    }
}

impl ScalaProducer {
    /// `send`, to one broker after the other.
    pub(super) fn send_share(&mut self, app: &mut Application, out: &mut Outbox) {
        loop {
            let Some(Handling { stage: Stage::Sending { shares, sent }, outstanding, .. }) = &mut self.handling else {
                never!("only shares are sent");
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
            for (_, records) in sure(shares.pop_front(), IN_TURN).map(|share| share.parts).unwrap_or_default() {
                succeeded(broker, &records, app);
            }
        }
    }

    pub(super) fn produced(
        &mut self,
        broker: BrokerId,
        response: &ProduceResponse,
        app: &mut Application,
        out: &mut Outbox,
    ) {
        let Some(Handling { stage: Stage::Sending { shares, sent }, outstanding, rounds_left }) = &mut self.handling
        else {
            never!("only a share that was sent is answered");
            return;
        };
        debug_assert!(*sent, "only a share that was sent is answered");
        *sent = false;
        let cause = out.cause();
        for (tp, records) in sure(shares.pop_front(), IN_TURN).map(|share| share.parts).unwrap_or_default() {
            match response.results.iter().find(|(other, _)| *other == tp).map(|(_, result)| *result) {
                Some(Ok(first)) => {
                    let last = first + (records.len() as u64).saturating_sub(1);
                    out.note(ClientFact::RecordsAcked { tp, first, last });
                    succeeded(broker, &records, app);
                }
                // One that the response does not name is as good as lost.
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
    pub(super) fn request_failed(&mut self, broker: BrokerId, app: &mut Application, out: &mut Outbox) {
        self.pool.insert(broker, Pooled::Unconnected);
        self.share_failed(KafkaError::NetworkException, app, out);
        self.send_share(app, out);
    }

    pub(super) fn share_failed(&mut self, error: KafkaError, app: &mut Application, out: &mut Outbox) {
        let Some(Handling { stage: Stage::Sending { shares, sent }, outstanding, rounds_left }) = &mut self.handling
        else {
            never!("only a share can fail to be sent");
            return;
        };
        *sent = false;
        for (tp, records) in sure(shares.pop_front(), IN_TURN).map(|share| share.parts).unwrap_or_default() {
            failed(tp, records, error, *rounds_left, outstanding, app, out);
        }
    }

    /// The request to this broker is what everything waits for.
    pub(super) fn waits_for(&self, broker: BrokerId) -> bool {
        let Some(Handling { stage: Stage::Sending { shares, .. }, .. }) = &self.handling else { return false };
        shares.front().is_some_and(|share| share.leader == Some(broker))
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

pub(super) fn watch(broker: BrokerId, app: &Application, out: &mut Outbox) {
    let timer = Timer::Producer(ProducerTimer::Silence(broker));
    out.arm_awaiting(timer, Delay::ms(u64::from(app.config.timeout_ms)), NodeId::Broker(broker));
}
