//! An ensemble alone: its leader dies, and what follows is told phase by phase.

use super::{Beat, nothing_left_to_wait_for};
use crate::i18n::story::Line;
use sim_core::about::FlightKind;
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::ids::*;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::view::frame::{Frame, Seen, ServerRole, ServerView};
use sim_core::zookeeper::{CreateMode, KeeperState, ZkOp};

const OWNER: NodeId = NodeId::ZkShell(1);
const WATCHER: NodeId = NodeId::ZkShell(2);
pub(super) const LOCK: &str = "/lock";

/// Five servers, one client that takes a lock and one that waits for it.
pub(super) fn setup() -> Setup {
    let servers = [1, 2, 3, 4, 5];
    Setup::zookeeper(ZkVersion::V3_9).servers(5).zk_shell("app-a", &servers, 10_000).zk_shell("app-b", &servers, 10_000)
}

/// Who plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Troupe {
    /// The leader that will die.
    pub leader: NodeId,
    /// Its epoch.
    pub epoch: u32,
    pub owner: NodeId,
    pub watcher: NodeId,
}

impl Troupe {
    /// None while the ensemble is not ready.
    pub fn of(frame: &Frame) -> Option<Troupe> {
        let leader = leading(frame).filter(|server| server.serving)?;
        let there = |id: NodeId| frame.node(id).is_some_and(|node| node.process.is_up());
        let ready = there(OWNER) && there(WATCHER);
        ready.then_some(Troupe { leader: leader.id, epoch: leader.epoch, owner: OWNER, watcher: WATCHER })
    }

    /// The server to which the watcher is connected.
    pub fn server_of_watcher(&self, frame: &Frame) -> Option<NodeId> {
        frame.node(self.watcher)?.card.zk()?.server
    }
}

/// A majority named it, whether it serves already or not.
pub fn leading(frame: &Frame) -> Option<Seen<'_, ServerView>> {
    frame.servers().find(|server| server.role == Some(ServerRole::Leading))
}

pub(super) const BEATS: &[Beat<Troupe>] = &[
    Beat { act: None, until: nothing_left_to_wait_for(), line: Line::Leader0 },
    Beat {
        act: Some(|troupe, _| {
            let mode = CreateMode::Ephemeral;
            vec![ask(troupe.owner, ZkOp::Create { path: LOCK.into(), data: Some("app-a".into()), mode })]
        }),
        until: |troupe, frame| has_lock(frame) && is_answered(frame, troupe.owner),
        line: Line::Leader1,
    },
    Beat {
        act: Some(|troupe, _| vec![ask(troupe.watcher, ZkOp::Exists { path: LOCK.into(), watch: true })]),
        until: |troupe, frame| is_answered(frame, troupe.watcher),
        line: Line::Leader2,
    },
    Beat {
        act: Some(|troupe, _| vec![Command::Fault(Fault::Kill(troupe.leader))]),
        until: |_, frame| frame.servers().all(|server| !server.serving),
        line: Line::Leader3,
    },
    Beat { act: None, until: |_, frame| leading(frame).is_some(), line: Line::Leader4 },
    Beat {
        act: None,
        until: |troupe, frame| leading(frame).is_some_and(|leader| leader.epoch > troupe.epoch),
        line: Line::Leader5,
    },
    Beat { act: None, until: |_, frame| frame.service(), line: Line::Leader6 },
    Beat {
        act: None,
        until: |troupe, frame| {
            let is_back = |client| is_connected(frame, client) && is_answered(frame, client);
            is_back(troupe.owner) && is_back(troupe.watcher)
        },
        line: Line::Leader7,
    },
    Beat {
        act: Some(|troupe, _| vec![Command::Fault(Fault::Kill(troupe.owner))]),
        until: |troupe, frame| !has_lock(frame) && is_answered(frame, troupe.watcher),
        line: Line::Leader8,
    },
    Beat {
        act: Some(|troupe, _| vec![Command::Fault(Fault::Start(troupe.leader))]),
        until: |troupe, frame| {
            let mut old = frame.servers().filter(|server| server.id == troupe.leader);
            old.any(|server| server.serving && server.role == Some(ServerRole::Following))
        },
        line: Line::Leader9,
    },
];

fn ask(client: NodeId, op: ZkOp) -> Command {
    Command::Order(client, Order::Zk(ShellOp::Zk(op)))
}

fn has_lock(frame: &Frame) -> bool {
    frame.znode(LOCK).is_some()
}

/// Nothing of the client's is on its way but pings.
fn is_answered(frame: &Frame, client: NodeId) -> bool {
    let asks = |kind| matches!(kind, FlightKind::ZkRequest | FlightKind::ZkResponse | FlightKind::Watch);
    !frame.flights.iter().any(|flight| (flight.from == client || flight.to == client) && asks(flight.kind))
}

fn is_connected(frame: &Frame, client: NodeId) -> bool {
    let zk = frame.node(client).and_then(|node| node.card.zk());
    zk.is_some_and(|zk| zk.state == KeeperState::SyncConnected)
}
