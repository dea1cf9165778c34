//! The connections, as they are: one line a pair of nodes. A cut link is marked at its middle. Lines that run
//! together are faint; those of the node that is looked at are drawn once more, in full.

use super::Look;
use super::html::Html;
use crate::i18n::StageWord;
use crate::layout::{Bundle, Layout, Point};
use crate::view_model::clocks;
use sim_core::ids::NodeId;
use sim_core::net::Channel;
use sim_core::view::frame::Frame;

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
            Kind::Vote => "wire vote",
            Kind::Quorum => "wire quorum",
            Kind::Session => "wire session",
            Kind::Peer => "wire peer",
            Kind::Produce => "wire produce",
            Kind::Consume => "wire consume",
            Kind::Nothing => "wire unused",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wire {
    client: NodeId,
    server: NodeId,
    kind: Kind,
    cut: bool,
    /// Nothing can come over it, and its client does not know.
    half_open: bool,
}

pub fn list(frame: &Frame) -> Vec<Wire> {
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

/// The insides of the SVG: all lines, or those of one node, in full.
pub fn all(wires: &[Wire], layout: &Layout, of: Option<NodeId>) -> Html {
    let mut html = Html::new();
    let wanted = |wire: &&Wire| of.is_none_or(|node| node == wire.client || node == wire.server);
    for wire in wires.iter().filter(wanted) {
        let Some(route) = layout.route(wire.client, wire.server) else { continue };
        html.raw("<path class=\"").raw(wire.kind.class());
        if wire.cut {
            html.raw(" cut");
        } else if wire.half_open {
            html.raw(" half");
        }
        if of.is_some() {
            html.raw(" hot");
        } else if layout.is_bundled(wire.client, wire.server) {
            html.raw(" many");
        }
        html.raw("\" d=\"").text(&route.path()).raw("\"/>");
        if wire.cut {
            let Point { x, y } = route.at(0.5);
            html.raw("<g class=\"scissors\" transform=\"translate(").number(x as i64).raw(" ").number(y as i64);
            html.raw(")\"><circle r=\"9\"/><path d=\"M-4 -4L4 4M4 -4L-4 4\"/></g>");
        }
    }
    html
}

/// What runs together says what it is.
pub fn labels(layout: &Layout, look: Look<'_>) -> Html {
    let mut html = Html::new();
    for label in &layout.labels {
        let (class, word) = match label.of {
            Bundle::Producers => ("bundle produce", StageWord::BundledProducers),
            Bundle::Consumers => ("bundle consume", StageWord::BundledConsumers),
            Bundle::Sessions => ("bundle session", StageWord::BundledSessions),
        };
        html.raw("<span class=\"").raw(class).raw("\" style=\"left:").number(label.at.x as i64).raw("px;top:");
        html.number(label.at.y as i64).raw("px\">").text(&look.word(word).replace("{}", &label.count.to_string()));
        html.raw("</span>");
    }
    html
}
