//! Makes the [`Frame`] of a simulation: reads the nodes by their accessors and says it in the reader's words.

mod brokers;
mod clients;
pub(crate) mod flights;
pub(crate) mod zk;

use crate::engine::sim::Sim;
use crate::ids::*;
use crate::time::SimTime;
use crate::view::frame::*;
use crate::view::reader;
use crate::view::reader::Reader;
use brokers::Znodes;
use std::sync::Arc;

/// Keeps what is dear to make and seldom changes: what is read of the znodes.
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
        let brokers: Vec<BrokerView> =
            slots.iter().filter_map(|slot| brokers::broker(slot, &kafka.partitions, kafka, at)).collect();
        let consumers: Vec<ConsumerView> = slots.iter().filter_map(|slot| clients::consumer(slot, at)).collect();
        Frame {
            release: system.release(),
            step: system.steps(),
            at,
            events: system.events_noted(),
            servers: slots.iter().filter_map(|slot| zk::server(slot, system)).collect(),
            groups: brokers::groups(kafka, &brokers, &consumers),
            brokers,
            producers: slots.iter().filter_map(clients::producer).collect(),
            consumers,
            shells: slots.iter().filter_map(|slot| clients::shell(slot, at)).collect(),
            partitions: kafka.partitions.clone(),
            sessions: zk::sessions(system, at),
            connections: flights::connections(system),
            cuts: system.cuts().iter().map(|cut| (cut.a, cut.b)).collect(),
            flights: flights::flights(system),
            znodes: self.znodes.clone(),
            znodes_of: self.read_at.map(|(server, _)| server),
            controller: kafka.controller,
            controller_epoch: kafka.controller_epoch,
            service: reader::seems_to_serve(system),
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
