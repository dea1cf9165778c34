//! How much room a card needs: three densities a kind, in rem, and the sums of the rows that each shows.
//! `style/stage.css` has some of the numbers too: `style_numbers.rs` compares them.

use super::{Band, Shape};

/// How much of a node its card shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Density {
    /// A name, its state, and one line of what matters most.
    Tile,
    /// Every replica or partition, in short.
    Compact,
    Full,
}

impl Density {
    pub const ALL: [Density; 3] = [Density::Full, Density::Compact, Density::Tile];

    /// How much a card shows that has nothing to say, while the others of its row show this much.
    pub const fn folded(self) -> Density {
        match self {
            Density::Full => Density::Compact,
            Density::Compact | Density::Tile => Density::Tile,
        }
    }

    pub const fn class(self) -> &'static str {
        match self {
            Density::Full => "full",
            Density::Compact => "compact",
            Density::Tile => "tile",
        }
    }
}

/// A broker's head with its session's clocks, and the free room below its strips.
pub(crate) const fn broker_head_rem(density: Density) -> f64 {
    match density {
        Density::Full => 3.5,
        Density::Compact => 3.2,
        Density::Tile => 2.75,
    }
}
pub(super) const BROKER_FOOT_REM: f64 = 0.4;
pub(crate) const fn broker_pad_rem(density: Density) -> f64 {
    match density {
        Density::Full => 0.875,
        Density::Compact => 0.6,
        Density::Tile => 0.45,
    }
}
/// A replica on a tile: a square with the partition's number, and the space to the next.
pub(crate) const SQUARE_REM: f64 = 1.2;
pub(crate) const SQUARE_GAP_REM: f64 = 0.15;

/// How many squares stand side by side on a tile.
pub(super) fn squares_in_row(width_rem: f64) -> usize {
    let room = width_rem - 2.0 * broker_pad_rem(Density::Tile) + SQUARE_GAP_REM;
    ((room / (SQUARE_REM + SQUARE_GAP_REM)).floor() as usize).max(1)
}

/// The head, the id, the phases, the clocks, the paddings and the spaces between them.
const CONSUMER_FULL_REM: f64 = 8.1;
pub const OWNED_ROW_REM: f64 = 1.4;
/// More owned partitions than this become a number.
const OWNED_ROWS_MAX: usize = 4;
pub(super) const PRODUCER_FULL_REM: f64 = 10.75;

/// What a band's cards need at a density.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Need {
    pub(super) min_width: f64,
    pub(super) max_width: f64,
    /// Between the cards of one row.
    pub(super) gap: f64,
}

pub(super) fn need(band: Band, density: Density, narrow: bool) -> Need {
    let (min_width, max_width) = match (band, density) {
        (Band::Ensemble, Density::Full) => (if narrow { 6.4 } else { 12.5 }, 21.0),
        (Band::Ensemble, Density::Compact) => (if narrow { 7.2 } else { 8.75 }, 16.0),
        (Band::Ensemble, Density::Tile) => (4.0, 10.0),
        (Band::Brokers, Density::Full) => (12.5, 64.0),
        (Band::Brokers, Density::Compact) => (9.25, 32.0),
        (Band::Brokers, Density::Tile) => (4.9, 16.0),
        (Band::Clients, Density::Full) => (if narrow { 9.0 } else { 10.75 }, 26.0),
        (Band::Clients, Density::Compact) => (if narrow { 7.4 } else { 8.25 }, 18.0),
        (Band::Clients, Density::Tile) => (4.6, 11.0),
    };
    let gap = match (band, density, narrow) {
        (_, _, true) | (_, Density::Tile, false) | (Band::Clients, _, false) => 0.6,
        (Band::Ensemble, Density::Full, false) => 2.4,
        (Band::Ensemble, Density::Compact, false) => 1.4,
        (Band::Brokers, Density::Full, false) => 1.9,
        (Band::Brokers, Density::Compact, false) => 0.9,
    };
    Need { min_width, max_width, gap }
}

/// The least and the greatest height of a band's cards.
pub(super) fn heights(shape: &Shape, band: Band, density: Density, width_rem: f64, narrow: bool) -> (f64, f64) {
    let alone = shape.brokers.is_empty();
    match (band, density) {
        (Band::Ensemble, Density::Full) if narrow => (9.25, 9.25),
        (Band::Ensemble, Density::Full) if alone => (7.65, 10.0),
        (Band::Ensemble, Density::Full) => (6.6, 8.6),
        (Band::Ensemble, Density::Compact) => (3.5, 3.9),
        (Band::Ensemble, Density::Tile) => (2.4, 2.9),
        (Band::Brokers, _) => broker_heights(shape.most_strips(), density, width_rem),
        (Band::Clients, _) => client_heights(shape, density, narrow),
    }
}

/// The least and the greatest height of a broker's card with so many replicas.
pub(super) fn broker_heights(strips: usize, density: Density, width_rem: f64) -> (f64, f64) {
    let fixed = broker_head_rem(density) + BROKER_FOOT_REM;
    let (low, high) = match (density, strips) {
        (Density::Full, 0..=6) => (2.1, 4.2),
        (Density::Full, 7..=10) => (1.55, 3.4),
        (Density::Full, _) => (1.25, 2.6),
        (Density::Compact, _) => (1.25, 2.0),
        (Density::Tile, _) => (SQUARE_REM + SQUARE_GAP_REM, SQUARE_REM + SQUARE_GAP_REM),
    };
    let rows = match density {
        Density::Tile => strips.max(1).div_ceil(squares_in_row(width_rem)),
        _ => strips.max(1),
    } as f64;
    (fixed + rows * low, fixed + rows * high)
}

fn client_heights(shape: &Shape, density: Density, narrow: bool) -> (f64, f64) {
    let alone = shape.brokers.is_empty();
    match density {
        // On a phone the clocks of a session stand below each other.
        Density::Full if alone => (if narrow { 9.0 } else { 6.5 }, 9.0),
        Density::Full => {
            let consumers = if shape.groups.is_empty() { 0.0 } else { consumer_full_rem(owned_rows(shape)) };
            let producers = if shape.producers.is_empty() { 6.5 } else { PRODUCER_FULL_REM };
            let least = consumers.max(producers);
            (least, least + 1.5)
        }
        Density::Compact => (6.2, 7.0),
        Density::Tile => (3.35, 3.8),
    }
}

pub fn consumer_full_rem(rows: usize) -> f64 {
    CONSUMER_FULL_REM + rows as f64 * OWNED_ROW_REM
}

/// So many partitions a member may own, even after one of its group has gone.
pub fn owned_rows(shape: &Shape) -> usize {
    let left = shape.groups.iter().map(|(_, members)| members.len().saturating_sub(1).max(1)).min().unwrap_or(1);
    shape.partitions.div_ceil(left).clamp(1, OWNED_ROWS_MAX)
}
