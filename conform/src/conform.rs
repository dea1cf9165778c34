//! `cargo xtask conform`: plays scenarios on a real system and on the simulator, and compares what was
//! observed. Needs Java and Maven; nothing of the real system becomes part of the repository.

mod options;
mod summary;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use workshop::{Error, repository_root};

use crate::compare;
use crate::playthrough::Why;
use crate::real::jars::Runtime;
use crate::real::system::System;
use crate::record::{self, Record};
use crate::story_file::{self, SCENARIOS, Story};
use crate::{real, simulated};
use options::Options;
use summary::{Row, Verdict};

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let options = Options::parse(arguments)?;
    let root = if options.all || options.record { repository_root()? } else { PathBuf::new() };
    let plays = plays(&options, &root);
    let mut runtimes = HashMap::new();
    for play in plays.iter().flatten() {
        if let Entry::Vacant(place) = runtimes.entry(play.system) {
            place.insert(Runtime::prepare(play.system)?);
        }
    }
    let rows = play_all(&plays, &runtimes, &options, &root);
    let stories = plays.iter().flatten().map(|play| (play.story.name.as_str(), allows_one(&play.story)));
    print!("{}", summary::text(&rows, &stories.collect()));
    Ok(ExitCode::from(summary::exit_code(&rows)))
}

/// Whether each observation of a story has exactly one right outcome.
fn allows_one(story: &Story) -> bool {
    story.scenario.steps.iter().all(|step| step.right().len() <= 1)
}

/// A scenario to be played on a system.
struct Play {
    story: Story,
    system: System,
}

/// A file that cannot be played, and why.
struct Unplayable {
    file: String,
    why: String,
}

/// What is to be played, in order.
fn plays(options: &Options, root: &Path) -> Vec<Result<Play, Unplayable>> {
    let files = if options.all { story_file::below(&root.join(SCENARIOS)) } else { options.files.clone() };
    let mut plays = Vec::new();
    for file in &files {
        let unplayable = |why: String| Unplayable { file: file.display().to_string(), why };
        let read = || story_file::read(file).map_err(|complaint| unplayable(complaint.to_string()));
        let story = match read() {
            Ok(story) => story,
            Err(complaint) => {
                plays.push(Err(complaint));
                continue;
            }
        };
        if let Some((nth, what)) = real::only_simulated(&story.scenario) {
            let line = story.steps[nth].line;
            plays.push(Err(unplayable(format!("{}, line {line}, steps[{nth}]: {what}", file.display()))));
            continue;
        }
        let setup = &story.scenario.setup;
        let own = System::of(setup);
        let systems: Vec<System> = match (own, options.version) {
            (System::ZooKeeper(_), Some(version)) => vec![System::ZooKeeper(version)],
            (System::Kafka(_), Some(_)) if options.all => Vec::new(),
            (System::Kafka(_), Some(_)) => {
                plays.push(Err(unplayable("brokers are played with the ZooKeeper that they bring".to_owned())));
                continue;
            }
            _ if options.all => System::ALL.into_iter().filter(|system| system.is_for(setup)).collect(),
            _ => vec![own],
        };
        for system in systems {
            // Reading is quick; a story is not made to be copied.
            plays.push(read().map(|story| Play { story, system }));
        }
    }
    plays
}

/// Plays everything, some at the same time; the rows come in the order of the plays.
fn play_all(
    plays: &[Result<Play, Unplayable>],
    runtimes: &HashMap<System, Runtime>,
    options: &Options,
    root: &Path,
) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let rows: Mutex<Vec<(usize, Row)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            let Some(play) = plays.get(nth) else { return };
            let (row, lines) = match play {
                Ok(play) => play_one(play, nth, runtimes, options, root),
                Err(Unplayable { file, why }) => {
                    let name =
                        Path::new(file).file_stem().map_or(file.clone(), |name| name.to_string_lossy().into_owned());
                    (row(name, "", Verdict::CouldNotRun, Instant::now()), vec![format!("  {why}")])
                }
            };
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            println!("{:<13} {} {} ({} s)", row.verdict.name(), row.scenario, row.release, row.took.as_secs());
            lines.iter().for_each(|line| println!("{line}"));
            rows.push((nth, row));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.min(plays.len()) {
            scope.spawn(work);
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(PoisonError::into_inner);
    rows.sort_by_key(|(nth, _)| *nth);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(scenario: String, release: &'static str, verdict: Verdict, started: Instant) -> Row {
    Row { scenario, release, verdict, took: started.elapsed() }
}

fn play_one(
    play: &Play,
    nth: usize,
    runtimes: &HashMap<System, Runtime>,
    options: &Options,
    root: &Path,
) -> (Row, Vec<String>) {
    let started = Instant::now();
    let release = play.system.release();
    let done = |verdict, lines| (row(play.story.name.clone(), release, verdict, started), lines);
    let Some(runtime) = runtimes.get(&play.system) else { return done(Verdict::CouldNotRun, Vec::new()) };
    let setup = play.system.setup(&play.story.scenario.setup);
    let simulated = simulated::tell(&play.story, &setup);
    if let Some((nth, ending)) = &simulated.ending
        && matches!(ending.why, Why::Refused | Why::Broken)
    {
        return done(Verdict::CouldNotRun, vec![compare::place(&play.story, *nth), format!("    {}", ending.sentence)]);
    }
    let folder = std::env::temp_dir().join(format!("brokerscope-conform-{}-{nth}", std::process::id()));
    let told = match real::tell(&play.story, &setup, runtime, &folder, options.keep) {
        Ok(told) => told,
        Err(error) => return done(Verdict::CouldNotRun, vec![format!("  {error}")]),
    };
    let mut lines = Vec::new();
    if options.keep {
        lines.push(format!("  logs and data are in {}", folder.display()));
    }
    if let Some((nth, ending)) = &told.ending
        && ending.why == Why::Broken
    {
        lines.extend([compare::place(&play.story, *nth), format!("    {}", ending.sentence)]);
        return done(Verdict::CouldNotRun, lines);
    }
    let differences = compare::lines(&play.story, &simulated, &told);
    if !differences.is_empty() {
        lines.extend(differences);
        return done(Verdict::Different, lines);
    }
    if options.record {
        let record = Record {
            scenario: play.story.name.clone(),
            system: play.system,
            date: record::today(),
            observations: told.observations,
        };
        if let Err(error) = record.store(root) {
            lines.push(format!("  {error}"));
            return done(Verdict::CouldNotRun, lines);
        }
    }
    done(Verdict::Equal, lines)
}
