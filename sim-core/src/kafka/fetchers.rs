//! Followers copy from their leaders (`ReplicaFetcherManager`, `AbstractFetcherThread`): one fetcher for each
//! leading broker, one request under way.

use super::facts::KafkaFact;
use super::io::Io;
use super::messages::{FetchFrom, FetchRequest, FetchedPartition, Fetcher as From, KafkaMessage, OffsetRequest};
use super::timers::BrokerTimer;
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::net::{Channel, ConnId};
use crate::sorted::Sorted;

/// `replica.socket.timeout.ms`
const SOCKET_TIMEOUT: Delay = Delay::ms(30_000);
/// After an error. 0.8.2 tries again at once; this is how long a refused connection and the next try take here.
const PAUSE: Delay = Delay::ms(1_000);
/// `replica.fetch.min.bytes`, in records.
const MIN_RECORDS: u32 = 1;

const NO_LATE_PACKETS: &str = "a fetcher that goes closes its connection, and nothing comes from a closed one";
const ONE_AT_A_TIME: &str = "one request is under way on a connection";

/// What it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Waiting {
    /// For the connection.
    Connection,
    /// For the answer with this number.
    Answer(u32),
    /// For its pause after an error.
    Pause,
    /// The leader knows nothing of our offset: its earliest or latest one was asked.
    Offset(u32, u32),
}

/// The thread that fetches from one broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Fetcher {
    leader: BrokerId,
    conn: Option<ConnId>,
    waiting: Waiting,
    correlation: u32,
    /// Replicas that follow this broker, by their number on this one.
    replicas: Vec<u32>,
    /// An answer came since the socket timeout was armed.
    heard: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Fetchers {
    fetchers: Vec<Fetcher>,
}

/// What is to be fetched for a replica.
pub(super) type Wanted<'a> = &'a dyn Fn(u32) -> FetchFrom;

impl Fetchers {
    /// From now on this replica follows that broker.
    pub(super) fn add(&mut self, replica: u32, leader: BrokerId, io: &mut Io<'_>) {
        self.remove(replica);
        let fetcher = match self.fetchers.iter_mut().find(|fetcher| fetcher.leader == leader) {
            Some(fetcher) => fetcher,
            None => {
                let conn = io.out.connect(NodeId::Broker(leader), Channel::ReplicaFetcher);
                self.fetchers.push(Fetcher {
                    leader,
                    conn: Some(conn),
                    waiting: Waiting::Connection,
                    correlation: 0,
                    replicas: Vec::new(),
                    heard: false,
                });
                arm_socket_timeout(leader, io);
                let last = self.fetchers.len() - 1;
                &mut self.fetchers[last]
            }
        };
        fetcher.replicas.push(replica);
        fetcher.replicas.sort_stably();
    }

    /// It follows nobody any more. What is under way is ignored when it comes.
    pub(super) fn remove(&mut self, replica: u32) {
        for fetcher in &mut self.fetchers {
            fetcher.replicas.retain(|other| *other != replica);
        }
    }

    /// `shutdownIdleFetcherThreads`
    pub(super) fn close_idle(&mut self, io: &mut Io<'_>) {
        self.fetchers.retain(|fetcher| {
            if fetcher.replicas.is_empty() {
                if let Some(conn) = fetcher.conn {
                    io.out.close(conn);
                }
                io.out.disarm(Timer::Broker(BrokerTimer::FetcherPause(fetcher.leader)));
                io.out.disarm(Timer::Broker(BrokerTimer::FetcherTimeout(fetcher.leader)));
            }
            !fetcher.replicas.is_empty()
        });
    }

    pub(super) fn opened(&mut self, conn: ConnId, wanted: Wanted<'_>, io: &mut Io<'_>) {
        if let Some(fetcher) = sure(self.of(conn), NO_LATE_PACKETS) {
            fetcher.fetch(wanted, io);
        }
    }

    pub(super) fn lost(&mut self, conn: ConnId, io: &mut Io<'_>) {
        if let Some(fetcher) = sure(self.of(conn), NO_LATE_PACKETS) {
            fetcher.fail(io);
        }
    }

    /// The pause after a failure is over.
    pub(super) fn resume(&mut self, leader: BrokerId, wanted: Wanted<'_>, io: &mut Io<'_>) {
        let Some(fetcher) = sure(self.to(leader), "a pause ends with its fetcher") else { return };
        if fetcher.conn.is_some() {
            fetcher.fetch(wanted, io);
        } else {
            fetcher.conn = Some(io.out.connect(NodeId::Broker(leader), Channel::ReplicaFetcher));
            fetcher.waiting = Waiting::Connection;
        }
    }

    pub(super) fn check_timeout(&mut self, leader: BrokerId, io: &mut Io<'_>) {
        let Some(fetcher) = sure(self.to(leader), "a timeout ends with its fetcher") else { return };
        let heard = std::mem::take(&mut fetcher.heard);
        if !heard && let Some(conn) = fetcher.conn {
            io.out.close(conn);
            fetcher.fail(io);
        }
        arm_socket_timeout(leader, io);
    }

    /// The replicas whose answer this is.
    pub(super) fn answered(&mut self, conn: ConnId, correlation: u32) -> Option<(BrokerId, &[u32])> {
        let fetcher = sure(self.of(conn), NO_LATE_PACKETS)?;
        fetcher.heard = true;
        debug_assert_eq!(fetcher.waiting, Waiting::Answer(correlation), "{ONE_AT_A_TIME}");
        (fetcher.waiting == Waiting::Answer(correlation)).then_some((fetcher.leader, &fetcher.replicas[..]))
    }

    /// The replica whose offset was asked, and whether it still follows this broker.
    pub(super) fn offset_answered(&mut self, conn: ConnId, correlation: u32) -> Option<(u32, bool)> {
        let fetcher = sure(self.of(conn), NO_LATE_PACKETS)?;
        fetcher.heard = true;
        match fetcher.waiting {
            Waiting::Offset(asked, replica) if asked == correlation => {
                Some((replica, fetcher.replicas.contains(&replica)))
            }
            Waiting::Connection | Waiting::Answer(_) | Waiting::Pause | Waiting::Offset(..) => {
                never!("one request is under way on a connection");
                None
            }
        }
    }

    /// After an answer: fetch on, or pause when the leader refused something.
    pub(super) fn go_on(&mut self, conn: ConnId, refused: bool, wanted: Wanted<'_>, io: &mut Io<'_>) {
        let Some(fetcher) = sure(self.of(conn), NO_LATE_PACKETS) else { return };
        if refused {
            fetcher.pause(io);
        } else {
            fetcher.fetch(wanted, io);
        }
    }

    /// Asks the leader for its latest or earliest offset of a partition.
    pub(super) fn ask_offset(&mut self, conn: ConnId, replica: u32, tp: TopicPartition, latest: bool, io: &mut Io<'_>) {
        let Some(fetcher) = sure(self.of(conn), NO_LATE_PACKETS) else { return };
        fetcher.correlation = fetcher.correlation.wrapping_add(1);
        let correlation = fetcher.correlation;
        fetcher.waiting = Waiting::Offset(correlation, replica);
        io.out.send(conn, KafkaMessage::request(correlation, OffsetRequest { tp, latest }));
    }

    fn to(&mut self, leader: BrokerId) -> Option<&mut Fetcher> {
        self.fetchers.iter_mut().find(|fetcher| fetcher.leader == leader)
    }

    fn of(&mut self, conn: ConnId) -> Option<&mut Fetcher> {
        self.fetchers.iter_mut().find(|fetcher| fetcher.conn == Some(conn))
    }
}

impl Fetcher {
    fn fetch(&mut self, wanted: Wanted<'_>, io: &mut Io<'_>) {
        let Some(conn) = sure(self.conn, "a fetcher fetches over its connection") else { return };
        self.correlation = self.correlation.wrapping_add(1);
        self.waiting = Waiting::Answer(self.correlation);
        let partitions = self.replicas.iter().map(|replica| wanted(*replica)).collect();
        let request = FetchRequest {
            from: From::Replica(io.id),
            max_wait_ms: io.config.replica_fetch_wait_max_ms,
            min_records: MIN_RECORDS,
            partitions,
        };
        io.out.send(conn, KafkaMessage::request(self.correlation, request));
    }

    fn fail(&mut self, io: &mut Io<'_>) {
        self.conn = None;
        io.out.note(KafkaFact::FetcherFailed { leader: self.leader });
        self.pause(io);
    }

    fn pause(&mut self, io: &mut Io<'_>) {
        self.waiting = Waiting::Pause;
        io.out.arm(Timer::Broker(BrokerTimer::FetcherPause(self.leader)), PAUSE);
    }
}

fn arm_socket_timeout(leader: BrokerId, io: &mut Io<'_>) {
    io.out.arm_awaiting(Timer::Broker(BrokerTimer::FetcherTimeout(leader)), SOCKET_TIMEOUT, NodeId::Broker(leader));
}

/// Whether anything in an answer was refused.
pub(super) fn refused(partitions: &[FetchedPartition]) -> bool {
    partitions.iter().any(|fetched| fetched.error.is_some())
}
