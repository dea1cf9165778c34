//! What can be done to a node now. Only what would not be refused is offered.

use super::stage::{name, process};
use sim_core::engine::command::Command;
use sim_core::engine::system::{Fault, Process};
use sim_core::ids::*;
use sim_core::net::CutHow;
use sim_core::order::{Order, ProduceRecord};
use sim_core::sorted::Sorted;
use sim_core::view::frame::Frame;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Start,
    Stop,
    Kill,
    PowerOff,
    Freeze,
    Thaw,
    CutLink,
    Heal,
    SendRecord,
    /// A steady load, faster and slower.
    LoadUp,
    LoadOff,
    Commit,
    Inspect,
    Remove,
}

impl Verb {
    /// The key that does it while the menu or the card has the focus.
    pub const fn key(self) -> Option<char> {
        Some(match self {
            Verb::Start => 'r',
            Verb::Stop => 's',
            Verb::Kill => 'k',
            Verb::PowerOff => 'p',
            Verb::Freeze | Verb::Thaw => 'g',
            Verb::CutLink => 'c',
            Verb::SendRecord => 'n',
            Verb::LoadUp => 'l',
            Verb::LoadOff => 'o',
            Verb::Commit => 'm',
            Verb::Inspect => 'i',
            Verb::Heal | Verb::Remove => return None,
        })
    }

    /// For `data-testid`.
    pub const fn slug(self) -> &'static str {
        match self {
            Verb::Start => "start",
            Verb::Stop => "stop",
            Verb::Kill => "kill",
            Verb::PowerOff => "power-off",
            Verb::Freeze => "freeze",
            Verb::Thaw => "thaw",
            Verb::CutLink => "cut",
            Verb::Heal => "heal",
            Verb::SendRecord => "send",
            Verb::LoadUp => "load-up",
            Verb::LoadOff => "load-off",
            Verb::Commit => "commit",
            Verb::Inspect => "inspect",
            Verb::Remove => "remove",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    Command(Command),
    /// Opens the list of links.
    Links,
    /// Selects the node, for the panels.
    Select,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub verb: Verb,
    /// The other end, for a link.
    pub other: Option<Arc<str>>,
    pub does: Does,
}

pub fn items(frame: &Frame, id: NodeId) -> Vec<Item> {
    let Some(process) = process(frame, id) else { return Vec::new() };
    let mut items = Vec::new();
    let mut fault = |verb: Verb, fault: Fault| {
        items.push(Item { verb, other: None, does: Does::Command(Command::Fault(fault)) });
    };
    match process {
        Process::Running | Process::Stopping => {
            fault(Verb::Kill, Fault::Kill(id));
        }
        Process::Frozen { .. } => {
            fault(Verb::Thaw, Fault::Thaw(id));
            fault(Verb::Kill, Fault::Kill(id));
        }
        Process::Removed => return Vec::new(),
        _ => fault(Verb::Start, Fault::Start(id)),
    }
    if process == Process::Running {
        items.push(Item { verb: Verb::Stop, other: None, does: Does::Command(Command::Order(id, Order::Stop)) });
    }
    let mut fault = |verb: Verb, fault: Fault| {
        items.push(Item { verb, other: None, does: Does::Command(Command::Fault(fault)) });
    };
    if process.is_up() {
        fault(Verb::PowerOff, Fault::PowerOff(id));
        if !process.is_frozen() {
            fault(Verb::Freeze, Fault::Freeze(id));
        }
    }
    items.push(Item { verb: Verb::CutLink, other: None, does: Does::Links });
    for (a, b) in &frame.cuts {
        if *a == id || *b == id {
            let other = if *a == id { *b } else { *a };
            let heal = Command::Fault(Fault::Heal { a: *a, b: *b });
            items.push(Item { verb: Verb::Heal, other: Some(name(frame, other)), does: Does::Command(heal) });
        }
    }
    if process == Process::Running {
        items.extend(orders(frame, id));
    }
    items.push(Item { verb: Verb::Inspect, other: None, does: Does::Select });
    if !matches!(id, NodeId::Zk(_) | NodeId::Admin) {
        items.push(Item { verb: Verb::Remove, other: None, does: Does::Command(Command::Remove(id)) });
    }
    items
}

/// A faster load is twice the last, up to what one can follow.
const LOAD_FIRST: u32 = 10;
const LOAD_MAX: u32 = 640;

fn orders(frame: &Frame, id: NodeId) -> Vec<Item> {
    let order = |verb: Verb, order: Order| Item { verb, other: None, does: Does::Command(Command::Order(id, order)) };
    match id {
        NodeId::Producer(_) => {
            let Some(producer) = frame.producers().find(|producer| producer.id == id) else { return Vec::new() };
            let topics = topics(frame);
            let Some(topic) = topics.first().cloned() else { return Vec::new() };
            let record = ProduceRecord {
                topic,
                key: None,
                value: format!("{}-{}", producer.name, producer.acked + 1).into(),
                partition: None,
            };
            let mut items = vec![order(Verb::SendRecord, Order::Produce(vec![record]))];
            let rate = producer.records_per_s;
            if rate < LOAD_MAX {
                let records_per_s = if rate == 0 { LOAD_FIRST } else { (rate * 2).min(LOAD_MAX) };
                items.push(order(Verb::LoadUp, Order::ProduceSteadily { records_per_s, topics: topics.clone() }));
            }
            if rate > 0 {
                items.push(order(Verb::LoadOff, Order::ProduceSteadily { records_per_s: 0, topics }));
            }
            items
        }
        NodeId::Consumer(_) => vec![order(Verb::Commit, Order::Commit)],
        _ => Vec::new(),
    }
}

pub fn topics(frame: &Frame) -> Vec<Topic> {
    let mut topics: Vec<Topic> = frame.partitions.iter().map(|partition| partition.tp.topic.clone()).collect();
    topics.dedup();
    topics
}

/// The links of a node that can be cut: those in use first. Each can be cut in two ways.
pub fn links(frame: &Frame, id: NodeId) -> Vec<(NodeId, Arc<str>, bool)> {
    let cut = |other: NodeId| frame.cuts.iter().any(|(a, b)| (*a, *b) == (id, other) || (*b, *a) == (id, other));
    let used = |other: NodeId| {
        frame.connections.iter().any(|c| (c.client, c.server) == (id, other) || (c.server, c.client) == (id, other))
    };
    let is_client = |id: NodeId| !matches!(id, NodeId::Zk(_) | NodeId::Broker(_));
    let all = frame.nodes.iter().map(|node| node.id);
    let mut links: Vec<(NodeId, Arc<str>, bool)> = all
        // Two clients never speak to each other.
        .filter(|other| *other != id && !cut(*other) && !(is_client(id) && is_client(*other)))
        .map(|other| (other, name(frame, other), used(other)))
        .collect();
    links.sort_stably_by_key(|(other, _, used)| (!used, *other));
    links
}

pub fn cut(a: NodeId, b: NodeId, how: CutHow) -> Command {
    Command::Fault(Fault::Cut { a, b, how })
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn verbs(frame: &Frame, id: NodeId) -> Vec<Verb> {
        items(frame, id).into_iter().map(|item| item.verb).collect()
    }

    #[test]
    fn a_dead_broker_can_be_started_and_not_killed_again() {
        let verbs = verbs(&fixture::broker_3_died(), NodeId::Broker(3));
        assert!(verbs.contains(&Verb::Start) && !verbs.contains(&Verb::Kill) && !verbs.contains(&Verb::Freeze));
    }

    #[test]
    fn a_frozen_process_can_be_thawed_but_takes_no_orders() {
        let mut frame = fixture::broker_3_died();
        fixture::node(&mut frame, NodeId::Producer(1)).process = Process::Frozen { stopping: false };
        let verbs = verbs(&frame, NodeId::Producer(1));
        assert!(verbs.contains(&Verb::Thaw));
        assert!(!verbs.contains(&Verb::SendRecord) && !verbs.contains(&Verb::Stop));
    }

    #[test]
    fn a_cut_link_is_offered_for_repair_and_not_for_cutting() {
        let frame = fixture::broker_3_died();
        assert!(verbs(&frame, NodeId::Zk(2)).contains(&Verb::Heal));
        assert!(links(&frame, NodeId::Zk(2)).iter().all(|(other, _, _)| *other != NodeId::Broker(2)));
    }

    #[test]
    fn a_server_of_the_ensemble_is_not_removed() {
        assert!(!verbs(&fixture::broker_3_died(), NodeId::Zk(1)).contains(&Verb::Remove));
    }

    #[test]
    fn the_engine_refuses_nothing_that_is_offered() {
        use sim_core::check::bench_scene;
        use sim_core::history::History;
        let mut history = History::new(bench_scene::setup(), bench_scene::SEED).expect("the scene boots");
        let mut offered = 0;
        for round in 0..4 {
            let frame = history.frame();
            let ids: Vec<NodeId> = frame.nodes.iter().map(|node| node.id).collect();
            for id in &ids {
                for item in items(&frame, *id) {
                    if let Does::Command(command) = item.does {
                        assert!(history.command(&command).is_ok(), "{:?} of {id:?}", item.verb);
                        assert!(history.undo());
                        offered += 1;
                    }
                }
            }
            // Something else is possible after each of these.
            let fault = [Fault::Kill(ids[0]), Fault::Freeze(ids[1]), Fault::PowerOff(ids[2])];
            if let Some(fault) = fault.get(round) {
                assert!(history.command(&Command::Fault(*fault)).is_ok());
            }
        }
        assert!(offered > 20);
    }

    #[test]
    fn no_two_verbs_of_a_node_share_a_key() {
        let frame = fixture::broker_3_died();
        for id in [NodeId::Zk(1), NodeId::Broker(1), NodeId::Broker(3), NodeId::Producer(1), NodeId::Consumer(1)] {
            let mut keys: Vec<char> = verbs(&frame, id).into_iter().filter_map(Verb::key).collect();
            keys.sort_unstable();
            let before = keys.len();
            keys.dedup();
            assert_eq!(keys.len(), before, "{id:?}");
        }
    }
}
