//! Every order of events within bounds, for three servers: the invariants hold.

mod model_check;

use model_check::{Budget, Ensemble};
use stateright::{Checker, Model};

/// Election, discovery and synchronisation from empty logs, with one crash. The number of states is asserted:
/// it changes exactly when the protocol does.
#[test]
fn no_order_of_events_breaks_an_election_with_one_crash() {
    let budget = Budget { kills: 1, starts: 0, expiries: 0, wire_len_max: 6, rounds_max: 2 };
    let checker = Ensemble::looking(budget).checker().target_max_depth(15).spawn_bfs().join();
    println!("{} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_no_discovery("the ensemble's invariants");
    assert_eq!(checker.unique_state_count(), 162_022);
}

/// From cast votes to a leader that serves: decision, discovery, synchronisation, with one crash.
#[test]
fn no_order_of_events_lets_two_lead() {
    let budget = Budget { kills: 1, starts: 0, expiries: 0, wire_len_max: 6, rounds_max: 1 };
    let checker = Ensemble::voted(budget).checker().target_max_depth(28).spawn_bfs().join();
    println!("{} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
    assert_eq!(checker.unique_state_count(), 116_558);
}

/// Broadcast and expiry with one client and one ephemeral: one server crashes and returns.
#[test]
fn no_order_of_events_loses_a_commit_or_leaves_an_ephemeral_behind() {
    let budget = Budget { kills: 1, starts: 1, expiries: 1, wire_len_max: 6, rounds_max: 3 };
    let checker = Ensemble::serving_an_ephemeral(budget).checker().target_max_depth(20).spawn_bfs().join();
    println!("{} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
    assert_eq!(checker.unique_state_count(), 551_628);
}
