//! Completion: commands, flags, servers, paths that exist.

use super::line::Verb;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The line, as far as it is certain.
    pub line: String,
    /// What could stand for its last word, when that is more than one thing.
    pub choices: Vec<String>,
}

/// The line with another last word.
pub fn with_last_word(line: &str, word: &str) -> String {
    let begin = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    format!("{}{word}", &line[..begin])
}

/// Completes the last word. `paths` are sorted. Nothing: there is nothing that it could become.
pub fn complete<'a>(line: &str, paths: impl Iterator<Item = &'a str>, servers: u16) -> Option<Completion> {
    let begin = line.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let (before, word) = line.split_at(begin);
    let Some(name) = before.split_whitespace().next() else {
        return choose(before, word, Verb::ALL.iter().map(|verb| format!("{} ", verb.name())).collect());
    };
    let verb = Verb::ALL.into_iter().find(|verb| verb.name() == name)?;
    if word.starts_with('-') {
        return choose(before, word, verb.flags().chars().map(|flag| format!("-{flag} ")).collect());
    }
    if verb == Verb::Connect {
        return choose(before, word, (1..=servers).map(|server| format!("zk{server}")).collect());
    }
    // The path is the first word that is neither a flag nor a flag's value.
    let mut after_v = false;
    let given = before.split_whitespace().skip(1).any(|word| {
        let is_value = std::mem::replace(&mut after_v, word == "-v");
        !is_value && !word.starts_with('-')
    });
    if !verb.takes_path() || given || after_v {
        return None;
    }
    // One level at a time, as in a file system.
    let mut children: Vec<String> = Vec::new();
    for path in paths.filter(|path| path.starts_with(word) && *path != "/") {
        let end = path[word.len()..].find('/').map_or(path.len(), |at| word.len() + at);
        // "/brokers" itself stands for the whole word; below it the next level begins.
        let end = if end == word.len() && word.len() < path.len() {
            path[end + 1..].find('/').map_or(path.len(), |at| end + 1 + at)
        } else {
            end
        };
        if children.last().is_none_or(|last| *last != path[..end])
            && !children.iter().any(|known| *known == path[..end])
        {
            children.push(path[..end].to_string());
        }
    }
    if word.is_empty() {
        children.insert(0, "/".to_string());
    }
    choose(before, word, children)
}

fn choose(before: &str, word: &str, candidates: Vec<String>) -> Option<Completion> {
    let mut choices: Vec<String> = candidates.into_iter().filter(|candidate| candidate.starts_with(word)).collect();
    let first = choices.first()?;
    let mut common = first.len();
    for other in &choices[1..] {
        common = first.bytes().zip(other.bytes()).take(common).take_while(|(a, b)| a == b).count();
    }
    while !first.is_char_boundary(common) {
        common -= 1;
    }
    let line = format!("{before}{}", &first[..common]);
    if choices.len() == 1 {
        choices.clear();
    }
    choices.iter_mut().for_each(|choice| choice.truncate(choice.trim_end().len()));
    Some(Completion { line, choices })
}
