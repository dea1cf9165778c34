//! Stories told to the simulator: the samples against what real ensembles answered, and our own against what
//! they say themselves.

use super::*;
use std::path::Path;

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub(super) fn observations(path: &Path, seed: u64) -> Result<Vec<Json>, String> {
    let story = story_file::read(path).map_err(|complaint| complaint.to_string())?;
    let mut observations = Vec::new();
    play(&story, seed, Show::Observations, &report::Report::new(false), &mut observations)?;
    Ok(observations)
}

pub(super) fn stories(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

#[test]
fn the_simulator_answers_as_real_ensembles_did() {
    let sample = root().join("tests/scenarios/zk-watch-is-one-shot.json");
    for seed in 1..=10 {
        let seen = Json::List(observations(&sample, seed).expect("it goes as it says"));
        for version in ["3.4.6", "3.9.3"] {
            let file = root().join(format!("tests/scenarios/observed/zk-watch-is-one-shot.{version}.json"));
            let real = std::fs::read_to_string(file).expect("the observation is there");
            let real = Json::parse(real.trim()).expect("it is JSON");
            assert!(real.same(&seen), "seed {seed}, {version}: {}", report::differences(&[real], &seen));
        }
    }
}

#[test]
fn every_story_goes_as_it_says_whatever_the_seed() {
    let mut wrong = Vec::new();
    let files: Vec<PathBuf> = ["tests/scenarios", "scenarios"].into_iter().flat_map(stories).collect();
    assert!(files.len() >= 15, "the stories are there");
    for file in &files {
        for seed in 1..=5 {
            if let Err(sentence) = observations(file, seed) {
                wrong.push(format!("{} with seed {seed}: {sentence}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_seed_gives_the_same_observations() {
    for file in stories("tests/scenarios") {
        let (first, second) = (observations(&file, 3), observations(&file, 3));
        assert_eq!(first, second, "{}", file.display());
    }
}

#[test]
fn an_until_that_is_not_reached_says_what_was_there_instead() {
    let text = r#"{ "format": 1, "name": "n", "about": "a", "setup": { "era": "zookeeper" },
      "steps": [
        { "until": { "role": { "node": "zk1", "is": "leader" } }, "within_ms": 3000 } ] }"#;
    let story = story_file::parse("f.json", text).map_err(|complaint| complaint.to_string()).expect("it is good");
    let told = play(&story, 1, Show::Observations, &report::Report::new(false), &mut Vec::new());
    let sentence = "line 3, steps[0]: that zk1 is leader was not reached within 3000 ms; instead it is follower";
    assert_eq!(told, Err(sentence.to_owned()));
}

#[test]
fn what_is_observed_is_compared_with_what_the_file_allows() {
    let text = r#"{ "format": 1, "name": "n", "about": "a", "setup": { "era": "zookeeper", "zookeeper": { "servers": 1 } },
      "steps": [ { "observe": ["ensemble"], "expect": { "ensemble": { "roles": { "zk1": "leader" }, "same_tree": true } } } ] }"#;
    let story = story_file::parse("f.json", text).map_err(|complaint| complaint.to_string()).expect("it is good");
    let told = play(&story, 1, Show::Observations, &report::Report::new(false), &mut Vec::new());
    assert_eq!(
        told,
        Err("line 2, steps[0]: what was observed is not what the file allows: ensemble.roles.zk1 should be \"leader\" and is \"standalone\"".to_owned())
    );
}

#[test]
fn a_wait_is_as_long_as_the_file_says_while_somebody_is_frozen() {
    let text = r#"{ "format": 1, "name": "n", "about": "a", "setup": { "era": "zookeeper", "zookeeper": { "tick_ms": 1000 } },
      "steps": [ { "do": { "freeze": "zk3" } }, { "wait_ms": 700 } ] }"#;
    let story = story_file::parse("f.json", text).map_err(|complaint| complaint.to_string()).expect("it is good");
    for seed in 1..=5 {
        let mut player = Player::new(&story.scenario.setup, seed, &mut |_| {}).expect("it comes up");
        let before = player.sim().now();
        for step in &story.scenario.steps {
            player.play(step, &mut |_| {}).expect("it goes on");
        }
        assert_eq!(player.sim().now().since(before).as_ms(), 700, "seed {seed}");
    }
}

/// A consumer that is started again well inside its session timeout: two processes of one name are registered.
const STARTED_AGAIN: &str = r#"{ "format": 1, "name": "n", "about": "a",
  "setup": { "era": "0.8.2", "zookeeper": { "servers": 1 }, "brokers": [{ "id": 1 }],
    "topics": [{ "name": "orders", "partitions": 1, "replication_factor": 1 }],
    "consumers": [{ "name": "billing-a", "group": "billing", "client": "zookeeper", "topics": ["orders"],
      "config": { "zookeeper.session.timeout.ms": "30000" }, "start": true }] },
  "steps": [
    { "until": { "owns": { "consumer": "billing-a", "partitions": ["orders-0"] } }, "within_ms": 20000 },
    { "do": { "kill": "billing-a" } },
    { "do": { "start": "billing-a" } },
    { "wait_ms": 5000 },
    { "observe": ["znodes:/consumers/billing/ids"] },
    { "wait_ms": 40000 },
    { "observe": ["znodes:/consumers/billing/ids"] } ] }"#;

#[test]
fn two_processes_of_one_name_have_two_names_and_masked_data_a_masked_length() {
    let story = story_file::parse("f.json", STARTED_AGAIN).map_err(|complaint| complaint.to_string());
    let mut seen = Vec::new();
    play(&story.expect("it is good"), 1, Show::Observations, &report::Report::new(false), &mut seen)
        .expect("it goes as it says");
    let znodes = |nth: usize| {
        let Json::Map(observed) = &seen[nth] else { panic!("an object") };
        let Json::Map(znodes) = &observed[0].1 else { panic!("znodes by path") };
        znodes.clone()
    };
    let paths = |nth: usize| znodes(nth).iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>();
    let ids = "/consumers/billing/ids";
    let (first, second) = (format!("{ids}/billing_<id billing-a>"), format!("{ids}/billing_<id billing-a#2>"));
    let mut both = paths(0);
    both.sort();
    assert_eq!(both, [ids.to_owned(), second.clone(), first]);
    assert_eq!(paths(1), [ids.to_owned(), second], "the first one's session is over");
    let Json::Map(znode) = &znodes(1)[1].1 else { panic!("a znode") };
    let length = znode.iter().find(|(key, _)| &**key == "dataLength").map(|(_, length)| length.clone());
    assert_eq!(length, Some(Json::Text("<length>".into())), "the data holds a clock time");
}
