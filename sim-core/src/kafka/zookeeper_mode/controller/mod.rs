//! The controller (`KafkaController` of 0.8.2): one broker that decides about leaders for all.
//!
//! The real one runs its listeners one after the other on zkclient's event thread and blocks in each
//! ZooKeeper operation. Here a queue holds what is to be handled, one procedure runs at a time, as a list of
//! stages, and a stage waits for the answers of all the operations that it submitted.

mod changes;
mod channels;
mod context;
mod creation;
mod election;
mod failover;
mod leaders;

use context::{Context, PartitionContext};

use self::channels::{Batch, Channels};
use self::leaders::{Chosen, Selector};
use crate::boundary::Timer;
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::facts::KafkaFact;
use crate::kafka::timers::BrokerTimer;
use crate::kafka::zookeeper_mode::io::{Io, Tag};
use crate::kafka::{LeaderAndIsr, znodes};
use crate::net::ConnId;
use crate::zookeeper::{ZkOp, ZkResult};
use std::collections::VecDeque;
use std::sync::Arc;

/// What the controller's event queue can hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ControllerEvent {
    /// The broker starts: common paths, then the election.
    Start,
    /// zkclient made a new session after an expiry.
    NewSession,
    /// The watch on /controller fired.
    ControllerChanged,
    /// The watch on /brokers/ids fired.
    BrokersChanged,
    /// The watch on /brokers/topics fired.
    TopicsChanged,
    /// The watch on /brokers/topics/T fired.
    TopicDataChanged(Topic),
    /// A broker wants to leave in good order.
    ControlledShutdown { broker: BrokerId, reply_to: ReplyTo },
    /// `leader.imbalance.check.interval.seconds` went by.
    BalanceLeaders,
}

/// Where the answer to a ControlledShutdown request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ReplyTo {
    Conn(ConnId, u32),
    /// The controller's own broker asked.
    Myself,
}

/// What the controller is doing, for the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ControllerActivity {
    Idle,
    /// Making the common paths of a fresh ensemble.
    PreparingPaths,
    /// Reading /controller, or racing to create it.
    Electing,
    /// Elected: reading everything, telling everybody.
    FailingOver,
    /// Handling brokers that came or went.
    HandlingBrokers,
    /// Handling new topics or partitions.
    HandlingTopics,
    /// Moving leaders off a broker that wants to stop.
    ShuttingDownBroker,
    BalancingLeaders,
}

type Ops = Vec<ZkOp>;
type Replies = Vec<(ZkResult, Cause)>;

/// One step of a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    LookAtCommonPaths,
    MakeCommonPaths(Vec<ZPath>),

    DropRole,
    WatchController,
    LookAtController,
    ReadController,
    CreateController(Arc<str>),
    ReadBackController(Arc<str>),
    ReadEpoch,
    WriteEpoch {
        epoch: u32,
        version: Option<i32>,
    },
    DropController,

    ReadLists,
    ReadStates(Vec<TopicPartition>),
    StartStateMachines,

    ListBrokers,
    ListTopics,
    ReadTopics(Vec<Topic>),

    /// `PartitionStateMachine.triggerOnlinePartitionStateChange`
    TriggerOnline,
    ReadForElection {
        partitions: Vec<TopicPartition>,
        selector: Selector,
    },
    ReadConfigs {
        states: Vec<(TopicPartition, LeaderAndIsr)>,
        selector: Selector,
        topics: Vec<Topic>,
    },
    WriteElection {
        chosen: Vec<(TopicPartition, Chosen)>,
        selector: Selector,
    },
    /// The replicas on this broker become `OfflineReplica`.
    ReadForRemoval {
        broker: BrokerId,
        partitions: Vec<TopicPartition>,
    },
    ReadConfigsForRemoval {
        broker: BrokerId,
        states: Vec<(TopicPartition, LeaderAndIsr)>,
        topics: Vec<Topic>,
    },
    WriteRemoval {
        broker: BrokerId,
        states: Vec<(TopicPartition, LeaderAndIsr)>,
    },
    /// The replicas on these brokers become `OnlineReplica`.
    ReplicasOnline(Vec<BrokerId>),

    MakeState(creation::Making),

    /// UpdateMetadata with everything to these brokers.
    SendMetadata(Vec<BrokerId>),
    Flush,
    Balance,
    BeginShutdown {
        broker: BrokerId,
        reply_to: ReplyTo,
    },
    /// The replica on this broker moves its leadership, or stops.
    MoveOff {
        broker: BrokerId,
        tp: TopicPartition,
    },
    AnswerShutdown {
        broker: BrokerId,
        reply_to: ReplyTo,
    },
}

/// A stage that waits for answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Waiting {
    stage: Stage,
    replies: Vec<Option<(ZkResult, Cause)>>,
    missing: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Procedure {
    activity: ControllerActivity,
    /// Because of what it runs; moves on with the facts that it notes.
    cause: Cause,
    stages: VecDeque<Stage>,
    waiting: Option<Waiting>,
}

/// What only the elected broker has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Active {
    epoch: u32,
    context: Context,
    channels: Channels,
    batch: Batch,
}

/// A broker's part in the controller's role: electing, and while elected, leading the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::kafka) struct Controller {
    queue: VecDeque<(ControllerEvent, Cause)>,
    procedure: Option<Procedure>,
    /// Tells the answers of one stage from those of another.
    round: u32,
    /// /controller as last read; nothing when it was absent.
    elected: Option<BrokerId>,
    active: Option<Active>,
    /// What the broker is to get.
    results: Vec<ControllerResult>,
}

/// What a procedure achieved for the rest of the broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ControllerResult {
    /// The election after a start or a new session is over: `KafkaHealthcheck` may register.
    Elected,
    /// The own broker's controlled shutdown was handled.
    ShutdownHandled(Vec<TopicPartition>),
}

impl Controller {
    /// Queues an event and lets the queue run.
    pub(super) fn on_event(&mut self, event: ControllerEvent, io: &mut Io<'_>) {
        // A watch that fired twice before it was handled needs one look only.
        let pending = self.queue.iter().any(|(queued, _)| *queued == event);
        if !pending || matches!(event, ControllerEvent::ControlledShutdown { .. }) {
            self.queue.push_back((event, io.out.cause()));
        }
        self.run(io);
    }

    /// An answer to the operation of a stage.
    pub(super) fn on_reply(&mut self, round: u32, index: u16, result: ZkResult, io: &mut Io<'_>) {
        debug_assert_eq!(round, self.round, "a stage waits for all its answers before the next one asks");
        let waiting = self.procedure.as_mut().and_then(|procedure| procedure.waiting.as_mut());
        let Some(waiting) = sure(waiting, "an answer belongs to a stage that waits") else { return };
        let slot = waiting.replies.get_mut(usize::from(index)).filter(|slot| slot.is_none());
        if let Some(slot) = sure(slot, "each operation is answered once") {
            *slot = Some((result, io.out.cause()));
            waiting.missing -= 1;
            if waiting.missing == 0 {
                self.run(io);
            }
        }
    }

    pub(super) fn take_results(&mut self) -> Vec<ControllerResult> {
        std::mem::take(&mut self.results)
    }

    pub(super) fn channels(&mut self) -> Option<&mut Channels> {
        self.active.as_mut().map(|active| &mut active.channels)
    }

    pub(in crate::kafka) fn is_active(&self) -> bool {
        self.active.is_some()
    }

    /// 0 when this broker is not the controller.
    pub(in crate::kafka) fn epoch(&self) -> u32 {
        self.active.as_ref().map_or(0, |active| active.epoch)
    }

    pub(in crate::kafka) fn elected(&self) -> Option<BrokerId> {
        self.elected
    }

    pub(in crate::kafka) fn activity(&self) -> ControllerActivity {
        self.procedure.as_ref().map_or(ControllerActivity::Idle, |procedure| procedure.activity)
    }

    /// Lets stages and events run until a stage waits or nothing is left.
    fn run(&mut self, io: &mut Io<'_>) {
        let before = io.out.cause();
        loop {
            let Some(procedure) = &mut self.procedure else {
                let Some((event, cause)) = self.queue.pop_front() else { break };
                self.start(event, cause);
                continue;
            };
            io.out.because(procedure.cause);
            if procedure.waiting.as_ref().is_some_and(|waiting| waiting.missing > 0) {
                break;
            }
            if let Some(Waiting { stage, replies, .. }) = procedure.waiting.take() {
                self.finish(stage, replies.into_iter().flatten().collect(), io);
                continue;
            }
            let Some(stage) = procedure.stages.pop_front() else {
                self.procedure = None;
                continue;
            };
            let ops = Self::operations(&stage);
            if ops.is_empty() {
                self.finish(stage, Vec::new(), io);
                continue;
            }
            self.round = self.round.wrapping_add(1);
            debug_assert!(ops.len() <= usize::from(u16::MAX), "a tag has 16 bits for the operation's place");
            let count = ops.len() as u16;
            for (index, op) in (0..count).zip(ops) {
                io.submit(Tag::Controller { round: self.round, index }, op);
            }
            if let Some(procedure) = &mut self.procedure {
                let replies = vec![None; usize::from(count)];
                procedure.waiting = Some(Waiting { stage, replies, missing: count });
            }
        }
        io.out.because(before);
    }

    /// Begins the procedure of an event.
    fn start(&mut self, event: ControllerEvent, cause: Cause) {
        use ControllerActivity as Activity;
        let active = self.active.is_some();
        let (activity, stages) = match event {
            ControllerEvent::Start => (
                Activity::PreparingPaths,
                vec![Stage::LookAtCommonPaths, Stage::WatchController, Stage::ReadController],
            ),
            // `SessionExpirationListener.handleNewSession`: resign first, then elect.
            ControllerEvent::NewSession => {
                (Activity::Electing, vec![Stage::DropRole, Stage::WatchController, Stage::ReadController])
            }
            ControllerEvent::ControllerChanged => (Activity::Electing, vec![Stage::LookAtController]),
            // What only a controller listens to.
            ControllerEvent::BrokersChanged if active => (Activity::HandlingBrokers, vec![Stage::ListBrokers]),
            ControllerEvent::TopicsChanged if active => (Activity::HandlingTopics, vec![Stage::ListTopics]),
            ControllerEvent::TopicDataChanged(topic) if active => {
                (Activity::HandlingTopics, vec![Stage::ReadTopics(vec![topic])])
            }
            ControllerEvent::BalanceLeaders if active => (Activity::BalancingLeaders, vec![Stage::Balance]),
            ControllerEvent::ControlledShutdown { broker, reply_to } => {
                (Activity::ShuttingDownBroker, vec![Stage::BeginShutdown { broker, reply_to }])
            }
            // It has resigned since it heard of this: the next controller reads everything.
            ControllerEvent::BrokersChanged
            | ControllerEvent::TopicsChanged
            | ControllerEvent::TopicDataChanged(_)
            | ControllerEvent::BalanceLeaders => return,
        };
        self.procedure = Some(Procedure { activity, cause, stages: stages.into(), waiting: None });
    }

    /// What comes next, before what was planned already.
    fn next(&mut self, stages: impl IntoIterator<Item = Stage, IntoIter: DoubleEndedIterator>) {
        if let Some(procedure) = self.running() {
            stages.into_iter().rev().for_each(|stage| procedure.stages.push_front(stage));
        }
    }

    /// Notes a fact that the rest of the procedure happens because of.
    fn note_and_go_on(&mut self, fact: KafkaFact, io: &mut Io<'_>) {
        io.out.note_and_go_on(fact);
        if let Some(procedure) = self.running() {
            procedure.cause = io.out.cause();
        }
    }

    fn set_activity(&mut self, activity: ControllerActivity) {
        if let Some(procedure) = self.running() {
            procedure.activity = activity;
        }
    }

    fn running(&mut self) -> Option<&mut Procedure> {
        sure(self.procedure.as_mut(), "a stage belongs to the procedure that runs")
    }

    /// The operations of a stage; none: it is finished at once.
    fn operations(stage: &Stage) -> Ops {
        let get = |path: ZPath| ZkOp::GetData { path, watch: false };
        let config = |topic: &Topic| get(znodes::topic_config_path(topic));
        let state = |tp: &TopicPartition| get(znodes::state_path(tp));
        match stage {
            Stage::LookAtCommonPaths => {
                znodes::COMMON_PATHS.iter().map(|path| ZkOp::Exists { path: Arc::from(*path), watch: false }).collect()
            }
            Stage::MakeCommonPaths(paths) => paths.iter().map(election::make).collect(),
            Stage::WatchController | Stage::LookAtController => {
                vec![ZkOp::Exists { path: znodes::CONTROLLER.into(), watch: true }]
            }
            Stage::ReadController | Stage::ReadBackController(_) => {
                vec![ZkOp::GetData { path: znodes::CONTROLLER.into(), watch: true }]
            }
            Stage::CreateController(data) => vec![election::create_controller(data)],
            Stage::ReadEpoch => vec![get(znodes::CONTROLLER_EPOCH.into())],
            Stage::WriteEpoch { epoch, version } => vec![election::write_epoch(*epoch, *version)],
            Stage::DropController => vec![ZkOp::Delete { path: znodes::CONTROLLER.into(), version: -1 }],
            Stage::ReadLists => vec![list(znodes::BROKER_TOPICS), list(znodes::BROKER_IDS)],
            Stage::ListBrokers => vec![list(znodes::BROKER_IDS)],
            Stage::ListTopics => vec![list(znodes::BROKER_TOPICS)],
            Stage::ReadTopics(topics) => topics.iter().map(failover::read_topic).collect(),
            Stage::ReadStates(partitions) => partitions.iter().map(state).collect(),
            Stage::ReadForElection { partitions, .. } | Stage::ReadForRemoval { partitions, .. } => {
                partitions.iter().map(state).collect()
            }
            Stage::ReadConfigs { topics, .. } | Stage::ReadConfigsForRemoval { topics, .. } => {
                topics.iter().map(config).collect()
            }
            Stage::WriteElection { chosen, .. } => {
                chosen.iter().map(|(tp, chosen)| changes::write_state(tp, &chosen.state)).collect()
            }
            Stage::WriteRemoval { states, .. } => {
                states.iter().map(|(tp, state)| changes::write_state(tp, state)).collect()
            }
            Stage::MakeState(making) => vec![making.asks()],
            Stage::DropRole
            | Stage::StartStateMachines
            | Stage::TriggerOnline
            | Stage::ReplicasOnline(_)
            | Stage::SendMetadata(_)
            | Stage::Flush
            | Stage::Balance
            | Stage::BeginShutdown { .. }
            | Stage::MoveOff { .. }
            | Stage::AnswerShutdown { .. } => Vec::new(),
        }
    }

    /// All answers are there (none, where nothing was asked).
    fn finish(&mut self, stage: Stage, replies: Replies, io: &mut Io<'_>) {
        match stage {
            Stage::LookAtCommonPaths => self.common_paths_seen(&replies),
            Stage::MakeCommonPaths(_) => {}
            Stage::WatchController => self.set_activity(ControllerActivity::Electing),
            Stage::ReadController => self.controller_read(&replies, io),
            Stage::LookAtController => self.controller_looked_at(&replies, io),
            Stage::CreateController(data) => self.controller_created(data, &replies),
            Stage::ReadBackController(data) => self.controller_read_back(&data, &replies),
            Stage::ReadEpoch => self.epoch_read(&replies),
            Stage::WriteEpoch { epoch, .. } => self.epoch_written(epoch, &replies, io),
            Stage::DropController => self.results.push(ControllerResult::Elected),
            Stage::DropRole => self.resign(io),
            Stage::ReadLists => self.lists_read(&replies),
            Stage::ReadTopics(topics) => self.topics_read(topics, &replies),
            Stage::ReadStates(partitions) => self.states_read(partitions, &replies),
            Stage::StartStateMachines => self.start_state_machines(io),
            Stage::ListBrokers => self.brokers_listed(&replies, io),
            Stage::ListTopics => self.topics_listed(&replies),
            Stage::TriggerOnline => self.trigger_online(),
            Stage::ReadForElection { partitions, selector } => {
                self.election_states_read(partitions, selector, &replies, io);
            }
            Stage::ReadConfigs { states, selector, topics } => {
                let unclean = changes::unclean_settings(topics, &replies);
                self.elect(states, selector, &unclean, io);
            }
            Stage::WriteElection { chosen, selector } => self.election_written(chosen, selector, &replies, io),
            Stage::ReadForRemoval { broker, partitions } => self.removal_states_read(broker, partitions, &replies),
            Stage::ReadConfigsForRemoval { broker, states, topics } => {
                let unclean = changes::unclean_settings(topics, &replies);
                self.remove_from_isr(broker, states, &unclean, io);
            }
            Stage::WriteRemoval { broker, states } => self.removal_written(broker, states, &replies, io),
            Stage::ReplicasOnline(brokers) => self.replicas_online(&brokers),
            Stage::MakeState(making) => self.state_made(making, replies, io),
            Stage::SendMetadata(brokers) => self.send_metadata(&brokers, io),
            Stage::Flush => self.flush(io),
            Stage::Balance => self.balance_leaders(io),
            Stage::BeginShutdown { broker, reply_to } => self.begin_shutdown(broker, reply_to, io),
            Stage::MoveOff { broker, tp } => self.move_off(broker, tp, io),
            Stage::AnswerShutdown { broker, reply_to } => self.answer_shutdown(broker, reply_to, io),
        }
    }

    fn flush(&mut self, io: &mut Io<'_>) {
        if let Some(Active { epoch, context, channels, batch }) = leading(&mut self.active) {
            batch.flush(context, channels, *epoch, io);
        }
    }

    fn send_metadata(&mut self, brokers: &[BrokerId], io: &mut Io<'_>) {
        if let Some(Active { epoch, context, channels, .. }) = leading(&mut self.active) {
            channels::send_all_metadata(brokers, context, channels, *epoch, io);
        }
    }

    /// `onControllerResignation`
    fn resign(&mut self, io: &mut Io<'_>) {
        self.elected = None;
        if let Some(mut active) = self.active.take() {
            self.note_and_go_on(KafkaFact::ControllerResigned { broker: io.id, controller_epoch: active.epoch }, io);
            active.channels.close_all(io);
            io.out.disarm(Timer::Broker(BrokerTimer::BalanceLeaders));
        }
    }
}

/// What only the elected broker has. The stages that ask for it are planned by a controller alone, and nothing resigns
/// in the midst of their procedure.
fn leading(active: &mut Option<Active>) -> Option<&mut Active> {
    sure(active.as_mut(), "only a controller's procedures get here")
}

/// A partition that the procedure chose among those it knows. Topics go in a procedure of their own.
fn known<'a>(context: &'a mut Context, tp: &TopicPartition) -> Option<&'a mut PartitionContext> {
    sure(context.partitions.get_mut(tp), "a partition is not forgotten in the midst of a procedure")
}

/// The children of a path, watched.
fn list(path: &str) -> ZkOp {
    ZkOp::GetChildren { path: path.into(), watch: true }
}
