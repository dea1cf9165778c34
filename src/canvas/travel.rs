//! What changed hands from one frame to the next: leadership, ownership, the controller's flag, the crown.
//! The picture lets it be seen to travel. Only what the simulation did is in here.

use crate::layout::{Layout, Point};
use sim_core::ids::*;
use sim_core::view::frame::{Frame, ServerRole};
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Star(TopicPartition),
    Owner(Arc<str>, TopicPartition),
    Flag,
    Crown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Travel {
    pub what: What,
    /// Equal places: it came from nowhere, and is only lit up.
    pub from: Point,
    pub to: Point,
}

/// More at once is a jump through the run, not a change to be watched.
const TOGETHER_MAX: usize = 12;

pub fn travels(before: &Frame, after: &Frame, layout: &Layout) -> Vec<Travel> {
    let mut travels = Vec::new();
    // Rewinding shows states, not journeys.
    if after.step <= before.step {
        return travels;
    }
    stars(before, after, layout, &mut travels);
    owners(before, after, layout, &mut travels);
    let flag = |frame: &Frame| layout.node(NodeId::Broker(frame.controller?)).map(|card| head_of(card, layout));
    go(What::Flag, before.controller != after.controller, flag(before), flag(after), &mut travels);
    let crown = |frame: &Frame| {
        let leader = frame.servers().find(|server| server.role == Some(ServerRole::Leading))?;
        layout.node(leader.id).map(|card| Point { x: card.x + 1.9 * layout.size.rem, y: card.centre().y })
    };
    let (old, new) = (crown(before), crown(after));
    go(What::Crown, old != new, old, new, &mut travels);
    if travels.len() > TOGETHER_MAX {
        travels.clear();
    }
    travels
}

fn go(what: What, changed: bool, from: Option<Point>, to: Option<Point>, travels: &mut Vec<Travel>) {
    if let (true, Some(to)) = (changed, to) {
        travels.push(Travel { what, from: from.unwrap_or(to), to });
    }
}

fn head_of(card: crate::layout::Rect, layout: &Layout) -> Point {
    Point { x: card.x + 6.5 * layout.size.rem, y: card.y + 1.2 * layout.size.rem }
}

fn stars(before: &Frame, after: &Frame, layout: &Layout, travels: &mut Vec<Travel>) {
    for now in &after.partitions {
        let Some(then) = before.partition(&now.tp) else { continue };
        let place = |leader: Option<BrokerId>| {
            let strip = layout.strip(leader?, &now.tp)?;
            Some(Point { x: strip.right() - 2.2 * layout.size.rem, y: strip.centre().y })
        };
        go(What::Star(now.tp.clone()), then.leader != now.leader, place(then.leader), place(now.leader), travels);
    }
}

fn owners(before: &Frame, after: &Frame, layout: &Layout, travels: &mut Vec<Travel>) {
    for group in &after.groups {
        let Some(then_group) = before.groups.iter().find(|then| then.name == group.name) else { continue };
        // What nobody owns lies in the caption of its group.
        let pool = layout
            .group(&group.name)
            .map(|frame| Point { x: frame.x + frame.w * 0.6, y: frame.bottom() - layout.size.rem });
        for now in &group.partitions {
            let Some(then) = then_group.partitions.iter().find(|then| then.tp == now.tp) else { continue };
            let place = |owner: Option<NodeId>| match owner {
                Some(owner) => {
                    layout.node(owner).map(|card| Point { x: card.x + card.w * 0.3, y: card.y + card.h * 0.6 })
                }
                None => pool,
            };
            let what = What::Owner(group.name.clone(), now.tp.clone());
            go(what, then.owner != now.owner, place(then.owner), place(now.owner), travels);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{Shape, Size};
    use crate::view_model::fixture;

    fn layout(frame: &Frame) -> Layout {
        Layout::compute(&Shape::of(frame), Size { width: 1040.0, height: 700.0, rem: 16.0 })
    }

    #[test]
    fn a_new_leader_is_seen_to_take_over_from_the_old_one() {
        let before = fixture::broker_3_died();
        let mut after = before.clone();
        after.step += 1;
        after.partitions[1].leader = Some(2);
        let layout = layout(&before);
        let travels = travels(&before, &after, &layout);
        assert_eq!(travels.len(), 1);
        assert_eq!(travels[0].what, What::Star(after.partitions[1].tp.clone()));
        assert!(travels[0].to.x > travels[0].from.x + 100.0);
    }

    #[test]
    fn a_released_partition_goes_to_its_group_and_from_there_to_the_new_owner() {
        let before = fixture::broker_3_died();
        let (mut released, mut claimed) = (before.clone(), before.clone());
        (released.step, claimed.step) = (before.step + 1, before.step + 2);
        released.groups[0].partitions[2].owner = None;
        claimed.groups[0].partitions[2].owner = Some(NodeId::Consumer(2));
        let layout = layout(&before);
        let (out, back) = (travels(&before, &released, &layout), travels(&released, &claimed, &layout));
        assert_eq!((out.len(), back.len()), (1, 1));
        assert_eq!(out[0].to, back[0].from);
    }

    #[test]
    fn rewinding_shows_no_journeys() {
        let before = fixture::broker_3_died();
        let mut after = before.clone();
        after.step -= 1;
        after.controller = Some(2);
        assert!(travels(&before, &after, &layout(&before)).is_empty());
    }
}
