//! Puts sprites on the page: one small element each, moved by its transform. A stage-wide canvas would be handed
//! to the compositor as a whole for each dot that moves; of an element, only what differs is touched.

use super::scene::{Glyph, Ink, Sprite};
use leptos::prelude::document;
use sim_core::ids::NodeId;
use wasm_bindgen::JsCast;
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

/// An element, and what it shows now.
struct Shown {
    flight: (NodeId, NodeId, u64),
    element: HtmlElement,
    look: Look,
    at: (i64, i64),
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
    /// right stands on the other side.
    pub fn paint(&mut self, sprites: &[Sprite], room_px: f64) {
        for sprite in sprites {
            let known = self.shown.iter().position(|shown| shown.flight == sprite.flight);
            let Some(at) = known.or_else(|| self.take(sprite)) else { continue };
            let shown = &mut self.shown[at];
            shown.is_current = true;
            shown.show(sprite, room_px);
        }
        for at in (0..self.shown.len()).rev() {
            if !std::mem::take(&mut self.shown[at].is_current) {
                let gone = self.shown.swap_remove(at);
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
                Shown { flight, element, look, at: (i64::MIN, i64::MIN), is_current: true }
            }
        };
        shown.flight = sprite.flight;
        self.shown.push(shown);
        Some(self.shown.len() - 1)
    }
}

impl Shown {
    fn show(&mut self, sprite: &Sprite, room_px: f64) {
        let look = look(sprite, room_px);
        if look.class != self.look.class {
            self.element.set_class_name(&look.class);
        }
        if look.label != self.look.label {
            let _ = self.element.set_attribute("data-label", &look.label);
        }
        let at = ((sprite.at.x * TENTHS).round() as i64, (sprite.at.y * TENTHS).round() as i64);
        if look.style != self.look.style {
            let _ = self.element.set_attribute("style", &format!("{};transform:{}", look.style, transform(at)));
        } else if at != self.at {
            let _ = self.element.style().set_property("transform", &transform(at));
        }
        (self.look, self.at) = (look, at);
    }
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
