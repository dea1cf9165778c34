//! Fixed texts. Each line has both languages, so that none can be forgotten. To add one,
//! add a line to the section of your area.

use super::texts::texts;

texts! {
    /// A fixed text of the page.
    Label;

    // Everywhere.
    /// The button shows the other language, in that language.
    SwitchLanguage => "中文", "English";
    /// Shown in the language that is there.
    WordsMissing => "The words of the other language could not be loaded. Check the connection, then switch again.",
        "另一种语言的文字没有加载成功。请检查网络连接，然后再切换一次。";
    About => "About", "关于";
    AboutWhat => "Brokerscope runs the protocols of ZooKeeper (3.4 and 3.9) and Kafka 0.8.2 as state machines in your browser. Break something, step through what follows, go back, and ask why.",
        "Brokerscope 在浏览器里用状态机实现 ZooKeeper（3.4 与 3.9）和 Kafka 0.8.2 的协议。制造一个故障，单步观察后果，再倒退回去追问原因。";
    AboutTrust => "Nothing is scripted: everything you see is what the protocols did. The same seed and the same commands give the same run, event for event.",
        "没有预先编排：看到的一切都由协议产生。随机种子和操作相同，得到的事件就一模一样。";
    AboutPrivate => "It needs no server and sends no data anywhere. It is not a product of the Apache Software Foundation.",
        "它不需要服务器，也不向任何地方发送数据。它不是 Apache 软件基金会的产品。";
    WhatIsSimplified => "What is simplified", "做了哪些简化";

    // Playing and stepping.
    Play => "Play", "播放";
    Pause => "Pause", "暂停";
    Step => "Step", "单步";
    StepBack => "Step back", "后退一步";
    NextInteresting => "Next key event", "下一个关键事件";
    PreviousInteresting => "Previous key event", "上一个关键事件";
    NextPhase => "Next phase", "下一阶段";
    ToStart => "Back to the start", "回到开头";
    Undo => "Undo", "撤销";
    Redo => "Redo", "重做";
    StoryTime => "auto pace", "自动节奏";

    // The top bar and the panels.
    Znodes => "Znodes", "znode";
    Why => "Why it happened", "为什么会这样";
    Log => "Log", "日志";
    Inspect => "Details", "查看详情";
    CommandLine => "zkCli", "zkCli";
    NoCliClient => "A ZooKeeper client that you type commands into. The first command connects it.",
        "可输入命令的 ZooKeeper 客户端，执行第一条命令时自动连接。";
    CliPlaceholder => "type help for the commands", "输入 help 查看命令";
    Timeline => "Timeline", "时间轴";
    OpenAllPanels => "Open all panels", "展开所有面板";
    CopyLink => "Copy link", "复制链接";
    LinkCopied => "Link copied. It opens at exactly this moment.", "链接已复制，打开即回到此刻。";
    LinkByHand => "The browser does not let this page write to the clipboard. The link is selected, so you can copy it yourself.",
        "浏览器不允许本页写入剪贴板。链接已选中，请自行复制。";
    LinkSave => "Save as a file", "保存为文件";
    LinkRefused => "This link could not be opened", "这个链接打不开";
    LinkKept => "Its text is kept here: add what is missing, or paste the whole link, then open it again.",
        "原文保留在这里：请补全，或粘贴完整的链接，再重新打开。";
    LinkOpen => "Open again", "重新打开";
    Theme => "Light or dark", "浅色或深色";
    Help => "Help and keys", "帮助与快捷键";
    Close => "Close", "关闭";

    // Inside the panels.
    Panels => "Panels", "面板";
    FoldAllPanels => "Fold all panels", "收起所有面板";
    Controls => "Playback", "播放控制";
    Event => "event", "事件";
    Seed => "seed", "种子";
    Time => "time", "时间";
    StepNumber => "step", "步";
    Speed => "Speed", "速度";
    TrueScale => "true to scale", "按真实时长";
    LearnMore => "See also:", "延伸阅读：";
    WhatFollows => "What happened next", "后续事件";
    WhyNothingYet => "There is nothing to explain yet. Break something in the cluster, or click on a line of the log: the chain of causes appears here.",
        "目前没有需要解释的事件。在集群图上制造一次故障，或点击日志中的一行，这里会列出因果链。";
    FollowNewest => "Jump to the newest", "回到最新";
    LogHeadlines => "Key events", "关键事件";
    LogSteps => "Steps", "步骤";
    LogAll => "Everything", "全部";
    LogEmpty => "Nothing of this kind has happened yet.", "还没有这类事件。";
    LaneFaults => "faults", "故障";
    LaneElections => "elections", "选举";
    LaneIsr => "ISR", "ISR";
    LaneRebalances => "rebalances", "重平衡";
    /// Beside the name of its lane.
    NoneYet => "none yet", "尚无";
    NoFaults => "nothing has failed yet", "尚无故障";
    NoElections => "no leader has been elected yet", "尚无选举";
    NoIsrChange => "no ISR has changed yet", "ISR 尚无变化";
    NoRebalance => "no group has rebalanced yet", "尚无重平衡";
    ZnodeNew => "new", "新建";
    ZnodeGone => "deleted", "已删除";
    ZnodeChanged => "changed", "已修改";
    ZnodeMissing => "not here yet", "此服务器上还没有";
    ZnodeLeftover => "deleted on other servers", "其他服务器上已删除";
    ZnodeOlder => "older on this server", "此服务器上较旧";
    SeenBy => "as seen by", "查看视角";
    SeenLatest => "latest", "最新";
    ZnodeState => "state", "状态";
    InKafka => "in Kafka", "在 Kafka 中";
    ZnodeAbsent => "does not exist at this moment", "此刻不存在";
    Watchers => "watched by", "监听者";
    Nobody => "nobody", "无";
    ZnodeHistory => "History", "历史";
    NothingHappened => "Unchanged since the beginning.", "从起点到此刻没有变化。";

    // What did nothing, and what to do.
    NothingAhead => "Nothing else is going to happen by itself. Break something, or press Play.",
        "后面没有更多事件了。制造一次故障，或点“播放”。";
    NoPhaseAhead => "No rebalance or election is coming up. Kill a consumer or a server to see one.",
        "后面没有重平衡或选举。终止一个消费者或服务器就能看到。";
    AtTheBeginning => "This is the beginning. Step forward from here.", "这里是起点，请点“单步”前进。";
    NothingToUndo => "There is nothing to undo. Whatever you do to the cluster can be undone here.",
        "没有可撤销的操作。对集群做的操作可以在这里撤销。";
    NothingToRedo => "There is nothing to redo.", "没有可重做的操作。";
    SetupRefused => "This cluster could not start. Choose another scene.", "这个集群启动失败，请选别的场景。";
    LinkDamaged => "This link is damaged: some characters were changed or are missing.",
        "这个链接已损坏：有字符被改动或缺失。";
    LinkCut => "The end of this link is missing.", "这个链接不完整：末尾缺了一段。";
    LinkOlder => "This link was made by an older version of Brokerscope, whose engine no longer exists, so it cannot be opened. You can continue with the scene on the page.",
        "这个链接由旧版 Brokerscope 生成，那一版的引擎已不存在，因此无法打开。可以从当前场景继续。";
    LinkUnknown => "This address does not contain a Brokerscope scene.",
        "这个地址里没有 Brokerscope 场景。";
    LinkImpossible => "What this link describes cannot run.",
        "这个链接描述的集群无法运行。";
    LinkOfOtherVersion => "This link was made by another version of Brokerscope. The moment was found by its time; details may differ.",
        "这个链接由另一个版本的 Brokerscope 生成。已按时间找到这一刻；细节可能不同。";

    // The keys.
    KeyPlay => "play or pause", "播放或暂停";
    KeyStep => "step forward or back", "前进或后退一步";
    KeyInteresting => "the next or previous key event", "下一个或上一个关键事件";
    KeyPhase => "the next phase of a rebalance or an election", "重平衡或选举的下一阶段";
    KeyUndo => "undo, redo", "撤销、重做";
    KeyStart => "back to the start", "回到开头";
    KeyCommandLine => "the ZooKeeper command line", "ZooKeeper 命令行";
    SingleKeys => "Single characters are shortcuts (n, z, `, ?, and the letters in a menu)",
        "启用单字符快捷键（n、z、`、? 以及菜单里的字母）";
    KeyHelp => "this list", "这个列表";
    Session => "session", "会话";
}
