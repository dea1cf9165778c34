//! Makes the [`Frame`] of a simulation: reads the nodes by their accessors and says it in the reader's words.

mod brokers;
mod clients;
pub(crate) mod flights;
pub(crate) mod zk;

use crate::engine::node::Node;
use crate::engine::sim::Sim;
use crate::engine::system::Slot;
use crate::ids::*;
use crate::time::SimTime;
use crate::view::frame::*;
use crate::view::reader;
use crate::view::reader::Reader;
use brokers::Znodes;
use std::sync::Arc;

/// Keeps what is expensive to make and seldom changes: what is read of the znodes.
#[derive(Debug, Default)]
pub struct FrameBuilder {
    /// Whose tree it was, and up to which transaction.
    read_at: Option<(NodeId, Zxid)>,
    znodes: Arc<Vec<ZnodeView>>,
    kafka: Znodes,
}

impl FrameBuilder {
    /// The picture at `at`, which is at or after the simulation's last choice and before its next.
    pub fn picture(&mut self, sim: &Sim, at: SimTime) -> Frame {
        let system = sim.system();
        let slots = system.slots();
        self.read_znodes(sim);
        let kafka = &self.kafka;
        let card = |slot: &Slot| match &*slot.node {
            Node::Zk(server) => Some(Card::Server(zk::server(server, slot, system))),
            Node::Broker(broker) => Some(Card::Broker(brokers::broker(broker, slot, kafka, at))),
            Node::Producer(producer) => Some(Card::Producer(clients::producer(producer))),
            Node::Consumer(consumer) => Some(Card::Consumer(clients::consumer(consumer, slot, at))),
            Node::ZkShell(shell) => Some(Card::Shell(clients::shell(shell, slot, at))),
            // It is a tool that comes and goes; what it does is seen at the znodes.
            Node::Admin(_) => None,
        };
        let nodes = slots.iter().filter_map(|slot| {
            Some(NodeView { id: slot.id, name: slot.name.clone(), process: slot.process, card: card(slot)? })
        });
        let nodes: Vec<NodeView> = nodes.collect();
        Frame {
            release: system.release(),
            step: system.steps(),
            at,
            events: system.events_noted(),
            groups: brokers::groups(kafka, &nodes),
            nodes,
            partitions: kafka.partitions.clone(),
            controller: kafka.controller,
            metadata: Metadata::ZooKeeper(ZooKeeperView {
                sessions: zk::sessions(system, at),
                znodes: self.znodes.clone(),
                service: reader::seems_to_serve(system),
            }),
            connections: flights::connections(system),
            cuts: system.cuts().iter().map(|cut| (cut.a, cut.b)).collect(),
            flights: flights::flights(system),
        }
    }

    fn read_znodes(&mut self, sim: &Sim) {
        let reader = Reader::debugger(sim.system());
        let read_at = reader.read_at();
        if read_at != self.read_at {
            self.read_at = read_at;
            self.znodes = Arc::new(zk::znodes(reader));
            self.kafka = Znodes::of(sim.system(), reader);
        }
    }
}
