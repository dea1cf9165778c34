//! Looks at a real ensemble through clients that are none of the scenario's.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use sim_core::ids::ZPath;
use sim_core::zookeeper::{Stat, ZData};

use workshop::Error;

use super::answer;
use super::jars::Runtime;
use super::process::{Guard, Jvm};
use super::wire::Field;

const READY_MAX: Duration = Duration::from_secs(60);
/// What the process needs beyond the bound that it keeps itself.
const GRACE: Duration = Duration::from_secs(5);

/// One znode, as read.
pub(super) struct Znode {
    pub(super) path: ZPath,
    pub(super) data: ZData,
    pub(super) stat: Stat,
    /// All that was read, times and ids as they are.
    pub(super) raw: Vec<Field>,
}

pub(super) struct Observer {
    process: Jvm,
    lines: Receiver<Vec<Field>>,
    asked: u32,
}

/// A request that had no answer in its time, or an error for one.
pub(super) struct Unanswered;

impl Observer {
    pub(super) fn start(runtime: &Runtime, guard: &Arc<Guard>) -> Result<Self, Error> {
        let (sender, lines) = mpsc::channel();
        let hear = Box::new(move |fields| {
            // Nobody may be waiting any more.
            let _ = sender.send(fields);
        });
        let process = Jvm::start(runtime, guard, "observer", "ObserverProcess", &[], hear)?;
        Ok(Self { process, lines, asked: 0 })
    }

    pub(super) fn wait_until_ready(&self) -> Result<(), Error> {
        let ready = self.lines.recv_timeout(READY_MAX);
        ready.map(|_| ()).map_err(|_| Error::could_not_run("java did not start the observer in time"))
    }

    /// A fresh client of these servers, in place of the one before.
    pub(super) fn open(&mut self, servers: &str, within: Duration) -> Result<(), Unanswered> {
        self.ask("open", servers, within).map(|_| ())
    }

    /// Without a client until the next `open`.
    pub(super) fn leave(&mut self) {
        // A process that does not even do this will not do the next thing either, and that is told then.
        let _ = self.ask("leave", "", Duration::from_secs(1));
    }

    /// Whether a znode exists, and its data, after a sync.
    pub(super) fn read(&mut self, path: &str, within: Duration) -> Result<Option<ZData>, Unanswered> {
        let (_, answer) = self.ask("read", path, within)?;
        match answer.get(2).and_then(Option::as_deref) {
            Some("present") => Ok(Some(answer.get(3).cloned().flatten().map(Arc::from))),
            Some(_) => Ok(None),
            None => Err(Unanswered),
        }
    }

    /// A znode and all below it, parents first, without /zookeeper, after a sync.
    pub(super) fn tree(&mut self, root: &str, within: Duration) -> Result<Vec<Znode>, Unanswered> {
        self.ask("tree", root, within).map(|(znodes, _)| znodes)
    }

    /// The whole tree as one server has it.
    pub(super) fn dump(&mut self, server: &str, within: Duration) -> Result<Vec<Znode>, Unanswered> {
        self.ask("dump", server, within).map(|(znodes, _)| znodes)
    }

    /// A write through a fresh client of these servers.
    pub(super) fn probe(&mut self, servers: &str, within: Duration) -> Result<(), Unanswered> {
        self.ask("probe", servers, within).map(|_| ())
    }

    fn ask(&mut self, request: &str, argument: &str, within: Duration) -> Result<(Vec<Znode>, Vec<Field>), Unanswered> {
        self.asked += 1;
        let id = self.asked.to_string();
        let within_ms = within.as_millis().to_string();
        self.process.send([Some(id.as_str()), Some(request), Some(&within_ms), Some(argument)]);
        let deadline = Instant::now() + within + GRACE;
        let mut znodes = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let fields = self.lines.recv_timeout(left).map_err(|_| Unanswered)?;
            // Of an earlier request that was given up.
            if fields.get(1).and_then(Option::as_deref) != Some(&id) {
                continue;
            }
            match fields.first().and_then(Option::as_deref) {
                Some("znode") => znodes.push(znode(&fields).ok_or(Unanswered)?),
                Some("value") => return Ok((znodes, fields)),
                _ => return Err(Unanswered),
            }
        }
    }
}

fn znode(fields: &[Field]) -> Option<Znode> {
    Some(Znode {
        path: fields.get(2)?.as_deref()?.into(),
        data: fields.get(3)?.as_deref().map(Arc::from),
        stat: answer::stat(fields.get(4..)?)?,
        raw: fields.get(2..)?.to_vec(),
    })
}
