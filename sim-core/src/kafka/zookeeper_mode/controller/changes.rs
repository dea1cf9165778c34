//! What the controller does about brokers that come, go or want to stop, and about leaders that are not the
//! preferred ones.

use super::context::{Context, PartitionPhase};
use super::failover::broker_ids;
use super::leaders::{Chosen, NotChosen, Selector, choose, without_replica};
use super::{Active, Controller, ControllerResult, Replies, ReplyTo, Stage, known, leading};
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::kafka::facts::KafkaFact;
use crate::kafka::timers::BrokerTimer;
use crate::kafka::zookeeper_mode::io::Io;
use crate::kafka::{ControlledShutdownResponse, KafkaError, KafkaMessage, LeaderAndIsr, rules, scala_hash, znodes};
use crate::sorted::Sorted;
use crate::time::Span;
use crate::zookeeper::{ZkError, ZkOp, ZkReply};

/// A topic's own `unclean.leader.election.enable`, where it has one.
pub(super) type UncleanSettings = Vec<(Topic, Option<bool>)>;

pub(super) fn unclean_settings(topics: Vec<Topic>, replies: &Replies) -> UncleanSettings {
    topics.into_iter().zip(replies).map(|(topic, (result, _))| (topic, unclean_of(result))).collect()
}

fn unclean_of(result: &crate::zookeeper::ZkResult) -> Option<bool> {
    let Ok(ZkReply::Data(Some(data), _)) = result else { return None };
    let config = znodes::parse_topic_config(data)?;
    let (_, value) = config.iter().find(|(key, _)| &**key == "unclean.leader.election.enable")?;
    value.parse().ok()
}

fn unclean_allowed(topic: &Topic, settings: &UncleanSettings, io: &Io<'_>) -> bool {
    settings
        .iter()
        .find(|(name, _)| name == topic)
        .and_then(|(_, setting)| *setting)
        .unwrap_or(io.config.unclean_leader_election_enable)
}

/// A conditional write of …/state.
pub(super) fn write_state(tp: &TopicPartition, state: &LeaderAndIsr) -> ZkOp {
    ZkOp::SetData {
        path: znodes::state_path(tp),
        data: Some(znodes::partition_state(state)),
        version: rules::version_to_write_on(state.zk_version),
    }
}

/// What …/state says, if it may be changed by a controller of this epoch: a later one may have been there.
fn readable(result: &crate::zookeeper::ZkResult, epoch: u32) -> Option<LeaderAndIsr> {
    let Ok(ZkReply::Data(Some(data), stat)) = result else { return None };
    znodes::parse_partition_state(data, stat.version).filter(|state| state.controller_epoch <= epoch)
}

fn topics_of<'a>(tps: impl Iterator<Item = &'a TopicPartition>) -> Vec<Topic> {
    let mut topics: Vec<Topic> = tps.map(|tp| tp.topic.clone()).collect();
    topics.sort_stably();
    topics.dedup();
    topics
}

/// What this broker has a replica of, with the number of all its replicas, in the order of `shutdownBroker`: a mutable map
/// (`partitionReplicaAssignment`) and what is left of it, then a set of partitions, then one of pairs.
fn on_broker(context: &Context, broker: BrokerId) -> Vec<(TopicPartition, usize)> {
    let all: Vec<TopicPartition> = context.partitions.keys().cloned().collect();
    let mut its = scala_hash::in_map_order(&all);
    let replicas =
        |tp: &TopicPartition| context.partitions.get(tp).map_or(&[][..], |partition| &partition.replicas[..]);
    its.retain(|tp| replicas(tp).contains(&broker));
    let its = scala_hash::in_set_order(&scala_hash::in_map_order(&its));
    let pairs: Vec<(TopicPartition, usize)> = its
        .into_iter()
        .map(|tp| {
            let count = replicas(&tp).len();
            (tp, count)
        })
        .collect();
    let hashes: Vec<i32> = pairs
        .iter()
        .map(|(tp, count)| scala_hash::of_product(&[scala_hash::of_partition(tp), *count as i32]))
        .collect();
    scala_hash::set_order(&hashes).into_iter().map(|place| pairs[place].clone()).collect()
}

impl Controller {
    /// `BrokerChangeListener`
    pub(super) fn brokers_listed(&mut self, replies: &Replies, io: &mut Io<'_>) {
        let Some(active) = leading(&mut self.active) else { return };
        // It cannot be read: the session is over, and that is the next event.
        let Some((Ok(ZkReply::Children(children, _)), _)) = replies.first() else { return };
        let now = broker_ids(children);
        let joined: Vec<BrokerId> = now.difference(&active.context.registered).copied().collect();
        let gone: Vec<BrokerId> = active.context.registered.difference(&now).copied().collect();
        if joined.is_empty() && gone.is_empty() {
            return;
        }
        active.context.registered = now;
        self.note_and_go_on(KafkaFact::BrokersChanged { joined: joined.clone(), gone: gone.clone() }, io);
        let Some(active) = leading(&mut self.active) else { return };
        for broker in &joined {
            active.channels.add(*broker, io);
        }
        for broker in &gone {
            active.channels.remove(*broker, io);
            active.context.shutting_down.remove(broker);
        }
        let mut stages = Vec::new();
        // `onBrokerStartup`
        if !joined.is_empty() {
            stages.extend([
                Stage::SendMetadata(joined.clone()),
                Stage::ReplicasOnline(joined),
                Stage::Flush,
                Stage::TriggerOnline,
                Stage::Flush,
            ]);
        }
        // `onBrokerFailure`
        if !gone.is_empty() {
            for partition in active.context.partitions.values_mut() {
                if partition.leader().is_some_and(|leader| gone.contains(&leader)) {
                    partition.phase = PartitionPhase::Offline;
                }
            }
            stages.extend([Stage::TriggerOnline, Stage::Flush]);
            for broker in gone {
                let partitions = active
                    .context
                    .partitions
                    .iter()
                    .filter(|(_, partition)| partition.replicas.contains(&broker) && partition.state.is_some())
                    .map(|(tp, _)| tp.clone())
                    .collect();
                stages.push(Stage::ReadForRemoval { broker, partitions });
            }
            stages.push(Stage::Flush);
        }
        self.next(stages);
    }

    /// Elects wherever nobody leads, in the order of the map `partitionState`.
    pub(super) fn trigger_online(&mut self) {
        let Some(active) = leading(&mut self.active) else { return };
        let partitions = &active.context.partitions;
        let all: Vec<TopicPartition> = partitions.keys().cloned().collect();
        let order = scala_hash::in_map_order(&all);
        let in_phase = |phase| {
            let is_in = |tp: &&TopicPartition| partitions.get(tp).is_some_and(|partition| partition.phase == phase);
            order.iter().filter(is_in).cloned().collect::<Vec<_>>()
        };
        let (offline, new) = (in_phase(PartitionPhase::Offline), in_phase(PartitionPhase::New));
        self.next([Stage::ReadForElection { partitions: offline, selector: Selector::Offline }]);
        self.create_partitions_before_flush(new);
    }

    /// `electLeaderForPartition`: …/state was read again.
    pub(super) fn election_states_read(
        &mut self,
        partitions: Vec<TopicPartition>,
        selector: Selector,
        replies: &Replies,
        io: &mut Io<'_>,
    ) {
        let Some(active) = leading(&mut self.active) else { return };
        let states: Vec<(TopicPartition, LeaderAndIsr)> = partitions
            .into_iter()
            .zip(replies)
            .filter_map(|(tp, (result, _))| Some((tp, readable(result, active.epoch)?)))
            .collect();
        // The topic's setting matters only where no in-sync replica is alive.
        let hopeless = states.iter().filter(|(_, state)| !state.isr.iter().any(|b| active.context.is_live(*b)));
        let topics = topics_of(hopeless.map(|(tp, _)| tp));
        if selector == Selector::Offline && !topics.is_empty() {
            self.next([Stage::ReadConfigs { states, selector, topics }]);
        } else {
            self.elect(states, selector, &Vec::new(), io);
        }
    }

    pub(super) fn elect(
        &mut self,
        states: Vec<(TopicPartition, LeaderAndIsr)>,
        selector: Selector,
        unclean: &UncleanSettings,
        io: &mut Io<'_>,
    ) {
        let Some(active) = leading(&mut self.active) else { return };
        let mut all_chosen: Vec<(TopicPartition, Chosen)> = Vec::new();
        for (tp, state) in states {
            let replicas = known(&mut active.context, &tp).map(|partition| partition.replicas.clone());
            let Some(replicas) = replicas else { continue };
            let allowed = unclean_allowed(&tp.topic, unclean, io);
            let chosen = choose(selector, &replicas, &state, &active.context, active.epoch, allowed);
            let Some(partition) = known(&mut active.context, &tp) else { continue };
            match chosen {
                Ok(chosen) => {
                    partition.state = Some(state);
                    all_chosen.push((tp, chosen));
                }
                Err(NotChosen::NoReplicaOnline) if !partition.said_offline => {
                    partition.said_offline = true;
                    io.out.note(KafkaFact::PartitionOffline { tp, isr: state.isr });
                }
                Err(_) => {}
            }
        }
        self.next([Stage::WriteElection { chosen: all_chosen, selector }]);
    }

    pub(super) fn election_written(
        &mut self,
        all_chosen: Vec<(TopicPartition, Chosen)>,
        selector: Selector,
        replies: &Replies,
        io: &mut Io<'_>,
    ) {
        let Some(active) = leading(&mut self.active) else { return };
        let mut again = Vec::new();
        let before = io.out.cause();
        for ((tp, chosen), (result, cause)) in all_chosen.into_iter().zip(replies) {
            let stat = match result {
                Ok(ZkReply::Set(stat)) => stat,
                // The leader changed the ISR meanwhile: read and choose again.
                Err(failure) if failure.error == ZkError::BadVersion => {
                    again.push(tp);
                    continue;
                }
                // Somebody deleted the znode, or the session is over: it stays as it was.
                _ => continue,
            };
            let Some(partition) = known(&mut active.context, &tp) else { continue };
            let from = partition.leader();
            let state = LeaderAndIsr { zk_version: stat.version, ..chosen.state };
            io.out.because(*cause);
            partition.because = io.out.note(KafkaFact::LeaderElected {
                tp: tp.clone(),
                from,
                to: chosen.leader,
                leader_epoch: state.leader_epoch,
                isr: state.isr.clone(),
                how: chosen.how,
            });
            partition.state = Some(state);
            partition.phase = PartitionPhase::Online;
            partition.said_offline = false;
            active.batch.add(&chosen.recipients, &tp);
        }
        io.out.because(before);
        if !again.is_empty() {
            self.next([Stage::ReadForElection { partitions: again, selector }]);
        }
    }

    /// `removeReplicaFromIsr`: …/state was read again.
    pub(super) fn removal_states_read(&mut self, broker: BrokerId, partitions: Vec<TopicPartition>, replies: &Replies) {
        let Some(active) = leading(&mut self.active) else { return };
        let mut states = Vec::new();
        for (tp, (result, _)) in partitions.into_iter().zip(replies) {
            // A later controller was there, or it cannot be read.
            let Some(state) = readable(result, active.epoch) else { continue };
            let Some(partition) = known(&mut active.context, &tp) else { continue };
            active.batch.add_stop(broker, &tp);
            if state.isr.contains(&broker) {
                states.push((tp, state));
            } else {
                // Nothing to write; the unchanged state is sent again, and ignored because of its epoch.
                let rest: Vec<BrokerId> = partition.replicas.iter().copied().filter(|r| *r != broker).collect();
                if partition.state.as_ref() != Some(&state) {
                    partition.state = Some(state);
                }
                active.batch.add(&active.context.registered_of(&rest), &tp);
            }
        }
        let last = states.iter().filter(|(_, state)| state.isr.len() == 1);
        let topics = topics_of(last.map(|(tp, _)| tp));
        self.next([Stage::ReadConfigsForRemoval { broker, states, topics }]);
    }

    pub(super) fn remove_from_isr(
        &mut self,
        broker: BrokerId,
        states: Vec<(TopicPartition, LeaderAndIsr)>,
        unclean: &UncleanSettings,
        io: &mut Io<'_>,
    ) {
        let Some(active) = leading(&mut self.active) else { return };
        let states = states
            .into_iter()
            .filter_map(|(tp, state)| {
                let allowed = unclean_allowed(&tp.topic, unclean, io);
                Some((tp, without_replica(&state, broker, active.epoch, allowed)?))
            })
            .collect();
        self.next([Stage::WriteRemoval { broker, states }]);
    }

    pub(super) fn removal_written(
        &mut self,
        broker: BrokerId,
        states: Vec<(TopicPartition, LeaderAndIsr)>,
        replies: &Replies,
        io: &mut Io<'_>,
    ) {
        let Some(active) = leading(&mut self.active) else { return };
        let mut again = Vec::new();
        let before = io.out.cause();
        for ((tp, state), (result, cause)) in states.into_iter().zip(replies) {
            match result {
                Ok(ZkReply::Set(stat)) => {
                    let Some(partition) = known(&mut active.context, &tp) else { continue };
                    io.out.because(*cause);
                    partition.because = if state.isr.contains(&broker) {
                        // The last member of the list stays on it; there is no leader any more.
                        *cause
                    } else {
                        let (tp, isr) = (tp.clone(), state.isr.clone());
                        io.out.note(KafkaFact::IsrShrunk { tp, isr, removed: vec![broker] })
                    };
                    partition.state = Some(LeaderAndIsr { zk_version: stat.version, ..state });
                    let rest: Vec<BrokerId> = partition.replicas.iter().copied().filter(|r| *r != broker).collect();
                    active.batch.add(&active.context.registered_of(&rest), &tp);
                }
                Err(failure) if failure.error == ZkError::BadVersion => again.push(tp),
                // As at an election: it stays as it was.
                _ => {}
            }
        }
        io.out.because(before);
        if !again.is_empty() {
            self.next([Stage::ReadForRemoval { broker, partitions: again }]);
        }
    }

    /// Replicas become online: their brokers learn what they are.
    pub(super) fn replicas_online(&mut self, brokers: &[BrokerId]) {
        let Some(active) = leading(&mut self.active) else { return };
        for (tp, partition) in &active.context.partitions {
            if partition.state.is_some() {
                let recipients: Vec<BrokerId> =
                    brokers.iter().copied().filter(|broker| partition.replicas.contains(broker)).collect();
                if !recipients.is_empty() {
                    active.batch.add(&recipients, tp);
                }
            }
        }
    }

    /// `KafkaController.shutdownBroker`: what it leads moves, what it follows stops, one partition after the other.
    pub(super) fn begin_shutdown(&mut self, broker: BrokerId, reply_to: ReplyTo, io: &mut Io<'_>) {
        let known = self.active.as_ref().is_some_and(|active| active.context.registered.contains(&broker));
        let Some(active) = &mut self.active else {
            return self.send_shutdown_answer(reply_to, Err(KafkaError::StaleControllerEpoch), io);
        };
        if !known {
            return self.send_shutdown_answer(reply_to, Err(KafkaError::UnknownTopicOrPartition), io);
        }
        active.context.shutting_down.insert(broker);
        let mut stages: Vec<Stage> = on_broker(&active.context, broker)
            .into_iter()
            // A partition without another replica has nowhere to go.
            .filter(|(_, replicas)| rules::moves_before_a_stop(*replicas))
            .map(|(tp, _)| Stage::MoveOff { broker, tp })
            .collect();
        stages.push(Stage::AnswerShutdown { broker, reply_to });
        self.next(stages);
    }

    pub(super) fn move_off(&mut self, broker: BrokerId, tp: TopicPartition, io: &mut Io<'_>) {
        let Some(active) = leading(&mut self.active) else { return };
        let Some(partition) = known(&mut active.context, &tp) else { return };
        // One that was never led has nothing to move.
        if partition.state.is_none() {
            return;
        }
        if partition.leader() == Some(broker) {
            let selector = Selector::ControlledShutdown;
            self.next([Stage::ReadForElection { partitions: vec![tp], selector }, Stage::Flush]);
        } else {
            // It is stopped first, and once more by what makes it an `OfflineReplica`.
            active.batch.add_stop(broker, &tp);
            self.flush(io);
            self.next([Stage::ReadForRemoval { broker, partitions: vec![tp] }, Stage::Flush]);
        }
    }

    pub(super) fn answer_shutdown(&mut self, broker: BrokerId, reply_to: ReplyTo, io: &mut Io<'_>) {
        let Some(Active { context, .. }) = leading(&mut self.active) else { return };
        let remaining: Vec<TopicPartition> = context
            .partitions
            .iter()
            .filter(|(_, partition)| partition.replicas.len() > 1 && partition.leader() == Some(broker))
            .map(|(tp, _)| tp.clone())
            .collect();
        io.out.note_and_go_on(KafkaFact::ControlledShutdownDone { broker, remaining: remaining.len() as u32 });
        self.send_shutdown_answer(reply_to, Ok(remaining), io);
    }

    fn send_shutdown_answer(
        &mut self,
        reply_to: ReplyTo,
        remaining: Result<Vec<TopicPartition>, KafkaError>,
        io: &mut Io<'_>,
    ) {
        match reply_to {
            ReplyTo::Conn(conn, correlation) => {
                io.out.send(conn, KafkaMessage::response(correlation, ControlledShutdownResponse { remaining }));
            }
            ReplyTo::Myself => self.results.push(ControllerResult::ShutdownHandled(remaining.unwrap_or_default())),
        }
    }

    /// `checkAndTriggerPartitionRebalance`: where too many partitions of a broker are led by others, it gets
    /// them back.
    pub(super) fn balance_leaders(&mut self, io: &mut Io<'_>) {
        let Some(Active { context, .. }) = leading(&mut self.active) else { return };
        let mut elect = Vec::new();
        for broker in context.registered().filter(|broker| context.is_live(*broker)) {
            let preferred: Vec<_> =
                context.partitions.iter().filter(|(_, p)| p.replicas.first() == Some(&broker)).collect();
            let elsewhere: Vec<TopicPartition> = preferred
                .iter()
                .filter(|(_, p)| p.state.is_some() && p.leader() != Some(broker))
                .map(|(tp, _)| (*tp).clone())
                .collect();
            let percentage = u64::from(io.config.leader_imbalance_per_broker_percentage);
            if rules::is_imbalanced(elsewhere.len() as u64, preferred.len() as u64, percentage) {
                elect.extend(elsewhere);
            }
        }
        self.next([Stage::ReadForElection { partitions: elect, selector: Selector::Preferred }, Stage::Flush]);
        let interval = Span::ms(u64::from(io.config.leader_imbalance_check_interval_s) * 1_000);
        io.out.arm(Timer::Broker(BrokerTimer::BalanceLeaders), Delay::exactly(interval));
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::PartitionContext;
    use super::*;

    /// As the zxids of the writes of a real Kafka 0.8.2.2 show: "orders" had got its last four partitions later.
    #[test]
    fn a_leaving_broker_is_moved_off_its_partitions_in_the_order_of_a_scala_set() {
        let orders = [[1, 2], [2, 3], [3, 1], [3, 2], [1, 3], [2, 1], [3, 1]];
        let pay = [[2, 1], [3, 2], [1, 3], [2, 3], [3, 1], [1, 2]];
        let mut context = Context::default();
        for (topic, assignment) in [("orders", &orders[..]), ("pay", &pay[..])] {
            for (partition, replicas) in (0..).zip(assignment) {
                let tp = TopicPartition::new(&topic.into(), partition);
                context.partitions.insert(tp, PartitionContext::new(replicas.to_vec()));
            }
        }
        let moved: Vec<String> =
            on_broker(&context, 2).iter().map(|(tp, _)| format!("{}-{}", tp.topic, tp.partition)).collect();
        let real = ["orders-5", "pay-5", "orders-1", "pay-3", "pay-0", "pay-1", "orders-3", "orders-0"];
        assert_eq!(moved, real);
    }
}
