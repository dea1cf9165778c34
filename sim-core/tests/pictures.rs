//! The picture of a running cluster says what its nodes and znodes say.

use sim_core::check::bench_scene;
use sim_core::engine::command::Command;
use sim_core::engine::sim::Sim;
use sim_core::engine::system::{Changes, Fault};
use sim_core::ids::*;
use sim_core::scenario::boot;
use sim_core::time::Span;
use sim_core::view::build::FrameBuilder;
use sim_core::view::frame::{Frame, RebalancePhase, ServerRole, VoterProgress};
use sim_core::zookeeper::{ClientLink, JoinStage};

fn running() -> Sim {
    let mut sim = boot::run(&bench_scene::setup(), bench_scene::SEED).expect("the scene comes up");
    let until = sim.now().plus(Span::ms(2_000));
    sim.run_until(until, |_| {}, |_| false);
    sim
}

fn picture(sim: &Sim) -> Frame {
    FrameBuilder::default().picture(sim, sim.now())
}

#[test]
fn a_healthy_cluster_is_seen_whole() {
    let frame = picture(&running());
    assert!(frame.service());
    assert_eq!(frame.servers().filter(|server| server.role == Some(ServerRole::Leading)).count(), 1);
    assert!(frame.brokers().all(|broker| broker.registered && broker.replicas.len() == 12));
    assert_eq!(frame.partitions.len(), 12);
    assert!(frame.partitions.iter().all(|partition| partition.isr.len() == 3 && partition.leader.is_some()));
    assert!(frame.consumers().all(|consumer| consumer.phase == RebalancePhase::Reading));
    let group = &frame.groups[0];
    assert_eq!(group.members.len(), 3);
    assert!(group.partitions.iter().all(|partition| partition.owner.is_some() && partition.position.is_some()));
    // A dozen keys do not reach every partition.
    assert!(group.partitions.iter().any(|partition| partition.position > Some(0)));
    assert!(frame.producers().all(|producer| producer.acked > 0));
    assert_eq!(frame.controller, Some(1));
    assert!(frame.brokers().any(|broker| broker.replicas.iter().any(|replica| replica.tail.len() == 16)));
}

#[test]
fn each_session_has_both_clocks_and_its_client() {
    let frame = picture(&running());
    // Three brokers and three consumers.
    assert_eq!(frame.sessions().len(), 6);
    for session in frame.sessions() {
        assert!(session.client.is_some() && session.server.is_some());
        let (expires_in, silence) = (session.expires_in.expect("it expires"), session.silence.expect("it was heard"));
        let whole = expires_in.as_ms() + silence.as_ms();
        assert!(
            (u64::from(session.timeout_ms) - 1..=u64::from(session.timeout_ms) + 2_000).contains(&whole),
            "{whole}"
        );
    }
}

#[test]
fn znodes_are_sorted_and_ephemeral_ones_have_their_owners() {
    let frame = picture(&running());
    assert!(frame.znodes().windows(2).all(|pair| pair[0].path < pair[1].path));
    assert_eq!(frame.znode("/brokers/ids/2").and_then(|znode| znode.owner), Some(NodeId::Broker(2)));
    assert_eq!(frame.znode("/brokers/ids").and_then(|znode| znode.owner), None);
}

#[test]
fn a_cache_that_has_seen_other_steps_gives_the_same_picture() {
    let mut sim = running();
    let mut cache = FrameBuilder::default();
    for _ in 0..200 {
        let until = sim.now().plus(Span::ms(7));
        sim.run_until(until, |_| {}, |_| false);
        assert_eq!(cache.picture(&sim, sim.now()), picture(&sim));
    }
}

fn fault(sim: &mut Sim, fault: Fault) {
    sim.command(&Command::Fault(fault), &mut Changes::default()).expect("it is up");
}

fn leader(sim: &Sim) -> NodeId {
    let frame = picture(sim);
    frame.servers().find(|server| server.role == Some(ServerRole::Leading)).expect("somebody leads").id
}

/// Every picture from now on, until one is as wanted.
fn follow(sim: &mut Sim, mut wanted: impl FnMut(&Frame) -> bool) -> Frame {
    let until = sim.now().plus(Span::ms(20_000));
    assert!(sim.run_until(until, |_| {}, |sim| wanted(&picture(sim))), "it is never seen");
    picture(sim)
}

#[test]
fn a_leaders_death_is_seen_as_votes_then_joining_then_serving() {
    let mut sim = running();
    let old = leader(&sim);
    fault(&mut sim, Fault::Kill(old));
    let election = follow(&mut sim, |frame| frame.servers().any(|server| server.votes == Some((2, 2))));
    let voter = election.servers().find(|server| server.votes == Some((2, 2))).expect("just seen");
    assert!(voter.ballot.is_some() && voter.round.is_some() && voter.joining.is_none() && voter.attached.is_empty());
    assert!(election.sessions().iter().all(|session| session.expires_in.is_none()), "without a leader nobody counts");
    let joining = follow(&mut sim, |frame| {
        frame.servers().any(|server| matches!(server.joining, Some(JoinStage::Synchronising(Some(_)))))
    });
    let learner = joining.servers().find(|server| server.leader.is_some()).expect("it follows");
    assert!(learner.ballot.is_none() && !learner.serving);
    let serving = follow(&mut sim, |frame| frame.service());
    assert!(serving.servers().all(|server| server.id != old || server.role.is_none()));
    assert!(
        serving.sessions().iter().all(|session| session.expires_in >= Some(Span::ms(6_000))),
        "a full timeout again"
    );
}

#[test]
fn a_write_is_seen_to_be_received_then_logged_then_acknowledged() {
    let mut sim = running();
    let mut seen = std::collections::BTreeSet::new();
    // Somebody's session ends: that is a write.
    fault(&mut sim, Fault::Kill(NodeId::Consumer(1)));
    follow(&mut sim, |frame| {
        let voters = frame.servers().flat_map(|server| &server.card.proposals).flat_map(|proposal| &proposal.voters);
        seen.extend(voters.map(|(_, progress)| *progress));
        frame.sessions().len() < 6
    });
    use VoterProgress::{Acknowledged, Logged, Received, Waiting};
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [Waiting, Received, Logged, Acknowledged]);
}

#[test]
fn a_frozen_leader_counts_nothing_and_its_clients_are_connected_still() {
    let mut sim = running();
    let leader = leader(&sim);
    fault(&mut sim, Fault::Freeze(leader));
    let frame = picture(&sim);
    assert!(frame.sessions().iter().all(|session| session.expires_in.is_none()));
    let connected = frame.brokers().filter_map(|broker| broker.card.zk.as_ref());
    assert!(connected.into_iter().all(|zk| matches!(zk.link, ClientLink::Connected(_)) && zk.gives_up_in.is_none()));
}
