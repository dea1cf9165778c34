use super::*;
use crate::view_model::fixture::{self, broker_3_died, tp};
use sim_core::engine::system::Process;
use sim_core::kafka::ElectedHow;
use sim_core::view::frame::{BrokerView, FlightView, ZnodeView};
use sim_core::zookeeper::Stat;

/// Everything runs, every broker is registered.
fn calm() -> Frame {
    let mut frame = broker_3_died();
    fixture::node(&mut frame, NodeId::Broker(3)).process = Process::Running;
    frame.flights.clear();
    let znode = |path: &str| ZnodeView { path: path.into(), data: None, stat: Stat::default(), owner: None };
    let paths = ["/brokers/ids/1", "/brokers/ids/2", "/brokers/ids/3"];
    fixture::zookeeper(&mut frame).znodes = Arc::new(paths.map(znode).to_vec());
    frame
}

fn later(mut frame: Frame, ms: u64) -> Frame {
    frame.at = frame.at.plus(Span::ms(ms));
    frame
}

fn record(number: u32) -> RecordId {
    RecordId { producer: 1, number }
}

fn sending(number: u32) -> Frame {
    let mut frame = calm();
    let leader = NodeId::Broker(2);
    frame.flights.push(FlightView {
        from: NodeId::Producer(1),
        to: leader,
        nth: 1,
        kind: FlightKind::Produce,
        routine: true,
        sent: frame.at,
        due: frame.at,
        tp: Some(tp("orders", 1)),
        records: vec![record(number)],
        path: None,
        held: false,
    });
    frame
}

fn says(guide: &Guide, frame: &Frame) -> String {
    guide.caption(frame, frame.at, Lang::En).unwrap_or_default()
}

fn event(seq: u64, frame: &Frame, node: NodeId, fact: impl Into<Fact>) -> Event {
    Event { seq: EventSeq(seq), step: frame.step, at: frame.at, cause: None, node, fact: fact.into() }
}

/// The guide at the moment at which broker 2's session has just expired.
fn asking() -> (Guide, Frame) {
    let mut guide = Guide::default();
    let mut dead = calm();
    fixture::node(&mut dead, NodeId::Broker(2)).process = Process::Killed;
    guide.see(&dead, &[]);
    let mut expired = later(dead, 6_000);
    let left = expired.znodes().iter().filter(|znode| &*znode.path != "/brokers/ids/2").cloned().collect();
    fixture::zookeeper(&mut expired).znodes = Arc::new(left);
    let fact = ZkFact::SessionExpired { session: SessionId(1), client: Some(NodeId::Broker(2)), timeout_ms: 6_000 };
    let wishes = guide.see(&expired, &[event(1_300, &expired, NodeId::Zk(2), fact)]);
    assert_eq!(wishes, [Wish::Pause]);
    (guide, expired)
}

#[test]
fn the_first_record_that_is_sent_is_followed() {
    let mut guide = Guide::default();
    assert_eq!(guide.see(&calm(), &[]), []);
    assert_eq!(guide.see(&sending(9), &[]), [Wish::Follow(Some(record(9))), Wish::Slow]);
    assert_eq!(says(&guide, &sending(9)), "web-1 sends record #9 to broker 2, the leader of orders-1.");
}

#[test]
fn a_record_is_told_from_the_leaders_log_to_the_consumer() {
    let mut guide = Guide::default();
    guide.see(&sending(9), &[]);
    // Record 9 is in broker 2's log and in nobody else's.
    let mut frame = later(calm(), 1);
    guide.see(&frame, &[]);
    assert!(says(&guide, &frame).starts_with("Broker 2 appends it at offset 9."));
    let at = |broker: &BrokerView| broker.replicas.iter().position(|replica| replica.tp == tp("orders", 1));
    let (leader, follower) = (fixture::broker_of(&mut frame, 2).clone(), fixture::broker_of(&mut frame, 1));
    let (from, to) = (at(&leader).expect("in the fixture"), at(follower).expect("in the fixture"));
    follower.replicas[to].tail = leader.replicas[from].tail.clone();
    frame = later(frame, 1);
    guide.see(&frame, &[]);
    assert!(says(&guide, &frame).starts_with("Copied by 1 of 1 followers"), "{}", says(&guide, &frame));
    fixture::broker_of(&mut frame, 2).replicas.iter_mut().for_each(|replica| replica.high_watermark = 10);
    frame = later(frame, 1);
    guide.see(&frame, &[]);
    assert!(says(&guide, &frame).contains("below the high watermark"));
    fixture::consumer_of(&mut frame, 1).owned[0].position = 10;
    frame = later(frame, 1);
    guide.see(&frame, &[]);
    assert!(says(&guide, &frame).starts_with("billing-a reads it"));
    // Time to read, then the button that kills: broker 1 is the controller, broker 2 leads most.
    assert_eq!(guide.see(&later(frame, 1_000), &[]), [Wish::UsualPace, Wish::Plug(Some(2))]);
}

#[test]
fn what_each_side_believes_is_computed_from_the_run() {
    let mut guide = Guide::default();
    let mut dead = calm();
    fixture::node(&mut dead, NodeId::Broker(2)).process = Process::Killed;
    assert!(guide.see(&dead, &[]).contains(&Wish::Plug(None)));
    assert!(says(&guide, &dead).contains("No producer has noticed"), "{}", says(&guide, &dead));
    let lost = ClusterFact::ConnectionLost { peer: NodeId::Broker(2), why: sim_core::net::LostWhy::Reset };
    let then = later(dead, 2);
    guide.see(&then, &[event(1_290, &then, NodeId::Producer(1), lost)]);
    let said = says(&guide, &then);
    assert!(said.contains("Producers noticed after 2.0 ms."), "{said}");
    assert!(said.contains("for another 4.9 s"), "{said}");
    // Between two steps time runs on, and so does the sentence.
    let said = guide.caption(&then, then.at.plus(Span::ms(1_000)), Lang::En).unwrap_or_default();
    assert!(said.contains("for another 3.9 s"), "{said}");
}

#[test]
fn a_wrong_answer_is_told_why_and_the_right_one_lets_time_go_on() {
    let (mut guide, frame) = asking();
    assert!(says(&guide, &frame).contains("Who chooses them?"));
    for (wrong, word) in
        [(NodeId::Zk(2), "Not zk2"), (NodeId::Broker(3), "Broker 3 could"), (NodeId::Producer(1), "web-1 only")]
    {
        assert_eq!(guide.clicked(wrong, &frame), []);
        assert!(says(&guide, &frame).starts_with(word), "{}", says(&guide, &frame));
    }
    assert_eq!(guide.clicked(NodeId::Broker(1), &frame), [Wish::Play]);
    assert!(says(&guide, &frame).starts_with("Right: broker 1"));
}

/// The guide at the moment at which a new leader is there.
fn offering() -> (Guide, Frame) {
    let (mut guide, frame) = asking();
    guide.tell(&frame);
    let elected = later(frame, 20);
    let fact = KafkaFact::LeaderElected {
        tp: tp("orders", 1),
        from: Some(2),
        to: 3,
        leader_epoch: 5,
        isr: vec![3],
        how: ElectedHow::Clean,
    };
    guide.see(&elected, &[event(1_310, &elected, NodeId::Broker(1), fact)]);
    let after = later(elected, 100);
    guide.see(&after, &[]);
    (guide, after)
}

#[test]
fn after_the_election_four_things_are_offered_each_with_its_panel() {
    let (guide, frame) = offering();
    assert_eq!(guide.offers().len(), 4);
    assert!(
        says(&guide, &frame).contains("broker 1 made broker 3 the leader of orders-1")
            || says(&guide, &frame).starts_with("Broker 1 made")
    );
    let of = |offer| guide.clone().try_it(offer, &frame);
    assert!(of(Offer::Back).contains(&Wish::UnfoldTree) && of(Offer::Back).contains(&Wish::UnfoldTimeline));
    assert!(of(Offer::Why).contains(&Wish::AskWhy(EventSeq(1_310))) && of(Offer::Why).contains(&Wish::UnfoldWhy));
    assert!(of(Offer::StopZk).contains(&Wish::Do(Command::Fault(Fault::Kill(NodeId::Zk(2))))));
    assert!(of(Offer::KillConsumer).contains(&Wish::Do(Command::Fault(Fault::Kill(NodeId::Consumer(1))))));
}

#[test]
fn stepping_back_finds_the_znode_of_the_dead_broker() {
    let (mut guide, frame) = offering();
    guide.try_it(Offer::Back, &frame);
    assert!(says(&guide, &frame).contains("until /brokers/ids/2 is in the tree again"));
    let before = calm();
    guide.see(&before, &[]);
    assert!(says(&guide, &before).starts_with("There it is: /brokers/ids/2"));
}

#[test]
fn what_is_read_twice_is_counted() {
    let (mut guide, frame) = offering();
    guide.try_it(Offer::KillConsumer, &frame);
    assert!(says(&guide, &frame).starts_with("billing-a is dead"));
    let then = later(frame, 6_000);
    let expired =
        ZkFact::SessionExpired { session: SessionId(2), client: Some(NodeId::Consumer(1)), timeout_ms: 6_000 };
    let twice = ClientFact::RecordsReadTwice { tp: tp("orders", 1), first: 5, last: 8 };
    let events = [event(1_400, &then, NodeId::Zk(2), expired), event(1_410, &then, NodeId::Consumer(2), twice)];
    guide.see(&then, &events);
    assert!(says(&guide, &then).contains("4 records were read twice"), "{}", says(&guide, &then));
}

#[test]
fn who_leaves_the_guide_is_left_alone() {
    let (mut guide, frame) = offering();
    guide.leave();
    assert!(guide.is_over());
    assert_eq!(guide.see(&later(frame.clone(), 9_000), &[]), []);
    assert_eq!(guide.caption(&frame, frame.at, Lang::Zh), None);
}

#[test]
fn every_caption_is_filled_in_both_languages() {
    let (mut guide, frame) = offering();
    let mut said: Vec<String> = Lang::ALL.iter().filter_map(|lang| guide.caption(&frame, frame.at, *lang)).collect();
    for offer in Offer::ALL {
        said.extend(Lang::ALL.iter().map(|lang| guide.offer_text(offer, *lang)));
        guide.try_it(offer, &frame);
        said.extend(Lang::ALL.iter().filter_map(|lang| guide.caption(&frame, frame.at, *lang)));
        guide.offer_again();
    }
    assert_eq!(said.len(), 18);
    for text in said {
        assert!(!text.contains(['{', '}']), "{text}");
    }
}
