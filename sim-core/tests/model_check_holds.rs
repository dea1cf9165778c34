//! Every order of events within bounds, for three servers: the properties hold. The numbers of states are
//! asserted: they change exactly when the protocol does. `model_check_large` has wider bounds.

mod model_check;

use model_check::{Bounds, Ensemble, explore};

const BOUNDS: Bounds =
    Bounds { kills: 0, starts: 0, expiries: 0, silences: 0, wire_len_max: 2, votes_max: 2, rounds_max: 1 };

/// An old leader comes back.
const RETURN: Bounds = Bounds { starts: 1, wire_len_max: 3, votes_max: 1, rounds_max: 2, ..BOUNDS };

#[test]
fn no_order_of_events_breaks_an_election_from_empty_logs() {
    assert_eq!(explore(Ensemble::looking(BOUNDS)), 341_000);
}

#[test]
fn no_order_of_events_breaks_a_decision_with_a_crash_and_a_restart() {
    let bounds = Bounds { kills: 1, starts: 1, ..BOUNDS };
    assert_eq!(explore(Ensemble::voted(bounds)), 904_340);
}

/// A write is under way, the session of the client that asked may run out, any server may crash: if it is the leader,
/// the others elect a new one, which decides about the write.
#[test]
fn no_order_of_events_loses_a_commit_when_a_server_crashes_during_a_write() {
    let bounds = Bounds { kills: 1, expiries: 1, wire_len_max: 3, rounds_max: 2, ..BOUNDS };
    assert_eq!(explore(Ensemble::serving_a_write(bounds)), 50_627);
}

#[test]
fn no_order_of_events_loses_a_commit_when_a_follower_crashes_during_a_write_and_returns() {
    let bounds = Bounds { kills: 1, starts: 1, expiries: 1, wire_len_max: 3, votes_max: 1, rounds_max: 2, ..BOUNDS };
    assert_eq!(explore(Ensemble::serving_a_write(bounds).killing(&[1])), 30_102);
}

#[test]
fn no_order_of_events_lets_an_old_leaders_tail_survive_its_return() {
    assert_eq!(explore(Ensemble::old_leader_returns(RETURN)), 117_667);
}

/// If two states count as one and yet differ in what follows, then which of them is met first decides what is found.
#[test]
fn which_order_is_tried_first_does_not_change_what_is_found() {
    assert_eq!(explore(Ensemble::old_leader_returns(RETURN).shuffled()), 117_667);
}
