//! The scenario file, format 1, as it stands in JSON. These types are the format: the JSON schema
//! (`docs/scenario.schema.json`) is made from them, and what they do not name is an error.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// One story that can be told to the simulator and, where a real system can play it, to the real one.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Always 1.
    pub format: u32,
    pub name: String,
    /// One sentence: what this shows and what rule it checks.
    pub about: String,
    /// The same sentence in 中文, for the page.
    #[serde(default)]
    pub about_zh: Option<String>,
    pub setup: FileSetup,
    pub steps: Vec<FileStep>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSetup {
    pub era: FileEra,
    #[serde(default)]
    pub zookeeper: FileZooKeeper,
    #[serde(default)]
    pub zk_clients: Vec<FileZkClient>,
    #[serde(default)]
    pub brokers: Vec<FileBroker>,
    /// What all brokers share, by the real config names.
    #[serde(default)]
    pub broker_config: FileConfig,
    #[serde(default)]
    pub topics: Vec<FileTopic>,
    #[serde(default)]
    pub producers: Vec<FileProducer>,
    #[serde(default)]
    pub consumers: Vec<FileConsumer>,
}

/// Settings by their real names, values as text.
pub type FileConfig = BTreeMap<String, String>;

/// Which generation is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum FileEra {
    #[serde(rename = "0.7")]
    V0_7,
    #[serde(rename = "0.8.2")]
    V0_8_2,
    #[serde(rename = "3.9")]
    V3_9,
    #[serde(rename = "4.x")]
    V4,
    /// An ensemble alone.
    #[serde(rename = "zookeeper")]
    ZooKeeper,
}

impl FileEra {
    pub const fn name(self) -> &'static str {
        match self {
            FileEra::V0_7 => "0.7",
            FileEra::V0_8_2 => "0.8.2",
            FileEra::V3_9 => "3.9",
            FileEra::V4 => "4.x",
            FileEra::ZooKeeper => "zookeeper",
        }
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FileZooKeeper {
    pub servers: u16,
    pub tick_ms: u32,
    pub init_limit: u32,
    pub sync_limit: u32,
    /// Whose behaviour is meant, servers and client library.
    pub version: Option<FileZkVersion>,
}

impl Default for FileZooKeeper {
    fn default() -> FileZooKeeper {
        FileZooKeeper { servers: 3, tick_ms: 2_000, init_limit: 10, sync_limit: 5, version: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum FileZkVersion {
    #[serde(rename = "3.4")]
    V3_4,
    #[serde(rename = "3.9")]
    V3_9,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileZkClient {
    pub name: String,
    /// Server names; with several, it may start at any of them.
    pub connect: Vec<String>,
    pub session_timeout_ms: u32,
}

/// Data to be written: a text, or one that is repeated, for data that is large.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum FileData {
    Text(String),
    Repeated(FileRepeated),
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRepeated {
    pub repeat: String,
    pub times: u32,
}

/// Written by hand, so that a complaint names the field that is wrong and not the enum.
impl<'de> Deserialize<'de> for FileData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FileData, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = FileData;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an object with `repeat` and `times`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<FileData, E> {
                Ok(FileData::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FileData, A::Error> {
                FileRepeated::deserialize(MapAccessDeserializer::new(map)).map(FileData::Repeated)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileBroker {
    pub id: u16,
    #[serde(default)]
    pub rack: Option<String>,
    #[serde(default)]
    pub config: FileConfig,
}

/// A topic: `partitions` and `replication_factor`, or `assignment`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileTopic {
    pub name: String,
    #[serde(default)]
    pub partitions: Option<u32>,
    #[serde(default)]
    pub replication_factor: Option<u16>,
    #[serde(default)]
    pub assignment: Option<FileAssignment>,
    #[serde(default)]
    pub config: FileConfig,
}

/// Partition to brokers, the preferred one first.
pub type FileAssignment = BTreeMap<u32, Vec<u16>>;

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileProducer {
    pub name: String,
    #[serde(default = "java")]
    pub client: ProducerClient,
    #[serde(default)]
    pub config: FileConfig,
}

fn java() -> ProducerClient {
    ProducerClient::Java
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ProducerClient {
    #[serde(rename = "java")]
    Java,
    #[serde(rename = "scala")]
    Scala,
    #[serde(rename = "zk-aware")]
    ZkAware,
    #[serde(rename = "layer-4")]
    Layer4,
}

impl ProducerClient {
    pub const fn name(self) -> &'static str {
        match self {
            ProducerClient::Java => "java",
            ProducerClient::Scala => "scala",
            ProducerClient::ZkAware => "zk-aware",
            ProducerClient::Layer4 => "layer-4",
        }
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileConsumer {
    pub name: String,
    pub group: String,
    #[serde(default = "zookeeper")]
    pub client: ConsumerClient,
    pub topics: Vec<String>,
    #[serde(default)]
    pub config: FileConfig,
    #[serde(default = "yes")]
    pub start: bool,
}

fn zookeeper() -> ConsumerClient {
    ConsumerClient::ZooKeeper
}

fn yes() -> bool {
    true
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ConsumerClient {
    #[serde(rename = "zookeeper")]
    ZooKeeper,
    #[serde(rename = "java")]
    Java,
}

/// One step: exactly one of `do`, `until`, `settle`, `wait_ms` and `observe`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileStep {
    #[serde(rename = "do")]
    pub order: Option<FileDo>,
    pub until: Option<FileCondition>,
    pub within_ms: Option<u64>,
    pub settle: Option<FileSettle>,
    pub wait_ms: Option<u64>,
    pub observe: Option<Vec<String>>,
    /// Beside `observe`: at most three complete outcomes, where real time decides.
    pub allow: Option<Vec<serde_json::Value>>,
    pub because: Option<String>,
    /// Beside `observe`: the one outcome.
    pub expect: Option<serde_json::Value>,
}

/// The forms of a step, for the schema: in the file a wrong form gets a better sentence from [`FileStep`].
#[derive(JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
#[allow(dead_code)]
enum StepForms {
    Do {
        #[serde(rename = "do")]
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

impl JsonSchema for FileStep {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        StepForms::json_schema(generator)
    }
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSettle {
    pub within_ms: u64,
}

/// What is done. Targets are names of servers, brokers, producers, consumers and ZooKeeper clients.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileDo {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileCut {
    Reset,
    Silent,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    #[serde(default)]
    pub key: Option<String>,
    pub value: String,
    #[serde(default)]
    pub partition: Option<u32>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileZkOp {
    Create {
        path: String,
        #[serde(default)]
        data: Option<FileData>,
        #[serde(default = "persistent")]
        mode: FileCreateMode,
    },
    Delete {
        path: String,
        #[serde(default = "any_version")]
        version: i32,
    },
    Exists {
        path: String,
        #[serde(default)]
        watch: bool,
    },
    GetData {
        path: String,
        #[serde(default)]
        watch: bool,
    },
    SetData {
        path: String,
        #[serde(default)]
        data: Option<FileData>,
        #[serde(default = "any_version")]
        version: i32,
    },
    GetChildren {
        path: String,
        #[serde(default)]
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileCreateMode {
    Persistent,
    Ephemeral,
    PersistentSequential,
    EphemeralSequential,
}

/// A condition over what a user of the real system could read.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileCondition {
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileRole {
    Leader,
    Follower,
    Looking,
    Standalone,
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileClientState {
    Connected,
    Disconnected,
    Expired,
}
