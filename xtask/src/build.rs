//! `cargo xtask build`: the release site.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::glue;
use crate::setup::{Machine, Scope, WASM_TARGET};
use crate::size;
use crate::split;
use workshop::{Context, Error};

/// Where trunk puts the site, as Trunk.toml says.
const DIST_FOLDER: &str = "dist";
/// The page's code as the linker wrote it.
const LINKED_NAME: &str = "brokerscope.wasm";

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

/// Takes the code of the site that trunk has built apart, and makes its script smaller.
pub(crate) fn split_site(machine: &Machine) -> Result<(), Error> {
    let list = machine.root.join(split::LATER_LIST);
    let list = fs::read_to_string(&list).context(|| format!("read {}", list.display()))?;
    let linked = machine.target_dir.join(WASM_TARGET).join("release").join(LINKED_NAME);
    let linked = fs::read(&linked).context(|| format!("read {}", linked.display()))?;
    glue::make_smaller(&dist(machine))?;
    split::split_site(&dist(machine), &list, &linked, &|files| make_smaller(machine, files))
}

/// wasm-opt on some files at the same time; it works with one core. What the options beside -Oz gain was measured. Nothing
/// lives in the lowest 1 024 bytes: they are the end of the stack, reached only when it is about to overflow.
fn make_smaller(machine: &Machine, files: &[PathBuf]) -> Result<(), Error> {
    const OPTIONS: &[&str] =
        &["-Oz", "--low-memory-unused", "--one-caller-inline-max-function-size=20", "--strip-target-features"];
    let mut running = Vec::new();
    for file in files {
        let mut command = machine.command("wasm-opt");
        command.args(OPTIONS).arg(file).arg("-o").arg(file);
        running.push(command.spawn().context(|| "start wasm-opt".to_owned())?);
    }
    let mut are_done = true;
    for mut one in running {
        are_done &= one.wait().context(|| "wait for wasm-opt".to_owned())?.success();
    }
    if are_done { Ok(()) } else { Err(Error::failed("wasm-opt could not make the code smaller; its words are above")) }
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
