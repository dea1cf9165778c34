//! The core matches messages, timers, orders and facts without a catch-all, so that a new one does not compile until every
//! place has said what it means there. Families that cannot come are named as families, and asserted not to. (The page
//! asks which facts are about one thing or another; what it says of each fact is in `src/i18n`, exhaustively.)

mod sources;

use sources::{code, files_below};
use std::fs;
use std::path::Path;

/// What is matched exhaustively: what goes over the network, what fires, what is noted, and what holds these.
const EXHAUSTIVE: &[&str] = &[
    "Api",
    "Body",
    "Channel",
    "ClientFact",
    "ClusterFact",
    "ConsumerTimer",
    "BrokerTimer",
    "ControllerOrder",
    "Effect",
    "Fact",
    "Input",
    "KafkaFact",
    "Message",
    "Order",
    "ProducerTimer",
    "QuorumMessage",
    "Request",
    "Response",
    "ServerTimer",
    "Timer",
    "ZkClientTimer",
    "ZkFact",
    "ZkRequest",
    "ZkResponse",
];

/// The patterns of each `match`, with the line at which it begins.
fn matches(code: &str) -> Vec<(usize, Vec<String>)> {
    let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut found = Vec::new();
    for (at, word) in code.match_indices("match ") {
        if is_letter(code[..at].chars().next_back()) {
            continue;
        }
        let Some(body) = body_of(&code[at + word.len()..]) else { continue };
        found.push((code[..at].matches('\n').count() + 1, patterns(body)));
    }
    found
}

/// What stands between the braces of the next block. What is matched may have parentheses, never a block.
fn body_of(code: &str) -> Option<&str> {
    let mut depth = 0;
    let mut begin = None;
    for (at, letter) in code.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if begin.is_none() && depth == 0 => (begin, depth) = (Some(at + 1), 1),
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if let Some(begin) = begin.filter(|_| depth == 0) {
                    return Some(&code[begin..at]);
                }
            }
            _ => {}
        }
    }
    None
}

/// The patterns of a match's arms: what stands before each `=>` that is in no braces.
fn patterns(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut begin = 0;
    let mut is_pattern = true;
    let letters: Vec<(usize, char)> = body.char_indices().collect();
    for (nth, (at, letter)) in letters.iter().enumerate() {
        let follows = |wanted: char| letters.get(nth + 1).is_some_and(|(_, next)| *next == wanted);
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' => depth -= 1,
            '}' => {
                depth -= 1;
                // An arm that is a block needs no comma.
                if depth == 0 && !is_pattern {
                    (is_pattern, begin) = (true, at + 1);
                }
            }
            ',' if depth == 0 && !is_pattern => (is_pattern, begin) = (true, at + 1),
            '=' if depth == 0 && is_pattern && follows('>') => {
                found.push(body[begin..*at].trim_matches([',', ' ', '\n']).to_owned());
                is_pattern = false;
            }
            _ => {}
        }
    }
    found
}

/// `_`, `other`, `(_, _)`, with or without a condition.
fn catches_all(pattern: &str) -> bool {
    let pattern = pattern.split(" if ").next().unwrap_or_default().trim();
    let is_binding = |part: &str| {
        let is_name = part.chars().all(|letter| letter.is_lowercase() || letter == '_') && !part.is_empty();
        is_name && !["true", "false"].contains(&part)
    };
    match pattern.strip_prefix('(').and_then(|tuple| tuple.strip_suffix(')')) {
        Some(tuple) => tuple.split(',').all(|part| part.trim() == ".." || is_binding(part.trim())),
        None => is_binding(pattern),
    }
}

fn names(pattern: &str, name: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    pattern.match_indices(&format!("{name}::")).any(|(at, _)| !is_letter(pattern[..at].chars().next_back()))
}

/// Where one of these is matched with a catch-all: (line, pattern).
fn catch_alls(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, patterns) in matches(&code(text)) {
        let is_over = |name: &&&str| patterns.iter().any(|pattern| names(pattern, name));
        let Some(name) = EXHAUSTIVE.iter().find(is_over) else { continue };
        let catch_alls = patterns.iter().filter(|pattern| catches_all(pattern));
        found.extend(catch_alls.map(|pattern| (line, format!("`{pattern}` among {name}s"))));
    }
    found
}

#[test]
fn messages_timers_and_facts_are_matched_without_a_catch_all() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    files_below(&core.join("src"), &["rs"], &mut files);
    let is_test = |file: &Path| {
        ["tests.rs", "fixture.rs"].iter().any(|name| file.ends_with(name))
            || file.parent().is_some_and(|folder| folder.ends_with("tests"))
    };
    files.retain(|file| !is_test(file));
    files_below(&core.join("../src/i18n/explain"), &["rs"], &mut files);
    assert!(files.len() > 150, "the sources were found");
    let (mut found, mut seen) = (Vec::new(), 0);
    for file in &files {
        let text = fs::read_to_string(file).expect("a readable file");
        seen += matches(&code(&text)).len();
        found.extend(catch_alls(&text).into_iter().map(|(line, what)| format!("{}:{line}: {what}", file.display())));
    }
    assert!(seen > 500, "the matches were found: {seen}");
    assert!(found.is_empty(), "name what cannot come, family by family:\n{}", found.join("\n"));
}

#[test]
fn each_kind_of_catch_all_is_noticed() {
    for catches in [
        "match timer { Timer::Zk(_) => 1, _ => 2 }",
        "match message { Message::Kafka(KafkaMessage { api: Api::Request(_), .. }) => { 1 } other => 2 }",
        "match (known, fact) { (None, Fact::Zk(_)) => 1, (_, _) => 2 }",
        "match x { Input::Opened(conn) if f(&match y { _ => 1 }) => \"}\", _ if z => '{', Input::Lost(..) => 3 }",
    ] {
        assert_eq!(catch_alls(catches).len(), 1, "{catches}");
    }
    for names_all in [
        "match timer { Timer::Zk(_) => 1, Timer::Kafka(_) | Timer::Broker(_) => 2 }",
        "match role { Role::Leader(_) => Input::Opened(conn), _ => 2 }",
        "match (fact, known) { (Fact::Zk(_), true) => 1, (Fact::Kafka(_), _) | (_, false) => 2 }",
    ] {
        assert_eq!(catch_alls(names_all), [], "{names_all}");
    }
}
