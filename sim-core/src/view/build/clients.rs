//! Producers, consumers and bare ZooKeeper clients, as they see themselves.

use crate::client::{Producer, ZkConsumer, ZkShell};
use crate::engine::system::Slot;
use crate::time::SimTime;
use crate::view::frame::*;

use super::zk::zk_view;

pub(super) fn producer(producer: &Producer) -> ProducerView {
    let config = producer.config();
    ProducerView {
        client: config.client,
        acks: config.acks,
        records_per_s: config.steady.as_ref().map_or(0, |(records_per_s, _)| *records_per_s),
        acked: producer.acked_count(),
        failed: producer.failed_count(),
        retried: producer.retried_count(),
        queued: producer.queued(),
        in_flight: producer.in_flight(),
        per_broker: producer.per_broker().to_vec(),
        known_leaders: producer.known_leaders(),
    }
}

pub(super) fn consumer(consumer: &ZkConsumer, slot: &Slot, at: SimTime) -> ConsumerView {
    let owned = consumer.owned().into_iter().map(|owned| OwnedView {
        tp: owned.tp,
        position: owned.position.unwrap_or(0),
        committed: owned.committed,
        fetching: owned.fetching,
    });
    ConsumerView {
        group: consumer.group().clone(),
        consumer_id: consumer.consumer_id().cloned(),
        phase: consumer.phase(),
        attempt: consumer.attempt().unwrap_or(0),
        owned: owned.collect(),
        zk: zk_view(slot, at),
        received: consumer.received_count(),
    }
}

pub(super) fn shell(shell: &ZkShell, slot: &Slot, at: SimTime) -> ShellView {
    ShellView { zk: zk_view(slot, at), screen: shell.screen().clone() }
}
