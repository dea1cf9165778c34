//! The only place where nodes are built. The boot asks it for what the setup names, and a command for what the user adds.

use super::node::Node;
use super::system::System;
use crate::client::{Admin, ConsumerConfig, Producer, ProducerConfig, ZkConsumer, ZkShell};
use crate::ids::*;
use crate::kafka::{Broker, BrokerConfig};
use crate::zookeeper::{EnsembleConfig, ZkClientConfig, ZkServer};
use std::sync::Arc;

/// The session timeout of kafka-topics.sh in 0.8.2 (`TopicCommand.main`).
const ADMIN_SESSION_TIMEOUT_MS: u32 = 30_000;

/// Builds the nodes of one cluster: all of them know the same ensemble.
pub(crate) struct Factory<'a> {
    ensemble: &'a EnsembleConfig,
}

impl<'a> Factory<'a> {
    pub(crate) fn new(ensemble: &'a EnsembleConfig) -> Factory<'a> {
        Factory { ensemble }
    }

    /// For more nodes in a cluster that stands. Its servers know the ensemble; none of them can be removed.
    pub(crate) fn of(system: &'a System) -> Factory<'a> {
        let ensemble = system.slots().iter().find_map(|slot| match &*slot.node {
            Node::Zk(server) => Some(server.config()),
            _ => None,
        });
        Factory { ensemble: ensemble.expect("every cluster has an ensemble") }
    }

    /// The ids of the ensemble's servers.
    pub(crate) fn servers(&self) -> &[u16] {
        &self.ensemble.servers
    }

    pub(crate) fn server(&self, id: u16) -> Node {
        Node::Zk(ZkServer::new(id, self.ensemble.clone()))
    }

    pub(crate) fn broker(&self, id: BrokerId, config: &BrokerConfig) -> Node {
        Node::Broker(Broker::new(id, config.clone(), self.zkclient(config.session_timeout_ms)))
    }

    pub(crate) fn producer(&self, number: u16, config: &ProducerConfig) -> Node {
        Node::Producer(Producer::new(number, config.clone()))
    }

    pub(crate) fn consumer(&self, name: &Arc<str>, config: &ConsumerConfig) -> Node {
        Node::Consumer(ZkConsumer::new(name.clone(), config.clone(), self.zkclient(config.session_timeout_ms)))
    }

    /// A bare client, with the servers of its own connection string.
    pub(crate) fn zk_shell(&self, name: &Arc<str>, connect: &[u16], session_timeout_ms: u32) -> Node {
        let zk = ZkClientConfig {
            servers: connect.iter().map(|id| NodeId::Zk(*id)).collect(),
            session_timeout_ms,
            version: self.ensemble.version,
            retry_until_connected: false,
        };
        Node::ZkShell(ZkShell::new(name.clone(), zk))
    }

    pub(crate) fn admin(&self) -> Node {
        Node::Admin(Admin::new(self.zkclient(ADMIN_SESSION_TIMEOUT_MS)))
    }

    /// Brokers, consumers and the admin tool are given all servers of the ensemble, and use zkclient, which asks again
    /// until it is connected (`ZkClient.retryUntilConnected`).
    fn zkclient(&self, session_timeout_ms: u32) -> ZkClientConfig {
        ZkClientConfig {
            servers: self.ensemble.servers.iter().map(|id| NodeId::Zk(*id)).collect(),
            session_timeout_ms,
            version: self.ensemble.version,
            retry_until_connected: true,
        }
    }
}
