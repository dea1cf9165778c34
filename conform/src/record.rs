//! What real systems showed, as files: the ordinary tests replay them on the simulator, without Java.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use sim_core::json::Json;

use workshop::{Context as _, Error};

use crate::real::system::System;
use crate::story_file;

/// Where they are, from the repository's root.
const FOLDER: &str = "sim-core/tests/conformance/observed";

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) scenario: String,
    /// The exact release.
    pub(crate) system: System,
    pub(crate) date: String,
    pub(super) observations: Vec<Json>,
}

impl Record {
    pub(super) fn path(&self, root: &Path) -> PathBuf {
        root.join(FOLDER).join(format!("{}.{}.json", self.scenario, self.system.release()))
    }

    fn text(&self) -> String {
        let text = |text: &str| Json::Text(text.into());
        let members = vec![
            ("scenario".into(), text(&self.scenario)),
            (self.system.name().into(), text(self.system.release())),
            ("date".into(), text(&self.date)),
            ("observations".into(), Json::List(self.observations.clone())),
        ];
        let mut text = Json::Map(members).pretty();
        text.push('\n');
        text
    }

    /// Writes it, unless the same was observed before: then its date stays.
    pub(super) fn store(&self, root: &Path) -> Result<(), Error> {
        let path = self.path(root);
        let before = fs::read_to_string(&path).ok().and_then(|text| Self::read(&text));
        if before.is_some_and(|before| Json::List(before.observations).same(&Json::List(self.observations.clone()))) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).context(|| format!("make {}", folder.display()))?;
        }
        fs::write(&path, self.text()).context(|| format!("write {}", path.display()))
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let json = Json::parse(text.trim())?;
        let member = |name: &str| json.get(name)?.as_text().map(|text| text.to_string());
        let is_of = |system: &System| member(system.name()).is_some_and(|release| release == system.release());
        Some(Self {
            scenario: member("scenario")?,
            system: System::ALL.into_iter().find(is_of)?,
            date: member("date")?,
            observations: json.get("observations")?.as_list()?.to_vec(),
        })
    }
}

/// What real systems showed until now, in the order of the files.
pub(crate) fn all(root: &Path) -> Result<Vec<Record>, Error> {
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(file).context(|| format!("read {}", file.display()))?;
        Record::read(&text).ok_or_else(|| Error::failed(format!("{} is not a record", file.display())))
    };
    story_file::below(&root.join(FOLDER)).iter().map(read).collect()
}

/// Today, in UTC.
pub(super) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date(seconds / 86_400)
}

/// The Gregorian date of a day since 1970-01-01.
fn date(mut days: u64) -> String {
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right() {
        for (days, expected) in [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_783, "2026-11-26")]
        {
            assert_eq!(date(days), expected);
        }
    }

    #[test]
    fn a_record_reads_back() {
        for system in System::ALL {
            let record = Record {
                scenario: "zk-x".to_owned(),
                system,
                date: "2026-11-26".to_owned(),
                observations: vec![Json::Map(vec![("results".into(), Json::List(Vec::new()))])],
            };
            assert_eq!(Record::read(&record.text()), Some(record));
        }
    }
}
