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
    for size in [DESK, WALL, PHONE] {
        let layout = Layout::compute(&shape, size);
        assert!((layout.height - size.height).abs() < 1.0, "{} of {}", layout.height, size.height);
    }
    let low = Size { height: 200.0, ..PHONE };
    assert!(Layout::compute(&shape, low).height > low.height);
}

#[test]
fn thirty_brokers_still_have_their_places() {
    let mut frame = fixture::broker_3_died();
    let one = fixture::node(&mut frame, NodeId::Broker(1)).clone();
    for n in 4..=30 {
        frame.nodes.push(sim_core::view::frame::NodeView { id: NodeId::Broker(n), ..one.clone() });
        fixture::broker_of(&mut frame, n).broker = n;
    }
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    assert_eq!(layout.nodes.iter().filter(|(id, _)| matches!(id, NodeId::Broker(_))).count(), 30);
    assert!(layout.route(NodeId::Consumer(1), NodeId::Broker(1)).is_some());
    assert!(layout.route(NodeId::Broker(30), NodeId::Broker(1)).is_some());
}

#[test]
fn zookeeper_alone_has_no_band_of_brokers() {
    let mut frame = fixture::broker_3_died();
    frame.release.kafka = None;
    frame.nodes.retain(|node| matches!(node.id, NodeId::Zk(_)));
    frame.nodes.push(fixture::shell(1));
    frame.partitions.clear();
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    assert!(layout.plus.is_empty());
    assert!(layout.route(NodeId::ZkShell(1), NodeId::Zk(1)).is_some());
}

#[test]
fn the_pointer_finds_a_strip_before_its_card() {
    let layout = Layout::compute(&Shape::of(&fixture::broker_3_died()), DESK);
    let (broker, tp, rect) = layout.strips[0].clone();
    assert_eq!(layout.hit(rect.centre()), Some(Hit::Strip(broker, tp)));
    let card = layout.node(NodeId::Broker(1)).expect("placed");
    assert_eq!(layout.hit(Point { x: card.x + 4.0, y: card.y + 4.0 }), Some(Hit::Node(NodeId::Broker(1))));
}

/// As many nodes as must be in view: 5 servers, 8 brokers, 4 producers, 8 consumers; 8 partitions of 3 replicas.
fn largest() -> Shape {
    let tp = |n: u32| fixture::tp("orders", n);
    let replicas =
        |broker: u16| (0..8_u32).filter(move |n| (0..3).any(|r| (n + r) % 8 + 1 == u32::from(broker))).map(tp);
    Shape {
        servers: (1..=5).map(NodeId::Zk).collect(),
        brokers: (1..=8).map(|n| (NodeId::Broker(n), replicas(n).collect())).collect(),
        producers: (1..=4).map(NodeId::Producer).collect(),
        shells: Vec::new(),
        groups: vec![("billing".into(), (1..=8).map(NodeId::Consumer).collect())],
        partitions: 8,
        has_kafka: true,
        calm: Vec::new(),
    }
}

#[test]
fn a_card_with_nothing_to_show_folds_and_the_others_get_its_room() {
    let mut shape = Shape::of(&fixture::broker_3_died());
    assert_eq!(shape.calm, []);
    shape.brokers.push((NodeId::Broker(4), Vec::new()));
    let before = Layout::compute(&shape, WALL);
    shape.calm = vec![NodeId::Broker(4)];
    let after = Layout::compute(&shape, WALL);
    let width = |layout: &Layout, broker: u16| layout.node(NodeId::Broker(broker)).expect("placed").w;
    assert_eq!(width(&before, 1), width(&before, 4));
    assert!(width(&after, 4) < width(&before, 4) && width(&after, 1) > width(&before, 1));
    assert_eq!(after.density(NodeId::Broker(1)), Density::Full);
    assert_eq!(after.density(NodeId::Broker(4)), Density::Compact);
    let open = after.face(NodeId::Broker(4), true).expect("placed");
    assert_eq!(open.density, Density::Full, "what is looked at shows everything");
    shape.calm = shape.brokers.iter().map(|(id, _)| *id).collect();
    let all = Layout::compute(&shape, WALL);
    assert_eq!(width(&all, 1), width(&all, 4), "where all are calm, no card makes room");
}

#[test]
fn a_sentence_stands_beside_its_card_and_covers_none() {
    let shape = Shape::of(&fixture::broker_3_died());
    let short = "Broker 3 is dead, and ZooKeeper does not know it yet.";
    let long = "a sentence of forty letters and a few mo".repeat(12);
    for size in [DESK, WALL] {
        let layout = Layout::compute(&shape, size);
        for (id, card) in &layout.nodes {
            let Some(Beside { rect, tail, above }) = layout.beside(*id, false, short) else {
                panic!("no room beside {id:?} at {size:?}")
            };
            assert!(layout.nodes.iter().all(|(_, other)| !overlaps(rect, *other)), "{id:?} {rect:?} at {size:?}");
            assert!(layout.groups.iter().all(|(_, frame)| !overlaps(rect, *frame)), "{id:?} {rect:?} at {size:?}");
            assert!(rect.x >= 0.0 && rect.right() <= size.width);
            assert!((card.x..card.right()).contains(&(rect.centre().x + tail)), "its tail is at the card");
            assert_eq!(above, rect.y < card.y);
        }
    }
    let desk = Layout::compute(&shape, DESK);
    assert_eq!(desk.beside(NodeId::Broker(3), false, &long), None, "it would be too high");
    assert_eq!(Layout::compute(&shape, PHONE).beside(NodeId::Zk(1), false, &long), None);
}

/// The stage of a screen: without its bars, and without the column of panels when these are open.
fn screens() -> Vec<Size> {
    let mut sizes = Vec::new();
    for (width, height) in [(1280.0, 720.0), (1440.0, 900.0), (1920.0, 1080.0), (2560.0, 1440.0)] {
        let rem = f64::clamp(0.005 * width + 8.8, 16.0, 24.0);
        let side = f64::clamp(0.26 * width, 21.25 * rem, 32.5 * rem);
        // Top bar, caption and buttons, controls; with panels the timeline as well.
        let bars = 3.0 + 4.5 + 3.5;
        sizes.push(Size { width, height: height - bars * rem, rem });
        sizes.push(Size { width: width - side, height: height - (bars + 6.5) * rem, rem });
    }
    sizes
}

#[test]
fn the_largest_cluster_is_in_view_at_once() {
    let shape = largest();
    for size in screens() {
        let layout = Layout::compute(&shape, size);
        assert_eq!(layout.nodes.len(), 25);
        assert!(layout.height <= size.height + 0.5, "{} of {} at {size:?}", layout.height, size.height);
        let plus = layout.plus.iter().map(|(plus, rect)| (format!("{plus:?}"), *rect));
        let all: Vec<(String, Rect)> =
            layout.nodes.iter().map(|(id, rect)| (format!("{id:?}"), *rect)).chain(plus).collect();
        for (index, (a, rect)) in all.iter().enumerate() {
            let inside = rect.x >= 0.0 && rect.y >= 0.0 && rect.right() <= size.width && rect.bottom() <= size.height;
            assert!(inside, "{a} {rect:?} at {size:?}");
            for (b, other) in &all[index + 1..] {
                assert!(!overlaps(*rect, *other), "{a} and {b} at {size:?}");
            }
        }
    }
}

#[test]
fn every_replica_lies_within_its_card() {
    for size in screens() {
        let layout = Layout::compute(&largest(), size);
        for (broker, tp, rect) in &layout.strips {
            let card = layout.node(NodeId::Broker(*broker)).expect("placed");
            assert!(rect.right() <= card.right() && rect.bottom() <= card.bottom(), "{tp} of {broker} at {size:?}");
            assert!(rect.h >= 1.1 * size.rem, "a line of letters fits at {size:?}");
        }
    }
}

#[test]
fn an_open_card_lies_within_the_stage() {
    for size in screens() {
        let layout = Layout::compute(&largest(), size);
        for (id, closed) in &layout.nodes {
            let open = layout.face(*id, true).expect("placed");
            assert_eq!(open.density, Density::Full);
            let rect = open.rect;
            assert!(rect.x >= 0.0 && rect.y >= 0.0 && rect.right() <= size.width && rect.bottom() <= layout.height);
            assert!(rect.w >= closed.w && rect.h >= closed.h, "{id:?} at {size:?}");
        }
    }
}

#[test]
fn lines_of_many_clients_run_as_one_and_never_behind_a_card() {
    let size = Size { width: 940.0, height: 420.0, rem: 16.0 };
    let layout = Layout::compute(&largest(), size);
    let bundles: Vec<Bundle> = layout.labels.iter().map(|label| label.of).collect();
    assert_eq!(bundles, [Bundle::Producers, Bundle::Consumers, Bundle::Sessions]);
    let clients = (1..=8).map(NodeId::Consumer).chain((1..=4).map(NodeId::Producer));
    for client in clients {
        for broker in (1..=8).map(NodeId::Broker) {
            let route = layout.route(client, broker).expect("placed");
            for step in 1..200 {
                let at = route.at(f64::from(step) / 200.0);
                for (id, rect) in &layout.nodes {
                    let inner = Rect { x: rect.x + 1.0, y: rect.y + 1.0, w: rect.w - 2.0, h: rect.h - 2.0 };
                    assert!(!inner.contains(at), "{client:?} → {broker:?} behind {id:?}");
                }
            }
        }
    }
}
