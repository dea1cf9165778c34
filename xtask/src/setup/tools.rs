//! trunk, wasm-bindgen and wasm-opt, each at one version: from PATH where it is there, otherwise made once and kept in
//! the cache folder.

use std::fs;
use std::path::Path;

use workshop::{Cache, Context, Error, announce, move_into_place};

use super::npm::Package;

use super::{Environment, TRUNK_VERSION};

/// The npm package that carries wasm-opt; its major number is what `wasm-opt --version` says.
const WASM_OPT: Package = Package {
    name: "binaryen",
    version: "132.0.0",
    proof: ".bin/wasm-opt",
    purpose: "where wasm-opt comes from, which makes the page small",
    is_run_by_node: true,
};

/// Puts the tools that build the site on the environment's PATH.
pub(super) fn ensure(cache: &Cache, root: &Path, environment: &mut Environment) -> Result<(), Error> {
    let trunk = CargoTool {
        package: "trunk",
        version: TRUNK_VERSION.to_owned(),
        programs: &["trunk"],
        // What it would fetch over TLS is on PATH already, and its word on newer versions is not needed.
        options: &["--no-default-features"],
        // The dependencies of trunk have moved on since: with newer ones it does not compile.
        may_build_unlocked: false,
        // It copies files and starts the others: optimisation would take longer than it could ever save.
        opt_level: "0",
        duration: "about 3 minutes on 2 cores",
    };
    trunk.ensure(cache, environment)?;

    let wasm_bindgen = CargoTool {
        package: "wasm-bindgen-cli",
        version: locked_version(root, "wasm-bindgen")?,
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        options: &["--no-default-features"],
        // Its lock file may name a crate that a registry's mirror does not have yet.
        may_build_unlocked: true,
        opt_level: "1",
        duration: "about 2 minutes on 2 cores",
    };
    wasm_bindgen.ensure(cache, environment)?;
    ensure_wasm_opt(cache, environment)
}

/// A program that cargo can build from crates.io.
struct CargoTool {
    package: &'static str,
    version: String,
    programs: &'static [&'static str],
    options: &'static [&'static str],
    may_build_unlocked: bool,
    opt_level: &'static str,
    duration: &'static str,
}

impl CargoTool {
    fn ensure(&self, cache: &Cache, environment: &mut Environment) -> Result<(), Error> {
        if self.is_on_path(environment) {
            return Ok(());
        }
        let name = format!("{}-{}", self.package, self.version);
        let place = cache.join(&name);
        if !self.is_in(&place) {
            self.build(cache, environment, &name, &place)?;
        }
        environment.put_in_front_of_path(place.join("bin"));
        Ok(())
    }

    /// All programs, at exactly this version.
    fn is_on_path(&self, environment: &Environment) -> bool {
        self.programs.iter().all(|program| {
            environment.find(program).is_some()
                && environment
                    .output_of(program, &["--version"])
                    .is_some_and(|line| line.split_whitespace().any(|word| word == self.version))
        })
    }

    fn is_in(&self, place: &Path) -> bool {
        self.programs.iter().all(|program| place.join("bin").join(program_file(program)).is_file())
    }

    fn build(&self, cache: &Cache, environment: &Environment, name: &str, place: &Path) -> Result<(), Error> {
        announce(&format!("building {} {}", self.package, self.version), self.duration);
        let partial = cache.join(&format!("{name}.partial"));
        // Kept until the tool is complete, so that a build that was interrupted goes on where it stopped.
        let output = cache.join(&format!("{name}.build"));
        let mut done = self.install(environment, &partial, &output, true)?;
        if !done && self.may_build_unlocked {
            println!("xtask: {name} did not build with its own lock file; trying with the newest dependencies");
            done = self.install(environment, &partial, &output, false)?;
        }
        if !done || !self.is_in(&partial) {
            return Err(Error::failed(format!(
                "could not build {name}; cargo's words are above. By hand: cargo install {} --version {} --locked",
                self.package, self.version
            )));
        }
        move_into_place(&partial, place)?;
        // Only disk space is lost if this fails.
        let _ = fs::remove_dir_all(&output);
        Ok(())
    }

    fn install(
        &self,
        environment: &Environment,
        partial: &Path,
        output: &Path,
        is_locked: bool,
    ) -> Result<bool, Error> {
        let mut command = environment.command("cargo");
        command.args(["install", self.package, "--version", &self.version, "--force", "--root"]);
        command.arg(partial).args(self.options).env("CARGO_TARGET_DIR", output);
        command
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
        if is_locked {
            command.arg("--locked");
        }
        let status = command.status().context(|| "start cargo".to_owned())?;
        Ok(status.success())
    }
}

fn program_file(program: &str) -> String {
    format!("{program}{}", std::env::consts::EXE_SUFFIX)
}

/// The version that Cargo.lock has of a package.
fn locked_version(root: &Path, package: &str) -> Result<String, Error> {
    let path = root.join("Cargo.lock");
    let text = fs::read_to_string(&path).context(|| format!("read {}", path.display()))?;
    version_in_lock(&text, package)
        .map(str::to_owned)
        .ok_or_else(|| Error::failed(format!("{} does not name {package}", path.display())))
}

fn version_in_lock<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name_line = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name_line)?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

fn ensure_wasm_opt(cache: &Cache, environment: &mut Environment) -> Result<(), Error> {
    let wanted = WASM_OPT.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let on_path = environment.output_of("wasm-opt", &["--version"]).as_deref().and_then(wasm_opt_version);
    if on_path.is_some() && on_path >= wanted {
        return Ok(());
    }
    let program = WASM_OPT.ensure(cache, environment)?;
    if let Some(programs) = program.parent() {
        environment.put_in_front_of_path(programs.to_owned());
    }
    Ok(())
}

/// The number in "wasm-opt version 132 (version_132)".
fn wasm_opt_version(line: &str) -> Option<u32> {
    line.split_whitespace().find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::{version_in_lock, wasm_opt_version};

    #[test]
    fn the_locked_version_is_that_of_the_package_with_exactly_this_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.3\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen"), Some("0.2.3"));
        assert_eq!(version_in_lock(lock, "wasm-opt"), None);
    }

    #[test]
    fn the_version_of_wasm_opt_is_its_first_number() {
        assert_eq!(wasm_opt_version("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(wasm_opt_version("wasm-opt: command not found"), None);
    }
}
