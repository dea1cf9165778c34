//! What the user asks, and why it may be refused. A [`Command`] is placed at a step of a run; together with
//! setup and seed the placed commands are the whole truth of a run.

use crate::client::{ConsumerConfig, ProducerConfig};
use crate::engine::factory::KafkaFactory;
use crate::engine::node::Node;
use crate::engine::setup::TIMEOUT_MS_MAX;
use crate::engine::system::{Choice, Fault, Process, System};
use crate::ids::*;
use crate::kafka::BrokerConfig;
use crate::order::Order;
use crate::time::SimTime;
use std::fmt;
use std::sync::Arc;

/// What the user asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Something breaks or is mended.
    Fault(Fault),
    /// A process is asked for something.
    Order(NodeId, Order),
    /// A new broker, started at once.
    AddBroker(BrokerId, BrokerConfig),
    /// A new producer of this name, started at once.
    AddProducer(Arc<str>, ProducerConfig),
    /// A new consumer of this name, started at once.
    AddConsumer(Arc<str>, ConsumerConfig),
    /// Kills it if it runs, and takes it out of the picture.
    Remove(NodeId),
    /// A new bare ZooKeeper client, started at once: its name, the servers of its connection string, the
    /// session timeout that it asks for in milliseconds.
    AddZkShell(Arc<str>, Vec<u16>, u32),
}

/// A command and where it was given: before this step, at this moment (it may come between two choices).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// How many choices were made before it.
    pub step: u64,
    /// The clock, which may stand between two choices.
    pub at: SimTime,
    /// What was asked.
    pub command: Command,
}

/// Why a command makes no sense now. The page and the command line put it into words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CommandError {
    /// It never was there, or was removed.
    NoSuchNode(NodeId),
    /// A broker with this id was added before, removed or not.
    NodeExists(NodeId),
    /// Another process has this name, running or not.
    NameTaken(Arc<str>),
    /// It was to be started.
    AlreadyRunning(NodeId),
    /// It was to be killed, frozen or to obey.
    NotRunning(NodeId),
    /// It was to be frozen.
    AlreadyFrozen(NodeId),
    /// It was to be thawed.
    NotFrozen(NodeId),
    /// A link joins two nodes.
    LinkToItself(NodeId),
    /// Whether softly or hard.
    LinkAlreadyCut(NodeId, NodeId),
    /// There is nothing to be healed.
    LinkNotCut(NodeId, NodeId),
    /// This kind of node does not understand that order.
    NotForThisNode(NodeId),
    /// A ZooKeeper server is a member by configuration; it can be stopped, not removed.
    CannotRemove(NodeId),
    /// The most that are possible, removed ones included.
    TooManyNodes(u16),
    /// It would see the order only when it is thawed.
    FrozenCannotObey(NodeId),
    /// A ZooKeeper client without any server to connect to.
    NoServerToConnectTo,
    /// A session timeout of nothing, or of more than an hour: in milliseconds.
    SessionTimeout(u32),
    /// A broker, a producer or a consumer for an ensemble alone.
    NoKafkaHere,
}

/// For developers, by the ids; the page has its own words.
impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandError::NoSuchNode(id) => write!(f, "{id} does not exist"),
            CommandError::NodeExists(id) => write!(f, "{id} already exists"),
            CommandError::NameTaken(name) => write!(f, "the name {name} is taken"),
            CommandError::AlreadyRunning(id) => write!(f, "{id} is already running"),
            CommandError::NotRunning(id) => write!(f, "{id} is not running"),
            CommandError::AlreadyFrozen(id) => write!(f, "{id} is already frozen"),
            CommandError::NotFrozen(id) => write!(f, "{id} is not frozen"),
            CommandError::LinkToItself(id) => write!(f, "{id} has no link to itself"),
            CommandError::LinkAlreadyCut(a, b) => write!(f, "the link between {a} and {b} is already cut"),
            CommandError::LinkNotCut(a, b) => write!(f, "the link between {a} and {b} is not cut"),
            CommandError::NotForThisNode(id) => write!(f, "{id} does not understand that order"),
            CommandError::CannotRemove(id) => write!(f, "{id} cannot be removed"),
            CommandError::TooManyNodes(max) => write!(f, "more than {max} nodes are not possible"),
            CommandError::FrozenCannotObey(id) => write!(f, "{id} is frozen and takes no order"),
            CommandError::NoServerToConnectTo => write!(f, "a ZooKeeper client needs a server to connect to"),
            CommandError::SessionTimeout(ms) => write!(f, "a session timeout of {ms} ms is not possible"),
            CommandError::NoKafkaHere => write!(f, "an ensemble alone has no brokers, producers or consumers"),
        }
    }
}

impl std::error::Error for CommandError {}

impl Command {
    /// What the command means for this cluster, or why it means nothing.
    pub fn choices(&self, system: &System) -> Result<Vec<Choice>, CommandError> {
        match self {
            Command::Fault(fault) => {
                makes_sense(*fault, system)?;
                Ok(vec![Choice::Fault { fault: *fault, entropy: 0 }])
            }
            Command::Order(id, order) => {
                can_obey(*id, order, system)?;
                Ok(vec![Choice::Order(*id, Box::new(order.clone()))])
            }
            Command::AddBroker(id, config) => {
                let node = kafka(system)?.broker(*id, config);
                add(system, NodeId::Broker(*id), format!("broker-{id}").into(), node)
            }
            Command::AddProducer(name, config) => {
                let number = next_number(system, |id| matches!(id, NodeId::Producer(_)));
                let node = kafka(system)?.producer(number, config);
                add(system, NodeId::Producer(number), name.clone(), node)
            }
            Command::AddConsumer(name, config) => {
                let number = next_number(system, |id| matches!(id, NodeId::Consumer(_)));
                let node = kafka(system)?.consumer(name, config);
                add(system, NodeId::Consumer(number), name.clone(), node)
            }
            Command::AddZkShell(name, connect, session_timeout_ms) => {
                if connect.is_empty() {
                    return Err(CommandError::NoServerToConnectTo);
                }
                if let Some(unknown) = connect.iter().find(|server| system.slot(NodeId::Zk(**server)).is_none()) {
                    return Err(CommandError::NoSuchNode(NodeId::Zk(*unknown)));
                }
                if *session_timeout_ms == 0 || *session_timeout_ms > TIMEOUT_MS_MAX {
                    return Err(CommandError::SessionTimeout(*session_timeout_ms));
                }
                let number = next_number(system, |id| matches!(id, NodeId::ZkShell(_)));
                let node = system.factory().zk_shell(name, connect, *session_timeout_ms);
                add(system, NodeId::ZkShell(number), name.clone(), node)
            }
            Command::Remove(id) => {
                known(*id, system)?;
                if matches!(id, NodeId::Zk(_) | NodeId::Admin) {
                    return Err(CommandError::CannotRemove(*id));
                }
                Ok(vec![Choice::Remove(*id)])
            }
        }
    }
}

fn known(id: NodeId, system: &System) -> Result<Process, CommandError> {
    match system.process(id) {
        Process::Removed => Err(CommandError::NoSuchNode(id)),
        process => Ok(process),
    }
}

fn makes_sense(fault: Fault, system: &System) -> Result<(), CommandError> {
    let known = |id: NodeId| known(id, system);
    let refusal = match fault {
        Fault::Start(id) => known(id)?.is_up().then_some(CommandError::AlreadyRunning(id)),
        Fault::Kill(id) | Fault::PowerOff(id) => (!known(id)?.is_up()).then_some(CommandError::NotRunning(id)),
        Fault::Freeze(id) => match known(id)? {
            process if process.is_frozen() => Some(CommandError::AlreadyFrozen(id)),
            process => (!process.is_up()).then_some(CommandError::NotRunning(id)),
        },
        Fault::Thaw(id) => (!known(id)?.is_frozen()).then_some(CommandError::NotFrozen(id)),
        Fault::Cut { a, b, .. } => {
            known(a)?;
            known(b)?;
            if a == b {
                return Err(CommandError::LinkToItself(a));
            }
            system.cut_between(a, b).map(|_| CommandError::LinkAlreadyCut(a, b))
        }
        Fault::Heal { a, b } => {
            known(a)?;
            known(b)?;
            system.cut_between(a, b).is_none().then_some(CommandError::LinkNotCut(a, b))
        }
    };
    refusal.map_or(Ok(()), Err)
}

fn can_obey(id: NodeId, order: &Order, system: &System) -> Result<(), CommandError> {
    match known(id, system)? {
        Process::Running => {}
        Process::Frozen { .. } => return Err(CommandError::FrozenCannotObey(id)),
        Process::NotStarted
        | Process::Stopping
        | Process::Stopped
        | Process::Killed
        | Process::PoweredOff
        | Process::Removed => return Err(CommandError::NotRunning(id)),
    }
    let is_understood = match order {
        Order::Stop => true,
        Order::Produce(_) | Order::ProduceSteadily { .. } => matches!(id, NodeId::Producer(_)),
        Order::Commit => matches!(id, NodeId::Consumer(_)),
        Order::CreateTopic(_) | Order::AddPartitions { .. } => matches!(id, NodeId::Admin),
        Order::Zk(_) => matches!(id, NodeId::ZkShell(_)),
    };
    if is_understood { Ok(()) } else { Err(CommandError::NotForThisNode(id)) }
}

fn kafka(system: &System) -> Result<KafkaFactory<'_>, CommandError> {
    system.factory().kafka().ok_or(CommandError::NoKafkaHere)
}

/// A cluster of more is not to be read on a page, and ids of slots stay small.
const NODES_MAX: u16 = 100;

fn add(system: &System, id: NodeId, name: Arc<str>, node: Node) -> Result<Vec<Choice>, CommandError> {
    if system.slot(id).is_some() {
        return Err(CommandError::NodeExists(id));
    }
    if system.named(&name).is_some() {
        return Err(CommandError::NameTaken(name));
    }
    if system.slots().len() >= usize::from(NODES_MAX) {
        return Err(CommandError::TooManyNodes(NODES_MAX));
    }
    Ok(vec![Choice::Add { id, name, node: Box::new(node) }, Choice::Fault { fault: Fault::Start(id), entropy: 0 }])
}

fn next_number(system: &System, kind: impl Fn(NodeId) -> bool) -> u16 {
    // A removed node keeps its number: in the history it is still there.
    1 + system.slots().iter().filter(|slot| kind(slot.id)).count() as u16
}
