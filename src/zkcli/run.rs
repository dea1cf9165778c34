//! From a line to placed commands: which client answers, what is placed next, how long an answer is waited for.

use super::line::{Line, Verb};
use sim_core::client::{Shown, Watched};
use sim_core::engine::command::Command;
use sim_core::engine::system::Process;
use sim_core::ids::{NodeId, ZPath};
use sim_core::order::{Order, ShellOp};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::{Frame, Seen, ShellView};
use sim_core::zookeeper::{CreateMode, KeeperState, ZkOp};
use std::sync::Arc;

/// What zkCli asks for unless it is told otherwise (`ZooKeeperMain.MyCommandOptions`: "timeout", 30000).
const SESSION_TIMEOUT_MS: u32 = 30_000;

/// An answer that takes longer is not waited for: the page stands still again.
pub const ANSWER_MAX: Span = Span::ms(10_000);

/// The client at whose keyboard the reader sits: the newest.
pub fn client(frame: &Frame) -> Option<Seen<'_, ShellView>> {
    frame.shells().rfind(|shell| shell.process != Process::Removed)
}

/// Its handle takes operations. After an expiry it still does, and answers that the session has expired.
fn is_connected(shell: &ShellView) -> bool {
    let is_open = shell.zk.as_ref().is_some_and(|zk| zk.state != KeeperState::Closed);
    is_open && !shows(shell, |shown| matches!(shown, Shown::Quit | Shown::Asked(ShellOp::Close)))
}

/// Whether something came on its screen since the process started.
fn shows(shell: &ShellView, wanted: fn(&Shown) -> bool) -> bool {
    shell.screen.iter().rev().map(|(_, shown)| shown).take_while(|shown| **shown != Shown::Started).any(wanted)
}

/// What answers: the client, its server, its state, its session.
pub fn title(frame: &Frame) -> Option<String> {
    let shell = client(frame)?;
    let Some(zk) = &shell.zk else {
        return Some(format!("{} · {}", shell.name, KeeperState::Closed.name()));
    };
    let at = match zk.server {
        Some(NodeId::Zk(number)) => format!("zk{number} · "),
        _ => String::new(),
    };
    Some(format!("{} · {at}{} · {}", shell.name, zk.state.name(), zk.session))
}

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// These commands, one after the other, at the cursor.
    Place(Vec<Command>),
    /// The list of commands is shown; nothing happens in the scene.
    Help,
    NotConnected,
}

pub fn act(line: &Line, text: &str, frame: &Frame) -> Act {
    let here = client(frame);
    let connected = here.filter(|shell| is_connected(shell));
    let order = |id: NodeId, op: ShellOp| Command::Order(id, Order::Zk(op));
    match (line.verb, connected) {
        (Verb::Help, _) => Act::Help,
        (Verb::Connect, connected) => {
            let close = connected.map(|shell| order(shell.id, ShellOp::Close));
            Act::Place(close.into_iter().chain([connect(frame, line.servers())]).collect())
        }
        (Verb::Close, Some(shell)) => Act::Place(vec![order(shell.id, ShellOp::Close)]),
        (Verb::Quit, Some(shell)) => Act::Place(vec![Command::Order(shell.id, Order::Stop)]),
        (Verb::Close | Verb::Quit, None) => Act::NotConnected,
        (_, Some(shell)) => Act::Place(first(line, text, shell.id).into_iter().collect()),
        // Without a connection so far one is made: zkCli begins so. The handle sends what it was given once it can.
        (_, None) if here.is_none() => {
            // A number is never used again.
            let id = NodeId::ZkShell(frame.shells().count() as u16 + 1);
            Act::Place([connect(frame, Vec::new())].into_iter().chain(first(line, text, id)).collect())
        }
        (_, None) => Act::NotConnected,
    }
}

fn first(line: &Line, text: &str, id: NodeId) -> Option<Command> {
    let op = match line.verb {
        Verb::Ls if line.has('R') => {
            ShellOp::ListAll { line: text.into(), path: line.path().into(), watch: line.has('w') }
        }
        Verb::DeleteAll => ShellOp::DeleteAll { line: text.into(), path: line.path().into() },
        _ => ShellOp::Typed(text.into(), operation(line)?),
    };
    Some(Command::Order(id, Order::Zk(op)))
}

/// The one operation that the line stands for.
fn operation(line: &Line) -> Option<ZkOp> {
    let path: ZPath = line.path().into();
    let data = line.data().map(Arc::from);
    let (watch, version) = (line.has('w'), line.version);
    Some(match line.verb {
        Verb::Ls => ZkOp::GetChildren { path, watch },
        Verb::Get => ZkOp::GetData { path, watch },
        Verb::Stat => ZkOp::Exists { path, watch },
        Verb::Create => {
            let mode = match (line.has('e'), line.has('s')) {
                (false, false) => CreateMode::Persistent,
                (true, false) => CreateMode::Ephemeral,
                (false, true) => CreateMode::PersistentSequential,
                (true, true) => CreateMode::EphemeralSequential,
            };
            ZkOp::Create { path, data, mode }
        }
        Verb::Set => ZkOp::SetData { path, data, version },
        Verb::Delete => ZkOp::Delete { path, version },
        Verb::Sync => ZkOp::Sync { path },
        Verb::DeleteAll | Verb::Connect | Verb::Close | Verb::Quit | Verb::Help => return None,
    })
}

fn connect(frame: &Frame, servers: Vec<u16>) -> Command {
    let all = frame.servers().filter_map(|server| match server.id {
        NodeId::Zk(number) => Some(number),
        _ => None,
    });
    let servers = if servers.is_empty() { all.collect() } else { servers };
    let name = |number: usize| -> Arc<str> { format!("zkcli-{number}").into() };
    let is_taken = |name: &Arc<str>| frame.shells().any(|shell| shell.name == name);
    let number = (frame.shells().count() + 1..).find(|number| !is_taken(&name(*number))).unwrap_or_default();
    Command::AddZkShell(name(number), servers, SESSION_TIMEOUT_MS)
}

/// A line whose answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub client: NodeId,
    /// Where it was placed: before that step there is nothing to wait for.
    pub from_step: u64,
    pub until: SimTime,
    /// The branch in which it was placed.
    pub branch: u64,
    /// The page stood still before, and does so again afterwards.
    pub pauses: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wait,
    Answered,
    /// No answer within its time.
    Late,
    /// The reader went elsewhere.
    Left,
}

pub fn judge(waiting: &Waiting, frame: &Frame, at: SimTime, branch: u64) -> Verdict {
    let shell = frame.shells().find(|shell| shell.id == waiting.client);
    let Some(shell) = shell.filter(|_| branch == waiting.branch && frame.step >= waiting.from_step) else {
        return Verdict::Left;
    };
    let asked = shell.screen.iter().filter(|(_, shown)| matches!(shown, Shown::Asked(_))).count() as u32;
    let over = match asked.checked_sub(1) {
        _ if shows(&shell, |shown| *shown == Shown::Quit) => !shell.process.is_up(),
        Some(newest) => {
            shell.screen.iter().any(|(_, shown)| matches!(shown, Shown::Answered(nth, _) if *nth == newest))
        }
        // Nothing was asked yet: it connects.
        None => shows(&shell, |shown| matches!(shown, Shown::Watched(Watched::State(_)))),
    };
    // Each operation of a line may take that long.
    let newest_part = shell.screen.iter().rfind(|(_, shown)| matches!(shown, Shown::Part(..)));
    let until = newest_part.map_or(waiting.until, |(at, _)| waiting.until.max(at.plus(ANSWER_MAX)));
    match over {
        true => Verdict::Answered,
        // When the client is gone, no answer comes.
        false if at >= until || !shell.process.is_up() => Verdict::Late,
        false => Verdict::Wait,
    }
}
