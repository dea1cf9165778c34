//! The words of ZooKeeper's API: operations, answers, errors, events.

use crate::fact::named_field;
use crate::ids::*;
use crate::release::ZkVersion;
use crate::time::SimTime;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreateMode {
    Persistent,
    Ephemeral,
    PersistentSequential,
    EphemeralSequential,
}

impl CreateMode {
    pub const fn is_ephemeral(self) -> bool {
        matches!(self, CreateMode::Ephemeral | CreateMode::EphemeralSequential)
    }

    pub const fn is_sequential(self) -> bool {
        matches!(self, CreateMode::PersistentSequential | CreateMode::EphemeralSequential)
    }
}

/// A znode's data. Kafka's payloads are text; `null` and empty are told apart, as the real one does.
pub type ZData = Option<Arc<str>>;

/// One operation of a client. Version −1 means "any".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkOp {
    Create {
        path: ZPath,
        data: ZData,
        mode: CreateMode,
    },
    Delete {
        path: ZPath,
        version: i32,
    },
    Exists {
        path: ZPath,
        watch: bool,
    },
    GetData {
        path: ZPath,
        watch: bool,
    },
    SetData {
        path: ZPath,
        data: ZData,
        version: i32,
    },
    GetChildren {
        path: ZPath,
        watch: bool,
    },
    Sync {
        path: ZPath,
    },
    /// Only inside `Multi`.
    Check {
        path: ZPath,
        version: i32,
    },
    Multi(Vec<ZkOp>),
}

/// An operation without its arguments, as a fact keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZkOpKind {
    Create,
    Delete,
    Exists,
    GetData,
    SetData,
    GetChildren,
    Sync,
    Check,
    Multi,
    /// `ZooKeeper.close`: the end of the session.
    Close,
}

impl ZkOpKind {
    pub const ALL: [ZkOpKind; 10] = [
        ZkOpKind::Create,
        ZkOpKind::Delete,
        ZkOpKind::Exists,
        ZkOpKind::GetData,
        ZkOpKind::SetData,
        ZkOpKind::GetChildren,
        ZkOpKind::Sync,
        ZkOpKind::Check,
        ZkOpKind::Multi,
        ZkOpKind::Close,
    ];

    /// As scenarios write it.
    pub const fn name(self) -> &'static str {
        match self {
            ZkOpKind::Create => "create",
            ZkOpKind::Delete => "delete",
            ZkOpKind::Exists => "exists",
            ZkOpKind::GetData => "get_data",
            ZkOpKind::SetData => "set_data",
            ZkOpKind::GetChildren => "get_children",
            ZkOpKind::Sync => "sync",
            ZkOpKind::Check => "check",
            ZkOpKind::Multi => "multi",
            ZkOpKind::Close => "close",
        }
    }

    /// The method of `org.apache.zookeeper.ZooKeeper` (`check`: of `Op`).
    pub const fn method(self) -> &'static str {
        match self {
            ZkOpKind::GetData => "getData",
            ZkOpKind::SetData => "setData",
            ZkOpKind::GetChildren => "getChildren",
            ZkOpKind::Create
            | ZkOpKind::Delete
            | ZkOpKind::Exists
            | ZkOpKind::Sync
            | ZkOpKind::Check
            | ZkOpKind::Multi
            | ZkOpKind::Close => self.name(),
        }
    }

    /// Only these change the tree. A lost connection leaves open whether they did.
    pub const fn writes(self) -> bool {
        match self {
            ZkOpKind::Create | ZkOpKind::Delete | ZkOpKind::SetData | ZkOpKind::Multi | ZkOpKind::Close => true,
            ZkOpKind::Exists | ZkOpKind::GetData | ZkOpKind::GetChildren | ZkOpKind::Sync | ZkOpKind::Check => false,
        }
    }
}

named_field!(ZkOpKind);

impl ZkOp {
    pub const fn kind(&self) -> ZkOpKind {
        match self {
            ZkOp::Create { .. } => ZkOpKind::Create,
            ZkOp::Delete { .. } => ZkOpKind::Delete,
            ZkOp::Exists { .. } => ZkOpKind::Exists,
            ZkOp::GetData { .. } => ZkOpKind::GetData,
            ZkOp::SetData { .. } => ZkOpKind::SetData,
            ZkOp::GetChildren { .. } => ZkOpKind::GetChildren,
            ZkOp::Sync { .. } => ZkOpKind::Sync,
            ZkOp::Check { .. } => ZkOpKind::Check,
            ZkOp::Multi(_) => ZkOpKind::Multi,
        }
    }

    /// What it is about; of a multi, what its first operation is about.
    pub fn path(&self) -> Option<&ZPath> {
        match self {
            ZkOp::Create { path, .. }
            | ZkOp::Delete { path, .. }
            | ZkOp::Exists { path, .. }
            | ZkOp::GetData { path, .. }
            | ZkOp::SetData { path, .. }
            | ZkOp::GetChildren { path, .. }
            | ZkOp::Sync { path }
            | ZkOp::Check { path, .. } => Some(path),
            ZkOp::Multi(ops) => ops.first().and_then(ZkOp::path),
        }
    }
}

/// `Stat`, as a client sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stat {
    pub czxid: Zxid,
    pub mzxid: Zxid,
    pub pzxid: Zxid,
    pub ctime: Recorded<SimTime>,
    pub mtime: Recorded<SimTime>,
    pub version: i32,
    /// Creations and deletions of children, as reported (see the facts sheet, A.2).
    pub cversion: i32,
    pub aversion: i32,
    /// 0 for a persistent znode.
    pub ephemeral_owner: SessionId,
    pub data_length: u32,
    pub num_children: u32,
}

/// The answer to an operation that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkReply {
    /// The path, with the sequence number that it got.
    Created(ZPath),
    Deleted,
    /// `None`: the znode is absent (`exists` treats NoNode as an answer).
    Exists(Option<Stat>),
    Data(ZData, Stat),
    Set(Stat),
    /// Sorted by name; the real order is arbitrary.
    Children(Vec<Arc<str>>, Stat),
    Synced,
    Checked,
    Multi(Vec<ZkReply>),
}

/// ZooKeeper's error codes (`KeeperException.Code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZkError {
    /// Made by the client: the outcome is unknown.
    ConnectionLoss,
    /// Made by the client, before anything is sent: the path is none (Java's `IllegalArgumentException`).
    IllegalArgument,
    BadArguments,
    NoNode,
    BadVersion,
    NoChildrenForEphemerals,
    NodeExists,
    NotEmpty,
    SessionExpired,
    SessionMoved,
    /// Of the operations behind the failing one in a multi.
    RuntimeInconsistency,
}

impl ZkError {
    pub const ALL: [ZkError; 11] = [
        ZkError::ConnectionLoss,
        ZkError::IllegalArgument,
        ZkError::BadArguments,
        ZkError::NoNode,
        ZkError::BadVersion,
        ZkError::NoChildrenForEphemerals,
        ZkError::NodeExists,
        ZkError::NotEmpty,
        ZkError::SessionExpired,
        ZkError::SessionMoved,
        ZkError::RuntimeInconsistency,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            ZkError::ConnectionLoss => "ConnectionLoss",
            ZkError::IllegalArgument => "IllegalArgument",
            ZkError::BadArguments => "BadArguments",
            ZkError::NoNode => "NoNode",
            ZkError::BadVersion => "BadVersion",
            ZkError::NoChildrenForEphemerals => "NoChildrenForEphemerals",
            ZkError::NodeExists => "NodeExists",
            ZkError::NotEmpty => "NotEmpty",
            ZkError::SessionExpired => "SessionExpired",
            ZkError::SessionMoved => "SessionMoved",
            ZkError::RuntimeInconsistency => "RuntimeInconsistency",
        }
    }
}

named_field!(ZkError);

/// What went wrong with an operation. A failed multi says for each of its operations how it fared:
/// `None` for those before the failing one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkFailure {
    pub error: ZkError,
    pub multi: Vec<Option<ZkError>>,
}

impl From<ZkError> for ZkFailure {
    fn from(error: ZkError) -> ZkFailure {
        ZkFailure { error, multi: Vec::new() }
    }
}

pub type ZkResult = Result<ZkReply, ZkFailure>;

/// `Watcher.Event.EventType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchEvent {
    NodeCreated,
    NodeDeleted,
    NodeDataChanged,
    NodeChildrenChanged,
}

impl WatchEvent {
    pub const ALL: [WatchEvent; 4] = [
        WatchEvent::NodeCreated,
        WatchEvent::NodeDeleted,
        WatchEvent::NodeDataChanged,
        WatchEvent::NodeChildrenChanged,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            WatchEvent::NodeCreated => "NodeCreated",
            WatchEvent::NodeDeleted => "NodeDeleted",
            WatchEvent::NodeDataChanged => "NodeDataChanged",
            WatchEvent::NodeChildrenChanged => "NodeChildrenChanged",
        }
    }
}

named_field!(WatchEvent);

/// `Watcher.Event.KeeperState`, as far as it exists here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeeperState {
    Disconnected,
    SyncConnected,
    Expired,
    Closed,
}

impl KeeperState {
    pub const fn name(self) -> &'static str {
        match self {
            KeeperState::Disconnected => "Disconnected",
            KeeperState::SyncConnected => "SyncConnected",
            KeeperState::Expired => "Expired",
            KeeperState::Closed => "Closed",
        }
    }
}

/// What an ensemble is configured with. `initLimit` and `syncLimit` count ticks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnsembleConfig {
    /// The ids (`myid`) of the voting servers: 1, 2, 3, …
    pub servers: Vec<u16>,
    pub tick_ms: u32,
    pub init_limit: u32,
    pub sync_limit: u32,
    pub version: ZkVersion,
}
