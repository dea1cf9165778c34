//! Sentences of the panels that have something in them.

use super::Lang;

/// "6.0 s later".
pub fn later(lang: Lang, span: &str) -> String {
    match lang {
        Lang::En => format!("{span} later"),
        Lang::Zh => format!("{span} 之后"),
    }
}

/// Links of a chain that are left out.
pub fn skipped(lang: Lang, count: u32) -> String {
    match lang {
        Lang::En if count == 1 => "once more the same".to_string(),
        Lang::En => format!("{count} more of the same"),
        Lang::Zh => format!("同样的事又发生 {count} 次"),
    }
}

/// A long silence is being skipped; perhaps a session runs out meanwhile.
pub fn silence(lang: Lang, gap: &str, session: Option<(&str, &str)>) -> String {
    match (lang, session) {
        (Lang::En, None) => format!("⋯ {gap} of silence"),
        (Lang::En, Some((name, left))) => format!("⋯ {gap} of silence; session of {name} has {left} left"),
        (Lang::Zh, None) => format!("⋯ 沉寂 {gap}"),
        (Lang::Zh, Some((name, left))) => format!("⋯ 沉寂 {gap}；{name} 的会话还剩 {left}"),
    }
}
