//! How many members of a group read a partition: one at a time, unless one of two is a zombie, whose session
//! is over without its knowing.

use crate::client::ZkConsumer;
use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::*;
use crate::sorted::SortedMap;
use crate::zookeeper::ZkServer;

/// Two members of a group that fetch one partition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TwoReaders {
    /// The partition.
    pub tp: TopicPartition,
    /// Of one group; the smaller id first.
    pub consumers: [NodeId; 2],
    /// The one that lost its session; none: both own the partition, which must never be.
    pub zombie: Option<NodeId>,
}

/// Every pair of running members of one group that fetch one partition.
pub fn two_readers(system: &System) -> Vec<TwoReaders> {
    let newest = newest_server(system);
    let mut readers: SortedMap<(&Topic, &TopicPartition), Vec<(NodeId, &ZkConsumer)>> = SortedMap::new();
    let mut pairs = Vec::new();
    for slot in system.slots().iter().filter(|slot| slot.process.is_up()) {
        let Node::Consumer(consumer) = &*slot.node else { continue };
        for (tp, _) in consumer.fetching() {
            let others = readers.or_default((consumer.group(), tp));
            for (other, its) in others.iter() {
                let pair = [(*other, *its), (slot.id, consumer)];
                let zombie = pair.iter().find(|(_, consumer)| is_zombie(consumer, tp, newest)).map(|(id, _)| *id);
                pairs.push(TwoReaders { tp: tp.clone(), consumers: [*other, slot.id], zombie });
            }
            others.push((slot.id, consumer));
        }
    }
    pairs
}

/// It fetches, and the session under which it claimed is over: it was told (and forgot what it owned), or
/// the ensemble knows the session no more.
fn is_zombie(consumer: &ZkConsumer, tp: &TopicPartition, newest: Option<&ZkServer>) -> bool {
    let told = !consumer.owned().iter().any(|owned| owned.tp == *tp);
    let over =
        newest.zip(consumer.claimed_in()).is_some_and(|(server, session)| server.tree().session(session).is_none());
    told || over
}

/// The server that has applied the most.
fn newest_server(system: &System) -> Option<&ZkServer> {
    let servers = system.slots().iter().filter_map(|slot| match &*slot.node {
        Node::Zk(server) if slot.process.is_up() => Some(server),
        _ => None,
    });
    servers.max_by_key(|server| server.last_zxid())
}
