//! `cargo xtask test`: every check, each even when an earlier one failed, and one honest count at the end.

mod count;

use std::process::{Command, ExitCode, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use workshop::{Context, Error};

use crate::build;
use crate::engine;
use crate::setup::{Machine, Scope, WASM_TARGET};
use crate::size;
use crate::webdriver::Stage;
use count::{Count, run_and_count};

/// How long one browser test may take. A first start of Chromium on a busy machine takes many seconds.
const WASM_TEST_TIMEOUT_S: &str = "180";

/// The option for the inner loop: format, lints and tests on the host, nothing that needs wasm or a browser.
const FAST: &str = "--fast";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    if let Some(option) = arguments.iter().find(|option| *option != FAST) {
        return Err(Error::unknown_option("test", option));
    }
    let is_fast = !arguments.is_empty();
    let machine = Machine::prepare(if is_fast { Scope::Host } else { Scope::Checks })?;
    let mut report = Report::default();
    if is_fast {
        check_on_the_host(&machine, &mut report);
    } else {
        // The linker works on the site alone for more than a minute; the other core has the host's checks meanwhile.
        // Both have a folder of target/ of their own, so that neither waits for the other's lock.
        let release = Background::start(&mut build::release_command(&machine));
        check_on_the_host(&machine, &mut report);
        check_in_the_browser(&machine, &mut report, release);
    }
    Ok(report.conclude())
}

/// What the host's checks are about. The end-to-end tests have their own turn: compiled among the others, with the
/// features of all, their libraries would be compiled twice.
const ON_THE_HOST: &[&str] = &["--workspace", "--exclude", "e2e"];
/// Only the app and what it is made of: the tests of the other packages are for the host.
const ON_WASM: &[&str] = &["--package", "brokerscope", "--target", WASM_TARGET];

fn check_on_the_host(machine: &Machine, report: &mut Report) {
    report.check("format", || as_one(machine.command("cargo").args(["fmt", "--all", "--check"])));
    report.check("lints on the host", || lint_and_build(machine, ON_THE_HOST));
    report.check("host tests", || {
        // One test program that fails must not keep the others from running.
        run_and_count(linting(machine)?.arg("test").args(ON_THE_HOST).arg("--no-fail-fast"))
    });
}

fn check_in_the_browser(machine: &Machine, report: &mut Report, release: Background) {
    report.check("lints on wasm32", || lint_and_build(machine, ON_WASM));
    let mut is_built = report.check("release build", || {
        let built = release.finish()?;
        if built.failed == 0 {
            build::split_site(machine)?;
        }
        Ok(built)
    });
    // Beside the wasm tests: it is the page's libraries without the page, and takes one core.
    let engine = is_built.then(|| Background::start(&mut engine::compile_command(machine)));
    report.check("wasm tests in Chromium", || {
        let mut command = linting(machine)?;
        command.arg("test").args(ON_WASM).args(["--no-fail-fast", "--lib", "--bins", "--tests"]);
        let runner = machine.tool("wasm-bindgen-test-runner")?;
        command
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", &machine.browser()?.driver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", WASM_TEST_TIMEOUT_S);
        run_and_count(&mut command)
    });
    if let Some(engine) = engine {
        is_built &= report.check("engine without the page", || engine.finish());
    }
    report.check("lints of end-to-end tests", || lint_and_build(machine, &["--package", "e2e"]));
    if !is_built {
        for name in ["end-to-end tests", "size"] {
            report.not_run(name, "there is no release build");
        }
        return;
    }
    report.check("end-to-end tests", || {
        let stage = Stage::set(machine)?.with_engine(engine::site(machine)?)?;
        let mut command = linting(machine)?;
        // The tests are marked as ignored, for without a site and a browser they can say nothing. One at a time:
        // browsers that compete for two cores make every bound a matter of luck.
        command.args(["test", "--package", "e2e", "--no-fail-fast", "--", "--ignored", "--test-threads=1"]);
        stage.show_to(&mut command);
        run_and_count(&mut command)
    });
    report.check("size", || {
        let size = size::measure(machine)?;
        print!("{size}");
        Ok(Count::of_one(size.is_within_budget()))
    });
}

/// Cargo, with clippy's compiler for the packages of this repository. `cargo clippy` would check every library once more
/// beside the build that the tests need; this way one build does both.
fn linting(machine: &Machine) -> Result<Command, Error> {
    let mut command = machine.command("cargo");
    command.env("RUSTC_WORKSPACE_WRAPPER", machine.tool("clippy-driver")?);
    Ok(command)
}

/// Builds the tests of some packages with clippy's compiler. Warnings do not stop the build, so that the tests run all
/// the same; any warning fails this check.
fn lint_and_build(machine: &Machine, packages: &[&str]) -> Result<Count, Error> {
    let outcome = count::run(linting(machine)?.args(["test", "--no-run"]).args(packages))?;
    Ok(Count::of_one(outcome.is_success && !outcome.has_warnings))
}

/// A command that runs beside others. What it prints is kept, and shown when it is waited for.
struct Background(JoinHandle<Result<Output, Error>>);

impl Background {
    fn start(command: &mut Command) -> Self {
        let name = command.get_program().display().to_string();
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Self(thread::spawn(move || {
            let child = started.context(|| format!("start {name}"))?;
            child.wait_with_output().context(|| format!("wait for {name}"))
        }))
    }

    fn finish(self) -> Result<Count, Error> {
        let output = self.0.join().map_err(|_| Error::failed("the thread that waits for a command ended badly"))??;
        print!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Ok(Count::of_one(output.status.success()))
    }
}

/// Runs a check that passes or fails as a whole.
fn as_one(command: &mut Command) -> Result<Count, Error> {
    count::run(command).map(|outcome| Count::of_one(outcome.is_success))
}

/// What was checked so far, in the order in which it ran.
#[derive(Default)]
struct Report {
    entries: Vec<Entry>,
}

struct Entry {
    name: &'static str,
    result: CheckResult,
    spent: Duration,
}

enum CheckResult {
    Counted(Count),
    /// It could not even start; this is the sentence.
    Broken(String),
    NotRun(&'static str),
}

impl CheckResult {
    fn count(&self) -> Count {
        match self {
            Self::Counted(count) => *count,
            Self::Broken(_) => Count::of_one(false),
            // Neither passed nor failed; what it depends on has failed.
            Self::NotRun(_) => Count::default(),
        }
    }
}

impl Report {
    /// Runs a check and notes what came of it; says whether nothing failed.
    fn check(&mut self, name: &'static str, check: impl FnOnce() -> Result<Count, Error>) -> bool {
        println!("\nxtask: {name}");
        let started = Instant::now();
        let result = match check() {
            Ok(count) => CheckResult::Counted(count),
            Err(error) => {
                println!("xtask: {error}");
                CheckResult::Broken(error.to_string())
            }
        };
        let has_passed = result.count().failed == 0;
        self.entries.push(Entry { name, result, spent: started.elapsed() });
        has_passed
    }

    fn not_run(&mut self, name: &'static str, reason: &'static str) {
        self.entries.push(Entry { name, result: CheckResult::NotRun(reason), spent: Duration::ZERO });
    }

    /// Prints the summary; its last line is the count.
    fn conclude(&self) -> ExitCode {
        println!("\nxtask: summary");
        let mut total = Count::default();
        for Entry { name, result, spent } in &self.entries {
            let count = result.count();
            total += count;
            let spent_s = spent.as_secs();
            let outcome = match result {
                CheckResult::Counted(count) if count.failed == 0 => format!("{} passed", count.passed),
                CheckResult::Counted(count) => format!("FAILED: {} passed, {} failed", count.passed, count.failed),
                CheckResult::Broken(sentence) => format!("FAILED: {sentence}"),
                CheckResult::NotRun(reason) => format!("not run: {reason}"),
            };
            println!("  {name:<24} {spent_s:>5} s  {outcome}");
        }
        let has_passed = total.failed == 0 && total.passed > 0;
        println!("{} passed, {} failed", total.passed, total.failed);
        if has_passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
