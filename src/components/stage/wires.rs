//! The connections, as they are: one line a pair of nodes. A cut link is marked at its middle.

use super::StageHandle;
use crate::layout::Point;
use crate::session::Session;
use crate::view_model::clocks;
use leptos::prelude::*;
use sim_core::frame::Frame;
use sim_core::ids::{Channel, NodeId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Vote,
    Quorum,
    Session,
    Peer,
    Produce,
    Consume,
    /// Cut, and nobody is connected over it.
    Nothing,
}

impl Kind {
    fn of(channel: Channel) -> Kind {
        match channel {
            Channel::Election => Kind::Vote,
            Channel::Quorum => Kind::Quorum,
            Channel::ZkSession => Kind::Session,
            Channel::Controller | Channel::ReplicaFetcher | Channel::ControlledShutdown => Kind::Peer,
            Channel::Produce => Kind::Produce,
            Channel::Consume | Channel::Metadata => Kind::Consume,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Kind::Vote => "vote",
            Kind::Quorum => "quorum",
            Kind::Session => "session",
            Kind::Peer => "peer",
            Kind::Produce => "produce",
            Kind::Consume => "consume",
            Kind::Nothing => "unused",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wire {
    client: NodeId,
    server: NodeId,
    kind: Kind,
    cut: bool,
    /// Nothing can come over it, and its client does not know.
    half_open: bool,
}

fn wires(frame: &Frame) -> Vec<Wire> {
    let cut = |a: NodeId, b: NodeId| frame.cuts.iter().any(|cut| *cut == (a, b) || *cut == (b, a));
    let mut wires: Vec<Wire> = Vec::new();
    for connection in &frame.connections {
        let (client, server, kind) = (connection.client, connection.server, Kind::of(connection.channel));
        let same = |wire: &&mut Wire| {
            (wire.client, wire.server) == (client, server) || (wire.server, wire.client) == (client, server)
        };
        match wires.iter_mut().find(same) {
            // The quorum's line says more than that of the votes.
            Some(wire) => wire.kind = wire.kind.max(kind),
            None => {
                let half_open = kind == Kind::Session && clocks::is_half_open(frame, client);
                wires.push(Wire { client, server, kind, cut: cut(client, server), half_open });
            }
        }
    }
    for (a, b) in &frame.cuts {
        if !wires.iter().any(|wire| (wire.client, wire.server) == (*a, *b) || (wire.server, wire.client) == (*a, *b)) {
            wires.push(Wire { client: *a, server: *b, kind: Kind::Nothing, cut: true, half_open: false });
        }
    }
    wires
}

#[component]
pub fn Wires(stage: StageHandle) -> impl IntoView {
    let session = expect_context::<Session>();
    let list = Memo::new(move |_| session.frame.with(|frame| wires(frame)));
    let drawn = move || {
        let layout = stage.layout.get();
        list.with(|list| {
            list.iter()
                .filter_map(|wire| {
                    let route = layout.route(wire.client, wire.server)?;
                    let Wire { client, server, kind, cut, half_open } = *wire;
                    let class = move || {
                        let near = match stage.hovered.get() {
                            Some(node) if node == client || node == server => " hot",
                            Some(_) => " away",
                            None => "",
                        };
                        let state = match (cut, half_open) {
                            (true, _) => " cut",
                            (false, true) => " half",
                            (false, false) => "",
                        };
                        format!("wire {}{state}{near}", kind.class())
                    };
                    let scissors = cut.then(|| {
                        let Point { x, y } = route.at(0.5);
                        view! {
                            <g class="scissors" transform=format!("translate({} {})", x as i64, y as i64)>
                                <circle r="9"></circle><path d="M-4 -4L4 4M4 -4L-4 4"></path>
                            </g>
                        }
                    });
                    Some(view! { <path class=class d=route.path()></path>{scissors} })
                })
                .collect::<Vec<_>>()
        })
    };
    view! {
        <svg class="wires" aria-hidden="true"
            width=move || stage.layout.with(|layout| layout.size.width as i64)
            height=move || stage.layout.with(|layout| layout.height as i64)
        >{drawn}</svg>
    }
}
