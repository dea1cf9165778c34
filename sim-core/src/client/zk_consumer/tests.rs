//! Groups of consumers against a few hand-made znodes and one log: the state machine alone, without the
//! client library, the ensemble and the brokers.

use super::*;
use crate::boundary::{Effect, Input};
use crate::client::ClientFact;
use crate::event::Fact;
use crate::kafka::{
    Api, FetchFrom, FetchResponse, FetchedPartition, KafkaMessage, MetadataResponse, OffsetRequest, OffsetResponse,
    PartitionMetadata, Record, RecordId, Request, Response, TopicMetadata,
};
use crate::net::ConnId;
use crate::net::LostWhy;
use crate::release::{Kafka, ZkVersion};
use crate::time::SimTime;
use crate::zookeeper::*;
use std::collections::{BTreeMap, BTreeSet};

/// What arrives somewhere at a time.
enum What {
    /// At ZooKeeper, from this consumer.
    Op(u64, ZkOp),
    Event(ZkEvent),
    In(Input),
}

struct Bench {
    consumers: Vec<ZkConsumer>,
    now_ms: u64,
    /// (when, ordinal, consumer, what).
    agenda: BTreeMap<(u64, u64), (usize, What)>,
    next: u64,
    znodes: BTreeMap<String, (ZData, Option<usize>)>,
    watches: BTreeSet<(usize, bool, String)>,
    frozen: BTreeSet<usize>,
    brokers: Vec<BrokerId>,
    leader: BrokerId,
    /// Records in each partition of "orders".
    log: Vec<u64>,
    facts: Vec<(usize, Fact)>,
    exited: BTreeSet<usize>,
}

const GROUP: &str = "billing";

fn orders(partition: u32) -> TopicPartition {
    TopicPartition { topic: "orders".into(), partition }
}

impl Bench {
    fn new(partitions: u32) -> Bench {
        let mut bench = Bench {
            consumers: Vec::new(),
            now_ms: 0,
            agenda: BTreeMap::new(),
            next: 0,
            znodes: BTreeMap::new(),
            watches: BTreeSet::new(),
            frozen: BTreeSet::new(),
            brokers: vec![1, 2],
            leader: 1,
            log: vec![0; partitions as usize],
            facts: Vec::new(),
            exited: BTreeSet::new(),
        };
        for path in crate::kafka::znodes::COMMON_PATHS {
            bench.znodes.insert(path.into(), (None, None));
        }
        for id in [1, 2] {
            bench.znodes.insert(format!("/brokers/ids/{id}"), (Some("{}".into()), None));
        }
        let assignment: Vec<(u32, Vec<BrokerId>)> = (0..partitions).map(|partition| (partition, vec![1, 2])).collect();
        let data = crate::kafka::znodes::topic_assignment(&assignment);
        bench.znodes.insert("/brokers/topics/orders".into(), (Some(data), None));
        bench
    }

    fn config() -> ConsumerConfig {
        ConsumerConfig { reset_to_smallest: true, ..Kafka::V0_8_2.consumer_config(GROUP.into(), vec!["orders".into()]) }
    }

    fn add(&mut self, name: &str) -> usize {
        let zk = ZkClientConfig {
            servers: vec![NodeId::Zk(1)],
            session_timeout_ms: 6_000,
            version: ZkVersion::V3_4,
            retry_until_connected: true,
        };
        self.consumers.push(ZkConsumer::new(name.into(), Bench::config(), zk));
        let n = self.consumers.len() - 1;
        self.input(n, Input::Started { entropy: n as u64 });
        self.plan(1, n, What::Event(ZkEvent::State(KeeperState::SyncConnected)));
        n
    }

    fn plan(&mut self, after_ms: u64, n: usize, what: What) {
        self.next += 1;
        self.agenda.insert((self.now_ms + after_ms, self.next), (n, what));
    }

    fn with(&mut self, n: usize, act: impl FnOnce(&mut ZkConsumer, &mut Outbox)) {
        let mut out = Outbox::for_node(NodeId::Consumer(n as u16), SimTime::from_ms(self.now_ms));
        // Each connection gets another number.
        out.next_serial = self.next as u32;
        act(&mut self.consumers[n], &mut out);
        let asked = self.consumers[n].process.as_mut().map_or_else(Vec::new, |p| std::mem::take(&mut p.asked));
        for (tag, op) in asked {
            self.plan(1, n, What::Op(tag, op));
        }
        for effect in out.take() {
            match effect {
                Effect::Connect(conn) => {
                    let alive = matches!(conn.server, NodeId::Broker(id) if self.brokers.contains(&id));
                    let answer = if alive { Input::Opened(conn) } else { Input::Lost(conn, LostWhy::Refused) };
                    if matches!(conn.server, NodeId::Broker(_)) {
                        self.plan(1, n, What::In(answer));
                    }
                }
                Effect::Send(conn, Message::Kafka(message), _) => self.serve(n, conn, &message),
                Effect::Arm { timer: timer @ Timer::Consumer(_), delay, .. } => {
                    self.disarm(n, timer);
                    self.plan(delay.at_least.as_ms(), n, What::In(Input::Timer(timer)));
                }
                Effect::Disarm(timer) => self.disarm(n, timer),
                Effect::Close(closed) => self.agenda.retain(|_, (_, what)| match what {
                    What::In(Input::Message(conn, _) | Input::Opened(conn) | Input::Lost(conn, _)) => *conn != closed,
                    _ => true,
                }),
                Effect::Note(_, fact, _) => self.facts.push((n, fact)),
                Effect::Exit => {
                    self.exited.insert(n);
                }
                _ => {}
            }
        }
    }

    fn disarm(&mut self, n: usize, timer: Timer) {
        self.agenda.retain(|_, (to, what)| !(*to == n && matches!(what, What::In(Input::Timer(t)) if *t == timer)));
    }

    fn input(&mut self, n: usize, input: Input) {
        self.with(n, |consumer, out| consumer.handle(input, out));
    }

    fn event(&mut self, n: usize, event: ZkEvent) {
        self.with(n, |consumer, out| {
            if let Some(process) = &mut consumer.process {
                process.zk_event(event, out);
            }
        });
    }

    // ---- the broker ----

    fn serve(&mut self, n: usize, conn: ConnId, message: &KafkaMessage) {
        let mut after_ms = 1;
        let answer: Response = match &message.api {
            Api::Request(Request::Metadata(_)) => {
                let partitions = (0..self.log.len() as u32).map(|partition| PartitionMetadata {
                    partition,
                    error: None,
                    leader: Some(self.leader),
                    replicas: Vec::new(),
                    isr: Vec::new(),
                });
                let topic = TopicMetadata { topic: "orders".into(), error: None, partitions: partitions.collect() };
                let brokers = self.brokers.clone();
                MetadataResponse { brokers, topics: vec![topic] }.into()
            }
            Api::Request(Request::Offset(OffsetRequest { tp, latest })) => {
                let result = Ok(if *latest { self.log[tp.partition as usize] } else { 0 });
                OffsetResponse { tp: tp.clone(), result }.into()
            }
            Api::Request(Request::Fetch(request)) => {
                let one = |FetchFrom { tp, offset, .. }: &FetchFrom| {
                    let end = self.log[tp.partition as usize];
                    let record = |n| Record { id: RecordId { producer: 1, number: n }, key: None, value: "v".into() };
                    let batch = (*offset..end).map(|offset| record(offset as u32)).collect();
                    let batches = if end > *offset { vec![(*offset, batch)] } else { Vec::new() };
                    FetchedPartition { tp: tp.clone(), error: None, high_watermark: end, batches }
                };
                let partitions: Vec<FetchedPartition> = request.partitions.iter().map(one).collect();
                if partitions.iter().all(|partition| partition.batches.is_empty()) {
                    after_ms += u64::from(request.max_wait_ms);
                }
                FetchResponse { partitions }.into()
            }
            other => panic!("{other:?}"),
        };
        let answer = KafkaMessage::response(message.correlation, answer);
        self.plan(after_ms, n, What::In(Input::Message(conn, answer.into())));
    }

    fn kill_broker(&mut self, id: BrokerId, new_leader: BrokerId) {
        self.brokers.retain(|broker| *broker != id);
        self.leader = new_leader;
        let mut lost = BTreeSet::new();
        self.agenda.retain(|_, (n, what)| match what {
            What::In(Input::Message(conn, _)) if conn.server == NodeId::Broker(id) => {
                lost.insert((*n, *conn));
                false
            }
            _ => true,
        });
        for (n, conn) in lost {
            self.plan(1, n, What::In(Input::Lost(conn, LostWhy::Reset)));
        }
    }

    // ---- ZooKeeper ----

    fn fire(&mut self, child: bool, path: &str, event: WatchEvent) {
        let watching: Vec<_> =
            self.watches.iter().filter(|(_, kind, watched)| *kind == child && watched == path).cloned().collect();
        for watch in watching {
            self.plan(1, watch.0, What::Event(ZkEvent::Watch(event, path.into())));
            self.watches.remove(&watch);
        }
    }

    fn changed(&mut self, path: &str, event: WatchEvent) {
        self.fire(false, path, event);
        if event != WatchEvent::NodeDataChanged
            && let Some((parent, _)) = path.rsplit_once('/')
        {
            self.fire(true, parent, WatchEvent::NodeChildrenChanged);
        }
    }

    fn perform(&mut self, n: usize, op: &ZkOp) -> ZkResult {
        let stat = Stat::default();
        match op {
            ZkOp::Create { path, data, mode } => {
                let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
                if !parent.is_empty() && !self.znodes.contains_key(parent) {
                    return Err(ZkError::NoNode.into());
                }
                if self.znodes.contains_key(&**path) {
                    return Err(ZkError::NodeExists.into());
                }
                let owner = mode.is_ephemeral().then_some(n);
                self.znodes.insert(path.to_string(), (data.clone(), owner));
                self.changed(path, WatchEvent::NodeCreated);
                Ok(ZkReply::Created(path.clone()))
            }
            ZkOp::Delete { path, .. } => {
                self.znodes.remove(&**path).ok_or(ZkError::NoNode)?;
                self.changed(path, WatchEvent::NodeDeleted);
                Ok(ZkReply::Deleted)
            }
            ZkOp::SetData { path, data, .. } => {
                self.znodes.get_mut(&**path).ok_or(ZkError::NoNode)?.0 = data.clone();
                self.changed(path, WatchEvent::NodeDataChanged);
                Ok(ZkReply::Set(stat))
            }
            ZkOp::Exists { path, watch } => {
                if *watch {
                    self.watches.insert((n, false, path.to_string()));
                }
                Ok(ZkReply::Exists(self.znodes.contains_key(&**path).then_some(stat)))
            }
            ZkOp::GetData { path, watch } => {
                let data = self.znodes.get(&**path).ok_or(ZkError::NoNode)?.0.clone();
                if *watch {
                    self.watches.insert((n, false, path.to_string()));
                }
                Ok(ZkReply::Data(data, stat))
            }
            ZkOp::GetChildren { path, watch } => {
                if !self.znodes.contains_key(&**path) {
                    return Err(ZkError::NoNode.into());
                }
                if *watch {
                    self.watches.insert((n, true, path.to_string()));
                }
                Ok(ZkReply::Children(self.children(path).iter().map(|name| name.as_str().into()).collect(), stat))
            }
            other => panic!("{other:?}"),
        }
    }

    fn children(&self, path: &str) -> Vec<String> {
        let prefix = format!("{path}/");
        let names = self.znodes.keys().filter_map(|znode| znode.strip_prefix(&prefix));
        names.filter(|name| !name.contains('/')).map(str::to_owned).collect()
    }

    /// The session ends: its znodes vanish, its watches too.
    fn end_session(&mut self, n: usize) {
        self.watches.retain(|(of, _, _)| *of != n);
        let gone: Vec<String> =
            self.znodes.iter().filter(|(_, (_, owner))| *owner == Some(n)).map(|(path, _)| path.clone()).collect();
        for path in gone {
            self.znodes.remove(&path);
            self.changed(&path, WatchEvent::NodeDeleted);
        }
    }

    fn kill(&mut self, n: usize) {
        self.consumers[n].crash();
        self.agenda.retain(|_, (to, _)| *to != n);
    }

    // ---- time ----

    fn run(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        loop {
            let next = self.agenda.iter().find(|(_, (n, _))| !self.frozen.contains(n)).map(|(key, _)| *key);
            let Some(key) = next.filter(|(due, _)| *due <= end) else { break };
            let Some((n, what)) = self.agenda.remove(&key) else { break };
            self.now_ms = self.now_ms.max(key.0);
            match what {
                What::Op(tag, op) => {
                    let result = self.perform(n, &op);
                    self.plan(1, n, What::Event(ZkEvent::Reply(tag, result)));
                }
                What::Event(event) => self.event(n, event),
                What::In(input) => self.input(n, input),
            }
        }
        self.now_ms = end;
    }

    // ---- what a user could read ----

    /// `partition=name` of each owner's znode.
    fn owners(&self) -> String {
        let owner = |(path, (data, _)): (&String, &(ZData, Option<usize>))| {
            let partition = path.strip_prefix("/consumers/billing/owners/orders/")?;
            let thread = data.as_deref()?.strip_prefix("billing_")?.to_owned();
            Some(format!("{partition}={}", thread.split("-1400").next()?))
        };
        self.znodes.iter().filter_map(owner).collect::<Vec<_>>().join(" ")
    }

    fn offset(&self, partition: u32) -> Option<&str> {
        self.znodes.get(&format!("/consumers/billing/offsets/orders/{partition}"))?.0.as_deref()
    }

    fn received(&self, n: usize) -> Vec<(u32, Vec<(u64, u64)>)> {
        self.consumers[n].received().iter().map(|(tp, ranges)| (tp.partition, ranges.clone())).collect()
    }

    fn count(&self, n: usize, name: &str) -> usize {
        self.facts.iter().filter(|(of, fact)| *of == n && fact.name() == name).count()
    }
}

#[test]
fn a_second_consumer_joins_and_both_end_with_the_range_and_nothing_read_twice() {
    let mut bench = Bench::new(4);
    let a = bench.add("billing-a");
    bench.run(1_000);
    assert_eq!(bench.owners(), "0=billing-a 1=billing-a 2=billing-a 3=billing-a");
    bench.log = vec![1, 2, 1, 1];
    bench.run(1_000);
    assert_eq!(bench.received(a), [(0, vec![(0, 0)]), (1, vec![(0, 1)]), (2, vec![(0, 0)]), (3, vec![(0, 0)])]);
    assert_eq!(bench.offset(1), None, "the auto commit comes after 60 s");
    let b = bench.add("billing-b");
    bench.run(10_000);
    assert_eq!(bench.owners(), "0=billing-a 1=billing-a 2=billing-b 3=billing-b");
    assert_eq!(bench.offset(1), Some("2"), "committed before the release");
    bench.log = vec![2, 3, 2, 2];
    bench.run(1_000);
    assert_eq!(bench.received(a)[..2], [(0, vec![(0, 1)]), (1, vec![(0, 2)])]);
    assert_eq!(bench.received(b), [(2, vec![(1, 1)]), (3, vec![(1, 1)])]);
    for n in [a, b] {
        assert_eq!(bench.consumers[n].phase(), RebalancePhase::Reading);
    }
}

#[test]
fn the_joiner_meets_owners_that_are_not_released_yet_and_backs_off() {
    let mut bench = Bench::new(4);
    let a = bench.add("billing-a");
    bench.run(1_000);
    // The owner does not react: its znodes are in the way.
    bench.frozen.insert(a);
    let b = bench.add("billing-b");
    bench.run(1_000);
    assert_eq!(bench.consumers[b].phase(), RebalancePhase::BackingOff);
    assert_eq!(bench.count(b, "ClaimConflict"), 2);
    bench.frozen.clear();
    bench.run(4_000);
    assert_eq!(bench.owners(), "0=billing-a 1=billing-a 2=billing-b 3=billing-b");
    assert_eq!(bench.count(b, "RebalanceStarted"), 2);
}

#[test]
fn after_four_attempts_a_consumer_gives_up_and_stays_registered_until_the_next_trigger() {
    let mut bench = Bench::new(2);
    let a = bench.add("billing-a");
    bench.run(1_000);
    bench.frozen.insert(a);
    let b = bench.add("billing-b");
    bench.run(9_000);
    assert_eq!(bench.consumers[b].phase(), RebalancePhase::GaveUp);
    assert_eq!(bench.count(b, "RebalanceStarted"), 4);
    assert_eq!(bench.children("/consumers/billing/ids").len(), 2);
    assert!(bench.consumers[b].owned().is_empty());
    bench.kill(a);
    bench.end_session(a);
    bench.run(2_000);
    assert_eq!(bench.owners(), "0=billing-b 1=billing-b");
}

#[test]
fn a_consumer_that_stops_commits_first_and_its_successor_goes_on_from_there() {
    let mut bench = Bench::new(2);
    let a = bench.add("billing-a");
    bench.run(1_000);
    bench.log = vec![5, 7];
    bench.run(1_000);
    bench.input(a, Input::Order(Order::Stop));
    bench.run(100);
    assert_eq!((bench.offset(0), bench.offset(1)), (Some("5"), Some("7")));
    // The hand-made ensemble ends the session; the client library says so.
    bench.end_session(a);
    bench.event(a, ZkEvent::State(KeeperState::Closed));
    assert!(bench.exited.contains(&a));
    let b = bench.add("billing-b");
    bench.log = vec![6, 7];
    bench.run(3_000);
    assert_eq!(bench.received(b), [(0, vec![(5, 5)])]);
}

#[test]
fn what_a_killed_consumer_had_not_committed_is_read_twice() {
    let mut bench = Bench::new(1);
    let a = bench.add("billing-a");
    bench.run(1_000);
    let b = bench.add("billing-b");
    bench.run(5_000);
    bench.log = vec![3];
    bench.run(500);
    bench.input(a, Input::Order(Order::Commit));
    bench.run(500);
    bench.log = vec![5];
    bench.run(500);
    assert_eq!(bench.received(a), [(0, vec![(0, 4)])]);
    bench.kill(a);
    bench.run(6_000);
    assert_eq!(bench.owners(), "0=billing-a", "until the session expires");
    bench.end_session(a);
    bench.run(1_000);
    assert_eq!(bench.owners(), "0=billing-b");
    assert_eq!(bench.received(b), [(0, vec![(3, 4)])]);
}

#[test]
fn the_death_of_a_broker_is_no_reason_to_rebalance() {
    let mut bench = Bench::new(2);
    let a = bench.add("billing-a");
    bench.run(1_000);
    let rebalances = bench.count(a, "RebalanceStarted");
    bench.znodes.remove("/brokers/ids/1");
    bench.changed("/brokers/ids/1", WatchEvent::NodeDeleted);
    bench.kill_broker(1, 2);
    bench.log = vec![1, 1];
    bench.run(2_000);
    assert_eq!(bench.count(a, "RebalanceStarted"), rebalances);
    assert_eq!(bench.count(a, "FetchFailed"), 1);
    assert!(bench.consumers[a].fetching().all(|(_, broker)| broker == 2));
    assert_eq!(bench.received(a), [(0, vec![(0, 0)]), (1, vec![(0, 0)])]);
}

#[test]
fn more_members_than_partitions_leave_some_idle() {
    let mut bench = Bench::new(1);
    let a = bench.add("billing-a");
    bench.run(3_000);
    let b = bench.add("billing-b");
    bench.run(5_000);
    assert_eq!(bench.owners(), "0=billing-a");
    assert!(bench.consumers[b].owned().is_empty());
    assert_eq!(bench.consumers[b].phase(), RebalancePhase::Reading);
    assert_eq!(bench.consumers[a].owned().len(), 1);
}

#[test]
fn a_zombie_overwrites_newer_offsets_and_reads_on_until_it_is_told() {
    let mut bench = Bench::new(1);
    let a = bench.add("billing-a");
    bench.run(1_000);
    bench.log = vec![3];
    bench.run(1_000);
    let b = bench.add("billing-b");
    bench.run(5_000);
    bench.log = vec![6];
    bench.run(1_000);
    // A long pause, the session expires, the other one takes over and commits what it read.
    bench.frozen.insert(a);
    bench.end_session(a);
    bench.run(40_000);
    assert_eq!(bench.owners(), "0=billing-b");
    bench.log = vec![9];
    bench.run(20_000);
    assert_eq!(bench.received(b), [(0, vec![(3, 8)])]);
    assert_eq!(bench.offset(0), Some("9"), "committed by its new owner");
    // Awake again: the auto commit that is overdue knows nothing of all that.
    bench.frozen.clear();
    bench.run(0);
    assert_eq!(bench.consumers[a].owned().len(), 1, "it still believes to own it");
    bench.run(10);
    assert_eq!(bench.offset(0), Some("6"), "rewound by the zombie");
    bench.event(a, ZkEvent::State(KeeperState::Expired));
    assert!(bench.consumers[a].owned().is_empty());
    assert_eq!(bench.count(a, "OwnershipLost"), 1);
    bench.run(8_000);
    assert_eq!(bench.owners(), "0=billing-a", "registered again, it comes first");
}

#[test]
fn partitions_that_are_added_are_taken_at_once() {
    let mut bench = Bench::new(1);
    let a = bench.add("billing-a");
    bench.run(1_000);
    bench.log.push(4);
    let data = crate::kafka::znodes::topic_assignment(&[(0, vec![1]), (1, vec![1])]);
    let set = ZkOp::SetData { path: "/brokers/topics/orders".into(), data: Some(data), version: -1 };
    assert!(bench.perform(a, &set).is_ok());
    bench.run(1_000);
    assert_eq!(bench.owners(), "0=billing-a 1=billing-a");
    assert_eq!(bench.received(a), [(1, vec![(0, 3)])]);
}

#[test]
fn without_any_broker_a_consumer_waits_for_one() {
    let mut bench = Bench::new(1);
    for id in [1, 2] {
        bench.znodes.remove(&format!("/brokers/ids/{id}"));
    }
    let a = bench.add("billing-a");
    bench.run(1_000);
    assert_eq!(bench.owners(), "");
    assert_eq!(bench.count(a, "NoBrokersFound"), 1);
    bench.znodes.insert("/brokers/ids/1".into(), (Some("{}".into()), None));
    bench.changed("/brokers/ids/1", WatchEvent::NodeCreated);
    bench.run(1_000);
    assert_eq!(bench.owners(), "0=billing-a");
}

#[test]
fn any_number_of_notifications_during_a_rebalance_make_one_more() {
    let mut bench = Bench::new(2);
    let a = bench.add("billing-a");
    bench.run(1_000);
    let before = bench.count(a, "RebalanceStarted");
    for name in ["billing-b", "billing-c", "billing-d"] {
        bench.add(name);
    }
    bench.run(60);
    assert!(bench.count(a, "RebalanceStarted") <= before + 2);
    bench.run(10_000);
    assert_eq!(bench.owners(), "0=billing-a 1=billing-b");
    let lost = |fact: &Fact| matches!(fact, Fact::Client(ClientFact::OwnershipLost { .. }));
    assert!(!bench.facts.iter().any(|(_, fact)| lost(fact)));
    assert!(bench.consumers[a].fetching().all(|(tp, _)| *tp == orders(0)));
}
