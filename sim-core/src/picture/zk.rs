//! The ensemble, its sessions and znodes, and ZooKeeper's clients.

use crate::frame::*;
use crate::ids::*;
use crate::node::Timer;
use crate::survey::{self, Reader};
use crate::system::{Node, Slot, System};
use crate::time::SimTime;
use crate::zookeeper::znode_tree::{Session, Znode};
use crate::zookeeper::{self, ServerTimer};
use std::collections::BTreeMap;

pub(super) fn server(slot: &Slot) -> Option<ServerView> {
    let Node::Zk(server) = &*slot.node else { return None };
    let role = server.role().filter(|_| slot.process.is_up()).map(|role| match role {
        zookeeper::ServerRole::Looking => ServerRole::Looking,
        zookeeper::ServerRole::Following { .. } => ServerRole::Following,
        zookeeper::ServerRole::Leading => ServerRole::Leading,
        zookeeper::ServerRole::Standalone => ServerRole::Standalone,
    });
    Some(ServerView {
        id: slot.id,
        name: slot.name.clone(),
        process: slot.process,
        role,
        serving: server.is_serving(),
        epoch: server.epoch(),
        last_zxid: server.last_zxid(),
        ballot: server.ballot().map(|vote| BallotView { leader: vote.leader, epoch: vote.epoch, zxid: vote.zxid }),
        sessions: server.attached().count() as u32,
    })
}

/// A node's ZooKeeper client, as it sees itself; none while its process is down.
pub(super) fn zk_view(slot: &Slot, at: SimTime) -> Option<ZkClientView> {
    let zk = survey::zk_client(slot).filter(|_| slot.process.is_up())?;
    Some(ZkClientView {
        session: zk.session(),
        state: zk.state(),
        server: zk.server(),
        timeout_ms: zk.timeout_ms(),
        silence: at.since(zk.last_heard()),
    })
}

/// The sessions: who has them, and where the leader's clock for each of them stands.
pub(super) fn sessions(system: &System, at: SimTime) -> Vec<SessionView> {
    let Some(tree) = Reader::debugger(system).tree() else { return Vec::new() };
    let leading = system.slots().iter().find_map(|slot| match &*slot.node {
        Node::Zk(server) if slot.process.is_up() && server.is_serving() => {
            matches!(server.role(), Some(zookeeper::ServerRole::Leading | zookeeper::ServerRole::Standalone))
                .then_some((slot, server))
        }
        _ => None,
    });
    let heard: BTreeMap<SessionId, SimTime> = leading.map(|(_, server)| server.heard().collect()).unwrap_or_default();
    let expires = |session: SessionId| {
        let expiry = Timer::Zk(ServerTimer::Expiry(session));
        let armed = leading?.0.timers.iter().find(|armed| armed.timer == expiry)?;
        Some(armed.key.0.0.since(at))
    };
    let attached: BTreeMap<SessionId, NodeId> = system
        .slots()
        .iter()
        .filter(|slot| slot.process.is_up())
        .filter_map(|slot| match &*slot.node {
            Node::Zk(server) => Some((slot.id, server)),
            _ => None,
        })
        .flat_map(|(id, server)| server.attached().map(move |(session, _)| (session, id)))
        .collect();
    let view = |(id, session): (SessionId, &Session)| SessionView {
        session: id,
        client: session.client.0,
        server: attached.get(&id).copied(),
        timeout_ms: session.timeout_ms,
        expires_in: expires(id),
        silence: heard.get(&id).map(|heard| at.since(*heard)),
    };
    tree.sessions().map(view).collect()
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
