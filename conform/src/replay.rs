//! The simulator against what real ensembles showed, as recorded: this needs no Java.

use std::collections::BTreeMap;
use std::path::Path;

use sim_core::release::ZkVersion;

use crate::compare::differences;
use crate::real::jars;
use crate::record;
use crate::story_file::{self, SCENARIOS, Story};

/// Whether each scenario must have a record of each release. (A scenario that was never seen to be equal is a claim.)
const ALL_ARE_RECORDED: bool = true;

/// The stories about ZooKeeper alone in a folder, by name.
fn stories(folder: &Path) -> BTreeMap<String, Story> {
    let mut stories = BTreeMap::new();
    for file in story_file::below(folder) {
        let story = story_file::read(&file).map_err(|complaint| complaint.to_string()).expect("the file is good");
        if story.scenario.setup.kafka.is_none() {
            let before = stories.insert(story.name.clone(), story);
            assert!(before.is_none(), "{}: another scenario has its name", file.display());
        }
    }
    stories
}

#[test]
fn the_simulator_shows_what_real_ensembles_showed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let stories = stories(&root.join(SCENARIOS));
    let records = record::all(&root).map_err(|error| error.to_string()).expect("the records can be read");
    let mut wrong = Vec::new();
    for record in &records {
        let title = format!("{} on {} ({})", record.scenario, record.zookeeper, record.date);
        let Some(story) = stories.get(&record.scenario) else {
            wrong.push(format!("{title}: there is no such scenario"));
            continue;
        };
        let lines = differences(story, record);
        if !lines.is_empty() {
            wrong.push(format!("{title}\n{}", lines.join("\n")));
        }
    }
    if ALL_ARE_RECORDED {
        for name in stories.keys() {
            for version in ZkVersion::ALL {
                let release = jars::release(version);
                if !records.iter().any(|record| record.scenario == *name && record.zookeeper == release) {
                    wrong.push(format!("{name}: no record on {release}: cargo xtask conform --all --record"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
