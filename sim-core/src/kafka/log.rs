//! A partition's log on one broker: append-only batches, cut at the end by truncation.
//!
//! Batches are shared with messages and with the logs of other replicas. The log itself is made of sealed
//! chunks, so that a keyframe's clone costs two pointers, however long the log is.

use super::messages::{Batch, Batches, Record};
use std::sync::Arc;

/// Batches in a chunk: an append copies at the most this many pointers when a keyframe shares the tail.
const CHUNK_BATCHES: usize = 64;

type Chunk = Vec<(u64, Batch)>;

/// The records of a replica, on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    start: u64,
    end: u64,
    sealed: Arc<Vec<Arc<Chunk>>>,
    tail: Arc<Chunk>,
}

impl Log {
    /// The offset of the first record.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// The offset that the next record will get (Kafka's "log end offset").
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Appends; the offset of the first record.
    pub fn append(&mut self, batch: Batch) -> u64 {
        let first = self.end;
        self.end += batch.len() as u64;
        if self.tail.len() == CHUNK_BATCHES {
            let full = std::mem::take(&mut self.tail);
            Arc::make_mut(&mut self.sealed).push(full);
        }
        let tail = Arc::make_mut(&mut self.tail);
        if tail.capacity() == 0 {
            tail.reserve_exact(CHUNK_BATCHES);
        }
        tail.push((first, batch));
        first
    }

    /// Removes every record from `to` on (`Log.truncateTo`).
    pub fn truncate(&mut self, to: u64) {
        if to >= self.end {
            return;
        }
        let to = to.max(self.start);
        self.end = to;
        while self.tail.first().is_none_or(|(first, _)| *first >= to) {
            // The cut is in an earlier chunk, which becomes the tail again.
            match Arc::make_mut(&mut self.sealed).pop() {
                Some(chunk) => self.tail = chunk,
                None => {
                    self.tail = Arc::default();
                    return;
                }
            }
        }
        let tail = Arc::make_mut(&mut self.tail);
        tail.retain(|(first, _)| *first < to);
        if let Some((first, batch)) = tail.last_mut() {
            let keep = (to - *first) as usize;
            if keep < batch.len() {
                *batch = batch[..keep].into();
            }
        }
    }

    /// Removes everything; the next record gets this offset (`Log.truncateFullyAndStartAt`).
    pub(crate) fn restart_at(&mut self, offset: u64) {
        *self = Log { start: offset, end: offset, ..Log::default() };
    }

    /// Records from an offset on and below `limit`: whole batches up to about `records_max` records, at
    /// least one batch.
    pub fn read(&self, from: u64, limit: u64, records_max: u64) -> Batches {
        // Mostly it is one batch: what came since the last read.
        let mut batches = Vec::with_capacity(1);
        let limit = limit.min(self.end);
        let mut next = from;
        for (first, batch) in self.batches_from(from) {
            if next >= limit || next - from >= records_max {
                break;
            }
            let last = first + batch.len() as u64;
            let upto = last.min(limit);
            if next == *first && upto == last {
                batches.push((*first, batch.clone()));
            } else {
                batches.push((next, batch[(next - first) as usize..(upto - first) as usize].into()));
            }
            next = upto;
        }
        batches
    }

    /// The last `n` records, oldest first, with their offsets.
    pub(crate) fn last_records(&self, n: u64) -> impl Iterator<Item = (u64, &Record)> {
        let from = self.end.saturating_sub(n).max(self.start);
        self.records_from(from)
    }

    /// All records from an offset on.
    pub fn records_from(&self, from: u64) -> impl Iterator<Item = (u64, &Record)> {
        self.batches_from(from)
            .flat_map(|(first, batch)| (*first..).zip(batch.iter()))
            .filter(move |(offset, _)| *offset >= from)
    }

    /// The record at an offset.
    pub fn record(&self, offset: u64) -> Option<&Record> {
        self.records_from(offset).next().filter(|(at, _)| *at == offset).map(|(_, record)| record)
    }

    fn batches_from(&self, from: u64) -> impl Iterator<Item = &(u64, Batch)> {
        let is_before = move |(first, batch): &(u64, Batch)| first + batch.len() as u64 <= from;
        // Nearly every read is at the tail.
        let (sealed, tail) = match self.tail.first() {
            Some((first, _)) if *first <= from => (&[][..], &self.tail[self.tail.partition_point(is_before)..]),
            _ => {
                let at = self.sealed.partition_point(|chunk| chunk.first().is_some_and(|(first, _)| *first <= from));
                (&self.sealed[at.saturating_sub(1)..], &self.tail[..])
            }
        };
        sealed.iter().flat_map(|chunk| chunk.iter()).skip_while(move |batch| is_before(batch)).chain(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::RecordId;
    use super::*;

    fn batch(numbers: std::ops::Range<u32>) -> Batch {
        numbers
            .map(|number| Record { id: RecordId { producer: 1, number }, key: None, value: Arc::from("v") })
            .collect()
    }

    fn numbers(log: &Log, from: u64) -> Vec<u32> {
        log.records_from(from).map(|(_, record)| record.id.number).collect()
    }

    /// Record n has offset n; batches of 3.
    fn filled(records: u32) -> Log {
        let mut log = Log::default();
        for first in (0..records).step_by(3) {
            assert_eq!(log.append(batch(first..(first + 3).min(records))), u64::from(first));
        }
        log
    }

    #[test]
    fn a_record_has_the_offset_at_which_it_was_appended() {
        let log = filled(1000);
        assert_eq!(log.end(), 1000);
        for offset in [0, 1, 2, 3, 191, 192, 193, 998, 999] {
            assert_eq!(log.record(offset).map(|r| u64::from(r.id.number)), Some(offset));
        }
        assert_eq!(log.record(1000), None);
    }

    #[test]
    fn a_read_stops_at_its_limit_within_a_batch() {
        let log = filled(10);
        let read = log.read(1, 5, 100);
        let flat: Vec<_> = read.iter().flat_map(|(first, b)| (*first..).zip(b.iter().map(|r| r.id.number))).collect();
        assert_eq!(flat, [(1, 1), (2, 2), (3, 3), (4, 4)]);
        assert!(log.read(10, 100, 100).is_empty());
        assert_eq!(log.read(0, 10, 1).len(), 1);
    }

    #[test]
    fn truncation_cuts_to_the_record_and_appends_go_on_from_there() {
        for cut in [0, 1, 3, 190, 191, 192, 193, 194, 383, 384, 599, 600, 700] {
            let mut log = filled(600);
            let before = log.clone();
            log.truncate(cut);
            let left = cut.min(600);
            assert_eq!(log.end(), left);
            assert_eq!(numbers(&log, 0), (0..left as u32).collect::<Vec<_>>());
            log.append(batch(9_000..9_002));
            assert_eq!(numbers(&log, left), [9_000, 9_001]);
            assert_eq!(before, filled(600), "a clone is not touched");
        }
    }
}
