//! What a znode's fields mean.

use super::Lang;
use sim_core::release::Release;

/// What a znode of Kafka is for; of any other, nothing.
pub fn in_kafka(release: Release, path: &str, lang: Lang) -> &'static str {
    super::explain::znode_meaning(release, path, lang)
}

/// Of `Stat`, in its order.
pub const fn stat(lang: Lang) -> [&'static str; 11] {
    match lang {
        Lang::En => [
            "the transaction that created it",
            "the transaction that last wrote its data",
            "the transaction that last created or deleted one of its children",
            "when it was created",
            "when its data was last written",
            "how many times its data was written",
            "how many times a child was created or deleted",
            "how many times its access list was changed",
            "the session that owns it; 0x0: persistent",
            "length of its data in bytes",
            "number of children",
        ],
        Lang::Zh => [
            "创建它的事务",
            "最近一次写入其数据的事务",
            "最近一次创建或删除子 znode 的事务",
            "创建时间",
            "最近一次写入数据的时间",
            "数据写入次数",
            "子 znode 创建和删除的次数",
            "访问权限（ACL）修改次数",
            "所属会话（会话结束时一并删除）；0x0 表示持久节点",
            "数据的字节数",
            "子 znode 的数量",
        ],
    }
}

pub fn null(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "null: created without data, which is not the same as empty",
        Lang::Zh => "null：创建时没有数据，与空数据不同",
    }
}

pub fn length(lang: Lang, bytes: usize) -> String {
    match (lang, bytes) {
        (Lang::En, 0) => "empty: 0 bytes".to_string(),
        (Lang::Zh, 0) => "空：0 字节".to_string(),
        (Lang::En, 1) => "1 byte".to_string(),
        (Lang::En, _) => format!("{bytes} bytes"),
        (Lang::Zh, _) => format!("{bytes} 字节"),
    }
}

pub fn watch(lang: Lang, of_children: bool) -> &'static str {
    match (lang, of_children) {
        (Lang::En, true) => "its children (getChildren)",
        (Lang::En, false) => "it (getData or exists)",
        (Lang::Zh, true) => "子 znode（getChildren）",
        (Lang::Zh, false) => "自身（getData 或 exists）",
    }
}

/// How far a server is behind.
pub fn behind(lang: Lang, server: &str, transactions: u32, down: bool) -> String {
    let is_down = match lang {
        Lang::En if down => format!("{server} is down: this is what it has on disk. "),
        Lang::Zh if down => format!("{server} 没有在运行：这是它磁盘上的内容。"),
        _ => String::new(),
    };
    let text = match (lang, transactions) {
        (Lang::En, 0) => format!("{server} is up to date."),
        (Lang::En, 1) => format!("{server} is 1 transaction behind."),
        (Lang::En, n) => format!("{server} is {n} transactions behind."),
        (Lang::Zh, 0) => format!("{server} 没有落后。"),
        (Lang::Zh, n) => format!("{server} 落后 {n} 个事务。"),
    };
    is_down + &text
}
