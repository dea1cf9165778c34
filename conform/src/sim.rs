//! `cargo xtask sim FILE.json…`: tells scenarios to the simulator, without a browser.

mod facts;
pub(crate) mod report;

use std::path::PathBuf;
use std::process::ExitCode;

use sim_core::json::Json;
use sim_core::scenario::Player;

use crate::schema;
use crate::story_file::{self, Story};
use workshop::Error;

/// A file that could not be read as a scenario, as a command line that was not understood.
const EXIT_BAD_FILE: u8 = 2;
/// A story that did not go as it says.
const EXIT_UNTRUE: u8 = 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Show {
    /// The steps, with times.
    Summary,
    /// A line for each event.
    Facts,
    /// One JSON array with an object for each observe step.
    Observations,
}

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut show = Show::Summary;
    let mut seed = 1u64;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--facts" => show = Show::Facts,
            "--observations" => show = Show::Observations,
            "--schema" => {
                report::print_line(schema::schema().trim_end());
                return Ok(ExitCode::SUCCESS);
            }
            "--seed" => {
                let given = rest.next().map(String::as_str).unwrap_or_default();
                seed = given.parse().map_err(|_| {
                    Error::usage(format!("`--seed` needs a number from 0 to {}, not `{given}`", u64::MAX))
                })?;
            }
            option if option.starts_with('-') => return Err(Error::unknown_option("sim", option)),
            file => files.push(PathBuf::from(file)),
        }
    }
    if files.is_empty() {
        return Err(Error::usage("`cargo xtask sim` needs scenario files: cargo xtask sim scenarios/*.json"));
    }
    let mut worst = 0;
    for file in &files {
        match story_file::read(file) {
            Ok(story) => {
                for note in &story.notes {
                    eprintln!("{}: note: {note}", file.display());
                }
                if let Err(sentence) = tell(&story, seed, show) {
                    eprintln!("{}: {sentence}", file.display());
                    worst = worst.max(EXIT_UNTRUE);
                }
            }
            Err(complaint) => {
                eprintln!("{complaint}");
                worst = worst.max(EXIT_BAD_FILE);
            }
        }
    }
    Ok(ExitCode::from(worst))
}

/// Tells one story; what did not go as it says comes back as a sentence.
fn tell(story: &Story, seed: u64, show: Show) -> Result<(), String> {
    let out = report::Report::new(show == Show::Summary);
    out.title(&story.name, &story.about);
    let mut observations = Vec::new();
    let outcome = play(story, seed, show, &out, &mut observations);
    if show == Show::Observations {
        report::print_line(&Json::List(observations).pretty());
    }
    outcome
}

fn play(
    story: &Story,
    seed: u64,
    show: Show,
    out: &report::Report,
    observations: &mut Vec<Json>,
) -> Result<(), String> {
    let printer = facts::Printer::of(&story.scenario.setup);
    let mut each = |event: &sim_core::event::Event| {
        if show == Show::Facts {
            printer.print(event);
        }
    };
    let setup = &story.scenario.setup;
    let mut player = Player::new(setup, seed, &mut each)
        .map_err(|error| format!("field setup: the cluster did not come up: {error}"))?;
    out.booted(player.sim());
    for (nth, step) in story.scenario.steps.iter().enumerate() {
        let text = &story.steps[nth];
        let place = format!("line {}, steps[{nth}]", text.line);
        let before = player.sim().now();
        let seen = player
            .play(step, &mut each)
            .map_err(|error| format!("{place}: {}", report::step_error(&error, step, &player, before)))?;
        out.step(nth, &text.text, before, player.sim().now());
        let Some(seen) = seen else { continue };
        out.observed(&seen);
        let right = step.right();
        if !right.is_empty() && !right.iter().any(|outcome| outcome.same(&seen)) {
            let found = report::differences(right, &seen);
            observations.push(seen);
            return Err(format!("{place}: what was observed is not what the file allows: {found}"));
        }
        observations.push(seen);
    }
    out.done();
    Ok(())
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;
