//! Fixed texts. Each line has both languages, so that none can be forgotten. Grown by whoever needs one:
//! add a line to the section of your area.

use super::Lang;

macro_rules! labels {
    ( $( $(#[$doc:meta])* $Variant:ident => $en:literal, $zh:literal; )* ) => {
        /// A fixed text of the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Label {
            $( $(#[$doc])* $Variant, )*
        }

        impl Label {
            /// Every label, for tests.
            pub const ALL: &'static [Label] = &[ $( Label::$Variant, )* ];

            pub const fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $( (Label::$Variant, Lang::En) => $en, (Label::$Variant, Lang::Zh) => $zh, )*
                }
            }
        }
    };
}

labels! {
    // Everywhere.
    AppName => "Brokerscope", "Brokerscope";
    Tagline => "A time-travelling debugger for a simulated Kafka + ZooKeeper cluster",
        "模拟 Kafka + ZooKeeper 集群的时间旅行调试器";
    /// The button shows the other language, in that language.
    SwitchLanguage => "中文", "English";
    About => "About", "关于";
    AboutWhat => "Brokerscope runs the protocols of ZooKeeper 3.4 and Kafka 0.8.2 as state machines, in your browser. Break something, step through what follows, go back, and ask why.",
        "Brokerscope 在你的浏览器里，以状态机运行 ZooKeeper 3.4 与 Kafka 0.8.2 的协议。弄坏一样东西，单步看后果，再退回去问为什么。";
    AboutTrust => "Nothing is scripted: what you see is what the protocols did. The same seed and the same commands give the same run, event for event.",
        "没有任何剧本：你看到的就是协议做的。同样的随机种子和同样的操作，总是得到一模一样的事件。";
    AboutPrivate => "It needs no server and sends nothing anywhere. It is not a product of the Apache Software Foundation.",
        "它不需要服务器，也不向任何地方发送数据。它不是 Apache 软件基金会的产品。";
    WhatIsSimplified => "What is simplified", "做了哪些简化";

    // Playing and stepping.
    Play => "Play", "播放";
    Pause => "Pause", "暂停";
    Step => "Step", "单步";
    StepBack => "Step back", "后退一步";
    NextInteresting => "Next interesting", "下一件要事";
    PreviousInteresting => "Last interesting", "上一件要事";
    NextPhase => "Next phase", "下一阶段";
    ToStart => "Back to the start", "回到开头";
    Undo => "Undo", "撤销";
    Redo => "Redo", "重做";
    StoryTime => "story time", "故事时间";

    // The top bar and the panels.
    Znodes => "Znodes", "znode";
    Why => "Why it happened", "为什么会这样";
    Log => "Log", "日志";
    Inspect => "Inspect", "查看";
    CommandLine => "zkCli", "zkCli";
    NoCliClient => "A ZooKeeper client at your keyboard. The first command connects it.", "由你输入命令的 ZooKeeper 客户端。第一条命令会让它连接。";
    CliPlaceholder => "help lists the commands", "输入 help 查看命令";
    Timeline => "Timeline", "时间轴";
    OpenAllPanels => "Open all panels", "展开所有面板";
    CopyLink => "Copy link", "复制链接";
    LinkCopied => "Link copied: it opens exactly this moment.", "链接已复制：打开就是这一刻。";
    Theme => "Light or dark", "浅色或深色";
    Help => "Help and keys", "帮助与快捷键";
    Close => "Close", "关闭";

    // Inside the panels.
    Panels => "Panels", "面板";
    FoldAllPanels => "Fold all panels", "收起所有面板";
    Controls => "Controls of time", "时间控制";
    Event => "event", "事件";
    Speed => "Speed", "速度";
    TrueScale => "true scale", "真实比例";
    LearnMore => "Read on:", "延伸阅读：";
    WhatFollows => "What followed", "随后发生";
    WhyNothingYet => "Nothing has gone wrong yet. Break something on the stage, and the chain of causes stands here.",
        "还没有出任何问题。在画面上弄坏点什么，这里就会列出因果链。";
    FollowNewest => "Back to the newest", "回到最新";
    LogHeadlines => "Headlines", "要闻";
    LogSteps => "Steps", "步骤";
    LogAll => "Everything", "全部";
    LaneFaults => "faults", "故障";
    LaneElections => "elections", "选举";
    LaneIsr => "ISR", "ISR";
    LaneRebalances => "rebalances", "重平衡";
    ZnodeNew => "new", "新建";
    ZnodeGone => "deleted", "已删除";
    ZnodeChanged => "changed", "已修改";
    ZnodeMissing => "not here yet", "这里还没有";
    ZnodeLeftover => "deleted elsewhere", "别处已删除";
    ZnodeOlder => "older here", "这里较旧";
    SeenBy => "as seen by", "所见视角";
    SeenLatest => "latest", "最新";
    ZnodeState => "state", "状态";
    ZnodeAbsent => "does not exist now", "此刻不存在";
    Watchers => "watched by", "监听者";
    Nobody => "nobody", "无";
    ZnodeHistory => "What happened to it", "它的历史";
    NothingHappened => "Nothing since the story began.", "故事开始以来没有变化。";
    LinkInAddress => "The link stands in the address bar: copy it from there.", "链接就在地址栏里：请从那里复制。";

    // What did nothing, and what to do.
    NothingAhead => "Nothing more lies ahead. Break something, or press play.", "前方不再有事发生。弄坏点什么，或按播放。";
    NoPhaseAhead => "No rebalance or election lies ahead. Kill a consumer or a server to see one.",
        "前方没有重平衡或选举。杀死一个消费者或服务器就能看到。";
    AtTheBeginning => "This is where the story begins. Step forwards.", "故事从这里开始。请向前走。";
    NothingToUndo => "There is nothing to undo. What you do on the stage can be undone here.",
        "没有可撤销的操作。在画面上做的事可以在这里撤销。";
    NothingToRedo => "There is nothing to redo.", "没有可重做的操作。";
    SetupRefused => "This cluster does not come up. Choose another scene.", "这个集群无法启动。请换一个场景。";
    LinkDamaged => "This link is damaged: letters are missing or were changed. You see the first scene instead; ask for the link again.",
        "这个链接已损坏：缺少或改动了字符。现在显示的是第一个场景；请重新索取链接。";
    LinkUnknown => "The address does not hold a scene of Brokerscope. You see the first scene instead.",
        "地址里没有 Brokerscope 的场景。现在显示的是第一个场景。";
    LinkImpossible => "What this link describes cannot run. You see the first scene instead.",
        "这个链接描述的集群无法运行。现在显示的是第一个场景。";
    LinkOfOtherVersion => "This link was made by another version. The moment was found by its time; details may differ.",
        "这个链接由另一个版本生成。已按时间找到这一刻；细节可能不同。";

    // The keys.
    KeyPlay => "play or pause", "播放或暂停";
    KeyStep => "one step forwards or back", "前进或后退一步";
    KeyInteresting => "the next or last interesting thing", "下一件或上一件要事";
    KeyPhase => "the next phase of a rebalance or an election", "重平衡或选举的下一阶段";
    KeyUndo => "undo, redo", "撤销、重做";
    KeyStart => "back to the start", "回到开头";
    KeyCommandLine => "the ZooKeeper command line", "ZooKeeper 命令行";
    KeyHelp => "this list", "这个列表";
    // The stage: bands, roles, states.
    Ensemble => "ZooKeeper ensemble", "ZooKeeper 集群（ensemble）";
    Brokers => "Brokers", "Broker";
    Producers => "Producers", "生产者";
    Consumers => "Consumers", "消费者";
    Leader => "leader", "leader";
    Follower => "follower", "follower";
    LookingForLeader => "looking for a leader", "正在选举 leader";
    Controller => "controller", "控制器";
    HighWatermark => "high watermark", "高水位（HW）";
    LogEnd => "log end", "LEO（日志末端位移）";
    Session => "session", "会话";
    InSync => "in sync", "同步中";
    OutOfSync => "out of sync", "不同步";
    NotStarted => "not started", "未启动";
    Running => "running", "运行中";
    Stopping => "stopping", "正在停止";
    Frozen => "frozen", "已冻结";
    Stopped => "stopped", "已停止";
    Killed => "killed", "已崩溃";
    PoweredOff => "powered off", "已断电";
    Removed => "removed", "已移除";

    // What the user can do.
    PullThePlug => "Pull the plug", "拔掉电源";
    StartNode => "Start", "启动";
    StopCleanly => "Stop cleanly", "正常停止";
    Kill => "Kill (kill -9)", "杀死进程（kill -9）";
    PowerOff => "Power off the machine", "主机断电";
    Freeze => "Freeze (long GC pause)", "冻结（长时间 GC 停顿）";
    Thaw => "Let it run on", "恢复运行";
    CutLink => "Cut the link", "切断链路";
    HealLink => "Repair the link", "修复链路";
    Remove => "Remove", "移除";
    AddBroker => "Add a broker", "添加 Broker";
    AddProducer => "Add a producer", "添加生产者";
    AddConsumer => "Add a consumer", "添加消费者";
    ProduceOne => "Send one record", "发送一条消息";
    FollowThisRecord => "Follow this record", "跟踪这条消息";
}
