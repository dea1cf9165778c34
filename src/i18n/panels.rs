//! Sentences of the panels that have something in them.

use super::Lang;

/// What a panel's cross does.
pub fn close(lang: Lang, panel: &str) -> String {
    match lang {
        Lang::En => format!("Close: {panel}"),
        Lang::Zh => format!("关闭 {panel} 面板"),
    }
}

/// A link that not every program takes as one.
pub fn long_link(lang: Lang, letters: usize) -> String {
    match lang {
        Lang::En => format!(
            "It is {letters} characters long, and chat programs and wikis may cut a link of more than 2 000. A file keeps it whole."
        ),
        Lang::Zh => format!(
            "链接长达 {letters} 个字符；聊天软件和 wiki 可能会截断超过 2 000 个字符的链接。保存为文件不会被截断。"
        ),
    }
}

/// "6.0 s later".
pub fn later(lang: Lang, span: &str) -> String {
    match lang {
        Lang::En => format!("{span} later"),
        Lang::Zh => format!("{span} 之后"),
    }
}

/// The message in answer to which something happened. Its name is the protocol's.
pub fn told_by(lang: Lang, message: &str, from: &str, way: &str) -> String {
    match lang {
        Lang::En => format!("after {message} from {from}, {way} on its way"),
        Lang::Zh => format!("收到 {from} 的 {message} 之后（途中 {way}）"),
    }
}

/// Links of a chain that are left out.
pub fn skipped(lang: Lang, count: u32) -> String {
    match lang {
        Lang::En if count == 1 => "the same again, once".to_string(),
        Lang::En => format!("the same again, {count} times"),
        Lang::Zh => format!("同样的事又发生 {count} 次"),
    }
}

/// A long silence is being skipped; perhaps a session runs out meanwhile.
pub fn silence(lang: Lang, gap: &str, session: Option<(&str, &str)>) -> String {
    match (lang, session) {
        (Lang::En, None) => format!("⋯ nothing for {gap}"),
        (Lang::En, Some((name, left))) => format!("⋯ nothing for {gap}; the session of {name} has {left} left"),
        (Lang::Zh, None) => format!("⋯ {gap} 内无事件"),
        (Lang::Zh, Some((name, left))) => format!("⋯ {gap} 内无事件；{name} 的会话还剩 {left}"),
    }
}
