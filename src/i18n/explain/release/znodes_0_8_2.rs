//! What a znode of Kafka 0.8.2 is for (`kafka.utils.ZkUtils`).

use crate::i18n::Lang;

/// The kinds of znodes that the explanations tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Controller,
    ControllerEpoch,
    BrokerId,
    BrokerIds,
    Topic,
    Topics,
    PartitionState,
    ConsumerId,
    ConsumerIds,
    Owner,
    Offset,
    Config,
    Configs,
    ConfigChanges,
    Admin,
    Other,
}

fn meaning(path: &str) -> Meaning {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts.as_slice() {
        ["controller"] => Meaning::Controller,
        ["controller_epoch"] => Meaning::ControllerEpoch,
        ["brokers", "ids"] => Meaning::BrokerIds,
        ["brokers", "ids", _] => Meaning::BrokerId,
        ["brokers", "topics"] => Meaning::Topics,
        ["brokers", "topics", _] => Meaning::Topic,
        ["brokers", "topics", _, "partitions", _, "state"] => Meaning::PartitionState,
        ["consumers", _, "ids"] => Meaning::ConsumerIds,
        ["consumers", _, "ids", _] => Meaning::ConsumerId,
        ["consumers", _, "owners", _, _] => Meaning::Owner,
        ["consumers", _, "offsets", _, _] => Meaning::Offset,
        ["config"] | ["config", "topics"] => Meaning::Configs,
        ["config", "topics", _] => Meaning::Config,
        ["config", "changes", ..] => Meaning::ConfigChanges,
        ["admin", ..] => Meaning::Admin,
        _ => Meaning::Other,
    }
}

/// A sentence on what the znode says.
pub(super) fn says(path: &str, lang: Lang) -> &'static str {
    match lang {
        Lang::En => match meaning(path) {
            Meaning::Controller => "It names the broker that is the controller; every broker watches it.",
            Meaning::ControllerEpoch => {
                "It counts the controllers. Brokers refuse the orders of a controller with a smaller number."
            }
            Meaning::BrokerId => {
                "It says that this broker is alive, and its address. The controller watches its parent."
            }
            Meaning::BrokerIds => "Its children are the brokers that are alive.",
            Meaning::Topic => "It says which brokers hold the replicas of each partition of the topic.",
            Meaning::Topics => "Its children are the topics.",
            Meaning::PartitionState => "It names the leader, the leader epoch and the ISR of this partition.",
            Meaning::ConsumerId => {
                "It says that this consumer is a member of the group, and which topics it subscribes to."
            }
            Meaning::ConsumerIds => "Its children are the members of the group; each member watches it.",
            Meaning::Owner => "It names the one consumer of the group that may read this partition.",
            Meaning::Offset => "It holds the next offset that the group will read from this partition.",
            Meaning::Config => "It holds settings of a topic.",
            Meaning::Configs => "Settings of topics are kept below it.",
            Meaning::ConfigChanges => "The admin tool announces changed settings there.",
            Meaning::Admin => "The admin tool writes its requests there; the controller carries them out.",
            Meaning::Other => "",
        },
        Lang::Zh => match meaning(path) {
            Meaning::Controller => "它写着哪个 Broker 是控制器；每个 Broker 都监听它。",
            Meaning::ControllerEpoch => "它给控制器计数。Broker 拒绝编号更小的控制器发来的命令。",
            Meaning::BrokerId => "它表示这个 Broker 活着，以及它的地址。控制器监听它的父 znode。",
            Meaning::BrokerIds => "它的子 znode 就是活着的 Broker。",
            Meaning::Topic => "它写着主题每个分区的副本放在哪些 Broker 上。",
            Meaning::Topics => "它的子 znode 就是各个主题。",
            Meaning::PartitionState => "它写着这个分区的 leader、leader epoch 和 ISR。",
            Meaning::ConsumerId => "它表示这个消费者是组的成员，以及它订阅了哪些主题。",
            Meaning::ConsumerIds => "它的子 znode 就是组的成员；每个成员都监听它。",
            Meaning::Owner => "它写着组里唯一可以读这个分区的消费者。",
            Meaning::Offset => "它保存消费者组在这个分区下一次要读的位移。",
            Meaning::Config => "它保存主题的配置。",
            Meaning::Configs => "主题的配置保存在它下面。",
            Meaning::ConfigChanges => "管理工具在这里宣布配置有变化。",
            Meaning::Admin => "管理工具把要求写在这里，由控制器执行。",
            Meaning::Other => "",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_kafka_is_known_by_its_shape() {
        assert_eq!(meaning("/controller"), Meaning::Controller);
        assert_eq!(meaning("/brokers/topics/orders/partitions/1/state"), Meaning::PartitionState);
        assert_eq!(meaning("/consumers/billing/owners/orders/0"), Meaning::Owner);
        assert_eq!(meaning("/zookeeper/quota"), Meaning::Other);
    }
}
