//! A real broker.

use std::fs;
use std::sync::Arc;

use sim_core::engine::setup::BrokerSetup;
use sim_core::ids::{BrokerId, TopicPartition};
use sim_core::release::Kafka;

use workshop::{Context as _, Error};

use super::settings::{self, BrokerPlace};
use crate::real::process::Guard;
use crate::real::server::Server;

const MAIN_CLASS: &str = "kafka.Kafka";

/// A broker, running or not. Its data outlives its process.
pub(super) struct Broker {
    pub(super) id: BrokerId,
    pub(super) port: u16,
    logs: String,
    pub(super) server: Server,
}

/// What a broker is called: by stories, by itself, and as a host.
pub(super) fn name(id: BrokerId) -> String {
    format!("broker-{id}")
}

impl Broker {
    /// Folder and settings, nothing started.
    pub(super) fn laid_out(
        kafka: Kafka,
        setup: &BrokerSetup,
        port: u16,
        zookeeper: &str,
        guard: &Arc<Guard>,
    ) -> Result<Self, Error> {
        let name = name(setup.id);
        let folder = guard.folder().join(&name);
        let logs = folder.join("logs");
        fs::create_dir_all(&logs).context(|| format!("make {}", logs.display()))?;
        let logs = logs.display().to_string();
        let configuration = folder.join("server.properties");
        let text = settings::of_broker(kafka, setup, &BrokerPlace { name: &name, port, logs: &logs, zookeeper });
        fs::write(&configuration, text).context(|| format!("write {}", configuration.display()))?;
        let server = Server::new(name, MAIN_CLASS, configuration.display().to_string());
        Ok(Self { id: setup.id, port, logs, server })
    }

    pub(super) fn address(&self) -> String {
        format!("{}:{}", name(self.id), self.port)
    }

    /// The folder of a partition's files.
    pub(super) fn files(&self, tp: &TopicPartition) -> String {
        format!("{}/{tp}", self.logs)
    }
}
