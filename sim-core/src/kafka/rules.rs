//! Kafka's rules of replication and of the controller, each as a function that the protocol's code asks. Beside each
//! stands how it would be broken: `tests/kafka_stories.rs`, `tests/client_stories.rs` and the tests of `replica.rs` show
//! for each that a story notices.

use crate::broken::rules;

rules! {
    /// `getOutOfSyncReplicas`: a follower that did not fetch for `replica.lag.time.max.ms`, or that is more than
    /// `replica.lag.max.messages` behind, leaves the ISR.
    SlowFollowersLeave: fn is_too_slow(is_stuck: bool, lags: bool) -> bool { is_stuck || lags } broken { lags }

    /// `maybeExpandIsr`: a follower that has reached the high watermark joins the ISR.
    CaughtUpFollowersJoin: fn has_caught_up(log_end: u64, high_watermark: u64) -> bool { log_end >= high_watermark }
        broken { log_end > high_watermark.saturating_add(1_000) }

    /// `maybeIncrementLeaderHW`: what the slowest member of the ISR has is committed.
    TheSlowestDecides: fn committed(least_log_end: u64, own_log_end: u64) -> u64 { least_log_end.min(own_log_end) }
        broken { least_log_end.max(own_log_end) }

    /// `leaderIsrUpdateLock`: while the ISR is being written, the high watermark stands still.
    IsrWritesHoldTheHighWatermark: fn high_watermark_stands_still(is_isr_pending: bool) -> bool { is_isr_pending }
        broken { false }

    /// `acks=all` (−1): the answer waits until the in-sync replicas have the record.
    AcksAllWaits: fn waits_for_the_isr(acks: i16) -> bool { acks == -1 } broken { acks < -1 }

    /// `readMessageSets`, `fetchOnlyCommitted`: a consumer reads up to the high watermark, a follower to the log's end.
    ConsumersReadWhatIsCommitted: fn end_of_reading(is_follower: bool, log_end: u64, high_watermark: u64) -> u64 {
        if is_follower { log_end } else { high_watermark }
    } broken { log_end.max(high_watermark) }

    /// `allPartitions`: a log on disk is not a partition of this process until a LeaderAndIsr says so.
    OrdersMakePartitions: fn is_hosted(was_ordered: bool) -> bool { was_ordered } broken { true }

    /// `updateLeaderAndIsr`: …/state is written on the condition that it still has the version that the writer knows.
    StatesAreWrittenConditionally: fn version_to_write_on(known: i32) -> i32 { known } broken { known.min(-1) }

    /// `min.insync.replicas`: a write that waits for all is refused when the ISR is smaller.
    MinInsyncGuards: fn are_enough_in_sync(isr_len: usize, min_insync: u16) -> bool { isr_len >= usize::from(min_insync) }
        broken { isr_len > 0 }

    /// `becomeLeaderOrFollower`: a LeaderAndIsr counts only when its leader epoch is newer than the known one.
    OldLeaderEpochsAreRefused: fn is_newer_reign(known: Option<u32>, leader_epoch: u32) -> bool {
        known.is_none_or(|known| known < leader_epoch)
    } broken { known.is_none() }

    /// Orders of a controller that has been replaced are refused.
    OldControllersAreRefused: fn may_command(controller_epoch: u32, known_epoch: u32) -> bool {
        controller_epoch >= known_epoch
    } broken { controller_epoch > 0 }

    /// `makeFollowers`: a follower cuts its log at its high watermark before it copies (0.8.2; KIP-101 replaced this).
    FollowersTruncate: fn kept_by_a_new_follower(high_watermark: u64, log_end: u64) -> u64 { high_watermark.min(log_end) }
        broken { log_end }

    /// KAFKA-1647: a leader that is not among the live ones of the request is not followed.
    DeadLeadersAreNotFollowed: fn is_followed(is_live: bool) -> bool { is_live } broken { true }

    /// `isShuttingDown`: a broker whose clean stop has begun starts no fetcher.
    LeavingBrokersFetchNothing: fn starts_fetcher(is_stopping: bool) -> bool { !is_stopping } broken { true }

    /// `OfflinePartitionLeaderSelector`: an in-sync replica leads next, if one is alive.
    InSyncReplicasLeadFirst: fn may_lead_next(is_in_sync: bool) -> bool { is_in_sync } broken { false }

    /// `unclean.leader.election.enable`: without it, only a replica of the ISR leads.
    UncleanElectionsAreAllowedFirst: fn may_lead_unclean(is_allowed: bool) -> bool { is_allowed } broken { true }

    /// Each reign has its own leader epoch.
    EachReignCounts: fn next_reign(leader_epoch: u32) -> u32 {
        // A user may have written anything into …/state.
        leader_epoch.saturating_add(1)
    } broken { leader_epoch }

    /// `incrementControllerEpoch`
    EachControllerCounts: fn next_controller(controller_epoch: u32) -> u32 { controller_epoch.saturating_add(1) }
        broken { controller_epoch }

    /// `removeReplicaFromIsr`: where unclean election is forbidden, the last in-sync replica stays on the list.
    TheLastInSyncReplicaIsRemembered: fn stays_on_the_list(is_last: bool, unclean_allowed: bool) -> bool {
        is_last && !unclean_allowed
    } broken { is_last && unclean_allowed }

    /// `PreferredReplicaPartitionLeaderSelector`: a preferred leader must be in sync to lead again.
    PreferredLeadersAreInSync: fn may_lead_again(is_live: bool, is_in_sync: bool) -> bool { is_live && is_in_sync }
        broken { is_live && !is_in_sync }

    /// `ControlledShutdownLeaderSelector`: a broker that is asked to stop is not chosen.
    LeavingBrokersDoNotLead: fn may_lead_instead(is_shutting_down: bool) -> bool { !is_shutting_down } broken { true }

    /// `checkAndTriggerPartitionRebalance`: beyond `leader.imbalance.per.broker.percentage`, leaders move back.
    ImbalanceIsMended: fn is_imbalanced(elsewhere: u64, preferred: u64, percentage: u64) -> bool {
        elsewhere * 100 > percentage * preferred
    } broken { elsewhere > preferred }

    /// `registerBrokerInZk`: a znode of this address that this process did not make is its last life's: wait for its end.
    OldRegistrationsAreWaitedFor: fn is_own_registration(is_same_data: bool, is_same_address: bool) -> bool {
        is_same_data && is_same_address
    } broken { is_same_address }

    /// `shutdownBroker`: what a leaving broker leads moves, where there is another replica.
    LeadersMoveBeforeAStop: fn moves_before_a_stop(replicas: usize) -> bool { replicas > 1 } broken { replicas > 100 }
}
