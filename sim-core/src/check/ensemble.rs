//! What must hold of an ensemble in every state, whatever breaks.

use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::*;
use crate::zookeeper::ServerRole;
use crate::zookeeper::ZkServer;

/// An invariant of the ensemble does not hold.
#[expect(missing_docs, reason = "where it was found")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnsembleViolation {
    /// Two servers lead in one epoch.
    TwoLeaders { epoch: u32, servers: [u16; 2] },
    /// Two servers have applied up to the same zxid and hold different trees.
    TreesDiffer { zxid: Zxid, servers: [u16; 2] },
    /// Applied somewhere, but no majority has it on disk.
    CommittedWithoutMajority { zxid: Zxid, server: u16 },
    /// An ephemeral znode whose session is over.
    EphemeralWithoutSession { path: ZPath, session: SessionId, server: u16 },
}

/// Everything that is wrong with the ensemble now; nothing, as a rule.
pub fn check(system: &System) -> Vec<EnsembleViolation> {
    let mut violations = Vec::new();
    one_leader_an_epoch(system, &mut violations);
    equal_zxids_mean_equal_trees(system, &mut violations);
    what_is_applied_is_logged_by_a_majority(system, &mut violations);
    ephemerals_have_sessions(system, &mut violations);
    violations
}

fn servers(system: &System) -> impl Iterator<Item = &ZkServer> {
    system.slots().iter().filter_map(|slot| match &*slot.node {
        Node::Zk(server) => Some(server),
        _ => None,
    })
}

fn serving(system: &System) -> impl Iterator<Item = &ZkServer> {
    servers(system).filter(|server| server.is_serving())
}

fn one_leader_an_epoch(system: &System, violations: &mut Vec<EnsembleViolation>) {
    let leaders: Vec<&ZkServer> = serving(system).filter(|server| server.role() == Some(ServerRole::Leading)).collect();
    for (nth, one) in leaders.iter().enumerate() {
        for other in &leaders[nth + 1..] {
            if one.epoch() == other.epoch() {
                let servers = [one.id(), other.id()];
                violations.push(EnsembleViolation::TwoLeaders { epoch: one.epoch(), servers });
            }
        }
    }
}

fn equal_zxids_mean_equal_trees(system: &System, violations: &mut Vec<EnsembleViolation>) {
    let serving: Vec<&ZkServer> = serving(system).collect();
    for (nth, one) in serving.iter().enumerate() {
        for other in &serving[nth + 1..] {
            if one.last_zxid() == other.last_zxid() && one.tree() != other.tree() {
                let servers = [one.id(), other.id()];
                violations.push(EnsembleViolation::TreesDiffer { zxid: one.last_zxid(), servers });
            }
        }
    }
}

/// Together with the rule that a majority elects, this is why a committed transaction is never lost.
fn what_is_applied_is_logged_by_a_majority(system: &System, violations: &mut Vec<EnsembleViolation>) {
    for server in serving(system) {
        let zxid = server.last_zxid();
        let holders = servers(system).filter(|other| other.has_logged(zxid)).count();
        if holders < server.quorum() {
            violations.push(EnsembleViolation::CommittedWithoutMajority { zxid, server: server.id() });
        }
    }
}

fn ephemerals_have_sessions(system: &System, violations: &mut Vec<EnsembleViolation>) {
    for server in serving(system) {
        for (session, path) in server.tree().ephemerals() {
            if server.tree().session(session).is_none() {
                let (path, server) = (path.clone(), server.id());
                violations.push(EnsembleViolation::EphemeralWithoutSession { path, session, server });
            }
        }
    }
}
