//! When a condition holds on a real system, and when one has come to rest.

use std::thread;
use std::time::{Duration, Instant};

use sim_core::ids::{NodeId, TopicPartition};
use sim_core::json::Json;
use sim_core::kafka::{LeaderAndIsr, znodes};
use sim_core::scenario::condition::Condition;
use sim_core::scenario::observation::role_name;
use sim_core::zookeeper::KeeperState;

use workshop::Error;

use super::kafka::Cluster;
use super::kafka::registry::Registry;
use super::process::POLL;
use super::zookeeper::client::Client;
use super::zookeeper::four_letter::Status;
use super::{Real, left};
use crate::playthrough::{Ending, Why};

/// A write through a fresh client that takes longer counts as failed.
const PROBE_MAX: Duration = Duration::from_secs(5);
/// A read by our own client that takes longer is tried again with another one.
const READ_MAX: Duration = Duration::from_secs(3);
/// Nothing may change for this long until an ensemble counts as settled.
const QUIET: Duration = Duration::from_millis(1_500);
/// With brokers: the pause between two attempts of a consumer to get its share is shorter (`rebalance.backoff.ms`), and so
/// is everything else that goes on by itself.
const QUIET_WITH_KAFKA: Duration = Duration::from_millis(3_000);
const SETTLE_POLL: Duration = Duration::from_millis(100);

/// Conditions about what only Kafka has.
pub(super) fn only_with_kafka(condition: &Condition) -> bool {
    match condition {
        Condition::ZnodeExists(_)
        | Condition::ZnodeGone(_)
        | Condition::ZnodeJson { .. }
        | Condition::Service(_)
        | Condition::Role { .. }
        | Condition::ClientState { .. } => false,
        Condition::Leader { .. }
        | Condition::Isr { .. }
        | Condition::Controller(_)
        | Condition::Received { .. }
        | Condition::Owns { .. }
        | Condition::Whole(_) => true,
        Condition::AnyOf(conditions) => conditions.iter().any(only_with_kafka),
    }
}

/// Conditions that no file has: only the page's own stories do.
pub(super) fn only_simulated(condition: &Condition) -> bool {
    matches!(condition, Condition::Whole(_) | Condition::AnyOf(_))
}

impl Real {
    pub(super) fn wait_for(&mut self, condition: &Condition, within: Duration) -> Result<(), Ending> {
        let deadline = Instant::now() + within;
        loop {
            let asked_at = Instant::now();
            let instead = match self.check(condition)? {
                None => return Ok(()),
                Some(instead) => instead,
            };
            if asked_at >= deadline {
                return Err(Ending::new(Why::NotReached, format!("not reached; {instead}")));
            }
            thread::sleep(POLL);
        }
    }

    /// What is there instead; nothing when the condition holds.
    fn check(&mut self, condition: &Condition) -> Result<Option<String>, Ending> {
        let unless = |holds: bool, instead: &str| (!holds).then(|| instead.to_owned());
        let nobody = || "no server answers".to_owned();
        Ok(match condition {
            Condition::ZnodeExists(path) => match self.read(path) {
                Some(Some(_)) => None,
                Some(None) => Some("it does not exist".to_owned()),
                None => Some(nobody()),
            },
            // What cannot be asked is not known to be gone.
            Condition::ZnodeGone(path) => match self.read(path) {
                Some(None) => None,
                Some(Some(_)) => Some("it still exists".to_owned()),
                None => Some(nobody()),
            },
            Condition::ZnodeJson { path, has } => match self.read(path) {
                Some(Some(Some(data))) => {
                    let holds = Json::parse(&data).is_some_and(|json| json.has(has));
                    unless(holds, &format!("it holds {data}"))
                }
                Some(Some(None)) => Some("it holds no data".to_owned()),
                Some(None) => Some("it does not exist".to_owned()),
                None => Some(nobody()),
            },
            Condition::Service(wanted) => {
                let works = self.serves();
                unless(works == *wanted, if works { "such a write succeeds" } else { "such a write fails" })
            }
            Condition::Role { node, is } => {
                let role = match node {
                    NodeId::Zk(id) => self.ensemble.role(*id).map_err(Ending::broken)?,
                    _ => None,
                };
                unless(role == *is, &format!("it is {}", role_name(role)))
            }
            Condition::ClientState { client, is } => {
                let state = match client {
                    NodeId::ZkShell(id) => self.client(*id)?.state(),
                    _ => None,
                };
                let instead =
                    state.map_or("it is not running".to_owned(), |state| format!("its state is {}", state.name()));
                unless(state == Some(*is), &instead)
            }
            Condition::Leader { tp, is } => {
                let leader = self.partition_state(tp).map(|state| state.leader);
                unless(leader == Some(*is), &format!("it is {leader:?}"))
            }
            Condition::Isr { tp, is } => {
                let isr = self.partition_state(tp).map(|state| state.isr);
                unless(isr.as_ref() == Some(is), &format!("it is {isr:?}"))
            }
            Condition::Controller(id) => {
                let data = self.read(znodes::CONTROLLER).flatten().flatten();
                let controller = data.as_deref().and_then(znodes::parse_controller_info);
                unless(controller == Some(*id), &format!("it is {controller:?}"))
            }
            Condition::Received { consumer, at_least } => {
                let count = self.cluster().and_then(|kafka| kafka.received_count(*consumer)).map_err(Ending::broken)?;
                unless(count as u64 >= *at_least, &format!("there are {count}"))
            }
            Condition::Owns { consumer, partitions } => {
                let mut wanted = partitions.clone();
                wanted.sort();
                let owned = self.owned_by(*consumer).map_err(Ending::broken)?;
                let names = owned.iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                unless(owned.as_ref() == Some(&wanted), &format!("it owns [{names}]"))
            }
            Condition::Whole(_) | Condition::AnyOf(_) => unless(false, "only the simulator knows"),
        })
    }

    /// A partition's state, as its znode has it.
    fn partition_state(&mut self, tp: &TopicPartition) -> Option<LeaderAndIsr> {
        let data = self.read(&znodes::state_path(tp))???;
        // Its version is not compared.
        znodes::parse_partition_state(&data, 0)
    }

    /// What the owners' znodes say; nothing when nobody can be asked.
    fn owned_by(&mut self, consumer: NodeId) -> Result<Option<Vec<TopicPartition>>, Error> {
        let name = self.cluster()?.consumer_name(consumer)?;
        let Ok(found) = self.observer.tree("/", READ_MAX) else {
            self.open_observer(READ_MAX);
            return Ok(None);
        };
        let (registry, sessions) = (Registry(&found), self.sessions.clone());
        self.cluster()?.note_sessions(&registry, &sessions);
        Ok(Some(registry.owned_by(&name, &sessions)))
    }

    /// A write through a fresh client succeeds. As in the simulator it is only tried when a server leads.
    fn serves(&mut self) -> bool {
        if !self.ensemble.statuses().iter().any(|(_, status)| status.leads()) {
            return false;
        }
        let all = self.ensemble.addresses(&self.ensemble.ids());
        self.observer.probe(&all, PROBE_MAX).is_ok()
    }

    /// A znode's data, if it exists; nothing when nobody can be asked.
    pub(super) fn read(&mut self, path: &str) -> Option<Option<sim_core::zookeeper::ZData>> {
        if let Ok(found) = self.observer.read(path, READ_MAX) {
            return Some(found);
        }
        self.open_observer(READ_MAX).then(|| self.observer.read(path, READ_MAX).ok()).flatten()
    }

    /// A fresh observing client of the servers that serve.
    pub(super) fn open_observer(&mut self, within: Duration) -> bool {
        let serving: Vec<u16> =
            self.ensemble.statuses().into_iter().filter(|(_, status)| status.is_serving()).map(|(id, _)| id).collect();
        !serving.is_empty() && self.observer.open(&self.ensemble.addresses(&serving), within).is_ok()
    }

    /// Waits until nothing but periodic traffic is going on any more.
    pub(super) fn settle(&mut self, within: Duration) -> Result<(), Ending> {
        let deadline = Instant::now() + within;
        let quiet = if self.kafka.is_some() { QUIET_WITH_KAFKA } else { QUIET }.min(within / 2);
        let mut seen = self.picture();
        let mut since = Instant::now();
        loop {
            thread::sleep(SETTLE_POLL.min(left(deadline)));
            let now = self.picture();
            let busy = self.busy(&now.servers);
            if now != seen || busy.is_some() {
                since = Instant::now();
                seen = now;
            } else if since.elapsed() >= quiet {
                return Ok(());
            }
            // What was quiet when the time ran out may have its quiet.
            if Instant::now() >= deadline + quiet {
                let why = busy.unwrap_or_else(|| "something still changes".to_owned());
                return Err(Ending::new(Why::NotSettled, format!("it did not come to rest; {why}")));
            }
        }
    }

    fn picture(&mut self) -> Picture {
        Picture {
            servers: self.ensemble.statuses(),
            events: self.clients.iter().map(Client::events_count).collect(),
            received: self.kafka.as_ref().map_or(0, Cluster::received_by_all),
        }
    }

    /// A procedure of several moments that goes on by itself.
    fn busy(&mut self, servers: &[(u16, Status)]) -> Option<String> {
        if servers.iter().any(|(_, status)| status.leads()) {
            let waiting = self.clients.iter_mut().find_map(|client| {
                let reconnects = client.is_awake() && client.state() == Some(KeeperState::Disconnected);
                reconnects.then(|| format!("{} is not connected", client.name))
            });
            if waiting.is_some() {
                return waiting;
            }
        }
        let (awake, all) = self.ensemble.awake();
        let outside = servers.iter().filter(|(_, status)| !status.is_serving()).count();
        // A majority that is up finds its leader, and every server that is up finds the others.
        (awake * 2 > all && outside > all - awake).then(|| "an election is going on".to_owned())
    }
}

#[derive(PartialEq, Eq)]
struct Picture {
    servers: Vec<(u16, Status)>,
    events: Vec<usize>,
    received: usize,
}
