//! The cells of a log as SVG paths: few elements a strip, however many cells it has.

use super::stage::{CELLS, Strip};

/// The paths of one strip, in pixels from its upper left corner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellPaths {
    /// Below the high watermark.
    pub committed: String,
    /// From the high watermark to the end of the log: not committed yet.
    pub above: String,
    /// After the end of the log.
    pub empty: String,
    /// Before the start of the log: deleted.
    pub gone: String,
    pub followed: String,
    /// Where the bar of the high watermark stands.
    pub watermark_x: i32,
    pub height: i32,
    pub width: i32,
}

const GAP_PX: i32 = 3;

/// The left edge of an offset's cell; offsets out of the window stand at its edges.
pub fn x_of(offset: u64, first: u64, width: i32) -> i32 {
    let cell = offset.saturating_sub(first).min(CELLS) as i32;
    cell * width / CELLS as i32
}

pub fn paths(strip: &Strip, width: i32, height: i32) -> CellPaths {
    let mut paths = CellPaths { width, height, ..CellPaths::default() };
    for offset in strip.first..strip.first + CELLS {
        let into = if offset < strip.log_start {
            &mut paths.gone
        } else if offset >= strip.log_end {
            &mut paths.empty
        } else if offset >= strip.high_watermark {
            &mut paths.above
        } else {
            &mut paths.committed
        };
        cell(into, offset, strip.first, width, height);
        if strip.followed == Some(offset) {
            cell(&mut paths.followed, offset, strip.first, width, height);
        }
    }
    paths.watermark_x = x_of(strip.high_watermark, strip.first, width);
    paths
}

fn cell(path: &mut String, offset: u64, first: u64, width: i32, height: i32) {
    use std::fmt::Write;
    let (left, right) = (x_of(offset, first, width), x_of(offset + 1, first, width));
    let (w, r) = ((right - left - GAP_PX).max(2), if right - left > 9 { 3 } else { 1 });
    let (across, down) = (w - 2 * r, height - 2 * r);
    let x = left + GAP_PX / 2 + 1 + r;
    // A rectangle with round corners. Writing to a string does not fail.
    let _ = write!(
        path,
        "M{x} 0h{across}a{r} {r} 0 0 1 {r} {r}v{down}a{r} {r} 0 0 1 -{r} {r}h-{across}a{r} {r} 0 0 1 -{r} -{r}v-{down}a{r} {r} 0 0 1 {r} -{r}z"
    );
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, stage};
    use super::*;

    #[test]
    fn every_cell_is_of_one_kind_and_the_watermark_parts_them() {
        let frame = fixture::broker_3_died();
        let strip = stage::strip(&frame, 1, &fixture::tp("orders", 0), None).expect("it has that replica");
        let paths = paths(&strip, 280, 20);
        let count = |path: &str| path.matches('M').count();
        assert_eq!((count(&paths.committed), count(&paths.above), count(&paths.empty)), (6, 2, 6));
        assert_eq!(paths.watermark_x, 120);
    }

    #[test]
    fn a_long_log_shows_its_end_and_where_it_will_grow() {
        let mut frame = fixture::broker_3_died();
        for broker in &mut frame.brokers {
            for replica in &mut broker.replicas {
                (replica.log_end, replica.high_watermark) = (100, 90);
            }
        }
        let strip = stage::strip(&frame, 1, &fixture::tp("orders", 0), None).expect("it has that replica");
        assert_eq!(strip.first, 88);
        assert_eq!(paths(&strip, 280, 20).empty.matches('M').count(), 2);
    }
}
