//! The simulator against what real systems showed, as recorded: this needs no Java.

use std::collections::BTreeMap;
use std::path::Path;

use crate::compare::differences;
use crate::real::system::System;
use crate::record;
use crate::story_file::{self, SCENARIOS, Story};

/// Scenarios that have no record yet of a system that could play them, and why. (A scenario that was never seen to be
/// equal is a claim.)
const NOT_RECORDED: &[(&str, &str)] = &[];

/// The stories in a folder, by name.
fn stories(folder: &Path) -> BTreeMap<String, Story> {
    let mut stories = BTreeMap::new();
    for file in story_file::below(folder) {
        let story = story_file::read(&file).map_err(|complaint| complaint.to_string()).expect("the file is good");
        let before = stories.insert(story.name.clone(), story);
        assert!(before.is_none(), "{}: another scenario has its name", file.display());
    }
    stories
}

#[test]
fn the_simulator_shows_what_real_systems_showed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let stories = stories(&root.join(SCENARIOS));
    let records = record::all(&root).map_err(|error| error.to_string()).expect("the records can be read");
    let mut wrong = Vec::new();
    for record in &records {
        let title = format!("{} on {} ({})", record.scenario, record.system.release(), record.date);
        let Some(story) = stories.get(&record.scenario).filter(|story| record.system.is_for(&story.scenario.setup))
        else {
            wrong.push(format!("{title}: there is no such scenario"));
            continue;
        };
        let lines = differences(story, record);
        if !lines.is_empty() {
            wrong.push(format!("{title}\n{}", lines.join("\n")));
        }
    }
    for (name, story) in &stories {
        for system in System::ALL.into_iter().filter(|system| system.is_for(&story.scenario.setup)) {
            let is_recorded = records.iter().any(|record| record.scenario == *name && record.system == system);
            let is_excused = NOT_RECORDED.iter().any(|(excused, _)| excused == name);
            if !is_recorded && !is_excused {
                let release = system.release();
                wrong.push(format!("{name}: no record on {release}: cargo xtask conform --all --record"));
            }
            if is_recorded && is_excused {
                wrong.push(format!("{name} is recorded now: take it off NOT_RECORDED"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
