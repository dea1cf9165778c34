//! The cluster that a run starts with.

use crate::client::{ConsumerConfig, ProducerConfig};
use crate::ids::*;
use crate::kafka::BrokerConfig;
use crate::order::{Placement, TopicSpec};
use crate::release::{Kafka, ZkVersion};
use crate::zookeeper::EnsembleConfig;
use std::fmt;
use std::sync::Arc;

/// A broker that is there at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BrokerSetup {
    /// `broker.id`
    pub id: BrokerId,
    /// All of its settings.
    pub config: BrokerConfig,
}

/// A producer that is there at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProducerSetup {
    /// No other process has it.
    pub name: Arc<str>,
    /// All of its settings, and which of the two producers it is.
    pub config: ProducerConfig,
}

/// A consumer that is there at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsumerSetup {
    /// No other process has it. It is part of the consumer id in ZooKeeper.
    pub name: Arc<str>,
    /// Its group, its topics and its settings.
    pub config: ConsumerConfig,
    /// False: it is there and does not run yet.
    pub start: bool,
}

/// A bare ZooKeeper client that is there at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkShellSetup {
    /// No other process has it.
    pub name: Arc<str>,
    /// Ids of the servers it may use.
    pub connect: Vec<u16>,
    /// What it asks for; the server has the last word.
    pub session_timeout_ms: u32,
}

/// What stands there before the first step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Setup {
    /// None: an ensemble alone.
    pub kafka: Option<Kafka>,
    /// The ZooKeeper servers, their version and settings.
    pub ensemble: EnsembleConfig,
    /// Bare ZooKeeper clients, numbered from 1 in this order.
    pub zk_shells: Vec<ZkShellSetup>,
    /// Started together, once the ensemble serves.
    pub brokers: Vec<BrokerSetup>,
    /// Created by the admin tool, in this order.
    pub topics: Vec<TopicSpec>,
    /// Numbered from 1 in this order.
    pub producers: Vec<ProducerSetup>,
    /// Numbered from 1 in this order.
    pub consumers: Vec<ConsumerSetup>,
}

/// Why a setup cannot be built. The names and numbers are the offending ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupError {
    /// 1 to 5 servers are supported, with ids 1, 2, 3, …
    Servers(u32),
    /// Zero, or so large that sums overflow.
    Timing(u32),
    /// Two clients, or two topics.
    NameTwice(Arc<str>),
    /// Two brokers with one `broker.id`.
    BrokerTwice(BrokerId),
    /// More than a page can show.
    TooMany {
        /// The name of the list in a scenario file.
        what: &'static str,
        /// The most that are possible.
        max: u32,
    },
    /// A bare client is to use a server that is not in the ensemble.
    UnknownServer(u16),
    /// A replica on a broker that is not in the setup, or twice on one.
    Assignment(Topic),
    /// A topic's or group's name with letters that Kafka does not allow, or empty.
    BadName(Arc<str>),
    /// Brokers, topics, producers or consumers beside an ensemble alone.
    NoKafkaHere,
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SetupError::Servers(count) => write!(f, "an ensemble has 1 to 5 servers here, not {count}"),
            SetupError::Timing(value) => write!(f, "{value} is not a duration or limit that works"),
            SetupError::NameTwice(name) => write!(f, "the name `{name}` is taken already"),
            SetupError::BrokerTwice(id) => write!(f, "there are two brokers {id}"),
            SetupError::TooMany { what, max } => write!(f, "at most {max} {what} are possible"),
            SetupError::UnknownServer(id) => write!(f, "there is no server zk{id} in the setup"),
            SetupError::Assignment(topic) => {
                write!(
                    f,
                    "each partition of `{topic}` needs at least one replica, and each replica a broker of its own"
                )
            }
            SetupError::BadName(name) => write!(
                f,
                "`{name}` is not a possible name: letters, digits, `.`, `_`, `-`, and none that a server, a broker or \
                 the admin tool has"
            ),
            SetupError::NoKafkaHere => {
                write!(f, "an ensemble alone has no brokers, topics, producers and consumers")
            }
        }
    }
}

impl std::error::Error for SetupError {}

/// What a page can show and a browser can hold.
const BROKERS_MAX: u32 = 30;
const CLIENTS_MAX: u32 = 30;
const PARTITIONS_MAX: u32 = 200;
const RECORDS_PER_S_MAX: u32 = 10_000;
const NAME_LEN_MAX: usize = 60;
pub(crate) const TIMEOUT_MS_MAX: u32 = 3_600_000;

/// Building one: the ensemble first, then the other processes, each with its whole configuration.
/// [`Setup::validate`] says whether all of it fits together.
impl Setup {
    /// An ensemble alone, of three servers.
    pub fn zookeeper(version: ZkVersion) -> Setup {
        Setup {
            kafka: None,
            ensemble: version.ensemble_config(3),
            zk_shells: Vec::new(),
            brokers: Vec::new(),
            topics: Vec::new(),
            producers: Vec::new(),
            consumers: Vec::new(),
        }
    }

    /// A Kafka cluster without brokers yet, with the ZooKeeper that this Kafka brings: three servers.
    pub fn kafka(kafka: Kafka) -> Setup {
        Setup { kafka: Some(kafka), ..Setup::zookeeper(kafka.usual_zookeeper()) }
    }

    /// So many servers instead of three.
    pub fn servers(mut self, servers: u16) -> Setup {
        self.ensemble = self.ensemble.version.ensemble_config(servers);
        self
    }

    /// A bare ZooKeeper client with the servers of its connection string.
    pub fn zk_shell(mut self, name: &str, connect: &[u16], session_timeout_ms: u32) -> Setup {
        self.zk_shells.push(ZkShellSetup { name: name.into(), connect: connect.to_vec(), session_timeout_ms });
        self
    }

    /// Brokers that share a configuration.
    pub fn brokers(mut self, ids: &[BrokerId], config: &BrokerConfig) -> Setup {
        self.brokers.extend(ids.iter().map(|id| BrokerSetup { id: *id, config: config.clone() }));
        self
    }

    /// A topic with the replicas of each partition.
    pub fn topic(mut self, name: &Topic, replicas: Vec<Vec<BrokerId>>) -> Setup {
        let placement = Placement::Manual(replicas);
        self.topics.push(TopicSpec { name: name.clone(), placement, config: Vec::new() });
        self
    }

    /// A producer.
    pub fn producer(mut self, name: &str, config: ProducerConfig) -> Setup {
        self.producers.push(ProducerSetup { name: name.into(), config });
        self
    }

    /// A consumer that is started with the others.
    pub fn consumer(mut self, name: &str, config: ConsumerConfig) -> Setup {
        self.consumers.push(ConsumerSetup { name: name.into(), config, start: true });
        self
    }

    /// Whether it can be built. A setup from outside (a link, a file) is asked first.
    pub fn validate(&self) -> Result<(), SetupError> {
        let servers = &self.ensemble.servers;
        if servers.is_empty() || servers.len() > 5 || !servers.iter().zip(1..).all(|(id, nth)| *id == nth) {
            return Err(SetupError::Servers(servers.len() as u32));
        }
        for ms in [self.ensemble.tick_ms, self.ensemble.init_limit, self.ensemble.sync_limit] {
            if ms == 0 || ms > 60_000 {
                return Err(SetupError::Timing(ms));
            }
        }
        if self.kafka.is_none()
            && !(self.brokers.is_empty()
                && self.topics.is_empty()
                && self.producers.is_empty()
                && self.consumers.is_empty())
        {
            return Err(SetupError::NoKafkaHere);
        }
        let at_most = |what, count: usize, max: u32| {
            if count > max as usize { Err(SetupError::TooMany { what, max }) } else { Ok(()) }
        };
        at_most("brokers", self.brokers.len(), BROKERS_MAX)?;
        at_most("producers", self.producers.len(), CLIENTS_MAX)?;
        at_most("consumers", self.consumers.len(), CLIENTS_MAX)?;
        at_most("zk_clients", self.zk_shells.len(), CLIENTS_MAX)?;

        let mut names: Vec<&Arc<str>> = Vec::new();
        names.extend(self.zk_shells.iter().map(|client| &client.name));
        names.extend(self.producers.iter().map(|producer| &producer.name));
        names.extend(self.consumers.iter().map(|consumer| &consumer.name));
        for (nth, name) in names.iter().enumerate() {
            let reserved = name.starts_with("broker-") || **name == "admin".into() || is_server_name(name);
            if !is_legal_name(name) || reserved {
                return Err(SetupError::BadName((*name).clone()));
            }
            if names[..nth].contains(name) {
                return Err(SetupError::NameTwice((*name).clone()));
            }
        }
        for (nth, broker) in self.brokers.iter().enumerate() {
            if self.brokers[..nth].iter().any(|other| other.id == broker.id) {
                return Err(SetupError::BrokerTwice(broker.id));
            }
            timeout(broker.config.session_timeout_ms)?;
        }
        for client in &self.zk_shells {
            timeout(client.session_timeout_ms)?;
            if let Some(server) = client.connect.iter().find(|id| !servers.contains(id)) {
                return Err(SetupError::UnknownServer(*server));
            }
        }
        for consumer in &self.consumers {
            timeout(consumer.config.session_timeout_ms)?;
            for name in consumer.config.topics.iter().chain([&consumer.config.group]) {
                if !is_legal_name(name) {
                    return Err(SetupError::BadName(name.clone()));
                }
            }
        }
        for producer in &self.producers {
            if let Some((records_per_s, _)) = &producer.config.steady
                && *records_per_s > RECORDS_PER_S_MAX
            {
                return Err(SetupError::TooMany { what: "records_per_s", max: RECORDS_PER_S_MAX });
            }
        }
        self.validate_topics()
    }

    fn validate_topics(&self) -> Result<(), SetupError> {
        let mut partitions_in_all = 0u32;
        for (nth, topic) in self.topics.iter().enumerate() {
            if !is_legal_name(&topic.name) {
                return Err(SetupError::BadName(topic.name.clone()));
            }
            if self.topics[..nth].iter().any(|other| other.name == topic.name) {
                return Err(SetupError::NameTwice(topic.name.clone()));
            }
            let partitions = match &topic.placement {
                Placement::Automatic { partitions, replication_factor } => {
                    if *replication_factor == 0 || usize::from(*replication_factor) > self.brokers.len() {
                        return Err(SetupError::Assignment(topic.name.clone()));
                    }
                    *partitions
                }
                Placement::Manual(assignment) => {
                    for replicas in assignment {
                        let known = |id: &BrokerId| self.brokers.iter().any(|broker| broker.id == *id);
                        let twice = (1..replicas.len()).any(|nth| replicas[..nth].contains(&replicas[nth]));
                        if replicas.is_empty() || twice || !replicas.iter().all(known) {
                            return Err(SetupError::Assignment(topic.name.clone()));
                        }
                    }
                    assignment.len().min(PARTITIONS_MAX as usize + 1) as u32
                }
            };
            if partitions == 0 {
                return Err(SetupError::Assignment(topic.name.clone()));
            }
            partitions_in_all = partitions_in_all.saturating_add(partitions);
        }
        if partitions_in_all > PARTITIONS_MAX {
            return Err(SetupError::TooMany { what: "partitions", max: PARTITIONS_MAX });
        }
        Ok(())
    }
}

fn timeout(ms: u32) -> Result<(), SetupError> {
    if ms == 0 || ms > TIMEOUT_MS_MAX { Err(SetupError::Timing(ms)) } else { Ok(()) }
}

/// What Kafka allows in a topic's name (`Topic.legalChars`).
fn is_legal_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= NAME_LEN_MAX
        && name != "."
        && name != ".."
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

fn is_server_name(name: &str) -> bool {
    name.strip_prefix("zk").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
