//! One broker: what it has on disk, and while its process runs, its session, its replicas, its picture of
//! the cluster, and its part in the controller's role.

pub use super::config::BrokerConfig;
use super::controller::{Context, Controller, ControllerActivity, ControllerEvent, ControllerResult, ReplyTo};
use super::facts::KafkaFact;
use super::io::{Io, Tag};
use super::messages::{
    Api, ControllerOrder, ControllerRequest, ControllerResponse, KafkaError, KafkaMessage, MetadataResponse,
    OffsetRequest, OffsetResponse, Request, Response,
};
use super::metadata::MetadataCache;
use super::registration::Registration;
use super::replica::Replica;
use super::replicas::Replicas;
use super::shutdown::{Shutdown, ShutdownStep};
use super::timers::BrokerTimer;
use super::topic_creation::{Progress, TopicCreation};
use super::znodes;
use crate::boundary::{Input, Message, Outbox, Timer};
use crate::ids::*;
use crate::net::{Channel, ConnId};
use crate::order::{Order, Placement, TopicSpec};
use crate::rng::mix;
use crate::zookeeper::{KeeperState, ZkClient, ZkClientConfig, ZkEvent, ZkResult};
use std::sync::Arc;

/// What exists only while the process runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Running {
    zk: ZkClient,
    /// The first connection to ZooKeeper was made: the start has begun.
    started: bool,
    /// The session is over and zkclient has not made a new one yet.
    expired: bool,
    registration: Registration,
    controller: Controller,
    metadata: MetadataCache,
    shutdown: Shutdown,
    /// Topics that somebody asked for and that this broker creates.
    creations: Vec<TopicCreation>,
    entropy: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Broker {
    id: BrokerId,
    config: Arc<BrokerConfig>,
    zk_config: Arc<ZkClientConfig>,
    replicas: Replicas,
    running: Option<Box<Running>>,
}

impl Broker {
    pub fn new(id: BrokerId, config: BrokerConfig, zk: ZkClientConfig) -> Broker {
        Broker { id, config: Arc::new(config), zk_config: Arc::new(zk), replicas: Replicas::default(), running: None }
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        if let Input::Started { entropy } = input {
            self.start(entropy, out);
            return;
        }
        let Some(running) = &mut self.running else { return };
        let mut events = Vec::new();
        if running.zk.on_input(&input, out, &mut events) {
            for event in events {
                self.on_zk_event(event, out);
            }
            return;
        }
        let mut parts = Parts::of(&self.config, self.id, &mut self.replicas, running, out);
        if parts.running.shutdown.is_closing() {
            // The sockets are closed; only the session's end is awaited.
            return;
        }
        match input {
            Input::Started { .. } => {}
            Input::Message(conn, Message::Kafka(message)) => parts.on_message(conn, message),
            Input::Message(..) => {}
            Input::Accepted(conn) => parts.replicas.client_came(conn),
            Input::Opened(conn) => parts.on_opened(conn),
            Input::Lost(conn, _) => parts.on_lost(conn),
            Input::Timer(Timer::Broker(timer)) => parts.on_timer(timer),
            Input::Timer(_) => {}
            Input::Order(Order::Stop) => {
                let step = parts.with(|running, _, io| running.shutdown.begin(io));
                parts.shut_down(step);
            }
            Input::Order(_) => {}
        }
    }

    /// The process is gone: logs and the high-watermark checkpoint are left.
    pub fn crash(&mut self) {
        self.running = None;
        self.replicas.forget();
    }

    fn start(&mut self, entropy: u64, out: &mut Outbox) {
        let mut running = Running {
            zk: ZkClient::new((*self.zk_config).clone()),
            started: false,
            expired: false,
            registration: Registration::No,
            controller: Controller::default(),
            metadata: MetadataCache::default(),
            shutdown: Shutdown::default(),
            creations: Vec::new(),
            entropy: mix(entropy),
        };
        running.zk.start(entropy, out);
        let mut parts = Parts::of(&self.config, self.id, &mut self.replicas, &mut running, out);
        parts.with(|_, replicas, io| replicas.start(io));
        self.running = Some(Box::new(running));
    }

    fn on_zk_event(&mut self, event: ZkEvent, out: &mut Outbox) {
        let Some(running) = &mut self.running else { return };
        let mut parts = Parts::of(&self.config, self.id, &mut self.replicas, running, out);
        match event {
            ZkEvent::State(KeeperState::SyncConnected) => parts.connected(),
            ZkEvent::State(KeeperState::Expired) => {
                parts.running.expired = true;
                parts.running.registration = Registration::No;
            }
            ZkEvent::State(KeeperState::Closed) => {
                if parts.running.shutdown.is_closing() {
                    parts.out.exit();
                }
            }
            ZkEvent::State(KeeperState::Disconnected) => {}
            ZkEvent::Watch(_, path) => parts.on_watch(&path),
            ZkEvent::Reply(tag, result) => {
                if let Some(tag) = Tag::of(tag) {
                    parts.on_reply(tag, result);
                }
            }
        }
    }
}

/// The broker taken apart, so that its parts can be lent to each other.
struct Parts<'a> {
    id: BrokerId,
    config: &'a BrokerConfig,
    replicas: &'a mut Replicas,
    running: &'a mut Running,
    out: &'a mut Outbox,
}

impl<'a> Parts<'a> {
    fn of(
        config: &'a BrokerConfig,
        id: BrokerId,
        replicas: &'a mut Replicas,
        running: &'a mut Running,
        out: &'a mut Outbox,
    ) -> Parts<'a> {
        Parts { id, config, replicas, running, out }
    }

    /// Lends the outside to one part.
    fn with<T>(&mut self, act: impl FnOnce(&mut Split<'_>, &mut Replicas, &mut Io<'_>) -> T) -> T {
        let Running { zk, registration, controller, metadata, shutdown, .. } = &mut *self.running;
        let mut split = Split { registration, controller, metadata, shutdown };
        let mut io = Io { id: self.id, config: self.config, zk, out: self.out };
        act(&mut split, self.replicas, &mut io)
    }

    // ---- ZooKeeper ----

    fn connected(&mut self) {
        if !self.running.started {
            self.running.started = true;
            self.controller_event(ControllerEvent::Start);
        } else if self.running.expired {
            // zkclient tells its session listeners first, then fires all its listeners once.
            self.running.expired = false;
            self.controller_event(ControllerEvent::NewSession);
            self.controller_event(ControllerEvent::ControllerChanged);
        }
    }

    fn on_watch(&mut self, path: &str) {
        let event = match path {
            znodes::CONTROLLER => ControllerEvent::ControllerChanged,
            znodes::BROKER_IDS => ControllerEvent::BrokersChanged,
            znodes::BROKER_TOPICS => ControllerEvent::TopicsChanged,
            _ => match znodes::topic_of_path(path) {
                Some(topic) => ControllerEvent::TopicDataChanged(topic.into()),
                None => return,
            },
        };
        self.controller_event(event);
    }

    fn on_reply(&mut self, tag: Tag, result: ZkResult) {
        match tag {
            Tag::Controller { round, index } => {
                self.with(|running, _, io| running.controller.on_reply(round, index, result, io));
                self.controller_results();
            }
            Tag::IsrWrite(write) => self.with(|_, replicas, io| replicas.isr_written(write, &result, io)),
            Tag::IsrReadBack(write) => self.with(|_, replicas, io| replicas.isr_read_back(write, &result, io)),
            Tag::TopicConfig(n) => self.replicas.config_read(n, &result),
            Tag::Registration => self.with(|running, _, io| running.registration.on_reply(&result, io)),
            Tag::Shutdown => {
                let step = self.with(|running, _, io| running.shutdown.controller_read(&result, io));
                self.shut_down(step);
            }
            Tag::AutoCreate(n) => self.creation_goes_on(n, &result),
        }
    }

    // ---- the controller's role ----

    fn controller_event(&mut self, event: ControllerEvent) {
        self.with(|running, _, io| running.controller.on_event(event, io));
        self.controller_results();
    }

    fn controller_results(&mut self) {
        for result in self.running.controller.take_results() {
            match result {
                ControllerResult::Elected => {
                    if self.running.registration == Registration::No {
                        self.with(|running, _, io| running.registration.begin(io));
                    }
                }
                ControllerResult::ShutdownHandled(remaining) => {
                    let step = self.with(|running, _, io| running.shutdown.answered(&Ok(remaining), io));
                    self.shut_down(step);
                }
            }
        }
    }

    /// An order of the controller; the answer to it.
    fn obey(&mut self, request: ControllerRequest) -> ControllerResponse {
        let ControllerRequest { controller_epoch, order, .. } = request;
        let error = self.with(|running, replicas, io| {
            if !replicas.accepts(controller_epoch, io) {
                return Some(KafkaError::StaleControllerEpoch);
            }
            match order {
                ControllerOrder::LeaderAndIsr { live_leaders, partitions } => {
                    replicas.take_orders(&live_leaders, partitions, running.shutdown.has_begun(), io)
                }
                ControllerOrder::UpdateMetadata { alive_brokers, partitions } => {
                    running.metadata.update(alive_brokers, partitions);
                    io.out.note(KafkaFact::MetadataUpdated { controller_epoch });
                    None
                }
                ControllerOrder::StopReplica { partitions, .. } => {
                    replicas.stop(&partitions, io);
                    None
                }
            }
        });
        ControllerResponse { error }
    }

    /// The controller's request to its own broker has arrived.
    fn loopback(&mut self) {
        let arrived = self.with(|running, _, io| running.controller.channels().and_then(|c| c.loopback(io)));
        let Some((correlation, request, cause)) = arrived else { return };
        self.out.because(cause);
        self.obey(request);
        self.with(|running, _, io| {
            if let Some(channels) = running.controller.channels() {
                channels.loopback_answered(correlation, io);
            }
        });
    }

    // ---- the network ----

    fn on_message(&mut self, conn: ConnId, message: KafkaMessage) {
        let KafkaMessage { correlation, api } = message;
        match api {
            Api::Request(request) => self.on_request(conn, correlation, request),
            Api::Response(response) => self.on_response(conn, correlation, response),
        }
    }

    fn on_request(&mut self, conn: ConnId, correlation: u32, request: Request) {
        match request {
            Request::Produce(request) => {
                self.with(|_, replicas, io| replicas.produce(conn, correlation, request, io));
            }
            Request::Fetch(request) => self.with(|_, replicas, io| replicas.fetch(conn, correlation, request, io)),
            Request::Offset(OffsetRequest { tp, latest }) => {
                let result = self.replicas.offset(conn, &tp, latest);
                self.out.send(conn, KafkaMessage::response(correlation, OffsetResponse { tp, result }));
            }
            Request::Metadata(request) => self.describe(conn, correlation, &request.topics),
            Request::Controller(request) => {
                let before = self.out.cause();
                let answer = self.obey(request);
                self.out.because(before);
                self.out.send(conn, KafkaMessage::response(correlation, answer));
            }
            Request::ControlledShutdown(request) => {
                let reply_to = ReplyTo::Conn(conn, correlation);
                self.controller_event(ControllerEvent::ControlledShutdown { broker: request.broker, reply_to });
            }
        }
    }

    fn on_response(&mut self, conn: ConnId, correlation: u32, response: Response) {
        match response {
            Response::Fetch(response) => {
                self.with(|_, replicas, io| replicas.fetched(conn, correlation, response.partitions, io));
            }
            Response::Offset(response) => {
                self.with(|_, replicas, io| replicas.leader_offset(conn, correlation, response.result, io));
            }
            Response::Controller(_) => self.with(|running, _, io| {
                if let Some(channels) = running.controller.channels() {
                    channels.answered(conn, correlation, io);
                }
            }),
            Response::ControlledShutdown(response) => {
                let step = self.with(|running, _, io| running.shutdown.answered(&response.remaining, io));
                self.shut_down(step);
            }
            // A broker asks for neither.
            Response::Metadata(_) | Response::Produce(_) => {}
        }
    }

    fn on_opened(&mut self, conn: ConnId) {
        match conn.channel {
            Channel::ReplicaFetcher => self.with(|_, replicas, io| replicas.fetcher_opened(conn, io)),
            Channel::ControlledShutdown => self.with(|running, _, io| running.shutdown.opened(conn, io)),
            Channel::Controller => self.with(|running, _, io| {
                if let Some(channels) = running.controller.channels() {
                    channels.opened(conn, io);
                }
            }),
            _ => {}
        }
    }

    fn on_lost(&mut self, conn: ConnId) {
        if conn.client != NodeId::Broker(self.id) {
            self.with(|_, replicas, io| replicas.client_lost(conn, io));
            return;
        }
        match conn.channel {
            Channel::ReplicaFetcher => self.with(|_, replicas, io| replicas.fetcher_lost(conn, io)),
            Channel::ControlledShutdown => {
                let step = self.with(|running, _, io| running.shutdown.lost(conn, io));
                self.shut_down(step);
            }
            Channel::Controller => self.with(|running, _, io| {
                if let Some(channels) = running.controller.channels() {
                    channels.lost(conn, io);
                }
            }),
            _ => {}
        }
    }

    fn on_timer(&mut self, timer: BrokerTimer) {
        match timer {
            BrokerTimer::IsrCheck => self.with(|_, replicas, io| replicas.check_isrs(io)),
            BrokerTimer::Checkpoint => self.with(|_, replicas, io| replicas.checkpoint_timer(io)),
            BrokerTimer::FetchWait(slot) => self.with(|_, replicas, io| replicas.answer_fetch(slot, io)),
            BrokerTimer::ProduceWait(slot) => self.with(|_, replicas, io| replicas.produce_expired(slot, io)),
            BrokerTimer::FetcherPause(leader) => {
                self.with(|_, replicas, io| replicas.fetcher_pause_over(leader, io));
            }
            BrokerTimer::FetcherTimeout(leader) => self.with(|_, replicas, io| replicas.fetcher_timeout(leader, io)),
            BrokerTimer::ChannelRetry(broker) => self.with(|running, _, io| {
                if let Some(channels) = running.controller.channels() {
                    channels.retry(broker, io);
                }
            }),
            BrokerTimer::ChannelTimeout(broker) => self.with(|running, _, io| {
                if let Some(channels) = running.controller.channels() {
                    channels.timed_out(broker, io);
                }
            }),
            BrokerTimer::Loopback => self.loopback(),
            BrokerTimer::BalanceLeaders => self.controller_event(ControllerEvent::BalanceLeaders),
            BrokerTimer::RegisterAgain => {
                if self.running.registration == Registration::WaitingForTheOldOne {
                    self.with(|running, _, io| running.registration.begin(io));
                }
            }
            BrokerTimer::ShutdownRetry => {
                let step = self.with(|running, _, io| running.shutdown.timer(io));
                self.shut_down(step);
            }
        }
    }

    // ---- stopping ----

    fn shut_down(&mut self, step: ShutdownStep) {
        match step {
            ShutdownStep::Wait => {}
            ShutdownStep::AskMyself => {
                let broker = self.id;
                self.controller_event(ControllerEvent::ControlledShutdown { broker, reply_to: ReplyTo::Myself });
            }
            ShutdownStep::Close => {
                self.replicas.checkpoint();
                self.with(|running, _, io| running.shutdown.close(io));
            }
        }
    }

    // ---- metadata ----

    /// `handleTopicMetadataRequest`: a topic that nobody knows is created, where that is allowed.
    fn describe(&mut self, conn: ConnId, correlation: u32, asked: &[Topic]) {
        let mut topics = self.running.metadata.describe(asked);
        if self.config.auto_create_topics_enable {
            for topic in topics.iter_mut().filter(|topic| topic.error == Some(KafkaError::UnknownTopicOrPartition)) {
                topic.error = Some(KafkaError::LeaderNotAvailable);
                self.create_topic(topic.topic.clone());
            }
        }
        let brokers = self.running.metadata.alive().to_vec();
        self.out.send(conn, KafkaMessage::response(correlation, MetadataResponse { brokers, topics }));
    }

    fn create_topic(&mut self, name: Topic) {
        if self.running.metadata.has_topic(&name) || self.running.creations.iter().any(|c| *c.topic() == name) {
            return;
        }
        let placement = Placement::Automatic {
            partitions: self.config.num_partitions,
            replication_factor: self.config.default_replication_factor,
        };
        self.running.entropy = mix(self.running.entropy);
        let spec = TopicSpec { name, placement, config: Vec::new() };
        let (creation, progress) = TopicCreation::begin(spec, self.running.entropy);
        let n = self.running.creations.len() as u32;
        self.running.creations.push(creation);
        self.creation_progress(n, progress);
    }

    fn creation_goes_on(&mut self, n: u32, result: &ZkResult) {
        if let Some(creation) = self.running.creations.get_mut(n as usize) {
            let progress = creation.on_reply(result);
            self.creation_progress(n, progress);
        }
    }

    fn creation_progress(&mut self, n: u32, progress: Progress) {
        if let Progress::Next(op) = progress {
            self.with(|_, _, io| io.submit(Tag::AutoCreate(n), op));
        }
    }
}

/// The parts of a running broker beside its ZooKeeper client.
struct Split<'a> {
    registration: &'a mut Registration,
    controller: &'a mut Controller,
    metadata: &'a mut MetadataCache,
    shutdown: &'a mut Shutdown,
}

/// For the picture: cheap, and nothing is computed that is not asked for.
impl Broker {
    pub fn id(&self) -> BrokerId {
        self.id
    }

    pub fn config(&self) -> &BrokerConfig {
        &self.config
    }

    /// It believes that it is the controller.
    pub fn is_controller(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.controller.is_active())
    }

    /// 0 when it is not the controller.
    pub fn controller_epoch(&self) -> u32 {
        self.running.as_ref().map_or(0, |running| running.controller.epoch())
    }

    /// Whom it believes to be the controller.
    pub fn known_controller(&self) -> Option<BrokerId> {
        self.running.as_ref().and_then(|running| running.controller.elected())
    }

    /// What the controller knows, if this broker is the controller.
    pub fn controller_context(&self) -> Option<&Context> {
        self.running.as_ref().and_then(|running| running.controller.context())
    }

    pub fn controller_activity(&self) -> ControllerActivity {
        self.running.as_ref().map_or(ControllerActivity::Idle, |running| running.controller.activity())
    }

    /// Requests of this controller that wait for a broker.
    pub fn requests_queued_for(&self, broker: BrokerId) -> u32 {
        self.running.as_ref().map_or(0, |running| running.controller.queued_for(broker))
    }

    /// It made its znode in the session that it has.
    pub fn registered(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.registration == Registration::Yes)
    }

    /// Nothing while the process is down.
    pub fn zk(&self) -> Option<&ZkClient> {
        self.running.as_ref().map(|running| &running.zk)
    }

    /// By topic and number of the partition.
    pub fn replicas(&self) -> impl Iterator<Item = &Replica> {
        self.replicas.sorted()
    }

    pub fn replica(&self, tp: &TopicPartition) -> Option<&Replica> {
        self.replicas.get(tp)
    }

    /// How many fetches and how many produce requests wait here.
    pub fn parked(&self) -> (u32, u32) {
        self.replicas.parked.counts()
    }

    /// What it tells to clients; nothing while the process is down.
    pub fn metadata(&self) -> Option<&MetadataCache> {
        self.running.as_ref().map(|running| &running.metadata)
    }

    /// A controlled shutdown has begun.
    pub fn is_stopping(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.shutdown.has_begun())
    }
}
