//! What clients and followers ask of a leader (`KafkaApis`): append, read, and wait for it
//! (`ProducerRequestPurgatory`, `FetchRequestPurgatory`).

use super::facts::KafkaFact;
use super::io::Io;
use super::messages::{
    Batch, FetchFrom, FetchRequest, FetchResponse, FetchedPartition, Fetcher, KafkaError, KafkaMessage, ProduceRequest,
    ProduceResponse,
};
use super::replica::Replica;
use super::replicas::Replicas;
use super::rules;
use super::timers::BrokerTimer;
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::sure;
use crate::net::{Channel, ConnId};

/// Stands for `fetch.message.max.bytes` (1 MB): records of a partition in one answer.
const FETCH_RECORDS_MAX: u64 = 1_000;

const WAITS: &str = "a request that is answered takes its timer with it";

/// Whose fetch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asker {
    pub(super) conn: ConnId,
    pub(super) correlation: u32,
    pub(super) from: Fetcher,
}

/// A fetch that waits for records.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ParkedFetch {
    asker: Asker,
    min_records: u32,
    /// Replica and offset.
    partitions: Vec<(u32, u64)>,
}

/// A produce request that waits for the in-sync replicas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ParkedProduce {
    conn: ConnId,
    correlation: u32,
    /// Replica, the high watermark that it needs, the first offset.
    pending: Vec<(u32, u64, u64)>,
    results: Vec<(TopicPartition, Result<u64, KafkaError>)>,
}

/// Requests that wait. A slot's number names its timer; the least free slot is taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Parked {
    fetches: Vec<Option<ParkedFetch>>,
    produces: Vec<Option<ParkedProduce>>,
}

fn park<T>(slots: &mut Vec<Option<T>>, item: T) -> u32 {
    match slots.iter().position(Option::is_none) {
        Some(at) => {
            slots[at] = Some(item);
            at as u32
        }
        None => {
            slots.push(Some(item));
            slots.len() as u32 - 1
        }
    }
}

impl Parked {
    /// The client is gone.
    pub(super) fn forget(&mut self, conn: ConnId, io: &mut Io<'_>) {
        for (at, slot) in (0u32..).zip(&mut self.fetches) {
            if slot.as_ref().is_some_and(|fetch| fetch.asker.conn == conn) {
                *slot = None;
                io.out.disarm(Timer::Broker(BrokerTimer::FetchWait(at)));
            }
        }
        for (at, slot) in (0u32..).zip(&mut self.produces) {
            if slot.as_ref().is_some_and(|produce| produce.conn == conn) {
                *slot = None;
                io.out.disarm(Timer::Broker(BrokerTimer::ProduceWait(at)));
            }
        }
    }
}

impl Replicas {
    /// `handleProducerRequest`
    pub(super) fn produce(&mut self, conn: ConnId, correlation: u32, request: ProduceRequest, io: &mut Io<'_>) {
        let ProduceRequest { acks, timeout_ms, batches } = request;
        let mut results = Vec::with_capacity(batches.len());
        let mut pending = Vec::with_capacity(batches.len());
        let mut failed = false;
        let mut appended = Vec::with_capacity(batches.len());
        for (tp, batch) in batches {
            match self.append(&tp, batch, acks, io) {
                Ok((n, first, end)) => {
                    appended.push(n);
                    if rules::waits_for_the_isr(acks) {
                        pending.push((n, end, first));
                    } else {
                        results.push((tp, Ok(first)));
                    }
                }
                Err(error) => {
                    failed = true;
                    results.push((tp, Err(error)));
                }
            }
        }
        if acks == 0 {
            // No answer at all; an error shows in the connection being closed.
            if failed {
                io.out.close(conn);
            }
        } else if pending.is_empty() {
            io.out.send(conn, KafkaMessage::response(correlation, ProduceResponse { results }));
        } else {
            let slot = park(&mut self.parked.produces, ParkedProduce { conn, correlation, pending, results });
            io.out.arm(Timer::Broker(BrokerTimer::ProduceWait(slot)), Delay::ms(u64::from(timeout_ms)));
        }
        for n in appended {
            self.wake_fetches(n, io);
            self.advance(n, io);
        }
    }

    /// `Partition.appendMessagesToLeader`: the replica, the first offset and the log's end after it.
    fn append(
        &mut self,
        tp: &TopicPartition,
        batch: Batch,
        acks: i16,
        io: &mut Io<'_>,
    ) -> Result<(u32, u64, u64), KafkaError> {
        let n = self.hosted(tp).ok_or(KafkaError::UnknownTopicOrPartition)?;
        let replica = self.at(n);
        let leading = replica.leading().ok_or(KafkaError::NotLeaderForPartition)?;
        if !(-1..=1).contains(&acks) {
            return Err(KafkaError::InvalidRequiredAcks);
        }
        let min_insync = replica.min_insync.unwrap_or(io.config.min_insync_replicas);
        if acks == -1 && !rules::are_enough_in_sync(leading.isr.len(), min_insync) {
            return Err(KafkaError::NotEnoughReplicas);
        }
        let first = replica.disk.log.append(batch);
        let end = replica.log_end();
        if end > first {
            io.out.note(KafkaFact::RecordsAppended { tp: tp.clone(), first, last: end - 1 });
        }
        Ok((n, first, end))
    }

    /// The high watermark of a replica rose, or it leads no more: producers that wait for it may be answered.
    pub(super) fn complete_produces(&mut self, n: u32, io: &mut Io<'_>) {
        let Replicas { all, parked, .. } = self;
        let replica = &all[n as usize];
        for (at, slot) in (0u32..).zip(&mut parked.produces) {
            let Some(produce) = slot else { continue };
            let results = &mut produce.results;
            produce.pending.retain(|(other, needed, first)| {
                let done = if *other == n { acknowledged(replica, *needed, *first, io) } else { None };
                let keep = done.is_none();
                results.extend(done.map(|result| (replica.tp.clone(), result)));
                keep
            });
            if produce.pending.is_empty() {
                io.out.disarm(Timer::Broker(BrokerTimer::ProduceWait(at)));
                answer_produce(slot, io);
            }
        }
    }

    /// The producer's time is over.
    pub(super) fn produce_expired(&mut self, at: u32, io: &mut Io<'_>) {
        let Replicas { all, parked, .. } = self;
        let Some(slot) = sure(parked.produces.get_mut(at as usize), WAITS) else { return };
        if let Some(produce) = sure(slot.as_mut(), WAITS) {
            for (n, ..) in produce.pending.drain(..) {
                produce.results.push((all[n as usize].tp.clone(), Err(KafkaError::RequestTimedOut)));
            }
            answer_produce(slot, io);
        }
    }

    /// `handleFetchRequest`
    pub(super) fn fetch(&mut self, conn: ConnId, correlation: u32, request: FetchRequest, io: &mut Io<'_>) {
        let FetchRequest { from, max_wait_ms, min_records, partitions } = request;
        let asker = Asker { conn, correlation, from };
        let hosted: Vec<Option<u32>> = partitions.iter().map(|wanted| self.hosted(&wanted.tp)).collect();
        let wanted = || hosted.iter().copied().zip(&partitions);
        let mut available = 0;
        let mut refused = false;
        for (n, FetchFrom { offset, .. }) in wanted() {
            match n.map(|n| readable(&self.all[n as usize], from, *offset)) {
                Some(Ok(records)) => available += records,
                Some(Err(_)) | None => refused = true,
            }
        }
        let at_once = refused || available >= u64::from(min_records) || max_wait_ms == 0 || partitions.is_empty();
        // The answer is read before the follower's progress counts: its high watermark is a round behind.
        let answer = at_once.then(|| {
            let fetched = wanted().map(|(n, FetchFrom { tp, offset, .. })| self.read(tp.clone(), n, from, *offset));
            KafkaMessage::response(correlation, FetchResponse { partitions: fetched.collect() })
        });
        if let Fetcher::Replica(follower) = from {
            for (n, FetchFrom { offset, because, .. }) in wanted() {
                if let Some(n) = n
                    && readable(&self.all[n as usize], from, *offset).is_ok()
                {
                    self.follower_has(n, follower, *offset, *because, io);
                }
            }
        }
        match answer {
            Some(answer) => io.out.send(conn, answer),
            None => {
                let partitions = wanted().filter_map(|(n, wanted)| Some((n?, wanted.offset))).collect();
                let fetch = ParkedFetch { asker, min_records, partitions };
                let slot = park(&mut self.parked.fetches, fetch);
                io.out.arm(Timer::Broker(BrokerTimer::FetchWait(slot)), Delay::ms(u64::from(max_wait_ms)));
            }
        }
    }

    /// A replica has more to read, or leads no more: fetches that wait for it may be answered.
    pub(super) fn wake_fetches(&mut self, n: u32, io: &mut Io<'_>) {
        for at in 0..self.parked.fetches.len() {
            let Some(fetch) = &self.parked.fetches[at] else { continue };
            if !fetch.partitions.iter().any(|(other, _)| *other == n) {
                continue;
            }
            let mut available = 0;
            let mut refused = false;
            for (other, offset) in &fetch.partitions {
                match readable(&self.all[*other as usize], fetch.asker.from, *offset) {
                    Ok(records) => available += records,
                    Err(_) => refused = true,
                }
            }
            if refused || available >= u64::from(fetch.min_records) {
                io.out.disarm(Timer::Broker(BrokerTimer::FetchWait(at as u32)));
                self.answer_fetch(at as u32, io);
            }
        }
    }

    /// It waited long enough, or there is something to read.
    pub(super) fn answer_fetch(&mut self, at: u32, io: &mut Io<'_>) {
        let fetch = self.parked.fetches.get_mut(at as usize).and_then(Option::take);
        let Some(fetch) = sure(fetch, WAITS) else { return };
        let partitions = fetch
            .partitions
            .iter()
            .map(|(n, offset)| self.read(self.all[*n as usize].tp.clone(), Some(*n), fetch.asker.from, *offset))
            .collect();
        let answer = KafkaMessage::response(fetch.asker.correlation, FetchResponse { partitions });
        io.out.send(fetch.asker.conn, answer);
    }

    fn read(&self, tp: TopicPartition, n: Option<u32>, from: Fetcher, offset: u64) -> FetchedPartition {
        let Some(replica) = n.map(|n| &self.all[n as usize]) else {
            let error = Some(KafkaError::UnknownTopicOrPartition);
            return FetchedPartition { tp, error, high_watermark: 0, batches: Vec::new() };
        };
        let (error, batches) = match readable(replica, from, offset) {
            Ok(0) => (None, Vec::new()),
            Ok(_) => (None, replica.log().read(offset, limit(replica, from), FETCH_RECORDS_MAX)),
            Err(error) => (Some(error), Vec::new()),
        };
        FetchedPartition { tp, error, high_watermark: replica.high_watermark, batches }
    }

    /// `handleOffsetRequest`. A consumer sees the log up to the high watermark, a follower to its end.
    pub(super) fn offset(&self, conn: ConnId, tp: &TopicPartition, latest: bool) -> Result<u64, KafkaError> {
        let n = self.hosted(tp).ok_or(KafkaError::UnknownTopicOrPartition)?;
        let replica = &self.all[n as usize];
        if !replica.leads() {
            return Err(KafkaError::NotLeaderForPartition);
        }
        Ok(match (latest, conn.channel) {
            (false, _) => replica.log().start(),
            (true, Channel::ReplicaFetcher) => replica.log_end(),
            (true, _) => replica.high_watermark,
        })
    }

    /// The broker leads this partition no more: nobody waits here for it any longer.
    pub(super) fn leadership_lost(&mut self, n: u32, io: &mut Io<'_>) {
        self.complete_produces(n, io);
        self.wake_fetches(n, io);
    }
}

/// Followers read to the end of the log, consumers to the high watermark.
fn limit(replica: &Replica, from: Fetcher) -> u64 {
    rules::end_of_reading(matches!(from, Fetcher::Replica(_)), replica.log_end(), replica.high_watermark)
}

/// How many records there are to read from an offset on.
fn readable(replica: &Replica, from: Fetcher, offset: u64) -> Result<u64, KafkaError> {
    if !replica.leads() {
        return Err(KafkaError::NotLeaderForPartition);
    }
    if offset > replica.log_end() || offset < replica.log().start() {
        return Err(KafkaError::OffsetOutOfRange);
    }
    Ok(limit(replica, from).saturating_sub(offset))
}

/// Whether a record may be acknowledged to a producer that waits for all (`checkEnoughReplicasReachOffset`).
fn acknowledged(replica: &Replica, needed: u64, first: u64, io: &Io<'_>) -> Option<Result<u64, KafkaError>> {
    let Some(leading) = replica.leading() else { return Some(Err(KafkaError::NotLeaderForPartition)) };
    if replica.high_watermark < needed {
        return None;
    }
    let min_insync = replica.min_insync.unwrap_or(io.config.min_insync_replicas);
    Some(if rules::are_enough_in_sync(leading.isr.len(), min_insync) {
        Ok(first)
    } else {
        // The ISR shrank after the append: the record is in the log all the same.
        Err(KafkaError::NotEnoughReplicasAfterAppend)
    })
}

fn answer_produce(slot: &mut Option<ParkedProduce>, io: &mut Io<'_>) {
    if let Some(ParkedProduce { conn, correlation, results, .. }) = slot.take() {
        io.out.send(conn, KafkaMessage::response(correlation, ProduceResponse { results }));
    }
}
