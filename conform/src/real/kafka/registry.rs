//! A real cluster as its znodes show it.

use std::sync::Arc;

use sim_core::ids::{BrokerId, Topic, TopicPartition};
use sim_core::json::Json;
use sim_core::kafka::{LeaderAndIsr, znodes};
use sim_core::scenario::observation::{self, ConsumerId};

use super::broker;
use crate::real::observer::Znode;
use crate::real::zookeeper::client::Sessions;

/// All znodes, as they were read at one moment.
pub(in crate::real) struct Registry<'a>(pub(in crate::real) &'a [Znode]);

impl<'z> Registry<'z> {
    fn get(&self, path: &str) -> Option<&'z Znode> {
        self.0.iter().find(|znode| &*znode.path == path)
    }

    fn text(&self, path: &str) -> Option<&'z str> {
        self.get(path)?.data.as_deref()
    }

    /// The names of a znode's children with their znodes.
    fn children(&self, path: &str) -> Vec<(&'z str, &'z Znode)> {
        let child = |znode: &'z Znode| {
            let name = znode.path.strip_prefix(path)?.strip_prefix('/')?;
            (!name.is_empty() && !name.contains('/')).then_some((name, znode))
        };
        self.0.iter().filter_map(child).collect()
    }

    /// Notes whose sessions these are: a broker's and a consumer's own znodes say it.
    pub(super) fn note_sessions(&self, consumers: &[ConsumerId], sessions: &Sessions) {
        for (id, znode) in self.children(znodes::BROKER_IDS) {
            if let Ok(id) = id.parse() {
                sessions.note(znode.stat.ephemeral_owner, &broker::name(id).into());
            }
        }
        if let (Some(znode), Some(id)) = (self.get(znodes::CONTROLLER), self.controller()) {
            sessions.note(znode.stat.ephemeral_owner, &broker::name(id).into());
        }
        for (group, _) in self.children(znodes::CONSUMERS) {
            for (id, znode) in self.children(&znodes::consumer_ids_path(group)) {
                if let Some(consumer) = consumers.iter().find(|consumer| *consumer.id == *id) {
                    sessions.note(znode.stat.ephemeral_owner, &consumer.name);
                }
            }
        }
    }

    pub(super) fn state(&self, tp: &TopicPartition) -> Option<LeaderAndIsr> {
        let znode = self.get(&znodes::state_path(tp))?;
        znodes::parse_partition_state(znode.data.as_deref()?, znode.stat.version)
    }

    fn controller(&self) -> Option<BrokerId> {
        znodes::parse_controller_info(self.text(znodes::CONTROLLER)?)
    }

    /// The `controller` of observations.
    pub(in crate::real) fn seen_controller(&self) -> Json {
        let epoch = self.text(znodes::CONTROLLER_EPOCH).and_then(|epoch| epoch.parse().ok());
        observation::controller_of(self.controller(), epoch)
    }

    fn topics(&self) -> Vec<(Topic, znodes::Assignment)> {
        let topics = self
            .children(znodes::BROKER_TOPICS)
            .into_iter()
            .filter_map(|(topic, znode)| Some((topic.into(), znodes::parse_topic_assignment(znode.data.as_deref()?)?)));
        topics.collect()
    }

    /// The `topics` of observations.
    pub(in crate::real) fn seen_topics(&self) -> Json {
        observation::topics_of(self.topics(), &|tp| self.state(tp))
    }

    /// The `groups` of observations.
    pub(in crate::real) fn seen_groups(&self, sessions: &Sessions) -> Json {
        let groups = self.children(znodes::CONSUMERS).into_iter().map(|(name, _)| {
            let group = znodes::group_path(name);
            let owners = self.partitions_below(&format!("{group}/owners"));
            let owners =
                owners.into_iter().map(|(tp, znode)| (tp, sessions.owner(znode.stat.ephemeral_owner))).collect();
            let offsets = self.partitions_below(&format!("{group}/offsets"));
            let offsets =
                offsets.into_iter().filter_map(|(tp, znode)| Some((tp, znodes::parse_offset(znode.data.as_deref()?)?)));
            (Arc::from(name), owners, offsets.collect())
        });
        observation::groups_of(groups)
    }

    /// The partitions whose owner's znode belongs to this consumer.
    pub(in crate::real) fn owned_by(&self, consumer: &str, sessions: &Sessions) -> Vec<TopicPartition> {
        let mut owned = Vec::new();
        for (group, _) in self.children(znodes::CONSUMERS) {
            for (tp, znode) in self.partitions_below(&format!("{}/owners", znodes::group_path(group))) {
                if sessions.owner(znode.stat.ephemeral_owner).as_text().is_some_and(|owner| **owner == *consumer) {
                    owned.push(tp);
                }
            }
        }
        owned.sort();
        owned
    }

    /// The partitions of …/T/p, with their znodes.
    fn partitions_below(&self, parent: &str) -> Vec<(TopicPartition, &'z Znode)> {
        let mut found = Vec::new();
        for (topic, _) in self.children(parent) {
            for (partition, znode) in self.children(&format!("{parent}/{topic}")) {
                if let Ok(partition) = partition.parse() {
                    found.push((TopicPartition::new(&topic.into(), partition), znode));
                }
            }
        }
        found
    }
}
