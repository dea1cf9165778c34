//! A click goes one way through the page: component, session, frame, view model, layout, markup, component. What is pure is
//! tested on the host, so it knows neither signals nor the browser, nor the parts of the page that do.

mod sources;

use sources::{code, files_below};
use std::fs;
use std::path::{Path, PathBuf};

/// What a file may not name.
type Above = &'static [&'static str];

/// What pure parts do not name.
const IMPURE: Above = &[
    "leptos",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "gloo_timers",
    "crate::app",
    "crate::browser",
    "crate::components",
    "crate::context",
    "crate::erased",
    "crate::fatal",
];

/// The parts of the page by the beginning of their paths in `src`, from the ground up, each with what it does not name:
/// what stands above it. The longest beginning counts.
const PARTS: &[(&str, Above)] = &[
    ("canvas/scene.rs", IMPURE),
    ("canvas/travel.rs", IMPURE),
    // Drawn on the host alone.
    ("first_picture.rs", IMPURE),
    // Compares numbers of all parts with the style sheets, on the host alone.
    ("style_numbers.rs", &[]),
    ("guide", IMPURE),
    ("i18n", IMPURE),
    ("layout", IMPURE),
    ("markup", IMPURE),
    ("playback", IMPURE),
    ("scenes", IMPURE),
    ("session/debugger", IMPURE),
    ("tale.rs", IMPURE),
    ("view_model", IMPURE),
    ("zkcli", IMPURE),
    // Leptos in another form: it knows nothing of this page.
    ("erased.rs", &["crate"]),
    ("browser", &["crate::fatal", "crate::session", "crate::context", "crate::components", "crate::app"]),
    ("fatal.rs", &["crate::session", "crate::context", "crate::components", "crate::app"]),
    ("session", &["crate::context", "crate::components", "crate::app"]),
    ("context.rs", &["crate::session", "crate::components", "crate::app"]),
    ("canvas", &["crate::components", "crate::app"]),
    ("components", &["crate::app"]),
    ("app.rs", &[]),
    ("lib.rs", &[]),
    ("main.rs", &["crate"]),
    // Programs beside the page, which do without it.
    ("bin", &["brokerscope", "leptos"]),
];

/// Parts that stand on nothing else of the page: all that they are given is plain data, and the engine's.
const ALONE: &[&str] = &["i18n"];

/// The part of a file; none: nobody has said what it may know.
fn part_of(place: &str) -> Option<(&'static str, Above)> {
    let is_within =
        |part: &str| place.strip_prefix(part).is_some_and(|rest| ["", ".rs"].contains(&rest) || rest.starts_with('/'));
    PARTS.iter().copied().filter(|(part, _)| is_within(part)).max_by_key(|(part, _)| part.len())
}

fn is_named(code: &str, name: &str) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    code.match_indices(name)
        .any(|(at, _)| !is_letter(code[..at].chars().next_back()) && code[at + name.len()..].starts_with([':', ';']))
}

/// Which parts of the page it names. A list in braces has no name.
fn parts_named(code: &str) -> impl Iterator<Item = &str> {
    code.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Each file of the page: its path in `src`, and its code.
fn sources_of_the_page() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut files = Vec::new();
    files_below(&src, &["rs"], &mut files);
    assert!(files.len() > 100, "the sources of the page were found");
    let read = |file: &PathBuf| {
        let place = file.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/");
        (place, code(&fs::read_to_string(file).expect("a readable file")))
    };
    files.iter().map(read).collect()
}

#[test]
fn each_part_of_the_page_knows_only_what_stands_below_it() {
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for (place, code) in sources_of_the_page() {
        let Some((part, above)) = part_of(&place) else {
            wrong.push(format!("{place} is of no part: say in PARTS what it may know"));
            continue;
        };
        seen.push(part);
        wrong.extend(above.iter().filter(|name| is_named(&code, name)).map(|name| format!("{place} names {name}")));
    }
    let gone = PARTS.iter().filter(|(part, _)| !seen.contains(part));
    wrong.extend(gone.map(|(part, _)| format!("{part} in PARTS stands for nothing any more")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_stands_alone_names_no_other_part_of_the_page() {
    let mut wrong = Vec::new();
    for (place, code) in sources_of_the_page() {
        for part in ALONE.iter().filter(|part| place.starts_with(**part)) {
            let others = parts_named(&code).filter(|named| named != part);
            wrong.extend(others.map(|named| format!("{place} names crate::{named}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_parts_that_a_file_names_are_found() {
    let code = "use crate::layout::Rect; fn f(x: crate::i18n::Lang) {} use crate::{a, b};";
    assert_eq!(parts_named(code).collect::<Vec<_>>(), ["layout", "i18n", ""]);
}

#[test]
fn a_file_is_of_the_part_with_the_longest_beginning() {
    let part = |place: &str| part_of(place).map(|(part, _)| part);
    assert_eq!(part("canvas/scene.rs"), Some("canvas/scene.rs"));
    assert_eq!(part("canvas/painter.rs"), Some("canvas"));
    assert_eq!(part("guide/tests.rs"), Some("guide"));
    assert_eq!(part("guidebook.rs"), None, "a new file says what it may know");
}

#[test]
fn a_name_is_found_where_it_is_used_and_not_in_another_word() {
    assert!(is_named("use leptos::prelude::*;", "leptos"));
    assert!(is_named("fatal(crate::browser::url::hash())", "crate::browser"));
    assert!(!is_named("use crate::context_of::X;", "crate::context"));
    assert!(!is_named("let leptosy = 1;", "leptos"));
}
