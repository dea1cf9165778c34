//! "What is simplified": each line of docs/SIMPLIFIED.md, word for word, with its 中文. A host test compares.
//! A line is "area: what is simplified → what a reader of the real system would see otherwise".

use super::Lang;

/// English and 中文.
pub const SIMPLIFIED: &[(&str, &str)] = &[
    (
        "producer: `batch.size` and `buffer.memory` count bytes in the real one; ours count records (200 a batch, 10 000 in the buffer). → A real batch holds more small records and fewer large ones; order and acknowledgements are the same.",
        "生产者：真实的 `batch.size` 和 `buffer.memory` 按字节计；这里按消息条数计（每批 200 条，缓冲区 10 000 条）。 → 真实的批次装得下更多小消息、更少大消息；顺序和确认都一样。",
    ),
    (
        "producer: `max.request.size` is not there; a request takes one batch of each partition that its broker leads. → The real one refuses a record that is too large (`RecordTooLargeException`) and splits what is much into several requests.",
        "生产者：没有 `max.request.size`；一个请求带上该 Broker 所领导的每个分区的一个批次。 → 真实的会拒绝过大的消息（`RecordTooLargeException`），数据很多时分成几个请求。",
    ),
    (
        "producer: 0.8.2 has no time-out of its own for an answer (KAFKA-1788) and waits for TCP; ours gives a silent machine up as Linux does, after 924 s (noticed at ticks of 154 s; connecting: 127 s), a frozen process too, whose kernel would go on confirming. → A silent machine is waited for as long as by the real one; a frozen process would be waited for without end.",
        "生产者：0.8.2 等待回应没有自己的超时（KAFKA-1788），只等 TCP；这里与 Linux 一样，924 s 后放弃没有动静的主机（按 154 s 的间隔检查；建立连接时为 127 s）。被冻结的进程也这样处理，而真实情况下它的内核会继续确认。 → 主机没有动静时等待时间相同；进程被冻结时，真实的会一直等下去。",
    ),
    (
        "producer: the real sender waits up to 100 ms after its first connection before it asks for metadata; ours asks at once. → The first record of a real producer may leave 0.1 s later.",
        "生产者：真实的发送线程第一次连上之后最多等 100 ms 才请求元数据；这里立刻请求。 → 真实生产者的第一条消息可能晚 0.1 s 发出。",
    ),
    (
        "consumer: the application takes each record at once, so that what is fetched is what was handed out; a real one may still have some in its queue. → A real consumer that crashes may have handed out less than it fetched; what is read twice counts from the commit all the same.",
        "消费者：应用程序立刻取走每条消息，所以拉取到的就是交出去的；真实的消费者队列里可能还留着一些。 → 真实的消费者崩溃时，交出去的可能少于拉取到的；重复消费同样从已提交位移算起。",
    ),
    (
        "consumer: records are counted, not bytes: a fetch takes what there is (`fetch.message.max.bytes` is not there). → A real backlog is read in more, smaller fetches, and a record above the limit stops its reader.",
        "消费者：按消息条数而不是字节计：一次拉取取走所有可取的消息（没有 `fetch.message.max.bytes`）。 → 真实的积压要分更多次拉取；超过上限的消息会让消费者停住。",
    ),
    (
        "consumer: `socket.timeout.ms` (30 s) is noticed at ticks of 10 s. → A silent broker is given up at most 10 s later than by the real one.",
        "消费者：`socket.timeout.ms`（30 s）按 10 s 的间隔检查。 → 放弃没有动静的 Broker，最多比真实的晚 10 s。",
    ),
    (
        "consumer: an application whose first rebalance failed four times gets an exception; ours stays registered and waits for the next trigger. → A real application ends or has to be started again; here the next change of the group helps.",
        "消费者：第一次重平衡四次尝试都失败时，真实的应用程序会得到异常；这里它仍是注册的成员，等待下一次触发。 → 真实的应用程序会结束，或需要重新启动；这里等到组的下一次变化就好了。",
    ),
    (
        "consumer: a ZooKeeper that cannot be reached at the start ends the real consumer after `zookeeper.connection.timeout.ms`; ours goes on trying. → A real consumer ends with an exception, after 6 s by default.",
        "消费者：启动时连不上 ZooKeeper，真实的消费者在 `zookeeper.connection.timeout.ms` 之后结束；这里一直重试。 → 真实的消费者以异常结束，默认在 6 s 之后。",
    ),
    (
        "consumer: offsets in ZooKeeper only (`offsets.storage=zookeeper`); topics by name only, no patterns. → With `offsets.storage=kafka` commits go to a broker, and ZooKeeper sees fewer writes.",
        "消费者：位移只存 ZooKeeper（`offsets.storage=zookeeper`）；主题只能按名称订阅，不支持模式。 → 使用 `offsets.storage=kafka` 时，位移提交给 Broker，ZooKeeper 的写入更少。",
    ),
    (
        "consumer: the leader finder asks the brokers in turn, the real one in random order; owners are claimed in the order of partitions, the real one in that of a hash map. → Who is asked first and which owner is written first differs from run to run; who owns what in the end does not.",
        "消费者：查找 leader 时依次询问各个 Broker，真实的顺序是随机的；分区按编号顺序认领，真实的按哈希表的顺序。 → 先问谁、先写哪个所有者，真实的每次都不同；最后谁拥有什么是一样的。",
    ),
    (
        "broker: the controller handles one event after the other as the real one, but asks and writes the znodes of many partitions at once; 0.8.2 goes partition by partition and blocks in each. → A real failover of many partitions takes longer, the more of them there are; the outcome is the same.",
        "Broker：控制器与真实的一样逐个处理事件，但同时读写许多分区的 znode；0.8.2 逐个分区处理，每次都阻塞等待。 → 真实的切换随分区数变慢；结果一样。",
    ),
    (
        "broker: zkclient's extra reads (an `exists` beside each `getChildren`, failing creates before the parents are made) are left out, so zxids differ by those that failed creates burn. → Real zxids are larger; what the znodes hold is the same.",
        "Broker：省去了 zkclient 多余的读取（每个 `getChildren` 旁的 `exists`，以及创建父 znode 之前必然失败的创建），所以 zxid 少了失败的创建所占的编号。 → 真实的 zxid 更大；znode 的内容一样。",
    ),
    (
        "broker: while a leader's ISR change is being written, the real one also holds back appends; ours only keeps the high watermark still. → Real producers wait some ms longer while an ISR changes.",
        "Broker：leader 写入 ISR 变更期间，真实的还会暂停追加；这里只让高水位不动。 → ISR 变更期间，真实的生产者多等几毫秒。",
    ),
    (
        "broker: after a refused or failed fetch a follower pauses 1 s; 0.8.2 tries again at once. → A real follower asks more often while leaders change, and may be back in the ISR up to 1 s earlier.",
        "Broker：拉取被拒绝或失败后，follower 停 1 s；0.8.2 立刻重试。 → leader 变更期间，真实的 follower 问得更勤，可能早 1 s 回到 ISR。",
    ),
    (
        "broker: the controller repeats a request to a broken connection each 100 ms and gives up a silent one after 30 s (`controller.socket.timeout.ms`). → The rhythm of the repeats differs; the broker gets the same requests in the same order.",
        "Broker：连接断开时控制器每 100 ms 重发请求，没有动静的连接 30 s 后放弃（`controller.socket.timeout.ms`）。 → 重发的节奏不同；Broker 收到的请求和顺序一样。",
    ),
    (
        "broker: a replica keeps following a dead leader until the controller names another; the request does not carry the list of live leaders. → A real follower stops asking a little earlier; logs and ISR are the same.",
        "Broker：副本一直跟随已崩溃的 leader，直到控制器指定另一个；请求里不带活着的 leader 列表。 → 真实的 follower 会早一点停止询问；日志和 ISR 一样。",
    ),
    (
        "broker: records are counted, not bytes: `replica.fetch.min.bytes` is one record, a fetch answer holds 1 000 records a partition at the most. → A real follower catches up in more or fewer fetches, by the size of the records.",
        "Broker：按消息条数而不是字节计：`replica.fetch.min.bytes` 是一条消息，一次拉取每个分区最多 1 000 条。 → 真实的 follower 追赶所需的拉取次数取决于消息大小。",
    ),
    (
        "broker: a log has one endless segment: no retention, no compaction, no indexes, no flushing. A power-off loses no written record. → Really, old records go with time, and a power-off can lose what was acknowledged but not yet flushed, if it hits all replicas.",
        "Broker：日志只有一个无尽的日志段：没有保留策略、压实、索引和刷盘。断电不会丢失已写入的消息。 → 真实情况下旧消息会随时间删除；若所有副本同时断电，已确认而未刷盘的消息可能丢失。",
    ),
    (
        "broker: a producer whose partition moves away is told NOT_LEADER_FOR_PARTITION at once instead of at its time-out. → A real producer with `acks=all` hears of it when its request times out (30 s).",
        "Broker：分区被移走时，立刻告诉生产者 NOT_LEADER_FOR_PARTITION，而不是等到超时。 → 真实的生产者（`acks=all`）要等请求超时（30 s）才知道。",
    ),
    (
        "broker: `acks` above 1 (allowed in 0.8.2) is refused with INVALID_REQUIRED_ACKS. → The real one waits for so many replicas; 0.9 removed it.",
        "Broker：大于 1 的 `acks`（0.8.2 允许）会以 INVALID_REQUIRED_ACKS 拒绝。 → 真实的会等这么多个副本；0.9 已取消。",
    ),
    (
        "broker: settings of a topic are read once, when the broker first hosts it; /config/changes is not followed. → A real change by `kafka-topics.sh --alter` takes effect without a restart.",
        "Broker：主题的配置只在 Broker 第一次承载它时读取；不跟踪 /config/changes。 → 真实的 `kafka-topics.sh --alter` 无需重启即可生效。",
    ),
    (
        "broker: partition reassignment, topic deletion and /admin/preferred_replica_election are not there; leaders go back by the automatic balance. → What these tools do cannot be shown.",
        "Broker：没有分区重分配、删除主题和 /admin/preferred_replica_election；leader 由自动均衡移回优先副本。 → 这些工具的效果无法展示。",
    ),
    (
        "broker: offsets in Kafka (`__consumer_offsets`, optional in 0.8.2) are not there. → Groups that keep their offsets in Kafka cannot be shown.",
        "Broker：不支持把位移存在 Kafka 里（`__consumer_offsets`，0.8.2 可选）。 → 把位移存在 Kafka 里的消费者组无法展示。",
    ),
    (
        "broker: one replica fetcher for each leading broker (`num.replica.fetchers` 1); a silent leader is given up after 30 to 60 s (`replica.socket.timeout.ms` 30 s). → With more fetchers a real broker copies more at once, and it gives up a silent leader after 30 s sharp.",
        "Broker：每个 leader 所在的 Broker 一个副本拉取线程（`num.replica.fetchers` 为 1）；没有动静的 leader 在 30 到 60 s 后放弃（`replica.socket.timeout.ms` 30 s）。 → 拉取线程更多时，真实的 Broker 同时复制更多；没有动静的 leader 恰好在 30 s 后放弃。",
    ),
    (
        "admin: an automatic placement draws its start and shift from the node's entropy; `kafka-topics.sh --create` is all that the tool can do. → Which broker gets the first replica differs, as it does between two runs of the real tool.",
        "管理工具：自动放置副本时，起点和偏移来自进程的熵；这个工具只会做 `kafka-topics.sh --create`。 → 第一个副本放在哪个 Broker 上不同；真实的工具两次运行也不同。",
    ),
    (
        "scenarios: `start` does not wait for the process; `stop` waits up to 30 s and `commit` up to 1 s for its effect, operations and produced records up to 10 min for their answers. → A story that needs the process to be up says so with `until`.",
        "场景：`start` 不等待进程就绪；`stop` 最多等 30 s、`commit` 最多等 1 s 直到生效，操作和生产的消息最多等 10 min 得到回应。 → 需要进程就绪的场景用 `until` 写明。",
    ),
    (
        "scenarios: whether the ensemble serves is asked by a fresh client in a copy of the run, so that asking takes no time and leaves no trace in it. → A real probe takes some ms and burns zxids; ranks of zxids are compared, so nobody sees it.",
        "场景：ZooKeeper 是否提供服务，由一个新客户端在运行的副本里询问，所以询问不花时间，也不留痕迹。 → 真实的探测要花几毫秒并占用 zxid；比较的是 zxid 的名次，所以看不出来。",
    ),
    (
        "scenarios: settling waits for one second without any event that matters; what a real cluster may still do later (a session that expires, a replica that falls behind, the balance of leaders) is not waited for. → A real run that rests longer may show more; a scenario waits for such things by name.",
        "场景：等待稳定是指一秒内没有重要事件；真实集群之后还可能做的事（会话过期、副本落后、leader 均衡）不等。 → 真实的运行等得更久可能看到更多；场景会指名等待这些事。",
    ),
    (
        "scenarios: reads go to the server with the latest applied transaction, as after a `sync`. → A condition holds as soon as the most advanced server has it; what a lagging one answers is asked by a client connected to it.",
        "场景：读取总是发给应用事务最多的服务器，如同先做过 `sync`。 → 最新的服务器满足条件即算成立；落后的服务器怎么回答，由连着它的客户端去问。",
    ),
    (
        "scenarios: `rack` and the settings of disks, threads, buffers and retention are accepted and have no effect; a note says so. → What these settings decide cannot be shown.",
        "场景：接受 `rack` 以及磁盘、线程、缓冲区和保留策略的配置，但不起作用；会有一条说明。 → 这些配置所决定的无法展示。",
    ),
    (
        "scenarios: of the admin commands only `create_topic` is playable yet; of the eras `0.8.2` and `zookeeper`. → Other files are refused with a sentence.",
        "场景：管理命令目前只有 `create_topic` 可用；版本只有 `0.8.2` 和 `zookeeper`。 → 其他文件会被拒绝，并说明原因。",
    ),
    (
        "scenarios: the Scala producer of 0.8.2 is the Java producer with its settings and defaults; it does not stay with one partition for ten minutes when records have no key. → A real one sends everything without a key to one partition for ten minutes, then to another.",
        "场景：0.8.2 的 Scala 生产者由 Java 生产者加上它的配置和默认值代替；消息没有键时，它不会十分钟都固定在一个分区。 → 真实的在十分钟内把没有键的消息都发到一个分区，然后换另一个。",
    ),
    (
        "zookeeper: one election connection in each direction between two servers; the real one keeps a single one per pair, opened by the higher id. → Some connections more are drawn during an election; votes and outcome are the same.",
        "ZooKeeper：两台服务器之间每个方向各一条选举连接；真实的每对只保留一条，由编号大的一方建立。 → 选举时画面上的连接多几条；选票和结果一样。",
    ),
    (
        "zookeeper: a follower more than 500 transactions behind gets SNAP; 3.5 and later may send it DIFF from the log on disk. → The same transactions arrive in another way; the tree is the same afterwards.",
        "ZooKeeper：落后超过 500 个事务的 follower 得到 SNAP；3.5 及以后可能从磁盘日志发送 DIFF。 → 同样的事务以另一种方式到达；之后的树一样。",
    ),
    (
        "zookeeper: session ids hold epoch and zxid where the real ones hold a clock reading; there are no passwords. → The ids are other numbers, as they are in each real run; a real client shows its password when it comes back.",
        "ZooKeeper：会话编号里是 epoch 和 zxid，真实的是时钟读数；没有密码。 → 编号不同，真实的每次运行也不同；真实的客户端重连时要出示密码。",
    ),
    (
        "zookeeper: no ACLs, quotas, observers, containers, TTL or persistent watches, no read-only mode, no reconfiguration. → What needs them cannot be shown; such operations are not offered.",
        "ZooKeeper：没有 ACL、配额、observer、容器节点、TTL、持久 Watch、只读模式和重新配置。 → 需要它们的功能无法展示，也不提供这样的操作。",
    ),
    (
        "zookeeper: an fsync takes 0.3 to 1.5 ms; epochs and a history that is taken over are on disk at once. → A busy real disk takes tens of ms, and every write waits for it; no order differs.",
        "ZooKeeper：一次 fsync 用 0.3 到 1.5 ms；epoch 和接受的历史立刻落盘。 → 真实的磁盘繁忙时要几十毫秒，每次写入都要等它；顺序一样。",
    ),
    (
        "zookeeper: what a follower had acknowledged, and must cut when it joins again, counts no more until it is logged again; the real leader goes on counting the old acknowledgement. → For some ms a real write may be committed while only one server of three has it on disk.",
        "ZooKeeper：follower 确认过、重新加入时又被截断的提案，要再次写入日志后才重新算数；真实的 leader 会继续计入旧的确认。 → 真实的集群中，提案可能在几毫秒内只写入三台服务器之一的磁盘就已提交。",
    ),
    (
        "zookeeper: a client that closes may in the real library see Disconnected just before, when the server is quicker; ours never does. → A real program may be told `Disconnected` once more at its end.",
        "ZooKeeper：真实的库在关闭时，如果服务器先断开，可能先看到一次 Disconnected；这里从不会。 → 真实的程序结束时可能多收到一次 `Disconnected`。",
    ),
    (
        "zookeeper: a leader does not step down when the counter of its epoch is used up (after 2^32 transactions). → A real ensemble elects anew once in four billion transactions.",
        "ZooKeeper：一个 epoch 的计数器用完时（2^32 个事务之后），leader 不会退位。 → 真实的集群每四十多亿个事务会重新选举一次。",
    ),
    (
        "zookeeper: a client sees Disconnected at once; the real library takes about 0.1 s. → A real client notices up to 0.1 s later that its connection is gone.",
        "ZooKeeper：客户端立刻看到 Disconnected；真实的库大约要 0.1 s。 → 真实的客户端最多晚 0.1 s 发现连接断开。",
    ),
    (
        "command line: `deleteall` lists and deletes one znode after the other, as `rmr` of 3.4 did; zkCli 3.9 deletes up to 1000 at a time in one multi. The commands are those that `help` lists. → A real `deleteall` of 3.9 takes fewer transactions; what is gone in the end is the same.",
        "命令行：`deleteall` 逐个列出并删除 znode，与 3.4 的 `rmr` 相同；zkCli 3.9 用一个 multi 每次最多删除 1000 个。可用的命令就是 `help` 列出的那些。 → 真实的 3.9 `deleteall` 用的事务更少；最后删除的内容一样。",
    ),
    (
        "zookeeper: a znode's data is text. → Binary data cannot be shown.",
        "ZooKeeper：znode 的数据是文本。 → 二进制数据无法展示。",
    ),
    (
        "zookeeper: no limit on connections of one address (`maxClientCnxns`, 60) or on requests that wait (`globalOutstandingLimit`, 1000). → A real server refuses or slows down a client that asks for too much.",
        "ZooKeeper：不限制同一地址的连接数（`maxClientCnxns`，60）和等待中的请求数（`globalOutstandingLimit`，1000）。 → 真实的服务器会拒绝或放慢要求过多的客户端。",
    ),
    (
        "zookeeper: no four-letter words, no admin server, no metrics. → What `stat`, `mntr` and `cons` tell stands on the cards of the stage and in the inspector.",
        "ZooKeeper：没有四字命令、管理服务和监控指标。 → `stat`、`mntr` 和 `cons` 的内容，可以在画面的卡片和查看面板里看到。",
    ),
    (
        "network: a message takes 0.4 to 1.6 ms whatever its size, and handling it takes no time. → Under real load queues grow and sessions expire because machines are busy; here nobody is ever too slow.",
        "网络：一条报文无论大小都走 0.4 到 1.6 ms，处理它不花时间。 → 真实负载下队列会变长，机器太忙时会话会过期；这里从来没有谁太慢。",
    ),
    (
        "network: what waits behind a silent cut arrives at once when the link is repaired. → Real TCP tries again at growing intervals, so that it may take a minute until something arrives.",
        "网络：静默切断修复后，等待的数据立刻到达。 → 真实的 TCP 以递增的间隔重传，可能要一分钟才有数据到达。",
    ),
    (
        "network: the clocks of all machines run alike. → Real clocks drift and jump; sessions, elections and replication measure intervals, so that only timestamps would differ.",
        "网络：所有机器的时钟走得一样。 → 真实的时钟会漂移和跳变；会话、选举和复制都按时间间隔计算，所以只有时间戳会不同。",
    ),
];

/// The areas, in the order in which the page shows them.
const AREAS: &[&str] =
    &["zookeeper", "network", "broker", "producer", "consumer", "admin", "command line", "scenarios"];

/// One line for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub what: String,
    pub so: &'static str,
}

/// Every line, by area.
pub fn areas(lang: Lang) -> Vec<(&'static str, Vec<Difference>)> {
    let of = |area: &'static str| {
        let lines = SIMPLIFIED.iter().filter(|(en, _)| en.split_once(": ").is_some_and(|(of, _)| of == area));
        (area, lines.map(|(en, zh)| difference(en, zh, lang)).collect::<Vec<_>>())
    };
    AREAS.iter().map(|area| of(area)).filter(|(_, lines)| !lines.is_empty()).collect()
}

fn difference(en: &'static str, zh: &'static str, lang: Lang) -> Difference {
    let (line, colon) = if lang == Lang::En { (en, ": ") } else { (zh, "：") };
    let line = line.split_once(colon).map_or(line, |(_, rest)| rest);
    let (what, so) = line.split_once(" → ").unwrap_or((line, ""));
    let mut letters = what.chars();
    let what = match (lang, letters.next()) {
        (Lang::En, Some(first)) => first.to_uppercase().chain(letters).collect(),
        // Names of the real system keep their case.
        _ => what.to_string(),
    };
    Difference { what, so }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_document_is_on_the_page_in_both_languages() {
        let document = include_str!("../../docs/SIMPLIFIED.md");
        let lines: Vec<&str> = document.lines().filter_map(|line| line.strip_prefix("- ")).collect();
        assert!(!lines.is_empty());
        for line in &lines {
            let known = SIMPLIFIED.iter().find(|(en, _)| en == line);
            let (_, zh) = known.unwrap_or_else(|| panic!("src/i18n/simplified.rs lacks: {line}"));
            assert!(zh.ends_with('。'), "{zh}");
        }
        for (en, _) in SIMPLIFIED {
            assert!(lines.contains(en), "docs/SIMPLIFIED.md does not say any more: {en}");
        }
    }

    #[test]
    fn every_line_has_its_area_and_says_what_would_differ() {
        for lang in Lang::ALL {
            let areas = areas(lang);
            assert_eq!(areas.iter().map(|(_, lines)| lines.len()).sum::<usize>(), SIMPLIFIED.len());
            for Difference { what, so } in areas.into_iter().flat_map(|(_, lines)| lines) {
                let end = if lang == Lang::En { '.' } else { '。' };
                assert!(what.ends_with(end) && so.ends_with(end), "{what} → {so}");
            }
        }
    }
}
