//! The names of all fields and words. `conform` compares them with the schema.

pub const FILE: &[&str] = &["format", "name", "about", "about_zh", "setup", "steps"];
pub const SETUP: &[&str] =
    &["era", "zookeeper", "zk_clients", "brokers", "broker_config", "topics", "producers", "consumers"];
pub const ERA: &[&str] = &["0.7", "0.8.2", "3.9", "4.x", "zookeeper"];
pub const ZOOKEEPER: &[&str] = &["servers", "tick_ms", "init_limit", "sync_limit", "version"];
pub const ZK_VERSION: &[&str] = &["3.4", "3.9"];
pub const ZK_CLIENT: &[&str] = &["name", "connect", "session_timeout_ms"];
pub const REPEATED: &[&str] = &["repeat", "times"];
pub const BROKER: &[&str] = &["id", "rack", "config"];
pub const TOPIC: &[&str] = &["name", "partitions", "replication_factor", "assignment", "config"];
pub const PRODUCER: &[&str] = &["name", "client", "config"];
pub const PRODUCER_CLIENT: &[&str] = &["java", "scala", "zk-aware", "layer-4"];
pub const CONSUMER: &[&str] = &["name", "group", "client", "topics", "config", "start"];
pub const CONSUMER_CLIENT: &[&str] = &["zookeeper", "java"];
pub const STEP: &[&str] = &["do", "until", "within_ms", "settle", "wait_ms", "observe", "allow", "because", "expect"];
pub const SETTLE: &[&str] = &["within_ms"];
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
pub const CUT: &[&str] = &["between", "how"];
pub const CUT_HOW: &[&str] = &["reset", "silent"];
pub const HEAL: &[&str] = &["between"];
pub const ZK: &[&str] = &["client", "op"];
pub const PRODUCE: &[&str] = &["producer", "topic", "records"];
pub const RECORD: &[&str] = &["key", "value", "partition"];
pub const ZK_OP: &[&str] =
    &["create", "delete", "exists", "get_data", "set_data", "get_children", "sync", "multi", "check", "close"];
pub const CREATE: &[&str] = &["path", "data", "mode"];
pub const CREATE_MODE: &[&str] = &["persistent", "ephemeral", "persistent_sequential", "ephemeral_sequential"];
pub const DELETE: &[&str] = &["path", "version"];
pub const READ: &[&str] = &["path", "watch"];
pub const SET_DATA: &[&str] = &["path", "data", "version"];
pub const SYNC: &[&str] = &["path"];
pub const CHECK: &[&str] = &["path", "version"];
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
pub const ZNODE_JSON: &[&str] = &["path", "has"];
pub const ROLE: &[&str] = &["node", "is"];
pub const ROLES: &[&str] = &["leader", "follower", "looking", "standalone", "down"];
pub const CLIENT_STATE: &[&str] = &["client", "is"];
pub const CLIENT_STATES: &[&str] = &["connected", "disconnected", "expired"];
pub const LEADER: &[&str] = &["topic", "partition", "is"];
pub const RECEIVED: &[&str] = &["consumer", "at_least"];
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
const NOT_YET: &[&str] = &["topic", "total", "assignment"];
