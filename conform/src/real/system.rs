//! The real systems that are played, each as one exact release.

use sim_core::engine::setup::Setup;
use sim_core::release::{Kafka, ZkVersion};

/// A real system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum System {
    /// An ensemble alone.
    ZooKeeper(ZkVersion),
    /// Brokers and their clients, with the ZooKeeper that this Kafka brings.
    Kafka(Kafka),
}

/// Artifacts as Maven names them: group, name and version.
pub(super) type Artifacts = &'static [(&'static str, &'static str, &'static str)];

impl System {
    /// All that are played, the newest ZooKeeper first.
    pub(crate) const ALL: [System; 3] =
        [System::ZooKeeper(ZkVersion::V3_9), System::ZooKeeper(ZkVersion::V3_4), System::Kafka(Kafka::V0_8_2)];

    /// Its name, as records have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            System::ZooKeeper(_) => "zookeeper",
            System::Kafka(_) => "kafka",
        }
    }

    /// The exact release.
    pub(crate) const fn release(self) -> &'static str {
        match self {
            System::ZooKeeper(ZkVersion::V3_4) => "3.4.14",
            System::ZooKeeper(ZkVersion::V3_9) => "3.9.5",
            System::Kafka(Kafka::V0_8_2) => "0.8.2.2",
        }
    }

    /// What Maven fetches. ZooKeeper 3.9 does not bring two that its servers need.
    pub(super) const fn artifacts(self) -> Artifacts {
        match self {
            System::ZooKeeper(ZkVersion::V3_4) => &[("org.apache.zookeeper", "zookeeper", "3.4.14")],
            System::ZooKeeper(ZkVersion::V3_9) => &[
                ("org.apache.zookeeper", "zookeeper", "3.9.5"),
                ("io.dropwizard.metrics", "metrics-core", "4.1.12.1"),
                ("org.xerial.snappy", "snappy-java", "1.1.10.5"),
            ],
            System::Kafka(Kafka::V0_8_2) => &[("org.apache.kafka", "kafka_2.11", "0.8.2.2")],
        }
    }

    /// The system that this setup is about.
    pub(crate) const fn of(setup: &Setup) -> System {
        match setup.kafka {
            None => System::ZooKeeper(setup.ensemble.version),
            Some(kafka) => System::Kafka(kafka),
        }
    }

    /// Whether it can play this setup, whatever version of ZooKeeper the setup names.
    pub(crate) fn is_for(self, setup: &Setup) -> bool {
        match self {
            System::ZooKeeper(_) => setup.kafka.is_none(),
            System::Kafka(kafka) => setup.kafka == Some(kafka),
        }
    }

    /// The setup with the version of ZooKeeper that this system has.
    pub(crate) fn setup(self, setup: &Setup) -> Setup {
        let mut setup = setup.clone();
        setup.ensemble.version = match self {
            System::ZooKeeper(version) => version,
            System::Kafka(kafka) => kafka.usual_zookeeper(),
        };
        setup
    }
}
