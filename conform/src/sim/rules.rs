//! Each scenario is about a rule, and would notice: with the rule broken in the simulator it does not go as it does
//! otherwise.

use super::tests::root;
use super::*;
use sim_core::broken;
use sim_core::release::ZkVersion;
use sim_core::zookeeper::rules::Rule;
use std::path::Path;

/// A rule, and the scenario that is about it.
const TABLE: [(Rule, &str); 67] = [
    (Rule::LearnersAreTruncated, "zk-an-uncommitted-write-of-a-dead-leader-is-cut"),
    (Rule::LogsSurvive, "zk-everything-restarts-and-nothing-is-lost"),
    (Rule::HalfIsNoMajority, "zk-two-servers-tolerate-no-failure"),
    (Rule::HistoryBeatsIds, "zk-the-latest-zxid-beats-the-highest-id"),
    (Rule::LeadersNeedFollowers, "zk-without-followers-the-leader-gives-up"),
    (Rule::ClientsNeedALeader, "zk-a-leader-change-drops-every-connection"),
    (Rule::NewLeadersTrackSessions, "zk-a-dead-clients-ephemeral-outlives-a-full-restart"),
    (Rule::SessionsLastTheirTimeout, "zk-a-short-pause-costs-nothing"),
    (Rule::SessionsLastTwoTicks, "zk-a-session-is-at-least-two-ticks"),
    (Rule::SessionsLastTwentyTicks, "zk-a-session-is-at-most-twenty-ticks"),
    (Rule::SessionsOutliveConnections, "zk-session-survives-its-server"),
    (Rule::FollowersReportClients, "zk-any-request-keeps-a-session"),
    (Rule::CloseIsAtOnce, "zk-a-clean-stop-closes-the-session"),
    (Rule::EphemeralsGoWithTheirSession, "zk-clean-close-removes-at-once"),
    (Rule::EphemeralsGoInHashOrder, "zk-ephemerals-go-in-the-order-of-a-hash-set"),
    (Rule::LaterVersionsCloneTheSet, "zk-a-few-ephemerals-go-in-an-order-of-their-own"),
    (Rule::DeletedEphemeralsAreForgotten, "zk-an-ephemeral-made-again-has-a-new-owner"),
    (Rule::MultisMakeEphemerals, "zk-multi-makes-ephemerals-of-its-session"),
    (Rule::NewZnodesStartAtZero, "zk-a-new-znode-starts-at-zero"),
    (Rule::SetDataRaisesVersion, "zk-setting-data-moves-version-and-mzxid"),
    (Rule::SetDataMovesMzxid, "zk-a-childs-data-leaves-the-parent-alone"),
    (Rule::SameDataIsAChange, "zk-the-same-data-again-is-a-change"),
    (Rule::NullIsKept, "zk-null-data-is-not-empty-data"),
    (Rule::LengthIsInBytes, "zk-data-length-counts-bytes"),
    (Rule::ParentsCountChildren, "zk-parent-counts-its-children"),
    (Rule::CversionCountsDeletions, "zk-multi-creates-and-deletes-one-znode"),
    (Rule::DeletionMovesPzxid, "zk-a-deletion-moves-the-parents-pzxid"),
    (Rule::SequencesCountCreations, "zk-sequence-goes-on-after-deletions"),
    (Rule::EachParentCounts, "zk-each-parent-counts-for-itself"),
    (Rule::CreateNeedsItsParent, "zk-create-makes-no-parents"),
    (Rule::TakenPathsAreRefused, "zk-a-taken-path-is-nodeexists"),
    (Rule::EphemeralsHaveNoChildren, "zk-ephemerals-have-no-children"),
    (Rule::SpecialZnodesStay, "zk-special-znodes-cannot-be-deleted"),
    (Rule::OnlyLeavesAreDeleted, "zk-errors-have-their-names"),
    (Rule::VersionBeforeChildren, "zk-version-is-checked-before-children"),
    (Rule::VersionsAreCompared, "zk-of-two-writers-with-one-version-one-wins"),
    (Rule::MinusOneMeansAny, "zk-version-minus-one-means-any"),
    (Rule::ChecksGuardMultis, "zk-multi-check-guards-the-rest"),
    (Rule::MultisSeeThemselves, "zk-multi-sees-its-own-changes"),
    (Rule::MultisAreAllOrNothing, "zk-multi-is-all-or-nothing"),
    (Rule::TheRestIsInconsistent, "zk-multi-fails-at-the-first"),
    (Rule::NamesAreNotEmpty, "zk-names-are-not-empty"),
    (Rule::DotsAreNoNames, "zk-dots-are-not-names"),
    (Rule::ControlLettersAreRefused, "zk-control-letters-are-refused"),
    (Rule::SequencesCompleteTheName, "zk-a-sequential-path-may-end-with-a-slash"),
    (Rule::MultisCheckEachPath, "zk-a-bad-path-refuses-the-whole-multi"),
    (Rule::LargeRequestsAreRefused, "zk-a-packet-has-at-most-a-megabyte"),
    (Rule::DataWatchesSeeCreation, "zk-an-exists-watch-waits-for-the-creation"),
    (Rule::DataWatchesSeeChanges, "zk-an-exists-watch-sees-a-change"),
    (Rule::DataWatchesSeeDeletion, "zk-a-data-watch-sees-the-deletion"),
    (Rule::ChildWatchesSeeCreation, "zk-a-child-watch-sees-creation"),
    (Rule::ChildWatchesSeeDeletion, "zk-a-child-watch-sees-deletion"),
    (Rule::ChildWatchesSeeTheirZnodeGo, "zk-a-child-watch-sees-its-own-znode-go"),
    (Rule::ChildWatchesIgnoreData, "zk-a-child-watch-does-not-see-data"),
    (Rule::OwnWatchesFireFirst, "zk-a-deletion-fires-in-one-order"),
    (Rule::WatchesAreOneShot, "zk-what-happens-between-is-not-reported"),
    (Rule::EachChangeFires, "zk-a-multi-fires-for-each-of-its-changes"),
    (Rule::MissedChangesAreTold, "zk-a-missed-change-is-reported-at-the-reconnect"),
    (Rule::MissedDeletionsAreTold, "zk-a-missed-deletion-is-reported-at-the-reconnect"),
    (Rule::MissedCreationsAreTold, "zk-a-missed-creation-is-reported-at-the-reconnect"),
    (Rule::MissedChildrenAreTold, "zk-a-missed-child-is-reported-at-the-reconnect"),
    (Rule::UnfiredWatchesMove, "zk-an-unfired-watch-moves-to-the-new-connection"),
    (Rule::DeadHandlesAnswer, "zk-a-closed-handle-answers-session-expired"),
    (Rule::ClientsMoveOn, "zk-a-client-moves-on-to-another-server"),
    (Rule::LaterLibrariesGiveUp, "zk-3-9-gives-a-session-up-by-itself"),
    (Rule::ConfigCameLater, "zk-the-config-znode-came-with-3-5"),
    (Rule::EdgesPassIn34, "zk-3-4-lets-the-edge-letters-through"),
];

/// How a scenario goes with this version.
fn told(file: &Path, version: ZkVersion) -> Result<Vec<Json>, String> {
    let mut story = story_file::read(file).map_err(|complaint| complaint.to_string())?;
    story.scenario.setup.ensemble.version = version;
    let mut observations = Vec::new();
    play(&story, 1, Show::Observations, &report::Report::new(false), &mut observations)?;
    Ok(observations)
}

#[test]
fn each_of_these_scenarios_notices_when_its_rule_is_broken() {
    let mut unnoticed = Vec::new();
    for (rule, name) in TABLE {
        let file = root().join(format!("scenarios/{name}.json"));
        let notices = |version| {
            let intact = told(&file, version).unwrap_or_else(|sentence| panic!("{name}: {sentence}"));
            let _broken = broken::in_this_thread(rule);
            told(&file, version) != Ok(intact)
        };
        // Some rules are of one version only.
        if !notices(ZkVersion::V3_9) && !notices(ZkVersion::V3_4) {
            unnoticed.push(format!("{rule:?} in {name}"));
        }
    }
    assert!(unnoticed.is_empty(), "broken, and nothing was seen of it: {}", unnoticed.join(", "));
}
