//! More partitions for a topic (`TopicCommand.alterTopic`, `AdminUtils.addPartitions`): the settings are written again as
//! they are, then the assignment with the new partitions. The existing ones stay where they are.

use crate::boundary::Outbox;
use crate::client::ClientFact;
use crate::ids::*;
use crate::kafka::placement::assign_replicas;
use crate::kafka::progress::Progress;
use crate::kafka::zk_calls::{Call, Next};
use crate::kafka::{AdminError, scala_hash, znodes};
use crate::sorted::Sorted;
use crate::zookeeper::{ZkError, ZkOp, ZkReply, ZkResult};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    ListingTopics,
    ReadingConfig,
    ReadingAssignment,
    ListingBrokers,
    WritingConfig(Call),
    WritingAssignment(Call),
}

/// An addition under way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PartitionsAddition {
    topic: Topic,
    /// How many partitions it is to have in all.
    total: u32,
    config: Vec<(Arc<str>, Arc<str>)>,
    assignment: znodes::Assignment,
    stage: Stage,
}

impl PartitionsAddition {
    pub(super) fn begin(topic: Topic, total: u32) -> (PartitionsAddition, ZkOp) {
        let (config, assignment) = (Vec::new(), Vec::new());
        let first = ZkOp::GetChildren { path: znodes::BROKER_TOPICS.into(), watch: false };
        (PartitionsAddition { topic, total, config, assignment, stage: Stage::ListingTopics }, first)
    }

    pub(super) fn on_reply(&mut self, result: ZkResult, out: &mut Outbox) -> Progress {
        match (&mut self.stage, result) {
            (Stage::WritingConfig(call), result) => match call.answered(result) {
                Next::Ask(op) => Progress::Next(op),
                Next::Return(Ok(_)) => {
                    let data = znodes::topic_assignment(&self.assignment);
                    let call = Call::update_persistent(znodes::topic_path(&self.topic), data);
                    let op = call.begin();
                    self.go_on(Stage::WritingAssignment(call), op)
                }
                Next::Return(Err(failure)) => Progress::Failed(AdminError::Zk(failure.error)),
            },
            (Stage::WritingAssignment(call), result) => match call.answered(result) {
                Next::Ask(op) => Progress::Next(op),
                Next::Return(Ok(_)) => Progress::Done,
                Next::Return(Err(failure)) => Progress::Failed(AdminError::Zk(failure.error)),
            },
            // The tool takes the topic's name for a pattern: what it does not match, it does not miss.
            (Stage::ListingTopics, Ok(ZkReply::Children(topics, _))) if !topics.contains(&self.topic) => {
                out.note(ClientFact::NothingToAlter { topic: self.topic.clone() });
                Progress::Done
            }
            (Stage::ListingTopics, Ok(_)) => self.read(Stage::ReadingConfig, znodes::topic_config_path(&self.topic)),
            (Stage::ReadingConfig, Ok(ZkReply::Data(data, _))) => {
                self.config = data.as_deref().and_then(znodes::parse_topic_config).unwrap_or_default();
                self.read(Stage::ReadingAssignment, znodes::topic_path(&self.topic))
            }
            (Stage::ReadingConfig, Err(failure)) if failure.error == ZkError::NoNode => {
                self.read(Stage::ReadingAssignment, znodes::topic_path(&self.topic))
            }
            (Stage::ReadingAssignment, Ok(ZkReply::Data(data, _))) => {
                self.assignment = data.as_deref().and_then(znodes::parse_topic_assignment).unwrap_or_default();
                if self.total as usize <= self.assignment.len() {
                    return Progress::Failed(AdminError::NotMorePartitions);
                }
                let op = ZkOp::GetChildren { path: znodes::BROKER_IDS.into(), watch: false };
                self.go_on(Stage::ListingBrokers, op)
            }
            (Stage::ListingBrokers, Ok(ZkReply::Children(names, _))) => {
                let brokers: Vec<BrokerId> = names.iter().filter_map(|name| name.parse().ok()).collect();
                match self.place(brokers) {
                    Ok(()) => self.write_config(),
                    Err(error) => Progress::Failed(error),
                }
            }
            (_, Err(failure)) => Progress::Failed(AdminError::Zk(failure.error)),
            // Only an answer to another question would be of another kind.
            (_, Ok(_)) => Progress::Failed(AdminError::Zk(ZkError::BadArguments)),
        }
    }

    fn go_on(&mut self, stage: Stage, op: ZkOp) -> Progress {
        self.stage = stage;
        Progress::Next(op)
    }

    fn read(&mut self, stage: Stage, path: ZPath) -> Progress {
        self.go_on(stage, ZkOp::GetData { path, watch: false })
    }

    /// Start and shift are no chance here: both are the *id* of a broker, where its place among the ids is meant. It is that
    /// of the first replica of the partition that a Scala map gives first.
    fn place(&mut self, mut brokers: Vec<BrokerId>) -> Result<(), AdminError> {
        brokers.sort_stably();
        let partitions: Vec<TopicPartition> =
            self.assignment.iter().map(|(partition, _)| TopicPartition::new(&self.topic, *partition)).collect();
        let head = scala_hash::in_map_order(&scala_hash::as_listed(&partitions)).into_iter().next();
        let replicas = head.and_then(|head| self.assignment.iter().find(|(partition, _)| *partition == head.partition));
        let Some((_, replicas)) = replicas else { return Err(AdminError::NotMorePartitions) };
        let size = replicas.len();
        let Some(start) = replicas.first().map(|id| u32::from(*id)) else { return Err(AdminError::TooFewBrokers) };
        let count = self.assignment.len() as u32;
        let fresh = assign_replicas(&brokers, count..self.total, size as u16, start, start);
        let Some(fresh) = fresh else { return Err(AdminError::TooFewBrokers) };
        // A reassignment may have given one of them another number of replicas.
        if self.assignment.iter().any(|(_, replicas)| replicas.len() != size) {
            return Err(AdminError::IllegalAssignment);
        }
        self.assignment.extend((count..).zip(fresh));
        Ok(())
    }

    fn write_config(&mut self) -> Progress {
        let path = znodes::topic_config_path(&self.topic);
        let call = Call::update_persistent(path, znodes::topic_config(&self.config));
        let op = call.begin();
        self.go_on(Stage::WritingConfig(call), op)
    }
}
