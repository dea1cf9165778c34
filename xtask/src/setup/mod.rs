//! Sets up what is missing, and only that. Every step first looks whether it is needed, says what it does and how long
//! it takes, and works in a temporary place until it is complete, so that one killed in the middle repairs itself.

mod browser;
mod debian;
mod npm;
mod rust_target;
mod tools;

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

pub(crate) use browser::Browser;
pub(crate) use rust_target::WASM_TARGET;

use workshop::{Cache, Context, Error, repository_root};

/// The tools, each at the version that was tried. wasm-bindgen-cli is not here: it must equal Cargo.lock's library.
const TRUNK_VERSION: &str = "0.21.14";

/// Where a fresh machine gets Rust, named in every sentence that has to send someone there.
const RUSTUP_ADDRESS: &str = "https://rustup.rs";

/// How much of the machine a command needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// The compiler that `cargo xtask` itself was started with; nothing is fetched except rustfmt and clippy.
    Host,
    /// The wasm32 standard library, trunk, wasm-bindgen and wasm-opt.
    Site,
    /// The site's tools and a browser with its driver.
    Browser,
    /// All of that, the linters and the audit of accessibility.
    Checks,
}

/// A machine on which the commands of one [`Scope`] work, and the environment that makes them work.
pub(crate) struct Machine {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Where this machine's compiler puts its output.
    pub(crate) target_dir: PathBuf,
    /// Present from [`Scope::Browser`] on.
    browser: Option<Browser>,
    /// The script of axe; present with [`Scope::Checks`].
    axe: Option<PathBuf>,
    environment: Environment,
}

impl Machine {
    /// Makes this machine ready, or says what is missing and how to get it.
    pub(crate) fn prepare(scope: Scope) -> Result<Self, Error> {
        let root = repository_root()?;
        let started = Instant::now();
        let mut environment = Environment::inherited();
        let (mut browser, mut axe) = (None, None);
        let mut target_dir = base_target_dir(&root);
        if scope == Scope::Host {
            rust_target::ensure_linters(&environment)?;
        } else {
            let cache = Cache::open()?;
            let _lock = cache.lock()?;
            let toolchain = rust_target::ensure(&cache, &environment)?;
            toolchain.apply(&mut environment, &mut target_dir);
            toolchain.discard_stale_output(&target_dir)?;
            if scope == Scope::Checks {
                rust_target::ensure_linters(&environment)?;
            }
            tools::ensure(&cache, &root, &mut environment)?;
            fetch_libraries(&root, &environment)?;
            if scope >= Scope::Browser {
                browser = Some(browser::ensure(&environment)?);
            }
            if scope == Scope::Checks {
                axe = Some(npm::ensure_axe(&cache, &environment)?);
            }
        }
        environment.set("CARGO_TARGET_DIR", target_dir.as_os_str());
        let spent = started.elapsed();
        if spent > Duration::from_secs(5) {
            println!("xtask: set up in {} s", spent.as_secs());
        }
        Ok(Self { root, target_dir, browser, axe, environment })
    }

    /// A command that runs in the repository with this machine's compiler and tools.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = self.environment.command(program);
        command.current_dir(&self.root);
        command
    }

    /// The browser; an error if the machine was prepared without one.
    pub(crate) fn browser(&self) -> Result<&Browser, Error> {
        self.browser.as_ref().ok_or_else(|| Error::failed("no browser was set up for this command"))
    }

    /// The script of axe; none if the machine was prepared for less than every check.
    pub(crate) fn axe(&self) -> Option<&Path> {
        self.axe.as_deref()
    }

    /// The script of Lighthouse, fetched when it is first asked for: only the benchmark needs it.
    pub(crate) fn lighthouse(&self) -> Result<PathBuf, Error> {
        let cache = Cache::open()?;
        let _lock = cache.lock()?;
        npm::ensure_lighthouse(&cache, &self.environment)
    }

    /// The full path of a tool that the set-up put in place.
    pub(crate) fn tool(&self, program: &str) -> Result<PathBuf, Error> {
        self.environment
            .find(program)
            .ok_or_else(|| Error::failed(format!("`{program}` is not on PATH, although the set-up finished")))
    }
}

/// Downloads what Cargo.lock names, for every target: trunk builds the site without the network, and on a fresh machine
/// cargo has fetched only what xtask itself needs. Where everything is there this takes a moment and asks nobody.
fn fetch_libraries(root: &Path, environment: &Environment) -> Result<(), Error> {
    let status = environment
        .command("cargo")
        .args(["fetch", "--locked"])
        .current_dir(root)
        .status()
        .context(|| "start cargo".to_owned())?;
    if status.success() {
        Ok(())
    } else {
        Err(Error::failed("cargo could not fetch the libraries that Cargo.lock names; its words are above"))
    }
}

/// `cargo xtask setup`: everything that the other commands would set up.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    if let Some(option) = arguments.first() {
        return Err(Error::unknown_option("setup", option));
    }
    Machine::prepare(Scope::Checks)?;
    println!("xtask: everything is there");
    Ok(ExitCode::SUCCESS)
}

/// A command with what this process was started with, for programs that need nothing set up.
pub(crate) fn plain_command(program: &str) -> Command {
    Environment::inherited().command(program)
}

/// The environment of child processes. What the outer `cargo` left in ours would send them to the wrong compiler.
struct Environment {
    variables: Vec<(String, OsString)>,
    /// In front of the inherited PATH.
    path_front: Vec<PathBuf>,
}

/// What cargo and rustup set for the programs that they start, and what those must not hand on.
const LEFT_BY_OUTER_CARGO: &[&str] =
    &["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR", "RUST_RECURSION_COUNT"];
const PREFIXES_LEFT_BY_OUTER_CARGO: &[&str] = &["CARGO_PKG_", "CARGO_MANIFEST_"];

impl Environment {
    fn inherited() -> Self {
        Self { variables: Vec::new(), path_front: Vec::new() }
    }

    fn set(&mut self, name: &str, value: impl Into<OsString>) {
        self.variables.push((name.to_owned(), value.into()));
    }

    fn put_in_front_of_path(&mut self, folder: PathBuf) {
        if !self.path_front.contains(&folder) {
            self.path_front.insert(0, folder);
        }
    }

    fn path_folders(&self) -> Vec<PathBuf> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        self.path_front.iter().cloned().chain(env::split_paths(&inherited)).collect()
    }

    /// Where a program is, if it is there.
    fn find(&self, program: &str) -> Option<PathBuf> {
        let file_name = format!("{program}{}", env::consts::EXE_SUFFIX);
        self.path_folders().into_iter().map(|folder| folder.join(&file_name)).find(|path| path.is_file())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.find(program).unwrap_or_else(|| PathBuf::from(program)));
        for (name, _) in env::vars_os() {
            let name_text = name.to_string_lossy();
            let is_left_over = LEFT_BY_OUTER_CARGO.contains(&name_text.as_ref())
                || PREFIXES_LEFT_BY_OUTER_CARGO.iter().any(|prefix| name_text.starts_with(prefix));
            if is_left_over {
                command.env_remove(&name);
            }
        }
        if let Ok(path) = env::join_paths(self.path_folders()) {
            command.env("PATH", path);
        }
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// What a program prints, trimmed; `None` if it is missing or fails.
    fn output_of(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let output = self.command(program).args(arguments).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// The folder that cargo would use, which the user may have moved.
fn base_target_dir(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}
