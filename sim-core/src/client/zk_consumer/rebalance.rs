//! `syncedRebalance`: up to `rebalance.max.retries` attempts, each with the steps of `rebalance` in their
//! order. Every member does this alone; a conflict is only seen when an owner's znode exists already.

mod share;

use super::RebalancePhase;
use super::commit::CommitBy;
use super::connector::{Connector, Thread};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::facts::{ClientFact, FailedAt};
use crate::client::rules;
use crate::client::timers::ConsumerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::zk_calls::Call;
use crate::kafka::znodes;
use crate::zookeeper::{ZkError, ZkOp, ZkReply, ZkResult};
use std::sync::Arc;

const REBALANCES: &str = "the holder of the rebalance lock has a rebalance";

/// Which thread rebalances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum RebalanceBy {
    /// `createMessageStreams`
    Main,
    /// `handleNewSession`, in zkclient's event thread.
    NewSession,
    /// The watcher executor.
    Watcher,
}

/// What the last question was. A number counts within the list that is gone through.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// `getCluster`: the brokers, each with its data.
    ClusterIds,
    ClusterInfo(u32),
    /// `TopicCount.constructTopicCount` of ourselves.
    OwnRegistration,
    /// `getAllBrokersInCluster`, once more.
    BrokerIds,
    BrokerInfo(u32),
    /// No broker is alive: `subscribeChildChanges(/brokers/ids)`.
    BrokersExist,
    BrokersChildren,
    /// `closeFetchers`: the fetchers have stopped, offsets are written.
    Committing,
    /// `releasePartitionOwnership`
    Releasing(u32),
    /// `AssignmentContext`: ourselves again, partitions, members, and the members once more.
    ContextSelf,
    ContextTopic(u32),
    ContextMembers,
    ContextMember(u32),
    ContextMembersAgain,
    /// `fetchOffsets`
    Offset(u32),
    /// `reflectPartitionOwnershipDecision`
    Claiming(u32, Call),
    /// Deleting what was claimed beside a conflict.
    Undoing(u32),
    CommittingAfterFailure,
    BackingOff,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Rebalance {
    by: RebalanceBy,
    pub(super) attempt: u32,
    step: Step,
    /// The last milestone: why the next question is asked.
    cause: Cause,
    /// Why this attempt failed.
    failure: Option<Cause>,
    brokers: Vec<Arc<str>>,
    broker_found: bool,
    subscription: Vec<(Topic, u32)>,
    topics: Vec<(Topic, Vec<u32>)>,
    members: Vec<Arc<str>>,
    subscriptions: Vec<(Topic, Vec<(Topic, u32)>)>,
    /// Owner znodes to delete: ours before, or those claimed in vain.
    to_delete: Vec<TopicPartition>,
    decision: Vec<(TopicPartition, Topic)>,
    offsets: Vec<Option<u64>>,
}

impl Rebalance {
    pub(super) fn phase(&self) -> RebalancePhase {
        match self.step {
            Step::ClusterIds
            | Step::ClusterInfo(_)
            | Step::OwnRegistration
            | Step::BrokerIds
            | Step::BrokerInfo(_)
            | Step::BrokersExist
            | Step::BrokersChildren
            | Step::Committing
            | Step::CommittingAfterFailure => RebalancePhase::StoppingFetchers,
            Step::Releasing(_) => RebalancePhase::Releasing,
            Step::ContextSelf
            | Step::ContextTopic(_)
            | Step::ContextMembers
            | Step::ContextMember(_)
            | Step::ContextMembersAgain
            | Step::Offset(_) => RebalancePhase::Computing,
            Step::Claiming(..) | Step::Undoing(_) => RebalancePhase::Claiming,
            Step::BackingOff => RebalancePhase::BackingOff,
        }
    }
}

/// What a step led to.
enum Then {
    Ask(Step, ZkOp),
    /// Something else goes on with it: the commit of offsets, a timer.
    Wait,
    /// There is nothing left to claim.
    Succeed,
    /// It returns as if it had succeeded.
    Finish,
    /// The attempt failed; the name says at what.
    Fail(FailedAt),
}

impl Connector {
    pub(super) fn begin_rebalance(&mut self, by: RebalanceBy, out: &mut Outbox) {
        self.gave_up = false;
        self.begin_attempt(by, 0, out);
    }

    fn begin_attempt(&mut self, by: RebalanceBy, attempt: u32, out: &mut Outbox) {
        out.note_and_go_on(ClientFact::RebalanceStarted { group: self.config.group.clone(), attempt });
        self.rebalance = Some(Rebalance {
            by,
            attempt,
            step: Step::ClusterIds,
            cause: out.cause(),
            failure: None,
            brokers: Vec::new(),
            broker_found: false,
            subscription: Vec::new(),
            topics: Vec::new(),
            members: Vec::new(),
            subscriptions: Vec::new(),
            to_delete: Vec::new(),
            decision: Vec::new(),
            offsets: Vec::new(),
        });
        let op = self.read_brokers();
        self.ask(Thread::Rebalance, op, out);
    }

    /// Notes a milestone: what follows happens because of it.
    fn milestone(&mut self, fact: ClientFact, out: &mut Outbox) {
        out.note_and_go_on(fact);
        if let Some(rebalance) = &mut self.rebalance {
            rebalance.cause = out.cause();
        }
    }

    fn read_brokers(&self) -> ZkOp {
        ZkOp::GetChildren { path: znodes::BROKER_IDS.into(), watch: self.listens_to_brokers }
    }

    /// A watch is set by every read of a path that has a listener (zkclient's `hasListeners`).
    fn read_members(&self) -> ZkOp {
        ZkOp::GetChildren { path: znodes::consumer_ids_path(&self.config.group), watch: self.listens_to_members }
    }

    fn read_member(&self, member: &str) -> ZkOp {
        read(znodes::consumer_id_path(&self.config.group, member))
    }

    fn read_topic(&self, topic: &str) -> ZkOp {
        let watch =
            self.config.topics.iter().take(self.listens_to_topics as usize).any(|listened| &**listened == topic);
        ZkOp::GetData { path: znodes::topic_path(topic), watch }
    }

    /// ZooKeeper has answered the last question: what that leads to, step by step.
    pub(super) fn rebalance_answer(&mut self, result: ZkResult, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else { return };
        let then = match rebalance.step.clone() {
            Step::ClusterIds => self.after_cluster_ids(result),
            Step::ClusterInfo(nth) => self.after_cluster_info(nth, result),
            Step::OwnRegistration => self.after_own_registration(result),
            Step::BrokerIds => self.after_broker_ids(result, out),
            Step::BrokerInfo(nth) => self.after_broker_info(nth, result, out),
            Step::BrokersExist => Then::Ask(Step::BrokersChildren, self.read_brokers()),
            // "Treat as success": nothing is released, nothing is claimed.
            Step::BrokersChildren => Then::Finish,
            Step::Releasing(nth) if deleted(&result) => self.release(nth + 1, out),
            Step::Releasing(_) => Then::Fail(FailedAt::Releasing),
            Step::ContextSelf => self.after_context_self(&result),
            Step::ContextTopic(nth) => self.after_context_topic(nth, &result),
            Step::ContextMembers => self.after_context_members(result),
            Step::ContextMember(nth) => self.after_context_member(nth, &result),
            Step::ContextMembersAgain => self.decide(out),
            Step::Offset(nth) => self.after_offset(nth, result, out),
            Step::Claiming(nth, call) => self.after_claim(nth, call, result, out),
            Step::Undoing(nth) => self.undo(nth + 1, out),
            Step::Committing | Step::CommittingAfterFailure | Step::BackingOff => {
                never!("the rebalance itself has asked nothing");
                Then::Wait
            }
        };
        self.go_on(then, out);
    }

    fn go_on(&mut self, then: Then, out: &mut Outbox) {
        match then {
            Then::Ask(step, op) => {
                if let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) {
                    rebalance.step = step;
                    out.because(rebalance.cause);
                }
                self.ask(Thread::Rebalance, op, out);
            }
            Then::Wait => {}
            Then::Succeed => self.succeed(out),
            Then::Finish => self.finish(out),
            Then::Fail(at) => self.attempt_failed(at, out),
        }
    }

    // ---- before the fetchers stop ----

    fn after_cluster_ids(&mut self, result: ZkResult) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else {
            return Then::Fail(FailedAt::ReadingBrokers);
        };
        rebalance.brokers = children_of(result);
        match rebalance.brokers.first() {
            Some(first) => Then::Ask(Step::ClusterInfo(0), read(broker_path(first))),
            None => Then::Ask(Step::OwnRegistration, self.read_member(&self.id)),
        }
    }

    fn after_cluster_info(&mut self, nth: u32, result: ZkResult) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else {
            return Then::Fail(FailedAt::ReadingBrokers);
        };
        if result.is_err() {
            return Then::Fail(FailedAt::ReadingBrokers);
        }
        match rebalance.brokers.get(nth as usize + 1) {
            Some(next) => Then::Ask(Step::ClusterInfo(nth + 1), read(broker_path(next))),
            None => Then::Ask(Step::OwnRegistration, self.read_member(&self.id)),
        }
    }

    fn after_own_registration(&mut self, result: ZkResult) -> Then {
        match subscription_of(&result) {
            Some(_) => {
                if let Some(rebalance) = &mut self.rebalance {
                    rebalance.brokers.clear();
                }
                Then::Ask(Step::BrokerIds, self.read_brokers())
            }
            None => Then::Fail(FailedAt::ReadingOwnRegistration),
        }
    }

    fn after_broker_ids(&mut self, result: ZkResult, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        if let Ok(ZkReply::Children(brokers, _)) = result {
            rebalance.brokers = brokers;
        }
        match rebalance.brokers.first() {
            Some(first) => Then::Ask(Step::BrokerInfo(0), read(broker_path(first))),
            None => self.no_broker(out),
        }
    }

    fn after_broker_info(&mut self, nth: u32, result: ZkResult, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        rebalance.broker_found |= result.is_ok();
        match rebalance.brokers.get(nth as usize + 1) {
            Some(next) => Then::Ask(Step::BrokerInfo(nth + 1), read(broker_path(next))),
            None if rebalance.broker_found => {
                self.close_fetchers(out);
                Then::Wait
            }
            None => self.no_broker(out),
        }
    }

    fn no_broker(&mut self, out: &mut Outbox) -> Then {
        self.milestone(ClientFact::NoBrokersFound { group: self.config.group.clone() }, out);
        self.listens_to_brokers = true;
        Then::Ask(Step::BrokersExist, ZkOp::Exists { path: znodes::BROKER_IDS.into(), watch: true })
    }

    /// `closeFetchers`: stop, then commit, before anything is released.
    fn close_fetchers(&mut self, out: &mut Outbox) {
        let partitions: Vec<TopicPartition> = self.fetching.partitions().cloned().collect();
        self.stop_connections(out);
        if !partitions.is_empty() {
            self.milestone(ClientFact::FetchersStopped { partitions }, out);
        }
        self.commit_then(Step::Committing, out);
    }

    fn commit_then(&mut self, step: Step, out: &mut Outbox) {
        if let Some(rebalance) = &mut self.rebalance {
            rebalance.step = step;
        }
        if rules::commits_first(self.config.auto_commit_enable) {
            self.commit_offsets(CommitBy::Rebalance, out);
        } else {
            self.rebalance_committed(true, out);
        }
    }

    pub(super) fn rebalance_committed(&mut self, ok: bool, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return };
        match rebalance.step {
            Step::Committing if ok => {
                rebalance.to_delete = self.registry.iter().cloned().collect();
                let then = self.release(0, out);
                self.go_on(then, out);
            }
            Step::Committing => self.attempt_failed(FailedAt::Committing, out),
            Step::CommittingAfterFailure => self.back_off(out),
            _ => never!("a rebalance commits before it releases, and after it has failed"),
        }
    }

    // ---- failure ----

    fn attempt_failed(&mut self, at: FailedAt, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else { return };
        let (group, attempt) = (self.config.group.clone(), rebalance.attempt);
        out.note_and_go_on(ClientFact::RebalanceAttemptFailed { group, attempt, at });
        self.after_failure(out);
    }

    /// "Stop all fetchers and clear all the queues to avoid data duplication", commit, sleep.
    fn after_failure(&mut self, out: &mut Outbox) {
        if let Some(rebalance) = &mut self.rebalance {
            rebalance.failure = Some(out.cause());
        }
        self.stop_connections(out);
        self.commit_then(Step::CommittingAfterFailure, out);
    }

    fn back_off(&mut self, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return };
        rebalance.step = Step::BackingOff;
        if let Some(failure) = rebalance.failure {
            out.because(failure);
        }
        let backoff_ms = self.config.rebalance_backoff_ms;
        let (group, attempt) = (self.config.group.clone(), rebalance.attempt);
        out.note_and_go_on(ClientFact::RebalanceBackedOff { group, attempt, backoff_ms });
        out.arm(Timer::Consumer(ConsumerTimer::RebalanceBackoff), Delay::ms(u64::from(backoff_ms)));
    }

    pub(super) fn rebalance_backed_off(&mut self, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else { return };
        if rebalance.step != Step::BackingOff {
            never!("the pause belongs to a rebalance that waits for it");
            return;
        }
        let (by, attempts) = (rebalance.by, rebalance.attempt + 1);
        if attempts < self.config.rebalance_max_retries {
            self.begin_attempt(by, attempts, out);
            return;
        }
        // `ConsumerRebalanceFailedException`, which is only logged.
        self.gave_up = true;
        out.note_and_go_on(ClientFact::RebalanceFailed { group: self.config.group.clone(), attempts });
        self.finish(out);
    }

    fn finish(&mut self, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.take(), REBALANCES) else { return };
        self.rebalance_returned(rebalance.by, out);
        self.lock_is_free(out);
    }
}

fn broker_path(id: &str) -> ZPath {
    format!("{}/{id}", znodes::BROKER_IDS).into()
}

fn read(path: ZPath) -> ZkOp {
    ZkOp::GetData { path, watch: false }
}

fn delete(path: ZPath) -> ZkOp {
    ZkOp::Delete { path, version: -1 }
}

/// `deletePath` does not mind an absent znode.
fn deleted(result: &ZkResult) -> bool {
    result.as_ref().err().is_none_or(|failure| failure.error == ZkError::NoNode)
}

/// `getChildrenParentMayNotExist`
fn children_of(result: ZkResult) -> Vec<Arc<str>> {
    match result {
        Ok(ZkReply::Children(children, _)) => children,
        _ => Vec::new(),
    }
}

fn subscription_of(result: &ZkResult) -> Option<Vec<(Topic, u32)>> {
    match result {
        Ok(ZkReply::Data(data, _)) => znodes::parse_consumer_registration(data.as_deref()?),
        _ => None,
    }
}

/// `getPartitionsForTopics`: an unknown topic has none; what cannot be read is an exception.
fn partitions_of(result: &ZkResult) -> Option<Vec<u32>> {
    match result {
        Ok(ZkReply::Data(data, _)) => {
            let assignment = znodes::parse_topic_assignment(data.as_deref()?)?;
            Some(assignment.into_iter().map(|(partition, _)| partition).collect())
        }
        Err(failure) if failure.error == ZkError::NoNode => Some(Vec::new()),
        _ => None,
    }
}
