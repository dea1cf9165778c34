//! The same [`System`] that the page runs, as a model for stateright: every order in which packets may
//! arrive, timers may fire and servers may crash, within bounds.

use sim_core::client::ZkShell;
use sim_core::client::zk_shell::ShellOp;
use sim_core::command::{Command, Order};
use sim_core::ids::*;
use sim_core::node::Timer;
use sim_core::sim::Sim;
use sim_core::system::{Changes, Choice, Fault, Node, System};
use sim_core::time::SimTime;
use sim_core::zookeeper::*;
use stateright::{Model, Property};

/// What may happen at most on one path, beside packets arriving and elections being finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    pub(crate) kills: u8,
    pub(crate) starts: u8,
    /// Sessions that run out.
    pub(crate) expiries: u8,
    /// Packets a wire may hold before the path is left.
    pub(crate) wire_len_max: u8,
    /// Rounds of elections.
    pub(crate) rounds_max: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) system: System,
    pub(crate) left: Budget,
}

pub(crate) struct Ensemble {
    pub(crate) begin: System,
    pub(crate) budget: Budget,
    /// Servers that may be killed: the others are like one of these.
    pub(crate) killable: Vec<u16>,
}

#[allow(dead_code, reason = "each test file uses its part")]
impl Ensemble {
    /// Three servers that have just been started.
    pub(crate) fn looking(budget: Budget) -> Ensemble {
        let mut system = servers();
        let mut changes = Changes::default();
        for id in 1..=3 {
            let fault = Fault::Start(NodeId::Zk(id));
            system.apply(Choice::Fault { fault, entropy: 0 }, SimTime::ZERO, &mut changes);
        }
        Ensemble { begin: system, budget, killable: vec![1, 2, 3] }
    }

    /// Three servers that have cast their votes; none has made up its mind.
    pub(crate) fn voted(budget: Budget) -> Ensemble {
        let mut sim = Sim::new(servers(), 1);
        let mut changes = Changes::default();
        for id in 1..=3 {
            sim.command(&Command::Fault(Fault::Start(NodeId::Zk(id))), &mut changes).expect("it is down");
        }
        sim.run_until(SimTime::from_ms(100), |_| {}, |_| false);
        Ensemble { begin: sim.system().clone(), budget, killable: vec![1, 2, 3] }
    }

    /// Three servers that serve, and a client with one ephemeral.
    pub(crate) fn serving_an_ephemeral(budget: Budget) -> Ensemble {
        let mut system = servers();
        let client = NodeId::ZkClient(1);
        let zk = ZkClientConfig {
            servers: vec![NodeId::Zk(1)],
            session_timeout_ms: 4_000,
            version: ZkVersion::V3_4,
            retry_until_connected: false,
        };
        system.add(client, "c1".into(), Node::ZkShell(ZkShell::new("c1".into(), zk)));
        let mut sim = Sim::new(system, 1);
        let mut changes = Changes::default();
        for id in 1..=3 {
            sim.command(&Command::Fault(Fault::Start(NodeId::Zk(id))), &mut changes).expect("it is down");
        }
        sim.run_until(SimTime::from_ms(3_000), |_| {}, |_| false);
        sim.command(&Command::Fault(Fault::Start(client)), &mut changes).expect("it is down");
        sim.run_until(SimTime::from_ms(6_000), |_| {}, |_| false);
        let create = ZkOp::Create { path: "/e".into(), data: None, mode: CreateMode::Ephemeral };
        let order = Command::Order(client, Order::Zk(ShellOp::Zk(create)));
        sim.command(&order, &mut changes).expect("it runs");
        Ensemble { begin: sim.system().clone(), budget, killable: vec![2, 3] }
    }
}

fn servers() -> System {
    let config = EnsembleConfig {
        servers: vec![1, 2, 3],
        tick_ms: 2_000,
        init_limit: 10,
        sync_limit: 5,
        version: ZkVersion::V3_4,
    };
    let mut system = System::default();
    for id in 1..=3 {
        system.add(NodeId::Zk(id), format!("zk{id}").into(), Node::Zk(ZkServer::new(id, config.clone())));
    }
    system
}

fn server(system: &System, id: u16) -> &ZkServer {
    match system.node(NodeId::Zk(id)) {
        Some(Node::Zk(server)) => server,
        _ => unreachable!("zk{id} is a server"),
    }
}

impl Model for Ensemble {
    type State = State;
    type Action = Choice;

    fn init_states(&self) -> Vec<State> {
        vec![State { system: self.begin.clone(), left: self.budget }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Choice>) {
        for choice in state.system.enabled() {
            let may = match &choice {
                Choice::Fire {
                    timer: Timer::Zk(ServerTimer::ElectionFinalize | ServerTimer::RetryLeader | ServerTimer::Fsync),
                    ..
                } => true,
                Choice::Fire { timer: Timer::Zk(ServerTimer::Expiry(_)), .. } => state.left.expiries > 0,
                // Pings, polls and silences only repeat what packets and resets say already.
                Choice::Fire { .. } => false,
                _ => true,
            };
            if may {
                actions.push(choice);
            }
        }
        for id in &self.killable {
            let id = NodeId::Zk(*id);
            let up = state.system.process(id).is_up();
            if up && state.left.kills > 0 {
                actions.push(Choice::Fault { fault: Fault::Kill(id), entropy: 0 });
            }
            if !up && state.left.starts > 0 {
                actions.push(Choice::Fault { fault: Fault::Start(id), entropy: 0 });
            }
        }
    }

    fn next_state(&self, last: &State, action: Choice) -> Option<State> {
        let mut next = last.clone();
        match &action {
            Choice::Fault { fault: Fault::Kill(_), .. } => next.left.kills -= 1,
            Choice::Fault { fault: Fault::Start(_), .. } => next.left.starts -= 1,
            Choice::Fire { timer: Timer::Zk(ServerTimer::Expiry(_)), .. } => next.left.expiries -= 1,
            _ => {}
        }
        let mut changes = Changes::default();
        next.system.apply(action, SimTime::ZERO, &mut changes);
        Some(next)
    }

    fn within_boundary(&self, state: &State) -> bool {
        let longest = state.system.wires().map(|(_, _, wire)| wire.queue.len()).max().unwrap_or(0);
        let rounds = (1..=3).filter_map(|id| server(&state.system, id).round_of_election()).max().unwrap_or(0);
        longest <= usize::from(self.budget.wire_len_max) && rounds <= u64::from(self.budget.rounds_max)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("the ensemble's invariants", |_: &Ensemble, state: &State| {
                invariants::check(&state.system).is_empty()
            }),
            Property::sometimes("a leader serves", |_, state: &State| {
                (1..=3).any(|id| {
                    let server = server(&state.system, id);
                    server.is_serving() && server.role() == Some(ServerRole::Leading)
                })
            }),
        ]
    }
}
