//! ZooKeeper mode: what a broker of 0.8 does for and by ZooKeeper, and nothing else does. It registers, takes part
//! in the controller's election, moves its leaders before it stops, and writes down what it was asked to.

mod controller;
mod io;
mod registration;
mod shutdown;

pub(crate) use controller::ControllerActivity;

use self::controller::{Controller, ControllerEvent, ControllerResult, ReplyTo};
use self::io::{Io, Tag};
use self::registration::Registration;
use self::shutdown::{Shutdown, ShutdownStep};
use super::messages::{Api, KafkaMessage, LeaderAndIsr, Request, Response};
use super::metadata_plane::{IsrAnswer, MetadataPlane, Outside, PlaneEvent};
use super::progress::Progress;
use super::rules;
use super::timers::BrokerTimer;
use super::topic_creation::TopicCreation;
use super::znodes;
use crate::boundary::{Input, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::net::{Channel, ConnId};
use crate::order::TopicSpec;
use crate::rng::mix;
use crate::zookeeper::{KeeperState, ZkClient, ZkClientConfig, ZkError, ZkEvent, ZkOp, ZkReply, ZkResult};
use std::sync::Arc;

/// Connections that are not ZooKeeper mode's own.
macro_rules! channel_of_the_broker {
    () => {
        Channel::Election
            | Channel::Quorum
            | Channel::ZkSession
            | Channel::ReplicaFetcher
            | Channel::Produce
            | Channel::Consume
            | Channel::Metadata
    };
}

const ROLE: &str = "a controller that resigns closes its connections and disarms its timers";

/// What reaches the outside through the session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Roles {
    registration: Registration,
    controller: Controller,
    shutdown: Shutdown,
}

/// Lives as long as the process: nothing of it outlives a crash, except what is in ZooKeeper.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ZooKeeperMode {
    zk: ZkClient,
    /// The first connection to ZooKeeper was made: the start has begun.
    started: bool,
    /// The session is over and zkclient has not made a new one yet.
    expired: bool,
    roles: Roles,
    /// Topics that somebody asked for and that this broker creates.
    creations: Vec<TopicCreation>,
    entropy: u64,
    /// What is being looked for in …/state, by the number of the proposal.
    looking_for: Vec<(u32, Arc<str>)>,
    /// From the session, not handled yet. Empty between two inputs.
    zk_events: Vec<ZkEvent>,
    /// For the broker, not taken yet. Empty between two inputs.
    events: Vec<PlaneEvent>,
}

impl MetadataPlane for ZooKeeperMode {
    fn start(&mut self, entropy: u64, out: &mut Outbox) {
        self.entropy = mix(entropy);
        self.zk.start(entropy, out);
    }

    fn takes(&mut self, input: &Input, outside: &mut Outside<'_>) -> bool {
        if self.zk.on_input(input, outside.out, &mut self.zk_events) {
            return true;
        }
        if self.roles.shutdown.is_closing() {
            // The sockets are closed; only the session's end is awaited.
            return true;
        }
        match input {
            Input::Message(conn, Message::Kafka(message)) => self.takes_message(*conn, message, outside),
            Input::Opened(conn) => self.takes_opened(*conn, outside),
            Input::Lost(conn, _) if conn.client == NodeId::Broker(outside.id) => self.takes_lost(*conn, outside),
            Input::Timer(Timer::Broker(timer)) => self.takes_timer(*timer, outside),
            // A connection that somebody else has opened.
            Input::Lost(..) => false,
            Input::Message(_, Message::Quorum(_) | Message::ZkRequest(_) | Message::ZkResponse(_))
            | Input::Timer(Timer::Zk(_) | Timer::ZkClient(_) | Timer::Producer(_) | Timer::Consumer(_))
            | Input::Started { .. }
            | Input::Accepted(_)
            | Input::Order(_) => false,
        }
    }

    fn poll(&mut self, outside: &mut Outside<'_>) -> Option<PlaneEvent> {
        loop {
            if !self.events.is_empty() {
                return Some(self.events.remove(0));
            }
            if self.zk_events.is_empty() {
                return None;
            }
            let event = self.zk_events.remove(0);
            self.on_event(event, outside);
        }
    }

    /// `updateIsr`: the leader itself writes …/state, on the condition that it is as it knows it.
    fn propose_isr(&mut self, write: u32, tp: &TopicPartition, wanted: &LeaderAndIsr, out: &mut Outbox) {
        let (path, data) = (znodes::state_path(tp), Some(znodes::partition_state(wanted)));
        let version = rules::version_to_write_on(wanted.zk_version);
        self.zk.submit(Tag::IsrWrite(write).code(), ZkOp::SetData { path, data, version }, out);
    }

    /// `ReplicationUtils.checkLeaderAndIsrZkData`
    fn look_at_isr(&mut self, write: u32, tp: &TopicPartition, wanted: &LeaderAndIsr, out: &mut Outbox) {
        self.looking_for.push((write, znodes::partition_state(wanted)));
        let path = znodes::state_path(tp);
        self.zk.submit(Tag::IsrReadBack(write).code(), ZkOp::GetData { path, watch: false }, out);
    }

    fn read_topic_config(&mut self, number: u32, topic: &Topic, out: &mut Outbox) {
        let path = znodes::topic_config_path(topic);
        self.zk.submit(Tag::TopicConfig(number).code(), ZkOp::GetData { path, watch: false }, out);
    }

    fn create_topic(&mut self, spec: TopicSpec, out: &mut Outbox) {
        if self.creations.iter().any(|creation| *creation.topic() == spec.name) {
            return;
        }
        self.entropy = mix(self.entropy);
        let (creation, progress) = TopicCreation::begin(spec, self.entropy);
        let n = self.creations.len() as u32;
        self.creations.push(creation);
        self.creation_progress(n, progress, out);
    }

    fn order_obeyed(&mut self, correlation: u32, outside: &mut Outside<'_>) {
        let (roles, mut io) = self.split(outside);
        if let Some(channels) = sure(roles.controller.channels(), ROLE) {
            channels.loopback_answered(correlation, &mut io);
        }
    }

    fn begin_shutdown(&mut self, outside: &mut Outside<'_>) {
        let (roles, mut io) = self.split(outside);
        let step = roles.shutdown.begin(&mut io);
        self.shut_down(step, outside);
    }

    fn is_stopping(&self) -> bool {
        self.roles.shutdown.has_begun()
    }

    fn leave(&mut self, out: &mut Outbox) {
        out.disarm(Timer::Broker(BrokerTimer::ShutdownRetry));
        self.zk.close(out);
    }
}

impl ZooKeeperMode {
    pub(super) fn new(zk: ZkClientConfig) -> ZooKeeperMode {
        ZooKeeperMode {
            zk: ZkClient::new(zk),
            started: false,
            expired: false,
            roles: Roles::default(),
            creations: Vec::new(),
            entropy: 0,
            looking_for: Vec::new(),
            zk_events: Vec::new(),
            events: Vec::new(),
        }
    }

    /// The parts, and what they reach the outside with.
    fn split<'a>(&'a mut self, outside: &'a mut Outside<'_>) -> (&'a mut Roles, Io<'a>) {
        let io = Io { id: outside.id, config: outside.config, zk: &mut self.zk, out: outside.out };
        (&mut self.roles, io)
    }

    // ---- the session ----

    fn on_event(&mut self, event: ZkEvent, outside: &mut Outside<'_>) {
        match event {
            ZkEvent::State(KeeperState::SyncConnected) => self.connected(outside),
            ZkEvent::State(KeeperState::Expired) => {
                self.expired = true;
                self.roles.registration = Registration::No;
            }
            ZkEvent::State(KeeperState::Closed) => {
                debug_assert!(self.roles.shutdown.is_closing(), "a session is closed at the end of a clean stop alone");
                self.events.push(PlaneEvent::Left);
            }
            ZkEvent::State(KeeperState::Disconnected) => {}
            ZkEvent::Watch(_, path) => self.on_watch(&path, outside),
            ZkEvent::Reply(tag, result) => {
                if let Some(tag) = sure(Tag::of(tag), "every operation of ours has a tag") {
                    self.on_reply(tag, result, outside);
                }
            }
        }
    }

    fn connected(&mut self, outside: &mut Outside<'_>) {
        if !self.started {
            self.started = true;
            self.controller_event(ControllerEvent::Start, outside);
        } else if self.expired {
            // zkclient tells its session listeners first, then fires all its listeners once.
            self.expired = false;
            self.controller_event(ControllerEvent::NewSession, outside);
            self.controller_event(ControllerEvent::ControllerChanged, outside);
        }
    }

    fn on_watch(&mut self, path: &str, outside: &mut Outside<'_>) {
        let event = match path {
            znodes::CONTROLLER => ControllerEvent::ControllerChanged,
            znodes::BROKER_IDS => ControllerEvent::BrokersChanged,
            znodes::BROKER_TOPICS => ControllerEvent::TopicsChanged,
            _ => match znodes::topic_of_path(path) {
                Some(topic) => ControllerEvent::TopicDataChanged(topic.into()),
                None => {
                    never!("nothing else is watched");
                    return;
                }
            },
        };
        self.controller_event(event, outside);
    }

    fn on_reply(&mut self, tag: Tag, result: ZkResult, outside: &mut Outside<'_>) {
        let (roles, mut io) = self.split(outside);
        match tag {
            Tag::Controller { round, index } => {
                roles.controller.on_reply(round, index, result, &mut io);
                self.controller_results(outside);
            }
            Tag::IsrWrite(write) => {
                let answer = match result {
                    Ok(ZkReply::Set(stat)) => IsrAnswer::Holds { version: stat.version },
                    Err(failure) if failure.error == ZkError::BadVersion => IsrAnswer::OtherVersion,
                    _ => IsrAnswer::Refused,
                };
                self.events.push(PlaneEvent::Isr(write, answer));
            }
            Tag::IsrReadBack(write) => self.isr_read_back(write, result),
            Tag::TopicConfig(number) => {
                // A topic without settings of its own has the broker's.
                if let Ok(ZkReply::Data(Some(data), _)) = result {
                    let config = znodes::parse_topic_config(&data).unwrap_or_default();
                    self.events.push(PlaneEvent::TopicConfig(number, config));
                }
            }
            Tag::Registration => roles.registration.on_reply(&result, &mut io),
            Tag::Shutdown => {
                let step = roles.shutdown.controller_read(&result, &mut io);
                self.shut_down(step, outside);
            }
            Tag::AutoCreate(n) => {
                if let Some(creation) = sure(self.creations.get_mut(n as usize), "it was begun") {
                    let progress = creation.on_reply(&result);
                    self.creation_progress(n, progress, outside.out);
                }
            }
        }
    }

    fn isr_read_back(&mut self, write: u32, result: ZkResult) {
        let at = self.looking_for.iter().position(|(number, _)| *number == write);
        let Some(at) = sure(at, "each look has one answer") else { return };
        let (_, wanted) = self.looking_for.swap_remove(at);
        let answer = match result {
            Ok(ZkReply::Data(Some(data), stat)) if data == wanted => IsrAnswer::Holds { version: stat.version },
            // "Cached zkVersion not equal to that in zookeeper, skip updating ISR": until a LeaderAndIsr comes.
            _ => IsrAnswer::Refused,
        };
        self.events.push(PlaneEvent::Isr(write, answer));
    }

    fn creation_progress(&mut self, n: u32, progress: Progress, out: &mut Outbox) {
        if let Progress::Next(op) = progress {
            self.zk.submit(Tag::AutoCreate(n).code(), op, out);
        }
    }

    // ---- the controller's role ----

    fn controller_event(&mut self, event: ControllerEvent, outside: &mut Outside<'_>) {
        let (roles, mut io) = self.split(outside);
        roles.controller.on_event(event, &mut io);
        self.controller_results(outside);
    }

    fn controller_results(&mut self, outside: &mut Outside<'_>) {
        for result in self.roles.controller.take_results() {
            let (roles, mut io) = self.split(outside);
            match result {
                ControllerResult::Elected => {
                    // After an election in the session that it has, it is registered already.
                    if roles.registration == Registration::No {
                        roles.registration.begin(&mut io);
                    }
                }
                ControllerResult::ShutdownHandled(remaining) => {
                    let step = roles.shutdown.answered(&Ok(remaining), &mut io);
                    self.shut_down(step, outside);
                }
            }
        }
    }

    fn shut_down(&mut self, step: ShutdownStep, outside: &mut Outside<'_>) {
        match step {
            ShutdownStep::Wait => {}
            ShutdownStep::AskMyself => {
                let broker = outside.id;
                self.controller_event(
                    ControllerEvent::ControlledShutdown { broker, reply_to: ReplyTo::Myself },
                    outside,
                );
            }
            ShutdownStep::Close => self.events.push(PlaneEvent::MayStop),
        }
    }

    // ---- the network and the clock ----

    fn takes_message(&mut self, conn: ConnId, message: &KafkaMessage, outside: &mut Outside<'_>) -> bool {
        let (roles, mut io) = self.split(outside);
        let correlation = message.correlation;
        match &message.api {
            Api::Request(Request::ControlledShutdown(request)) => {
                let reply_to = ReplyTo::Conn(conn, correlation);
                self.controller_event(
                    ControllerEvent::ControlledShutdown { broker: request.broker, reply_to },
                    outside,
                );
            }
            Api::Response(Response::Controller(_)) => {
                if let Some(channels) = sure(roles.controller.channels(), ROLE) {
                    channels.answered(conn, correlation, &mut io);
                }
            }
            Api::Response(Response::ControlledShutdown(response)) => {
                let step = roles.shutdown.answered(&response.remaining, &mut io);
                self.shut_down(step, outside);
            }
            Api::Request(
                Request::Metadata(_)
                | Request::Produce(_)
                | Request::Fetch(_)
                | Request::Offset(_)
                | Request::Controller(_),
            )
            | Api::Response(Response::Metadata(_) | Response::Produce(_) | Response::Fetch(_) | Response::Offset(_)) => {
                return false;
            }
        }
        true
    }

    fn takes_opened(&mut self, conn: ConnId, outside: &mut Outside<'_>) -> bool {
        let (roles, mut io) = self.split(outside);
        match conn.channel {
            Channel::ControlledShutdown => roles.shutdown.opened(conn, &mut io),
            Channel::Controller => {
                if let Some(channels) = sure(roles.controller.channels(), ROLE) {
                    channels.opened(conn, &mut io);
                }
            }
            channel_of_the_broker!() => return false,
        }
        true
    }

    fn takes_lost(&mut self, conn: ConnId, outside: &mut Outside<'_>) -> bool {
        let (roles, mut io) = self.split(outside);
        match conn.channel {
            Channel::ControlledShutdown => {
                let step = roles.shutdown.lost(conn, &mut io);
                self.shut_down(step, outside);
            }
            Channel::Controller => {
                if let Some(channels) = sure(roles.controller.channels(), ROLE) {
                    channels.lost(conn, &mut io);
                }
            }
            channel_of_the_broker!() => return false,
        }
        true
    }

    fn takes_timer(&mut self, timer: BrokerTimer, outside: &mut Outside<'_>) -> bool {
        let (roles, mut io) = self.split(outside);
        match timer {
            BrokerTimer::ChannelRetry(broker) => {
                if let Some(channels) = sure(roles.controller.channels(), ROLE) {
                    channels.retry(broker, &mut io);
                }
            }
            BrokerTimer::ChannelTimeout(broker) => {
                if let Some(channels) = sure(roles.controller.channels(), ROLE) {
                    channels.timed_out(broker, &mut io);
                }
            }
            BrokerTimer::Loopback => {
                let arrived = sure(roles.controller.channels(), ROLE).and_then(|channels| channels.loopback(&io));
                if let Some((correlation, request, cause)) = arrived {
                    self.events.push(PlaneEvent::Order { correlation, request, cause });
                }
            }
            BrokerTimer::BalanceLeaders => self.controller_event(ControllerEvent::BalanceLeaders, outside),
            BrokerTimer::RegisterAgain => {
                // Its own session may have ended meanwhile: then the next one registers.
                if roles.registration == Registration::WaitingForTheOldOne {
                    roles.registration.begin(&mut io);
                }
            }
            BrokerTimer::ShutdownRetry => {
                let step = roles.shutdown.timer(&mut io);
                self.shut_down(step, outside);
            }
            BrokerTimer::IsrCheck
            | BrokerTimer::Checkpoint
            | BrokerTimer::FetchWait(_)
            | BrokerTimer::ProduceWait(_)
            | BrokerTimer::FetcherPause(_)
            | BrokerTimer::FetcherTimeout(_) => return false,
        }
        true
    }
}

/// For the picture.
impl ZooKeeperMode {
    pub(super) fn zk(&self) -> &ZkClient {
        &self.zk
    }

    pub(super) fn controller(&self) -> &Controller {
        &self.roles.controller
    }

    /// It made its znode in the session that it has.
    pub(super) fn registered(&self) -> bool {
        self.roles.registration == Registration::Yes
    }
}
