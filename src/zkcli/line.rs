//! A line as it is typed: words, quotes, flags. The commands and their flags are those of zkCli 3.5 and later
//! (`org.apache.zookeeper.cli`).

use crate::i18n::Lang;
use crate::i18n::cli as words;
use crate::i18n::cli::CommandHelp;
use sim_core::release::ZkVersion;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Ls,
    Get,
    Stat,
    Create,
    Set,
    Delete,
    DeleteAll,
    Sync,
    Connect,
    Close,
    Quit,
    Help,
}

impl Verb {
    pub const ALL: [Verb; 12] = [
        Verb::Ls,
        Verb::Get,
        Verb::Stat,
        Verb::Create,
        Verb::Set,
        Verb::Delete,
        Verb::DeleteAll,
        Verb::Sync,
        Verb::Connect,
        Verb::Close,
        Verb::Quit,
        Verb::Help,
    ];

    /// How it is written: the name, then flags and arguments.
    pub const fn usage(self) -> &'static str {
        match self {
            Verb::Ls => "ls [-s] [-w] [-R] path",
            Verb::Get => "get [-s] [-w] path",
            Verb::Stat => "stat [-w] path",
            Verb::Create => "create [-s] [-e] path [data]",
            Verb::Set => "set [-s] [-v version] path data",
            Verb::Delete => "delete [-v version] path",
            Verb::DeleteAll => "deleteall path",
            Verb::Sync => "sync path",
            Verb::Connect => "connect [zk1,zk2,…]",
            Verb::Close => "close",
            Verb::Quit => "quit",
            Verb::Help => "help",
        }
    }

    pub fn name(self) -> &'static str {
        self.usage().split(' ').next().unwrap_or_default()
    }

    /// What it does, in words.
    pub const fn help(self) -> CommandHelp {
        match self {
            Verb::Ls => CommandHelp::Ls,
            Verb::Get => CommandHelp::Get,
            Verb::Stat => CommandHelp::Stat,
            Verb::Create => CommandHelp::Create,
            Verb::Set => CommandHelp::Set,
            Verb::Delete => CommandHelp::Delete,
            Verb::DeleteAll => CommandHelp::DeleteAll,
            Verb::Sync => CommandHelp::Sync,
            Verb::Connect => CommandHelp::Connect,
            Verb::Close => CommandHelp::Close,
            Verb::Quit => CommandHelp::Quit,
            Verb::Help => CommandHelp::Help,
        }
    }

    /// Flags are single letters; `v` takes the next word.
    pub const fn flags(self) -> &'static str {
        match self {
            Verb::Ls => "swR",
            Verb::Get => "sw",
            Verb::Stat => "w",
            Verb::Create => "se",
            Verb::Set => "sv",
            Verb::Delete => "v",
            _ => "",
        }
    }

    /// The fewest and the most words after the flags.
    const fn arguments(self) -> (usize, usize) {
        match self {
            Verb::Create => (1, 2),
            Verb::Set => (2, 2),
            Verb::Connect => (0, 1),
            Verb::Close | Verb::Quit | Verb::Help => (0, 0),
            _ => (1, 1),
        }
    }

    /// The first word after the flags is a path.
    pub fn takes_path(self) -> bool {
        self.arguments().0 > 0
    }
}

/// A command that can be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub verb: Verb,
    flags: String,
    /// −1: any.
    pub version: i32,
    /// The path, then data; servers for `connect`.
    arguments: Vec<String>,
}

impl Line {
    pub fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    pub fn path(&self) -> &str {
        self.arguments.first().map_or("", String::as_str)
    }

    /// None: `null`, which is another thing than empty.
    pub fn data(&self) -> Option<&str> {
        self.arguments.get(1).map(String::as_str)
    }

    /// The numbers of the servers that `connect` names.
    pub fn servers(&self) -> Vec<u16> {
        self.path().split(',').filter_map(server).collect()
    }
}

/// "zk2", "zk2:2181" or "2".
fn server(text: &str) -> Option<u16> {
    let host = text.split(':').next()?;
    host.strip_prefix("zk").unwrap_or(host).parse().ok()
}

/// Why a line is not a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    Unknown(String),
    /// A command of zkCli 3.4, and what does the same now.
    Replaced(String, &'static str),
    /// A character that an input method typed where another one is meant.
    FullWidth(char, char),
    /// Too few or too many words.
    Usage(Verb),
    Flag(Verb, char),
    OpenQuote(char),
    /// Not a number after `-v`.
    Version(String),
    Server(String),
}

impl Problem {
    /// What to write instead. The real command line of the scene's ZooKeeper may have known other commands.
    pub fn say(&self, lang: Lang, zookeeper: ZkVersion) -> String {
        match self {
            Problem::Unknown(name) => words::unknown(lang, name),
            Problem::Replaced(old, new) => words::replaced(lang, old, new, zookeeper),
            Problem::FullWidth(typed, half) => words::full_width(lang, *typed, *half),
            Problem::Usage(verb) => words::usage(lang, verb.usage()),
            Problem::Flag(verb, flag) => words::no_option(lang, verb.name(), *flag, verb.usage()),
            Problem::OpenQuote(quote) => words::open_quote(lang, *quote),
            Problem::Version(text) => words::not_a_version(lang, text),
            Problem::Server(text) => words::no_server(lang, text),
        }
    }
}

/// Longer lines would make links too long to be sent.
pub const LINE_BYTES_MAX: usize = 2_000;

struct Word {
    text: String,
    quoted: bool,
}

/// A word in quotes may have spaces; a quote inside a word is a letter like any other
/// (`ZooKeeperMain.MyCommandOptions.ARGS_PATTERN`).
fn words(line: &str) -> Result<Vec<Word>, Problem> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = first == '"' || first == '\'';
        let (text, after) = if quoted {
            rest[1..].split_once(first).ok_or(Problem::OpenQuote(first))?
        } else {
            rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()))
        };
        words.push(Word { text: text.to_string(), quoted });
        rest = after.trim_start();
    }
    Ok(words)
}

/// The commands of 3.4 that have other names now.
const REPLACED: [(&str, &str); 2] = [("rmr", "deleteall"), ("ls2", "ls -s")];

/// What is meant by punctuation as an input method for 中文 types it. On its keyboards the key of the slash is that of
/// the ideographic comma.
fn half_width(typed: char) -> Option<char> {
    match typed {
        '／' | '、' => Some('/'),
        '“' | '”' | '＂' => Some('"'),
        '‘' | '’' | '＇' => Some('\''),
        '－' | '—' | '–' => Some('-'),
        '。' => Some('.'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(typed) - 0xfee0),
        _ => None,
    }
}

/// Where a word begins, punctuation says what it is: a path, a quotation, a flag. Within data it is a letter like any
/// other, and stays.
fn full_width(words: &[Word]) -> Option<Problem> {
    let meant = |typed: char| half_width(typed).map(|half| Problem::FullWidth(typed, half));
    let command = words.first()?.text.chars().find_map(meant);
    let begins = |word: &Word| {
        let first = word.text.chars().next().filter(|_| !word.quoted)?;
        meant(first).filter(|_| half_width(first).is_some_and(|half| "/\"'-".contains(half)))
    };
    command.or_else(|| words[1..].iter().find_map(begins))
}

/// Nothing: the line is empty.
pub fn parse(line: &str) -> Result<Option<Line>, Problem> {
    let words = words(line)?;
    if let Some(problem) = full_width(&words) {
        return Err(problem);
    }
    let mut words = words.into_iter();
    let Some(name) = words.next() else { return Ok(None) };
    let verb = Verb::ALL.into_iter().find(|verb| verb.name() == name.text).ok_or_else(|| {
        match REPLACED.into_iter().find(|(old, _)| *old == name.text) {
            Some((_, new)) => Problem::Replaced(name.text.clone(), new),
            None => Problem::Unknown(name.text.clone()),
        }
    })?;
    let mut parsed = Line { verb, flags: String::new(), version: -1, arguments: Vec::new() };
    while let Some(word) = words.next() {
        let letters = word.text.strip_prefix('-').filter(|letters| !letters.is_empty() && !word.quoted);
        let Some(letters) = letters else {
            parsed.arguments.push(word.text);
            continue;
        };
        for letter in letters.chars() {
            if !verb.flags().contains(letter) {
                return Err(Problem::Flag(verb, letter));
            }
            parsed.flags.push(letter);
            if letter == 'v' {
                let number = words.next().ok_or(Problem::Usage(verb))?.text;
                parsed.version = number.parse().map_err(|_| Problem::Version(number))?;
            }
        }
    }
    let (fewest, most) = verb.arguments();
    if !(fewest..=most).contains(&parsed.arguments.len()) {
        return Err(Problem::Usage(verb));
    }
    if verb == Verb::Connect
        && let Some(unknown) = parsed.arguments.first().and_then(|all| all.split(',').find(|one| server(one).is_none()))
    {
        return Err(Problem::Server(unknown.to_string()));
    }
    Ok(Some(parsed))
}
