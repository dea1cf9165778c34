//! The producers against hand-made brokers.

mod scala;

use super::metadata::Metadata;
use super::*;
use crate::boundary::Effect;
use crate::kafka::{
    Api, Batch, KafkaError, KafkaMessage, MetadataResponse, PartitionMetadata, ProduceResponse, Request, TopicMetadata,
};
use crate::net::ConnId;
use crate::release::Kafka;
use crate::time::SimTime;
use std::collections::VecDeque;

/// A produce request: connection, number, batches.
type Waiting = (ConnId, u32, Vec<(TopicPartition, Batch)>);

/// Partition and offset of a record, or the error's name.
type Sent = Result<(u32, Option<u64>), &'static str>;

/// Brokers that answer what the test says, and a producer.
struct Bench {
    producer: Producer,
    out: Outbox,
    /// Leader of each partition of "orders".
    leaders: Vec<Option<BrokerId>>,
    brokers: Vec<BrokerId>,
    /// Produce requests that wait for an answer.
    produced: Vec<Waiting>,
    metadata_requests: u32,
    topic_is_missing: bool,
    closed: Vec<ConnId>,
    armed: Vec<Timer>,
    facts: Vec<&'static str>,
    exited: bool,
}

impl Bench {
    fn new(config: ProducerConfig, leaders: &[Option<BrokerId>]) -> Bench {
        let mut bench = Bench {
            producer: Producer::new(1, config),
            out: Outbox::for_node(NodeId::Producer(1), SimTime::ZERO),
            leaders: leaders.to_vec(),
            brokers: vec![1, 2, 3],
            produced: Vec::new(),
            metadata_requests: 0,
            topic_is_missing: false,
            closed: Vec::new(),
            armed: Vec::new(),
            facts: Vec::new(),
            exited: false,
        };
        bench.give(Input::Started { entropy: 0 });
        bench
    }

    /// Gives an input, and lets brokers open connections and answer metadata requests at once.
    fn give(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.producer.handle(input, &mut self.out);
            for effect in self.out.take() {
                match effect {
                    Effect::Connect(conn) => inputs.push_back(match conn.server {
                        NodeId::Broker(id) if self.brokers.contains(&id) => Input::Opened(conn),
                        _ => Input::Lost(conn, crate::net::LostWhy::Refused),
                    }),
                    Effect::Send(conn, Message::Kafka(KafkaMessage { correlation, api }), _) => match api {
                        Api::Request(Request::Metadata(_)) => {
                            self.metadata_requests += 1;
                            inputs.push_back(Input::Message(conn, Message::Kafka(self.metadata(correlation))));
                        }
                        Api::Request(Request::Produce(request)) => {
                            self.produced.push((conn, correlation, request.batches));
                        }
                        other => panic!("{other:?}"),
                    },
                    Effect::Arm { timer, .. } => self.armed.push(timer),
                    Effect::Disarm(timer) => self.armed.retain(|armed| *armed != timer),
                    Effect::Note(_, fact, _) => self.facts.push(fact.name()),
                    Effect::Exit => self.exited = true,
                    Effect::Close(conn) => self.closed.push(conn),
                    Effect::Send(..) => {}
                }
            }
        }
    }

    fn metadata(&self, correlation: u32) -> KafkaMessage {
        let partitions = self.leaders.iter().zip(0..).map(|(leader, partition)| PartitionMetadata {
            partition,
            error: None,
            leader: *leader,
            replicas: Vec::new(),
            isr: Vec::new(),
        });
        let error = (self.topic_is_missing).then_some(KafkaError::UnknownTopicOrPartition);
        let topic = TopicMetadata { topic: "orders".into(), error, partitions: partitions.collect() };
        KafkaMessage::response(correlation, MetadataResponse { brokers: self.brokers.clone(), topics: vec![topic] })
    }

    fn fire(&mut self, timer: ProducerTimer) {
        let timer = Timer::Producer(timer);
        assert!(self.armed.contains(&timer), "the timer is armed");
        self.armed.retain(|armed| *armed != timer);
        self.give(Input::Timer(timer));
    }

    fn produce(&mut self, records: &[(Option<&str>, &str, Option<u32>)]) {
        let records = records.iter().map(|(key, value, partition)| ProduceRecord {
            topic: "orders".into(),
            key: key.map(Into::into),
            value: (*value).into(),
            partition: *partition,
        });
        self.give(Input::Order(Order::Produce(records.collect())));
    }

    /// Answers the oldest produce request.
    fn answer(&mut self, result: Result<u64, KafkaError>) {
        let (conn, correlation, batches) = self.produced.remove(0);
        let results = batches.into_iter().map(|(tp, _)| (tp, result)).collect();
        let answer = KafkaMessage::response(correlation, ProduceResponse { results });
        self.give(Input::Message(conn, answer.into()));
    }

    /// What waits for an answer: broker, then partition and values of each batch.
    fn waiting(&self) -> Vec<(NodeId, String)> {
        let text = |batches: &[(TopicPartition, Batch)]| {
            let one = |(tp, batch): &(TopicPartition, Batch)| {
                let values: Vec<&str> = batch.iter().map(|record| &*record.value).collect();
                format!("{}:{}", tp.partition, values.join("+"))
            };
            batches.iter().map(one).collect::<Vec<_>>().join(" ")
        };
        self.produced.iter().map(|(conn, _, batches)| (conn.server, text(batches))).collect()
    }

    /// Partition and offset of each record.
    fn outcomes(&self) -> Vec<Option<Sent>> {
        let place = |outcome: Outcome| {
            let written = |written: Option<Written>| written.expect("the Java producer says where");
            outcome.map(written).map(|Written { partition, offset }| (partition, offset))
        };
        self.producer.results().iter().map(|result| result.outcome.map(place)).collect()
    }
}

fn config() -> ProducerConfig {
    ProducerConfig { retries: 3, ..Kafka::V0_8_2.producer_config(vec![1, 2, 3]) }
}

#[test]
fn the_application_is_told_partition_and_offset_of_each_record() {
    let mut bench = Bench::new(config(), &[Some(1), Some(2)]);
    bench.produce(&[(None, "a", Some(0)), (None, "b", Some(1)), (None, "c", Some(0)), (None, "x", Some(9))]);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a+c".into()), (NodeId::Broker(2), "1:b".into())]);
    bench.answer(Ok(10));
    bench.answer(Ok(4));
    assert_eq!(
        bench.outcomes(),
        [
            Some(Ok((0, Some(10)))),
            Some(Ok((1, Some(4)))),
            Some(Ok((0, Some(11)))),
            Some(Err("IllegalArgumentException"))
        ]
    );
    assert_eq!(bench.producer.per_broker(), [(1, 2), (2, 1)]);
}

#[test]
fn a_producer_follows_the_leader_after_not_leader_and_the_record_stays_the_same() {
    let mut bench = Bench::new(config(), &[Some(1)]);
    bench.produce(&[(None, "a", Some(0))]);
    let id = bench.produced[0].2[0].1[0].id;
    bench.leaders = vec![Some(2)];
    bench.fire(ProducerTimer::MetadataBackoff);
    bench.answer(Err(KafkaError::NotLeaderForPartition));
    assert!(bench.waiting().is_empty(), "retry.backoff.ms is not over");
    assert!(bench.facts.ends_with(&["SendRetried", "MetadataRequested", "LeaderLearned"]), "{:?}", bench.facts);
    bench.fire(ProducerTimer::RetryBackoff);
    assert_eq!(bench.waiting(), [(NodeId::Broker(2), "0:a".into())]);
    assert_eq!(bench.produced[0].2[0].1[0].id, id);
    bench.answer(Ok(7));
    assert_eq!(bench.outcomes(), [Some(Ok((0, Some(7))))]);
    assert_eq!(bench.producer.retried_count(), 1);
}

#[test]
fn with_acks_0_a_sent_record_is_a_done_record_whatever_becomes_of_it() {
    let mut bench = Bench::new(ProducerConfig { acks: 0, ..config() }, &[Some(1)]);
    bench.produce(&[(None, "a", Some(0))]);
    assert_eq!(bench.outcomes(), [Some(Ok((0, None)))]);
    let conn = bench.produced[0].0;
    bench.give(Input::Lost(conn, crate::net::LostWhy::Reset));
    assert_eq!((bench.producer.retried_count(), bench.producer.failed_count()), (0, 0));
    assert!(!bench.facts.contains(&"RecordsAcked"), "nobody acknowledged anything");
}

#[test]
fn a_retry_keeps_the_order_with_one_request_in_flight_and_reverses_it_with_two() {
    for (max_in_flight, expected) in [(1, ["0:a", "0:b"]), (2, ["0:b", "0:a"])] {
        let mut bench = Bench::new(ProducerConfig { max_in_flight, ..config() }, &[Some(1)]);
        bench.produce(&[(None, "a", Some(0))]);
        bench.produce(&[(None, "b", Some(0))]);
        let in_flight = bench.waiting().len();
        assert_eq!(in_flight as u32, max_in_flight);
        for _ in 0..in_flight {
            bench.answer(Err(KafkaError::RequestTimedOut));
        }
        let mut order = Vec::new();
        while order.len() < 2 {
            while bench.armed.contains(&Timer::Producer(ProducerTimer::RetryBackoff)) {
                bench.fire(ProducerTimer::RetryBackoff);
            }
            order.push(bench.waiting()[0].1.clone());
            bench.answer(Ok(0));
        }
        assert_eq!(order, expected, "max.in.flight.requests.per.connection {max_in_flight}");
    }
}

#[test]
fn records_of_one_key_always_go_to_the_same_partition() {
    let mut bench = Bench::new(config(), &[Some(1), None, Some(3)]);
    for _ in 0..3 {
        bench.produce(&[(Some("k2"), "x", None)]);
        bench.answer(Ok(0));
    }
    assert!(bench.outcomes().iter().all(|outcome| *outcome == Some(Ok((0, Some(0))))));
    // Even to one without leader: it waits for it.
    bench.produce(&[(Some("a"), "y", None)]);
    assert!(bench.waiting().is_empty());
    assert_eq!(bench.producer.queued(), 1);
    bench.leaders[1] = Some(2);
    bench.fire(ProducerTimer::MetadataBackoff);
    assert_eq!(bench.waiting(), [(NodeId::Broker(2), "1:y".into())]);
}

#[test]
fn without_retries_the_application_gets_the_error() {
    let mut bench = Bench::new(Kafka::V0_8_2.producer_config(vec![1]), &[Some(1)]);
    bench.produce(&[(None, "a", Some(0))]);
    bench.answer(Err(KafkaError::NotEnoughReplicas));
    assert_eq!(bench.outcomes(), [Some(Err("NOT_ENOUGH_REPLICAS"))]);
    assert_eq!(bench.producer.failed_count(), 1);
}

#[test]
fn a_lost_connection_sends_what_was_in_flight_again_to_the_new_leader() {
    let mut bench = Bench::new(config(), &[Some(1)]);
    bench.produce(&[(None, "a", Some(0))]);
    let conn = bench.produced.remove(0).0;
    bench.brokers = vec![2, 3];
    bench.leaders = vec![Some(3)];
    bench.fire(ProducerTimer::MetadataBackoff);
    bench.give(Input::Lost(conn, crate::net::LostWhy::Reset));
    bench.fire(ProducerTimer::Reconnect(1));
    bench.fire(ProducerTimer::RetryBackoff);
    assert_eq!(bench.waiting(), [(NodeId::Broker(3), "0:a".into())]);
}

#[test]
fn a_batch_lingers_until_its_time_is_over_or_it_is_full() {
    let mut bench = Bench::new(ProducerConfig { linger_ms: 5, batch_records: 3, ..config() }, &[Some(1)]);
    bench.produce(&[(None, "a", Some(0)), (None, "b", Some(0))]);
    assert!(bench.waiting().is_empty());
    bench.fire(ProducerTimer::Linger);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a+b".into())]);
    bench.answer(Ok(0));
    bench.produce(&[(None, "c", Some(0)), (None, "d", Some(0)), (None, "e", Some(0))]);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:c+d+e".into())]);
}

#[test]
fn a_topic_whose_metadata_never_comes_fails_after_a_minute() {
    let mut bench = Bench::new(config(), &[]);
    bench.produce(&[(None, "a", None)]);
    assert!(bench.metadata_requests > 0);
    assert_eq!(bench.outcomes(), [None]);
    bench.fire(ProducerTimer::MetadataWait);
    assert_eq!(bench.outcomes(), [Some(Err("TimeoutException"))]);
}

#[test]
fn a_steady_load_begins_again_after_a_restart() {
    let steady = Some((10, vec!["orders".into()]));
    let mut bench = Bench::new(ProducerConfig { steady, ..config() }, &[Some(1)]);
    bench.fire(ProducerTimer::Load);
    let first = bench.produced[0].2[0].1[0].clone();
    bench.producer.crash();
    bench.produced.clear();
    bench.armed.clear();
    bench.give(Input::Started { entropy: 1 });
    bench.fire(ProducerTimer::Load);
    let second = bench.produced[0].2[0].1[0].clone();
    assert_eq!((&*first.value, &*second.value), ("m0", "m1"), "a record's number is never used twice");
    bench.give(Input::Order(Order::ProduceSteadily { records_per_s: 0, topics: Vec::new() }));
    assert!(!bench.armed.contains(&Timer::Producer(ProducerTimer::Load)));
}

#[test]
fn a_stopped_producer_sends_what_it_has_and_exits() {
    let mut bench = Bench::new(ProducerConfig { linger_ms: 1_000, ..config() }, &[Some(1)]);
    bench.produce(&[(None, "a", Some(0))]);
    bench.give(Input::Order(Order::Stop));
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a".into())]);
    assert!(!bench.exited);
    bench.answer(Ok(0));
    assert!(bench.exited);
    assert_eq!(bench.outcomes(), [Some(Ok((0, Some(0))))]);
}

/// `UnknownTopicOrPartitionException` extends `RetriableException` alone: measured, after a reassignment all retries fail.
#[test]
fn a_broker_that_does_not_know_the_partition_is_asked_again_without_new_metadata() {
    let mut bench = Bench::new(ProducerConfig { retries: 2, ..config() }, &[Some(1)]);
    bench.produce(&[(None, "a", None)]);
    bench.fire(ProducerTimer::MetadataBackoff);
    let asked = bench.metadata_requests;
    // Another broker leads by now, and this producer does not ask.
    bench.leaders = vec![Some(2)];
    for _ in 0..2 {
        bench.answer(Err(KafkaError::UnknownTopicOrPartition));
        bench.fire(ProducerTimer::RetryBackoff);
        assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a".to_owned())]);
    }
    bench.answer(Err(KafkaError::UnknownTopicOrPartition));
    assert_eq!(bench.outcomes(), [Some(Err("UNKNOWN_TOPIC_OR_PARTITION"))]);
    assert_eq!(bench.metadata_requests, asked);
}

/// `Metadata.update` replaces the cluster of `Cluster.bootstrap`: the list of the settings is not looked at again.
#[test]
fn the_bootstrap_list_is_forgotten_with_the_first_metadata() {
    let partition =
        PartitionMetadata { partition: 0, error: None, leader: Some(1), replicas: Vec::new(), isr: Vec::new() };
    let topics = [TopicMetadata { topic: "orders".into(), error: None, partitions: vec![partition] }];
    let mut metadata = Metadata::new(&[3]);
    metadata.want(&"orders".into());
    assert_eq!(metadata.brokers(), [3]);
    metadata.update(&[1], &topics);
    assert_eq!(metadata.brokers(), [1], "the last known brokers are all it has");
    // An answer without brokers changes nothing.
    metadata.update(&[], &[]);
    assert_eq!(metadata.brokers(), [1]);
}
