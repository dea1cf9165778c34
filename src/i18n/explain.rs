//! What a fact means: a title, the rule behind it, and where to read on.

use super::{Lang, Names};
use sim_core::fact::Fact;
use sim_core::ids::NodeId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened, one line.
    pub title: String,
    /// The rule of the real system, and its consequence.
    pub why: String,
    /// A KIP, a config key with its default, or a class of the real system.
    pub learn_more: &'static str,
}

pub(super) fn explain(lang: Lang, node: NodeId, fact: &Fact, names: &Names) -> Explanation {
    // The words of each area follow within minutes; until then the fact's own name stands there.
    let title = format!("{}: {}", names.say(node, lang), fact.name());
    Explanation { title, why: String::new(), learn_more: "" }
}
