//! Offsets: what was handed out, written to /consumers/G/offsets (`commitOffsets`, storage "zookeeper").

use super::connector::{Connector, Thread};
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::timers::ConsumerTimer;
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::zk_calls::{Call, Next};
use crate::kafka::{scala_hash, znodes};
use crate::zookeeper::ZkResult;
use std::collections::VecDeque;

const COMMITS: &str = "one commit is under way when its thread goes on";

/// The thread that commits, and goes on when it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CommitBy {
    Timer,
    Order,
    Rebalance,
    Shutdown,
}

/// A commit under way: partition after partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commit {
    by: CommitBy,
    /// What the call for the first of these waits for.
    call: Option<Call>,
    /// The offsets as they were when the commit began.
    left: VecDeque<(TopicPartition, u64)>,
    cause: Cause,
}

impl Connector {
    pub(super) fn arm_auto_commit(&self, out: &mut Outbox) {
        let interval = Delay::ms(u64::from(self.config.auto_commit_interval_ms.max(1)));
        out.arm(Timer::Consumer(ConsumerTimer::AutoCommit), interval);
    }

    /// The scheduler has one thread: a run that is due while the last one goes on waits for it.
    pub(super) fn auto_commit(&mut self, out: &mut Outbox) {
        self.arm_auto_commit(out);
        let under_way = self.commit.as_ref().is_some_and(|commit| commit.by == CommitBy::Timer);
        if !under_way && !self.commit_queue.iter().any(|(by, _)| *by == CommitBy::Timer) {
            self.commit_offsets(CommitBy::Timer, out);
        }
    }

    pub(super) fn commit_by_order(&mut self, out: &mut Outbox) {
        self.commit_offsets(CommitBy::Order, out);
    }

    /// Commits as soon as nobody else does (`offsetsChannelLock`).
    pub(super) fn commit_offsets(&mut self, by: CommitBy, out: &mut Outbox) {
        self.commit_queue.push_back((by, out.cause()));
        self.next_commit(out);
    }

    fn next_commit(&mut self, out: &mut Outbox) {
        while self.commit.is_none() {
            let Some((by, cause)) = self.commit_queue.pop_front() else { return };
            out.because(cause);
            // `offsetsToCommit`, an immutable map. An offset that is not known (−1) was checkpointed as such: it never
            // differs.
            let owned: Vec<TopicPartition> = self.registry.iter().cloned().collect();
            let left = scala_hash::in_set_order(&owned)
                .into_iter()
                .filter_map(|tp| {
                    let offset = self.positions.get(&tp).copied().flatten()?;
                    Some((tp, offset))
                })
                .collect();
            self.commit = Some(Commit { by, call: None, left, cause });
            self.commit_next_partition(out);
        }
    }

    /// Writes the next offset that is not what was last written; unconditionally, even if another member wrote meanwhile.
    fn commit_next_partition(&mut self, out: &mut Outbox) {
        let Some(commit) = sure(self.commit.as_mut(), COMMITS) else { return };
        while let Some((tp, offset)) = commit.left.front() {
            if self.checkpointed.get(tp) != Some(&Some(*offset)) {
                let path = znodes::offset_path(&self.config.group, tp);
                let call = Call::update_persistent(path, znodes::offset_data(*offset));
                let op = call.begin();
                commit.call = Some(call);
                out.because(commit.cause);
                self.ask(Thread::Commit, op, out);
                return;
            }
            commit.left.pop_front();
        }
        self.commit_done(true, out);
    }

    pub(super) fn commit_answer(&mut self, result: ZkResult, out: &mut Outbox) {
        let Some(commit) = sure(self.commit.as_mut(), COMMITS) else { return };
        let Some(call) = sure(commit.call.as_mut(), COMMITS) else { return };
        match call.answered(result) {
            Next::Ask(op) => self.ask(Thread::Commit, op, out),
            Next::Return(Ok(_)) => {
                commit.call = None;
                if let Some((tp, offset)) = commit.left.pop_front() {
                    out.note(ClientFact::OffsetCommitted { tp: tp.clone(), offset });
                    self.checkpointed.insert(tp, Some(offset));
                }
                self.commit_next_partition(out);
            }
            Next::Return(Err(_)) => self.commit_done(false, out),
        }
    }

    fn commit_done(&mut self, ok: bool, out: &mut Outbox) {
        let Some(commit) = sure(self.commit.take(), COMMITS) else { return };
        match commit.by {
            CommitBy::Timer | CommitBy::Order => {}
            CommitBy::Rebalance => self.rebalance_committed(ok, out),
            // An error during shutdown is logged, and the session is left to expire; ours is closed.
            CommitBy::Shutdown => self.close(out),
        }
        self.next_commit(out);
    }
}
