//! The words of the stage. Each line has both languages, so that none can be forgotten.

use super::Lang;

macro_rules! words {
    ( $( $Variant:ident => $en:literal, $zh:literal; )* ) => {
        /// A fixed text of the stage.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum StageWord {
            $( $Variant, )*
        }

        impl StageWord {
            pub const ALL: &'static [StageWord] = &[ $( StageWord::$Variant, )* ];

            pub const fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $( (StageWord::$Variant, Lang::En) => $en, (StageWord::$Variant, Lang::Zh) => $zh, )*
                }
            }
        }
    };
}

words! {
    Stage => "The cluster", "集群";
    Ensemble => "ZooKeeper", "ZooKeeper";
    Brokers => "Brokers", "Broker";
    Clients => "Clients", "客户端";

    // Roles and states.
    Leader => "leader", "leader";
    Follower => "follower", "follower";
    Looking => "looking", "选举中";
    Standalone => "standalone", "单机";
    Epoch => "epoch", "epoch";
    VotesFor => "votes for", "投给";
    Sessions => "sessions", "个会话";
    NotServing => "not serving", "暂不服务";
    NotStarted => "not started", "未启动";
    Running => "running", "运行中";
    Stopping => "stopping", "正在停止";
    Frozen => "frozen", "已冻结";
    Stopped => "stopped", "已停止";
    Killed => "crashed", "已崩溃";
    PoweredOff => "powered off", "已断电";
    Controller => "controller", "控制器";
    BelievesController => "believes it is controller", "自认为是控制器";
    NotRegistered => "not registered", "未注册";

    // Sessions.
    Session => "session", "会话";
    Silent => "silent", "静默";
    ExpiresIn => "expires in", "过期倒计时";
    SilentHint => "The client's clock: how long it has heard nothing from ZooKeeper",
        "客户端的时钟：已有多久没有收到 ZooKeeper 的任何消息";
    ExpiresHint => "The ZooKeeper leader's clock: when the session's bucket expires",
        "ZooKeeper leader 的时钟：会话所在的桶何时过期";
    NoSession => "no session", "没有会话";
    SessionExpired => "session expired", "会话过期";
    Disconnected => "disconnected", "连接断开";
    NothingExpires => "no leader: nothing expires", "没有 leader：不会过期";
    AndOthers => "more", "个";

    // Replicas.
    Isr => "isr", "isr";
    OutOfSync => "out", "不同步";
    Stale => "stale", "陈旧";
    LeaderHint => "partition leader", "分区 leader";
    FollowerInSync => "follower, in sync", "follower，同步中";
    FollowerOut => "follower, out of sync", "follower，不同步";
    HighWatermark => "high watermark", "高水位（HW）";
    LogEnd => "log end", "LEO（日志末端位移）";
    Position => "position", "消费位置";
    Committed => "committed", "已提交位移";

    // Producers.
    PerSecond => "records/s", "条/秒";
    Idle => "no steady load", "没有持续负载";
    InFlight => "in flight", "在途";
    Queued => "queued", "排队";
    Retried => "retried", "重试";
    Failed => "failed", "失败";
    Acked => "acked", "已确认";
    PerBroker => "acknowledged by each broker", "各 Broker 已确认";
    Believes => "believes", "认为";
    StaleMetadata => "stale", "陈旧";

    // Consumers and groups.
    Group => "group", "消费者组";
    Members => "members", "个成员";
    Lag => "lag", "积压";
    Received => "received", "已收到";
    Unowned => "unowned", "无人认领";
    Attempt => "attempt", "第几次：";
    Rebalancing => "rebalancing", "重平衡中";
    Registering => "registering", "注册中";
    Notified => "notified", "收到通知";
    StoppingFetchers => "stopping fetchers", "停止拉取";
    Releasing => "releasing", "释放";
    Computing => "computing", "计算分配";
    Claiming => "claiming", "认领";
    BackingOff => "backing off", "退避等待";
    GaveUp => "gave up", "已放弃";
    Reading => "reading", "读取中";
    OwnsNothing => "owns nothing", "没有分区";
    OnlyInZooKeeper => "owner in ZooKeeper, not reading it", "ZooKeeper 中的所有者，尚未读取";
    OnlyBelieved => "reads it, but is not the owner in ZooKeeper", "正在读取，但 ZooKeeper 中并非所有者";

    // Lights.
    Service => "ZooKeeper serves", "ZooKeeper 可用";
    NoService => "ZooKeeper: no quorum, no service", "ZooKeeper：没有多数派，无法服务";
    HasController => "controller", "控制器";
    NoController => "no controller", "没有控制器";
    AllLed => "every partition has a leader", "每个分区都有 leader";
    Offline => "without a leader", "个分区没有 leader";

    // What can be done.
    Menu => "what can be done", "可做的操作";
    PullThePlug => "Pull the plug", "拔掉电源";
    Start => "Start", "启动";
    Stop => "Stop cleanly", "正常停止";
    Kill => "Crash (kill -9)", "让进程崩溃（kill -9）";
    PowerOff => "Power off the machine", "主机断电";
    Freeze => "Freeze (GC pause)", "冻结（GC 停顿）";
    Thaw => "Thaw", "恢复运行";
    CutLink => "Cut a link…", "切断链路…";
    HealLink => "Mend the link to", "修复链路：";
    CutReset => "reset", "重置";
    CutSilent => "silent", "静默";
    CutResetHint => "Cut hard: connections are reset, new ones are refused", "硬切断：连接被重置，新连接被拒绝";
    CutSilentHint => "Cut silently: nothing arrives, nobody is told", "静默切断：什么都到不了，也没有人知道";
    Back => "Back", "返回";
    SendRecord => "Send one record", "发送一条消息";
    LoadUp => "Faster steady load", "加大持续负载";
    LoadOff => "No steady load", "停止持续负载";
    Commit => "Commit offsets now", "立即提交位移";
    Inspect => "Inspect", "查看详情";
    Remove => "Remove", "移除";
    AddBroker => "Add a broker", "添加 Broker";
    AddProducer => "Add a producer", "添加生产者";
    AddConsumer => "Add a consumer", "添加消费者";
}
