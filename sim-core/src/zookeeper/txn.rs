//! Transactions: what the leader makes of a client's write after it has checked it against the state as it
//! will be when everything outstanding is applied (`PrepRequestProcessor`).

use super::types::*;
use super::znode_tree::{ZnodeTree, parent_of};
use crate::ids::*;
use crate::time::SimTime;

/// A transaction. Refused writes are transactions too: they burn their zxid and change nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Txn {
    pub zxid: Zxid,
    pub session: SessionId,
    pub time: Recorded<SimTime>,
    /// Who answers the client: the server that got the request, and the client's number for it.
    pub origin: Option<Origin>,
    pub ops: Vec<TxnOp>,
    /// It came as a multi: it is answered as one.
    pub is_multi: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    pub server: u16,
    pub xid: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TxnOp {
    Create {
        path: ZPath,
        data: ZData,
        ephemeral: bool,
    },
    Delete {
        path: ZPath,
    },
    SetData {
        path: ZPath,
        data: ZData,
    },
    Check,
    CreateSession {
        timeout_ms: u32,
        client: Recorded<Option<NodeId>>,
    },
    /// With the session's ephemerals, in the order in which they go.
    CloseSession {
        ephemerals: Vec<ZPath>,
    },
    /// Refused; the path is for the reader's eyes.
    Error {
        failure: ZkFailure,
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
/// are well formed the client has checked ([`super::limits`]).
pub(super) fn prepare(write: &Write, session: SessionId, ahead: &ZnodeTree, version: ZkVersion) -> (Vec<TxnOp>, bool) {
    match write {
        Write::CreateSession { timeout_ms, client } => {
            (vec![TxnOp::CreateSession { timeout_ms: *timeout_ms, client: *client }], false)
        }
        Write::CloseSession => {
            let ephemerals = ahead.ephemerals_in_order_of_deletion(session, version);
            (vec![TxnOp::CloseSession { ephemerals }], false)
        }
        Write::Op(ZkOp::Multi(ops)) => (prepare_multi(ops, session, ahead, version), true),
        Write::Op(op) => {
            let refused = |error: ZkError| TxnOp::Error {
                failure: error.into(),
                path: op.path().cloned().unwrap_or_else(|| "/".into()),
            };
            if ahead.session(session).is_none() {
                return (vec![refused(ZkError::SessionExpired)], false);
            }
            (vec![prepare_one(op, ahead, version).unwrap_or_else(refused)], false)
        }
    }
}

/// Each operation sees what those before it in the same multi have changed; one failure undoes all.
fn prepare_multi(ops: &[ZkOp], session: SessionId, ahead: &ZnodeTree, version: ZkVersion) -> Vec<TxnOp> {
    if ahead.session(session).is_none() {
        return vec![TxnOp::Error { failure: ZkError::SessionExpired.into(), path: "/".into() }];
    }
    let mut ahead = ahead.clone();
    let mut prepared = Vec::with_capacity(ops.len());
    let mut unused = Vec::new();
    for (nth, op) in ops.iter().enumerate() {
        match prepare_one(op, &ahead, version) {
            Ok(op) => {
                let step = Txn {
                    zxid: Zxid(0),
                    session,
                    time: Recorded(SimTime::ZERO),
                    origin: None,
                    ops: vec![op.clone()],
                    is_multi: false,
                };
                ahead.apply(&step, &mut unused);
                prepared.push(op);
            }
            Err(error) => {
                let multi = (0..ops.len())
                    .map(|other| match other.cmp(&nth) {
                        std::cmp::Ordering::Less => None,
                        std::cmp::Ordering::Equal => Some(error),
                        std::cmp::Ordering::Greater => Some(ZkError::RuntimeInconsistency),
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

fn prepare_one(op: &ZkOp, ahead: &ZnodeTree, release: ZkVersion) -> Result<TxnOp, ZkError> {
    match op {
        ZkOp::Create { path, data, mode } => {
            let parent = ahead.get(parent_of(path)).ok_or(ZkError::NoNode)?;
            let path: ZPath = if mode.is_sequential() {
                format!("{path}{:010}", parent.next_sequence()).into()
            } else {
                path.clone()
            };
            if ahead.get(&path).is_some() {
                return Err(ZkError::NodeExists);
            }
            if parent.ephemeral_owner != SessionId(0) {
                return Err(ZkError::NoChildrenForEphemerals);
            }
            Ok(TxnOp::Create { path, data: data.clone(), ephemeral: mode.is_ephemeral() })
        }
        ZkOp::Delete { path, version } => {
            // `DataTree.isSpecialPath`; 3.4 does not know the configuration's znode.
            let is_special = match &**path {
                "/" | "/zookeeper" | "/zookeeper/quota" => true,
                "/zookeeper/config" => release != ZkVersion::V3_4,
                _ => false,
            };
            if is_special {
                return Err(ZkError::BadArguments);
            }
            let node = ahead.get(path).ok_or(ZkError::NoNode)?;
            if *version != -1 && *version != node.version() {
                return Err(ZkError::BadVersion);
            }
            if node.has_children() {
                return Err(ZkError::NotEmpty);
            }
            Ok(TxnOp::Delete { path: path.clone() })
        }
        ZkOp::SetData { path, data, version } => {
            let node = ahead.get(path).ok_or(ZkError::NoNode)?;
            if *version != -1 && *version != node.version() {
                return Err(ZkError::BadVersion);
            }
            Ok(TxnOp::SetData { path: path.clone(), data: data.clone() })
        }
        ZkOp::Check { path, version } => {
            let node = ahead.get(path).ok_or(ZkError::NoNode)?;
            if *version != -1 && *version != node.version() {
                return Err(ZkError::BadVersion);
            }
            Ok(TxnOp::Check)
        }
        // Not writes: the server answers them itself and never sends them here.
        ZkOp::Exists { .. } | ZkOp::GetData { .. } | ZkOp::GetChildren { .. } | ZkOp::Sync { .. } | ZkOp::Multi(_) => {
            Err(ZkError::BadArguments)
        }
    }
}
