//! Which row each card stands in, and how high the rows and the gaps between them are.

use super::route::Lanes;
use super::{BROKER_FOOT_REM, BROKER_HEAD_REM, Band, Plus, Shape, Size};
use sim_core::ids::NodeId;

pub(super) const GROUP_PAD_REM: f64 = 0.5;
/// A group's caption stands below its members, so that lines reach them from above without crossing it.
pub(super) const GROUP_FOOT_REM: f64 = 2.1;

/// A stage narrower than this is a phone's.
const NARROW_REM: f64 = 37.0;
const PLUS_REM: f64 = 1.625;
const CLIENT_MIN_REM: f64 = 10.25;
/// Two side by side on a phone.
const CLIENT_MIN_NARROW_REM: f64 = 8.25;
const BROKER_MIN_REM: f64 = 14.0;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot {
    Card(NodeId),
    Plus(Plus),
}

/// Cards that stay together: one client, or members of one group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) in_group: bool,
    pub(super) slots: Vec<Slot>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct RowPlan {
    pub(super) band: Band,
    pub(super) blocks: Vec<Block>,
    /// How many columns the row is divided into at least, so that the rows of a band stand in line.
    pub(super) columns: usize,
    /// Room kept free at the end, so that cards stand in line with a row that ends in a "+".
    pub(super) spare_pluses: usize,
    /// The caption of a group stands below this row.
    pub(super) ends_group: bool,
    pub(super) starts_group: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    pub(super) narrow: bool,
    pub(super) rows: Vec<RowPlan>,
}

pub(super) struct Heights {
    pub(super) total: f64,
    pub(super) strip: f64,
    pub(super) rows: Vec<f64>,
    pub(super) gaps: Vec<f64>,
}

impl Plan {
    pub(super) fn of(shape: &Shape, size: Size) -> Plan {
        let width_rem = size.width / size.rem - 3.0;
        let narrow = width_rem < NARROW_REM;
        let mut rows = Vec::new();
        let cards = |ids: &mut dyn Iterator<Item = NodeId>| ids.map(Slot::Card).collect::<Vec<Slot>>();

        let server_min = if narrow { 6.4 } else { 12.5 };
        let servers = cards(&mut shape.servers.iter().copied());
        wrap(&mut rows, Band::Ensemble, servers, fit(width_rem, server_min, 1.0));

        let zookeeper_alone = shape.brokers.is_empty()
            && shape.producers.is_empty()
            && shape.groups.is_empty()
            && !shape.shells.is_empty();
        let mut brokers = cards(&mut shape.brokers.iter().map(|(id, _)| *id));
        let columns =
            fit(width_rem - PLUS_REM, if brokers.len() > 3 { BROKER_MIN_REM - 1.5 } else { BROKER_MIN_REM }, 0.8);
        if !zookeeper_alone {
            brokers.push(Slot::Plus(Plus::Broker));
        }
        wrap(&mut rows, Band::Brokers, brokers, columns);
        rows.extend(client_rows(shape, width_rem, zookeeper_alone));
        Plan { narrow, rows }
    }

    pub(super) fn heights(&self, shape: &Shape, size: Size, lanes: &Lanes) -> Heights {
        let rem = size.rem;
        let strips = shape.most_strips().max(1) as f64;
        let (strip_min, strip_max) = match shape.most_strips() {
            0..=6 => (2.2, 4.2),
            7..=10 => (1.55, 3.4),
            _ => (1.12, 2.6),
        };
        let alone = shape.brokers.is_empty();
        // On a phone the clocks of a session stand below each other.
        let client_min: f64 = match (alone, self.narrow) {
            (true, false) => 6.5,
            (true, true) => 9.0,
            (false, _) => 11.0,
        };
        let client_max: f64 = if alone { 9.0 } else { 12.0 };
        let head = BROKER_HEAD_REM + BROKER_FOOT_REM;
        let bounds = |band: Band| match band {
            Band::Ensemble if self.narrow => (9.25, 9.25),
            Band::Ensemble if alone => (7.65, 10.0),
            Band::Ensemble => (6.6, 8.6),
            Band::Brokers => (head + strips * strip_min, head + strips * strip_max),
            Band::Clients => (client_min, client_max),
        };
        let gap_min = |index: usize| -> f64 {
            let lanes = lanes.in_gap(index) as f64 * 0.34;
            match index {
                0 => 2.4,
                _ => {
                    let frame = if self.rows[index].starts_group { GROUP_PAD_REM } else { 0.0 };
                    let foot = if self.rows[index - 1].ends_group { 0.5 } else { 0.0 };
                    (1.1 + lanes).max(1.5) + frame + foot
                }
            }
        };
        let foot_after = |row: &RowPlan| if row.ends_group { GROUP_FOOT_REM } else { 0.0 };
        let bottom = 0.875;
        let mut rows: Vec<f64> = self.rows.iter().map(|row| bounds(row.band).0).collect();
        let mut gaps: Vec<f64> = (0..self.rows.len()).map(gap_min).collect();
        let needed = rows.iter().chain(&gaps).sum::<f64>() + self.rows.iter().map(foot_after).sum::<f64>() + bottom;
        let mut spare = (size.height / rem - needed).max(0.0);

        // Room that is left goes where it helps reading: to the strips, then between the bands, then to all.
        let broker_rows = self.rows.iter().filter(|row| row.band == Band::Brokers).count().max(1) as f64;
        let share = |rows: &mut Vec<f64>, band: Band, upto: f64, spare: &mut f64| {
            let count = self.rows.iter().filter(|row| row.band == band).count();
            if count == 0 {
                return;
            }
            let each = (*spare / count as f64).min(upto);
            for (height, row) in rows.iter_mut().zip(&self.rows) {
                if row.band == band {
                    *height += each;
                }
            }
            *spare -= each * count as f64;
        };
        // A leader's sessions get their second line before anything else.
        share(&mut rows, Band::Ensemble, 1.1, &mut spare);
        let to_strips = bounds(Band::Brokers).1 - bounds(Band::Brokers).0;
        let third = spare * 0.5 / broker_rows;
        share(&mut rows, Band::Brokers, to_strips.min(third), &mut spare);
        let inner = gaps.len().saturating_sub(1).max(1) as f64;
        let to_gaps = (spare * 0.55 / inner).min(3.4);
        gaps.iter_mut().skip(1).for_each(|gap| *gap += to_gaps);
        spare -= to_gaps * gaps.len().saturating_sub(1) as f64;
        let to_servers = bounds(Band::Ensemble).1 - rows.first().copied().unwrap_or(0.0);
        share(&mut rows, Band::Ensemble, to_servers.max(0.0), &mut spare);
        share(&mut rows, Band::Clients, client_max - client_min, &mut spare);
        let rest = (bounds(Band::Brokers).1
            - self.rows.iter().zip(&rows).find(|(r, _)| r.band == Band::Brokers).map_or(0.0, |(_, h)| *h))
        .max(0.0);
        share(&mut rows, Band::Brokers, rest, &mut spare);
        // Above the first band nothing happens: half as much there.
        let last = spare / (2 * gaps.len()).saturating_sub(1).max(1) as f64;
        gaps.iter_mut().enumerate().for_each(|(index, gap)| *gap += if index == 0 { last } else { 2.0 * last });

        let broker_height =
            self.rows.iter().zip(&rows).find(|(row, _)| row.band == Band::Brokers).map_or(head, |(_, h)| *h);
        let total = rows.iter().chain(&gaps).sum::<f64>() + self.rows.iter().map(foot_after).sum::<f64>() + bottom;
        Heights {
            total: total * rem,
            strip: (broker_height - head) / strips * rem,
            rows: rows.iter().map(|h| h * rem).collect(),
            gaps: gaps.iter().map(|h| h * rem).collect(),
        }
    }
}

impl RowPlan {
    /// The slots of the row from left to right: x and width of each.
    pub(super) fn place(&self, left: f64, right: f64, rem: f64, narrow: bool) -> Vec<(Slot, f64, f64)> {
        let gap = rem
            * match (self.band, narrow) {
                (Band::Ensemble, false) => 2.4,
                (Band::Brokers, false) => 1.9,
                (Band::Ensemble, true) => 0.75,
                _ => 0.75,
            };
        let max = rem
            * match self.band {
                Band::Ensemble => 21.0,
                Band::Brokers => 64.0,
                Band::Clients => 26.0,
            };
        let pad = GROUP_PAD_REM * rem;
        let is_card = |slot: &&Slot| matches!(slot, Slot::Card(_));
        let cards = self.blocks.iter().flat_map(|b| &b.slots).filter(is_card).count();
        let pluses = self.blocks.iter().flat_map(|b| &b.slots).count() - cards + self.spare_pluses;
        let groups = self.blocks.iter().filter(|b| b.in_group).count();
        let columns = cards.max(self.columns).max(1);
        let plus_w = PLUS_REM * rem;
        let plus_gap = 0.5 * rem;
        let fixed = pluses as f64 * (plus_w + plus_gap) + groups as f64 * 2.0 * pad;
        let gaps = (columns.max(1) - 1) as f64 * gap;
        let width = ((right - left - fixed - gaps) / columns as f64).min(max).max(3.0 * rem);
        let used = width * columns as f64 + gaps + fixed;
        let mut x = left + ((right - left - used) / 2.0).max(0.0);
        let mut placed = Vec::new();
        let mut first = true;
        for block in &self.blocks {
            let mut opened = false;
            for slot in &block.slots {
                let is_plus = matches!(slot, Slot::Plus(_));
                if !first {
                    x += if is_plus { plus_gap } else { gap };
                }
                if block.in_group && !opened {
                    x += pad;
                    opened = true;
                }
                first = false;
                let w = if is_plus { plus_w } else { width };
                placed.push((slot.clone(), x, w));
                x += w;
            }
            if block.in_group {
                x += pad;
            }
        }
        placed
    }
}

/// How many cards of at least `min` stand side by side.
fn fit(width: f64, min: f64, gap: f64) -> usize {
    (((width + gap) / (min + gap)).floor() as usize).max(1)
}

/// Cards in as few rows as they need, each row with about the same number.
fn wrap(rows: &mut Vec<RowPlan>, band: Band, slots: Vec<Slot>, columns: usize) {
    let cards = slots.iter().filter(|slot| matches!(slot, Slot::Card(_))).count();
    if slots.is_empty() {
        return;
    }
    let count = cards.div_ceil(columns).max(1);
    let columns = cards.div_ceil(count).max(1);
    let pluses = slots.len() - cards;
    let mut slots = slots.into_iter().peekable();
    while slots.peek().is_some() {
        let mut row: Vec<Slot> = slots.by_ref().take(columns).collect();
        // A "+" never stands in a row of its own.
        if matches!(slots.peek(), Some(Slot::Plus(_))) {
            row.extend(slots.next());
        }
        let spare_pluses = if slots.peek().is_some() { pluses } else { 0 };
        let blocks = vec![Block { in_group: false, slots: row }];
        rows.push(RowPlan { band, blocks, columns, spare_pluses, ends_group: false, starts_group: false });
    }
}

fn client_rows(shape: &Shape, width_rem: f64, zookeeper_alone: bool) -> Vec<RowPlan> {
    let mut blocks: Vec<Block> = Vec::new();
    for id in shape.shells.iter().chain(&shape.producers) {
        blocks.push(Block { in_group: false, slots: vec![Slot::Card(*id)] });
    }
    if !zookeeper_alone {
        match blocks.last_mut() {
            Some(block) => block.slots.push(Slot::Plus(Plus::Producer)),
            None => blocks.push(Block { in_group: false, slots: vec![Slot::Plus(Plus::Producer)] }),
        }
    }
    for (name, members) in &shape.groups {
        let mut slots: Vec<Slot> = members.iter().copied().map(Slot::Card).collect();
        slots.push(Slot::Plus(Plus::Consumer(name.clone())));
        blocks.push(Block { in_group: true, slots });
    }
    if shape.groups.is_empty() && !zookeeper_alone {
        let slots = vec![Slot::Plus(Plus::Consumer(std::sync::Arc::from("")))];
        blocks.push(Block { in_group: false, slots });
    }

    let client_min = if width_rem < NARROW_REM { CLIENT_MIN_NARROW_REM } else { CLIENT_MIN_REM };
    let mut rows: Vec<RowPlan> = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    let mut used = 0.0;
    let close = |open: &mut Vec<Block>, rows: &mut Vec<RowPlan>| {
        if !open.is_empty() {
            let grouped = open.iter().any(|block| block.in_group);
            let blocks = std::mem::take(open);
            rows.push(RowPlan {
                band: Band::Clients,
                blocks,
                columns: 1,
                spare_pluses: 0,
                ends_group: grouped,
                starts_group: grouped,
            });
        }
    };
    for block in blocks {
        let need = need_rem(&block, client_min);
        if used + need > width_rem && !open.is_empty() {
            close(&mut open, &mut rows);
            used = 0.0;
        }
        if need > width_rem {
            // A group that is wider than the stage gets rows of its own.
            close(&mut open, &mut rows);
            let columns = fit(width_rem - PLUS_REM - 2.0 * GROUP_PAD_REM - 0.5, client_min - 0.5, 0.75);
            let first = rows.len();
            wrap(&mut rows, Band::Clients, block.slots, columns);
            for row in &mut rows[first..] {
                row.blocks.iter_mut().for_each(|b| b.in_group = block.in_group);
            }
            rows[first].starts_group = block.in_group;
            if let Some(last) = rows.last_mut() {
                last.ends_group = block.in_group;
            }
            used = 0.0;
            continue;
        }
        used += need;
        open.push(block);
    }
    close(&mut open, &mut rows);
    rows
}

fn need_rem(block: &Block, client_min: f64) -> f64 {
    let pad = if block.in_group { 2.0 * GROUP_PAD_REM } else { 0.0 };
    let slots: f64 = block
        .slots
        .iter()
        .map(|slot| match slot {
            Slot::Card(_) => client_min + 0.75,
            Slot::Plus(_) => PLUS_REM + 0.5,
        })
        .sum();
    slots + pad
}
