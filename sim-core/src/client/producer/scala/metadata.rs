//! Who leads what (`BrokerPartitionInfo.updateInfo`, `ClientUtils.fetchTopicMetadata`).

use super::handling::{Handling, Stage};
use super::sending::{Pooled, watch};
use super::{CALL, ScalaProducer};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::producer::Application;
use crate::client::timers::ProducerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::MetadataResponse;
use crate::net::{Channel, ConnId};
use crate::rng::{self, Purpose};
use crate::sorted::SortedSet;
use std::collections::VecDeque;

/// A metadata request: one broker after the other, until one answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) topics: Vec<Topic>,
    /// Those after the present one.
    pub(super) brokers: VecDeque<BrokerId>,
    pub(super) conn: Option<ConnId>,
    pub(super) then: Then,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Then {
    /// `topic.metadata.refresh.interval.ms` was over.
    Refreshed,
    /// This topic was not known.
    Looked(Topic),
    /// A round failed.
    NextRound,
}

impl ScalaProducer {
    /// `updateInfo`: in random order from `metadata.broker.list`, whatever was learned since.
    pub(super) fn ask(&mut self, topics: SortedSet<Topic>, then: Then, app: &Application, out: &mut Outbox) {
        let mut brokers = app.config.bootstrap.clone();
        for last in (1..brokers.len()).rev() {
            let with = rng::in_range(self.draw(Purpose::MetadataBroker), 0, last as u64) as usize;
            brokers.swap(last, with);
        }
        let Some(handling) = sure(self.handling.as_mut(), CALL) else { return };
        let topics = topics.into_iter().collect();
        handling.stage = Stage::Asking(Question { topics, brokers: brokers.into(), conn: None, then });
        self.ask_next(app, out);
    }

    pub(super) fn ask_next(&mut self, app: &Application, out: &mut Outbox) {
        let Some(Handling { stage: Stage::Asking(question), .. }) = &mut self.handling else {
            never!("only a question has a next broker");
            return;
        };
        match question.brokers.pop_front() {
            Some(broker) => {
                question.conn = Some(out.connect(NodeId::Broker(broker), Channel::Metadata));
                watch(broker, app, out);
            }
            None => self.asked(app, out),
        }
    }

    pub(super) fn learn(&mut self, metadata: &MetadataResponse, out: &mut Outbox) {
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
    pub(super) fn asked(&mut self, app: &Application, out: &mut Outbox) {
        let Some(handling) = sure(self.handling.as_mut(), CALL) else { return };
        let Stage::Asking(question) = std::mem::replace(&mut handling.stage, Stage::Collating) else {
            never!("only a question is answered");
            return;
        };
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

    pub(super) fn asks(&self, conn: ConnId) -> bool {
        matches!(&self.handling, Some(Handling { stage: Stage::Asking(question), .. }) if question.conn == Some(conn))
    }
}
