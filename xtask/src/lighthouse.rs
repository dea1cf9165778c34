//! What Lighthouse says of the page, for `cargo xtask bench`: from 0 to 100, with what it holds against the page. It loads
//! the site as a phone on slow 4G and as a desktop, each time with an empty cache, and reckons with what travels: so the
//! site is served gzipped.

use std::collections::BTreeSet;
use std::process::Stdio;

use serde_json::{Map, Value, json};
use workshop::{Context, Error};

use crate::build;
use crate::setup::Machine;
use crate::static_server;

/// Scores differ from run to run; the median of so many is kept.
const RUNS: usize = 3;

const CHROMIUM_FLAGS: &str = "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage";

/// How the page is visited: what its keys are called, and the option that chooses it.
const VISITS: &[(&str, Option<&str>)] = &[("mobile", None), ("desktop", Some("--preset=desktop"))];

/// The categories, by Lighthouse's names. How fast the page is differs between the visits; the others are about the page,
/// and their worst score of all visits counts.
const PERFORMANCE: &str = "performance";
const OF_THE_PAGE: &[(&str, &str)] =
    &[("accessibility", "lighthouse_accessibility"), ("best-practices", "lighthouse_best_practices")];

/// Visits the release site, which must have been built.
pub(crate) fn scores(machine: &Machine) -> Result<Map<String, Value>, Error> {
    let script = machine.lighthouse()?;
    let url = static_server::start_compressed(build::dist(machine))?;
    let mut figures = Map::new();
    for (name, preset) in VISITS {
        let (mut fast, mut against) = (Vec::new(), BTreeSet::new());
        for _ in 0..RUNS {
            let report = visit(machine, &script.to_string_lossy(), &url, *preset)?;
            fast.push(score(&report, PERFORMANCE)?);
            for (category, key) in OF_THE_PAGE {
                let score = score(&report, category)?;
                let worst = figures.get(*key).and_then(Value::as_u64).unwrap_or(100).min(score);
                figures.insert((*key).to_owned(), json!(worst));
                against.extend(objections(&report, category));
            }
        }
        against.iter().for_each(|line| println!("xtask: Lighthouse, {name}: {line}"));
        fast.sort_unstable();
        figures.insert(format!("lighthouse_{name}_performance"), json!(fast[RUNS / 2]));
    }
    Ok(figures)
}

/// One visit's report.
fn visit(machine: &Machine, script: &str, url: &str, preset: Option<&str>) -> Result<Value, Error> {
    let mut command = machine.command("node");
    command
        .args([script, url, "--quiet", "--output=json", "--output-path=stdout", CHROMIUM_FLAGS])
        .arg("--only-categories=performance,accessibility,best-practices")
        .args(preset)
        .env("CHROME_PATH", &machine.browser()?.chromium)
        .stdin(Stdio::null());
    let output = command.output().context(|| "start Lighthouse".to_owned())?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        Error::failed(format!("Lighthouse gave no report: {}", String::from_utf8_lossy(&output.stderr).trim()))
    })
}

/// A category's score, from 0 to 100.
fn score(report: &Value, category: &str) -> Result<u64, Error> {
    let score = report["categories"][category]["score"].as_f64();
    let score = score.ok_or_else(|| {
        let why = report["runtimeError"]["message"].as_str().unwrap_or("it does not say why");
        Error::failed(format!("Lighthouse gave no score for {category}: {why}"))
    })?;
    Ok((score * 100.0).round() as u64)
}

/// What counts against the page in a category, a line each.
fn objections(report: &Value, category: &str) -> Vec<String> {
    let audits = report["categories"][category]["auditRefs"].as_array();
    let counts = |audit: &&Value| audit["weight"].as_f64().is_some_and(|weight| weight > 0.0);
    let ids = audits.into_iter().flatten().filter(counts).filter_map(|audit| audit["id"].as_str());
    ids.filter_map(|id| {
        let audit = &report["audits"][id];
        let failed = audit["score"].as_f64().is_some_and(|score| score < 1.0);
        failed.then(|| format!("{id}: {}", audit["title"].as_str().unwrap_or_default()))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Value {
        json!({
            "categories": { "accessibility": { "score": 0.955, "auditRefs": [
                { "id": "color-contrast", "weight": 7 }, { "id": "html-has-lang", "weight": 7 },
                { "id": "focus-traps", "weight": 0 } ] } },
            "audits": {
                "color-contrast": { "score": 0, "title": "Contrast is too low" },
                "html-has-lang": { "score": 1, "title": "There is a language" },
                "focus-traps": { "score": null, "title": "To be looked at" } },
        })
    }

    #[test]
    fn a_score_is_of_a_hundred_and_what_counts_against_the_page_is_named() {
        assert_eq!(score(&report(), "accessibility").ok(), Some(96));
        assert_eq!(objections(&report(), "accessibility"), ["color-contrast: Contrast is too low"]);
    }

    #[test]
    fn a_report_without_scores_is_an_error_with_lighthouses_own_words() {
        let report = json!({ "runtimeError": { "message": "the page did not paint" } });
        let error = score(&report, PERFORMANCE).map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.ends_with("the page did not paint")));
    }
}
