//! Kafka 0.8.2: where to read on, and the sentences that are true of it alone.

use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::ids::NodeId;
use sim_core::kafka::{ElectedHow, KafkaFact};

use super::{Generation, Sentence, znodes_0_8_2};
use crate::i18n::Lang;

pub(super) const WORDS: Generation = Generation {
    znode: znodes_0_8_2::says,
    of_process_fact,
    of_broker_fact,
    of_client_fact,
    session_timeout: "zookeeper.session.timeout.ms = 6000; tickTime = 2000",
    sentence,
};

fn sentence(sentence: Sentence, lang: Lang) -> &'static str {
    match (sentence, lang) {
        (Sentence::StoppingProducer, Lang::En) => {
            "It sends what it still holds and closes its connections. In 0.8.2 a producer has no session in ZooKeeper."
        }
        (Sentence::StoppingProducer, Lang::Zh) => {
            "它把还没发出的消息发完，然后关闭连接。0.8.2 的生产者在 ZooKeeper 里没有会话。"
        }
        (Sentence::RecordsReceived, Lang::En) => {
            "A leader returns only records below the high watermark. In 0.8.2 a record that was read can still disappear, if an unclean election later chooses a replica that lacks it."
        }
        (Sentence::RecordsReceived, Lang::Zh) => {
            "leader 只返回高水位之下的消息。在 0.8.2 中，读到过的消息仍可能消失：之后的 Unclean leader 选举若选中缺少它的副本，它就丢了。"
        }
        (Sentence::UncleanElection, Lang::En) => {
            "An unclean election: no replica in the ISR is alive, so the controller takes the first live replica outside of it. Records which that replica never copied are lost, even acknowledged ones. 0.8.2 allows this unless unclean.leader.election.enable is false."
        }
        (Sentence::UncleanElection, Lang::Zh) => {
            "这是一次 unclean 选举：ISR 里没有存活的副本，控制器只好选 ISR 之外第一个存活的副本。它没有复制到的消息就此丢失，哪怕已经确认过。0.8.2 默认允许，把 unclean.leader.election.enable 设为 false 才禁止。"
        }
    }
}

pub(super) fn of_process_fact(fact: &ClusterFact) -> &'static str {
    match fact {
        ClusterFact::NodeStarted { node } => match node {
            NodeId::Zk(_) => "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            NodeId::Broker(_) => "kafka.server.KafkaServer.startup",
            NodeId::Producer(_) => "org.apache.kafka.clients.producer.KafkaProducer",
            NodeId::Consumer(_) => "kafka.consumer.ZookeeperConsumerConnector",
            NodeId::ZkShell(_) | NodeId::Admin => "org.apache.zookeeper.ZooKeeper",
        },
        ClusterFact::NodeStopping { node } | ClusterFact::NodeExited { node } => match node {
            NodeId::Zk(_) => "org.apache.zookeeper.server.quorum.QuorumPeer.shutdown",
            NodeId::Broker(_) => "controlled.shutdown.enable = true",
            NodeId::Producer(_) => "org.apache.kafka.clients.producer.KafkaProducer.close",
            NodeId::Consumer(_) => "kafka.consumer.ZookeeperConsumerConnector.shutdown",
            NodeId::ZkShell(_) | NodeId::Admin => "org.apache.zookeeper.ZooKeeper.close",
        },
        ClusterFact::NodeKilled { .. } | ClusterFact::NodePoweredOff { .. } => "zookeeper.session.timeout.ms = 6000",
        ClusterFact::NodeFrozen { .. } | ClusterFact::NodeThawed { .. } => "zookeeper.session.timeout.ms = 6000",
        ClusterFact::NodeRemoved { .. } => "org.apache.zookeeper.server.SessionTrackerImpl",
        ClusterFact::LinkCut { .. } | ClusterFact::LinkHealed { .. } => "org.apache.zookeeper.ClientCnxn",
        ClusterFact::OrderGiven { .. } => "",
        ClusterFact::ConnectionLost { .. } => "org.apache.kafka.clients.NetworkClient",
    }
}

fn of_broker_fact(fact: &KafkaFact) -> &'static str {
    match fact {
        KafkaFact::BrokerRegistered { .. } => "kafka.server.KafkaHealthcheck",
        KafkaFact::RegistrationWaits { .. } => "kafka.utils.ZkUtils.createEphemeralPathExpectConflictHandleZKBug",
        KafkaFact::RegistrationRefused { .. } => "broker.id",
        KafkaFact::ControllerElected { .. } => "kafka.server.ZookeeperLeaderElector",
        KafkaFact::ControllerResigned { .. } => "kafka.controller.KafkaController",
        KafkaFact::BrokersChanged { .. } => "kafka.controller.ReplicaStateMachine.BrokerChangeListener",
        KafkaFact::PartitionCreated { .. } => "kafka.controller.PartitionStateMachine",
        KafkaFact::LeaderElected { how, .. } => match how {
            ElectedHow::Clean => "kafka.controller.OfflinePartitionLeaderSelector",
            ElectedHow::Unclean => "unclean.leader.election.enable = true (0.8.2)",
            ElectedHow::Preferred => "kafka.controller.PreferredReplicaPartitionLeaderSelector",
            ElectedHow::ControlledShutdown => "kafka.controller.ControlledShutdownLeaderSelector",
        },
        KafkaFact::PartitionOffline { .. } => "unclean.leader.election.enable = true (0.8.2)",
        KafkaFact::IsrShrunk { .. } => "replica.lag.time.max.ms = 10000",
        KafkaFact::IsrExpanded { .. } => "kafka.cluster.Partition.maybeExpandIsr",
        KafkaFact::BecameLeader { .. } => "kafka.cluster.Partition.makeLeader",
        KafkaFact::BecameFollower { .. } => "kafka.server.ReplicaManager.makeFollowers",
        KafkaFact::LogTruncated { .. } => "KIP-101 (0.11) replaces this rule",
        KafkaFact::RecordsAppended { .. } => "kafka.cluster.Partition.appendMessagesToLeader",
        KafkaFact::RecordsReplicated { .. } => "replica.fetch.wait.max.ms = 500",
        KafkaFact::HighWatermarkAdvanced { .. } => "kafka.cluster.Partition.maybeIncrementLeaderHW",
        KafkaFact::MetadataUpdated { .. } => "kafka.server.MetadataCache",
        KafkaFact::StaleControllerRefused { .. } => "controllerEpoch in kafka.api.LeaderAndIsrRequest",
        KafkaFact::ControlledShutdownAsked { .. } => "controlled.shutdown.enable = true",
        KafkaFact::ControlledShutdownDone { .. } => "controlled.shutdown.max.retries = 3",
        KafkaFact::BrokerHalted { .. } => "unclean.leader.election.enable = false",
        KafkaFact::FetcherFailed { .. } => "kafka.server.ReplicaFetcherThread",
    }
}

fn of_client_fact(fact: &ClientFact) -> &'static str {
    match fact {
        ClientFact::RecordsSent { .. } => "org.apache.kafka.clients.producer.internals.Sender",
        ClientFact::RecordsAcked { .. } => "acks = 1",
        ClientFact::SendRetried { .. } => "retries = 0; retry.backoff.ms = 100",
        ClientFact::SendFailed { .. } => "retries = 0",
        ClientFact::LeaderLearned { .. } | ClientFact::MetadataRequested { .. } => "metadata.max.age.ms = 300000",
        ClientFact::TopicLearned { .. } => "metadata.fetch.timeout.ms = 60000",
        ClientFact::KeylessPartitionChosen { .. } => "topic.metadata.refresh.interval.ms = 600000",
        ClientFact::TopicUnavailable { .. } => "kafka.producer.BrokerPartitionInfo",
        ClientFact::SendBackedOff { .. } => "kafka.producer.async.DefaultEventHandler",
        ClientFact::SendGivenUp { .. } => "message.send.max.retries = 3",
        ClientFact::ConsumerRegistered { .. } => "kafka.consumer.ZookeeperConsumerConnector",
        ClientFact::RebalanceTriggered { .. } | ClientFact::RebalanceStarted { .. } => {
            "ZookeeperConsumerConnector.ZKRebalancerListener.syncedRebalance"
        }
        ClientFact::FetchersStopped { .. } => "kafka.consumer.ConsumerFetcherManager",
        ClientFact::OffsetCommitted { .. } => "auto.commit.interval.ms = 60000",
        ClientFact::OwnersReleased { .. } | ClientFact::OwnerClaimed { .. } | ClientFact::ClaimConflict { .. } => {
            "ZKRebalancerListener.reflectPartitionOwnershipDecision"
        }
        ClientFact::AssignmentComputed { .. } => "partition.assignment.strategy = range",
        ClientFact::RebalanceAttemptFailed { .. } => "rebalance.max.retries = 4",
        ClientFact::NoBrokersFound { .. } => "kafka.consumer.ZookeeperConsumerConnector",
        ClientFact::OwnershipLost { .. } => "ZookeeperConsumerConnector.ZKSessionExpireListener",
        ClientFact::FetchFailed { .. } => "refresh.leader.backoff.ms = 200",
        ClientFact::RebalanceBackedOff { .. } => "rebalance.backoff.ms = 2000",
        ClientFact::RebalanceCompleted { .. } => "kafka.consumer.ZookeeperConsumerConnector",
        ClientFact::RebalanceFailed { .. } => "rebalance.max.retries = 4",
        ClientFact::OffsetReset { .. } => "auto.offset.reset = largest",
        ClientFact::FetchResumed { .. } => "kafka.consumer.ConsumerFetcherThread",
        ClientFact::RecordsReceived { .. } => "fetch.wait.max.ms = 100",
        ClientFact::RecordsReadTwice { .. } => "auto.commit.interval.ms = 60000",
        ClientFact::TopicCreationAsked { .. } | ClientFact::TopicCreationFailed { .. } => "kafka.admin.AdminUtils",
        ClientFact::ZkOperationAnswered { .. } => "org.apache.zookeeper.ZooKeeper",
    }
}
