//! A small cluster for stories: three ZooKeeper servers, some brokers, one topic, one producer.

#![allow(dead_code, reason = "each test binary uses its own part of it")]

use sim_core::client::{Admin, ProducerConfig, Written};
use sim_core::engine::command::Command;
use sim_core::engine::node::Node;
use sim_core::engine::setup::Setup;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Changes, Fault, System};
use sim_core::event::{Event, Fact};
use sim_core::fact::Importance;
use sim_core::ids::*;
use sim_core::kafka::{Broker, BrokerConfig, KafkaFact, Replica};
use sim_core::net::CutHow;
use sim_core::order::{Order, Placement, ProduceRecord, TopicSpec};
use sim_core::release::Kafka;
use sim_core::scenario::boot;
use sim_core::time::Span;
use std::sync::Arc;

pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) events: Vec<Event>,
    changes: Changes,
    produced: u32,
}

/// What a story starts with.
pub(crate) struct Story {
    pub(crate) brokers: Vec<BrokerId>,
    pub(crate) config: BrokerConfig,
    pub(crate) assignment: Vec<Vec<BrokerId>>,
    pub(crate) topic_config: Vec<(&'static str, &'static str)>,
    pub(crate) acks: i16,
    pub(crate) seed: u64,
}

impl Default for Story {
    fn default() -> Story {
        Story {
            brokers: vec![1, 2, 3],
            config: BrokerConfig { auto_leader_rebalance_enable: false, ..Kafka::V0_8_2.broker_config() },
            assignment: vec![vec![3, 2, 1], vec![1, 2, 3]],
            topic_config: Vec::new(),
            acks: -1,
            seed: 1,
        }
    }
}

pub(crate) fn orders(partition: u32) -> TopicPartition {
    TopicPartition { topic: "orders".into(), partition }
}

impl Story {
    pub(crate) fn begin(self) -> World {
        let kafka = Kafka::V0_8_2;
        let producer = ProducerConfig { acks: self.acks, retries: 10, ..kafka.producer_config(self.brokers.clone()) };
        let setup = Setup::kafka(kafka).brokers(&self.brokers, &self.config).producer("web-1", producer);
        let sim = boot::build(&setup, self.seed);
        let mut world = World { sim, events: Vec::new(), changes: Changes::default(), produced: 0 };
        for id in 1..=3 {
            world.start(NodeId::Zk(id));
        }
        for id in self.brokers {
            world.start(NodeId::Broker(id));
            world.until(60_000, "the broker registers", |w| w.broker(id).registered());
        }
        world.start(NodeId::Admin);
        if !self.assignment.is_empty() {
            let config = self.topic_config.iter().map(|(k, v)| (Arc::from(*k), Arc::from(*v))).collect();
            world.create_topic(self.assignment, config);
        }
        world.start(NodeId::Producer(1));
        world.run_ms(500);
        world
    }
}

impl World {
    pub(crate) fn create_topic(&mut self, assignment: Vec<Vec<BrokerId>>, config: Vec<(Arc<str>, Arc<str>)>) {
        let partitions = assignment.len() as u32;
        let spec = TopicSpec { name: "orders".into(), placement: Placement::Manual(assignment), config };
        self.command(Command::Order(NodeId::Admin, Order::CreateTopic(spec)));
        self.until(10_000, "the topic has leaders", |w| (0..partitions).all(|p| w.leader(p).is_some()));
    }

    /// Asks the admin's tools and waits for the answer.
    pub(crate) fn ask_admin(&mut self, order: Order) -> Result<(), &'static str> {
        let asked = self.admin().results().len();
        self.command(Command::Order(NodeId::Admin, order));
        self.until(10_000, "the tool ends", |w| w.admin().results().get(asked).is_some_and(Option::is_some));
        self.admin().results()[asked].expect("it ended")
    }

    fn admin(&self) -> &Admin {
        match self.sim.system().node(NodeId::Admin) {
            Some(Node::Admin(admin)) => admin,
            _ => panic!("no admin"),
        }
    }

    pub(crate) fn command(&mut self, command: Command) {
        let result = self.sim.command(&command, &mut self.changes);
        assert_eq!(result, Ok(()), "{command:?}");
        self.events.append(&mut self.changes.events);
    }

    /// A command that may make no sense now.
    pub(crate) fn try_command(&mut self, command: Command) {
        let _ = self.sim.command(&command, &mut self.changes);
        self.events.append(&mut self.changes.events);
    }

    /// Runs with a look at every state.
    pub(crate) fn run_checked_ms(&mut self, ms: u64, mut look: impl FnMut(&System)) {
        let bound = self.sim.now().plus(Span::ms(ms));
        while self.sim.next_due().is_some_and(|due| due <= bound) {
            self.sim.step(&mut self.changes);
            self.events.append(&mut self.changes.events);
            look(self.sim.system());
        }
    }

    pub(crate) fn start(&mut self, id: NodeId) {
        self.command(Command::Fault(Fault::Start(id)));
    }

    pub(crate) fn kill(&mut self, broker: BrokerId) {
        self.command(Command::Fault(Fault::Kill(NodeId::Broker(broker))));
    }

    pub(crate) fn stop(&mut self, broker: BrokerId) {
        self.command(Command::Order(NodeId::Broker(broker), Order::Stop));
    }

    pub(crate) fn freeze(&mut self, broker: BrokerId) {
        self.command(Command::Fault(Fault::Freeze(NodeId::Broker(broker))));
    }

    pub(crate) fn thaw(&mut self, broker: BrokerId) {
        self.command(Command::Fault(Fault::Thaw(NodeId::Broker(broker))));
    }

    pub(crate) fn cut(&mut self, a: BrokerId, b: BrokerId, how: CutHow) {
        self.command(Command::Fault(Fault::Cut { a: NodeId::Broker(a), b: NodeId::Broker(b), how }));
    }

    pub(crate) fn heal(&mut self, a: BrokerId, b: BrokerId) {
        self.command(Command::Fault(Fault::Heal { a: NodeId::Broker(a), b: NodeId::Broker(b) }));
    }

    /// Records of consecutive values to one partition.
    pub(crate) fn produce(&mut self, partition: u32, count: u32) {
        let records = (0..count)
            .map(|n| ProduceRecord {
                topic: "orders".into(),
                key: None,
                value: format!("v{}", self.produced + n).into(),
                partition: Some(partition),
            })
            .collect();
        self.produced += count;
        self.command(Command::Order(NodeId::Producer(1), Order::Produce(records)));
    }

    pub(crate) fn run_ms(&mut self, ms: u64) {
        let bound = self.sim.now().plus(Span::ms(ms));
        let World { sim, events, .. } = self;
        sim.run_until(bound, |event| events.push(event.clone()), |_| false);
    }

    /// Runs until the condition holds; it must within the bound.
    pub(crate) fn until(&mut self, bound_ms: u64, what: &str, mut holds: impl FnMut(&World) -> bool) {
        assert!(self.try_until(bound_ms, &mut holds), "not within {bound_ms} ms: {what}\n{}", self.tail());
    }

    pub(crate) fn try_until(&mut self, bound_ms: u64, mut holds: impl FnMut(&World) -> bool) -> bool {
        let bound = self.sim.now().plus(Span::ms(bound_ms));
        loop {
            if holds(self) {
                return true;
            }
            if self.sim.next_due().is_none_or(|due| due > bound) {
                return false;
            }
            self.sim.step(&mut self.changes);
            self.events.append(&mut self.changes.events);
        }
    }

    pub(crate) fn tail(&self) -> String {
        let loud = self.events.iter().filter(|event| event.fact.importance() > Importance::Routine);
        let lines: Vec<String> = loud
            .map(|e| {
                let mut args = String::new();
                e.fact.for_each_field(&mut |name, value| args += &format!(" {name}={value:?}"));
                format!("{:>9} #{} <- {:?} {:?} {}{args}", e.at.0, e.seq.0, e.cause.map(|c| c.0), e.node, e.fact.name())
            })
            .collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }

    pub(crate) fn broker(&self, id: BrokerId) -> &Broker {
        match self.sim.system().node(NodeId::Broker(id)) {
            Some(Node::Broker(broker)) => broker,
            _ => panic!("no broker {id}"),
        }
    }

    pub(crate) fn brokers(&self) -> impl Iterator<Item = &Broker> {
        self.sim.system().slots().iter().filter_map(|slot| match &*slot.node {
            Node::Broker(broker) => Some(broker),
            _ => None,
        })
    }

    pub(crate) fn replica(&self, broker: BrokerId, partition: u32) -> &Replica {
        self.broker(broker).replica(&orders(partition)).expect("a replica")
    }

    pub(crate) fn values(&self, broker: BrokerId, partition: u32) -> Vec<String> {
        self.replica(broker, partition).log().records_from(0).map(|(_, r)| r.value.to_string()).collect()
    }

    /// The broker that believes to lead in the latest epoch.
    pub(crate) fn leader(&self, partition: u32) -> Option<BrokerId> {
        let leading = self.brokers().filter(|b| b.replica(&orders(partition)).is_some_and(Replica::leads));
        leading.max_by_key(|b| b.replica(&orders(partition)).and_then(|r| r.leader_epoch)).map(|b| b.id())
    }

    pub(crate) fn isr(&self, partition: u32) -> Vec<BrokerId> {
        let Some(leader) = self.leader(partition) else { return Vec::new() };
        self.replica(leader, partition).leading().map(|l| l.isr.clone()).unwrap_or_default()
    }

    pub(crate) fn epoch(&self, partition: u32) -> u32 {
        self.leader(partition).and_then(|leader| self.replica(leader, partition).leader_epoch).unwrap_or(0)
    }

    pub(crate) fn controller(&self) -> Option<&Broker> {
        self.brokers().filter(|broker| broker.is_controller()).max_by_key(|broker| broker.controller_epoch())
    }

    /// Kafka's facts from an event on.
    pub(crate) fn kafka_facts(&self, from: usize) -> impl Iterator<Item = (&Event, &KafkaFact)> {
        self.events[from..].iter().filter_map(|event| match &event.fact {
            Fact::Kafka(fact) => Some((event, fact)),
            _ => None,
        })
    }

    /// Names of the facts in the chain of causes of an event, from the event back.
    pub(crate) fn why(&self, event: &Event) -> Vec<&'static str> {
        let mut names = vec![event.fact.name()];
        let mut cause = event.cause;
        while let Some(seq) = cause {
            let event = &self.events[seq.0 as usize];
            assert_eq!(event.seq, seq);
            names.push(event.fact.name());
            cause = event.cause;
        }
        names
    }
}

impl World {
    /// The data of a znode, as the server with the newest tree has it.
    pub(crate) fn znode(&self, path: &str) -> Option<String> {
        let servers = self.sim.system().slots().iter().filter_map(|slot| match &*slot.node {
            Node::Zk(server) if server.is_serving() => Some(server),
            _ => None,
        });
        let newest = servers.max_by_key(|server| server.last_zxid())?;
        Some(newest.tree().get(path)?.data.as_deref().unwrap_or_default().to_string())
    }

    pub(crate) fn state(&self, partition: u32) -> String {
        self.znode(&format!("/brokers/topics/orders/partitions/{partition}/state")).unwrap_or_default()
    }

    pub(crate) fn outcomes(&self) -> Vec<Option<Result<Written, &'static str>>> {
        match self.sim.system().node(NodeId::Producer(1)) {
            Some(Node::Producer(producer)) => {
                let place = |place: Option<Written>| place.expect("the Java producer says where");
                producer.results().iter().map(|result| result.outcome.map(|outcome| outcome.map(place))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Every record asked for was acknowledged.
    pub(crate) fn all_acked(&self) -> bool {
        self.outcomes().iter().all(|outcome| matches!(outcome, Some(Ok(_))))
    }

    pub(crate) fn count(&self, from: usize, name: &str) -> usize {
        self.events[from..].iter().filter(|event| event.fact.name() == name).count()
    }

    /// The place of the first fact of that name from an event on.
    pub(crate) fn first(&self, from: usize, name: &str) -> Option<usize> {
        self.events[from..].iter().position(|event| event.fact.name() == name).map(|at| from + at)
    }
}
