//! Conditions over what a user of the real system could read. Scenarios and lessons wait for them.

use crate::engine::sim::Sim;
use crate::ids::*;
use crate::json::Json;
use crate::scenario::whole::Whole;
use crate::sorted::Sorted;
use crate::time::Span;
use crate::view::reader;
use crate::view::reader::Reader;
use crate::zookeeper::{KeeperState, ServerRole};

/// What a story waits for. All of it could be read of the real systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// At this path, as a client that reads through a healthy server sees it.
    ZnodeExists(ZPath),
    /// The same, and it must be known: while nobody answers, it is not gone.
    ZnodeGone(ZPath),
    /// The znode's data is JSON and has at least these members.
    ZnodeJson {
        /// The znode.
        path: ZPath,
        /// Every member of this object is in its data, with this value.
        has: Json,
    },
    /// A write through a fresh client, given all servers, succeeds within 5 s; `false`: it does not.
    Service(bool),
    /// A server's place in its ensemble.
    Role {
        /// Which server.
        node: NodeId,
        /// None: its process is down.
        is: Option<ServerRole>,
    },
    /// What a bare client heard last.
    ClientState {
        /// Which client.
        client: NodeId,
        /// Its state.
        is: KeeperState,
    },
    /// Who leads a partition, as ZooKeeper has it.
    Leader {
        /// The partition.
        tp: TopicPartition,
        /// None: nobody.
        is: Option<BrokerId>,
    },
    /// The order counts.
    Isr {
        /// The partition.
        tp: TopicPartition,
        /// The whole list.
        is: Vec<BrokerId>,
    },
    /// This broker's id is in /controller.
    Controller(BrokerId),
    /// Records handed to the application, duplicates counted.
    Received {
        /// Whose application.
        consumer: NodeId,
        /// So many, or more.
        at_least: u64,
    },
    /// Exactly these, as the owners' znodes say it.
    Owns {
        /// Whose.
        consumer: NodeId,
        /// In any order.
        partitions: Vec<TopicPartition>,
    },
    /// Something of the whole cluster.
    Whole(Whole),
    /// At least one of these.
    AnyOf(Vec<Condition>),
}

impl Condition {
    /// Whether it holds now.
    pub fn holds(&self, sim: &Sim) -> bool {
        let system = sim.system();
        match self {
            Condition::ZnodeExists(path) => Reader::user(system).read(path).is_some(),
            // What cannot be asked is not known to be gone.
            Condition::ZnodeGone(path) => {
                !Reader::user(system).has_nobody() && Reader::user(system).read(path).is_none()
            }
            Condition::ZnodeJson { path, has } => {
                Reader::user(system).read_json(path).is_some_and(|json| json.has(has))
            }
            Condition::Service(wanted) => reader::service(sim) == *wanted,
            Condition::Role { node, is } => reader::role(system, *node) == *is,
            Condition::ClientState { client, is } => reader::client_state(system, *client) == Some(*is),
            Condition::Leader { tp, is } => {
                Reader::user(system).partition_state(tp).is_some_and(|state| state.leader == *is)
            }
            Condition::Isr { tp, is } => Reader::user(system).partition_state(tp).is_some_and(|state| state.isr == *is),
            Condition::Controller(id) => Reader::user(system).controller() == Some(*id),
            Condition::Received { consumer, at_least } => reader::received_count(system, *consumer) >= *at_least,
            Condition::Owns { consumer, partitions } => {
                let mut wanted = partitions.clone();
                wanted.sort_stably();
                Reader::user(system).owned_by(*consumer) == wanted
            }
            Condition::Whole(whole) => whole.holds(system),
            Condition::AnyOf(conditions) => conditions.iter().any(|condition| condition.holds(sim)),
        }
    }

    /// What is expensive to ask is asked at intervals, not after each choice.
    pub const fn interval(&self) -> Option<Span> {
        match self {
            Condition::Service(_) => Some(SERVICE_INTERVAL),
            _ => None,
        }
    }
}

/// A write is tried this often.
const SERVICE_INTERVAL: Span = Span::ms(100);
