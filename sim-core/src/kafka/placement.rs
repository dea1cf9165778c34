//! Where a new topic's replicas go (`AdminUtils.assignReplicasToBrokers`).

use crate::ids::BrokerId;
use std::ops::Range;

/// Replicas of each of these partitions, the preferred leader first. `start` and `shift` are chance for a new topic in the
/// real one: drawn below the number of brokers. `None`: there are fewer brokers than replicas wanted, or nothing is.
pub(crate) fn assign_replicas(
    brokers: &[BrokerId],
    partitions: Range<u32>,
    replication_factor: u16,
    start: u32,
    shift: u32,
) -> Option<Vec<Vec<BrokerId>>> {
    let n = brokers.len() as u64;
    if partitions.is_empty() || replication_factor == 0 || u64::from(replication_factor) > n {
        return None;
    }
    let mut shift = u64::from(shift);
    let mut assignment = Vec::new();
    for partition in partitions.map(u64::from) {
        if partition > 0 && partition % n == 0 {
            shift += 1;
        }
        let first = (partition + u64::from(start)) % n;
        let followers = (0..u64::from(replication_factor) - 1).map(|j| (first + 1 + (shift + j) % (n - 1)) % n);
        assignment.push(std::iter::once(first).chain(followers).map(|at| brokers[at as usize]).collect());
    }
    Some(assignment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_are_placed_as_the_real_tool_places_them() {
        let placed = |brokers: &[BrokerId], p, rf, start, shift| {
            assign_replicas(brokers, 0..p, rf, start, shift).map(|all| all.concat()).unwrap_or_default()
        };
        assert_eq!(
            placed(&[0, 1, 2, 3, 4], 10, 3, 0, 0),
            [0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 0, 4, 0, 1, 0, 2, 3, 1, 3, 4, 2, 4, 0, 3, 0, 1, 4, 1, 2]
        );
        assert_eq!(placed(&[1, 2, 3], 3, 3, 0, 0), [1, 2, 3, 2, 3, 1, 3, 1, 2]);
        assert_eq!(placed(&[1, 2, 3], 6, 2, 0, 0), [1, 2, 2, 3, 3, 1, 1, 3, 2, 1, 3, 2]);
        assert_eq!(placed(&[1, 2, 3], 6, 2, 1, 2), [2, 3, 3, 1, 1, 2, 2, 1, 3, 2, 1, 3]);
    }

    #[test]
    fn partitions_that_are_added_go_on_where_the_others_end() {
        let added = assign_replicas(&[1, 2, 3], 3..6, 2, 1, 1);
        assert_eq!(added, Some(vec![vec![2, 3], vec![3, 1], vec![1, 2]]));
    }

    #[test]
    fn a_lone_broker_takes_everything_and_too_many_replicas_are_refused() {
        assert_eq!(assign_replicas(&[7], 0..2, 1, 0, 0), Some(vec![vec![7], vec![7]]));
        assert_eq!(assign_replicas(&[1, 2], 0..1, 3, 0, 0), None);
        assert_eq!(assign_replicas(&[], 0..1, 1, 0, 0), None);
    }
}
