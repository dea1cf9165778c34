//! The engine without a page, for a browser: what `cargo xtask bench` measures there, and what the end-to-end test compares
//! with the host. A program of its own beside the page's, of the same libraries in the same profile, so that the page
//! carries none of it.

use sim_core::check::bench_scene;
use sim_core::check::selfcheck;
use sim_core::engine::system::Changes;
use sim_core::history::History;
use sim_core::rng::{Purpose, draw, in_range};
use sim_core::scenario::boot;
use sim_core::time::SimTime;
use wasm_bindgen::prelude::*;

/// Far beyond what a benchmark runs; the bound that ends it is the number of choices.
const NEVER: SimTime = SimTime(u64::MAX / 4);

/// A browser that loads this file runs it; all it then has to do is to be there.
fn main() {}

/// How many events a scene of the self-check gives, at the most so many; and their digest. Empty: the scene did not come up.
#[wasm_bindgen]
pub fn selfcheck_digest(scene: u32, events: f64) -> Vec<String> {
    // Every count of events is exact in a double; infinity means all.
    match selfcheck::digest_of(scene, events as u64) {
        Ok(outcome) => vec![outcome.events.to_string(), outcome.digest.to_string()],
        Err(_) => Vec::new(),
    }
}

fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Milliseconds for this many choices without any history. Negative: the scene did not come up.
#[wasm_bindgen]
pub fn bench_bare_ms(choices: u32) -> f64 {
    let Ok(mut sim) = boot::run(&bench_scene::setup(), bench_scene::SEED) else { return -1.0 };
    let mut changes = Changes::default();
    let begin = now_ms();
    for _ in 0..choices {
        sim.step(&mut changes);
        changes.events.clear();
    }
    now_ms() - begin
}

/// Milliseconds for this many choices with the history that the page keeps.
#[wasm_bindgen]
pub fn bench_history_ms(choices: u32) -> f64 {
    let Ok(mut history) = History::new(bench_scene::setup(), bench_scene::SEED) else { return -1.0 };
    let begin = now_ms();
    history.run_ahead(NEVER, u64::from(choices));
    now_ms() - begin
}

/// Milliseconds of each of so many random seeks in a history of so many events, its frame made each time.
#[wasm_bindgen]
pub fn bench_seeks_ms(events: u32, seeks: u32) -> Vec<f64> {
    let Ok(mut history) = History::new(bench_scene::setup(), bench_scene::SEED) else { return Vec::new() };
    let first_event = history.sim().system().events_noted();
    while history.events_noted_at_end() < first_event + u64::from(events) {
        history.run_ahead(NEVER, 10_000);
    }
    let (first, last) = (history.first_step(), history.end().step);
    (0..seeks)
        .map(|nth| {
            let chance = draw(bench_scene::SEED, Purpose::RandomFaults, u64::from(nth), 0);
            let step = in_range(chance, first, last);
            let begin = now_ms();
            history.seek(step);
            let frame = history.frame();
            let took = now_ms() - begin;
            if frame.step == step { took } else { f64::MAX }
        })
        .collect()
}

/// Megabytes of wasm memory after so many choices with history.
#[wasm_bindgen]
pub fn bench_memory_mb(choices: u32) -> f64 {
    let Ok(mut history) = History::new(bench_scene::setup(), bench_scene::SEED) else { return -1.0 };
    history.run_ahead(NEVER, u64::from(choices));
    let bytes = wasm_bindgen::memory()
        .dyn_into::<js_sys::WebAssembly::Memory>()
        .map(|memory| js_sys::Reflect::get(&memory.buffer(), &"byteLength".into()))
        .ok()
        .and_then(Result::ok)
        .and_then(|length| length.as_f64());
    bytes.unwrap_or(-1.0) / 1_048_576.0
}
