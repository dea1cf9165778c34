//! Puts sprites on the page: one small element each, moved by its transform. A stage-wide canvas would be handed
//! to the compositor as a whole for each dot that moves; of an element, only what differs is touched. While time passes,
//! an element is set in motion once, along all of its way, and the browser moves it without the program.

use super::scene::{Glyph, Ink, Sprite};
use crate::browser::raf::now_ms;
use crate::layout::Point;
use js_sys::{Array, Function, Object, Reflect};
use leptos::prelude::document;
use sim_core::ids::NodeId;
use sim_core::time::SimTime;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// A tenth of a pixel: finer is not seen.
const TENTHS: f64 = 10.0;

/// How wide a letter of a name is, in pixels of an ordinary screen; it decides only on which side of its sprite
/// the name stands.
const LETTER_PX: f64 = 8.0;

/// All that is shown of a sprite but its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Look {
    class: String,
    style: String,
    label: String,
}

/// A packet: the n-th on the wire from one to the other.
type Flight = (NodeId, NodeId, u64);

/// The shown moment, and how fast simulated time goes on from it.
#[derive(Clone, Copy, Debug)]
pub struct Tempo {
    pub at: SimTime,
    /// 0: it stands still.
    pub us_per_page_s: u64,
}

/// What the browser moves.
struct Motion {
    /// The browser's `Animation`.
    animation: JsValue,
    tempo: Tempo,
    since_ms: f64,
}

impl Motion {
    /// Whether it still goes as simulated time does.
    fn is_true(&self, now: Tempo, now_ms: f64) -> bool {
        let speed = self.tempo.us_per_page_s as f64 / 1_000.0;
        let expected_us = self.tempo.at.0 as f64 + (now_ms - self.since_ms) * speed;
        let same_speed = now.us_per_page_s.abs_diff(self.tempo.us_per_page_s) * 20 <= now.us_per_page_s;
        same_speed && (expected_us - now.at.0 as f64).abs() <= OFF_MAX_MS * speed
    }

    fn stop(&self) {
        call(&self.animation, "cancel", &Array::new());
    }
}

/// So many milliseconds may a sprite be ahead or behind: less than a frame.
const OFF_MAX_MS: f64 = 14.0;

/// Calls a method that the bindings do not have yet.
fn call(on: &JsValue, method: &str, arguments: &Array) -> Option<JsValue> {
    let method = Reflect::get(on, &JsValue::from_str(method)).ok()?;
    method.dyn_ref::<Function>()?.apply(on, arguments).ok()
}

/// An element, and what it shows now.
struct Shown {
    flight: Flight,
    element: HtmlElement,
    look: Look,
    at: (i64, i64),
    motion: Option<Motion>,
    is_current: bool,
}

/// The layer of the sprites.
pub struct Painter {
    layer: HtmlElement,
    shown: Vec<Shown>,
    /// Elements of what has arrived: hidden until they are needed again.
    spare: Vec<Shown>,
}

impl Painter {
    pub fn new(layer: HtmlElement) -> Painter {
        Painter { layer, shown: Vec::new(), spare: Vec::new() }
    }

    /// Shows these and nothing else. `room_px` is the width of the stage: a name that would leave it on the
    /// right stands on the other side. `ahead` says which way a flight still has before it.
    pub fn paint(
        &mut self,
        sprites: &[Sprite],
        room_px: f64,
        tempo: Tempo,
        ahead: &mut dyn FnMut(Flight) -> Vec<Point>,
    ) {
        let now_ms = now_ms();
        for sprite in sprites {
            let known = self.shown.iter().position(|shown| shown.flight == sprite.flight);
            let Some(at) = known.or_else(|| self.take(sprite)) else { continue };
            let shown = &mut self.shown[at];
            shown.is_current = true;
            let moves = sprite.due.filter(|_| tempo.us_per_page_s > 0);
            let goes_on = moves.is_some() && shown.motion.as_ref().is_some_and(|motion| motion.is_true(tempo, now_ms));
            if !goes_on && let Some(motion) = shown.motion.take() {
                motion.stop();
            }
            shown.show(sprite, room_px, goes_on);
            if let (false, Some(due)) = (goes_on, moves) {
                let page_ms = due.since(tempo.at).0 as f64 * 1_000.0 / tempo.us_per_page_s as f64;
                shown.set_in_motion(&ahead(sprite.flight), page_ms, tempo, now_ms);
            }
        }
        for at in (0..self.shown.len()).rev() {
            if !std::mem::take(&mut self.shown[at].is_current) {
                let mut gone = self.shown.swap_remove(at);
                if let Some(motion) = gone.motion.take() {
                    motion.stop();
                }
                let _ = gone.element.set_attribute("hidden", "");
                self.spare.push(gone);
            }
        }
    }

    /// An element for something that has just left. Says where it is in the list.
    fn take(&mut self, sprite: &Sprite) -> Option<usize> {
        let mut shown = match self.spare.pop() {
            Some(spare) => {
                let _ = spare.element.remove_attribute("hidden");
                spare
            }
            None => {
                let element = document().create_element("span").ok()?.unchecked_into::<HtmlElement>();
                self.layer.append_child(&element).ok()?;
                let (flight, look) = (sprite.flight, Look::default());
                Shown { flight, element, look, at: (i64::MIN, i64::MIN), motion: None, is_current: true }
            }
        };
        shown.flight = sprite.flight;
        self.shown.push(shown);
        Some(self.shown.len() - 1)
    }
}

impl Shown {
    /// The browser moves it from here along its way, and leaves it at the end.
    fn set_in_motion(&mut self, way: &[Point], page_ms: f64, tempo: Tempo, now_ms: f64) {
        let Some(end) = way.last() else { return };
        let places: Array = way.iter().map(|at| JsValue::from_str(&transform(tenths(*at)))).collect();
        let keyframes = Object::new();
        let _ = Reflect::set(&keyframes, &JsValue::from_str("transform"), &places);
        let arguments = Array::of2(&keyframes, &JsValue::from_f64(page_ms));
        if let Some(animation) = call(&self.element, "animate", &arguments) {
            self.motion = Some(Motion { animation, tempo, since_ms: now_ms });
            self.put(tenths(*end));
        }
    }

    fn put(&mut self, at: (i64, i64)) {
        if at != self.at {
            let _ = self.element.style().set_property("transform", &transform(at));
            self.at = at;
        }
    }

    /// `moves`: its place is the browser's affair.
    fn show(&mut self, sprite: &Sprite, room_px: f64, moves: bool) {
        let look = look(sprite, room_px);
        if look.class != self.look.class {
            self.element.set_class_name(&look.class);
        }
        if look.label != self.look.label {
            let _ = self.element.set_attribute("data-label", &look.label);
        }
        let at = if moves { self.at } else { tenths(sprite.at) };
        if look.style != self.look.style {
            let _ = self.element.set_attribute("style", &format!("{};transform:{}", look.style, transform(at)));
            self.at = at;
        }
        self.put(at);
        self.look = look;
    }
}

fn tenths(at: Point) -> (i64, i64) {
    ((at.x * TENTHS).round() as i64, (at.y * TENTHS).round() as i64)
}

fn transform((x, y): (i64, i64)) -> String {
    format!("translate({},{})", px(x), px(y))
}

/// Tenths of a pixel as a length.
fn px(tenths: i64) -> String {
    format!("{}{}.{}px", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
}

fn look(sprite: &Sprite, room_px: f64) -> Look {
    let label = sprite.label.as_deref().unwrap_or_default();
    let mut class = String::from(match sprite.glyph {
        Glyph::Dot => "fly dot",
        Glyph::Ring => "fly ring",
        Glyph::Diamond => "fly diamond",
        Glyph::Flag => "fly flag",
        Glyph::Triangle => "fly triangle",
        Glyph::Square => "fly square",
        Glyph::Cross => "fly cross",
        Glyph::Dash => "fly dash",
    });
    let label_px = label.chars().count() as f64 * LETTER_PX;
    let leaves_the_stage = sprite.at.x + sprite.radius + label_px > room_px;
    for (holds, also) in [
        (sprite.faint, " faint"),
        (sprite.followed, " followed"),
        (!label.is_empty(), " named"),
        (!label.is_empty() && leaves_the_stage, " leftwards"),
    ] {
        if holds {
            class.push_str(also);
        }
    }
    let ink = match sprite.ink {
        Ink::Partition(n) => format!("p{n}"),
        Ink::Zk => "zk".to_string(),
        Ink::Watch => "watch".to_string(),
        Ink::Bad => "bad".to_string(),
        Ink::Dim => "dim".to_string(),
        Ink::Accent => "accent".to_string(),
    };
    let radius = px((sprite.radius * TENTHS).round() as i64);
    Look { class, style: format!("--c:var(--{ink});--r:{radius}"), label: label.to_string() }
}
