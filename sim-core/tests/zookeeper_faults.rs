//! Chance breaks an ensemble in many ways; what it has promised holds all the same.

mod histories;
mod reference;

use histories::Histories;
use sim_core::broken;
use sim_core::check::ensemble;
use sim_core::client::ZkShell;
use sim_core::engine::command::Command;
use sim_core::engine::node::Node;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Changes, Fault, System};
use sim_core::event::Fact;
use sim_core::ids::*;
use sim_core::net::CutHow;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::rng::mix;
use sim_core::time::{SimTime, Span};
use sim_core::zookeeper::rules::Rule;
use sim_core::zookeeper::*;
use std::collections::{BTreeMap, BTreeSet};

/// What clients could rely on so far.
#[derive(Default)]
struct Promised {
    /// The state after each transaction that a serving server has applied.
    committed: BTreeMap<Zxid, ZnodeTree>,
    leaders: BTreeMap<u32, u16>,
    /// How far each server has got since it serves.
    applied: BTreeMap<u16, Zxid>,
    clients: BTreeMap<SessionId, Option<NodeId>>,
}

impl Promised {
    /// Committed transactions are never lost, changed or reordered; an epoch has one leader; a session id is
    /// given once.
    fn check(&mut self, system: &System, seed: u64) {
        assert_eq!(ensemble::check(system), [], "seed {seed}");
        for server in servers(system) {
            if !server.is_serving() {
                self.applied.remove(&server.id());
                continue;
            }
            let zxid = server.last_zxid();
            let is_leader = server.role() == Some(ServerRole::Leading);
            if is_leader && self.leaders.insert(server.epoch(), server.id()).is_none() {
                let newest = self.committed.last_key_value().map(|(zxid, _)| *zxid).unwrap_or_default();
                assert!(zxid >= newest, "seed {seed}: the leader of epoch {} lacks {newest}", server.epoch());
            }
            if is_leader {
                assert_eq!(self.leaders[&server.epoch()], server.id(), "seed {seed}: one leader an epoch");
            }
            let before = self.applied.insert(server.id(), zxid).unwrap_or_default();
            assert!(before <= zxid, "seed {seed}: a server does not go back in time");
            if before < zxid {
                match self.committed.get(&zxid) {
                    Some(tree) => assert_eq!(tree, server.tree(), "seed {seed}: one history, at {zxid}"),
                    None => {
                        self.committed.insert(zxid, server.tree().clone());
                        for (session, known) in server.tree().sessions() {
                            let client = self.clients.entry(session).or_insert(known.client.0);
                            assert_eq!(*client, known.client.0, "seed {seed}: a session id is given once");
                        }
                    }
                }
            }
        }
    }
}

fn servers(system: &System) -> impl Iterator<Item = &ZkServer> {
    system.slots().iter().filter_map(|slot| match &*slot.node {
        Node::Zk(server) => Some(server),
        _ => None,
    })
}

struct Chaos {
    sim: Sim,
    seed: u64,
    chance: u64,
    promised: Promised,
    histories: Histories,
    names_seen: BTreeSet<&'static str>,
    /// When a session ran out last.
    expired_at: SimTime,
}

impl Chaos {
    fn new(seed: u64, servers: u16) -> Chaos {
        let version = if seed.is_multiple_of(2) { ZkVersion::V3_4 } else { ZkVersion::V3_9 };
        let config = EnsembleConfig { init_limit: 5, sync_limit: 2, ..version.ensemble_config(servers) };
        let mut system = System::new(None, config);
        for id in 1..=servers {
            let server = system.factory().server(id);
            system.add(NodeId::Zk(id), format!("zk{id}").into(), server);
        }
        for client in 1..=3 {
            let zk = ZkClientConfig {
                servers: (1..=servers).map(NodeId::Zk).collect(),
                session_timeout_ms: 4_000 + u32::from(client) * 1_000,
                version,
                retry_until_connected: client != 1,
            };
            let name = format!("c{client}");
            system.add(
                NodeId::ZkShell(client),
                name.as_str().into(),
                Node::ZkShell(ZkShell::new(name.as_str().into(), zk)),
            );
        }
        let mut chaos = Chaos {
            sim: Sim::new(system, seed),
            seed,
            chance: mix(seed),
            promised: Promised::default(),
            histories: Histories::new(seed, version),
            names_seen: BTreeSet::new(),
            expired_at: SimTime::ZERO,
        };
        let all: Vec<NodeId> = chaos.sim.system().slots().iter().map(|slot| slot.id).collect();
        for id in all {
            chaos.tries(Command::Fault(Fault::Start(id)));
        }
        chaos
    }

    fn below(&mut self, n: u64) -> u64 {
        self.chance = mix(self.chance);
        self.chance % n
    }

    /// A command that may make no sense now.
    fn tries(&mut self, command: Command) {
        let mut changes = Changes::default();
        let done = self.sim.command(&command, &mut changes).is_ok();
        if let (true, Command::Fault(Fault::Start(NodeId::ZkShell(client)))) = (done, &command) {
            self.histories.started(*client);
        }
        self.histories.look(self.sim.system());
        self.promised.check(self.sim.system(), self.seed);
    }

    fn runs(&mut self, ms: u64) {
        let bound = self.sim.now().plus(Span::ms(ms));
        let mut changes = Changes::default();
        while self.sim.next_due().is_some_and(|due| due <= bound) {
            self.sim.step(&mut changes);
            self.histories.look(self.sim.system());
            if changes.events.is_empty() {
                continue;
            }
            for event in changes.events.drain(..) {
                self.names_seen.insert(event.fact.name());
                if let Fact::Zk(ZkFact::SessionExpired { session, timeout_ms, .. }) = event.fact {
                    let leader = servers(self.sim.system()).find(|server| NodeId::Zk(server.id()) == event.node);
                    let heard = leader.and_then(|leader| leader.heard().find(|(known, _)| *known == session));
                    let silent_ms = heard.map_or(u64::MAX, |(_, heard)| event.at.since(heard).as_ms());
                    assert!(silent_ms >= u64::from(timeout_ms), "seed {}: silent for {silent_ms} ms only", self.seed);
                    self.expired_at = event.at;
                }
            }
            self.promised.check(self.sim.system(), self.seed);
        }
        self.sim.advance_to(bound);
    }

    fn acts(&mut self, servers: u16) {
        let server = NodeId::Zk(1 + self.below(u64::from(servers)) as u16);
        let other = NodeId::Zk(1 + self.below(u64::from(servers)) as u16);
        let client = NodeId::ZkShell(1 + self.below(3) as u16);
        let path: ZPath = format!("/n{}", self.below(4)).into();
        let how = if self.below(2) == 0 { CutHow::Reset } else { CutHow::Silent };
        let command = match self.below(24) {
            0 => Command::Fault(Fault::Kill(server)),
            1 => Command::Fault(Fault::PowerOff(server)),
            2..=5 => Command::Fault(Fault::Start(server)),
            6 => Command::Fault(Fault::Freeze(server)),
            7 | 8 => Command::Fault(Fault::Thaw(server)),
            9 => Command::Fault(Fault::Cut { a: server, b: other, how }),
            10 => Command::Fault(Fault::Cut { a: server, b: client, how }),
            11 => Command::Fault(Fault::Heal { a: server, b: client }),
            12 | 13 => Command::Fault(Fault::Heal { a: server, b: other }),
            14 => Command::Fault(Fault::Kill(client)),
            15 | 16 => Command::Fault(Fault::Start(client)),
            17 => zk(client, ZkOp::GetChildren { path: "/".into(), watch: true }),
            18 => {
                let version = if self.below(3) == 0 { self.below(3) as i32 } else { -1 };
                zk(client, ZkOp::SetData { path, data: Some("x".into()), version })
            }
            19 => zk(client, ZkOp::Delete { path, version: -1 }),
            20 => zk(client, ZkOp::Exists { path, watch: true }),
            21 => zk(client, ZkOp::Create { path, data: None, mode: CreateMode::Ephemeral }),
            22 => zk(client, ZkOp::Create { path: "/s".into(), data: None, mode: CreateMode::EphemeralSequential }),
            _ => zk(client, ZkOp::Create { path, data: None, mode: CreateMode::Persistent }),
        };
        self.tries(command);
    }

    /// Everything is mended, and the ensemble gets time.
    fn mends(&mut self) {
        for cut in self.sim.system().cuts().to_vec() {
            self.tries(Command::Fault(Fault::Heal { a: cut.a, b: cut.b }));
        }
        let all: Vec<NodeId> = self.sim.system().slots().iter().map(|slot| slot.id).collect();
        for id in all {
            self.tries(Command::Fault(Fault::Thaw(id)));
            self.tries(Command::Fault(Fault::Start(id)));
        }
        self.runs(60_000);
        let quiet_since = self.sim.now();
        self.runs(120_000);
        assert!(self.expired_at <= quiet_since, "seed {}: nobody is silent, and a session expires", self.seed);
        // A last look of everybody at everything: no watch was forgotten.
        for client in 1..=3 {
            self.tries(zk(NodeId::ZkShell(client), ZkOp::Sync { path: "/".into() }));
            self.tries(zk(NodeId::ZkShell(client), ZkOp::Exists { path: "/".into(), watch: false }));
        }
        self.runs(5_000);
        self.histories.conclude(|client| client != 1);
    }
}

fn zk(client: NodeId, op: ZkOp) -> Command {
    Command::Order(client, Order::Zk(ShellOp::Zk(op)))
}

fn breaks_and_mends(seed: u64, servers_count: u16, actions: u32) -> Chaos {
    let mut chaos = Chaos::new(seed, servers_count);
    chaos.runs(5_000);
    for _ in 0..actions {
        chaos.acts(servers_count);
        let pause = match chaos.below(4) {
            0 => 0,
            1 => chaos.below(5),
            2 => chaos.below(500),
            _ => chaos.below(4_000),
        };
        chaos.runs(pause);
    }
    chaos.mends();
    let system = chaos.sim.system();
    let roles: Vec<_> = servers(system).map(|server| (server.id(), server.role(), server.is_serving())).collect();
    assert!(roles.iter().all(|(.., serving)| *serving), "seed {seed}: what is mended serves again: {roles:?}");
    let trees: Vec<&ZnodeTree> = servers(system).map(ZkServer::tree).collect();
    assert!(trees.iter().all(|tree| *tree == trees[0]), "seed {seed}: with one tree");
    let living: BTreeSet<SessionId> = servers(system).flat_map(|server| server.attached().map(|(id, _)| id)).collect();
    let known: BTreeSet<SessionId> = trees[0].sessions().map(|(session, _)| session).collect();
    assert_eq!(known, living, "seed {seed}: sessions without a client are over, those with one live");
    chaos
}

#[test]
fn whatever_breaks_nothing_committed_is_lost_and_an_epoch_has_one_leader() {
    let mut seen = BTreeSet::new();
    let (mut answers, mut events) = (0, 0);
    for seed in 0..120 {
        let mut chaos = breaks_and_mends(seed, 3, 150);
        seen.append(&mut chaos.names_seen);
        answers += chaos.histories.answers_checked;
        events += chaos.histories.events_checked;
    }
    assert!(answers > 2_000 && events > 200, "{answers} answers and {events} events were put to the test");
    for name in ["LeaderServing", "QuorumLost", "SessionExpired", "SessionRevalidated", "WatchFired", "WriteRefused"] {
        assert!(seen.contains(name), "{name} was put to the test");
    }
}

#[test]
fn five_servers_keep_their_promises_too() {
    for seed in 1_000..1_040 {
        breaks_and_mends(seed, 5, 150);
    }
}

/// The checks can fail: each of these rules, broken, is noticed with one of the seeds.
#[test]
fn a_broken_rule_does_not_go_unnoticed() {
    let rules = [
        Rule::DataWatchesSeeChanges,
        Rule::MissedChildrenAreTold,
        Rule::UnfiredWatchesMove,
        Rule::WatchesAreOneShot,
        Rule::VersionsAreCompared,
        Rule::LogsSurvive,
        Rule::CommitNeedsMajority,
        Rule::SessionsLastTheirTimeout,
        Rule::EphemeralsGoWithTheirSession,
    ];
    for rule in rules {
        let _broken = broken::in_this_thread(rule);
        let noticed = (0..40).any(|seed| std::panic::catch_unwind(|| breaks_and_mends(seed, 3, 150)).is_err());
        assert!(noticed, "{rule:?} is broken and nobody noticed");
    }
}
