//! A run as the text of a link: the run itself, the scenario that it was opened as, and what the reader has open.

use super::Debugger;
use sim_core::history::permalink;
use sim_core::history::permalink::LinkError;
use std::sync::Arc;

/// Between the run, the scenario's name and what is open, in a link; no letter of a run.
const MARK: char = '&';
/// What is open begins with it, and no name of a scenario does.
const SIGHT: &str = "see=";

/// A longer name, or one with other letters, is none of ours.
const SCENARIO_LEN_MAX: usize = 120;

impl Debugger {
    pub fn link(&self) -> String {
        let mut link = permalink::encode(&self.history);
        if let Some(scenario) = &self.scenario {
            link.push(MARK);
            link.push_str(scenario);
        }
        if !self.sight.is_empty() {
            link.push(MARK);
            link.push_str(SIGHT);
            link.push_str(&self.sight);
        }
        link
    }

    /// A run from a link, and whether it is exactly what was saved.
    #[cfg(test)]
    pub fn from_link(text: &str) -> Result<(Debugger, bool), LinkError> {
        let mut linked = Linked::of(text)?;
        loop {
            if let Some(opened) = linked.advance(u32::MAX)? {
                return Ok(opened);
            }
        }
    }
}

/// A link that is being opened, a little at a time.
pub struct Linked {
    opening: permalink::Opening,
    scenario: Option<Arc<str>>,
    sight: Option<String>,
}

impl Linked {
    pub fn of(text: &str) -> Result<Linked, LinkError> {
        let mut parts = text.split(MARK);
        let run = parts.next().unwrap_or_default();
        let (sight, scenario): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with(SIGHT));
        let is_name = |name: &&str| {
            !name.is_empty()
                && name.len() <= SCENARIO_LEN_MAX
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        Ok(Linked {
            opening: permalink::Opening::of(permalink::decode(run)?)?,
            scenario: scenario.first().copied().filter(is_name).map(Into::into),
            sight: sight.first().map(|sight| sight.trim_start_matches(SIGHT).to_string()),
        })
    }

    /// Makes about so many choices at the most; the run once it has come to its position, and whether it is exactly what
    /// was saved.
    pub fn advance(&mut self, choices_max: u32) -> Result<Option<(Debugger, bool)>, LinkError> {
        let Some(opened) = self.opening.advance(choices_max)? else { return Ok(None) };
        // The numbers of events mean nothing in a run that went another way.
        let linked_sight = self.sight.take().filter(|_| opened.exact);
        let debugger = Debugger { scenario: self.scenario.take(), linked_sight, ..Debugger::of(opened.history) };
        Ok(Some((debugger, opened.exact)))
    }
}
