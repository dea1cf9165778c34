//! Programs that take the place of this one: whatever stops us stops them, and their exit code is ours.

use std::process::{Command, ExitCode};

use workshop::Error;

use crate::setup::plain_command;

/// `cargo xtask sim`, `conform` and `index`: the package `conform`, with the word and what follows it.
pub(crate) fn play_scenarios(arguments: &[String]) -> Result<ExitCode, Error> {
    let mut command = plain_command("cargo");
    command.args(["run", "--quiet", "--package", "conform", "--"]).args(arguments);
    become_command(command)
}

#[cfg(unix)]
pub(crate) fn become_command(mut command: Command) -> Result<ExitCode, Error> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(Error::failed(format!("could not start {}: {error}", command.get_program().display())))
}

#[cfg(not(unix))]
pub(crate) fn become_command(mut command: Command) -> Result<ExitCode, Error> {
    use workshop::Context as _;
    let status = command.status().context(|| format!("start {}", command.get_program().display()))?;
    // What a process ends with is a byte where it matters here.
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
