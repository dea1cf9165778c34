//! Scenario files, format 1: read, checked and turned into what the simulator plays. Every complaint names line
//! and field. `docs/scenario.schema.json` describes the form for editors; [`shape`] has the names of all fields.

#![deny(missing_docs)]

mod compile;
mod config;
#[cfg(test)]
mod documented;
mod problem;
pub mod shape;
mod spot;
#[cfg(test)]
mod tests;

pub use problem::{Complaint, Kind, NodeKind, Note, OBSERVABLE, Problem, Whose, quoted};

use sim_core::json::Json;
use sim_core::scenario::Scenario;
use spot::{Spot, Wrong};

/// A scenario, ready to be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// As the file calls it.
    pub name: String,
    /// What it shows, in English.
    pub about: String,
    /// The same in 中文; empty when the file does not say it.
    pub about_zh: String,
    /// What is played.
    pub scenario: Scenario,
    /// For each step, what the file says about it.
    pub steps: Vec<StepText>,
    /// What is accepted and has no effect.
    pub notes: Vec<Note>,
}

/// What a file says about a step beside the step itself.
#[derive(Clone, Debug, PartialEq)]
pub struct StepText {
    /// The line on which it begins.
    pub line: u32,
    /// Its JSON on one line.
    pub text: String,
}

/// Reads a file's text.
pub fn parse(text: &str) -> Result<Story, Complaint> {
    let (json, places) = Json::parse_with_places(text).map_err(|error| {
        let ends = text.get(error.at..).is_none_or(|rest| rest.trim().is_empty());
        let problem = match () {
            // A whole value, and something behind it.
            () if Json::parse(text.get(..error.at).unwrap_or_default()).is_some() => Problem::MoreFollows,
            () if ends => Problem::EndsEarly,
            () => Problem::NotJson,
        };
        complaint(text, error.at, String::new(), problem)
    })?;
    let whole = Spot { json: &json, places: &places, nth: 0 };
    compile::compile(whole, text).map_err(|Wrong { nth, problem }| {
        let at = places.get(nth).map_or(0, |place| place.key);
        complaint(text, at, whole.path_to(nth), problem)
    })
}

fn complaint(text: &str, at: usize, field: String, problem: Problem) -> Complaint {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    Complaint { line: line(text, at), column: u32::try_from(column + 1).unwrap_or(u32::MAX), field, problem }
}

/// The line of a byte, from 1.
fn line(text: &str, at: usize) -> u32 {
    let ends = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
    u32::try_from(ends + 1).unwrap_or(u32::MAX)
}
