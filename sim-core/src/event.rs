//! Whatever can happen in a run: the facts of every area in one type, each with its place in the run.

use crate::client::facts::ClientFact;
use crate::digest::Absorb;
use crate::engine::facts::ClusterFact;
use crate::fact::{Importance, Kind, Value};
use crate::ids::*;
use crate::kafka::facts::KafkaFact;
use crate::time::SimTime;
use crate::zookeeper::facts::ZkFact;

/// Any fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// Of processes and links, and of what a user asks.
    Cluster(ClusterFact),
    /// Of ZooKeeper: the ensemble, and its client library.
    Zk(ZkFact),
    /// Of brokers and their controller.
    Kafka(KafkaFact),
    /// Of producers, consumers and tools.
    Client(ClientFact),
}

macro_rules! each {
    ($fact:expr, $inner:ident => $body:expr) => {
        match $fact {
            Fact::Cluster($inner) => $body,
            Fact::Zk($inner) => $body,
            Fact::Kafka($inner) => $body,
            Fact::Client($inner) => $body,
        }
    };
}

impl Fact {
    /// The fact's name, as `--facts` prints it.
    pub fn name(&self) -> &'static str {
        each!(self, fact => fact.name())
    }

    /// How loud it is, which story it belongs to, and what it is in it.
    pub fn kind(&self) -> Kind {
        each!(self, fact => fact.kind())
    }

    /// How loud it is.
    pub fn importance(&self) -> Importance {
        self.kind().importance
    }

    /// Its arguments by name, in the order of their declaration.
    pub fn for_each_field(&self, visit: &mut dyn FnMut(&'static str, Value<'_>)) {
        each!(self, fact => fact.for_each_field(visit));
    }
}

impl Fact {
    /// Each fact with each combination of its arguments' samples, for tests that go through every fact there is.
    pub fn samples() -> Vec<Fact> {
        let mut samples: Vec<Fact> = ClusterFact::samples().into_iter().map(Fact::Cluster).collect();
        samples.extend(ZkFact::samples().into_iter().map(Fact::Zk));
        samples.extend(KafkaFact::samples().into_iter().map(Fact::Kafka));
        samples.extend(ClientFact::samples().into_iter().map(Fact::Client));
        samples
    }
}

impl From<ClusterFact> for Fact {
    fn from(fact: ClusterFact) -> Fact {
        Fact::Cluster(fact)
    }
}
impl From<ZkFact> for Fact {
    fn from(fact: ZkFact) -> Fact {
        Fact::Zk(fact)
    }
}
impl From<KafkaFact> for Fact {
    fn from(fact: KafkaFact) -> Fact {
        Fact::Kafka(fact)
    }
}
impl From<ClientFact> for Fact {
    fn from(fact: ClientFact) -> Fact {
        Fact::Client(fact)
    }
}

/// A fact with its place in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number in the run, counted from 0. A cause has a smaller one than its effects.
    pub seq: EventSeq,
    /// The choice in which it happened.
    pub step: u64,
    /// When.
    pub at: SimTime,
    /// The event because of which it happened: the one that sent the message or armed the timer.
    pub cause: Option<EventSeq>,
    /// The process that noted it. (A fault is noted by the process that it hits, a link's by its first end.)
    pub node: NodeId,
    /// What happened.
    pub fact: Fact,
}

impl Event {
    pub(crate) fn digest(&self, digest: &mut impl Absorb) {
        digest.u64(self.seq.0);
        digest.u64(self.step);
        digest.u64(self.at.0);
        digest.u64(self.cause.map_or(u64::MAX, |c| c.0));
        digest.u64(u64::from(self.node.code()));
        digest.text(self.fact.name());
        self.fact.for_each_field(&mut |_, value| value.digest(digest));
    }
}
