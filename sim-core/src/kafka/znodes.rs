//! Kafka's znodes: every path and every payload, for era 0.8.2 (`ZkUtils.scala`,
//! `ReplicationUtils.scala`, `AdminUtils.scala`). Payloads are the real JSON texts. Reading never panics: a
//! user may have written anything into a znode.

use super::messages::LeaderAndIsr;
use crate::ids::*;
use crate::json::{Json, quote};
use crate::sorted::Sorted;
use crate::time::SimTime;
use std::fmt::Write;
use std::sync::Arc;

pub(crate) const BROKERS: &str = "/brokers";
/// A registered broker has a child here, by its id.
pub const BROKER_IDS: &str = "/brokers/ids";
/// A topic has a child here, which holds the replicas of each partition.
pub const BROKER_TOPICS: &str = "/brokers/topics";
/// Holds the controller's id, for as long as its session lasts.
pub const CONTROLLER: &str = "/controller";
/// How many controllers there have been.
pub const CONTROLLER_EPOCH: &str = "/controller_epoch";
pub(crate) const TOPIC_CONFIGS: &str = "/config/topics";
pub(crate) const CONFIG_CHANGES: &str = "/config/changes";
pub(crate) const DELETE_TOPICS: &str = "/admin/delete_topics";
/// A group has a child here.
pub const CONSUMERS: &str = "/consumers";

/// Made by every broker at its start where absent (`ZkUtils.persistentZkPaths`), parents first.
pub(crate) const COMMON_PATHS: [&str; 9] =
    [CONSUMERS, BROKERS, BROKER_IDS, BROKER_TOPICS, "/config", CONFIG_CHANGES, TOPIC_CONFIGS, "/admin", DELETE_TOPICS];

/// The wall clock that payloads show at the beginning of a run: 2014-05-13, when 0.8.2 was young.
const EPOCH_MS: u64 = 1_400_000_000_000;

/// Epoch milliseconds, as payloads hold them.
pub fn timestamp(now: SimTime) -> u64 {
    EPOCH_MS + now.as_ms()
}

// ---- paths ----

/// /brokers/ids/N
pub fn broker_path(id: BrokerId) -> ZPath {
    format!("{BROKER_IDS}/{id}").into()
}

/// /brokers/topics/T
pub fn topic_path(topic: &str) -> ZPath {
    format!("{BROKER_TOPICS}/{topic}").into()
}

/// /brokers/topics/T/partitions/p/state
pub fn state_path(tp: &TopicPartition) -> ZPath {
    format!("{BROKER_TOPICS}/{}/partitions/{}/state", tp.topic, tp.partition).into()
}

pub(crate) fn topic_config_path(topic: &str) -> ZPath {
    format!("{TOPIC_CONFIGS}/{topic}").into()
}

/// /consumers/G
pub fn group_path(group: &str) -> ZPath {
    format!("{CONSUMERS}/{group}").into()
}

/// /consumers/G/ids
pub fn consumer_ids_path(group: &str) -> ZPath {
    format!("{CONSUMERS}/{group}/ids").into()
}

pub(crate) fn consumer_id_path(group: &str, consumer: &str) -> ZPath {
    format!("{CONSUMERS}/{group}/ids/{consumer}").into()
}

/// /consumers/G/owners/T/p
pub fn owner_path(group: &str, tp: &TopicPartition) -> ZPath {
    format!("{CONSUMERS}/{group}/owners/{}/{}", tp.topic, tp.partition).into()
}

/// /consumers/G/offsets/T/p
pub fn offset_path(group: &str, tp: &TopicPartition) -> ZPath {
    format!("{CONSUMERS}/{group}/offsets/{}/{}", tp.topic, tp.partition).into()
}

/// `T` of /brokers/topics/T.
pub(crate) fn topic_of_path(path: &str) -> Option<&str> {
    let topic = path.strip_prefix(BROKER_TOPICS)?.strip_prefix('/')?;
    (!topic.is_empty() && !topic.contains('/')).then_some(topic)
}

/// `G` of /consumers/G and of everything below it.
pub(crate) fn group_of_path(path: &str) -> Option<&str> {
    let group = path.strip_prefix(CONSUMERS)?.strip_prefix('/')?.split('/').next()?;
    (!group.is_empty()).then_some(group)
}

/// The partition of /brokers/topics/T/partitions/p/state.
pub(crate) fn partition_of_state_path(path: &str) -> Option<TopicPartition> {
    let rest = path.strip_prefix(BROKER_TOPICS)?.strip_prefix('/')?.strip_suffix("/state")?;
    let (topic, partition) = rest.split_once("/partitions/")?;
    Some(TopicPartition { topic: topic.into(), partition: partition.parse().ok()? })
}

// ---- payloads: brokers, controller ----

/// `ZkUtils.registerBrokerInZk`. A broker's host is its node's name.
pub(crate) fn broker_info(id: BrokerId, now: SimTime) -> Arc<str> {
    format!(r#"{{"jmx_port":-1,"timestamp":"{}","host":"broker-{id}","version":1,"port":9092}}"#, timestamp(now)).into()
}

/// Host and port of a broker: what 0.8.2 compares to know its own stale znode.
pub(crate) fn parse_broker_info(text: &str) -> Option<(Arc<str>, i64)> {
    let json = Json::parse(text)?;
    Some((json.get("host")?.as_text()?.clone(), json.get("port")?.as_int()?))
}

/// `ZkUtils.controllerZkData`.
pub(crate) fn controller_info(id: BrokerId, now: SimTime) -> Arc<str> {
    format!(r#"{{"version":1,"brokerid":{id},"timestamp":"{}"}}"#, timestamp(now)).into()
}

/// `KafkaController.parseControllerId`.
pub fn parse_controller_info(text: &str) -> Option<BrokerId> {
    broker_id(Json::parse(text)?.get("brokerid")?)
}

/// `LeaderAndIsr.NoLeader`
const NO_LEADER: i64 = -1;

/// `ZkUtils.leaderAndIsrZkData`.
pub(crate) fn partition_state(state: &LeaderAndIsr) -> Arc<str> {
    let mut text = format!(
        r#"{{"controller_epoch":{},"leader":{},"version":1,"leader_epoch":{},"isr":"#,
        state.controller_epoch,
        state.leader.map_or(NO_LEADER, i64::from),
        state.leader_epoch
    );
    write_brokers(&state.isr, &mut text);
    text.push('}');
    text.into()
}

/// `ReplicationUtils.parseLeaderAndIsr`; `zk_version` comes from the znode's stat.
pub fn parse_partition_state(text: &str, zk_version: i32) -> Option<LeaderAndIsr> {
    let json = Json::parse(text)?;
    Some(LeaderAndIsr {
        leader: match json.get("leader")?.as_int()? {
            NO_LEADER => None,
            id => Some(BrokerId::try_from(id).ok()?),
        },
        leader_epoch: u32::try_from(json.get("leader_epoch")?.as_int()?).ok()?,
        isr: json.get("isr")?.as_list()?.iter().map(broker_id).collect::<Option<_>>()?,
        controller_epoch: u32::try_from(json.get("controller_epoch")?.as_int()?).ok()?,
        zk_version,
    })
}

// ---- payloads: topics ----

/// A topic's partitions with their replicas, in the order of the numbers.
pub type Assignment = Vec<(u32, Vec<BrokerId>)>;

/// `ZkUtils.replicaAssignmentZkData`.
pub(crate) fn topic_assignment(assignment: &[(u32, Vec<BrokerId>)]) -> Arc<str> {
    let mut text = String::from(r#"{"version":1,"partitions":{"#);
    for (i, (partition, replicas)) in assignment.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(text, r#"{comma}"{partition}":"#);
        write_brokers(replicas, &mut text);
    }
    text.push_str("}}");
    text.into()
}

/// `ZkUtils.getReplicaAssignmentForTopics`, sorted by partition.
pub fn parse_topic_assignment(text: &str) -> Option<Assignment> {
    let json = Json::parse(text)?;
    let mut assignment = json
        .get("partitions")?
        .as_map()?
        .iter()
        .map(|(partition, replicas)| {
            let replicas: Vec<BrokerId> = replicas.as_list()?.iter().map(broker_id).collect::<Option<_>>()?;
            Some((partition.parse().ok()?, replicas))
        })
        .collect::<Option<Assignment>>()?;
    assignment.sort_stably();
    assignment.dedup_by_key(|(partition, _)| *partition);
    Some(assignment)
}

/// `AdminUtils.writeTopicConfig`.
pub(crate) fn topic_config(config: &[(Arc<str>, Arc<str>)]) -> Arc<str> {
    let mut text = String::from(r#"{"version":1,"config":{"#);
    write_pairs(config.iter().map(|(key, value)| (&**key, |to: &mut String| quote(value, to))), &mut text);
    text.push_str("}}");
    text.into()
}

/// `AdminUtils.fetchTopicConfig`.
pub(crate) fn parse_topic_config(text: &str) -> Option<Vec<(Arc<str>, Arc<str>)>> {
    let json = Json::parse(text)?;
    json.get("config")?.as_map()?.iter().map(|(key, value)| Some((key.clone(), value.as_text()?.clone()))).collect()
}

// ---- payloads: consumers ----

/// `ZookeeperConsumerConnector.registerConsumerInZK`: topic → number of streams.
pub(crate) fn consumer_registration(subscription: &[(Topic, u32)], now: SimTime) -> Arc<str> {
    let mut text = String::from(r#"{"version":1,"subscription":{"#);
    write_pairs(
        subscription.iter().map(|(topic, streams)| {
            (&**topic, move |to: &mut String| {
                let _ = write!(to, "{streams}");
            })
        }),
        &mut text,
    );
    let _ = write!(text, r#"}},"pattern":"static","timestamp":"{}"}}"#, timestamp(now));
    text.into()
}

/// `TopicCount.constructTopicCount`, static subscriptions only: topic → number of streams, by name.
pub(crate) fn parse_consumer_registration(text: &str) -> Option<Vec<(Topic, u32)>> {
    let json = Json::parse(text)?;
    let mut subscription = json
        .get("subscription")?
        .as_map()?
        .iter()
        .map(|(topic, streams)| Some((topic.clone(), u32::try_from(streams.as_int()?).ok()?)))
        .collect::<Option<Vec<_>>>()?;
    subscription.sort_stably();
    Some(subscription)
}

/// The data of an offset's znode: the next offset to consume, decimal.
pub(crate) fn offset_data(offset: u64) -> Arc<str> {
    offset.to_string().into()
}

/// The next offset to consume, as its znode holds it.
pub fn parse_offset(text: &str) -> Option<u64> {
    text.parse().ok()
}

// ---- helpers ----

fn broker_id(json: &Json) -> Option<BrokerId> {
    BrokerId::try_from(json.as_int()?).ok()
}

fn write_brokers(brokers: &[BrokerId], text: &mut String) {
    text.push('[');
    for (i, broker) in brokers.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        let _ = write!(text, "{comma}{broker}");
    }
    text.push(']');
}

fn write_pairs<'a, F: FnOnce(&mut String)>(pairs: impl Iterator<Item = (&'a str, F)>, text: &mut String) {
    for (i, (key, write_value)) in pairs.enumerate() {
        if i > 0 {
            text.push(',');
        }
        quote(key, text);
        text.push(':');
        write_value(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(partition: u32) -> TopicPartition {
        TopicPartition { topic: "orders".into(), partition }
    }

    #[test]
    fn payloads_are_the_texts_of_the_real_one() {
        assert_eq!(
            &*broker_info(1, SimTime::ZERO),
            r#"{"jmx_port":-1,"timestamp":"1400000000000","host":"broker-1","version":1,"port":9092}"#
        );
        assert_eq!(&*controller_info(1, SimTime::ZERO), r#"{"version":1,"brokerid":1,"timestamp":"1400000000000"}"#);
        let state =
            LeaderAndIsr { leader: Some(1), leader_epoch: 0, isr: vec![1, 2], controller_epoch: 1, zk_version: 7 };
        assert_eq!(
            &*partition_state(&state),
            r#"{"controller_epoch":1,"leader":1,"version":1,"leader_epoch":0,"isr":[1,2]}"#
        );
        assert_eq!(
            &*topic_assignment(&[(0, vec![1, 2]), (1, vec![2, 3])]),
            r#"{"version":1,"partitions":{"0":[1,2],"1":[2,3]}}"#
        );
        let config = [("retention.ms".into(), "1000".into())];
        assert_eq!(&*topic_config(&config), r#"{"version":1,"config":{"retention.ms":"1000"}}"#);
        assert_eq!(
            &*consumer_registration(&[("T".into(), 1)], SimTime::ZERO),
            r#"{"version":1,"subscription":{"T":1},"pattern":"static","timestamp":"1400000000000"}"#
        );
    }

    #[test]
    fn payloads_read_back() {
        let state = LeaderAndIsr { leader: None, leader_epoch: 3, isr: vec![2], controller_epoch: 4, zk_version: 7 };
        assert_eq!(parse_partition_state(&partition_state(&state), 7), Some(state));
        let assignment = vec![(0, vec![3, 1]), (2, vec![1]), (10, vec![])];
        assert_eq!(parse_topic_assignment(&topic_assignment(&assignment)), Some(assignment));
        assert_eq!(parse_controller_info(&controller_info(9, SimTime::ZERO)), Some(9));
        assert_eq!(parse_broker_info(&broker_info(9, SimTime::ZERO)), Some(("broker-9".into(), 9092)));
        let subscription = vec![("a".into(), 2), ("b".into(), 1)];
        assert_eq!(
            parse_consumer_registration(&consumer_registration(&subscription, SimTime::ZERO)),
            Some(subscription)
        );
    }

    #[test]
    fn foreign_data_in_a_znode_is_none() {
        for text in ["", "1", "{}", "null", r#"{"isr":[70000],"leader":1,"leader_epoch":0,"controller_epoch":1}"#] {
            assert_eq!(parse_partition_state(text, 0), None);
            assert_eq!(parse_topic_assignment(text), None);
            assert_eq!(parse_controller_info(text), None);
            assert_eq!(parse_broker_info(text), None);
            assert_eq!(parse_consumer_registration(text), None);
        }
    }

    #[test]
    fn paths_are_told_apart() {
        assert_eq!(topic_of_path("/brokers/topics/orders"), Some("orders"));
        assert_eq!(topic_of_path("/brokers/topics/orders/partitions"), None);
        assert_eq!(partition_of_state_path(&state_path(&orders(4))), Some(orders(4)));
        assert_eq!(partition_of_state_path("/brokers/topics/orders/partitions/x/state"), None);
    }
}
