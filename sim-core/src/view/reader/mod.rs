//! What a user of the real system could read: from a ZooKeeper server that answers, from `srvr`, from a
//! leader's log, from the application that consumes. Conditions, observations and pictures read here; what
//! only a debugger could know is not in here.

mod kafka;

pub use kafka::*;

use crate::client::Watched;
use crate::client::zk_consumer::RebalancePhase;
use crate::engine::command::Command;
use crate::engine::node::Node;
use crate::engine::sim::Sim;
use crate::engine::system::{Changes, Choice, Fault, Process, Slot, System};
use crate::ids::*;
use crate::json::Json;
use crate::kafka::ControllerActivity;
use crate::order::Order;
use crate::order::ShellOp;
use crate::time::Span;
use crate::zookeeper::{CreateMode, KeeperState, ServerRole, Stat, ZData, ZkClient, ZkOp, ZkServer, ZnodeTree};
use std::sync::Arc;

/// Reads znodes at one server.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    server: Option<(NodeId, &'a ZkServer)>,
}

impl<'a> Reader<'a> {
    /// As a user reads: at the server with the latest applied transaction of those that answer.
    pub fn user(system: &'a System) -> Reader<'a> {
        let answers = |slot: &&Slot| slot.process == Process::Running;
        let server = zk_servers(system, answers).filter(|(_, server)| server.is_serving());
        Reader { server: latest(server) }
    }

    /// As a debugger reads: at the server with the latest applied transaction, whether it answers or not.
    pub(crate) fn debugger(system: &'a System) -> Reader<'a> {
        let up = latest(zk_servers(system, |slot| slot.process.is_up()));
        Reader { server: up.or_else(|| latest(zk_servers(system, |_| true))) }
    }

    /// At this server, whether it answers or not.
    pub fn at(system: &'a System, id: NodeId) -> Reader<'a> {
        Reader { server: zk_servers(system, |slot| slot.id == id).next() }
    }

    /// The server that is read; none when nobody answers.
    pub fn server(&self) -> Option<&'a ZkServer> {
        self.server.map(|(_, server)| server)
    }

    /// Nobody answers: then nothing can be read, and nothing is known to be gone.
    pub fn has_nobody(&self) -> bool {
        self.server.is_none()
    }

    /// The server that is read, and up to which transaction.
    pub(crate) fn read_at(&self) -> Option<(NodeId, Zxid)> {
        self.server.map(|(id, server)| (id, server.last_zxid()))
    }

    /// What that server has applied.
    pub fn tree(&self) -> Option<&'a ZnodeTree> {
        self.server.map(|(_, server)| server.tree())
    }

    /// A znode's data and stat.
    pub fn read(&self, path: &str) -> Option<(&'a ZData, Stat)> {
        let znode = self.tree()?.get(path)?;
        Some((&znode.data, znode.stat()))
    }

    fn text(&self, path: &str) -> Option<&'a str> {
        self.read(path)?.0.as_deref()
    }

    /// The data of a znode, if it is JSON.
    pub(crate) fn read_json(&self, path: &str) -> Option<Json> {
        Json::parse(self.text(path)?)
    }

    /// Names of a znode's children, sorted.
    pub fn children(&self, path: &str) -> Vec<Arc<str>> {
        self.tree().map_or_else(Vec::new, |tree| tree.children(path))
    }

    /// A znode and all below it, sorted by path, without /zookeeper.
    pub fn subtree(&self, root: &str) -> Vec<(&'a ZPath, &'a ZData, Stat)> {
        let below = |path: &str, root: &str| {
            root == "/" || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let all = self.tree().into_iter().flat_map(ZnodeTree::iter);
        all.filter(|(path, _)| below(path, root) && !below(path, "/zookeeper"))
            .map(|(path, znode)| (path, &znode.data, znode.stat()))
            .collect()
    }

    /// The client to which a session belongs.
    pub(crate) fn client_of(&self, session: SessionId) -> Option<NodeId> {
        self.tree()?.session(session)?.client.0
    }
}

fn zk_servers<'a>(
    system: &'a System,
    wanted: impl Fn(&&'a Slot) -> bool,
) -> impl Iterator<Item = (NodeId, &'a ZkServer)> {
    system.slots().iter().filter(wanted).filter_map(|slot| match &*slot.node {
        Node::Zk(server) => Some((slot.id, server)),
        _ => None,
    })
}

/// The first one of those with the latest transaction.
fn latest<'a>(servers: impl Iterator<Item = (NodeId, &'a ZkServer)>) -> Option<(NodeId, &'a ZkServer)> {
    servers.reduce(|best, other| if other.1.last_zxid() > best.1.last_zxid() { other } else { best })
}

/// The client to which a session belongs: a server that lags behind may be the last to know it.
pub(crate) fn client_of(system: &System, session: SessionId) -> Option<NodeId> {
    zk_servers(system, |_| true).find_map(|(_, server)| server.tree().session(session)?.client.0)
}

/// A server's role, as `srvr` says it: one that does not answer clients yet is looking, one whose process gives no
/// answer has none.
pub fn role(system: &System, id: NodeId) -> Option<ServerRole> {
    let slot = system.slot(id).filter(|slot| slot.process == Process::Running)?;
    match &*slot.node {
        Node::Zk(server) if server.is_serving() => server.role(),
        Node::Zk(_) => Some(ServerRole::Looking),
        Node::Broker(_) | Node::Producer(_) | Node::Consumer(_) | Node::ZkShell(_) | Node::Admin(_) => None,
    }
}

/// Whether all servers that answer hold the same tree: nobody could read another one's.
pub fn same_tree(system: &System) -> bool {
    let answers = |slot: &&Slot| slot.process == Process::Running;
    let live = zk_servers(system, answers).filter(|(_, server)| server.is_serving());
    let mut live = live.map(|(_, server)| server.tree());
    let first = live.next();
    live.all(|tree| Some(tree) == first)
}

/// A node's ZooKeeper client.
pub fn zk_client(slot: &Slot) -> Option<&ZkClient> {
    match &*slot.node {
        Node::Broker(broker) => broker.zk(),
        Node::Consumer(consumer) => consumer.zk(),
        Node::Admin(admin) => admin.zk(),
        Node::ZkShell(shell) => Some(shell.zk()),
        Node::Zk(_) | Node::Producer(_) => None,
    }
}

/// What a bare client heard last; none for other nodes.
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

/// A server leads and answers: writes should succeed. (What a picture says; [`service`] tries it.)
pub(crate) fn seems_to_serve(system: &System) -> bool {
    let leads = |id: NodeId| matches!(role(system, id), Some(ServerRole::Leading | ServerRole::Standalone));
    system.slots().iter().any(|slot| leads(slot.id))
}

/// A write through a fresh client, given all servers, succeeds. It is tried, in a copy of the simulation: the
/// run itself does not notice.
pub fn service(sim: &Sim) -> bool {
    if !seems_to_serve(sim.system()) {
        return false;
    }
    let mut trial = sim.clone();
    let Some(probe) = probe(&mut trial) else { return false };
    let bound = trial.now().plus(PROBE_MAX);
    let connected = |sim: &Sim| client_state(sim.system(), probe) == Some(KeeperState::SyncConnected);
    if !trial.run_until(bound, |_| {}, connected) {
        return false;
    }
    let path = "/zookeeper/service-probe".into();
    let write = ZkOp::Create { path, data: None, mode: CreateMode::Ephemeral };
    let order = Command::Order(probe, Order::Zk(ShellOp::Zk(write)));
    let asked = trial.command(&order, &mut Changes::default());
    let answer = |sim: &Sim| match sim.system().node(probe) {
        Some(Node::ZkShell(shell)) => shell.asked.first().and_then(|asked| asked.answer.clone()),
        _ => None,
    };
    asked.is_ok()
        && trial.run_until(bound, |_| {}, |sim| answer(sim).is_some())
        && answer(&trial).is_some_and(|answer| answer.is_ok())
}

/// Adds and starts a fresh client of all servers.
fn probe(trial: &mut Sim) -> Option<NodeId> {
    let id = NodeId::ZkShell(u16::MAX);
    let name: Arc<str> = "service-probe".into();
    let factory = trial.system().factory();
    let node = Box::new(factory.zk_shell(&name, factory.servers(), PROBE_SESSION_TIMEOUT_MS));
    let mut changes = Changes::default();
    trial.apply(Choice::Add { id, name, node }, &mut changes);
    trial.command(&Command::Fault(Fault::Start(id)), &mut changes).ok()?;
    Some(id)
}

const PROBE_SESSION_TIMEOUT_MS: u32 = 10_000;

/// An answer that takes longer counts as failed.
const PROBE_MAX: Span = Span::ms(5_000);

/// Whether the process is within a procedure of several moments, which goes on by itself.
pub(crate) fn is_busy(system: &System, slot: &Slot) -> bool {
    if slot.process != Process::Running {
        return false;
    }
    let reconnects = zk_client(slot).is_some_and(|zk| zk.state() == KeeperState::Disconnected);
    let of_its_own = match &*slot.node {
        Node::Producer(producer) => {
            producer.config().steady.is_none() && (producer.queued() > 0 || producer.in_flight() > 0)
        }
        Node::Consumer(consumer) => !matches!(consumer.phase(), RebalancePhase::Reading | RebalancePhase::GaveUp),
        Node::Broker(broker) => broker.controller_activity() != ControllerActivity::Idle,
        Node::Admin(admin) => !admin.is_idle(),
        Node::Zk(_) | Node::ZkShell(_) => false,
    };
    of_its_own || (reconnects && seems_to_serve(system))
}
