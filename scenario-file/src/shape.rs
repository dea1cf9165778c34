//! The names of all fields and words. `conform` compares them with the schema.

/// The whole file.
pub const FILE: &[&str] = &["format", "name", "about", "about_zh", "setup", "steps"];
/// `setup`
pub const SETUP: &[&str] =
    &["era", "zookeeper", "zk_clients", "brokers", "broker_config", "topics", "producers", "consumers"];
/// `setup.era`; not all of them are playable.
pub const ERA: &[&str] = &["0.7", "0.8.2", "3.9", "4.x", "zookeeper"];
/// `setup.zookeeper`
pub const ZOOKEEPER: &[&str] = &["servers", "tick_ms", "init_limit", "sync_limit", "version"];
/// `setup.zookeeper.version`
pub const ZK_VERSION: &[&str] = &["3.4", "3.9"];
/// An item of `setup.zk_clients`.
pub const ZK_CLIENT: &[&str] = &["name", "connect", "session_timeout_ms"];
/// Long data: a text and how often it comes.
pub const REPEATED: &[&str] = &["repeat", "times"];
/// An item of `setup.brokers`.
pub const BROKER: &[&str] = &["id", "rack", "config"];
/// An item of `setup.topics`, and `create_topic`.
pub const TOPIC: &[&str] = &["name", "partitions", "replication_factor", "assignment", "config"];
/// An item of `setup.producers`.
pub const PRODUCER: &[&str] = &["name", "client", "config"];
/// Its `client`; not all of them are playable.
pub const PRODUCER_CLIENT: &[&str] = &["java", "scala", "zk-aware", "layer-4"];
/// An item of `setup.consumers`.
pub const CONSUMER: &[&str] = &["name", "group", "client", "topics", "config", "start"];
/// Its `client`; not all of them are playable.
pub const CONSUMER_CLIENT: &[&str] = &["zookeeper", "java"];
/// An item of `steps`.
pub const STEP: &[&str] = &["do", "until", "within_ms", "settle", "wait_ms", "observe", "allow", "because", "expect"];
/// `settle`
pub const SETTLE: &[&str] = &["within_ms"];
/// `do`: one of these.
pub const DO: &[&str] = &[
    "start",
    "stop",
    "kill",
    "power_off",
    "freeze",
    "thaw",
    "cut",
    "heal",
    "zk",
    "create_topic",
    "add_partitions",
    "delete_topic",
    "reassign",
    "elect_preferred",
    "produce",
    "commit",
];
/// `do.add_partitions`
pub const ADD_PARTITIONS: &[&str] = &["topic", "total"];
/// `do.cut`
pub const CUT: &[&str] = &["between", "how"];
/// `do.cut.how`
pub const CUT_HOW: &[&str] = &["reset", "silent"];
/// `do.heal`
pub const HEAL: &[&str] = &["between"];
/// `do.zk`
pub const ZK: &[&str] = &["client", "op"];
/// `do.produce`
pub const PRODUCE: &[&str] = &["producer", "topic", "records"];
/// An item of `do.produce.records`.
pub const RECORD: &[&str] = &["key", "value", "partition"];
/// `do.zk.op`: one of these.
pub const ZK_OP: &[&str] =
    &["create", "delete", "exists", "get_data", "set_data", "get_children", "sync", "multi", "check", "close"];
/// `op.create`
pub const CREATE: &[&str] = &["path", "data", "mode"];
/// `op.create.mode`
pub const CREATE_MODE: &[&str] = &["persistent", "ephemeral", "persistent_sequential", "ephemeral_sequential"];
/// `op.delete`
pub const DELETE: &[&str] = &["path", "version"];
/// `op.exists`, `op.get_data`, `op.get_children`
pub const READ: &[&str] = &["path", "watch"];
/// `op.set_data`
pub const SET_DATA: &[&str] = &["path", "data", "version"];
/// `op.sync`
pub const SYNC: &[&str] = &["path"];
/// `check`, in a `multi`.
pub const CHECK: &[&str] = &["path", "version"];
/// `until`: one of these.
pub const CONDITION: &[&str] = &[
    "znode_exists",
    "znode_gone",
    "znode_json",
    "service",
    "role",
    "client_state",
    "leader",
    "isr",
    "controller",
    "received",
    "owns",
];
/// `until.znode_json`
pub const ZNODE_JSON: &[&str] = &["path", "has"];
/// `until.role`
pub const ROLE: &[&str] = &["node", "is"];
/// `until.role.is`
pub const ROLES: &[&str] = &["leader", "follower", "looking", "standalone", "down"];
/// `until.client_state`
pub const CLIENT_STATE: &[&str] = &["client", "is"];
/// `until.client_state.is`
pub const CLIENT_STATES: &[&str] = &["connected", "disconnected", "expired"];
/// `until.leader` and `until.isr`.
pub const LEADER: &[&str] = &["topic", "partition", "is"];
/// `until.received`
pub const RECEIVED: &[&str] = &["consumer", "at_least"];
/// `until.owns`
pub const OWNS: &[&str] = &["consumer", "partitions"];

/// All of them.
pub const ALL: &[&[&str]] = &[
    FILE,
    SETUP,
    ERA,
    ZOOKEEPER,
    ZK_VERSION,
    ZK_CLIENT,
    REPEATED,
    BROKER,
    TOPIC,
    PRODUCER,
    PRODUCER_CLIENT,
    CONSUMER,
    CONSUMER_CLIENT,
    STEP,
    SETTLE,
    DO,
    ADD_PARTITIONS,
    CUT,
    CUT_HOW,
    HEAL,
    ZK,
    PRODUCE,
    RECORD,
    ZK_OP,
    CREATE,
    CREATE_MODE,
    DELETE,
    READ,
    SET_DATA,
    SYNC,
    CHECK,
    CONDITION,
    ZNODE_JSON,
    ROLE,
    ROLES,
    CLIENT_STATE,
    CLIENT_STATES,
    LEADER,
    RECEIVED,
    OWNS,
    NOT_YET,
];

/// Fields of what is not playable yet, and so not read.
const NOT_YET: &[&str] = &["topic", "assignment"];
