//! What the words say of one release and not of another: what its znodes are for, where to read on, and sentences that
//! name it. Like the core's `release.rs` for the protocols, this is the only file of the words that asks which release is
//! simulated: a new generation is a file beside this one's and an arm in [`words`].

mod alone;
mod kafka_0_8_2;
mod znodes_0_8_2;

use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::kafka::{ElectedHow, KafkaFact};
use sim_core::release::{Kafka, Release, ZkVersion};

use crate::i18n::Lang;

/// The words of one generation of Kafka, or of an ensemble alone.
pub(super) struct Generation {
    /// A sentence on what a znode of Kafka is for; of any other, nothing.
    pub(super) znode: fn(&str, Lang) -> &'static str,
    // Where to read on.
    pub(super) of_process_fact: fn(&ClusterFact) -> &'static str,
    pub(super) of_broker_fact: fn(&KafkaFact) -> &'static str,
    pub(super) of_client_fact: fn(&ClientFact) -> &'static str,
    /// Where to read on about how long a session lasts.
    pub(super) session_timeout: &'static str,
    pub(super) sentence: fn(Sentence, Lang) -> &'static str,
}

/// The sentences that are true of one generation only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sentence {
    /// What a producer does when it is asked to stop.
    StoppingProducer,
    /// What is left of a producer that has stopped.
    ExitedProducer,
    /// What becomes of a producer that is paused.
    FrozenProducer,
    /// What a broker does when it is asked to stop.
    StoppingBroker,
    /// How the leader was chosen, and what such a choice keeps and costs.
    LeaderElected(ElectedHow),
    /// What a replica does with its log when it gets a leader.
    BecameFollower,
    /// What is cut off a log, and whether committed records can be among it.
    LogTruncated,
    /// What the high watermark is, and for how long what is below it is safe.
    HighWatermark,
    /// Which records a leader hands out, and whether what was read stays.
    RecordsReceived,
    /// What computes the assignment of a group.
    RebalanceTriggered,
    /// What happens to the offsets of what a member stops reading.
    FetchersStopped,
}

pub(super) const fn words(release: Release) -> &'static Generation {
    match release.kafka {
        None => &alone::WORDS,
        Some(Kafka::V0_8_2) => &kafka_0_8_2::WORDS,
    }
}

/// What becomes of a multi through a server that its session has left, where it is not what becomes of every request
/// (`ZkVersion::answers_multis_of_moved_sessions`).
pub(super) const fn multi_of_a_moved_session(version: ZkVersion, lang: Lang) -> &'static str {
    match (version, lang) {
        (ZkVersion::V3_4, Lang::En) => {
            " In 3.4 a multi is the exception: it gets the error SessionMoved, and its connection stays where it is."
        }
        (ZkVersion::V3_4, Lang::Zh) => "3.4 的 multi 例外：它得到错误 SessionMoved，连接不会关闭。",
        (ZkVersion::V3_9, _) => "",
    }
}

/// The class that keeps a server's watches; it moved with ZOOKEEPER-1177 (3.6).
pub(super) const fn watch_manager(version: ZkVersion) -> &'static str {
    match version {
        ZkVersion::V3_4 => "org.apache.zookeeper.server.WatchManager",
        ZkVersion::V3_9 => "org.apache.zookeeper.server.watch.WatchManager",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ensemble_alone_has_no_brokers_to_speak_of() {
        let alone = words(Release { kafka: None, zookeeper: ZkVersion::V3_9 });
        let with_kafka = words(Release { kafka: Some(Kafka::V0_8_2), zookeeper: ZkVersion::V3_4 });
        for lang in Lang::ALL {
            assert!((alone.znode)("/controller", lang).is_empty());
            assert!(!(with_kafka.znode)("/controller", lang).is_empty());
        }
        assert!(!alone.session_timeout.contains("zookeeper.session.timeout.ms"));
    }
}
