//! Everything the page says, in both languages. A [`Label`] is a fixed text, an [`Explanation`] tells what
//! a fact means and why it happened, a refusal says what to do instead.
//!
//! A new fact or a new refusal does not compile until both languages have it: the matches in the area
//! files have no wildcard, and a label is declared with both texts in one line.

pub mod arguments;
pub mod cli;
mod explain;
pub mod knowledge;
mod labels;
pub mod names;
pub mod panels;
mod refusals;
pub mod simplified;
mod stage;
pub mod story;
mod texts;
pub mod znode;

pub use explain::Explanation;
pub use knowledge::KnowledgeWord;
pub use labels::Label;
pub use names::Names;
pub use stage::{StageWord, counted};

use sim_core::engine::command::CommandError;
use sim_core::event::{Event, Fact};
use sim_core::ids::NodeId;
use sim_core::release::Release;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Zh,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// As in `<html lang>` and in the `lang=` hint of an address.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The one of two texts that is in this language.
    const fn either(self, en: &'static str, zh: &'static str) -> &'static str {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }

    pub const fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }

    pub fn label(self, label: Label) -> &'static str {
        label.text(self)
    }

    /// What a fact means and why it happened. `node` is the one that noted it.
    pub fn explain(self, release: Release, node: NodeId, fact: &Fact, names: &Names) -> Explanation {
        explain::explain(self, release, node, fact, names)
    }

    pub fn explain_event(self, release: Release, event: &Event, names: &Names) -> Explanation {
        self.explain(release, event.node, &event.fact, names)
    }

    /// Why a command was refused, and what to do.
    pub fn refusal(self, error: &CommandError, names: &Names) -> String {
        match self {
            Lang::En => refusals::en(error, names),
            Lang::Zh => refusals::zh(error, names),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::client::ClientFact;
    use sim_core::ids::{SessionId, TopicPartition};
    use sim_core::kafka::{ElectedHow, KafkaFact};
    use sim_core::release::{Kafka, ZkVersion};
    use sim_core::zookeeper::ZkFact;

    const RELEASE: Release = Release { kafka: Some(Kafka::V0_8_2), zookeeper: ZkVersion::V3_4 };

    #[test]
    fn every_refusal_is_a_sentence_in_both_languages() {
        let (a, b) = (NodeId::Broker(3), NodeId::Zk(2));
        let errors = [
            CommandError::NoSuchNode(a),
            CommandError::NameTaken("web-1".into()),
            CommandError::NotRunning(a),
            CommandError::LinkAlreadyCut(a, b),
            CommandError::TooManyNodes(100),
            CommandError::NoKafkaHere,
        ];
        for error in &errors {
            assert!(Lang::En.refusal(error, &Names::default()).ends_with('.'));
            assert!(Lang::Zh.refusal(error, &Names::default()).ends_with('。'));
        }
        assert_eq!(Lang::En.refusal(&errors[2], &Names::default()), "Broker 3 is not running. Start it first.");
    }

    /// 中文 may keep the field's terms and the names of nodes, but a sentence is not made of them alone.
    fn has_cjk(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    #[test]
    fn every_fact_is_explained_in_both_languages() {
        let names = Names::from_pairs(vec![(NodeId::Producer(1), "web-1".into())]);
        let samples = Fact::samples();
        assert!(samples.len() > 60);
        for fact in &samples {
            let en = Lang::En.explain(RELEASE, NodeId::Broker(3), fact, &names);
            let zh = Lang::Zh.explain(RELEASE, NodeId::Broker(3), fact, &names);
            let name = fact.name();
            assert!(!en.title.is_empty() && !en.title.ends_with('.'), "{name}: {}", en.title);
            assert!(en.why.ends_with('.'), "{name}: {}", en.why);
            assert!(!["broker ", "the ", "a "].iter().any(|start| en.title.starts_with(start)), "{name}: {}", en.title);
            assert!(has_cjk(&zh.title) && !zh.title.ends_with('。'), "{name}: {}", zh.title);
            assert!(has_cjk(&zh.why) && zh.why.ends_with('。'), "{name}: {}", zh.why);
            for text in [&en.title, &en.why] {
                assert!(!has_cjk(text), "{name}: {text}");
            }
            for text in [&en.title, &en.why, &zh.title, &zh.why] {
                assert!(!text.contains(['{', '}']) && !text.contains("  "), "{name}: {text}");
            }
            assert_eq!(en.learn_more, zh.learn_more);
        }
    }

    #[test]
    fn each_way_to_lead_has_an_explanation_and_a_source_of_its_own() {
        let explained = ElectedHow::ALL.map(|how| {
            let tp = TopicPartition::new(&"orders".into(), 0);
            let fact = KafkaFact::LeaderElected { tp, from: Some(1), to: 2, leader_epoch: 1, isr: vec![2], how };
            let explain =
                |lang: Lang| lang.explain(RELEASE, NodeId::Broker(3), &fact.clone().into(), &Names::default());
            (explain(Lang::En).why, explain(Lang::Zh).why, explain(Lang::En).learn_more)
        });
        for (nth, one) in explained.iter().enumerate() {
            for other in &explained[..nth] {
                assert!(one.0 != other.0 && one.1 != other.1 && one.2 != other.2, "{one:?} {other:?}");
            }
        }
        assert!(explained[1].0.contains("lost"), "an unclean election is not said to be safe");
    }

    /// Facts whose words depend on what kind of process they are about, or on how something was done.
    #[test]
    fn no_english_slug_stands_in_a_sentence() {
        use sim_core::engine::facts::ClusterFact;
        use sim_core::order::OrderKind;
        let node = NodeId::Producer(1);
        let fact = ClusterFact::OrderGiven { node, order: OrderKind::ProduceSteadily, about: None };
        let title = Lang::Zh.explain(RELEASE, node, &fact.into(), &Names::default()).title;
        assert!(!title.contains("produce") && title.contains("持续发送消息"), "{title}");
        for stopped in [NodeId::Zk(1), NodeId::Producer(1)] {
            let why = Lang::En
                .explain(RELEASE, stopped, &ClusterFact::NodeStopping { node: stopped }.into(), &Names::default())
                .why;
            assert!(!why.contains("its session itself"), "{why}");
        }
    }

    /// In 0.8.2 a follower truncates to its own high watermark, so a leader out of the ISR can lack what was acknowledged:
    /// `an_acknowledged_record_is_lost_when_a_follower_truncates_and_then_leads` of the core.
    #[test]
    fn no_sentence_promises_that_committed_records_stay() {
        for fact in &Fact::samples() {
            let [en, zh] = Lang::ALL.map(|lang| lang.explain(RELEASE, NodeId::Broker(3), fact, &Names::default()).why);
            if !matches!(fact, Fact::Kafka(_) | Fact::Client(_)) {
                continue;
            }
            for promise in
                ["survive", "no longer disappear", "never lost", "never be lost", "not be lost", "nothing is skipped"]
            {
                assert!(!en.contains(promise), "{}: {en}", fact.name());
            }
            for promise in ["不会丢", "不会消失", "不会漏"] {
                assert!(!zh.contains(promise), "{}: {zh}", fact.name());
            }
            // A sentence that says what the ISR has says as well that it may not have it for long.
            if en.contains("below the high watermark") || en.contains("only below it") {
                assert!(
                    en.contains("truncated to its own") || en.contains("truncates to its own"),
                    "{}: {en}",
                    fact.name()
                );
                assert!(zh.contains("截断到") && zh.contains("自己的高水位"), "{}: {zh}", fact.name());
            }
        }
    }

    #[test]
    fn truncation_is_said_to_take_committed_records_too() {
        let tp = TopicPartition::new(&"orders".into(), 0);
        let explain =
            |lang: Lang, fact: KafkaFact| lang.explain(RELEASE, NodeId::Broker(3), &fact.into(), &Names::default());
        let truncated = KafkaFact::LogTruncated { tp: tp.clone(), from: 3, to: 2 };
        assert!(explain(Lang::En, truncated.clone()).why.contains("committed records can be among it"));
        assert!(explain(Lang::Zh, truncated).why.contains("可能有已提交消息"));
        for fact in [
            KafkaFact::HighWatermarkAdvanced { tp: tp.clone(), high_watermark: 3 },
            KafkaFact::LeaderElected { tp, from: None, to: 2, leader_epoch: 1, isr: vec![2], how: ElectedHow::Clean },
        ] {
            for lang in Lang::ALL {
                let why = explain(lang, fact.clone()).why;
                assert!(why.contains("KIP-101") && why.contains("0.8.2"), "{why}");
            }
        }
    }

    /// What is true of one generation of Kafka stands in that generation's file.
    #[test]
    fn the_words_of_all_generations_name_none() {
        for (file, text) in [
            ("kafka.rs", include_str!("explain/kafka.rs")),
            ("client.rs", include_str!("explain/client.rs")),
            ("cluster.rs", include_str!("explain/cluster.rs")),
        ] {
            let named: Vec<&str> = text
                .lines()
                .filter(|line| line.contains("0.8") || line.contains("controlled.shutdown.enable"))
                .collect();
            assert!(named.is_empty(), "{file}: {named:?}");
        }
    }

    #[test]
    fn an_owner_znode_is_not_said_to_keep_zombies_from_reading() {
        let fact: Fact = ClientFact::OwnerClaimed { tp: TopicPartition::new(&"orders".into(), 0) }.into();
        let [en, zh] = Lang::ALL.map(|lang| lang.explain(RELEASE, NodeId::Consumer(1), &fact, &Names::default()).why);
        assert!(en.contains("zombie") && zh.contains("僵尸"), "{en} {zh}");
    }

    /// 3.4 answers a multi of a session that has moved, and costs every other request its connection.
    #[test]
    fn a_moved_session_is_explained_as_its_version_goes() {
        let fact: Fact = ZkFact::SessionMoved { session: SessionId(3), client: NodeId::ZkShell(1) }.into();
        for zookeeper in ZkVersion::ALL {
            for lang in Lang::ALL {
                let release = Release { kafka: None, zookeeper };
                let why = lang.explain(release, NodeId::Zk(1), &fact, &Names::default()).why;
                assert_eq!(why.contains("multi"), zookeeper == ZkVersion::V3_4, "{why}");
            }
        }
    }

    #[test]
    fn a_process_is_explained_by_what_it_is() {
        use sim_core::engine::facts::ClusterFact;
        let kinds = [NodeId::Zk(1), NodeId::Broker(1), NodeId::Producer(1)];
        for lang in Lang::ALL {
            let why = |fact: ClusterFact| lang.explain(RELEASE, NodeId::Zk(1), &fact.into(), &Names::default()).why;
            let [server, broker, producer] = kinds.map(|node| why(ClusterFact::NodeFrozen { node }));
            let (elect, zombie, ephemeral) = if lang == Lang::En {
                ("elect another leader", "zombie", "ephemeral")
            } else {
                ("另选 leader", "僵尸", "临时节点")
            };
            assert!(server.contains(elect) && !server.contains(zombie), "{server}");
            assert!(broker.contains(zombie) && !broker.contains("syncLimit"), "{broker}");
            assert!(!producer.contains(zombie) && !producer.contains("syncLimit"), "{producer}");
            let [server, broker, producer] = kinds.map(|node| why(ClusterFact::NodeExited { node }));
            assert!(broker.contains(ephemeral), "{broker}");
            assert!(!server.contains(ephemeral) && !producer.contains(ephemeral), "{server} {producer}");
        }
    }

    #[test]
    fn what_the_page_runs_is_named_in_full() {
        for lang in Lang::ALL {
            let text = lang.label(Label::AboutWhat);
            assert!(ZkVersion::ALL.iter().all(|version| text.contains(version.name())), "{text}");
        }
    }

    #[test]
    fn every_label_has_both_languages() {
        for label in Label::ALL {
            assert!(!Lang::En.label(*label).is_empty() && !Lang::Zh.label(*label).is_empty());
        }
    }

    #[test]
    fn facts_that_only_we_know_of_have_no_class_to_read_all_others_have() {
        for fact in &Fact::samples() {
            let learn_more = Lang::En.explain(RELEASE, NodeId::Zk(1), fact, &Names::default()).learn_more;
            assert!(!learn_more.is_empty() || fact.name() == "OrderGiven", "{}", fact.name());
        }
    }
}
