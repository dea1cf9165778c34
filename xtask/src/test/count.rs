//! Runs a command in plain sight and counts the tests that it reports.

use std::io::{BufRead as _, BufReader, Read};
use std::ops::AddAssign;
use std::process::{Command, Stdio};
use std::thread;

use workshop::{Context, Error};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Count {
    /// A check that counts as a single test.
    pub(super) fn of_one(has_passed: bool) -> Self {
        Self { passed: u64::from(has_passed), failed: u64::from(!has_passed) }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// How a command ended, and what its lines said of tests.
pub(super) struct Outcome {
    pub(super) is_success: bool,
    /// The compiler had something to say about a package of ours; cargo says so once for each.
    pub(super) has_warnings: bool,
    reported: Count,
}

/// Runs test programs and adds up what they report.
pub(super) fn run_and_count(command: &mut Command) -> Result<Count, Error> {
    let outcome = run(command)?;
    Ok(settle(outcome.reported, outcome.is_success))
}

/// What a runner reported, made to agree with how it ended: a test program that did not compile, or that died, reports
/// no failure, and a runner that ran nothing has shown nothing.
fn settle(reported: Count, is_success: bool) -> Count {
    let hides_a_failure = !is_success && reported.failed == 0;
    let ran_nothing = is_success && reported == Count::default();
    if ran_nothing {
        println!("xtask: no test ran");
    }
    Count { failed: reported.failed + u64::from(hides_a_failure || ran_nothing), ..reported }
}

/// Runs a command, showing each line at once.
pub(super) fn run(command: &mut Command) -> Result<Outcome, Error> {
    let name = command.get_program().display().to_string();
    // Its lines are read here, and escape sequences say nothing.
    let mut child = command
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context(|| format!("start {name}"))?;
    let from_errors = child.stderr.take().map(|pipe| thread::spawn(move || show_and_count(pipe)));
    let mut said = child.stdout.take().map(show_and_count).unwrap_or_default();
    if let Some(Ok(more)) = from_errors.map(thread::JoinHandle::join) {
        said.reported += more.reported;
        said.warnings |= more.warnings;
    }
    let status = child.wait().context(|| format!("wait for {name}"))?;
    Ok(Outcome { is_success: status.success(), has_warnings: said.warnings, reported: said.reported })
}

/// What the lines of one pipe came to.
#[derive(Default)]
struct Said {
    reported: Count,
    warnings: bool,
}

fn show_and_count(pipe: impl Read) -> Said {
    let mut total = Said::default();
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    // Lines of bytes: a test may print what is not UTF-8, and a pipe that nobody reads would stop it.
    while matches!(reader.read_until(b'\n', &mut line), Ok(length) if length > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        println!("{text}");
        total.reported += reported_in(text).unwrap_or_default();
        total.warnings |= counts_warnings(text);
        line.clear();
    }
    total
}

/// The count in `test result: ok. 3 passed; 0 failed; …`, as both cargo's and wasm-bindgen's runner write it.
fn reported_in(line: &str) -> Option<Count> {
    let (_, counts) = line.trim_start().strip_prefix("test result: ")?.split_once(". ")?;
    let number_of =
        |what: &str| counts.split(';').find_map(|part| part.trim().strip_suffix(what)?.trim().parse::<u64>().ok());
    Some(Count { passed: number_of("passed")?, failed: number_of("failed")? })
}

/// Whether this is cargo's closing word on a package with warnings: `warning: `xtask` (bin "xtask") generated 1 warning`.
/// Libraries from elsewhere have none: cargo silences them.
fn counts_warnings(line: &str) -> bool {
    line.starts_with("warning: `") && line.contains("generated ") && line.contains(" warning")
}

#[cfg(test)]
mod tests {
    use super::{Count, counts_warnings, reported_in, settle};

    #[test]
    fn both_runners_lines_are_counted() {
        let cargo = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s";
        assert_eq!(reported_in(cargo), Some(Count { passed: 3, failed: 0 }));
        // The runner in the browser colours its verdict, whatever it is asked.
        let wasm = "    test result: \u{1b}[31mFAILED\u{1b}[0m. 1 passed; 2 failed; 0 ignored; 0 filtered out";
        assert_eq!(reported_in(wasm), Some(Count { passed: 1, failed: 2 }));
        assert_eq!(reported_in("test the_test_result: ok. 3 passed ... ok"), None);
    }

    #[test]
    fn a_package_with_warnings_is_noticed() {
        assert!(counts_warnings("warning: `xtask` (bin \"xtask\") generated 1 warning"));
        assert!(counts_warnings("warning: `sim-core` (lib test) generated 2 warnings (2 duplicates)"));
        assert!(!counts_warnings("warning: unused variable: `x`"));
    }

    #[test]
    fn a_program_that_dies_without_a_report_is_a_failure() {
        assert_eq!(settle(Count { passed: 5, failed: 0 }, false), Count { passed: 5, failed: 1 });
        assert_eq!(settle(Count { passed: 5, failed: 2 }, false), Count { passed: 5, failed: 2 });
    }

    #[test]
    fn a_run_without_any_test_is_a_failure() {
        assert_eq!(settle(Count::default(), true), Count { passed: 0, failed: 1 });
    }
}
