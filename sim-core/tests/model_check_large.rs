//! The model checker with wider bounds, for a machine with time and memory; not part of the ordinary tests:
//! `cargo test -p sim-core --release --features large-model --test model_check_large -- --nocapture --test-threads=1`

mod model_check;

use model_check::{Bounds, Ensemble, explore};

const BOUNDS: Bounds =
    Bounds { kills: 0, starts: 0, expiries: 0, silences: 0, wire_len_max: 3, votes_max: 2, rounds_max: 1 };

#[test]
fn no_order_of_events_breaks_an_election_from_empty_logs_with_a_crash() {
    explore(Ensemble::looking(Bounds { kills: 1, wire_len_max: 2, ..BOUNDS }));
}

#[test]
fn no_order_of_events_breaks_a_decision_that_is_given_up() {
    explore(Ensemble::voted(Bounds { kills: 1, starts: 1, silences: 1, rounds_max: 2, ..BOUNDS }));
}

#[test]
fn no_order_of_events_loses_a_commit_when_any_server_crashes_during_a_write_and_returns() {
    let bounds = Bounds { kills: 1, starts: 1, expiries: 1, votes_max: 1, rounds_max: 2, ..BOUNDS };
    explore(Ensemble::serving_a_write(bounds));
}

#[test]
fn no_order_of_events_lets_an_old_leaders_tail_survive_another_crash() {
    let bounds = Bounds { kills: 1, starts: 2, rounds_max: 3, ..BOUNDS };
    explore(Ensemble::old_leader_returns(bounds));
}
