use super::*;
use crate::layout::{Density, Shape, Size};
use crate::view_model::fixture;
use sim_core::client::{ProducerClient, ProducerType};
use sim_core::view::frame::Card as NodeCard;

const DESK: Size = Size { width: 1040.0, height: 700.0, rem: 16.0 };

fn made<T>(lang: Lang, make: impl FnOnce(Look<'_>) -> T) -> T {
    let mut colours = Colours::default();
    colours.learn(fixture::broker_3_died().partitions.iter().map(|partition| &partition.tp));
    make(Look { lang, colours: &colours })
}

#[test]
fn the_whole_stage_is_html_of_a_frame() {
    let frame = fixture::broker_3_died();
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    let html = made(Lang::En, |look| stage(&frame, &layout, look)).into_string();
    for node in nodes(&frame) {
        let name = stage::name(&frame, node);
        assert!(html.contains(&*name), "{name}");
    }
    let opened = html.matches("<div").count();
    assert_eq!(opened, html.matches("</div>").count(), "every element is closed");
}

#[test]
fn the_card_of_a_scala_producer_says_so() {
    let mut frame = fixture::broker_3_died();
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    let html = |frame: &Frame| made(Lang::En, |look| stage(frame, &layout, look)).into_string();
    assert!(!html(&frame).contains("Scala"));
    for node in &mut frame.nodes {
        if let NodeCard::Producer(producer) = &mut node.card {
            producer.client = ProducerClient::Scala(ProducerType::Sync);
        }
    }
    assert!(html(&frame).contains("Scala · acks="));
}

#[test]
fn no_name_of_a_user_is_markup_anywhere_on_the_stage() {
    let mut frame = fixture::broker_3_died();
    let bad = "<img src=x onerror=alert(1)>";
    frame.nodes.iter_mut().for_each(|node| node.name = bad.into());
    for number in 1..=3 {
        let consumer = fixture::consumer_of(&mut frame, number);
        (consumer.group, consumer.consumer_id) = (bad.into(), Some(bad.into()));
    }
    for size in [DESK, Size { width: 390.0, height: 500.0, rem: 16.0 }] {
        let layout = Layout::compute(&Shape::of(&frame), size);
        assert!(!made(Lang::Zh, |look| stage(&frame, &layout, look)).as_str().contains("<img"));
    }
}

#[test]
fn a_consumer_that_does_not_run_is_in_no_phase() {
    let mut frame = fixture::broker_3_died();
    fixture::node(&mut frame, NodeId::Consumer(1)).process = Process::Killed;
    fixture::consumer_of(&mut frame, 1).phase = sim_core::view::frame::RebalancePhase::Registering;
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    let id = NodeId::Consumer(1);
    let card = Card::of(&frame, id, None).expect("it is there");
    let face = layout.face(id, true).expect("placed");
    let head = made(Lang::En, |look| card.pieces(&face, look)).head;
    assert!(!head.as_str().contains(StageWord::Registering.text(Lang::En)), "{head:?}");
    assert!(!card.label(Lang::En).contains(StageWord::Registering.text(Lang::En)));
}

#[test]
fn the_members_of_a_group_are_those_that_zookeeper_has() {
    let mut frame = fixture::broker_3_died();
    fixture::node(&mut frame, NodeId::Consumer(1)).process = Process::Killed;
    let card = stage::group(&frame, "billing").expect("it is there");
    assert_eq!(card.members, 3, "its session lives");
    frame.groups[0].members.pop();
    assert_eq!(stage::group(&frame, "billing").expect("it is there").members, 2);
}

#[test]
fn a_consumers_lag_is_on_its_card_at_every_density() {
    let frame = fixture::broker_3_died();
    let layout = Layout::compute(&Shape::of(&frame), DESK);
    for consumer in frame.consumers() {
        let mut card = stage::consumer(&frame, consumer.id).expect("it is there");
        for own in &mut card.owned {
            own.lag = Some(7);
        }
        if card.owned.is_empty() {
            continue;
        }
        for density in Density::ALL {
            let face = Face { density, ..layout.face(consumer.id, false).expect("placed") };
            let pieces = made(Lang::En, |look| Card::Consumer(card.clone()).pieces(&face, look));
            assert!(pieces.rows.iter().any(|row| row.as_str().contains("class=\"lag\"")), "{density:?}");
        }
    }
}
