//! `cargo xtask build`: the release site.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::setup::{Machine, Scope};
use crate::size;
use crate::split;
use workshop::{Context, Error};

/// Where trunk puts the site, as Trunk.toml says.
const DIST_FOLDER: &str = "dist";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    if let Some(option) = arguments.first() {
        return Err(Error::unknown_option("build", option));
    }
    let machine = Machine::prepare(Scope::Site)?;
    release_site(&machine)?;
    print!("{}", size::measure(&machine)?);
    println!("xtask: the site is in {DIST_FOLDER}/; any static host serves it, from any folder");
    Ok(ExitCode::SUCCESS)
}

/// Where the site is.
pub(crate) fn dist(machine: &Machine) -> PathBuf {
    machine.root.join(DIST_FOLDER)
}

/// The command that builds the release site. Where nothing has changed it takes seconds.
pub(crate) fn release_command(machine: &Machine) -> Command {
    let mut command = trunk(machine, "build");
    // Relative addresses, so that the site works from any folder of any host.
    command.args(["--release", "--public-url", "./", "--dist", DIST_FOLDER]);
    name_functions(&mut command);
    command
}

/// Builds the release site, and shows trunk at work.
pub(crate) fn release_site(machine: &Machine) -> Result<(), Error> {
    whole_site(machine)?;
    split_site(machine)
}

/// Takes the code of the site that trunk has built apart.
pub(crate) fn split_site(machine: &Machine) -> Result<(), Error> {
    let list = machine.root.join(split::LATER_LIST);
    let list = fs::read_to_string(&list).context(|| format!("read {}", list.display()))?;
    split::split_site(&dist(machine), &list)
}

/// The site as trunk builds it, its code in one file with the names of its functions.
pub(crate) fn whole_site(machine: &Machine) -> Result<(), Error> {
    println!("xtask: building the release site (about 3 minutes the first time)");
    let status = release_command(machine).status().context(|| "start trunk".to_owned())?;
    if status.success() { Ok(()) } else { Err(Error::failed("trunk could not build the site; its words are above")) }
}

/// The compiler's options for everything in the release build. Names that tell every function, with the types of a generic
/// one, are what the code is taken apart by; they do not travel.
pub(crate) fn name_functions(command: &mut Command) {
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Csymbol-mangling-version=v0");
}

/// One of trunk's commands, with nothing to fetch: the tools are on PATH, at the versions that the set-up pins.
pub(crate) fn trunk(machine: &Machine, subcommand: &str) -> Command {
    let mut command = machine.command("trunk");
    command.args([subcommand, "--offline"]);
    // trunk reads NO_COLOR as an option of its own and refuses the usual "1".
    command.env_remove("NO_COLOR");
    command
}
