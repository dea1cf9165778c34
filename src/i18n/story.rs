//! The sentences of the first minutes and of the built-in scenes. `{name}` is filled by whoever says it.

use super::Lang;

macro_rules! lines {
    ( $( $(#[$doc:meta])* $Variant:ident => $en:literal, $zh:literal; )* ) => {
        /// A sentence with places to fill.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Line {
            $( $(#[$doc])* $Variant, )*
        }

        impl Line {
            /// Every line, for tests.
            pub const ALL: &'static [Line] = &[ $( Line::$Variant, )* ];

            const fn template(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $( (Line::$Variant, Lang::En) => $en, (Line::$Variant, Lang::Zh) => $zh, )*
                }
            }
        }
    };
}

lines! {
    // The first ten seconds: one record.
    Watching => "A running cluster: producers send, brokers keep copies, consumers read. Wait for one record…",
        "一个运行中的集群：生产者发送，Broker 保存副本，消费者读取。等一条消息……";
    RecordSent => "{producer} sends record #{number} to {leader}, which leads {tp}.",
        "{producer} 把消息 #{number} 发给 {leader}，它是 {tp} 的 leader。";
    RecordAppended => "{leader} appends it at offset {offset}. It is in one log only: no consumer may see it yet.",
        "{leader} 把它写到位移 {offset}。目前只有一份日志里有它：消费者还看不到。";
    RecordCopied => "{count} of {others} followers have copied it. The leader waits until all of the ISR have it.",
        "{others} 个 follower 中已有 {count} 个复制了它。leader 要等 ISR 里的副本都有。";
    RecordCommitted => "All of the ISR have it: it is now below the high watermark, so consumers may read it.",
        "ISR 里的副本都有了它：它已在高水位之下，消费者可以读了。";
    RecordRead => "{consumer} reads it. ZooKeeper had no part in its way.",
        "{consumer} 读到了它。整个过程没有经过 ZooKeeper。";
    PlugOffered => "{broker} leads {tp}. What if its process dies now? Pull the plug.",
        "{broker} 是 {tp} 的 leader。如果它的进程现在崩溃会怎样？拔掉电源试试。";

    // The first two minutes: what each side believes.
    Believed => "{broker} is dead. {noticed} ZooKeeper still believes it is alive: for {left} more.",
        "{broker} 已经崩溃。{noticed}ZooKeeper 仍认为它活着：还有 {left}。";
    BelievedTick => "{broker} is dead. {noticed} Its session has run out: ZooKeeper will say so at its next tick.",
        "{broker} 已经崩溃。{noticed}它的会话已超时：ZooKeeper 将在下一个 tick 宣布。";
    BelievedFrozenTime => "{broker} is dead. {noticed} ZooKeeper has no leader now: no session can expire.",
        "{broker} 已经崩溃。{noticed}ZooKeeper 现在没有 leader：会话不会过期。";
    NoticedAfter => "Producers noticed after {span}.", "生产者 {span} 后就发现了。";
    NobodyNoticed => "No producer has noticed yet.", "还没有生产者发现。";
    AskWhoChooses => "Its session has expired after {span}. Its partitions need new leaders. Who chooses them? Click it.",
        "{span} 之后，它的会话过期了。它的分区需要新的 leader。由谁来选？请点击它。";
    WrongZk => "Not {node}. ZooKeeper keeps the notes and tells who asked to be told; it decides nothing for Kafka. Try again.",
        "不是 {node}。ZooKeeper 只保存记录、通知监听者，不替 Kafka 做决定。再试一次。";
    WrongBroker => "{node} could have been the one, but one broker only holds /controller. Look for the flag.",
        "{node} 本来也有可能，但 /controller 只属于一个 Broker。找找那面旗。";
    WrongDead => "{node} is dead: it decides nothing any more. Look for the flag.",
        "{node} 已经崩溃，什么也决定不了。找找那面旗。";
    WrongClient => "{node} only wants to know who leads: it asks, it does not choose. Try a broker.",
        "{node} 只想知道谁是 leader：它会问，但不会选。试试某个 Broker。";
    RightController => "Right: {node} is the controller. It was told by its watch on /brokers/ids.",
        "对：{node} 是控制器。它监听着 /brokers/ids，所以得到了通知。";
    NoControllerNow => "Nobody is the controller just now: every broker tries to create /controller, and one succeeds.",
        "现在没有控制器：每个 Broker 都去创建 /controller，只有一个会成功。";
    Elected => "{controller} made {leader} the leader of {tp}, {span} after the crash. Nobody voted.",
        "崩溃 {span} 后，{controller} 让 {leader} 成为 {tp} 的 leader。没有谁投票。";
    ElectedTry => "Four things to try now:", "接下来可以试四件事：";
    OfferBack => "Step back until its znode is there again", "后退，直到它的 znode 又出现";
    OfferWhy => "Ask why {leader} leads now", "问一问为什么现在是 {leader} 当 leader";
    OfferZk => "Stop the ZooKeeper leader", "停掉 ZooKeeper 的 leader";
    OfferConsumer => "Kill a consumer", "杀死一个消费者";
    BackGo => "Step back (Shift+←) until {path} is in the tree again. Now it is gone.",
        "后退（Shift+←），直到树里又出现 {path}。现在它不在。";
    BackThere => "There it is: {path}. Dead broker, living znode: between crash and expiry ZooKeeper was wrong.",
        "找到了：{path}。Broker 已死，znode 还在：从崩溃到会话过期，ZooKeeper 一直是错的。";
    WhyThere => "Read it from the top: each line happened because of the one before. The first one is your click.",
        "从上往下读：每一行都由前一行引起。最上面的就是你的那次点击。";
    ZkStopped => "ZooKeeper has had no leader for {span}. In this time {count} records were acknowledged: producing goes on.",
        "ZooKeeper 已有 {span} 没有 leader。这期间有 {count} 条消息得到确认：生产没有停。";
    ZkBack => "{node} leads now. For {span} nothing could be written to ZooKeeper, yet {count} records were acknowledged.",
        "现在 {node} 是 leader。有 {span} ZooKeeper 什么也写不了，但有 {count} 条消息得到了确认。";
    ZkDown => "No majority is left, so ZooKeeper serves nobody. Still {count} records were acknowledged. Start a server again.",
        "已失去多数派，ZooKeeper 停止服务。仍有 {count} 条消息得到确认。请再启动一台服务器。";
    ConsumerDead => "{consumer} is dead. ZooKeeper keeps its owners until its session expires: nobody reads its partitions.",
        "{consumer} 已崩溃。会话过期之前，ZooKeeper 仍保留它的所有者 znode：它的分区没有谁在读。";
    ConsumerRebalance => "The session of {consumer} is over. The others divide its partitions among themselves.",
        "{consumer} 的会话已结束。其他成员重新划分它的分区。";
    ConsumerTwice => "{reader} went on at the last committed offset: {count} records were read twice. None was skipped.",
        "{reader} 从最后的已提交位移继续：有 {count} 条消息被重复消费，没有一条漏消费。";
    ConsumerOnce => "{reader} reads on. Everything was committed in time: nothing was read twice.",
        "{reader} 继续读。位移都已及时提交：没有重复消费。";
    Free => "The cluster is yours: click anything. “?” lists the keys.", "集群归你了：随便点。按“?”查看快捷键。";

    ScenarioBegins => "The file's commands come by themselves: step with →, or press play.",
        "文件里的命令会自动执行：按 → 单步，或按播放。";

    // The scenes.
    SceneBrokerTitle => "A broker dies", "一个 Broker 崩溃";
    SceneZkTitle => "A ZooKeeper server stops", "一台 ZooKeeper 服务器停止";
    SceneConsumerTitle => "A consumer joins", "一个消费者加入";
    SceneLeaderTitle => "The ZooKeeper leader dies", "ZooKeeper 的 leader 崩溃";
    SceneIntroTitle => "The first two minutes", "最初两分钟";

    Broker0 => "{broker} leads {tp}. Its znode says that it is alive, as long as its session lives. Next: its process is killed.",
        "{broker} 是 {tp} 的 leader。只要会话还在，它的 znode 就表示它活着。下一步：杀死它的进程。";
    Broker1 => "Its connections were reset, so whoever talked to it knows. ZooKeeper does not: {broker} has {left} of its session left.",
        "它的连接被重置，与它通信的都知道了。ZooKeeper 不知道：{broker} 的会话还剩 {left}。";
    Broker2 => "Now the session has expired. ZooKeeper deleted /brokers/ids/{id} and the watch of the controller fired.",
        "会话过期了。ZooKeeper 删除 /brokers/ids/{id}，控制器的 Watch 触发。";
    Broker3 => "{controller} took the first living replica of each ISR: {leader} leads {tp} now. Nobody voted.",
        "{controller} 选了每个 ISR 里第一个活着的副本：现在 {tp} 的 leader 是 {leader}。没有谁投票。";
    Broker4 => "The producers asked for metadata and found the new leaders. What waited is written. Next: {broker} starts again.",
        "生产者请求元数据，找到了新的 leader。等待中的消息已写入。下一步：重新启动 {broker}。";
    Broker5 => "{broker} has registered again. It leads nothing: first it has to copy what it missed.",
        "{broker} 重新注册了。它还不是任何分区的 leader：先要复制错过的消息。";
    Broker6 => "It has caught up and is back in every ISR. It leads again once the controller checks the balance, every 300 s.",
        "它追上了，回到每个 ISR。要等控制器每 300 s 检查一次均衡，它才会再当 leader。";

    Zk0 => "Three servers: two are a majority. Next: {server}, a follower, is killed.",
        "三台服务器，两台就是多数派。下一步：杀死 follower {server}。";
    Zk1 => "Its clients went to other servers and kept their sessions. Two of three still decide. Next: {server} starts again.",
        "它的客户端换到别的服务器，会话不变。三台中的两台仍能作决定。下一步：重新启动 {server}。";
    Zk2 => "{server} has caught up. Next: {leader}, the leader, is killed.",
        "{server} 已经同步。下一步：杀死 leader {leader}。";
    Zk3 => "The other two elected {leader}. For a moment nothing could be written to ZooKeeper; records went on, they do not pass through it. Next: {leader} is killed too.",
        "另外两台选出了 {leader}。有一会儿 ZooKeeper 什么也写不了；消息照常收发，它们不经过 ZooKeeper。下一步：{leader} 也被杀死。";
    Zk4 => "One of three is no majority: it answers nobody. No session expires and no partition gets a new leader, but records still flow. Next: both start again.",
        "三台中只剩一台，不是多数派：它不回应任何客户端。会话不会过期，分区也选不出新 leader，但消息仍在流动。下一步：重新启动两台。";
    Zk5 => "A majority again, led by {leader}. Every session got its full time-out anew, so nobody is declared dead for the outage.",
        "又有多数派了，leader 是 {leader}。每个会话重新获得完整的超时时间，没有谁因为这次中断被宣布死亡。";

    Consumer0 => "{owners}. Next: a third member, {consumer}, joins the group.",
        "{owners}。下一步：第三个成员 {consumer} 加入消费者组。";
    Consumer1 => "{consumer} has put its name under /consumers/billing/ids. Each member has a watch there: all of them will rebalance.",
        "{consumer} 在 /consumers/billing/ids 下写下了自己的名字。每个成员都监听那里：大家都要重平衡。";
    Consumer2 => "Owners were given back. Each member now computes its share by itself, and claims it.",
        "分区所有者已释放。每个成员各自算出自己的一份，然后认领。";
    Consumer3 => "Done: {owners}. In this time the group read nothing: that is eager rebalancing. Next: {victim} is killed.",
        "完成：{owners}。这期间整个组什么也没读：这就是全停式（eager）重平衡。下一步：杀死 {victim}。";
    Consumer4 => "Nobody reads the partitions of {victim} now: its owners stay until its session expires, {left} from now.",
        "现在没有谁读 {victim} 的分区：它的所有者 znode 要留到会话过期，还有 {left}。";
    Consumer5 => "Its session is over, and the others have divided its partitions: {owners}. Whatever it read after its last commit is read again.",
        "它的会话结束了，其他成员划分了它的分区：{owners}。它最后一次位移提交之后读过的消息会再读一遍。";

    Leader0 => "Five servers hold the same tree, {leader} leads. A write needs three of them. Next: {owner} creates /lock, an ephemeral znode.",
        "五台服务器保存同一棵树，leader 是 {leader}。写入需要其中三台。下一步：{owner} 创建临时节点 /lock。";
    Leader1 => "{leader} proposed it, three servers logged it, and only then was it committed, as zxid {zxid}: epoch, then counter. Next: {watcher} asks for /lock and leaves a watch.",
        "{leader} 发出提案，三台服务器写入日志之后，提案才提交，zxid 是 {zxid}：前面是 epoch，后面是序号。下一步：{watcher} 查询 /lock，并留下 Watch。";
    Leader2 => "{server} keeps the watch of {watcher} in its memory; no other server knows of it. Next: {leader} is killed.",
        "{server} 在自己的内存里保存 {watcher} 的 Watch，别的服务器都不知道。下一步：杀死 {leader}。";
    Leader3 => "The four others lost their leader: they drop their clients and look for a new one. Nobody is served, and no session expires, for only a leader lets sessions expire.",
        "另外四台失去了 leader：它们断开客户端，开始选举。谁也得不到服务，会话也不会过期，因为只有 leader 才让会话过期。";
    Leader4 => "Election: each votes for the highest (epoch, zxid, id) that it has heard of. All have the same transactions, so the id decided: {leader} has the votes of a majority. It does not serve yet.",
        "选举：每台都投给自己听说过的最大的 (epoch, zxid, id)。大家的事务相同，于是由 id 决定：{leader} 得到了多数派的选票。它还不提供服务。";
    Leader5 => "Discovery: a majority told {leader} the last epoch that they know, and accepted a new one: {epoch}. From now on they refuse a leader of an older epoch.",
        "发现阶段：多数派把自己知道的最后一个 epoch 告诉 {leader}，并接受了新的 epoch {epoch}。从此它们会拒绝旧 epoch 的 leader。";
    Leader6 => "Synchronisation: the followers got what they lacked, and a majority confirmed. {leader} serves again. No committed write is lost: of any three servers, one has it.",
        "同步阶段：follower 补上缺少的事务，多数派已确认。{leader} 恢复服务。提案提交过的写入不会丢失：任意三台中至少有一台有它。";
    Leader7 => "Both clients found another server and showed their session: it lives on, with its full time-out again. /lock is there, and {watcher} set its watch anew. Next: {owner} is killed.",
        "两个客户端都找到了别的服务器，并出示自己的会话：会话还在，超时重新计满。/lock 还在，{watcher} 重新注册了 Watch。下一步：杀死 {owner}。";
    Leader8 => "{leader} heard nothing of {owner} for its whole time-out: its session expired, /lock went with it, and {watcher} was told. Next: {dead} starts again.",
        "{leader} 在整个超时时间里没有收到 {owner} 的任何消息：会话过期，/lock 随之删除，{watcher} 得到了通知。下一步：重新启动 {dead}。";
    Leader9 => "{dead} is back and follows, though its id is the highest: a leader that works is not replaced. It got the transactions that it had missed.",
        "{dead} 回来了，成为 follower，尽管它的 id 最大：正常工作的 leader 不会被替换。它补上了错过的事务。";

    // Words around them.
    Owns => "{consumer} reads {partitions}", "{consumer} 读 {partitions}";
    OwnsNothing => "{consumer} reads nothing", "{consumer} 不读任何分区";
    Somebody => "somebody", "某个成员";
    Next => "Next", "下一步";
    Leave => "Leave the scene", "离开场景";
    ShowMe => "Show me", "告诉我";
    SkipGuide => "Skip", "跳过";
    Scene => "Scene", "场景";
    SceneFree => "Free play", "自由操作";
    Again => "Other things to try", "试试别的";
    StepOf => "{step} of {steps}", "第 {step} 步，共 {steps} 步";
}

impl Line {
    /// The sentence, filled. What is not given stays as it is, and a test sees to it that nothing does.
    pub fn say(self, lang: Lang, fill: &[(&str, String)]) -> String {
        let mut rest = self.template(lang);
        let mut text = String::with_capacity(rest.len() + 32);
        while let Some(open) = rest.find('{') {
            text.push_str(&rest[..open]);
            rest = &rest[open..];
            let Some(close) = rest.find('}') else { break };
            let name = &rest[1..close];
            match fill.iter().find(|(given, _)| *given == name) {
                Some((_, value)) => text.push_str(value),
                None => text.push_str(&rest[..=close]),
            }
            rest = &rest[close + 1..];
        }
        text.push_str(rest);
        super::names::capitalised(text)
    }

    /// The names of its places, for tests.
    #[cfg(test)]
    pub fn places(self, lang: Lang) -> Vec<&'static str> {
        let mut places: Vec<&str> =
            self.template(lang).split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_of_a_line_have_the_same_places() {
        for line in Line::ALL {
            assert_eq!(line.places(Lang::En), line.places(Lang::Zh), "{}", line.template(Lang::En));
        }
    }

    #[test]
    fn a_line_is_filled_by_name() {
        let text = Line::Broker2.say(Lang::En, &[("id", "3".into())]);
        assert_eq!(
            text,
            "Now the session has expired. ZooKeeper deleted /brokers/ids/3 and the watch of the controller fired."
        );
    }
}
