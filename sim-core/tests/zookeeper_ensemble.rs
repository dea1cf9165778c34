//! The ensemble's stories, on a simulated network.

use sim_core::client::Watched;
use sim_core::client::ZkShell;
use sim_core::engine::command::Command;
use sim_core::engine::node::Node;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Changes, Fault, System};
use sim_core::event::Event;
use sim_core::ids::*;
use sim_core::net::CutHow;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::time::{SimTime, Span};
use sim_core::zookeeper::*;
use std::sync::Arc;

const C1: NodeId = NodeId::ZkShell(1);
const C2: NodeId = NodeId::ZkShell(2);

struct Story {
    sim: Sim,
    events: Vec<Event>,
}

impl Story {
    /// An ensemble of so many servers that serves, and two connected clients.
    fn of(servers: u16, seed: u64) -> Story {
        Story::with(servers, seed, ZkVersion::V3_4)
    }

    fn with(servers: u16, seed: u64, version: ZkVersion) -> Story {
        let mut system = System::new(None, version.ensemble_config(servers));
        let factory = system.factory().clone();
        for id in 1..=servers {
            system.add(NodeId::Zk(id), format!("zk{id}").into(), factory.server(id));
        }
        for (client, name) in [(C1, "c1"), (C2, "c2")] {
            system.add(client, name.into(), factory.zk_shell(&name.into(), factory.servers(), 6_000));
        }
        let mut story = Story { sim: Sim::new(system, seed), events: Vec::new() };
        for id in 1..=servers {
            story.does(Fault::Start(NodeId::Zk(id)));
        }
        assert!(story.until(10_000, |story| story.leader().is_some()), "an ensemble elects a leader");
        for client in [C1, C2] {
            story.does(Fault::Start(client));
            assert!(story.until(10_000, |story| story.is_connected(client)), "a client connects");
        }
        story
    }

    fn does(&mut self, fault: Fault) {
        let mut changes = Changes::default();
        self.sim.command(&Command::Fault(fault), &mut changes).expect("the fault makes sense");
        self.events.append(&mut changes.events);
    }

    fn until(&mut self, within_ms: u64, holds: impl Fn(&Story) -> bool) -> bool {
        let bound = self.sim.now().plus(Span::ms(within_ms));
        let mut changes = Changes::default();
        while !holds(self) {
            if self.sim.next_due().is_none_or(|due| due > bound) {
                self.sim.advance_to(bound);
                return false;
            }
            self.sim.step(&mut changes);
            self.events.append(&mut changes.events);
        }
        true
    }

    fn wait_ms(&mut self, ms: u64) {
        self.until(ms, |_| false);
    }

    fn server(&self, id: u16) -> &ZkServer {
        match self.sim.system().node(NodeId::Zk(id)) {
            Some(Node::Zk(server)) => server,
            _ => panic!("zk{id} is a server"),
        }
    }

    fn shell(&self, id: NodeId) -> &ZkShell {
        match self.sim.system().node(id) {
            Some(Node::ZkShell(shell)) => shell,
            _ => panic!("it is a client"),
        }
    }

    fn leader(&self) -> Option<u16> {
        self.sim.system().slots().iter().find_map(|slot| match &*slot.node {
            Node::Zk(server) if server.is_serving() => match server.role() {
                Some(ServerRole::Leading | ServerRole::Standalone) => Some(server.id()),
                _ => None,
            },
            _ => None,
        })
    }

    fn is_connected(&self, client: NodeId) -> bool {
        self.shell(client).zk().state() == KeeperState::SyncConnected
    }

    fn server_of(&self, client: NodeId) -> u16 {
        match self.shell(client).zk().server() {
            Some(NodeId::Zk(id)) => id,
            _ => panic!("the client is connected"),
        }
    }

    fn order(&mut self, client: NodeId, op: ZkOp) -> usize {
        let nth = self.shell(client).asked.len();
        let mut changes = Changes::default();
        let command = Command::Order(client, Order::Zk(ShellOp::Zk(op)));
        self.sim.command(&command, &mut changes).expect("the client runs");
        self.events.append(&mut changes.events);
        nth
    }

    /// One operation, awaited.
    fn asks(&mut self, client: NodeId, op: ZkOp) -> ZkResult {
        let nth = self.order(client, op);
        assert!(self.until(60_000, |story| story.shell(client).asked[nth].answer.is_some()), "an answer comes");
        self.shell(client).asked[nth].answer.clone().expect("it has come")
    }

    fn facts(&self, name: &str) -> Vec<&Event> {
        self.events.iter().filter(|event| event.fact.name() == name).collect()
    }
}

fn create(path: &str, mode: CreateMode) -> ZkOp {
    ZkOp::Create { path: path.into(), data: Some("x".into()), mode }
}

fn sync() -> ZkOp {
    ZkOp::Sync { path: "/".into() }
}

#[test]
fn on_empty_logs_the_highest_id_leads_and_the_first_transaction_opens_epoch_one() {
    for seed in 0..20 {
        let story = Story::of(3, seed);
        assert_eq!(story.leader(), Some(3), "seed {seed}");
        assert_eq!(story.server(3).epoch(), 1);
        assert_eq!(story.facts("SessionCreated").len(), 2, "each client has a session");
        assert_eq!(story.server(3).last_zxid(), Zxid::new(1, 2));
    }
}

#[test]
fn a_lone_server_serves_without_an_epoch() {
    let story = Story::of(1, 1);
    assert_eq!(story.server(1).role(), Some(ServerRole::Standalone));
    assert_eq!(story.server(1).last_zxid(), Zxid::new(0, 2), "one transaction for each session");
}

#[test]
fn a_refused_write_burns_a_zxid_and_changes_nothing() {
    let mut story = Story::of(3, 2);
    story.asks(C1, create("/a", CreateMode::Persistent)).expect("created");
    let before = story.server(3).last_zxid();
    let set = ZkOp::SetData { path: "/a".into(), data: None, version: 7 };
    assert_eq!(story.asks(C1, set).expect_err("refused").error, ZkError::BadVersion);
    assert_eq!(story.server(3).last_zxid().0, before.0 + 1);
    assert_eq!(story.server(3).tree().get("/a").map(|node| node.version()), Some(0));
}

#[test]
fn a_killed_clients_session_expires_at_the_end_of_a_tick_and_its_ephemerals_go_with_it() {
    for seed in 0..10 {
        let mut story = Story::of(3, seed);
        story.asks(C1, create("/e", CreateMode::Ephemeral)).expect("created");
        story.asks(C2, sync()).expect("synced");
        let seen = story.asks(C2, ZkOp::Exists { path: "/e".into(), watch: true });
        assert!(matches!(seen, Ok(ZkReply::Exists(Some(_)))));
        let killed_at = story.sim.now();
        story.does(Fault::Kill(C1));
        assert!(story.until(12_000, |story| !story.facts("SessionExpired").is_empty()), "the session expires");
        let expired = story.facts("SessionExpired")[0];
        let after_ms = expired.at.since(killed_at).as_ms();
        assert!((4_000..=9_000).contains(&after_ms), "expired after {after_ms} ms");
        assert_eq!(expired.cause, Some(story.facts("NodeKilled")[0].seq), "the kill is why");
        assert_eq!(expired.at, SimTime(expired.at.0 / 2_000_000 * 2_000_000), "at the end of a tick");
        let told = Watched::Event(WatchEvent::NodeDeleted, "/e".into());
        assert!(story.until(1_000, |story| story.shell(C2).watched.contains(&told)), "the watcher is told");
    }
}

#[test]
fn a_stopped_follower_leaves_the_service_as_it_is_and_catches_up_when_it_returns() {
    let mut story = Story::of(3, 3);
    let follower = (1..3).find(|id| story.server_of(C1) != *id).expect("one of two");
    story.does(Fault::Kill(NodeId::Zk(follower)));
    for nth in 0..5 {
        story.asks(C1, create(&format!("/n{nth}"), CreateMode::Persistent)).expect("a majority is left");
    }
    story.does(Fault::Start(NodeId::Zk(follower)));
    assert!(story.until(10_000, |story| story.server(follower).is_serving()), "it joins again");
    assert!(story.until(5_000, |story| story.server(follower).tree() == story.server(3).tree()));
    assert_eq!(story.leader(), Some(3), "the leader stays");
}

#[test]
fn a_killed_leader_is_replaced_and_sessions_and_their_ephemerals_survive() {
    for seed in 0..20 {
        let mut story = Story::of(3, seed);
        story.asks(C1, create("/e", CreateMode::Ephemeral)).expect("created");
        let session = story.shell(C1).zk().session();
        story.does(Fault::Kill(NodeId::Zk(3)));
        assert!(story.until(10_000, |story| story.leader().is_some_and(|leader| leader != 3)), "seed {seed}");
        let leader = story.leader().expect("there is one");
        assert_eq!(story.server(leader).epoch(), 2);
        assert!(story.until(10_000, |story| story.is_connected(C1)), "the client finds another server");
        assert_eq!(story.shell(C1).zk().session(), session, "with its session");
        story.wait_ms(20_000);
        assert!(story.server(leader).tree().get("/e").is_some(), "its ephemeral lives");
        assert!(story.facts("SessionExpired").is_empty(), "seed {seed}");
    }
}

#[test]
fn without_a_majority_nothing_is_served_and_nothing_expires() {
    let mut story = Story::of(3, 4);
    story.asks(C1, create("/e", CreateMode::Ephemeral)).expect("created");
    story.does(Fault::Kill(NodeId::Zk(3)));
    story.does(Fault::Kill(NodeId::Zk(2)));
    story.wait_ms(60_000);
    assert_eq!(story.leader(), None);
    assert_eq!(story.shell(C1).zk().state(), KeeperState::Disconnected, "never told that it expired");
    story.does(Fault::Start(NodeId::Zk(2)));
    assert!(story.until(120_000, |story| story.is_connected(C1)), "it reconnects");
    let leader = story.leader().expect("a majority is back");
    assert!(story.server(leader).tree().get("/e").is_some(), "sessions get a full timeout from a new leader");
    assert!(story.facts("SessionExpired").is_empty());
}

#[test]
fn a_client_that_moves_is_told_what_it_missed() {
    let mut story = Story::of(3, 5);
    story.asks(C1, create("/a", CreateMode::Persistent)).expect("created");
    story.asks(C2, sync()).expect("synced");
    story.asks(C2, ZkOp::GetData { path: "/a".into(), watch: true }).expect("read");
    let server = story.server_of(C2);
    story.does(Fault::Cut { a: C2, b: NodeId::Zk(server), how: CutHow::Silent });
    story.asks(C1, ZkOp::SetData { path: "/a".into(), data: None, version: -1 }).expect("set");
    let changed = Watched::Event(WatchEvent::NodeDataChanged, "/a".into());
    assert!(story.until(20_000, |story| story.shell(C2).watched.contains(&changed)), "setWatches tells it");
    assert_ne!(story.server_of(C2), server);
    assert!(story.facts("SessionExpired").is_empty());
}

#[test]
fn what_only_a_dead_leader_had_logged_is_cut_when_it_returns() {
    let mut story =
        (0..50).map(|seed| Story::of(3, seed)).find(|story| story.server_of(C1) == 3).expect("some client of zk3");
    for other in [1, 2] {
        story.does(Fault::Cut { a: NodeId::Zk(3), b: NodeId::Zk(other), how: CutHow::Silent });
    }
    let before = story.server(3).last_logged();
    story.order(C1, create("/lost", CreateMode::Persistent));
    story.wait_ms(50);
    assert!(story.server(3).last_logged() > before, "logged by the leader alone");
    story.does(Fault::Kill(NodeId::Zk(3)));
    for other in [1, 2] {
        // What the cut had kept is lost with the process: its followers never hear of the proposal.
        story.does(Fault::PowerOff(NodeId::Zk(other)));
        story.does(Fault::Heal { a: NodeId::Zk(3), b: NodeId::Zk(other) });
    }
    story.wait_ms(100);
    for other in [1, 2] {
        story.does(Fault::Start(NodeId::Zk(other)));
    }
    assert!(story.until(30_000, |story| story.leader() == Some(2)), "the others go on");
    // Its server was powered off: it finds out by silence, and goes elsewhere.
    story.wait_ms(20_000);
    assert!(story.until(30_000, |story| story.is_connected(C2)));
    story.asks(C2, create("/after", CreateMode::Persistent)).expect("created");
    story.does(Fault::Start(NodeId::Zk(3)));
    assert!(story.until(20_000, |story| story.server(3).is_serving()), "it comes back as a follower");
    assert!(story.server(3).tree().get("/lost").is_none(), "its tail was truncated");
    assert!(story.until(5_000, |story| story.server(3).tree() == story.server(2).tree()));
    let mut how = String::new();
    let synced = story.facts("FollowerSynced");
    let last = synced.iter().rfind(|event| event.node == NodeId::Zk(3)).expect("it was synchronised");
    last.fact.for_each_field(&mut |name, value| {
        if name == "how" {
            how = format!("{value:?}");
        }
    });
    assert!(how.contains("TRUNC"), "{how}");
}

#[test]
fn sequence_numbers_count_creations_and_cversion_counts_deletions_too() {
    let mut story = Story::of(1, 7);
    story.asks(C1, create("/p", CreateMode::Persistent)).expect("created");
    story.asks(C1, create("/p/plain", CreateMode::Persistent)).expect("created");
    story.asks(C1, ZkOp::Delete { path: "/p/plain".into(), version: -1 }).expect("deleted");
    let named = story.asks(C1, create("/p/s", CreateMode::PersistentSequential)).expect("created");
    assert_eq!(named, ZkReply::Created(Arc::from("/p/s0000000001")));
    let stat = story.server(1).tree().get("/p").expect("it is there").stat();
    assert_eq!((stat.cversion, stat.num_children), (3, 1));
}

#[test]
fn a_failed_multi_undoes_all_and_names_each_operation() {
    let mut story = Story::of(3, 8);
    let ops = vec![
        create("/m", CreateMode::Persistent),
        ZkOp::Check { path: "/m".into(), version: 3 },
        create("/n", CreateMode::Persistent),
    ];
    let failure = story.asks(C1, ZkOp::Multi(ops)).expect_err("the check fails");
    assert_eq!(failure.error, ZkError::BadVersion);
    assert_eq!(failure.multi, vec![None, Some(ZkError::BadVersion), Some(ZkError::RuntimeInconsistency)]);
    assert!(story.server(3).tree().get("/m").is_none());
}

#[test]
fn a_frozen_client_that_wakes_too_late_is_told_that_its_session_is_over() {
    let mut story = Story::of(3, 9);
    story.asks(C1, create("/e", CreateMode::Ephemeral)).expect("created");
    story.does(Fault::Freeze(C1));
    story.wait_ms(15_000);
    assert_eq!(story.facts("SessionExpired").len(), 1);
    assert!(story.facts("ClientToldExpired").is_empty(), "it still believes");
    story.does(Fault::Thaw(C1));
    assert!(story.until(10_000, |story| story.shell(C1).zk().state() == KeeperState::Expired));
}

#[test]
fn what_was_received_and_not_logged_is_lost_in_a_crash() {
    let mut story =
        (0..50).map(|seed| Story::of(3, seed)).find(|story| story.server_of(C1) == 3).expect("some client of zk3");
    for other in [1, 2] {
        story.does(Fault::Cut { a: NodeId::Zk(3), b: NodeId::Zk(other), how: CutHow::Silent });
    }
    let logged = story.server(3).last_logged();
    story.order(C1, create("/lost", CreateMode::Persistent));
    assert!(story.until(1_000, |story| story.server(3).unlogged().next().is_some()), "the leader has received it");
    assert_eq!(story.server(3).last_logged(), logged);
    story.does(Fault::Kill(NodeId::Zk(3)));
    story.does(Fault::Start(NodeId::Zk(3)));
    assert_eq!(story.server(3).last_logged(), logged, "only what is on disk is left");
    assert_eq!(story.server(3).unlogged().count(), 0);
}

#[test]
fn a_commit_does_not_wait_for_the_own_disk_and_a_crash_then_loses_nothing() {
    let ahead = |story: &Story| (1..=3).find(|id| story.server(*id).last_zxid() > story.server(*id).last_logged());
    let mut story = (0..200)
        .find_map(|seed| {
            let mut story = Story::of(3, seed);
            story.order(C1, create("/a", CreateMode::Persistent));
            story.until(500, |story| ahead(story).is_some()).then_some(story)
        })
        .expect("some disk is slower than two others and the network");
    let slow = ahead(&story).expect("just seen");
    story.does(Fault::Kill(NodeId::Zk(slow)));
    assert!(story.server(slow).tree().get("/a").is_none(), "it was not on this disk");
    story.does(Fault::Start(NodeId::Zk(slow)));
    assert!(story.until(20_000, |story| story.server(slow).is_serving()));
    assert!(story.server(slow).tree().get("/a").is_some(), "a majority had it");
}

#[test]
fn what_a_new_leader_had_logged_is_carried_on_although_nobody_was_answered() {
    let logged_only = |story: &Story| {
        let zxid = story.server(2).last_logged();
        story.server(2).last_zxid() < zxid && story.server(3).last_zxid() < zxid
    };
    let (mut story, asked) = (0..200)
        .find_map(|seed| {
            let mut story = Story::of(3, seed);
            let asked = story.order(C1, create("/kept", CreateMode::Persistent));
            story.until(500, logged_only).then_some((story, asked))
        })
        .expect("a follower is quick, the leader has not heard of it yet");
    story.does(Fault::Kill(NodeId::Zk(3)));
    assert!(story.until(20_000, |story| story.leader() == Some(2)), "who has logged more leads");
    assert_eq!(story.facts("UncommittedKept").len(), 1);
    assert!(story.server(2).tree().get("/kept").is_some());
    let answer = story.shell(C1).asked[asked].answer.clone();
    assert_eq!(answer, Some(Err(ZkError::ConnectionLoss.into())), "the client was never told");
}

#[test]
fn the_library_of_3_9_gives_its_session_up_and_that_of_3_4_waits_to_be_told() {
    for (version, expected) in [(ZkVersion::V3_9, KeeperState::Expired), (ZkVersion::V3_4, KeeperState::Disconnected)] {
        let mut story = Story::with(1, 3, version);
        let heard = story.shell(C1).zk().last_heard();
        story.does(Fault::Kill(NodeId::Zk(1)));
        story.until(30_000, |story| story.shell(C1).zk().is_dead());
        assert_eq!(story.shell(C1).zk().state(), expected);
        if version == ZkVersion::V3_9 {
            let silent_ms = story.sim.now().since(heard).as_ms();
            // 4/3 of 6 s; it looks after each pause of 1 to 2 s before it tries the only server again.
            assert!((8_000..12_100).contains(&silent_ms), "{silent_ms} ms");
            assert_eq!(story.asks(C1, sync()), Err(ZkError::SessionExpired.into()));
        }
    }
}

#[test]
fn a_bad_path_is_refused_before_it_is_sent_and_a_giant_request_costs_the_connection() {
    let mut story = Story::of(1, 4);
    let before = story.server(1).last_zxid();
    assert_eq!(story.asks(C1, create("a", CreateMode::Persistent)), Err(ZkError::IllegalArgument.into()));
    assert_eq!(story.server(1).last_zxid(), before, "no zxid is burned");
    let big = ZkOp::Create { path: "/b".into(), data: Some("x".repeat(1 << 20).into()), mode: CreateMode::Persistent };
    assert_eq!(story.asks(C1, big), Err(ZkError::ConnectionLoss.into()));
    assert_eq!(story.facts("RequestTooLarge").len(), 1);
    assert!(story.until(10_000, |story| story.is_connected(C1)), "the session goes on");
}

/// What a paused client is told depends on how long it was paused: measured on 3.9.5 and 3.4.14.
#[test]
fn a_paused_client_looks_at_the_time_before_it_reads_what_came() {
    use KeeperState::*;
    let pauses = [
        (ZkVersion::V3_9, 3_000, vec![SyncConnected]),
        (ZkVersion::V3_9, 5_000, vec![SyncConnected, Disconnected, SyncConnected]),
        (ZkVersion::V3_9, 12_000, vec![SyncConnected, Expired]),
        (ZkVersion::V3_4, 5_000, vec![SyncConnected, Disconnected, SyncConnected]),
        (ZkVersion::V3_4, 12_000, vec![SyncConnected, Disconnected, Expired]),
    ];
    for (version, pause_ms, expected) in pauses {
        let mut story = Story::with(1, 3, version);
        story.asks(C1, create("/a", CreateMode::Persistent)).expect("created");
        story.asks(C1, ZkOp::GetData { path: "/a".into(), watch: true }).expect("read");
        story.does(Fault::Freeze(C1));
        // Something is waiting to be read when it goes on.
        story.asks(C2, ZkOp::SetData { path: "/a".into(), data: None, version: -1 }).expect("written");
        story.wait_ms(pause_ms);
        story.does(Fault::Thaw(C1));
        story.wait_ms(5_000);
        let states: Vec<KeeperState> = story
            .shell(C1)
            .watched
            .iter()
            .filter_map(|watched| match watched {
                Watched::State(state) => Some(*state),
                Watched::Event(..) => None,
            })
            .collect();
        assert_eq!(states, expected, "{version:?}, {pause_ms} ms");
    }
}

/// Seen on 3.9.5: connections are opened and closed, and that is enough to hear of.
#[test]
fn a_server_that_looks_for_a_leader_keeps_its_clients_from_giving_up() {
    let mut story = Story::with(3, 3, ZkVersion::V3_9);
    story.does(Fault::Kill(NodeId::Zk(2)));
    story.does(Fault::Kill(NodeId::Zk(3)));
    story.wait_ms(40_000);
    assert_eq!(story.shell(C1).zk().state(), KeeperState::Disconnected);
    story.does(Fault::Start(NodeId::Zk(2)));
    assert!(story.until(20_000, |story| story.is_connected(C1)), "it comes back with its session");
    assert!(story.facts("SessionExpired").is_empty() && story.facts("ClientGaveUp").is_empty());
}

fn set(path: &str) -> ZkOp {
    ZkOp::SetData { path: path.into(), data: Some("y".into()), version: -1 }
}

/// A client asks a frozen follower whether its session lives, gives that server up and goes on at another one; the
/// frozen server goes on too, and asks the leader.
fn late_revalidation(version: ZkVersion, seed: u64) -> Story {
    let mut story = Story::with(3, seed, version);
    let leader = story.leader().expect("it leads");
    story.asks(C1, create("/e", CreateMode::Ephemeral)).expect("created");
    // Every server has joined and has it: one that has seen less than the client would not ask at all.
    story.wait_ms(1_000);
    let frozen = (1..=3).find(|id| *id != leader && *id != story.server_of(C1)).unwrap_or(leader % 3 + 1);
    let others: Vec<NodeId> = (1..=3).filter(|id| *id != frozen).map(NodeId::Zk).collect();
    story.does(Fault::Freeze(NodeId::Zk(frozen)));
    for other in &others {
        story.does(Fault::Cut { a: C1, b: *other, how: CutHow::Reset });
    }
    let greets = ClientLink::Greeting(NodeId::Zk(frozen));
    assert!(story.until(6_000, |story| story.shell(C1).zk().link() == greets), "its kernel takes the connection");
    for other in &others {
        story.does(Fault::Heal { a: C1, b: *other });
    }
    assert!(story.until(6_000, |story| story.is_connected(C1)), "another server has the client");
    assert!(story.facts("SessionMoved").is_empty());
    story.does(Fault::Thaw(NodeId::Zk(frozen)));
    let revalidated = story.facts("SessionRevalidated").len();
    assert!(
        story.until(50, |story| story.facts("SessionRevalidated").len() > revalidated),
        "it asks too late, seed {seed}"
    );
    story
}

/// Measured on 3.4.14 and 3.9.5 (ZOOKEEPER-2886).
#[test]
fn a_late_revalidation_costs_the_next_write_its_connection_and_the_client_nothing_else() {
    for version in [ZkVersion::V3_4, ZkVersion::V3_9] {
        let mut story = late_revalidation(version, 5);
        assert_eq!(story.asks(C1, set("/e")), Err(ZkError::ConnectionLoss.into()), "{version:?}");
        assert!(story.until(6_000, |story| story.is_connected(C1)), "it connects again");
        let Ok(ZkReply::Set(stat)) = story.asks(C1, set("/e")) else { panic!("the session lives, {version:?}") };
        assert_eq!(stat.version, 1, "the refused write changed nothing, {version:?}");
        assert_eq!(story.facts("SessionMoved").len(), 1);
        assert!(story.facts("SessionExpired").is_empty());
    }
}

/// 3.4 answers a multi, and nothing makes its client connect again.
#[test]
fn a_multi_of_a_moved_session_is_refused_for_ever_by_3_4_and_costs_the_connection_since() {
    let multi = || ZkOp::Multi(vec![set("/e"), set("/e")]);
    let mut story = late_revalidation(ZkVersion::V3_4, 5);
    let refused = ZkFailure {
        error: ZkError::SessionMoved,
        multi: vec![Some(ZkError::SessionMoved), Some(ZkError::RuntimeInconsistency)],
    };
    for _ in 0..3 {
        assert_eq!(story.asks(C1, multi()), Err(refused.clone()));
        story.wait_ms(10_000);
    }
    assert!(story.facts("SessionMoved").is_empty() && story.is_connected(C1));

    let mut story = late_revalidation(ZkVersion::V3_9, 5);
    assert_eq!(story.asks(C1, multi()), Err(ZkError::ConnectionLoss.into()));
    assert!(story.until(6_000, |story| story.is_connected(C1)), "it connects again");
    story.asks(C1, multi()).expect("carried out");
}

/// A follower answers reads and pings itself; the leader has its own clients' checked too.
#[test]
fn a_moved_session_is_noticed_at_the_next_ping_by_the_leader_and_only_at_a_write_by_a_follower() {
    let (mut at_leader, mut at_follower) = (0, 0);
    for seed in 0..20 {
        let mut story = late_revalidation(ZkVersion::V3_4, seed);
        let is_at_leader = Some(story.server_of(C1)) == story.leader();
        story.wait_ms(3_000);
        assert_eq!(!story.facts("SessionMoved").is_empty(), is_at_leader, "seed {seed}");
        if is_at_leader {
            at_leader += 1;
            assert!(story.until(6_000, |story| story.is_connected(C1)), "it connects again, seed {seed}");
        } else {
            at_follower += 1;
            let read = story.asks(C1, ZkOp::GetData { path: "/e".into(), watch: false });
            assert!(read.is_ok(), "a follower answers, seed {seed}");
            assert_eq!(story.asks(C1, set("/e")), Err(ZkError::ConnectionLoss.into()), "seed {seed}");
        }
    }
    assert!(at_leader > 0 && at_follower > 0, "{at_leader} at the leader, {at_follower} at a follower");
}
