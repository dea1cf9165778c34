//! The cells of a log as SVG paths: few elements a strip, however many cells it has.

use super::stage::{CELLS, Strip};

/// What each cell of the window is, counted from its left. While a log grows at its end this often stays
/// the same, and then nothing is drawn again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pattern {
    /// Before the start of the log: deleted.
    pub gone: u8,
    /// Up to here: below the high watermark.
    pub committed: u8,
    /// Up to here: in the log, not committed yet.
    pub end: u8,
    pub followed: Option<u8>,
    pub watermark: u8,
}

impl Pattern {
    pub fn of(strip: &Strip) -> Pattern {
        let cell = |offset: u64| offset.saturating_sub(strip.first).min(CELLS) as u8;
        let gone = cell(strip.log_start);
        let end = cell(strip.log_end).max(gone);
        Pattern {
            gone,
            committed: cell(strip.high_watermark).clamp(gone, end),
            end,
            followed: strip.followed.filter(|at| *at >= strip.first && *at < strip.first + CELLS).map(cell),
            watermark: cell(strip.high_watermark),
        }
    }
}

/// The paths of one strip, in pixels from its upper left corner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellPaths {
    pub committed: String,
    pub above: String,
    /// After the end of the log.
    pub empty: String,
    pub gone: String,
    pub followed: String,
    /// Where the bar of the high watermark stands.
    pub watermark_x: i32,
}

/// The left edge of an offset's cell; offsets out of the window stand at its edges.
pub fn x_of(offset: u64, first: u64, width: i32) -> i32 {
    edge(offset.saturating_sub(first).min(CELLS) as u8, width)
}

fn edge(cell: u8, width: i32) -> i32 {
    i32::from(cell) * width / CELLS as i32
}

pub fn paths(pattern: Pattern, width: i32, height: i32) -> CellPaths {
    let mut paths = CellPaths { watermark_x: edge(pattern.watermark, width), ..CellPaths::default() };
    for at in 0..CELLS as u8 {
        let into = if at < pattern.gone {
            &mut paths.gone
        } else if at < pattern.committed {
            &mut paths.committed
        } else if at < pattern.end {
            &mut paths.above
        } else {
            &mut paths.empty
        };
        cell(into, at, width, height);
        if pattern.followed == Some(at) {
            cell(&mut paths.followed, at, width, height);
        }
    }
    paths
}

/// A rectangle with round corners. Small cells stand closer and are less round.
fn cell(path: &mut String, at: u8, width: i32, height: i32) {
    use std::fmt::Write;
    let (left, right) = (edge(at, width), edge(at + 1, width));
    let (gap, r) = if right - left > 13 { (3, 3) } else { (2, 2) };
    let (across, down) = ((right - left - gap - 2 * r).max(1), (height - 2 * r).max(1));
    let x = left + gap - 1 + r;
    // Writing to a string does not fail.
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
        let paths = paths(Pattern::of(&strip), 280, 20);
        let count = |path: &str| path.matches('M').count();
        assert_eq!((count(&paths.committed), count(&paths.above), count(&paths.empty)), (6, 2, 6));
        assert_eq!(paths.watermark_x, 120);
    }

    #[test]
    fn a_long_log_shows_its_end_and_where_it_will_grow() {
        let mut frame = fixture::broker_3_died();
        for broker in 1..=3 {
            for replica in &mut fixture::broker_of(&mut frame, broker).replicas {
                (replica.log_end, replica.high_watermark) = (100, 90);
            }
        }
        let strip = stage::strip(&frame, 1, &fixture::tp("orders", 0), None).expect("it has that replica");
        assert_eq!(strip.first, 88);
        assert_eq!(Pattern::of(&strip), Pattern { gone: 0, committed: 2, end: 12, followed: None, watermark: 2 });
    }

    #[test]
    fn deleted_records_leave_no_cells() {
        let frame = fixture::broker_3_died();
        let mut strip = stage::strip(&frame, 1, &fixture::tp("orders", 0), None).expect("it has that replica");
        strip.log_start = 4;
        let pattern = Pattern::of(&strip);
        assert_eq!((pattern.gone, pattern.committed, pattern.end), (4, 6, 8));
    }
}
