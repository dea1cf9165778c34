//! The order of the house: every file stands on a floor and knows only what is on its own floor or below.
//! `docs/ARCHITECTURE.md` shows the floors. A file that must know more belongs higher up.

mod sources;

use sources::files_below;
use std::fs;
use std::path::Path;

/// From the ground up. A module stands on the floor of the longest name here that it begins with.
const FLOORS: &[&[&str]] = &[
    // Numbers, names, text: nothing here knows what is simulated.
    &["broken", "digest", "fact", "ids", "invariant", "json", "net", "rng", "sorted", "time"],
    // Words: the plain data that state machines exchange, keep, are given and report.
    &[
        "about",
        "client::assignors",
        "client::facts",
        "client::producer::config",
        "client::rules",
        "client::timers",
        "client::zk_consumer::config",
        "engine::facts",
        "kafka::config",
        "kafka::facts",
        "kafka::messages",
        "kafka::scala_hash",
        "kafka::timers",
        // Paths and payloads are words too: a message says which group its path belongs to.
        "kafka::znodes",
        "order",
        // What differs between versions: their defaults are settings, and every machine asks it.
        "release",
        "settings",
        "zookeeper::facts",
        "zookeeper::java_hash",
        "zookeeper::messages",
        "zookeeper::rules",
        "zookeeper::timers",
        "zookeeper::txn",
        "zookeeper::types",
        // A snapshot is a whole tree on its way to a follower.
        "zookeeper::znode_tree",
    ],
    // What a state machine sees and wants.
    &["boundary", "event"],
    // The state machines, each floor the clients of the one below.
    &["zookeeper"],
    &["kafka"],
    &["client"],
    // All of them together, and what looks at them.
    &["engine"],
    &["view"],
    &["scenario"],
    &["history"],
    &["check"],
];

/// Unit tests stand where they are and may build whatever they like.
fn is_test(module: &str) -> bool {
    module.ends_with("::tests")
}

fn floor(module: &str) -> usize {
    let is_within =
        |name: &str| module.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
    let named = FLOORS.iter().enumerate().flat_map(|(floor, names)| names.iter().map(move |name| (floor, *name)));
    let (floor, _) = named
        .filter(|(_, name)| is_within(name))
        .max_by_key(|(_, name)| name.len())
        .unwrap_or_else(|| panic!("{module} stands on no floor: give it one in FLOORS"));
    floor
}

/// `kafka/controller/mod.rs` is the module `kafka::controller`.
fn module_of(file: &Path, src: &Path) -> String {
    let inside = file.strip_prefix(src).expect("a file of the crate").with_extension("");
    let mut parts: Vec<_> = inside.iter().map(|part| part.to_str().expect("plain letters")).collect();
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    parts.join("::")
}

/// Every path of the crate that the module's text names, with its line; those in braces one by one.
fn named_paths(module: &str, text: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let parent = module.rsplit_once("::").map_or("crate::".to_owned(), |(parent, _)| format!("crate::{parent}::"));
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let code = code.replace("use super::", &format!("use {parent}"));
    for (at, found) in code.match_indices("crate::") {
        if code[..at].ends_with(['$', '_']) || code[..at].ends_with(char::is_alphanumeric) {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + found.len()..];
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter)).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches(':');
        match rest[end..].strip_prefix('{').and_then(|list| list.split_once('}')) {
            Some((list, _)) if rest[..end].ends_with("::") => {
                named.extend(list.split(',').map(|name| (line, format!("{path}::{}", name.trim()))));
            }
            _ => named.push((line, path.to_owned())),
        }
    }
    named
}

/// The module of a path: what comes before the first name with a capital letter, or before a function of a
/// module that has a floor of its own.
fn module_in(path: &str) -> String {
    let modules = path.split("::").take_while(|part| part.starts_with(char::is_lowercase));
    modules.collect::<Vec<_>>().join("::")
}

#[test]
fn no_file_knows_a_floor_above_its_own() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    files_below(&src, &["rs"], &mut files);
    let mut upward = Vec::new();
    let mut arrows = 0;
    for file in &files {
        let module = module_of(file, &src);
        if module == "lib" || is_test(&module) {
            continue;
        }
        let text = fs::read_to_string(file).expect("a readable file");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (line, path) in named_paths(&module, code) {
            arrows += 1;
            let target = module_in(&path);
            if floor(&target) > floor(&module) {
                upward.push(format!("{module}:{line} knows {path}"));
            }
        }
    }
    assert!(arrows > 500, "the paths were found: {arrows}");
    assert!(upward.is_empty(), "{} upward arrows:\n{}", upward.len(), upward.join("\n"));
}

#[test]
fn each_rule_that_the_readme_points_to_is_where_it_says() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(core.join("../README.md")).expect("a readable file");
    let (_, section) = readme.split_once("### Where a rule is").expect("the README has this section");
    let rows =
        section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).skip(2);
    let mut found = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let (file, function) = (cells[2], cells[3]);
        let text = fs::read_to_string(core.join("src").join(file)).unwrap_or_default();
        assert!(text.contains(&format!("fn {function}(")), "{file} has no `{function}`");
        found += 1;
    }
    assert!(found > 10, "the rows were found");
}
