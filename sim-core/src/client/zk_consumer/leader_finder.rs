//! `LeaderFinderThread`: asks any living broker who leads the partitions that have no fetcher. A broker's
//! death is dealt with here, not by a rebalance.

use super::config::SOCKET_TIMEOUT_MS;
use super::connector::{Connector, Thread};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::timers::ConsumerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{KafkaMessage, MetadataRequest, TopicMetadata, znodes};
use crate::net::{Channel, ConnId};
use crate::zookeeper::{ZkOp, ZkReply, ZkResult};
use std::sync::Arc;

const CLOSED: &str = "a question that is given up takes its connection with it";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum LeaderFinder {
    Stopped,
    /// Until some partition has no leader.
    Waiting,
    ReadingBrokers,
    /// Each broker's data; those found so far.
    ReadingBroker {
        names: Vec<Arc<str>>,
        nth: u32,
        found: Vec<BrokerId>,
    },
    /// `ClientUtils.fetchTopicMetadata`: one broker after the other, until one answers.
    Asking {
        brokers: Vec<BrokerId>,
        conn: ConnId,
    },
    /// `refresh.leader.backoff.ms`
    Sleeping,
}

impl Connector {
    /// Something has no leader: begins, unless it is at it or sleeps.
    pub(super) fn find_leaders(&mut self, out: &mut Outbox) {
        if self.fetching.finder == LeaderFinder::Waiting && !self.fetching.no_leader.is_empty() {
            self.fetching.finder = LeaderFinder::ReadingBrokers;
            let path = znodes::BROKER_IDS.into();
            let watch = self.listens_to_brokers;
            self.ask(Thread::LeaderFinder, ZkOp::GetChildren { path, watch }, out);
        }
    }

    pub(super) fn stop_leader_finder(&mut self, out: &mut Outbox) {
        match std::mem::replace(&mut self.fetching.finder, LeaderFinder::Stopped) {
            LeaderFinder::ReadingBrokers | LeaderFinder::ReadingBroker { .. } => self.fetching.stale_answers += 1,
            LeaderFinder::Asking { conn, .. } => {
                out.disarm(Timer::Consumer(ConsumerTimer::MetadataTimeout));
                out.close(conn);
            }
            LeaderFinder::Sleeping => out.disarm(Timer::Consumer(ConsumerTimer::RefreshLeader)),
            LeaderFinder::Stopped | LeaderFinder::Waiting => {}
        }
    }

    pub(super) fn leader_finder_answer(&mut self, result: ZkResult, out: &mut Outbox) {
        if self.fetching.stale_answers > 0 {
            self.fetching.stale_answers -= 1;
            return;
        }
        let (names, nth, found) = match std::mem::replace(&mut self.fetching.finder, LeaderFinder::Waiting) {
            LeaderFinder::ReadingBrokers => match result {
                Ok(ZkReply::Children(names, _)) => (names, 0, Vec::new()),
                // No path, or no session: it finds nobody, and looks again after its pause.
                _ => (Vec::new(), 0, Vec::new()),
            },
            LeaderFinder::ReadingBroker { names, nth, mut found } => {
                if let (Ok(_), Some(Ok(broker))) = (&result, names.get(nth as usize).map(|name| name.parse())) {
                    found.push(broker);
                }
                (names, nth + 1, found)
            }
            waiting @ (LeaderFinder::Stopped
            | LeaderFinder::Waiting
            | LeaderFinder::Asking { .. }
            | LeaderFinder::Sleeping) => {
                never!("an answer belongs to a question, and those of a finder that was stopped are counted");
                self.fetching.finder = waiting;
                return;
            }
        };
        if let Some(name) = names.get(nth as usize) {
            let path = format!("{}/{name}", znodes::BROKER_IDS).into();
            self.fetching.finder = LeaderFinder::ReadingBroker { names, nth, found };
            self.ask(Thread::LeaderFinder, ZkOp::GetData { path, watch: false }, out);
            return;
        }
        // The real one shuffles them each time; ours begins at another one each time.
        let mut brokers = found;
        if !brokers.is_empty() {
            let by = (self.fetching.start % brokers.len() as u64) as usize;
            brokers.rotate_left(by);
            self.fetching.start = (self.fetching.start + 1) % 0x1_0000;
        }
        self.ask_next_broker(brokers, out);
    }

    fn ask_next_broker(&mut self, mut brokers: Vec<BrokerId>, out: &mut Outbox) {
        if brokers.is_empty() {
            // "Failed to find leader": again after the pause.
            self.sleep(out);
            return;
        }
        let broker = NodeId::Broker(brokers.remove(0));
        let conn = out.connect(broker, Channel::Metadata);
        out.arm_awaiting(Timer::Consumer(ConsumerTimer::MetadataTimeout), Delay::ms(SOCKET_TIMEOUT_MS), broker);
        self.fetching.finder = LeaderFinder::Asking { brokers, conn };
    }

    pub(super) fn leader_finder_opened(&mut self, conn: ConnId, out: &mut Outbox) {
        debug_assert!(self.asks_over(conn), "{CLOSED}");
        let mut topics: Vec<Topic> = self.fetching.no_leader.iter().map(|tp| tp.topic.clone()).collect();
        topics.dedup();
        if let Some(broker) = sure(conn.called_broker(), "only brokers are asked") {
            out.note_and_go_on(ClientFact::MetadataRequested { broker });
        }
        out.send(conn, KafkaMessage::request(0, MetadataRequest { topics }));
    }

    pub(super) fn leader_finder_lost(&mut self, conn: ConnId, out: &mut Outbox) {
        match std::mem::replace(&mut self.fetching.finder, LeaderFinder::Waiting) {
            LeaderFinder::Asking { brokers, conn: ours } if ours == conn => {
                out.disarm(Timer::Consumer(ConsumerTimer::MetadataTimeout));
                self.ask_next_broker(brokers, out);
            }
            other => {
                never!("a finder that asks no more has closed its connection");
                self.fetching.finder = other;
            }
        }
    }

    pub(super) fn metadata_timed_out(&mut self, out: &mut Outbox) {
        let LeaderFinder::Asking { conn, .. } = self.fetching.finder else {
            never!("the clock of a question is stopped with it");
            return;
        };
        out.close(conn);
        self.leader_finder_lost(conn, out);
    }

    fn asks_over(&self, conn: ConnId) -> bool {
        matches!(&self.fetching.finder, LeaderFinder::Asking { conn: ours, .. } if *ours == conn)
    }

    pub(super) fn leaders_found(&mut self, conn: ConnId, topics: &[TopicMetadata], out: &mut Outbox) {
        debug_assert!(self.asks_over(conn), "{CLOSED}");
        out.disarm(Timer::Consumer(ConsumerTimer::MetadataTimeout));
        out.close(conn);
        let cause = out.cause();
        for topic in topics {
            for partition in &topic.partitions {
                let tp = TopicPartition::new(&topic.topic, partition.partition);
                if let Some(leader) = partition.leader
                    && self.fetching.no_leader.remove(&tp)
                {
                    self.fetch_from(leader, tp, out);
                    out.because(cause);
                }
            }
        }
        self.close_idle_fetchers(out);
        self.sleep(out);
    }

    fn sleep(&mut self, out: &mut Outbox) {
        self.fetching.finder = LeaderFinder::Sleeping;
        let backoff = Delay::ms(u64::from(self.config.refresh_leader_backoff_ms));
        out.arm(Timer::Consumer(ConsumerTimer::RefreshLeader), backoff);
    }

    pub(super) fn refresh_leader(&mut self, out: &mut Outbox) {
        debug_assert_eq!(self.fetching.finder, LeaderFinder::Sleeping, "a finder that is stopped does not sleep");
        self.fetching.finder = LeaderFinder::Waiting;
        self.find_leaders(out);
    }
}
