//! An immutable picture of one step, for drawing: plain values in the reader's words. Whoever draws reads
//! a [`Frame`] and never a node.
//!
//! A frame holds what the simulation knows, nothing that a picture would like to have: no coordinates, no
//! colours, no sentences. Lists are in a fixed order (by id, by name), so that equal frames are equal.

use crate::about::FlightKind;
use crate::client::ProducerClient;
use crate::client::zk_shell::Screen;
use crate::engine::system::Process;
use crate::ids::*;
use crate::kafka::RecordId;
use crate::net::Channel;
use crate::release::Release;
use crate::time::{SimTime, Span};
use crate::zookeeper::{ClientLink, JoinStage, KeeperState, Stat, ZData};
use std::ops::Deref;
use std::sync::Arc;

pub use crate::client::RebalancePhase;
pub use crate::zookeeper::ServerRole;

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which generations the cluster is made of.
    pub release: Release,
    /// How many choices were made.
    pub step: u64,
    pub at: SimTime,
    /// How many events were noted; the newest is `events - 1`.
    pub events: u64,
    /// Every process, in the order in which they joined the cluster.
    pub nodes: Vec<NodeView>,
    /// Every partition, as the metadata has it. Sorted by topic and number.
    pub partitions: Vec<PartitionView>,
    pub groups: Vec<GroupView>,
    /// The controller, as the metadata has it.
    pub controller: Option<BrokerId>,
    pub metadata: Metadata,
    pub connections: Vec<ConnectionView>,
    pub cuts: Vec<(NodeId, NodeId)>,
    pub flights: Vec<FlightView>,
}

/// Where the cluster keeps what all of it must agree on, and how that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metadata {
    ZooKeeper(ZooKeeperView),
}

/// An ensemble, besides its servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZooKeeperView {
    /// Sessions, as the leader knows them (or, without one, as the servers last knew them).
    pub sessions: Vec<SessionView>,
    /// The znodes, sorted by path, as the server with the latest applied zxid has them.
    pub znodes: Arc<Vec<ZnodeView>>,
    /// A leader serves: writes succeed.
    pub service: bool,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    pub id: NodeId,
    pub name: Arc<str>,
    pub process: Process,
    pub card: Card,
}

/// What there is to see of a process, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Card {
    Server(ServerView),
    Broker(BrokerView),
    Producer(ProducerView),
    Consumer(ConsumerView),
    Shell(ShellView),
}

impl Card {
    /// The ZooKeeper client in the process, while it runs.
    pub fn zk(&self) -> Option<&ZkClientView> {
        match self {
            Card::Broker(broker) => broker.zk.as_ref(),
            Card::Consumer(consumer) => consumer.zk.as_ref(),
            Card::Shell(shell) => shell.zk.as_ref(),
            Card::Server(_) | Card::Producer(_) => None,
        }
    }
}

/// A process of one kind: the card's fields are this one's.
#[derive(Debug)]
pub struct Seen<'a, T> {
    pub id: NodeId,
    pub name: &'a Arc<str>,
    pub process: Process,
    pub card: &'a T,
}

impl<T> Clone for Seen<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Seen<'_, T> {}

impl<T> Deref for Seen<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.card
    }
}

/// A vote: who should lead, and why (`FastLeaderElection.totalOrderPredicate`: epoch, zxid, id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BallotView {
    pub leader: u16,
    pub epoch: u32,
    pub zxid: Zxid,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerView {
    /// None while it is down.
    pub role: Option<ServerRole>,
    /// Whom it follows, whether that one leads or not.
    pub leader: Option<NodeId>,
    /// It answers clients.
    pub serving: bool,
    pub epoch: u32,
    /// The newest transaction it has applied, and the newest on its disk.
    pub last_zxid: Zxid,
    pub last_logged: Zxid,
    /// Its vote, in the round of the election that it is in.
    pub ballot: Option<BallotView>,
    pub round: Option<u64>,
    /// How many votes of this round it counts for its own, and how many it needs.
    pub votes: Option<(u16, u16)>,
    /// How far it has come before it serves.
    pub joining: Option<JoinStage>,
    /// At the leader: what waits for its majority, in the order of zxids.
    pub proposals: Vec<ProposalView>,
    /// Sessions of clients which are connected to this server, as it believes.
    pub attached: Vec<(SessionId, NodeId)>,
}

/// How far a voter has come with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VoterProgress {
    Waiting,
    /// It has it and has not logged it yet.
    Received,
    /// On its disk; the leader does not know yet.
    Logged,
    /// The leader counts it.
    Acknowledged,
}

/// A transaction that waits for its majority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalView {
    pub zxid: Zxid,
    /// Every voter, by id.
    pub voters: Vec<(u16, VoterProgress)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerView {
    pub broker: BrokerId,
    /// It believes that it is the controller.
    pub believes_controller: bool,
    /// /brokers/ids/N exists.
    pub registered: bool,
    pub zk: Option<ZkClientView>,
    pub replicas: Vec<ReplicaView>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaRole {
    Leader,
    Follower,
}

/// A partition on a broker, as the broker itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaView {
    pub tp: TopicPartition,
    pub role: ReplicaRole,
    pub leader_epoch: u32,
    pub log_start: u64,
    pub log_end: u64,
    pub high_watermark: u64,
    /// In the ISR that ZooKeeper has.
    pub in_sync: bool,
    /// The last records of the log, newest last (16 at the most): id, key, value.
    pub tail: Vec<RecordView>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    pub offset: u64,
    pub id: RecordId,
    pub key: Option<Arc<str>>,
    pub value: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerView {
    pub client: ProducerClient,
    pub acks: i16,
    /// A steady load, 0 for none.
    pub records_per_s: u32,
    pub acked: u64,
    pub failed: u64,
    pub retried: u64,
    pub queued: u32,
    pub in_flight: u32,
    /// Records acknowledged by each broker.
    pub per_broker: Vec<(BrokerId, u64)>,
    /// Whom it believes to lead each partition.
    pub known_leaders: Vec<(TopicPartition, Option<BrokerId>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerView {
    pub group: Arc<str>,
    /// As in /consumers/G/ids.
    pub consumer_id: Option<Arc<str>>,
    pub phase: RebalancePhase,
    /// 0, 1, … while a rebalance runs.
    pub attempt: u32,
    /// What it believes to own.
    pub owned: Vec<OwnedView>,
    pub zk: Option<ZkClientView>,
    /// Records handed to the application.
    pub received: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedView {
    pub tp: TopicPartition,
    /// The next offset it will hand out.
    pub position: u64,
    /// None: nothing committed.
    pub committed: Option<u64>,
    pub fetching: bool,
}

/// A bare ZooKeeper client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellView {
    pub zk: Option<ZkClientView>,
    /// What was asked and answered, and which watches came, up to this step.
    pub screen: Screen,
}

/// A ZooKeeper client, as the client itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZkClientView {
    pub session: SessionId,
    pub state: KeeperState,
    /// The server it is connected to.
    pub server: Option<NodeId>,
    pub link: ClientLink,
    pub timeout_ms: u32,
    /// How long it has heard nothing.
    pub silence: Span,
    /// When its library gives the session up by itself, if it does and hears of no server until then.
    pub gives_up_in: Option<Span>,
}

/// A session, as the ensemble sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    pub session: SessionId,
    pub client: Option<NodeId>,
    pub server: Option<NodeId>,
    pub timeout_ms: u32,
    /// How long until the bucket of its expiry is over; None without a leader: nothing expires then.
    pub expires_in: Option<Span>,
    /// How long ago the leader last heard of it.
    pub silence: Option<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionView {
    pub tp: TopicPartition,
    pub leader: Option<BrokerId>,
    pub leader_epoch: u32,
    pub isr: Vec<BrokerId>,
    pub replicas: Vec<BrokerId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    pub name: Arc<str>,
    pub members: Vec<NodeId>,
    pub partitions: Vec<GroupPartitionView>,
}

/// A partition for a group, as ZooKeeper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPartitionView {
    pub tp: TopicPartition,
    /// The consumer behind /consumers/G/owners/T/p.
    pub owner: Option<NodeId>,
    pub committed: Option<u64>,
    /// The furthest position a member has.
    pub position: Option<u64>,
    /// High watermark of the leader minus position.
    pub lag: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionView {
    pub client: NodeId,
    pub server: NodeId,
    pub channel: Channel,
}

/// A packet between two nodes. Its place on a picture is a pure function of sent, due and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightView {
    pub from: NodeId,
    pub to: NodeId,
    /// The ordinal of the packet on that wire: its identity.
    pub nth: u64,
    pub kind: FlightKind,
    pub routine: bool,
    pub sent: SimTime,
    pub due: SimTime,
    /// The partition it is about, when it is about one.
    pub tp: Option<TopicPartition>,
    /// Records it carries (the first few).
    pub records: Vec<RecordId>,
    /// The path of a watch event or of a ZooKeeper operation.
    pub path: Option<ZPath>,
    /// It cannot arrive now: the link is cut or the node is frozen.
    pub held: bool,
}

/// Everything between two nodes, by itself: it changes far more often than the rest of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    pub flights: Vec<FlightView>,
    /// Links that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZnodeView {
    pub path: ZPath,
    pub data: ZData,
    pub stat: Stat,
    /// The client behind `ephemeralOwner`.
    pub owner: Option<NodeId>,
}

/// The znodes as one server has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeView {
    /// Sorted by path.
    pub znodes: Arc<Vec<ZnodeView>>,
    pub last_zxid: Zxid,
    /// So many transactions the server with the latest one has applied after that.
    pub behind: u32,
}

/// Who is told when a znode changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatcherView {
    pub client: NodeId,
    /// The server that keeps the watch.
    pub server: NodeId,
    /// Set by `getChildren`; otherwise by `getData` or `exists`.
    pub of_children: bool,
}

fn find<'a>(znodes: &'a [ZnodeView], path: &str) -> Option<&'a ZnodeView> {
    let at = znodes.binary_search_by(|znode| (*znode.path).cmp(path)).ok()?;
    znodes.get(at)
}

impl TreeView {
    pub fn znode(&self, path: &str) -> Option<&ZnodeView> {
        find(&self.znodes, path)
    }
}

impl Frame {
    fn each<'a, T: 'a>(
        &'a self,
        card: fn(&'a Card) -> Option<&'a T>,
    ) -> impl DoubleEndedIterator<Item = Seen<'a, T>> + Clone {
        self.nodes.iter().filter_map(move |node| {
            Some(Seen { id: node.id, name: &node.name, process: node.process, card: card(&node.card)? })
        })
    }

    /// The servers of the ensemble.
    pub fn servers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ServerView>> + Clone {
        self.each(|card| if let Card::Server(server) = card { Some(server) } else { None })
    }

    pub fn brokers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, BrokerView>> + Clone {
        self.each(|card| if let Card::Broker(broker) = card { Some(broker) } else { None })
    }

    pub fn producers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ProducerView>> + Clone {
        self.each(|card| if let Card::Producer(producer) = card { Some(producer) } else { None })
    }

    pub fn consumers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ConsumerView>> + Clone {
        self.each(|card| if let Card::Consumer(consumer) = card { Some(consumer) } else { None })
    }

    /// The bare ZooKeeper clients.
    pub fn shells(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ShellView>> + Clone {
        self.each(|card| if let Card::Shell(shell) = card { Some(shell) } else { None })
    }

    pub fn node(&self, id: NodeId) -> Option<&NodeView> {
        self.nodes.iter().find(|node| node.id == id)
    }

    pub fn broker(&self, id: BrokerId) -> Option<Seen<'_, BrokerView>> {
        self.brokers().find(|broker| broker.broker == id)
    }

    pub fn sessions(&self) -> &[SessionView] {
        let Metadata::ZooKeeper(zookeeper) = &self.metadata;
        &zookeeper.sessions
    }

    /// Sorted by path.
    pub fn znodes(&self) -> &Arc<Vec<ZnodeView>> {
        let Metadata::ZooKeeper(zookeeper) = &self.metadata;
        &zookeeper.znodes
    }

    pub fn znode(&self, path: &str) -> Option<&ZnodeView> {
        find(self.znodes(), path)
    }

    /// Writes to the metadata succeed.
    pub fn service(&self) -> bool {
        let Metadata::ZooKeeper(zookeeper) = &self.metadata;
        zookeeper.service
    }

    pub fn partition(&self, tp: &TopicPartition) -> Option<&PartitionView> {
        let at = self.partitions.binary_search_by(|partition| partition.tp.cmp(tp)).ok()?;
        Some(&self.partitions[at])
    }
}
