//! What is in a consumer's memory, and which thread gets an input.

use super::commit::{Commit, CommitBy};
use super::config::ConsumerConfig;
use super::events::EventThread;
use super::fetching::Fetching;
use super::rebalance::{Rebalance, RebalanceBy};
use super::{Application, OwnedPartition, RebalancePhase};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::timers::ConsumerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::zk_calls::{Call, Next};
use crate::kafka::{Response, znodes};
use crate::net::{Channel, ConnId};
use crate::rng;
use crate::sorted::{Sorted, SortedMap, SortedSet};
use crate::zookeeper::{KeeperState, ZkClient, ZkClientConfig, ZkError, ZkEvent, ZkOp, ZkResult};
use std::collections::VecDeque;
use std::sync::Arc;

/// What waits for the answer to a ZooKeeper operation. Each of these asks one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Thread {
    Main = 0,
    Events = 1,
    Rebalance = 2,
    Commit = 3,
    LeaderFinder = 4,
}

impl Thread {
    const ALL: [Thread; 5] = [Thread::Main, Thread::Events, Thread::Rebalance, Thread::Commit, Thread::LeaderFinder];

    /// Whose operation it is: it was submitted under the thread's number.
    fn of(tag: u64) -> Option<Thread> {
        Thread::ALL.into_iter().find(|thread| *thread as u64 == tag)
    }
}

/// The thread that called `createMessageStreams`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Main {
    Connecting,
    Registering(Registration),
    /// `subscribeChildChanges(/consumers/G/ids)`: exists, then the children.
    SubscribingToMembers {
        exists: bool,
    },
    /// `subscribeDataChanges` for each topic, by its ordinal.
    SubscribingToTopics(u32),
    Rebalancing,
    Done,
}

/// `registerConsumerInZK`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Registration {
    Creating(Call),
    /// Another session's znode with our id: read, then wait for its end.
    ReadingOld,
    BackingOff,
}

/// The threads that wait for the rebalance lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum LockFor {
    Rebalance(RebalanceBy),
    Shutdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shutdown {
    No,
    /// `isShuttingDown` is set; the lock is awaited.
    Wanted,
    Committing,
    Closing,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Connector {
    pub(super) config: Arc<ConsumerConfig>,
    pub(super) id: Topic,
    pub(super) zk: ZkClient,
    pub(super) main: Main,
    pub(super) events: EventThread,
    /// zkclient's listeners: of the members, of how many topics, of the brokers.
    pub(super) listens_to_members: bool,
    pub(super) listens_to_topics: u32,
    pub(super) listens_to_brokers: bool,
    /// `isWatcherTriggered`
    pub(super) triggered: Option<Cause>,
    /// The watcher executor waits for the lock or rebalances.
    pub(super) executor_busy: bool,
    pub(super) lock_queue: VecDeque<(LockFor, Cause)>,
    pub(super) rebalance: Option<Rebalance>,
    pub(super) gave_up: bool,
    pub(super) shutdown: Shutdown,
    /// `topicRegistry`: the partitions whose owner znodes are ours, as far as we know.
    pub(super) registry: SortedSet<TopicPartition>,
    /// The session in which they were claimed.
    pub(super) claimed_in: SessionId,
    /// `PartitionTopicInfo`: the next offset to hand out. None (−1 in the real one): not known yet.
    pub(super) positions: SortedMap<TopicPartition, Option<u64>>,
    /// `checkpointedZkOffsets`
    pub(super) checkpointed: SortedMap<TopicPartition, Option<u64>>,
    pub(super) commit: Option<Commit>,
    pub(super) commit_queue: VecDeque<(CommitBy, Cause)>,
    pub(super) fetching: Fetching,
    /// What was asked of ZooKeeper, for tests that answer by hand.
    #[cfg(test)]
    pub(super) asked: Vec<(u64, ZkOp)>,
}

impl Connector {
    pub(super) fn start(
        name: &Topic,
        config: Arc<ConsumerConfig>,
        zk: ZkClientConfig,
        entropy: u64,
        out: &mut Outbox,
    ) -> Connector {
        // `<group>_<host name>-<epoch ms>-<8 hex digits of a UUID>`; a consumer's host is its name.
        let uuid = rng::mix(entropy) >> 32;
        let id = format!("{}_{name}-{}-{uuid:08x}", config.group, znodes::timestamp(out.now()));
        let mut zk = ZkClient::new(zk);
        zk.start(entropy, out);
        Connector {
            config,
            id: id.into(),
            zk,
            main: Main::Connecting,
            events: EventThread::default(),
            listens_to_members: false,
            listens_to_topics: 0,
            listens_to_brokers: false,
            triggered: None,
            executor_busy: false,
            lock_queue: VecDeque::new(),
            rebalance: None,
            gave_up: false,
            shutdown: Shutdown::No,
            registry: SortedSet::new(),
            claimed_in: SessionId(0),
            positions: SortedMap::new(),
            checkpointed: SortedMap::new(),
            commit: None,
            commit_queue: VecDeque::new(),
            fetching: Fetching::new(rng::mix(entropy ^ 1)),
            #[cfg(test)]
            asked: Vec::new(),
        }
    }

    pub(super) fn phase(&self) -> RebalancePhase {
        match (&self.rebalance, &self.main) {
            (Some(rebalance), _) => rebalance.phase(),
            (None, Main::Done | Main::Rebalancing) => {
                if self.triggered.is_some() || self.executor_busy || self.events.is_notified() {
                    RebalancePhase::Notified
                } else if self.gave_up {
                    RebalancePhase::GaveUp
                } else {
                    RebalancePhase::Reading
                }
            }
            (None, _) => RebalancePhase::Registering,
        }
    }

    pub(super) fn owned(&self) -> Vec<OwnedPartition> {
        let owned = self.registry.iter().map(|tp| OwnedPartition {
            tp: tp.clone(),
            position: self.positions.get(tp).copied().flatten(),
            committed: self.checkpointed.get(tp).copied().flatten(),
            fetching: self.fetching.fetched().any(|(fetched, _)| fetched == tp),
        });
        owned.collect()
    }

    // ---- inputs ----

    pub(super) fn zk_event(&mut self, event: ZkEvent, out: &mut Outbox) {
        match event {
            ZkEvent::State(KeeperState::SyncConnected) => {
                if self.main == Main::Connecting && self.shutdown == Shutdown::No {
                    self.connected(out);
                }
            }
            ZkEvent::State(KeeperState::Expired) => self.session_expired(out),
            ZkEvent::State(KeeperState::Closed) => {
                debug_assert_eq!(
                    self.shutdown,
                    Shutdown::Closing,
                    "a session is closed at the end of a clean stop alone"
                );
                out.exit();
            }
            ZkEvent::State(KeeperState::Disconnected) => {}
            ZkEvent::Watch(event, path) => self.watched(event, &path, out),
            ZkEvent::Reply(tag, result) => match sure(Thread::of(tag), "only threads ask") {
                Some(Thread::Main) => self.main_answer(result, out),
                Some(Thread::Events) => self.events_answer(result, out),
                Some(Thread::Rebalance) => self.rebalance_answer(result, out),
                Some(Thread::Commit) => self.commit_answer(result, out),
                Some(Thread::LeaderFinder) => self.leader_finder_answer(result, out),
                None => {}
            },
        }
    }

    pub(super) fn timer(&mut self, timer: ConsumerTimer, out: &mut Outbox) {
        match timer {
            ConsumerTimer::AutoCommit => self.auto_commit(out),
            ConsumerTimer::RebalanceBackoff => self.rebalance_backed_off(out),
            ConsumerTimer::RegistrationBackoff => self.registration_backed_off(out),
            ConsumerTimer::RefreshLeader => self.refresh_leader(out),
            ConsumerTimer::MetadataTimeout => self.metadata_timed_out(out),
            ConsumerTimer::SocketTimeout(broker) => self.socket_tick(broker, out),
        }
    }

    pub(super) fn kafka_answer(
        &mut self,
        conn: ConnId,
        response: &Response,
        application: &mut Application,
        out: &mut Outbox,
    ) {
        match response {
            Response::Fetch(response) => self.fetched(conn, &response.partitions, application, out),
            Response::Offset(response) => self.offset_found(conn, &response.tp, response.result, out),
            Response::Metadata(response) => self.leaders_found(conn, &response.topics, out),
            Response::Produce(_) | Response::Controller(_) | Response::ControlledShutdown(_) => {
                never!("a consumer does not ask for these");
            }
        }
    }

    pub(super) fn opened(&mut self, conn: ConnId, out: &mut Outbox) {
        if conn.channel == Channel::Metadata {
            self.leader_finder_opened(conn, out);
        } else {
            self.fetcher_opened(conn, out);
        }
    }

    pub(super) fn lost(&mut self, conn: ConnId, out: &mut Outbox) {
        if conn.channel == Channel::Metadata {
            self.leader_finder_lost(conn, out);
        } else {
            self.fetcher_lost(conn, out);
        }
    }

    pub(super) fn ask(&mut self, thread: Thread, op: ZkOp, out: &mut Outbox) {
        #[cfg(test)]
        self.asked.push((thread as u64, op.clone()));
        self.zk.submit(thread as u64, op, out);
    }

    // ---- the main thread ----

    fn connected(&mut self, out: &mut Outbox) {
        if self.config.auto_commit_enable {
            self.arm_auto_commit(out);
        }
        self.main = Main::Registering(self.register(Thread::Main, out));
    }

    fn main_answer(&mut self, result: ZkResult, out: &mut Outbox) {
        match std::mem::replace(&mut self.main, Main::Done) {
            Main::Registering(registration) => {
                match self.registration_answer(registration, Thread::Main, result, out) {
                    Some(registration) => self.main = Main::Registering(registration),
                    None => {
                        self.listens_to_members = true;
                        self.main = Main::SubscribingToMembers { exists: true };
                        let path = znodes::consumer_ids_path(&self.config.group);
                        self.ask(Thread::Main, ZkOp::Exists { path, watch: true }, out);
                    }
                }
            }
            Main::SubscribingToMembers { exists: true } => {
                self.main = Main::SubscribingToMembers { exists: false };
                let path = znodes::consumer_ids_path(&self.config.group);
                self.ask(Thread::Main, ZkOp::GetChildren { path, watch: true }, out);
            }
            Main::SubscribingToMembers { exists: false } => self.subscribe_to_topic(0, out),
            Main::SubscribingToTopics(nth) => self.subscribe_to_topic(nth + 1, out),
            waiting @ (Main::Connecting | Main::Rebalancing | Main::Done) => {
                never!("the main thread waits for an answer only where it has asked");
                self.main = waiting;
            }
        }
    }

    fn subscribe_to_topic(&mut self, nth: u32, out: &mut Outbox) {
        match self.config.topics.get(nth as usize) {
            Some(topic) => {
                let path = znodes::topic_path(topic);
                self.listens_to_topics = nth + 1;
                self.main = Main::SubscribingToTopics(nth);
                self.ask(Thread::Main, ZkOp::Exists { path, watch: true }, out);
            }
            None => {
                self.main = Main::Rebalancing;
                self.lock(LockFor::Rebalance(RebalanceBy::Main), out);
            }
        }
    }

    // ---- the registration ----

    /// `registerConsumerInZK`: creates /consumers/G/ids/C.
    pub(super) fn register(&mut self, thread: Thread, out: &mut Outbox) -> Registration {
        let mut subscription: Vec<(Topic, u32)> =
            self.config.topics.iter().map(|topic| (topic.clone(), self.config.streams)).collect();
        subscription.sort_stably();
        subscription.dedup();
        let path = znodes::consumer_id_path(&self.config.group, &self.id);
        let call = Call::create_ephemeral(path, znodes::consumer_registration(&subscription, out.now()));
        self.ask(thread, call.begin(), out);
        Registration::Creating(call)
    }

    /// None: registered.
    pub(super) fn registration_answer(
        &mut self,
        registration: Registration,
        thread: Thread,
        result: ZkResult,
        out: &mut Outbox,
    ) -> Option<Registration> {
        match registration {
            Registration::Creating(mut call) => match call.answered(result) {
                Next::Ask(op) => {
                    self.ask(thread, op, out);
                    Some(Registration::Creating(call))
                }
                Next::Return(Ok(_)) => {
                    out.note_and_go_on(ClientFact::ConsumerRegistered {
                        group: self.config.group.clone(),
                        consumer: self.id.clone(),
                    });
                    None
                }
                // `createEphemeralPathExpectConflictHandleZKBug`: look at what is in the way.
                Next::Return(Err(_)) => {
                    let path = znodes::consumer_id_path(&self.config.group, &self.id);
                    self.ask(thread, ZkOp::GetData { path, watch: false }, out);
                    Some(Registration::ReadingOld)
                }
            },
            Registration::ReadingOld => {
                if result.is_err_and(|failure| failure.error == ZkError::NoNode) {
                    return Some(self.register(thread, out));
                }
                let timer = Timer::Consumer(ConsumerTimer::RegistrationBackoff);
                out.arm(timer, Delay::ms(u64::from(self.config.session_timeout_ms)));
                Some(Registration::BackingOff)
            }
            Registration::BackingOff => {
                never!("nothing was asked");
                Some(Registration::BackingOff)
            }
        }
    }

    fn registration_backed_off(&mut self, out: &mut Outbox) {
        if self.main == Main::Registering(Registration::BackingOff) {
            self.main = Main::Registering(self.register(Thread::Main, out));
        } else {
            self.register_again(out);
        }
    }

    // ---- the rebalance lock, and the end ----

    pub(super) fn lock(&mut self, who: LockFor, out: &mut Outbox) {
        self.lock_queue.push_back((who, out.cause()));
        self.lock_is_free(out);
    }

    /// Gives the lock to the first thread that waits for it, if no other holds it.
    pub(super) fn lock_is_free(&mut self, out: &mut Outbox) {
        while self.rebalance.is_none() && matches!(self.shutdown, Shutdown::No | Shutdown::Wanted) {
            let Some((who, cause)) = self.lock_queue.pop_front() else { return };
            out.because(cause);
            match who {
                LockFor::Shutdown => self.shut_down(out),
                LockFor::Rebalance(by) if self.shutdown == Shutdown::No => self.begin_rebalance(by, out),
                LockFor::Rebalance(by) => self.rebalance_returned(by, out),
            }
        }
    }

    /// `shutdown()`: it waits for a rebalance that is under way.
    pub(super) fn stop(&mut self, out: &mut Outbox) {
        if self.shutdown == Shutdown::No {
            self.shutdown = Shutdown::Wanted;
            self.lock(LockFor::Shutdown, out);
        }
    }

    fn shut_down(&mut self, out: &mut Outbox) {
        out.disarm(Timer::Consumer(ConsumerTimer::AutoCommit));
        self.stop_connections(out);
        self.shutdown = Shutdown::Committing;
        if self.config.auto_commit_enable {
            self.commit_offsets(CommitBy::Shutdown, out);
        } else {
            self.close(out);
        }
    }

    pub(super) fn close(&mut self, out: &mut Outbox) {
        self.shutdown = Shutdown::Closing;
        self.zk.close(out);
    }
}
