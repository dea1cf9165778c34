//! The ensemble, its sessions and znodes, and ZooKeeper's clients.

use crate::boundary::Timer;
use crate::engine::node::Node;
use crate::engine::system::{Slot, System};
use crate::ids::*;
use crate::sorted::{Sorted, SortedMap};
use crate::time::{SimTime, Span};
use crate::view::frame::*;
use crate::view::reader;
use crate::view::reader::Reader;
use crate::zookeeper::znode_tree::{Session, Znode};
use crate::zookeeper::{ServerTimer, ZkClientTimer, ZkServer};
use std::sync::Arc;

pub(super) fn server(server: &ZkServer, slot: &Slot, system: &System) -> ServerView {
    ServerView {
        role: server.role().filter(|_| slot.process.is_up()),
        leader: server.followed().filter(|_| slot.process.is_up()).map(NodeId::Zk),
        serving: server.is_serving(),
        epoch: server.epoch(),
        last_zxid: server.last_zxid(),
        last_logged: server.last_logged(),
        ballot: server.ballot().map(|vote| BallotView { leader: vote.leader, epoch: vote.epoch, zxid: vote.zxid }),
        round: server.round_of_election(),
        votes: server.votes_for_ballot(),
        joining: server.joining(),
        proposals: proposals(server, system),
        attached: server.attached().collect(),
    }
}

/// What waits for its majority at this server, and how far each voter is.
fn proposals(leader: &ZkServer, system: &System) -> Vec<ProposalView> {
    let progress = |voter: u16, zxid: Zxid, acks: &[u16]| match system.node(NodeId::Zk(voter)) {
        _ if acks.contains(&voter) => VoterProgress::Acknowledged,
        Some(Node::Zk(server)) if server.has_logged(zxid) => VoterProgress::Logged,
        Some(Node::Zk(server)) if server.unlogged().any(|unlogged| unlogged == zxid) => VoterProgress::Received,
        _ => VoterProgress::Waiting,
    };
    let voters = &leader.config().servers;
    let view = |(zxid, acks): (Zxid, Vec<u16>)| ProposalView {
        zxid,
        voters: voters.iter().map(|voter| (*voter, progress(*voter, zxid, &acks))).collect(),
    };
    leader.outstanding().map(view).collect()
}

/// A node's ZooKeeper client, as it sees itself; none while its process is down.
pub(super) fn zk_view(slot: &Slot, at: SimTime) -> Option<ZkClientView> {
    let zk = reader::zk_client(slot).filter(|_| slot.process.is_up())?;
    Some(ZkClientView {
        session: zk.session(),
        state: zk.state(),
        server: zk.server(),
        link: zk.link(),
        timeout_ms: zk.timeout_ms(),
        silence: at.since(zk.last_heard()),
        gives_up_in: fires_in(slot, Timer::ZkClient(ZkClientTimer::GiveUp), at),
    })
}

fn fires_in(slot: &Slot, timer: Timer, at: SimTime) -> Option<Span> {
    let armed = slot.timers.iter().find(|armed| armed.timer == timer)?;
    Some(armed.key.0?.0.since(at))
}

/// The server that counts the sessions' time: of those that lead and run, the one of the newest epoch (an older one may
/// not know yet that it was replaced). A frozen leader counts nothing.
fn counting_leader(system: &System) -> Option<(&Slot, &ZkServer)> {
    let leads = |slot: &&Slot| slot.process.handles() && seems_to_lead(slot);
    let leaders = system.slots().iter().filter(leads).filter_map(|slot| match &*slot.node {
        Node::Zk(server) => Some((slot, server)),
        _ => None,
    });
    leaders.reduce(|best, other| if other.1.epoch() > best.1.epoch() { other } else { best })
}

fn seems_to_lead(slot: &Slot) -> bool {
    use ServerRole::{Leading, Standalone};
    matches!(&*slot.node, Node::Zk(server)
        if server.is_serving() && matches!(server.role(), Some(Leading | Standalone)))
}

/// The sessions: their clients, and where the leader's clock for each of them stands.
pub(super) fn sessions(system: &System, at: SimTime) -> Vec<SessionView> {
    let Some(tree) = Reader::debugger(system).tree() else { return Vec::new() };
    let leading = counting_leader(system);
    let heard = leading.map(|(_, server)| server.heard().collect::<SortedMap<_, _>>()).unwrap_or_default();
    let servers = system.slots().iter().filter(|slot| slot.process.is_up()).filter_map(|slot| match &*slot.node {
        Node::Zk(server) => Some((slot.id, server)),
        _ => None,
    });
    let attached = servers.flat_map(|(id, server)| server.attached().map(move |(session, _)| (session, id)));
    let attached: SortedMap<_, _> = attached.collect();
    // A session that moved is still attached to the server that it left, until that one notices: the leader
    // knows where it is.
    let server_of = |session: SessionId| {
        let owner = leading.and_then(|(_, leader)| leader.server_of(session)).map(NodeId::Zk);
        attached.get(&session).map(|server| owner.unwrap_or(*server))
    };
    let view = |(id, session): (SessionId, &Session)| SessionView {
        session: id,
        client: session.client.0,
        server: server_of(id),
        timeout_ms: session.timeout_ms,
        expires_in: leading.and_then(|(slot, _)| fires_in(slot, Timer::Zk(ServerTimer::Expiry(id)), at)),
        silence: heard.get(&id).map(|heard| at.since(*heard)),
    };
    tree.sessions().map(view).collect()
}

/// The znodes as this server has them, and how far it is behind.
pub(crate) fn tree_of(system: &System, id: NodeId) -> Option<TreeView> {
    let reader = Reader::at(system, id);
    let (_, last_zxid) = reader.read_at()?;
    let latest = Reader::debugger(system).server();
    let behind = latest.map_or(0, |server| server.applied_after(last_zxid));
    Some(TreeView { znodes: Arc::new(znodes(reader)), last_zxid, behind })
}

/// The clients that watch this znode, and at which server.
pub(crate) fn watchers(system: &System, path: &str) -> Vec<WatcherView> {
    let mut watchers = Vec::new();
    for slot in system.slots().iter().filter(|slot| slot.process.is_up()) {
        let Node::Zk(server) = &*slot.node else { continue };
        let here = server.watchers().filter(|(watched, ..)| &***watched == path);
        watchers.extend(here.map(|(_, of_children, client)| WatcherView { client, server: slot.id, of_children }));
    }
    watchers.sort_stably();
    watchers
}

pub(super) fn znodes(reader: Reader<'_>) -> Vec<ZnodeView> {
    let Some(tree) = reader.tree() else { return Vec::new() };
    let view = |(path, znode): (&ZPath, &Znode)| ZnodeView {
        path: path.clone(),
        data: znode.data.clone(),
        stat: znode.stat(),
        owner: reader.client_of(znode.ephemeral_owner),
    };
    tree.iter().map(view).collect()
}
