//! One broker: what it has on disk, and while its process runs, its replicas, its picture of the cluster, and the
//! plane that keeps it in the cluster. Nothing here knows whether that is ZooKeeper.

pub(super) use super::config::BrokerConfig;
use super::facts::KafkaFact;
use super::io::Io;
use super::messages::{
    Api, ControllerOrder, ControllerRequest, ControllerResponse, KafkaError, KafkaMessage, MetadataResponse,
    OffsetRequest, OffsetResponse, Request, Response,
};
use super::metadata::MetadataCache;
use super::metadata_plane::{MetadataPlane, Outside, PlaneEvent};
use super::replica::Replica;
use super::replicas::Replicas;
use super::timers::BrokerTimer;
use super::zookeeper_mode::{ControllerActivity, ZooKeeperMode};
use crate::boundary::{Input, Message, Outbox, Timer};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::net::{Channel, ConnId};
use crate::order::{Order, Placement, TopicSpec};
use crate::zookeeper::{ZkClient, ZkClientConfig};
use std::sync::Arc;

/// What exists only while the process runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Running {
    plane: ZooKeeperMode,
    metadata: MetadataCache,
}

/// A broker. [`Broker::handle`] gets each input of its process, [`Broker::crash`] ends the process. Logs and the
/// checkpoint of the high watermarks outlive it; everything else is asked for again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Broker {
    id: BrokerId,
    config: Arc<BrokerConfig>,
    zk_config: Arc<ZkClientConfig>,
    replicas: Replicas,
    running: Option<Box<Running>>,
}

impl Broker {
    pub(crate) fn new(id: BrokerId, config: BrokerConfig, zk: ZkClientConfig) -> Broker {
        Broker { id, config: Arc::new(config), zk_config: Arc::new(zk), replicas: Replicas::default(), running: None }
    }

    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        if let Input::Started { entropy } = input {
            self.start(entropy, out);
            return;
        }
        let Some(running) = sure(self.running.as_mut(), "only a process that runs gets an input") else { return };
        let mut parts = Parts::of(&self.config, self.id, &mut self.replicas, running, out);
        let (plane, mut outside) = parts.plane();
        if !plane.takes(&input, &mut outside) {
            match input {
                Input::Started { .. } => never!("a process starts once"),
                Input::Message(conn, Message::Kafka(message)) => parts.on_message(conn, message),
                Input::Message(_, Message::Quorum(_) | Message::ZkRequest(_) | Message::ZkResponse(_)) => {
                    never!("a broker is no ZooKeeper server, and its session's connection is the plane's");
                }
                Input::Accepted(conn) => parts.replicas.client_came(conn),
                Input::Opened(conn) => parts.on_opened(conn),
                Input::Lost(conn, _) => parts.on_lost(conn),
                Input::Timer(Timer::Broker(timer)) => parts.on_timer(timer),
                Input::Timer(Timer::Zk(_) | Timer::ZkClient(_) | Timer::Producer(_) | Timer::Consumer(_)) => {
                    never!("a broker arms timers of its own, and its session's are the plane's");
                }
                Input::Order(Order::Stop) => {
                    let (plane, mut outside) = parts.plane();
                    plane.begin_shutdown(&mut outside);
                }
                // `Command` refuses them.
                Input::Order(
                    Order::Produce(_)
                    | Order::ProduceSteadily { .. }
                    | Order::Commit
                    | Order::CreateTopic(_)
                    | Order::AddPartitions { .. }
                    | Order::Zk(_),
                ) => {}
            }
        }
        parts.hear();
    }

    /// The process is gone: logs and the high-watermark checkpoint are left.
    pub(crate) fn crash(&mut self) {
        self.running = None;
        self.replicas.forget();
    }

    fn start(&mut self, entropy: u64, out: &mut Outbox) {
        let plane = ZooKeeperMode::new((*self.zk_config).clone());
        let mut running = Running { plane, metadata: MetadataCache::default() };
        running.plane.start(entropy, out);
        let mut parts = Parts::of(&self.config, self.id, &mut self.replicas, &mut running, out);
        let (replicas, mut io) = parts.split();
        replicas.start(&mut io);
        self.running = Some(Box::new(running));
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

    /// The replicas, and what they reach the outside with.
    fn split(&mut self) -> (&mut Replicas, Io<'_>) {
        let io = Io { id: self.id, config: self.config, plane: &mut self.running.plane, out: self.out };
        (self.replicas, io)
    }

    /// The metadata plane, and what it reaches the outside with.
    fn plane(&mut self) -> (&mut dyn MetadataPlane, Outside<'_>) {
        let outside = Outside { id: self.id, config: self.config, out: self.out };
        (&mut self.running.plane, outside)
    }

    // ---- the metadata plane ----

    /// Does what the plane has to tell.
    fn hear(&mut self) {
        loop {
            let (plane, mut outside) = self.plane();
            let Some(event) = plane.poll(&mut outside) else { return };
            let (replicas, mut io) = self.split();
            match event {
                PlaneEvent::Order { correlation, request, cause } => {
                    self.out.because(cause);
                    self.obey(request);
                    let (plane, mut outside) = self.plane();
                    plane.order_obeyed(correlation, &mut outside);
                }
                PlaneEvent::Isr(write, answer) => replicas.isr_answered(write, answer, &mut io),
                PlaneEvent::TopicConfig(number, config) => replicas.config_read(number, &config),
                PlaneEvent::MayStop => {
                    replicas.checkpoint();
                    io.plane.leave(io.out);
                }
                PlaneEvent::Left => io.out.exit(),
            }
        }
    }

    /// An order of the controller; the answer to it.
    fn obey(&mut self, request: ControllerRequest) -> ControllerResponse {
        let ControllerRequest { controller_epoch, order, .. } = request;
        let (replicas, mut io) = self.split();
        let error = if !replicas.accepts(controller_epoch, &mut io) {
            Some(KafkaError::StaleControllerEpoch)
        } else {
            match order {
                ControllerOrder::LeaderAndIsr { live_leaders, partitions } => {
                    replicas.take_orders(&live_leaders, partitions, &mut io)
                }
                ControllerOrder::UpdateMetadata { alive_brokers, partitions } => {
                    self.running.metadata.update(alive_brokers, partitions);
                    self.out.note(KafkaFact::MetadataUpdated { controller_epoch });
                    None
                }
                ControllerOrder::StopReplica { partitions, .. } => {
                    replicas.stop(&partitions, &mut io);
                    None
                }
            }
        };
        ControllerResponse { error }
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
        let (replicas, mut io) = self.split();
        match request {
            Request::Produce(request) => replicas.produce(conn, correlation, request, &mut io),
            Request::Fetch(request) => replicas.fetch(conn, correlation, request, &mut io),
            Request::Offset(OffsetRequest { tp, latest }) => {
                let result = replicas.offset(conn, &tp, latest);
                io.out.send(conn, KafkaMessage::response(correlation, OffsetResponse { tp, result }));
            }
            Request::Metadata(request) => self.describe(conn, correlation, &request.topics),
            Request::Controller(request) => {
                let before = self.out.cause();
                let answer = self.obey(request);
                self.out.because(before);
                self.out.send(conn, KafkaMessage::response(correlation, answer));
            }
            Request::ControlledShutdown(_) => never!("the plane's, which has taken it"),
        }
    }

    fn on_response(&mut self, conn: ConnId, correlation: u32, response: Response) {
        let (replicas, mut io) = self.split();
        match response {
            Response::Fetch(response) => replicas.fetched(conn, correlation, response.partitions, &mut io),
            Response::Offset(response) => replicas.leader_offset(conn, correlation, response.result, &mut io),
            Response::Controller(_) | Response::ControlledShutdown(_) => never!("the plane's, which has taken them"),
            Response::Metadata(_) | Response::Produce(_) => never!("a broker asks for neither"),
        }
    }

    fn on_opened(&mut self, conn: ConnId) {
        let (replicas, mut io) = self.split();
        if conn.channel == Channel::ReplicaFetcher {
            replicas.fetcher_opened(conn, &mut io);
        }
    }

    fn on_lost(&mut self, conn: ConnId) {
        let (replicas, mut io) = self.split();
        if conn.client != NodeId::Broker(io.id) {
            replicas.client_lost(conn, &mut io);
        } else if conn.channel == Channel::ReplicaFetcher {
            replicas.fetcher_lost(conn, &mut io);
        }
    }

    fn on_timer(&mut self, timer: BrokerTimer) {
        let (replicas, mut io) = self.split();
        match timer {
            BrokerTimer::IsrCheck => replicas.check_isrs(&mut io),
            BrokerTimer::Checkpoint => replicas.checkpoint_timer(&mut io),
            BrokerTimer::FetchWait(slot) => replicas.answer_fetch(slot, &mut io),
            BrokerTimer::ProduceWait(slot) => replicas.produce_expired(slot, &mut io),
            BrokerTimer::FetcherPause(leader) => replicas.fetcher_pause_over(leader, &mut io),
            BrokerTimer::FetcherTimeout(leader) => replicas.fetcher_timeout(leader, &mut io),
            BrokerTimer::ChannelRetry(_)
            | BrokerTimer::ChannelTimeout(_)
            | BrokerTimer::Loopback
            | BrokerTimer::BalanceLeaders
            | BrokerTimer::RegisterAgain
            | BrokerTimer::ShutdownRetry => never!("the plane's, which has taken them"),
        }
    }

    // ---- metadata ----

    /// `handleTopicMetadataRequest`: a topic that nobody knows is created, where that is allowed.
    fn describe(&mut self, conn: ConnId, correlation: u32, asked: &[Topic]) {
        let metadata = &self.running.metadata;
        let brokers = metadata.alive().to_vec();
        let mut topics = metadata.describe(asked);
        if self.config.auto_create_topics_enable {
            for topic in topics.iter_mut().filter(|topic| topic.error == Some(KafkaError::UnknownTopicOrPartition)) {
                topic.error = Some(KafkaError::LeaderNotAvailable);
                self.create_topic(topic.topic.clone());
            }
        }
        self.out.send(conn, KafkaMessage::response(correlation, MetadataResponse { brokers, topics }));
    }

    fn create_topic(&mut self, name: Topic) {
        if self.running.metadata.has_topic(&name) {
            return;
        }
        let placement = Placement::Automatic {
            partitions: self.config.num_partitions,
            replication_factor: self.config.default_replication_factor,
        };
        self.running.plane.create_topic(TopicSpec { name, placement, config: Vec::new() }, self.out);
    }
}

/// For the picture: cheap, and nothing is computed that is not asked for.
impl Broker {
    /// `broker.id`
    pub fn id(&self) -> BrokerId {
        self.id
    }

    /// As it was configured.
    pub fn config(&self) -> &BrokerConfig {
        &self.config
    }

    fn plane(&self) -> Option<&ZooKeeperMode> {
        self.running.as_ref().map(|running| &running.plane)
    }

    /// It believes that it is the controller.
    pub fn is_controller(&self) -> bool {
        self.plane().is_some_and(|plane| plane.controller().is_active())
    }

    /// 0 when it is not the controller.
    pub fn controller_epoch(&self) -> u32 {
        self.plane().map_or(0, |plane| plane.controller().epoch())
    }

    /// Whom it believes to be the controller.
    pub fn known_controller(&self) -> Option<BrokerId> {
        self.plane().and_then(|plane| plane.controller().elected())
    }

    pub(crate) fn controller_activity(&self) -> ControllerActivity {
        self.plane().map_or(ControllerActivity::Idle, |plane| plane.controller().activity())
    }

    /// It made its znode in the session that it has.
    pub fn registered(&self) -> bool {
        self.plane().is_some_and(ZooKeeperMode::registered)
    }

    /// Nothing while the process is down.
    pub fn zk(&self) -> Option<&ZkClient> {
        self.plane().map(ZooKeeperMode::zk)
    }

    /// By topic and number of the partition.
    pub fn replicas(&self) -> impl Iterator<Item = &Replica> {
        self.replicas.sorted()
    }

    /// Its replica of this partition, or the log that an earlier process left.
    pub fn replica(&self, tp: &TopicPartition) -> Option<&Replica> {
        self.replicas.get(tp)
    }

    /// What it tells to clients; nothing while the process is down.
    pub fn metadata(&self) -> Option<&MetadataCache> {
        self.running.as_ref().map(|running| &running.metadata)
    }
}
