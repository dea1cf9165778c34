//! Walking through time: forks, undo, links.

use sim_core::about::FlightKind;
use sim_core::check::bench_scene;
use sim_core::engine::command::Command;
use sim_core::engine::delivery::Delivery;
use sim_core::engine::system::{Fault, Process};
use sim_core::fact::Importance;
use sim_core::history::History;
use sim_core::history::permalink;
use sim_core::ids::*;
use sim_core::time::Span;

fn history() -> History {
    History::new(bench_scene::setup(), bench_scene::SEED).expect("the bench scene boots")
}

fn kill(broker: u16) -> Command {
    Command::Fault(Fault::Kill(NodeId::Broker(broker)))
}

fn after(history: &History, ms: u64) -> sim_core::time::SimTime {
    history.cursor().at.plus(Span::ms(ms))
}

#[test]
fn a_step_forth_and_a_step_back_is_where_one_was() {
    let mut history = history();
    history.advance_to(after(&history, 500));
    history.seek(history.cursor().step);
    for _ in 0..200 {
        let before = (history.cursor(), history.sim().system().clone());
        assert!(history.step());
        assert!(history.step_back());
        assert_eq!((history.cursor(), history.sim().system().clone()), before);
        assert!(history.step());
    }
}

#[test]
fn a_command_in_the_past_forks_and_undo_brings_the_old_branch_back() {
    let mut history = history();
    history.advance_to(after(&history, 200));
    let early = history.cursor();
    history.advance_to(after(&history, 300));
    history.command(&kill(1)).expect("it runs");
    history.advance_to(after(&history, 2_000));
    let (late, state) = (history.cursor(), history.sim().system().clone());

    history.seek_time(early.at);
    history.command(&kill(2)).expect("it runs");
    assert_eq!(history.placed().len(), 1, "the other kill lay ahead");
    assert_eq!(history.sim().system().process(NodeId::Broker(1)), Process::Running);

    assert!(history.undo());
    assert_eq!(history.placed().len(), 1);
    assert_eq!(history.sim().system().process(NodeId::Broker(2)), Process::Running);
    history.seek_time(late.at);
    assert_eq!(history.sim().system(), &state, "the old branch runs as it ran");

    assert!(history.redo());
    assert_eq!(history.sim().system().process(NodeId::Broker(2)), Process::Killed);
}

#[test]
fn a_refused_command_changes_nothing() {
    let mut history = history();
    history.command(&kill(1)).expect("it runs");
    history.advance_to(after(&history, 100));
    let before = (history.cursor(), history.placed().to_vec(), history.end());
    assert!(history.command(&kill(1)).is_err(), "it is dead");
    assert_eq!((history.cursor(), history.placed().to_vec(), history.end()), before);
}

#[test]
fn from_a_brokers_death_to_its_successor_interesting_steps_are_few() {
    let mut history = history();
    history.advance_to(after(&history, 500));
    history.command(&kill(2)).expect("it runs");
    let led_by_2 =
        |history: &mut History| history.frame().partitions.iter().any(|partition| partition.leader == Some(2));
    let mut steps = 0;
    while led_by_2(&mut history) {
        assert!(history.next_interesting(Importance::Headline), "something comes");
        steps += 1;
        assert!(steps <= 15, "{steps} headlines and no new leader");
    }
}

#[test]
fn events_that_were_let_go_are_made_again_as_they_were() {
    let mut history = history();
    let first = history.sim().system().events_noted();
    history.run_ahead(after(&history, 600_000), 3_000);
    let early = history.events(first, first + 500);
    assert_eq!(early.len(), 500);
    // Far more events than are kept.
    while history.events_noted_at_end() < first + 200_000 {
        history.run_ahead(after(&history, 6_000_000), 50_000);
    }
    assert_eq!(history.events(first, first + 500), early);
}

/// Of all choices from the beginning of the story to the end that the engine has come to, asked in one go.
fn all_deliveries(history: &mut History) -> Vec<Delivery> {
    let (first, end) = (history.first_step(), history.end().step);
    history.deliveries(first..end)
}

#[test]
fn what_a_process_notes_when_it_is_told_something_belongs_to_the_delivery() {
    let mut history = history();
    history.advance_to(after(&history, 500));
    history.command(&kill(2)).expect("it runs");
    history.run_ahead(after(&history, 10_000), 15_000);
    let deliveries = all_deliveries(&mut history);
    assert!(deliveries.len() > 5_000, "most choices are deliveries: {}", deliveries.len());
    for pair in deliveries.windows(2) {
        assert!(pair[0].step < pair[1].step && pair[0].events.end <= pair[1].events.start);
    }
    for delivery in &deliveries {
        assert!(delivery.sent < delivery.arrived, "a way takes time: {delivery:?}");
        for event in history.events(delivery.events.start, delivery.events.end) {
            assert_eq!((event.step, event.at), (delivery.step, delivery.arrived));
            assert_eq!(event.node, delivery.to, "the receiver notes it: {event:?}");
            assert_eq!(history.delivery_before(&event).as_ref(), Some(delivery));
        }
    }
    // The session of the killed broker ends: the leader of the ensemble decides it by a timer, the controller hears of it.
    let marks = history.marks().to_vec();
    let mut told = |name: &str| {
        let event = marks.iter().find(|mark| mark.fact.name() == name).expect(name);
        history.delivery_before(event).map(|delivery| (delivery.name, delivery.kind))
    };
    assert_eq!(told("NodeKilled"), None, "a user does it");
    assert_eq!(told("SessionExpired"), None, "a timer does it");
    assert_eq!(told("BecameLeader"), Some(("LeaderAndIsrRequest", FlightKind::Controller)));
}

#[test]
fn deliveries_are_the_same_in_whatever_order_they_are_asked_for() {
    let mut history = history();
    history.run_ahead(after(&history, 600_000), 70_000);
    let (first, end) = (history.first_step(), history.end().step);
    let portions = |history: &mut History, portion: u64, starts: &mut dyn Iterator<Item = u64>| {
        let mut all: Vec<Delivery> = starts.flat_map(|at| history.deliveries(at..(at + portion).min(end))).collect();
        all.sort_by_key(|delivery| delivery.step);
        all
    };
    let starts: Vec<u64> = (first..end).step_by(1_500).collect();
    let forwards = portions(&mut history, 1_500, &mut starts.iter().copied());
    let backwards = portions(&mut history, 1_500, &mut starts.iter().rev().copied());
    let long_ones = portions(&mut history, 18_000, &mut (first..end).step_by(18_000));
    assert!(forwards.len() > 40_000);
    assert!(forwards == backwards && forwards == long_ones);
}

#[test]
fn an_edit_of_the_past_has_deliveries_of_its_own() {
    let mut history = history();
    history.advance_to(after(&history, 3_000));
    let fork = history.cursor();
    history.run_ahead(after(&history, 3_000), 5_000);
    let before = all_deliveries(&mut history);
    history.command(&kill(1)).expect("it runs");
    history.run_ahead(after(&history, 3_000), 5_000);
    let after_it = all_deliveries(&mut history);
    let common = |all: &[Delivery]| all.partition_point(|delivery| delivery.step < fork.step);
    assert_eq!(before[..common(&before)], after_it[..common(&after_it)]);
    assert!(after_it[common(&after_it)..].iter().any(|delivery| delivery.kind == FlightKind::Reset));
    assert!(history.undo());
    history.run_ahead(after(&history, 3_000), 5_000);
    assert_eq!(all_deliveries(&mut history)[..before.len()], before[..]);
}

#[test]
fn a_link_reopens_the_very_moment() {
    let mut history = history();
    history.advance_to(after(&history, 777));
    history.command(&kill(3)).expect("it runs");
    history.advance_to(after(&history, 7_000));
    let text = permalink::encode(&history);
    let opened = permalink::open(permalink::decode(&text).expect("our own link")).expect("it runs");
    assert!(opened.exact);
    let mut reopened = opened.history;
    assert_eq!(reopened.cursor(), history.cursor());
    assert_eq!(reopened.sim().system(), history.sim().system());
    assert_eq!(reopened.frame(), history.frame());
}
