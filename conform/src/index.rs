//! `cargo xtask index`: the scenarios of an ensemble alone as one small file, which the page loads when somebody asks
//! "How do we know?". A line a scenario: what it shows in both languages, which real versions answered the same and
//! when, and the link that opens it as a scene.
//!
//! The first line names the versions. Columns are divided by tabs:
//! name, about, about in 中文, outcomes that are allowed, a state for each version, link.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use sim_core::history::permalink;
use sim_core::scenario::Player;
use sim_core::scenario::boot::BootError;

use workshop::{Context, Error, repository_root};

use crate::compare;
use crate::real::system::System;
use crate::record::{self, Record};
use crate::sim::report;
use crate::story_file::{self, SCENARIOS, Story};

#[cfg(test)]
mod tests;

/// Where trunk finds it.
const INDEX_FILE: &str = "assets/scenarios.tsv";

/// The run that a scene shows.
const SEED: u64 = 1;
/// A longer link is left out: neither an address bar nor a list is a place for a megabyte of data.
const LINK_LEN_MAX: usize = 4_000;
const NO_LINK: &str = "-";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    if let Some(option) = arguments.first() {
        return Err(Error::unknown_option("index", option));
    }
    let root = repository_root()?;
    let text = index(&root)?;
    let rows = text.lines().count().saturating_sub(1);
    fs::write(root.join(INDEX_FILE), text).context(|| format!("write {INDEX_FILE}"))?;
    println!("xtask: {rows} scenarios are in {INDEX_FILE}");
    Ok(ExitCode::SUCCESS)
}

/// The whole file.
fn index(root: &Path) -> Result<String, Error> {
    let records = record::all(root)?;
    let is_alone = |system: &System| matches!(system, System::ZooKeeper(_));
    let systems: Vec<System> = System::ALL.into_iter().filter(is_alone).collect();
    let mut text = systems.iter().map(|system| system.release()).collect::<Vec<_>>().join("\t");
    text.push('\n');
    for path in story_file::below(&root.join(SCENARIOS)) {
        let story = story_file::read(&path).map_err(|complaint| Error::failed(complaint.to_string()))?;
        if story.scenario.setup.kafka.is_some() {
            continue;
        }
        let states = systems.iter().map(|system| {
            let mut of_this = records.iter().filter(|record| record.system == *system);
            let record = of_this.find(|record| record.scenario == story.name);
            record.map_or_else(|| "-".to_owned(), |record| state(&story, record))
        });
        let mut columns = vec![story.name.clone(), one_line(&story.about), one_line(&story.about_zh)];
        columns.push(outcomes(&story).to_string());
        columns.extend(states);
        let link = link(&story)?;
        columns.push(if link.len() > LINK_LEN_MAX { NO_LINK.to_owned() } else { link });
        text.push_str(&columns.join("\t"));
        text.push('\n');
    }
    Ok(text)
}

/// "=2026-11-26" when the simulator of today shows what was recorded on that day, "!2026-11-26" when it does not.
fn state(story: &Story, record: &Record) -> String {
    let sign = if compare::differences(story, record).is_empty() { '=' } else { '!' };
    format!("{sign}{}", record.date)
}

/// How many outcomes the file allows where real time decides; 1: nothing is left to chance.
fn outcomes(story: &Story) -> usize {
    story.scenario.steps.iter().map(|step| step.right().len()).max().unwrap_or(0).max(1)
}

/// The run as a link that stands right before the story's first command.
fn link(story: &Story) -> Result<String, Error> {
    let setup = &story.scenario.setup;
    let comes_up = |error: BootError| Error::failed(format!("{}: {error}", story.name));
    let mut player = Player::new(setup, SEED, &mut |_| {}).map_err(comes_up)?;
    for step in &story.scenario.steps {
        let before = player.sim().now();
        player.play(step, &mut |_| {}).map_err(|error| {
            Error::failed(format!("{}: {}", story.name, report::step_error(&error, step, &player, before)))
        })?;
    }
    permalink::encode_run(setup, SEED, player.placed()).map_err(comes_up)
}

/// Without tabs and line ends, which divide columns and rows.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
