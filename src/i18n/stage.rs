//! The words of the stage. Each line has both languages, so that none can be forgotten.

use super::Lang;
use super::texts::texts;

texts! {
    /// A fixed text of the stage.
    StageWord;

    Stage => "The cluster", "集群";
    Ensemble => "ZooKeeper", "ZooKeeper";

    // Roles and states.
    Leader => "leader", "leader";
    Follower => "follower", "follower";
    Looking => "looking", "选举中";
    Standalone => "standalone", "单机";
    Epoch => "epoch", "epoch";
    Sessions => "sessions", "会话列表";
    NoSessions => "no sessions", "没有会话";
    NotStarted => "not started", "未启动";
    Running => "running", "运行中";
    Stopping => "stopping", "正在停止";
    Frozen => "frozen", "已冻结";
    Stopped => "stopped", "已停止";
    Killed => "killed", "已强制终止";
    PoweredOff => "powered off", "已断电";
    Controller => "controller", "控制器";
    BelievesController => "believes it is controller", "自认为是控制器";
    NotRegistered => "not registered", "未注册";

    // What a server does. Where {} stands, a name or a number comes.
    Logged => "logged", "已落盘";
    Round => "round {}", "第 {} 轮";
    VotesFor => "votes for", "投给";
    VotesCounted => "{n} of {needed} votes needed", "{n} 票，共需 {needed} 票";
    FirstVote => "its first vote was for itself", "最初投给自己";
    Discovery => "discovery: waiting for a quorum", "发现阶段：等待多数派";
    Synchronising => "synchronisation: {}", "同步阶段：{}";
    GathersAcks => "synchronisation: waiting for a quorum", "同步阶段：等待多数派";
    NewLeaderAcked => "NEWLEADER acknowledged", "已确认 NEWLEADER";
    AcksOf => "{n} of {needed} acknowledgements needed", "{n} 个确认，共需 {needed} 个";
    InFlightProposals => "proposals waiting for a majority", "等待多数派确认的提案";
    VoterAcked => "acknowledged", "已确认";
    VoterLogged => "logged, acknowledgement on its way", "已落盘，确认在途";
    VoterReceived => "received, not yet on disk", "已收到，尚未落盘";
    VoterWaiting => "not received", "未收到";
    AttachedHint => "Sessions connected to this server, with the time they have left on the leader's clock",
        "连接在这台服务器上的会话，以及 leader 时钟上的剩余时间";
    NowhereHint => "not connected to any server; the leader's clock is running", "未连接任何服务器；leader 仍在计时";
    NotAnyMoreHint => "no longer true, but this server still believes it", "已不成立，但这台服务器仍以为如此";

    // Sessions.
    Silent => "silent", "无通信";
    ExpiresIn => "expires in", "距过期";
    ClientSays => "The client's clock: ", "客户端的时钟：";
    LeaderSays => "The ZooKeeper leader's clock: ", "ZooKeeper leader 的时钟：";
    SilentFor => "nothing received for {}", "已有 {} 没有收到任何消息";
    Connection => "Connection: ", "连接：";
    Connected => "connected to {}", "已连接 {}";
    Connecting => "connecting to {}", "正在连接 {}";
    Greeting => "connected to {}, waiting for its session", "已连接 {}，等待确认会话";
    Pausing => "none; it will try the next server after a pause", "无；稍候尝试下一台服务器";
    NoConnection => "none", "无";
    HalfOpen => "half-open to {}", "与 {} 的半开连接";
    ClientIsFrozen => "the client is frozen", "客户端已冻结";
    ServerIsFrozen => "the server is frozen", "服务器已冻结";
    ServerIsGone => "the server is down", "服务器已停止";
    LinkIsCut => "the link is cut", "链路已切断";
    OtherEndClosed => "the server has closed its end", "服务器已关闭它那一端";
    NoSession => "no session", "没有会话";
    SessionExpired => "session expired", "会话过期";
    SessionClosed => "session closed", "会话已关闭";
    NothingExpires => "no leader, so no session can expire", "没有 leader，会话停止计时";
    LeaderIsFrozen => "leader frozen, so no session can expire", "leader 已冻结，会话停止计时";
    // The same in short, where they stand on a card.
    StillNoLeader => "paused: no leader", "没有 leader，不计时";
    StillLeaderFrozen => "paused: leader frozen", "leader 已冻结，不计时";
    Unaware => "unaware: session is over", "尚不知会话已结束";
    GaveUpEarly => "gave up; not ended yet", "已放弃，尚未结束";
    KnowsShort => "knows that it expired", "已得知过期";
    CannotLookShort => "cannot read its clock", "看不到时钟";
    KnowsExpired => "has learned that its session expired", "客户端已得知会话过期";
    Disconnected => "disconnected", "连接断开";
    BelievesInVain => "believes it is connected, but its session is over", "自认为仍已连接，会话却已结束";
    OverUnnoticed => "disconnected, and unaware that its session is over", "连接断开，还不知道会话已结束";
    GaveUpBeforeLeader => "has given up its session; the ensemble has not ended it yet", "客户端已放弃会话，ZooKeeper 集群尚未结束它";
    LeftBehind => "session not over yet", "会话尚未结束";
    CannotLook => "frozen: cannot read its clock", "已冻结：看不到时钟";
    GivesUpIn => "gives up in {}", "{} 后放弃";

    // Replicas.
    Isr => "isr", "isr";
    OutOfSync => "out", "不在 ISR";
    Stale => "stale", "旧 leader";
    LeaderHint => "partition leader", "分区 leader";
    FollowerInSync => "follower, in the ISR", "follower，在 ISR 中";
    FollowerOut => "follower, not in the ISR", "follower，不在 ISR 中";
    HighWatermark => "high watermark", "高水位（HW）";
    LogEnd => "log end", "LEO（日志末端位移）";
    Position => "position", "消费位置";
    Committed => "committed offset", "已提交位移";

    // Producers.
    PerSecond => "records/s", "条/秒";
    Idle => "no steady load", "没有持续负载";
    InFlight => "in flight", "在途";
    Queued => "queued", "排队";
    Retried => "retried", "重试";
    Failed => "failed", "失败";
    Acked => "acknowledged", "已确认";
    AckedShort => "acked", "已确认";
    PerBroker => "records acknowledged by each broker", "各 Broker 已确认的消息数";
    Believes => "the leader it believes in", "它所认为的 leader";
    StaleMetadata => "stale", "陈旧";

    // Consumers and groups.
    Group => "group", "消费者组";
    Lag => "lag", "积压";
    Unowned => "unowned", "无人认领";
    Registering => "registering", "注册中";
    Notified => "notified", "收到通知";
    StoppingFetchers => "stopping fetchers", "停止拉取";
    Releasing => "releasing", "释放";
    Computing => "computing", "计算分配";
    Claiming => "claiming", "认领";
    BackingOff => "backing off", "退避等待";
    GaveUp => "gave up", "已放弃";
    Reading => "reading", "读取中";
    OwnsNothing => "no partition assigned", "未分到分区";
    OnlyInZooKeeper => "owner in ZooKeeper, not reading it yet", "ZooKeeper 中的所有者，尚未读取";
    OnlyBelieved => "reading it, but not its owner in ZooKeeper", "正在读取，但 ZooKeeper 中并非所有者";

    // The inspector's rows.
    Server => "server", "服务器";
    SessionsHere => "sessions", "会话";
    Vote => "vote", "选票";
    Leads => "partitions led", "领导的分区";
    Replicas => "replicas", "副本";
    Received => "received", "已收到";

    // Lines that run together. Where {} stands, their number comes.
    BundledProducers => "{} producers", "{} 个生产者";
    BundledConsumers => "{} consumers", "{} 个消费者";
    BundledSessions => "{} sessions", "{} 个会话";

    // Lights: what is possible now.
    WritesAndReads => "ZooKeeper: writes and reads", "ZooKeeper：可写可读";
    StaleAt => "ZooKeeper: writes and reads; reads at {} may be stale", "ZooKeeper：可写可读；{} 上可能读到旧数据";
    ReadsOnlyAt => "ZooKeeper: reads only, at {}, possibly stale", "ZooKeeper：仅 {} 可读，可能是旧数据";
    Gathering => "ZooKeeper: unavailable, {} is gathering a quorum", "ZooKeeper：暂不可用，{} 正在召集多数派";
    ElectionUnderWay => "ZooKeeper: unavailable, electing a leader", "ZooKeeper：暂不可用，正在选举 leader";
    NoMajority => "ZooKeeper: unavailable, no majority", "ZooKeeper：不可用，没有多数派";
    HasController => "controller", "控制器";
    NoController => "no controller", "没有控制器";
    AllLed => "every partition has a leader", "每个分区都有 leader";

    // What can be done.
    Menu => "actions", "可做的操作";
    KillThisOne => "Kill it (kill -9)", "强制终止（kill -9）";
    Start => "Start", "启动";
    Stop => "Stop cleanly", "正常停止";
    Kill => "Kill the process (kill -9)", "强制终止进程（kill -9）";
    PowerOff => "Power off the machine", "主机断电";
    Freeze => "Freeze (GC pause)", "冻结（GC 停顿）";
    Thaw => "Thaw", "恢复运行";
    CutLink => "Cut a link…", "切断链路…";
    HealLink => "Repair the link to", "修复链路：";
    CutReset => "reset", "断开（RST）";
    CutSilent => "silent", "静默丢包";
    CutResetHint => "Cut with resets: connections are reset and new ones refused", "断开：连接被重置，新连接被拒绝";
    CutSilentHint => "Cut silently: packets vanish, and neither side is notified", "静默丢包：报文全部丢弃，双方都得不到通知";
    Back => "Back", "返回";
    SendRecord => "Send one record", "发送一条消息";
    LoadUp => "Increase the load", "加大持续负载";
    LoadOff => "Stop the load", "停止持续负载";
    Commit => "Commit offsets now", "立即提交位移";
    Inspect => "Show details", "查看详情";
    Remove => "Remove", "移除";
    AddBroker => "Add a broker", "添加 Broker";
    AddProducer => "Add a producer", "添加生产者";
    AddConsumer => "Add a consumer", "添加消费者";
}

/// A number with its noun.
pub mod counted {
    use super::Lang;

    pub fn sessions(lang: Lang, count: u64) -> String {
        match (lang, count) {
            (Lang::En, 1) => "1 session".to_string(),
            (Lang::En, _) => format!("{count} sessions"),
            (Lang::Zh, _) => format!("{count} 个会话"),
        }
    }

    pub fn members(lang: Lang, count: u64) -> String {
        match (lang, count) {
            (Lang::En, 1) => "1 member".to_string(),
            (Lang::En, _) => format!("{count} members"),
            (Lang::Zh, _) => format!("{count} 个成员"),
        }
    }

    /// Partitions without a leader.
    pub fn offline(lang: Lang, count: u64) -> String {
        match (lang, count) {
            (Lang::En, 1) => "1 partition without a leader".to_string(),
            (Lang::En, _) => format!("{count} partitions without a leader"),
            (Lang::Zh, _) => format!("{count} 个分区没有 leader"),
        }
    }
}
