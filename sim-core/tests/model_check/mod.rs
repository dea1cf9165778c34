//! The same [`System`] that the page runs, as a model for stateright: every order in which packets may arrive,
//! disks may finish, elections may be decided and servers may crash and return, within declared bounds.
//! Nothing is cut off by depth: within its [`Bounds`] a search ends because there is nothing left.
//!
//! What is left out, and why that loses nothing that the properties speak of:
//! - Pings, polls and half ticks only repeat what packets and resets say already.
//! - A packet that its receiver does not look at (no process, or a connection that it does not know) is answered
//!   by the kernel at once: the answer is the same whenever it comes.
//! - A connection is set up at once, as soon as nothing is ahead of it on its wire. This bounds the network: slow
//!   connects are left to the random faults.
//! - States are told apart by what can still matter: timers that never fire here are not part of a state's identity.
//!   The numbers that the next connections will get are: without them the same things would happen after two equal
//!   states, but under other names, and how many states there are would depend on which of the two was seen first.

use sim_core::boundary::{Message, Timer};
use sim_core::broken;
use sim_core::check::ensemble;
use sim_core::engine::command::Command;
use sim_core::engine::node::Node;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Body, Changes, Choice, Fault, Packet, Process, System};
use sim_core::event::Fact;
use sim_core::ids::*;
use sim_core::net::CutHow;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::time::{SimTime, Span};
use sim_core::zookeeper::rules::Rule;
use sim_core::zookeeper::*;
use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What may happen at most on one path, beside packets arriving, disks finishing and elections being decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bounds {
    pub(crate) kills: u8,
    pub(crate) starts: u8,
    /// Sessions that run out.
    pub(crate) expiries: u8,
    /// Servers that give up on a leader or on a quorum because they heard nothing.
    pub(crate) silences: u8,
    /// Packets a wire may hold before the path is left.
    pub(crate) wire_len_max: u8,
    /// How many of them may be votes: a server's newest vote replaces one that is not sent yet
    /// (`QuorumCnxManager.addToSendQueue`), so that more than two are rare.
    pub(crate) votes_max: u8,
    /// Rounds of elections.
    pub(crate) rounds_max: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) system: System,
    left: Bounds,
    /// The newest state that clients of any server could ever read.
    committed: (Zxid, ZnodeTree),
    /// Every vote that a server held while it looked for a leader: the server, the round, the vote.
    cast: BTreeSet<(u16, u64, Vote)>,
    /// A server that does not lead ended a session.
    usurped: bool,
    /// Somebody made up its mind without a majority that held its vote in its round.
    rash: bool,
}

/// A model of three servers.
pub(crate) struct Ensemble {
    begin: System,
    bounds: Bounds,
    /// Servers that may be killed, and started again.
    killable: Vec<u16>,
    broken: Option<Rule>,
    /// Choices are tried in an order of chance.
    shuffled: bool,
}

#[allow(dead_code, reason = "each test file uses its part")]
impl Ensemble {
    /// Three servers that have just been started, with empty logs.
    pub(crate) fn looking(bounds: Bounds) -> Ensemble {
        let mut system = servers();
        let mut changes = Changes::default();
        for id in 1..=3 {
            let fault = Fault::Start(NodeId::Zk(id));
            system.apply(Choice::Fault { fault, entropy: 0 }, SimTime::ZERO, &mut changes);
        }
        Ensemble::of(system, bounds)
    }

    /// Three servers that have cast their votes; none has made up its mind.
    pub(crate) fn voted(bounds: Bounds) -> Ensemble {
        let mut sim = Sim::new(servers(), 1);
        start_servers(&mut sim);
        sim.run_until(SimTime::from_ms(100), |_| {}, |_| false);
        Ensemble::of(sim.system().clone(), bounds)
    }

    /// Three servers that serve. A client that has an ephemeral died just after it had sent a write to zk1: the
    /// write is under way, and the session may run out.
    pub(crate) fn serving_a_write(bounds: Bounds) -> Ensemble {
        let mut sim = serving_an_ephemeral(1);
        let mut changes = Changes::default();
        let create = ZkOp::Create { path: "/w".into(), data: None, mode: CreateMode::Persistent };
        sim.command(&Command::Order(CLIENT, Order::Zk(ShellOp::Zk(create))), &mut changes).expect("it runs");
        sim.command(&Command::Fault(Fault::Kill(CLIENT)), &mut changes).expect("it runs");
        Ensemble::of(sim.system().clone(), bounds)
    }

    /// The same without the write.
    pub(crate) fn serving_a_session(bounds: Bounds) -> Ensemble {
        let mut sim = serving_an_ephemeral(1);
        let mut changes = Changes::default();
        sim.command(&Command::Fault(Fault::Kill(CLIENT)), &mut changes).expect("it runs");
        Ensemble::of(sim.system().clone(), bounds)
    }

    /// The leader died with a write that only it had logged. The other two have cast their votes; the dead one may
    /// be started at any time.
    pub(crate) fn old_leader_returns(bounds: Bounds) -> Ensemble {
        let mut sim = serving_an_ephemeral(3);
        let mut changes = Changes::default();
        let mut does = |sim: &mut Sim, command| sim.command(&command, &mut changes).expect("it makes sense");
        let cut = |other| Fault::Cut { a: NodeId::Zk(3), b: NodeId::Zk(other), how: CutHow::Reset };
        let heal = |other| Fault::Heal { a: NodeId::Zk(3), b: NodeId::Zk(other) };
        does(&mut sim, Command::Fault(cut(1)));
        does(&mut sim, Command::Fault(cut(2)));
        let create = ZkOp::Create { path: "/w".into(), data: None, mode: CreateMode::Persistent };
        does(&mut sim, Command::Order(CLIENT, Order::Zk(ShellOp::Zk(create))));
        let logged = sim.now().plus(Span::ms(20));
        sim.run_until(logged, |_| {}, |_| false);
        for fault in [Fault::Kill(CLIENT), Fault::Kill(NodeId::Zk(3)), heal(1), heal(2)] {
            does(&mut sim, Command::Fault(fault));
        }
        let voted = sim.now().plus(Span::ms(50));
        sim.run_until(voted, |_| {}, |_| false);
        Ensemble::of(sim.system().clone(), bounds).killing(&[3])
    }

    fn of(begin: System, bounds: Bounds) -> Ensemble {
        Ensemble { begin, bounds, killable: vec![1, 2, 3], broken: None, shuffled: false }
    }

    pub(crate) fn killing(self, killable: &[u16]) -> Ensemble {
        Ensemble { killable: killable.to_vec(), ..self }
    }

    pub(crate) fn shuffled(self) -> Ensemble {
        Ensemble { shuffled: true, ..self }
    }

    pub(crate) fn breaking(self, rule: Rule) -> Ensemble {
        Ensemble { broken: Some(rule), ..self }
    }
}

/// Explores everything within the bounds; the properties must hold. Gives the number of different states.
#[allow(dead_code, reason = "each test file uses its part")]
pub(crate) fn explore(model: Ensemble) -> usize {
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!("{} states, at most {} choices deep", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
    checker.unique_state_count()
}

const CLIENT: NodeId = NodeId::ZkShell(1);

fn servers() -> System {
    let mut system = System::new(None, ZkVersion::V3_4.ensemble_config(3));
    for id in 1..=3 {
        let server = system.factory().server(id);
        system.add(NodeId::Zk(id), format!("zk{id}").into(), server);
    }
    system
}

fn start_servers(sim: &mut Sim) {
    let mut changes = Changes::default();
    for id in 1..=3 {
        sim.command(&Command::Fault(Fault::Start(NodeId::Zk(id))), &mut changes).expect("it is down");
    }
}

/// An ensemble, and a client of this server that has one ephemeral.
fn serving_an_ephemeral(server: u16) -> Sim {
    let mut system = servers();
    let client = system.factory().zk_shell(&"c1".into(), &[server], 4_000);
    system.add(CLIENT, "c1".into(), client);
    let mut sim = Sim::new(system, 1);
    start_servers(&mut sim);
    sim.run_until(SimTime::from_ms(3_000), |_| {}, |_| false);
    let mut changes = Changes::default();
    sim.command(&Command::Fault(Fault::Start(CLIENT)), &mut changes).expect("it is down");
    sim.run_until(SimTime::from_ms(6_000), |_| {}, |_| false);
    let create = ZkOp::Create { path: "/e".into(), data: None, mode: CreateMode::Ephemeral };
    sim.command(&Command::Order(CLIENT, Order::Zk(ShellOp::Zk(create))), &mut changes).expect("it runs");
    // Until nothing but pings is under way.
    sim.run_until(SimTime::from_ms(6_500), |_| {}, |_| false);
    sim
}

pub(crate) fn zk_servers(system: &System) -> impl Iterator<Item = &ZkServer> {
    system.slots().iter().filter_map(|slot| match &*slot.node {
        Node::Zk(server) => Some(server),
        _ => None,
    })
}

fn leads(server: &ZkServer) -> bool {
    server.is_serving() && server.role() == Some(ServerRole::Leading)
}

// ----- what tells states apart -----

impl PartialEq for State {
    fn eq(&self, other: &State) -> bool {
        digest(self) == digest(other)
    }
}

fn digest(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.left, self.usurped, self.rash, &self.committed, &self.cast).hash(state);
        for slot in self.system.slots() {
            (slot.id, slot.process, slot.next_serial, &slot.node).hash(state);
            let mut open = slot.open.clone();
            open.sort_unstable();
            open.hash(state);
            let mut timers: Vec<Timer> =
                slot.timers.iter().map(|armed| armed.timer).filter(|timer| kind(*timer) != Kind::Never).collect();
            timers.sort_unstable();
            timers.hash(state);
        }
        for (_, _, wire) in self.system.wires() {
            wire.queue.hash(state);
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Free,
    Expiry,
    Silence,
    Never,
}

fn kind(timer: Timer) -> Kind {
    match timer {
        Timer::Zk(ServerTimer::ElectionFinalize | ServerTimer::RetryLeader | ServerTimer::Fsync) => Kind::Free,
        Timer::Zk(ServerTimer::Expiry(_)) => Kind::Expiry,
        Timer::Zk(ServerTimer::LeaderSilent | ServerTimer::InitLimit) => Kind::Silence,
        _ => Kind::Never,
    }
}

// ----- what happens -----

/// What happens at once: a packet that nobody looks at, or that sets a connection up.
fn at_once(system: &System) -> Option<Choice> {
    (0..system.slots().len() * system.slots().len()).find_map(|wire| {
        if !system.deliverable(wire) {
            return None;
        }
        let (from, to) = system.ends_of(wire);
        let packet = system.wire(wire).queue.front()?;
        let (from, to) = (&system.slots()[from], &system.slots()[to]);
        let is_known = to.open.contains(&packet.conn);
        let handled = match packet.body {
            Body::Open | Body::Backlogged | Body::Opened => false,
            Body::Data(_) | Body::Close(_) => to.process == Process::Running && is_known,
        };
        (!handled).then_some(Choice::Deliver { from: from.id, to: to.id })
    })
}

impl State {
    fn note_votes(&mut self) {
        let votes = zk_servers(&self.system)
            .filter_map(|server| Some((server.id(), server.round_of_election()?, server.ballot()?)));
        self.cast.extend(votes);
    }
}

impl Ensemble {
    fn apply(&self, state: &mut State, choice: Choice) {
        if let Choice::Fire { node, timer: Timer::Zk(ServerTimer::ElectionFinalize) } = choice
            && let Some(Node::Zk(server)) = state.system.node(node)
            && let (Some(round), Some(vote)) = (server.round_of_election(), server.ballot())
        {
            let behind_it = state.cast.iter().filter(|(_, its_round, its)| (*its_round, *its) == (round, vote)).count();
            state.rash |= behind_it < server.config().servers.len() / 2 + 1;
        }
        let mut changes = Changes::default();
        state.system.apply(choice, SimTime::ZERO, &mut changes);
        for event in &changes.events {
            if matches!(event.fact, Fact::Zk(ZkFact::SessionExpired { .. })) {
                let may = matches!(state.system.node(event.node), Some(Node::Zk(server)) if leads(server));
                state.usurped |= !may;
            }
        }
        state.note_votes();
    }

    fn settle(&self, state: &mut State) {
        while let Some(choice) = at_once(&state.system) {
            self.apply(state, choice);
        }
        let newest = zk_servers(&state.system).filter(|server| server.is_serving()).max_by_key(|s| s.last_zxid());
        if let Some(newest) = newest
            && newest.last_zxid() > state.committed.0
        {
            state.committed = (newest.last_zxid(), newest.tree().clone());
        }
    }
}

impl Model for Ensemble {
    type State = State;
    type Action = Choice;

    fn init_states(&self) -> Vec<State> {
        let committed = (Zxid(0), ZnodeTree::new(ZkVersion::V3_4));
        let mut state = State {
            system: self.begin.clone(),
            left: self.bounds,
            committed,
            cast: BTreeSet::new(),
            usurped: false,
            rash: false,
        };
        state.note_votes();
        self.settle(&mut state);
        vec![state]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Choice>) {
        actions.extend(state.system.enabled().into_iter().filter(|choice| match choice {
            Choice::Fire { timer, .. } => match kind(*timer) {
                Kind::Free => true,
                Kind::Expiry => state.left.expiries > 0,
                Kind::Silence => state.left.silences > 0,
                Kind::Never => false,
            },
            _ => true,
        }));
        for id in &self.killable {
            let id = NodeId::Zk(*id);
            let is_up = state.system.process(id).is_up();
            if is_up && state.left.kills > 0 {
                actions.push(Choice::Fault { fault: Fault::Kill(id), entropy: 0 });
            }
            if !is_up && state.left.starts > 0 {
                actions.push(Choice::Fault { fault: Fault::Start(id), entropy: 0 });
            }
        }
        if self.shuffled {
            actions.sort_by_cached_key(|choice| digest(&(state, choice)));
        }
    }

    fn next_state(&self, last: &State, action: Choice) -> Option<State> {
        let _broken = self.broken.map(broken::in_this_thread);
        let mut next = last.clone();
        match &action {
            Choice::Fault { fault: Fault::Kill(_), .. } => next.left.kills -= 1,
            Choice::Fault { fault: Fault::Start(_), .. } => next.left.starts -= 1,
            Choice::Fire { timer, .. } => match kind(*timer) {
                Kind::Expiry => next.left.expiries -= 1,
                Kind::Silence => next.left.silences -= 1,
                Kind::Free | Kind::Never => {}
            },
            _ => {}
        }
        self.apply(&mut next, action);
        self.settle(&mut next);
        Some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        let is_vote =
            |packet: &&Packet| matches!(packet.body, Body::Data(Message::Quorum(QuorumMessage::Notification { .. })));
        let longest = state.system.wires().map(|(_, _, wire)| wire.queue.len()).max().unwrap_or(0);
        let votes =
            state.system.wires().map(|(_, _, wire)| wire.queue.iter().filter(is_vote).count()).max().unwrap_or(0);
        let rounds = zk_servers(&state.system).filter_map(ZkServer::round_of_election).max().unwrap_or(0);
        longest <= usize::from(self.bounds.wire_len_max)
            && votes <= usize::from(self.bounds.votes_max)
            && rounds <= u64::from(self.bounds.rounds_max)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("the ensemble's invariants hold", |_, state: &State| {
                ensemble::check(&state.system).is_empty()
            }),
            Property::always("what was once read is never lost or changed", |_, state: &State| {
                let (zxid, tree) = &state.committed;
                zk_servers(&state.system).filter(|server| server.is_serving()).all(|server| {
                    (!leads(server) || server.last_zxid() >= *zxid)
                        && (server.last_zxid() != *zxid || server.tree() == tree)
                })
            }),
            Property::always("only a leader ends sessions", |_, state: &State| !state.usurped),
            Property::always("who decides has a majority behind its vote", |_, state: &State| !state.rash),
            Property::sometimes("a leader serves", |_, state: &State| zk_servers(&state.system).any(leads)),
            Property::sometimes("all that run serve, and nothing is under way", |_, state: &State| {
                zk_servers(&state.system).all(|server| server.role().is_none() || server.is_serving())
                    && state.system.wires().all(|(_, _, wire)| wire.queue.is_empty())
            }),
        ]
    }
}
