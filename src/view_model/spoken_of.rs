//! Which card a sentence is about.

use crate::i18n::{Lang, Names};
use sim_core::ids::NodeId;
use sim_core::view::frame::Frame;

/// The node that a sentence names first.
pub fn first_named(sentence: &str, frame: &Frame, names: &Names, lang: Lang) -> Option<NodeId> {
    let named = frame.nodes.iter().filter_map(|node| Some((position(sentence, &names.say(node.id, lang))?, node.id)));
    named.min().map(|(_, id)| id)
}

/// Where a name stands by itself: "broker 1" is not in "broker 12", "web-1" not in "/web-1/x"; "Broker 3" at the
/// beginning is "broker 3". By bytes, since searching in texts is large in wasm.
fn position(sentence: &str, name: &str) -> Option<usize> {
    let (text, name) = (sentence.as_bytes(), name.as_bytes());
    if name.is_empty() {
        return None;
    }
    let joins = |letter: Option<&u8>| letter.is_some_and(|c| c.is_ascii_alphanumeric() || b"-_/".contains(c));
    text.windows(name.len()).enumerate().position(|(at, part)| {
        let (before, after) = (at.checked_sub(1).and_then(|before| text.get(before)), text.get(at + name.len()));
        part.eq_ignore_ascii_case(name) && !joins(before) && !joins(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::fixture;

    #[test]
    fn the_first_node_that_is_named_is_the_one_spoken_of_in_both_languages() {
        let frame = fixture::broker_3_died();
        let names = Names::of(&frame);
        let of = |sentence, lang| first_named(sentence, &frame, &names, lang);
        assert_eq!(of("Broker 3 is dead. web-1 noticed.", Lang::En), Some(NodeId::Broker(3)));
        assert_eq!(of("web-1 向 Broker 3 发送一条消息", Lang::Zh), Some(NodeId::Producer(1)));
        assert_eq!(of("broker 33 and zk12 are not in this cluster", Lang::En), None);
        assert_eq!(of("/brokers/ids/1 belongs to zk2", Lang::En), Some(NodeId::Zk(2)));
        assert_eq!(of("Copied by 1 of 2 followers.", Lang::En), None);
    }
}
