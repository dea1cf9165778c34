//! The controller's requests to brokers (`ControllerChannelManager`, `ControllerBrokerRequestBatch`): one
//! queue and one sender a broker, one request under way, repeated until the broker is removed.

use super::context::Context;
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::timers::BrokerTimer;
use crate::kafka::zookeeper_mode::io::Io;
use crate::kafka::{ControllerOrder, ControllerRequest, KafkaMessage, PartitionState};
use crate::net::ConnId;
use crate::sorted::{SortedMap, SortedSet};
use crate::time::Span;
use std::collections::VecDeque;

/// `RequestSendThread`: the pause before a broken connection is tried again.
const RETRY: Delay = Delay::ms(100);
/// `controller.socket.timeout.ms`
const SOCKET_TIMEOUT: Delay = Delay::ms(30_000);
/// The loopback interface: the controller's own broker is reached by the same protocol.
const LOOPBACK: Delay = Delay::between(Span::us(100), Span::us(300));

const CLOSED: &str = "a channel that goes closes its connection and disarms its timers";

/// The sender to one broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Channel {
    broker: BrokerId,
    conn: Option<ConnId>,
    /// The connection is open.
    ready: bool,
    /// The head is under way; it leaves the queue when it is answered.
    sent: bool,
    /// Each with its correlation number and its cause.
    queue: VecDeque<(u32, ControllerRequest, Cause)>,
    next_correlation: u32,
}

/// The senders to all brokers that the controller knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Channels {
    channels: Vec<Channel>,
}

impl Channels {
    pub(super) fn add(&mut self, broker: BrokerId, io: &mut Io<'_>) {
        if self.channels.iter().any(|channel| channel.broker == broker) {
            return;
        }
        let own = broker == io.id;
        self.channels.push(Channel {
            broker,
            conn: (!own).then(|| connect(broker, io)),
            ready: own,
            sent: false,
            queue: VecDeque::new(),
            next_correlation: 0,
        });
    }

    /// The broker is gone: what was queued for it is dropped.
    pub(super) fn remove(&mut self, broker: BrokerId, io: &mut Io<'_>) {
        if let Some(at) = self.channels.iter().position(|channel| channel.broker == broker) {
            self.channels.remove(at).close(io);
        }
    }

    pub(super) fn close_all(&mut self, io: &mut Io<'_>) {
        self.channels.drain(..).for_each(|channel| channel.close(io));
    }

    /// "Not sending request to broker, since it is offline" (`ControllerChannelManager.sendRequest`): one that is gone
    /// gets nothing.
    fn push(&mut self, broker: BrokerId, controller_epoch: u32, order: ControllerOrder, io: &mut Io<'_>) {
        if let Some(channel) = self.to(broker) {
            let correlation = channel.next_correlation;
            channel.next_correlation = correlation.wrapping_add(1);
            let request = ControllerRequest { controller: io.id, controller_epoch, order };
            channel.queue.push_back((correlation, request, io.out.cause()));
            channel.send_next(io);
        }
    }

    fn of(&mut self, conn: ConnId) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.conn == Some(conn))
    }

    fn to(&mut self, broker: BrokerId) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.broker == broker)
    }

    pub(crate) fn opened(&mut self, conn: ConnId, io: &mut Io<'_>) {
        let Some(channel) = sure(self.of(conn), CLOSED) else { return };
        channel.ready = true;
        channel.send_next(io);
    }

    pub(crate) fn lost(&mut self, conn: ConnId, io: &mut Io<'_>) {
        let Some(channel) = sure(self.of(conn), CLOSED) else { return };
        channel.conn = None;
        channel.ready = false;
        channel.sent = false;
        io.out.disarm(Timer::Broker(BrokerTimer::ChannelTimeout(channel.broker)));
        io.out.arm(Timer::Broker(BrokerTimer::ChannelRetry(channel.broker)), RETRY);
    }

    pub(crate) fn retry(&mut self, broker: BrokerId, io: &mut Io<'_>) {
        let Some(channel) = sure(self.to(broker), CLOSED) else { return };
        debug_assert!(channel.conn.is_none() && broker != io.id, "only a connection that was lost is made again");
        channel.conn = Some(connect(broker, io));
    }

    /// No answer for the whole socket timeout: a new connection, the same request.
    pub(crate) fn timed_out(&mut self, broker: BrokerId, io: &mut Io<'_>) {
        let Some(channel) = sure(self.to(broker), CLOSED) else { return };
        let Some(conn) = sure(channel.conn.take(), "what was lost is not waited for") else { return };
        io.out.close(conn);
        channel.ready = false;
        channel.sent = false;
        io.out.arm(Timer::Broker(BrokerTimer::ChannelRetry(broker)), RETRY);
    }

    pub(crate) fn answered(&mut self, conn: ConnId, correlation: u32, io: &mut Io<'_>) {
        if let Some(channel) = sure(self.of(conn), CLOSED) {
            channel.answered(correlation, io);
        }
    }

    /// The request under way to the controller's own broker, when the loopback has carried it.
    pub(crate) fn loopback(&mut self, io: &Io<'_>) -> Option<(u32, ControllerRequest, Cause)> {
        let channel = sure(self.to(io.id), CLOSED)?;
        sure(channel.queue.front().cloned(), "the head stays in the queue until it is answered")
    }

    pub(crate) fn loopback_answered(&mut self, correlation: u32, io: &mut Io<'_>) {
        if let Some(channel) = sure(self.to(io.id), CLOSED) {
            channel.answered(correlation, io);
        }
    }
}

impl Channel {
    fn send_next(&mut self, io: &mut Io<'_>) {
        if !self.ready || self.sent {
            return;
        }
        let Some((correlation, request, cause)) = self.queue.front() else { return };
        self.sent = true;
        let before = io.out.cause();
        io.out.because(*cause);
        match self.conn {
            Some(conn) => {
                io.out.send(conn, KafkaMessage::request(*correlation, request.clone()));
                let timer = Timer::Broker(BrokerTimer::ChannelTimeout(self.broker));
                io.out.arm_awaiting(timer, SOCKET_TIMEOUT, NodeId::Broker(self.broker));
            }
            None => io.out.arm(Timer::Broker(BrokerTimer::Loopback), LOOPBACK),
        }
        io.out.because(before);
    }

    fn answered(&mut self, correlation: u32, io: &mut Io<'_>) {
        let head = self.queue.front().map(|(correlation, ..)| *correlation);
        debug_assert!(self.sent && head == Some(correlation), "one request is under way on a channel");
        if self.sent && head == Some(correlation) {
            self.queue.pop_front();
            self.sent = false;
            io.out.disarm(Timer::Broker(BrokerTimer::ChannelTimeout(self.broker)));
            self.send_next(io);
        }
    }

    fn close(self, io: &mut Io<'_>) {
        if let Some(conn) = self.conn {
            io.out.close(conn);
        }
        io.out.disarm(Timer::Broker(BrokerTimer::ChannelTimeout(self.broker)));
        io.out.disarm(Timer::Broker(BrokerTimer::ChannelRetry(self.broker)));
        if self.broker == io.id {
            io.out.disarm(Timer::Broker(BrokerTimer::Loopback));
        }
    }
}

fn connect(broker: BrokerId, io: &mut Io<'_>) -> ConnId {
    io.out.connect(NodeId::Broker(broker), crate::net::Channel::Controller)
}

/// What one operation of the controller tells the brokers, collected first and then sent in the fixed order
/// LeaderAndIsr, UpdateMetadata, StopReplica.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Batch {
    leader_and_isr: SortedMap<BrokerId, SortedSet<TopicPartition>>,
    metadata: SortedSet<TopicPartition>,
    stop_replica: SortedMap<BrokerId, SortedSet<TopicPartition>>,
}

impl Batch {
    /// The partition's state goes to these replicas, and into the metadata of everybody.
    pub(super) fn add(&mut self, recipients: &[BrokerId], tp: &TopicPartition) {
        for broker in recipients {
            self.leader_and_isr.or_default(*broker).insert(tp.clone());
        }
        self.metadata.insert(tp.clone());
    }

    pub(super) fn add_stop(&mut self, broker: BrokerId, tp: &TopicPartition) {
        self.stop_replica.or_default(broker).insert(tp.clone());
    }

    /// Sends, and is empty again.
    pub(super) fn flush(&mut self, context: &Context, channels: &mut Channels, controller_epoch: u32, io: &mut Io<'_>) {
        let Batch { leader_and_isr, metadata, stop_replica } = std::mem::take(self);
        for (broker, tps) in leader_and_isr {
            let partitions = states(context, tps.iter(), io.out.cause());
            // `ControllerBrokerRequestBatch.sendRequestsToBrokers`: liveOrShuttingDownBrokers that lead any of these.
            let leads = |broker: &BrokerId| partitions.iter().any(|order| order.state.leader == Some(*broker));
            let live_leaders: Vec<BrokerId> = context.registered().filter(leads).collect();
            send_because_of(&partitions, io, |io| {
                let order = ControllerOrder::LeaderAndIsr { live_leaders, partitions: partitions.clone() };
                channels.push(broker, controller_epoch, order, io);
            });
        }
        if !metadata.is_empty() {
            let partitions = states(context, metadata.iter(), io.out.cause());
            let brokers: Vec<BrokerId> = context.registered().collect();
            update_metadata(&brokers, partitions, context, channels, controller_epoch, io);
        }
        // `StopReplicaRequestInfo`: a request for each replica.
        for (broker, tps) in stop_replica {
            for tp in tps {
                let order = ControllerOrder::StopReplica { delete: false, partitions: vec![tp] };
                channels.push(broker, controller_epoch, order, io);
            }
        }
    }
}

/// UpdateMetadata with all partitions (`sendUpdateMetadataRequest`).
pub(super) fn send_all_metadata(
    brokers: &[BrokerId],
    context: &Context,
    channels: &mut Channels,
    controller_epoch: u32,
    io: &mut Io<'_>,
) {
    let partitions = states(context, context.partitions.keys(), io.out.cause());
    update_metadata(brokers, partitions, context, channels, controller_epoch, io);
}

fn update_metadata(
    brokers: &[BrokerId],
    partitions: Vec<PartitionState>,
    context: &Context,
    channels: &mut Channels,
    controller_epoch: u32,
    io: &mut Io<'_>,
) {
    let alive_brokers: Vec<BrokerId> = context.registered().collect();
    send_because_of(&partitions, io, |io| {
        for broker in brokers {
            let order = ControllerOrder::UpdateMetadata {
                alive_brokers: alive_brokers.clone(),
                partitions: partitions.clone(),
            };
            channels.push(*broker, controller_epoch, order, io);
        }
    });
}

/// A request about one partition is sent because of that partition's own event.
fn send_because_of(partitions: &[PartitionState], io: &mut Io<'_>, send: impl FnOnce(&mut Io<'_>)) {
    let before = io.out.cause();
    if let [only] = partitions {
        io.out.because(only.because);
    }
    send(io);
    io.out.because(before);
}

/// A state that was decided before the present operation is told because of the operation.
fn states<'a>(
    context: &Context,
    tps: impl Iterator<Item = &'a TopicPartition>,
    operation: Cause,
) -> Vec<PartitionState> {
    tps.filter_map(|tp| {
        let partition = context.partitions.get(tp)?;
        Some(PartitionState {
            tp: tp.clone(),
            state: partition.state.clone()?,
            replicas: partition.replicas.clone(),
            because: Recorded(partition.because.0.max(operation.0)),
        })
    })
    .collect()
}
