//! The invariants can fail: with a rule broken on purpose the checker finds the way to a violation. One test,
//! because the broken rule is one for the whole process.

mod model_check;

use model_check::{Budget, Ensemble};
use sim_core::zookeeper::broken::{Rule, break_rule};
use stateright::{Checker, Model};

#[test]
fn a_broken_rule_is_found() {
    for rule in [Rule::CommitNeedsMajority, Rule::EphemeralsGoWithTheirSession] {
        break_rule(rule);
        let budget = Budget { kills: 1, starts: 1, expiries: 1, wire_len_max: 6, rounds_max: 3 };
        let checker = Ensemble::serving_an_ephemeral(budget).checker().target_max_depth(20).spawn_bfs().join();
        let path = checker.discovery("the ensemble's invariants");
        let path = path.unwrap_or_else(|| panic!("{rule:?} is broken and nobody noticed"));
        println!("{rule:?}: found after {} choices", path.into_actions().len());
    }
}
