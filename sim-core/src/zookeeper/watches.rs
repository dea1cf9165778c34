//! One-shot watches, kept at the server to which the client is connected (`WatchManager`).

use super::rules;
use super::types::*;
use super::znode_tree::{Change, parent_of};
use crate::ids::*;
use crate::net::ConnId;
use crate::sorted::SortedMap;

/// A server's watches. `exists` and `getData` set data watches, `getChildren` sets child watches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Watches {
    data: SortedMap<ZPath, Vec<ConnId>>,
    child: SortedMap<ZPath, Vec<ConnId>>,
}

impl Watches {
    /// Registering twice is registering once.
    pub(super) fn add_data(&mut self, path: &ZPath, conn: ConnId) {
        add(&mut self.data, path, conn);
    }

    pub(super) fn add_child(&mut self, path: &ZPath, conn: ConnId) {
        add(&mut self.child, path, conn);
    }

    /// A connection is gone, and its watches with it.
    pub(super) fn forget(&mut self, conn: ConnId) {
        for watches in [&mut self.data, &mut self.child] {
            watches.retain(|_, conns| {
                conns.retain(|other| *other != conn);
                !conns.is_empty()
            });
        }
    }

    /// (path, is a child watch, whose).
    pub(super) fn iter(&self) -> impl Iterator<Item = (&ZPath, bool, ConnId)> {
        let data = self.data.iter().flat_map(|(path, conns)| conns.iter().map(move |conn| (path, false, *conn)));
        data.chain(self.child.iter().flat_map(|(path, conns)| conns.iter().map(move |conn| (path, true, *conn))))
    }

    /// Takes the watches that a change fires, in the order of `DataTree.createNode/deleteNode/setData`.
    pub(super) fn fire(&mut self, change: &Change, fired: &mut Vec<(ConnId, WatchEvent, ZPath)>) {
        match change {
            Change::Created { path, .. } => {
                if rules::data_watches_see_creation() {
                    take(&mut self.data, path, WatchEvent::NodeCreated, fired);
                }
                if rules::child_watches_see_creation() {
                    take_of_parent(&mut self.child, path, fired);
                }
            }
            Change::DataChanged { path, .. } => {
                if rules::data_watches_see_changes() {
                    take(&mut self.data, path, WatchEvent::NodeDataChanged, fired);
                }
                if !rules::child_watches_ignore_data() {
                    take_of_parent(&mut self.child, path, fired);
                }
            }
            Change::Deleted { path, .. } => {
                let first = fired.len();
                if !rules::own_watches_fire_first() {
                    take_of_parent(&mut self.child, path, fired);
                }
                if rules::data_watches_see_deletion() {
                    take(&mut self.data, path, WatchEvent::NodeDeleted, fired);
                }
                // A client with both kinds of watch hears of it once.
                let told: Vec<ConnId> = fired[first..].iter().map(|(conn, ..)| *conn).collect();
                for conn in self.child.remove(path).unwrap_or_default() {
                    if rules::child_watches_see_their_znode_go() && !told.contains(&conn) {
                        fired.push((conn, WatchEvent::NodeDeleted, path.clone()));
                    }
                }
                if rules::child_watches_see_deletion() {
                    take_of_parent(&mut self.child, path, fired);
                }
            }
            Change::SessionCreated { .. } | Change::SessionClosed { .. } => {}
        }
    }
}

fn add(watches: &mut SortedMap<ZPath, Vec<ConnId>>, path: &ZPath, conn: ConnId) {
    let conns = watches.or_default(path.clone());
    if !conns.contains(&conn) {
        conns.push(conn);
    }
}

fn take(
    watches: &mut SortedMap<ZPath, Vec<ConnId>>,
    path: &ZPath,
    event: WatchEvent,
    fired: &mut Vec<(ConnId, WatchEvent, ZPath)>,
) {
    let conns = if rules::watches_are_one_shot() { watches.remove(path) } else { watches.get(path).cloned() };
    if let Some(conns) = conns {
        fired.extend(conns.into_iter().map(|conn| (conn, event, path.clone())));
    }
}

fn take_of_parent(
    watches: &mut SortedMap<ZPath, Vec<ConnId>>,
    path: &ZPath,
    fired: &mut Vec<(ConnId, WatchEvent, ZPath)>,
) {
    let parent = parent_of(path);
    if let Some(conns) = watches.remove(parent) {
        let parent = ZPath::from(parent);
        fired.extend(conns.into_iter().map(|conn| (conn, WatchEvent::NodeChildrenChanged, parent.clone())));
    }
}
