//! Writes a new topic into ZooKeeper (`AdminUtils.createTopic`, 0.8.2): its settings, then its assignment.
//! Two processes do this: the admin tool, and a broker that is asked for a topic it does not know.

use super::facts::AdminError;
use super::placement::assign_replicas;
use super::progress::Progress;
use super::znodes;
use crate::ids::*;
use crate::invariant::never;
use crate::order::{Placement, TopicSpec};
use crate::rng::mix;
use crate::sorted::Sorted;
use crate::zookeeper::{CreateMode, ZkError, ZkOp, ZkReply, ZkResult};

/// Kafka's own limit (`Topic.maxNameLength`).
const NAME_MAX: usize = 255;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    LookingForTopic,
    ListingBrokers,
    WritingConfig,
    OverwritingConfig,
    WritingAssignment,
}

/// A creation under way: one operation at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TopicCreation {
    spec: TopicSpec,
    entropy: u64,
    assignment: znodes::Assignment,
    stage: Stage,
}

impl TopicCreation {
    /// `entropy` decides where an automatic placement starts.
    pub(crate) fn begin(spec: TopicSpec, entropy: u64) -> (TopicCreation, Progress) {
        let mut creation = TopicCreation { spec, entropy, assignment: Vec::new(), stage: Stage::LookingForTopic };
        let first = match creation.check() {
            Some(error) => Progress::Failed(error),
            None => Progress::Next(ZkOp::Exists { path: znodes::topic_path(&creation.spec.name), watch: false }),
        };
        creation.stage = Stage::LookingForTopic;
        (creation, first)
    }

    pub(crate) fn topic(&self) -> &Topic {
        &self.spec.name
    }

    /// `Topic.validate`, and the checks of a manual assignment.
    fn check(&self) -> Option<AdminError> {
        let name = &*self.spec.name;
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.is_empty() || name == "." || name == ".." || name.len() > NAME_MAX || !name.chars().all(legal) {
            return Some(AdminError::InvalidName);
        }
        let Placement::Manual(assignment) = &self.spec.placement else { return None };
        let size = assignment.first().map_or(0, Vec::len);
        let sound = |replicas: &Vec<BrokerId>| {
            let mut unique = replicas.clone();
            unique.sort_stably();
            unique.dedup();
            unique.len() == size && replicas.len() == size
        };
        (size == 0 || !assignment.iter().all(sound)).then_some(AdminError::IllegalAssignment)
    }

    pub(crate) fn on_reply(&mut self, result: &ZkResult) -> Progress {
        match (&self.stage, result) {
            (Stage::LookingForTopic, Ok(ZkReply::Exists(Some(_)))) => Progress::Failed(AdminError::TopicExists),
            (Stage::LookingForTopic, _) => match &self.spec.placement {
                Placement::Manual(assignment) => {
                    self.assignment = (0..).zip(assignment.iter().cloned()).collect();
                    self.write_config()
                }
                Placement::Automatic { .. } => {
                    self.stage = Stage::ListingBrokers;
                    Progress::Next(ZkOp::GetChildren { path: znodes::BROKER_IDS.into(), watch: false })
                }
            },
            (Stage::ListingBrokers, Ok(ZkReply::Children(names, _))) => {
                let mut brokers: Vec<BrokerId> = names.iter().filter_map(|name| name.parse().ok()).collect();
                brokers.sort_stably();
                match self.place(&brokers) {
                    Some(assignment) => {
                        self.assignment = (0..).zip(assignment).collect();
                        self.write_config()
                    }
                    None => Progress::Failed(AdminError::TooFewBrokers),
                }
            }
            (Stage::WritingConfig, Err(failure)) if failure.error == ZkError::NodeExists => {
                // Left over from an earlier topic of that name.
                self.stage = Stage::OverwritingConfig;
                Progress::Next(ZkOp::SetData {
                    path: znodes::topic_config_path(&self.spec.name),
                    data: Some(znodes::topic_config(&self.spec.config)),
                    version: -1,
                })
            }
            (Stage::WritingConfig | Stage::OverwritingConfig, Ok(_)) => {
                self.stage = Stage::WritingAssignment;
                Progress::Next(ZkOp::Create {
                    path: znodes::topic_path(&self.spec.name),
                    data: Some(znodes::topic_assignment(&self.assignment)),
                    mode: CreateMode::Persistent,
                })
            }
            (Stage::WritingAssignment, Ok(_)) => Progress::Done,
            (Stage::WritingAssignment, Err(failure)) if failure.error == ZkError::NodeExists => {
                Progress::Failed(AdminError::TopicExists)
            }
            (_, Err(failure)) => Progress::Failed(AdminError::Zk(failure.error)),
            (_, Ok(_)) => Progress::Failed(AdminError::TooFewBrokers),
        }
    }

    fn write_config(&mut self) -> Progress {
        self.stage = Stage::WritingConfig;
        Progress::Next(ZkOp::Create {
            path: znodes::topic_config_path(&self.spec.name),
            data: Some(znodes::topic_config(&self.spec.config)),
            mode: CreateMode::Persistent,
        })
    }

    fn place(&self, brokers: &[BrokerId]) -> Option<Vec<Vec<BrokerId>>> {
        let Placement::Automatic { partitions, replication_factor } = self.spec.placement else {
            never!("what is placed by hand needs no list of brokers");
            return None;
        };
        let n = brokers.len() as u64;
        let draw = |entropy: u64| entropy.checked_rem(n).unwrap_or(0) as u32;
        let first = mix(self.entropy);
        assign_replicas(brokers, 0..partitions, replication_factor, draw(first), draw(mix(first)))
    }
}
