//! What a znode's fields mean.

use super::Lang;

/// Of `Stat`, in its order.
pub const fn stat(lang: Lang) -> [&'static str; 11] {
    match lang {
        Lang::En => [
            "the transaction that created it",
            "the transaction that last wrote its data",
            "the transaction that last created or deleted a child",
            "when it was created",
            "when its data was last written",
            "how often its data was written",
            "how often a child was created or deleted",
            "how often its access list was changed",
            "the session that it lives with; 0x0: persistent",
            "bytes of data",
            "how many children it has",
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
            "与之共存亡的会话；0x0 为持久节点",
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
        Lang::En if down => format!("{server} does not run: this is what its disk has. "),
        Lang::Zh if down => format!("{server} 没有在运行：这是它磁盘上的内容。"),
        _ => String::new(),
    };
    let text = match (lang, transactions) {
        (Lang::En, 0) => format!("{server} lacks nothing."),
        (Lang::En, 1) => format!("{server} is 1 transaction behind."),
        (Lang::En, n) => format!("{server} is {n} transactions behind."),
        (Lang::Zh, 0) => format!("{server} 什么也不缺。"),
        (Lang::Zh, n) => format!("{server} 落后 {n} 个事务。"),
    };
    is_down + &text
}
