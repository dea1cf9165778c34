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
        (Sentence::ExitedProducer, Lang::En) => {
            "It has dealt with every record that it held and closed its connections. Nothing in ZooKeeper changes: in 0.8.2 a producer has no session there."
        }
        (Sentence::ExitedProducer, Lang::Zh) => {
            "它处理完手里的消息，关闭了连接。ZooKeeper 里什么也不变：0.8.2 的生产者在那里没有会话。"
        }
        (Sentence::FrozenProducer, Lang::En) => {
            "It sends nothing and sees no response. In 0.8.2 a producer has no session in ZooKeeper, so nothing expires and nobody takes its place: when it goes on, it sends what it holds."
        }
        (Sentence::FrozenProducer, Lang::Zh) => {
            "它不发送消息，也看不到响应。0.8.2 的生产者在 ZooKeeper 里没有会话，所以不会过期，也没有进程取代它：恢复运行后它继续发送手里的消息。"
        }
        (Sentence::StoppingBroker, Lang::En) => {
            "With controlled.shutdown.enable, the default, it first asks the controller to move its leaders to other brokers. Then it closes its session, so nobody has to wait for a timeout."
        }
        (Sentence::StoppingBroker, Lang::Zh) => {
            "controlled.shutdown.enable 默认开启：它先请控制器把自己的 leader 副本移到别的 Broker，再关闭会话。没有进程需要等待超时。"
        }
        (Sentence::LeaderElected(how), lang) => elected(how, lang),
        (Sentence::BecameFollower, Lang::En) => {
            "The controller ordered it. In 0.8.2 it first cuts its log back to its own high watermark, which may lag behind the leader's. Then it fetches on from the leader."
        }
        (Sentence::BecameFollower, Lang::Zh) => {
            "这是控制器的命令。在 0.8.2 中，它先把日志截断到自己的高水位（可能落后于 leader 的高水位），再从 leader 继续拉取。"
        }
        (Sentence::LogTruncated, Lang::En) => {
            "In 0.8.2 a follower with a new leader discards what is above its own high watermark, or beyond the leader's log, and copies it from the leader again. Its own high watermark lags behind, so committed records can be among it: if this replica has to lead before it has copied them, they are lost."
        }
        (Sentence::LogTruncated, Lang::Zh) => {
            "在 0.8.2 中，follower 换了 leader，就丢掉自己高水位之后或超出 leader 日志的消息，再向 leader 重新复制。它自己的高水位比 leader 的旧，所以其中可能有已提交消息：如果还没复制完就轮到这个副本当 leader，它们就丢失了。"
        }
        (Sentence::HighWatermark, Lang::En) => {
            "The leader takes the smallest log end in the ISR; followers learn it with their next fetch. Everything below it has been copied by the whole ISR, and consumers read only below it. That is not yet safe for good: in 0.8.2 a follower with a new leader truncates to its own high watermark (KIP-101)."
        }
        (Sentence::HighWatermark, Lang::Zh) => {
            "leader 取 ISR 里最小的 LEO 作为高水位，follower 在下一次拉取时得知。在它之下的消息，整个 ISR 都已复制；消费者只能读到高水位之下。但这还不是一劳永逸：0.8.2 的 follower 换了 leader，会截断到自己的高水位（KIP-101）。"
        }
        (Sentence::RecordsReceived, Lang::En) => {
            "A leader returns only records below the high watermark. In 0.8.2 a record that was read can still disappear: when the next leader lacks it, because an unclean election chose it from outside the ISR, or because it truncated to its own high watermark shortly before (KIP-101)."
        }
        (Sentence::RecordsReceived, Lang::Zh) => {
            "leader 只返回高水位之下的消息。在 0.8.2 中，读到过的消息仍可能消失：下一个 leader 缺少它，也许因为 Unclean leader 选举选中了 ISR 之外的副本，也许因为它不久前截断到了自己的高水位（KIP-101）。"
        }
        (Sentence::RebalanceTriggered, Lang::En) => {
            "Members, topics or brokers changed, so the assignment may change. In 0.8.2 a group of ZooKeeper consumers has no coordinator: each member computes its share itself."
        }
        (Sentence::RebalanceTriggered, Lang::Zh) => {
            "成员、主题或 Broker 变了，分配方案也可能变。0.8.2 的 ZooKeeper 消费者没有协调器：每个成员自己计算。"
        }
        (Sentence::FetchersStopped, Lang::En) => {
            "It must not deliver records of a partition that may soon belong to another member. If auto.commit.enable is on, it commits its offsets before it lets go."
        }
        (Sentence::FetchersStopped, Lang::Zh) => {
            "分区马上可能属于别的成员，它不能再把这些分区的消息交给应用程序。如果开启了 auto.commit.enable，它在释放之前先提交一次位移。"
        }
    }
}

/// How a leader was chosen. A replica of the ISR is no safe choice either: between its truncation and its next fetch it
/// may lack committed records (KIP-101).
const fn elected(how: ElectedHow, lang: Lang) -> &'static str {
    match (how, lang) {
        (ElectedHow::Clean, Lang::En) => {
            "Nobody votes: the controller takes the first live replica of the assignment that is in the ISR. Such a replica had copied everything below the high watermark; in 0.8.2 it lacks the end of it again if it truncated to its own high watermark shortly before (KIP-101)."
        }
        (ElectedHow::Clean, Lang::Zh) => {
            "没有投票：控制器按副本分配的顺序，选第一个存活且在 ISR 中的副本。这样的副本曾复制到高水位以下的全部消息；但在 0.8.2 中，如果它不久前截断到了自己的高水位，末尾的几条可能又没有了（KIP-101）。"
        }
        (ElectedHow::Unclean, Lang::En) => {
            "An unclean election: no replica in the ISR is alive, so the controller takes the first live replica outside of it. Records which that replica never copied are lost, even acknowledged ones. 0.8.2 allows this unless unclean.leader.election.enable is false."
        }
        (ElectedHow::Unclean, Lang::Zh) => {
            "这是一次 unclean 选举：ISR 里没有存活的副本，控制器只好选 ISR 之外第一个存活的副本。它没有复制到的消息就此丢失，哪怕已经确认过。0.8.2 默认允许，把 unclean.leader.election.enable 设为 false 才禁止。"
        }
        (ElectedHow::Preferred, Lang::En) => {
            "The preferred replica, the first in the assignment, is alive and in the ISR again, so the controller gives it back its partition. Nothing has failed: this only balances the load."
        }
        (ElectedHow::Preferred, Lang::Zh) => {
            "优先副本（副本分配中的第一个）已恢复并回到 ISR，控制器把 leader 还给它。没有发生故障，只是为了均衡负载。"
        }
        (ElectedHow::ControlledShutdown, Lang::En) => {
            "The old leader asked to be shut down. The controller moves its partitions first, each to the first broker of the ISR that stays, so nobody has to wait for a session to expire."
        }
        (ElectedHow::ControlledShutdown, Lang::Zh) => {
            "原来的 leader 请求受控关闭。控制器先把它领导的分区逐个移交给 ISR 中留下的第一个 Broker，不必等会话过期。"
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
        ClientFact::PartitionsAsked { .. } => "kafka.admin.AdminUtils.addPartitions",
        ClientFact::NothingToAlter { .. } | ClientFact::AdminCommandFailed { .. } => "kafka.admin.TopicCommand",
        ClientFact::ZkOperationAnswered { .. } => "org.apache.zookeeper.ZooKeeper",
    }
}
