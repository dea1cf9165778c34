//! One partition on one broker: its log, its role, and as the leader the in-sync set and the progress of the
//! followers (`Partition.scala`, `Replica.scala`, era 0.8.2).

use super::log::Log;
use super::messages::LeaderAndIsr;
use super::rules;
use crate::ids::*;
use crate::invariant::never;

/// What the leader knows of another replica. It learns progress only from the *next* fetch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The other replica.
    pub broker: BrokerId,
    /// The offset of its last fetch; nothing since this broker became leader: unknown.
    pub log_end: Option<u64>,
    /// It fetched since the last check of the ISR. The check comes once in `replica.lag.time.max.ms`, so
    /// "no fetch since the last check" is the same as "no fetch for that long".
    pub fetched_since_check: bool,
    /// When this leader took it out of the ISR.
    pub(super) left: Cause,
}

/// A write of the ISR that ZooKeeper has not answered yet. Until then the high watermark stands still (the
/// real one holds `leaderIsrUpdateLock` meanwhile).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PendingIsr {
    /// What was proposed.
    pub isr: Vec<BrokerId>,
    /// Tells its answer from that of an earlier write.
    pub(super) write: u32,
}

/// What a leader knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leading {
    /// As ZooKeeper has it, as far as this leader knows.
    pub isr: Vec<BrokerId>,
    /// The version of …/state: the next write is made on the condition that it is still this one.
    pub zk_version: i32,
    /// Of the controller that made it leader.
    pub controller_epoch: u32,
    /// Every other replica, by id.
    pub followers: Vec<Progress>,
    /// The ISR is being written.
    pub pending: Option<PendingIsr>,
}

/// What this broker is for the partition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The log lies on disk; no controller has said anything since the process started.
    Unknown,
    /// It takes writes and answers fetches.
    Leader(Leading),
    /// It copies from a leader.
    Follower {
        /// From where.
        leader: BrokerId,
        /// Why it copies from there: it became a follower, or it goes on after a pause or a cut.
        because: Cause,
    },
    /// Hosted, and no live leader was named yet: it answers NOT_LEADER_FOR_PARTITION and copies from nobody.
    NoLeader,
}

/// What a replica has on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct OnDisk {
    /// Its records.
    pub log: Log,
    /// Its line of `replication-offset-checkpoint`.
    pub checkpoint: u64,
}

/// A replica of a partition on one broker.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Replica {
    /// Of which partition.
    pub tp: TopicPartition,
    /// What outlives the process.
    pub disk: OnDisk,
    /// Everything below is committed, as this replica knows.
    pub high_watermark: u64,
    /// What this broker is for the partition now.
    pub role: Role,
    /// Of the last LeaderAndIsr that was taken; nothing since the start of the process.
    pub leader_epoch: Option<u32>,
    /// `min.insync.replicas` of the topic, where it has its own.
    pub(super) min_insync: Option<u16>,
    /// `unclean.leader.election.enable` of the topic, where it has its own.
    pub(super) unclean: Option<bool>,
}

impl Replica {
    pub(super) fn new(tp: TopicPartition) -> Replica {
        Replica {
            tp,
            disk: OnDisk::default(),
            high_watermark: 0,
            role: Role::Unknown,
            leader_epoch: None,
            min_insync: None,
            unclean: None,
        }
    }

    /// `getOrCreatePartition`: from the first LeaderAndIsr on, the process hosts it.
    pub(super) fn host(&mut self) {
        if self.role == Role::Unknown {
            self.role = Role::NoLeader;
        }
    }

    /// A controller has said something of it since the process started.
    pub fn is_hosted(&self) -> bool {
        rules::is_hosted(self.role != Role::Unknown)
    }

    /// The process is gone.
    pub(super) fn forget(&mut self) {
        *self = Replica { disk: std::mem::take(&mut self.disk), ..Replica::new(self.tp.clone()) };
    }

    /// The process starts: the high watermark is what the checkpoint says, at the most the log's end.
    pub(super) fn recover(&mut self) {
        self.high_watermark = self.disk.checkpoint.min(self.log_end());
        self.check();
    }

    /// What holds whenever nobody works on the replica.
    pub(super) fn check(&self) {
        debug_assert!(self.disk.log.start() <= self.log_end(), "a log ends after its start");
        debug_assert!(self.high_watermark <= self.log_end(), "what is committed is in the log: {self:?}");
        debug_assert!(!self.leads() || self.leader_epoch.is_some(), "a leader has an epoch");
    }

    /// Its records.
    pub fn log(&self) -> &Log {
        &self.disk.log
    }

    /// The offset that the next record gets (`LEO`).
    pub fn log_end(&self) -> u64 {
        self.disk.log.end()
    }

    /// What only a leader knows.
    pub fn leading(&self) -> Option<&Leading> {
        if let Role::Leader(leading) = &self.role { Some(leading) } else { None }
    }

    pub(super) fn leading_mut(&mut self) -> Option<&mut Leading> {
        if let Role::Leader(leading) = &mut self.role { Some(leading) } else { None }
    }

    /// It takes itself for the leader.
    pub fn leads(&self) -> bool {
        matches!(self.role, Role::Leader(_))
    }

    /// The broker from which it copies.
    pub fn follows(&self) -> Option<BrokerId> {
        if let Role::Follower { leader, .. } = self.role { Some(leader) } else { None }
    }

    /// `makeLeader`: what the followers have is unknown until they fetch. The high watermark is kept.
    /// True when it did not lead before.
    pub(super) fn become_leader(&mut self, me: BrokerId, state: &LeaderAndIsr, replicas: &[BrokerId]) -> bool {
        let newly = !self.leads();
        debug_assert!(self.leader_epoch.is_none_or(|known| known < state.leader_epoch), "leader epochs never go back");
        debug_assert_eq!(state.leader, Some(me), "it was told to lead");
        let followers = replicas
            .iter()
            .filter(|broker| **broker != me)
            .map(|broker| Progress { broker: *broker, log_end: None, fetched_since_check: true, left: Recorded(None) })
            .collect();
        self.leader_epoch = Some(state.leader_epoch);
        self.role = Role::Leader(Leading {
            isr: state.isr.clone(),
            zk_version: state.zk_version,
            controller_epoch: state.controller_epoch,
            followers,
            pending: None,
        });
        newly
    }

    /// `maybeIncrementLeaderHW`: the least end of a log in the ISR. True when it rose.
    pub(super) fn raise_high_watermark(&mut self, me: BrokerId) -> bool {
        let end = self.log_end();
        let Role::Leader(leading) = &self.role else {
            never!("only a leader raises its high watermark by the followers");
            return false;
        };
        if rules::high_watermark_stands_still(leading.pending.is_some()) {
            return false;
        }
        let mut least = end;
        for broker in leading.isr.iter().filter(|broker| **broker != me) {
            match leading.followers.iter().find(|follower| follower.broker == *broker) {
                Some(Progress { log_end: Some(follower_end), .. }) => least = least.min(*follower_end),
                // It has not fetched from this leader yet; or somebody wrote a stranger into the ISR.
                Some(Progress { log_end: None, .. }) | None => return false,
            }
        }
        let least = rules::committed(least, end);
        let rises = least > self.high_watermark;
        if rises {
            self.high_watermark = least;
        }
        rises
    }

    /// Whether this follower, which has fetched up to `log_end`, is to join the ISR (`maybeExpandIsr`).
    pub(super) fn isr_with(&self, follower: BrokerId, log_end: u64) -> Option<Vec<BrokerId>> {
        let leading = self.leading()?;
        let joins = leading.pending.is_none()
            && !leading.isr.contains(&follower)
            && rules::has_caught_up(log_end, self.high_watermark);
        joins.then(|| leading.isr.iter().copied().chain([follower]).collect())
    }

    /// The followers that leave the ISR at a check (`getOutOfSyncReplicas`): those that did not fetch since the last
    /// one, and those that are more than `replica.lag.max.messages` behind. Begins the next period.
    pub(super) fn check_isr(&mut self, me: BrokerId, lag_max_messages: u32) -> Vec<BrokerId> {
        let end = self.log_end();
        // Only a leader counts its followers.
        let Some(leading) = self.leading_mut() else { return Vec::new() };
        let mut slow = Vec::new();
        for follower in &mut leading.followers {
            let stuck = !std::mem::take(&mut follower.fetched_since_check);
            let lags =
                follower.log_end.is_some_and(|log_end| end.saturating_sub(log_end) > u64::from(lag_max_messages));
            if rules::is_too_slow(stuck, lags) && leading.isr.contains(&follower.broker) && follower.broker != me {
                slow.push(follower.broker);
            }
        }
        if leading.pending.is_some() { Vec::new() } else { slow }
    }

    /// What …/state is to hold after a change of the ISR by the leader: same leader, same epoch.
    pub(super) fn state_with(&self, me: BrokerId, isr: &[BrokerId]) -> Option<LeaderAndIsr> {
        let leading = self.leading()?;
        Some(LeaderAndIsr {
            leader: Some(me),
            leader_epoch: self.leader_epoch?,
            isr: isr.to_vec(),
            controller_epoch: leading.controller_epoch,
            zk_version: leading.zk_version,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::messages::{Record, RecordId};
    use super::*;
    use std::sync::Arc;

    fn leader_of(isr: &[BrokerId], records: u32) -> Replica {
        let mut replica = Replica::new(TopicPartition { topic: "t".into(), partition: 0 });
        let record = |number| Record { id: RecordId { producer: 1, number }, key: None, value: Arc::from("v") };
        replica.disk.log.append((0..records).map(record).collect());
        let state =
            LeaderAndIsr { leader: Some(1), leader_epoch: 0, isr: isr.to_vec(), controller_epoch: 1, zk_version: 0 };
        replica.become_leader(1, &state, &[1, 2, 3]);
        replica
    }

    fn fetched(replica: &mut Replica, broker: BrokerId, log_end: u64) {
        let followers = &mut replica.leading_mut().expect("it leads").followers;
        let follower = followers.iter_mut().find(|f| f.broker == broker).expect("a follower");
        follower.log_end = Some(log_end);
        follower.fetched_since_check = true;
    }

    #[test]
    fn the_high_watermark_is_the_least_log_end_of_the_isr() {
        let mut replica = leader_of(&[1, 2], 10);
        assert!(!replica.raise_high_watermark(1), "nothing is known of broker 2 yet");
        fetched(&mut replica, 2, 7);
        fetched(&mut replica, 3, 1);
        assert!(replica.raise_high_watermark(1));
        assert_eq!(replica.high_watermark, 7, "broker 3 is not in the ISR");
        fetched(&mut replica, 2, 5);
        assert!(!replica.raise_high_watermark(1));
        assert_eq!(replica.high_watermark, 7, "it never goes back at a leader");
    }

    #[test]
    fn a_follower_joins_the_isr_when_it_has_reached_the_high_watermark() {
        let mut replica = leader_of(&[1, 2], 10);
        fetched(&mut replica, 2, 7);
        replica.raise_high_watermark(1);
        assert_eq!(replica.isr_with(3, 6), None);
        assert_eq!(replica.isr_with(3, 7), Some(vec![1, 2, 3]));
        assert_eq!(replica.isr_with(2, 7), None, "it is in already");
    }

    #[test]
    fn a_follower_leaves_the_isr_when_it_did_not_fetch_since_the_last_check_or_lags_too_far() {
        let mut replica = leader_of(&[1, 2, 3], 10);
        fetched(&mut replica, 2, 10);
        fetched(&mut replica, 3, 1);
        assert_eq!(replica.check_isr(1, 9), Vec::<BrokerId>::new());
        fetched(&mut replica, 2, 10);
        assert_eq!(replica.check_isr(1, 9), [3], "no fetch");
        fetched(&mut replica, 2, 10);
        fetched(&mut replica, 3, 1);
        assert_eq!(replica.check_isr(1, 8), [3], "nine records behind");
    }

    #[test]
    fn while_the_isr_is_being_written_the_high_watermark_stands_still() {
        let mut replica = leader_of(&[1], 10);
        if let Some(leading) = replica.leading_mut() {
            leading.pending = Some(PendingIsr { isr: vec![1, 2], write: 0 });
        }
        assert!(!replica.raise_high_watermark(1));
        assert_eq!(replica.high_watermark, 0);
    }

    #[cfg(feature = "broken-rules")]
    #[test]
    fn each_of_these_tests_notices_when_its_rule_is_broken() {
        use super::super::rules::Rule;
        let table: [(Rule, fn()); 2] = [
            (Rule::TheSlowestDecides, the_high_watermark_is_the_least_log_end_of_the_isr),
            (Rule::IsrWritesHoldTheHighWatermark, while_the_isr_is_being_written_the_high_watermark_stands_still),
        ];
        for (rule, test) in table {
            let _broken = crate::broken::in_this_thread(rule);
            assert!(std::panic::catch_unwind(test).is_err(), "{rule:?} is broken and nothing was seen of it");
        }
    }
}
