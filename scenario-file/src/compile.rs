//! From the file's words to what the simulator plays: names become nodes, and what does not fit together
//! becomes a problem at its place.

use crate::problem::{DATA_BYTES_MAX, Kind, NodeKind, Note, OUTCOMES_MAX, Problem, RECORDS_MAX, WAIT_MS_MAX};
use crate::spot::{Object, Result, Spot, Wrong};
use crate::{StepText, Story, config, line, shape};
use sim_core::engine::command::Command;
use sim_core::engine::setup::*;
use sim_core::engine::system::Fault;
use sim_core::ids::*;
use sim_core::json::Json;
use sim_core::net::CutHow;
use sim_core::order::{Order, Placement, ProduceRecord, ShellOp, TopicSpec};
use sim_core::release::{Kafka, ZkVersion};
use sim_core::scenario::condition::Condition;
use sim_core::scenario::observation::Observed;
use sim_core::scenario::{Scenario, Step};
use sim_core::time::Span;
use sim_core::zookeeper::{CreateMode, EnsembleConfig, KeeperState, ServerRole, ZData, ZkOp};
use std::sync::Arc;

/// The newest format that this version reads.
const FORMAT: i64 = 1;

/// Of one topic.
const PARTITIONS_MAX: i64 = 200;

pub(crate) fn compile(whole: Spot<'_>, text: &str) -> Result<Story> {
    // A file of another format is not measured by this one's fields.
    let format = whole.members()?.into_iter().find(|(name, _)| *name == "format").map(|(_, spot)| spot);
    if let Some(format) = format
        && format.json.as_int() != Some(FORMAT)
    {
        return format.err(Problem::Format(format.json.pretty()));
    }
    let file = whole.object(shape::FILE)?;
    file.need("format")?;
    let (name, about) = (file.text("name")?, file.text("about")?);
    let about_zh = file.get("about_zh").map_or(Ok(""), Spot::text)?;
    let mut notes = Vec::new();
    let setup = setup(file.need("setup")?, &mut notes)?;
    let names = Names::of(&setup);
    let (mut steps, mut texts, mut allowing) = (Vec::new(), Vec::new(), None);
    for (nth, spot) in file.need("steps")?.items()?.into_iter().enumerate() {
        let fields = spot.object(shape::STEP)?;
        if let Some(allow) = fields.get("allow")
            && let Some(first) = allowing.replace(nth)
        {
            return allow.err(Problem::AllowsAlready(first));
        }
        let step = names.step(&fields, &mut notes)?;
        let (from, to) = spot.places.get(spot.nth).map_or((0, 0), |place| (place.from, place.to));
        let one_line = text.get(from..to).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        texts.push(StepText { line: line(text, from), text: one_line });
        steps.push(step);
    }
    Ok(Story {
        name: name.into(),
        about: about.into(),
        about_zh: about_zh.into(),
        scenario: Scenario { setup, steps },
        steps: texts,
        notes,
    })
}

// ----- setup -----

fn setup(spot: Spot<'_>, notes: &mut Vec<Note>) -> Result<Setup> {
    let file = spot.object(shape::SETUP)?;
    let era = file.need("era")?;
    let kafka = match era.word(shape::ERA)? {
        1 => Some(Kafka::V0_8_2),
        4 => None,
        other => return era.err(Problem::EraNotPlayable(shape::ERA[other])),
    };
    if kafka.is_none() {
        for name in ["brokers", "broker_config", "topics", "producers", "consumers"] {
            let is_given = |spot: &Spot<'_>| !matches!(spot.json, Json::List(items) if items.is_empty());
            if let Some(given) = file.get(name).filter(is_given) {
                return given.err(Problem::OnlyEnsemble);
            }
        }
    }
    let mut setup = Setup {
        kafka,
        ensemble: ensemble(file.get("zookeeper"), kafka)?,
        zk_shells: file.items("zk_clients")?.into_iter().map(zk_client).collect::<Result<_>>()?,
        brokers: Vec::new(),
        topics: Vec::new(),
        producers: Vec::new(),
        consumers: Vec::new(),
    };
    if let Some(kafka) = kafka {
        setup.brokers = brokers(kafka, &file, notes)?;
        let ids: Vec<BrokerId> = setup.brokers.iter().map(|broker| broker.id).collect();
        for spot in file.items("topics")? {
            setup.topics.push(topic_spec(kafka, spot, &ids, notes)?);
        }
        for spot in file.items("producers")? {
            setup.producers.push(producer_setup(kafka, spot, &ids, notes)?);
        }
        for spot in file.items("consumers")? {
            setup.consumers.push(consumer_setup(kafka, spot, notes)?);
        }
    }
    names_are_unique(&file)?;
    match setup.validate() {
        Ok(()) => Ok(setup),
        Err(error) => Err(refused(error, &file, setup.brokers.len())?),
    }
}

fn ensemble(spot: Option<Spot<'_>>, kafka: Option<Kafka>) -> Result<EnsembleConfig> {
    let usual = kafka.map_or(ZkVersion::NEWEST, Kafka::usual_zookeeper);
    let mut config = usual.ensemble_config(3);
    let Some(spot) = spot else { return Ok(config) };
    let file = spot.object(shape::ZOOKEEPER)?;
    if let Some(version) = file.get("version") {
        config.version = if version.word(shape::ZK_VERSION)? == 0 { ZkVersion::V3_4 } else { ZkVersion::V3_9 };
    }
    if let Some(servers) = file.get("servers") {
        let count = servers.number(i64::MIN, i64::MAX)?;
        if !(1..=5).contains(&count) {
            return servers.err(Problem::Servers(count));
        }
        config.servers = (1..=count as u16).collect();
    }
    let limit = |name: &str, otherwise: u32, max: i64| {
        file.get(name).map_or(Ok(otherwise), |spot| spot.number(1, max).map(|value| value as u32))
    };
    config.tick_ms = limit("tick_ms", config.tick_ms, 60_000)?;
    config.init_limit = limit("init_limit", config.init_limit, 1_000)?;
    config.sync_limit = limit("sync_limit", config.sync_limit, 1_000)?;
    Ok(config)
}

fn zk_client(spot: Spot<'_>) -> Result<ZkShellSetup> {
    let file = spot.object(shape::ZK_CLIENT)?;
    let name = file.text("name")?;
    let servers = file.need("connect")?;
    let server = |spot: Spot<'_>| {
        let name = spot.text()?;
        let id = name.strip_prefix("zk").and_then(|id| id.parse::<u16>().ok());
        id.ok_or_else(|| spot.wrong(Problem::NotAServer(name.into())))
    };
    let connect: Vec<u16> = servers.items()?.into_iter().map(server).collect::<Result<_>>()?;
    if connect.is_empty() {
        return servers.err(Problem::NoServer);
    }
    let session_timeout_ms = file.need("session_timeout_ms")?.number(1, 3_600_000)? as u32;
    Ok(ZkShellSetup { name: name.into(), connect, session_timeout_ms })
}

fn brokers(kafka: Kafka, file: &Object<'_>, notes: &mut Vec<Note>) -> Result<Vec<BrokerSetup>> {
    let mut shared = kafka.broker_config();
    config::broker(file.get("broker_config"), &mut shared, kafka, notes)?;
    let mut brokers: Vec<BrokerSetup> = Vec::new();
    for spot in file.items("brokers")? {
        let file = spot.object(shape::BROKER)?;
        let at = file.need("id")?;
        let id = at.u16()?;
        if brokers.iter().any(|other| other.id == id) {
            return at.err(Problem::StandsTwice(id));
        }
        if let Some(rack) = file.get("rack") {
            rack.text()?;
            if !notes.contains(&Note::Rack) {
                notes.push(Note::Rack);
            }
        }
        let mut config = shared.clone();
        config::broker(file.get("config"), &mut config, kafka, notes)?;
        brokers.push(BrokerSetup { id, config });
    }
    Ok(brokers)
}

fn topic_spec(kafka: Kafka, spot: Spot<'_>, brokers: &[BrokerId], notes: &mut Vec<Note>) -> Result<TopicSpec> {
    let file = spot.object(shape::TOPIC)?;
    let name = topic_name(file.need("name")?)?;
    config::topic(file.get("config"), kafka, notes)?;
    let (partitions, factor) = (file.get("partitions"), file.get("replication_factor"));
    let placement = match (file.get("assignment"), partitions, factor) {
        (Some(assignment), None, None) => Placement::Manual(replicas(assignment, brokers)?),
        (Some(_), Some(partitions), _) => return partitions.err(Problem::SaidByAssignment("partitions")),
        (Some(_), None, Some(factor)) => return factor.err(Problem::SaidByAssignment("replication_factor")),
        (None, Some(partitions), Some(factor)) => Placement::Automatic {
            partitions: partitions.number(1, PARTITIONS_MAX)? as u32,
            replication_factor: factor.u16()?,
        },
        (None, _, _) => return spot.err(Problem::TopicSize),
    };
    let mut config: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    for (key, value) in file.get("config").map_or(Ok(Vec::new()), Spot::members)? {
        config.push((key.into(), value.text()?.into()));
    }
    config.sort();
    Ok(TopicSpec { name: name.into(), placement, config })
}

/// What Kafka allows (`Topic.legalChars`).
fn topic_name(spot: Spot<'_>) -> Result<&str> {
    let name = spot.text()?;
    if is_topic_name(name) { Ok(name) } else { spot.err(Problem::TopicName(name.into())) }
}

fn is_topic_name(name: &str) -> bool {
    let legal = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    legal && !name.is_empty() && name != "." && name != ".." && name.len() <= 60
}

fn replicas(spot: Spot<'_>, brokers: &[BrokerId]) -> Result<Vec<Vec<BrokerId>>> {
    let mut numbered = Vec::new();
    for (name, spot) in spot.members()? {
        let nobody = || Problem::NotANumber { value: name.into(), min: 0, max: i64::from(u32::MAX) };
        numbered.push((name.parse::<u32>().map_err(|_| spot.wrong(nobody()))?, spot));
    }
    numbered.sort_by_key(|(partition, _)| *partition);
    if numbered.is_empty() {
        return spot.err(Problem::NoPartitions);
    }
    let mut assignment = Vec::new();
    for (expected, (partition, spot)) in (0..).zip(numbered) {
        if partition != expected {
            return spot.err(Problem::PartitionMissing(expected));
        }
        let mut ids = Vec::new();
        for replica in spot.items()? {
            let id = broker_in(replica, brokers)?;
            if ids.contains(&id) {
                return replica.err(Problem::StandsTwice(id));
            }
            ids.push(id);
        }
        if ids.is_empty() {
            return spot.err(Problem::NoReplica);
        }
        assignment.push(ids);
    }
    Ok(assignment)
}

fn broker_in(spot: Spot<'_>, brokers: &[BrokerId]) -> Result<BrokerId> {
    let id = spot.u16()?;
    if brokers.contains(&id) { Ok(id) } else { spot.err(Problem::NoBroker(i64::from(id))) }
}

fn producer_setup(kafka: Kafka, spot: Spot<'_>, brokers: &[BrokerId], notes: &mut Vec<Note>) -> Result<ProducerSetup> {
    let file = spot.object(shape::PRODUCER)?;
    let name = file.text("name")?;
    let mut config = kafka.producer_config(brokers.to_vec());
    let (client, settings) = (file.get("client"), file.get("config"));
    match client.map_or(Ok(0), |client| client.word(shape::PRODUCER_CLIENT))? {
        0 => config::producer(settings, &mut config, kafka, brokers, notes)?,
        1 => {
            config = kafka.scala_producer_config(brokers.to_vec());
            config::scala_producer(settings, &mut config, kafka, brokers, notes)?;
        }
        // They went with 0.7.
        other => {
            let client_name = shape::PRODUCER_CLIENT[other];
            let playable = "`java`, `scala`";
            return client.unwrap_or(spot).err(Problem::ClientNotPlayable { client: client_name, playable });
        }
    }
    Ok(ProducerSetup { name: name.into(), config })
}

fn consumer_setup(kafka: Kafka, spot: Spot<'_>, notes: &mut Vec<Note>) -> Result<ConsumerSetup> {
    let file = spot.object(shape::CONSUMER)?;
    let name = file.text("name")?;
    // A Java consumer came with 0.9.
    if let Some(client) = file.get("client")
        && client.word(shape::CONSUMER_CLIENT)? != 0
    {
        return client.err(Problem::ClientNotPlayable { client: "java", playable: "`zookeeper`" });
    }
    let group = topic_name(file.need("group")?)?;
    let at = file.need("topics")?;
    let topics: Vec<Topic> =
        at.items()?.into_iter().map(|spot| topic_name(spot).map(Into::into)).collect::<Result<_>>()?;
    if topics.is_empty() {
        return at.err(Problem::NoTopic);
    }
    let mut config = kafka.consumer_config(group.into(), topics);
    config::consumer(file.get("config"), &mut config, kafka, notes)?;
    Ok(ConsumerSetup { name: name.into(), config, start: file.yes("start", true)? })
}

/// The names of a list's things, with their places.
fn names_in<'a>(file: &Object<'a>, list: &str) -> Result<Vec<(&'a str, Spot<'a>)>> {
    let mut names = Vec::new();
    for spot in file.items(list)? {
        if let Some((_, spot)) = spot.members()?.into_iter().find(|(name, _)| *name == "name") {
            names.push((spot.text()?, spot));
        }
    }
    Ok(names)
}

fn client_names<'a>(file: &Object<'a>) -> Result<Vec<(&'a str, Spot<'a>)>> {
    let mut names = names_in(file, "zk_clients")?;
    names.extend(names_in(file, "producers")?);
    names.extend(names_in(file, "consumers")?);
    Ok(names)
}

fn names_are_unique(file: &Object<'_>) -> Result<()> {
    let (clients, topics) = (client_names(file)?, names_in(file, "topics")?);
    for (names, is_topic) in [(clients, false), (topics, true)] {
        for (nth, (name, spot)) in names.iter().enumerate() {
            if names[..nth].iter().any(|(other, _)| other == name) {
                let name = (*name).into();
                return spot.err(if is_topic { Problem::TopicTaken(name) } else { Problem::NameTaken(name) });
            }
        }
    }
    Ok(())
}

/// The setup's own checks, at the field that they are about.
fn refused(error: SetupError, file: &Object<'_>, brokers: usize) -> Result<Wrong> {
    let topics = names_in(file, "topics")?;
    let topic_at = |name: &str| {
        let nth = topics.iter().position(|(other, _)| *other == name)?;
        file.items("topics").ok()?.get(nth).copied()
    };
    let field = match &error {
        SetupError::Servers(_) => file.get("zookeeper"),
        SetupError::Timing(_) | SetupError::NameTwice(_) | SetupError::TooMany { .. } => None,
        SetupError::BrokerTwice(_) => file.get("brokers"),
        SetupError::UnknownServer(id) => {
            let name = format!("zk{id}");
            let mut found = None;
            for spot in file.items("zk_clients")? {
                let connect = spot.object(shape::ZK_CLIENT)?.need("connect")?;
                if connect.items()?.iter().any(|server| server.json.as_text().is_some_and(|text| **text == *name)) {
                    found = found.or(Some(connect));
                }
            }
            found
        }
        SetupError::Assignment(topic) => {
            let problem = Problem::Replicas { topic: topic.to_string(), brokers };
            return Ok(topic_at(topic).unwrap_or(file.spot).wrong(problem));
        }
        SetupError::BadName(name) => {
            let clients = client_names(file)?;
            clients.iter().find(|(other, _)| *other == &**name).map(|(_, spot)| *spot).or_else(|| topic_at(name))
        }
        SetupError::NoKafkaHere => file.get("era"),
    };
    Ok(field.unwrap_or(file.spot).wrong(Problem::Setup(error)))
}

// ----- steps -----

/// Who is who in this scenario.
struct Names {
    kafka: Option<Kafka>,
    nodes: Vec<(Arc<str>, NodeId)>,
    brokers: Vec<BrokerId>,
}

/// What an operation or a command needs inside.
fn content<'a>(spot: Spot<'a>, content: Option<Spot<'a>>) -> Result<Spot<'a>> {
    content.ok_or_else(|| spot.wrong(Problem::Expected(Kind::Object)))
}

impl Names {
    fn of(setup: &Setup) -> Names {
        let mut nodes: Vec<(Arc<str>, NodeId)> = Vec::new();
        nodes.extend(setup.ensemble.servers.iter().map(|id| (format!("zk{id}").into(), NodeId::Zk(*id))));
        nodes.extend(setup.brokers.iter().map(|b| (format!("broker-{}", b.id).into(), NodeId::Broker(b.id))));
        nodes.extend((1..).zip(&setup.producers).map(|(n, p)| (p.name.clone(), NodeId::Producer(n))));
        nodes.extend((1..).zip(&setup.consumers).map(|(n, c)| (c.name.clone(), NodeId::Consumer(n))));
        nodes.extend((1..).zip(&setup.zk_shells).map(|(n, c)| (c.name.clone(), NodeId::ZkShell(n))));
        Names { kafka: setup.kafka, nodes, brokers: setup.brokers.iter().map(|broker| broker.id).collect() }
    }

    fn node(&self, spot: Spot<'_>) -> Result<NodeId> {
        let name = spot.text()?;
        match self.nodes.iter().find(|(other, _)| &**other == name) {
            Some((_, id)) => Ok(*id),
            None => {
                let names = self.nodes.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join(", ");
                spot.err(Problem::NobodyNamed { name: name.into(), names })
            }
        }
    }

    fn kind(&self, spot: Spot<'_>, kind: NodeKind) -> Result<NodeId> {
        let id = self.node(spot)?;
        let fits = match kind {
            NodeKind::Server => matches!(id, NodeId::Zk(_)),
            NodeKind::ZkClient => matches!(id, NodeId::ZkShell(_)),
            NodeKind::Producer => matches!(id, NodeId::Producer(_)),
            NodeKind::Consumer => matches!(id, NodeId::Consumer(_)),
        };
        if fits { Ok(id) } else { spot.err(Problem::IsNot { name: spot.text()?.into(), kind }) }
    }

    fn step(&self, step: &Object<'_>, notes: &mut Vec<Note>) -> Result<Step> {
        let mut given = ["do", "until", "settle", "wait_ms", "observe"]
            .into_iter()
            .filter_map(|name| step.get(name).map(|spot| (name, spot)));
        let Some((form, spot)) = given.next() else { return step.spot.err(Problem::NoForm) };
        if let Some((_, second)) = given.next() {
            return second.err(Problem::TwoForms(form));
        }
        for (field, beside) in
            [("within_ms", "until"), ("allow", "observe"), ("because", "observe"), ("expect", "observe")]
        {
            if let Some(spot) = step.get(field).filter(|_| form != beside) {
                return spot.err(Problem::Beside { field, beside });
            }
        }
        match form {
            "do" => self.command(spot, notes).map(Step::Do),
            "until" => {
                let Some(within) = step.get("within_ms") else { return step.spot.err(Problem::NoBound) };
                Ok(Step::Until { condition: self.condition(spot)?, within: span(within)? })
            }
            "settle" => Ok(Step::Settle { within: span(spot.object(shape::SETTLE)?.need("within_ms")?)? }),
            "wait_ms" => span(spot).map(Step::Wait),
            _ => {
                let names = spot.items()?.into_iter().map(observed).collect::<Result<_>>()?;
                Ok(Step::Observe { names, right: right(step)? })
            }
        }
    }

    fn command(&self, spot: Spot<'_>, notes: &mut Vec<Note>) -> Result<Command> {
        let (name, inside) = spot.variant(shape::DO)?;
        if name == "elect_preferred" {
            return inside.unwrap_or(spot).err(Problem::NotPlayable(name));
        }
        let inside = content(spot, inside)?;
        Ok(match name {
            "start" => Command::Fault(Fault::Start(self.node(inside)?)),
            "stop" => Command::Order(self.node(inside)?, Order::Stop),
            "kill" => Command::Fault(Fault::Kill(self.node(inside)?)),
            "power_off" => Command::Fault(Fault::PowerOff(self.node(inside)?)),
            "freeze" => Command::Fault(Fault::Freeze(self.node(inside)?)),
            "thaw" => Command::Fault(Fault::Thaw(self.node(inside)?)),
            "cut" => {
                let file = inside.object(shape::CUT)?;
                let (a, b) = self.link(file.need("between")?)?;
                let how = if file.need("how")?.word(shape::CUT_HOW)? == 0 { CutHow::Reset } else { CutHow::Silent };
                Command::Fault(Fault::Cut { a, b, how })
            }
            "heal" => {
                let (a, b) = self.link(inside.object(shape::HEAL)?.need("between")?)?;
                Command::Fault(Fault::Heal { a, b })
            }
            "zk" => {
                let file = inside.object(shape::ZK)?;
                let client = self.kind(file.need("client")?, NodeKind::ZkClient)?;
                Command::Order(client, Order::Zk(shell_op(file.need("op")?)?))
            }
            "create_topic" => {
                let kafka = self.needs_kafka(inside)?;
                Command::Order(NodeId::Admin, Order::CreateTopic(topic_spec(kafka, inside, &self.brokers, notes)?))
            }
            "add_partitions" => {
                self.needs_kafka(inside)?;
                let file = inside.object(shape::ADD_PARTITIONS)?;
                let topic = topic_name(file.need("topic")?)?.into();
                let total = file.need("total")?.number(0, PARTITIONS_MAX)? as u32;
                Command::Order(NodeId::Admin, Order::AddPartitions { topic, total })
            }
            "produce" => self.produce(&inside.object(shape::PRODUCE)?)?,
            "commit" => Command::Order(self.kind(inside, NodeKind::Consumer)?, Order::Commit),
            _ => return inside.err(Problem::NotPlayable(name)),
        })
    }

    /// The administrator's tools have nobody to work for in an ensemble alone.
    fn needs_kafka(&self, spot: Spot<'_>) -> Result<Kafka> {
        let kafka = self.kafka.filter(|_| !self.brokers.is_empty());
        kafka.ok_or_else(|| spot.wrong(Problem::NoKafka))
    }

    fn produce(&self, file: &Object<'_>) -> Result<Command> {
        let producer = self.kind(file.need("producer")?, NodeKind::Producer)?;
        let topic: Topic = topic_name(file.need("topic")?)?.into();
        let at = file.need("records")?;
        let items = at.items()?;
        if items.is_empty() || items.len() > RECORDS_MAX {
            return at.err(Problem::Records(items.len()));
        }
        let mut records = Vec::with_capacity(items.len());
        for spot in items {
            let file = spot.object(shape::RECORD)?;
            let key = file.get("key").map(Spot::text).transpose()?;
            let partition = file.get("partition").map(Spot::u32).transpose()?;
            let value = file.text("value")?.into();
            records.push(ProduceRecord { topic: topic.clone(), key: key.map(Arc::from), value, partition });
        }
        Ok(Command::Order(producer, Order::Produce(records)))
    }

    fn link(&self, between: Spot<'_>) -> Result<(NodeId, NodeId)> {
        match between.items()?.as_slice() {
            [a, b] => {
                let (from, to) = (self.node(*a)?, self.node(*b)?);
                if from == to { b.err(Problem::LinkToItself) } else { Ok((from, to)) }
            }
            _ => between.err(Problem::LinkToItself),
        }
    }

    fn condition(&self, spot: Spot<'_>) -> Result<Condition> {
        let (name, inside) = spot.variant(shape::CONDITION)?;
        let inside = content(spot, inside)?;
        Ok(match name {
            "znode_exists" => Condition::ZnodeExists(znode(inside)?),
            "znode_gone" => Condition::ZnodeGone(znode(inside)?),
            "znode_json" => {
                let file = inside.object(shape::ZNODE_JSON)?;
                let has = file.need("has")?;
                has.members()?;
                Condition::ZnodeJson { path: znode(file.need("path")?)?, has: has.json.clone() }
            }
            "service" => Condition::Service(inside.yes()?),
            "role" => {
                let file = inside.object(shape::ROLE)?;
                let node = self.kind(file.need("node")?, NodeKind::Server)?;
                let is = match file.need("is")?.word(shape::ROLES)? {
                    0 => Some(ServerRole::Leading),
                    1 => Some(ServerRole::Following),
                    2 => Some(ServerRole::Looking),
                    3 => Some(ServerRole::Standalone),
                    _ => None,
                };
                Condition::Role { node, is }
            }
            "client_state" => {
                let file = inside.object(shape::CLIENT_STATE)?;
                let client = self.kind(file.need("client")?, NodeKind::ZkClient)?;
                let is = match file.need("is")?.word(shape::CLIENT_STATES)? {
                    0 => KeeperState::SyncConnected,
                    1 => KeeperState::Disconnected,
                    _ => KeeperState::Expired,
                };
                Condition::ClientState { client, is }
            }
            "leader" => {
                let file = inside.object(shape::LEADER)?;
                let at = file.need("is")?;
                let is = at.i32()?;
                let leader = self.brokers.iter().copied().find(|id| i32::from(*id) == is);
                if is != -1 && leader.is_none() {
                    return at.err(Problem::NoBroker(i64::from(is)));
                }
                Condition::Leader { tp: partition(&file)?, is: leader }
            }
            "isr" => {
                let file = inside.object(shape::LEADER)?;
                let ids = file.need("is")?.items()?;
                let is = ids.into_iter().map(|spot| broker_in(spot, &self.brokers)).collect::<Result<_>>()?;
                Condition::Isr { tp: partition(&file)?, is }
            }
            "controller" => Condition::Controller(broker_in(inside, &self.brokers)?),
            "received" => {
                let file = inside.object(shape::RECEIVED)?;
                let consumer = self.kind(file.need("consumer")?, NodeKind::Consumer)?;
                Condition::Received { consumer, at_least: file.need("at_least")?.number(0, i64::MAX)? as u64 }
            }
            _ => {
                let file = inside.object(shape::OWNS)?;
                let consumer = self.kind(file.need("consumer")?, NodeKind::Consumer)?;
                let partitions = file.need("partitions")?.items()?;
                let named = |spot: Spot<'_>| topic_partition(spot, spot.text()?);
                Condition::Owns { consumer, partitions: partitions.into_iter().map(named).collect::<Result<_>>()? }
            }
        })
    }
}

fn partition(file: &Object<'_>) -> Result<TopicPartition> {
    let topic = topic_name(file.need("topic")?)?;
    Ok(TopicPartition::new(&topic.into(), file.need("partition")?.u32()?))
}

fn observed(spot: Spot<'_>) -> Result<Observed> {
    let name = spot.text()?;
    Ok(match name {
        "results" => Observed::Results,
        "events" => Observed::Events,
        "ensemble" => Observed::Ensemble,
        "topics" => Observed::Topics,
        "controller" => Observed::Controller,
        "groups" => Observed::Groups,
        "received" => Observed::Received,
        _ => match (name.strip_prefix("znodes:"), name.strip_prefix("log:")) {
            (Some(path), _) => Observed::Znodes(path_of(spot, path)?),
            (None, Some(tp)) => Observed::Log(topic_partition(spot, tp)?),
            (None, None) => return spot.err(Problem::NotObservable(name.into())),
        },
    })
}

fn span(spot: Spot<'_>) -> Result<Span> {
    let ms = spot.number(i64::MIN, i64::MAX)?;
    if ms < 0 {
        return spot.err(Problem::Range { value: ms, min: 0, max: WAIT_MS_MAX });
    }
    if ms > WAIT_MS_MAX { spot.err(Problem::MoreThanADay(ms)) } else { Ok(Span::ms(ms as u64)) }
}

fn topic_partition(spot: Spot<'_>, name: &str) -> Result<TopicPartition> {
    let split = name.rsplit_once('-').and_then(|(topic, number)| Some((topic, number.parse::<u32>().ok()?)));
    match split {
        Some((topic, partition)) if is_topic_name(topic) => Ok(TopicPartition::new(&topic.into(), partition)),
        Some((topic, _)) => spot.err(Problem::TopicName(topic.into())),
        None => spot.err(Problem::NotAPartition(name.into())),
    }
}

fn znode(spot: Spot<'_>) -> Result<ZPath> {
    path_of(spot, spot.text()?)
}

/// A path that is to be read. (What an operation is given goes to the server as it is: it answers bad ones.)
fn path_of(spot: Spot<'_>, path: &str) -> Result<ZPath> {
    let fine = path == "/" || (path.starts_with('/') && path[1..].split('/').all(|name| !name.is_empty()));
    if fine { Ok(path.into()) } else { spot.err(Problem::NotAPath(path.into())) }
}

fn shell_op(spot: Spot<'_>) -> Result<ShellOp> {
    let (name, inside) = spot.variant(shape::ZK_OP)?;
    match (name, inside) {
        ("close", None) => Ok(ShellOp::Close),
        ("multi", Some(ops)) => {
            ops.items()?.into_iter().map(op_in_multi).collect::<Result<_>>().map(|ops| ShellOp::Zk(ZkOp::Multi(ops)))
        }
        ("check", Some(check)) => check.err(Problem::OnlyInMulti),
        (_, inside) => zk_op(name, content(spot, inside)?).map(ShellOp::Zk),
    }
}

fn op_in_multi(spot: Spot<'_>) -> Result<ZkOp> {
    let (name, inside) = spot.variant(shape::ZK_OP)?;
    match (name, inside) {
        ("create" | "delete" | "set_data" | "check", inside) => zk_op(name, content(spot, inside)?),
        ("close", _) => inside.unwrap_or(spot).err(Problem::CloseStandsAlone),
        _ => inside.unwrap_or(spot).err(Problem::NotInMulti(name)),
    }
}

fn zk_op(name: &str, spot: Spot<'_>) -> Result<ZkOp> {
    let fields = match name {
        "create" => shape::CREATE,
        "delete" => shape::DELETE,
        "set_data" => shape::SET_DATA,
        "check" => shape::CHECK,
        "sync" => shape::SYNC,
        _ => shape::READ,
    };
    let file = spot.object(fields)?;
    let path: ZPath = file.text("path")?.into();
    let version = || file.get("version").map_or(Ok(-1), Spot::i32);
    Ok(match name {
        "create" => {
            let mode = match file.get("mode").map_or(Ok(0), |mode| mode.word(shape::CREATE_MODE))? {
                0 => CreateMode::Persistent,
                1 => CreateMode::Ephemeral,
                2 => CreateMode::PersistentSequential,
                _ => CreateMode::EphemeralSequential,
            };
            ZkOp::Create { path, data: data(file.get("data"))?, mode }
        }
        "delete" => ZkOp::Delete { path, version: version()? },
        "set_data" => ZkOp::SetData { path, data: data(file.get("data"))?, version: version()? },
        "check" => ZkOp::Check { path, version: file.need("version")?.i32()? },
        "sync" => ZkOp::Sync { path },
        "exists" => ZkOp::Exists { path, watch: file.yes("watch", false)? },
        "get_data" => ZkOp::GetData { path, watch: file.yes("watch", false)? },
        _ => ZkOp::GetChildren { path, watch: file.yes("watch", false)? },
    })
}

fn data(spot: Option<Spot<'_>>) -> Result<ZData> {
    let Some(spot) = spot else { return Ok(None) };
    match spot.json {
        Json::Text(text) => Ok(Some((**text).into())),
        Json::Map(_) => {
            let file = spot.object(shape::REPEATED)?;
            let (repeat, times) = (file.text("repeat")?, file.need("times")?.u32()?);
            let bytes = usize::try_from(times).ok().and_then(|times| times.checked_mul(repeat.len()));
            if bytes.is_none_or(|bytes| bytes > DATA_BYTES_MAX) {
                return spot.err(Problem::TooMuchData);
            }
            Ok(Some(repeat.repeat(times as usize).into()))
        }
        _ => spot.err(Problem::Expected(Kind::Data)),
    }
}

/// The outcomes that are right, when the file says so.
fn right(step: &Object<'_>) -> Result<Vec<Json>> {
    let outcome = |spot: Spot<'_>| match spot.json {
        Json::Map(_) => Ok(spot.json.clone()),
        _ => spot.err(Problem::NotAnOutcome),
    };
    let because = step.get("because");
    match (step.get("allow"), step.get("expect")) {
        (Some(_), Some(expect)) => expect.err(Problem::ExpectAndAllow),
        (Some(allow), None) => {
            let outcomes = allow.items()?;
            if outcomes.is_empty() || outcomes.len() > OUTCOMES_MAX {
                return allow.err(Problem::Outcomes);
            }
            if because.map_or(Ok(""), Spot::text)?.trim().is_empty() {
                return step.spot.err(Problem::NoReason);
            }
            outcomes.into_iter().map(outcome).collect()
        }
        (None, expect) => match (expect, because) {
            (None, Some(because)) => because.err(Problem::Beside { field: "because", beside: "allow" }),
            (Some(expect), _) => outcome(expect).map(|outcome| vec![outcome]),
            (None, None) => Ok(Vec::new()),
        },
    }
}
