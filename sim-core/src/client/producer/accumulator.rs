//! Records that wait to be sent, batch by batch a partition (`RecordAccumulator`).

use crate::ids::*;
use crate::kafka::{Batch, Record};
use crate::sorted::SortedMap;
use std::collections::VecDeque;

/// A batch that was taken out to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Drained {
    pub(super) tp: TopicPartition,
    pub(super) records: Batch,
    /// How often it was put back.
    pub(super) attempts: u32,
    pub(super) cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Contents {
    Filling(Vec<Record>),
    /// It was sent before: nothing is added any more.
    Closed(Batch),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Waiting {
    contents: Contents,
    attempts: u32,
    /// `linger.ms` is not over yet; the number names the batch to its timer.
    lingering: Option<u32>,
    backing_off: bool,
    cause: Cause,
}

impl Waiting {
    fn len(&self) -> u32 {
        match &self.contents {
            Contents::Filling(records) => records.len() as u32,
            Contents::Closed(batch) => batch.len() as u32,
        }
    }
}

/// What became of an appended record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Appended {
    /// A new batch was begun, with this number for the timer of `linger.ms`.
    pub(super) new_batch: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Accumulator {
    /// Only partitions with something in them.
    queues: SortedMap<TopicPartition, VecDeque<Waiting>>,
    records: u32,
    next_batch: u32,
}

impl Accumulator {
    pub(super) fn records(&self) -> u32 {
        self.records
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    pub(super) fn append(
        &mut self,
        tp: &TopicPartition,
        record: Record,
        batch_records: u32,
        linger: bool,
        cause: Cause,
    ) -> Appended {
        self.records += 1;
        let queue = self.queues.or_default(tp.clone());
        if let Some(Waiting { contents: Contents::Filling(records), .. }) = queue.back_mut()
            && (records.len() as u32) < batch_records
        {
            records.push(record);
            return Appended { new_batch: None };
        }
        let number = linger.then_some(self.next_batch);
        self.next_batch = self.next_batch.wrapping_add(u32::from(linger));
        queue.push_back(Waiting {
            contents: Contents::Filling(vec![record]),
            attempts: 0,
            lingering: number,
            backing_off: false,
            cause,
        });
        Appended { new_batch: number }
    }

    /// Puts a batch back to the front. Two batches of one partition that come back in the order in which
    /// they were sent end up in the opposite order: the real one's reordering with several in flight.
    pub(super) fn put_back(&mut self, batch: Drained) {
        self.records += batch.records.len() as u32;
        self.queues.or_default(batch.tp).push_front(Waiting {
            contents: Contents::Closed(batch.records),
            attempts: batch.attempts + 1,
            lingering: None,
            backing_off: true,
            cause: batch.cause,
        });
    }

    /// `linger.ms` of this batch is over.
    pub(super) fn lingered(&mut self, tp: &TopicPartition, number: u32) {
        for batch in self.queues.get_mut(tp).into_iter().flatten() {
            if batch.lingering == Some(number) {
                batch.lingering = None;
            }
        }
    }

    /// `retry.backoff.ms` is over for what was put back first of this partition.
    pub(super) fn backed_off(&mut self, tp: &TopicPartition) {
        // Put back to the front, so the oldest is the last one of those that back off.
        let oldest = self.queues.get_mut(tp).and_then(|queue| queue.iter_mut().rfind(|batch| batch.backing_off));
        if let Some(batch) = oldest {
            batch.backing_off = false;
        }
    }

    /// Why the partition's first batch is sent now: a change of its leader, for instance.
    pub(super) fn because(&mut self, tp: &TopicPartition, cause: Cause) {
        if let Some(batch) = self.queues.get_mut(tp).and_then(|queue| queue.front_mut()) {
            batch.cause = cause;
        }
    }

    /// Partitions with something in them, and whether it may be sent: full, lingered long enough, or the
    /// producer is closing, and not backing off. With the cause of the first batch.
    pub(super) fn partitions(
        &self,
        batch_records: u32,
        closing: bool,
    ) -> impl Iterator<Item = (&TopicPartition, bool, Cause)> {
        self.queues.iter().filter_map(move |(tp, queue)| {
            let first = queue.front()?;
            let full = queue.len() > 1 || first.len() >= batch_records;
            let sendable = (full || first.lingering.is_none() || closing) && !first.backing_off;
            Some((tp, sendable, first.cause))
        })
    }

    /// Takes the first batch of each of these partitions: of those that linger or back off too, once a
    /// request goes to their leader anyway (`RecordAccumulator.drain` of 0.8.2 does not look).
    pub(super) fn drain(&mut self, led: impl Fn(&TopicPartition) -> bool) -> Vec<Drained> {
        let mut drained = Vec::new();
        for (tp, queue) in self.queues.iter_mut() {
            if led(tp)
                && let Some(batch) = queue.pop_front()
            {
                self.records -= batch.len();
                let records = match batch.contents {
                    Contents::Filling(records) => records.into(),
                    Contents::Closed(records) => records,
                };
                drained.push(Drained { tp: tp.clone(), records, attempts: batch.attempts, cause: batch.cause });
            }
        }
        self.queues.retain(|_, queue| !queue.is_empty());
        drained
    }
}
