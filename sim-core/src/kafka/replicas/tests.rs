//! A broker's replicas alone: orders and answers by hand.

use super::super::messages::{Api, FetchRequest, FetchedPartition, KafkaMessage, LeaderAndIsr, OffsetRequest, Request};
use super::super::zookeeper_mode::ZooKeeperMode;
use super::*;
use crate::boundary::{Effect, Message, Outbox};
use crate::kafka::BrokerConfig;
use crate::net::ConnId;
use crate::release::{Kafka, ZkVersion};
use crate::time::SimTime;
use crate::zookeeper::ZkClientConfig;

/// Broker 1, with "orders" on it.
struct Bench {
    replicas: Replicas,
    config: BrokerConfig,
    plane: ZooKeeperMode,
    sent: Vec<(ConnId, KafkaMessage)>,
    connected: Vec<ConnId>,
}

impl Bench {
    fn new() -> Bench {
        let zk = ZkClientConfig {
            servers: vec![NodeId::Zk(1)],
            session_timeout_ms: 6_000,
            version: ZkVersion::V3_4,
            retry_until_connected: true,
        };
        Bench {
            replicas: Replicas::default(),
            config: Kafka::V0_8_2.broker_config(),
            plane: ZooKeeperMode::new(zk),
            sent: Vec::new(),
            connected: Vec::new(),
        }
    }

    fn with(&mut self, act: impl FnOnce(&mut Replicas, &mut Io<'_>)) {
        let mut out = Outbox::for_node(NodeId::Broker(1), SimTime::ZERO);
        out.next_serial = self.connected.len() as u32;
        let mut io = Io { id: 1, config: &self.config, plane: &mut self.plane, out: &mut out };
        act(&mut self.replicas, &mut io);
        for effect in out.take() {
            match effect {
                Effect::Connect(conn) => self.connected.push(conn),
                Effect::Send(conn, Message::Kafka(message), _) => self.sent.push((conn, message)),
                _ => {}
            }
        }
    }

    /// LeaderAndIsr for these partitions.
    fn order(&mut self, leader: BrokerId, leader_epoch: u32, partitions: &[u32]) {
        let states = partitions.iter().map(|partition| PartitionState {
            tp: orders(*partition),
            state: LeaderAndIsr {
                leader: Some(leader),
                leader_epoch,
                isr: vec![leader],
                controller_epoch: 1,
                zk_version: 0,
            },
            replicas: vec![1, 2],
            because: Recorded(None),
        });
        let states = states.collect();
        self.with(|replicas, io| assert_eq!(replicas.take_orders(&[leader], states, io), None));
    }

    /// The last message that was sent.
    fn asked(&self) -> (ConnId, u32, &Request) {
        match self.sent.last() {
            Some((conn, KafkaMessage { correlation, api: Api::Request(request) })) => (*conn, *correlation, request),
            other => panic!("no request: {other:?}"),
        }
    }
}

fn orders(partition: u32) -> TopicPartition {
    TopicPartition { topic: "orders".into(), partition }
}

#[test]
fn a_fetcher_goes_on_when_the_replica_whose_offset_it_asked_has_left_it() {
    let mut bench = Bench::new();
    bench.order(2, 0, &[0, 1]);
    let conn = bench.connected[0];
    bench.with(|replicas, io| replicas.fetcher_opened(conn, io));
    let (_, correlation, _) = bench.asked();
    let error = Some(KafkaError::OffsetOutOfRange);
    let refused = FetchedPartition { tp: orders(0), error, high_watermark: 0, batches: Vec::new() };
    bench.with(|replicas, io| replicas.fetched(conn, correlation, vec![refused], io));
    let (_, correlation, request) = bench.asked();
    assert!(matches!(request, Request::Offset(OffsetRequest { tp, latest: true }) if *tp == orders(0)), "{request:?}");
    bench.order(1, 1, &[0]);
    bench.with(|replicas, io| replicas.leader_offset(conn, correlation, Ok(7), io));
    let (_, _, request) = bench.asked();
    let Request::Fetch(FetchRequest { partitions, .. }) = request else { panic!("it stands still: {request:?}") };
    assert_eq!(partitions.iter().map(|from| from.tp.clone()).collect::<Vec<_>>(), [orders(1)]);
    assert_eq!(bench.replicas.get(&orders(0)).map(Replica::log_end), Some(0), "the answer was for a follower");
}
