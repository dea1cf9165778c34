//! What nodes are called in a sentence.

use super::Lang;
use sim_core::ids::{BrokerId, NodeId};
use sim_core::view::frame::Frame;
use std::sync::Arc;

/// Names of the clients of a cluster; brokers and servers are called by their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    clients: Vec<(NodeId, Arc<str>)>,
}

impl Names {
    pub fn of(frame: &Frame) -> Names {
        let clients = frame.nodes.iter().filter(|node| !matches!(node.id, NodeId::Zk(_) | NodeId::Broker(_)));
        Names { clients: clients.map(|node| (node.id, node.name.clone())).collect() }
    }

    #[cfg(test)]
    pub(super) fn from_pairs(clients: Vec<(NodeId, Arc<str>)>) -> Names {
        Names { clients }
    }

    /// "broker 3", "zk2", "web-1"; in 中文 "Broker 3", "zk2", "web-1".
    pub fn say(&self, node: NodeId, lang: Lang) -> String {
        if let Some((_, name)) = self.clients.iter().find(|(id, _)| *id == node) {
            return name.to_string();
        }
        match (node, lang) {
            (NodeId::Zk(n), _) => format!("zk{n}"),
            (NodeId::Broker(n), _) => broker(n, lang),
            (NodeId::Producer(n), Lang::En) => format!("producer {n}"),
            (NodeId::Producer(n), Lang::Zh) => format!("生产者 {n}"),
            (NodeId::Consumer(n), Lang::En) => format!("consumer {n}"),
            (NodeId::Consumer(n), Lang::Zh) => format!("消费者 {n}"),
            (NodeId::ZkShell(n), Lang::En) => format!("client {n}"),
            (NodeId::ZkShell(n), Lang::Zh) => format!("客户端 {n}"),
            (NodeId::Admin, Lang::En) => "the admin tool".into(),
            (NodeId::Admin, Lang::Zh) => "管理工具".into(),
        }
    }
}

/// "broker 3", "Broker 3".
pub fn broker(id: BrokerId, lang: Lang) -> String {
    match lang {
        Lang::En => format!("broker {id}"),
        Lang::Zh => format!("Broker {id}"),
    }
}

/// A node's own name as the page shows it: "broker-3" is the host's, the reader knows "broker 3" and "Broker 3".
pub fn shown(name: &str, lang: Lang) -> String {
    match name.strip_prefix("broker-").and_then(|number| number.parse().ok()) {
        Some(number) => broker(number, lang),
        None => name.to_string(),
    }
}

/// "broker 3 runs" at the start of a sentence: "Broker 3 runs". Clients and paths keep the case they have.
pub(super) fn capitalised(text: String) -> String {
    let common = ["broker", "producer ", "consumer ", "client ", "the ", "a ", "you ", "session ", "topic ", "no "];
    if common.iter().any(|start| text.starts_with(start)) {
        return with_capital(text);
    }
    text
}

/// An English sentence as it begins. The capitals of all other languages would be a table of 14 KB.
pub(super) fn with_capital(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
