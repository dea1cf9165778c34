//! Scenario files: read, checked and turned into what the simulator plays. Every complaint names file, line
//! and field.

mod compile;
mod config;
mod locate;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;

use sim_core::json::Json;
use sim_core::scenario::Scenario;
use sim_core::scenario::file::ScenarioFile;

/// The newest format that this version reads.
const FORMAT: u32 = 1;

/// A scenario, ready to be played.
pub(crate) struct Story {
    pub(crate) name: String,
    pub(crate) about: String,
    /// The same in 中文; empty when the file does not say it.
    pub(crate) about_zh: String,
    pub(crate) scenario: Scenario,
    /// For each step, what the file says about it.
    pub(crate) steps: Vec<StepText>,
    /// What is accepted and has no effect here.
    pub(crate) notes: Vec<String>,
}

pub(crate) struct StepText {
    /// The line on which it begins.
    pub(crate) line: u32,
    /// Its JSON on one line.
    pub(crate) text: String,
    /// The outcomes that are right, when the file says so.
    pub(crate) allowed: Vec<Json>,
}

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) struct Complaint {
    file: String,
    line: Option<u32>,
    field: String,
    sentence: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if !self.field.is_empty() && self.field != "." {
            write!(f, ", field {}", self.field)?;
        }
        write!(f, ": {}", self.sentence)
    }
}

pub(crate) fn read(path: &Path) -> Result<Story, Complaint> {
    let file = path.display().to_string();
    let whole = |sentence: String| Complaint { file: file.clone(), line: None, field: String::new(), sentence };
    let bytes = std::fs::read(path).map_err(|error| whole(format!("cannot be read: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|_| whole("is not UTF-8 text".to_owned()))?;
    parse(&file, &text)
}

/// Reads a file's text.
pub(crate) fn parse(file: &str, text: &str) -> Result<Story, Complaint> {
    let complain = |line: Option<u32>, field: &str, sentence: String| Complaint {
        file: file.to_owned(),
        line,
        field: field.to_owned(),
        sentence,
    };
    // A file of another format is not measured by this one's fields.
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text)
        && let Some(format) = json.get("format")
        && format.as_u64() != Some(u64::from(FORMAT))
    {
        let line = locate::line_of(text, "format");
        return Err(complain(line, "format", format!("this version reads format {FORMAT}, not {format}")));
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed: ScenarioFile = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        let line = u32::try_from(inner.line()).ok();
        let sentence = without_place(&inner.to_string());
        if inner.is_data() {
            complain(line, &field, sentence)
        } else {
            complain(line, "", format!("not JSON: {sentence}"))
        }
    })?;
    reader.end().map_err(|error| {
        complain(u32::try_from(error.line()).ok(), "", "something follows after the end of the scenario".to_owned())
    })?;
    compile::compile(&parsed, text).map_err(|problem| {
        let line = locate::line_of(text, &problem.field);
        complain(line, &problem.field, problem.sentence)
    })
}

/// serde_json ends its sentences with the place, which we say in front.
fn without_place(sentence: &str) -> String {
    match sentence.rfind(" at line ") {
        Some(at) => sentence[..at].to_owned(),
        None => sentence.to_owned(),
    }
}

/// The JSON schema of the format.
pub(crate) fn schema() -> String {
    let schema = schemars::schema_for!(ScenarioFile);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}
