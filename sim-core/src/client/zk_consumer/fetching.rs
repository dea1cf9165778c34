//! `ConsumerFetcherManager` and its fetchers: one a broker, with one request under way at a time. What was
//! fetched is handed to the application at once.

use super::Application;
use super::config::*;
use super::connector::Connector;
use super::leader_finder::LeaderFinder;
use crate::boundary::{Delay, Outbox, Timer};
use crate::client::ClientFact;
use crate::client::timers::ConsumerTimer;
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::{
    FetchFrom, FetchRequest, FetchedPartition, Fetcher as FetchedBy, KafkaError, KafkaMessage, OffsetRequest,
};
use crate::net::{Channel, ConnId};
use crate::sorted::{SortedMap, SortedSet};
use std::collections::VecDeque;

const CLOSED: &str = "a fetcher that goes closes its connection and disarms its timers";

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Asked {
    Fetch,
    /// `earliestOrLatestOffset`
    Offset(TopicPartition),
}

/// `ConsumerFetcherThread` with its `SimpleConsumer`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Fetcher {
    conn: Option<ConnId>,
    open: bool,
    asked: Option<Asked>,
    /// The request failed once: `SimpleConsumer.sendRequest` connects again and repeats it, once.
    repeated: bool,
    partitions: SortedSet<TopicPartition>,
    /// Partitions that need an offset before they can be fetched.
    resets: VecDeque<TopicPartition>,
    silent_ticks: u8,
    /// Why it fetches.
    cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fetching {
    fetchers: SortedMap<BrokerId, Fetcher>,
    pub(super) no_leader: SortedSet<TopicPartition>,
    pub(super) finder: LeaderFinder,
    /// Where the leader finder begins among the brokers.
    pub(super) start: u64,
    /// Answers of ZooKeeper to a leader finder that was stopped meanwhile.
    pub(super) stale_answers: u32,
}

impl Fetching {
    pub(super) fn new(start: u64) -> Fetching {
        Fetching {
            fetchers: SortedMap::new(),
            no_leader: SortedSet::new(),
            finder: LeaderFinder::Stopped,
            start,
            stale_answers: 0,
        }
    }

    /// Partitions that are being fetched, with their brokers.
    pub(super) fn fetched(&self) -> impl Iterator<Item = (&TopicPartition, BrokerId)> {
        self.fetchers.iter().flat_map(|(broker, fetcher)| fetcher.partitions.iter().map(move |tp| (tp, *broker)))
    }

    /// Everything that is fetched, or that a leader is looked for, in order.
    pub(super) fn partitions(&self) -> impl Iterator<Item = &TopicPartition> {
        let fetched = self.fetchers.values().flat_map(|fetcher| fetcher.partitions.iter().chain(&fetcher.resets));
        fetched.chain(&self.no_leader).collect::<SortedSet<_>>().into_iter()
    }
}

impl Connector {
    /// `startConnections`: every partition needs a leader first.
    pub(super) fn start_connections(&mut self, out: &mut Outbox) {
        self.fetching.no_leader = self.registry.clone();
        self.fetching.finder = LeaderFinder::Waiting;
        self.find_leaders(out);
    }

    /// `stopConnections`: the leader finder first, then all fetchers. What is under way is forgotten.
    pub(super) fn stop_connections(&mut self, out: &mut Outbox) {
        self.stop_leader_finder(out);
        for (broker, fetcher) in std::mem::take(&mut self.fetching.fetchers) {
            close(broker, &fetcher, out);
        }
        self.fetching.no_leader.clear();
    }

    /// `addFetcherForPartitions`, after the leader finder has found a leader.
    pub(super) fn fetch_from(&mut self, broker: BrokerId, tp: TopicPartition, out: &mut Outbox) {
        let cause = out.cause();
        let fetcher = self.fetching.fetchers.or_insert_with(broker, || Fetcher {
            conn: None,
            open: false,
            asked: None,
            repeated: false,
            partitions: SortedSet::new(),
            resets: VecDeque::new(),
            silent_ticks: 0,
            cause,
        });
        match self.positions.get(&tp).copied().flatten() {
            Some(offset) => {
                fetcher.cause = out.note(ClientFact::FetchResumed { tp: tp.clone(), leader: broker, offset });
                fetcher.partitions.insert(tp);
            }
            None => fetcher.resets.push_back(tp),
        }
        self.run_fetcher(broker, out);
    }

    /// `shutdownIdleFetcherThreads`
    pub(super) fn close_idle_fetchers(&mut self, out: &mut Outbox) {
        self.fetching.fetchers.retain(|broker, fetcher| {
            let idle = fetcher.partitions.is_empty() && fetcher.resets.is_empty();
            if idle {
                close(*broker, fetcher, out);
            }
            !idle
        });
    }

    /// Sends the next request, if there is one to send and none under way.
    fn run_fetcher(&mut self, broker: BrokerId, out: &mut Outbox) {
        let Some(fetcher) = sure(self.fetching.fetchers.get_mut(&broker), CLOSED) else { return };
        if fetcher.partitions.is_empty() && fetcher.resets.is_empty() {
            return;
        }
        let server = NodeId::Broker(broker);
        let Some(conn) = fetcher.conn else {
            fetcher.conn = Some(out.connect(server, Channel::Consume));
            fetcher.silent_ticks = 0;
            arm_tick(broker, out);
            return;
        };
        if !fetcher.open || fetcher.asked.is_some() {
            return;
        }
        let message = if let Some(tp) = fetcher.resets.front() {
            fetcher.asked = Some(Asked::Offset(tp.clone()));
            let latest = !self.config.reset_to_smallest;
            KafkaMessage::request(0, OffsetRequest { tp: tp.clone(), latest })
        } else {
            fetcher.asked = Some(Asked::Fetch);
            let positions = &self.positions;
            let offset = |tp: &TopicPartition| positions.get(tp).copied().flatten();
            let from =
                |tp: &TopicPartition| Some(FetchFrom { tp: tp.clone(), offset: offset(tp)?, because: Recorded(None) });
            let partitions = fetcher.partitions.iter().filter_map(from).collect();
            // One request at a time on a connection: its number need not differ from the last one's.
            let max_wait_ms = self.config.fetch_wait_max_ms;
            KafkaMessage::request(
                0,
                FetchRequest { from: FetchedBy::Consumer, max_wait_ms, min_records: 1, partitions },
            )
        };
        let cause = out.cause();
        out.because(fetcher.cause);
        out.send(conn, message);
        out.because(cause);
    }

    pub(super) fn fetcher_opened(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some((broker, fetcher)) = sure(self.fetcher_of(conn), CLOSED) else { return };
        fetcher.open = true;
        fetcher.silent_ticks = 0;
        self.run_fetcher(broker, out);
    }

    pub(super) fn fetched(
        &mut self,
        conn: ConnId,
        partitions: &[FetchedPartition],
        application: &mut Application,
        out: &mut Outbox,
    ) {
        let Some((broker, fetcher)) = sure(self.fetcher_of(conn), CLOSED) else { return };
        if fetcher.asked != Some(Asked::Fetch) {
            never!("an answer belongs to the one question that is under way");
            return;
        }
        fetcher.answered();
        let mut with_error = Vec::new();
        for fetched in partitions {
            let Some(fetcher) = sure(self.fetching.fetchers.get_mut(&broker), CLOSED) else { return };
            // Given up while the request was under way: its records are another member's now.
            if !fetcher.partitions.contains(&fetched.tp) {
                continue;
            }
            match fetched.error {
                None => self.hand_out(fetched, application, out),
                Some(KafkaError::OffsetOutOfRange) => {
                    // `handleOffsetOutOfRange`
                    fetcher.partitions.remove(&fetched.tp);
                    fetcher.resets.push_back(fetched.tp.clone());
                }
                Some(_) => with_error.push(fetched.tp.clone()),
            }
        }
        self.partitions_with_error(broker, &with_error, out);
        self.run_fetcher(broker, out);
    }

    /// The queue and the iterator: the records go to the application, the position moves behind them.
    fn hand_out(&mut self, fetched: &FetchedPartition, application: &mut Application, out: &mut Outbox) {
        let position = self.positions.get_mut(&fetched.tp).and_then(Option::as_mut);
        let Some(position) = sure(position, "what is fetched has a position") else { return };
        let mut range: Option<(u64, u64)> = None;
        for (base, batch) in &fetched.batches {
            let end = base + batch.len() as u64;
            if end > *position && !batch.is_empty() {
                let first = (*base).max(*position);
                range = Some((range.map_or(first, |(first, _)| first), end - 1));
                *position = end;
            }
        }
        if let Some((first, last)) = range {
            let (group, tp) = (self.config.group.clone(), fetched.tp.clone());
            out.note(ClientFact::RecordsReceived { group, tp, first, last });
            application.hand_out(&fetched.tp, first, last);
        }
    }

    pub(super) fn offset_found(
        &mut self,
        conn: ConnId,
        tp: &TopicPartition,
        result: Result<u64, KafkaError>,
        out: &mut Outbox,
    ) {
        let Some((broker, fetcher)) = sure(self.fetcher_of(conn), CLOSED) else { return };
        if fetcher.asked.as_ref() != Some(&Asked::Offset(tp.clone())) {
            never!("an answer belongs to the one question that is under way");
            return;
        }
        fetcher.answered();
        fetcher.resets.retain(|waiting| waiting != tp);
        match result {
            Ok(offset) => {
                fetcher.partitions.insert(tp.clone());
                let tp = tp.clone();
                fetcher.cause = out.note(ClientFact::OffsetReset { tp: tp.clone(), offset });
                self.positions.insert(tp, Some(offset));
            }
            Err(_) => self.partitions_with_error(broker, std::slice::from_ref(tp), out),
        }
        self.run_fetcher(broker, out);
    }

    /// `handlePartitionsWithErrors`: no fetcher any more, the leader finder takes over.
    fn partitions_with_error(&mut self, broker: BrokerId, partitions: &[TopicPartition], out: &mut Outbox) {
        if partitions.is_empty() {
            return;
        }
        if let Some(fetcher) = sure(self.fetching.fetchers.get_mut(&broker), CLOSED) {
            fetcher.partitions.retain(|tp| !partitions.contains(tp));
        }
        self.fetching.no_leader.extend(partitions.iter().cloned());
        let partitions = partitions.to_vec();
        let cause = out.cause();
        out.note_and_go_on(ClientFact::FetchFailed { leader: broker, partitions });
        self.find_leaders(out);
        out.because(cause);
    }

    pub(super) fn fetcher_lost(&mut self, conn: ConnId, out: &mut Outbox) {
        let Some((broker, fetcher)) = sure(self.fetcher_of(conn), CLOSED) else { return };
        out.disarm(Timer::Consumer(ConsumerTimer::SocketTimeout(broker)));
        fetcher.conn = None;
        fetcher.open = false;
        let asked = fetcher.asked.take();
        if !std::mem::replace(&mut fetcher.repeated, true) {
            fetcher.cause = out.cause();
            self.run_fetcher(broker, out);
            return;
        }
        fetcher.repeated = false;
        let failed: Vec<TopicPartition> = match asked {
            Some(Asked::Offset(tp)) => vec![tp],
            Some(Asked::Fetch) | None => fetcher.partitions.iter().chain(&fetcher.resets).cloned().collect(),
        };
        fetcher.resets.retain(|tp| !failed.contains(tp));
        self.partitions_with_error(broker, &failed, out);
        self.run_fetcher(broker, out);
    }

    pub(super) fn socket_tick(&mut self, broker: BrokerId, out: &mut Outbox) {
        let Some(fetcher) = sure(self.fetching.fetchers.get_mut(&broker), CLOSED) else { return };
        let Some(conn) = sure(fetcher.conn, CLOSED) else { return };
        if fetcher.asked.is_some() || !fetcher.open {
            fetcher.silent_ticks += 1;
        }
        if fetcher.silent_ticks >= SOCKET_TIMEOUT_TICKS {
            out.close(conn);
            self.fetcher_lost(conn, out);
        } else {
            arm_tick(broker, out);
        }
    }

    fn fetcher_of(&mut self, conn: ConnId) -> Option<(BrokerId, &mut Fetcher)> {
        let broker = conn.called_broker()?;
        let fetcher = self.fetching.fetchers.get_mut(&broker)?;
        (fetcher.conn == Some(conn)).then_some((broker, fetcher))
    }
}

impl Fetcher {
    fn answered(&mut self) {
        self.asked = None;
        self.repeated = false;
        self.silent_ticks = 0;
    }
}

fn close(broker: BrokerId, fetcher: &Fetcher, out: &mut Outbox) {
    if let Some(conn) = fetcher.conn {
        out.disarm(Timer::Consumer(ConsumerTimer::SocketTimeout(broker)));
        out.close(conn);
    }
}

fn arm_tick(broker: BrokerId, out: &mut Outbox) {
    let timer = Timer::Consumer(ConsumerTimer::SocketTimeout(broker));
    out.arm_awaiting(timer, Delay::ms(SOCKET_TIMEOUT_TICK_MS), NodeId::Broker(broker));
}
