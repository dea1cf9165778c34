//! The words of "How do we know?": what was compared with the real ZooKeeper, and what is simplified.

use super::Lang;
use super::texts::texts;

texts! {
    /// A fixed text of these pages.
    KnowledgeWord;

    HowDoWeKnow => "How do we know?", "凭什么可信？";
    CheckedHow1 => "Each scenario is one file that was run twice: on a real ensemble (Java processes on one machine's loopback interface, started, killed, frozen and restarted as the file says) and on this simulator.",
        "每个场景都是一个文件，分别在真实集群和模拟器上执行。真实集群是同一台机器回环地址上的 Java 进程，按文件启动、强制终止、冻结和重启。";
    CheckedHow2 => "Responses, error codes, the order of events, znodes with their Stat and the roles of the servers are compared key by key. Only session ids, ports and clock times are masked; where real timing decides, the file lists the few outcomes that are correct.",
        "响应、错误码、事件及其顺序、znode 及其 Stat、服务器角色，逐项比较。只屏蔽会话编号、端口和时刻，其余一律参与比较；取决于真实时序的地方，文件会列出哪几种结果正确。";
    CheckedHow3 => "What the real servers did is kept with the program, and every build compares it again: wherever the current simulator differs, the list says so. The tests also break the simulator's rules on purpose, one at a time, and check that some scenario notices.",
        "真实集群的结果与程序一起保存，每次构建都重新对照：只要当前模拟器的结果不同，列表就会标明。测试还会故意逐条破坏模拟器的规则，并检查总有场景能发现。";
    RunItYourself => "Run it yourself:", "自己运行一遍：";
    Search => "Search the scenarios", "搜索场景";
    SearchHint => "leader, watch, 会话…", "leader、监听、session……";
    NothingFound => "No scenario matches. Try fewer words.", "没有匹配的场景，请减少关键词。";
    Loading => "Loading the list…", "正在载入列表……";
    NotLoaded => "The list could not be downloaded. Everything else still works.",
        "列表文件下载失败。其他功能不受影响。";
    TryAgain => "Try again", "重试";
    CheckedScenarios => "Checked scenarios…", "对照过的场景……";
    OpenAsScene => "Open as a scene →", "作为场景打开 →";
    NoScene => "Too much data for a link", "数据太多，无法放进链接";
    AllScenarios => "All scenarios", "全部场景";
    NextStep => "Next", "下一步";
    LeaveScenario => "Leave the scene", "离开场景";
    SimplifiedIntro => "As far as we know, the simulation differs from the real systems in the following points. Below each one: what you would see in the real system.",
        "据我们所知，模拟与真实系统有以下不同。每一条下面写明：在真实系统中会看到什么。";
}

/// "zookeeper", "broker", … as the lines of docs/SIMPLIFIED.md begin.
pub fn area(area: &str, lang: Lang) -> &'static str {
    match (area, lang) {
        ("zookeeper", _) => "ZooKeeper",
        ("broker", Lang::En) => "Brokers and controller",
        ("broker", Lang::Zh) => "Broker 与控制器",
        ("producer", Lang::En) => "Producers",
        ("producer", Lang::Zh) => "生产者",
        ("consumer", Lang::En) => "Consumers",
        ("consumer", Lang::Zh) => "消费者",
        ("network", Lang::En) => "Network and clocks",
        ("network", Lang::Zh) => "网络与时钟",
        ("command line", Lang::En) => "Command line",
        ("command line", Lang::Zh) => "命令行",
        ("admin", Lang::En) => "Admin tool",
        ("admin", Lang::Zh) => "管理工具",
        (_, Lang::En) => "Scenario files",
        (_, Lang::Zh) => "场景文件",
    }
}

texts! {
    /// What scenarios are about.
    TopicName;

    Operations => "Operations and errors", "操作与错误码";
    Stat => "Stat and sequence numbers", "Stat 与顺序编号";
    Watches => "Watches", "Watch（监听）";
    Sessions => "Sessions and ephemerals", "会话与临时节点";
    Multi => "Multi", "Multi";
    Ensemble => "The ensemble", "集群（ensemble）";
}

/// "72 scenarios · equal to ZooKeeper 3.9.5 and 3.4.14 · 2026-11-26".
/// `equal`: for each version how many are equal; `date`: of the last comparison.
pub fn summary(all: usize, equal: &[(String, usize)], date: Option<&str>, lang: Lang) -> String {
    let mut parts = vec![match lang {
        Lang::En => format!("{all} scenarios"),
        Lang::Zh => format!("{all} 个场景"),
    }];
    let versions: Vec<&str> = equal.iter().map(|(version, _)| version.as_str()).collect();
    if versions.is_empty() {
        parts.push(match lang {
            Lang::En => "not compared with a real ZooKeeper yet".into(),
            Lang::Zh => "尚未与真实的 ZooKeeper 比较".into(),
        });
    } else if equal.iter().all(|(_, count)| *count == all) {
        parts.push(match lang {
            Lang::En => format!("equal to ZooKeeper {}", versions.join(" and ")),
            Lang::Zh => format!("与 ZooKeeper {} 一致", versions.join(" 和 ")),
        });
    } else {
        parts.extend(equal.iter().map(|(version, equal)| match lang {
            Lang::En => format!("{equal} equal to ZooKeeper {version}"),
            Lang::Zh => format!("{equal} 个与 ZooKeeper {version} 一致"),
        }));
    }
    parts.extend(date.map(str::to_string));
    parts.join(" · ")
}

/// "Equal to ZooKeeper 3.9.5 on 2026-11-26".
pub fn equal(version: &str, date: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Equal to ZooKeeper {version} on {date}"),
        Lang::Zh => format!("与 ZooKeeper {version} 一致（{date}）"),
    }
}

pub fn different(version: &str, date: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Differs from ZooKeeper {version} ({date})"),
        Lang::Zh => format!("与 ZooKeeper {version} 不同（{date}）"),
    }
}

pub fn not_compared(version: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Not compared with ZooKeeper {version}"),
        Lang::Zh => format!("未与 ZooKeeper {version} 比较"),
    }
}

/// "3 outcomes are correct, depending on real timing".
pub fn outcomes(count: u32, lang: Lang) -> Option<String> {
    (count > 1).then(|| match lang {
        Lang::En => format!("{count} outcomes are correct, depending on real timing"),
        Lang::Zh => format!("{count} 种结果都正确：取决于真实时序"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(equal: &[(&str, usize)], date: Option<&str>) -> String {
        let equal: Vec<(String, usize)> =
            equal.iter().map(|(version, equal)| ((*version).to_string(), *equal)).collect();
        summary(72, &equal, date, Lang::En)
    }

    #[test]
    fn the_head_says_no_more_than_is_so() {
        let day = Some("2026-11-26");
        assert_eq!(
            told(&[("3.9.5", 72), ("3.4.14", 72)], day),
            "72 scenarios · equal to ZooKeeper 3.9.5 and 3.4.14 · 2026-11-26"
        );
        assert_eq!(
            told(&[("3.9.5", 72), ("3.4.14", 70)], day),
            "72 scenarios · 72 equal to ZooKeeper 3.9.5 · 70 equal to ZooKeeper 3.4.14 · 2026-11-26"
        );
        assert_eq!(told(&[], None), "72 scenarios · not compared with a real ZooKeeper yet");
    }

    #[test]
    fn every_word_has_both_languages() {
        for word in KnowledgeWord::ALL {
            assert!(!word.text(Lang::En).is_empty() && !word.text(Lang::Zh).is_empty());
        }
    }
}
