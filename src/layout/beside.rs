//! Where a sentence stands beside the card that it speaks of: in the gap above or below the card's row, over the lines
//! but over no card.

use super::{Face, Layout, Rect, within};
use sim_core::ids::NodeId;

/// A sentence's place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beside {
    pub rect: Rect,
    /// How far the card's middle is from the sentence's: there the tail comes out.
    pub tail: f64,
    /// Above the card; else below.
    pub above: bool,
}

// As in `style/guide.css`.
pub(crate) const LETTER_REM: f64 = 0.875;
pub(crate) const LINE_REM: f64 = 1.2;
pub(crate) const PAD_X_REM: f64 = 0.75;
pub(crate) const PAD_Y_REM: f64 = 0.2;
/// To the cards, and to the stage's edge.
const EDGE_REM: f64 = 0.25;
const NEAR_REM: f64 = 0.6;
/// A longer line is hard to follow: two are better, where there is room.
const LINE_WIDTH_MAX_REM: f64 = 44.0;

impl Layout {
    /// `open`: the card as it stands, perhaps larger than its place. Nothing where there is no room.
    pub fn beside(&self, id: NodeId, open: bool, text: &str) -> Option<Beside> {
        let (face, row, rem) = (self.face(id, open)?, self.row(id)?, self.size.rem);
        // It scrolls. (The height is a sum, and sums of fractions are not exact.)
        if self.height > self.size.height + 0.5 {
            return None;
        }
        let letters = text_width(text) * LETTER_REM * rem;
        let lines: &[f64] = if letters > LINE_WIDTH_MAX_REM * rem { &[2.0, 1.0] } else { &[1.0] };
        lines.iter().find_map(|lines| {
            // The last word of the first line may be a long one.
            let width = if *lines > 1.0 { letters / lines + 5.0 * LETTER_REM * rem } else { letters };
            let w = width + 2.0 * PAD_X_REM * rem;
            let h = (lines * LINE_REM * LETTER_REM + 2.0 * PAD_Y_REM) * rem;
            self.in_a_gap(&face, row, w, h)
        })
    }

    fn in_a_gap(&self, face: &Face, row: usize, w: f64, h: f64) -> Option<Beside> {
        let edge = EDGE_REM * self.size.rem;
        let centre = face.rect.centre().x;
        if w + 2.0 * edge > self.size.width {
            return None;
        }
        let x = within(centre - w / 2.0, edge, self.size.width - w - edge);
        // The frame of a group reaches into the gap above it, its caption into the one below.
        let gap = |row: usize| {
            let (top, bottom) = (self.rows[row].gap_top, self.rows[row].top);
            let frames = || self.groups.iter().map(|(_, frame)| *frame);
            let over = frames().map(Rect::bottom).filter(|y| (top..bottom).contains(y)).fold(top, f64::max);
            let under = frames().map(|frame| frame.y).filter(|y| (top..bottom).contains(y)).fold(bottom, f64::min);
            (over, under)
        };
        // Above the first row stand the lights; below a broker may be a button.
        let above = (row > 0).then(|| (gap(row), true));
        let below = (row + 1 < self.rows.len()).then(|| (gap(row + 1), false));
        above.into_iter().chain(below).find_map(|((top, bottom), above)| {
            // As near as the tail is long; where the gap is narrow, in its middle.
            let off = ((bottom - top - h) / 2.0).min(NEAR_REM * self.size.rem);
            let rect = Rect { x, y: if above { bottom - off - h } else { top + off }, w, h };
            let is_clear = off >= edge / 2.0 && !overlap(rect, face.rect);
            is_clear.then(|| Beside { rect, tail: centre - rect.centre().x, above })
        })
    }
}

/// In widths of a letter's height: those of 中文 are as wide as high, others at most half of that on average.
fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c < '\u{2e80}' { 0.5 } else { 1.0 }).sum()
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}
