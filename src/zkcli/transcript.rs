//! What stands on the screen of a client: the lines that were typed, the answers, the watches, in the order in
//! which they came. All of it is read from the frame: a step back takes lines away.

use super::line;
use crate::i18n::{Lang, cli as words};
use crate::view_model::time_text::java_date;
use sim_core::client::{Shown, Watched};
use sim_core::ids::ZPath;
use sim_core::order::ShellOp;
use sim_core::time::SimTime;
use sim_core::zookeeper::child_of;
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

/// The lines of a client's screen, oldest first.
pub fn printed(screen: &[(SimTime, Shown)], lang: Lang) -> Vec<Printed> {
    let mut out = Out { lines: Vec::new(), lang, asked: Vec::new(), speaking: 0 };
    for (_, shown) in screen {
        match shown {
            Shown::Asked(op) => {
                out.speaking = out.asked.len();
                out.say(Kind::Prompt, format!("[zk {}] {}", out.speaking, typed(op)));
                out.asked.push(op);
            }
            Shown::Part(nth, op, result) => out.part(*nth as usize, op, result),
            Shown::Answered(nth, result) => out.answered(*nth as usize, result),
            Shown::Watched(Watched::Event(event, path)) => out.say(Kind::Watch, words::watch(lang, *event, path)),
            Shown::Watched(Watched::State(state)) => out.say(Kind::Note, words::state(lang, *state)),
            Shown::Started => out.say(Kind::Note, words::started(lang)),
            Shown::Quit => out.say(Kind::Prompt, format!("[zk {}] quit", out.asked.len())),
        }
    }
    let last = out.lines.len().saturating_sub(LINES_MAX);
    out.lines.split_off(last)
}

struct Out<'a> {
    lines: Vec<Printed>,
    lang: Lang,
    /// The lines that were typed, and the operations that a scenario gave.
    asked: Vec<&'a ShellOp>,
    /// Whose answer is being printed.
    speaking: usize,
}

impl<'a> Out<'a> {
    fn say(&mut self, kind: Kind, text: impl Into<String>) {
        self.lines.push(Printed { kind, text: text.into() });
    }

    /// What follows is about this one of the lines, although another one was typed meanwhile.
    fn turn_to(&mut self, nth: usize) -> Option<&'a ShellOp> {
        let order = *self.asked.get(nth)?;
        if nth != self.speaking {
            self.speaking = nth;
            self.say(Kind::Note, format!("↩ [zk {nth}] {}", typed(order)));
        }
        Some(order)
    }

    fn part(&mut self, nth: usize, op: &ZkOp, result: &ZkResult) {
        let Some(order) = self.turn_to(nth) else { return };
        match (order, op, result) {
            // It went away while it was listed.
            (ShellOp::ListAll { .. }, ZkOp::GetChildren { .. }, Err(failure)) if failure.error == ZkError::NoNode => {}
            (_, _, Err(failure)) => self.say(Kind::Error, words::failure(self.lang, failure.error, op)),
            (ShellOp::ListAll { .. }, ZkOp::GetData { path, .. }, Ok(_)) => self.say(Kind::Output, &**path),
            (ShellOp::ListAll { .. }, ZkOp::GetChildren { path, .. }, Ok(ZkReply::Children(names, _))) => {
                names.iter().for_each(|name| self.say(Kind::Output, &*child_of(path, name)));
            }
            (_, _, Ok(_)) => {}
        }
    }

    fn answered(&mut self, nth: usize, result: &ZkResult) {
        let Some(order) = self.turn_to(nth) else { return };
        match order {
            ShellOp::Zk(op) => self.answer(op, false, result),
            ShellOp::Typed(text, op) => {
                let with_stat = line::parse(text).ok().flatten().is_some_and(|line| line.has('s'));
                self.answer(op, with_stat, result);
            }
            // Its parts have said everything.
            ShellOp::ListAll { .. } | ShellOp::DeleteAll { .. } => {}
            ShellOp::Close => self.say(Kind::Note, words::closed(self.lang)),
        }
    }

    fn answer(&mut self, op: &ZkOp, with_stat: bool, result: &ZkResult) {
        match result {
            Err(failure) => self.say(Kind::Error, words::failure(self.lang, failure.error, op)),
            Ok(reply) => match reply {
                ZkReply::Created(path) => self.say(Kind::Output, words::created(self.lang, path)),
                ZkReply::Exists(None) => self.say(Kind::Error, words::failure(self.lang, ZkError::NoNode, op)),
                ZkReply::Exists(Some(stat)) => self.stat(stat),
                ZkReply::Data(data, stat) => {
                    let text = data.as_deref().unwrap_or("null");
                    text.split('\n').for_each(|row| self.say(Kind::Output, row));
                    if with_stat {
                        self.stat(stat);
                    }
                }
                ZkReply::Set(stat) if with_stat => self.stat(stat),
                ZkReply::Children(names, stat) => {
                    self.say(Kind::Output, format!("[{}]", names.join(", ")));
                    if with_stat {
                        self.stat(stat);
                    }
                }
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

/// What was typed, or would have been.
fn typed(op: &ShellOp) -> String {
    let op = match op {
        ShellOp::Typed(line, _) | ShellOp::ListAll { line, .. } | ShellOp::DeleteAll { line, .. } => {
            return line.trim().to_string();
        }
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
