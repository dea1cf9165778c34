//! A click goes one way through the page: component, session, frame, view model, layout, markup, component. What is pure is
//! tested on the host, so it knows neither signals nor the browser, nor the parts of the page that do.

mod sources;

use sources::files_below;
use std::fs;
use std::path::Path;

/// Pure parts of the page, by the beginning of their files' paths in `src`.
const PURE: &[&str] = &[
    "canvas/scene.rs",
    "canvas/travel.rs",
    "guide",
    "i18n",
    "layout",
    "markup",
    "playback",
    "scenes",
    "session/walk.rs",
    "view_model",
    "zkcli",
];

/// What they do not name.
const IMPURE: &[&str] = &[
    "leptos",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo_timers",
    "crate::app",
    "crate::browser",
    "crate::components",
    "crate::context",
    "crate::fatal",
];

/// Parts that hold signals or touch the browser, each with what it does not name: what stands above it.
const BELOW: &[(&str, &[&str])] = &[
    ("browser", &["crate::session", "crate::context", "crate::components", "crate::app"]),
    ("fatal.rs", &["crate::session", "crate::context", "crate::components", "crate::app"]),
    ("session", &["crate::context", "crate::components", "crate::app"]),
    ("context.rs", &["crate::session", "crate::components", "crate::app"]),
    ("canvas", &["crate::components", "crate::app"]),
];

/// The text without comments and without the unit tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn is_named(code: &str, name: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    code.match_indices(name)
        .any(|(at, _)| !is_letter(code[..at].chars().next_back()) && code[at + name.len()..].starts_with([':', ';']))
}

#[test]
fn each_part_of_the_page_knows_only_what_stands_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut files = Vec::new();
    files_below(&src, &["rs"], &mut files);
    assert!(files.len() > 100, "the sources of the page were found");
    let mut wrong = Vec::new();
    for file in &files {
        let place = file.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
        let code = code(&fs::read_to_string(file).expect("a readable file"));
        let pure = PURE.iter().map(|part| (part, IMPURE));
        let below = BELOW.iter().map(|(part, above)| (part, *above));
        for (_, names) in pure.chain(below).filter(|(part, _)| place.starts_with(**part)) {
            wrong.extend(names.iter().filter(|name| is_named(&code, name)).map(|name| format!("{place} names {name}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_is_found_where_it_is_used_and_not_in_another_word() {
    assert!(is_named("use leptos::prelude::*;", "leptos"));
    assert!(is_named("fatal(crate::browser::url::hash())", "crate::browser"));
    assert!(!is_named("use crate::context_of::X;", "crate::context"));
    assert!(!is_named("let leptosy = 1;", "leptos"));
}
