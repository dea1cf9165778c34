//! An immutable picture of one step, for drawing: plain values in the reader's words. What draws reads a [`Frame`]
//! and never a node.
//!
//! A frame holds what the simulation knows, nothing that a picture would like to have: no coordinates, no
//! colours, no sentences. Lists are in a fixed order (by id, by name), so that equal frames are equal.

use crate::about::FlightKind;
use crate::client::ProducerClient;
use crate::client::Screen;
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
    /// The simulated time of the picture: at or after the last choice, before the next one.
    pub at: SimTime,
    /// How many events were noted; the newest is `events - 1`.
    pub events: u64,
    /// Every process, in the order in which they joined the cluster.
    pub nodes: Vec<NodeView>,
    /// Every partition, as the metadata has it. Sorted by topic and number.
    pub partitions: Vec<PartitionView>,
    /// Every consumer group, as ZooKeeper has it. Sorted by name.
    pub groups: Vec<GroupView>,
    /// The controller, as the metadata has it.
    pub controller: Option<BrokerId>,
    /// Where the cluster keeps its metadata.
    pub metadata: Metadata,
    /// Each open connection once, named by the end that opened it. Sorted.
    pub connections: Vec<ConnectionView>,
    /// Links that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
    /// What is on its way, wire by wire.
    pub flights: Vec<FlightView>,
}

/// Where the cluster keeps what all of it must agree on, and its present state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// In the znodes of an ensemble.
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
    /// What it is called here; it outlives the process.
    pub id: NodeId,
    /// What people call it: `web-1`, `broker-2`.
    pub name: Arc<str>,
    /// Whether it runs.
    pub process: Process,
    /// What it does and has.
    pub card: Card,
}

/// What there is to see of a process, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Card {
    /// A ZooKeeper server.
    Server(ServerView),
    /// A Kafka broker.
    Broker(BrokerView),
    /// A program that sends records.
    Producer(ProducerView),
    /// A member of a consumer group.
    Consumer(ConsumerView),
    /// A ZooKeeper client that is driven by hand.
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
    /// As in [`NodeView`].
    pub id: NodeId,
    /// As in [`NodeView`].
    pub name: &'a Arc<str>,
    /// As in [`NodeView`].
    pub process: Process,
    /// The part that only this kind of process has.
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

/// A vote: which server should lead, and why (`FastLeaderElection.totalOrderPredicate`: epoch, zxid, id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BallotView {
    /// The `myid` of the server that it is for.
    pub leader: u16,
    /// `peerEpoch`: the epoch of the newest leader that this server has followed.
    pub epoch: u32,
    /// The newest transaction in the log of that server.
    pub zxid: Zxid,
}

/// A ZooKeeper server, as the server itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerView {
    /// None while it is down.
    pub role: Option<ServerRole>,
    /// Whom it follows, whether that one leads or not.
    pub leader: Option<NodeId>,
    /// It answers clients.
    pub serving: bool,
    /// `currentEpoch`, which is on its disk.
    pub epoch: u32,
    /// The newest transaction it has applied, and the newest on its disk.
    pub last_zxid: Zxid,
    /// The newest transaction on its disk, committed or not.
    pub last_logged: Zxid,
    /// Its vote, in the round of the election that it is in.
    pub ballot: Option<BallotView>,
    /// `logicalclock`: the election that it takes part in.
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
    /// It does not have the proposal, as far as can be seen.
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
    /// Its number, which it keeps when it is committed.
    pub zxid: Zxid,
    /// Every voter, by id.
    pub voters: Vec<(u16, VoterProgress)>,
}

/// A broker, as the broker itself sees it, but for `registered`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerView {
    /// `broker.id`
    pub broker: BrokerId,
    /// It believes that it is the controller.
    pub believes_controller: bool,
    /// /brokers/ids/N exists.
    pub registered: bool,
    /// Its ZooKeeper client, while it runs.
    pub zk: Option<ZkClientView>,
    /// The replicas that it hosts, and logs that it has on its disk. Sorted by topic and number.
    pub replicas: Vec<ReplicaView>,
}

/// What a replica does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaRole {
    /// It takes writes.
    Leader,
    /// It copies from the leader, or does nothing yet.
    Follower,
}

/// A partition on a broker, as the broker itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicaView {
    /// Of which partition.
    pub tp: TopicPartition,
    /// What it believes to be.
    pub role: ReplicaRole,
    /// Of the last order of a controller that it took; 0 before the first one.
    pub leader_epoch: u32,
    /// The offset of the oldest record in its log.
    pub log_start: u64,
    /// The offset that the next record gets (`LEO`).
    pub log_end: u64,
    /// Everything below is committed, as this replica knows.
    pub high_watermark: u64,
    /// In the ISR that ZooKeeper has.
    pub in_sync: bool,
    /// The last records of the log, newest last (16 at the most): id, key, value.
    pub tail: Vec<RecordView>,
}

/// A record in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// Its place in the log.
    pub offset: u64,
    /// Which record of which producer it is: two copies have the same.
    pub id: RecordId,
    /// None: the producer gave none.
    pub key: Option<Arc<str>>,
    /// As text.
    pub value: Arc<str>,
}

/// A producer, as the producer itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProducerView {
    /// Which of the two producers.
    pub client: ProducerClient,
    /// `acks`, `request.required.acks`: 0 for none, 1 for the leader, −1 for the whole ISR.
    pub acks: i16,
    /// A steady load, 0 for none.
    pub records_per_s: u32,
    /// Records acknowledged since the producer was added (with acks=0: handed to the network).
    pub acked: u64,
    /// Records for which the application got an error.
    pub failed: u64,
    /// Records that were put back to be sent again, each time.
    pub retried: u64,
    /// Records that are not sent yet.
    pub queued: u32,
    /// Produce requests without an answer.
    pub in_flight: u32,
    /// Records acknowledged by each broker.
    pub per_broker: Vec<(BrokerId, u64)>,
    /// Whom it believes to lead each partition.
    pub known_leaders: Vec<(TopicPartition, Option<BrokerId>)>,
}

/// A consumer, as the consumer itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerView {
    /// `group.id`
    pub group: Arc<str>,
    /// As in /consumers/G/ids.
    pub consumer_id: Option<Arc<str>>,
    /// Where it is in its rebalance.
    pub phase: RebalancePhase,
    /// 0, 1, … while a rebalance runs.
    pub attempt: u32,
    /// What it believes to own.
    pub owned: Vec<OwnedView>,
    /// Its ZooKeeper client, while it runs.
    pub zk: Option<ZkClientView>,
    /// Records handed to the application.
    pub received: u64,
}

/// A partition that a consumer owns, as it believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedView {
    /// The partition.
    pub tp: TopicPartition,
    /// The next offset it will hand out.
    pub position: u64,
    /// None: nothing committed.
    pub committed: Option<u64>,
    /// A fetcher asks the leader for its records.
    pub fetching: bool,
}

/// A bare ZooKeeper client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShellView {
    /// Its ZooKeeper client, while the process runs.
    pub zk: Option<ZkClientView>,
    /// What was asked and answered, and which watches came, up to this step.
    pub screen: Screen,
}

/// A ZooKeeper client, as the client itself sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZkClientView {
    /// The session that it has or had last; 0 before the first one.
    pub session: SessionId,
    /// The state that its watchers were told last.
    pub state: KeeperState,
    /// The server it is connected to.
    pub server: Option<NodeId>,
    /// How far its connection is.
    pub link: ClientLink,
    /// As negotiated with the server; as asked for before that.
    pub timeout_ms: u32,
    /// How long it has heard nothing.
    pub silence: Span,
    /// When its library gives the session up by itself, if it does and hears of no server until then.
    pub gives_up_in: Option<Span>,
}

/// A session, as the ensemble sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// Its number.
    pub session: SessionId,
    /// Whose it is.
    pub client: Option<NodeId>,
    /// Where its client is connected.
    pub server: Option<NodeId>,
    /// As negotiated.
    pub timeout_ms: u32,
    /// How long until the bucket of its expiry is over; None without a leader: nothing expires then.
    pub expires_in: Option<Span>,
    /// How long ago the leader last heard of it.
    pub silence: Option<Span>,
}

/// A partition, as the metadata has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionView {
    /// The partition.
    pub tp: TopicPartition,
    /// None: nobody leads it.
    pub leader: Option<BrokerId>,
    /// How often it has got a leader.
    pub leader_epoch: u32,
    /// The replicas in sync, in the order of the metadata.
    pub isr: Vec<BrokerId>,
    /// Where its copies are; the first one is the preferred leader.
    pub replicas: Vec<BrokerId>,
}

/// A consumer group, as ZooKeeper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupView {
    /// `group.id`
    pub name: Arc<str>,
    /// Those that are registered, whether their processes still run or not.
    pub members: Vec<NodeId>,
    /// All that the group owns, has committed or reads. Sorted.
    pub partitions: Vec<GroupPartitionView>,
}

/// A partition for a group, as ZooKeeper has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPartitionView {
    /// The partition.
    pub tp: TopicPartition,
    /// The consumer behind /consumers/G/owners/T/p.
    pub owner: Option<NodeId>,
    /// The offset in /consumers/G/offsets/T/p.
    pub committed: Option<u64>,
    /// The furthest position a member has.
    pub position: Option<u64>,
    /// High watermark of the leader minus position.
    pub lag: Option<u64>,
}

/// An open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionView {
    /// Who opened it.
    pub client: NodeId,
    /// Who was called.
    pub server: NodeId,
    /// What it is for.
    pub channel: Channel,
}

/// A packet between two nodes. Its place on a picture is a pure function of sent, due and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightView {
    /// Who sent it.
    pub from: NodeId,
    /// Whom it is for.
    pub to: NodeId,
    /// The ordinal of the packet on that wire: its identity.
    pub nth: u64,
    /// What it is, as coarsely as a picture tells it.
    pub kind: FlightKind,
    /// It is part of what goes on all the time.
    pub routine: bool,
    /// When it left.
    pub sent: SimTime,
    /// When it arrives, unless it is held.
    pub due: SimTime,
    /// The partition it is about, when it is about one.
    pub tp: Option<TopicPartition>,
    /// Records it carries (the first few).
    pub records: Vec<RecordId>,
    /// The path of a watch event or of a ZooKeeper operation.
    pub path: Option<ZPath>,
    /// The consumer group that this path belongs to.
    pub group: Option<Arc<str>>,
    /// It cannot arrive now: the link is cut or the node is frozen.
    pub held: bool,
}

/// Everything between two nodes, by itself: it changes far more often than the rest of a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnderWay {
    /// What is on its way, wire by wire.
    pub flights: Vec<FlightView>,
    /// Links that are cut.
    pub cuts: Vec<(NodeId, NodeId)>,
}

/// A znode, as one server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZnodeView {
    /// Where it is in the tree.
    pub path: ZPath,
    /// What was written there.
    pub data: ZData,
    /// As `stat` shows it.
    pub stat: Stat,
    /// The client behind `ephemeralOwner`.
    pub owner: Option<NodeId>,
}

/// The znodes as one server has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeView {
    /// Sorted by path.
    pub znodes: Arc<Vec<ZnodeView>>,
    /// The newest transaction that this server has applied.
    pub last_zxid: Zxid,
    /// So many transactions the server with the latest one has applied after that.
    pub behind: u32,
}

/// A client that is told when a znode changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WatcherView {
    /// Whose watch it is.
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
    /// The znode at this path, if there is one.
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

    /// The Kafka brokers.
    pub fn brokers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, BrokerView>> + Clone {
        self.each(|card| if let Card::Broker(broker) = card { Some(broker) } else { None })
    }

    /// The producers, of both kinds.
    pub fn producers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ProducerView>> + Clone {
        self.each(|card| if let Card::Producer(producer) = card { Some(producer) } else { None })
    }

    /// The consumers of all groups.
    pub fn consumers(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ConsumerView>> + Clone {
        self.each(|card| if let Card::Consumer(consumer) = card { Some(consumer) } else { None })
    }

    /// The bare ZooKeeper clients.
    pub fn shells(&self) -> impl DoubleEndedIterator<Item = Seen<'_, ShellView>> + Clone {
        self.each(|card| if let Card::Shell(shell) = card { Some(shell) } else { None })
    }

    /// The process with this id, whether it runs or not.
    pub fn node(&self, id: NodeId) -> Option<&NodeView> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The broker with this `broker.id`.
    pub fn broker(&self, id: BrokerId) -> Option<Seen<'_, BrokerView>> {
        self.brokers().find(|broker| broker.broker == id)
    }

    /// Sorted by number.
    pub fn sessions(&self) -> &[SessionView] {
        let Metadata::ZooKeeper(zookeeper) = &self.metadata;
        &zookeeper.sessions
    }

    /// Sorted by path.
    pub fn znodes(&self) -> &Arc<Vec<ZnodeView>> {
        let Metadata::ZooKeeper(zookeeper) = &self.metadata;
        &zookeeper.znodes
    }

    /// The znode at this path, if there is one.
    pub fn znode(&self, path: &str) -> Option<&ZnodeView> {
        find(self.znodes(), path)
    }

    /// Writes to the metadata succeed.
    pub fn service(&self) -> bool {
        let Metadata::ZooKeeper(zookeeper) = &self.metadata;
        zookeeper.service
    }

    /// A partition of a topic that the metadata knows.
    pub fn partition(&self, tp: &TopicPartition) -> Option<&PartitionView> {
        let at = self.partitions.binary_search_by(|partition| partition.tp.cmp(tp)).ok()?;
        Some(&self.partitions[at])
    }
}
