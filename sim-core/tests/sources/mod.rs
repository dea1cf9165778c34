//! The files that the tests of the house read.

use std::fs;
use std::path::{Path, PathBuf};

/// All files in a folder and below it whose names end in one of these.
pub(crate) fn files_below(folder: &Path, endings: &[&str], files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files_below(&path, endings, files);
        } else if path.extension().is_some_and(|extension| endings.iter().any(|ending| extension == *ending)) {
            files.push(path);
        }
    }
}

/// A source without its unit tests, its comments and the insides of its literals, line by line as it was.
#[allow(dead_code, reason = "each test of the house takes what it needs")]
pub(crate) fn code(text: &str) -> String {
    let mut rest = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut code = String::with_capacity(rest.len());
    while let Some(at) = rest.find(['/', '"', '\'', 'r']) {
        let (before, begun) = rest.split_at(at);
        code.push_str(before);
        let is_in_a_word = code.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
        let length = length_to_leave_out(begun, is_in_a_word);
        // Neither a comment nor a literal after all: a division, a lifetime, a letter.
        let (left_out, after) = begun.split_at(length.unwrap_or(1));
        match length {
            Some(_) => code.extend(left_out.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' })),
            None => code.push_str(left_out),
        }
        rest = after;
    }
    code + rest
}

/// How long the comment or the literal is with which this text begins.
fn length_to_leave_out(begun: &str, is_in_a_word: bool) -> Option<usize> {
    let mut letters = begun.chars();
    match (letters.next()?, letters.next()) {
        ('/', Some('/')) => Some(begun.find('\n').unwrap_or(begun.len())),
        ('"', _) => Some(1 + end_of_escaped(&begun[1..], '"')?),
        ('\'', Some('\\')) => Some(1 + end_of_escaped(&begun[1..], '\'')?),
        ('\'', Some(letter)) => begun[1 + letter.len_utf8()..].starts_with('\'').then_some(2 + letter.len_utf8()),
        ('r', Some('"' | '#')) if !is_in_a_word => {
            let (hashes, _) =
                begun[1..].split_once('"').filter(|(hashes, _)| hashes.chars().all(|letter| letter == '#'))?;
            let end = format!("\"{hashes}");
            let begin = 1 + hashes.len() + 1;
            Some(begin + begun[begin..].find(&end)? + end.len())
        }
        _ => None,
    }
}

/// Up to and with the first of these that no backslash stands before.
fn end_of_escaped(text: &str, end: char) -> Option<usize> {
    let mut is_escaped = false;
    let found = text.char_indices().find(|(_, letter)| {
        let is_end = *letter == end && !is_escaped;
        is_escaped = *letter == '\\' && !is_escaped;
        is_end
    });
    found.map(|(at, _)| at + end.len_utf8())
}
