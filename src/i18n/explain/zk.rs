//! The ensemble and the ZooKeeper client library.

use super::release::{multi_of_a_moved_session, watch_manager, words};
use super::{Say, Words};
use sim_core::ids::SessionId;
use sim_core::release::Release;
use sim_core::zookeeper::{REQUEST_BYTES_MAX, SyncHow, ZkError, ZkFact};

pub(super) fn en(say: Say<'_>, fact: &ZkFact) -> Words {
    let me = say.me();
    match fact {
        ZkFact::Looking { round, zxid } => (
            format!("{me} looks for a leader (round {round})"),
            format!(
                "Without a leader a server serves no clients. It first votes for itself, with its last transaction, {zxid}: the server that has seen the most may lead, so that nothing committed is lost."
            ),
        ),
        ZkFact::VoteChanged { leader, zxid, .. } => (
            format!("{me} votes for zk{leader}"),
            format!(
                "The better vote wins: the higher epoch, then the higher zxid (here {zxid}), then the higher server id. A server that hears of a better vote changes its own and informs the others."
            ),
        ),
        ZkFact::Leading { epoch } => (
            format!("{me} is elected leader of epoch {epoch}"),
            "A majority voted for it. Before it serves, a majority has to follow it and take over its history.".into(),
        ),
        ZkFact::Following { leader } => (
            format!("{me} follows zk{leader}"),
            "A majority voted for that server. Before it answers clients, it takes over what its leader has.".into(),
        ),
        ZkFact::LeaderServing { epoch, .. } => (
            format!("{me} leads epoch {epoch}: the ensemble serves again"),
            "A majority has its history, so every write that was ever confirmed is in it. From now on it puts all writes into one order. Every session gets its full timeout again.".into(),
        ),
        ZkFact::FollowerSynced { leader, how, .. } => (
            format!("{me} has caught up with zk{leader} and answers clients"),
            match how {
                SyncHow::Trunc => "It had proposals that its leader has not committed, so it truncated them. No client has got a successful response to them.",
                SyncHow::Snap => "It was too far behind for single transactions, so its leader sent it the whole tree.",
                SyncHow::Diff => "Its leader sent it the transactions that it lacked.",
            }
            .into(),
        ),
        ZkFact::QuorumLost { synced } => (
            format!("{me} gives up leadership: it has lost its majority"),
            format!("Servers still in step with it, itself included: {synced}. Without a majority it can commit nothing, and what is read from it grows old. So it stops serving. Until a leader has a majority, nothing can be written and no session expires."),
        ),
        ZkFact::Proposed { zxid } => (
            format!("{me} proposes transaction {zxid}"),
            "The leader gives each write the next number and sends it to its followers. It counts when a majority has it on disk.".into(),
        ),
        ZkFact::Committed { zxid } => (
            format!("{me} commits transaction {zxid}"),
            "A majority has written it to disk. Any later majority includes at least one server that has it, so it will survive.".into(),
        ),
        ZkFact::Logged { zxid, txns } => (
            format!("{me} has everything up to {zxid} on its disk"),
            format!(
                "One fsync for {}. Only now does it acknowledge: what was merely received would be lost in a crash.",
                say.many(*txns, "transaction")
            ),
        ),
        ZkFact::UncommittedKept { zxid } => (
            format!("{me} keeps {zxid}, without knowing whether it was committed"),
            "It had it on its disk when it was elected, and a new leader's history is the history. So a write whose client got no response, or ConnectionLoss, may still take effect.".into(),
        ),
        ZkFact::UncommittedCut { zxid } => (
            format!("{me} cuts {zxid} from its log"),
            "Its leader has not committed this proposal, so no client has got a successful response to it. If the leader still has it, it will send it again; if not, it leaves no trace.".into(),
        ),
        ZkFact::WriteRefused { path, error, .. } => refused_en(path, *error),

        ZkFact::RequestTooLarge { client, bytes } => (
            format!("{me} closes the connection of {}: its request is too large", say.name(*client)),
            format!(
                "It has {bytes} bytes; a server reads {} at most. The client does not learn why: it sees ConnectionLoss, and connects again within its session.",
                REQUEST_BYTES_MAX
            ),
        ),

        ZkFact::SessionCreated { session, client, timeout_ms, .. } => (
            format!("{} gets session {session}", say.client(*client)),
            format!(
                "It counts as alive as long as the ensemble hears from it at least every {}. Creating a session is a transaction like any other, so all servers know of it.",
                say.ms(*timeout_ms)
            ),
        ),
        ZkFact::SessionRevalidated { session, server } => (
            format!("session {session} goes on at zk{server}"),
            "A session belongs to the ensemble, not to a server: its client came back in time, and its ephemeral znodes never went away.".into(),
        ),
        ZkFact::SessionMoved { session, .. } => (
            format!("session {session} has moved: its request is refused"),
            format!(
                "The leader counts each session at one server, the last one that asked whether it is still alive, even if that question came late from a server that the client had already given up. A request through any other server ends the connection without a response: the client sees ConnectionLoss, connects again, and is then counted where it really is. A write refused like this changes nothing.{}",
                multi_of_a_moved_session(say.release.zookeeper, say.lang)
            ),
        ),
        ZkFact::SessionExpired { client, timeout_ms, .. } => (
            format!("the session of {} expires", say.client(*client)),
            format!(
                "The leader heard nothing from it for {} and rounds up to its next tick. It now counts as dead, whether or not its process is alive, and all its ephemeral znodes go in one transaction.",
                say.ms(*timeout_ms)
            ),
        ),
        ZkFact::SessionClosed { client, .. } => (
            format!("the session of {} is over", say.client(*client)),
            "Every ephemeral znode that it owned is deleted in this same transaction, and the clients that watch any of them are notified.".into(),
        ),

        ZkFact::ZnodeCreated { path, owner, .. } => (
            format!("{path} is created{}", ephemeral_en(*owner)),
            format!("{}{}", sentence(say.znode(path)), life_en(*owner)),
        ),
        ZkFact::ZnodeDeleted { path, owner, .. } => (
            format!("{path} is deleted"),
            format!(
                "{}{}",
                sentence(say.znode(path)),
                if owner.0 == 0 { "A client deleted it." } else { "It was ephemeral: it went with its session, or a client deleted it." }
            ),
        ),
        ZkFact::ZnodeDataChanged { path, version, .. } => (
            format!("{path} is written (version {version})"),
            format!(
                "{}Each write increments the version. A writer may require the version that it read: if another write came first, its own is refused.",
                sentence(say.znode(path))
            ),
        ),
        ZkFact::WatchFired { path, event, client } => (
            format!("a watch of {} fires: {} {path}", say.client(*client), event.name()),
            "A watch fires once and is gone. It says that something changed, not what: the client has to read again, and sets its next watch by doing so.".into(),
        ),

        ZkFact::ClientConnected { server, .. } => (
            format!("{me} is connected to {}", say.name(*server)),
            "A client uses one server at a time, any of them: reads are answered there, writes go on to the leader.".into(),
        ),
        ZkFact::ClientDisconnected { server, silent, .. } => (
            format!("{me} has lost {}", say.name(*server)),
            if *silent {
                "It heard nothing for two thirds of its session timeout. The last third is left for finding another server before the session expires."
            } else {
                "The connection broke. Disconnected is not expired: if it finds another server in time, its session and its ephemeral znodes stay."
            }
            .into(),
        ),
        ZkFact::ClientToldExpired { session } => (
            format!("{me} learns that its session {session} has expired"),
            "A server said so when it reconnected. Until then it may have believed that its session was alive. It has to start a new session and register again.".into(),
        ),
        ZkFact::ClientGaveUp { session } => (
            format!("{me} gives up its session {session} by itself"),
            "It could not reach any server for 4/3 of the timeout, so it assumes that the session is over. Before 3.9.3 the library would have waited for a server to say so.".into(),
        ),
        ZkFact::WatchReceived { path, event } => (
            format!("{me} is notified: {} {path}", event.name()),
            "The message carries no data. What happens between the event and the next read shows only in that read.".into(),
        ),
    }
}

pub(super) fn zh(say: Say<'_>, fact: &ZkFact) -> Words {
    let me = say.me();
    match fact {
        ZkFact::Looking { round, zxid } => (
            format!("{me} 开始选举 leader（第 {round} 轮）"),
            format!(
                "没有 leader，服务器就不响应任何客户端。它先投自己，并告知自己最后的事务 {zxid}：见过更多事务的才可以当 leader，这样已提案提交的写入不会丢。"
            ),
        ),
        ZkFact::VoteChanged { leader, zxid, .. } => (
            format!("{me} 投票给 zk{leader}"),
            format!(
                "更好的选票获胜：先比 epoch，再比 zxid（这里是 {zxid}），最后比服务器编号。服务器得知更好的选票，就改投并通知其他服务器。"
            ),
        ),
        ZkFact::Leading { epoch } => (
            format!("{me} 当选 epoch {epoch} 的 leader"),
            "多数派投了它。在它开始服务之前，多数派必须跟随它并接受它的历史。".into(),
        ),
        ZkFact::Following { leader } => (
            format!("{me} 跟随 zk{leader}"),
            "多数派投了那台服务器。在响应客户端之前，它先补齐 leader 已有的事务。".into(),
        ),
        ZkFact::LeaderServing { epoch, .. } => (
            format!("{me} 领导 epoch {epoch}：ZooKeeper 集群恢复服务"),
            "多数派有了它的历史，所以每个确认过的写入都在其中。从现在起，所有写入由它排成一个顺序。每个会话重新获得完整的超时时间。".into(),
        ),
        ZkFact::FollowerSynced { leader, how, .. } => (
            format!("{me} 已与 zk{leader} 同步，开始响应客户端"),
            match how {
                SyncHow::Trunc => "它有一些 leader 没有提案提交的提案，已经截断。没有客户端得到过这些写入成功的响应。",
                SyncHow::Snap => "它落后太多，不再逐条补发：leader 把整棵树发给了它。",
                SyncHow::Diff => "leader 把它缺少的事务发给了它。",
            }
            .into(),
        ),
        ZkFact::QuorumLost { synced } => (
            format!("{me} 放弃 leader 身份：已失去多数派"),
            format!("连同自己，保持同步的服务器只有 {synced} 台。没有多数派，它的任何提案都无法提交，从它读到的数据也会越来越旧，所以它停止服务。在有 leader 得到多数派之前，无法写入，会话也不会过期。"),
        ),
        ZkFact::Proposed { zxid } => (
            format!("{me} 发出提案 {zxid}"),
            "leader 给每个写入一个递增的编号，发给 follower。多数派都写进磁盘之后才算数。".into(),
        ),
        ZkFact::Committed { zxid } => (
            format!("{me} 提交提案 {zxid}"),
            "多数派已把它写进磁盘。以后任何多数派里都至少有一台服务器有它：它不会丢。".into(),
        ),
        ZkFact::Logged { zxid, txns } => (
            format!("{me} 把 {zxid} 及之前的事务都写进了磁盘"),
            format!("一次 fsync 写入 {txns} 个事务。现在它才确认：只是收到而没有落盘的，进程一崩溃就没了。"),
        ),
        ZkFact::UncommittedKept { zxid } => (
            format!("{me} 保留 {zxid}：此前不知道它是否已提案提交"),
            "当选时它的磁盘上有这个提案，而新 leader 的历史就是全体的历史。所以，一个客户端没有得到响应、或只得到连接丢失（ConnectionLoss）的写入，仍可能生效。".into(),
        ),
        ZkFact::UncommittedCut { zxid } => (
            format!("{me} 从日志中截断 {zxid}"),
            "它的 leader 没有提案提交它，所以没有客户端得到过成功的响应。如果 leader 还有这个提案，会再发一次；如果没有，它就不留任何痕迹。".into(),
        ),
        ZkFact::WriteRefused { path, error, .. } => refused_zh(path, *error),

        ZkFact::RequestTooLarge { client, bytes } => (
            format!("{me} 关闭 {} 的连接：请求太大", say.name(*client)),
            format!(
                "请求有 {bytes} 字节，服务器最多读 {} 字节。客户端不会被告知原因：它只看到 ConnectionLoss，然后在会话期内重新连接。",
                REQUEST_BYTES_MAX
            ),
        ),

        ZkFact::SessionCreated { session, client, timeout_ms, .. } => (
            format!("{} 获得会话 {session}", say.client(*client)),
            format!(
                "只要 ZooKeeper 至少每 {} 收到一次它的消息，它就算活着。建立会话也是一个事务：所有服务器都知道它。",
                say.ms(*timeout_ms)
            ),
        ),
        ZkFact::SessionRevalidated { session, server } => (
            format!("会话 {session} 在 zk{server} 上继续"),
            "会话属于整个 ZooKeeper 集群，不属于某台服务器：客户端及时回来了，它的临时节点从未消失。".into(),
        ),
        ZkFact::SessionMoved { session, .. } => (
            format!("会话 {session} 已经转移，请求被拒绝"),
            format!(
                "leader 认为每个会话只在一台服务器上：最后一次来确认会话是否有效的那台。这次确认也可能来得太晚，客户端早已放弃了那台服务器。经由其他服务器的请求得不到响应，连接直接被关闭。客户端看到 ConnectionLoss，重新连接，leader 由此得知它真正的位置。这样被拒绝的写入不会改变任何数据。{}",
                multi_of_a_moved_session(say.release.zookeeper, say.lang)
            ),
        ),
        ZkFact::SessionExpired { client, timeout_ms, .. } => (
            format!("{} 的会话过期", say.client(*client)),
            format!(
                "leader 连续 {}（按 tick 向上取整）没有收到它的任何消息。不论进程是否还在，会话都已判定过期：它的临时节点在同一个事务里全部删除。",
                say.ms(*timeout_ms)
            ),
        ),
        ZkFact::SessionClosed { client, .. } => (
            format!("{} 的会话结束", say.client(*client)),
            "它拥有的临时节点都在这同一个事务里删除，监听其中任何一个的客户端都会收到通知。".into(),
        ),

        ZkFact::ZnodeCreated { path, owner, .. } => (
            format!("创建 {path}{}", if owner.0 == 0 { "" } else { "（临时节点）" }),
            format!(
                "{}{}",
                say.znode(path),
                if owner.0 == 0 { "它是持久节点，一直留到有客户端删除它。" } else { "它是临时节点，随创建它的会话结束而删除。" }
            ),
        ),
        ZkFact::ZnodeDeleted { path, owner, .. } => (
            format!("删除 {path}"),
            format!(
                "{}{}",
                say.znode(path),
                if owner.0 == 0 { "有客户端删除了它。" } else { "它是临时节点：随会话一起消失，或被某个客户端删除。" }
            ),
        ),
        ZkFact::ZnodeDataChanged { path, version, .. } => (
            format!("写入 {path}（版本 {version}）"),
            format!(
                "{}每次写入版本加一。写入者可以要求版本仍是自己读到的那个：如果已有别的写入抢先，它的写入就被拒绝。",
                say.znode(path)
            ),
        ),
        ZkFact::WatchFired { path, event, client } => (
            format!("{} 的 Watch 触发：{} {path}", say.client(*client), event.name()),
            "Watch 是一次性的，触发后就没有了。它只说有变化，不说变成什么：客户端必须重新读取，读取的同时重新注册。".into(),
        ),

        ZkFact::ClientConnected { server, .. } => (
            format!("{me} 连上了 {}", say.name(*server)),
            "客户端同一时刻只用一台服务器，哪台都行：读由它直接响应，写由它转给 leader。".into(),
        ),
        ZkFact::ClientDisconnected { server, silent, .. } => (
            format!("{me} 与 {} 连接断开", say.name(*server)),
            if *silent {
                "超过会话超时的 2/3 没有收到任何消息。剩下的 1/3 用来在会话过期之前找到另一台服务器。"
            } else {
                "连接断开不等于会话过期：只要及时连上另一台服务器，会话和临时节点都还在。"
            }
            .into(),
        ),
        ZkFact::ClientToldExpired { session } => (
            format!("{me} 得知自己的会话 {session} 已过期"),
            "它重新连上之后，服务器才告知会话已过期：在此之前，它可能一直以为会话还在。它必须建立新会话并重新注册。".into(),
        ),
        ZkFact::ClientGaveUp { session } => (
            format!("{me} 自己放弃会话 {session}"),
            "它在会话超时的 4/3 时间内连不上任何服务器，于是认定会话已经结束。3.9.3 之前的客户端库会一直等服务器来告知。".into(),
        ),
        ZkFact::WatchReceived { path, event } => (
            format!("{me} 收到通知：{} {path}", event.name()),
            "通知不带数据。从触发到下一次读取之间的变化，只能在读取时一并看到。".into(),
        ),
    }
}

pub(super) fn learn_more(release: Release, fact: &ZkFact) -> &'static str {
    match fact {
        ZkFact::Looking { .. } | ZkFact::VoteChanged { .. } => "org.apache.zookeeper.server.quorum.FastLeaderElection",
        ZkFact::Leading { .. } | ZkFact::LeaderServing { .. } => "org.apache.zookeeper.server.quorum.Leader",
        ZkFact::QuorumLost { .. } => "syncLimit = 5 (ticks)",
        ZkFact::Following { .. } => "org.apache.zookeeper.server.quorum.Follower",
        ZkFact::FollowerSynced { .. } => "org.apache.zookeeper.server.quorum.LearnerHandler",
        ZkFact::Proposed { .. } | ZkFact::Committed { .. } => {
            "org.apache.zookeeper.server.quorum.ProposalRequestProcessor"
        }
        ZkFact::Logged { .. } => "org.apache.zookeeper.server.SyncRequestProcessor",
        ZkFact::UncommittedKept { .. } => "org.apache.zookeeper.server.ZKDatabase",
        ZkFact::UncommittedCut { .. } => "org.apache.zookeeper.server.quorum.Learner",
        ZkFact::RequestTooLarge { .. } => "jute.maxbuffer = 0xfffff",
        ZkFact::WriteRefused { .. } => "org.apache.zookeeper.server.PrepRequestProcessor",
        ZkFact::SessionCreated { .. } | ZkFact::SessionRevalidated { .. } | ZkFact::SessionClosed { .. } => {
            "org.apache.zookeeper.server.SessionTrackerImpl"
        }
        ZkFact::SessionMoved { .. } => "org.apache.zookeeper.server.FinalRequestProcessor; ZOOKEEPER-2886",
        ZkFact::SessionExpired { .. } => words(release).session_timeout,
        ZkFact::ZnodeCreated { .. } | ZkFact::ZnodeDeleted { .. } | ZkFact::ZnodeDataChanged { .. } => {
            "org.apache.zookeeper.server.DataTree"
        }
        ZkFact::WatchFired { .. } | ZkFact::WatchReceived { .. } => watch_manager(release.zookeeper),
        ZkFact::ClientConnected { .. } | ZkFact::ClientDisconnected { .. } | ZkFact::ClientToldExpired { .. } => {
            "org.apache.zookeeper.ClientCnxn"
        }
        ZkFact::ClientGaveUp { .. } => "ZOOKEEPER-4508 (3.9.3)",
    }
}

fn sentence(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text} ") }
}

fn ephemeral_en(owner: SessionId) -> &'static str {
    if owner.0 == 0 { "" } else { " (ephemeral)" }
}

fn life_en(owner: SessionId) -> &'static str {
    if owner.0 == 0 {
        "It is persistent: it stays until somebody deletes it."
    } else {
        "It is ephemeral: it lives as long as the session that created it."
    }
}

/// The error says which kind of write it was, wherever only one kind can meet it (`PrepRequestProcessor`).
fn refused_en(path: &str, error: ZkError) -> Words {
    let (title, why) = match error {
        ZkError::NodeExists => (
            format!("creating {path} fails"),
            "It exists already, and a create never overwrites. When several clients race to create the same znode, exactly one wins.",
        ),
        ZkError::NoChildrenForEphemerals => {
            (format!("creating {path} fails"), "Its parent is ephemeral, and an ephemeral znode cannot have children.")
        }
        ZkError::NotEmpty => (
            format!("deleting {path} fails"),
            "It still has children. A delete removes a single znode, never a subtree.",
        ),
        ZkError::BadVersion => (
            format!("a conditional write to {path} fails"),
            "The znode has changed since the client read it. The client has to read it again and decide again, so it cannot overwrite a change that it has not seen.",
        ),
        ZkError::NoNode => (
            format!("a write to {path} fails"),
            "The znode, or the parent of the one to be created, does not exist. ZooKeeper does not create parents by itself.",
        ),
        ZkError::SessionExpired => (
            format!("a write to {path} fails"),
            "The session of the client that asked is over. The client has to start a new one.",
        ),
        ZkError::SessionMoved => (
            format!("a write to {path} fails"),
            "The leader believes that this client's session has moved to another server, so it refuses what comes through the old one.",
        ),
        ZkError::ConnectionLoss | ZkError::IllegalArgument | ZkError::BadArguments | ZkError::RuntimeInconsistency => (
            format!("a write to {path} fails"),
            "Nothing is changed, but the attempt still takes a number in the order of all writes.",
        ),
    };
    (format!("{title}: {}", error.name()), why.into())
}

fn refused_zh(path: &str, error: ZkError) -> Words {
    let (title, why) = match error {
        ZkError::NodeExists => (
            format!("创建 {path} 失败"),
            "它已经存在，create 不会覆盖已有的 znode。几个客户端同时抢着创建时，只有一个能成功。",
        ),
        ZkError::NoChildrenForEphemerals => {
            (format!("创建 {path} 失败"), "它的父 znode 是临时节点，而临时节点不能有子 znode。")
        }
        ZkError::NotEmpty => {
            (format!("删除 {path} 失败"), "它还有子 znode。delete 只删除单个 znode，不会删除整棵子树。")
        }
        ZkError::BadVersion => (
            format!("对 {path} 的条件写入失败"),
            "客户端读取之后，这个 znode 又被修改过。它必须重新读取、重新判断，这样就不会覆盖自己没见过的修改。",
        ),
        ZkError::NoNode => (
            format!("对 {path} 的写入失败"),
            "这个 znode 不存在，或者要创建的 znode 没有父 znode。ZooKeeper 不会自动创建父 znode。",
        ),
        ZkError::SessionExpired => (format!("对 {path} 的写入失败"), "发起请求的会话已经过期，客户端必须建立新会话。"),
        ZkError::SessionMoved => (
            format!("对 {path} 的写入失败"),
            "leader 认为这个客户端的会话已经转移到另一台服务器，因此拒绝从原来那台服务器转来的请求。",
        ),
        ZkError::ConnectionLoss | ZkError::IllegalArgument | ZkError::BadArguments | ZkError::RuntimeInconsistency => {
            (format!("对 {path} 的写入失败"), "数据没有任何改变，但这次尝试仍占用了一个 zxid。")
        }
    };
    (format!("{title}：{}", error.name()), why.into())
}
