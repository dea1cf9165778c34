//! Who reads which partitions (`PartitionAssignor` of 0.8.2). Each member computes this alone, from what it
//! read; that members agree rests on the same reads.

use super::rules;
use crate::ids::*;
use crate::kafka::scala_hash;
use crate::sorted::Sorted;
use crate::zookeeper::java_hash::string_hash;

/// `partition.assignment.strategy`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssignmentStrategy {
    /// `RangeAssignor`: topic by topic, each consumer a stretch of neighbours.
    #[default]
    Range,
    /// `RoundRobinAssignor`: all partitions in turn, for members with equal subscriptions.
    RoundRobin,
}

/// `AssignmentContext`: what a member read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AssignmentContext<'a> {
    pub me: &'a str,
    /// My topics, with their partitions in the order of the numbers.
    pub topics: &'a [(Topic, Vec<u32>)],
    /// Every member with its subscription: topic → number of streams.
    pub members: &'a [(Topic, Vec<(Topic, u32)>)],
}

/// More streams of one member are not counted: a registration is text that anybody may write.
const STREAMS_MAX: u32 = 1_000;

/// A thread's id: `<consumer id>-<n>`. The order is that of the strings, so "-10" comes before "-2"
/// (`ConsumerThreadId.compare`).
fn threads(members: &[(Topic, Vec<(Topic, u32)>)], topic: &str) -> Vec<(Topic, String)> {
    let mut threads: Vec<(Topic, String)> = members
        .iter()
        .flat_map(|(member, subscription)| {
            let streams = subscription.iter().find(|(name, _)| &**name == topic).map_or(0, |(_, streams)| *streams);
            (0..streams.min(STREAMS_MAX)).map(move |n| (member.clone(), format!("{member}-{n}")))
        })
        .collect();
    threads.sort_stably_by(|a, b| a.1.cmp(&b.1));
    threads
}

/// My partitions, each with the thread that reads it, in the order in which they are put into
/// `partitionOwnershipDecision`. None: the assignor refuses, the attempt fails.
pub(crate) fn assign(
    strategy: AssignmentStrategy,
    context: &AssignmentContext<'_>,
) -> Option<Vec<(TopicPartition, Topic)>> {
    match strategy {
        AssignmentStrategy::Range => range(context),
        AssignmentStrategy::RoundRobin => round_robin(context),
    }
}

/// Per topic: consecutive partitions for each thread, the first ones get one more when it does not divide.
fn range(context: &AssignmentContext<'_>) -> Option<Vec<(TopicPartition, Topic)>> {
    let mut mine = Vec::new();
    // `myTopicThreadIds` is a mutable map.
    let names: Vec<i32> = context.topics.iter().map(|(topic, _)| string_hash(topic)).collect();
    for place in scala_hash::map_order(&names) {
        let (topic, partitions) = &context.topics[place];
        let threads = threads(context.members, topic);
        // `curConsumers.indexOf` is asserted to find each of my threads.
        if !threads.iter().any(|(member, _)| &**member == context.me) {
            return None;
        }
        let (each, with_extra) = (partitions.len() / threads.len(), partitions.len() % threads.len());
        for (position, (_, thread)) in threads.iter().enumerate().filter(|(_, (member, _))| &**member == context.me) {
            let start = each * position + position.min(with_extra);
            let count = rules::share(each, position, with_extra);
            for partition in &partitions[start..start + count] {
                mine.push((TopicPartition::new(topic, *partition), thread.as_str().into()));
            }
        }
    }
    Some(mine)
}

/// All partitions of all topics, shuffled by a hash, dealt in turn; only for identical subscriptions.
fn round_robin(context: &AssignmentContext<'_>) -> Option<Vec<(TopicPartition, Topic)>> {
    let mut subscribed: Vec<&Topic> =
        context.members.iter().flat_map(|(_, subscription)| subscription.iter().map(|(topic, _)| topic)).collect();
    subscribed.sort_stably();
    subscribed.dedup();
    let dealt_to = threads(context.members, subscribed.first()?);
    if dealt_to.is_empty() || subscribed.iter().any(|topic| threads(context.members, topic) != dealt_to) {
        return None;
    }
    let mut all: Vec<TopicPartition> = context
        .topics
        .iter()
        .flat_map(|(topic, partitions)| partitions.iter().map(|partition| TopicPartition::new(topic, *partition)))
        .collect();
    all.sort_stably_by_key(|tp| string_hash(&format!("[{},{}]", tp.topic, tp.partition)));
    let dealt = all.into_iter().zip(dealt_to.iter().cycle());
    Some(
        dealt
            .filter(|(_, (member, _))| &**member == context.me)
            .map(|(tp, (_, thread))| (tp, thread.as_str().into()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(list: &[(&str, u32)]) -> Vec<(Topic, Vec<(Topic, u32)>)> {
        list.iter().map(|(member, streams)| ((*member).into(), vec![("orders".into(), *streams)])).collect()
    }

    fn share(
        strategy: AssignmentStrategy,
        me: &str,
        members: &[(Topic, Vec<(Topic, u32)>)],
        count: u32,
    ) -> Vec<String> {
        let topics = [("orders".into(), (0..count).collect())];
        assign(strategy, &AssignmentContext { me, topics: &topics, members })
            .into_iter()
            .flatten()
            .map(|(tp, thread)| format!("{}={thread}", tp.partition))
            .collect()
    }

    #[test]
    fn range_gives_the_remainder_to_the_first_threads() {
        let two = members(&[("c1", 2), ("c2", 2)]);
        assert_eq!(share(AssignmentStrategy::Range, "c1", &two, 5), ["0=c1-0", "1=c1-0", "2=c1-1"]);
        assert_eq!(share(AssignmentStrategy::Range, "c2", &two, 5), ["3=c2-0", "4=c2-1"]);
    }

    #[test]
    fn threads_beyond_the_partitions_get_nothing() {
        let three = members(&[("c1", 1), ("c2", 1), ("c3", 1)]);
        assert_eq!(share(AssignmentStrategy::Range, "c2", &three, 2), ["1=c2-0"]);
        assert!(share(AssignmentStrategy::Range, "c3", &three, 2).is_empty());
    }

    #[test]
    fn threads_are_ordered_as_strings() {
        let one = members(&[("c", 11)]);
        let share = share(AssignmentStrategy::Range, "c", &one, 11);
        assert_eq!(&share[..3], ["0=c-0", "1=c-1", "2=c-10"]);
    }

    #[test]
    fn who_is_not_registered_cannot_assign() {
        let topics = [("orders".into(), vec![0])];
        let context = AssignmentContext { me: "gone", topics: &topics, members: &members(&[("c1", 1)]) };
        assert_eq!(assign(AssignmentStrategy::Range, &context), None);
    }

    #[test]
    fn round_robin_deals_every_partition_once_and_refuses_different_subscriptions() {
        let two = members(&[("c1", 1), ("c2", 1)]);
        let strategy = AssignmentStrategy::RoundRobin;
        let (mine, theirs) = (share(strategy, "c1", &two, 5), share(strategy, "c2", &two, 5));
        assert_eq!((mine.len(), theirs.len()), (3, 2));
        let mut mixed = two.clone();
        mixed[1].1.push(("payments".into(), 1));
        let topics = [("orders".into(), vec![0])];
        assert_eq!(assign(strategy, &AssignmentContext { me: "c1", topics: &topics, members: &mixed }), None);
    }
}
