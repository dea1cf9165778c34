//! zkclient's event thread, which runs listeners one after the other, and the watcher executor, which turns
//! any number of notifications into one rebalance.

use super::connector::{Connector, LockFor, Registration, Shutdown, Thread};
use super::rebalance::RebalanceBy;
use crate::boundary::Outbox;
use crate::client::ClientFact;
use crate::ids::*;
use crate::invariant::never;
use crate::kafka::znodes;
use crate::zookeeper::{WatchEvent, ZkOp, ZkResult};
use std::collections::VecDeque;

/// A listener that is to be called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Listener {
    /// `handleChildChange`, after the watch was set again by exists and getChildren.
    Children(ZPath),
    /// `handleDataChange` or `handleDataDeleted`, after exists and getData.
    Data(ZPath),
    /// `handleNewSession`
    NewSession,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Work {
    ChildrenExist(ZPath),
    ReadChildren(ZPath),
    DataExist(ZPath),
    ReadData(ZPath),
    Registering(Registration),
    Rebalancing,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct EventThread {
    queue: VecDeque<(Listener, Cause)>,
    work: Option<Work>,
}

impl EventThread {
    /// Something came that will lead to a rebalance.
    pub(super) fn is_notified(&self) -> bool {
        self.work.is_some() || !self.queue.is_empty()
    }
}

impl Connector {
    /// zkclient's `processDataOrChildChange`.
    pub(super) fn watched(&mut self, event: WatchEvent, path: &ZPath, out: &mut Outbox) {
        let cause = out.cause();
        if event != WatchEvent::NodeDataChanged && self.child_listeners().any(|listened| listened == *path) {
            self.events.queue.push_back((Listener::Children(path.clone()), cause));
        }
        if event != WatchEvent::NodeChildrenChanged && self.data_listeners().any(|listened| listened == *path) {
            self.events.queue.push_back((Listener::Data(path.clone()), cause));
        }
        self.run_listeners(out);
    }

    /// zkclient on an expired session: `handleNewSession` of the state listener, then `fireAllEvents`. The
    /// operations of the former wait for the new session by themselves.
    pub(super) fn session_expired(&mut self, out: &mut Outbox) {
        let cause = out.cause();
        if self.listens_to_members {
            let mut queue = vec![Listener::NewSession];
            queue.extend(self.child_listeners().map(Listener::Children));
            queue.extend(self.data_listeners().map(Listener::Data));
            self.events.queue.extend(queue.into_iter().map(|listener| (listener, cause)));
        }
        self.run_listeners(out);
    }

    fn child_listeners(&self) -> impl Iterator<Item = ZPath> {
        let members = self.listens_to_members.then(|| znodes::consumer_ids_path(&self.config.group));
        let brokers = self.listens_to_brokers.then(|| znodes::BROKER_IDS.into());
        members.into_iter().chain(brokers)
    }

    fn data_listeners(&self) -> impl Iterator<Item = ZPath> {
        self.config.topics.iter().take(self.listens_to_topics as usize).map(|topic| znodes::topic_path(topic))
    }

    /// The event thread goes on with the next listener, if it is free.
    fn run_listeners(&mut self, out: &mut Outbox) {
        while self.events.work.is_none() && self.shutdown != Shutdown::Closing {
            let Some((listener, cause)) = self.events.queue.pop_front() else { return };
            out.because(cause);
            match listener {
                Listener::Children(path) => {
                    self.ask(Thread::Events, ZkOp::Exists { path: path.clone(), watch: true }, out);
                    self.events.work = Some(Work::ChildrenExist(path));
                }
                Listener::Data(path) => {
                    self.ask(Thread::Events, ZkOp::Exists { path: path.clone(), watch: true }, out);
                    self.events.work = Some(Work::DataExist(path));
                }
                Listener::NewSession => {
                    // `resetState`: no commit, no release; the znodes are gone already. The fetchers go on.
                    let partitions: Vec<TopicPartition> = std::mem::take(&mut self.registry).into_iter().collect();
                    out.note_and_go_on(ClientFact::OwnershipLost { group: self.config.group.clone(), partitions });
                    let registration = self.register(Thread::Events, out);
                    self.events.work = Some(Work::Registering(registration));
                }
            }
        }
    }

    pub(super) fn events_answer(&mut self, result: ZkResult, out: &mut Outbox) {
        match self.events.work.take() {
            Some(Work::ChildrenExist(path)) => {
                self.ask(Thread::Events, ZkOp::GetChildren { path: path.clone(), watch: true }, out);
                self.events.work = Some(Work::ReadChildren(path));
            }
            Some(Work::ReadChildren(path)) => self.trigger_rebalance(path, out),
            Some(Work::DataExist(path)) => {
                self.ask(Thread::Events, ZkOp::GetData { path: path.clone(), watch: true }, out);
                self.events.work = Some(Work::ReadData(path));
            }
            Some(Work::ReadData(path)) => {
                // `handleDataDeleted` only warns.
                if result.is_ok() {
                    self.trigger_rebalance(path, out);
                }
            }
            Some(Work::Registering(registration)) => {
                match self.registration_answer(registration, Thread::Events, result, out) {
                    Some(registration) => self.events.work = Some(Work::Registering(registration)),
                    None => {
                        self.events.work = Some(Work::Rebalancing);
                        self.lock(LockFor::Rebalance(RebalanceBy::NewSession), out);
                    }
                }
            }
            waiting @ (None | Some(Work::Rebalancing)) => {
                never!("the event thread waits for an answer only where it has asked");
                self.events.work = waiting;
            }
        }
        self.run_listeners(out);
    }

    pub(super) fn register_again(&mut self, out: &mut Outbox) {
        let backs_off = self.events.work == Some(Work::Registering(Registration::BackingOff));
        debug_assert!(backs_off, "the pause belongs to a registration that waits for it");
        let registration = self.register(Thread::Events, out);
        self.events.work = Some(Work::Registering(registration));
    }

    /// `rebalanceEventTriggered`: sets a flag for the executor. A flag that is set stays as it is.
    fn trigger_rebalance(&mut self, path: ZPath, out: &mut Outbox) {
        if self.triggered.is_none() {
            let group = self.config.group.clone();
            self.triggered = Some(out.note(ClientFact::RebalanceTriggered { group, path }));
        }
        self.run_executor(out);
    }

    fn run_executor(&mut self, out: &mut Outbox) {
        if self.shutdown == Shutdown::No
            && !self.executor_busy
            && let Some(cause) = self.triggered.take()
        {
            self.executor_busy = true;
            out.because(cause);
            self.lock(LockFor::Rebalance(RebalanceBy::Watcher), out);
        }
    }

    /// `syncedRebalance` returned (or threw) to its caller.
    pub(super) fn rebalance_returned(&mut self, by: RebalanceBy, out: &mut Outbox) {
        match by {
            RebalanceBy::Main => self.main = super::connector::Main::Done,
            RebalanceBy::NewSession => {
                self.events.work = None;
                self.run_listeners(out);
            }
            RebalanceBy::Watcher => {
                self.executor_busy = false;
                self.run_executor(out);
            }
        }
    }
}
