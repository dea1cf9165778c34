//! Scenario files on the disk: the crate `scenario-file` reads their text, and here a complaint also names the file.

use std::fmt;
use std::path::{Path, PathBuf};

pub(crate) use scenario_file::Story;

/// Our own scenarios, from the repository's root.
pub(crate) const SCENARIOS: &str = "scenarios";

/// All scenario files below a folder, in order.
pub(crate) fn below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) struct Complaint {
    file: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Unreadable(std::io::Error),
    NotUtf8,
    Wrong(scenario_file::Complaint),
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Unreadable(error) => write!(f, "{}: cannot be read: {error}", self.file),
            What::NotUtf8 => write!(f, "{}: is not UTF-8 text", self.file),
            What::Wrong(complaint) => write!(f, "{}, {complaint}", self.file),
        }
    }
}

pub(crate) fn read(path: &Path) -> Result<Story, Complaint> {
    let file = path.display().to_string();
    let complain = |what| Complaint { file: file.clone(), what };
    let bytes = std::fs::read(path).map_err(|error| complain(What::Unreadable(error)))?;
    let text = String::from_utf8(bytes).map_err(|_| complain(What::NotUtf8))?;
    parse(&file, &text)
}

/// Reads a file's text.
pub(crate) fn parse(file: &str, text: &str) -> Result<Story, Complaint> {
    scenario_file::parse(text).map_err(|complaint| Complaint { file: file.to_owned(), what: What::Wrong(complaint) })
}
