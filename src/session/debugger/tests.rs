//! The debugger on the bench scene.

use super::*;
use crate::tale::{Of, Tale};
use sim_core::check::bench_scene;
use sim_core::engine::command::Command;
use sim_core::engine::system::{Fault, Process};
use sim_core::fact::Importance;
use sim_core::ids::NodeId;
use sim_core::scenario::Step;
use sim_core::scenario::condition::Condition;

fn debugger() -> Debugger {
    Debugger::new(bench_scene::setup(), bench_scene::SEED).unwrap_or_else(|_| panic!("the bench scene boots"))
}

fn kill(broker: u16) -> UiCommand {
    UiCommand::Sim(Command::Fault(Fault::Kill(NodeId::Broker(broker))))
}

fn process(debugger: &mut Debugger, broker: u16) -> Process {
    debugger.history().sim().system().process(NodeId::Broker(broker))
}

#[test]
fn undo_brings_a_killed_broker_back_and_redo_kills_it_again() {
    let mut debugger = debugger();
    assert_eq!(debugger.apply(UiCommand::Undo), Err(Refused::NothingToUndo));
    assert_eq!(debugger.apply(kill(3)), Ok(Done::Forked));
    assert_eq!(process(&mut debugger, 3), Process::Killed);
    assert_eq!(debugger.apply(UiCommand::Undo), Ok(Done::Forked));
    assert_eq!(process(&mut debugger, 3), Process::Running);
    assert_eq!(debugger.apply(UiCommand::Redo), Ok(Done::Forked));
    assert_eq!(process(&mut debugger, 3), Process::Killed);
}

#[test]
fn a_broker_that_is_down_cannot_be_killed_again() {
    let mut debugger = debugger();
    assert!(debugger.apply(kill(3)).is_ok());
    let again = debugger.apply(kill(3));
    assert_eq!(again, Err(Refused::Command(CommandError::NotRunning(NodeId::Broker(3)))));
}

#[test]
fn a_copied_link_opens_the_same_moment_and_stands_still() {
    let mut debugger = debugger();
    assert!(debugger.apply(kill(2)).is_ok());
    let later = debugger.history().cursor().at.plus(Span::ms(700));
    debugger.history().advance_to(later);
    let (mut opened, exact) = Debugger::from_link(&debugger.link()).unwrap_or_else(|_| panic!("our own link opens"));
    assert!(exact && !opened.playing());
    assert_eq!(opened.history().cursor(), debugger.history().cursor());
    assert_eq!(opened.history().frame(), debugger.history().frame());
}

#[test]
fn a_link_keeps_the_name_of_its_scenario_until_it_is_left() {
    let link = format!("{}&zk-leader-dies", debugger().link());
    let (mut opened, exact) = Debugger::from_link(&link).unwrap_or_else(|_| panic!("our own link opens"));
    assert!(exact);
    assert_eq!(opened.scenario().map(|name| &**name), Some("zk-leader-dies"));
    assert_eq!(opened.link(), link);
    assert!(opened.apply(UiCommand::LeaveScenario).is_ok());
    assert_eq!(opened.link(), debugger().link());
    let (odd, _) = Debugger::from_link(&format!("{}&<b>", debugger().link())).unwrap_or_else(|_| panic!("it opens"));
    assert_eq!(odd.scenario(), None, "anything but a name is left out");
}

/// A broker dies 40 ms after the beginning, and its session is waited for.
fn with_tale() -> Debugger {
    let within = Span::ms(60_000);
    let gone = Condition::ZnodeGone("/brokers/ids/3".into());
    let steps = vec![
        Step::Wait(Span::ms(40)),
        Step::Do(Command::Fault(Fault::Kill(NodeId::Broker(3)))),
        Step::Until { condition: gone, within },
        Step::Say { line: 0, waits: true },
    ];
    let mut debugger = debugger();
    assert!(debugger.apply(UiCommand::Tell(Some(Tale { of: Of::Guide, steps }))).is_ok());
    assert!(debugger.apply(UiCommand::Play).is_ok());
    debugger
}

fn placed(debugger: &mut Debugger) -> Vec<(u64, Span)> {
    let start = debugger.start();
    debugger.history().placed().iter().map(|one| (one.step, one.at.since(start))).collect()
}

fn play(debugger: &mut Debugger) {
    let mut page_ms = 0.0;
    while debugger.playing() {
        debugger.run_ahead(|| true);
        debugger.pass(16.0, || true);
        page_ms += 16.0;
        assert!(page_ms < 60_000.0, "it plays on");
    }
}

#[test]
fn a_story_is_told_while_it_plays_and_stands_still_where_it_waits_for_the_reader() {
    let mut debugger = with_tale();
    play(&mut debugger);
    assert_eq!(placed(&mut debugger).first().map(|one| one.1), Some(Span::ms(40)));
    let tale = debugger.tale().unwrap_or_else(|| panic!("it is told"));
    assert!(tale.waits && tale.line.is_some_and(|said| said.frame.znode("/brokers/ids/3").is_none()));
    // The link has what the story did; a look back changes nothing of it, and shows what was said then: nothing.
    let (mut opened, exact) = Debugger::from_link(&debugger.link()).unwrap_or_else(|_| panic!("our own link opens"));
    assert!(exact);
    assert_eq!(process(&mut opened, 3), Process::Killed);
    assert!(debugger.apply(UiCommand::ToStart).is_ok());
    assert!(debugger.tale().is_some_and(|tale| tale.looks_back && tale.line.is_none()));
    assert!(debugger.apply(UiCommand::GoOn).is_ok());
    assert!(debugger.tale().is_some_and(|tale| !tale.looks_back && tale.line.is_some()));
    assert_eq!(placed(&mut debugger).len(), 1);
}

#[test]
fn each_way_to_walk_through_a_story_gives_its_commands_at_the_moments_at_which_playing_gives_them() {
    let mut played = with_tale();
    play(&mut played);
    let wanted = placed(&mut played);
    let (start, end) = (played.start(), played.history().cursor());
    for command in
        [UiCommand::Step, UiCommand::Next(Importance::Step), UiCommand::SeekTime(end.at), UiCommand::SeekStep(end.step)]
    {
        let mut debugger = with_tale();
        while debugger.history().cursor().at < start.plus(Span::ms(200)) {
            assert!(debugger.apply(command.clone()).is_ok(), "{command:?}");
        }
        assert_eq!(placed(&mut debugger), wanted, "{command:?}");
    }
}

#[test]
fn what_a_story_did_is_undone_and_the_sentence_before_it_waits_again() {
    let steps = vec![Step::Say { line: 0, waits: true }, Step::Do(Command::Fault(Fault::Kill(NodeId::Broker(3))))];
    let mut debugger = debugger();
    assert!(debugger.apply(UiCommand::Tell(Some(Tale { of: Of::Guide, steps }))).is_ok());
    assert_eq!(debugger.apply(UiCommand::GoOn), Ok(Done::Forked));
    assert_eq!(process(&mut debugger, 3), Process::Killed);
    assert_eq!(debugger.apply(UiCommand::Undo), Ok(Done::Forked));
    assert_eq!(process(&mut debugger, 3), Process::Running);
    assert!(debugger.tale().is_some_and(|tale| tale.waits && tale.line.is_some()));
}

#[test]
fn a_damaged_link_is_refused() {
    let mut link = debugger().link();
    link.truncate(link.len() / 2);
    assert!(Debugger::from_link(&link).is_err());
}

#[test]
fn a_linked_run_takes_the_place_of_another_and_stands_still() {
    let (mut here, mut other) = (debugger(), debugger());
    assert!(
        here.apply(UiCommand::Play).is_ok()
            && here.apply(UiCommand::SetPace(Pace::Constant { us_per_s: 1_000 })).is_ok()
    );
    assert!(other.apply(UiCommand::Step).is_ok());
    let (branch, moment, link) = (here.branch(), other.history().cursor(), other.link());
    let (linked, _) = Debugger::from_link(&link).unwrap_or_else(|_| panic!("our own link opens"));
    assert_eq!(here.become_another(linked), Done::Opened);
    assert_eq!((here.history().cursor(), here.playing()), (moment, false));
    assert!(
        here.branch() > branch && here.pace() == Pace::Constant { us_per_s: 1_000 },
        "what was drawn is drawn again, as fast as before"
    );
}

#[test]
fn what_is_held_stands_still_and_plays_on_as_before() {
    for plays in [true, false] {
        let mut debugger = debugger();
        debugger.apply(if plays { UiCommand::Play } else { UiCommand::Pause }).expect("can always be done");
        let (moment, link) = (debugger.history().cursor(), debugger.link());
        // Twice: a dialog takes the place of another.
        for _ in 0..2 {
            debugger.apply(UiCommand::Hold).expect("can always be done");
            assert_eq!((debugger.pass(1_000.0, || true), debugger.speed()), (Span::ZERO, 0.0));
            assert_eq!((debugger.playing(), debugger.time_passes()), (plays, false), "what the reader chose stays");
        }
        assert_eq!((debugger.history().cursor(), debugger.link()), (moment, link));
        debugger.apply(UiCommand::Release).expect("can always be done");
        assert_eq!(debugger.time_passes(), plays);
        assert_eq!(debugger.pass(1_000.0, || true) > Span::ZERO, plays);
    }
}

#[test]
fn only_the_moment_that_is_held_stands_still() {
    let mut debugger = debugger();
    debugger.apply(UiCommand::Hold).expect("can always be done");
    debugger.apply(UiCommand::Step).expect("there is a next choice");
    debugger.apply(UiCommand::Play).expect("can always be done");
    assert!(debugger.time_passes(), "the reader went on from there");
    // The same place of another branch is another moment.
    debugger.apply(UiCommand::Hold).expect("can always be done");
    assert!(!debugger.time_passes());
    debugger.apply(kill(3)).expect("broker 3 runs");
    assert!(debugger.time_passes());
}

#[test]
fn stepping_and_scrubbing_stop_the_playing() {
    let mut debugger = debugger();
    for command in [UiCommand::Step, UiCommand::SeekTime(SimTime::ZERO), UiCommand::ToStart] {
        assert!(debugger.apply(UiCommand::Play).is_ok());
        let _ = debugger.apply(command);
        assert!(!debugger.playing());
    }
}

#[test]
fn after_a_kill_its_first_consequence_is_seen_within_five_seconds_of_page_time() {
    let mut debugger = debugger();
    assert!(debugger.apply(kill(3)).is_ok());
    assert!(debugger.apply(UiCommand::Play).is_ok());
    let killed = debugger.history().sim().system().events_noted();
    let consequence = |debugger: &mut Debugger| {
        let now = debugger.history().sim().system().events_noted();
        debugger.marks().iter().any(|mark| mark.seq.0 >= killed && mark.seq.0 < now && mark.cause.is_some())
    };
    let mut page_ms = 0.0;
    while !consequence(&mut debugger) {
        debugger.run_ahead(|| true);
        debugger.pass(16.0, || true);
        page_ms += 16.0;
        assert!(page_ms < 5_000.0, "nothing was seen");
    }
}

#[test]
fn a_calm_cluster_is_shown_at_a_pace_at_which_records_can_be_followed() {
    let mut debugger = debugger();
    assert!(debugger.apply(UiCommand::Play).is_ok());
    let begun = debugger.history().cursor().at;
    for _ in 0..600 {
        debugger.run_ahead(|| false);
        debugger.pass(16.0, || true);
    }
    // The bench scene is a busy one: in ten seconds of page time some tens of milliseconds go by, not none
    // and not a blur.
    let passed = debugger.history().cursor().at.since(begun);
    assert!((Span::ms(40)..Span::ms(3_000)).contains(&passed), "{} us", passed.0);
}
