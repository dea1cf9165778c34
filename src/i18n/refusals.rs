//! A refused command, as a sentence that says what to do.

use super::Lang;
use super::names::{Names, capitalised};
use sim_core::engine::command::CommandError;

pub(super) fn en(error: &CommandError, names: &Names) -> String {
    let say = |id| names.say(id, Lang::En);
    let text = match error {
        CommandError::NoSuchNode(id) => {
            format!("{} is not part of this cluster. Choose a node of the cluster.", say(*id))
        }
        CommandError::NodeExists(id) => format!("{} already exists. Choose another number.", say(*id)),
        CommandError::NameTaken(name) => format!("The name “{name}” is taken. Choose another one."),
        CommandError::AlreadyRunning(id) => format!("{} is already running. Stop it first.", say(*id)),
        CommandError::NotRunning(id) => format!("{} is not running. Start it first.", say(*id)),
        CommandError::AlreadyFrozen(id) => format!("{} is already frozen. Thaw it first.", say(*id)),
        CommandError::NotFrozen(id) => format!("{} is not frozen, so there is nothing to thaw.", say(*id)),
        CommandError::LinkToItself(id) => {
            format!("{} needs no network to reach itself. Choose two different nodes.", say(*id))
        }
        CommandError::LinkAlreadyCut(a, b) => {
            format!("The link between {} and {} is already cut. Repair it first.", say(*a), say(*b))
        }
        CommandError::LinkNotCut(a, b) => {
            format!("The link between {} and {} is not cut. There is nothing to repair.", say(*a), say(*b))
        }
        CommandError::NotForThisNode(id) => {
            format!(
                "That does not apply to {}: it is a different kind of node. Choose a node of the right kind.",
                say(*id)
            )
        }
        CommandError::CannotRemove(id) => format!(
            "{} is part of the configured ensemble: it can be stopped, but not removed. Stop it instead.",
            say(*id)
        ),
        CommandError::TooManyNodes(most) => {
            format!("The cluster has {most} nodes; with more it would be unreadable. Remove one first.")
        }
        CommandError::FrozenCannotObey(id) => {
            format!("{} is frozen and cannot receive anything. Thaw it first.", say(*id))
        }
        CommandError::NoServerToConnectTo => {
            "a ZooKeeper client needs a server to connect to. Name at least one, such as zk1.".to_string()
        }
        CommandError::SessionTimeout(ms) => {
            format!("a session timeout of {ms} ms is not possible. Choose one between 1 ms and an hour.")
        }
        CommandError::NoKafkaHere => {
            "this scene has ZooKeeper alone, without Kafka. Open a scene with brokers.".to_string()
        }
    };
    capitalised(text)
}

pub(super) fn zh(error: &CommandError, names: &Names) -> String {
    let say = |id| names.say(id, Lang::Zh);
    match error {
        CommandError::NoSuchNode(id) => format!("{} 不在这个集群里。请在集群图上选择一个进程。", say(*id)),
        CommandError::NodeExists(id) => format!("{} 已经存在。请换一个编号。", say(*id)),
        CommandError::NameTaken(name) => format!("名称“{name}”已被使用。请换一个。"),
        CommandError::AlreadyRunning(id) => format!("{} 正在运行。请先停掉它。", say(*id)),
        CommandError::NotRunning(id) => format!("{} 没有在运行。请先启动它。", say(*id)),
        CommandError::AlreadyFrozen(id) => format!("{} 已经冻结。请先让它恢复运行。", say(*id)),
        CommandError::NotFrozen(id) => format!("{} 没有冻结，无需恢复。", say(*id)),
        CommandError::LinkToItself(id) => format!("{} 访问自己不经过网络。请选择两个不同的进程。", say(*id)),
        CommandError::LinkAlreadyCut(a, b) => format!("{} 与 {} 之间的链路已经切断。请先修复它。", say(*a), say(*b)),
        CommandError::LinkNotCut(a, b) => format!("{} 与 {} 之间的链路是通的，无需修复。", say(*a), say(*b)),
        CommandError::NotForThisNode(id) => {
            format!("该操作不适用于 {}：它是另一种进程。请选择对应类型的进程。", say(*id))
        }
        CommandError::CannotRemove(id) => {
            format!("{} 写在 ZooKeeper 集群的配置里：可以停止，不能移除。请改为停止它。", say(*id))
        }
        CommandError::TooManyNodes(most) => format!("集群已有 {most} 个进程，再多就看不清了。请先移除一个。"),
        CommandError::FrozenCannotObey(id) => format!("{} 已冻结，什么也收不到。请先让它恢复运行。", say(*id)),
        CommandError::NoServerToConnectTo => "ZooKeeper 客户端需要有服务器可连。请至少指定一台，例如 zk1。".to_string(),
        CommandError::SessionTimeout(ms) => {
            format!("会话超时不能是 {ms} ms。请选择 1 ms 到 1 小时之间的值。")
        }
        CommandError::NoKafkaHere => "这个场景只有 ZooKeeper，没有 Kafka。请打开一个含有 Broker 的场景。".to_string(),
    }
}
