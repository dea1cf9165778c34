//! What no node can know by itself, and the simulation sees: that an offset is handed out although the group
//! had it already. It looks at events only, and tells no node anything.

use crate::client::ClientFact;
use crate::event::{Event, Fact};
use crate::ids::*;
use crate::sorted::{Sorted, SortedMap};

/// Ranges of offsets, in order, with gaps between them.
type Ranges = Vec<(u64, u64)>;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Duplicates {
    received: SortedMap<Topic, SortedMap<TopicPartition, Ranges>>,
}

impl Duplicates {
    /// Looks at an event; gives the facts that follow from it and from what was seen before.
    pub(super) fn see(&mut self, event: &Event) -> Vec<ClientFact> {
        let Fact::Client(ClientFact::RecordsReceived { group, tp, first, last }) = &event.fact else {
            return Vec::new();
        };
        let ranges = self.received.or_default(group.clone()).or_default(tp.clone());
        let twice = add(ranges, *first, *last);
        twice.into_iter().map(|(first, last)| ClientFact::RecordsReadTwice { tp: tp.clone(), first, last }).collect()
    }
}

/// Adds a range; gives the parts of it that were there.
fn add(ranges: &mut Ranges, first: u64, last: u64) -> Ranges {
    // Mostly it goes on where the last one ended.
    if let Some(newest) = ranges.last_mut()
        && newest.1 + 1 == first
    {
        newest.1 = last;
        return Ranges::new();
    }
    let mut twice = Ranges::new();
    let mut merged = (first, last);
    let mut others = Ranges::with_capacity(ranges.len() + 1);
    for range in ranges.drain(..) {
        if range.1 + 1 < first || last + 1 < range.0 {
            others.push(range);
            continue;
        }
        let both = (range.0.max(first), range.1.min(last));
        if both.0 <= both.1 {
            twice.push(both);
        }
        merged = (merged.0.min(range.0), merged.1.max(range.1));
    }
    others.push(merged);
    others.sort_stably();
    *ranges = others;
    twice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_there_is_told() {
        let mut ranges = Ranges::new();
        assert_eq!(add(&mut ranges, 0, 4), []);
        assert_eq!(add(&mut ranges, 5, 9), []);
        assert_eq!(add(&mut ranges, 20, 29), []);
        assert_eq!(add(&mut ranges, 8, 22), [(8, 9), (20, 22)]);
        assert_eq!(ranges, [(0, 29)]);
        assert_eq!(add(&mut ranges, 3, 3), [(3, 3)]);
        assert_eq!(add(&mut ranges, 40, 41), []);
        assert_eq!(ranges, [(0, 29), (40, 41)]);
    }
}
