//! What a consumer does about its share: it releases what it had, reads which other members there are, computes what is its own, and
//! claims that (`releasePartitionOwnership`, `AssignmentContext`, `reflectPartitionOwnershipDecision`).

use super::{REBALANCES, Step, Then, children_of, delete, partitions_of, read, subscription_of};
use crate::boundary::Outbox;
use crate::client::assignors::{AssignmentContext, assign};
use crate::client::facts::{ClientFact, FailedAt};
use crate::client::rules;
use crate::client::zk_consumer::connector::Connector;
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::zk_calls::{Call, Next};
use crate::kafka::{scala_hash, znodes};
use crate::sorted::Sorted;
use crate::zookeeper::{ZkError, ZkOp, ZkReply, ZkResult};

impl Connector {
    pub(super) fn release(&mut self, nth: u32, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        if let Some(tp) = rebalance.to_delete.get(nth as usize) {
            return Then::Ask(Step::Releasing(nth), delete(znodes::owner_path(&self.config.group, tp)));
        }
        let partitions = std::mem::take(&mut rebalance.to_delete);
        self.registry.clear();
        if !partitions.is_empty() {
            self.milestone(ClientFact::OwnersReleased { partitions }, out);
        }
        Then::Ask(Step::ContextSelf, self.read_member(&self.id))
    }

    pub(super) fn after_context_self(&mut self, result: &ZkResult) -> Then {
        let Some(subscription) = subscription_of(result) else { return Then::Fail(FailedAt::ReadingOwnRegistration) };
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        rebalance.subscription = subscription;
        self.ask_topic(0)
    }

    pub(super) fn after_context_topic(&mut self, nth: u32, result: &ZkResult) -> Then {
        let Some(partitions) = partitions_of(result) else { return Then::Fail(FailedAt::ReadingTopics) };
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        let topic = rebalance.subscription[nth as usize].0.clone();
        rebalance.topics.push((topic, partitions));
        self.ask_topic(nth + 1)
    }

    pub(super) fn after_context_members(&mut self, result: ZkResult) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        rebalance.members = children_of(result);
        self.ask_member(0)
    }

    pub(super) fn after_context_member(&mut self, nth: u32, result: &ZkResult) -> Then {
        // The member is gone since its name was read.
        let Some(subscription) = subscription_of(result) else { return Then::Fail(FailedAt::ReadingMembers) };
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        let member = rebalance.members[nth as usize].clone();
        rebalance.subscriptions.push((member, subscription));
        self.ask_member(nth + 1)
    }

    fn ask_topic(&self, nth: u32) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else { return Then::Wait };
        match rebalance.subscription.get(nth as usize) {
            Some((topic, _)) => Then::Ask(Step::ContextTopic(nth), self.read_topic(topic)),
            None => Then::Ask(Step::ContextMembers, self.read_members()),
        }
    }

    fn ask_member(&self, nth: u32) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else { return Then::Wait };
        match rebalance.members.get(nth as usize) {
            Some(member) => Then::Ask(Step::ContextMember(nth), self.read_member(member)),
            None => Then::Ask(Step::ContextMembersAgain, self.read_members()),
        }
    }

    pub(super) fn decide(&mut self, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        let context = AssignmentContext { me: &self.id, topics: &rebalance.topics, members: &rebalance.subscriptions };
        let Some(decision) = assign(self.config.assignment_strategy, &context) else {
            return Then::Fail(FailedAt::Assigning);
        };
        let mut partitions: Vec<TopicPartition> = decision.iter().map(|(tp, _)| tp.clone()).collect();
        let members = rebalance.subscriptions.len() as u32;
        // `partitionOwnershipDecision` is a mutable map: offsets are read and owners written in its order.
        let hashes: Vec<i32> = partitions.iter().map(scala_hash::of_partition).collect();
        partitions.sort_stably();
        rebalance.decision = scala_hash::map_order(&hashes).into_iter().map(|place| decision[place].clone()).collect();
        self.milestone(ClientFact::AssignmentComputed { partitions, members }, out);
        self.ask_offset(0, out)
    }

    pub(super) fn after_offset(&mut self, nth: u32, result: ZkResult, out: &mut Outbox) -> Then {
        let offset = match result {
            Ok(ZkReply::Data(data, _)) => data.as_deref().and_then(znodes::parse_offset).map(Some),
            Err(failure) if failure.error == ZkError::NoNode => Some(None),
            _ => None,
        };
        let Some(offset) = offset else { return Then::Fail(FailedAt::ReadingOffsets) };
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        rebalance.offsets.push(offset);
        self.ask_offset(nth + 1, out)
    }

    fn ask_offset(&mut self, nth: u32, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else { return Then::Wait };
        if let Some((tp, _)) = rebalance.decision.get(nth as usize) {
            return Then::Ask(Step::Offset(nth), read(znodes::offset_path(&self.config.group, tp)));
        }
        // `addPartitionTopicInfo`
        for ((tp, _), offset) in rebalance.decision.iter().zip(&rebalance.offsets) {
            self.checkpointed.insert(tp.clone(), *offset);
        }
        self.claimed_in = self.zk.session();
        self.claim(0, out)
    }

    fn begin_claim(&self, nth: u32) -> Option<(Call, ZkOp)> {
        let (tp, thread) = self.rebalance.as_ref()?.decision.get(nth as usize)?;
        let call = Call::create_ephemeral(znodes::owner_path(&self.config.group, tp), thread.clone());
        let op = call.begin();
        Some((call, op))
    }

    fn claim(&mut self, nth: u32, out: &mut Outbox) -> Then {
        match (self.begin_claim(nth), &mut self.rebalance) {
            (Some((call, op)), _) => Then::Ask(Step::Claiming(nth, call), op),
            (None, Some(rebalance)) if rebalance.failure.is_some() => {
                // `successfullyOwnedPartitions` grows at its head.
                rebalance.to_delete.reverse();
                self.undo(0, out)
            }
            (None, _) => Then::Succeed,
        }
    }

    pub(super) fn after_claim(&mut self, nth: u32, mut call: Call, result: ZkResult, out: &mut Outbox) -> Then {
        let result = match call.answered(result) {
            Next::Ask(op) => return Then::Ask(Step::Claiming(nth, call), op),
            Next::Return(result) => result,
        };
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        let tp = rebalance.decision[nth as usize].0.clone();
        match result {
            Ok(_) => {
                rebalance.to_delete.push(tp.clone());
                out.note_and_go_on(ClientFact::OwnerClaimed { tp });
            }
            // "Waiting for the partition ownership to be deleted": the others are claimed all the same.
            Err(failure) if failure.error == ZkError::NodeExists => {
                let conflict = out.note(ClientFact::ClaimConflict { tp });
                if rules::fails_the_attempt(true) {
                    rebalance.failure.get_or_insert(conflict);
                }
            }
            Err(_) => return Then::Fail(FailedAt::Claiming),
        }
        self.claim(nth + 1, out)
    }

    pub(super) fn undo(&mut self, nth: u32, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Wait };
        if let Some(tp) = rebalance.to_delete.get(nth as usize) {
            return Then::Ask(Step::Undoing(nth), delete(znodes::owner_path(&self.config.group, tp)));
        }
        let failure = rebalance.failure.unwrap_or_default();
        let mut partitions = std::mem::take(&mut rebalance.to_delete);
        partitions.sort_stably();
        if !partitions.is_empty() {
            out.note(ClientFact::OwnersReleased { partitions });
        }
        out.because(failure);
        self.after_failure(out);
        Then::Wait
    }

    pub(super) fn succeed(&mut self, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return };
        let decision = std::mem::take(&mut rebalance.decision);
        let owned = || decision.iter().map(|(tp, _)| tp.clone());
        self.positions = owned().zip(rebalance.offsets.iter().copied()).collect();
        self.registry = owned().collect();
        let partitions = self.registry.iter().cloned().collect();
        out.note_and_go_on(ClientFact::RebalanceCompleted { group: self.config.group.clone(), partitions });
        self.start_connections(out);
        self.finish(out);
    }
}
