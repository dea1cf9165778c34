//! What became of a call of `send` (`DefaultEventHandler.handle`): rounds of choosing partitions and sending, until
//! nothing is left or the rounds are used up.

use super::metadata::{Question, Then};
use super::sending::Share;
use super::{CALL, Outgoing, ScalaProducer};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::partitioner;
use crate::client::producer::Application;
use crate::client::producer::config::ProducerType;
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::invariant::sure;
use crate::rng::{self, Purpose};
use crate::sorted::SortedSet;
use crate::time::Span;
use std::collections::VecDeque;

/// Where `DefaultEventHandler.handle` stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Stage {
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
pub(super) struct Handling {
    /// What this round has to send; while it sends, what failed.
    pub(super) outstanding: Vec<Outgoing>,
    /// This round counted.
    pub(super) rounds_left: u32,
    pub(super) stage: Stage,
}

impl ScalaProducer {
    /// `send` of the sync producer takes one record; the async producer's thread takes a batch when it is full or
    /// old enough, counted from the one before.
    pub(super) fn begin(&mut self, app: &Application, out: &mut Outbox) -> bool {
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

    pub(super) fn begin_round(&mut self, app: &mut Application, out: &mut Outbox) {
        let Some(handling) = sure(self.handling.as_mut(), CALL) else { return };
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
    pub(super) fn collate(&mut self, app: &mut Application, out: &mut Outbox) {
        let Some(mut handling) = sure(self.handling.take(), CALL) else { return };
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
    pub(super) fn keyless(&mut self, topic: &Topic, out: &mut Outbox) -> Option<u32> {
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

    pub(super) fn draw(&mut self, purpose: Purpose) -> u64 {
        self.draws = self.draws.wrapping_add(1);
        rng::draw(self.entropy, purpose, u64::from(self.draws), 0)
    }

    pub(super) fn unavailable(&mut self, topic: Topic, app: &Application, out: &mut Outbox) {
        out.note_and_go_on(ClientFact::TopicUnavailable { topic });
        self.back_off(app, out);
    }

    pub(super) fn back_off(&mut self, app: &Application, out: &mut Outbox) {
        let Some(handling) = sure(self.handling.as_mut(), CALL) else { return };
        handling.stage = Stage::BackingOff;
        let backoff_ms = app.config.retry_backoff_ms;
        out.note_and_go_on(ClientFact::SendBackedOff {
            count: handling.outstanding.len() as u32,
            backoff_ms,
            rounds_left: handling.rounds_left.saturating_sub(1),
        });
        out.arm(Timer::Producer(ProducerTimer::RetryBackoff), Delay::ms(u64::from(backoff_ms)));
    }

    pub(super) fn give_up(&mut self, app: &mut Application, out: &mut Outbox) {
        let Some(handling) = sure(self.handling.take(), CALL) else { return };
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
}
