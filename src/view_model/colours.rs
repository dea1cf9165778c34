//! A partition keeps one colour everywhere and for as long as the page is open.

use sim_core::ids::TopicPartition;

/// As many as there are `--p0` … in `style/tokens.css`.
pub const COLOURS: u8 = 8;

/// Partitions in the order in which they were first seen: a topic that comes later changes no colour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colours {
    seen: Vec<TopicPartition>,
}

impl Colours {
    /// Learns what is new in an ordered list of partitions; whether something was.
    pub fn learn<'a>(&mut self, partitions: impl Iterator<Item = &'a TopicPartition>) -> bool {
        let before = self.seen.len();
        for tp in partitions {
            if !self.seen.contains(tp) {
                self.seen.push(tp.clone());
            }
        }
        self.seen.len() > before
    }

    /// The number of the partition's colour.
    pub fn of(&self, tp: &TopicPartition) -> u8 {
        self.seen.iter().position(|seen| seen == tp).map_or(COLOURS - 1, |at| (at % usize::from(COLOURS)) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_comes_later_changes_no_colour() {
        let (orders, audit) = (TopicPartition::new(&"orders".into(), 0), TopicPartition::new(&"audit".into(), 0));
        let mut colours = Colours::default();
        assert!(colours.learn([&orders].into_iter()));
        assert!(colours.learn([&audit, &orders].into_iter()));
        assert!(!colours.learn([&audit].into_iter()));
        assert_eq!((colours.of(&orders), colours.of(&audit)), (0, 1));
    }
}
