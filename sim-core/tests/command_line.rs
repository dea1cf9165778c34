//! Clients that a user adds: their refusals, their screens, and that a link brings them back.

use sim_core::check::bench_scene;
use sim_core::client::{Shown, Watched};
use sim_core::engine::command::{Command, CommandError};
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::history::History;
use sim_core::history::permalink;
use sim_core::ids::*;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::{Kafka, ZkVersion};
use sim_core::time::Span;
use sim_core::zookeeper::{KeeperState, ZkOp, ZkReply};

const CLIENT: NodeId = NodeId::ZkShell(1);

fn ensemble() -> History {
    History::new(Setup::zookeeper(ZkVersion::V3_4), bench_scene::SEED).expect("three servers boot")
}

fn add(name: &str, servers: &[u16], timeout_ms: u32) -> Command {
    Command::AddZkShell(name.into(), servers.to_vec(), timeout_ms)
}

fn typed(line: &str, op: ZkOp) -> Command {
    Command::Order(CLIENT, Order::Zk(ShellOp::Typed(line.into(), op)))
}

fn go_on(history: &mut History, ms: u64) {
    let at = history.cursor().at.plus(Span::ms(ms));
    history.advance_to(at);
}

#[test]
fn an_ensemble_alone_takes_no_process_of_kafka() {
    let mut history = ensemble();
    let kafka = Kafka::V0_8_2;
    for command in [
        Command::AddBroker(1, kafka.broker_config()),
        Command::AddProducer("web-1".into(), kafka.producer_config(vec![1])),
        Command::AddConsumer("billing-a".into(), kafka.consumer_config("billing".into(), vec!["orders".into()])),
    ] {
        assert_eq!(history.command(&command), Err(CommandError::NoKafkaHere));
    }
}

#[test]
fn a_client_that_could_not_connect_anywhere_is_refused() {
    let mut history = ensemble();
    let refused = |history: &mut History, command: Command| history.command(&command).err();
    assert_eq!(refused(&mut history, add("cli", &[], 6_000)), Some(CommandError::NoServerToConnectTo));
    assert_eq!(refused(&mut history, add("cli", &[1, 7], 6_000)), Some(CommandError::NoSuchNode(NodeId::Zk(7))));
    assert_eq!(refused(&mut history, add("cli", &[1], 0)), Some(CommandError::SessionTimeout(0)));
    assert_eq!(refused(&mut history, add("zk1", &[1], 6_000)), Some(CommandError::NameTaken("zk1".into())));
    assert!(history.placed().is_empty(), "what is refused is not placed");
}

#[test]
fn what_is_typed_before_the_session_is_there_is_answered_afterwards() {
    let mut history = ensemble();
    history.command(&add("cli", &[2], 6_000)).expect("it is added");
    let ls = ZkOp::GetChildren { path: "/".into(), watch: false };
    history.command(&typed("ls /", ls.clone())).expect("it takes orders");
    go_on(&mut history, 1_000);
    let frame = history.frame();
    let shell = frame.shells().next().expect("it is there");
    assert_eq!(shell.zk.as_ref().and_then(|zk| zk.server), Some(NodeId::Zk(2)));
    let shown: Vec<&Shown> = shell.screen.iter().map(|(_, shown)| shown).collect();
    assert_eq!(shown[0], &Shown::Started);
    assert_eq!(shown[1], &Shown::Asked(ShellOp::Typed("ls /".into(), ls)));
    assert_eq!(shown[2], &Shown::Watched(Watched::State(KeeperState::SyncConnected)));
    assert!(matches!(shown[3], Shown::Answered(0, Ok(ZkReply::Children(names, _))) if names.len() == 1));
}

#[test]
fn a_link_brings_the_client_and_its_screen_back() {
    let mut history = ensemble();
    history.command(&add("cli", &[1, 2, 3], 30_000)).expect("it is added");
    go_on(&mut history, 500);
    history.command(&typed("sync /", ZkOp::Sync { path: "/".into() })).expect("it takes orders");
    go_on(&mut history, 500);
    let link = permalink::decode(&permalink::encode(&history)).expect("our own link");
    let mut opened = permalink::open(link).expect("it runs");
    assert!(opened.exact);
    assert_eq!(opened.history.frame(), history.frame());
}

#[test]
fn a_lagging_server_is_told_apart_and_its_tree_is_its_own() {
    let mut history = ensemble();
    history.command(&add("cli", &[1, 2, 3], 30_000)).expect("it is added");
    go_on(&mut history, 1_000);
    let follower = NodeId::Zk(1);
    history.command(&Command::Fault(Fault::Freeze(follower))).expect("it runs");
    let create = ZkOp::Create { path: "/a".into(), data: None, mode: sim_core::zookeeper::CreateMode::Persistent };
    history.command(&typed("create /a", create)).expect("it takes orders");
    go_on(&mut history, 1_500);
    let latest = history.frame();
    assert!(latest.znode("/a").is_some());
    let seen = history.tree_of(follower).expect("it is a server");
    assert!(seen.znodes.iter().all(|znode| &*znode.path != "/a"));
    assert_eq!(seen.behind, 1);
    let leader = latest.servers().max_by_key(|server| server.last_zxid).expect("there are servers").id;
    assert_eq!(history.tree_of(leader).map(|tree| (tree.behind, tree.znodes)), Some((0, latest.znodes().clone())));
    assert!(history.tree_of(CLIENT).is_none(), "a client has no tree");
}

#[test]
fn watchers_are_known_with_their_kind_and_server() {
    let mut history = ensemble();
    history.command(&add("cli", &[2], 30_000)).expect("it is added");
    history.command(&typed("ls -w /", ZkOp::GetChildren { path: "/".into(), watch: true })).expect("it takes orders");
    history.command(&typed("stat -w /b", ZkOp::Exists { path: "/b".into(), watch: true })).expect("it takes orders");
    go_on(&mut history, 1_000);
    let of = |history: &History, path: &str| -> Vec<(NodeId, NodeId, bool)> {
        history.watchers(path).into_iter().map(|watch| (watch.client, watch.server, watch.of_children)).collect()
    };
    assert_eq!(of(&history, "/"), [(CLIENT, NodeId::Zk(2), true)]);
    assert_eq!(of(&history, "/b"), [(CLIENT, NodeId::Zk(2), false)]);
    assert!(of(&history, "/a").is_empty());
}
