//! What a follower does: it asks its leaders for what it does not have, and appends it (`ReplicaFetcherThread`).

use super::Replicas;
use crate::ids::*;
use crate::invariant::never;
use crate::kafka::facts::KafkaFact;
use crate::kafka::fetchers::refused;
use crate::kafka::io::Io;
use crate::kafka::messages::{FetchFrom, FetchedPartition, KafkaError};
use crate::kafka::replica::{Replica, Role};
use crate::net::ConnId;

impl Replicas {
    pub(in crate::kafka) fn fetcher_opened(&mut self, conn: ConnId, io: &mut Io<'_>) {
        let all = &self.all;
        self.fetchers.opened(conn, &|n| wanted(all, n), io);
    }

    pub(in crate::kafka) fn fetcher_lost(&mut self, conn: ConnId, io: &mut Io<'_>) {
        self.fetchers.lost(conn, io);
    }

    pub(in crate::kafka) fn fetcher_pause_over(&mut self, leader: BrokerId, io: &mut Io<'_>) {
        let all = &self.all;
        self.fetchers.resume(leader, &|n| wanted(all, n), io);
    }

    pub(in crate::kafka) fn fetcher_timeout(&mut self, leader: BrokerId, io: &mut Io<'_>) {
        self.fetchers.check_timeout(leader, io);
    }

    /// The leader's answer: append, and learn its high watermark as of its reading.
    pub(in crate::kafka) fn fetched(
        &mut self,
        conn: ConnId,
        correlation: u32,
        partitions: Vec<FetchedPartition>,
        io: &mut Io<'_>,
    ) {
        let Replicas { all, fetchers, .. } = self;
        let Some((leader, followed)) = fetchers.answered(conn, correlation) else { return };
        let refused = refused(&partitions);
        let mut out_of_range = None;
        for fetched in partitions {
            // Since the request was sent it may have become a leader, or the follower of another.
            let Some(n) = followed.iter().copied().find(|n| all[*n as usize].tp == fetched.tp) else { continue };
            let replica = &mut all[n as usize];
            match &mut replica.role {
                Role::Follower { leader: followed, because } if *followed == leader => {
                    if io.out.released().0.is_some() {
                        *because = io.out.released();
                    }
                }
                Role::Follower { .. } | Role::Leader(_) | Role::NoLeader | Role::Unknown => {
                    never!("a fetcher has only the followers of its leader");
                    continue;
                }
            }
            if fetched.error == Some(KafkaError::OffsetOutOfRange) {
                out_of_range = out_of_range.or(Some(n));
            }
            if fetched.error.is_some() {
                continue;
            }
            let first = replica.log_end();
            for (offset, batch) in fetched.batches {
                // What was asked before a truncation does not fit any more.
                if offset == replica.log_end() {
                    replica.disk.log.append(batch);
                }
            }
            let end = replica.log_end();
            if end > first {
                io.out.note(KafkaFact::RecordsReplicated { tp: fetched.tp.clone(), first, last: end - 1 });
            }
            let high_watermark = end.min(fetched.high_watermark);
            if high_watermark != replica.high_watermark {
                replica.high_watermark = high_watermark;
                io.out.note(KafkaFact::HighWatermarkAdvanced { tp: fetched.tp, high_watermark });
            }
            replica.check();
        }
        match out_of_range {
            Some(n) => {
                let tp = all[n as usize].tp.clone();
                fetchers.ask_offset(conn, n, tp, true, io);
            }
            None => fetchers.go_on(conn, refused, &|n| wanted(all, n), io),
        }
    }

    /// `handleOffsetOutOfRange`: the leader's log ends before ours (an unclean election), or begins after it.
    pub(in crate::kafka) fn leader_offset(
        &mut self,
        conn: ConnId,
        correlation: u32,
        result: Result<u64, KafkaError>,
        io: &mut Io<'_>,
    ) {
        // Since it asked, the replica may have become a leader, or the follower of another: the answer is nobody's, and the
        // fetcher goes on with the others.
        let Some((n, still_follows)) = self.fetchers.offset_answered(conn, correlation) else { return };
        if still_follows && let Ok(offset) = result {
            let end = self.at(n).log_end();
            let unclean = self.at(n).unclean.unwrap_or(io.config.unclean_leader_election_enable);
            if offset < end && !unclean {
                // Records would be lost that nobody may lose: 0.8.2 halts the process.
                io.out.note_and_go_on(KafkaFact::BrokerHalted { tp: self.at(n).tp.clone(), leader_end: offset });
                io.out.exit();
                return;
            }
            if offset < end {
                self.truncate(n, offset, io);
            } else {
                self.at(n).disk.log.restart_at(offset);
            }
        }
        let all = &self.all;
        self.fetchers.go_on(conn, still_follows && result.is_err(), &|n| wanted(all, n), io);
    }
}

/// What a follower asks for: everything from its log's end on.
fn wanted(all: &[Replica], n: u32) -> FetchFrom {
    let replica = &all[n as usize];
    let because = if let Role::Follower { because, .. } = replica.role { because } else { Recorded(None) };
    FetchFrom { tp: replica.tp.clone(), offset: replica.log_end(), because }
}
