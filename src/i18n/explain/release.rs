//! What the words say of one release and not of another: what its znodes are for, where to read on, and sentences that
//! name it. Like the core's `release.rs` for the protocols, this is the only file of the words that asks which release is
//! simulated: a new generation is a file beside this one's and an arm in [`words`].

mod alone;
mod kafka_0_8_2;
mod znodes_0_8_2;

use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::kafka::KafkaFact;
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
    /// Which records a leader hands out, and whether what was read stays.
    RecordsReceived,
    /// What an unclean election costs, and what permits it.
    UncleanElection,
}

pub(super) const fn words(release: Release) -> &'static Generation {
    match release.kafka {
        None => &alone::WORDS,
        Some(Kafka::V0_8_2) => &kafka_0_8_2::WORDS,
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
