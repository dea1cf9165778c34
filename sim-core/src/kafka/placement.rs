//! Where a new topic's replicas go (`AdminUtils.assignReplicasToBrokers`; facts sheet, C.9).

use crate::ids::BrokerId;

/// Replicas of each partition, the preferred leader first. `start` and `shift` are chance in the real one:
/// drawn below the number of brokers. `None`: there are fewer brokers than replicas wanted, or nothing is.
pub(crate) fn assign_replicas(
    brokers: &[BrokerId],
    partitions: u32,
    replication_factor: u16,
    start: u32,
    shift: u32,
) -> Option<Vec<Vec<BrokerId>>> {
    let n = brokers.len() as u64;
    if partitions == 0 || replication_factor == 0 || u64::from(replication_factor) > n {
        return None;
    }
    let mut shift = u64::from(shift);
    let mut assignment = Vec::new();
    for partition in 0..u64::from(partitions) {
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
            assign_replicas(brokers, p, rf, start, shift).map(|all| all.concat()).unwrap_or_default()
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
    fn a_lone_broker_takes_everything_and_too_many_replicas_are_refused() {
        assert_eq!(assign_replicas(&[7], 2, 1, 0, 0), Some(vec![vec![7], vec![7]]));
        assert_eq!(assign_replicas(&[1, 2], 1, 3, 0, 0), None);
        assert_eq!(assign_replicas(&[], 1, 1, 0, 0), None);
    }
}
