//! What came of many scenarios.

use std::collections::BTreeMap;
use std::time::Duration;

/// What came of one scenario on one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Equal,
    Different,
    CouldNotRun,
}

impl Verdict {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Verdict::Equal => "equal",
            Verdict::Different => "different",
            Verdict::CouldNotRun => "could not run",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) scenario: String,
    /// The release, when it came so far.
    pub(super) release: &'static str,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
}

/// A table, when there is more than one row, and the count. `stories` says of each story whether it allows exactly one
/// outcome.
pub(super) fn text(rows: &[Row], stories: &BTreeMap<&str, bool>) -> String {
    let mut text = String::new();
    if rows.len() > 1 {
        let width = rows.iter().map(|row| row.scenario.chars().count()).max().unwrap_or(0);
        for row in rows {
            let Row { scenario, release, verdict, took } = row;
            text.push_str(&format!(
                "  {scenario:<width$}  {release:<6}  {:<13} {:>4} s\n",
                verdict.name(),
                took.as_secs()
            ));
        }
    }
    if stories.len() > 1 {
        let certain = stories.values().filter(|allows_one| **allows_one).count();
        text.push_str(&format!("{certain} of {} scenarios allow exactly one outcome\n", stories.len()));
    }
    let count = |verdict: Verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    text.push_str(&format!(
        "{} equal, {} different, {} could not run\n",
        count(Verdict::Equal),
        count(Verdict::Different),
        count(Verdict::CouldNotRun)
    ));
    text
}

/// 0 only when all are equal.
pub(super) fn exit_code(rows: &[Row]) -> u8 {
    let any = |verdict: Verdict| rows.iter().any(|row| row.verdict == verdict);
    if any(Verdict::Different) {
        1
    } else if any(Verdict::CouldNotRun) || rows.is_empty() {
        2
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(scenario: &str, verdict: Verdict) -> Row {
        Row { scenario: scenario.to_owned(), release: "3.9.5", verdict, took: Duration::from_secs(12) }
    }

    #[test]
    fn the_count_is_the_last_line() {
        let rows = [row("zk-a", Verdict::Equal), row("zk-longer", Verdict::Different)];
        assert_eq!(
            text(&rows, &BTreeMap::from([("zk-a", true), ("zk-longer", false)])),
            "  zk-a       3.9.5   equal           12 s\n  zk-longer  3.9.5   different       12 s\n\
             1 of 2 scenarios allow exactly one outcome\n1 equal, 1 different, 0 could not run\n"
        );
        assert_eq!(text(&rows[..1], &BTreeMap::from([("zk-a", true)])), "1 equal, 0 different, 0 could not run\n");
    }

    #[test]
    fn only_equality_is_success() {
        let (equal, different, none) =
            (row("a", Verdict::Equal), row("b", Verdict::Different), row("c", Verdict::CouldNotRun));
        assert_eq!(exit_code(std::slice::from_ref(&equal)), 0);
        assert_eq!(exit_code(&[equal.clone(), none.clone()]), 2);
        assert_eq!(exit_code(&[equal, none, different]), 1);
        assert_eq!(exit_code(&[]), 2);
    }
}
