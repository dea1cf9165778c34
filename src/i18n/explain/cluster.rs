//! Processes and links.

use super::release::Sentence;
use super::{Say, Words};
use sim_core::engine::facts::ClusterFact;
use sim_core::ids::NodeId;
use sim_core::net::{CutHow, LostWhy};
use sim_core::order::OrderKind;

pub(super) fn en(say: Say<'_>, fact: &ClusterFact) -> Words {
    match fact {
        ClusterFact::NodeStarted { node } => (
            format!("{} starts", say.name(*node)),
            "It starts without connections, sessions or anything in memory; it has only the data on its disk."
                .into(),
        ),
        ClusterFact::NodeStopping { node } => (
            format!("{} begins a clean stop", say.name(*node)),
            match node {
                NodeId::Broker(_) => say.of_generation(Sentence::StoppingBroker),
                NodeId::Zk(_) => {
                    "It closes its connections to clients and to the other servers. Sessions belong to the ensemble, so none of them ends; its clients connect to another server."
                }
                NodeId::Producer(_) => say.of_generation(Sentence::StoppingProducer),
                NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => {
                    "It ends its work and closes its session itself, so its ephemeral znodes go at once. Nobody has to wait for a timeout."
                }
            }
            .into(),
        ),
        ClusterFact::NodeExited { node } => (
            format!("{} has stopped cleanly", say.name(*node)),
            match node {
                NodeId::Zk(_) => {
                    "Sessions belong to the ensemble, so none ends with this server: its clients go on at another one. The ensemble serves as long as a majority is left."
                }
                NodeId::Producer(_) => say.of_generation(Sentence::ExitedProducer),
                NodeId::Broker(_) | NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => {
                    "A client that closes its session takes its ephemeral znodes with it at once; after a crash they stay until the session times out."
                }
            }
            .into(),
        ),
        ClusterFact::NodeKilled { node } => (
            format!("{} is killed", say.name(*node)),
            match node {
                NodeId::Zk(_) => {
                    "Its clients see their connections reset and look for another server; their sessions live on in the ensemble. If it led, the others elect another leader first; the ensemble goes on as long as a majority is left."
                }
                NodeId::Broker(_) | NodeId::Consumer(_) => {
                    "The operating system resets its connections, so every process that talked to it notices at once. But nobody closed its session: ZooKeeper believes it alive until the session times out."
                }
                NodeId::Producer(_) => {
                    "The operating system resets its connections. Records that it had not sent yet were only in its memory and are lost."
                }
                NodeId::ZkShell(_) | NodeId::Admin => {
                    "The operating system resets its connections. But nobody closed its session: it lives on until it times out."
                }
            }
            .into(),
        ),
        ClusterFact::NodePoweredOff { node } => (
            format!("the machine of {} loses power", say.name(*node)),
            "No operating system is left to reset its connections: the others wait in vain for responses, and notice only through timeouts.".into(),
        ),
        ClusterFact::NodeFrozen { node } => (
            format!("{} freezes", say.name(*node)),
            format!(
                "As in a long GC pause: its connections stay open and packets pile up, but it handles nothing. {}",
                match node {
                    NodeId::Zk(_) => {
                        "If the other servers hear nothing from it for longer than syncLimit, they drop it; if it led, they elect another leader. Its clients go to another server after two thirds of their session timeout."
                    }
                    NodeId::Producer(_) => say.of_generation(Sentence::FrozenProducer),
                    NodeId::Broker(_) | NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => {
                        "It sends no heartbeats either: if it is frozen for longer than its session timeout, it comes back as a zombie, replaced without knowing it."
                    }
                }
            ),
        ),
        ClusterFact::NodeThawed { node } => (
            format!("{} is thawed", say.name(*node)),
            "For it no time has passed. It first handles the backlog, and may act on information that is long out of date.".into(),
        ),
        ClusterFact::NodeRemoved { node } => (
            format!("{} is taken out of the cluster", say.name(*node)),
            "It will not come back. What it registered as ephemeral znodes goes when its session ends.".into(),
        ),
        ClusterFact::LinkCut { a, b, how } => (
            format!("the link between {} and {} is cut", say.name(*a), say.name(*b)),
            match how {
                CutHow::Silent => "Packets vanish without an error: either side can notice only by waiting. TCP keeps what was sent and delivers it when the link is back.",
                CutHow::Reset => "Connections over it are reset and new ones refused: both sides notice at once, but neither can tell a cut link from a dead process.",
            }
            .into(),
        ),
        ClusterFact::LinkHealed { a, b } => (
            format!("{} and {} can reach each other again", say.name(*a), say.name(*b)),
            "Connections come back when the sides try again, and what TCP kept is delivered now, however old it is.".into(),
        ),
        ClusterFact::OrderGiven { node, order, about } => (
            format!("you ask {} to {}", say.name(*node), asked_en(*order, about.as_deref())),
            "You did this. The protocol decides what follows from it.".into(),
        ),
        ClusterFact::ConnectionLost { peer, why } => (
            format!("{} loses its connection to {}", say.me(), say.name(*peer)),
            match why {
                LostWhy::Refused => "Nothing listens there, or the link is cut. It has to try again or go elsewhere.",
                LostWhy::Closed => "The other side closed it on purpose.",
                LostWhy::Reset => "The other process died or the link was cut. Whether it got the last request cannot be known.",
            }
            .into(),
        ),
    }
}

pub(super) fn zh(say: Say<'_>, fact: &ClusterFact) -> Words {
    match fact {
        ClusterFact::NodeStarted { node } => (
            format!("{} 启动", say.name(*node)),
            "进程启动：没有连接、会话和内存状态，只有磁盘上的数据。".into(),
        ),
        ClusterFact::NodeStopping { node } => (
            format!("{} 开始正常停止", say.name(*node)),
            match node {
                NodeId::Broker(_) => say.of_generation(Sentence::StoppingBroker),
                NodeId::Zk(_) => {
                    "它关闭与客户端、与其他服务器的连接。会话属于整个 ZooKeeper 集群，不会因此结束；它的客户端会改连别的服务器。"
                }
                NodeId::Producer(_) => say.of_generation(Sentence::StoppingProducer),
                NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => {
                    "它做完手头的事，自己关闭会话，临时节点随即删除。其他进程不必等待超时。"
                }
            }
            .into(),
        ),
        ClusterFact::NodeExited { node } => (
            format!("{} 已正常停止", say.name(*node)),
            match node {
                NodeId::Zk(_) => {
                    "会话属于整个 ZooKeeper 集群，不会随这台服务器结束：它的客户端改连别的服务器。只要还剩多数派，集群就继续服务。"
                }
                NodeId::Producer(_) => say.of_generation(Sentence::ExitedProducer),
                NodeId::Broker(_) | NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => {
                    "客户端关闭自己的会话，临时节点立刻删除；如果是崩溃，它们会一直留到会话超时。"
                }
            }
            .into(),
        ),
        ClusterFact::NodeKilled { node } => (
            format!("{} 的进程被强制终止（kill -9）", say.name(*node)),
            match node {
                NodeId::Zk(_) => {
                    "它的客户端看到连接被重置，转而连接别的服务器；会话保存在整个 ZooKeeper 集群里，仍然有效。如果它是 leader，其余服务器先另选 leader；只要还剩多数派，集群就继续服务。"
                }
                NodeId::Broker(_) | NodeId::Consumer(_) => {
                    "操作系统重置它的连接，正在与它通信的进程立刻就发现了。但它的会话没有关闭：在会话超时之前，ZooKeeper 仍认为它活着。"
                }
                NodeId::Producer(_) => "操作系统重置它的连接。还没发出的消息只在它的内存里，就此丢失。",
                NodeId::ZkShell(_) | NodeId::Admin => {
                    "操作系统重置它的连接。但它的会话没有关闭，要到超时才结束。"
                }
            }
            .into(),
        ),
        ClusterFact::NodePoweredOff { node } => (
            format!("{} 的主机断电", say.name(*node)),
            "操作系统也停了，没有 RST：对端只能等超时。".into(),
        ),
        ClusterFact::NodeFrozen { node } => (
            format!("{} 被冻结", say.name(*node)),
            format!(
                "就像一次很长的 GC 停顿：连接还在，收到的报文越积越多，但它什么也不处理。{}",
                match node {
                    NodeId::Zk(_) => {
                        "停顿超过 syncLimit，其他服务器会断开与它的连接；如果它是 leader，就另选 leader。它的客户端等到会话超时的 2/3，就改连别的服务器。"
                    }
                    NodeId::Producer(_) => say.of_generation(Sentence::FrozenProducer),
                    NodeId::Broker(_) | NodeId::Consumer(_) | NodeId::ZkShell(_) | NodeId::Admin => {
                        "它也不发心跳：停顿超过会话超时，恢复后就是僵尸（zombie），已被取代，自己却不知道。"
                    }
                }
            ),
        ),
        ClusterFact::NodeThawed { node } => (
            format!("{} 恢复运行", say.name(*node)),
            "对它来说时间没有流逝。它先处理积压的报文，可能仍按过时的状态行事。".into(),
        ),
        ClusterFact::NodeRemoved { node } => (
            format!("{} 被移出集群", say.name(*node)),
            "它不会回来了。它注册的临时节点会在会话结束时删除。".into(),
        ),
        ClusterFact::LinkCut { a, b, how } => (
            format!("{} 与 {} 之间的链路被切断", say.name(*a), say.name(*b)),
            match how {
                CutHow::Silent => "报文直接消失，没有任何错误：双方都只能靠等待超时才能发现。TCP 保留已发送的数据，链路恢复后再送达。",
                CutHow::Reset => "经过这条链路的连接被重置，新连接被拒绝：双方立刻发现，但都分不清是链路断了还是对方进程崩溃了。",
            }
            .into(),
        ),
        ClusterFact::LinkHealed { a, b } => (
            format!("{} 与 {} 之间的网络已恢复", say.name(*a), say.name(*b)),
            "双方重试后连接恢复；TCP 保留的数据现在送达，无论它有多旧。".into(),
        ),
        ClusterFact::OrderGiven { node, order, about } => (
            format!("你让 {} {}", say.name(*node), asked_zh(*order, about.as_deref())),
            "这一步是你做的，后面发生的一切由协议决定。".into(),
        ),
        ClusterFact::ConnectionLost { peer, why } => (
            format!("{} 与 {} 的连接断开", say.me(), say.name(*peer)),
            match why {
                LostWhy::Refused => "那里没有进程在监听，或者链路被切断。只能重试或另找一个。",
                LostWhy::Closed => "对方主动关闭了连接。",
                LostWhy::Reset => "对方进程崩溃，或链路被切断。对方是否收到最后那个请求，无从得知。",
            }
            .into(),
        ),
    }
}

/// What follows "you ask web-1 to". `about`: see `Order::about`.
fn asked_en(order: OrderKind, about: Option<&str>) -> String {
    match (order, about) {
        (OrderKind::Stop, _) => "stop cleanly".into(),
        (OrderKind::Produce, None) => "send records".into(),
        (OrderKind::Produce, Some(topic)) => format!("send records to {topic}"),
        (OrderKind::ProduceSteadily, None) => "send records at a steady rate".into(),
        (OrderKind::ProduceSteadily, Some(topic)) => format!("send records to {topic} at a steady rate"),
        (OrderKind::StopProducing, _) => "stop its load".into(),
        (OrderKind::Commit, _) => "commit its offsets".into(),
        (OrderKind::CreateTopic, None) => "create a topic".into(),
        (OrderKind::CreateTopic, Some(topic)) => format!("create topic {topic}"),
        (OrderKind::AddPartitions, None) => "add partitions".into(),
        (OrderKind::AddPartitions, Some(topic)) => format!("add partitions to topic {topic}"),
        (OrderKind::Zk(operation), None) => format!("run {}", operation.method()),
        (OrderKind::Zk(operation), Some(path)) => format!("run {} {path}", operation.method()),
        (OrderKind::TypedLine, None) => "run a command".into(),
        (OrderKind::TypedLine, Some(line)) => format!("run {line}"),
    }
}

/// What follows 「你让 web-1」.
fn asked_zh(order: OrderKind, about: Option<&str>) -> String {
    match (order, about) {
        (OrderKind::Stop, _) => "正常停止".into(),
        (OrderKind::Produce, None) => "发送消息".into(),
        (OrderKind::Produce, Some(topic)) => format!("向主题 {topic} 发送消息"),
        (OrderKind::ProduceSteadily, None) => "持续发送消息".into(),
        (OrderKind::ProduceSteadily, Some(topic)) => format!("向主题 {topic} 持续发送消息"),
        (OrderKind::StopProducing, _) => "停止持续负载".into(),
        (OrderKind::Commit, _) => "提交位移".into(),
        (OrderKind::CreateTopic, None) => "创建主题".into(),
        (OrderKind::CreateTopic, Some(topic)) => format!("创建主题 {topic}"),
        (OrderKind::AddPartitions, None) => "增加分区".into(),
        (OrderKind::AddPartitions, Some(topic)) => format!("给主题 {topic} 增加分区"),
        (OrderKind::Zk(operation), None) => format!("执行 {}", operation.method()),
        (OrderKind::Zk(operation), Some(path)) => format!("执行 {} {path}", operation.method()),
        (OrderKind::TypedLine, None) => "执行一条命令".into(),
        (OrderKind::TypedLine, Some(line)) => format!("执行：{line}"),
    }
}
