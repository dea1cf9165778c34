//! "What is simplified": each line of docs/SIMPLIFIED.md, word for word, with its 中文. A host test compares.

/// English and 中文.
pub const SIMPLIFIED: &[(&str, &str)] = &[
    (
        "producer: `batch.size` and `buffer.memory` count bytes in the real one; ours count records (200 a batch, 10 000 in the buffer).",
        "生产者：真实的 `batch.size` 和 `buffer.memory` 按字节计；这里按消息条数计（每批 200 条，缓冲区 10 000 条）。",
    ),
    (
        "producer: `max.request.size` is not there; a request takes one batch of each partition that its broker leads.",
        "生产者：没有 `max.request.size`；一个请求带上该 Broker 所领导的每个分区的一个批次。",
    ),
    (
        "producer: 0.8.2 has no time-out of its own for an answer (KAFKA-1788) and waits for TCP; ours gives a silent machine up as Linux does, after 924 s (noticed at ticks of 154 s; connecting: 127 s), a frozen process too, whose kernel would go on confirming.",
        "生产者：0.8.2 等待回应没有自己的超时（KAFKA-1788），只等 TCP；这里与 Linux 一样，924 s 后放弃没有动静的主机（按 154 s 的间隔检查；建立连接时为 127 s）。被冻结的进程也这样处理，而真实情况下它的内核会继续确认。",
    ),
    (
        "producer: the real sender waits up to 100 ms after its first connection before it asks for metadata; ours asks at once.",
        "生产者：真实的发送线程第一次连上之后最多等 100 ms 才请求元数据；这里立刻请求。",
    ),
    (
        "consumer: the application takes each record at once, so that what is fetched is what was handed out; a real one may still have some in its queue.",
        "消费者：应用程序立刻取走每条消息，所以拉取到的就是交出去的；真实的消费者队列里可能还留着一些。",
    ),
    (
        "consumer: records are counted, not bytes: a fetch takes what there is (`fetch.message.max.bytes` is not there).",
        "消费者：按消息条数而不是字节计：一次拉取取走所有可取的消息（没有 `fetch.message.max.bytes`）。",
    ),
    (
        "consumer: `socket.timeout.ms` (30 s) is noticed at ticks of 10 s.",
        "消费者：`socket.timeout.ms`（30 s）按 10 s 的间隔检查。",
    ),
    (
        "consumer: an application whose first rebalance failed four times gets an exception; ours stays registered and waits for the next trigger.",
        "消费者：第一次重平衡四次尝试都失败时，真实的应用程序会得到异常；这里它仍是注册的成员，等待下一次触发。",
    ),
    (
        "consumer: a ZooKeeper that cannot be reached at the start ends the real consumer after `zookeeper.connection.timeout.ms`; ours goes on trying.",
        "消费者：启动时连不上 ZooKeeper，真实的消费者在 `zookeeper.connection.timeout.ms` 之后结束；这里一直重试。",
    ),
    (
        "consumer: offsets in ZooKeeper only (`offsets.storage=zookeeper`); topics by name only, no patterns.",
        "消费者：位移只存 ZooKeeper（`offsets.storage=zookeeper`）；主题只能按名称订阅，不支持模式。",
    ),
    (
        "consumer: the leader finder asks the brokers in turn, the real one in random order; owners are claimed in the order of partitions, the real one in that of a hash map.",
        "消费者：查找 leader 时依次询问各个 Broker，真实的顺序是随机的；分区按编号顺序认领，真实的按哈希表的顺序。",
    ),
    (
        "broker: the controller handles one event after the other as the real one, but asks and writes the znodes of many partitions at once; 0.8.2 goes partition by partition and blocks in each.",
        "Broker：控制器与真实的一样逐个处理事件，但同时读写许多分区的 znode；0.8.2 逐个分区处理，每次都阻塞等待。",
    ),
    (
        "broker: zkclient's extra reads (an `exists` beside each `getChildren`, failing creates before the parents are made) are left out, so zxids differ by those that failed creates burn.",
        "Broker：省去了 zkclient 多余的读取（每个 `getChildren` 旁的 `exists`，以及创建父 znode 之前必然失败的创建），所以 zxid 少了失败的创建所占的编号。",
    ),
    (
        "broker: while a leader's ISR change is being written, the real one also holds back appends; ours only keeps the high watermark still.",
        "Broker：leader 写入 ISR 变更期间，真实的还会暂停追加；这里只让高水位不动。",
    ),
    (
        "broker: after a refused or failed fetch a follower pauses 1 s; 0.8.2 tries again at once.",
        "Broker：拉取被拒绝或失败后，follower 停 1 s；0.8.2 立刻重试。",
    ),
    (
        "broker: the controller repeats a request to a broken connection each 100 ms and gives up a silent one after 30 s (`controller.socket.timeout.ms`).",
        "Broker：连接断开时控制器每 100 ms 重发请求，没有动静的连接 30 s 后放弃（`controller.socket.timeout.ms`）。",
    ),
    (
        "broker: a replica keeps following a dead leader until the controller names another; the request does not carry the list of live leaders.",
        "Broker：副本一直跟随已崩溃的 leader，直到控制器指定另一个；请求里不带活着的 leader 列表。",
    ),
    (
        "broker: records are counted, not bytes: `replica.fetch.min.bytes` is one record, a fetch answer holds 1 000 records a partition at the most.",
        "Broker：按消息条数而不是字节计：`replica.fetch.min.bytes` 是一条消息，一次拉取每个分区最多 1 000 条。",
    ),
    (
        "broker: a log has one endless segment: no retention, no compaction, no indexes, no flushing. A power-off loses no written record.",
        "Broker：日志只有一个无尽的日志段：没有保留策略、压实、索引和刷盘。断电不会丢失已写入的消息。",
    ),
    (
        "broker: a producer whose partition moves away is told NOT_LEADER_FOR_PARTITION at once instead of at its time-out.",
        "Broker：分区被移走时，立刻告诉生产者 NOT_LEADER_FOR_PARTITION，而不是等到超时。",
    ),
    (
        "broker: `acks` above 1 (allowed in 0.8.2) is refused with INVALID_REQUIRED_ACKS.",
        "Broker：大于 1 的 `acks`（0.8.2 允许）会以 INVALID_REQUIRED_ACKS 拒绝。",
    ),
    (
        "broker: settings of a topic are read once, when the broker first hosts it; /config/changes is not followed.",
        "Broker：主题的配置只在 Broker 第一次承载它时读取；不跟踪 /config/changes。",
    ),
    (
        "broker: partition reassignment, topic deletion and /admin/preferred_replica_election are not there; leaders go back by the automatic balance.",
        "Broker：没有分区重分配、删除主题和 /admin/preferred_replica_election；leader 由自动均衡移回优先副本。",
    ),
    (
        "broker: offsets in Kafka (`__consumer_offsets`, optional in 0.8.2) are not there.",
        "Broker：不支持把位移存在 Kafka 里（`__consumer_offsets`，0.8.2 可选）。",
    ),
    (
        "broker: one replica fetcher for each leading broker (`num.replica.fetchers` 1); a silent leader is given up after 30 to 60 s (`replica.socket.timeout.ms` 30 s).",
        "Broker：每个 leader 所在的 Broker 一个副本拉取线程（`num.replica.fetchers` 为 1）；没有动静的 leader 在 30 到 60 s 后放弃（`replica.socket.timeout.ms` 30 s）。",
    ),
    (
        "admin: an automatic placement draws its start and shift from the node's entropy; `kafka-topics.sh --create` is all that the tool can do.",
        "管理工具：自动放置副本时，起点和偏移来自进程的熵；这个工具只会做 `kafka-topics.sh --create`。",
    ),
    (
        "scenarios: `start` does not wait for the process; `stop` waits up to 30 s and `commit` up to 1 s for its effect, operations and produced records up to 10 min for their answers.",
        "场景：`start` 不等待进程就绪；`stop` 最多等 30 s、`commit` 最多等 1 s 直到生效，操作和生产的消息最多等 10 min 得到回应。",
    ),
    (
        "scenarios: whether the ensemble serves is asked by a fresh client in a copy of the run, so that asking takes no time and leaves no trace in it.",
        "场景：ZooKeeper 是否提供服务，由一个新客户端在运行的副本里询问，所以询问不花时间，也不留痕迹。",
    ),
    (
        "scenarios: settling waits for one second without any event that matters; what a real cluster may still do later (a session that expires, a replica that falls behind, the balance of leaders) is not waited for.",
        "场景：等待稳定是指一秒内没有重要事件；真实集群之后还可能做的事（会话过期、副本落后、leader 均衡）不等。",
    ),
    (
        "scenarios: reads go to the server with the latest applied transaction, as after a `sync`.",
        "场景：读取总是发给应用事务最多的服务器，如同先做过 `sync`。",
    ),
    (
        "scenarios: `rack` and the settings of disks, threads, buffers and retention are accepted and have no effect; a note says so.",
        "场景：接受 `rack` 以及磁盘、线程、缓冲区和保留策略的配置，但不起作用；会有一条说明。",
    ),
    (
        "scenarios: of the admin commands only `create_topic` is playable yet; of the eras `0.8.2` and `zookeeper`.",
        "场景：管理命令目前只有 `create_topic` 可用；版本只有 `0.8.2` 和 `zookeeper`。",
    ),
    (
        "scenarios: the Scala producer of 0.8.2 is the Java producer with its settings and defaults; it does not stay with one partition for ten minutes when records have no key.",
        "场景：0.8.2 的 Scala 生产者由 Java 生产者加上它的配置和默认值代替；消息没有键时，它不会十分钟都固定在一个分区。",
    ),
    (
        "zookeeper: one election connection in each direction between two servers; the real one keeps a single one per pair, opened by the higher id.",
        "ZooKeeper：两台服务器之间每个方向各一条选举连接；真实的每对只保留一条，由编号大的一方建立。",
    ),
    (
        "zookeeper: a follower more than 500 transactions behind gets SNAP; 3.5 and later may send it DIFF from the log on disk.",
        "ZooKeeper：落后超过 500 个事务的 follower 得到 SNAP；3.5 及以后可能从磁盘日志发送 DIFF。",
    ),
    (
        "zookeeper: session ids hold epoch and zxid where the real ones hold a clock reading; there are no passwords.",
        "ZooKeeper：会话编号里是 epoch 和 zxid，真实的是时钟读数；没有密码。",
    ),
    (
        "zookeeper: no ACLs, quotas, observers, containers, TTL or persistent watches, no read-only mode, no reconfiguration.",
        "ZooKeeper：没有 ACL、配额、observer、容器节点、TTL、持久 Watch、只读模式和重新配置。",
    ),
    (
        "zookeeper: an fsync takes 0.3 to 1.5 ms; epochs and a history that is taken over are on disk at once.",
        "ZooKeeper：一次 fsync 用 0.3 到 1.5 ms；epoch 和接受的历史立刻落盘。",
    ),
    (
        "zookeeper: a client that closes may in the real library see Disconnected just before, when the server is quicker; ours never does.",
        "ZooKeeper：真实的库在关闭时，如果服务器先断开，可能先看到一次 Disconnected；这里从不会。",
    ),
    (
        "zookeeper: a leader does not step down when the counter of its epoch is used up (after 2^32 transactions).",
        "ZooKeeper：一个 epoch 的计数器用完时（2^32 个事务之后），leader 不会退位。",
    ),
    (
        "zookeeper: a client sees Disconnected at once; the real library takes about 0.1 s.",
        "ZooKeeper：客户端立刻看到 Disconnected；真实的库大约要 0.1 s。",
    ),
    (
        "command line: `deleteall` lists and deletes one znode after the other, as `rmr` of 3.4 did; zkCli 3.9 deletes up to 1000 at a time in one multi. The commands are those that `help` lists.",
        "命令行：`deleteall` 逐个列出并删除 znode，与 3.4 的 `rmr` 相同；zkCli 3.9 用一个 multi 每次最多删除 1000 个。可用的命令就是 `help` 列出的那些。",
    ),
];

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
}
