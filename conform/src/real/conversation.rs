//! A process of ours that is asked: one question at a time, each with a number that its answer repeats.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use workshop::Error;

use super::jars::Runtime;
use super::process::{Guard, Jvm};
use super::server::READY_MAX;
use super::wire::Field;

/// Takes the lines that are no answers, in the thread that reads from the process. False: not one of those.
pub(super) type Hears = Box<dyn FnMut(&[Field]) -> bool + Send>;

/// A running process, and what it answered.
pub(super) struct Conversation {
    name: String,
    process: Jvm,
    lines: Receiver<Vec<Field>>,
    asked: u32,
}

/// A question that had no answer in its time.
pub(super) struct Unanswered;

/// An answer: the lines before its end, and its last one with kind, number and the rest.
pub(super) struct Answer {
    pub(super) lines: Vec<Vec<Field>>,
    pub(super) last: Vec<Field>,
}

impl Answer {
    /// Not an error, and not the words that there is none.
    pub(super) fn is_value(&self) -> bool {
        self.last.first().and_then(Option::as_deref) == Some("value")
    }

    /// A field behind kind and number.
    pub(super) fn text(&self, nth: usize) -> Option<&str> {
        self.last.get(2 + nth)?.as_deref()
    }
}

/// What a line before the end begins with.
const LINES: [&str; 2] = ["znode", "record"];

impl Conversation {
    pub(super) fn start(
        runtime: &Runtime,
        guard: &Arc<Guard>,
        name: &str,
        main_class: &str,
        arguments: &[&str],
        mut hears: Hears,
    ) -> Result<Self, Error> {
        let (sender, lines) = mpsc::channel();
        let hear = Box::new(move |fields: Vec<Field>| {
            if !hears(&fields) {
                // Nobody may be waiting any more.
                let _ = sender.send(fields);
            }
        });
        let process = Jvm::start(runtime, guard, name, main_class, arguments, hear)?;
        Ok(Self { name: name.to_owned(), process, lines, asked: 0 })
    }

    /// Waits for the word that it says first.
    pub(super) fn wait_until_ready(&self) -> Result<(), Error> {
        let ready = self.lines.recv_timeout(READY_MAX);
        ready
            .map(|_| ())
            .map_err(|_| Error::could_not_run(format!("java did not start the process `{}` in time", self.name)))
    }

    /// Lets a process begin that waits for the word.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.wait_until_ready()?;
        self.process.send([Some("begin")]);
        Ok(())
    }

    pub(super) fn process(&mut self) -> &mut Jvm {
        &mut self.process
    }

    /// Asks, and waits for so long.
    pub(super) fn ask<'a>(
        &mut self,
        request: impl IntoIterator<Item = Option<&'a str>>,
        within: Duration,
    ) -> Result<Answer, Unanswered> {
        self.asked += 1;
        let id = self.asked.to_string();
        let mut fields: Vec<Option<&str>> = vec![Some(id.as_str())];
        fields.extend(request.into_iter().map(|field: Option<&str>| field));
        self.process.send(fields);
        let deadline = Instant::now() + within;
        let mut lines = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let fields = self.lines.recv_timeout(left).map_err(|_| Unanswered)?;
            // Of an earlier question that was given up.
            if fields.get(1).and_then(Option::as_deref) != Some(&id) {
                continue;
            }
            if fields.first().and_then(Option::as_deref).is_some_and(|kind| LINES.contains(&kind)) {
                lines.push(fields);
            } else {
                return Ok(Answer { lines, last: fields });
            }
        }
    }
}
