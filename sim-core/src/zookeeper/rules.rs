//! ZooKeeper's rules, each as a function that the protocol's code asks, and beside it how it would be broken. Scenarios,
//! invariants and the model checker show that each is noticed (`conform/src/sim/rules.rs`, `tests/zookeeper_faults.rs`,
//! `tests/model_check_fails.rs`).

use super::types::*;
use crate::broken::rules;
use crate::ids::*;

rules! {
    /// A leader commits when a majority has logged.
    CommitNeedsMajority: fn acks_to_commit(quorum: usize) -> usize { quorum } broken { 1 }

    /// A follower acknowledges what is on its disk, not what it received.
    LoggedBeforeAcknowledged: fn logged_before_acknowledged() -> bool { true } broken { false }

    /// What a follower had acknowledged and then must cut does not count any more.
    CutTxnsAreNotAcknowledged: fn cut_txns_are_not_acknowledged() -> bool { true } broken { false }

    /// A new leader cuts what only its follower has.
    LearnersAreTruncated: fn last_that_a_learner_keeps(common: Zxid, _theirs: Zxid) -> Zxid { common } broken { _theirs.max(common) }

    /// What is logged survives the process.
    LogsSurvive: fn logs_survive() -> bool { true } broken { false }

    /// More than half of the servers are a majority; a half is not.
    HalfIsNoMajority: fn majority(servers: usize) -> usize { servers / 2 + 1 } broken { servers.div_ceil(2) }

    /// Votes of an older round are not counted.
    OldRoundsDoNotCount: fn is_of_an_old_round(round: u64, own_round: u64) -> bool { round < own_round } broken { false }

    /// The vote for the newer history beats the one for the higher id.
    HistoryBeatsIds: fn wins_by(is_better_vote: bool, _has_higher_id: bool) -> bool { is_better_vote } broken { _has_higher_id }

    /// A leader without a majority of followers gives up.
    LeadersNeedFollowers: fn must_give_up(synced: usize, quorum: usize) -> bool { synced < quorum } broken { false }

    /// A server that loses its leader drops its clients.
    ClientsNeedALeader: fn clients_need_a_leader() -> bool { true } broken { false }

    /// Nobody but the leader ends a session that is silent.
    OnlyTheLeaderExpires: fn may_expire(leads: bool) -> bool { leads } broken { true }

    /// A new leader counts each session's timeout, from the beginning.
    NewLeadersTrackSessions: fn new_leaders_track_sessions() -> bool { true } broken { false }

    /// A session lives for its timeout after the last sign of life.
    SessionsLastTheirTimeout: fn time_to_live_ms(timeout_ms: u32) -> u64 { u64::from(timeout_ms) } broken { u64::from(timeout_ms) / 100 }

    /// No session times out in less than two ticks.
    SessionsLastTwoTicks: fn least_timeout_ms(tick_ms: u32) -> u32 { 2 * tick_ms } broken { 1.min(tick_ms) }

    /// No session times out in more than twenty ticks.
    SessionsLastTwentyTicks: fn most_timeout_ms(tick_ms: u32) -> u32 { 20 * tick_ms } broken { u32::MAX }

    /// A client that comes back in time has its session still.
    SessionsOutliveConnections: fn may_come_back(is_known: bool) -> bool { is_known } broken { false }

    /// The leader hears of every session that a follower hears of.
    FollowersReportClients: fn followers_report_clients() -> bool { true } broken { false }

    /// A client that closes ends its session, not only its connection.
    CloseIsAtOnce: fn close_is_at_once() -> bool { true } broken { false }

    /// Closing a session deletes its ephemerals.
    EphemeralsGoWithTheirSession: fn ephemerals_go_with_their_session() -> bool { true } broken { false }

    /// They go in the order of a hash set.
    EphemeralsGoInHashOrder: fn ephemerals_go_in_hash_order() -> bool { true } broken { false }

    /// Later versions go through a copy of the set, which has fewer buckets.
    LaterVersionsCloneTheSet: fn goes_through_a_copy(is_later: bool) -> bool { is_later } broken { false }

    /// A deleted ephemeral is its session's no more.
    DeletedEphemeralsAreForgotten: fn takes_from_its_owner(owner: SessionId) -> bool { owner != SessionId(0) } broken { false }

    /// An ephemeral made by a multi belongs to the session.
    MultisMakeEphemerals: fn is_owned(is_ephemeral: bool, _is_multi: bool) -> bool { is_ephemeral }
        broken { is_ephemeral && !_is_multi }

    /// The counters of a new znode are zero.
    NewZnodesStartAtZero: fn first_version() -> i32 { 0 } broken { 1 }

    /// A change of the data raises the version.
    SetDataRaisesVersion: fn version_after_set_data(before: i32) -> i32 { before + 1 } broken { before }

    /// A change of the data moves mzxid.
    SetDataMovesMzxid: fn mzxid_of_set_data(zxid: Zxid, _before: Zxid) -> Zxid { zxid } broken { _before }

    /// The same data again is a change.
    SameDataIsAChange: fn is_a_change(_is_other_data: bool) -> bool { true } broken { _is_other_data }

    /// No data and empty data are told apart.
    NullIsKept: fn stored(data: &ZData) -> ZData { data.clone() } broken { Some(data.clone().unwrap_or_default()) }

    /// The data's length is in bytes, not in letters.
    LengthIsInBytes: fn data_length(data: &str) -> usize { data.len() } broken { data.chars().count() }

    /// Each created child is counted by its parent.
    ParentsCountChildren: fn children_created_after(before: i32) -> i32 { before + 1 } broken { before }

    /// The reported cversion counts deletions too.
    CversionCountsDeletions: fn cversion(created: i32, children: i32) -> i32 { 2 * created - children } broken { created }

    /// The deletion of a child moves the parent's pzxid.
    DeletionMovesPzxid: fn pzxid_of_a_deletion(zxid: Zxid, _before: Zxid) -> Zxid { zxid } broken { _before }

    /// A sequence number counts the creations below its parent, not the children that are left.
    SequencesCountCreations: fn next_in_sequence(created: i32, _children: i32) -> i32 { created } broken { _children }

    /// Each parent counts for itself.
    EachParentCounts: fn where_a_sequence_counts(parent: &str) -> &str { parent } broken { "/" }

    /// /zookeeper/config is not in 3.4.
    ConfigCameLater: fn has_config_znode(is_later: bool) -> bool { is_later } broken { true }

    /// A znode is only created below one that is there.
    CreateNeedsItsParent: fn needed_for_a_child(parent: &str) -> &str { parent } broken { "/" }

    /// A znode that is there is not created again.
    TakenPathsAreRefused: fn is_taken(is_there: bool) -> bool { is_there } broken { false }

    /// An ephemeral has no children.
    EphemeralsHaveNoChildren: fn may_have_children(owner: SessionId) -> bool { owner == SessionId(0) } broken { true }

    /// The server's own znodes are not deleted.
    SpecialZnodesStay: fn may_be_deleted(is_special: bool) -> bool { !is_special } broken { true }

    /// A znode with children is not deleted.
    OnlyLeavesAreDeleted: fn is_leaf(has_children: bool) -> bool { !has_children } broken { true }

    /// A wrong version is found before the children are.
    VersionBeforeChildren: fn version_before_children() -> bool { true } broken { false }

    /// A write is refused when its version is not the current one.
    VersionsAreCompared: fn is_the_version(asked: i32, current: i32) -> bool { asked == current } broken { true }

    /// Version −1 means any version.
    MinusOneMeansAny: fn means_any_version(asked: i32) -> bool { asked == -1 } broken { false }

    /// A check that fails makes its multi fail.
    ChecksGuardMultis: fn checks_guard_multis() -> bool { true } broken { false }

    /// An operation of a multi sees what those before it have changed.
    MultisSeeThemselves: fn multis_see_themselves() -> bool { true } broken { false }

    /// One failure undoes a whole multi.
    MultisAreAllOrNothing: fn multis_are_all_or_nothing() -> bool { true } broken { false }

    /// What comes after the failing operation of a multi is reported as such.
    TheRestIsInconsistent: fn error_of_the_rest() -> Option<ZkError> { Some(ZkError::RuntimeInconsistency) } broken { None }

    /// A path has no empty name in it.
    NamesAreNotEmpty: fn has_letters(name: &str) -> bool { !name.is_empty() } broken { true }

    /// `.` and `..` are not names.
    DotsAreNoNames: fn is_a_place(name: &str) -> bool { matches!(name, "." | "..") } broken { false }

    /// Control letters and surrogates have no place in a path.
    ControlLettersAreRefused: fn is_letter(is_forbidden: bool) -> bool { !is_forbidden } broken { true }

    /// 3.4 lets the ends of the forbidden ranges through.
    EdgesPassIn34: fn is_between(unit: u16, first: u16, last: u16, edges_pass: bool) -> bool {
        if edges_pass { first < unit && unit < last } else { first <= unit && unit <= last }
    } broken { first <= unit && unit <= last }

    /// A sequential path may end with a slash.
    SequencesCompleteTheName: fn sequences_complete_the_name() -> bool { true } broken { false }

    /// One bad path refuses the whole multi before it is sent.
    MultisCheckEachPath: fn multis_check_each_path() -> bool { true } broken { false }

    /// A request beyond jute.maxbuffer costs the connection.
    LargeRequestsAreRefused: fn is_too_large(bytes: u64, bytes_max: u64) -> bool { bytes > bytes_max } broken { false }

    /// An exists watch fires at the creation.
    DataWatchesSeeCreation: fn data_watches_see_creation() -> bool { true } broken { false }

    /// A data watch fires at a change of the data.
    DataWatchesSeeChanges: fn data_watches_see_changes() -> bool { true } broken { false }

    /// A data watch fires at the deletion.
    DataWatchesSeeDeletion: fn data_watches_see_deletion() -> bool { true } broken { false }

    /// A child watch fires when a child is created.
    ChildWatchesSeeCreation: fn child_watches_see_creation() -> bool { true } broken { false }

    /// A child watch fires when a child is deleted.
    ChildWatchesSeeDeletion: fn child_watches_see_deletion() -> bool { true } broken { false }

    /// A child watch fires when the znode itself is deleted.
    ChildWatchesSeeTheirZnodeGo: fn child_watches_see_their_znode_go() -> bool { true } broken { false }

    /// A child watch does not fire at a change of the children's data.
    ChildWatchesIgnoreData: fn child_watches_ignore_data() -> bool { true } broken { false }

    /// At a deletion the znode's own watches fire before its parent's.
    OwnWatchesFireFirst: fn own_watches_fire_first() -> bool { true } broken { false }

    /// A watch that fired is used up.
    WatchesAreOneShot: fn watches_are_one_shot() -> bool { true } broken { false }

    /// Each change of a multi fires its watches.
    EachChangeFires: fn fires(_nth_of_its_transaction: usize) -> bool { true } broken { _nth_of_its_transaction == 0 }

    /// A client that comes back hears of the data that changed meanwhile.
    MissedChangesAreTold: fn has_missed_a_change(mzxid: Zxid, seen: Zxid) -> bool { mzxid > seen } broken { false }

    /// A client that comes back hears what was deleted meanwhile.
    MissedDeletionsAreTold: fn missed_deletions_are_told() -> bool { true } broken { false }

    /// A client that comes back hears what was created meanwhile.
    MissedCreationsAreTold: fn has_missed_a_creation(is_there: bool) -> bool { is_there } broken { false }

    /// A client that comes back hears whose children changed meanwhile.
    MissedChildrenAreTold: fn has_missed_children(pzxid: Zxid, seen: Zxid) -> bool { pzxid > seen } broken { false }

    /// A watch that missed nothing is set again at the new server.
    UnfiredWatchesMove: fn unfired_watches_move() -> bool { true } broken { false }

    /// A dead handle answers every operation at once.
    DeadHandlesAnswer: fn is_refused_at_once(is_dead: bool) -> bool { is_dead } broken { false }

    /// A client that loses its server tries the next.
    ClientsMoveOn: fn server_after(at: u32, servers: u32) -> u32 { (at + 1) % servers } broken { at % servers }

    /// ZOOKEEPER-4508: since 3.9.3 the library gives a session up by itself, after 4/3 of its timeout.
    LaterLibrariesGiveUp: fn later_libraries_give_up() -> bool { true } broken { false }
}
