//! ZooKeeper's tree (`DataTree`, `PrepRequestProcessor`, `WatchManager`), written a second time and plainly: a map of
//! paths, the children counted by looking, no sharing, no look-ahead. What the engine answers is compared with
//! what this one answers. It uses the engine's words (operations, answers, errors) and none of its rules.

#![allow(dead_code, reason = "each test file uses its part")]

use sim_core::ids::*;
use sim_core::release::ZkVersion;
use sim_core::zookeeper::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const NOBODY: SessionId = SessionId(0);

/// Since 3.5.
const CONFIG: &str = "/zookeeper/config";
/// Made by the server in memory, never deleted.
const SPECIAL: [&str; 4] = ["/", "/zookeeper", "/zookeeper/quota", CONFIG];

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    data: Option<String>,
    created_by: Zxid,
    changed_by: Zxid,
    children_changed_by: Zxid,
    version: i32,
    /// How many children were ever created below it.
    creations: i32,
    owner: SessionId,
}

/// What a write did, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Did {
    Create(String),
    Delete(String),
    Set(String),
}

/// The state after some transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    nodes: BTreeMap<String, Node>,
    sessions: BTreeSet<SessionId>,
    version: ZkVersion,
}

impl Reference {
    /// A server's tree before any transaction: what it made in memory left no trace in the counters.
    pub(crate) fn new(version: ZkVersion) -> Reference {
        let node = Node {
            data: Some(String::new()),
            created_by: Zxid(0),
            changed_by: Zxid(0),
            children_changed_by: Zxid(0),
            version: 0,
            creations: 0,
            owner: NOBODY,
        };
        let special = SPECIAL.iter().filter(|path| version == ZkVersion::V3_9 || **path != CONFIG);
        let nodes = special.map(|path| ((*path).to_owned(), node.clone())).collect();
        Reference { nodes, sessions: BTreeSet::new(), version }
    }

    pub(crate) fn open(&mut self, session: SessionId) {
        self.sessions.insert(session);
    }

    pub(crate) fn knows(&self, session: SessionId) -> bool {
        self.sessions.contains(&session)
    }

    /// Ends a session: its ephemerals go with it, in whatever order.
    pub(crate) fn close(&mut self, zxid: Zxid, session: SessionId) -> Vec<Did> {
        self.sessions.remove(&session);
        let owned: Vec<String> =
            self.nodes.iter().filter(|(_, node)| node.owner == session).map(|(path, _)| path.clone()).collect();
        owned.into_iter().map(|path| self.delete(zxid, &path)).collect()
    }

    pub(crate) fn stat(&self, path: &str) -> Option<Stat> {
        let node = self.nodes.get(path)?;
        let children = self.children(path).len();
        Some(Stat {
            czxid: node.created_by,
            mzxid: node.changed_by,
            pzxid: node.children_changed_by,
            // Not compared (`Recorded`).
            ctime: Recorded::default(),
            mtime: Recorded::default(),
            version: node.version,
            cversion: 2 * node.creations - i32::try_from(children).expect("few children"),
            aversion: 0,
            ephemeral_owner: node.owner,
            data_length: u32::try_from(node.data.as_ref().map_or(0, String::len)).expect("short data"),
            num_children: u32::try_from(children).expect("few children"),
        })
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.nodes.keys().map(String::as_str)
    }

    fn data(&self, path: &str) -> ZData {
        self.nodes.get(path)?.data.as_deref().map(Arc::from)
    }

    fn children(&self, path: &str) -> Vec<Arc<str>> {
        let parent = if path == "/" { "" } else { path };
        self.nodes
            .keys()
            .filter_map(|other| other.strip_prefix(parent)?.strip_prefix('/'))
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(Arc::from)
            .collect()
    }

    /// The answer to a read; `None` for what is not a read.
    pub(crate) fn read(&self, op: &ZkOp) -> Option<ZkResult> {
        let stat = |path: &ZPath| self.stat(path).ok_or_else(|| ZkFailure::from(ZkError::NoNode));
        match op {
            ZkOp::Exists { path, .. } => Some(Ok(ZkReply::Exists(self.stat(path)))),
            ZkOp::GetData { path, .. } => Some(stat(path).map(|stat| ZkReply::Data(self.data(path), stat))),
            ZkOp::GetChildren { path, .. } => Some(stat(path).map(|stat| ZkReply::Children(self.children(path), stat))),
            ZkOp::Sync { .. } => Some(Ok(ZkReply::Synced)),
            _ => None,
        }
    }

    /// Carries a write out, or refuses it and is left as it was.
    pub(crate) fn write(&mut self, zxid: Zxid, session: SessionId, op: &ZkOp) -> (ZkResult, Vec<Did>) {
        if !self.knows(session) {
            return (Err(ZkError::SessionExpired.into()), Vec::new());
        }
        let ZkOp::Multi(ops) = op else {
            return match self.write_one(zxid, session, op) {
                Ok((reply, did)) => (Ok(reply), did.into_iter().collect()),
                Err(error) => (Err(error.into()), Vec::new()),
            };
        };
        let before = self.clone();
        let (mut replies, mut all) = (Vec::new(), Vec::new());
        for (nth, op) in ops.iter().enumerate() {
            match self.write_one(zxid, session, op) {
                Ok((reply, did)) => {
                    replies.push(reply);
                    all.extend(did);
                }
                Err(error) => {
                    *self = before;
                    let mut multi = vec![None; nth];
                    multi.push(Some(error));
                    multi.resize(ops.len(), Some(ZkError::RuntimeInconsistency));
                    return (Err(ZkFailure { error, multi }), Vec::new());
                }
            }
        }
        (Ok(ZkReply::Multi(replies)), all)
    }

    fn write_one(&mut self, zxid: Zxid, session: SessionId, op: &ZkOp) -> Result<(ZkReply, Option<Did>), ZkError> {
        match op {
            ZkOp::Create { path, data, mode } => {
                if &**path == "/" && !mode.is_sequential() {
                    return Err(ZkError::NodeExists);
                }
                let parent = parent(path);
                let above = self.nodes.get(&parent).ok_or(ZkError::NoNode)?;
                let path = match mode {
                    CreateMode::Persistent | CreateMode::Ephemeral => path.to_string(),
                    CreateMode::PersistentSequential | CreateMode::EphemeralSequential => {
                        format!("{path}{:010}", above.creations)
                    }
                };
                if self.nodes.contains_key(&path) {
                    return Err(ZkError::NodeExists);
                }
                if above.owner != NOBODY {
                    return Err(ZkError::NoChildrenForEphemerals);
                }
                let ephemeral = matches!(mode, CreateMode::Ephemeral | CreateMode::EphemeralSequential);
                let node = Node {
                    data: data.as_deref().map(str::to_owned),
                    created_by: zxid,
                    changed_by: zxid,
                    children_changed_by: zxid,
                    version: 0,
                    creations: 0,
                    owner: if ephemeral { session } else { NOBODY },
                };
                self.nodes.insert(path.clone(), node);
                let above = self.nodes.get_mut(&parent).expect("it was there");
                above.creations += 1;
                above.children_changed_by = zxid;
                Ok((ZkReply::Created(path.as_str().into()), Some(Did::Create(path))))
            }
            ZkOp::Delete { path, version } => {
                if SPECIAL.contains(&&**path) && (self.version == ZkVersion::V3_9 || &**path != CONFIG) {
                    return Err(ZkError::BadArguments);
                }
                self.at_version(path, *version)?;
                if !self.children(path).is_empty() {
                    return Err(ZkError::NotEmpty);
                }
                Ok((ZkReply::Deleted, Some(self.delete(zxid, path))))
            }
            ZkOp::SetData { path, data, version } => {
                self.at_version(path, *version)?;
                let node = self.nodes.get_mut(&**path).expect("it was there");
                node.data = data.as_deref().map(str::to_owned);
                node.version += 1;
                node.changed_by = zxid;
                let stat = self.stat(path).expect("it is there");
                Ok((ZkReply::Set(stat), Some(Did::Set(path.to_string()))))
            }
            ZkOp::Check { path, version } => {
                self.at_version(path, *version)?;
                Ok((ZkReply::Checked, None))
            }
            other => panic!("{other:?} is not a write"),
        }
    }

    fn at_version(&self, path: &str, version: i32) -> Result<(), ZkError> {
        let node = self.nodes.get(path).ok_or(ZkError::NoNode)?;
        if version == -1 || version == node.version { Ok(()) } else { Err(ZkError::BadVersion) }
    }

    fn delete(&mut self, zxid: Zxid, path: &str) -> Did {
        self.nodes.remove(path);
        if let Some(above) = self.nodes.get_mut(&parent(path)) {
            above.children_changed_by = zxid;
        }
        Did::Delete(path.to_owned())
    }

    /// Stops loudly where the engine's tree is not this one.
    pub(crate) fn assert_same(&self, tree: &ZnodeTree, when: &str) {
        let paths: Vec<&str> = tree.iter().map(|(path, _)| &**path).collect();
        assert_eq!(paths, self.paths().collect::<Vec<_>>(), "{when}: the same znodes");
        for (path, node) in tree.iter() {
            assert_eq!(Some(node.stat()), self.stat(path), "{when}: the stat of {path}");
            assert_eq!(node.data, self.data(path), "{when}: the data of {path}");
        }
        let sessions: BTreeSet<SessionId> = tree.sessions().map(|(session, _)| session).collect();
        assert_eq!(sessions, self.sessions, "{when}: the same sessions");
    }
}

pub(crate) fn parent(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((parent, _)) => parent.to_owned(),
    }
}

/// Whether the client library lets an operation go to a server (`PathUtils.validatePath`).
pub(crate) fn is_sent(op: &ZkOp) -> bool {
    match op {
        ZkOp::Multi(ops) => ops.iter().all(is_sent),
        ZkOp::Create { path, mode, .. } if mode.is_sequential() => is_path(&format!("{path}1")),
        other => other.path().is_none_or(|path| is_path(path)),
    }
}

fn is_path(path: &str) -> bool {
    let Some(names) = path.strip_prefix('/') else { return false };
    // Java looks at UTF-16: beyond U+FFFF there are only surrogates.
    let is_wrong = |c: char| matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{10ffff}');
    names.is_empty()
        || names.split('/').all(|name| !name.is_empty() && name != "." && name != ".." && !name.contains(is_wrong))
}

/// Which watches a change fires, and as what: the kind of watch, its path, the event (§A.5). In this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Data,
    Child,
}

pub(crate) fn fires(did: &Did) -> Vec<(Kind, String, WatchEvent)> {
    match did {
        Did::Create(path) => vec![
            (Kind::Data, path.clone(), WatchEvent::NodeCreated),
            (Kind::Child, parent(path), WatchEvent::NodeChildrenChanged),
        ],
        Did::Set(path) => vec![(Kind::Data, path.clone(), WatchEvent::NodeDataChanged)],
        Did::Delete(path) => vec![
            (Kind::Data, path.clone(), WatchEvent::NodeDeleted),
            (Kind::Child, path.clone(), WatchEvent::NodeDeleted),
            (Kind::Child, parent(path), WatchEvent::NodeChildrenChanged),
        ],
    }
}
