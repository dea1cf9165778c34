//! The next leader (`PartitionLeaderSelector.scala`), and what a dead broker takes out of the ISR. Pure rules.

use super::context::Context;
use crate::ids::*;
use crate::kafka::{ElectedHow, LeaderAndIsr, rules};

/// On which occasion a leader is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Selector {
    /// The leader is gone.
    Offline,
    /// The preferred leader may lead again.
    Preferred,
    /// The leader asked to be shut down.
    ControlledShutdown,
}

/// A choice: what is to be written, and which replicas get to know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Chosen {
    pub(crate) leader: BrokerId,
    pub(crate) how: ElectedHow,
    pub(crate) state: LeaderAndIsr,
    pub(crate) recipients: Vec<BrokerId>,
}

/// Why nobody was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NotChosen {
    /// `NoReplicaOnlineException`
    NoReplicaOnline,
    /// `LeaderElectionNotNeededException`, `StateChangeFailedException`: it stays as it is.
    LeftAsItIs,
}

/// Chooses by the rule of the occasion. The result carries the epoch of the new reign, and the version that
/// the znode must have.
pub(crate) fn choose(
    selector: Selector,
    replicas: &[BrokerId],
    now: &LeaderAndIsr,
    context: &Context,
    controller_epoch: u32,
    unclean_allowed: bool,
) -> Result<Chosen, NotChosen> {
    let reign = |how: ElectedHow, leader: BrokerId, isr: Vec<BrokerId>, recipients: Vec<BrokerId>| {
        let state = LeaderAndIsr {
            leader: Some(leader),
            leader_epoch: rules::next_reign(now.leader_epoch),
            isr,
            controller_epoch,
            zk_version: now.zk_version,
        };
        Ok(Chosen { leader, how, state, recipients })
    };
    let live = context.live_replicas(replicas);
    match selector {
        // `OfflinePartitionLeaderSelector`: the assignment's order decides among the in-sync replicas.
        Selector::Offline => {
            let isr: Vec<BrokerId> = now.isr.iter().copied().filter(|broker| context.is_live(*broker)).collect();
            match live.iter().find(|replica| rules::may_lead_next(isr.contains(replica))) {
                Some(leader) => reign(ElectedHow::Clean, *leader, isr, live),
                None => match live.first() {
                    Some(leader) if rules::may_lead_unclean(unclean_allowed) => {
                        reign(ElectedHow::Unclean, *leader, vec![*leader], live.clone())
                    }
                    _ => Err(NotChosen::NoReplicaOnline),
                },
            }
        }
        // `PreferredReplicaPartitionLeaderSelector`
        Selector::Preferred => match replicas.first() {
            Some(preferred)
                if now.leader != Some(*preferred)
                    && rules::may_lead_again(context.is_live(*preferred), now.isr.contains(preferred)) =>
            {
                reign(ElectedHow::Preferred, *preferred, now.isr.clone(), live)
            }
            _ => Err(NotChosen::LeftAsItIs),
        },
        // `ControlledShutdownLeaderSelector`: the head of what is left of the ISR, not of the assignment.
        Selector::ControlledShutdown => {
            let isr: Vec<BrokerId> = now
                .isr
                .iter()
                .copied()
                .filter(|broker| rules::may_lead_instead(context.shutting_down.contains(broker)))
                .collect();
            let recipients = context.registered_of(replicas);
            match isr.first() {
                Some(leader) => reign(ElectedHow::ControlledShutdown, *leader, isr.clone(), recipients),
                None => Err(NotChosen::LeftAsItIs),
            }
        }
    }
}

/// The state without this replica (`KafkaController.removeReplicaFromIsr`); nothing when it was not in sync.
/// The last member stays on the list where unclean election is forbidden, so that it can lead again.
pub(crate) fn without_replica(
    now: &LeaderAndIsr,
    replica: BrokerId,
    controller_epoch: u32,
    unclean_allowed: bool,
) -> Option<LeaderAndIsr> {
    if !now.isr.contains(&replica) {
        return None;
    }
    let mut isr: Vec<BrokerId> = now.isr.iter().copied().filter(|broker| *broker != replica).collect();
    if rules::stays_on_the_list(isr.is_empty(), unclean_allowed) {
        isr.clone_from(&now.isr);
    }
    Some(LeaderAndIsr {
        leader: now.leader.filter(|leader| *leader != replica),
        leader_epoch: rules::next_reign(now.leader_epoch),
        isr,
        controller_epoch,
        zk_version: now.zk_version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(leader: BrokerId, isr: &[BrokerId]) -> LeaderAndIsr {
        LeaderAndIsr { leader: Some(leader), leader_epoch: 4, isr: isr.to_vec(), controller_epoch: 1, zk_version: 9 }
    }

    fn cluster(live: &[BrokerId], shutting_down: &[BrokerId]) -> Context {
        Context {
            registered: live.iter().chain(shutting_down).copied().collect(),
            shutting_down: shutting_down.iter().copied().collect(),
            ..Context::default()
        }
    }

    /// An election that leaves everything as it is leaves no leader here.
    fn leader_and_isr(chosen: Result<Chosen, NotChosen>) -> (BrokerId, Vec<BrokerId>, u32) {
        let chosen = chosen.expect("a leader is chosen").state;
        (chosen.leader.expect("it leads"), chosen.isr, chosen.leader_epoch)
    }

    #[test]
    fn the_first_live_in_sync_replica_of_the_assignment_leads_next() {
        let context = cluster(&[1, 2], &[]);
        let chosen = choose(Selector::Offline, &[3, 2, 1], &state(3, &[3, 1, 2]), &context, 7, false);
        assert_eq!(leader_and_isr(chosen), (2, vec![1, 2], 5));
    }

    #[test]
    fn without_a_live_in_sync_replica_only_an_unclean_election_finds_a_leader() {
        let context = cluster(&[2], &[]);
        let now = state(1, &[1]);
        assert_eq!(leader_and_isr(choose(Selector::Offline, &[1, 2], &now, &context, 7, true)), (2, vec![2], 5));
        let forbidden = choose(Selector::Offline, &[1, 2], &now, &context, 7, false);
        assert_eq!(forbidden, Err(NotChosen::NoReplicaOnline));
    }

    #[test]
    fn the_preferred_leader_must_be_live_and_in_sync() {
        let now = state(2, &[2, 1]);
        let chosen = choose(Selector::Preferred, &[1, 2], &now, &cluster(&[1, 2], &[]), 7, false);
        assert_eq!(leader_and_isr(chosen), (1, vec![2, 1], 5));
        for (context, now) in [
            (cluster(&[2], &[]), now.clone()),
            (cluster(&[1, 2], &[]), state(2, &[2])),
            (cluster(&[1, 2], &[]), state(1, &[1, 2])),
        ] {
            assert!(choose(Selector::Preferred, &[1, 2], &now, &context, 7, true).is_err());
        }
    }

    #[test]
    fn a_controlled_shutdown_gives_the_partition_to_the_head_of_the_remaining_isr() {
        let context = cluster(&[2, 3], &[1]);
        let chosen = choose(Selector::ControlledShutdown, &[1, 2, 3], &state(1, &[1, 3, 2]), &context, 7, true);
        assert_eq!(leader_and_isr(chosen), (3, vec![3, 2], 5));
    }

    #[test]
    fn the_last_in_sync_replica_stays_on_the_list_when_unclean_election_is_forbidden() {
        let isr = |unclean| without_replica(&state(1, &[1]), 1, 7, unclean).map(|s| (s.leader, s.isr));
        assert_eq!(isr(false), Some((None, vec![1])));
        assert_eq!(isr(true), Some((None, vec![])));
        assert_eq!(without_replica(&state(1, &[1]), 2, 7, true), None);
    }
}
