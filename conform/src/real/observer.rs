//! Looks at a real ensemble through clients that are none of the scenario's.

use std::sync::Arc;
use std::time::Duration;

use sim_core::ids::ZPath;
use sim_core::zookeeper::{Stat, ZData};

use workshop::Error;

use super::conversation::{Answer, Conversation, Unanswered};
use super::jars::Runtime;
use super::process::Guard;
use super::wire::Field;
use super::zookeeper::answer;

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

pub(super) struct Observer(Conversation);

impl Observer {
    pub(super) fn start(runtime: &Runtime, guard: &Arc<Guard>) -> Result<Self, Error> {
        Conversation::start(runtime, guard, "observer", "ObserverProcess", &[], Box::new(|_| false)).map(Self)
    }

    pub(super) fn wait_until_ready(&self) -> Result<(), Error> {
        self.0.wait_until_ready()
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
        let answer = self.ask("read", path, within)?;
        match answer.text(0) {
            Some("present") => Ok(Some(answer.text(1).map(Arc::from))),
            Some(_) => Ok(None),
            None => Err(Unanswered),
        }
    }

    /// A znode and all below it, parents first, without /zookeeper, after a sync.
    pub(super) fn tree(&mut self, root: &str, within: Duration) -> Result<Vec<Znode>, Unanswered> {
        self.ask("tree", root, within).and_then(znodes)
    }

    /// The whole tree as one server has it.
    pub(super) fn dump(&mut self, server: &str, within: Duration) -> Result<Vec<Znode>, Unanswered> {
        self.ask("dump", server, within).and_then(znodes)
    }

    /// A write through a fresh client of these servers.
    pub(super) fn probe(&mut self, servers: &str, within: Duration) -> Result<(), Unanswered> {
        self.ask("probe", servers, within).map(|_| ())
    }

    fn ask(&mut self, request: &str, argument: &str, within: Duration) -> Result<Answer, Unanswered> {
        let within_ms = within.as_millis().to_string();
        let answer = self.0.ask([Some(request), Some(&within_ms), Some(argument)], within + GRACE)?;
        if answer.is_value() { Ok(answer) } else { Err(Unanswered) }
    }
}

fn znodes(answer: Answer) -> Result<Vec<Znode>, Unanswered> {
    answer.lines.iter().map(|fields| znode(fields).ok_or(Unanswered)).collect()
}

fn znode(fields: &[Field]) -> Option<Znode> {
    Some(Znode {
        path: fields.get(2)?.as_deref()?.into(),
        data: fields.get(3)?.as_deref().map(Arc::from),
        stat: answer::stat(fields.get(4..)?)?,
        raw: fields.get(2..)?.to_vec(),
    })
}
