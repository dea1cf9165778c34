//! The JSON schema of scenario files (`docs/scenario.schema.json`), for editors. The files are read by the crate
//! `scenario-file`; a test compares the names of all fields and words with those that it knows.

// Their shape is the point: nobody builds one.
#![allow(dead_code)]

use schemars::JsonSchema;
use std::collections::BTreeMap;

/// The JSON schema of the format.
pub(crate) fn schema() -> String {
    let schema = schemars::schema_for!(ScenarioFile);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// One story that can be told to the simulator and, where a real system can play it, to the real one.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ScenarioFile {
    /// Always 1.
    format: u32,
    name: String,
    /// One sentence: what this shows and what rule it checks.
    about: String,
    /// The same sentence in 中文, for the page.
    #[schemars(default)]
    about_zh: Option<String>,
    setup: FileSetup,
    steps: Vec<FileStep>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileSetup {
    era: FileEra,
    #[schemars(default)]
    zookeeper: FileZooKeeper,
    #[schemars(default)]
    zk_clients: Vec<FileZkClient>,
    #[schemars(default)]
    brokers: Vec<FileBroker>,
    /// What all brokers share, by the real config names.
    #[schemars(default)]
    broker_config: FileConfig,
    #[schemars(default)]
    topics: Vec<FileTopic>,
    #[schemars(default)]
    producers: Vec<FileProducer>,
    #[schemars(default)]
    consumers: Vec<FileConsumer>,
}

/// Settings by their real names, values as text.
type FileConfig = BTreeMap<String, String>;

/// Which generation is meant.
#[derive(JsonSchema)]
enum FileEra {
    #[schemars(rename = "0.7")]
    V0_7,
    #[schemars(rename = "0.8.2")]
    V0_8_2,
    #[schemars(rename = "3.9")]
    V3_9,
    #[schemars(rename = "4.x")]
    V4,
    /// An ensemble alone.
    #[schemars(rename = "zookeeper")]
    ZooKeeper,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, default)]
struct FileZooKeeper {
    servers: u16,
    tick_ms: u32,
    init_limit: u32,
    sync_limit: u32,
    /// Whose behaviour is meant, servers and client library.
    version: Option<FileZkVersion>,
}

impl Default for FileZooKeeper {
    fn default() -> FileZooKeeper {
        FileZooKeeper { servers: 3, tick_ms: 2_000, init_limit: 10, sync_limit: 5, version: None }
    }
}

#[derive(JsonSchema)]
enum FileZkVersion {
    #[schemars(rename = "3.4")]
    V3_4,
    #[schemars(rename = "3.9")]
    V3_9,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileZkClient {
    name: String,
    /// Server names; with several, it may start at any of them.
    connect: Vec<String>,
    session_timeout_ms: u32,
}

/// Data to be written: a text, or one that is repeated, for data that is large.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum FileData {
    Text(String),
    Repeated(FileRepeated),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileRepeated {
    repeat: String,
    times: u32,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileBroker {
    id: u16,
    #[schemars(default)]
    rack: Option<String>,
    #[schemars(default)]
    config: FileConfig,
}

/// A topic: `partitions` and `replication_factor`, or `assignment`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileTopic {
    name: String,
    #[schemars(default)]
    partitions: Option<u32>,
    #[schemars(default)]
    replication_factor: Option<u16>,
    #[schemars(default)]
    assignment: Option<FileAssignment>,
    #[schemars(default)]
    config: FileConfig,
}

/// Partition to brokers, the preferred one first.
type FileAssignment = BTreeMap<u32, Vec<u16>>;

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileProducer {
    name: String,
    #[schemars(default = "java")]
    client: ProducerClient,
    #[schemars(default)]
    config: FileConfig,
}

fn java() -> ProducerClient {
    ProducerClient::Java
}

#[derive(JsonSchema)]
enum ProducerClient {
    #[schemars(rename = "java")]
    Java,
    #[schemars(rename = "scala")]
    Scala,
    #[schemars(rename = "zk-aware")]
    ZkAware,
    #[schemars(rename = "layer-4")]
    Layer4,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileConsumer {
    name: String,
    group: String,
    #[schemars(default = "zookeeper")]
    client: ConsumerClient,
    topics: Vec<String>,
    #[schemars(default)]
    config: FileConfig,
    #[schemars(default = "yes")]
    start: bool,
}

fn zookeeper() -> ConsumerClient {
    ConsumerClient::ZooKeeper
}

fn yes() -> bool {
    true
}

#[derive(JsonSchema)]
enum ConsumerClient {
    #[schemars(rename = "zookeeper")]
    ZooKeeper,
    #[schemars(rename = "java")]
    Java,
}

/// One step: exactly one of `do`, `until`, `settle`, `wait_ms` and `observe`.
#[derive(JsonSchema)]
#[schemars(untagged, deny_unknown_fields, rename = "Step")]
enum FileStep {
    Do {
        #[schemars(rename = "do")]
        order: FileDo,
    },
    Until {
        until: FileCondition,
        within_ms: u64,
    },
    Settle {
        settle: FileSettle,
    },
    Wait {
        wait_ms: u64,
    },
    Allow {
        observe: Vec<String>,
        #[schemars(length(min = 1, max = 3))]
        allow: Vec<BTreeMap<String, serde_json::Value>>,
        because: String,
    },
    Expect {
        observe: Vec<String>,
        expect: BTreeMap<String, serde_json::Value>,
    },
    Observe {
        observe: Vec<String>,
    },
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileSettle {
    within_ms: u64,
}

/// What is done. Targets are names of servers, brokers, producers, consumers and ZooKeeper clients.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", deny_unknown_fields)]
enum FileDo {
    Start(String),
    /// A clean shutdown.
    Stop(String),
    /// The process dies: peers see their connections reset.
    Kill(String),
    /// The machine dies: silence.
    PowerOff(String),
    /// A long pause.
    Freeze(String),
    Thaw(String),
    Cut {
        between: [String; 2],
        how: FileCut,
    },
    Heal {
        between: [String; 2],
    },
    /// One ZooKeeper operation, awaited.
    Zk {
        client: String,
        op: FileZkOp,
    },
    CreateTopic(FileTopic),
    AddPartitions {
        topic: String,
        total: u32,
    },
    DeleteTopic(String),
    Reassign {
        topic: String,
        assignment: FileAssignment,
    },
    ElectPreferred,
    /// Records, sent in order and awaited.
    Produce {
        producer: String,
        topic: String,
        records: Vec<FileRecord>,
    },
    /// Commit what was handed to the application.
    Commit(String),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum FileCut {
    Reset,
    Silent,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FileRecord {
    #[schemars(default)]
    key: Option<String>,
    value: String,
    #[schemars(default)]
    partition: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", deny_unknown_fields)]
enum FileZkOp {
    Create {
        path: String,
        #[schemars(default)]
        data: Option<FileData>,
        #[schemars(default = "persistent")]
        mode: FileCreateMode,
    },
    Delete {
        path: String,
        #[schemars(default = "any_version")]
        version: i32,
    },
    Exists {
        path: String,
        #[schemars(default)]
        watch: bool,
    },
    GetData {
        path: String,
        #[schemars(default)]
        watch: bool,
    },
    SetData {
        path: String,
        #[schemars(default)]
        data: Option<FileData>,
        #[schemars(default = "any_version")]
        version: i32,
    },
    GetChildren {
        path: String,
        #[schemars(default)]
        watch: bool,
    },
    Sync {
        path: String,
    },
    Multi(Vec<FileZkOp>),
    /// Only in a multi.
    Check {
        path: String,
        version: i32,
    },
    /// Closes the session.
    Close,
}

fn persistent() -> FileCreateMode {
    FileCreateMode::Persistent
}

fn any_version() -> i32 {
    -1
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum FileCreateMode {
    Persistent,
    Ephemeral,
    PersistentSequential,
    EphemeralSequential,
}

/// A condition over what a user of the real system could read.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", deny_unknown_fields)]
enum FileCondition {
    ZnodeExists(String),
    ZnodeGone(String),
    ZnodeJson {
        path: String,
        has: BTreeMap<String, serde_json::Value>,
    },
    /// A write through a fresh client, given all servers, succeeds (or, `false`, fails).
    Service(bool),
    Role {
        node: String,
        is: FileRole,
    },
    ClientState {
        client: String,
        is: FileClientState,
    },
    Leader {
        topic: String,
        partition: u32,
        /// −1: none.
        is: i32,
    },
    Isr {
        topic: String,
        partition: u32,
        is: Vec<u16>,
    },
    Controller(u16),
    Received {
        consumer: String,
        at_least: u64,
    },
    Owns {
        consumer: String,
        partitions: Vec<String>,
    },
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum FileRole {
    Leader,
    Follower,
    Looking,
    Standalone,
    Down,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum FileClientState {
    Connected,
    Disconnected,
    Expired,
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario_file::shape;
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[test]
    fn the_schema_in_the_repository_is_the_one_of_the_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/scenario.schema.json");
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            stored == schema(),
            "docs/scenario.schema.json is out of date: cargo xtask sim --schema > docs/scenario.schema.json"
        );
    }

    /// The names of an object's fields and of an enumeration's words, each set of them once.
    fn names(schema: &Value, found: &mut BTreeSet<BTreeSet<String>>) {
        match schema {
            Value::Object(members) => {
                if let Some(Value::Object(fields)) = members.get("properties") {
                    found.insert(fields.keys().cloned().collect());
                }
                let word = |value: &Value| value.as_str().map(str::to_owned);
                let alone = members.get("const").and_then(word).map(|word| BTreeSet::from([word]));
                let several = members.get("enum").and_then(Value::as_array);
                found.extend(alone);
                found.extend(several.map(|words| words.iter().filter_map(word).collect()));
                members.values().for_each(|value| names(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| names(value, found)),
            _ => {}
        }
    }

    #[test]
    fn what_is_read_and_what_the_schema_names_are_the_same() {
        let schema: Value = serde_json::from_str(&schema()).expect("it is JSON");
        let mut in_schema = BTreeSet::new();
        names(&schema, &mut in_schema);
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        for fields in [
            shape::FILE,
            shape::SETUP,
            shape::ZOOKEEPER,
            shape::ZK_CLIENT,
            shape::REPEATED,
            shape::BROKER,
            shape::TOPIC,
            shape::PRODUCER,
            shape::PRODUCER_CLIENT,
            shape::CONSUMER,
            shape::CONSUMER_CLIENT,
            shape::SETTLE,
            shape::CUT,
            shape::CUT_HOW,
            shape::HEAL,
            shape::ZK,
            shape::PRODUCE,
            shape::RECORD,
            shape::CREATE,
            shape::CREATE_MODE,
            shape::DELETE,
            shape::READ,
            shape::SET_DATA,
            shape::SYNC,
            shape::CHECK,
            shape::ZK_VERSION,
            shape::ZNODE_JSON,
            shape::ROLE,
            shape::ROLES,
            shape::CLIENT_STATE,
            shape::CLIENT_STATES,
            shape::LEADER,
            shape::RECEIVED,
            shape::OWNS,
        ] {
            assert!(in_schema.contains(&of(fields)), "the schema has no {fields:?}");
        }
        // What the schema has as an object or a word of its own for each variant.
        let words: BTreeSet<&String> = in_schema.iter().flatten().collect();
        for variants in [shape::ERA, shape::STEP, shape::DO, shape::ZK_OP, shape::CONDITION] {
            let missing: Vec<_> = variants.iter().filter(|name| !words.contains(&(**name).to_owned())).collect();
            assert!(missing.is_empty(), "the schema has no {missing:?}");
        }
        let known: BTreeSet<&str> = shape::ALL.iter().flat_map(|names| names.iter().copied()).collect();
        let unknown: Vec<_> = words.into_iter().filter(|name| !known.contains(name.as_str())).collect();
        assert!(unknown.is_empty(), "nobody reads {unknown:?}");
    }
}
