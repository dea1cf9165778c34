//! Stories of producers and consumers, with the real ensemble and the real brokers on a simulated network.

use sim_core::broken;
use sim_core::check::two_readers::{TwoReaders, two_readers};
use sim_core::client::rules::Rule;
use sim_core::client::{ConsumerConfig, Producer, ProducerConfig, RebalancePhase, Written, ZkConsumer};
use sim_core::engine::command::Command;
use sim_core::engine::node::Node;
use sim_core::engine::setup::Setup;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Changes, Fault, Process};
use sim_core::event::Event;
use sim_core::fact::Importance;
use sim_core::ids::*;
use sim_core::kafka::{self, BrokerConfig};
use sim_core::net::CutHow;
use sim_core::order::{Order, Placement, ProduceRecord, TopicSpec};
use sim_core::release::Kafka;
use sim_core::scenario::boot;
use sim_core::time::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

const WEB: NodeId = NodeId::Producer(1);
const A: NodeId = NodeId::Consumer(1);
const B: NodeId = NodeId::Consumer(2);
const C: NodeId = NodeId::Consumer(3);

struct World {
    sim: Sim,
    events: Vec<Event>,
    changes: Changes,
    /// Pairs of members that were seen to fetch one partition.
    two_readers: Vec<TwoReaders>,
}

/// Three ZooKeeper servers, two brokers, "orders" with these replicas, a producer; billing-a, -b and -c wait
/// to be started.
fn begin(assignment: &[&[BrokerId]], seed: u64) -> World {
    let brokers: Vec<BrokerId> = vec![1, 2];
    let kafka = Kafka::V0_8_2;
    let consumer =
        ConsumerConfig { reset_to_smallest: true, ..kafka.consumer_config("billing".into(), vec!["orders".into()]) };
    let config = BrokerConfig { auto_leader_rebalance_enable: false, ..kafka.broker_config() };
    let producer = ProducerConfig { acks: -1, retries: 100, ..kafka.producer_config(brokers.clone()) };
    let setup = Setup::kafka(kafka)
        .brokers(&brokers, &config)
        .producer("web-1", producer)
        .consumer("billing-a", consumer.clone())
        .consumer("billing-b", consumer.clone())
        .consumer("billing-c", consumer);
    let sim = boot::build(&setup, seed);
    let mut world = World { sim, events: Vec::new(), changes: Changes::default(), two_readers: Vec::new() };
    for id in 1..=3 {
        world.start(NodeId::Zk(id));
    }
    for id in brokers {
        world.start(NodeId::Broker(id));
        world.until("the broker is registered", 60_000, |world| world.znode(&format!("/brokers/ids/{id}")).is_some());
    }
    world.start(NodeId::Admin);
    let placement = Placement::Manual(assignment.iter().map(|replicas| replicas.to_vec()).collect());
    let spec = TopicSpec { name: "orders".into(), placement, config: Vec::new() };
    world.command(Command::Order(NodeId::Admin, Order::CreateTopic(spec)));
    for partition in 0..assignment.len() {
        let state = format!("/brokers/topics/orders/partitions/{partition}/state");
        world.until("the partition has a leader", 10_000, |world| world.znode(&state).is_some());
    }
    world.run(500);
    world.start(WEB);
    world
}

impl World {
    fn command(&mut self, command: Command) {
        assert_eq!(self.sim.command(&command, &mut self.changes), Ok(()), "{command:?}");
        self.events.append(&mut self.changes.events);
    }

    fn start(&mut self, id: NodeId) {
        self.command(Command::Fault(Fault::Start(id)));
    }

    fn kill(&mut self, id: NodeId) {
        self.command(Command::Fault(Fault::Kill(id)));
    }

    fn stop(&mut self, id: NodeId) {
        self.command(Command::Order(id, Order::Stop));
    }

    fn step(&mut self) {
        self.sim.step(&mut self.changes);
        let readers = !self.changes.events.is_empty();
        self.events.append(&mut self.changes.events);
        if readers {
            self.two_readers.extend(two_readers(self.sim.system()));
        }
    }

    fn run(&mut self, ms: u64) {
        let bound = self.sim.now().plus(Span::ms(ms));
        while self.sim.next_due().is_some_and(|due| due <= bound) {
            self.step();
        }
        self.sim.advance_to(bound);
    }

    fn until(&mut self, what: &str, within_ms: u64, holds: impl Fn(&World) -> bool) {
        let bound = self.sim.now().plus(Span::ms(within_ms));
        while !holds(self) {
            assert!(self.sim.next_due().is_some_and(|due| due <= bound), "never: {what}\n{}", self.told());
            self.step();
        }
    }

    /// The last events that matter, for a failed test.
    fn told(&self) -> String {
        let least = if std::env::var_os("ALL_FACTS").is_some() { Importance::Routine } else { Importance::Step };
        let loud = self.events.iter().filter(|event| event.fact.importance() >= least);
        let lines: Vec<String> = loud
            .map(|e| format!("{:>9} #{} <- {:?} {:?} {:?}", e.at.0, e.seq.0, e.cause.map(|c| c.0), e.node, e.fact))
            .collect();
        lines[lines.len().saturating_sub(50)..].join("\n")
    }

    fn produce(&mut self, records: &[(u32, &str)]) {
        let records = records.iter().map(|(partition, value)| ProduceRecord {
            topic: "orders".into(),
            key: None,
            value: (*value).into(),
            partition: Some(*partition),
        });
        let records = records.collect();
        self.command(Command::Order(WEB, Order::Produce(records)));
    }

    fn keyed(&mut self, keys: &[&str]) {
        let records = keys.iter().map(|key| ProduceRecord {
            topic: "orders".into(),
            key: Some((*key).into()),
            value: (*key).into(),
            partition: None,
        });
        let records = records.collect();
        self.command(Command::Order(WEB, Order::Produce(records)));
    }

    fn producer(&self) -> &Producer {
        match self.sim.system().node(WEB) {
            Some(Node::Producer(producer)) => producer,
            _ => panic!("no producer"),
        }
    }

    fn acked(&self) -> usize {
        self.producer().results().iter().filter(|result| matches!(result.outcome, Some(Ok(_)))).count()
    }

    fn consumer(&self, id: NodeId) -> &ZkConsumer {
        match self.sim.system().node(id) {
            Some(Node::Consumer(consumer)) => consumer,
            _ => panic!("no consumer"),
        }
    }

    /// As the server that has applied the most has it.
    fn znode(&self, path: &str) -> Option<Option<Arc<str>>> {
        let servers = self.sim.system().slots().iter().filter_map(|slot| match &*slot.node {
            Node::Zk(server) if server.is_serving() => Some(server),
            _ => None,
        });
        let newest = servers.max_by_key(|server| server.last_zxid())?;
        Some(newest.tree().get(path)?.data.clone())
    }

    /// The consumer whose thread owns a partition, by its name.
    fn owner(&self, partition: u32) -> Option<String> {
        let data = self.znode(&format!("/consumers/billing/owners/orders/{partition}"))??;
        Some(data.strip_prefix("billing_")?.split("-1400").next()?.to_owned())
    }

    fn owners(&self, partitions: u32) -> Vec<String> {
        (0..partitions).map(|partition| self.owner(partition).unwrap_or_default()).collect()
    }

    fn offset(&self, partition: u32) -> Option<Arc<str>> {
        self.znode(&format!("/consumers/billing/offsets/orders/{partition}"))?
    }

    fn received(&self, id: NodeId) -> Vec<(u32, Vec<(u64, u64)>)> {
        self.consumer(id).received().iter().map(|(tp, ranges)| (tp.partition, ranges.clone())).collect()
    }

    fn reads(&self, id: NodeId, partitions: usize) -> bool {
        let consumer = self.consumer(id);
        consumer.phase() == RebalancePhase::Reading
            && consumer.owned().len() == partitions
            && consumer.fetching().count() == partitions
    }

    fn count(&self, id: NodeId, fact: &str) -> usize {
        self.events.iter().filter(|event| event.node == id && event.fact.name() == fact).count()
    }

    /// Names of the facts that led to the last event of this name, the newest first.
    fn why(&self, fact: &str) -> Vec<&'static str> {
        let mut at = self.events.iter().rev().find(|event| event.fact.name() == fact);
        let mut names = Vec::new();
        while let Some(event) = at {
            names.push(event.fact.name());
            at = event.cause.and_then(|cause| self.events.iter().find(|event| event.seq == cause));
        }
        names
    }

    /// How many different offsets the group was given.
    fn received_by_the_group(&self) -> u64 {
        let mut offsets = BTreeSet::new();
        for id in [A, B, C] {
            for (tp, ranges) in self.consumer(id).received() {
                offsets.extend(ranges.iter().flat_map(|(first, last)| *first..=*last).map(|offset| (tp, offset)));
            }
        }
        offsets.len() as u64
    }

    fn assert_one_reader(&self) {
        let bad: Vec<_> = self.two_readers.iter().filter(|pair| pair.zombie.is_none()).collect();
        assert!(bad.is_empty(), "two members own one partition: {bad:?}\n{}", self.told());
    }
}

#[test]
fn a_second_consumer_joins_a_group_and_nothing_is_read_twice() {
    for seed in 1..=5 {
        let mut world = begin(&[&[1], &[1], &[2], &[2]], seed);
        world.start(A);
        world.until("billing-a reads everything", 20_000, |world| world.reads(A, 4));
        world.produce(&[(0, "p0"), (1, "p1"), (2, "p2"), (3, "p3")]);
        world.until("it received four", 10_000, |world| world.consumer(A).received_count() == 4);
        world.start(B);
        world.until("both read", 30_000, |world| world.reads(A, 2) && world.reads(B, 2));
        assert_eq!(world.owners(4), ["billing-a", "billing-a", "billing-b", "billing-b"]);
        for partition in 0..4 {
            assert_eq!(world.offset(partition).as_deref(), Some("1"));
        }
        world.produce(&[(0, "q0"), (3, "q3")]);
        world.until("each receives its own", 10_000, |world| {
            world.consumer(A).received_count() == 5 && world.consumer(B).received_count() == 1
        });
        assert_eq!(world.received(B), [(3, vec![(1, 1)])]);
        assert_eq!(world.count(A, "RecordsReadTwice") + world.count(B, "RecordsReadTwice"), 0);
        assert!(world.two_readers.is_empty(), "{:?}", world.two_readers);
    }
}

#[test]
fn why_a_consumer_rebalanced_can_be_followed_to_the_one_that_joined() {
    let mut world = begin(&[&[1], &[2]], 1);
    world.start(A);
    world.until("billing-a reads everything", 20_000, |world| world.reads(A, 2));
    world.start(B);
    world.until("both read", 30_000, |world| world.reads(A, 1) && world.reads(B, 1));
    let released = world.why("OwnersReleased");
    let order =
        ["OwnersReleased", "RebalanceStarted", "RebalanceTriggered", "WatchFired", "ZnodeCreated", "NodeStarted"];
    let mut rest = released.iter();
    for name in order {
        assert!(rest.any(|fact| *fact == name), "{name} is missing in {released:?}");
    }
}

#[test]
fn a_consumer_that_stops_commits_and_leaves_at_once() {
    let mut world = begin(&[&[1], &[2]], 2);
    for id in [A, B] {
        world.start(id);
    }
    world.until("both read", 30_000, |world| world.reads(A, 1) && world.reads(B, 1));
    world.produce(&[(0, "x"), (0, "y"), (1, "z")]);
    world.until("all is received", 10_000, |world| world.consumer(A).received_count() == 2);
    world.stop(A);
    world.until("it ends by itself", 5_000, |world| world.sim.system().process(A) == Process::Stopped);
    assert_eq!(world.offset(0).as_deref(), Some("2"));
    // No session has to expire.
    world.until("the other one takes over", 5_000, |world| world.reads(B, 2));
    world.run(1_000);
    assert_eq!(world.count(B, "RecordsReadTwice"), 0);
    world.assert_one_reader();
}

#[test]
fn what_a_killed_consumer_had_not_committed_is_read_twice_after_its_session_expired() {
    let mut world = begin(&[&[1], &[2]], 3);
    for id in [A, B] {
        world.start(id);
    }
    world.until("both read", 30_000, |world| world.reads(A, 1) && world.reads(B, 1));
    world.produce(&[(0, "x"), (0, "y")]);
    world.until("it is received", 10_000, |world| world.consumer(A).received_count() == 2);
    world.kill(A);
    let killed_at = world.sim.now();
    world.run(5_000);
    assert_eq!(world.owner(0).as_deref(), Some("billing-a"), "its znodes live as long as its session");
    world.until("the other one takes over", 10_000, |world| world.reads(B, 2));
    assert!(world.sim.now().since(killed_at) > Span::ms(4_000));
    world.until("and reads it again", 5_000, |world| world.count(B, "RecordsReadTwice") == 1);
    assert_eq!(world.received(B), [(0, vec![(0, 1)])]);
    assert!(world.why("RecordsReadTwice").contains(&"NodeKilled"), "{:?}", world.why("RecordsReadTwice"));
    world.assert_one_reader();
}

#[test]
fn committed_offsets_are_where_a_restarted_consumer_goes_on() {
    let mut world = begin(&[&[1]], 4);
    world.start(A);
    world.until("billing-a reads", 20_000, |world| world.reads(A, 1));
    world.produce(&[(0, "x"), (0, "y")]);
    world.until("it is received", 10_000, |world| world.consumer(A).received_count() == 2);
    world.command(Command::Order(A, Order::Commit));
    world.until("it is committed", 5_000, |world| world.offset(0).as_deref() == Some("2"));
    world.produce(&[(0, "z")]);
    world.until("it is received", 10_000, |world| world.consumer(A).received_count() == 3);
    world.kill(A);
    world.run(9_000);
    world.start(A);
    world.until("the uncommitted one is read again", 20_000, |world| world.consumer(A).received_count() == 4);
    assert_eq!(world.received(A), [(0, vec![(0, 2), (2, 2)])]);
}

#[test]
fn the_death_of_a_broker_moves_fetchers_and_no_owner() {
    let mut world = begin(&[&[1, 2], &[2, 1]], 5);
    for id in [A, B] {
        world.start(id);
    }
    world.until("both read", 30_000, |world| world.reads(A, 1) && world.reads(B, 1));
    world.run(3_000);
    let rebalances = world.count(A, "RebalanceStarted") + world.count(B, "RebalanceStarted");
    world.kill(NodeId::Broker(1));
    world.until("both fetch from broker 2", 20_000, |world| {
        world.reads(A, 1) && world.consumer(A).fetching().all(|(_, broker)| broker == 2)
    });
    world.produce(&[(0, "x")]);
    world.until("the record arrives", 30_000, |world| world.consumer(A).received_count() == 1);
    assert_eq!(world.count(A, "RebalanceStarted") + world.count(B, "RebalanceStarted"), rebalances);
    assert_eq!(world.owners(2), ["billing-a", "billing-b"]);
}

#[test]
fn more_members_than_partitions_leave_the_last_one_idle() {
    let mut world = begin(&[&[1], &[2]], 6);
    for id in [A, B, C] {
        world.start(id);
    }
    world.until("two read and one is idle", 40_000, |world| {
        world.reads(A, 1) && world.reads(B, 1) && world.reads(C, 0) && world.consumer(C).consumer_id().is_some()
    });
    world.run(10_000);
    assert_eq!(world.owners(2), ["billing-a", "billing-b"]);
    assert!(world.reads(C, 0));
    world.assert_one_reader();
}

#[test]
fn a_consumer_that_slept_through_its_session_is_a_zombie_and_rewinds_offsets() {
    let mut world = begin(&[&[1]], 7);
    world.start(A);
    world.until("billing-a reads", 20_000, |world| world.reads(A, 1));
    let started = world.sim.now();
    world.start(B);
    world.until("billing-b is idle", 20_000, |world| world.reads(B, 0));
    world.run(1_000);
    world.produce(&[(0, "a"), (0, "b")]);
    world.until("it is received", 10_000, |world| world.consumer(A).received_count() == 2);
    // Paused from here until long after its auto commit is due.
    world.command(Command::Fault(Fault::Freeze(A)));
    world.until("billing-b takes over", 20_000, |world| world.reads(B, 1));
    world.produce(&[(0, "c")]);
    world.until("it reads all of them", 10_000, |world| world.consumer(B).received_count() == 3);
    assert_eq!(world.count(B, "RecordsReadTwice"), 1, "a and b were not committed");
    world.until("billing-b commits", 90_000, |world| world.offset(0).as_deref() == Some("3"));
    assert!(world.sim.now().since(started) > Span::ms(55_000));
    world.command(Command::Fault(Fault::Thaw(A)));
    world.until("the zombie overwrites the offset", 5_000, |world| world.offset(0).as_deref() == Some("2"));
    world.until("it is told, and registers again", 5_000, |world| world.count(A, "OwnershipLost") == 1);
    world.until("both agree again", 30_000, |world| world.reads(A, 1) && world.reads(B, 0));
    world.assert_one_reader();
    assert!(world.two_readers.iter().any(|pair| pair.zombie == Some(A)), "the zombie window was seen");
}

#[test]
fn a_group_survives_an_election_of_zookeeper_without_a_rebalance() {
    let mut world = begin(&[&[1], &[2]], 8);
    for id in [A, B] {
        world.start(id);
    }
    world.until("both read", 30_000, |world| world.reads(A, 1) && world.reads(B, 1));
    world.run(3_000);
    let rebalances = world.count(A, "RebalanceStarted") + world.count(B, "RebalanceStarted");
    world.kill(NodeId::Zk(3));
    world.run(20_000);
    assert_eq!(world.count(A, "RebalanceStarted") + world.count(B, "RebalanceStarted"), rebalances);
    world.produce(&[(0, "x"), (1, "y")]);
    world.until("records flow", 10_000, |world| {
        world.consumer(A).received_count() == 1 && world.consumer(B).received_count() == 1
    });
    assert_eq!(world.owners(2), ["billing-a", "billing-b"]);
}

#[test]
fn a_producer_follows_the_leader_and_loses_nothing_with_acks_all() {
    let mut world = begin(&[&[1, 2]], 9);
    world.produce(&[(0, "a"), (0, "b")]);
    world.until("both are acknowledged", 10_000, |world| world.acked() == 2);
    world.run(2_000);
    world.kill(NodeId::Broker(1));
    world.run(500);
    world.produce(&[(0, "c")]);
    world.until("the third one too, by the new leader", 60_000, |world| world.acked() == 3);
    assert!(world.producer().retried_count() > 0 || world.count(WEB, "LeaderLearned") > 0);
    assert_eq!(world.producer().results()[2].outcome, Some(Ok(Some(Written { partition: 0, offset: Some(2) }))));
    world.start(A);
    world.until("a consumer finds all three", 20_000, |world| world.consumer(A).received_count() == 3);
}

#[test]
fn keyed_records_go_to_the_partitions_that_the_real_producer_chooses() {
    let mut world = begin(&[&[1], &[2], &[1]], 10);
    world.keyed(&["a", "b", "c", "k2", "a", "k2", "foobar"]);
    world.until("all are acknowledged", 10_000, |world| world.acked() == 7);
    let partitions: Vec<u32> =
        world.producer().results().iter().filter_map(|r| Some(r.outcome?.ok()??.partition)).collect();
    assert_eq!(partitions, [1, 2, 1, 0, 1, 0, 0]);
}

#[test]
fn a_machine_without_power_is_given_up_after_the_socket_timeout() {
    let mut world = begin(&[&[1, 2]], 11);
    world.start(A);
    world.until("billing-a reads", 20_000, |world| world.reads(A, 1));
    world.command(Command::Fault(Fault::PowerOff(NodeId::Broker(1))));
    world.run(25_000);
    assert!(world.consumer(A).fetching().all(|(_, broker)| broker == 1), "socket.timeout.ms is 30 s");
    // Once more after a new connection, as `SimpleConsumer` does.
    world.until("it fetches from broker 2", 90_000, |world| {
        world.reads(A, 1) && world.consumer(A).fetching().all(|(_, broker)| broker == 2)
    });
    assert!(world.why("FetchFailed").contains(&"NodePoweredOff"), "{:?}", world.why("FetchFailed"));
    assert_eq!(world.count(A, "RebalanceStarted"), 1);
}

#[test]
fn a_producer_of_0_8_2_waits_for_a_silent_leader_until_its_metadata_is_old() {
    let mut world = begin(&[&[1, 2]], 12);
    world.produce(&[(0, "a")]);
    world.until("it is acknowledged", 10_000, |world| world.acked() == 1);
    world.command(Command::Fault(Fault::PowerOff(NodeId::Broker(1))));
    world.produce(&[(0, "b")]);
    world.run(60_000);
    assert_eq!(world.acked(), 1, "KAFKA-1788: nobody looks at the clock");
    world.run(260_000);
    world.produce(&[(0, "c")]);
    world.until("by metadata.max.age.ms it knows the new leader", 10_000, |world| world.acked() == 2);
    world.until("TCP gives up, and the retry goes there too", 760_000, |world| world.acked() == 3);
}

#[test]
fn why_a_record_was_received_can_be_followed_to_the_one_who_sent_it() {
    let mut world = begin(&[&[1, 2]], 13);
    world.start(A);
    world.until("billing-a reads", 20_000, |world| world.reads(A, 1));
    world.run(2_000);
    world.produce(&[(0, "a")]);
    world.until("it is received", 10_000, |world| world.consumer(A).received_count() == 1);
    let why = world.why("RecordsReceived");
    assert!(why.contains(&"RecordsSent") && why.contains(&"OrderGiven"), "{why:?}");
}

#[test]
fn members_that_come_and_go_at_random_never_own_a_partition_together() {
    for seed in 20..28 {
        let mut world = begin(&[&[1], &[2], &[1], &[2]], seed);
        world.command(Command::Order(WEB, Order::ProduceSteadily { records_per_s: 5, topics: vec!["orders".into()] }));
        let mut chance = seed;
        for _ in 0..25 {
            chance = sim_core::rng::mix(chance);
            let id = [A, B, C][(chance % 3) as usize];
            let fault = match (world.sim.system().process(id), chance >> 8 & 3) {
                (Process::Running, 0) => Some(Fault::Kill(id)),
                (Process::Running, 1) => Some(Fault::Freeze(id)),
                (Process::Running, _) => None,
                (Process::Frozen { .. }, _) => Some(Fault::Thaw(id)),
                (Process::Stopping, _) => Some(Fault::Kill(id)),
                _ => Some(Fault::Start(id)),
            };
            match fault {
                Some(fault) => world.command(Command::Fault(fault)),
                None => world.stop(id),
            }
            let zk = NodeId::Zk(1 + (chance >> 40) as u16 % 3);
            let all_up = (1..=3).all(|id| world.sim.system().process(NodeId::Zk(id)).is_up());
            match world.sim.system().process(zk) {
                Process::Running if all_up && chance >> 60 == 0 => world.kill(zk),
                Process::Killed => world.start(zk),
                _ => {}
            }
            world.run(100 + (chance >> 16) % 9_000);
            world.assert_one_reader();
        }
        for id in [NodeId::Zk(1), NodeId::Zk(2), NodeId::Zk(3)] {
            if !world.sim.system().process(id).is_up() {
                world.start(id);
            }
        }
        for id in [A, B, C] {
            match world.sim.system().process(id) {
                Process::Frozen { .. } => world.command(Command::Fault(Fault::Thaw(id))),
                process if process.is_up() => {}
                _ => world.start(id),
            }
        }
        world.run(15_000);
        for id in [A, B, C] {
            if !world.sim.system().process(id).is_up() {
                world.start(id);
            }
        }
        world.until("every partition has its reader", 60_000, |world| {
            let owners = [A, B, C].map(|id| world.consumer(id).fetching().count());
            owners.iter().sum::<usize>() == 4 && world.owners(4).iter().all(|owner| !owner.is_empty())
        });
        world.assert_one_reader();
        world.command(Command::Order(WEB, Order::ProduceSteadily { records_per_s: 0, topics: Vec::new() }));
        world.run(1_000);
        let (acked, received) = (world.producer().acked_count(), world.received_by_the_group());
        assert!(acked > 100, "{acked}");
        assert_eq!(acked, received, "at least once: every record reached somebody of the group");
    }
}

#[test]
fn a_consumer_gets_a_record_when_the_in_sync_replicas_have_it_and_not_before() {
    let mut world = begin(&[&[1, 2]], 1);
    world.start(A);
    world.until("it reads", 20_000, |world| world.reads(A, 1));
    world.command(Command::Fault(Fault::Cut { a: NodeId::Broker(1), b: NodeId::Broker(2), how: CutHow::Silent }));
    world.produce(&[(0, "v0")]);
    world.run(3_000);
    assert_eq!((world.acked(), world.received(A)), (0, Vec::new()), "broker 2 is in sync and does not have it");
    world.until("broker 2 has left the ISR", 25_000, |world| world.received(A) == [(0, vec![(0, 0)])]);
    assert_eq!(world.acked(), 1);
}

/// A rule, and the story of this file that is about it.
const RULES: &[(Rule, fn())] = &[
    (Rule::KeysChoosePartitions, keyed_records_go_to_the_partitions_that_the_real_producer_chooses),
    (Rule::TheFirstGetOneMore, more_members_than_partitions_leave_the_last_one_idle),
    (Rule::RebalancesCommitFirst, a_second_consumer_joins_a_group_and_nothing_is_read_twice),
    (Rule::OwnersAreRespected, members_that_come_and_go_at_random_never_own_a_partition_together),
];

#[test]
fn a_consumers_story_notices_when_a_broker_lets_it_read_too_far() {
    let _broken = broken::in_this_thread(kafka::rules::Rule::ConsumersReadWhatIsCommitted);
    let story = a_consumer_gets_a_record_when_the_in_sync_replicas_have_it_and_not_before;
    assert!(std::panic::catch_unwind(story).is_err());
}

#[test]
fn each_of_these_stories_notices_when_its_rule_is_broken() {
    let goes_well = |rule: Rule, story: fn()| {
        let _broken = broken::in_this_thread(rule);
        std::panic::catch_unwind(story).is_ok()
    };
    let unnoticed: Vec<Rule> = RULES.iter().filter(|(rule, story)| goes_well(*rule, *story)).map(|(r, _)| *r).collect();
    assert!(unnoticed.is_empty(), "broken, and nothing was seen of it: {unnoticed:?}");
    assert_eq!(RULES.len(), Rule::ALL.len(), "each rule has its story");
}
