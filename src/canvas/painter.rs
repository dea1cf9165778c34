//! Paints sprites on a 2D canvas. The only file of the stage that draws by itself.

use super::scene::{Glyph, Ink, Sprite};
use crate::layout::Point;
use crate::view_model::colours::COLOURS;
use std::f64::consts::TAU;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The theme's colours, read from the CSS variables once a theme.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    partitions: Vec<String>,
    zk: String,
    watch: String,
    bad: String,
    dim: String,
    accent: String,
    ground: String,
    mono: String,
}

impl Palette {
    pub fn read() -> Palette {
        let style = web_sys::window().and_then(|window| {
            let root = window.document()?.document_element()?;
            window.get_computed_style(&root).ok()?
        });
        let value = |name: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
            value.trim().to_string()
        };
        Palette {
            partitions: (0..COLOURS).map(|n| value(&format!("--p{n}"))).collect(),
            zk: value("--zk"),
            watch: value("--watch"),
            bad: value("--bad"),
            dim: value("--dim"),
            accent: value("--accent"),
            ground: value("--bg"),
            mono: value("--mono"),
        }
    }

    fn of(&self, ink: Ink) -> &str {
        match ink {
            Ink::Partition(n) => self.partitions.get(usize::from(n)).unwrap_or(&self.dim),
            Ink::Zk => &self.zk,
            Ink::Watch => &self.watch,
            Ink::Bad => &self.bad,
            Ink::Dim => &self.dim,
            Ink::Accent => &self.accent,
        }
    }
}

/// A canvas with its context.
#[derive(Clone)]
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Painter {
    pub fn new(canvas: HtmlCanvasElement) -> Option<Painter> {
        let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        Some(Painter { canvas, context })
    }

    /// Draws the part of the content that is scrolled into sight.
    pub fn paint(&self, sprites: &[Sprite], palette: &Palette, scrolled: f64, rem: f64) {
        let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(1.0, 3.0);
        let (width, height) = (f64::from(self.canvas.client_width()), f64::from(self.canvas.client_height()));
        let (w, h) = ((width * ratio) as u32, (height * ratio) as u32);
        if self.canvas.width() != w || self.canvas.height() != h {
            self.canvas.set_width(w);
            self.canvas.set_height(h);
        }
        let context = &self.context;
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        let _ = context.translate(0.0, -scrolled);
        context.set_line_cap("round");
        context.set_line_join("round");
        for sprite in sprites {
            if sprite.at.y < scrolled - rem || sprite.at.y > scrolled + height + rem {
                continue;
            }
            self.sprite(sprite, palette, rem);
        }
        context.set_global_alpha(1.0);
    }

    fn sprite(&self, sprite: &Sprite, palette: &Palette, rem: f64) {
        let context = &self.context;
        let ink = palette.of(sprite.ink);
        context.set_global_alpha(if sprite.faint { 0.55 } else { 1.0 });
        context.set_fill_style_str(ink);
        context.set_stroke_style_str(ink);
        self.glyph(sprite, palette);
        if sprite.followed {
            context.set_global_alpha(1.0);
            context.set_stroke_style_str(&palette.accent);
            context.set_line_width(2.0);
            self.circle(sprite.at, sprite.radius + 4.0);
            context.stroke();
        }
        if let Some(label) = &sprite.label {
            self.label(sprite, label, ink, palette, rem);
        }
    }

    fn glyph(&self, sprite: &Sprite, palette: &Palette) {
        let (context, at, r) = (&self.context, sprite.at, sprite.radius);
        match sprite.glyph {
            Glyph::Dot => {
                self.circle(at, r);
                context.fill();
            }
            Glyph::Ring => {
                self.circle(at, r);
                context.set_fill_style_str(&palette.ground);
                context.fill();
                context.set_line_width(1.75);
                context.stroke();
            }
            Glyph::Diamond => {
                self.lines(&[(0.0, -r), (r, 0.0), (0.0, r), (-r, 0.0)], at);
                context.fill();
            }
            Glyph::Flag => {
                self.lines(&[(-r * 0.7, -r), (r, -r * 0.4), (-r * 0.7, r * 0.2)], at);
                context.fill();
                context.set_line_width(2.0);
                self.lines(&[(-r * 0.7, -r), (-r * 0.7, r)], at);
                context.stroke();
            }
            Glyph::Triangle => {
                self.lines(&[(0.0, -r), (r * 0.9, r * 0.7), (-r * 0.9, r * 0.7)], at);
                context.fill();
            }
            Glyph::Square => {
                context.set_line_width(1.75);
                context.stroke_rect(at.x - r, at.y - r, 2.0 * r, 2.0 * r);
            }
            Glyph::Cross => {
                context.set_line_width(2.5);
                self.lines(&[(-r, -r), (r, r)], at);
                context.stroke();
                self.lines(&[(-r, r), (r, -r)], at);
                context.stroke();
            }
            Glyph::Dash => {
                context.set_line_width(2.0);
                self.lines(&[(-r, 0.0), (r, 0.0)], at);
                context.stroke();
            }
        }
    }

    fn circle(&self, at: Point, radius: f64) {
        self.context.begin_path();
        let _ = self.context.arc(at.x, at.y, radius, 0.0, TAU);
    }

    /// A closed figure, by its corners from `at`.
    fn lines(&self, corners: &[(f64, f64)], at: Point) {
        self.context.begin_path();
        for (index, (x, y)) in corners.iter().enumerate() {
            match index {
                0 => self.context.move_to(at.x + x, at.y + y),
                _ => self.context.line_to(at.x + x, at.y + y),
            }
        }
        self.context.close_path();
    }

    fn label(&self, sprite: &Sprite, label: &str, ink: &str, palette: &Palette, rem: f64) {
        let context = &self.context;
        let px = (rem * 0.72) as u32;
        context.set_font(&format!("600 {px}px {}", palette.mono));
        context.set_text_baseline("middle");
        let w = context.measure_text(label).map_or(0.0, |size| size.width());
        let room = f64::from(self.canvas.client_width());
        // At the right edge it stands on the other side.
        let right = sprite.at.x + sprite.radius + 6.0;
        let x = if right + w + 6.0 > room { sprite.at.x - sprite.radius - 6.0 - w } else { right };
        context.set_global_alpha(0.86);
        context.set_fill_style_str(&palette.ground);
        context.fill_rect(x - 3.0, sprite.at.y - rem * 0.5, w + 6.0, rem);
        context.set_global_alpha(1.0);
        context.set_fill_style_str(ink);
        let _ = context.fill_text(label, x, sprite.at.y);
    }
}
