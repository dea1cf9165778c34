//! What can be wrong with a file, as data: the page says it in the reader's language, [`Problem::fmt`] in English.

use sim_core::engine::setup::SetupError;
use sim_core::ids::BrokerId;
use std::fmt;

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// `steps[3].do.kill`; empty: the whole file.
    pub field: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.field.is_empty() {
            write!(f, ", field {}", self.field)?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// The form that a value should have.
#[expect(missing_docs, reason = "the forms of JSON")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Bool,
    Integer,
    List,
    Object,
    /// A text, or an object with `repeat` and `times`.
    Data,
}

/// The kind of node that a name should belong to.
#[expect(missing_docs, reason = "they are the lists of a setup")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Server,
    ZkClient,
    Producer,
    Consumer,
}

/// Whose settings.
#[expect(missing_docs, reason = "they are the lists of a setup")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Broker,
    JavaProducer,
    ScalaProducer,
    Consumer,
    Topic,
}

/// What is wrong. Each of them has its sentence in English below, by [`fmt::Display`].
#[expect(missing_docs, reason = "each has its sentence in `fmt`")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    NotJson,
    EndsEarly,
    MoreFollows,
    /// The format that the file says it has.
    Format(String),
    Expected(Kind),
    Missing(&'static str),
    UnknownField {
        name: String,
        fields: &'static [&'static str],
    },
    FieldTwice(String),
    UnknownWord {
        word: String,
        words: &'static [&'static str],
    },
    /// An object with exactly one of these.
    OneOf(&'static [&'static str]),
    Range {
        value: i64,
        min: i64,
        max: i64,
    },
    EraNotPlayable(&'static str),
    OnlyEnsemble,
    Servers(i64),
    NotAServer(String),
    NoServer,
    StandsTwice(BrokerId),
    TopicName(String),
    /// This field says what `assignment` says.
    SaidByAssignment(&'static str),
    TopicSize,
    NoPartitions,
    PartitionMissing(u32),
    NoReplica,
    NoBroker(i64),
    ClientNotPlayable {
        client: &'static str,
        playable: &'static str,
    },
    NoTopic,
    NameTaken(String),
    TopicTaken(String),
    Replicas {
        topic: String,
        brokers: usize,
    },
    Setup(SetupError),
    UnknownSetting {
        whose: Whose,
        key: String,
    },
    NotANumber {
        value: String,
        min: i64,
        max: i64,
    },
    NotABool(String),
    NotOneOf {
        value: String,
        choices: Vec<&'static str>,
    },
    NotAcks(String),
    NotABroker(String),
    NobodyNamed {
        name: String,
        /// The names that there are.
        names: String,
    },
    IsNot {
        name: String,
        kind: NodeKind,
    },
    NoForm,
    TwoForms(&'static str),
    Beside {
        field: &'static str,
        beside: &'static str,
    },
    NoBound,
    MoreThanADay(i64),
    Records(usize),
    NoKafka,
    LinkToItself,
    NotPlayable(&'static str),
    NotObservable(String),
    NotAPartition(String),
    NotAPath(String),
    OnlyInMulti,
    NotInMulti(&'static str),
    CloseStandsAlone,
    TooMuchData,
    /// The number of the step that allows several outcomes already.
    AllowsAlready(usize),
    ExpectAndAllow,
    Outcomes,
    NoReason,
    NotAnOutcome,
}

/// What is accepted and has no effect here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The simulator does without what this setting is about.
    Setting {
        /// Which kind of process has it.
        whose: Whose,
        /// Its real name.
        key: String,
    },
    /// 0.8.2 places replicas without it.
    Rack,
}

pub(crate) const WAIT_MS_MAX: i64 = 86_400_000;
pub(crate) const RECORDS_MAX: usize = 10_000;
pub(crate) const OUTCOMES_MAX: usize = 3;
pub(crate) const DATA_BYTES_MAX: usize = 4 << 20;

/// What can be observed.
pub const OBSERVABLE: &str =
    "results, events, znodes:/path, ensemble, topics, controller, groups, log:topic-partition, received";

/// `` `a`, `b` ``.
pub fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

impl Kind {
    const fn english(self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Bool => "`true` or `false`",
            Kind::Integer => "an integer",
            Kind::List => "a list",
            Kind::Object => "an object",
            Kind::Data => "a text or an object with `repeat` and `times`",
        }
    }
}

impl NodeKind {
    const fn english(self) -> &'static str {
        match self {
            NodeKind::Server => "a ZooKeeper server",
            NodeKind::ZkClient => "a ZooKeeper client",
            NodeKind::Producer => "a producer",
            NodeKind::Consumer => "a consumer",
        }
    }
}

impl Whose {
    const fn english(self) -> &'static str {
        match self {
            Whose::Broker => "a broker",
            Whose::JavaProducer => "a java producer",
            Whose::ScalaProducer => "a scala producer",
            Whose::Consumer => "a zookeeper consumer",
            Whose::Topic => "a topic",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Setting { whose, key } => write!(f, "{key} of {} has no effect in the simulator", whose.english()),
            Note::Rack => write!(f, "rack has no effect: 0.8.2 places replicas without it"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NotJson => write!(f, "not JSON from here on"),
            Problem::EndsEarly => write!(f, "not JSON: the text ends too early"),
            Problem::MoreFollows => write!(f, "something follows after the end of the scenario"),
            Problem::Format(format) => write!(f, "this version reads format 1, not {format}"),
            Problem::Expected(kind) => write!(f, "this should be {}", kind.english()),
            Problem::Missing(name) => write!(f, "missing field `{name}`"),
            Problem::UnknownField { name, fields } => {
                write!(f, "unknown field `{name}`, expected one of {}", quoted(fields))
            }
            Problem::FieldTwice(name) => write!(f, "the field `{name}` stands there twice"),
            Problem::UnknownWord { word, words } => {
                write!(f, "unknown word `{word}`, expected one of {}", quoted(words))
            }
            Problem::OneOf(words) => write!(f, "this should be an object with exactly one of {}", quoted(words)),
            Problem::Range { value, min, max } => write!(f, "{value} is not in {min} to {max}"),
            Problem::EraNotPlayable(era) => {
                write!(f, "era `{era}` is not playable in this version yet; `0.8.2` and `zookeeper` are")
            }
            Problem::OnlyEnsemble => {
                write!(f, "era `zookeeper` is an ensemble alone: it has no brokers, topics, producers and consumers")
            }
            Problem::Servers(count) => write!(f, "an ensemble has 1 to 5 servers here, not {count}"),
            Problem::NotAServer(name) => write!(f, "`{name}` is not a server's name; they are zk1, zk2, …"),
            Problem::NoServer => write!(f, "a client needs at least one server"),
            Problem::StandsTwice(id) => write!(f, "broker {id} stands there twice"),
            Problem::TopicName(name) => {
                write!(f, "`{name}` is not a legal topic name: 1 to 60 letters, digits, `.`, `_` and `-`")
            }
            Problem::SaidByAssignment(field) => write!(f, "with `assignment`, `{field}` is said already"),
            Problem::TopicSize => {
                write!(f, "a topic needs `partitions` and `replication_factor`, or `assignment`")
            }
            Problem::NoPartitions => write!(f, "an assignment needs at least partition 0"),
            Problem::PartitionMissing(nth) => {
                write!(f, "partition {nth} is missing: partitions are numbered 0, 1, 2, …")
            }
            Problem::NoReplica => write!(f, "a partition needs at least one replica"),
            Problem::NoBroker(id) => write!(f, "there is no broker {id} in the setup"),
            Problem::ClientNotPlayable { client, playable } => {
                write!(f, "the client `{client}` is not playable in this version yet; playable are {playable}")
            }
            Problem::NoTopic => write!(f, "a consumer needs at least one topic"),
            Problem::NameTaken(name) => write!(f, "the name `{name}` is taken already"),
            Problem::TopicTaken(name) => write!(f, "there is a topic `{name}` already"),
            Problem::Replicas { topic, brokers } => write!(
                f,
                "`{topic}` needs 1 to {brokers} replicas for each partition: that is how many brokers there are"
            ),
            Problem::Setup(error) => write!(f, "{error}"),
            Problem::UnknownSetting { whose, key } => {
                write!(f, "{} has no setting `{key}` in this version", whose.english())
            }
            Problem::NotANumber { value, min, max } => write!(f, "`{value}` is not a number from {min} to {max}"),
            Problem::NotABool(value) => write!(f, "`{value}` is neither `true` nor `false`"),
            Problem::NotOneOf { value, choices } => write!(f, "`{value}` is not one of {}", quoted(choices)),
            Problem::NotAcks(value) => write!(f, "`{value}` is neither `all` nor a number from -1 to 100"),
            Problem::NotABroker(name) => write!(f, "`{name}` is not a broker of the setup"),
            Problem::NobodyNamed { name, names } => {
                write!(f, "nobody in the setup has the name `{name}`; there are {names}")
            }
            Problem::IsNot { name, kind } => write!(f, "`{name}` is not {}", kind.english()),
            Problem::NoForm => write!(f, "a step is one of `do`, `until`, `settle`, `wait_ms` and `observe`"),
            Problem::TwoForms(first) => write!(f, "a step is one thing, and this one is a `{first}` already"),
            Problem::Beside { field, beside } => write!(f, "`{field}` stands beside `{beside}`"),
            Problem::NoBound => write!(f, "`until` needs `within_ms` beside it: everything has a bound"),
            Problem::MoreThanADay(ms) => write!(f, "{ms} is more than a day ({WAIT_MS_MAX} ms)"),
            Problem::Records(count) => write!(f, "{count} records; 1 to {RECORDS_MAX} are possible"),
            Problem::NoKafka => write!(f, "there is no broker in the setup"),
            Problem::LinkToItself => write!(f, "a link joins two different nodes"),
            Problem::NotPlayable(what) => write!(f, "`{what}` is not playable in this version yet"),
            Problem::NotObservable(name) => write!(f, "`{name}` cannot be observed; there are {OBSERVABLE}"),
            Problem::NotAPartition(name) => write!(f, "`{name}` is not a partition; they are written like `orders-0`"),
            Problem::NotAPath(path) => write!(f, "`{path}` is not a znode's path"),
            Problem::OnlyInMulti => write!(f, "`check` stands only in a `multi`"),
            Problem::NotInMulti(name) => {
                write!(f, "a `multi` holds create, delete, set_data and check, not `{name}`")
            }
            Problem::CloseStandsAlone => write!(f, "`close` stands alone"),
            Problem::TooMuchData => write!(f, "more than {DATA_BYTES_MAX} bytes"),
            Problem::AllowsAlready(first) => {
                write!(f, "one step of a file may allow several outcomes, and steps[{first}] does")
            }
            Problem::ExpectAndAllow => write!(f, "`expect` and `allow` exclude each other"),
            Problem::Outcomes => write!(f, "1 to {OUTCOMES_MAX} outcomes may be allowed"),
            Problem::NoReason => write!(f, "`allow` needs a `because`: why real time decides here"),
            Problem::NotAnOutcome => write!(f, "an outcome is an object whose keys are the names observed"),
        }
    }
}
