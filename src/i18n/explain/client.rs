//! Producers, consumers and the admin tool.

use super::release::Sentence;
use super::{Say, Words};
use sim_core::client::ClientFact;
use sim_core::client::FailedAt;
use sim_core::kafka::AdminError;
use sim_core::kafka::KafkaError;
use sim_core::zookeeper::{ZkError, ZkOpKind};

pub(super) fn en(say: Say<'_>, fact: &ClientFact) -> Words {
    let me = say.me();
    match fact {
        ClientFact::RecordsSent { tp, count, leader } => (
            format!("{me} sends {} to {}, which leads {tp}", say.count(*count), say.broker(*leader)),
            "A producer writes directly to the partition's leader; ZooKeeper is not involved. It learned from a broker which one leads.".into(),
        ),
        ClientFact::RecordsAcked { tp, first, last } => (
            format!("{me} gets the acknowledgement for {} of {tp}", say.offsets(*first, *last)),
            "With acks=1 the leader has written it; with acks=all every replica in the ISR has. A record that was not acknowledged may or may not have been written.".into(),
        ),
        ClientFact::SendRetried { tp, count, error } => (
            format!("{me} will send {} for {tp} again ({})", say.count(*count), error.name()),
            retried_en(*error).into(),
        ),
        ClientFact::SendFailed { tp, count, error } => (
            format!("{me} gives up on {} for {tp} ({})", say.count(*count), error.name()),
            if is_open(*error) {
                "It will not try again. The application gets the error and has to decide what to do; the records may have been written all the same."
            } else {
                "It will not try again. The application gets the error and has to decide what to do."
            }
            .into(),
        ),
        ClientFact::LeaderLearned { tp, from, to } => (
            format!("{me} learns that {} leads {tp}", say.leader(*to)),
            if from.is_none() || to.is_none() {
                "It asked a broker for metadata. A client has to ask: it is never notified.".into()
            } else {
                format!(
                    "Until now it believed in {}. After an error it asks any broker for metadata; brokers have it from the controller.",
                    say.leader(*from)
                )
            },
        ),
        ClientFact::MetadataRequested { broker } => (
            format!("{me} asks {} for the leaders of the partitions", say.broker(*broker)),
            "Every broker can answer, because the controller keeps their metadata up to date. Stale metadata leads to an error, and then to another request.".into(),
        ),

        ClientFact::TopicLearned { topic, partitions } => (
            format!("{me} learns that topic {topic} has {}", say.many(*partitions, "partition")),
            "Only now can it choose a partition for a record. Until the first metadata arrived, the records had to wait.".into(),
        ),
        ClientFact::KeylessPartitionChosen { tp } => (
            format!("{me} sends all records without a key to {tp} for now"),
            "The Scala producer picks a random partition that has a leader and stays with it until its next metadata refresh: after topic.metadata.refresh.interval.ms, or when a send fails.".into(),
        ),
        ClientFact::TopicUnavailable { topic } => (
            format!("{me} cannot choose a partition of topic {topic}"),
            "No broker gave it metadata for this topic, or none of its partitions has a leader. Nothing of this round is sent.".into(),
        ),
        ClientFact::SendBackedOff { count, backoff_ms, rounds_left } => (
            format!("{me} waits {} because {} could not be sent", say.ms(*backoff_ms), say.count(*count)),
            if *rounds_left == 0 {
                "This was its last try. The Scala producer still waits for retry.backoff.ms and asks for metadata before it gives up.".into()
            } else {
                format!("After retry.backoff.ms it asks for metadata, chooses partitions again and sends. Tries left: {rounds_left}.")
            },
        ),
        ClientFact::SendGivenUp { count, retries } => (
            format!("{me} gives up on {} (retries: {retries})", say.count(*count)),
            "With producer.type=sync, send() throws FailedToSendMessageException. With async, only the log says so: the records are dropped, and send() returned long ago.".into(),
        ),
        ClientFact::ConsumerRegistered { group, .. } => (
            format!("{me} joins group {group}"),
            "Its ephemeral znode under the group's ids says that it is a member. Every other member watches that path and will rebalance.".into(),
        ),
        ClientFact::RebalanceTriggered { path, .. } => (
            format!("{me} learns that {path} changed"),
            say.of_generation(Sentence::RebalanceTriggered).into(),
        ),
        ClientFact::RebalanceStarted { group, attempt } => (
            format!("{me} begins a rebalance of group {group} (attempt {})", attempt + 1),
            "It stops reading, releases everything it owns, looks up the members, computes its share and claims it. Until it has done so, it reads nothing.".into(),
        ),
        ClientFact::FetchersStopped { partitions } => (
            format!("{me} stops reading {}", say.partitions(partitions)),
            say.of_generation(Sentence::FetchersStopped).into(),
        ),
        ClientFact::OffsetCommitted { tp, offset } => (
            format!("{me} commits offset {offset} of {tp}"),
            "The next owner of the partition continues from there. Records read after the last commit will be read again.".into(),
        ),
        ClientFact::OwnersReleased { partitions } => (
            format!("{me} releases {}", say.partitions(partitions)),
            "It deletes its owner znodes. Until a member claims these partitions, they have no owner.".into(),
        ),
        ClientFact::AssignmentComputed { partitions, members } => (
            format!("{me} computes its share: {}", say.partitions(partitions)),
            format!(
                "It puts the members ({members}) and the partitions into an order and takes its share by a fixed rule. Each member computes alone; they agree only if they have read the same data."
            ),
        ),
        ClientFact::OwnerClaimed { tp } => (
            format!("{me} owns {tp}"),
            "It created the owner znode, and ZooKeeper lets only one succeed. So a partition has one owner at a time; but a zombie, whose session has expired without its knowing, may still read it for a while.".into(),
        ),
        ClientFact::ClaimConflict { tp } => (
            format!("{me} finds that {tp} still has another owner"),
            "The owner has not released it yet, or is dead and its session has not expired. The claim fails, and so does this attempt.".into(),
        ),
        ClientFact::RebalanceAttemptFailed { attempt, at, .. } => (
            format!("{me}: attempt {} to rebalance fails while {}", attempt + 1, failed_at_en(*at)),
            "Something that it had read changed in the meantime, or it could not reach ZooKeeper. It stops reading, waits, and then starts over.".into(),
        ),
        ClientFact::NoBrokersFound { group } => (
            format!("{me} finds no living broker for group {group}"),
            "Without a broker there is nothing to divide. It keeps what it owned and watches /brokers/ids until one appears.".into(),
        ),
        ClientFact::OwnershipLost { partitions, .. } => (
            format!("{me} has lost {}", say.partitions(partitions)),
            "Its session expired, and its owner znodes went with it: others may own these partitions already. It drops them, joins again and rebalances.".into(),
        ),
        ClientFact::FetchFailed { leader, partitions } => (
            format!("{me} cannot read {} from {}", say.partitions(partitions), say.broker(*leader)),
            "That broker is gone, or does not lead these partitions any more. The consumer looks for their new leader and goes on at the same offset.".into(),
        ),
        ClientFact::RebalanceBackedOff { attempt, backoff_ms, .. } => (
            format!("{me} releases its claims and waits {}", say.ms(*backoff_ms)),
            format!("Attempt {} failed. It waits so that the others can finish, then starts over.", attempt + 1),
        ),
        ClientFact::RebalanceCompleted { partitions, .. } => (
            format!("{me} has its share: {}", say.partitions(partitions)),
            "All its claims succeeded. It continues from the committed offsets. Other members may still be rebalancing.".into(),
        ),
        ClientFact::RebalanceFailed { attempts, .. } => (
            format!("{me} gives up after {} and owns nothing", say.many(*attempts, "attempt")),
            "It stays registered, so the others leave it a share that nobody reads. Only another change in the group makes it try again.".into(),
        ),
        ClientFact::OffsetReset { tp, offset } => (
            format!("{me} has no valid offset of {tp} and begins at {offset}"),
            "None was committed, or the log does not have it. auto.offset.reset decides: smallest reads everything still in the log, largest only records that arrive from now on.".into(),
        ),
        ClientFact::FetchResumed { tp, leader, offset } => (
            format!("{me} reads {tp} at {} from offset {offset} on", say.broker(*leader)),
            "After a rebalance it begins at the committed offset, no matter which member was reading; after a change of leader it goes on where it was.".into(),
        ),
        ClientFact::RecordsReceived { tp, first, last, .. } => (
            format!("{me} reads {} of {tp}", say.offsets(*first, *last)),
            say.of_generation(Sentence::RecordsReceived).into(),
        ),
        ClientFact::RecordsReadTwice { tp, first, last } => (
            format!("{me} reads {} of {tp} a second time", say.offsets(*first, *last)),
            "A member of the group had already read this, but its offset was not committed. This is at-least-once delivery: a record is rather read twice than skipped.".into(),
        ),

        ClientFact::TopicCreationAsked { topic, partitions } => (
            format!("{me} creates topic {topic} with {}", say.many(*partitions, "partition")),
            "It computes where the replicas go and writes that to ZooKeeper. The controller watches that path and does the rest.".into(),
        ),
        ClientFact::TopicCreationFailed { topic, error } => (
            format!("topic {topic} is not created: {}", error.name()),
            not_done_en(*error).into(),
        ),
        ClientFact::PartitionsAsked { topic, total } => (
            format!("{me} raises the number of partitions of {topic} to {total}"),
            "The tool writes a longer assignment into the topic's znode; the controller, which watches that znode, creates the new partitions. Records stay where they are, but a key may now belong to another partition, so the order of records with one key breaks here.".into(),
        ),
        ClientFact::NothingToAlter { topic } => (
            format!("{me} finds no topic {topic} and does nothing"),
            "The tool treats the name as a pattern. If no topic matches, it ends as if all had gone well.".into(),
        ),
        ClientFact::AdminCommandFailed { error } => {
            (format!("{me}: the command fails with {}", error.name()), not_done_en(*error).into())
        }
        ClientFact::ZkOperationAnswered { operation, error } => (
            match error {
                None => format!("{me} gets the response to its {}", operation.method()),
                Some(error) => format!("{me}: {} fails with {}", operation.method(), error.name()),
            },
            answered_en(*operation, *error).into(),
        ),
    }
}

pub(super) fn zh(say: Say<'_>, fact: &ClientFact) -> Words {
    let me = say.me();
    match fact {
        ClientFact::RecordsSent { tp, count, leader } => (
            format!("{me} 向 {tp} 的 leader {} 发送 {}", say.broker(*leader), say.count(*count)),
            "生产者直接写分区的 leader，ZooKeeper 不参与。leader 是谁，由它向 Broker 请求元数据得知。".into(),
        ),
        ClientFact::RecordsAcked { tp, first, last } => (
            format!("{me} 得到确认：{tp} {}已写入", say.offsets(*first, *last)),
            "acks=1：leader 已写入；acks=all：ISR 全部副本已写入。没有得到确认的消息，可能写入了，也可能没有。"
                .into(),
        ),
        ClientFact::SendRetried { tp, count, error } => (
            format!("{me} 将重新发送 {tp} 的 {}（{}）", say.count(*count), error.name()),
            retried_zh(*error).into(),
        ),
        ClientFact::SendFailed { tp, count, error } => (
            format!("{me} 放弃 {tp} 的 {}（{}）", say.count(*count), error.name()),
            if is_open(*error) {
                "它不再重试，应用程序会收到这个错误并自行处理。但这些消息也可能其实已经写入。"
            } else {
                "它不再重试，应用程序会收到这个错误并自行处理。"
            }
            .into(),
        ),
        ClientFact::LeaderLearned { tp, from, to } => (
            format!("{me} 得知 {tp} 的 leader 是 {}", say.leader(*to)),
            if from.is_none() || to.is_none() {
                "它向某个 Broker 请求了元数据。客户端只能主动去问，不会收到通知。".into()
            } else {
                format!(
                    "在此之前它以为是 {}。出错之后，它向任意一个 Broker 请求元数据；Broker 的元数据来自控制器。",
                    say.leader(*from)
                )
            },
        ),
        ClientFact::MetadataRequested { broker } => (
            format!("{me} 向 {} 询问各分区的 leader", say.broker(*broker)),
            "每个 Broker 都能回答：控制器不断更新它们的元数据。元数据陈旧会导致出错，然后再问一次。".into(),
        ),

        ClientFact::TopicLearned { topic, partitions } => (
            format!("{me} 得知主题 {topic} 有 {partitions} 个分区"),
            "现在它才能为消息选择分区。第一份元数据到来之前，消息只能等着。".into(),
        ),
        ClientFact::KeylessPartitionChosen { tp } => (
            format!("{me} 暂时把没有消息键的消息都发到 {tp}"),
            "Scala 生产者在有 leader 的分区里随机选一个，一直用到下次刷新元数据：topic.metadata.refresh.interval.ms 到期，或发送失败。".into(),
        ),
        ClientFact::TopicUnavailable { topic } => (
            format!("{me} 无法为主题 {topic} 选择分区"),
            "没有 Broker 给出这个主题的元数据，或者它的分区都没有 leader。这一轮什么也不发送。".into(),
        ),
        ClientFact::SendBackedOff { count, backoff_ms, rounds_left } => (
            format!("{me} 等待 {}：{} 没能发出", say.ms(*backoff_ms), say.count(*count)),
            if *rounds_left == 0 {
                "这是最后一次尝试。Scala 生产者仍然先等待 retry.backoff.ms、请求一次元数据，然后才放弃。".into()
            } else {
                format!("等待 retry.backoff.ms 之后，它请求元数据，重新选择分区再发送。还可以尝试 {rounds_left} 次。")
            },
        ),
        ClientFact::SendGivenUp { count, retries } => (
            format!("{me} 重试 {retries} 次后放弃 {}", say.count(*count)),
            "producer.type=sync 时，send() 抛出 FailedToSendMessageException；async 时只写进日志：消息被丢弃，而 send() 早已返回。".into(),
        ),
        ClientFact::ConsumerRegistered { group, .. } => (
            format!("{me} 加入消费者组 {group}"),
            "它在组的 ids 下的临时节点表示它是成员。其他成员都监听着那里，于是会重平衡。".into(),
        ),
        ClientFact::RebalanceTriggered { path, .. } => (
            format!("{me} 得知 {path} 有变化"),
            say.of_generation(Sentence::RebalanceTriggered).into(),
        ),
        ClientFact::RebalanceStarted { group, attempt } => (
            format!("{me} 开始消费者组 {group} 的重平衡（第 {} 次尝试）", attempt + 1),
            "它停止拉取，释放所有分区，查看有哪些成员，算出自己的一份再认领。这期间它不读取任何消息。".into(),
        ),
        ClientFact::FetchersStopped { partitions } => (
            format!("{me} 停止拉取 {}", say.partitions(partitions)),
            say.of_generation(Sentence::FetchersStopped).into(),
        ),
        ClientFact::OffsetCommitted { tp, offset } => (
            format!("{me} 提交 {tp} 的位移 {offset}"),
            "下一个拥有这个分区的成员从那里继续。最后一次提交位移之后读过的消息会再读一遍。".into(),
        ),
        ClientFact::OwnersReleased { partitions } => (
            format!("{me} 释放 {}", say.partitions(partitions)),
            "它删除自己的 owner znode。在有成员认领之前，这些分区没有所有者。".into(),
        ),
        ClientFact::AssignmentComputed { partitions, members } => (
            format!("{me} 算出自己的分配方案：{}", say.partitions(partitions)),
            format!(
                "它把 {members} 个成员和所有分区排序，按固定的规则取自己的一份。每个成员独自计算；只有读到的内容相同，结果才一致。"
            ),
        ),
        ClientFact::OwnerClaimed { tp } => (
            format!("{me} 成为 {tp} 的所有者"),
            "它创建了 owner znode，ZooKeeper 只让一个成员成功，所以一个分区同一时刻只有一个所有者。但会话已过期却不自知的僵尸（zombie）成员，可能还会继续读一阵。".into(),
        ),
        ClientFact::ClaimConflict { tp } => (
            format!("{me} 认领 {tp} 冲突：它仍属于别的成员"),
            "原来的所有者还没有释放，或者已经崩溃而会话还没有过期。认领失败，这次尝试也就失败。".into(),
        ),
        ClientFact::RebalanceAttemptFailed { attempt, at, .. } => (
            format!("{me} 第 {} 次重平衡尝试在{}时失败", attempt + 1, failed_at_zh(*at)),
            "它读到的内容中途发生了变化，或者连不上 ZooKeeper。它停止拉取，等待一段时间后从头再来。".into(),
        ),
        ClientFact::NoBrokersFound { group } => (
            format!("{me} 没有为消费者组 {group} 找到活着的 Broker"),
            "没有 Broker 就没有什么可分。它保留原来拥有的分区，并监听 /brokers/ids，等 Broker 出现。".into(),
        ),
        ClientFact::OwnershipLost { partitions, .. } => (
            format!("{me} 失去了 {}", say.partitions(partitions)),
            "它的会话过期，owner znode 也随之消失：这些分区可能已经属于别的成员。它放弃这些分区，重新加入消费者组并重平衡。".into(),
        ),
        ClientFact::FetchFailed { leader, partitions } => (
            format!("{me} 无法从 {} 拉取 {}", say.broker(*leader), say.partitions(partitions)),
            "那个 Broker 不在了，或者已不是这些分区的 leader。消费者去找新的 leader，从同一个位移继续。".into(),
        ),
        ClientFact::RebalanceBackedOff { attempt, backoff_ms, .. } => (
            format!("{me} 释放已认领的分区，等待 {}", say.ms(*backoff_ms)),
            format!("第 {} 次尝试失败。它等一等，让其他成员完成，然后从头再来。", attempt + 1),
        ),
        ClientFact::RebalanceCompleted { partitions, .. } => (
            format!("{me} 完成重平衡，拥有 {}", say.partitions(partitions)),
            "它的认领全部成功，从已提交位移继续读。其他成员可能还在进行。".into(),
        ),
        ClientFact::RebalanceFailed { attempts, .. } => (
            format!("{me} 尝试 {attempts} 次后放弃，不拥有任何分区"),
            "它仍是注册的成员，所以其他成员给它留着一份，却无人消费。组再次变化时它才会重试。".into(),
        ),
        ClientFact::OffsetReset { tp, offset } => (
            format!("{me} 没有 {tp} 的有效位移，从 {offset} 开始"),
            "没有已提交位移，或者日志里没有那个位移。由 auto.offset.reset 决定：smallest 读保留着的全部消息，largest 只读从现在起的新消息。".into(),
        ),
        ClientFact::FetchResumed { tp, leader, offset } => (
            format!("{me} 从 {} 拉取 {tp}，起始位移 {offset}", say.broker(*leader)),
            "重平衡之后从已提交位移开始，与之前由哪个成员读无关；换了 leader 则从原来的位移继续。".into(),
        ),
        ClientFact::RecordsReceived { tp, first, last, .. } => (
            format!("{me} 拉取到 {tp} {}", say.offsets(*first, *last)),
            say.of_generation(Sentence::RecordsReceived).into(),
        ),
        ClientFact::RecordsReadTwice { tp, first, last } => (
            format!("{me} 重复消费 {tp} {}", say.offsets(*first, *last)),
            "组里已有成员读过，但还没来得及提交位移。这就是“至少一次”：宁可重复消费，也不漏消费。".into(),
        ),

        ClientFact::TopicCreationAsked { topic, partitions } => (
            format!("{me} 创建主题 {topic}，{partitions} 个分区"),
            "它算出副本放在哪里，写进 ZooKeeper。控制器监听着那里，其余的由它完成。".into(),
        ),
        ClientFact::TopicCreationFailed { topic, error } => {
            (format!("主题 {topic} 未创建：{}", error.name()), not_done_zh(*error).into())
        }
        ClientFact::PartitionsAsked { topic, total } => (
            format!("{me} 把主题 {topic} 的分区增加到 {total} 个"),
            "工具把更长的副本分配写进主题的 znode；控制器监听着它，由控制器创建新分区。已有的消息留在原处，但同一个消息键之后可能落到另一个分区，因此这个消息键的消息顺序在这里中断。".into(),
        ),
        ClientFact::NothingToAlter { topic } => (
            format!("{me} 没有找到主题 {topic}，什么也不做"),
            "工具把主题名当作模式来匹配。没有主题匹配时，它照样正常结束。".into(),
        ),
        ClientFact::AdminCommandFailed { error } => {
            (format!("{me} 的命令失败：{}", error.name()), not_done_zh(*error).into())
        }
        ClientFact::ZkOperationAnswered { operation, error } => (
            match error {
                None => format!("{me} 收到 {} 的响应", operation.method()),
                Some(error) => format!("{me} 的 {} 失败：{}", operation.method(), error.name()),
            },
            answered_zh(*operation, *error).into(),
        ),
    }
}

/// Whether the error leaves open if the records were written.
const fn is_open(error: KafkaError) -> bool {
    match error {
        KafkaError::NetworkException | KafkaError::RequestTimedOut | KafkaError::NotEnoughReplicasAfterAppend => true,
        KafkaError::UnknownTopicOrPartition
        | KafkaError::LeaderNotAvailable
        | KafkaError::NotLeaderForPartition
        | KafkaError::OffsetOutOfRange
        | KafkaError::NotEnoughReplicas
        | KafkaError::StaleControllerEpoch
        | KafkaError::InvalidRequiredAcks => false,
    }
}

fn retried_en(error: KafkaError) -> &'static str {
    match error {
        KafkaError::NetworkException => {
            "The connection broke before the response came, so it cannot know whether the records were written. Sending them again may write them twice; not sending them again may lose them."
        }
        KafkaError::RequestTimedOut => {
            "The leader has written the records, but the other replicas did not copy them in time. Sending them again may write them twice."
        }
        KafkaError::NotEnoughReplicasAfterAppend => {
            "The leader had written the records when it found that the ISR was smaller than min.insync.replicas. Sending them again writes them twice."
        }
        KafkaError::NotEnoughReplicas => {
            "The ISR is smaller than min.insync.replicas, so the leader has written nothing. The producer waits for retry.backoff.ms and tries again."
        }
        KafkaError::NotLeaderForPartition => {
            "The broker does not lead this partition, so it has written nothing. The producer asks for new metadata and sends the records to the new leader."
        }
        KafkaError::UnknownTopicOrPartition => {
            "The broker does not host this partition, so it has written nothing. The producer waits for retry.backoff.ms and tries again."
        }
        KafkaError::LeaderNotAvailable
        | KafkaError::OffsetOutOfRange
        | KafkaError::StaleControllerEpoch
        | KafkaError::InvalidRequiredAcks => {
            "The broker has refused the records, so nothing was written. The producer waits for retry.backoff.ms and tries again."
        }
    }
}

fn retried_zh(error: KafkaError) -> &'static str {
    match error {
        KafkaError::NetworkException => {
            "响应到达之前连接就断了，它无法知道消息是否已经写入。重发可能造成重复写入，不重发可能丢失。"
        }
        KafkaError::RequestTimedOut => "leader 已经写入，但其他副本没有及时复制完成。重发可能造成重复写入。",
        KafkaError::NotEnoughReplicasAfterAppend => {
            "leader 写入之后才发现 ISR 中的副本数少于 min.insync.replicas。重发会造成重复写入。"
        }
        KafkaError::NotEnoughReplicas => {
            "ISR 中的副本数少于 min.insync.replicas，leader 没有写入。生产者等待 retry.backoff.ms 之后重试。"
        }
        KafkaError::NotLeaderForPartition => {
            "这个 Broker 不是该分区的 leader，没有写入。生产者重新请求元数据，再把消息发给新 leader。"
        }
        KafkaError::UnknownTopicOrPartition => {
            "这个 Broker 上没有该分区，没有写入。生产者等待 retry.backoff.ms 之后重试。"
        }
        KafkaError::LeaderNotAvailable
        | KafkaError::OffsetOutOfRange
        | KafkaError::StaleControllerEpoch
        | KafkaError::InvalidRequiredAcks => "Broker 拒绝了这些消息，没有写入。生产者等待 retry.backoff.ms 之后重试。",
    }
}

const fn failed_at_en(at: FailedAt) -> &'static str {
    match at {
        FailedAt::ReadingBrokers => "reading the brokers",
        FailedAt::ReadingOwnRegistration => "reading its own registration",
        FailedAt::ReadingMembers => "reading the members of the group",
        FailedAt::ReadingTopics => "reading the partitions of a topic",
        FailedAt::ReadingOffsets => "reading the committed offsets",
        FailedAt::Assigning => "computing its share",
        FailedAt::Committing => "committing its offsets",
        FailedAt::Releasing => "releasing its partitions",
        FailedAt::Claiming => "claiming a partition",
    }
}

const fn failed_at_zh(at: FailedAt) -> &'static str {
    match at {
        FailedAt::ReadingBrokers => "读取 Broker 列表",
        FailedAt::ReadingOwnRegistration => "读取自己的注册信息",
        FailedAt::ReadingMembers => "读取组成员",
        FailedAt::ReadingTopics => "读取主题的分区",
        FailedAt::ReadingOffsets => "读取已提交位移",
        FailedAt::Assigning => "计算分配方案",
        FailedAt::Committing => "提交位移",
        FailedAt::Releasing => "释放分区",
        FailedAt::Claiming => "认领分区",
    }
}

const fn not_done_en(error: AdminError) -> &'static str {
    match error {
        AdminError::InvalidName => {
            "A name has at most 255 letters, digits, dots, underscores and hyphens. The tool checks it before it writes anything."
        }
        AdminError::IllegalAssignment => {
            "Each partition needs the same number of replicas, all on different brokers. The tool checks this before it writes anything."
        }
        AdminError::TopicExists => "A topic with this name exists already. It stays as it is.",
        AdminError::TooFewBrokers => {
            "Fewer brokers are alive than each partition is to have replicas. The tool checks this before it writes anything."
        }
        AdminError::NotMorePartitions => {
            "The topic already has that many partitions. Their number can only grow: records have no other partition to go to."
        }
        AdminError::Zk(_) => {
            "ZooKeeper did not carry out a write of the tool, so the controller has nothing to act on."
        }
    }
}

const fn not_done_zh(error: AdminError) -> &'static str {
    match error {
        AdminError::InvalidName => {
            "主题名最长 255 个字符，只能包含字母、数字、点、下划线和连字符。工具在写入之前就检查名称。"
        }
        AdminError::IllegalAssignment => {
            "各分区的副本数必须相同，且同一分区的副本必须在不同的 Broker 上。工具在写入之前就检查这一点。"
        }
        AdminError::TopicExists => "同名主题已经存在，它保持不变。",
        AdminError::TooFewBrokers => "活着的 Broker 少于每个分区要求的副本数。工具在写入之前就检查这一点。",
        AdminError::NotMorePartitions => "主题已经有这么多分区。分区只能增加：减少的话，消息没有别的分区可去。",
        AdminError::Zk(_) => "工具的写入没有在 ZooKeeper 中完成，控制器也就无从处理。",
    }
}

const fn answered_en(operation: ZkOpKind, error: Option<ZkError>) -> &'static str {
    match error {
        Some(ZkError::ConnectionLoss) if operation.writes() => {
            "No response came: the client library reports the lost connection itself. Whether the write took effect cannot be known without reading."
        }
        Some(ZkError::ConnectionLoss) => {
            "No response came: the client library reports the lost connection itself. Nothing was read."
        }
        Some(ZkError::IllegalArgument) => "The client library refuses the path before anything is sent.",
        Some(ZkError::SessionExpired) => "The session is over: its client has to start a new one.",
        Some(_) | None => {
            "A client gets its responses in the order of its requests, each after every watch event that precedes it."
        }
    }
}

const fn answered_zh(operation: ZkOpKind, error: Option<ZkError>) -> &'static str {
    match error {
        Some(ZkError::ConnectionLoss) if operation.writes() => {
            "没有收到响应：连接断开是客户端库自己报告的。写入是否已经生效，只有重新读取才能知道。"
        }
        Some(ZkError::ConnectionLoss) => "没有收到响应：连接断开是客户端库自己报告的。没有读到任何数据。",
        Some(ZkError::IllegalArgument) => "路径不合法，客户端库没有发送请求。",
        Some(ZkError::SessionExpired) => "会话已经过期，客户端必须建立新会话。",
        Some(_) | None => "同一个客户端按请求的顺序收到响应，应当先到的 Watch 通知一定排在响应之前。",
    }
}
