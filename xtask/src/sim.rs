//! `cargo xtask sim …`: simulations without a browser.

use std::process::ExitCode;

use crate::error::Error;

pub(crate) fn run(_arguments: &[String]) -> Result<ExitCode, Error> {
    Err(Error::failed("`cargo xtask sim` is not written yet"))
}
