//! `cargo xtask bench …`: measurements.

use std::process::ExitCode;

use crate::error::Error;

pub(crate) fn run(_arguments: &[String]) -> Result<ExitCode, Error> {
    Err(Error::failed("`cargo xtask bench` is not written yet"))
}
