//! Transactions: what the leader makes of a client's write after it has checked it against the state as it
//! will be when everything outstanding is applied (`PrepRequestProcessor`).

use super::rules;
use super::types::*;
use super::znode_tree::{Znode, ZnodeTree, parent_of};
use crate::ids::*;
use crate::release::ZkVersion;
use crate::time::SimTime;

/// A transaction. Refused writes are transactions too: they burn their zxid and change nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Txn {
    /// Its place in the order of all.
    pub zxid: Zxid,
    /// In which it was asked for.
    pub session: SessionId,
    /// The leader's clock, which goes into ctime and mtime.
    pub time: Recorded<SimTime>,
    /// Who answers the client: the server that got the request, and the client's number for it.
    pub origin: Option<Origin>,
    /// What it does, in this order; all of it or nothing.
    pub ops: Vec<TxnOp>,
    /// It came as a multi: it is answered as one.
    pub is_multi: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub server: u16,
    pub xid: u32,
}

/// One change of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TxnOp {
    /// A znode appears.
    Create {
        /// With its sequence number.
        path: ZPath,
        /// What is in it.
        data: ZData,
        /// It goes with the session.
        ephemeral: bool,
    },
    /// A znode disappears.
    Delete {
        /// It has no children.
        path: ZPath,
    },
    /// A znode gets other data.
    SetData {
        /// Which.
        path: ZPath,
        /// The new data.
        data: ZData,
    },
    /// A version was compared, and was right.
    Check,
    /// A session begins.
    CreateSession {
        /// As negotiated.
        timeout_ms: u32,
        /// Whose it is: for the reader's eyes.
        client: Recorded<Option<NodeId>>,
    },
    /// With the session's ephemerals, in the order in which they go.
    CloseSession {
        /// Their paths.
        ephemerals: Vec<ZPath>,
    },
    /// Refused; the path is for the reader's eyes.
    Error {
        /// Why.
        failure: ZkFailure,
        /// What it was about.
        path: ZPath,
    },
}

impl Txn {
    /// Why it was refused, if it was.
    pub fn failure(&self) -> Option<&ZkFailure> {
        match self.ops.first() {
            Some(TxnOp::Error { failure, .. }) => Some(failure),
            _ => None,
        }
    }
}

/// A request that the leader is asked to make a transaction of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    Op(ZkOp),
    CreateSession { timeout_ms: u32, client: Recorded<Option<NodeId>> },
    CloseSession,
}

/// Checks a write against the state ahead, in the real order of checks, and says what it will do. That its paths
/// are well formed the client has checked ([`super::limits`]); `checked` is what became of the check of its session.
pub(super) fn prepare(
    write: &Write,
    session: SessionId,
    checked: Result<(), ZkError>,
    ahead: &ZnodeTree,
    version: ZkVersion,
) -> (Vec<TxnOp>, bool) {
    match write {
        Write::CreateSession { timeout_ms, client } => {
            (vec![TxnOp::CreateSession { timeout_ms: *timeout_ms, client: *client }], false)
        }
        Write::CloseSession => {
            let ephemerals = ahead.ephemerals_in_order_of_deletion(session, version);
            (vec![TxnOp::CloseSession { ephemerals }], false)
        }
        Write::Op(ZkOp::Multi(ops)) => (prepare_multi(ops, session, checked, ahead, version), true),
        Write::Op(op) => {
            let refused = |error: ZkError| TxnOp::Error {
                failure: error.into(),
                path: op.path().cloned().unwrap_or_else(|| "/".into()),
            };
            let prepared = checked.and_then(|()| prepare_one(op, ahead, version));
            (vec![prepared.unwrap_or_else(refused)], false)
        }
    }
}

/// Each operation sees what those before it in the same multi have changed; one failure undoes all.
/// The session is checked with the first operation: a multi of nothing asks for none.
fn prepare_multi(
    ops: &[ZkOp],
    session: SessionId,
    checked: Result<(), ZkError>,
    ahead: &ZnodeTree,
    version: ZkVersion,
) -> Vec<TxnOp> {
    let mut ahead = ahead.clone();
    let mut prepared = Vec::with_capacity(ops.len());
    let mut unused = Vec::new();
    for (nth, op) in ops.iter().enumerate() {
        match checked.and_then(|()| prepare_one(op, &ahead, version)) {
            Ok(op) => {
                let step = Txn {
                    zxid: Zxid(0),
                    session,
                    time: Recorded(SimTime::ZERO),
                    origin: None,
                    ops: vec![op.clone()],
                    is_multi: false,
                };
                if rules::multis_see_themselves() {
                    ahead.apply(&step, &mut unused);
                }
                prepared.push(op);
            }
            Err(_) if !rules::multis_are_all_or_nothing() => return prepared,
            Err(error) => {
                let multi = (0..ops.len())
                    .map(|other| match other.cmp(&nth) {
                        std::cmp::Ordering::Less => None,
                        std::cmp::Ordering::Equal => Some(error),
                        std::cmp::Ordering::Greater => rules::error_of_the_rest(),
                    })
                    .collect();
                return vec![TxnOp::Error {
                    failure: ZkFailure { error, multi },
                    path: op.path().cloned().unwrap_or_else(|| "/".into()),
                }];
            }
        }
    }
    prepared
}

/// `DataTree.isSpecialPath`
fn is_special(path: &str, version: ZkVersion) -> bool {
    matches!(path, "/" | "/zookeeper" | "/zookeeper/quota")
        || (path == "/zookeeper/config" && version.has_config_znode())
}

/// `PrepRequestProcessor.checkAndIncVersion`
fn check_version(asked: i32, node: &Znode) -> Result<(), ZkError> {
    if rules::means_any_version(asked) || rules::is_the_version(asked, node.version()) {
        Ok(())
    } else {
        Err(ZkError::BadVersion)
    }
}

fn prepare_one(op: &ZkOp, ahead: &ZnodeTree, version: ZkVersion) -> Result<TxnOp, ZkError> {
    match op {
        ZkOp::Create { path, data, mode } => {
            let above = rules::needed_for_a_child(parent_of(path));
            let parent = ahead.get(above).ok_or(ZkError::NoNode)?;
            let path: ZPath = if mode.is_sequential() {
                let counts = ahead.get(rules::where_a_sequence_counts(above));
                format!("{path}{:010}", counts.map_or(0, Znode::next_sequence)).into()
            } else {
                path.clone()
            };
            if rules::is_taken(ahead.get(&path).is_some()) {
                return Err(ZkError::NodeExists);
            }
            if !rules::may_have_children(parent.ephemeral_owner) {
                return Err(ZkError::NoChildrenForEphemerals);
            }
            Ok(TxnOp::Create { path, data: data.clone(), ephemeral: mode.is_ephemeral() })
        }
        ZkOp::Delete { path, version: asked } => {
            if !rules::may_be_deleted(is_special(path, version)) {
                return Err(ZkError::BadArguments);
            }
            let node = ahead.get(path).ok_or(ZkError::NoNode)?;
            if !rules::version_before_children() && node.has_children() {
                return Err(ZkError::NotEmpty);
            }
            check_version(*asked, node)?;
            if !rules::is_leaf(node.has_children()) {
                return Err(ZkError::NotEmpty);
            }
            Ok(TxnOp::Delete { path: path.clone() })
        }
        ZkOp::SetData { path, data, version } => {
            let node = ahead.get(path).ok_or(ZkError::NoNode)?;
            check_version(*version, node)?;
            Ok(TxnOp::SetData { path: path.clone(), data: data.clone() })
        }
        ZkOp::Check { .. } if !rules::checks_guard_multis() => Ok(TxnOp::Check),
        ZkOp::Check { path, version } => {
            let node = ahead.get(path).ok_or(ZkError::NoNode)?;
            check_version(*version, node)?;
            Ok(TxnOp::Check)
        }
        // Not writes: the server answers them itself and never sends them here.
        ZkOp::Exists { .. } | ZkOp::GetData { .. } | ZkOp::GetChildren { .. } | ZkOp::Sync { .. } | ZkOp::Multi(_) => {
            Err(ZkError::BadArguments)
        }
    }
}
