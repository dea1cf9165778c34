//! Brokers and the controller.

use super::release::Sentence;
use super::{Say, Words};
use sim_core::kafka::KafkaFact;

pub(super) fn en(say: Say<'_>, fact: &KafkaFact) -> Words {
    let me = say.me();
    match fact {
        KafkaFact::BrokerRegistered { broker } => (
            format!("{} has registered itself", say.broker(*broker)),
            "Its ephemeral znode under /brokers/ids says that it is alive. Creating it is the last step of starting up, so a broker that has one can be used.".into(),
        ),
        KafkaFact::RegistrationWaits { broker } => (
            format!("{} postpones its registration", say.broker(*broker)),
            "The znode of its previous process is still there, because that session has not expired yet. It tries again until ZooKeeper has removed it.".into(),
        ),
        KafkaFact::RegistrationRefused { broker } => (
            format!("{} cannot start: its id is in use", say.broker(*broker)),
            "A process at another address has registered this broker.id. Two brokers with one id would both believe that they lead the same partitions.".into(),
        ),
        KafkaFact::ControllerElected { broker, controller_epoch } => (
            format!("{} becomes the controller (epoch {controller_epoch})", say.broker(*broker)),
            "A broker that finds no /controller tries to create it, and ZooKeeper lets exactly one succeed. The new controller increments the epoch, so that orders from earlier ones are refused.".into(),
        ),
        KafkaFact::ControllerResigned { broker, .. } => (
            format!("{} is no longer the controller", say.broker(*broker)),
            "Its session ended, or another broker holds /controller now. It discards its controller state and stops giving orders.".into(),
        ),
        KafkaFact::BrokersChanged { joined, gone } => (
            match (joined.is_empty(), gone.is_empty()) {
                (true, false) => format!("the controller notices the loss of {}", say.brokers(gone)),
                (false, true) => format!("the controller sees {} join", say.brokers(joined)),
                (true, true) => "the controller finds the same brokers as before".into(),
                (false, false) => {
                    format!(
                        "the controller notices the loss of {} and sees {} join",
                        say.brokers(gone),
                        say.brokers(joined)
                    )
                }
            },
            "The watch said only that the children of /brokers/ids changed. The controller reads them again and compares them with those it knew.".into(),
        ),
        KafkaFact::PartitionCreated { tp, leader, isr } => (
            format!("{tp} is online, led by {}", say.broker(*leader)),
            format!(
                "The controller takes the first living replica as leader and all living replicas as ISR {}, and writes both into the partition's state znode.",
                say.isr(isr)
            ),
        ),
        KafkaFact::LeaderElected { tp, from, to, leader_epoch, isr, how } => (
            if from.is_none() {
                format!("{} leads {tp} now", say.broker(*to))
            } else {
                format!("{} leads {tp} now, instead of {}", say.broker(*to), say.leader(*from))
            },
            format!(
                "{} The controller writes leader epoch {leader_epoch} and ISR {} to ZooKeeper and then informs the brokers.",
                say.of_generation(Sentence::LeaderElected(*how)),
                say.isr(isr)
            ),
        ),
        KafkaFact::PartitionOffline { tp, isr } => (
            format!("{tp} is offline: no replica can lead it"),
            format!(
                "No replica that could lead is alive; the ISR is {}. Until one is back, nothing can be written to this partition nor read from it.",
                say.isr(isr)
            ),
        ),
        KafkaFact::IsrShrunk { tp, isr, removed } => (
            format!("the ISR of {tp} shrinks to {}", say.isr(isr)),
            format!(
                "{} did not keep up or is gone. The high watermark waits for every replica in the ISR: if it did not shrink, no write with acks=all could succeed any more. The price: fewer copies.",
                capital(&say.brokers(removed))
            ),
        ),
        KafkaFact::IsrExpanded { tp, isr, added } => (
            format!("{} is in sync again: the ISR of {tp} is {}", say.broker(*added), say.isr(isr)),
            "It has caught up to the leader's high watermark. From now on the high watermark waits for it too, and it may become leader.".into(),
        ),
        KafkaFact::BecameLeader { tp, leader_epoch, log_end, high_watermark } => (
            format!("{me} becomes leader of {tp} (epoch {leader_epoch})"),
            format!(
                "The controller ordered it. Its log goes to offset {log_end}, its high watermark stands at {high_watermark}. From here on it accepts writes, and the others copy from it."
            ),
        ),
        KafkaFact::BecameFollower { tp, leader, .. } => (
            format!("{me} follows {} for {tp}", say.broker(*leader)),
            say.of_generation(Sentence::BecameFollower).into(),
        ),
        KafkaFact::LogTruncated { tp, from, to } => (
            format!("{me} cuts its log of {tp} from {from} back to {to}"),
            say.of_generation(Sentence::LogTruncated).into(),
        ),
        KafkaFact::RecordsAppended { tp, first, last } => (
            format!("{me} appends {} to {tp}", say.offsets(*first, *last)),
            "Only the leader assigns offsets. So far the record is in one log only: no consumer may see it until the whole ISR has it.".into(),
        ),
        KafkaFact::RecordsReplicated { tp, first, last } => (
            format!("{me} copies {} of {tp}", say.offsets(*first, *last)),
            "Followers fetch like consumers do. The next fetch asks for the offset after these: that is how the leader learns that they have arrived.".into(),
        ),
        KafkaFact::HighWatermarkAdvanced { tp, high_watermark } => (
            format!("the high watermark of {tp} at {me} is now {high_watermark}"),
            say.of_generation(Sentence::HighWatermark).into(),
        ),
        KafkaFact::MetadataUpdated { controller_epoch } => (
            format!("{me} updates its metadata (controller epoch {controller_epoch})"),
            "The controller sends the metadata to every broker, so that any broker can name the leaders to a client.".into(),
        ),
        KafkaFact::StaleControllerRefused { controller_epoch, known_epoch } => (
            format!("{me} refuses an order of an older controller"),
            format!(
                "The order carries controller epoch {controller_epoch}, but {known_epoch} is known already. A controller that was replaced without knowing it must not change anything."
            ),
        ),
        KafkaFact::ControlledShutdownAsked { broker, controller } => (
            format!("{} asks the controller, {}, for a controlled shutdown", say.broker(*broker), say.broker(*controller)),
            "Before it stops, its partitions should get new leaders: then clients miss it for milliseconds instead of a session timeout.".into(),
        ),
        KafkaFact::ControlledShutdownDone { broker, remaining } => (
            if *remaining == 0 {
                format!("{} may stop: it no longer leads a partition with other replicas", say.broker(*broker))
            } else {
                format!("{} still leads {}", say.broker(*broker), say.many(*remaining, "partition"))
            },
            if *remaining == 0 {
                "The controller gave each partition that it led another leader from the ISR. A partition with a single replica cannot move and goes offline."
            } else {
                "No other replica is left in their ISR. The broker asks again a few times, then stops anyway."
            }
            .into(),
        ),
        KafkaFact::BrokerHalted { tp, leader_end } => (
            format!("{me} halts: its log of {tp} goes further than the leader's"),
            format!(
                "The leader's log ends at {leader_end}. To follow, this broker would have to throw away committed records, and unclean leader election is forbidden. It stops rather than lose them."
            ),
        ),
        KafkaFact::FetcherFailed { leader } => (
            format!("{me} cannot fetch from {}", say.broker(*leader)),
            "The leader does not respond. A follower never makes itself leader: it tries again until the controller appoints another one.".into(),
        ),
    }
}

pub(super) fn zh(say: Say<'_>, fact: &KafkaFact) -> Words {
    let me = say.me();
    match fact {
        KafkaFact::BrokerRegistered { broker } => (
            format!("{} 完成注册", say.broker(*broker)),
            "它在 /brokers/ids 下的临时节点表示它活着。启动时这是最后一步，所以看到这个 znode 就可以使用它。".into(),
        ),
        KafkaFact::RegistrationWaits { broker } => (
            format!("{} 等待注册", say.broker(*broker)),
            "它上一次运行留下的 znode 还在，因为那个会话还没有过期。它不断重试，直到 ZooKeeper 删除旧的 znode。".into(),
        ),
        KafkaFact::RegistrationRefused { broker } => (
            format!("{} 无法启动：编号已被占用", say.broker(*broker)),
            "另一个地址上的进程已经用这个 broker.id 注册。两个编号相同的 Broker 会都以为自己是同一些分区的 leader。".into(),
        ),
        KafkaFact::ControllerElected { broker, controller_epoch } => (
            format!("{} 成为控制器（controller epoch {controller_epoch}）", say.broker(*broker)),
            "Broker 发现没有 /controller 就去创建，ZooKeeper 只让一个成功。新控制器把 epoch 加一，这样前任控制器的命令会被拒绝。".into(),
        ),
        KafkaFact::ControllerResigned { broker, .. } => (
            format!("{} 不再是控制器", say.broker(*broker)),
            "它的会话结束了，或者 /controller 已属于别的 Broker。它清除控制器的状态，不再下达命令。".into(),
        ),
        KafkaFact::BrokersChanged { joined, gone } => (
            match (joined.is_empty(), gone.is_empty()) {
                (true, false) => format!("控制器发现 {} 已下线", say.brokers(gone)),
                (false, true) => format!("控制器发现 {} 加入", say.brokers(joined)),
                (true, true) => "控制器发现 Broker 没有变化".into(),
                (false, false) => format!("控制器发现 {} 已下线，{} 加入", say.brokers(gone), say.brokers(joined)),
            },
            "Watch 只说 /brokers/ids 的子 znode 有变化。控制器重新读取，再与自己原先知道的比较。".into(),
        ),
        KafkaFact::PartitionCreated { tp, leader, isr } => (
            format!("分区 {tp} 已上线，leader 是 {}", say.broker(*leader)),
            format!(
                "控制器选第一个活着的副本当 leader，所有活着的副本组成 ISR {}，一并写进分区的 state znode。",
                say.isr(isr)
            ),
        ),
        KafkaFact::LeaderElected { tp, from, to, leader_epoch, isr, how } => (
            if from.is_none() {
                format!("{} 成为 {tp} 的 leader", say.broker(*to))
            } else {
                format!("{} 接替 {}，成为 {tp} 的 leader", say.broker(*to), say.leader(*from))
            },
            format!(
                "{}控制器把 leader epoch {leader_epoch} 和 ISR {} 写入 ZooKeeper，再通知各个 Broker。",
                say.of_generation(Sentence::LeaderElected(*how)),
                say.isr(isr)
            ),
        ),
        KafkaFact::PartitionOffline { tp, isr } => (
            format!("{tp} 成为离线分区：没有副本可以当 leader"),
            format!("可以当 leader 的副本都不在了；ISR 是 {}。在其中一个回来之前，这个分区既不能写也不能读。", say.isr(isr)),
        ),
        KafkaFact::IsrShrunk { tp, isr, removed } => (
            format!("{tp} 的 ISR 收缩为 {}", say.isr(isr)),
            format!(
                "{} 跟不上或已经不在。高水位要等 ISR 里的每个副本：不收缩，acks=all 的写入就再也不能成功。代价是副本变少。",
                say.brokers(removed)
            ),
        ),
        KafkaFact::IsrExpanded { tp, isr, added } => (
            format!("{} 重新进入 ISR：{tp} 的 ISR 扩张为 {}", say.broker(*added), say.isr(isr)),
            "它已追上 leader 的高水位。从现在起高水位也要等它，它也可以成为 leader。".into(),
        ),
        KafkaFact::BecameLeader { tp, leader_epoch, log_end, high_watermark } => (
            format!("{me} 开始担任 {tp} 的 leader（leader epoch {leader_epoch}）"),
            format!(
                "这是控制器的命令。它的日志到位移 {log_end}，高水位在 {high_watermark}。从现在起它接受写入，其他副本向它拉取。"
            ),
        ),
        KafkaFact::BecameFollower { tp, leader, .. } => (
            format!("{me} 成为 {tp} 的 follower，leader 是 {}", say.broker(*leader)),
            say.of_generation(Sentence::BecameFollower).into(),
        ),
        KafkaFact::LogTruncated { tp, from, to } => (
            format!("{me} 把 {tp} 的日志从 {from} 截断到 {to}"),
            say.of_generation(Sentence::LogTruncated).into(),
        ),
        KafkaFact::RecordsAppended { tp, first, last } => (
            format!("{me} 把{}写入 {tp}", say.offsets(*first, *last)),
            "位移只由 leader 分配。消息目前只在一份日志里：ISR 全部副本写入之前，消费者看不到。".into(),
        ),
        KafkaFact::RecordsReplicated { tp, first, last } => (
            format!("{me} 复制了 {tp} {}", say.offsets(*first, *last)),
            "follower 像消费者一样拉取。它下一次拉取请求后面的位移，leader 由此知道这些消息已经到了。".into(),
        ),
        KafkaFact::HighWatermarkAdvanced { tp, high_watermark } => (
            format!("{me} 上 {tp} 的高水位现在是 {high_watermark}"),
            say.of_generation(Sentence::HighWatermark).into(),
        ),
        KafkaFact::MetadataUpdated { controller_epoch } => (
            format!("{me} 更新了元数据（controller epoch {controller_epoch}）"),
            "控制器把元数据发给每个 Broker，这样任何一个 Broker 都能告诉客户端谁是 leader。".into(),
        ),
        KafkaFact::StaleControllerRefused { controller_epoch, known_epoch } => (
            format!("{me} 拒绝了旧控制器的命令"),
            format!("命令带着 controller epoch {controller_epoch}，而这里已知 {known_epoch}。已被取代却不知道的控制器不能再改变任何东西。"),
        ),
        KafkaFact::ControlledShutdownAsked { broker, controller } => (
            format!("{} 向控制器 {} 请求受控关闭（controlled shutdown）", say.broker(*broker), say.broker(*controller)),
            "停止之前，它的分区应该先有新 leader：这样客户端只中断几毫秒，不用等一个会话超时。".into(),
        ),
        KafkaFact::ControlledShutdownDone { broker, remaining } => (
            if *remaining == 0 {
                format!("{} 可以停止：它已不再领导有其他副本的分区", say.broker(*broker))
            } else {
                format!("{} 仍是 {remaining} 个分区的 leader", say.broker(*broker))
            },
            if *remaining == 0 {
                "控制器为它领导的每个分区从 ISR 里另选了 leader。只有一个副本的分区移不走，会成为离线分区。"
            } else {
                "这些分区的 ISR 里没有别的副本。它会再请求几次，之后无论如何都会停止。"
            }
            .into(),
        ),
        KafkaFact::BrokerHalted { tp, leader_end } => (
            format!("{me} 自行终止：{tp} 的 leader 日志比它的短"),
            format!("leader 的日志只到位移 {leader_end}。要跟随它，就得丢掉已提交消息，而 Unclean leader 选举是禁止的。它宁可停下也不丢消息。"),
        ),
        KafkaFact::FetcherFailed { leader } => (
            format!("{me} 无法从 {} 拉取", say.broker(*leader)),
            "leader 没有响应。follower 从不自封为 leader：它一直重试，直到控制器指定新的 leader。".into(),
        ),
    }
}

fn capital(text: &str) -> String {
    super::super::names::capitalised(text.into())
}
