//! A loop over page time, which rests while nothing happens.

use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// A hidden tab gets no frames; when it comes back, time must not jump.
const DT_MAX_MS: f64 = 250.0;

/// What is done with the milliseconds since the last time. In how many of them it is wanted again, if at all.
type Each = Box<dyn FnMut(f64) -> Option<f64>>;

/// What is wanted sooner is wanted at the next animation frame.
const FRAME_MS: f64 = 17.0;

/// The loop's handle.
#[derive(Clone)]
pub struct Frames(Rc<Loop>);

struct Loop {
    /// False once the owner is cleaned up.
    lives: Cell<bool>,
    is_asked: Cell<bool>,
    last: Cell<f64>,
    each: RefCell<Each>,
}

impl Frames {
    /// Once it has begun, calls `each` for as long as it wants to be called, until the owner is cleaned up.
    pub fn new(each: impl FnMut(f64) -> Option<f64> + 'static) -> Frames {
        let frames = Frames(Rc::new(Loop {
            lives: Cell::new(true),
            // So that nothing wakes it before it has begun.
            is_asked: Cell::new(true),
            last: Cell::new(0.0),
            each: RefCell::new(Box::new(each)),
        }));
        let stop = StoredValue::new_local(frames.clone());
        on_cleanup(move || stop.with_value(|frames| frames.0.lives.set(false)));
        frames
    }

    pub fn begin(&self) {
        self.0.is_asked.set(false);
        self.wake();
    }

    /// Something may move again.
    pub fn wake(&self) {
        if !self.0.is_asked.get() {
            self.0.last.set(now_ms());
            self.ask(0.0);
        }
    }

    fn ask(&self, in_ms: f64) {
        let frames = self.clone();
        self.0.is_asked.set(true);
        // A hidden tab gets timers, but no frames.
        if in_ms < FRAME_MS || document().hidden() {
            request_animation_frame(move || frames.pass());
        } else {
            set_timeout(move || frames.pass(), Duration::from_millis(in_ms as u64));
        }
    }

    fn pass(&self) {
        let frames = &*self.0;
        frames.is_asked.set(false);
        if !frames.lives.get() {
            return;
        }
        let now = now_ms();
        let since = now - frames.last.replace(now);
        let wanted = (frames.each.borrow_mut())(since.clamp(0.0, DT_MAX_MS));
        if let Some(in_ms) = wanted
            && !frames.is_asked.get()
        {
            self.ask(in_ms);
        }
    }
}

/// A clock for pacing and budgets of work, never for the simulation.
pub fn now_ms() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
