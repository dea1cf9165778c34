//! What a consumer does about its share: it releases what it had, reads who else is there, computes what is its own, and
//! claims that (`releasePartitionOwnership`, `AssignmentContext`, `reflectPartitionOwnershipDecision`).

use super::{REBALANCES, Step, Then, delete, read};
use crate::boundary::Outbox;
use crate::client::assignors::{AssignmentContext, assign};
use crate::client::facts::{ClientFact, FailedAt};
use crate::client::zk_consumer::connector::Connector;
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::zk_calls::Call;
use crate::kafka::{scala_hash, znodes};
use crate::sorted::Sorted;
use crate::zookeeper::ZkOp;

impl Connector {
    pub(super) fn release(&mut self, nth: u32, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return };
        if let Some(tp) = rebalance.to_delete.get(nth as usize) {
            let op = delete(znodes::owner_path(&self.config.group, tp));
            self.go_on(Then::Ask(Step::Releasing(nth), op), out);
            return;
        }
        let partitions = std::mem::take(&mut rebalance.to_delete);
        self.registry.clear();
        if !partitions.is_empty() {
            self.milestone(ClientFact::OwnersReleased { partitions }, out);
        }
        let op = self.read_member(&self.id);
        self.go_on(Then::Ask(Step::ContextSelf, op), out);
    }

    pub(super) fn after_topic(&self, nth: u32) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else {
            return Then::Fail(FailedAt::ReadingTopics);
        };
        match rebalance.subscription.get(nth as usize) {
            Some((topic, _)) => Then::Ask(Step::ContextTopic(nth), self.read_topic(topic)),
            None => Then::Ask(Step::ContextMembers, self.read_members()),
        }
    }

    pub(super) fn after_member(&self, nth: u32) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else {
            return Then::Fail(FailedAt::ReadingMembers);
        };
        match rebalance.members.get(nth as usize) {
            Some(member) => Then::Ask(Step::ContextMember(nth), self.read_member(member)),
            None => Then::Ask(Step::ContextMembersAgain, self.read_members()),
        }
    }

    pub(super) fn decide(&mut self, out: &mut Outbox) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return Then::Fail(FailedAt::Assigning) };
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
        self.after_offset(0)
    }

    pub(super) fn after_offset(&mut self, nth: u32) -> Then {
        let Some(rebalance) = sure(self.rebalance.as_ref(), REBALANCES) else {
            return Then::Fail(FailedAt::ReadingOffsets);
        };
        if let Some((tp, _)) = rebalance.decision.get(nth as usize) {
            return Then::Ask(Step::Offset(nth), read(znodes::offset_path(&self.config.group, tp)));
        }
        // `addPartitionTopicInfo`
        for ((tp, _), offset) in rebalance.decision.iter().zip(&rebalance.offsets) {
            self.checkpointed.insert(tp.clone(), *offset);
        }
        self.claimed_in = self.zk.session();
        match self.first_claim(0) {
            Some((call, op)) => Then::Ask(Step::Claiming(0, call), op),
            None => Then::Succeed,
        }
    }

    pub(super) fn first_claim(&self, nth: u32) -> Option<(Call, ZkOp)> {
        let (tp, thread) = self.rebalance.as_ref()?.decision.get(nth as usize)?;
        let call = Call::create_ephemeral(znodes::owner_path(&self.config.group, tp), thread.clone());
        let op = call.begin();
        Some((call, op))
    }

    pub(super) fn claim(&mut self, nth: u32, out: &mut Outbox) {
        match self.first_claim(nth) {
            Some((call, op)) => self.go_on(Then::Ask(Step::Claiming(nth, call), op), out),
            None if self.rebalance.as_ref().is_some_and(|rebalance| rebalance.failure.is_some()) => {
                // `successfullyOwnedPartitions` grows at its head.
                if let Some(rebalance) = &mut self.rebalance {
                    rebalance.to_delete.reverse();
                }
                self.undo(0, out);
            }
            None => self.succeed(out),
        }
    }

    pub(super) fn undo(&mut self, nth: u32, out: &mut Outbox) {
        let Some(rebalance) = sure(self.rebalance.as_mut(), REBALANCES) else { return };
        if let Some(tp) = rebalance.to_delete.get(nth as usize) {
            let op = delete(znodes::owner_path(&self.config.group, tp));
            self.go_on(Then::Ask(Step::Undoing(nth), op), out);
            return;
        }
        let failure = rebalance.failure.unwrap_or_default();
        let mut partitions = std::mem::take(&mut rebalance.to_delete);
        partitions.sort_stably();
        if !partitions.is_empty() {
            out.note(ClientFact::OwnersReleased { partitions });
        }
        out.because(failure);
        self.after_failure(out);
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
