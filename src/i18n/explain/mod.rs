//! What a fact means: a title, the rule behind it and its consequence, and where to read on.
//!
//! One file an area, both languages in it, one match without a wildcard for each: a new fact does not
//! compile until both speak.

mod client;
mod cluster;
mod kafka;
mod release;
mod zk;

use super::names::broker;
use super::{Lang, Names};
use release::{Generation, Sentence};
use sim_core::event::Fact;
use sim_core::ids::{BrokerId, NodeId, TopicPartition};
use sim_core::release::Release;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, one line.
    pub title: String,
    /// The rule of the real system, and its consequence.
    pub why: String,
    /// A KIP, a config key with its default, or a class of the real system.
    pub learn_more: &'static str,
}

/// Title and why.
type Words = (String, String);

/// The one entry. The release decides which generation's words are true of the fact, `node` is the one that noted it.
pub(super) fn explain(lang: Lang, release: Release, node: NodeId, fact: &Fact, names: &Names) -> Explanation {
    let generation = release::words(release);
    let say = Say { lang, node, names, release, generation };
    let ((title, why), learn_more) = match (fact, lang) {
        (Fact::Cluster(fact), Lang::En) => (cluster::en(say, fact), (generation.of_process_fact)(fact)),
        (Fact::Cluster(fact), Lang::Zh) => (cluster::zh(say, fact), (generation.of_process_fact)(fact)),
        (Fact::Zk(fact), Lang::En) => (zk::en(say, fact), zk::learn_more(release, fact)),
        (Fact::Zk(fact), Lang::Zh) => (zk::zh(say, fact), zk::learn_more(release, fact)),
        (Fact::Kafka(fact), Lang::En) => (kafka::en(say, fact), (generation.of_broker_fact)(fact)),
        (Fact::Kafka(fact), Lang::Zh) => (kafka::zh(say, fact), (generation.of_broker_fact)(fact)),
        (Fact::Client(fact), Lang::En) => (client::en(say, fact), (generation.of_client_fact)(fact)),
        (Fact::Client(fact), Lang::Zh) => (client::zh(say, fact), (generation.of_client_fact)(fact)),
    };
    Explanation { title: super::names::capitalised(title), why, learn_more }
}

/// A sentence on what a znode is for in this release; mostly nothing.
pub(super) fn znode_meaning(release: Release, path: &str, lang: Lang) -> &'static str {
    (release::words(release).znode)(path, lang)
}

/// Says ids in a language.
#[derive(Clone, Copy)]
struct Say<'a> {
    lang: Lang,
    /// The node that noted the fact.
    node: NodeId,
    names: &'a Names,
    release: Release,
    generation: &'static Generation,
}

impl Say<'_> {
    /// What the znode is for; mostly nothing.
    fn znode(self, path: &str) -> &'static str {
        (self.generation.znode)(path, self.lang)
    }

    /// A sentence that is true of this generation only.
    fn of_generation(self, sentence: Sentence) -> &'static str {
        (self.generation.sentence)(sentence, self.lang)
    }

    fn me(self) -> String {
        self.name(self.node)
    }

    fn name(self, node: NodeId) -> String {
        self.names.say(node, self.lang)
    }

    fn broker(self, id: BrokerId) -> String {
        broker(id, self.lang)
    }

    fn leader(self, id: Option<BrokerId>) -> String {
        match (id, self.lang) {
            (Some(id), _) => self.broker(id),
            (None, Lang::En) => "nobody".into(),
            (None, Lang::Zh) => "无".into(),
        }
    }

    /// "brokers 1, 2 and 3"; "Broker 1、2、3".
    fn brokers(self, ids: &[BrokerId]) -> String {
        match (ids, self.lang) {
            ([], Lang::En) => "no broker".into(),
            ([], Lang::Zh) => "没有 Broker".into(),
            ([one], _) => self.broker(*one),
            (_, Lang::En) => format!("brokers {}", self.list(ids.iter().map(u16::to_string).collect())),
            (_, Lang::Zh) => format!("Broker {}", self.list(ids.iter().map(u16::to_string).collect())),
        }
    }

    fn partitions(self, tps: &[TopicPartition]) -> String {
        if tps.is_empty() {
            return match self.lang {
                Lang::En => "nothing".into(),
                Lang::Zh => "空".into(),
            };
        }
        self.list(tps.iter().map(TopicPartition::to_string).collect())
    }

    fn list(self, items: Vec<String>) -> String {
        match (self.lang, items.as_slice()) {
            (Lang::En, [before @ .., last]) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            (Lang::En, _) => items.concat(),
            (Lang::Zh, _) => items.join("、"),
        }
    }

    /// "[1, 2]", as the state znode has it.
    fn isr(self, isr: &[BrokerId]) -> String {
        let ids: Vec<String> = isr.iter().map(u16::to_string).collect();
        format!("[{}]", ids.join(", "))
    }

    /// "record 12", "records 12–14"; 位移 12, 位移 12–14.
    fn offsets(self, first: u64, last: u64) -> String {
        match (first == last, self.lang) {
            (true, Lang::En) => format!("the record at offset {first}"),
            (false, Lang::En) => format!("the records at offsets {first} to {last}"),
            (true, Lang::Zh) => format!("位移 {first} 的消息"),
            (false, Lang::Zh) => format!("位移 {first} 到 {last} 的消息"),
        }
    }

    fn count(self, count: u32) -> String {
        match (count, self.lang) {
            (1, Lang::En) => "one record".into(),
            (_, Lang::En) => format!("{count} records"),
            (_, Lang::Zh) => format!("{count} 条消息"),
        }
    }

    /// "1 partition", "3 partitions".
    fn many(self, count: u32, one: &str) -> String {
        format!("{count} {one}{}", if count == 1 { "" } else { "s" })
    }

    /// "6 s", "2.5 s", "120 ms". The unit is the same in both languages.
    fn ms(self, ms: u32) -> String {
        match (ms, ms % 1_000) {
            (0..1_000, _) => format!("{ms} ms"),
            (_, 0) => format!("{} s", ms / 1_000),
            (_, rest) => format!("{}.{} s", ms / 1_000, rest / 100),
        }
    }

    /// The client of a session.
    fn client(self, client: Option<NodeId>) -> String {
        match (client, self.lang) {
            (Some(client), _) => self.name(client),
            (None, Lang::En) => "a client".into(),
            (None, Lang::Zh) => "某个客户端".into(),
        }
    }
}
