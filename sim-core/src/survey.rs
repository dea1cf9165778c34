//! What a user of the real system could read: from a ZooKeeper server that answers, from `srvr`, from a
//! leader's log, from the application that consumes. Conditions, observations and pictures read here; what
//! only a debugger could know is not in here.

mod answers;
mod kafka;

pub use answers::*;
pub use kafka::*;

use crate::client::zk_shell::Watched;
use crate::ids::*;
use crate::json::Json;
use crate::sim::Sim;
use crate::system::{Node, Process, Slot, System};
use crate::time::{SimTime, Span};
use crate::zookeeper::{KeeperState, Stat, ZData, ZkClient, ZkServer};

/// A server's role, as `srvr` says it: one that does not answer clients yet is looking, one whose process
/// gives no answer is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenRole {
    Leader,
    Follower,
    Looking,
    Standalone,
    Down,
}

/// The server with the latest applied transaction of those that answer.
pub fn reading_server(system: &System) -> Option<&ZkServer> {
    let _ = system;
    None
}

pub fn role(system: &System, id: NodeId) -> SeenRole {
    match system.slot(id) {
        Some(slot) if slot.process == Process::Running => SeenRole::Looking,
        _ => SeenRole::Down,
    }
}

/// Whether all live servers that answer hold the same tree.
pub fn same_tree(system: &System) -> bool {
    let _ = system;
    true
}

/// A znode's data and stat.
pub fn read(system: &System, path: &str) -> Option<(ZData, Stat)> {
    let _ = (reading_server(system)?, path);
    None
}

pub fn read_json(system: &System, path: &str) -> Option<Json> {
    Json::parse(&read(system, path)?.0?)
}

/// Names of a znode's children, sorted.
pub fn children(system: &System, path: &str) -> Vec<ZPath> {
    let _ = (system, path);
    Vec::new()
}

/// A znode and all below it, sorted by path, without /zookeeper.
pub fn subtree(system: &System, root: &str) -> Vec<(ZPath, ZData, Stat)> {
    let mut found = Vec::new();
    let mut open: Vec<ZPath> = vec![root.into()];
    while let Some(path) = open.pop() {
        let Some((data, stat)) = read(system, &path) else { continue };
        for child in children(system, &path) {
            let below: ZPath =
                if &*path == "/" { format!("/{child}").into() } else { format!("{path}/{child}").into() };
            if &*below != "/zookeeper" {
                open.push(below);
            }
        }
        found.push((path, data, stat));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The client to which a session belongs.
pub fn client_of(system: &System, session: SessionId) -> Option<NodeId> {
    system.slots().iter().find(|slot| zk_client(slot).is_some_and(|zk| zk.session() == session)).map(|slot| slot.id)
}

/// A node's ZooKeeper client.
pub fn zk_client(slot: &Slot) -> Option<&ZkClient> {
    let _ = slot;
    None
}

pub fn client_state(system: &System, client: NodeId) -> Option<KeeperState> {
    let slot = system.slot(client)?;
    slot.process.is_up().then(|| zk_client(slot).map(ZkClient::state)).flatten()
}

/// What a bare client's default watcher got.
pub fn watched(system: &System, client: NodeId) -> &[Watched] {
    match system.node(client) {
        Some(Node::ZkShell(shell)) => &shell.watched,
        _ => &[],
    }
}

/// A write through a fresh client, given all servers, succeeds. It is tried, in a copy of the simulation: the
/// run itself does not notice.
pub fn service(sim: &Sim) -> bool {
    let _ = (sim, PROBE_MAX);
    false
}

/// An answer that takes longer counts as failed.
const PROBE_MAX: Span = Span::ms(5_000);

/// Whether the process is within a procedure of several moments, which goes on by itself.
pub fn is_busy(system: &System, slot: &Slot) -> bool {
    let _ = (system, slot, SimTime::ZERO);
    false
}
