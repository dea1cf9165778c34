use super::*;
use crate::view_model::fixture;

const DESK: Size = Size { width: 1040.0, height: 700.0, rem: 16.0 };
const PHONE: Size = Size { width: 390.0, height: 560.0, rem: 16.0 };
const WALL: Size = Size { width: 1900.0, height: 1080.0, rem: 21.6 };

fn overlaps(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

fn sizes() -> [Size; 4] {
    [DESK, PHONE, WALL, Size { width: 620.0, height: 500.0, rem: 16.0 }]
}

#[test]
fn no_card_covers_another_at_any_size() {
    let shape = Shape::of(&fixture::broker_3_died());
    for size in sizes() {
        let layout = Layout::compute(&shape, size);
        for (index, (a, rect)) in layout.nodes.iter().enumerate() {
            assert!(rect.x >= 0.0 && rect.right() <= size.width && rect.bottom() <= layout.height, "{a:?} {rect:?}");
            for (b, other) in &layout.nodes[index + 1..] {
                assert!(!overlaps(*rect, *other), "{a:?} and {b:?} at {size:?}");
            }
        }
        let expected = shape.servers.len() + shape.brokers.len() + shape.producers.len() + 3;
        assert_eq!(layout.nodes.len(), expected);
    }
}

#[test]
fn a_line_runs_between_the_cards_and_never_behind_one() {
    let frame = fixture::broker_3_died();
    let shape = Shape::of(&frame);
    for size in sizes() {
        let layout = Layout::compute(&shape, size);
        for connection in &frame.connections {
            let route = layout.route(connection.client, connection.server).expect("both ends are placed");
            for step in 1..200 {
                let at = route.at(f64::from(step) / 200.0);
                for (id, rect) in &layout.nodes {
                    let inner = Rect { x: rect.x + 1.0, y: rect.y + 1.0, w: rect.w - 2.0, h: rect.h - 2.0 };
                    assert!(
                        !inner.contains(at),
                        "{:?} → {:?} behind {id:?} at {size:?}",
                        connection.client,
                        connection.server
                    );
                }
            }
        }
    }
}

#[test]
fn the_way_back_is_the_same_line() {
    let layout = Layout::compute(&Shape::of(&fixture::broker_3_died()), DESK);
    let there = layout.route(NodeId::Producer(1), NodeId::Broker(1)).expect("placed");
    let back = layout.route(NodeId::Broker(1), NodeId::Producer(1)).expect("placed");
    for step in 0..=10 {
        let fraction = f64::from(step) / 10.0;
        let (a, b) = (there.at(fraction), back.at(1.0 - fraction));
        assert!((a.x - b.x).abs() < 0.5 && (a.y - b.y).abs() < 0.5, "{a:?} {b:?}");
    }
}

#[test]
fn a_line_that_comes_back_stands_where_it_was() {
    let mut frame = fixture::broker_3_died();
    let before = Layout::compute(&Shape::of(&frame), DESK);
    frame.connections.clear();
    let after = Layout::compute(&Shape::of(&frame), DESK);
    assert_eq!(before.route(NodeId::Consumer(1), NodeId::Zk(2)), after.route(NodeId::Consumer(1), NodeId::Zk(2)));
}

#[test]
fn sessions_of_consumers_run_in_lanes_of_their_own() {
    let layout = Layout::compute(&Shape::of(&fixture::broker_3_died()), DESK);
    let lanes: Vec<f64> =
        (1..=3).map(|n| layout.route(NodeId::Consumer(n), NodeId::Zk(2)).expect("placed").corners[2].x).collect();
    assert!(lanes[0] != lanes[1] && lanes[1] != lanes[2], "{lanes:?}");
    let right_of_all = layout.nodes.iter().map(|(_, rect)| rect.right()).fold(0.0, f64::max);
    assert!(lanes.iter().all(|x| *x > right_of_all && *x < DESK.width));
}

#[test]
fn the_stage_is_filled_and_scrolls_only_when_it_must() {
    let shape = Shape::of(&fixture::broker_3_died());
    for size in [DESK, WALL] {
        let layout = Layout::compute(&shape, size);
        assert!((layout.height - size.height).abs() < 1.0, "{} of {}", layout.height, size.height);
    }
    assert!(Layout::compute(&shape, PHONE).height > PHONE.height);
}

#[test]
fn thirty_brokers_still_have_their_places() {
    let mut frame = fixture::broker_3_died();
    let one = frame.brokers[0].clone();
    frame.brokers =
        (1..=30).map(|n| sim_core::frame::BrokerView { id: NodeId::Broker(n), broker: n, ..one.clone() }).collect();
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    assert_eq!(layout.nodes.iter().filter(|(id, _)| matches!(id, NodeId::Broker(_))).count(), 30);
    assert!(layout.route(NodeId::Consumer(1), NodeId::Broker(1)).is_some());
    assert!(layout.route(NodeId::Broker(30), NodeId::Broker(1)).is_some());
}

#[test]
fn zookeeper_alone_has_no_band_of_brokers() {
    let mut frame = fixture::broker_3_died();
    frame.brokers.clear();
    frame.producers.clear();
    frame.consumers.clear();
    frame.partitions.clear();
    frame.shells = vec![fixture::shell(1)];
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    assert!(layout.plus.is_empty());
    assert!(layout.route(NodeId::ZkClient(1), NodeId::Zk(1)).is_some());
}

#[test]
fn the_pointer_finds_a_strip_before_its_card() {
    let layout = Layout::compute(&Shape::of(&fixture::broker_3_died()), DESK);
    let (broker, tp, rect) = layout.strips[0].clone();
    assert_eq!(layout.hit(rect.centre()), Some(Hit::Strip(broker, tp)));
    let card = layout.node(NodeId::Broker(1)).expect("placed");
    assert_eq!(layout.hit(Point { x: card.x + 4.0, y: card.y + 4.0 }), Some(Hit::Node(NodeId::Broker(1))));
}
