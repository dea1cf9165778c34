//! Stories of brokers and of the controller, era 0.8.2 (`KafkaController`, `PartitionStateMachine`, `ReplicaManager`).

mod world;

use sim_core::broken;
use sim_core::check::invariants;
use sim_core::check::invariants::Invariant;
use sim_core::engine::command::Command;
use sim_core::engine::system::{Fault, Process};
use sim_core::fact::Importance;
use sim_core::ids::NodeId;
use sim_core::kafka::rules::Rule;
use sim_core::kafka::{BrokerConfig, ElectedHow, KafkaFact};
use sim_core::net::CutHow;
use sim_core::order::Order;
use world::*;

fn story() -> BrokerConfig {
    Story::default().config
}

#[test]
fn a_killed_leader_is_replaced_after_its_session_expired() {
    let mut world = Story::default().begin();
    world.produce(0, 2);
    world.until(5_000, "acknowledged", World::all_acked);
    assert_eq!((world.leader(0), world.leader(1)), (Some(3), Some(1)));
    let killed = world.events.len();
    world.kill(3);
    world.run_ms(4_000);
    assert!(world.state(0).contains(r#""leader":3"#), "nothing happens before the session expires");
    world.until(10_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    assert_eq!((world.isr(0), world.epoch(0)), (vec![2, 1], 1));
    assert_eq!(world.values(2, 0), ["v0", "v1"]);

    let elected = world.first(killed, "LeaderElected").expect("elected");
    let loud = world.events[killed..elected].iter().filter(|e| e.fact.importance() > Importance::Routine).count();
    assert!(loud <= 15, "{loud} facts to be read before the election\n{}", world.tail());
    let leads = world.first(killed, "BecameLeader").expect("leads");
    let why = world.why(&world.events[leads]);
    let story = [
        "BecameLeader",
        "LeaderElected",
        "BrokersChanged",
        "WatchFired",
        "ZnodeDeleted",
        "SessionExpired",
        "NodeKilled",
    ];
    let told: Vec<_> = why.iter().filter(|name| story.contains(name)).copied().collect();
    assert_eq!(told, story, "{why:?}");
}

#[test]
fn a_killed_follower_leaves_the_isr_and_raises_the_leader_epoch_where_it_was_in_sync() {
    let mut world = Story { assignment: vec![vec![1, 3], vec![1, 2]], ..Story::default() }.begin();
    let killed = world.events.len();
    world.kill(3);
    world.until(12_000, "the ISR is smaller", |w| w.isr(0) == [1]);
    world.run_ms(100);
    assert!(world.state(0).contains(r#""leader":1,"version":1,"leader_epoch":1,"isr":[1]"#), "{}", world.state(0));
    assert_eq!(world.epoch(0), 1, "by the controller, not by the leader");
    assert_eq!((world.epoch(1), world.isr(1)), (0, vec![1, 2]), "it held no replica of partition 1");
    let shrunk = world.first(killed, "IsrShrunk").expect("shrunk");
    assert_eq!(world.events[shrunk].node, NodeId::Broker(1));
    assert!(world.why(&world.events[shrunk]).contains(&"SessionExpired"));
    assert_eq!(world.count(killed, "LeaderElected"), 0);
}

#[test]
fn a_slow_follower_leaves_the_isr_by_its_leader_without_a_new_epoch_and_comes_back() {
    let mut world = Story::default().begin();
    let cut = world.events.len();
    world.cut(3, 1, CutHow::Silent);
    world.produce(0, 1);
    world.run_ms(2_000);
    assert!(!world.all_acked(), "acks=all waits for broker 1");
    world.until(21_000, "the leader shrinks the ISR", |w| w.isr(0) == [3, 2]);
    world.until(1_000, "and the record is committed", World::all_acked);
    let shrunk = world.first(cut, "IsrShrunk").expect("shrunk");
    assert_eq!(world.why(&world.events[shrunk]).last(), Some(&"LinkCut"), "that is why it was slow");
    assert_eq!(world.epoch(0), 0);
    assert!(world.state(0).contains(r#""leader_epoch":0,"isr":[3,2]"#), "{}", world.state(0));
    world.heal(3, 1);
    world.until(5_000, "it has caught up", |w| w.isr(0) == [3, 2, 1]);
    assert_eq!(world.epoch(0), 0);
    assert!(world.state(0).contains(r#""leader_epoch":0,"isr":[3,2,1]"#));
    assert_eq!(world.count(cut, "LeaderElected"), 0);
}

/// What is said about why this broker is in sync again, for each of the partitions that it joins.
fn why_in_sync_again(world: &World, from: usize) -> Vec<Vec<&'static str>> {
    world
        .kafka_facts(from)
        .filter(|(_, fact)| matches!(fact, KafkaFact::IsrExpanded { .. }))
        .map(|(event, _)| world.why(event))
        .collect()
}

#[test]
fn a_replica_is_in_sync_again_because_it_came_back_and_not_because_of_a_record_of_another_partition() {
    // Broker 1 leads two partitions; only the first one gets records.
    let assignment = || vec![vec![1, 2, 3], vec![1, 3, 2]];
    let busy = |world: &mut World, ms: u64| {
        for _ in 0..ms / 50 {
            world.produce(0, 1);
            world.run_ms(50);
        }
    };

    let mut world = Story { assignment: assignment(), ..Story::default() }.begin();
    world.kill(3);
    busy(&mut world, 10_000);
    let restarted = world.events.len();
    world.start(NodeId::Broker(3));
    busy(&mut world, 3_000);
    let whys = why_in_sync_again(&world, restarted);
    assert_eq!(whys.len(), 2, "both partitions");
    for why in &whys {
        assert!(why.contains(&"BecameFollower") && why.last() == Some(&"NodeStarted"), "{why:?}");
    }

    let mut world = Story { assignment: assignment(), ..Story::default() }.begin();
    world.cut(1, 3, CutHow::Silent);
    busy(&mut world, 21_000);
    let healed = world.events.len();
    world.heal(1, 3);
    busy(&mut world, 2_000);
    let whys = why_in_sync_again(&world, healed);
    assert_eq!(whys.len(), 2);
    assert!(whys.iter().all(|why| why.last() == Some(&"LinkHealed")), "{whys:?}");

    let mut world = Story { assignment: assignment(), ..Story::default() }.begin();
    world.freeze(2);
    busy(&mut world, 21_000);
    let thawed = world.events.len();
    world.thaw(2);
    busy(&mut world, 2_000);
    let whys = why_in_sync_again(&world, thawed);
    assert_eq!(whys.len(), 2);
    assert!(whys.iter().all(|why| why.last() == Some(&"NodeThawed")), "{whys:?}");
}

#[test]
fn a_broker_that_is_stopped_gives_its_leaders_away_first() {
    let mut world = Story::default().begin();
    world.produce(0, 3);
    world.until(5_000, "acknowledged", World::all_acked);
    let stopped = world.events.len();
    world.stop(3);
    world.until(3_000, "it is gone", |w| w.first(stopped, "NodeExited").is_some());
    world.run_ms(500);
    let order = [
        "ControlledShutdownAsked",
        // One partition after the other: it follows in partition 1 and leads partition 0.
        "IsrShrunk",
        "LeaderElected",
        "ControlledShutdownDone",
        "SessionClosed",
        "NodeExited",
    ];
    let places: Vec<_> = order.iter().map(|name| world.first(stopped, name).expect(name)).collect();
    assert!(places.is_sorted_by_key(|at| *at), "{places:?}\n{}", world.tail());
    assert_eq!((world.leader(0), world.isr(0)), (Some(2), vec![2, 1]));
    assert_eq!(world.isr(1), [1, 2]);
    assert_eq!(world.count(stopped, "SessionExpired"), 0);
    assert_eq!(world.znode("/brokers/ids/3"), None);
}

#[test]
fn the_controller_itself_can_be_stopped_and_another_one_takes_over() {
    let mut world = Story::default().begin();
    let stopped = world.events.len();
    world.stop(1);
    world.until(3_000, "it is gone", |w| w.first(stopped, "NodeExited").is_some());
    world.until(1_000, "elected", |w| w.controller().is_some_and(|c| c.controller_epoch() == 2));
    world.run_ms(500);
    assert_eq!(world.leader(1), Some(2));
    assert_eq!(world.znode("/controller_epoch").as_deref(), Some("2"));
}

#[test]
fn a_killed_controller_is_replaced_and_the_new_one_elects_for_it() {
    let mut world = Story::default().begin();
    assert_eq!(world.controller().map(|c| c.id()), Some(1));
    let killed = world.events.len();
    world.kill(1);
    world.until(12_000, "a new controller", |w| w.controller().is_some());
    world.until(2_000, "a leader for its partition", |w| w.leader(1) == Some(2));
    world.run_ms(200);
    assert_eq!(world.controller().map(|c| c.controller_epoch()), Some(2));
    assert_eq!(world.count(killed, "ControllerElected"), 1);
    assert!(world.state(1).contains(r#""controller_epoch":2,"leader":2,"version":1,"leader_epoch":1,"isr":[2,3]"#));
    // Partition 0 is led by broker 3: the new controller leaves the dead follower in the ISR (KAFKA-3143) …
    assert!(world.state(0).contains(r#""leader_epoch":0,"isr":[3,2,1]"#), "{}", world.state(0));
    // … until its leader finds it too slow.
    world.until(21_000, "the leader shrinks the ISR", |w| w.isr(0) == [3, 2]);
    assert_eq!(world.epoch(0), 0);
}

#[test]
fn a_restarted_broker_truncates_to_its_high_watermark_catches_up_and_joins_the_isr_again() {
    let mut world = Story::default().begin();
    world.produce(0, 5);
    world.until(5_000, "acknowledged", World::all_acked);
    world.kill(3);
    world.until(12_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    world.produce(0, 4);
    world.until(5_000, "acknowledged", World::all_acked);
    let restarted = world.events.len();
    world.start(NodeId::Broker(3));
    world.until(10_000, "in sync again", |w| w.isr(0) == [2, 1, 3]);
    // Killed before the first checkpoint of a high watermark above zero: everything was thrown away …
    let truncated = world.first(restarted, "LogTruncated").expect("truncated");
    assert_eq!(world.events[truncated].node, NodeId::Broker(3));
    // … and copied again.
    world.until(2_000, "caught up", |w| w.values(3, 0) == w.values(2, 0));
    assert_eq!(world.values(3, 0).len(), 9);
    assert_eq!(world.leader(0), Some(2), "leadership does not come back by itself");
    assert_eq!(world.epoch(0), 1);
}

#[test]
fn a_broker_that_restarts_within_its_old_session_waits_for_its_old_znode_to_expire() {
    let mut world = Story::default().begin();
    world.kill(3);
    world.run_ms(1_000);
    let restarted = world.events.len();
    world.start(NodeId::Broker(3));
    world.until(3_000, "it finds the old znode", |w| w.first(restarted, "RegistrationWaits").is_some());
    assert!(!world.broker(3).registered());
    world.until(20_000, "registered", |w| w.broker(3).registered());
    assert!(world.first(restarted, "SessionExpired") < world.first(restarted, "BrokerRegistered"));
    world.until(10_000, "in sync again", |w| w.isr(0).contains(&3));
}

#[test]
fn a_leader_that_slept_through_its_session_is_a_zombie_until_it_is_told() {
    let mut world = Story { acks: -1, ..Story::default() }.begin();
    world.produce(0, 2);
    world.until(5_000, "acknowledged", World::all_acked);
    let frozen = world.events.len();
    world.freeze(3);
    world.until(15_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    assert!(world.replica(3, 0).leads(), "it does not know");
    world.produce(0, 1);
    world.run_ms(3_000);
    world.thaw(3);
    world.until(15_000, "it follows", |w| w.replica(3, 0).follows() == Some(2));
    world.until(15_000, "in sync again", |w| w.isr(0) == [2, 1, 3]);
    world.until(35_000, "acknowledged", World::all_acked);
    assert_eq!(world.count(frozen, "ClientToldExpired"), 1);
    assert_eq!(world.count(frozen, "BrokerRegistered"), 1, "under a new session");
    world.run_ms(1_000);
    assert_eq!(world.values(3, 0), world.values(2, 0));
    assert_eq!(invariants::check(world.sim.system()), []);
}

#[test]
fn a_controller_that_slept_through_its_session_resigns() {
    let mut world = Story::default().begin();
    let frozen = world.events.len();
    world.freeze(1);
    world.until(15_000, "another controller", |w| w.controller().is_some_and(|c| c.controller_epoch() == 2));
    assert!(world.broker(1).is_controller(), "it does not know");
    world.thaw(1);
    world.until(15_000, "it resigns", |w| !w.broker(1).is_controller());
    world.until(15_000, "it is back", |w| w.broker(1).registered() && w.isr(1).contains(&1));
    assert_eq!(world.count(frozen, "ControllerResigned"), 1);
    assert_eq!(world.broker(1).known_controller(), world.controller().map(|c| c.id()));
}

#[test]
fn orders_of_an_older_controller_are_refused() {
    let mut world = Story { assignment: vec![vec![3, 2, 1]], ..Story::default() }.begin();
    world.cut(1, 2, CutHow::Silent);
    world.kill(3);
    // The old controller elects broker 2; the order hangs in the cut link.
    world.until(12_000, "elected", |w| w.first(0, "LeaderElected").is_some());
    world.run_ms(100);
    world.freeze(1);
    world.until(15_000, "broker 2 is the controller", |w| w.broker(2).is_controller());
    world.run_ms(500);
    assert_eq!((world.broker(2).controller_epoch(), world.leader(0), world.epoch(0)), (2, Some(2), 1));
    let healed = world.events.len();
    world.heal(1, 2);
    world.run_ms(500);
    assert!(world.count(healed, "StaleControllerRefused") > 0, "{}", world.tail());
}

#[test]
fn a_new_topic_gets_its_znodes_then_its_leaders() {
    let mut world = Story { assignment: Vec::new(), ..Story::default() }.begin();
    world.create_topic(vec![vec![1, 2], vec![2, 3]], vec![("retention.ms".into(), "1000".into())]);
    world.run_ms(100);
    assert_eq!(
        world.znode("/config/topics/orders").as_deref(),
        Some(r#"{"version":1,"config":{"retention.ms":"1000"}}"#)
    );
    assert_eq!(
        world.znode("/brokers/topics/orders").as_deref(),
        Some(r#"{"version":1,"partitions":{"0":[1,2],"1":[2,3]}}"#)
    );
    assert_eq!(world.state(0), r#"{"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1,2]}"#);
    assert_eq!(world.znode("/brokers/topics/orders/partitions/1").as_deref(), Some(""));
    assert_eq!((world.leader(0), world.leader(1)), (Some(1), Some(2)));
    for broker in [1, 2, 3] {
        let leaders: Vec<_> = world.broker(broker).metadata().expect("running").leaders().map(|(_, l)| l).collect();
        assert_eq!(leaders, [Some(1), Some(2)], "broker {broker} tells clients");
    }
    let created = world.first(0, "PartitionCreated").expect("created");
    assert!(world.why(&world.events[created]).contains(&"TopicCreationAsked"), "the admin tool is why");
}

#[test]
fn a_topic_with_the_name_of_another_is_refused() {
    let mut world = Story::default().begin();
    let asked = world.events.len();
    world.create_topic(vec![vec![1]], Vec::new());
    world.until(5_000, "refused", |w| w.first(asked, "TopicCreationFailed").is_some());
}

#[test]
fn a_topic_gets_more_partitions_and_the_old_ones_stay_where_they_are() {
    let mut world = Story { assignment: vec![vec![1, 2], vec![2, 3], vec![3, 1]], ..Story::default() }.begin();
    let asked = world.events.len();
    assert_eq!(world.ask_admin(add_partitions(7)), Ok(()));
    world.until(5_000, "the new ones have leaders", |w| (3..7).all(|p| w.leader(p).is_some()));
    // As a real Kafka 0.8.2.2 places them: the id of a broker is taken for its place among the ids.
    assert_eq!(
        world.znode("/brokers/topics/orders").as_deref(),
        Some(r#"{"version":1,"partitions":{"0":[1,2],"1":[2,3],"2":[3,1],"3":[3,2],"4":[1,3],"5":[2,1],"6":[3,1]}}"#)
    );
    assert_eq!([3, 4, 5, 6].map(|p| world.leader(p)), [Some(3), Some(1), Some(2), Some(3)]);
    assert_eq!([0, 1, 2].map(|p| world.epoch(p)), [0, 0, 0]);
    assert_eq!(world.count(asked, "PartitionCreated"), 4);
    let created = world.first(asked, "PartitionCreated").expect("created");
    assert!(world.why(&world.events[created]).contains(&"PartitionsAsked"), "the admin tool is why");
}

fn add_partitions(total: u32) -> Order {
    Order::AddPartitions { topic: "orders".into(), total }
}

#[test]
fn a_topic_keeps_the_partitions_that_it_has() {
    let mut world = Story::default().begin();
    assert_eq!(world.ask_admin(add_partitions(2)), Err("AdminOperationException"));
    assert_eq!(world.ask_admin(add_partitions(1)), Err("AdminOperationException"));
    let other = Order::AddPartitions { topic: "payments".into(), total: 4 };
    assert_eq!(world.ask_admin(other), Ok(()), "the tool says nothing of a topic that is not there");
    world.kill(3);
    world.until(12_000, "its registration is gone", |w| w.znode("/brokers/ids/3").is_none());
    assert_eq!(world.ask_admin(add_partitions(3)), Err("AdminOperationException"), "three replicas, two brokers");
    let assignment = world.znode("/brokers/topics/orders");
    assert_eq!(assignment.as_deref(), Some(r#"{"version":1,"partitions":{"0":[3,2,1],"1":[1,2,3]}}"#));
}

/// How partition 0 got its leaders since the event of this number.
fn elected_how(world: &World, from: usize) -> Vec<ElectedHow> {
    let how = |fact: &KafkaFact| match fact {
        KafkaFact::LeaderElected { tp, how, .. } if *tp == orders(0) => Some(*how),
        _ => None,
    };
    world.kafka_facts(from).filter_map(|(_, fact)| how(fact)).collect()
}

#[test]
fn an_election_says_how_its_leader_was_chosen() {
    let config = BrokerConfig { auto_leader_rebalance_enable: true, leader_imbalance_check_interval_s: 20, ..story() };
    let mut world = Story { config, ..Story::default() }.begin();
    world.kill(3);
    world.until(12_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    assert_eq!(elected_how(&world, 0), [ElectedHow::Clean]);
    world.start(NodeId::Broker(3));
    world.until(40_000, "broker 3 leads again", |w| w.leader(0) == Some(3));
    assert_eq!(elected_how(&world, 0), [ElectedHow::Clean, ElectedHow::Preferred]);
    world.stop(3);
    world.until(10_000, "it has left", |w| w.leader(0) != Some(3));
    assert_eq!(elected_how(&world, 0)[2..], [ElectedHow::ControlledShutdown]);
}

/// Partition 0 on brokers 2 and 3 with only broker 3 in sync, one record that only broker 3 has; then 3 dies.
fn all_in_sync_replicas_gone(unclean: &'static str) -> World {
    let topic_config = vec![("unclean.leader.election.enable", unclean)];
    let mut world = Story { assignment: vec![vec![3, 2]], topic_config, acks: -1, ..Story::default() }.begin();
    world.produce(0, 1);
    world.until(5_000, "acknowledged", World::all_acked);
    world.cut(2, 3, CutHow::Silent);
    world.until(21_000, "broker 3 alone", |w| w.isr(0) == [3]);
    world.produce(0, 1);
    world.until(5_000, "acknowledged", World::all_acked);
    world.kill(3);
    world.heal(2, 3);
    world
}

#[test]
fn without_unclean_election_a_partition_stays_offline_until_its_last_in_sync_replica_is_back() {
    let mut world = all_in_sync_replicas_gone("false");
    let killed = world.events.len();
    world.until(12_000, "offline", |w| w.first(killed, "PartitionOffline").is_some());
    world.run_ms(2_000);
    assert!(world.state(0).contains(r#""leader":-1,"version":1,"leader_epoch":1,"isr":[3]"#), "{}", world.state(0));
    world.start(NodeId::Broker(3));
    world.until(10_000, "it leads again", |w| w.leader(0) == Some(3) && w.broker(3).registered());
    world.until(10_000, "in sync again", |w| w.isr(0) == [3, 2]);
    assert_eq!(world.values(3, 0), ["v0", "v1"], "nothing is lost");
    assert_eq!(world.epoch(0), 2);
}

#[test]
fn an_unclean_election_loses_records_that_were_acknowledged() {
    let mut world = all_in_sync_replicas_gone("true");
    world.until(12_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    assert_eq!((world.isr(0), world.values(2, 0)), (vec![2], vec!["v0".to_string()]));
    assert_eq!(elected_how(&world, 0), [ElectedHow::Unclean]);
    let lost = invariants::acknowledged_records_survive(world.sim.system());
    assert_eq!(lost.len(), 1);
    assert!(lost[0].invariant().era_can_break_it());
    world.start(NodeId::Broker(3));
    world.until(20_000, "in sync again", |w| w.isr(0) == [2, 3]);
    world.run_ms(1_000);
    assert_eq!(world.values(3, 0), ["v0"], "the old leader throws its record away");
}

#[test]
fn a_producer_that_waits_for_all_is_refused_below_min_insync_replicas() {
    let topic_config = vec![("min.insync.replicas", "2")];
    let mut world = Story { assignment: vec![vec![1, 2]], topic_config, ..Story::default() }.begin();
    world.produce(0, 1);
    world.until(5_000, "acknowledged", World::all_acked);
    world.kill(2);
    world.until(12_000, "one is left", |w| w.isr(0) == [1]);
    world.produce(0, 1);
    world.until(30_000, "refused", |w| matches!(w.outcomes()[1], Some(Err("NOT_ENOUGH_REPLICAS"))));
    assert_eq!(world.values(1, 0), ["v0"], "nothing was appended");
}

/// KIP-101: a new follower forgets what it does not know to be committed. It is still in the ISR, and leads
/// before it could copy the record again.
#[test]
fn an_acknowledged_record_is_lost_when_a_follower_truncates_and_then_leads() {
    // Broker 4 is the controller and holds no replica.
    let brokers = vec![4, 3, 2, 1];
    let mut world = Story { brokers, assignment: vec![vec![3, 2, 1]], ..Story::default() }.begin();
    world.produce(0, 1);
    world.until(5_000, "acknowledged by all", World::all_acked);
    for follower in [2, 1] {
        let replica = world.replica(follower, 0);
        assert_eq!((replica.log_end(), replica.high_watermark), (1, 0), "it learns of the commit a round later");
    }
    world.kill(3);
    world.until(12_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    world.cut(1, 2, CutHow::Reset);
    world.until(1_000, "broker 1 follows", |w| w.replica(1, 0).follows() == Some(2));
    assert_eq!((world.values(2, 0).len(), world.values(1, 0).len()), (1, 0), "it has truncated");
    assert_eq!(invariants::check(world.sim.system()), []);
    world.kill(2);
    world.until(12_000, "broker 1 leads", |w| w.leader(0) == Some(1));
    let lost = invariants::acknowledged_records_survive(world.sim.system());
    assert_eq!(lost.len(), 1, "{}", world.tail());
    assert_eq!(world.count(0, "PartitionOffline"), 0, "no election was unclean: broker 1 was in the ISR");
    assert!(Invariant::AcknowledgedRecordsSurvive.era_can_break_it());
}

#[test]
fn preferred_leaders_get_their_partitions_back() {
    let config = BrokerConfig { auto_leader_rebalance_enable: true, leader_imbalance_check_interval_s: 20, ..story() };
    let mut world = Story { config, ..Story::default() }.begin();
    world.kill(3);
    world.until(12_000, "broker 2 leads", |w| w.leader(0) == Some(2));
    world.start(NodeId::Broker(3));
    world.until(10_000, "in sync again", |w| w.isr(0).contains(&3));
    world.until(25_000, "it leads again", |w| w.leader(0) == Some(3));
    assert_eq!((world.epoch(0), world.isr(0)), (2, vec![2, 1, 3]));
}

/// Faults at random, by many seeds: what era 0.8.2 promises holds after every step, and when everything is
/// mended, everything is in sync again.
#[test]
fn whatever_breaks_the_promises_hold_and_afterwards_it_settles() {
    let mut elections = 0;
    for seed in 0..12 {
        let config = BrokerConfig { auto_leader_rebalance_enable: seed % 2 == 0, ..story() };
        let assignment = vec![vec![3, 2, 1], vec![1, 2, 3], vec![2, 3]];
        let assignment = if seed % 3 == 0 { vec![vec![1, 2, 3]; 3] } else { assignment };
        let assignment = assignment
            .into_iter()
            .map(|mut replicas| {
                replicas.truncate(2);
                replicas
            })
            .collect();
        let mut world = Story { config, assignment, seed, ..Story::default() }.begin();
        let mut witness = invariants::Witness::default();
        let mut chance = seed;
        for _ in 0..25 {
            chance = sim_core::rng::mix(chance);
            let broker = NodeId::Broker((chance % 3) as u16 + 1);
            let other = NodeId::Broker((chance / 7 % 3) as u16 + 1);
            let fault = match chance / 16 % 8 {
                0 => Fault::Kill(broker),
                1 | 2 => Fault::Start(broker),
                3 => Fault::Freeze(broker),
                4 => Fault::Thaw(broker),
                5 => Fault::Cut { a: broker, b: other, how: CutHow::Silent },
                _ => Fault::Heal { a: broker, b: other },
            };
            world.try_command(Command::Fault(fault));
            world.produce((chance / 256 % 3) as u32, 1);
            world.run_checked_ms(chance / 1024 % 6_000, |system| {
                let mut violations = invariants::check(system);
                violations.extend(witness.look(system));
                violations.retain(|violation| !violation.invariant().era_can_break_it());
                assert_eq!(violations, [], "seed {seed}");
            });
        }
        for a in 1..=3 {
            world.try_command(Command::Fault(Fault::Thaw(NodeId::Broker(a))));
            world.try_command(Command::Fault(Fault::Start(NodeId::Broker(a))));
            for b in 1..a {
                world.try_command(Command::Fault(Fault::Heal { a: NodeId::Broker(a), b: NodeId::Broker(b) }));
            }
        }
        world.until(60_000, "everything is in sync again", |w| (0..3).all(|p| w.isr(p).len() == 2));
        world.run_ms(2_000);
        elections += world.count(0, "LeaderElected");
        for partition in 0..3 {
            let leader = world.leader(partition).expect("a leader");
            for broker in world.isr(partition) {
                assert_eq!(world.values(broker, partition), world.values(leader, partition), "seed {seed}");
            }
        }
    }
    assert!(elections > 30, "the faults moved leaders: {elections}");
}

/// `ReplicaManager.makeFollowers`, KAFKA-1647: a leader that is not among the live ones of the request is not
/// followed.
#[test]
fn a_replica_that_comes_back_while_its_leader_is_dead_keeps_its_log_and_its_epoch() {
    // Broker 3 holds no replica and becomes the controller.
    let mut world = Story { assignment: vec![vec![1, 2]], ..Story::default() }.begin();
    world.produce(0, 3);
    world.until(5_000, "acknowledged by both", World::all_acked);
    world.kill(2);
    world.kill(1);
    world.kill(3);
    world.until(20_000, "all sessions are over", |w| w.znode("/brokers/ids/3").is_none());
    world.run_ms(3_000);
    world.start(NodeId::Broker(3));
    world.until(20_000, "a controller", |w| w.controller().is_some() && w.broker(3).registered());
    let back = world.events.len();
    world.start(NodeId::Broker(2));
    world.until(20_000, "it leads", |w| w.leader(0) == Some(2));
    assert_eq!(world.values(2, 0), ["v0", "v1", "v2"], "nothing acknowledged is lost");
    assert_eq!((world.count(back, "LogTruncated"), world.count(back, "BecameFollower")), (0, 0), "{}", world.tail());
    world.start(NodeId::Broker(1));
    world.until(20_000, "in sync again", |w| w.isr(0) == [2, 1]);
    world.run_ms(1_000);
    assert_eq!(world.values(1, 0), ["v0", "v1", "v2"]);
    assert_eq!(invariants::acknowledged_records_survive(world.sim.system()), []);
}

/// `ReplicaManager.isShuttingDown`: it starts no fetcher, so its new leader never sees it caught up.
#[test]
fn a_broker_that_leaves_does_not_come_back_into_the_isr_of_what_it_led() {
    for seed in 1..=5 {
        // Partition 1 is the second of four that are moved one after the other: there is time to fetch meanwhile.
        let assignment = vec![vec![1, 2, 3], vec![3, 2, 1], vec![1, 2, 3], vec![1, 2, 3]];
        let mut world = Story { seed, assignment, ..Story::default() }.begin();
        let stopped = world.events.len();
        world.stop(3);
        world.until(5_000, "it is gone", |w| w.first(stopped, "NodeExited").is_some());
        world.run_ms(1_000);
        assert_eq!((world.isr(1), world.epoch(1)), (vec![2, 1], 1), "one new epoch: that of the new leader");
        assert_eq!(world.count(stopped, "IsrExpanded"), 0, "{}", world.tail());
    }
}

/// `ReplicaManager.getPartition`: a log on disk is not yet a partition of this process until a controller says so.
#[test]
fn a_broker_that_is_back_before_its_old_session_ends_hosts_nothing() {
    let mut world = Story::default().begin();
    world.produce(0, 1);
    world.until(5_000, "acknowledged", World::all_acked);
    world.kill(3);
    world.run_ms(500);
    world.start(NodeId::Broker(3));
    world.run_ms(1_000);
    assert!(!world.broker(3).registered(), "its old znode is still there");
    let replica = world.replica(3, 0);
    assert_eq!((replica.is_hosted(), replica.log_end()), (false, 1), "its log lies on disk");
    let asked = world.events.len();
    world.produce(0, 1);
    world.run_ms(500);
    assert_eq!(world.count(asked, "RecordsAppended"), 0, "UNKNOWN_TOPIC_OR_PARTITION: it appends nothing");
    world.until(20_000, "registered again", |w| w.broker(3).registered());
    world.until(5_000, "the controller has spoken", |w| w.replica(3, 0).is_hosted());
}

/// "Cached zkVersion not equal to that in zookeeper, skip updating ISR."
#[test]
fn a_leader_that_has_not_heard_of_a_newer_state_does_not_overwrite_it() {
    let mut world = Story { assignment: vec![vec![3, 2]], ..Story::default() }.begin();
    // What the controller orders hangs in the cut link.
    world.cut(1, 3, CutHow::Silent);
    world.kill(2);
    let by_controller = r#""leader":3,"version":1,"leader_epoch":1,"isr":[3]"#;
    world.until(12_000, "the controller takes broker 2 out", |w| w.state(0).contains(by_controller));
    world.run_ms(25_000);
    assert!(world.state(0).contains(by_controller), "by now the leader has found it slow too: {}", world.state(0));
    assert_eq!((world.isr(0), world.epoch(0)), (vec![3, 2], 0), "it does not know");
    world.heal(1, 3);
    world.until(1_000, "it is told", |w| w.isr(0) == [3] && w.epoch(0) == 1);
}

#[test]
fn a_freeze_during_a_clean_stop_ends_in_the_stop() {
    let mut world = Story::default().begin();
    let stopped = world.events.len();
    world.stop(3);
    world.command(Command::Fault(Fault::Freeze(NodeId::Broker(3))));
    assert_eq!(world.sim.system().process(NodeId::Broker(3)), Process::Frozen { stopping: true });
    world.run_ms(1_000);
    world.command(Command::Fault(Fault::Thaw(NodeId::Broker(3))));
    assert_eq!(world.sim.system().process(NodeId::Broker(3)), Process::Stopping, "not a running process again");
    world.until(10_000, "it is gone", |w| w.first(stopped, "NodeExited").is_some());
    assert_eq!(world.sim.system().process(NodeId::Broker(3)), Process::Stopped);
    world.command(Command::Fault(Fault::Freeze(NodeId::Broker(2))));
    world.command(Command::Fault(Fault::Thaw(NodeId::Broker(2))));
    assert_eq!(world.sim.system().process(NodeId::Broker(2)), Process::Running);
}

/// A rule, and the story of this file that is about it.
const RULES: &[(Rule, fn())] = &[
    (Rule::SlowFollowersLeave, a_slow_follower_leaves_the_isr_by_its_leader_without_a_new_epoch_and_comes_back),
    (Rule::CaughtUpFollowersJoin, a_slow_follower_leaves_the_isr_by_its_leader_without_a_new_epoch_and_comes_back),
    (Rule::AcksAllWaits, a_slow_follower_leaves_the_isr_by_its_leader_without_a_new_epoch_and_comes_back),
    (Rule::OrdersMakePartitions, a_broker_that_is_back_before_its_old_session_ends_hosts_nothing),
    (Rule::StatesAreWrittenConditionally, a_leader_that_has_not_heard_of_a_newer_state_does_not_overwrite_it),
    (Rule::MinInsyncGuards, a_producer_that_waits_for_all_is_refused_below_min_insync_replicas),
    (Rule::OldLeaderEpochsAreRefused, a_killed_leader_is_replaced_after_its_session_expired),
    (Rule::OldControllersAreRefused, orders_of_an_older_controller_are_refused),
    (Rule::FollowersTruncate, an_acknowledged_record_is_lost_when_a_follower_truncates_and_then_leads),
    (Rule::DeadLeadersAreNotFollowed, a_replica_that_comes_back_while_its_leader_is_dead_keeps_its_log_and_its_epoch),
    (Rule::LeavingBrokersFetchNothing, a_broker_that_leaves_does_not_come_back_into_the_isr_of_what_it_led),
    (Rule::InSyncReplicasLeadFirst, an_election_says_how_its_leader_was_chosen),
    (
        Rule::UncleanElectionsAreAllowedFirst,
        without_unclean_election_a_partition_stays_offline_until_its_last_in_sync_replica_is_back,
    ),
    (Rule::EachReignCounts, a_killed_leader_is_replaced_after_its_session_expired),
    (Rule::EachControllerCounts, orders_of_an_older_controller_are_refused),
    (
        Rule::TheLastInSyncReplicaIsRemembered,
        without_unclean_election_a_partition_stays_offline_until_its_last_in_sync_replica_is_back,
    ),
    (Rule::PreferredLeadersAreInSync, preferred_leaders_get_their_partitions_back),
    (Rule::LeavingBrokersDoNotLead, a_broker_that_is_stopped_gives_its_leaders_away_first),
    (Rule::ImbalanceIsMended, preferred_leaders_get_their_partitions_back),
    (
        Rule::OldRegistrationsAreWaitedFor,
        a_broker_that_restarts_within_its_old_session_waits_for_its_old_znode_to_expire,
    ),
    (Rule::LeadersMoveBeforeAStop, a_broker_that_is_stopped_gives_its_leaders_away_first),
];

#[test]
fn each_of_these_stories_notices_when_its_rule_is_broken() {
    let goes_well = |rule: Rule, story: fn()| {
        let _broken = broken::in_this_thread(rule);
        std::panic::catch_unwind(story).is_ok()
    };
    let unnoticed: Vec<Rule> = RULES.iter().filter(|(rule, story)| goes_well(*rule, *story)).map(|(r, _)| *r).collect();
    assert!(unnoticed.is_empty(), "broken, and nothing was seen of it: {unnoticed:?}");
    // Two are about a single replica: `kafka/replica.rs` has their tests. One needs a consumer: `client_stories.rs`.
    assert_eq!(RULES.len() + 3, Rule::ALL.len(), "each rule has its story");
}
