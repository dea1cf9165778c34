//! What a new controller does (`KafkaController.onControllerFailover`, 0.8.2): it reads everything, tells
//! the live replicas what they are, elects where nobody leads, and tells everybody everything.

use super::context::{Context, PartitionContext, PartitionPhase};
use super::{Active, Controller, ControllerActivity, ControllerResult, Replies, Stage, known, leading};
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::kafka::timers::BrokerTimer;
use crate::kafka::znodes;
use crate::kafka::zookeeper_mode::io::Io;
use crate::sorted::SortedSet;
use crate::zookeeper::{ZkOp, ZkReply};

/// `autoRebalanceScheduler`: the first check comes 5 s after the failover.
const FIRST_BALANCE: Delay = Delay::ms(5_000);

/// The assignment of a topic, watched for new partitions.
pub(super) fn read_topic(topic: &Topic) -> ZkOp {
    ZkOp::GetData { path: znodes::topic_path(topic), watch: true }
}

/// Names of children, as numbers of brokers.
pub(super) fn broker_ids(children: &[Topic]) -> SortedSet<BrokerId> {
    children.iter().filter_map(|name| name.parse().ok()).collect()
}

impl Controller {
    pub(super) fn begin_failover(&mut self, epoch: u32) {
        self.set_activity(ControllerActivity::FailingOver);
        self.active = Some(Active { epoch, ..Active::default() });
        self.next([Stage::ReadLists]);
    }

    /// The children listeners stand; what they showed is read.
    pub(super) fn lists_read(&mut self, replies: &Replies) {
        let Some(active) = leading(&mut self.active) else { return };
        // What cannot be read is empty: the session is over then, and that is the next event.
        let mut topics = Vec::new();
        if let Some((Ok(ZkReply::Children(names, _)), _)) = replies.first() {
            topics.clone_from(names);
        }
        if let Some((Ok(ZkReply::Children(ids, _)), _)) = replies.get(1) {
            active.context.registered = broker_ids(ids);
        }
        self.next([Stage::ReadTopics(topics), Stage::StartStateMachines]);
    }

    /// Assignments were read: of all topics at the failover, of new or changed ones later.
    pub(super) fn topics_read(&mut self, topics: Vec<Topic>, replies: &Replies) {
        let failing_over = self.activity() == ControllerActivity::FailingOver;
        let Some(active) = leading(&mut self.active) else { return };
        let (mut all, mut fresh) = (Vec::new(), Vec::new());
        for (topic, (result, _)) in topics.iter().zip(replies) {
            // Deleted since it was listed.
            let Ok(ZkReply::Data(Some(data), _)) = result else { continue };
            for (partition, replicas) in znodes::parse_topic_assignment(data).unwrap_or_default() {
                let tp = TopicPartition::new(topic, partition);
                all.push(tp.clone());
                // Only partitions are added here; the replicas of an old one are changed by reassignment alone.
                if !active.context.partitions.contains_key(&tp) {
                    active.context.partitions.insert(tp.clone(), PartitionContext::new(replicas));
                    fresh.push(tp);
                }
            }
        }
        if failing_over {
            self.next([Stage::ReadStates(fresh)]);
        } else {
            self.create_partitions(&all, &fresh);
        }
    }

    /// Leaders and ISRs, as the predecessor left them.
    pub(super) fn states_read(&mut self, partitions: Vec<TopicPartition>, replies: &Replies) {
        let Some(active) = leading(&mut self.active) else { return };
        for (tp, (result, cause)) in partitions.iter().zip(replies) {
            let Some(partition) = known(&mut active.context, tp) else { continue };
            if let Ok(ZkReply::Data(Some(data), stat)) = result {
                partition.state = znodes::parse_partition_state(data, stat.version);
                partition.because = *cause;
            }
        }
    }

    /// `ReplicaStateMachine.startup`, `PartitionStateMachine.startup`, and what follows them. A dead follower
    /// stays in the ISR until its leader finds it too slow: that a new controller removes it came with 2.3
    /// (KAFKA-3143).
    pub(super) fn start_state_machines(&mut self, io: &mut Io<'_>) {
        let Some(active) = leading(&mut self.active) else { return };
        let Context { registered, partitions, .. } = &mut active.context;
        for partition in partitions.values_mut() {
            partition.phase = match &partition.state {
                None => PartitionPhase::New,
                Some(state) if state.leader.is_some_and(|leader| registered.contains(&leader)) => {
                    PartitionPhase::Online
                }
                Some(_) => PartitionPhase::Offline,
            };
        }
        let live: Vec<BrokerId> = registered.iter().copied().collect();
        for broker in &live {
            active.channels.add(*broker, io);
        }
        if io.config.auto_leader_rebalance_enable {
            io.out.arm(Timer::Broker(BrokerTimer::BalanceLeaders), FIRST_BALANCE);
        }
        self.next([
            Stage::ReplicasOnline(live.clone()),
            Stage::Flush,
            Stage::TriggerOnline,
            Stage::Flush,
            Stage::SendMetadata(live),
        ]);
        self.results.push(ControllerResult::Elected);
    }
}
