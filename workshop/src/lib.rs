//! What the repository's own tools have in common: how they fail, where they keep what they fetched or built, and how they
//! run other programs. `xtask` sets machines up and `conform` plays scenarios; neither has to be compiled for the other.

mod cache;
mod error;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::{Duration, Instant};

pub use cache::Cache;
pub use error::{Context, Error};

/// How a command ended, for the process: what went wrong is said on the standard error output.
pub fn conclude(outcome: Result<ExitCode, Error>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error}");
        ExitCode::from(error.exit_code())
    })
}

/// The repository: where cargo says the workspace's xtask is, or else above the current folder.
pub fn repository_root() -> Result<PathBuf, Error> {
    if let Some(package) = env::var_os("CARGO_MANIFEST_DIR")
        && let Some(root) = Path::new(&package).parent()
    {
        return Ok(root.to_owned());
    }
    let here = env::current_dir().context(|| "read the current folder".to_owned())?;
    here.ancestors()
        .find(|folder| folder.join("Cargo.toml").is_file() && folder.join("xtask").is_dir())
        .map(Path::to_owned)
        .ok_or_else(|| Error::failed("run this inside the repository, as `cargo xtask <command>`"))
}

/// Says what is being done and how long it takes.
pub fn announce(doing: &str, duration: &str) {
    println!("xtask: {doing} ({duration}, once)");
}

/// Runs a command to its end; `None` if it did not end within the bound and was stopped.
pub fn run_with_bound(command: &mut Command, bound: Duration) -> Result<Option<ExitStatus>, Error> {
    let mut child = command.spawn().context(|| format!("start {}", command.get_program().display()))?;
    let deadline = Instant::now() + bound;
    loop {
        if let Some(status) = poll(&mut child)? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            // Whether it could be stopped or had just ended makes no difference: it is not waited for any longer.
            let _ = child.kill();
            let _ = child.wait();
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn poll(child: &mut Child) -> Result<Option<ExitStatus>, Error> {
    child.try_wait().context(|| "wait for a child process".to_owned())
}

/// Puts a finished folder in its place in one step; what an earlier, interrupted run left there goes.
pub fn move_into_place(finished: &Path, place: &Path) -> Result<(), Error> {
    if place.exists() {
        fs::remove_dir_all(place).context(|| format!("remove the incomplete {}", place.display()))?;
    }
    fs::rename(finished, place).context(|| format!("move {} into place", place.display()))
}
