//! The sentences of the first minutes and of the built-in scenes. `{name}` is filled when a sentence is said.

use super::Lang;
use super::texts::texts;

texts! {
    /// A sentence with places to fill.
    Line;

    // The first ten seconds: one record.
    Watching => "A running cluster: producers send records, brokers keep copies, consumers read them. Wait for one record…",
        "一个运行中的集群：生产者发送消息，Broker 保存副本，消费者读取。等一条消息……";
    RecordSent => "{producer} sends record #{number} to {leader}, the leader of {tp}.",
        "{producer} 把消息 #{number} 发给 {tp} 的 leader {leader}。";
    RecordAppended => "{leader} appends it at offset {offset}. It is in one log only, so no consumer may see it yet.",
        "{leader} 把它写到位移 {offset}。目前只有一份日志里有它：消费者还看不到。";
    RecordCopied => "Copied by {count} of {others} followers. It is committed once the leader knows that every replica in the ISR has it.",
        "{others} 个 follower 中已有 {count} 个复制完成。leader 得知 ISR 的全部副本都有它之后，它才算已提交消息。";
    RecordCommitted => "Every replica in the ISR has it. It is now below the high watermark, so consumers may read it.",
        "ISR 的全部副本都已写入，高水位已越过它：消费者可以读了。";
    RecordRead => "{consumer} reads it. It never passed through ZooKeeper.", "{consumer} 读到了它。整个过程没有经过 ZooKeeper。";
    KillOffered => "{broker} leads {tp}. What happens if its process dies now? Click “Kill it”.",
        "{broker} 是 {tp} 的 leader。如果它的进程现在崩溃，会怎样？点“强制终止”试试。";

    // The first two minutes: what each side believes.
    Believed => "{broker} is dead. {noticed} ZooKeeper still believes that it is alive, for another {left}.",
        "{broker} 已经崩溃。{noticed}ZooKeeper 仍认为它活着，{left} 之后会话才过期。";
    BelievedTick => "{broker} is dead. {noticed} Its session has timed out: ZooKeeper will expire it at the next tick.",
        "{broker} 已经崩溃。{noticed}它的会话已超时：ZooKeeper 将在下一个 tick 判定过期。";
    BelievedFrozenTime => "{broker} is dead. {noticed} ZooKeeper has no leader at the moment, so no session can expire.",
        "{broker} 已经崩溃。{noticed}ZooKeeper 现在没有 leader：会话不会过期。";
    NoticedAfter => "Producers noticed after {span}.", "生产者在 {span} 后发现了。";
    NobodyNoticed => "No producer has noticed yet.", "还没有生产者发现。";
    AskWhoChooses => "Its session expired after {span}, and its partitions need new leaders. Who chooses them? Click on your answer.",
        "{span} 之后，它的会话过期了，它的分区需要新的 leader。由谁来选？请点击你的答案。";
    WrongZk => "Not {node}. ZooKeeper stores the data and notifies those who watch it; it decides nothing for Kafka. Try again.",
        "不是 {node}。ZooKeeper 只保存数据、通知监听者，不替 Kafka 做决定。再试一次。";
    WrongBroker => "{node} could have been the one, but only one broker holds /controller. Look for the flag.",
        "{node} 本来也有可能，但 /controller 只属于一个 Broker。找找那面旗。";
    WrongClient => "{node} only needs to know who leads: it asks, it does not choose. Try a broker.",
        "{node} 只需要知道谁是 leader：它会问，但不会选。试试某个 Broker。";
    RightController => "Right: {node} is the controller. Its watch on /brokers/ids notified it.",
        "对：{node} 是控制器。它监听着 /brokers/ids，所以得到了通知。";
    ShownController => "{node} chooses them: it is the controller. Its watch on /brokers/ids notified it.",
        "由 {node} 来选：它是控制器。它监听着 /brokers/ids，所以得到了通知。";
    Elected => "{span} after the kill, {controller} made {leader} the leader of {tp}. Nobody voted.",
        "崩溃 {span} 后，{controller} 让 {leader} 成为 {tp} 的 leader。整个过程没有投票。";
    ElectedTry => "Four things to try now:", "接下来可以试四件事：";
    OfferBack => "Step back until its znode reappears", "后退，直到它的 znode 又出现";
    OfferWhy => "Ask why {leader} leads now", "问一问为什么现在是 {leader} 当 leader";
    OfferZk => "Stop the ZooKeeper leader", "停掉 ZooKeeper 的 leader";
    OfferConsumer => "Kill a consumer", "终止一个消费者";
    BackGo => "Step back (Shift+←) until {path} is in the tree again. Right now it is gone.",
        "后退（Shift+←），直到树里又出现 {path}。现在它不在。";
    BackThere => "There it is: {path}. The broker is dead, yet its znode lives: between the kill and the expiry, ZooKeeper was wrong.",
        "找到了：{path}。Broker 已经崩溃，znode 还在：从崩溃到会话过期，ZooKeeper 一直是错的。";
    WhyThere => "Read it from the top: each line was caused by the one above it. The first one is your click.",
        "从上往下读：每一行都由上一行引起。最上面的就是你的那次点击。";
    ZkStopped => "ZooKeeper has had no leader for {span}. In that time {count} records were acknowledged: producing goes on.",
        "ZooKeeper 已有 {span} 没有 leader。这期间有 {count} 条消息得到确认：生产没有停。";
    ZkBack => "{node} leads now. For {span} nothing could be written to ZooKeeper, yet {count} records were acknowledged.",
        "现在 {node} 是 leader。有 {span} 无法写入 ZooKeeper，但有 {count} 条消息得到了确认。";
    ZkDown => "There is no majority left, so ZooKeeper serves nobody. Still, {count} records were acknowledged. Start a server again.",
        "已失去多数派，ZooKeeper 停止服务。仍有 {count} 条消息得到确认。请再启动一台服务器。";
    ConsumerDead => "{consumer} is dead. Until its session expires, ZooKeeper keeps it as the owner: nobody reads its partitions.",
        "{consumer} 已崩溃。会话过期之前，ZooKeeper 仍保留它的所有者 znode：它的分区暂时无人消费。";
    ConsumerRebalance => "The session of {consumer} is over. The others are dividing up its partitions.",
        "{consumer} 的会话已结束。其他成员正在重新分配它的分区。";
    ConsumerTwice => "{reader} continued from the last committed offset: {count} records were read twice, and none was skipped.",
        "{reader} 从最后的已提交位移继续：有 {count} 条消息被重复消费，没有一条漏消费。";
    ConsumerOnce => "{reader} reads on. Every offset had been committed in time: nothing was read twice.",
        "{reader} 继续读。位移都已及时提交：没有重复消费。";
    FreeOnAPhone => "The cluster is yours: tap anything.", "现在可以自由操作：点击任意进程。";
    Free => "The cluster is yours: click on anything. Press ? for the keys.", "现在可以自由操作：点击任意进程，按 ? 查看快捷键。";

    ScenarioBegins => "The commands in the file run by themselves: step with →, or press Play.",
        "文件里的命令会自动执行：按 → 单步，或点“播放”。";

    // The scenes.
    SceneBrokerTitle => "A broker dies", "一个 Broker 崩溃";
    SceneZkTitle => "A ZooKeeper server stops", "一台 ZooKeeper 服务器停止";
    SceneConsumerTitle => "A consumer joins", "一个消费者加入";
    SceneLeaderTitle => "The ZooKeeper leader dies", "ZooKeeper 的 leader 崩溃";
    SceneIntroTitle => "The first two minutes", "最初两分钟";

    Broker0 => "{broker} leads {tp}. Its znode says that it is alive, and stays for as long as its session does. Next: its process is killed.",
        "{broker} 是 {tp} 的 leader。只要会话还在，它的 znode 就表示它活着。下一步：强制终止它的进程。";
    Broker1 => "Its connections were reset, so every process connected to it knows. ZooKeeper takes longer: it waits until it has heard nothing from {broker} for the whole session timeout. How long will that be from now?",
        "连接被重置，与它相连的进程立刻得知。ZooKeeper 还要等：在整个会话超时时间内都没有收到 {broker} 的消息，会话才会过期。猜猜从现在起还要多久？";
    Broker2 => "Now the session has expired. ZooKeeper deleted /brokers/ids/{id}, and the controller's watch fired.",
        "会话过期了。ZooKeeper 删除 /brokers/ids/{id}，控制器的 Watch 触发。";
    BrokerAsk => "{broker} led {tp}. Which broker will lead it next? Click on your answer.",
        "{broker} 原来是 {tp} 的 leader。接下来由哪个 Broker 当 leader？请点击你的答案。";
    Broker3 => "For each partition, {controller} chose the first live replica of the ISR: {leader} now leads {tp}. Nobody voted.",
        "控制器 {controller} 为每个分区选出其 ISR 中第一个存活的副本：现在 {tp} 的 leader 是 {leader}。整个过程没有投票。";
    Broker4 => "The producers asked for metadata and found the new leaders. The records that were waiting have been written. Next: {broker} starts again.",
        "生产者请求元数据，找到了新的 leader。等待中的消息已写入。下一步：重新启动 {broker}。";
    Broker5 => "{broker} has registered again. It leads nothing yet: first it has to copy what it missed.",
        "{broker} 重新注册了。它还不是任何分区的 leader：先要复制错过的消息。";
    Broker6 => "It has caught up and is back in every ISR. The controller checks the balance of leaders every 300 s; only then will it lead again.",
        "它追上了，回到每个 ISR。控制器每 300 s 检查一次 leader 均衡，届时它才重新成为 leader。";

    Zk0 => "Three servers: two are a majority. Next: {server}, a follower, is killed.",
        "三台服务器，两台就是多数派。下一步：强制终止 follower {server}。";
    Zk1 => "Its clients moved to other servers and kept their sessions. Two of three are still a majority. Next: {server} starts again.",
        "它的客户端改连别的服务器，会话不变。三台中还有两台，仍是多数派。下一步：重新启动 {server}。";
    Zk2 => "{server} has caught up. Next: {leader}, the leader, is killed.",
        "{server} 已经同步。下一步：强制终止 leader {leader}。";
    Zk3 => "The other two elected {leader}. For a moment nothing could be written to ZooKeeper; records kept flowing, because they do not pass through it. Next: {leader} is killed too.",
        "另外两台选出了 {leader}。有一小段时间无法写入 ZooKeeper；消息照常收发，它们不经过 ZooKeeper。下一步：{leader} 也被强制终止。";
    Zk4 => "One server of three is not a majority: it serves nobody. No session expires and no partition gets a new leader, but records still flow. Next: both start again.",
        "三台中只剩一台，不是多数派：它不响应任何客户端。会话不会过期，分区也选不出新 leader，但消息仍在流动。下一步：重新启动两台。";
    Zk5 => "There is a majority again, led by {leader}. Every session starts over with its full timeout, so none expires because of the outage.",
        "又有多数派了，leader 是 {leader}。每个会话重新获得完整的超时时间，没有会话因这次中断而过期。";

    ConsumerWorks => "Two members have divided up the partitions: {owners}.", "两个成员分配了分区：{owners}。";
    ConsumerPauses => "{late} is frozen for a while, as by a long GC pause. Producers go on writing to its partition; nobody reads there.",
        "{late} 冻结了一会儿，就像一次漫长的 GC 停顿。生产者继续向它的分区写入，却没有人读。";
    Consumer0 => "{late} is {lag} records behind. Next: a third member, {consumer}, joins the group, and {late} goes on.",
        "{late} 积压了 {lag} 条消息。下一步：第三个成员 {consumer} 加入消费者组，{late} 恢复运行。";
    Consumer1 => "{consumer} has created its znode under /consumers/billing/ids. Every member watches that path, so all of them will rebalance.",
        "{consumer} 在 /consumers/billing/ids 下创建了自己的临时节点。成员都监听这里，于是全部重平衡。";
    Consumer2 => "The members are releasing their partitions. Each then computes its own share and claims it. A new owner reads on from the committed offset: {lag} records are waiting.",
        "各成员正在释放自己的分区，随后各自计算并认领。新的所有者从已提交位移继续读：还有 {lag} 条消息等着。";
    ConsumerAsk => "There are {partitions} partitions and three members. How many will {consumer} get?",
        "一共 {partitions} 个分区，三个成员。{consumer} 会分到几个？";
    Consumer3 => "Done: {owners}. Meanwhile the group read nothing: that is eager rebalancing. Next: {victim} is killed.",
        "完成：{owners}。这期间整个组停止消费：这就是全停式（eager）重平衡。下一步：强制终止 {victim}。";
    Consumer4 => "Nobody reads the partitions of {victim} now: it stays their owner until its session expires, {left} from now.",
        "{victim} 的分区现在无人消费：它的所有者 znode 要留到会话过期，还有 {left}。";
    Consumer5 => "Its session is over, and the others have divided up its partitions: {owners}. Records that it read after its last commit are read again.",
        "它的会话结束了，其他成员分配了它的分区：{owners}。它最后一次位移提交之后读过的消息会再读一遍。";

    Leader0 => "Five servers hold the same tree, and {leader} leads. A write needs three of them. Next: {owner} creates /lock, an ephemeral znode.",
        "五台服务器保存同一棵树，leader 是 {leader}。写入需要其中三台。下一步：{owner} 创建临时节点 /lock。";
    Leader1 => "{leader} proposed it, three servers logged it, and only then was it committed, as zxid {zxid}: epoch, then counter. Next: {watcher} calls exists on /lock and sets a watch.",
        "{leader} 发出提案，三台服务器写入日志之后，它才提案提交，zxid 是 {zxid}：前面是 epoch，后面是序号。下一步：{watcher} 用 exists 查询 /lock 并注册 Watch。";
    Leader2 => "{server} keeps the watch of {watcher} in its memory; no other server knows about it. Next: {leader} is killed.",
        "{server} 在自己的内存里保存 {watcher} 的 Watch，别的服务器都不知道。下一步：强制终止 {leader}。";
    Leader3 => "The four others have lost their leader: they drop their clients and look for a new leader. Nobody is served, and no session expires, because only a leader can expire sessions.",
        "另外四台失去了 leader：它们断开客户端，开始选举。此时没有客户端得到服务，会话也不会过期，因为只有 leader 能判定会话过期。";
    LeaderAsk => "Four servers are left. Which of them will lead? Click on your answer.",
        "还剩四台服务器。哪一台会成为 leader？请点击你的答案。";
    Leader4 => "Election: each votes for the highest (epoch, zxid, id) it has heard of. All have the same transactions, so the id decided: {leader} has the votes of a majority. It does not serve yet.",
        "选举：每台都投给自己听说过的最大的 (epoch, zxid, id)。大家的事务相同，于是由 id 决定：{leader} 得到了多数派的选票。它还不提供服务。";
    Leader5 => "Discovery: a majority sent {leader} the last epoch they know, and accepted a new one: {epoch}. From now on they refuse a leader of an older epoch.",
        "发现阶段：多数派把自己知道的最后一个 epoch 发给 {leader}，并接受了新的 epoch {epoch}。从此它们会拒绝旧 epoch 的 leader。";
    Leader6 => "Synchronisation: the followers received what they lacked, and a majority acknowledged. {leader} serves again. No committed write is lost: any three servers include one that has it.",
        "同步阶段：follower 补上缺少的事务，多数派已确认。{leader} 恢复服务。已提案提交的写入不会丢失：任意三台（多数派）中至少有一台保存了它。";
    Leader7 => "Both clients found another server and presented their sessions: these live on, with a full timeout again. /lock is still there, and {watcher} has set its watch again. Next: {owner} is killed.",
        "两个客户端都找到了别的服务器，并出示自己的会话：会话还在，超时重新计满。/lock 还在，{watcher} 重新注册了 Watch。下一步：强制终止 {owner}。";
    Leader8 => "{leader} heard nothing from {owner} for its whole timeout: the session expired, /lock was deleted with it, and {watcher} was notified. Next: {dead} starts again.",
        "{leader} 在整个超时时间里没有收到 {owner} 的任何消息：会话过期，/lock 随之删除，{watcher} 得到了通知。下一步：重新启动 {dead}。";
    Leader9 => "{dead} is back, as a follower, although its id is the highest: a working leader is not replaced. It received the transactions that it had missed.",
        "{dead} 回来了，成为 follower，尽管它的 id 最大：正常工作的 leader 不会被替换。它补上了错过的事务。";

    // What came of a guess.
    Guessed => "Your answer: {guess}. Let us see.", "你的答案：{guess}。来看看结果。";
    VerdictRight => "You were right: {answer}.", "你猜对了：{answer}。";
    VerdictClose => "You said {guess}, and it took {answer}: close.", "你猜 {guess}，实际用了 {answer}：很接近。";
    VerdictWrong => "You said {guess}, but it was {answer}.", "你猜的是 {guess}，实际是 {answer}。";
    VerdictTook => "It took {answer}.", "实际用了 {answer}。";
    WhyAnswer => "Why?", "为什么？";
    MyGuess => "That is my answer", "就选这个";
    GuessSeconds => "Seconds until the session ends", "会话还有多少秒结束";
    GuessCount => "Number of partitions", "分区个数";

    // Words around them.
    Owns => "{consumer} reads {partitions}", "{consumer} 读 {partitions}";
    OwnsNothing => "{consumer} reads nothing", "{consumer} 不读任何分区";
    Somebody => "another member", "某个成员";
    Next => "Next", "下一步";
    Leave => "Leave the scene", "离开场景";
    ShowMe => "Show me", "看答案";
    SkipGuide => "Skip", "跳过";
    Scene => "Scene", "场景";
    SceneFree => "Free play", "自由操作";
    Again => "Try something else", "换一个试试";
    StepOf => "{step} of {steps}", "第 {step} 步，共 {steps} 步";
}

impl Line {
    /// By the number that a story has of it.
    pub fn of(number: u16) -> Option<Line> {
        Line::ALL.get(usize::from(number)).copied()
    }

    /// The sentence, filled. What is not given stays as it is, and a test sees to it that nothing does.
    pub fn say(self, lang: Lang, fill: &[(&str, String)]) -> String {
        let mut rest = self.text(lang);
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
            self.text(lang).split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
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
            assert_eq!(line.places(Lang::En), line.places(Lang::Zh), "{}", line.text(Lang::En));
        }
    }

    #[test]
    fn a_line_is_filled_by_name() {
        let text = Line::Broker2.say(Lang::En, &[("id", "3".into())]);
        assert_eq!(
            text,
            "Now the session has expired. ZooKeeper deleted /brokers/ids/3, and the controller's watch fired."
        );
    }
}
