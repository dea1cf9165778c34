//! Rules that a test may break, to show that somebody would notice: an invariant, or a scenario. Compiled for
//! tests only; beside a rule stands `rule!(Name)`, which is true everywhere else.

use std::cell::Cell;

/// A rule that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A leader commits when a majority has logged.
    CommitNeedsMajority,
    /// A follower acknowledges what is on its disk, not what it received.
    LoggedBeforeAcknowledged,
    /// What a follower had acknowledged and then must cut does not count any more.
    CutTxnsAreNotAcknowledged,
    /// A new leader cuts what only its follower has.
    LearnersAreTruncated,
    /// What is logged survives the process.
    LogsSurvive,
    /// More than half of the servers are a majority; a half is not.
    HalfIsNoMajority,
    /// Votes of an older round are not counted.
    OldRoundsDoNotCount,
    /// The vote for the newer history beats the one for the higher id.
    HistoryBeatsIds,
    /// A leader without a majority of followers gives up.
    LeadersNeedFollowers,
    /// A server that loses its leader drops its clients.
    ClientsNeedALeader,
    /// Nobody but the leader ends a session that is silent.
    OnlyTheLeaderExpires,
    /// A new leader counts each session's timeout, from the beginning.
    NewLeadersTrackSessions,
    /// A session lives for its timeout after the last sign of life.
    SessionsLastTheirTimeout,
    /// No session times out in less than two ticks.
    SessionsLastTwoTicks,
    /// No session times out in more than twenty ticks.
    SessionsLastTwentyTicks,
    /// A client that comes back in time has its session still.
    SessionsOutliveConnections,
    /// The leader hears of every session that a follower hears of.
    FollowersReportClients,
    /// A client that closes ends its session, not only its connection.
    CloseIsAtOnce,
    /// Closing a session deletes its ephemerals.
    EphemeralsGoWithTheirSession,
    /// They go in the order of a hash set.
    EphemeralsGoInHashOrder,
    /// Later versions go through a copy of the set, which has fewer buckets.
    LaterVersionsCloneTheSet,
    /// A deleted ephemeral is its session's no more.
    DeletedEphemeralsAreForgotten,
    /// An ephemeral made by a multi belongs to the session.
    MultisMakeEphemerals,
    /// The counters of a new znode are zero.
    NewZnodesStartAtZero,
    /// A change of the data raises the version.
    SetDataRaisesVersion,
    /// A change of the data moves mzxid.
    SetDataMovesMzxid,
    /// The same data again is a change.
    SameDataIsAChange,
    /// No data and empty data are told apart.
    NullIsKept,
    /// The data's length is in bytes, not in letters.
    LengthIsInBytes,
    /// Each created child is counted by its parent.
    ParentsCountChildren,
    /// The reported cversion counts deletions too.
    CversionCountsDeletions,
    /// The deletion of a child moves the parent's pzxid.
    DeletionMovesPzxid,
    /// A sequence number counts the creations below its parent, not the children that are left.
    SequencesCountCreations,
    /// Each parent counts for itself.
    EachParentCounts,
    /// /zookeeper/config is not in 3.4.
    ConfigCameLater,
    /// A znode is only created below one that is there.
    CreateNeedsItsParent,
    /// A znode that is there is not created again.
    TakenPathsAreRefused,
    /// An ephemeral has no children.
    EphemeralsHaveNoChildren,
    /// The server's own znodes are not deleted.
    SpecialZnodesStay,
    /// A znode with children is not deleted.
    OnlyLeavesAreDeleted,
    /// A wrong version is found before the children are.
    VersionBeforeChildren,
    /// A write is refused when its version is not the current one.
    VersionsAreCompared,
    /// Version −1 means any version.
    MinusOneMeansAny,
    /// A check that fails makes its multi fail.
    ChecksGuardMultis,
    /// An operation of a multi sees what those before it have changed.
    MultisSeeThemselves,
    /// One failure undoes a whole multi.
    MultisAreAllOrNothing,
    /// What stands behind the failing operation of a multi is reported as such.
    TheRestIsInconsistent,
    /// A path has no empty name in it.
    NamesAreNotEmpty,
    /// `.` and `..` are not names.
    DotsAreNoNames,
    /// Control letters and surrogates have no place in a path.
    ControlLettersAreRefused,
    /// 3.4 lets the ends of the forbidden ranges through.
    EdgesPassIn34,
    /// A sequential path may end with a slash.
    SequencesCompleteTheName,
    /// One bad path refuses the whole multi before it is sent.
    MultisCheckEachPath,
    /// A request beyond jute.maxbuffer costs the connection.
    LargeRequestsAreRefused,
    /// An exists watch fires at the creation.
    DataWatchesSeeCreation,
    /// A data watch fires at a change of the data.
    DataWatchesSeeChanges,
    /// A data watch fires at the deletion.
    DataWatchesSeeDeletion,
    /// A child watch fires when a child is created.
    ChildWatchesSeeCreation,
    /// A child watch fires when a child is deleted.
    ChildWatchesSeeDeletion,
    /// A child watch fires when the znode itself is deleted.
    ChildWatchesSeeTheirZnodeGo,
    /// A child watch does not fire at a change of the children's data.
    ChildWatchesIgnoreData,
    /// At a deletion the znode's own watches fire before its parent's.
    OwnWatchesFireFirst,
    /// A watch that fired is used up.
    WatchesAreOneShot,
    /// Each change of a multi fires its watches.
    EachChangeFires,
    /// A client that comes back is told of the data that changed meanwhile.
    MissedChangesAreTold,
    /// A client that comes back is told what was deleted meanwhile.
    MissedDeletionsAreTold,
    /// A client that comes back is told what was created meanwhile.
    MissedCreationsAreTold,
    /// A client that comes back is told whose children changed meanwhile.
    MissedChildrenAreTold,
    /// A watch that missed nothing is set again at the new server.
    UnfiredWatchesMove,
    /// A dead handle answers every operation at once.
    DeadHandlesAnswer,
    /// A client that loses its server tries the next.
    ClientsMoveOn,
    /// Since 3.9 the library gives a session up by itself, after 4/3 of its timeout.
    LaterLibrariesGiveUp,
}

thread_local! {
    static BROKEN: Cell<Option<Rule>> = const { Cell::new(None) };
}

/// Breaks a rule in this thread, until the value is dropped.
#[must_use]
pub fn in_this_thread(rule: Rule) -> Broken {
    Broken { before: BROKEN.replace(Some(rule)) }
}

/// A rule is broken as long as this lives.
#[derive(Debug)]
pub struct Broken {
    before: Option<Rule>,
}

impl Drop for Broken {
    fn drop(&mut self) {
        BROKEN.set(self.before);
    }
}

pub(super) fn holds(rule: Rule) -> bool {
    BROKEN.get() != Some(rule)
}
