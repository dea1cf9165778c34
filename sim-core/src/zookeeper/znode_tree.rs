//! The replicated state: znodes with their stats, and the sessions that own the ephemeral ones. Every server
//! applies the same transactions in the same order to its own copy (`DataTree`, `ZKDatabase`).
//!
//! Copies share what they have in common, so that keyframes, snapshots and the leader's look-ahead cost
//! little.

use super::java_hash::JavaHashSet;
use super::rules;
use super::txn::{Txn, TxnOp};
use super::types::*;
use crate::ids::*;
use crate::invariant::sure;
use crate::release::ZkVersion;
use crate::sorted::SortedMap;
use crate::time::SimTime;
use std::sync::Arc;

/// One znode, as it is stored. `cversion` counts creations of children only; what a client is shown counts
/// deletions too (`DataNode.copyStat`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Znode {
    /// What was written there.
    pub data: ZData,
    czxid: Zxid,
    mzxid: Zxid,
    pzxid: Zxid,
    ctime: Recorded<SimTime>,
    mtime: Recorded<SimTime>,
    version: i32,
    children_created: i32,
    children: u32,
    /// 0 for a persistent znode.
    pub ephemeral_owner: SessionId,
}

impl Znode {
    /// As a client is shown it.
    pub fn stat(&self) -> Stat {
        Stat {
            czxid: self.czxid,
            mzxid: self.mzxid,
            pzxid: self.pzxid,
            ctime: self.ctime,
            mtime: self.mtime,
            version: self.version,
            cversion: rules::cversion(self.children_created, self.children as i32),
            aversion: 0,
            ephemeral_owner: self.ephemeral_owner,
            data_length: self.data.as_ref().map_or(0, |data| {
                let length = rules::data_length(data);
                length as u32
            }),
            num_children: self.children,
        }
    }

    /// How often its data was set.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// What the next sequential child is numbered (`PrepRequestProcessor.pRequest2TxnCreate`).
    pub(crate) fn next_sequence(&self) -> i32 {
        rules::next_in_sequence(self.children_created, self.children as i32)
    }

    /// It cannot be deleted then.
    pub(crate) fn has_children(&self) -> bool {
        self.children > 0
    }
}

/// A session, as all servers know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    /// As negotiated.
    pub timeout_ms: u32,
    /// Whose it is: for the reader's eyes, nothing decides by it.
    pub client: Recorded<Option<NodeId>>,
}

/// What a transaction changed, for watches and facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Created { path: ZPath, owner: SessionId },
    Deleted { path: ZPath, owner: SessionId },
    DataChanged { path: ZPath, version: i32 },
    SessionCreated { session: SessionId, timeout_ms: u32, client: Option<NodeId> },
    SessionClosed { session: SessionId, client: Option<NodeId> },
}

/// The znodes and the sessions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZnodeTree {
    nodes: Arc<SortedMap<ZPath, Arc<Znode>>>,
    sessions: Arc<SortedMap<SessionId, Session>>,
    ephemerals: Arc<SortedMap<SessionId, JavaHashSet>>,
}

impl ZnodeTree {
    /// What a fresh server has without any transaction: `/` and `/zookeeper` with `quota` and, in later versions,
    /// `config` (`DataTree`'s constructor).
    pub fn new(version: ZkVersion) -> ZnodeTree {
        let bare = |children: u32| {
            Arc::new(Znode {
                data: Some("".into()),
                czxid: Zxid(0),
                mzxid: Zxid(0),
                pzxid: Zxid(0),
                ctime: Recorded(SimTime::ZERO),
                mtime: Recorded(SimTime::ZERO),
                version: 0,
                // They came without a transaction, so the reported cversion of a fresh root is −1.
                children_created: 0,
                children,
                ephemeral_owner: SessionId(0),
            })
        };
        let quota = ("/zookeeper/quota", bare(0));
        let nodes = if rules::has_config_znode(version.has_config_znode()) {
            vec![("/", bare(1)), ("/zookeeper", bare(2)), ("/zookeeper/config", bare(0)), quota]
        } else {
            vec![("/", bare(1)), ("/zookeeper", bare(1)), quota]
        };
        ZnodeTree {
            nodes: Arc::new(nodes.into_iter().map(|(path, node)| (path.into(), node)).collect()),
            sessions: Arc::default(),
            ephemerals: Arc::default(),
        }
    }

    /// The znode at this path.
    pub fn get(&self, path: &str) -> Option<&Znode> {
        self.nodes.get(path).map(|node| &**node)
    }

    /// All znodes, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&ZPath, &Znode)> {
        self.nodes.iter().map(|(path, node)| (path, &**node))
    }

    /// How many znodes there are, the root included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never: the root is always there.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Names of the children, sorted.
    pub fn children(&self, path: &str) -> Vec<Arc<str>> {
        let prefix = if path == "/" { String::from("/") } else { format!("{path}/") };
        self.nodes
            .iter_from(prefix.as_str())
            .take_while(|(child, _)| child.starts_with(&prefix))
            .filter(|(child, _)| child.len() > prefix.len() && !child[prefix.len()..].contains('/'))
            .map(|(child, _)| Arc::from(&child[prefix.len()..]))
            .collect()
    }

    /// A session that is not over.
    pub fn session(&self, session: SessionId) -> Option<&Session> {
        self.sessions.get(&session)
    }

    /// All that are not over, by number.
    pub fn sessions(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.sessions.iter().map(|(id, session)| (*id, session))
    }

    /// The znodes that vanish with a session, in the order in which the real one deletes them: that of its hash set,
    /// or of a copy of it.
    pub(super) fn ephemerals_in_order_of_deletion(&self, session: SessionId, version: ZkVersion) -> Vec<ZPath> {
        let Some(paths) = self.ephemerals.get(&session) else { return Vec::new() };
        let is_copied = rules::goes_through_a_copy(version.copies_the_ephemerals_of_a_closed_session());
        let mut paths: Vec<ZPath> =
            if is_copied { paths.java_clone().iter().cloned().collect() } else { paths.iter().cloned().collect() };
        if !rules::ephemerals_go_in_hash_order() {
            paths.sort_unstable();
        }
        paths
    }

    /// Every ephemeral znode with its owner.
    pub fn ephemerals(&self) -> impl Iterator<Item = (SessionId, &ZPath)> {
        self.ephemerals.iter().flat_map(|(session, paths)| paths.iter().map(|path| (*session, path)))
    }

    /// Applies a transaction that the leader has validated. The answers are those of its operations.
    pub fn apply(&mut self, txn: &Txn, changes: &mut Vec<Change>) -> Vec<ZkReply> {
        txn.ops.iter().map(|op| self.apply_op(txn, op, changes)).collect()
    }

    fn apply_op(&mut self, txn: &Txn, op: &TxnOp, changes: &mut Vec<Change>) -> ZkReply {
        match op {
            TxnOp::Create { path, data, ephemeral } => {
                let owner = if rules::is_owned(*ephemeral, txn.is_multi) { txn.session } else { SessionId(0) };
                self.create(path, data, owner, txn);
                changes.push(Change::Created { path: path.clone(), owner });
                ZkReply::Created(path.clone())
            }
            TxnOp::Delete { path } => {
                let owner = self.delete(path, txn.zxid);
                changes.push(Change::Deleted { path: path.clone(), owner });
                ZkReply::Deleted
            }
            TxnOp::SetData { path, data } => {
                let nodes = Arc::make_mut(&mut self.nodes);
                let Some(node) = sure(nodes.get_mut(path), "a transaction was checked when it was made") else {
                    return ZkReply::Checked;
                };
                let node = Arc::make_mut(node);
                if rules::is_a_change(node.data != *data) {
                    node.version = rules::version_after_set_data(node.version);
                }
                node.data = data.clone();
                node.mzxid = rules::mzxid_of_set_data(txn.zxid, node.mzxid);
                node.mtime = txn.time;
                changes.push(Change::DataChanged { path: path.clone(), version: node.version });
                ZkReply::Set(node.stat())
            }
            TxnOp::Check => ZkReply::Checked,
            TxnOp::CreateSession { timeout_ms, client } => {
                let session = Session { timeout_ms: *timeout_ms, client: *client };
                Arc::make_mut(&mut self.sessions).insert(txn.session, session);
                changes.push(Change::SessionCreated {
                    session: txn.session,
                    timeout_ms: *timeout_ms,
                    client: client.0,
                });
                ZkReply::Checked
            }
            TxnOp::CloseSession { ephemerals } => {
                let gone = Arc::make_mut(&mut self.sessions).remove(&txn.session);
                let client = gone.and_then(|session| session.client.0);
                changes.push(Change::SessionClosed { session: txn.session, client });
                for path in ephemerals.iter().filter(|_| rules::ephemerals_go_with_their_session()) {
                    self.delete(path, txn.zxid);
                    changes.push(Change::Deleted { path: path.clone(), owner: txn.session });
                }
                ZkReply::Checked
            }
            // It burned its zxid and changes nothing.
            TxnOp::Error { .. } => ZkReply::Checked,
        }
    }

    fn create(&mut self, path: &ZPath, data: &ZData, owner: SessionId, txn: &Txn) {
        let nodes = Arc::make_mut(&mut self.nodes);
        if let Some(parent) = nodes.get_mut(parent_of(path)) {
            let parent = Arc::make_mut(parent);
            parent.children_created = rules::children_created_after(parent.children_created);
            parent.children += 1;
            parent.pzxid = txn.zxid;
        }
        let node = Znode {
            data: rules::stored(data),
            czxid: txn.zxid,
            mzxid: txn.zxid,
            pzxid: txn.zxid,
            ctime: txn.time,
            mtime: txn.time,
            version: rules::first_version(),
            children_created: 0,
            children: 0,
            ephemeral_owner: owner,
        };
        nodes.insert(path.clone(), Arc::new(node));
        if owner != SessionId(0) {
            Arc::make_mut(&mut self.ephemerals).or_default(owner).insert(path);
        }
    }

    fn delete(&mut self, path: &ZPath, zxid: Zxid) -> SessionId {
        let nodes = Arc::make_mut(&mut self.nodes);
        let Some(node) = sure(nodes.remove(path), "a transaction was checked when it was made") else {
            return SessionId(0);
        };
        if let Some(parent) = nodes.get_mut(parent_of(path)) {
            let parent = Arc::make_mut(parent);
            parent.children -= 1;
            parent.pzxid = rules::pzxid_of_a_deletion(zxid, parent.pzxid);
        }
        let owner = node.ephemeral_owner;
        if rules::takes_from_its_owner(owner) {
            let ephemerals = Arc::make_mut(&mut self.ephemerals);
            if let Some(paths) = ephemerals.get_mut(&owner) {
                paths.remove(path);
                if paths.is_empty() {
                    ephemerals.remove(&owner);
                }
            }
        }
        owner
    }
}

/// `/a/b` → `/a`, `/a` → `/`.
pub fn parent_of(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

/// `/a`, `b` → `/a/b`; `/`, `a` → `/a`.
pub fn child_of(parent: &str, name: &str) -> ZPath {
    if parent == "/" { format!("/{name}").into() } else { format!("{parent}/{name}").into() }
}
