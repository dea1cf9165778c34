//! A real consumer of the kind that ZooKeeper coordinates, in a process of its own.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sim_core::engine::setup::ConsumerSetup;
use sim_core::ids::TopicPartition;
use sim_core::release::Kafka;
use sim_core::scenario::observation::ConsumerId;

use workshop::{Context as _, Error};

use super::settings;
use crate::real::conversation::{Conversation, Unanswered};
use crate::real::jars::Runtime;
use crate::real::process::{Guard, wait_until};
use crate::real::wire::Field;

const COMMIT_MAX: Duration = Duration::from_secs(60);

pub(super) struct Consumer {
    pub(super) name: Arc<str>,
    group: Arc<str>,
    /// Of its process: the file of settings, streams, topics.
    arguments: Vec<String>,
    report: Arc<Mutex<ConsumerReport>>,
    pub(super) process: Option<Conversation>,
}

/// What its processes have reported; it outlives them.
#[derive(Default)]
struct ConsumerReport {
    ids: Vec<Arc<str>>,
    received: BTreeMap<TopicPartition, Vec<u64>>,
    /// The process has its streams, or has given up to get them.
    is_started: bool,
}

impl Consumer {
    pub(super) fn laid_out(
        kafka: Kafka,
        setup: &ConsumerSetup,
        zookeeper: &str,
        guard: &Arc<Guard>,
    ) -> Result<Self, Error> {
        let file = guard.folder().join(format!("{}.properties", setup.name));
        let text = settings::of_consumer(kafka, setup, zookeeper);
        fs::write(&file, text).context(|| format!("write {}", file.display()))?;
        let mut arguments = vec![file.display().to_string(), setup.config.streams.to_string()];
        arguments.extend(setup.config.topics.iter().map(|topic| topic.to_string()));
        Ok(Self {
            name: Arc::clone(&setup.name),
            group: setup.config.group.clone(),
            arguments,
            report: Arc::default(),
            process: None,
        })
    }

    /// Starts the process, which waits for the word to begin.
    pub(super) fn spawn(&mut self, runtime: &Runtime, guard: &Arc<Guard>) -> Result<(), Error> {
        self.report().is_started = false;
        let report = Arc::clone(&self.report);
        let hears =
            Box::new(move |fields: &[Field]| report.lock().unwrap_or_else(PoisonError::into_inner).hear(fields));
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let process = Conversation::start(runtime, guard, &self.name, "ConsumerProcess", &arguments, hears)?;
        self.process = Some(process);
        Ok(())
    }

    pub(super) fn begin(&mut self) -> Result<(), Error> {
        self.process.as_mut().map_or(Ok(()), Conversation::begin)
    }

    fn report(&self) -> MutexGuard<'_, ConsumerReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the process has its streams, or has given up to get them.
    pub(super) fn wait_until_started(&self, within: Duration) -> bool {
        wait_until(within, || self.report().is_started)
    }

    /// The ids of its processes, in their order.
    pub(super) fn ids(&self) -> Vec<ConsumerId> {
        let report = self.report();
        let id = |(nth, id): (u32, &Arc<str>)| ConsumerId {
            id: Arc::clone(id),
            group: Arc::clone(&self.group),
            name: Arc::clone(&self.name),
            nth,
        };
        (1..).zip(&report.ids).map(id).collect()
    }

    pub(super) fn received(&self) -> Vec<(TopicPartition, Vec<u64>)> {
        self.report().received.iter().map(|(tp, offsets)| (tp.clone(), offsets.clone())).collect()
    }

    pub(super) fn received_count(&self) -> usize {
        self.report().received.values().map(Vec::len).sum()
    }

    pub(super) fn commit(&mut self) -> Result<(), Unanswered> {
        self.process.as_mut().ok_or(Unanswered)?.ask([Some("commit")], COMMIT_MAX).map(|_| ())
    }
}

impl ConsumerReport {
    /// False: it is an answer.
    fn hear(&mut self, fields: &[Field]) -> bool {
        let text = |nth: usize| fields.get(nth).and_then(Option::as_deref).unwrap_or_default();
        match text(0) {
            "id" => self.ids.push(text(1).into()),
            "started" => self.is_started = true,
            "received" => {
                if let (Ok(partition), Ok(offset)) = (text(2).parse(), text(3).parse()) {
                    self.received.entry(TopicPartition::new(&text(1).into(), partition)).or_default().push(offset);
                }
            }
            _ => return false,
        }
        true
    }
}
