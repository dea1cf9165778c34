//! A loop over animation frames.

use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// A hidden tab gets no frames; when it comes back, time must not jump.
const DT_MAX_MS: f64 = 100.0;

/// Calls `each` with the milliseconds since the last frame, until the owner is cleaned up.
pub fn each_frame(each: impl FnMut(f64) + 'static) {
    let running = Rc::new(Cell::new(true));
    let stop = StoredValue::new_local(running.clone());
    on_cleanup(move || stop.with_value(|running| running.set(false)));
    let last = now_ms();
    request_animation_frame(move || frame(running, last, each));
}

fn frame(running: Rc<Cell<bool>>, last: f64, mut each: impl FnMut(f64) + 'static) {
    if !running.get() {
        return;
    }
    let now = now_ms();
    each((now - last).clamp(0.0, DT_MAX_MS));
    request_animation_frame(move || frame(running, now, each));
}

/// A clock for pacing and budgets of work, never for the simulation.
pub fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
