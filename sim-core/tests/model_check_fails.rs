//! The properties can fail: with a rule broken on purpose the checker finds the way to a violation.

mod model_check;

use model_check::{Bounds, Ensemble};
use sim_core::broken;
use sim_core::zookeeper::rules::Rule;
use stateright::{Checker, HasDiscoveries, Model};

const INVARIANTS: &str = "the ensemble's invariants hold";

/// The shortest way to where the property does not hold.
fn counterexample(rule: Rule, property: &'static str, begin: impl Fn() -> Ensemble) {
    let broken = broken::in_this_thread(rule);
    let model = begin().breaking(rule);
    drop(broken);
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let path = checker.discovery(property);
    let path = path.unwrap_or_else(|| panic!("{rule:?} is broken and nobody noticed"));
    println!("{rule:?}: found after {} choices, {} states", path.into_actions().len(), checker.unique_state_count());
}

const QUIET: Bounds =
    Bounds { kills: 0, starts: 0, expiries: 0, silences: 0, wire_len_max: 3, votes_max: 2, rounds_max: 1 };

#[test]
fn a_commit_without_a_majority_is_found() {
    counterexample(Rule::CommitNeedsMajority, INVARIANTS, || Ensemble::serving_a_write(QUIET));
}

#[test]
fn an_acknowledgement_before_logging_is_found() {
    counterexample(Rule::LoggedBeforeAcknowledged, INVARIANTS, || Ensemble::serving_a_write(QUIET));
}

#[test]
fn an_ephemeral_left_behind_is_found() {
    let bounds = Bounds { expiries: 1, ..QUIET };
    counterexample(Rule::EphemeralsGoWithTheirSession, INVARIANTS, || Ensemble::serving_a_session(bounds));
}

#[test]
fn a_session_ended_by_a_follower_is_found() {
    let bounds = Bounds { expiries: 1, ..QUIET };
    counterexample(Rule::OnlyTheLeaderExpires, "only a leader ends sessions", || Ensemble::serving_a_session(bounds));
}

#[test]
fn a_counted_acknowledgement_of_what_was_cut_since_is_found() {
    let bounds = Bounds { kills: 1, starts: 1, votes_max: 1, rounds_max: 2, ..QUIET };
    counterexample(Rule::CutTxnsAreNotAcknowledged, INVARIANTS, || Ensemble::serving_a_write(bounds).killing(&[1]));
}

#[test]
fn a_tail_that_a_new_leader_does_not_cut_is_found() {
    let bounds = Bounds { starts: 1, votes_max: 1, rounds_max: 2, ..QUIET };
    counterexample(Rule::LearnersAreTruncated, INVARIANTS, || Ensemble::old_leader_returns(bounds));
}

#[test]
fn a_counted_vote_of_an_old_round_is_found() {
    let bounds = Bounds { silences: 1, rounds_max: 2, ..QUIET };
    let property = "who decides has a majority behind its vote";
    counterexample(Rule::OldRoundsDoNotCount, property, || Ensemble::looking(bounds));
}
