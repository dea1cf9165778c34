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
    Timeline => "Timeline", "时间轴";
    OpenAllPanels => "Open all panels", "展开所有面板";
    CopyLink => "Copy link", "复制链接";
    LinkCopied => "Link copied: it opens exactly this moment.", "链接已复制：打开就是这一刻。";
    Theme => "Light or dark", "浅色或深色";
    Help => "Help and keys", "帮助与快捷键";
    Close => "Close", "关闭";
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
