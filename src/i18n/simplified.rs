//! "What is simplified": each line of docs/SIMPLIFIED.md, word for word, with its 中文. A host test compares.
//! A line is "area: what is simplified → what a reader of the real system would see otherwise".

use super::Lang;
use super::names::with_capital;

/// English and 中文.
pub const SIMPLIFIED: &[(&str, &str)] = &[
    (
        "producer: the real `batch.size` and `buffer.memory` count bytes; ours count records (200 per batch, 10 000 in the buffer). → A real batch holds more small records and fewer large ones; order and acknowledgements are the same.",
        "生产者：真实的 `batch.size` 和 `buffer.memory` 按字节计；这里按消息条数计（每批 200 条，缓冲区 10 000 条）。 → 真实的批次能装更多的小消息，或更少的大消息；顺序和确认都一样。",
    ),
    (
        "producer: there is no `max.request.size`; a request carries one batch for each partition that its broker leads. → A real producer refuses a record that is too large (`RecordTooLargeException`) and splits a lot of data into several requests.",
        "生产者：没有 `max.request.size`；一个请求为该 Broker 领导的每个分区各带一个批次。 → 真实的生产者会拒绝过大的消息（`RecordTooLargeException`），数据量大时会分成几个请求。",
    ),
    (
        "producer: the Java one of 0.8.2 has no timeout of its own for a response (KAFKA-1788) and relies on TCP; ours gives up on an unreachable machine as Linux does, after 924 s (checked every 154 s; 127 s when connecting), and on a frozen process as well, although its kernel would keep acknowledging packets. → For an unreachable machine the wait is the same; a real producer would wait for a frozen process for ever.",
        "生产者：0.8.2 的 Java 生产者等待响应没有自己的超时（KAFKA-1788），只依靠 TCP；这里与 Linux 一样，924 s 后放弃无响应的主机（每 154 s 检查一次；建立连接时为 127 s）。被冻结的进程也这样处理，而真实情况下它的内核会继续确认报文。 → 主机无响应时等待时间相同；进程被冻结时，真实的生产者会一直等下去。",
    ),
    (
        "producer: after its first connection, the real sender waits up to 100 ms before it asks for metadata; ours asks at once. → The first record of a real producer may leave 0.1 s later.",
        "生产者：真实的发送线程第一次连上之后最多等 100 ms 才请求元数据；这里立刻请求。 → 真实生产者的第一条消息可能晚 0.1 s 发出。",
    ),
    (
        "producer: the Scala one with `producer.type=async` queues any number of records (`queue.buffering.max.messages` and `queue.enqueue.timeout.ms` have no effect). → A real one makes `send()` wait, or drops records, once 10 000 of them are queued.",
        "生产者：`producer.type=async` 的 Scala 生产者对排队的消息数没有限制（`queue.buffering.max.messages` 和 `queue.enqueue.timeout.ms` 不起作用）。 → 真实的生产者在排满 10 000 条之后，`send()` 会等待，或者丢弃消息。",
    ),
    (
        "consumer: the application takes each record at once, so every fetched record has also been delivered; a real consumer may still hold some in its queue. → A real consumer that crashes may have delivered less than it fetched; records are read again from the committed offset either way.",
        "消费者：应用程序立刻取走每条消息，所以拉取到的都已交付；真实消费者的队列里可能还留着一些。 → 真实的消费者崩溃时，已交付的可能少于拉取到的；重复消费同样从已提交位移算起。",
    ),
    (
        "consumer: sizes are counted in records, not bytes: a fetch takes everything available (there is no `fetch.message.max.bytes`). → A real backlog is read in more and smaller fetches, and a record above the limit blocks its consumer.",
        "消费者：按消息条数而不是字节计：一次拉取取走所有可取的消息（没有 `fetch.message.max.bytes`）。 → 真实的积压要分更多次拉取；超过上限的消息会让消费者停住。",
    ),
    (
        "consumer: `socket.timeout.ms` (30 s) is checked every 10 s. → The consumer gives up on an unresponsive broker up to 10 s later than a real one.",
        "消费者：`socket.timeout.ms`（30 s）每 10 s 检查一次。 → 放弃无响应的 Broker，最多比真实的消费者晚 10 s。",
    ),
    (
        "consumer: when the first rebalance fails four times, a real application gets an exception; ours stays registered and waits for the next trigger. → A real application exits or has to be restarted; here the next change in the group brings it back.",
        "消费者：第一次重平衡四次尝试都失败时，真实的应用程序会得到异常；这里它仍是注册的成员，等待下一次触发。 → 真实的应用程序会结束，或需要重新启动；这里要等到组下一次变化才恢复。",
    ),
    (
        "consumer: if ZooKeeper cannot be reached at the start, a real consumer exits after `zookeeper.connection.timeout.ms`; ours keeps trying. → A real consumer exits with an exception, after 6 s by default.",
        "消费者：启动时连不上 ZooKeeper，真实的消费者在 `zookeeper.connection.timeout.ms` 之后退出；这里一直重试。 → 真实的消费者抛出异常并退出，默认在 6 s 之后。",
    ),
    (
        "consumer: offsets are stored in ZooKeeper only (`offsets.storage=zookeeper`), and topics are subscribed to by name, not by pattern. → With `offsets.storage=kafka` commits go to a broker, and ZooKeeper sees fewer writes.",
        "消费者：位移只存 ZooKeeper（`offsets.storage=zookeeper`）；主题只能按名称订阅，不支持模式。 → 使用 `offsets.storage=kafka` 时，位移提交给 Broker，ZooKeeper 的写入更少。",
    ),
    (
        "consumer: the leader finder asks the brokers in turn, where a real one asks in random order. → In the real system the first broker asked differs from run to run; what it answers does not.",
        "消费者：查找 leader 时依次询问各个 Broker，真实的消费者按随机顺序询问。 → 先问谁，在真实系统中每次运行都不同；得到的回答相同。",
    ),
    (
        "broker: like the real one, the controller handles one event at a time, but in a failover, and when brokers come or go, it reads and writes the znodes of many partitions at once; 0.8.2 goes partition by partition and blocks on each. → A real failover takes longer the more partitions there are; the outcome is the same.",
        "Broker：控制器与真实的一样逐个处理事件，但在接管时以及 Broker 上下线时同时读写许多分区的 znode；0.8.2 逐个分区处理，每次都阻塞等待。 → 真实系统中分区越多，切换越慢；结果一样。",
    ),
    (
        "broker: zkclient's extra reads (an `exists` beside each `getChildren`) are left out, and so are the creates that fail while the common paths of a fresh ensemble are made; zxids differ by the ones that those use up. → Real zxids are larger; the contents of the znodes are the same.",
        "Broker：省去了 zkclient 多余的读取（每次 `getChildren` 附带的 `exists`），以及在全新集群中建立公共路径时因父 znode 尚不存在而失败的创建，所以没有这些失败的创建所占用的 zxid。 → 真实的 zxid 更大；znode 的内容一样。",
    ),
    (
        "broker: while a leader writes an ISR change, a real one also holds back appends; ours only holds the high watermark. → Real producers wait a few milliseconds longer while an ISR changes.",
        "Broker：leader 写入 ISR 变更期间，真实的 leader 还会暂停追加；这里只让高水位不动。 → ISR 变更期间，真实的生产者多等几毫秒。",
    ),
    (
        "broker: after a refused or failed fetch a follower pauses for 1 s; 0.8.2 tries again at once. → A real follower asks more often while leaders change, and may be back in the ISR up to 1 s earlier.",
        "Broker：拉取被拒绝或失败后，follower 停 1 s；0.8.2 立刻重试。 → leader 变更期间，真实的 follower 请求更频繁，可能早 1 s 回到 ISR。",
    ),
    (
        "broker: after a broken connection the controller repeats its request every 100 ms, and it gives up on an unresponsive one after 30 s (`controller.socket.timeout.ms`). → The timing of the repeats differs; the broker gets the same requests in the same order.",
        "Broker：连接断开时控制器每 100 ms 重发请求，无响应的连接 30 s 后放弃（`controller.socket.timeout.ms`）。 → 重发的时机不同；Broker 收到的请求和顺序一样。",
    ),
    (
        "broker: sizes are counted in records, not bytes: `replica.fetch.min.bytes` is one record, and a fetch response holds at most 1 000 records per partition. → A real follower catches up in more or fewer fetches, depending on the size of the records.",
        "Broker：按消息条数而不是字节计：`replica.fetch.min.bytes` 是一条消息，一次拉取每个分区最多 1 000 条。 → 真实的 follower 追赶所需的拉取次数取决于消息大小。",
    ),
    (
        "broker: a log is one endless segment, without retention, compaction, indexes or flushing, and a power failure loses no written record. → In a real cluster old records are deleted over time, and a power failure that hits all replicas can lose records that were acknowledged but not yet flushed.",
        "Broker：日志只有一个无限长的日志段：没有保留策略、压实（compaction）、索引和刷盘；断电不会丢失已写入的消息。 → 真实情况下旧消息会随时间删除；若所有副本同时断电，已确认而未刷盘的消息可能丢失。",
    ),
    (
        "broker: a producer whose partition moves away gets NOT_LEADER_FOR_PARTITION at once instead of after a timeout. → A real producer with `acks=all` learns of the move when its request times out (30 s).",
        "Broker：分区被移走时，立刻向生产者返回 NOT_LEADER_FOR_PARTITION，而不是等到超时。 → 真实的生产者（`acks=all`）要等请求超时（30 s）才知道。",
    ),
    (
        "broker: a broker that shuts down copies nothing more once the controller has stopped its replicas; on a real one a fetch may still get through (in one of two runs), and it is back in the ISR of a partition that it follows. → In a real clean stop an ISR may grow once more, and it shrinks again when the broker is gone.",
        "Broker：受控关闭时，控制器停掉副本之后，这里的 Broker 不再复制；真实的 Broker 可能还有一次拉取到达（两次运行中有一次），于是又回到它所跟随的分区的 ISR。 → 真实的正常停止中，ISR 可能再扩张一次，等 Broker 下线后又收缩。",
    ),
    (
        "broker: `acks` above 1 (allowed in 0.8.2) is refused with INVALID_REQUIRED_ACKS. → The real one waits for that many replicas; 0.9 removed it.",
        "Broker：大于 1 的 `acks`（0.8.2 允许）会被拒绝，错误为 INVALID_REQUIRED_ACKS。 → 真实的 Broker 会等待这么多个副本；0.9 已取消。",
    ),
    (
        "broker: settings of a topic are read once, when the broker first hosts it; /config/changes is not followed. → A real change by `kafka-topics.sh --alter` takes effect without a restart.",
        "Broker：主题的配置只在 Broker 第一次承载该主题时读取一次；不跟踪 /config/changes。 → 真实的 `kafka-topics.sh --alter` 无需重启即可生效。",
    ),
    (
        "broker: partition reassignment, topic deletion and /admin/preferred_replica_election are not simulated; leaders move back only through automatic balancing. → What these tools do cannot be shown.",
        "Broker：没有分区重分配、删除主题和 /admin/preferred_replica_election；leader 由自动均衡移回优先副本。 → 这些工具的效果无法展示。",
    ),
    (
        "broker: offsets cannot be stored in Kafka (`__consumer_offsets`, optional in 0.8.2). → Groups that keep their offsets in Kafka cannot be shown.",
        "Broker：不支持把位移存在 Kafka 里（`__consumer_offsets`，0.8.2 可选）。 → 把位移存在 Kafka 里的消费者组无法展示。",
    ),
    (
        "broker: one replica fetcher per leading broker (`num.replica.fetchers` is 1), which gives up on an unresponsive leader after 30 to 60 s (`replica.socket.timeout.ms` is 30 s). → With more fetchers a real broker copies more at once, and it gives up on an unresponsive leader after exactly 30 s.",
        "Broker：每个 leader 所在的 Broker 一个副本拉取线程（`num.replica.fetchers` 为 1）；无响应的 leader 在 30～60 s 后放弃（`replica.socket.timeout.ms` 为 30 s）。 → 拉取线程更多时，真实的 Broker 同时复制更多；无响应的 leader 恰好在 30 s 后放弃。",
    ),
    (
        "admin: automatic placement draws its random start and shift from this run's seed; of `kafka-topics.sh` there are `--create` and `--alter --partitions`. → The broker that gets the first replica differs, as it does between two runs of the real tool.",
        "管理工具：自动放置副本时，起点和偏移是随机的，由本次运行的随机种子决定；`kafka-topics.sh` 只支持 `--create` 和 `--alter --partitions`。 → 第一个副本所在的 Broker 不同；真实的工具两次运行也会不同。",
    ),
    (
        "scenarios: `start` does not wait for the process; `stop` waits up to 30 s and `commit` up to 1 s to take effect, operations and produced records up to 10 min for their responses. → A scenario that needs the process to be up says so with `until`.",
        "场景：`start` 不等待进程就绪；`stop` 最多等 30 s、`commit` 最多等 1 s 直到生效，操作和生产的消息最多等 10 min 得到响应。 → 需要进程就绪的场景用 `until` 写明。",
    ),
    (
        "scenarios: to find out whether the ensemble can serve, a new client asks in a copy of the run, so asking takes no time and leaves no trace. → A real probe takes a few milliseconds and uses up zxids; only the order of zxids is compared, so this does not show.",
        "场景：要判断 ZooKeeper 是否可用，由一个新客户端在本次运行的副本里询问，所以不花时间，也不留痕迹。 → 真实的探测要花几毫秒并占用 zxid；比较的是 zxid 的先后次序，所以看不出来。",
    ),
    (
        "scenarios: to settle means one second without any event that matters; later events of a real cluster (a session that expires, a replica that falls behind, the leader balance) are not waited for. → A real run that waits longer may show more; a scenario waits for such events explicitly.",
        "场景：等待稳定是指一秒内没有重要事件；不会等待真实集群之后还可能发生的事件（会话过期、副本落后、leader 均衡）。 → 真实的运行等得更久可能看到更多；场景会显式等待这些事件。",
    ),
    (
        "scenarios: reads go to the server with the latest applied transaction, as after a `sync`. → A condition holds as soon as the most advanced server satisfies it; to see what a lagging server answers, a client has to connect to it.",
        "场景：读取总是发给应用事务最多的服务器，如同先做过 `sync`。 → 最新的服务器满足条件即算成立；要看落后的服务器怎样响应，须用连接到它的客户端去读。",
    ),
    (
        "scenarios: `rack` and the settings of disks, threads, buffers and retention are accepted and have no effect; a note says so. → Effects of these settings cannot be shown.",
        "场景：接受 `rack` 以及磁盘、线程、缓冲区和保留策略的配置，但不起作用；会有一条说明。 → 这些配置的作用无法展示。",
    ),
    (
        "scenarios: the only admin commands that can be played so far are `create_topic` and `add_partitions`, and the only eras are `0.8.2` and `zookeeper`. → Other files are refused with a reason.",
        "场景：管理命令目前只有 `create_topic` 和 `add_partitions` 可用；版本只有 `0.8.2` 和 `zookeeper`。 → 其他文件会被拒绝，并说明原因。",
    ),
    (
        "zookeeper: two servers hold one election connection in each direction; real ones keep a single one per pair, opened by the higher id. → A few more connections are drawn during an election; votes and outcome are the same.",
        "ZooKeeper：两台服务器之间每个方向各一条选举连接；真实的服务器每对只保留一条，由编号大的一方建立。 → 选举时画面上的连接多几条；选票和结果一样。",
    ),
    (
        "zookeeper: a follower that is more than 500 transactions behind gets a SNAP; 3.5 and later may send it a DIFF from the log on disk. → The same transactions arrive in a different form; the tree is the same afterwards.",
        "ZooKeeper：落后超过 500 个事务的 follower 收到 SNAP（完整快照）；3.5 及以后可能从磁盘日志发送 DIFF。 → 同样的事务以另一种方式到达；之后的树一样。",
    ),
    (
        "zookeeper: session ids are built from epoch and zxid, real ones from a clock reading; there are no session passwords. → The ids are different numbers, as in every real run; a real client presents its password when it reconnects.",
        "ZooKeeper：会话编号由 epoch 和 zxid 组成，真实的会话编号取自时钟；没有会话密码。 → 编号不同，真实系统每次运行也不同；真实的客户端重连时要出示密码。",
    ),
    (
        "zookeeper: no ACLs, quotas, observers, containers, TTL or persistent watches, no read-only mode, no reconfiguration. → Features that need them cannot be shown, and such operations are not offered.",
        "ZooKeeper：没有 ACL、配额、observer、容器节点、TTL、持久 Watch、只读模式和重新配置。 → 需要它们的功能无法展示，也不提供这样的操作。",
    ),
    (
        "zookeeper: an fsync takes 0.3 to 1.5 ms; epochs, and the history taken over from a leader, are on disk at once. → A busy real disk takes tens of milliseconds, and every write waits for it; the order of events is the same.",
        "ZooKeeper：一次 fsync 耗时 0.3～1.5 ms；epoch 和接受的历史立刻落盘。 → 真实的磁盘繁忙时要几十毫秒，每次写入都要等它；顺序一样。",
    ),
    (
        "zookeeper: a proposal that a follower acknowledged, but has to truncate when it rejoins, does not count until it is logged again; a real leader keeps counting the old acknowledgement. → For a few milliseconds a real write may be committed while only one server of three has it on disk.",
        "ZooKeeper：follower 确认过、重新加入时又被截断的提案，要再次写入日志后才重新计入；真实的 leader 会继续计入旧的确认。 → 真实的集群中，可能有几毫秒，某个提案只在三台服务器中的一台落盘，却已提案提交。",
    ),
    (
        "zookeeper: when a client closes its session and the server closes the connection first, the real library may report Disconnected; ours never does. → A real program may see one more `Disconnected` when it ends.",
        "ZooKeeper：客户端关闭会话时，如果服务器抢先断开连接，真实的库可能报告一次 Disconnected；这里不会。 → 真实的程序结束时可能多收到一次 `Disconnected`。",
    ),
    (
        "zookeeper: a leader does not step down when the counter of its epoch is used up (after 2^32 transactions). → A real ensemble holds a new election once in four billion transactions.",
        "ZooKeeper：一个 epoch 的计数器用完时（2^32 个事务之后），leader 不会主动让位。 → 真实的集群每四十多亿个事务会重新选举一次。",
    ),
    (
        "zookeeper: a client sees Disconnected at once; the real library takes about 0.1 s. → A real client notices up to 0.1 s later that its connection is lost.",
        "ZooKeeper：客户端立刻看到 Disconnected；真实的库大约要 0.1 s。 → 真实的客户端最多晚 0.1 s 发现连接断开。",
    ),
    (
        "command line: `deleteall` lists and deletes one znode after another, as `rmr` did in 3.4; zkCli 3.9 deletes up to 1000 at a time in one multi. The available commands are the ones that `help` lists. → A real `deleteall` in 3.9 takes fewer transactions; the result is the same.",
        "命令行：`deleteall` 逐个列出并删除 znode，与 3.4 的 `rmr` 相同；zkCli 3.9 每个 multi 最多删除 1000 个。可用的命令就是 `help` 列出的那些。 → 真实的 3.9 `deleteall` 用的事务更少；删除结果一样。",
    ),
    (
        "zookeeper: a znode's data is text. → Binary data cannot be shown.",
        "ZooKeeper：znode 的数据是文本。 → 二进制数据无法展示。",
    ),
    (
        "zookeeper: there is no limit on connections from one address (`maxClientCnxns`, 60) or on waiting requests (`globalOutstandingLimit`, 1000). → A real server refuses or throttles a client that asks for too much.",
        "ZooKeeper：不限制同一地址的连接数（`maxClientCnxns`，60）和等待中的请求数（`globalOutstandingLimit`，1000）。 → 真实的服务器会拒绝请求过多的客户端，或对它限流。",
    ),
    (
        "zookeeper: there are no four-letter words, no AdminServer and no metrics. → What `stat`, `mntr` and `cons` report is shown on the cards and in the details panel.",
        "ZooKeeper：没有四字命令、AdminServer 和监控指标。 → `stat`、`mntr` 和 `cons` 报告的内容，显示在卡片和详情面板里。",
    ),
    (
        "network: a message takes 0.4 to 1.6 ms whatever its size, and handling it takes no time. → Under real load queues grow, and sessions expire because machines are busy; here no machine is ever overloaded.",
        "网络：报文无论大小，传输耗时都是 0.4～1.6 ms，处理不耗时。 → 真实负载下队列会变长，机器太忙时会话会过期；这里不模拟机器过载。",
    ),
    (
        "network: data held up by a silent cut arrives at once when the link is repaired. → Real TCP retransmits at growing intervals, so it may take a minute before anything arrives.",
        "网络：静默丢包的链路修复后，等待的数据立刻到达。 → 真实的 TCP 以递增的间隔重传，可能要一分钟才有数据到达。",
    ),
    (
        "network: the clocks of all machines run at the same rate. → Real clocks drift and jump; sessions, elections and replication measure intervals, so only timestamps would differ.",
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
    // Names of the real system keep their case.
    let what = if lang == Lang::En { with_capital(what.to_owned()) } else { what.to_owned() };
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
