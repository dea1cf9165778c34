//! The engine without its page, as wasm in a folder of its own: for the benchmark, and for the end-to-end test that compares
//! it with the host's. The page carries no such entry points.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use workshop::{Context, Error};

use crate::build;
use crate::setup::{Machine, WASM_TARGET};

/// The program in the page's package.
const PROGRAM: &str = "engine";

/// Loads the engine and says when it is there.
const INDEX: &str = "<!doctype html><title>engine</title><script type=\"module\">\n\
    import init, * as engine from './engine.js';\n\
    await init();\n\
    window.engine = engine;\n\
    </script>\n";

/// Compiles it: with the libraries that the page's release build has made.
pub(crate) fn compile_command(machine: &Machine) -> Command {
    let mut command = machine.command("cargo");
    command.args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "brokerscope",
        "--bin",
        PROGRAM,
        "--target",
        WASM_TARGET,
    ]);
    build::name_functions(&mut command);
    command
}

/// Makes the compiled program a site, optimised as the page is; returns its folder.
pub(crate) fn site(machine: &Machine) -> Result<PathBuf, Error> {
    let folder = machine.target_dir.join(PROGRAM);
    let compiled = machine.target_dir.join(WASM_TARGET).join("release").join(format!("{PROGRAM}.wasm"));
    let mut bind = machine.command("wasm-bindgen");
    bind.args(["--target", "web", "--no-typescript", "--out-name", PROGRAM, "--out-dir"]).arg(&folder).arg(compiled);
    succeed(&mut bind, "wasm-bindgen")?;
    let bound = folder.join(format!("{PROGRAM}_bg.wasm"));
    succeed(machine.command("wasm-opt").arg("-Oz").arg(&bound).arg("-o").arg(&bound), "wasm-opt")?;
    let index = folder.join("index.html");
    fs::write(&index, INDEX).context(|| format!("write {}", index.display()))?;
    Ok(folder)
}

/// Both, one after the other.
pub(crate) fn build(machine: &Machine) -> Result<PathBuf, Error> {
    succeed(&mut compile_command(machine), "cargo")?;
    site(machine)
}

fn succeed(command: &mut Command, name: &str) -> Result<(), Error> {
    let status = command.status().context(|| format!("start {name}"))?;
    if status.success() { Ok(()) } else { Err(Error::failed(format!("{name} failed; its words are above"))) }
}
