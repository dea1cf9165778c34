//! Words that make a native reader stop, and terms that mean something else: in comments, on the page, in the documents
//! and in what scenarios say of themselves. `docs` and the page say what things are called.

mod sources;

use sources::files_below;
use std::fs;
use std::path::{Path, PathBuf};

/// What must not stand anywhere, and what to write instead. Lower case; a word stands by itself.
const BANNED: &[(&str, &str)] = &[
    ("anew", "again"),
    ("how-manieth", "ordinal"),
    ("none is", "no … is, or turn the sentence round"),
    ("is dear", "is expensive"),
    ("a dear", "an expensive"),
    ("time-out", "timeout"),
    ("what is no", "what is not a"),
    ("that is no", "that is not a"),
    ("which is no", "which is not a"),
    ("who looks", "a server that looks"),
    ("whoever", "the thing by its name: the client that asked, the caller"),
    ("by who", "by the servers that …"),
    ("to who", "to its caller"),
    ("as who", "as the client that …"),
    ("who of", "which of"),
    ("who waits", "a request, a thread that waits"),
    ("facts sheet", "the class, the KIP or the config key"),
    ("who has quit", "after quit"),
    ("who has stopped", "after a stop"),
];

/// Terms of the 中文 page that were wrong or had two translations (the glossary has one for each).
const BANNED_ZH: &[(&str, &str)] = &[
    ("同步中", "在 ISR 中"),
    ("拔掉电源", "强制终止进程，或主机断电"),
    ("杀死", "强制终止"),
    ("回应", "响应"),
    ("答复", "响应"),
    ("应答", "响应"),
    ("要闻", "关键事件"),
    ("下一件要事", "下一个关键事件"),
    ("沉寂", "无事件"),
    ("子节点", "子 znode"),
    ("父节点", "父 znode"),
    ("孙节点", "孙 znode"),
    ("没有谁", "没有进程，或没有人"),
    ("弄坏", "制造故障"),
    ("从未提交", "从未提案提交"),
];

/// Where somebody reads.
const FOLDERS: &[&str] = &[
    "conform/src",
    "docs",
    "scenario-file/src",
    "scenarios",
    "sim-core/speed",
    "sim-core/src",
    "sim-core/tests",
    "src",
    "style",
    "tests/cases",
    "tests/e2e",
    "workshop/src",
    "xtask/src",
];

/// What no sentence on the page says, although a comment may.
const BANNED_ON_THE_PAGE: &[(&str, &str)] = &[
    ("told", "notified, or learns"),
    ("(s)", "the right number: `Say::many`"),
    ("an answer came", "a response came"),
    ("refused by name", "the name of the error"),
];
const BANNED_ON_THE_PAGE_ZH: &[(&str, &str)] =
    &[("丢开", "断开连接"), ("忘掉", "清除"), ("从来没有谁", "这里不模拟"), ("按错误名", "错误为 …"), ("诞生", "上线")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lines that somebody reads: all of a source or a document, and of a scenario what it says of itself.
fn read_lines(path: &Path) -> Vec<(usize, String)> {
    let is_scenario = path.extension().is_some_and(|extension| extension == "json");
    let text = fs::read_to_string(path).expect("text");
    let numbered = text.lines().enumerate().map(|(nth, line)| (nth + 1, line.to_lowercase()));
    numbered.filter(|(_, line)| !is_scenario || line.trim_start().starts_with("\"about")).collect()
}

fn stands_alone(line: &str, word: &str) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word)
        .any(|(at, _)| !is_letter(line[..at].chars().next_back()) && !is_letter(line[at + word.len()..].chars().next()))
}

#[test]
fn no_text_has_a_word_that_was_banned() {
    let mut files = vec![root().join("README.md"), root().join("index.html")];
    for folder in FOLDERS {
        files_below(&root().join(folder), &["rs", "md", "html", "css", "json"], &mut files);
    }
    let is_read = |path: &PathBuf| {
        let is_observation = path.extension().is_some_and(|extension| extension == "json")
            && path.components().any(|part| part.as_os_str() == "observed" || part.as_os_str() == "real");
        !is_observation && !path.ends_with("sim-core/tests/tidy_words.rs")
    };
    let mut found = Vec::new();
    for path in files.iter().filter(|path| is_read(path)) {
        for (number, line) in read_lines(path) {
            let english = BANNED.iter().filter(|(word, _)| stands_alone(&line, word));
            let chinese = BANNED_ZH.iter().filter(|(word, _)| line.contains(word));
            for (word, instead) in english.chain(chinese) {
                found.push(format!("{}:{number}: “{word}”: write {instead}", path.display()));
            }
        }
    }
    assert!(files.len() > 300, "the folders are where they were: {} files", files.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// What stands between quotation marks in the page's words, up to the tests, and what scenarios say of themselves.
fn sentences() -> Vec<(String, String)> {
    let mut files = Vec::new();
    files_below(&root().join("src/i18n"), &["rs"], &mut files);
    files_below(&root().join("scenarios"), &["json"], &mut files);
    let mut found = Vec::new();
    for path in &files {
        // A scenario's name is its title on the page.
        let name = path.file_stem().map(|name| name.to_string_lossy().replace('-', " ")).unwrap_or_default();
        found.push((path.display().to_string(), name));
        for (number, line) in read_lines(path) {
            if line.contains("#[cfg(test)]") {
                break;
            }
            // Every other piece is inside a text.
            let line = line.replace("\\\"", "'");
            let quoted = line.split('"').skip(1).step_by(2).map(str::to_owned);
            found.extend(quoted.map(|text| (format!("{}:{number}", path.display()), text)));
        }
    }
    found
}

#[test]
fn no_sentence_on_the_page_has_a_word_that_only_comments_may_have() {
    let mut found = Vec::new();
    for (place, text) in sentences() {
        let english = BANNED_ON_THE_PAGE.iter().filter(|(word, _)| text.contains(word));
        let chinese = BANNED_ON_THE_PAGE_ZH.iter().filter(|(word, _)| text.contains(word));
        found.extend(english.chain(chinese).map(|(word, instead)| format!("{place}: “{word}”: write {instead}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// As Chinese technical texts are set: a space between 汉字 and letters or numbers, and Chinese punctuation.
#[test]
fn chinese_and_latin_letters_stand_apart_and_punctuation_is_chinese() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let clash = |a: char, b: char| is_han(a) && (b.is_ascii_alphanumeric() || ",;:?!(".contains(b));
    let mut found = Vec::new();
    for (place, text) in sentences() {
        let letters: Vec<char> = text.chars().collect();
        let bad = letters.windows(2).any(|pair| clash(pair[0], pair[1]) || clash(pair[1], pair[0]));
        if bad {
            found.push(format!("{place}: {text}"));
        }
    }
    // The hint of the search field shows words of both languages.
    found.retain(|line| !line.contains("leader, watch, 会话"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_word_is_found_only_where_it_stands_alone() {
    assert!(stands_alone("it begins anew.", "anew"));
    assert!(!stands_alone("a newline, canewood", "anew"));
    assert!(!stands_alone("what is not there", "what is no"));
    assert!(stands_alone("what is no command", "what is no"));
}
