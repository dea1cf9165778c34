//! Walking through time: forks, undo, links.

use sim_core::check::bench_scene;
use sim_core::engine::command::Command;
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
