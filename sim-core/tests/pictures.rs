//! The picture of a running cluster says what its nodes and znodes say.

use sim_core::bench_scene;
use sim_core::boot;
use sim_core::frame::{Frame, RebalancePhase, ServerRole};
use sim_core::ids::*;
use sim_core::picture::PictureCache;
use sim_core::sim::Sim;
use sim_core::time::Span;

fn running() -> Sim {
    let mut sim = boot::run(&bench_scene::setup(), bench_scene::SEED).expect("the scene comes up");
    let until = sim.now().plus(Span::ms(2_000));
    sim.run_until(until, |_| {}, |_| false);
    sim
}

fn picture(sim: &Sim) -> Frame {
    PictureCache::default().picture(sim, sim.now())
}

#[test]
fn a_healthy_cluster_is_seen_whole() {
    let frame = picture(&running());
    assert!(frame.service);
    assert_eq!(frame.servers.iter().filter(|server| server.role == Some(ServerRole::Leading)).count(), 1);
    assert!(frame.brokers.iter().all(|broker| broker.registered && broker.replicas.len() == 12));
    assert_eq!(frame.partitions.len(), 12);
    assert!(frame.partitions.iter().all(|partition| partition.isr.len() == 3 && partition.leader > 0));
    assert!(frame.consumers.iter().all(|consumer| consumer.phase == RebalancePhase::Reading));
    let group = &frame.groups[0];
    assert_eq!(group.members.len(), 3);
    assert!(group.partitions.iter().all(|partition| partition.owner.is_some() && partition.position.is_some()));
    // A dozen keys do not reach every partition.
    assert!(group.partitions.iter().any(|partition| partition.position > Some(0)));
    assert!(frame.producers.iter().all(|producer| producer.acked > 0));
    assert_eq!(frame.controller, Some(1));
    assert!(frame.brokers.iter().any(|broker| broker.replicas.iter().any(|replica| replica.tail.len() == 16)));
}

#[test]
fn each_session_has_both_clocks_and_its_client() {
    let frame = picture(&running());
    // Three brokers and three consumers.
    assert_eq!(frame.sessions.len(), 6);
    for session in &frame.sessions {
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
    assert!(frame.znodes.windows(2).all(|pair| pair[0].path < pair[1].path));
    assert_eq!(frame.znode("/brokers/ids/2").and_then(|znode| znode.owner), Some(NodeId::Broker(2)));
    assert_eq!(frame.znode("/brokers/ids").and_then(|znode| znode.owner), None);
}

#[test]
fn a_cache_that_has_seen_other_steps_gives_the_same_picture() {
    let mut sim = running();
    let mut cache = PictureCache::default();
    for _ in 0..200 {
        let until = sim.now().plus(Span::ms(7));
        sim.run_until(until, |_| {}, |_| false);
        assert_eq!(cache.picture(&sim, sim.now()), picture(&sim));
    }
}
