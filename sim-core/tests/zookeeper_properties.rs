//! Random operations of several clients on real servers and on the plain reference: every answer, every stat,
//! every event and the final tree are the same, and each write that reaches a server takes one zxid.

mod reference;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use reference::{Did, Kind, Reference, fires, is_sent};
use sim_core::client::Watched;
use sim_core::client::ZkShell;
use sim_core::engine::command::Command;
use sim_core::engine::node::Node;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Changes, Fault, System};
use sim_core::ids::*;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::time::{SimTime, Span};
use sim_core::zookeeper::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const CLIENTS: u16 = 3;

#[derive(Clone, Debug)]
enum Action {
    /// Operations that one client sends without waiting for the answers in between.
    Ask { client: u16, ops: Vec<ZkOp> },
    /// A client closes its session and comes back with a new one.
    Reopen { client: u16 },
}

// ----- what may be asked -----

/// Refused by the library, or special to a server.
const ODD_PATHS: [&str; 14] = [
    "",
    "a",
    "/a/",
    "//",
    "/a//b",
    "/.",
    "/a/../b",
    "/a\u{1}",
    "/\u{85}",
    "/\u{f000}",
    "/\u{1f600}",
    "/zookeeper",
    "/zookeeper/quota",
    "/zookeeper/config",
];

fn path() -> impl Strategy<Value = String> {
    let name = prop_oneof![4 => "[abc]", 1 => Just("s0000000001".to_owned()), 1 => Just("s0000000002".to_owned())];
    let valid = vec(name, 1..=3).prop_map(|names| format!("/{}", names.join("/")));
    prop_oneof![24 => valid, 2 => Just("/".to_owned()), 1 => proptest::sample::select(&ODD_PATHS[..]).prop_map(str::to_owned)]
}

/// What a sequence number is put behind.
fn prefix() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just("/s".to_owned()),
        2 => "[abc]".prop_map(|name| format!("/{name}/s")),
        1 => "[abc]".prop_map(|name| format!("/{name}/")),
        1 => path(),
    ]
}

fn version() -> impl Strategy<Value = i32> {
    prop_oneof![5 => Just(-1), 4 => 0..3, 1 => Just(-2)]
}

fn data() -> impl Strategy<Value = ZData> {
    prop_oneof![
        Just(None),
        Just(Some("".into())),
        Just(Some("x".into())),
        // As long as its bytes, not as its letters.
        Just(Some("数据".into())),
    ]
}

fn write() -> impl Strategy<Value = ZkOp> {
    let plain = prop_oneof![3 => Just(CreateMode::Persistent), 1 => Just(CreateMode::Ephemeral)];
    let numbered = prop_oneof![Just(CreateMode::PersistentSequential), Just(CreateMode::EphemeralSequential)];
    prop_oneof![
        6 => (path(), data(), plain).prop_map(|(path, data, mode)| ZkOp::Create { path: path.into(), data, mode }),
        2 => (prefix(), data(), numbered).prop_map(|(path, data, mode)| ZkOp::Create { path: path.into(), data, mode }),
        3 => (path(), version()).prop_map(|(path, version)| ZkOp::Delete { path: path.into(), version }),
        3 => (path(), data(), version()).prop_map(|(path, data, version)| ZkOp::SetData { path: path.into(), data, version }),
    ]
}

fn check() -> impl Strategy<Value = ZkOp> {
    (path(), version()).prop_map(|(path, version)| ZkOp::Check { path: path.into(), version })
}

fn op() -> impl Strategy<Value = ZkOp> {
    let read = (path(), any::<bool>(), 0..3u8).prop_map(|(path, watch, which)| {
        let path = path.into();
        match which {
            0 => ZkOp::Exists { path, watch },
            1 => ZkOp::GetData { path, watch },
            _ => ZkOp::GetChildren { path, watch },
        }
    });
    let multi = vec(prop_oneof![4 => write(), 1 => check()], 1..=4).prop_map(ZkOp::Multi);
    prop_oneof![6 => write(), 5 => read, 2 => multi, 1 => Just(ZkOp::Sync { path: "/".into() })]
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let ask = (1..=CLIENTS, vec(op(), 1..=4)).prop_map(|(client, ops)| Action::Ask { client, ops });
    let reopen = (1..=CLIENTS).prop_map(|client| Action::Reopen { client });
    vec(prop_oneof![14 => ask, 1 => reopen], 1..40)
}

// ----- both at once -----

type Event = (WatchEvent, String);

struct Both {
    sim: Sim,
    reference: Reference,
    /// The newest zxid, by our own count.
    zxid: Zxid,
    /// Between which moments each transaction was made.
    made: BTreeMap<Zxid, (SimTime, SimTime)>,
    armed: BTreeSet<(Kind, String, u16)>,
    /// Events that each client must get; those of one transaction that closes a session in any order.
    events: BTreeMap<u16, Vec<Vec<Event>>>,
    /// Whose server has surely applied everything.
    up_to_date: Option<u16>,
}

impl Both {
    fn begin(servers: u16, version: ZkVersion, seed: u64) -> Both {
        let mut system = System::new(None, version.ensemble_config(servers));
        let factory = system.factory().clone();
        for id in 1..=servers {
            system.add(NodeId::Zk(id), format!("zk{id}").into(), factory.server(id));
        }
        for client in 1..=CLIENTS {
            let name: Arc<str> = format!("c{client}").into();
            let shell = factory.zk_shell(&name, factory.servers(), 6_000);
            system.add(NodeId::ZkShell(client), name, shell);
        }
        let mut both = Both {
            sim: Sim::new(system, seed),
            reference: Reference::new(version),
            zxid: Zxid(0),
            made: BTreeMap::from([(Zxid(0), (SimTime::ZERO, SimTime::ZERO))]),
            armed: BTreeSet::new(),
            events: (1..=CLIENTS).map(|client| (client, Vec::new())).collect(),
            up_to_date: None,
        };
        for id in 1..=servers {
            both.command(Command::Fault(Fault::Start(NodeId::Zk(id))));
        }
        both.until(|both| both.leader().is_some());
        both.zxid = if servers == 1 { Zxid(0) } else { Zxid::new(1, 0) };
        for client in 1..=CLIENTS {
            both.opens(client);
        }
        both
    }

    fn command(&mut self, command: Command) {
        let mut changes = Changes::default();
        self.sim.command(&command, &mut changes).expect("the command makes sense");
    }

    /// What must come soon; no session is silent for long here.
    fn until(&mut self, mut holds: impl FnMut(&mut Both) -> bool) {
        let bound = self.sim.now().plus(Span::ms(10_000));
        let mut changes = Changes::default();
        while !holds(self) {
            assert!(self.sim.next_due().is_some_and(|due| due <= bound), "it comes in time");
            self.sim.step(&mut changes);
            changes.events.clear();
        }
    }

    fn servers(&self) -> impl Iterator<Item = &ZkServer> {
        self.sim.system().slots().iter().filter_map(|slot| match &*slot.node {
            Node::Zk(server) => Some(server),
            _ => None,
        })
    }

    fn leader(&self) -> Option<&ZkServer> {
        self.servers().find(|server| {
            server.is_serving() && matches!(server.role(), Some(ServerRole::Leading | ServerRole::Standalone))
        })
    }

    fn shell(&self, client: u16) -> &ZkShell {
        match self.sim.system().node(NodeId::ZkShell(client)) {
            Some(Node::ZkShell(shell)) => shell,
            _ => panic!("c{client} is a client"),
        }
    }

    fn session(&self, client: u16) -> SessionId {
        self.shell(client).zk().session()
    }

    fn seen(&self, client: u16) -> Vec<Event> {
        let watched = self.shell(client).watched.iter();
        let events = watched.filter_map(|watched| match watched {
            Watched::Event(event, path) => Some((*event, path.to_string())),
            Watched::State(_) => None,
        });
        events.collect()
    }

    fn takes_zxid(&mut self, from: SimTime) -> Zxid {
        self.zxid = Zxid(self.zxid.0 + 1);
        self.made.insert(self.zxid, (from, self.sim.now()));
        self.zxid
    }

    fn opens(&mut self, client: u16) {
        let from = self.sim.now();
        self.command(Command::Fault(Fault::Start(NodeId::ZkShell(client))));
        self.until(|both| both.shell(client).zk().state() == KeeperState::SyncConnected);
        self.takes_zxid(from);
        self.reference.open(self.session(client));
        self.up_to_date = None;
    }

    fn closes(&mut self, client: u16) {
        let (from, session) = (self.sim.now(), self.session(client));
        self.command(Command::Order(NodeId::ZkShell(client), Order::Stop));
        self.until(|both| !both.sim.system().process(NodeId::ZkShell(client)).is_up());
        let zxid = self.takes_zxid(from);
        let did = self.reference.close(zxid, session);
        let before: BTreeMap<u16, usize> = self.events.iter().map(|(client, groups)| (*client, groups.len())).collect();
        self.fire(&did);
        // Its deletions come in an order of their own: one group.
        for (client, groups) in &mut self.events {
            let group: Vec<Event> = groups.drain(before[client]..).flatten().collect();
            groups.push(group);
        }
        self.armed.retain(|(.., who)| *who != client);
    }

    /// One-shot: a watcher that was notified is forgotten.
    fn fire(&mut self, did: &[Did]) {
        for did in did {
            let mut told = BTreeSet::new();
            for (kind, path, event) in fires(did) {
                for client in 1..=CLIENTS {
                    let is_news = told.insert((client, path.clone(), event));
                    if self.armed.remove(&(kind, path.clone(), client)) {
                        if is_news {
                            self.events.entry(client).or_default().push(vec![(event, path.clone())]);
                        }
                    } else if is_news {
                        told.remove(&(client, path.clone(), event));
                    }
                }
            }
        }
    }

    fn arm(&mut self, client: u16, op: &ZkOp, result: &ZkResult) {
        let watch = match op {
            ZkOp::Exists { path, watch: true } => Some((Kind::Data, path)),
            ZkOp::GetData { path, watch: true } if result.is_ok() => Some((Kind::Data, path)),
            ZkOp::GetChildren { path, watch: true } if result.is_ok() => Some((Kind::Child, path)),
            _ => None,
        };
        if let Some((kind, path)) = watch {
            self.armed.insert((kind, path.to_string(), client));
        }
    }

    /// Gives each answer with the number of events that its client had got by then.
    fn ask(&mut self, client: u16, ops: &[ZkOp]) -> Vec<(ZkResult, usize)> {
        let first = self.shell(client).asked.len();
        for op in ops {
            self.command(Command::Order(NodeId::ZkShell(client), Order::Zk(ShellOp::Zk(op.clone()))));
        }
        let mut answers: BTreeMap<usize, (ZkResult, usize)> = BTreeMap::new();
        self.until(|both| {
            let events = both.seen(client).len();
            for (nth, asked) in both.shell(client).asked[first..].iter().enumerate() {
                if let Some(answer) = &asked.answer {
                    answers.entry(nth).or_insert_with(|| (answer.clone(), events));
                }
            }
            answers.len() == ops.len()
        });
        answers.into_values().collect()
    }

    fn asks(&mut self, client: u16, ops: &[ZkOp]) {
        if self.up_to_date != Some(client) {
            // Another client's write may not have reached this one's server.
            let synced = self.ask(client, &[ZkOp::Sync { path: "/".into() }]);
            assert_eq!(synced[0].0, Ok(ZkReply::Synced));
            self.up_to_date = Some(client);
        }
        let (from, session) = (self.sim.now(), self.session(client));
        for (op, (answer, events)) in ops.iter().zip(self.ask(client, ops)) {
            if !is_sent(op) {
                let error = answer.map_err(|failure| failure.error);
                assert_eq!(error, Err(ZkError::IllegalArgument), "{op:?}: the library refuses it");
                continue;
            }
            let expected = match self.reference.read(op) {
                Some(answer) => {
                    self.arm(client, op, &answer);
                    answer
                }
                None => {
                    let zxid = self.takes_zxid(from);
                    let (answer, did) = self.reference.write(zxid, session, op);
                    self.fire(&did);
                    answer
                }
            };
            assert_eq!(answer, expected, "{op:?}");
            for stat in stats(&answer) {
                self.assert_times(&stat, op);
            }
            let due: usize = self.events[&client].iter().map(Vec::len).sum();
            assert!(events >= due, "{op:?}: the events come before the answer that shows their change");
        }
        let leader = self.leader().expect("nothing breaks here");
        assert_eq!(leader.last_zxid(), self.zxid, "a zxid for each write, done or refused, and for nothing else");
    }

    fn assert_times(&self, stat: &Stat, op: &ZkOp) {
        for (zxid, time) in [(stat.czxid, stat.ctime), (stat.mzxid, stat.mtime)] {
            let (from, to) = self.made[&zxid];
            assert!(from <= time.0 && time.0 <= to, "{op:?}: times are those of the transactions: {stat:?}");
        }
    }

    fn ends(&mut self) {
        let quiet = self.sim.now().plus(Span::ms(1_000));
        self.sim.run_until(quiet, |_| {}, |_| false);
        for server in self.servers() {
            assert_eq!(server.last_zxid(), self.zxid);
            self.reference.assert_same(server.tree(), &format!("at the end, on zk{}", server.id()));
        }
        for (client, expected) in &self.events {
            let mut seen = self.seen(*client);
            let mut at = 0;
            for group in expected {
                let end = (at + group.len()).min(seen.len());
                seen[at..end].sort();
                at = end;
            }
            let sorted = expected.iter().flat_map(|group| {
                let mut group = group.clone();
                group.sort();
                group
            });
            assert_eq!(seen, sorted.collect::<Vec<_>>(), "the events of c{client}");
        }
    }
}

fn stats(answer: &ZkResult) -> Vec<Stat> {
    fn of(reply: &ZkReply) -> Vec<Stat> {
        match reply {
            ZkReply::Exists(stat) => stat.iter().copied().collect(),
            ZkReply::Data(_, stat) | ZkReply::Set(stat) | ZkReply::Children(_, stat) => vec![*stat],
            ZkReply::Multi(replies) => replies.iter().flat_map(of).collect(),
            ZkReply::Created(_) | ZkReply::Deleted | ZkReply::Synced | ZkReply::Checked => Vec::new(),
        }
    }
    answer.as_ref().map(of).unwrap_or_default()
}

/// The same cases in every run; `PROPTEST_CASES` asks for more or fewer.
fn for_random_actions(servers: u16, cases: u32) {
    let asked = std::env::var_os("PROPTEST_CASES").map(|_| ProptestConfig::default().cases);
    let config =
        ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let version = prop_oneof![Just(ZkVersion::V3_4), Just(ZkVersion::V3_9)];
    let outcome = runner.run(&(actions(), version, 0..1_000u64), |(actions, version, seed)| {
        let mut both = Both::begin(servers, version, seed);
        for action in actions {
            match action {
                Action::Ask { client, ops } => both.asks(client, &ops),
                Action::Reopen { client } => {
                    both.closes(client);
                    both.opens(client);
                }
            }
        }
        both.ends();
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[test]
fn a_lone_server_answers_as_the_plain_model_does() {
    for_random_actions(1, 200);
}

#[test]
fn an_ensemble_of_three_answers_as_the_plain_model_does() {
    for_random_actions(3, 60);
}
