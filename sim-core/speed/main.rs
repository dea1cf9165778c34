//! How many choices a second the engine makes on this machine, without a browser; started by `cargo xtask bench`. It stands
//! beside the library, which knows no clock.

use std::process::ExitCode;
use std::time::Instant;

use sim_core::check::bench_scene;
use sim_core::engine::system::Changes;
use sim_core::scenario::boot;

const CHOICES: u32 = 1_000_000;

fn main() -> ExitCode {
    let mut sim = match boot::run(&bench_scene::setup(), bench_scene::SEED) {
        Ok(sim) => sim,
        Err(error) => {
            eprintln!("the bench scene does not come up: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut changes = Changes::default();
    let mut routine = 0u32;
    let started = sim.now();
    let begin = Instant::now();
    for _ in 0..CHOICES {
        routine += u32::from(sim.next_is_routine());
        sim.step(&mut changes);
        changes.events.clear();
    }
    let took_s = begin.elapsed().as_secs_f64();
    let simulated_s = sim.now().since(started).as_ms() as f64 / 1_000.0;
    println!(
        "{{\"native_choices_per_s\":{:.0},\"routine_share_percent\":{:.1},\"choices_per_simulated_s\":{:.0}}}",
        f64::from(CHOICES) / took_s,
        f64::from(routine) * 100.0 / f64::from(CHOICES),
        f64::from(CHOICES) / simulated_s,
    );
    ExitCode::SUCCESS
}
