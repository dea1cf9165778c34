//! One error type for the whole tool: a sentence for a person, and the exit code that goes with it.

use std::fmt;

/// Exit code for a command line that was not understood, as most command line tools have it.
const EXIT_USAGE: u8 = 2;
/// Exit code for what could not even be tried.
const EXIT_COULD_NOT_RUN: u8 = 2;
/// Exit code for everything else.
const EXIT_FAILED: u8 = 1;

/// A sentence that says what is wrong and, where there is one, the way out.
#[derive(Debug)]
pub struct Error {
    sentence: String,
    exit_code: u8,
}

impl Error {
    /// Something could not be done.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), exit_code: EXIT_FAILED }
    }

    /// The command line was not understood.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), exit_code: EXIT_USAGE }
    }

    /// Nothing is wrong with what was asked, but it cannot be done here.
    pub fn could_not_run(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), exit_code: EXIT_COULD_NOT_RUN }
    }

    /// An option that a command does not have.
    pub fn unknown_option(command: &str, option: &str) -> Self {
        Self::usage(format!("`cargo xtask {command}` does not know `{option}`; `cargo xtask help` lists what there is"))
    }

    /// What the process ends with.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence)
    }
}

/// Says what was being done when the operating system refused.
pub trait Context<T> {
    fn context(self, doing: impl FnOnce() -> String) -> Result<T, Error>;
}

impl<T, E: fmt::Display> Context<T> for Result<T, E> {
    fn context(self, doing: impl FnOnce() -> String) -> Result<T, Error> {
        self.map_err(|error| Error::failed(format!("could not {}: {error}", doing())))
    }
}
