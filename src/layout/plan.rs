//! Which row each card stands in, how dense the cards are, and how high the rows and the gaps between them
//! are. Of all densities the roomiest that fits is taken: nothing has to be scrolled into sight as long as the
//! densest fits.

use super::need::{self, BROKER_FOOT_REM, Density, Need, broker_head_rem};
use super::route::Lanes;
use super::{Band, Plus, Shape, Size};
use sim_core::ids::NodeId;
use sim_core::sorted::Sorted;
use std::sync::Arc;

pub(super) const GROUP_PAD_REM: f64 = 0.5;
/// A group's caption stands below its members, so that lines reach them from above without crossing it.
pub(crate) const GROUP_FOOT_REM: f64 = 2.0;

/// A stage narrower than this is a phone's.
const NARROW_REM: f64 = 37.0;
const PLUS_GAP_REM: f64 = 0.4;
const BOTTOM_REM: f64 = 0.5;
/// The lights stand here, above everything.
const LIGHTS_REM: f64 = 1.9;
/// Rows of a band that are tried beyond the fewest that are wide enough.
const MORE_ROWS: usize = 2;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot {
    Card(NodeId),
    Plus(Plus),
}

/// Cards that stay together: single clients, or the members of one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    pub(super) in_group: bool,
    pub(super) cards: Vec<NodeId>,
    pub(super) plus: Option<Plus>,
}

impl Block {
    fn columns(&self, rows: usize) -> usize {
        self.cards.len().div_ceil(rows)
    }

    /// Cards in as few rows as they need, each row with about the same number.
    pub(super) fn row(&self, row: usize, rows: usize) -> &[NodeId] {
        let columns = self.columns(rows).max(1);
        let from = (row * columns).min(self.cards.len());
        &self.cards[from..(from + columns).min(self.cards.len())]
    }
}

/// A band: one or more rows of cards of one density.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BandPlan {
    pub(super) band: Band,
    pub(super) density: Density,
    pub(super) rows: usize,
    pub(super) width_rem: f64,
    /// Calm cards, narrower than the others: their room goes to those.
    pub(super) folded: Vec<NodeId>,
    heights: (f64, f64),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) narrow: bool,
    pub(super) bands: Vec<BandPlan>,
    pub(super) blocks: Vec<(Band, Vec<Block>)>,
}

/// What tells two plans of one shape apart: whether the stage is narrow, and each band's density, rows and heights.
#[cfg(test)]
pub(crate) type Key = (bool, Vec<KeyPart>);
#[cfg(test)]
type KeyPart = (Density, usize, (f64, f64));

pub(super) struct Heights {
    pub(super) total: f64,
    /// For each row of cards, from the top.
    pub(super) rows: Vec<f64>,
    pub(super) gaps: Vec<f64>,
}

impl Plan {
    pub(super) fn of(shape: &Shape, size: Size) -> (Plan, Lanes, Heights) {
        let mut lowest: Option<(f64, Plan, Lanes)> = None;
        for plan in Plan::all(shape, size.width / size.rem) {
            let lanes = Lanes::of(shape, &plan, size.rem);
            let needed = plan.needed_rem(&lanes);
            if needed <= size.height / size.rem {
                let heights = plan.heights(size, &lanes);
                return (plan, lanes, heights);
            }
            if lowest.as_ref().is_none_or(|(least, _, _)| needed < *least) {
                lowest = Some((needed, plan, lanes));
            }
        }
        let (_, plan, lanes) = lowest.expect("there is at least one plan");
        let heights = plan.heights(size, &lanes);
        (plan, lanes, heights)
    }

    /// All plans for a stage of this width, the roomiest first.
    fn all(shape: &Shape, width_rem: f64) -> impl Iterator<Item = Plan> {
        let Choices { narrow, blocks, of_bands } = all_choices(shape, width_rem);
        let mut plans: Vec<(f64, Vec<usize>)> = vec![(0.0, Vec::new())];
        for band in &of_bands {
            let longer = plans.iter().flat_map(|(worth, plan)| {
                band.iter().enumerate().map(move |(nth, choice)| {
                    let mut plan = plan.clone();
                    plan.push(nth);
                    (worth + choice.worth(), plan)
                })
            });
            plans = longer.collect();
        }
        plans.sort_stably_by(|a, b| b.0.total_cmp(&a.0));
        plans.into_iter().map(move |(_, plan)| {
            let bands = of_bands.iter().zip(plan).map(|(choices, nth)| choices[nth].clone()).collect();
            Plan { narrow, bands, blocks: blocks.clone() }
        })
    }

    /// For a stage of this width: from which height on which plan is followed, the roomiest first.
    #[cfg(test)]
    pub(super) fn by_height(shape: &Shape, width_rem: f64) -> Vec<(f64, Key)> {
        let mut lowest = f64::INFINITY;
        let mut found = Vec::new();
        for plan in Plan::all(shape, width_rem) {
            let needed = plan.needed_rem(&Lanes::of(shape, &plan, 1.0));
            if needed < lowest {
                lowest = needed;
                found.push((needed, plan.key()));
            }
        }
        found
    }

    /// The plan of this key, whether or not it is the best.
    #[cfg(test)]
    pub(super) fn with_key(shape: &Shape, size: Size, key: &Key) -> Option<(Plan, Lanes, Heights)> {
        let Choices { narrow, blocks, of_bands } = all_choices(shape, size.width / size.rem);
        let choose = |(choices, part): (Vec<BandPlan>, &KeyPart)| choices.into_iter().find(|one| one.key() == *part);
        let bands: Option<Vec<BandPlan>> = of_bands.into_iter().zip(&key.1).map(choose).collect();
        let plan = Plan { narrow, bands: bands.filter(|_| narrow == key.0)?, blocks };
        let lanes = Lanes::of(shape, &plan, size.rem);
        let heights = plan.heights(size, &lanes);
        Some((plan, lanes, heights))
    }

    #[cfg(test)]
    fn key(&self) -> Key {
        (self.narrow, self.bands.iter().map(BandPlan::key).collect())
    }

    pub(super) fn blocks(&self, band: Band) -> &[Block] {
        self.blocks.iter().find(|(of, _)| *of == band).map_or(&[], |(_, blocks)| &blocks[..])
    }

    /// Each row of cards from the top: its band, and its ordinal in the band.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&BandPlan, usize)> {
        self.bands.iter().flat_map(|band| (0..band.rows).map(move |row| (band, row)))
    }

    /// The nodes of each row, from left to right.
    pub(super) fn cards(&self) -> impl Iterator<Item = Vec<NodeId>> {
        self.rows().map(|(band, row)| {
            self.blocks(band.band).iter().flat_map(|block| block.row(row, band.rows).iter().copied()).collect()
        })
    }

    fn has_group(&self, band: Band) -> bool {
        self.blocks(band).iter().any(|block| block.in_group)
    }

    fn gap_min(&self, index: usize, band: &BandPlan, row: usize, lanes: &Lanes) -> f64 {
        let count = lanes.in_gap(index) as f64;
        if index == 0 {
            // On a phone the lights take two lines.
            return LIGHTS_REM * if self.narrow { 1.4 } else { 1.0 }
                + if count > 0.0 { 0.5 + 0.4 * count } else { 0.0 };
        }
        let frame = if row == 0 && self.has_group(band.band) { GROUP_PAD_REM } else { 0.0 };
        (0.95 + 0.34 * count).max(1.35) + frame
    }

    fn foot_rem(&self) -> f64 {
        BOTTOM_REM + if self.has_group(Band::Clients) { GROUP_FOOT_REM } else { 0.0 }
    }

    fn needed_rem(&self, lanes: &Lanes) -> f64 {
        let rows = self.rows().enumerate();
        rows.map(|(index, (band, row))| band.heights.0 + self.gap_min(index, band, row, lanes)).sum::<f64>()
            + self.foot_rem()
    }

    /// Room that is left goes where it helps reading: to the strips, then between the bands, then to all.
    fn heights(&self, size: Size, lanes: &Lanes) -> Heights {
        let rem = size.rem;
        let bands: Vec<(&BandPlan, usize)> = self.rows().collect();
        let mut rows: Vec<f64> = bands.iter().map(|(band, _)| band.heights.0).collect();
        let mut gaps: Vec<f64> =
            bands.iter().enumerate().map(|(index, (band, row))| self.gap_min(index, band, *row, lanes)).collect();
        let mut spare = (size.height / rem - self.needed_rem(lanes)).max(0.0);

        let share = |rows: &mut Vec<f64>, band: Band, each_max: f64, spare: &mut f64| {
            let of_band = bands.iter().filter(|(plan, _)| plan.band == band).count();
            if of_band == 0 {
                return;
            }
            let each = (*spare / of_band as f64).min(each_max);
            for (height, (plan, _)) in rows.iter_mut().zip(&bands) {
                if plan.band == band {
                    let more = each.min(plan.heights.1 - *height).max(0.0);
                    *height += more;
                    *spare -= more;
                }
            }
        };
        // A leader's sessions get their second line before anything else.
        share(&mut rows, Band::Ensemble, 1.1, &mut spare);
        let half = spare * 0.5;
        let broker_rows = bands.iter().filter(|(plan, _)| plan.band == Band::Brokers).count().max(1) as f64;
        share(&mut rows, Band::Brokers, half / broker_rows, &mut spare);
        let inner: Vec<usize> = (1..bands.len()).filter(|index| bands[*index].1 == 0).collect();
        let to_gaps = (spare * 0.55 / inner.len().max(1) as f64).min(3.4);
        for index in &inner {
            gaps[*index] += to_gaps;
            spare -= to_gaps;
        }
        for band in [Band::Ensemble, Band::Clients, Band::Brokers] {
            share(&mut rows, band, f64::INFINITY, &mut spare);
        }
        // Above the first band nothing happens: half as much there.
        let last = spare / (2 * gaps.len()).saturating_sub(1).max(1) as f64;
        gaps.iter_mut().enumerate().for_each(|(index, gap)| *gap += if index == 0 { last } else { 2.0 * last });

        let total = rows.iter().chain(&gaps).sum::<f64>() + self.foot_rem();
        Heights {
            total: total * rem,
            rows: rows.iter().map(|height| height * rem).collect(),
            gaps: gaps.iter().map(|gap| gap * rem).collect(),
        }
    }
}

impl BandPlan {
    #[cfg(test)]
    fn key(&self) -> KeyPart {
        (self.density, self.rows, self.heights)
    }

    fn folded_rem(&self, narrow: bool) -> f64 {
        need::need(self.band, self.density.folded(), narrow).min_width
    }

    /// How much a reader has of it. Brokers say most, and a second row costs a little.
    fn worth(&self) -> f64 {
        let worth = match (self.band, self.density) {
            (Band::Brokers, Density::Full) => 10.0,
            (Band::Clients, Density::Full) => 8.0,
            (Band::Brokers, Density::Compact) => 7.5,
            (Band::Ensemble, Density::Full) | (Band::Clients, Density::Compact) => 5.5,
            (Band::Ensemble, Density::Compact) => 4.0,
            (_, Density::Tile) => 1.0,
        };
        worth - 0.4 * (self.rows as f64 - 1.0)
    }

    /// The slots of a row: x, width, and whether it stands in the first row of its block.
    pub(super) fn place(&self, blocks: &[Block], left: f64, right: f64, rem: f64, narrow: bool) -> Vec<Placed> {
        let Need { max_width, gap, .. } = need::need(self.band, self.density, narrow);
        let columns: usize = blocks.iter().map(|block| block.columns(self.rows)).sum();
        let fixed = fixed_rem(blocks, narrow);
        let gaps = columns.saturating_sub(1) as f64 * gap;
        let (folded, folded_width) = (self.folded.len(), self.folded_rem(narrow));
        let room = (right - left) / rem - fixed - gaps - folded as f64 * folded_width;
        let open = columns - folded;
        let width = (room / open.max(1) as f64).min(max_width).max(3.0);
        let used = width * open as f64 + folded as f64 * folded_width + gaps + fixed;
        let mut x = left / rem + (((right - left) / rem - used) / 2.0).max(0.0);
        let mut placed = Vec::new();
        let mut any = false;
        for block in blocks {
            let start = x + if any && block.columns(self.rows) > 0 { gap } else { 0.0 };
            x = start + if block.in_group { GROUP_PAD_REM } else { 0.0 };
            let columns = block.columns(self.rows);
            let mut end = x;
            for row in 0..self.rows {
                let mut x = x;
                for id in block.row(row, self.rows) {
                    let w = if self.folded.contains(id) { folded_width } else { width };
                    placed.push(Placed { slot: Slot::Card(*id), row, x: x * rem, w: w * rem });
                    end = end.max(x + w);
                    x += w + gap;
                }
            }
            x = end;
            any |= columns > 0;
            if let Some(plus) = &block.plus {
                x += PLUS_GAP_REM;
                let w = plus_rem(narrow);
                placed.push(Placed { slot: Slot::Plus(plus.clone()), row: 0, x: x * rem, w: w * rem });
                x += w;
            }
            if block.in_group {
                x += GROUP_PAD_REM;
            }
        }
        placed
    }
}

pub(super) struct Placed {
    pub(super) slot: Slot,
    pub(super) row: usize,
    pub(super) x: f64,
    pub(super) w: f64,
}

pub(super) fn strip_height(density: Density, height: f64, strips: usize, rem: f64) -> f64 {
    (height - (broker_head_rem(density) + BROKER_FOOT_REM) * rem) / strips.max(1) as f64
}

const fn plus_rem(narrow: bool) -> f64 {
    if narrow { 1.25 } else { 1.5 }
}

/// What the pluses and the frames of groups take of a row.
fn fixed_rem(blocks: &[Block], narrow: bool) -> f64 {
    let pluses = blocks.iter().filter(|block| block.plus.is_some()).count() as f64;
    let groups = blocks.iter().filter(|block| block.in_group).count() as f64;
    pluses * (plus_rem(narrow) + PLUS_GAP_REM) + groups * 2.0 * GROUP_PAD_REM
}

/// What a stage of some width may be.
struct Choices {
    narrow: bool,
    blocks: Vec<(Band, Vec<Block>)>,
    /// For each band that has something.
    of_bands: Vec<Vec<BandPlan>>,
}

fn all_choices(shape: &Shape, width_rem: f64) -> Choices {
    let narrow = width_rem - 3.0 < NARROW_REM;
    let blocks = blocks(shape);
    let width_rem = width_rem - Lanes::gutters_rem(shape, narrow);
    let of_bands = blocks
        .iter()
        .map(|(band, blocks)| choices(shape, *band, blocks, width_rem, narrow))
        .filter(|choices| !choices.is_empty())
        .collect();
    Choices { narrow, blocks, of_bands }
}

/// For each density the fewest rows that are wide enough, and a few more.
fn choices(shape: &Shape, band: Band, blocks: &[Block], width_rem: f64, narrow: bool) -> Vec<BandPlan> {
    let most = blocks.iter().map(|block| block.cards.len()).max().unwrap_or(0);
    if blocks.is_empty() {
        return Vec::new();
    }
    let mut choices = Vec::new();
    for density in Density::ALL {
        let Need { min_width, max_width, gap } = need::need(band, density, narrow);
        let folded_rem = need::need(band, density.folded(), narrow).min_width;
        // Where cards stand in several rows they are columns too, all of one width.
        let folded = |rows: usize| -> Vec<NodeId> {
            let cards = || blocks.iter().flat_map(|block| block.cards.iter().copied());
            let calm: Vec<NodeId> = cards().filter(|id| shape.calm.contains(id)).collect();
            let folds = rows == 1 && density != Density::Tile && calm.len() < cards().count();
            if folds { calm } else { Vec::new() }
        };
        let width = |rows: usize| {
            let columns: usize = blocks.iter().map(|block| block.columns(rows)).sum();
            let gaps = columns.saturating_sub(1) as f64 * gap;
            let folded = folded(rows).len();
            let room = width_rem - fixed_rem(blocks, narrow) - gaps - folded as f64 * folded_rem;
            room / (columns - folded).max(1) as f64
        };
        let wide_enough = (1..=most.max(1)).filter(|rows| width(*rows) >= min_width);
        let mut fewest: Vec<usize> = wide_enough.take(1 + MORE_ROWS).collect();
        if fewest.is_empty() && density == Density::Tile {
            fewest.push(most.max(1));
        }
        // A second row that is not needed makes cards wider, not lower: only where cards may fold.
        for rows in fewest {
            let width_rem = width(rows).min(max_width);
            let heights = need::heights(shape, band, density, width_rem, narrow);
            choices.push(BandPlan { band, density, rows, width_rem, folded: folded(rows), heights });
        }
    }
    choices
}

fn blocks(shape: &Shape) -> Vec<(Band, Vec<Block>)> {
    let plus = |plus: Plus| shape.has_kafka.then_some(plus);
    let one = |cards: Vec<NodeId>, plus: Option<Plus>| Block { in_group: false, cards, plus };
    let some = |block: Block| if block.cards.is_empty() && block.plus.is_none() { Vec::new() } else { vec![block] };

    let servers = some(one(shape.servers.clone(), None));
    let brokers = some(one(shape.brokers.iter().map(|(id, _)| *id).collect(), plus(Plus::Broker)));
    let mut clients = some(one(shape.shells.iter().chain(&shape.producers).copied().collect(), plus(Plus::Producer)));
    for (name, members) in &shape.groups {
        clients.push(Block { in_group: true, cards: members.clone(), plus: Some(Plus::Consumer(name.clone())) });
    }
    if shape.groups.is_empty() {
        clients.extend(some(one(Vec::new(), plus(Plus::Consumer(Arc::from(""))))));
    }
    vec![(Band::Ensemble, servers), (Band::Brokers, brokers), (Band::Clients, clients)]
}
