//! What stands on the screen of a client: the lines that were typed, the answers, the watches, in the order in
//! which they came. All of it is read from the frame: a step back takes lines away.

use super::line::{self, Line, Verb};
use super::plan;
use crate::i18n::{Lang, cli as words};
use crate::view_model::time_text::java_date;
use sim_core::client::zk_shell::{Shown, Watched};
use sim_core::ids::ZPath;
use sim_core::order::ShellOp;
use sim_core::time::SimTime;
use sim_core::zookeeper::{CreateMode, Stat, ZkError, ZkOp, ZkReply, ZkResult};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Prompt,
    Output,
    Error,
    Watch,
    Note,
    /// What the line above it means.
    Help,
}

impl Kind {
    pub const fn class(self) -> &'static str {
        match self {
            Kind::Prompt => "prompt",
            Kind::Output => "output",
            Kind::Error => "error",
            Kind::Watch => "watch",
            Kind::Note => "told",
            Kind::Help => "help-of",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Printed {
    pub kind: Kind,
    pub text: String,
}

/// Older lines scroll away.
pub const LINES_MAX: usize = 400;

/// A line that was typed (or an operation that a scenario gave), and its operations so far.
pub(super) struct Block<'a> {
    pub(super) line: Option<Line>,
    pub(super) asked: u32,
    pub(super) answers: Vec<&'a ZkResult>,
}

impl Block<'_> {
    pub(super) fn is_answered(&self) -> bool {
        self.answers.len() as u32 == self.asked
    }

    /// What the line wants next, once everything before that is answered.
    pub(super) fn next(&self) -> Option<ZkOp> {
        self.line.as_ref().filter(|_| self.is_answered()).and_then(|line| plan::next(line, &self.answers))
    }
}

/// The blocks, the lines that they print, and which block asked the n-th operation.
struct Reader<'a> {
    blocks: Vec<Block<'a>>,
    asked: Vec<(usize, &'a ShellOp)>,
}

impl<'a> Reader<'a> {
    fn see(&mut self, shown: &'a Shown) {
        match shown {
            Shown::Asked(op) => {
                let goes_on = match op {
                    ShellOp::Zk(op) => self.blocks.last().and_then(Block::next).as_ref() == Some(op),
                    _ => false,
                };
                if !goes_on {
                    let line = match op {
                        ShellOp::Typed(text, _) => line::parse(text).ok().flatten(),
                        _ => None,
                    };
                    self.blocks.push(Block { line, asked: 0, answers: Vec::new() });
                }
                if let Some(block) = self.blocks.last_mut() {
                    block.asked += 1;
                }
                self.asked.push((self.blocks.len() - 1, op));
            }
            Shown::Answered(nth, result) => {
                if let Some(block) = self.asked.get(*nth as usize).and_then(|(at, _)| self.blocks.get_mut(*at)) {
                    block.answers.push(result);
                }
            }
            Shown::Started | Shown::Watched(_) | Shown::Quit => {}
        }
    }
}

/// What was typed last, or given last.
pub(super) fn last_block(screen: &[(SimTime, Shown)]) -> Option<Block<'_>> {
    let mut reader = Reader { blocks: Vec::new(), asked: Vec::new() };
    screen.iter().for_each(|(_, shown)| reader.see(shown));
    reader.blocks.pop()
}

/// The lines of a client's screen, oldest first.
pub fn printed(screen: &[(SimTime, Shown)], lang: Lang) -> Vec<Printed> {
    let mut reader = Reader { blocks: Vec::new(), asked: Vec::new() };
    let mut out = Out { lines: Vec::new(), lang };
    for (_, shown) in screen {
        let blocks = reader.blocks.len();
        reader.see(shown);
        match shown {
            Shown::Asked(op) if reader.blocks.len() > blocks => {
                out.say(Kind::Prompt, format!("[zk {blocks}] {}", typed(op)));
            }
            Shown::Asked(_) => {}
            Shown::Answered(nth, result) => {
                let Some((at, op)) = reader.asked.get(*nth as usize) else { continue };
                let line = reader.blocks.get(*at).and_then(|block| block.line.as_ref());
                // It comes late: something else was typed meanwhile.
                if *at + 1 < reader.blocks.len() {
                    out.say(Kind::Note, format!("↩ [zk {at}] {}", typed(op)));
                }
                match op {
                    ShellOp::Zk(op) | ShellOp::Typed(_, op) => out.answer(line, op, result),
                    ShellOp::Close => out.say(Kind::Note, words::closed(lang)),
                }
            }
            Shown::Watched(Watched::Event(event, path)) => out.say(Kind::Watch, words::watch(lang, *event, path)),
            Shown::Watched(Watched::State(state)) => out.say(Kind::Note, words::state(lang, *state)),
            Shown::Started => out.say(Kind::Note, words::started(lang)),
            Shown::Quit => out.say(Kind::Prompt, format!("[zk {}] quit", reader.blocks.len())),
        }
    }
    let last = out.lines.len().saturating_sub(LINES_MAX);
    out.lines.split_off(last)
}

struct Out {
    lines: Vec<Printed>,
    lang: Lang,
}

impl Out {
    fn say(&mut self, kind: Kind, text: impl Into<String>) {
        self.lines.push(Printed { kind, text: text.into() });
    }

    fn answer(&mut self, line: Option<&Line>, op: &ZkOp, result: &ZkResult) {
        let path: &str = op.path().map_or("", |path| path);
        // For one operation of many only its own part is printed.
        let walks = line.is_some_and(|line| line.verb == Verb::DeleteAll || line.has('R'));
        let with_stat = line.is_some_and(|line| line.has('s')) && !walks;
        match result {
            Err(failure) if walks && failure.error == ZkError::NoNode && is_listing_below(line, op) => {}
            Err(failure) => self.say(Kind::Error, words::failure(self.lang, failure.error, op)),
            Ok(reply) => match reply {
                ZkReply::Created(path) => self.say(Kind::Output, words::created(self.lang, path)),
                ZkReply::Exists(None) => self.say(Kind::Error, words::failure(self.lang, ZkError::NoNode, op)),
                ZkReply::Exists(Some(stat)) => self.stat(stat),
                ZkReply::Data(..) if walks => self.say(Kind::Output, path),
                ZkReply::Data(data, stat) => {
                    let text = data.as_deref().unwrap_or("null");
                    text.split('\n').for_each(|row| self.say(Kind::Output, row));
                    if with_stat {
                        self.stat(stat);
                    }
                }
                ZkReply::Set(stat) if with_stat => self.stat(stat),
                ZkReply::Children(names, stat) => match line {
                    Some(line) if line.verb == Verb::DeleteAll => {}
                    Some(line) if line.has('R') => {
                        names.iter().for_each(|name| self.say(Kind::Output, &*plan::child(path, name)));
                    }
                    _ => {
                        self.say(Kind::Output, format!("[{}]", names.join(", ")));
                        if with_stat {
                            self.stat(stat);
                        }
                    }
                },
                ZkReply::Synced => self.say(Kind::Output, words::synced(self.lang)),
                ZkReply::Multi(replies) => self.say(Kind::Output, format!("OK × {}", replies.len())),
                ZkReply::Deleted | ZkReply::Set(_) | ZkReply::Checked => {}
            },
        }
    }

    /// As `StatPrinter` writes it.
    fn stat(&mut self, stat: &Stat) {
        let rows: [(&str, String); 11] = [
            ("cZxid", stat.czxid.to_string()),
            ("ctime", java_date(stat.ctime.0)),
            ("mZxid", stat.mzxid.to_string()),
            ("mtime", java_date(stat.mtime.0)),
            ("pZxid", stat.pzxid.to_string()),
            ("cversion", stat.cversion.to_string()),
            ("dataVersion", stat.version.to_string()),
            ("aclVersion", stat.aversion.to_string()),
            ("ephemeralOwner", stat.ephemeral_owner.to_string()),
            ("dataLength", stat.data_length.to_string()),
            ("numChildren", stat.num_children.to_string()),
        ];
        for (name, value) in rows {
            self.say(Kind::Output, format!("{name} = {value}"));
        }
    }
}

/// `ls -R` passes over a znode that went away while it was listing.
fn is_listing_below(line: Option<&Line>, op: &ZkOp) -> bool {
    matches!(op, ZkOp::GetChildren { .. }) && line.is_some_and(|line| line.verb == Verb::Ls)
}

/// What was typed, or would have been.
fn typed(op: &ShellOp) -> String {
    let op = match op {
        ShellOp::Typed(text, _) => return text.trim().to_string(),
        ShellOp::Close => return "close".to_string(),
        ShellOp::Zk(op) => op,
    };
    let watch = |watch: &bool| if *watch { " -w" } else { "" };
    let version = |version: &i32| if *version == -1 { String::new() } else { format!(" -v {version}") };
    let text = |data: &Option<ZPath>| data.as_ref().map_or_else(String::new, |data| format!(" '{data}'"));
    match op {
        ZkOp::Create { path, data, mode } => {
            let flags = match mode {
                CreateMode::Persistent => "",
                CreateMode::Ephemeral => " -e",
                CreateMode::PersistentSequential => " -s",
                CreateMode::EphemeralSequential => " -s -e",
            };
            format!("create{flags} {path}{}", text(data))
        }
        ZkOp::Delete { path, version: v } => format!("delete{} {path}", version(v)),
        ZkOp::Exists { path, watch: w } => format!("stat{} {path}", watch(w)),
        ZkOp::GetData { path, watch: w } => format!("get{} {path}", watch(w)),
        ZkOp::SetData { path, data, version: v } => format!("set{} {path}{}", version(v), text(data)),
        ZkOp::GetChildren { path, watch: w } => format!("ls{} {path}", watch(w)),
        ZkOp::Sync { path } => format!("sync {path}"),
        ZkOp::Check { path, version } => format!("check {path} {version}"),
        ZkOp::Multi(ops) => format!("multi × {}", ops.len()),
    }
}
