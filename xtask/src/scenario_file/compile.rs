//! From the file's words to what the simulator plays: names become nodes, and what does not fit together
//! becomes a complaint at its field.

use std::sync::Arc;

use sim_core::engine::command::Command;
use sim_core::engine::setup::*;
use sim_core::engine::system::Fault;
use sim_core::ids::*;
use sim_core::json::Json;
use sim_core::net::CutHow;
use sim_core::order::ShellOp;
use sim_core::order::{Order, Placement, ProduceRecord, TopicSpec};
use sim_core::release::{Kafka, ZkVersion};
use sim_core::scenario::condition::Condition;
use sim_core::scenario::file::*;
use sim_core::scenario::observation::Observed;
use sim_core::scenario::{Scenario, Step};
use sim_core::time::Span;
use sim_core::zookeeper::{CreateMode, EnsembleConfig, KeeperState, ServerRole, ZData, ZkOp};

use super::config::{self, BadSetting};
use super::{StepText, Story, locate};

/// What is wrong, and at which field.
pub(super) struct Problem {
    pub(super) field: String,
    pub(super) sentence: String,
}

type Result<T> = std::result::Result<T, Problem>;

fn problem<T>(field: impl Into<String>, sentence: impl Into<String>) -> Result<T> {
    Err(Problem { field: field.into(), sentence: sentence.into() })
}

fn bad_setting(at: &str, bad: BadSetting) -> Problem {
    Problem { field: format!("{at}[\"{}\"]", bad.key), sentence: bad.sentence }
}

/// Longer waits than a day of simulated time are a slip of the pen.
const WAIT_MS_MAX: u64 = 86_400_000;
const RECORDS_MAX: usize = 10_000;
const OUTCOMES_MAX: usize = 3;
/// Four times what a server takes: enough to see it refused.
const DATA_BYTES_MAX: usize = 4 << 20;

pub(super) fn compile(file: &ScenarioFile, text: &str) -> Result<Story> {
    let mut notes = Vec::new();
    let setup = setup(&file.setup, &mut notes)?;
    let names = Names::of(&setup);
    let mut steps = Vec::new();
    let mut texts = Vec::new();
    let mut allowing = None;
    for (nth, step) in file.steps.iter().enumerate() {
        let at = format!("steps[{nth}]");
        if step.allow.is_some()
            && let Some(first) = allowing.replace(nth)
        {
            return problem(
                format!("{at}.allow"),
                format!("one step of a file may allow several outcomes, and steps[{first}] does"),
            );
        }
        let (compiled, allowed) = names.step(step, &at, &mut notes)?;
        let one_line = locate::text_of(text, &at).unwrap_or_default();
        texts.push(StepText {
            line: locate::line_of(text, &at).unwrap_or(0),
            text: one_line.split_whitespace().collect::<Vec<_>>().join(" "),
            allowed,
        });
        steps.push(compiled);
    }
    notes.dedup();
    Ok(Story {
        name: file.name.clone(),
        about: file.about.clone(),
        about_zh: file.about_zh.clone().unwrap_or_default(),
        scenario: Scenario { setup, steps },
        steps: texts,
        notes,
    })
}

// ----- setup -----

fn setup(file: &FileSetup, notes: &mut Vec<String>) -> Result<Setup> {
    let kafka = match file.era {
        FileEra::ZooKeeper => None,
        FileEra::V0_8_2 => Some(Kafka::V0_8_2),
        FileEra::V0_7 | FileEra::V3_9 | FileEra::V4 => {
            return problem(
                "setup.era",
                format!("era `{}` is not playable in this version yet; `0.8.2` and `zookeeper` are", file.era.name()),
            );
        }
    };
    let broker_ids: Vec<BrokerId> = file.brokers.iter().map(|broker| broker.id).collect();
    if let Some(at) = kafka_without_era(file) {
        return problem(at, "era `zookeeper` is an ensemble alone: it has no brokers, topics, producers and consumers");
    }
    let mut setup = Setup {
        kafka,
        ensemble: ensemble(&file.zookeeper, kafka)?,
        zk_shells: each(&file.zk_clients, "setup.zk_clients", zk_client)?,
        brokers: Vec::new(),
        topics: Vec::new(),
        producers: Vec::new(),
        consumers: Vec::new(),
    };
    if let Some(kafka) = kafka {
        setup.brokers = brokers(kafka, file, notes)?;
        setup.topics = each(&file.topics, "setup.topics", |topic, at| topic_spec(topic, &broker_ids, at, notes))?;
        setup.producers = each(&file.producers, "setup.producers", |producer, at| {
            producer_setup(kafka, producer, &broker_ids, at, notes)
        })?;
        setup.consumers =
            each(&file.consumers, "setup.consumers", |consumer, at| consumer_setup(kafka, consumer, at, notes))?;
    }
    names_are_unique(file)?;
    setup.validate().map_err(|error| refused(&error, file))?;
    Ok(setup)
}

fn each<T, U>(items: &[T], at: &str, mut turn: impl FnMut(&T, &str) -> Result<U>) -> Result<Vec<U>> {
    items.iter().enumerate().map(|(nth, item)| turn(item, &format!("{at}[{nth}]"))).collect()
}

fn kafka_without_era(file: &FileSetup) -> Option<&'static str> {
    if file.era != FileEra::ZooKeeper {
        return None;
    }
    let found = [
        (!file.brokers.is_empty(), "setup.brokers"),
        (!file.broker_config.is_empty(), "setup.broker_config"),
        (!file.topics.is_empty(), "setup.topics"),
        (!file.producers.is_empty(), "setup.producers"),
        (!file.consumers.is_empty(), "setup.consumers"),
    ];
    found.into_iter().find(|(given, _)| *given).map(|(_, at)| at)
}

fn ensemble(file: &FileZooKeeper, kafka: Option<Kafka>) -> Result<EnsembleConfig> {
    if !(1..=5).contains(&file.servers) {
        return problem(
            "setup.zookeeper.servers",
            format!("an ensemble has 1 to 5 servers here, not {}", file.servers),
        );
    }
    let limits = [
        ("tick_ms", file.tick_ms, 60_000),
        ("init_limit", file.init_limit, 1_000),
        ("sync_limit", file.sync_limit, 1_000),
    ];
    for (field, value, max) in limits {
        if value == 0 || value > max {
            return problem(format!("setup.zookeeper.{field}"), format!("{value} is not in 1 to {max}"));
        }
    }
    let version = match file.version {
        Some(FileZkVersion::V3_4) => ZkVersion::V3_4,
        Some(FileZkVersion::V3_9) => ZkVersion::V3_9,
        None => kafka.map_or(ZkVersion::NEWEST, Kafka::usual_zookeeper),
    };
    Ok(EnsembleConfig {
        servers: (1..=file.servers).collect(),
        tick_ms: file.tick_ms,
        init_limit: file.init_limit,
        sync_limit: file.sync_limit,
        version,
    })
}

fn zk_client(file: &FileZkClient, at: &str) -> Result<ZkShellSetup> {
    let connect = each(&file.connect, &format!("{at}.connect"), |name, at| {
        let id = name.strip_prefix("zk").and_then(|id| id.parse::<u16>().ok());
        match id {
            Some(id) => Ok(id),
            None => problem(at, format!("`{name}` is not a server's name; they are zk1, zk2, …")),
        }
    })?;
    if connect.is_empty() {
        return problem(format!("{at}.connect"), "a client needs at least one server");
    }
    session_timeout(file.session_timeout_ms, &format!("{at}.session_timeout_ms"))?;
    Ok(ZkShellSetup { name: file.name.as_str().into(), connect, session_timeout_ms: file.session_timeout_ms })
}

fn session_timeout(ms: u32, at: &str) -> Result<()> {
    if (1..=3_600_000).contains(&ms) { Ok(()) } else { problem(at, format!("{ms} is not in 1 to 3600000")) }
}

fn brokers(kafka: Kafka, file: &FileSetup, notes: &mut Vec<String>) -> Result<Vec<BrokerSetup>> {
    let mut shared = kafka.broker_config();
    config::broker(&file.broker_config, &mut shared, notes).map_err(|bad| bad_setting("setup.broker_config", bad))?;
    each(&file.brokers, "setup.brokers", |broker, at| {
        if file.brokers.iter().filter(|other| other.id == broker.id).count() > 1 {
            return problem(format!("{at}.id"), format!("broker {} stands there twice", broker.id));
        }
        if broker.rack.is_some() {
            notes.push("rack has no effect: 0.8.2 places replicas without it".to_owned());
        }
        let mut config = shared.clone();
        config::broker(&broker.config, &mut config, notes).map_err(|bad| bad_setting(&format!("{at}.config"), bad))?;
        Ok(BrokerSetup { id: broker.id, config })
    })
}

fn topic_spec(file: &FileTopic, brokers: &[BrokerId], at: &str, notes: &mut Vec<String>) -> Result<TopicSpec> {
    topic_name(&file.name, &format!("{at}.name"))?;
    config::topic(&file.config, notes).map_err(|bad| bad_setting(&format!("{at}.config"), bad))?;
    let placement = match (&file.assignment, file.partitions, file.replication_factor) {
        (Some(assignment), None, None) => {
            Placement::Manual(replicas(assignment, brokers, &format!("{at}.assignment"))?)
        }
        (Some(_), Some(_), _) => {
            return problem(format!("{at}.partitions"), "with `assignment`, `partitions` is said already");
        }
        (Some(_), None, Some(_)) => {
            return problem(
                format!("{at}.replication_factor"),
                "with `assignment`, `replication_factor` is said already",
            );
        }
        (None, Some(partitions), Some(replication_factor)) => {
            if partitions == 0 || partitions > 200 {
                return problem(format!("{at}.partitions"), format!("{partitions} is not in 1 to 200"));
            }
            Placement::Automatic { partitions, replication_factor }
        }
        (None, _, _) => {
            return problem(at, "a topic needs `partitions` and `replication_factor`, or `assignment`");
        }
    };
    let config = file.config.iter().map(|(key, value)| (key.as_str().into(), value.as_str().into())).collect();
    Ok(TopicSpec { name: file.name.as_str().into(), placement, config })
}

/// What Kafka allows (`Topic.legalChars`).
fn topic_name(name: &str, at: &str) -> Result<()> {
    let legal = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if name.is_empty() || name == "." || name == ".." || !legal || name.len() > 60 {
        return problem(at, format!("`{name}` is not a legal topic name: 1 to 60 letters, digits, `.`, `_` and `-`"));
    }
    Ok(())
}

fn replicas(assignment: &FileAssignment, brokers: &[BrokerId], at: &str) -> Result<Vec<Vec<BrokerId>>> {
    if assignment.is_empty() {
        return problem(at, "an assignment needs at least partition 0");
    }
    for (expected, (partition, ids)) in (0..).zip(assignment) {
        if *partition != expected {
            return problem(
                format!("{at}.{partition}"),
                format!("partition {expected} is missing: partitions are numbered 0, 1, 2, …"),
            );
        }
        let at = format!("{at}.{partition}");
        if ids.is_empty() {
            return problem(at, "a partition needs at least one replica");
        }
        for (nth, id) in ids.iter().enumerate() {
            if !brokers.contains(id) {
                return problem(format!("{at}[{nth}]"), format!("there is no broker {id} in the setup"));
            }
            if ids[..nth].contains(id) {
                return problem(format!("{at}[{nth}]"), format!("broker {id} stands there twice"));
            }
        }
    }
    Ok(assignment.values().cloned().collect())
}

fn producer_setup(
    kafka: Kafka,
    file: &FileProducer,
    brokers: &[BrokerId],
    at: &str,
    notes: &mut Vec<String>,
) -> Result<ProducerSetup> {
    let mut config = kafka.producer_config(brokers.to_vec());
    let taken = match file.client {
        ProducerClient::Java => config::producer(&file.config, &mut config, brokers, notes),
        ProducerClient::Scala => config::scala_producer(&file.config, &mut config, brokers, notes),
        // They went with 0.7.
        ProducerClient::ZkAware | ProducerClient::Layer4 => {
            return problem(
                format!("{at}.client"),
                format!(
                    "a `{}` producer is not playable in this version yet; `java` and `scala` are",
                    file.client.name()
                ),
            );
        }
    };
    taken.map_err(|bad| bad_setting(&format!("{at}.config"), bad))?;
    Ok(ProducerSetup { name: file.name.as_str().into(), config })
}

fn consumer_setup(kafka: Kafka, file: &FileConsumer, at: &str, notes: &mut Vec<String>) -> Result<ConsumerSetup> {
    if file.client != ConsumerClient::ZooKeeper {
        return problem(
            format!("{at}.client"),
            "a `java` consumer (0.9 and later) is not playable in this version yet; `zookeeper` is",
        );
    }
    if file.topics.is_empty() {
        return problem(format!("{at}.topics"), "a consumer needs at least one topic");
    }
    for (nth, topic) in file.topics.iter().enumerate() {
        topic_name(topic, &format!("{at}.topics[{nth}]"))?;
    }
    topic_name(&file.group, &format!("{at}.group"))?;
    let topics = file.topics.iter().map(|topic| topic.as_str().into()).collect();
    let mut config = kafka.consumer_config(file.group.as_str().into(), topics);
    config::consumer(&file.config, &mut config, notes).map_err(|bad| bad_setting(&format!("{at}.config"), bad))?;
    Ok(ConsumerSetup { name: file.name.as_str().into(), config, start: file.start })
}

/// Names of clients, with the fields where they stand.
fn client_names(file: &FileSetup) -> Vec<(&str, String)> {
    let clients =
        file.zk_clients.iter().enumerate().map(|(n, c)| (c.name.as_str(), format!("setup.zk_clients[{n}].name")));
    let producers =
        file.producers.iter().enumerate().map(|(n, p)| (p.name.as_str(), format!("setup.producers[{n}].name")));
    let consumers =
        file.consumers.iter().enumerate().map(|(n, c)| (c.name.as_str(), format!("setup.consumers[{n}].name")));
    clients.chain(producers).chain(consumers).collect()
}

fn names_are_unique(file: &FileSetup) -> Result<()> {
    let names = client_names(file);
    for (nth, (name, at)) in names.iter().enumerate() {
        if names[..nth].iter().any(|(other, _)| other == name) {
            return problem(at, format!("the name `{name}` is taken already"));
        }
    }
    for (nth, topic) in file.topics.iter().enumerate() {
        if file.topics[..nth].iter().any(|other| other.name == topic.name) {
            return problem(format!("setup.topics[{nth}].name"), format!("there is a topic `{}` already", topic.name));
        }
    }
    Ok(())
}

/// The setup's own checks, at the field that they are about.
fn refused(error: &SetupError, file: &FileSetup) -> Problem {
    let topic_at = |name: &str| {
        let nth = file.topics.iter().position(|topic| topic.name == name);
        nth.map_or("setup.topics".to_owned(), |nth| format!("setup.topics[{nth}]"))
    };
    let mut sentence = error.to_string();
    let field = match error {
        SetupError::Servers(_) => "setup.zookeeper.servers".to_owned(),
        SetupError::Timing(_) | SetupError::NameTwice(_) | SetupError::TooMany { .. } => "setup".to_owned(),
        SetupError::BrokerTwice(_) => "setup.brokers".to_owned(),
        SetupError::UnknownServer(id) => {
            let nth = file.zk_clients.iter().position(|client| client.connect.contains(&format!("zk{id}")));
            nth.map_or("setup.zk_clients".to_owned(), |nth| format!("setup.zk_clients[{nth}].connect"))
        }
        SetupError::Assignment(topic) => {
            let brokers = file.brokers.len();
            sentence = format!(
                "`{topic}` needs 1 to {brokers} replicas for each partition: that is how many brokers there are"
            );
            topic_at(topic)
        }
        SetupError::BadName(name) => {
            let at = client_names(file).into_iter().find(|(other, _)| *other == &**name).map(|(_, at)| at);
            at.unwrap_or_else(|| topic_at(name))
        }
        SetupError::NoKafkaHere => "setup.era".to_owned(),
    };
    Problem { field, sentence }
}

// ----- steps -----

/// Who is who in this scenario.
struct Names {
    nodes: Vec<(Arc<str>, NodeId)>,
    brokers: Vec<BrokerId>,
}

impl Names {
    fn of(setup: &Setup) -> Names {
        let mut nodes: Vec<(Arc<str>, NodeId)> = Vec::new();
        nodes.extend(setup.ensemble.servers.iter().map(|id| (format!("zk{id}").into(), NodeId::Zk(*id))));
        nodes.extend(setup.brokers.iter().map(|b| (format!("broker-{}", b.id).into(), NodeId::Broker(b.id))));
        nodes.extend((1..).zip(&setup.producers).map(|(n, p)| (p.name.clone(), NodeId::Producer(n))));
        nodes.extend((1..).zip(&setup.consumers).map(|(n, c)| (c.name.clone(), NodeId::Consumer(n))));
        nodes.extend((1..).zip(&setup.zk_shells).map(|(n, c)| (c.name.clone(), NodeId::ZkShell(n))));
        Names { nodes, brokers: setup.brokers.iter().map(|broker| broker.id).collect() }
    }

    fn node(&self, name: &str, at: &str) -> Result<NodeId> {
        match self.nodes.iter().find(|(other, _)| &**other == name) {
            Some((_, id)) => Ok(*id),
            None => problem(at, format!("nobody in the setup has the name `{name}`; there are {}", self.all())),
        }
    }

    fn all(&self) -> String {
        self.nodes.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join(", ")
    }

    fn kind(&self, name: &str, at: &str, kind: &str, fits: impl Fn(NodeId) -> bool) -> Result<NodeId> {
        let id = self.node(name, at)?;
        if fits(id) { Ok(id) } else { problem(at, format!("`{name}` is not {kind}")) }
    }

    fn zk_client(&self, name: &str, at: &str) -> Result<NodeId> {
        self.kind(name, at, "a ZooKeeper client", |id| matches!(id, NodeId::ZkShell(_)))
    }

    fn consumer(&self, name: &str, at: &str) -> Result<NodeId> {
        self.kind(name, at, "a consumer", |id| matches!(id, NodeId::Consumer(_)))
    }

    /// The step, and the outcomes that are right.
    fn step(&self, file: &FileStep, at: &str, notes: &mut Vec<String>) -> Result<(Step, Vec<Json>)> {
        let forms = [
            (file.order.is_some(), "do"),
            (file.until.is_some(), "until"),
            (file.settle.is_some(), "settle"),
            (file.wait_ms.is_some(), "wait_ms"),
            (file.observe.is_some(), "observe"),
        ];
        let mut given = forms.into_iter().filter(|(given, _)| *given).map(|(_, name)| name);
        let Some(first) = given.next() else {
            return problem(at, "a step is one of `do`, `until`, `settle`, `wait_ms` and `observe`");
        };
        if let Some(second) = given.next() {
            return problem(
                format!("{at}.{second}"),
                format!("a step is one thing, and this one is a `{first}` already"),
            );
        }
        if file.within_ms.is_some() && file.until.is_none() {
            return problem(format!("{at}.within_ms"), "`within_ms` stands beside `until`");
        }
        if file.observe.is_none() {
            for (given, name) in [
                (file.allow.is_some(), "allow"),
                (file.because.is_some(), "because"),
                (file.expect.is_some(), "expect"),
            ] {
                if given {
                    return problem(format!("{at}.{name}"), format!("`{name}` stands beside `observe`"));
                }
            }
        }
        let step = if let Some(order) = &file.order {
            Step::Do(self.order(order, &format!("{at}.do"), notes)?)
        } else if let Some(until) = &file.until {
            let Some(within_ms) = file.within_ms else {
                return problem(at, "`until` needs `within_ms` beside it: everything has a bound");
            };
            let condition = self.condition(until, &format!("{at}.until"))?;
            Step::Until { condition, within: span(within_ms, &format!("{at}.within_ms"))? }
        } else if let Some(settle) = &file.settle {
            Step::Settle { within: span(settle.within_ms, &format!("{at}.settle.within_ms"))? }
        } else if let Some(wait_ms) = file.wait_ms {
            Step::Wait(span(wait_ms, &format!("{at}.wait_ms"))?)
        } else {
            let names = file.observe.as_deref().unwrap_or_default();
            Step::Observe(each(names, &format!("{at}.observe"), |name, at| self.observed(name, at))?)
        };
        Ok((step, allowed(file, at)?))
    }

    fn order(&self, file: &FileDo, at: &str, notes: &mut Vec<String>) -> Result<Command> {
        let target = |name: &str, field: &str| self.node(name, &format!("{at}.{field}"));
        Ok(match file {
            FileDo::Start(name) => Command::Fault(Fault::Start(target(name, "start")?)),
            FileDo::Stop(name) => Command::Order(target(name, "stop")?, Order::Stop),
            FileDo::Kill(name) => Command::Fault(Fault::Kill(target(name, "kill")?)),
            FileDo::PowerOff(name) => Command::Fault(Fault::PowerOff(target(name, "power_off")?)),
            FileDo::Freeze(name) => Command::Fault(Fault::Freeze(target(name, "freeze")?)),
            FileDo::Thaw(name) => Command::Fault(Fault::Thaw(target(name, "thaw")?)),
            FileDo::Cut { between, how } => {
                let (a, b) = self.link(between, &format!("{at}.cut.between"))?;
                let how = match how {
                    FileCut::Reset => CutHow::Reset,
                    FileCut::Silent => CutHow::Silent,
                };
                Command::Fault(Fault::Cut { a, b, how })
            }
            FileDo::Heal { between } => {
                let (a, b) = self.link(between, &format!("{at}.heal.between"))?;
                Command::Fault(Fault::Heal { a, b })
            }
            FileDo::Zk { client, op } => {
                let client = self.zk_client(client, &format!("{at}.zk.client"))?;
                let op = match op {
                    FileZkOp::Close => ShellOp::Close,
                    other => ShellOp::Zk(zk_op(other, false, &format!("{at}.zk.op"))?),
                };
                Command::Order(client, Order::Zk(op))
            }
            FileDo::CreateTopic(topic) => {
                self.has_kafka(at)?;
                let spec = topic_spec(topic, &self.brokers, &format!("{at}.create_topic"), notes)?;
                Command::Order(NodeId::Admin, Order::CreateTopic(spec))
            }
            FileDo::AddPartitions { .. } => return not_yet(at, "add_partitions"),
            FileDo::DeleteTopic(_) => return not_yet(at, "delete_topic"),
            FileDo::Reassign { .. } => return not_yet(at, "reassign"),
            FileDo::ElectPreferred => return not_yet(at, "elect_preferred"),
            FileDo::Produce { producer, topic, records } => {
                let at = format!("{at}.produce");
                let producer = self
                    .kind(producer, &format!("{at}.producer"), "a producer", |id| matches!(id, NodeId::Producer(_)))?;
                topic_name(topic, &format!("{at}.topic"))?;
                if records.is_empty() || records.len() > RECORDS_MAX {
                    return problem(
                        format!("{at}.records"),
                        format!("{} records; 1 to {RECORDS_MAX} are possible", records.len()),
                    );
                }
                let topic: Topic = topic.as_str().into();
                let record = |record: &FileRecord| ProduceRecord {
                    topic: topic.clone(),
                    key: record.key.as_deref().map(Arc::from),
                    value: record.value.as_str().into(),
                    partition: record.partition,
                };
                Command::Order(producer, Order::Produce(records.iter().map(record).collect()))
            }
            FileDo::Commit(name) => Command::Order(self.consumer(name, &format!("{at}.commit"))?, Order::Commit),
        })
    }

    fn has_kafka(&self, at: &str) -> Result<()> {
        if self.brokers.is_empty() { problem(at, "there is no broker in the setup") } else { Ok(()) }
    }

    fn link(&self, between: &[String; 2], at: &str) -> Result<(NodeId, NodeId)> {
        let a = self.node(&between[0], &format!("{at}[0]"))?;
        let b = self.node(&between[1], &format!("{at}[1]"))?;
        if a == b {
            return problem(format!("{at}[1]"), "a link joins two different nodes");
        }
        Ok((a, b))
    }

    fn condition(&self, file: &FileCondition, at: &str) -> Result<Condition> {
        Ok(match file {
            FileCondition::ZnodeExists(path) => Condition::ZnodeExists(znode(path, &format!("{at}.znode_exists"))?),
            FileCondition::ZnodeGone(path) => Condition::ZnodeGone(znode(path, &format!("{at}.znode_gone"))?),
            FileCondition::ZnodeJson { path, has } => {
                let path = znode(path, &format!("{at}.znode_json.path"))?;
                let members = has.iter().map(|(key, value)| (Arc::from(key.as_str()), json(value))).collect();
                Condition::ZnodeJson { path, has: Json::Map(members) }
            }
            FileCondition::Service(wanted) => Condition::Service(*wanted),
            FileCondition::Role { node, is } => {
                let node = self
                    .kind(node, &format!("{at}.role.node"), "a ZooKeeper server", |id| matches!(id, NodeId::Zk(_)))?;
                let is = match is {
                    FileRole::Leader => Some(ServerRole::Leading),
                    FileRole::Follower => Some(ServerRole::Following),
                    FileRole::Looking => Some(ServerRole::Looking),
                    FileRole::Standalone => Some(ServerRole::Standalone),
                    FileRole::Down => None,
                };
                Condition::Role { node, is }
            }
            FileCondition::ClientState { client, is } => {
                let client = self.zk_client(client, &format!("{at}.client_state.client"))?;
                let is = match is {
                    FileClientState::Connected => KeeperState::SyncConnected,
                    FileClientState::Disconnected => KeeperState::Disconnected,
                    FileClientState::Expired => KeeperState::Expired,
                };
                Condition::ClientState { client, is }
            }
            FileCondition::Leader { topic, partition, is } => {
                if *is != -1 && !self.brokers.iter().any(|id| i32::from(*id) == *is) {
                    return problem(format!("{at}.leader.is"), format!("there is no broker {is} in the setup"));
                }
                let tp = self.partition(topic, *partition, &format!("{at}.leader.topic"))?;
                Condition::Leader { tp, is: *is }
            }
            FileCondition::Isr { topic, partition, is } => {
                for (nth, id) in is.iter().enumerate() {
                    self.broker(*id, &format!("{at}.isr.is[{nth}]"))?;
                }
                let tp = self.partition(topic, *partition, &format!("{at}.isr.topic"))?;
                Condition::Isr { tp, is: is.clone() }
            }
            FileCondition::Controller(id) => {
                self.broker(*id, &format!("{at}.controller"))?;
                Condition::Controller(*id)
            }
            FileCondition::Received { consumer, at_least } => Condition::Received {
                consumer: self.consumer(consumer, &format!("{at}.received.consumer"))?,
                at_least: *at_least,
            },
            FileCondition::Owns { consumer, partitions } => Condition::Owns {
                consumer: self.consumer(consumer, &format!("{at}.owns.consumer"))?,
                partitions: each(partitions, &format!("{at}.owns.partitions"), |name, at| topic_partition(name, at))?,
            },
        })
    }

    fn broker(&self, id: BrokerId, at: &str) -> Result<()> {
        if self.brokers.contains(&id) { Ok(()) } else { problem(at, format!("there is no broker {id} in the setup")) }
    }

    fn partition(&self, topic: &str, partition: u32, at: &str) -> Result<TopicPartition> {
        topic_name(topic, at)?;
        Ok(TopicPartition::new(&topic.into(), partition))
    }

    fn observed(&self, name: &str, at: &str) -> Result<Observed> {
        let seen = match name {
            "results" => Observed::Results,
            "events" => Observed::Events,
            "ensemble" => Observed::Ensemble,
            "topics" => Observed::Topics,
            "controller" => Observed::Controller,
            "groups" => Observed::Groups,
            "received" => Observed::Received,
            _ => {
                if let Some(path) = name.strip_prefix("znodes:") {
                    Observed::Znodes(znode(path, at)?)
                } else if let Some(tp) = name.strip_prefix("log:") {
                    Observed::Log(topic_partition(tp, at)?)
                } else {
                    return problem(
                        at,
                        format!(
                            "`{name}` cannot be observed; there are results, events, znodes:/path, ensemble, topics, \
                             controller, groups, log:topic-partition and received"
                        ),
                    );
                }
            }
        };
        Ok(seen)
    }
}

fn not_yet<T>(at: &str, what: &str) -> Result<T> {
    problem(format!("{at}.{what}"), format!("`{what}` is not playable in this version yet"))
}

fn span(ms: u64, at: &str) -> Result<Span> {
    if ms > WAIT_MS_MAX { problem(at, format!("{ms} is more than a day ({WAIT_MS_MAX} ms)")) } else { Ok(Span::ms(ms)) }
}

fn topic_partition(name: &str, at: &str) -> Result<TopicPartition> {
    let split = name.rsplit_once('-').and_then(|(topic, number)| Some((topic, number.parse::<u32>().ok()?)));
    match split {
        Some((topic, partition)) => {
            topic_name(topic, at)?;
            Ok(TopicPartition::new(&topic.into(), partition))
        }
        None => problem(at, format!("`{name}` is not a partition; they are written like `orders-0`")),
    }
}

/// A path that is to be read. (What an operation is given goes to the server as it is: it answers bad ones.)
fn znode(path: &str, at: &str) -> Result<ZPath> {
    let fine = path == "/" || (path.starts_with('/') && path[1..].split('/').all(|name| !name.is_empty()));
    if fine { Ok(path.into()) } else { problem(at, format!("`{path}` is not a znode's path")) }
}

fn zk_op(file: &FileZkOp, in_multi: bool, at: &str) -> Result<ZkOp> {
    let path = |path: &str| -> ZPath { path.into() };
    let op = match file {
        FileZkOp::Create { path: to, data: bytes, mode } => {
            let mode = match mode {
                FileCreateMode::Persistent => CreateMode::Persistent,
                FileCreateMode::Ephemeral => CreateMode::Ephemeral,
                FileCreateMode::PersistentSequential => CreateMode::PersistentSequential,
                FileCreateMode::EphemeralSequential => CreateMode::EphemeralSequential,
            };
            ZkOp::Create { path: path(to), data: data(bytes, &format!("{at}.create.data"))?, mode }
        }
        FileZkOp::Delete { path: at, version } => ZkOp::Delete { path: path(at), version: *version },
        FileZkOp::SetData { path: to, data: bytes, version } => {
            ZkOp::SetData { path: path(to), data: data(bytes, &format!("{at}.set_data.data"))?, version: *version }
        }
        FileZkOp::Check { path: of, version } if in_multi => ZkOp::Check { path: path(of), version: *version },
        FileZkOp::Check { .. } => return problem(format!("{at}.check"), "`check` stands only in a `multi`"),
        other if in_multi => {
            return problem(
                format!("{at}.{}", name_of(other)),
                format!("a `multi` holds create, delete, set_data and check, not `{}`", name_of(other)),
            );
        }
        FileZkOp::Exists { path: at, watch } => ZkOp::Exists { path: path(at), watch: *watch },
        FileZkOp::GetData { path: at, watch } => ZkOp::GetData { path: path(at), watch: *watch },
        FileZkOp::GetChildren { path: at, watch } => ZkOp::GetChildren { path: path(at), watch: *watch },
        FileZkOp::Sync { path: at } => ZkOp::Sync { path: path(at) },
        FileZkOp::Multi(ops) => ZkOp::Multi(each(ops, &format!("{at}.multi"), |op, at| zk_op(op, true, at))?),
        FileZkOp::Close => return problem(at, "`close` stands alone"),
    };
    Ok(op)
}

fn data(file: &Option<FileData>, at: &str) -> Result<ZData> {
    Ok(match file {
        None => None,
        Some(FileData::Text(text)) => Some(text.as_str().into()),
        Some(FileData::Repeated(FileRepeated { repeat, times })) => {
            let bytes = usize::try_from(*times).ok().and_then(|times| times.checked_mul(repeat.len()));
            if bytes.is_none_or(|bytes| bytes > DATA_BYTES_MAX) {
                return problem(at, format!("more than {DATA_BYTES_MAX} bytes"));
            }
            Some(repeat.repeat(*times as usize).into())
        }
    })
}

fn name_of(op: &FileZkOp) -> &'static str {
    match op {
        FileZkOp::Create { .. } => "create",
        FileZkOp::Delete { .. } => "delete",
        FileZkOp::Exists { .. } => "exists",
        FileZkOp::GetData { .. } => "get_data",
        FileZkOp::SetData { .. } => "set_data",
        FileZkOp::GetChildren { .. } => "get_children",
        FileZkOp::Sync { .. } => "sync",
        FileZkOp::Multi(_) => "multi",
        FileZkOp::Check { .. } => "check",
        FileZkOp::Close => "close",
    }
}

fn allowed(file: &FileStep, at: &str) -> Result<Vec<Json>> {
    let outcome = |value: &serde_json::Value, at: &str| match value {
        serde_json::Value::Object(_) => Ok(json(value)),
        _ => problem(at, "an outcome is an object whose keys are the names observed"),
    };
    match (&file.allow, &file.expect) {
        (Some(_), Some(_)) => problem(format!("{at}.expect"), "`expect` and `allow` exclude each other"),
        (Some(outcomes), None) => {
            if outcomes.is_empty() || outcomes.len() > OUTCOMES_MAX {
                return problem(format!("{at}.allow"), format!("1 to {OUTCOMES_MAX} outcomes may be allowed"));
            }
            if file.because.as_deref().is_none_or(|why| why.trim().is_empty()) {
                return problem(at, "`allow` needs a `because`: why real time decides here");
            }
            each(outcomes, &format!("{at}.allow"), outcome)
        }
        (None, Some(expected)) => Ok(vec![outcome(expected, &format!("{at}.expect"))?]),
        (None, None) if file.because.is_some() => problem(format!("{at}.because"), "`because` stands beside `allow`"),
        (None, None) => Ok(Vec::new()),
    }
}

fn json(value: &serde_json::Value) -> Json {
    match value {
        serde_json::Value::Null => Json::Null,
        serde_json::Value::Bool(yes) => Json::Bool(*yes),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Json::OtherNumber(number.to_string().into()), Json::Int)
        }
        serde_json::Value::String(text) => Json::Text(text.as_str().into()),
        serde_json::Value::Array(items) => Json::List(items.iter().map(json).collect()),
        serde_json::Value::Object(members) => {
            Json::Map(members.iter().map(|(key, value)| (key.as_str().into(), json(value))).collect())
        }
    }
}
