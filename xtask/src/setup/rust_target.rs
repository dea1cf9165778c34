//! A compiler that can build for wasm32: the user's own with rustup's standard library, or, where rustup cannot
//! download, Debian's `rustc-web` with a standard library built from its source.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use workshop::{Cache, Context, Error, announce, move_into_place, run_with_bound};

use super::{Environment, RUSTUP_ADDRESS, debian};

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// How long rustup may try where there is something else to fall back on. Offline it would hang for many minutes.
const RUSTUP_BOUND_WITH_FALLBACK: Duration = Duration::from_secs(45);
/// How long rustup may try where it is the only way: a slow line needs its time.
const RUSTUP_BOUND_ALONE: Duration = Duration::from_secs(600);

/// Debian's newest compiler and all that belongs to it. The linker comes with LLVM's own version number.
const DEBIAN_PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
    "rust-web-clippy",
    "rustfmt-web",
    // The linker driver of every Rust program on Linux.
    "gcc",
    "libc6-dev",
];
const DEBIAN_BIN: &str = "/usr/bin";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
/// The name under which rustup knows Debian's compiler.
const LINKED_TOOLCHAIN: &str = "debian-web";
/// The two compilers cannot share output; with a folder each, neither throws away the other's.
const FALLBACK_TARGET_FOLDER: &str = "web";

/// Written into a standard library that we built: which compiler it is for, and when it was built. Copied into each
/// target folder built against it.
const STAMP_FILE: &str = "brokerscope-stamp";

/// A compiler that can build for wasm32.
pub(super) struct Toolchain {
    kind: Kind,
    /// The stamp of the wasm32 standard library, if it is one that we built.
    stamp: Option<String>,
}

enum Kind {
    /// The one that `cargo` on PATH stands for.
    Inherited,
    /// Debian's, linked into rustup.
    DebianThroughRustup,
    /// Debian's, on a machine without rustup.
    DebianAlone,
}

impl Toolchain {
    pub(super) fn apply(&self, environment: &mut Environment, target_dir: &mut PathBuf) {
        match self.kind {
            Kind::Inherited => return,
            Kind::DebianThroughRustup => environment.set("RUSTUP_TOOLCHAIN", LINKED_TOOLCHAIN),
            Kind::DebianAlone => environment.put_in_front_of_path(PathBuf::from(DEBIAN_BIN)),
        }
        target_dir.push(FALLBACK_TARGET_FOLDER);
    }

    /// Removes wasm output that was built against another standard library: cargo does not notice that it was
    /// replaced, and stops with E0463 (can't find crate).
    pub(super) fn discard_stale_output(&self, target_dir: &Path) -> Result<(), Error> {
        let Some(stamp) = &self.stamp else { return Ok(()) };
        let output = target_dir.join(WASM_TARGET);
        let noted = target_dir.join(STAMP_FILE);
        if output.exists() && fs::read_to_string(&noted).ok().as_ref() != Some(stamp) {
            println!("xtask: the wasm32 standard library is newer than {}; building again", output.display());
            fs::remove_dir_all(&output).context(|| format!("remove {}", output.display()))?;
        }
        fs::create_dir_all(target_dir).context(|| format!("make {}", target_dir.display()))?;
        fs::write(&noted, stamp).context(|| format!("write {}", noted.display()))
    }
}

/// Finds or makes a compiler for wasm32.
pub(super) fn ensure(cache: &Cache, environment: &Environment) -> Result<Toolchain, Error> {
    if environment.find("rustc").is_none() && environment.find("rustup").is_none() {
        return Err(Error::failed(format!("there is no Rust compiler on PATH; get one from {RUSTUP_ADDRESS}")));
    }
    if let Some(toolchain) = inherited_if_complete(environment) {
        return Ok(toolchain);
    }
    if debian_library_is_complete(environment) && debian::missing(environment, DEBIAN_PACKAGES).is_empty() {
        return debian_toolchain(environment);
    }
    let has_fallback = debian::can_install(environment);
    if environment.find("rustup").is_some() {
        if add_target_with_rustup(environment, has_fallback)?
            && let Some(toolchain) = inherited_if_complete(environment)
        {
            return Ok(toolchain);
        }
        println!("xtask: rustup could not fetch the wasm32 standard library");
    }
    if !has_fallback {
        return Err(Error::failed(how_to_get_the_target(environment)));
    }
    debian::install(environment, DEBIAN_PACKAGES, "about 2 minutes")?;
    if !debian_library_is_complete(environment) {
        build_debian_library(cache, environment)?;
    }
    debian_toolchain(environment)
}

/// rustfmt and clippy for the compiler of this environment.
pub(super) fn ensure_linters(environment: &Environment) -> Result<(), Error> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let is_there = || environment.output_of("cargo", &[subcommand, "--version"]).is_some();
        if is_there() {
            continue;
        }
        announce(&format!("rustup component add {component}"), "under a minute");
        let mut command = environment.command("rustup");
        command.args(["component", "add", component]);
        let added = environment.find("rustup").is_some()
            && run_with_bound(&mut command, RUSTUP_BOUND_ALONE)?.is_some_and(|status| status.success());
        if !added || !is_there() {
            return Err(Error::failed(format!(
                "`cargo {subcommand}` is missing and could not be fetched; get it with `rustup component add {component}`"
            )));
        }
    }
    Ok(())
}

fn how_to_get_the_target(environment: &Environment) -> String {
    let on_debian = if debian::is_debian(environment) {
        "; or, on Debian, run `cargo xtask setup` once as root, which builds it from Debian's packages"
    } else {
        ""
    };
    format!(
        "the standard library for {WASM_TARGET} is missing: run `rustup target add {WASM_TARGET}` where there is a \
         network (rustup is at {RUSTUP_ADDRESS}){on_debian}"
    )
}

fn inherited_if_complete(environment: &Environment) -> Option<Toolchain> {
    let library = environment.output_of("rustc", &["--print", "target-libdir", "--target", WASM_TARGET])?;
    let library = PathBuf::from(library);
    if !holds_std(&library) {
        return None;
    }
    let stamp = read_stamp(&library);
    // One that we built for an older compiler of Debian's is as good as none.
    if let Some(stamp) = &stamp
        && !stamp.starts_with(&environment.output_of("rustc", &["-V"])?)
    {
        return None;
    }
    Some(Toolchain { kind: Kind::Inherited, stamp })
}

fn holds_std(library: &Path) -> bool {
    let Ok(entries) = fs::read_dir(library) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// The stamp stands beside the folder of the library's files.
fn read_stamp(library: &Path) -> Option<String> {
    fs::read_to_string(library.parent()?.join(STAMP_FILE)).ok()
}

fn add_target_with_rustup(environment: &Environment, has_fallback: bool) -> Result<bool, Error> {
    let bound = if has_fallback { RUSTUP_BOUND_WITH_FALLBACK } else { RUSTUP_BOUND_ALONE };
    announce(&format!("rustup target add {WASM_TARGET}"), &format!("seconds, or given up after {} s", bound.as_secs()));
    let mut command = environment.command("rustup");
    command.args(["target", "add", WASM_TARGET]);
    Ok(run_with_bound(&mut command, bound)?.is_some_and(|status| status.success()))
}

fn debian_toolchain(environment: &Environment) -> Result<Toolchain, Error> {
    let stamp = debian_library_folder(environment).as_deref().and_then(read_stamp);
    if environment.find("rustup").is_none() {
        return Ok(Toolchain { kind: Kind::DebianAlone, stamp });
    }
    let known = environment.output_of("rustup", &["toolchain", "list"]).unwrap_or_default();
    if !known.lines().any(|line| line.split_whitespace().next() == Some(LINKED_TOOLCHAIN)) {
        let sysroot = environment
            .output_of(DEBIAN_RUSTC, &["--print", "sysroot"])
            .ok_or_else(|| Error::failed(format!("{DEBIAN_RUSTC} does not run")))?;
        let linked = environment
            .command("rustup")
            .args(["toolchain", "link", LINKED_TOOLCHAIN, &sysroot])
            .status()
            .context(|| "start rustup".to_owned())?;
        if !linked.success() {
            return Err(Error::failed(format!("rustup could not link Debian's compiler as {LINKED_TOOLCHAIN}")));
        }
    }
    Ok(Toolchain { kind: Kind::DebianThroughRustup, stamp })
}

fn debian_library_folder(environment: &Environment) -> Option<PathBuf> {
    environment.output_of(DEBIAN_RUSTC, &["--print", "target-libdir", "--target", WASM_TARGET]).map(PathBuf::from)
}

fn debian_library_is_complete(environment: &Environment) -> bool {
    let Some(library) = debian_library_folder(environment) else { return false };
    let Some(version) = environment.output_of(DEBIAN_RUSTC, &["-V"]) else { return false };
    // Without a stamp it is not ours: it belongs to a package, which keeps it in step with the compiler.
    holds_std(&library) && read_stamp(&library).is_none_or(|stamp| stamp.starts_with(&version))
}

/// Builds the standard library for wasm32 from Debian's source and puts it beside the others of Debian's compiler.
fn build_debian_library(cache: &Cache, environment: &Environment) -> Result<(), Error> {
    announce("building the wasm32 standard library from Debian's source", "about 1 minute");
    let version = environment
        .output_of(DEBIAN_RUSTC, &["-V"])
        .ok_or_else(|| Error::failed(format!("{DEBIAN_RUSTC} does not run")))?;
    let library = debian_library_folder(environment)
        .ok_or_else(|| Error::failed(format!("{DEBIAN_RUSTC} does not know {WASM_TARGET}")))?;
    let place = library.parent().ok_or_else(|| Error::failed("the library folder has no parent"))?;

    let package = cache.join("wasm32-std-build");
    if package.exists() {
        fs::remove_dir_all(&package).context(|| format!("remove {}", package.display()))?;
    }
    write_empty_package(&package)?;
    let output = package.join("target");
    let status = environment
        .command(DEBIAN_CARGO)
        .current_dir(&package)
        .args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", WASM_TARGET])
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // Without bitcode an LTO build fails: "failed to get bitcode from object file".
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &output)
        .status()
        .context(|| format!("start {DEBIAN_CARGO}"))?;
    if !status.success() {
        return Err(Error::failed(
            "the wasm32 standard library did not build from Debian's source; cargo's words are above",
        ));
    }

    let partial = place.with_extension("partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).context(|| format!("remove {}", partial.display()))?;
    }
    let partial_library = partial.join("lib");
    fs::create_dir_all(&partial_library).context(|| format!("write {} (this needs root)", partial.display()))?;
    let built = output.join(WASM_TARGET).join("release").join("deps");
    copy_libraries(&built, &partial_library)?;
    let built_at_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let stamp = partial.join(STAMP_FILE);
    fs::write(&stamp, format!("{version} built at {built_at_s}\n")).context(|| format!("write {}", stamp.display()))?;
    move_into_place(&partial, place)?;
    // Only disk space is lost if this fails.
    let _ = fs::remove_dir_all(&package);
    Ok(())
}

const EMPTY_PACKAGE_NAME: &str = "empty_for_std";

fn write_empty_package(package: &Path) -> Result<(), Error> {
    let source = package.join("src");
    fs::create_dir_all(&source).context(|| format!("make {}", source.display()))?;
    let manifest =
        format!("[package]\nname = \"{EMPTY_PACKAGE_NAME}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n");
    fs::write(package.join("Cargo.toml"), manifest)
        .and_then(|()| fs::write(source.join("lib.rs"), "#![no_std]\n"))
        .context(|| format!("write {}", package.display()))
}

fn copy_libraries(from: &Path, to: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(from).context(|| format!("read {}", from.display()))?;
    for entry in entries {
        let path = entry.context(|| format!("read {}", from.display()))?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        if name.ends_with(".rlib") && !name.contains(EMPTY_PACKAGE_NAME) {
            fs::copy(&path, to.join(&name)).context(|| format!("copy {}", path.display()))?;
        }
    }
    Ok(())
}
