//! The high-level consumer of 0.8.2 (`ZookeeperConsumerConnector`): group membership, ownership and offsets
//! in ZooKeeper, records from the partitions' leaders.
//!
//! The real one blocks in several threads. Here each of them is an explicit state: the caller of
//! `createMessageStreams` (`Main`), zkclient's event thread (`events`), the watcher executor, the holder
//! of the rebalance lock (`rebalance`), the one that commits (`commit`), the leader finder and one fetcher a broker
//! (`fetching`).

mod commit;
pub(crate) mod config;
mod connector;
mod events;
mod fetching;
mod leader_finder;
mod rebalance;

pub use config::ConsumerConfig;

use crate::boundary::{Input, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{Api, KafkaMessage};
use crate::order::Order;
use crate::sorted::SortedMap;
use crate::zookeeper::{ZkClient, ZkClientConfig};
use connector::Connector;
use std::sync::Arc;

/// Where it is in its rebalance (`ZookeeperConsumerConnector.syncedRebalance`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RebalancePhase {
    /// Not a member yet.
    Registering,
    /// A watch fired; the rebalance has not begun.
    Notified,
    /// Fetchers stop, and what was handed out is committed.
    StoppingFetchers,
    /// Its owner znodes are deleted.
    Releasing,
    /// It reads members and partitions, and computes its share.
    Computing,
    /// It creates its owner znodes.
    Claiming,
    /// An attempt failed; the next one comes after `rebalance.backoff.ms`.
    BackingOff,
    /// All attempts failed: registered, owning nothing.
    GaveUp,
    /// Owns its share and reads.
    Reading,
}

/// What it believes to own, partition by partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedPartition {
    /// The partition.
    pub tp: TopicPartition,
    /// The next offset; None: not known before `auto.offset.reset` has decided.
    pub position: Option<u64>,
    /// What it last knew to be committed.
    pub committed: Option<u64>,
    /// A fetcher asks the leader for its records.
    pub fetching: bool,
}

/// The application behind the iterator: what it was given, whatever happens to the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Application {
    /// Ranges of offsets in the order of delivery, duplicates kept.
    received: SortedMap<TopicPartition, Vec<(u64, u64)>>,
}

impl Application {
    fn hand_out(&mut self, tp: &TopicPartition, first: u64, last: u64) {
        let ranges = self.received.or_default(tp.clone());
        match ranges.last_mut() {
            Some(range) if range.1 + 1 == first => range.1 = last,
            _ => ranges.push((first, last)),
        }
    }
}

/// A consumer and the application behind it. [`ZkConsumer::handle`] gets each input of its process,
/// [`ZkConsumer::crash`] ends the process. What the application was given outlives it; membership, ownership and
/// committed offsets are in ZooKeeper.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkConsumer {
    name: Topic,
    config: Arc<ConsumerConfig>,
    zk: ZkClientConfig,
    application: Application,
    /// The consumer ids of all its processes, the first one first. For the reader's eyes.
    ids: Recorded<Vec<Topic>>,
    process: Option<Box<Connector>>,
}

impl ZkConsumer {
    pub(crate) fn new(name: Topic, config: ConsumerConfig, zk: ZkClientConfig) -> ZkConsumer {
        ZkConsumer {
            name,
            config: Arc::new(config),
            zk,
            application: Application::default(),
            ids: Recorded(Vec::new()),
            process: None,
        }
    }

    /// As it was configured.
    pub fn config(&self) -> &ConsumerConfig {
        &self.config
    }

    /// `group.id`
    pub fn group(&self) -> &Topic {
        &self.config.group
    }

    /// As in /consumers/G/ids; none while it does not run.
    pub fn consumer_id(&self) -> Option<&Topic> {
        self.process.as_ref().map(|process| &process.id)
    }

    /// The id of each process that it ever was, the first one first.
    pub fn ids(&self) -> &[Topic] {
        &self.ids.0
    }

    /// Its ZooKeeper client; none while it does not run.
    pub fn zk(&self) -> Option<&ZkClient> {
        self.process.as_ref().map(|process| &process.zk)
    }

    /// Where it is in its rebalance; one that does not run is not a member yet.
    pub fn phase(&self) -> RebalancePhase {
        self.process.as_ref().map_or(RebalancePhase::Registering, |process| process.phase())
    }

    /// The attempt of the running rebalance: 0, 1, …
    pub fn attempt(&self) -> Option<u32> {
        self.process.as_ref()?.rebalance.as_ref().map(|rebalance| rebalance.attempt)
    }

    /// What it believes to own, in the order of names and numbers.
    pub fn owned(&self) -> Vec<OwnedPartition> {
        self.process.as_ref().map_or_else(Vec::new, |process| process.owned())
    }

    /// The session in which it claimed what it believes to own. A zombie's is over, and it does not know.
    pub(crate) fn claimed_in(&self) -> Option<SessionId> {
        self.process.as_ref().map(|process| process.claimed_in)
    }

    /// Partitions that it fetches, with the broker. A zombie fetches what it does not own any more.
    pub fn fetching(&self) -> impl Iterator<Item = (&TopicPartition, BrokerId)> {
        self.process.iter().flat_map(|process| process.fetching.fetched())
    }

    /// The offsets that were handed to the application: ranges in the order of delivery, duplicates kept.
    pub fn received(&self) -> &SortedMap<TopicPartition, Vec<(u64, u64)>> {
        &self.application.received
    }

    /// How many records the application was given, duplicates included.
    pub fn received_count(&self) -> u64 {
        self.application.received.values().flatten().map(|(first, last)| last - first + 1).sum()
    }

    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        if let Input::Started { entropy } = input {
            let process = Connector::start(&self.name, self.config.clone(), self.zk.clone(), entropy, out);
            self.ids.0.push(process.id.clone());
            self.process = Some(Box::new(process));
            return;
        }
        let Some(process) = sure(self.process.as_mut(), "only a process that runs gets an input") else { return };
        let mut events = Vec::new();
        if process.zk.on_input(&input, out, &mut events) {
            for event in events {
                process.zk_event(event, out);
            }
            return;
        }
        match input {
            Input::Timer(Timer::Consumer(timer)) => process.timer(timer, out),
            Input::Message(conn, Message::Kafka(KafkaMessage { api: Api::Response(response), .. })) => {
                process.kafka_answer(conn, &response, &mut self.application, out);
            }
            Input::Opened(conn) => process.opened(conn, out),
            Input::Lost(conn, _) => process.lost(conn, out),
            Input::Order(Order::Stop) => process.stop(out),
            Input::Order(Order::Commit) => process.commit_by_order(out),
            Input::Started { .. } => never!("a process starts once"),
            Input::Accepted(_) | Input::Message(_, Message::Kafka(KafkaMessage { api: Api::Request(_), .. })) => {
                never!("nobody connects to a consumer");
            }
            Input::Message(_, Message::Quorum(_) | Message::ZkRequest(_) | Message::ZkResponse(_)) => {
                never!("what comes of ZooKeeper is its client's, which has taken it");
            }
            Input::Timer(Timer::Zk(_) | Timer::ZkClient(_) | Timer::Broker(_) | Timer::Producer(_)) => {
                never!("a consumer arms timers of its own, and its ZooKeeper client has taken its own");
            }
            // `Command` refuses them.
            Input::Order(
                Order::Produce(_)
                | Order::ProduceSteadily { .. }
                | Order::CreateTopic(_)
                | Order::AddPartitions { .. }
                | Order::Zk(_),
            ) => {}
        }
    }

    /// The process is gone; its znodes live on until the session expires.
    pub(crate) fn crash(&mut self) {
        self.process = None;
    }
}

#[cfg(test)]
mod tests;
