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
    Sessions => "sessions", "个会话";
    NoSessions => "no sessions", "没有会话";
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

    // What a server does. Where {} stands, a name or a number comes.
    Logged => "logged", "已落盘";
    Round => "round {}", "第 {} 轮";
    VotesFor => "votes for", "投给";
    VotesCounted => "{n} of {needed} votes needed", "{n} 票，需要 {needed} 票";
    FirstVote => "its first vote was for itself", "最初投给自己";
    Discovery => "discovery: waits for a quorum", "发现阶段：等待多数派";
    Synchronising => "synchronisation: {}", "同步阶段：{}";
    GathersAcks => "synchronisation: waits for a quorum", "同步阶段：等待多数派";
    NewLeaderAcked => "NEWLEADER acknowledged", "已确认 NEWLEADER";
    AcksOf => "{n} of {needed} acknowledgements needed", "{n} 个确认，需要 {needed} 个";
    InFlightProposals => "proposals that wait for their majority", "等待多数派确认的提案";
    VoterAcked => "acknowledged", "已确认";
    VoterLogged => "logged, acknowledgement on its way", "已落盘，确认在途";
    VoterReceived => "received, not on its disk yet", "已收到，尚未落盘";
    VoterWaiting => "not received", "未收到";
    AttachedHint => "Sessions at this server, with the time that the leader gives them",
        "连接在这台服务器上的会话，以及 leader 给它们的剩余时间";
    NowhereHint => "connected to no server; the leader's clock runs", "未连接任何服务器；leader 仍在计时";
    NotAnyMoreHint => "this server still believes so", "这台服务器仍以为如此";

    // Sessions.
    Session => "session", "会话";
    Silent => "silent", "静默";
    ExpiresIn => "expires in", "过期倒计时";
    ClientSays => "The client's clock: ", "客户端的时钟：";
    LeaderSays => "The ZooKeeper leader's clock: ", "ZooKeeper leader 的时钟：";
    SilentFor => "nothing heard for {}", "已有 {} 没有收到任何消息";
    Connection => "Connection: ", "连接：";
    Connected => "connected to {}", "已连接 {}";
    Connecting => "connecting to {}", "正在连接 {}";
    Greeting => "connected to {}, waits for its session", "已连接 {}，等待确认会话";
    Pausing => "none; the next server is tried after a pause", "无；稍候尝试下一台服务器";
    NoConnection => "none", "无";
    HalfOpen => "half-open to {}", "与 {} 半开";
    ClientIsFrozen => "the client is frozen", "客户端已冻结";
    ServerIsFrozen => "the server is frozen", "服务器已冻结";
    ServerIsGone => "the server is gone", "服务器已不在";
    LinkIsCut => "the link is cut", "链路已切断";
    OtherEndClosed => "the server has closed its end", "服务器已关闭它的一端";
    NoSession => "no session", "没有会话";
    SessionExpired => "session expired", "会话过期";
    SessionClosed => "session closed", "会话已关闭";
    NothingExpires => "no leader, nobody counts", "没有 leader，没人计时";
    LeaderIsFrozen => "leader frozen, nobody counts", "leader 已冻结，没人计时";
    KnowsExpired => "knows it: session expired", "客户端已得知：会话过期";
    Disconnected => "disconnected", "连接断开";
    BelievesInVain => "believes it is connected; its session is over", "自认为仍已连接，会话却已结束";
    OverUnnoticed => "disconnected; does not know that its session is over", "连接断开，还不知道会话已结束";
    GaveUpBeforeLeader => "gave its session up; the leader still counts", "客户端已放弃会话，leader 仍在计时";
    LeftBehind => "nobody is there; the leader still counts", "进程已不在，leader 仍在计时";
    CannotLook => "frozen: does not see its clock", "已冻结：看不到时钟";
    GivesUpIn => "gives up in {}", "{} 后放弃";

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

    // Lights: what is possible now.
    WritesAndReads => "ZooKeeper: writes and reads", "ZooKeeper：可写可读";
    StaleAt => "ZooKeeper: writes and reads; reads at {} may be stale", "ZooKeeper：可写可读；{} 上可能读到旧数据";
    ReadsOnlyAt => "ZooKeeper: reads at {} only, may be stale", "ZooKeeper：仅 {} 可读，可能是旧数据";
    Gathering => "ZooKeeper: nothing yet, {} gathers its quorum", "ZooKeeper：暂不可用，{} 正在召集多数派";
    ElectionUnderWay => "ZooKeeper: nothing, election under way", "ZooKeeper：暂不可用，正在选举 leader";
    NoMajority => "ZooKeeper: nothing, no majority", "ZooKeeper：不可用，没有多数派";
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
