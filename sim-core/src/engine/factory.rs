//! The only place where nodes are built. It belongs to the [`System`](super::system::System): the boot asks it for what
//! the setup names, and a command for what the user adds.

use super::node::Node;
use crate::client::{Admin, ConsumerConfig, Producer, ProducerConfig, ZkConsumer, ZkShell};
use crate::ids::*;
use crate::kafka::{Broker, BrokerConfig};
use crate::release::{Kafka, Release};
use crate::zookeeper::{EnsembleConfig, ZkClientConfig, ZkServer};
use std::sync::Arc;

/// Builds the nodes of one cluster: all of them know the same ensemble.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Factory {
    kafka: Option<Kafka>,
    ensemble: Arc<EnsembleConfig>,
}

impl Factory {
    pub(crate) fn new(kafka: Option<Kafka>, ensemble: EnsembleConfig) -> Factory {
        Factory { kafka, ensemble: Arc::new(ensemble) }
    }

    pub(crate) fn release(&self) -> Release {
        Release { kafka: self.kafka, zookeeper: self.ensemble.version }
    }

    /// The ids of the ensemble's servers.
    pub fn servers(&self) -> &[u16] {
        &self.ensemble.servers
    }

    /// A server of the ensemble.
    pub fn server(&self, id: u16) -> Node {
        Node::Zk(ZkServer::new(id, (*self.ensemble).clone()))
    }

    /// A bare client, with the servers of its own connection string.
    pub fn zk_shell(&self, name: &Arc<str>, connect: &[u16], session_timeout_ms: u32) -> Node {
        let zk = ZkClientConfig {
            servers: connect.iter().map(|id| NodeId::Zk(*id)).collect(),
            session_timeout_ms,
            version: self.ensemble.version,
            retry_until_connected: false,
        };
        Node::ZkShell(ZkShell::new(name.clone(), zk))
    }

    /// For Kafka's processes; none in an ensemble alone.
    pub fn kafka(&self) -> Option<KafkaFactory<'_>> {
        self.kafka.map(|kafka| KafkaFactory { kafka, ensemble: &self.ensemble })
    }
}

/// Builds brokers and their clients, of one generation.
pub struct KafkaFactory<'a> {
    kafka: Kafka,
    ensemble: &'a EnsembleConfig,
}

impl KafkaFactory<'_> {
    /// A broker, with an empty disk.
    pub fn broker(&self, id: BrokerId, config: &BrokerConfig) -> Node {
        Node::Broker(Broker::new(id, config.clone(), self.zkclient(config.session_timeout_ms)))
    }

    /// A producer; its number names its records.
    pub fn producer(&self, number: u16, config: &ProducerConfig) -> Node {
        Node::Producer(Producer::new(number, config.clone()))
    }

    /// A member of a consumer group.
    pub fn consumer(&self, name: &Arc<str>, config: &ConsumerConfig) -> Node {
        Node::Consumer(ZkConsumer::new(name.clone(), config.clone(), self.zkclient(config.session_timeout_ms)))
    }

    /// The admin tool.
    pub fn admin(&self) -> Node {
        Node::Admin(Admin::new(self.zkclient(self.kafka.admin_session_timeout_ms())))
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
