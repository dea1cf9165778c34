//! What the arguments of facts are called, and the words for values that are names of ours. Names of the real system
//! (error codes, watch events, DIFF) stay as they are. A host test goes through every fact there is.

use super::Lang;

/// The argument as the declaration of facts has it, English, 中文.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("a", "one end", "一端"),
    ("about", "what it is about", "对象"),
    ("added", "added", "加入"),
    ("at", "failed while", "失败之处"),
    ("attempt", "attempts before", "此前的尝试次数"),
    ("attempts", "attempts", "尝试次数"),
    ("b", "other end", "另一端"),
    ("backoff_ms", "waits, in ms", "等待（ms）"),
    ("broker", "broker", "Broker"),
    ("bytes", "bytes", "字节数"),
    ("client", "client", "客户端"),
    ("consumer", "consumer id", "消费者编号"),
    ("controller", "controller", "控制器"),
    ("controller_epoch", "controller epoch", "controller epoch"),
    ("count", "records", "消息数"),
    ("epoch", "epoch", "epoch"),
    ("error", "error", "错误"),
    ("event", "watch event", "Watch 事件"),
    ("first", "first offset", "起始位移"),
    ("from", "from", "原来"),
    ("gone", "gone", "下线"),
    ("group", "group", "消费者组"),
    ("high_watermark", "high watermark", "高水位（HW）"),
    ("how", "how", "方式"),
    ("isr", "ISR", "ISR"),
    ("joined", "joined", "上线"),
    ("known_epoch", "known epoch", "已知的 epoch"),
    ("last", "last offset", "末尾位移"),
    ("leader", "leader", "leader"),
    ("leader_end", "end of the leader's log", "leader 的 LEO"),
    ("leader_epoch", "leader epoch", "leader epoch"),
    ("log_end", "log end", "LEO（日志末端位移）"),
    ("members", "members", "成员数"),
    ("node", "process", "进程"),
    ("offset", "offset", "位移"),
    ("operation", "operation", "操作"),
    ("order", "what you asked for", "你的操作"),
    ("owner", "session of its owner", "所属会话"),
    ("partitions", "partitions", "分区"),
    ("path", "path", "路径"),
    ("peer", "other end", "对端"),
    ("remaining", "partitions still led", "仍领导的分区数"),
    ("removed", "removed", "移出"),
    ("retries", "retries", "重试次数"),
    ("round", "round", "轮次"),
    ("rounds_left", "tries left", "剩余尝试次数"),
    ("server", "server", "服务器"),
    ("session", "session", "会话"),
    ("silent", "nothing was received", "因无通信"),
    ("synced", "servers in step", "保持同步的服务器数"),
    ("timeout_ms", "session timeout, in ms", "会话超时（ms）"),
    ("to", "to", "现在"),
    ("topic", "topic", "主题"),
    ("total", "partitions in total", "分区总数"),
    ("tp", "partition", "分区"),
    ("txns", "transactions", "事务数"),
    ("version", "version", "版本"),
    ("why", "why", "原因"),
    ("zxid", "zxid", "zxid"),
];

/// The argument, its value as facts print it, English, 中文.
const VALUES: &[(&str, &str, &str, &str)] = &[
    ("how", "reset", "connections are reset", "断开（RST）"),
    ("how", "silent", "packets vanish", "静默丢包"),
    ("how", "clean", "from the ISR", "从 ISR 中选出"),
    ("how", "unclean", "unclean, from outside the ISR", "Unclean leader 选举"),
    ("how", "preferred", "the preferred replica again", "恢复优先副本"),
    ("how", "controlled-shutdown", "controlled shutdown", "受控关闭"),
    ("why", "closed", "closed by the other end", "对端关闭"),
    ("why", "reset", "reset", "连接被重置"),
    ("why", "refused", "refused", "连接被拒绝"),
    ("order", "stop", "stop cleanly", "正常停止"),
    ("order", "produce", "send records", "发送消息"),
    ("order", "produce-steadily", "send records at a steady rate", "持续发送消息"),
    ("order", "stop-producing", "stop the load", "停止持续负载"),
    ("order", "commit", "commit offsets", "提交位移"),
    ("order", "create-topic", "create a topic", "创建主题"),
    ("order", "add-partitions", "add partitions", "增加分区"),
    ("order", "typed-line", "a typed command", "输入的命令"),
    ("at", "brokers", "reading the brokers", "读取 Broker 列表"),
    ("at", "registration", "reading its own registration", "读取自己的注册信息"),
    ("at", "member", "reading the members of the group", "读取组成员"),
    ("at", "topic", "reading the partitions of a topic", "读取主题的分区"),
    ("at", "offset", "reading the committed offsets", "读取已提交位移"),
    ("at", "assignment", "computing its share", "计算分配方案"),
    ("at", "commit", "committing its offsets", "提交位移"),
    ("at", "release", "releasing its partitions", "释放分区"),
    ("at", "claim", "claiming a partition", "认领分区"),
];

/// Operations are called by the method of `org.apache.zookeeper.ZooKeeper`, in both languages.
const METHODS: &[(&str, &str)] = &[("get_data", "getData"), ("set_data", "setData"), ("get_children", "getChildren")];

/// What an argument is called.
pub fn name(argument: &'static str, lang: Lang) -> &'static str {
    let known = ARGUMENTS.iter().find(|(known, ..)| *known == argument);
    known.map_or(argument, |(_, en, zh)| lang.either(en, zh))
}

/// A value that is a name, in words where it is a name of ours.
pub fn value(argument: &'static str, name: &'static str, lang: Lang) -> &'static str {
    let ours = VALUES.iter().find(|(of, known, ..)| *of == argument && *known == name);
    let method = || METHODS.iter().find(|(known, _)| *known == name).map_or(name, |(_, method)| *method);
    ours.map_or_else(method, |(_, _, en, zh)| lang.either(en, zh))
}

/// Whether something is so.
pub fn yes(is: bool, lang: Lang) -> &'static str {
    match (is, lang) {
        (true, Lang::En) => "yes",
        (false, Lang::En) => "no",
        (true, Lang::Zh) => "是",
        (false, Lang::Zh) => "否",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::event::Fact;
    use sim_core::fact::Value;

    /// Every argument of every fact there is: its name, and its value where that is a name.
    fn arguments() -> Vec<(&'static str, Option<&'static str>)> {
        let mut all = Vec::new();
        for fact in &Fact::samples() {
            fact.for_each_field(&mut |argument, value| {
                all.push((argument, if let Value::Name(name) = value { Some(name) } else { None }));
            });
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn every_argument_of_a_fact_has_a_name_in_both_languages_and_no_name_is_left_over() {
        let mut used: Vec<&str> = arguments().iter().map(|(argument, _)| *argument).collect();
        used.dedup();
        let known: Vec<&str> = ARGUMENTS.iter().map(|(argument, ..)| *argument).collect();
        assert_eq!(used, known);
    }

    /// A name of ours is lower case; those of the real system have capitals, but for methods and a few terms.
    #[test]
    fn no_slug_is_shown() {
        let methods = ["create", "delete", "exists", "sync", "check", "multi", "close"];
        let mut values = 0;
        for (argument, name) in arguments() {
            let Some(name) = name else { continue };
            values += 1;
            for lang in Lang::ALL {
                let shown = value(argument, name, lang);
                let is_slug = !shown.contains(char::is_uppercase) && !shown.contains(' ') && shown.is_ascii();
                assert!(
                    !is_slug || methods.contains(&shown) || ["reset", "refused"].contains(&shown),
                    "{argument}: {shown}"
                );
                assert!(lang == Lang::En || !is_slug || methods.contains(&shown), "{argument}: {shown}");
            }
        }
        assert!(values > 40, "names are found: {values}");
    }

    #[test]
    fn no_word_is_for_a_value_that_no_fact_has() {
        let used = arguments();
        for (argument, name, ..) in VALUES {
            assert!(used.contains(&(*argument, Some(*name))), "{argument} {name}");
        }
    }
}
