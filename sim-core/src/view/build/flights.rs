//! What is on its way, wire by wire.

use crate::engine::system::{Body, Packet, System};
use crate::sorted::Sorted;
use crate::view::frame::{ConnectionView, FlightView, UnderWay};

/// The flights and the cuts of a whole picture, without the rest of it.
pub(crate) fn under_way(system: &System) -> UnderWay {
    UnderWay { flights: flights(system), cuts: system.cuts().iter().map(|cut| (cut.a, cut.b)).collect() }
}

pub(super) fn flights(system: &System) -> Vec<FlightView> {
    let mut flights = Vec::new();
    for (from, to, wire) in system.wires() {
        if wire.queue.is_empty() {
            continue;
        }
        let index = system.wire_index(from, to);
        let is_read = index.is_some_and(|index| system.deliverable(index));
        let is_taken = index.is_some_and(|index| system.takes_a_connection(index));
        flights.extend(wire.queue.iter().filter_map(|packet| {
            let held = !(is_read || is_taken && packet.body == Body::Open);
            Some(FlightView { from, to, held, ..flight(packet)? })
        }));
    }
    flights
}

fn flight(packet: &Packet) -> Option<FlightView> {
    let about = packet.about();
    let flight = packet.flight.0?;
    Some(FlightView {
        from: packet.conn.client,
        to: packet.conn.server,
        nth: packet.nth.0,
        kind: about.kind,
        routine: about.routine,
        sent: flight.sent,
        due: flight.due,
        tp: about.tp.cloned(),
        records: about.carried.records(),
        path: about.path.cloned(),
        group: about.group.map(Into::into),
        held: false,
    })
}

/// Each connection once, as the end that opened it sees it.
pub(super) fn connections(system: &System) -> Vec<ConnectionView> {
    let mut connections: Vec<ConnectionView> = system
        .slots()
        .iter()
        .flat_map(|slot| slot.open.iter().filter(|conn| conn.client == slot.id))
        .map(|conn| ConnectionView { client: conn.client, server: conn.server, channel: conn.channel })
        .collect();
    connections.sort_stably_by_key(|connection| (connection.client, connection.server, connection.channel));
    connections.dedup();
    connections
}
