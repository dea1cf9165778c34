//! `--facts`: one readable line for each event.

use sim_core::engine::setup::Setup;
use sim_core::event::Event;
use sim_core::fact::Value;
use sim_core::ids::NodeId;

/// Prints events with the names of the setup.
pub(super) struct Printer {
    names: Vec<(NodeId, String)>,
}

impl Printer {
    pub(super) fn of(setup: &Setup) -> Printer {
        let mut names = Vec::new();
        names.extend((1..).zip(&setup.producers).map(|(n, p)| (NodeId::Producer(n), p.name.to_string())));
        names.extend((1..).zip(&setup.consumers).map(|(n, c)| (NodeId::Consumer(n), c.name.to_string())));
        names.extend((1..).zip(&setup.zk_shells).map(|(n, c)| (NodeId::ZkShell(n), c.name.to_string())));
        Printer { names }
    }

    pub(super) fn print(&self, event: &Event) {
        super::report::print_line(&self.line(event));
    }

    /// number, time, node, fact, arguments, cause.
    pub(super) fn line(&self, event: &Event) -> String {
        let us = event.at.0;
        let mut line = format!(
            "{:>7} {:>6}.{:06} s  {:<12} {}",
            event.seq.0,
            us / 1_000_000,
            us % 1_000_000,
            self.name(event.node),
            event.fact.name()
        );
        event.fact.for_each_field(&mut |name, value| {
            line.push_str(&format!(" {name}={}", self.value(&value)));
        });
        if let Some(cause) = event.cause {
            line.push_str(&format!("  because of {}", cause.0));
        }
        line
    }

    fn name(&self, id: NodeId) -> String {
        match id {
            NodeId::Zk(n) => format!("zk{n}"),
            NodeId::Broker(n) => format!("broker-{n}"),
            NodeId::Admin => "admin".to_owned(),
            other => {
                let named = self.names.iter().find(|(known, _)| *known == other);
                named.map_or_else(|| format!("client-{:x}", other.code()), |(_, name)| name.clone())
            }
        }
    }

    fn value(&self, value: &Value<'_>) -> String {
        let list = |items: Vec<String>| format!("[{}]", items.join(","));
        match value {
            Value::Node(node) => self.name(*node),
            Value::Number(number) => number.to_string(),
            Value::Yes(yes) => yes.to_string(),
            Value::Text(text) => (*text).to_owned(),
            Value::Name(name) => (*name).to_owned(),
            Value::Zxid(zxid) => zxid.to_string(),
            Value::Session(session) => session.to_string(),
            Value::Partition(tp) => tp.to_string(),
            Value::Span(span) => format!("{}ms", span.as_ms()),
            Value::Brokers(brokers) => list(brokers.iter().map(ToString::to_string).collect()),
            Value::Partitions(partitions) => list(partitions.iter().map(ToString::to_string).collect()),
            Value::Nothing => "none".to_owned(),
        }
    }
}
