//! The still picture of the design as a frame: broker 3 died, the group rebalances. For tests, and for
//! looking at the stage without an engine.

use sim_core::about::FlightKind;
use sim_core::client::ProducerClient;
use sim_core::client::Screen;
use sim_core::engine::system::Process;
use sim_core::ids::*;
use sim_core::kafka::RecordId;
use sim_core::net::Channel;
use sim_core::release::{Kafka, Release, ZkVersion};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::*;
use sim_core::zookeeper::{ClientLink, KeeperState};
use std::sync::Arc;

/// What the picture is of.
pub const RELEASE: Release = Release { kafka: Some(Kafka::V0_8_2), zookeeper: ZkVersion::V3_4 };

pub fn tp(topic: &str, partition: u32) -> TopicPartition {
    TopicPartition::new(&Arc::from(topic), partition)
}

/// A node of the frame, to be changed.
pub fn node(frame: &mut Frame, id: NodeId) -> &mut NodeView {
    frame.nodes.iter_mut().find(|node| node.id == id).expect("in the frame")
}

/// The card of a server.
pub fn server_of(frame: &mut Frame, number: u16) -> &mut ServerView {
    let Card::Server(server) = &mut node(frame, NodeId::Zk(number)).card else { panic!("a server") };
    server
}

/// The card of a broker.
pub fn broker_of(frame: &mut Frame, number: u16) -> &mut BrokerView {
    let Card::Broker(broker) = &mut node(frame, NodeId::Broker(number)).card else { panic!("a broker") };
    broker
}

/// The card of a consumer.
pub fn consumer_of(frame: &mut Frame, number: u16) -> &mut ConsumerView {
    let Card::Consumer(consumer) = &mut node(frame, NodeId::Consumer(number)).card else { panic!("a consumer") };
    consumer
}

pub fn zookeeper(frame: &mut Frame) -> &mut ZooKeeperView {
    let Metadata::ZooKeeper(zookeeper) = &mut frame.metadata;
    zookeeper
}

fn running(id: NodeId, name: String, card: Card) -> NodeView {
    NodeView { id, name: name.into(), process: Process::Running, card }
}

pub fn shell(number: u16) -> NodeView {
    let zk = Some(client(0x30 + u64::from(number), Some(NodeId::Zk(1)), 300));
    let card = Card::Shell(ShellView { zk, screen: Screen::default() });
    running(NodeId::ZkShell(number), format!("cli-{number}"), card)
}

fn client(session: u64, server: Option<NodeId>, silence_ms: u64) -> ZkClientView {
    ZkClientView {
        session: SessionId(session),
        state: if server.is_some() { KeeperState::SyncConnected } else { KeeperState::Disconnected },
        server,
        link: server.map_or(ClientLink::Pausing, ClientLink::Connected),
        timeout_ms: 6_000,
        silence: Span::ms(silence_ms),
        gives_up_in: None,
    }
}

fn session(id: u64, client: NodeId, server: Option<u16>, left_ms: u64) -> SessionView {
    SessionView {
        session: SessionId(id),
        client: Some(client),
        server: server.map(NodeId::Zk),
        timeout_ms: 6_000,
        expires_in: Some(Span::ms(left_ms)),
        silence: Some(Span::ms(6_000 - left_ms)),
    }
}

fn server(number: u16, role: Option<ServerRole>, process: Process, attached: Vec<(u64, NodeId)>) -> NodeView {
    let card = Card::Server(ServerView {
        role,
        leader: (role == Some(ServerRole::Following)).then_some(NodeId::Zk(2)),
        serving: role.is_some(),
        epoch: 1,
        last_zxid: Zxid::new(1, 0x2f),
        last_logged: Zxid::new(1, 0x2f),
        ballot: None,
        round: None,
        votes: None,
        joining: None,
        proposals: Vec::new(),
        attached: attached.into_iter().map(|(session, client)| (SessionId(session), client)).collect(),
    });
    NodeView { process, ..running(NodeId::Zk(number), format!("zk{number}"), card) }
}

/// Leader, log end and high watermark of each partition.
const PARTITIONS: [(&str, u32, [u16; 3], u64, u64); 4] = [
    ("orders", 0, [1, 2, 3], 8, 6),
    ("orders", 1, [2, 1, 3], 10, 9),
    ("orders", 2, [2, 3, 1], 9, 7),
    ("clicks", 0, [1, 2, 3], 6, 5),
];

fn broker(number: u16) -> NodeView {
    let mut replicas: Vec<ReplicaView> = PARTITIONS
        .iter()
        .map(|(topic, partition, assigned, end, high)| {
            let leads = assigned[0] == number;
            let log_end = if leads {
                *end
            } else if number == 3 {
                high - 2
            } else {
                end - 1
            };
            let record = |offset: u64| RecordView {
                offset,
                id: RecordId { producer: 1, number: offset as u32 },
                key: Some(Arc::from("k")),
                value: Arc::from("v"),
            };
            ReplicaView {
                tp: tp(topic, *partition),
                role: if leads { ReplicaRole::Leader } else { ReplicaRole::Follower },
                leader_epoch: if *topic == "orders" && *partition == 1 { 4 } else { 2 },
                log_start: 0,
                log_end,
                high_watermark: (*high).min(log_end),
                in_sync: number != 3,
                tail: (0..log_end).map(record).collect(),
            }
        })
        .collect();
    replicas.sort_by(|a, b| a.tp.cmp(&b.tp));
    let down = number == 3;
    let card = Card::Broker(BrokerView {
        broker: number,
        believes_controller: number == 1,
        registered: !down,
        zk: (!down).then(|| client(0x100 + u64::from(number), Some(NodeId::Zk(2)), u64::from(number) * 550)),
        replicas,
    });
    let process = if down { Process::Killed } else { Process::Running };
    NodeView { process, ..running(NodeId::Broker(number), format!("broker {number}"), card) }
}

fn owned(partition: TopicPartition, position: u64, committed: Option<u64>) -> OwnedView {
    OwnedView { tp: partition, position, committed, fetching: true }
}

fn consumer(number: u16, letter: &str, phase: RebalancePhase, attempt: u32, owned: Vec<OwnedView>) -> NodeView {
    let card = Card::Consumer(ConsumerView {
        group: Arc::from("billing"),
        consumer_id: Some(format!("billing_host-{letter}-1700000000000-6f1c92d0").into()),
        phase,
        attempt,
        owned,
        zk: Some(client(0x200 + u64::from(number), Some(NodeId::Zk(1 + number % 2)), 900)),
        received: 40,
    });
    running(NodeId::Consumer(number), format!("billing-{letter}"), card)
}

fn flight(from: NodeId, to: NodeId, kind: FlightKind, about: Option<TopicPartition>, done_us: u64) -> FlightView {
    FlightView {
        from,
        to,
        nth: done_us,
        kind,
        routine: !matches!(kind, FlightKind::Watch | FlightKind::Controller),
        sent: SimTime(18_431_000 - done_us),
        due: SimTime(18_432_000 - done_us),
        tp: about,
        records: Vec::new(),
        path: (kind == FlightKind::Watch).then(|| Arc::from("/brokers/ids")),
        group: None,
        held: false,
    }
}

pub fn broker_3_died() -> Frame {
    use NodeId::{Broker, Consumer, Producer, Zk};
    let producer = |number: u16, acks: i16, per_broker: Vec<(BrokerId, u64)>| {
        let card = Card::Producer(ProducerView {
            client: ProducerClient::Java,
            acks,
            records_per_s: 42,
            acked: 410,
            failed: 0,
            retried: 3,
            queued: 4,
            in_flight: 2,
            per_broker,
            known_leaders: PARTITIONS.iter().map(|(t, p, assigned, _, _)| (tp(t, *p), Some(assigned[0]))).collect(),
        });
        running(Producer(number), format!("web-{number}"), card)
    };
    let connection = |client: NodeId, server: NodeId, channel: Channel| ConnectionView { client, server, channel };
    let mut connections = vec![
        connection(Zk(1), Zk(2), Channel::Quorum),
        connection(Broker(1), Zk(2), Channel::ZkSession),
        connection(Broker(2), Zk(2), Channel::ZkSession),
        connection(Broker(1), Broker(2), Channel::ReplicaFetcher),
        connection(Broker(2), Broker(1), Channel::ReplicaFetcher),
        connection(Broker(1), Broker(2), Channel::Controller),
        connection(Producer(1), Broker(1), Channel::Produce),
        connection(Producer(1), Broker(2), Channel::Produce),
        connection(Producer(2), Broker(1), Channel::Produce),
    ];
    for n in 1..=3 {
        connections.push(connection(Consumer(n), Zk(1 + n % 2), Channel::ZkSession));
        connections.push(connection(Consumer(n), Broker(1 + n % 2), Channel::Consume));
    }
    let mut partitions: Vec<PartitionView> = PARTITIONS
        .iter()
        .map(|(t, p, assigned, _, _)| PartitionView {
            tp: tp(t, *p),
            leader: Some(assigned[0]),
            leader_epoch: 2,
            isr: vec![1, 2],
            replicas: assigned.to_vec(),
        })
        .collect();
    partitions.sort_by(|a, b| a.tp.cmp(&b.tp));
    let of_group = |partition: TopicPartition, owner: Option<u16>, position: u64, committed: u64| GroupPartitionView {
        tp: partition,
        owner: owner.map(Consumer),
        committed: Some(committed),
        position: Some(position),
        lag: Some(3),
    };
    Frame {
        release: RELEASE,
        step: 1_204,
        at: SimTime(18_431_000),
        events: 1_204,
        nodes: vec![
            server(1, Some(ServerRole::Following), Process::Running, vec![(0x202, Consumer(2))]),
            server(
                2,
                Some(ServerRole::Leading),
                Process::Running,
                vec![(0x101, Broker(1)), (0x102, Broker(2)), (0x201, Consumer(1)), (0x203, Consumer(3))],
            ),
            server(3, None, Process::Killed, Vec::new()),
            broker(1),
            broker(2),
            broker(3),
            producer(1, -1, vec![(1, 240), (2, 170)]),
            producer(2, 1, vec![(1, 400)]),
            consumer(1, "a", RebalancePhase::Claiming, 1, vec![owned(tp("orders", 1), 7, Some(5))]),
            consumer(
                2,
                "b",
                RebalancePhase::Releasing,
                1,
                vec![owned(tp("orders", 0), 5, Some(4)), owned(tp("orders", 2), 6, None)],
            ),
            consumer(3, "c", RebalancePhase::Reading, 0, vec![owned(tp("clicks", 0), 5, Some(5))]),
        ],
        partitions,
        groups: vec![GroupView {
            name: Arc::from("billing"),
            members: vec![Consumer(1), Consumer(2), Consumer(3)],
            partitions: vec![
                of_group(tp("clicks", 0), Some(3), 5, 5),
                of_group(tp("orders", 0), Some(1), 5, 4),
                of_group(tp("orders", 1), Some(1), 7, 5),
                of_group(tp("orders", 2), None, 6, 6),
            ],
        }],
        metadata: Metadata::ZooKeeper(ZooKeeperView {
            sessions: vec![
                session(0x101, Broker(1), Some(2), 5_800),
                session(0x102, Broker(2), Some(2), 4_900),
                session(0x103, Broker(3), None, 1_400),
                session(0x201, Consumer(1), Some(2), 5_100),
                session(0x202, Consumer(2), Some(1), 5_100),
                session(0x203, Consumer(3), Some(2), 5_100),
            ],
            znodes: Arc::new(Vec::new()),
            service: true,
        }),
        connections,
        cuts: vec![(Broker(2), Zk(2))],
        flights: vec![
            flight(Zk(2), Broker(1), FlightKind::Watch, None, 450),
            flight(Broker(1), Broker(2), FlightKind::Controller, Some(tp("orders", 1)), 600),
            flight(Broker(2), Broker(1), FlightKind::FetchedRecords, Some(tp("orders", 1)), 400),
            flight(Producer(1), Broker(2), FlightKind::Produce, Some(tp("orders", 1)), 550),
            flight(Producer(2), Broker(1), FlightKind::Produce, Some(tp("orders", 0)), 300),
            flight(Broker(2), Consumer(1), FlightKind::FetchedRecords, Some(tp("orders", 1)), 700),
            flight(Consumer(2), Zk(1), FlightKind::ZkRequest, None, 500),
            flight(Zk(1), Zk(2), FlightKind::Zab, None, 500),
        ],
        controller: Some(1),
    }
}
