//! The Scala producer.

use super::*;
use crate::net::{Channel, LostWhy};

fn config() -> ProducerConfig {
    ProducerConfig { acks: 1, ..Kafka::V0_8_2.scala_producer_config(vec![1, 2, 3]) }
}

fn asynchronous() -> ProducerConfig {
    ProducerConfig { client: ProducerClient::Scala(ProducerType::Async), batch_records: 3, ..config() }
}

/// What the application has learned of each record so far.
fn outcomes(bench: &Bench) -> Vec<Option<Outcome>> {
    bench.producer.results().iter().map(|result| result.outcome).collect()
}

/// The partition of the produce request that waits for an answer.
fn partition(bench: &Bench) -> u32 {
    bench.produced[0].2[0].0.partition
}

fn send_keyless(bench: &mut Bench) -> u32 {
    bench.produce(&[(None, "x", None)]);
    let chosen = partition(bench);
    bench.answer(Ok(0));
    chosen
}

#[test]
fn records_without_key_stay_with_one_partition_until_metadata_is_refreshed() {
    let mut chosen = std::collections::BTreeSet::new();
    let mut bench = Bench::new(config(), &[Some(1), None, Some(3), Some(1)]);
    for _ in 0..20 {
        let first = send_keyless(&mut bench);
        assert_ne!(first, 1, "that partition has no leader");
        assert!((0..10).all(|_| send_keyless(&mut bench) == first));
        chosen.insert(first);
        let asked = bench.metadata_requests;
        bench.fire(ProducerTimer::MetadataAge);
        assert_eq!(bench.metadata_requests, asked, "it asks when it sends the next time");
    }
    assert_eq!(chosen.into_iter().collect::<Vec<u32>>(), [0, 2, 3]);
    let drawn = bench.facts.iter().filter(|fact| **fact == "KeylessPartitionChosen").count();
    assert_eq!(drawn, 20);
}

#[test]
fn a_sticky_partition_is_given_up_when_a_send_to_it_fails() {
    let mut bench = Bench::new(config(), &[Some(1), Some(2), Some(3), Some(1), Some(2)]);
    bench.produce(&[(None, "x", None)]);
    let first = partition(&bench);
    // Its leader is gone, and the others are not.
    bench.leaders[first as usize] = None;
    bench.answer(Err(KafkaError::NotLeaderForPartition));
    bench.fire(ProducerTimer::RetryBackoff);
    assert_ne!(partition(&bench), first);
    bench.answer(Ok(0));
    assert_eq!(outcomes(&bench), [Some(Ok(None))]);
    assert_eq!(bench.producer.retried_count(), 1);
}

#[test]
fn a_key_goes_to_the_partition_of_its_hash_code_even_if_that_has_no_leader() {
    let mut bench = Bench::new(ProducerConfig { retries: 0, ..config() }, &[Some(1), None, Some(1), Some(1)]);
    // "abc".hashCode = 96354, and 96354 % 4 = 2.
    bench.produce(&[(Some("abc"), "x", None)]);
    assert_eq!(partition(&bench), 2);
    bench.answer(Ok(0));
    // "a".hashCode = 97.
    bench.produce(&[(Some("a"), "y", None)]);
    assert!(bench.waiting().is_empty());
    bench.fire(ProducerTimer::RetryBackoff);
    assert_eq!(outcomes(&bench), [Some(Ok(None)), Some(Err("FailedToSendMessageException"))]);
}

/// Each round asks once for the topic that is not known and once more after its pause, the first one also because the
/// refresh is due.
#[test]
fn a_topic_that_cannot_be_had_costs_four_rounds_and_then_an_exception() {
    let mut bench = Bench::new(config(), &[]);
    bench.topic_is_missing = true;
    bench.produce(&[(None, "x", None)]);
    for round in 1..=4 {
        assert_eq!(bench.metadata_requests, 2 * round);
        assert_eq!(outcomes(&bench), [None], "round {round}");
        bench.fire(ProducerTimer::RetryBackoff);
    }
    assert_eq!(outcomes(&bench), [Some(Err("FailedToSendMessageException"))]);
    assert_eq!(bench.metadata_requests, 9);
    assert!(bench.facts.ends_with(&["SendBackedOff", "MetadataRequested", "SendGivenUp"]), "{:?}", bench.facts);
    assert_eq!(bench.producer.failed_count(), 1);
}

#[test]
fn metadata_is_asked_of_the_configured_brokers_alone_each_time_on_a_connection_of_its_own() {
    let mut bench = Bench::new(ProducerConfig { bootstrap: vec![2], ..config() }, &[Some(1)]);
    bench.produce(&[(None, "x", None)]);
    bench.answer(Err(KafkaError::NotLeaderForPartition));
    bench.fire(ProducerTimer::RetryBackoff);
    let asked: Vec<&ConnId> = bench.closed.iter().filter(|conn| conn.channel == Channel::Metadata).collect();
    assert_eq!(asked.iter().map(|conn| conn.server).collect::<Vec<_>>(), [NodeId::Broker(2); 2]);
    assert_ne!(asked[0].serial, asked[1].serial);
}

#[test]
fn when_the_configured_brokers_are_gone_it_fails_although_it_knows_others() {
    let mut bench = Bench::new(ProducerConfig { bootstrap: vec![2], ..config() }, &[Some(1)]);
    assert_eq!(send_keyless(&mut bench), 0);
    bench.brokers = vec![1, 3];
    bench.leaders = vec![Some(3)];
    bench.produce(&[(None, "y", None)]);
    for _ in 0..4 {
        bench.answer(Err(KafkaError::NotLeaderForPartition));
        bench.fire(ProducerTimer::RetryBackoff);
    }
    assert_eq!(outcomes(&bench)[1], Some(Err("FailedToSendMessageException")));
}

#[test]
fn new_metadata_closes_the_connections_to_the_leaders_that_it_names() {
    let mut bench = Bench::new(config(), &[Some(1)]);
    bench.produce(&[(None, "x", None)]);
    let before = bench.produced[0].0;
    bench.answer(Err(KafkaError::NotEnoughReplicas));
    bench.fire(ProducerTimer::RetryBackoff);
    assert!(bench.closed.contains(&before));
    assert_ne!(bench.produced[0].0, before);
}

#[test]
fn one_record_is_sent_at_a_time() {
    let mut bench = Bench::new(config(), &[Some(1)]);
    bench.produce(&[(None, "a", None), (None, "b", None)]);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a".to_owned())]);
    assert_eq!((bench.producer.queued(), bench.producer.in_flight()), (1, 1));
    bench.answer(Ok(0));
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:b".to_owned())]);
}

/// KAFKA-955: the broker closes the connection because of an error that it cannot answer.
#[test]
fn with_acks_0_one_more_write_to_a_closed_connection_is_lost_silently() {
    let mut bench = Bench::new(ProducerConfig { acks: 0, ..config() }, &[Some(1)]);
    bench.produce(&[(None, "a", None)]);
    let (conn, ..) = bench.produced.remove(0);
    bench.give(Input::Lost(conn, LostWhy::Closed));
    bench.produce(&[(None, "b", None)]);
    assert!(bench.waiting().is_empty());
    assert_eq!(outcomes(&bench), [Some(Ok(None)); 2]);
    // The write after that fails, and the retry goes over a new connection.
    bench.produce(&[(None, "c", None)]);
    assert_eq!(outcomes(&bench)[2], None);
    bench.fire(ProducerTimer::RetryBackoff);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:c".to_owned())]);
    assert_eq!(outcomes(&bench)[2], Some(Ok(None)));
}

#[test]
fn a_broker_that_does_not_answer_is_given_up_after_request_timeout_ms() {
    let mut bench = Bench::new(config(), &[Some(1)]);
    bench.produce(&[(None, "a", None)]);
    let (conn, ..) = bench.produced.remove(0);
    bench.fire(ProducerTimer::Silence(1));
    assert!(bench.closed.contains(&conn));
    bench.fire(ProducerTimer::RetryBackoff);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a".to_owned())]);
}

#[test]
fn the_async_producer_sends_when_enough_has_gathered_or_its_time_is_over() {
    let mut bench = Bench::new(asynchronous(), &[Some(1)]);
    bench.produce(&[(None, "a", None), (None, "b", None)]);
    assert_eq!(outcomes(&bench), [Some(Ok(None)); 2], "send() returns at once");
    assert_eq!((bench.waiting().len(), bench.producer.queued()), (0, 2));
    bench.fire(ProducerTimer::Linger);
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:a+b".to_owned())]);
    bench.produce(&[(None, "c", None), (None, "d", None), (None, "e", None), (None, "f", None)]);
    assert_eq!(bench.waiting().len(), 1, "the thread waits for the answer");
    bench.answer(Ok(0));
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:c+d+e".to_owned())]);
    bench.answer(Ok(2));
    bench.give(Input::Order(Order::Stop));
    assert_eq!(bench.waiting(), [(NodeId::Broker(1), "0:f".to_owned())], "close() sends what has gathered");
    bench.answer(Ok(5));
    assert!(bench.exited);
}

#[test]
fn the_async_producer_tells_the_application_nothing_of_a_failure() {
    let mut bench = Bench::new(ProducerConfig { retries: 0, ..asynchronous() }, &[Some(1)]);
    bench.produce(&[(None, "a", None)]);
    bench.fire(ProducerTimer::Linger);
    bench.answer(Err(KafkaError::NotEnoughReplicas));
    bench.fire(ProducerTimer::RetryBackoff);
    assert_eq!(outcomes(&bench), [Some(Ok(None))]);
    assert_eq!(bench.producer.failed_count(), 1);
    assert!(!bench.facts.contains(&"SendFailed"));
}

#[test]
fn a_negative_refresh_interval_means_never() {
    let mut bench = Bench::new(ProducerConfig { metadata_max_age_ms: NEVER_MS, ..config() }, &[Some(1)]);
    send_keyless(&mut bench);
    assert_eq!(bench.metadata_requests, 1, "because the topic was not known");
    assert!(!bench.armed.contains(&Timer::Producer(ProducerTimer::MetadataAge)));
}

#[test]
fn a_closed_producer_ends_the_call_that_goes_on_and_refuses_the_others() {
    let mut bench = Bench::new(config(), &[Some(1)]);
    bench.produce(&[(None, "a", None), (None, "b", None)]);
    bench.give(Input::Order(Order::Stop));
    assert!(!bench.exited);
    bench.answer(Ok(0));
    assert_eq!(outcomes(&bench), [Some(Ok(None)), Some(Err("ProducerClosedException"))]);
    assert!(bench.exited);
}
