//! The list that the page shows is what the scenarios say now, and its links are their runs.

use super::*;
use sim_core::event::Event;
use std::path::PathBuf;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn shown() -> String {
    fs::read_to_string(root().join(INDEX_FILE)).unwrap_or_default()
}

#[test]
fn the_list_in_the_repository_is_the_one_of_the_scenarios() {
    let now = index(&root()).map_err(|error| error.to_string()).expect("the scenarios are good");
    let (shown, message) = (shown(), format!("{INDEX_FILE} is out of date: cargo xtask index"));
    let stale = now.lines().zip(shown.lines()).find(|(now, shown)| now != shown);
    assert!(stale.is_none(), "{message}; first difference: {:?}", stale.map(|(now, _)| now.split('\t').next()));
    assert!(now == shown, "{message}");
}

#[test]
fn every_link_replays_its_story_event_by_event() {
    let (mut links, mut stories) = (0, 0);
    for path in story_file::below(&root().join(SCENARIOS)) {
        let story = story_file::read(&path).map_err(|complaint| complaint.to_string()).expect("a good scenario");
        if story.scenario.setup.kafka.is_some() {
            continue;
        }
        stories += 1;
        let mut told: Vec<Event> = Vec::new();
        let mut player = Player::new(&story.scenario.setup, SEED, &mut |_| {}).expect("it comes up");
        let begin = player.sim().system().events_noted();
        for step in &story.scenario.steps {
            player.play(step, &mut |event| told.push(event.clone())).expect("it goes as it says");
        }
        let shown = shown();
        let row = shown.lines().find(|row| row.split('\t').next() == Some(&story.name));
        let link = row.and_then(|row| row.rsplit('\t').next()).unwrap_or_default();
        if link == NO_LINK {
            continue;
        }
        let opened = permalink::open(permalink::decode(link).expect("a link")).unwrap_or_else(|_| panic!("it runs"));
        assert!(opened.exact, "{}: another state; cargo xtask index", story.name);
        let mut history = opened.history;
        let at_first = player.placed().first().map_or(history.first_step(), |first| first.step);
        assert_eq!(history.cursor().step, at_first, "{}: it stands before the first command", story.name);
        history.seek(player.sim().system().steps());
        assert!(history.sim().system() == player.sim().system(), "{}: another state at the end", story.name);
        let replayed = history.events(begin, begin + told.len() as u64);
        assert!(replayed == told, "{}: other events", story.name);
        links += 1;
    }
    assert!(links >= 60 && links + 2 >= stories, "{links} of {stories} open as a scene");
}
