//! Promise 1, checkable anywhere: the same scene gives the same events, bit for bit, on this machine and in a
//! browser. Three scenes with random faults run here. Two places are compared by their digests;
//! [`Search`] finds the first event that is different.

use crate::check::bench_scene;
use crate::digest::Digest;
use crate::engine::command::Command;
use crate::engine::setup::Setup;
use crate::engine::sim::{Sim, Stepped};
use crate::engine::system::{Changes, Fault, Process};
use crate::event::Event;
use crate::ids::*;
use crate::net::CutHow;
use crate::order::Order;
use crate::order::ShellOp;
use crate::release::ZkVersion;
use crate::rng::{Purpose, draw, in_range};
use crate::scenario::boot;
use crate::scenario::boot::BootError;
use crate::zookeeper::{CreateMode, ZkOp};

/// How many there are, numbered from 0.
pub const SCENES: u32 = 3;

/// How many choices each scene runs after its boot.
pub const CHOICES: u64 = 20_000;

/// One in so many choices is followed by a command: a fault, a repair, an order.
const COMMAND_EVERY: u64 = 60;

/// What a run came to: as many events, with this digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many events were noted.
    pub events: u64,
    /// Of all of them, in order.
    pub digest: u64,
}

/// The digest of a scene's first events.
pub fn digest_of(scene: u32, events: u64) -> Result<Outcome, BootError> {
    let mut digest = Digest::default();
    let mut seen = 0;
    run(scene, &mut |event| {
        if seen < events {
            event.digest(&mut digest);
            seen += 1;
        }
    })?;
    Ok(Outcome { events: seen, digest: digest.value() })
}

/// The event with this number in a scene.
pub fn event_of(scene: u32, nth: u64) -> Result<Option<Event>, BootError> {
    let mut found = None;
    run(scene, &mut |event| {
        if event.seq.0 == nth {
            found = Some(event.clone());
        }
    })?;
    Ok(found)
}

/// Looks for the first event that is different in two places: by halves, over the digests of beginnings.
#[derive(Clone, Copy, Debug)]
pub struct Search {
    /// So many events at the beginning are the same, so many are not.
    same: u64,
    different: u64,
}

impl Search {
    /// Among so many events, the last of which may be there in one place only.
    pub fn among(events: u64) -> Search {
        Search { same: 0, different: events + 1 }
    }

    /// The beginning to compare next; none when the search is over.
    pub fn next(&self) -> Option<u64> {
        (self.same + 1 < self.different).then(|| self.same + (self.different - self.same) / 2)
    }

    /// What the comparison of [`Search::next`] said.
    pub fn answer(&mut self, same: bool) {
        let Some(middle) = self.next() else { return };
        if same { self.same = middle } else { self.different = middle }
    }

    /// The number of the first event that is different, when the search is over.
    pub fn found(&self) -> u64 {
        self.same
    }
}

/// Runs a scene; every event passes through `each`.
pub fn run(scene: u32, each: &mut dyn FnMut(&Event)) -> Result<(), BootError> {
    let seed = 1_000 + u64::from(scene);
    let setup = setup(scene);
    let mut sim = boot::run_with(&setup, seed, each)?;
    let mut changes = Changes::default();
    for nth in 0..CHOICES {
        if sim.step(&mut changes) == Stepped::Idle {
            break;
        }
        let chance = draw(seed, Purpose::RandomFaults, nth, 0);
        if chance.is_multiple_of(COMMAND_EVERY)
            && let Some(command) = random_command(&sim, seed, nth)
        {
            // Some make no sense at that moment: they are refused, and refused everywhere.
            let _ = sim.command(&command, &mut changes);
        }
        changes.events.drain(..).for_each(|event| each(&event));
    }
    Ok(())
}

/// The scenes: an ensemble of five with busy clients; the bench scene; the same with `acks=1` and clean
/// elections only.
pub fn setup(scene: u32) -> Setup {
    match scene {
        0 => {
            let ensemble = Setup::zookeeper(ZkVersion::V3_9).servers(5);
            (1..=4u16).fold(ensemble, |setup, nth| {
                let name = ["c1", "c2", "c3", "c4"][usize::from(nth - 1)];
                setup.zk_shell(name, &[nth, nth % 5 + 1], 4_000 + 1_000 * u32::from(nth))
            })
        }
        1 => bench_scene::setup(),
        _ => {
            let mut setup = bench_scene::setup();
            setup.brokers.iter_mut().for_each(|broker| broker.config.unclean_leader_election_enable = false);
            setup.producers.iter_mut().for_each(|producer| producer.config.acks = 1);
            setup
        }
    }
}

/// At most two processes are down or paused at a time, so that something always goes on.
const TROUBLED_MAX: usize = 2;

fn random_command(sim: &Sim, seed: u64, nth: u64) -> Option<Command> {
    let pick = |what: u64, below: usize| -> usize {
        in_range(draw(seed, Purpose::RandomFaults, nth, what), 0, below.max(1) as u64 - 1) as usize
    };
    let system = sim.system();
    let slots = system.slots();
    let troubled = |process: Process| !matches!(process, Process::Running | Process::Stopping | Process::NotStarted);
    let in_trouble: Vec<NodeId> = slots.iter().filter(|slot| troubled(slot.process)).map(|slot| slot.id).collect();
    let target = slots[pick(1, slots.len())].id;
    let repair = |id: NodeId| match system.process(id) {
        Process::Frozen { .. } => Command::Fault(Fault::Thaw(id)),
        _ => Command::Fault(Fault::Start(id)),
    };
    if in_trouble.len() >= TROUBLED_MAX {
        return Some(repair(in_trouble[pick(2, in_trouble.len())]));
    }
    Some(match pick(3, 10) {
        0 => Command::Fault(Fault::Kill(target)),
        1 => Command::Fault(Fault::PowerOff(target)),
        2 => Command::Fault(Fault::Freeze(target)),
        3 => Command::Order(target, Order::Stop),
        4 => {
            let b = slots[pick(4, slots.len())].id;
            let how = if pick(5, 2) == 0 { CutHow::Reset } else { CutHow::Silent };
            Command::Fault(Fault::Cut { a: target, b, how })
        }
        5 | 6 => {
            let cut = system.cuts().get(pick(6, system.cuts().len()))?;
            Command::Fault(Fault::Heal { a: cut.a, b: cut.b })
        }
        7 => repair(*in_trouble.get(pick(2, in_trouble.len()))?),
        _ => zk_order(slots.iter().map(|slot| slot.id), pick),
    })
}

/// An operation of a bare client on one of a few znodes; nonsense when there is no such client.
fn zk_order(ids: impl Iterator<Item = NodeId>, pick: impl Fn(u64, usize) -> usize) -> Command {
    let clients: Vec<NodeId> = ids.filter(|id| matches!(id, NodeId::ZkShell(_))).collect();
    let client = clients.get(pick(7, clients.len())).copied().unwrap_or(NodeId::ZkShell(1));
    let path: ZPath = ["/a", "/b", "/a/c", "/b/d"][pick(8, 4)].into();
    let op = match pick(9, 6) {
        0 => ZkOp::Create { path, data: Some("1".into()), mode: CreateMode::Persistent },
        1 => ZkOp::Create { path, data: None, mode: CreateMode::EphemeralSequential },
        2 => ZkOp::Delete { path, version: -1 },
        3 => ZkOp::SetData { path, data: Some("2".into()), version: -1 },
        4 => ZkOp::GetChildren { path, watch: true },
        _ => ZkOp::Exists { path, watch: true },
    };
    Command::Order(client, Order::Zk(ShellOp::Zk(op)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scene_run_twice_is_the_same_bit_for_bit() {
        for scene in 0..SCENES {
            let first = digest_of(scene, u64::MAX).expect("the scene comes up");
            assert_eq!(digest_of(scene, u64::MAX), Ok(first), "scene {scene}");
        }
    }

    #[test]
    fn the_first_difference_is_found() {
        let tampered = |events: u64| {
            let mut digest = Digest::default();
            let mut seen = 0;
            run(0, &mut |event| {
                if seen < events {
                    event.digest(&mut digest);
                    if event.seq.0 == 7 {
                        digest.u64(1);
                    }
                    seen += 1;
                }
            })
            .expect("the scene comes up");
            Outcome { events: seen, digest: digest.value() }
        };
        let whole = digest_of(0, u64::MAX).expect("it comes up");
        assert_ne!(whole, tampered(u64::MAX));
        let mut search = Search::among(whole.events);
        while let Some(middle) = search.next() {
            search.answer(digest_of(0, middle).expect("it comes up") == tampered(middle));
        }
        assert_eq!(search.found(), 7);
    }
}
