//! The words of ZooKeeper's API: operations, answers, errors, events.

use crate::fact::named_field;
use crate::ids::*;
use crate::release::ZkVersion;
use crate::time::SimTime;
use std::sync::Arc;

/// `org.apache.zookeeper.CreateMode`, as far as it exists here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CreateMode {
    /// It stays until it is deleted.
    Persistent,
    /// It goes with the session.
    Ephemeral,
    /// The server appends a number to its name.
    PersistentSequential,
    /// Both.
    EphemeralSequential,
}

impl CreateMode {
    /// It goes with the session.
    pub(crate) const fn is_ephemeral(self) -> bool {
        matches!(self, CreateMode::Ephemeral | CreateMode::EphemeralSequential)
    }

    /// The server appends a number.
    pub const fn is_sequential(self) -> bool {
        matches!(self, CreateMode::PersistentSequential | CreateMode::EphemeralSequential)
    }
}

/// A znode's data. Kafka's payloads are text; `null` and empty are told apart, as the real one does.
pub type ZData = Option<Arc<str>>;

/// One operation of a client. Version −1 means "any".
#[expect(missing_docs, reason = "operations and arguments are those of org.apache.zookeeper.ZooKeeper")]
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
#[expect(missing_docs, reason = "operations and arguments are those of org.apache.zookeeper.ZooKeeper")]
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
    /// All of them.
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
    /// Without its arguments.
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
    /// The transaction that created it.
    pub czxid: Zxid,
    /// The transaction that set its data last.
    pub mzxid: Zxid,
    /// The transaction that last created or deleted a child of it.
    pub pzxid: Zxid,
    /// The clock of the leader at `czxid`.
    pub ctime: Recorded<SimTime>,
    /// The clock of the leader at `mzxid`.
    pub mtime: Recorded<SimTime>,
    /// How often its data was set.
    pub version: i32,
    /// Creations and deletions of children (`DataNode.copyStat`).
    pub cversion: i32,
    /// How often its ACL was set: never, here.
    pub aversion: i32,
    /// 0 for a persistent znode.
    pub ephemeral_owner: SessionId,
    /// In bytes; 0 for `null`.
    pub data_length: u32,
    /// Now.
    pub num_children: u32,
}

/// The answer to an operation that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ZkReply {
    /// The path, with the sequence number that it got.
    Created(ZPath),
    /// Also of a close.
    Deleted,
    /// `None`: the znode is absent (`exists` treats NoNode as an answer).
    Exists(Option<Stat>),
    /// The data and the stat of one moment.
    Data(ZData, Stat),
    /// With the stat that it has from then on.
    Set(Stat),
    /// Sorted by name; the real order is arbitrary.
    Children(Vec<Arc<str>>, Stat),
    /// What was committed before the request is applied at this server.
    Synced,
    /// Inside a multi: the version was right.
    Checked,
    /// The answer to each of its operations.
    Multi(Vec<ZkReply>),
}

/// ZooKeeper's error codes (`KeeperException.Code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ZkError {
    /// Made by the client: the outcome is unknown.
    ConnectionLoss,
    /// Made by the client, before anything is sent: the path is none (Java's `IllegalArgumentException`).
    IllegalArgument,
    /// An operation that makes no sense, to the server.
    BadArguments,
    /// The znode, or its parent, is not there.
    NoNode,
    /// The znode has another version than was asked for.
    BadVersion,
    /// The parent is ephemeral.
    NoChildrenForEphemerals,
    /// A znode of that path is there.
    NodeExists,
    /// It has children.
    NotEmpty,
    /// The session is over, for good.
    SessionExpired,
    /// The session lives at another server.
    SessionMoved,
    /// Of the operations behind the failing one in a multi.
    RuntimeInconsistency,
}

impl ZkError {
    /// All of them.
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

    /// As in `KeeperException.Code`, in the style of class names.
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
    /// The one that counts.
    pub error: ZkError,
    /// Empty unless it is a multi.
    pub multi: Vec<Option<ZkError>>,
}

impl From<ZkError> for ZkFailure {
    fn from(error: ZkError) -> ZkFailure {
        ZkFailure { error, multi: Vec::new() }
    }
}

/// How an operation ended.
pub type ZkResult = Result<ZkReply, ZkFailure>;

/// `Watcher.Event.EventType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WatchEvent {
    /// To `exists` watches.
    NodeCreated,
    /// To data and child watches of the znode itself.
    NodeDeleted,
    /// To data watches.
    NodeDataChanged,
    /// To child watches of the parent.
    NodeChildrenChanged,
}

impl WatchEvent {
    /// All of them.
    pub const ALL: [WatchEvent; 4] = [
        WatchEvent::NodeCreated,
        WatchEvent::NodeDeleted,
        WatchEvent::NodeDataChanged,
        WatchEvent::NodeChildrenChanged,
    ];

    /// As in `Watcher.Event.EventType`.
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
    /// No server is connected; the session may live on.
    Disconnected,
    /// A server has confirmed the session.
    SyncConnected,
    /// A server said that the session is over; the handle does nothing any more.
    Expired,
    /// The client itself ended the session.
    Closed,
}

impl KeeperState {
    /// As in `Watcher.Event.KeeperState`.
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
    /// `tickTime`: the unit of the two limits, and the length of a session's bucket.
    pub tick_ms: u32,
    /// `initLimit`: within so many ticks a leader finds its followers and brings them into line.
    pub init_limit: u32,
    /// `syncLimit`: after so many ticks of silence a follower is given up, or its leader.
    pub sync_limit: u32,
    /// Of the servers, and of every client library.
    pub version: ZkVersion,
}
