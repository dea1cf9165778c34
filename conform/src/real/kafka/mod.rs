//! Real brokers with their clients and the admin's tools: a process for each of them.

mod admin;
mod broker;
mod consumer;
mod producer;
mod reading;
pub(super) mod registry;
mod settings;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sim_core::engine::setup::Setup;
use sim_core::ids::{BrokerId, NodeId, TopicPartition};
use sim_core::json::Json;
use sim_core::order::{ProduceRecord, TopicSpec};
use sim_core::release::Kafka;
use sim_core::scenario::observation::{self, ConsumerId, Masks};

use workshop::Error;

use super::conversation::Conversation;
use super::jars::Runtime;
use super::ports::free_ports;
use super::process::{Guard, Jvm, wait_until};
use super::zookeeper::answer::Answer;
use super::zookeeper::client::Sessions;
use admin::Admin;
use broker::Broker;
use consumer::Consumer;
use producer::Producer;
use reading::Reading;
use registry::Registry;

/// Each stage of a boot may take this long, as in the simulator.
const STAGE_MAX: Duration = Duration::from_secs(60);
/// A client's process is given this long to end by itself.
const STOP_MAX: Duration = Duration::from_secs(60);

/// Everything of Kafka that a scenario has.
pub(super) struct Cluster {
    runtime: Runtime,
    guard: Arc<Guard>,
    brokers: Vec<Broker>,
    producers: Vec<Producer>,
    consumers: Vec<Consumer>,
    admin: Admin,
    reading: Reading,
}

/// The names of this machine that brokers and consumers go by.
pub(super) fn names(setup: &Setup) -> Vec<String> {
    let mut names: Vec<String> = setup.brokers.iter().map(|broker| broker::name(broker.id)).collect();
    if setup.kafka.is_some() {
        // A consumer makes its id of the machine's own name, and looks that up first.
        let own = Command::new("uname").arg("-n").output().map(|output| output.stdout).unwrap_or_default();
        names.extend(String::from_utf8(own).map(|name| name.trim().to_owned()));
    }
    names
}

impl Cluster {
    /// All processes that are there at the beginning, none begun: their virtual machines start side by side.
    pub(super) fn spawn(
        kafka: Kafka,
        setup: &Setup,
        zookeeper: &str,
        runtime: &Runtime,
        guard: &Arc<Guard>,
    ) -> Result<Self, Error> {
        let admin = Admin::start(runtime, zookeeper, guard)?;
        let reading = Reading::start(runtime, guard)?;
        let ports = free_ports(setup.brokers.len())?;
        let mut brokers = Vec::new();
        for (broker, port) in setup.brokers.iter().zip(ports) {
            brokers.push(Broker::laid_out(kafka, broker, port, zookeeper, guard)?);
        }
        let addresses = |ids: &[BrokerId]| {
            let of = |id: &BrokerId| brokers.iter().find(|broker| broker.id == *id);
            ids.iter().filter_map(of).map(Broker::address).collect::<Vec<_>>().join(",")
        };
        let mut producers = Vec::new();
        for producer in &setup.producers {
            let bootstrap = addresses(&producer.config.bootstrap);
            producers.push(Producer::laid_out(kafka, &producer.name, &producer.config, &bootstrap, guard)?);
        }
        let mut consumers = Vec::new();
        for consumer in &setup.consumers {
            consumers.push(Consumer::laid_out(kafka, consumer, zookeeper, guard)?);
        }
        let (runtime, guard) = (runtime.clone(), Arc::clone(guard));
        Ok(Self { runtime, guard, brokers, producers, consumers, admin, reading })
    }

    // ----- the boot, in the simulator's order -----

    /// Starts a broker, and waits until it is registered.
    pub(super) fn boot_broker(
        &mut self,
        nth: usize,
        mut is_registered: impl FnMut(BrokerId) -> bool,
    ) -> Result<(), Error> {
        let broker = &mut self.brokers[nth];
        broker.server.start(&self.runtime, &self.guard)?;
        let id = broker.id;
        let mut is_alive = true;
        let is_there = wait_until(STAGE_MAX, || {
            is_alive = broker.server.is_alive();
            !is_alive || is_registered(id)
        });
        match (is_there, is_alive) {
            (true, true) => Ok(()),
            (_, false) => Err(Error::could_not_run(format!("{} ended at once", broker::name(id)))),
            (false, true) => Err(Error::could_not_run(format!("{} did not register in time", broker::name(id)))),
        }
    }

    pub(super) fn broker_count(&self) -> usize {
        self.brokers.len()
    }

    /// Creates a topic, and waits until every broker tells clients of a leader of each partition.
    pub(super) fn boot_topic(&mut self, topic: &TopicSpec, partitions: usize) -> Result<(), Error> {
        let name = &topic.name;
        match self.admin.create_topic(topic) {
            Some(Ok(_)) => {}
            Some(Err((error, _))) => {
                return Err(Error::could_not_run(format!("the topic {name} could not be created: {error}")));
            }
            None => return Err(Error::could_not_run(format!("the topic {name} was not created in time"))),
        }
        let deadline = Instant::now() + STAGE_MAX;
        for broker in &self.brokers {
            let left = deadline.saturating_duration_since(Instant::now());
            if !wait_until(left, || self.reading.leaders(broker, name) == Some(partitions)) {
                return Err(Error::could_not_run(format!("the topic {name} has partitions without a leader")));
            }
        }
        Ok(())
    }

    /// Starts a consumer, and waits until it has its streams.
    pub(super) fn boot_consumer(&mut self, nth: usize) -> Result<(), Error> {
        let consumer = &mut self.consumers[nth];
        consumer.spawn(&self.runtime, &self.guard)?;
        consumer.begin()?;
        if consumer.wait_until_started(STAGE_MAX) {
            return Ok(());
        }
        Err(Error::could_not_run(format!("the consumer {} did not begin to read in time", consumer.name)))
    }

    pub(super) fn boot_producers(&mut self) -> Result<(), Error> {
        for producer in &mut self.producers {
            producer.spawn(&self.runtime, &self.guard)?;
        }
        for producer in &mut self.producers {
            producer.begin()?;
        }
        Ok(())
    }

    // ----- what a story does -----

    pub(super) fn start(&mut self, id: NodeId) -> Result<(), Error> {
        match id {
            NodeId::Broker(_) => {
                let nth = self.nth_broker(id)?;
                self.brokers[nth].server.start(&self.runtime, &self.guard)
            }
            NodeId::Producer(_) => {
                let nth = nth(id, self.producers.len())?;
                self.producers[nth].spawn(&self.runtime, &self.guard)?;
                self.producers[nth].begin()
            }
            _ => {
                let nth = nth(id, self.consumers.len())?;
                self.consumers[nth].spawn(&self.runtime, &self.guard)?;
                self.consumers[nth].begin()
            }
        }
    }

    /// A clean shutdown, waited for.
    pub(super) fn stop(&mut self, id: NodeId) -> Result<(), Error> {
        if let NodeId::Broker(_) = id {
            let nth = self.nth_broker(id)?;
            self.brokers[nth].server.stop();
        } else if let Some(process) = self.process(id)? {
            process.stop(STOP_MAX);
        }
        Ok(())
    }

    pub(super) fn process(&mut self, id: NodeId) -> Result<Option<&mut Jvm>, Error> {
        Ok(match id {
            NodeId::Broker(_) => {
                let nth = self.nth_broker(id)?;
                self.brokers[nth].server.process()
            }
            NodeId::Producer(_) => {
                let nth = nth(id, self.producers.len())?;
                self.producers[nth].process.as_mut().map(Conversation::process)
            }
            _ => {
                let nth = nth(id, self.consumers.len())?;
                self.consumers[nth].process.as_mut().map(Conversation::process)
            }
        })
    }

    /// The producer's name, and what came of its records; nothing when that never is known.
    pub(super) fn produce(
        &mut self,
        id: NodeId,
        records: &[ProduceRecord],
    ) -> Result<(Arc<str>, Option<Answer>), Error> {
        let nth = nth(id, self.producers.len())?;
        let producer = &mut self.producers[nth];
        Ok((Arc::clone(&producer.name), producer.send(records)))
    }

    /// Whether the consumer has committed.
    pub(super) fn commit(&mut self, id: NodeId) -> Result<bool, Error> {
        let nth = nth(id, self.consumers.len())?;
        Ok(self.consumers[nth].commit().is_ok())
    }

    pub(super) fn create_topic(&mut self, topic: &TopicSpec) -> Option<Answer> {
        self.admin.create_topic(topic)
    }

    pub(super) fn add_partitions(&mut self, topic: &str, total: u32) -> Option<Answer> {
        self.admin.add_partitions(topic, total)
    }

    // ----- what a story looks at -----

    fn consumer_ids(&self) -> Vec<ConsumerId> {
        self.consumers.iter().flat_map(Consumer::ids).collect()
    }

    pub(super) fn masks(&self) -> Masks {
        Masks::of_consumers(&self.consumer_ids())
    }

    /// Notes whose sessions own what is there.
    pub(super) fn note_sessions(&self, registry: &Registry<'_>, sessions: &Sessions) {
        registry.note_sessions(&self.consumer_ids(), sessions);
    }

    pub(super) fn log(&mut self, registry: &Registry<'_>, tp: &TopicPartition) -> Json {
        let leader = registry.state(tp).and_then(|state| state.leader);
        let mut brokers = self.brokers.iter_mut();
        let leader =
            brokers.find_map(|broker| (Some(broker.id) == leader && broker.server.is_alive()).then_some(broker));
        leader.and_then(|leader| self.reading.log(leader, tp)).unwrap_or(Json::Null)
    }

    pub(super) fn received(&self) -> Json {
        observation::received_of(
            self.consumers.iter().map(|consumer| (Arc::clone(&consumer.name), consumer.received())),
        )
    }

    pub(super) fn received_count(&self, id: NodeId) -> Result<usize, Error> {
        Ok(self.consumers[nth(id, self.consumers.len())?].received_count())
    }

    /// How many records all consumers together have been given.
    pub(super) fn received_by_all(&self) -> usize {
        self.consumers.iter().map(Consumer::received_count).sum()
    }

    pub(super) fn consumer_name(&self, id: NodeId) -> Result<Arc<str>, Error> {
        Ok(Arc::clone(&self.consumers[nth(id, self.consumers.len())?].name))
    }

    fn nth_broker(&self, id: NodeId) -> Result<usize, Error> {
        let nth = self.brokers.iter().position(|broker| NodeId::Broker(broker.id) == id);
        nth.ok_or_else(|| Error::could_not_run(format!("there is no {id}")))
    }
}

/// Clients are numbered from 1, in the order of the setup.
fn nth(id: NodeId, count: usize) -> Result<usize, Error> {
    let nth = match id {
        NodeId::Producer(nth) | NodeId::Consumer(nth) => usize::from(nth).checked_sub(1).filter(|nth| *nth < count),
        _ => None,
    };
    nth.ok_or_else(|| Error::could_not_run(format!("there is no {id}")))
}
