//! Where two sides of a scenario are not the same.

use sim_core::json::Json;
use sim_core::scenario::Step;

use crate::playthrough::{Ending, Playthrough};
use crate::record::Record;
use crate::simulated;
use crate::story_file::Story;

/// More lines than these say nothing more.
const LINES_MAX: usize = 14;
/// A value's text is cut to this.
const VALUE_MAX: usize = 110;

/// One place where the sides differ.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) key: String,
    pub(super) simulator: String,
    pub(super) real: String,
}

/// What differs, as lines for a person; empty when the two are equal.
pub(super) fn lines(story: &Story, simulator: &Playthrough, real: &Playthrough) -> Vec<String> {
    let mut lines = Vec::new();
    let observing = story.scenario.steps.iter().enumerate().filter_map(|(nth, step)| match step {
        Step::Observe { right, .. } => Some((nth, right)),
        _ => None,
    });
    let pairs = simulator.observations.iter().zip(&real.observations);
    for ((nth, right), (simulated, seen)) in observing.zip(pairs) {
        let found = observation(right, simulated, seen);
        if !found.is_empty() {
            lines.push(place(story, nth));
            lines.extend(found);
        }
    }
    lines.extend(endings(story, simulator.ending.as_ref(), real.ending.as_ref()));
    lines
}

/// One observe step: equal, or both among the outcomes that the file allows.
fn observation(allowed: &[Json], simulated: &Json, seen: &Json) -> Vec<String> {
    if !allowed.is_empty() {
        let sides = [("simulator", simulated), ("real", seen)];
        return sides
            .into_iter()
            .filter(|(_, side)| !allowed.iter().any(|outcome| outcome.same(side)))
            .flat_map(|(name, side)| outside(name, allowed, side))
            .collect();
    }
    if simulated.same(seen) {
        return Vec::new();
    }
    let mut found = Vec::new();
    collect(simulated, seen, String::new(), &mut found);
    table(&found, "simulator", "real")
}

/// A side that saw none of the allowed outcomes, next to the one that it is nearest to.
fn outside(name: &str, allowed: &[Json], side: &Json) -> Vec<String> {
    let each = allowed.iter().map(|outcome| {
        let mut found = Vec::new();
        collect(side, outcome, String::new(), &mut found);
        found
    });
    let nearest = each.min_by_key(Vec::len).unwrap_or_default();
    let mut lines = vec![format!("    {name}: none of the allowed outcomes; the nearest one differs in")];
    lines.extend(table(&nearest, name, "allowed"));
    lines
}

/// All places where two values differ, from the outside in.
fn collect(simulated: &Json, seen: &Json, at: String, found: &mut Vec<Difference>) {
    if simulated.same(seen) {
        return;
    }
    match (simulated, seen) {
        (Json::Map(mine), Json::Map(theirs)) => {
            let below = |key: &str| if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") };
            for (key, value) in mine {
                match seen.get(key) {
                    Some(their) => collect(value, their, below(key), found),
                    None => note(below(key), Some(value), None, found),
                }
            }
            for (key, value) in theirs.iter().filter(|(key, _)| simulated.get(key).is_none()) {
                note(below(key), None, Some(value), found);
            }
        }
        (Json::List(mine), Json::List(theirs)) => {
            for nth in 0..mine.len().max(theirs.len()) {
                let at = format!("{at}[{nth}]");
                match (mine.get(nth), theirs.get(nth)) {
                    (Some(value), Some(their)) => collect(value, their, at, found),
                    (value, their) => note(at, value, their, found),
                }
            }
        }
        _ => note(at, Some(simulated), Some(seen), found),
    }
}

fn note(key: String, simulated: Option<&Json>, seen: Option<&Json>, found: &mut Vec<Difference>) {
    let text = |value: Option<&Json>| value.map_or("nothing".to_owned(), one_line);
    found.push(Difference { key, simulator: text(simulated), real: text(seen) });
}

fn table(found: &[Difference], left: &str, right: &str) -> Vec<String> {
    let mut lines: Vec<String> = found
        .iter()
        .take(LINES_MAX)
        .map(|one| format!("    {}: {left} {} | {right} {}", one.key, one.simulator, one.real))
        .collect();
    if found.len() > LINES_MAX {
        lines.push(format!("    … and {} more", found.len() - LINES_MAX));
    }
    lines
}

/// Where a side did not go on, and the other did. Where neither did, nothing was shown to be equal.
fn endings(story: &Story, simulator: Option<&(usize, Ending)>, real: Option<&(usize, Ending)>) -> Vec<String> {
    let step = simulator.into_iter().chain(real).map(|(nth, _)| *nth).min();
    let Some(step) = step else { return Vec::new() };
    let went = |side: Option<&(usize, Ending)>| match side {
        Some((nth, ending)) if *nth == step => ending.sentence.clone(),
        _ => "went on".to_owned(),
    };
    vec![place(story, step), format!("    simulator: {}", went(simulator)), format!("    real: {}", went(real))]
}

pub(super) fn place(story: &Story, nth: usize) -> String {
    let step = &story.steps[nth];
    format!("  line {}, steps[{nth}]: {}", step.line, cut(&step.text))
}

/// A value's JSON on one line, not too long.
fn one_line(json: &Json) -> String {
    cut(&json.pretty().lines().map(str::trim_start).collect::<Vec<_>>().join(" "))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= VALUE_MAX {
        return text.to_owned();
    }
    text.chars().take(VALUE_MAX - 1).chain(['…']).collect()
}

/// Where the simulator of today differs from what was recorded, as lines for a person; empty when the two are equal.
pub(crate) fn differences(story: &Story, record: &Record) -> Vec<String> {
    let simulated = simulated::tell(story, &record.system.setup(&story.scenario.setup));
    let real = Playthrough { observations: record.observations.clone(), ending: None };
    let mut lines = lines(story, &simulated, &real);
    if simulated.observations.len() != real.observations.len() {
        lines.push("  it observes at other steps than its record".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playthrough::Why;

    const STORY: &str = r#"{ "format": 1, "name": "n", "about": "a", "setup": { "era": "zookeeper" },
      "steps": [
        { "wait_ms": 1 },
        { "observe": ["ensemble"] },
        { "until": { "service": true }, "within_ms": 5 } ] }"#;

    fn story(text: &str) -> Story {
        crate::story_file::parse("f.json", text).map_err(|complaint| complaint.to_string()).expect("it is good")
    }

    fn playthrough(observation: &str) -> Playthrough {
        Playthrough { observations: vec![Json::parse(observation).expect("it is JSON")], ending: None }
    }

    #[test]
    fn the_order_of_keys_is_no_difference() {
        let found =
            lines(&story(STORY), &playthrough(r#"{"a": 1, "b": [1, 2]}"#), &playthrough(r#"{"b": [1, 2], "a": 1}"#));
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn each_place_is_named_with_both_sides() {
        let found = lines(
            &story(STORY),
            &playthrough(r#"{"e": {"c1": [{"state": "Expired"}]}, "r": "x", "only": 1}"#),
            &playthrough(r#"{"e": {"c1": [{"state": "Disconnected"}, {"state": "Expired"}]}, "r": 1}"#),
        );
        assert_eq!(
            found,
            [
                "  line 4, steps[1]: { \"observe\": [\"ensemble\"] }",
                "    e.c1[0].state: simulator \"Expired\" | real \"Disconnected\"",
                "    e.c1[1]: simulator nothing | real { \"state\": \"Expired\" }",
                "    r: simulator \"x\" | real 1",
                "    only: simulator 1 | real nothing",
            ]
        );
    }

    #[test]
    fn both_sides_must_be_among_the_allowed_outcomes() {
        let allowing = STORY.replace(
            r#"["ensemble"]"#,
            r#"["ensemble"], "allow": [{ "ensemble": 1 }, { "ensemble": 2 }], "because": "b""#,
        );
        let story = story(&allowing);
        let (one, two, three) =
            (playthrough(r#"{"ensemble": 1}"#), playthrough(r#"{"ensemble": 2}"#), playthrough(r#"{"ensemble": 3}"#));
        assert!(lines(&story, &one, &two).is_empty());
        assert!(lines(&story, &two, &two).is_empty());
        let found = lines(&story, &three, &one);
        assert_eq!(found[1], "    simulator: none of the allowed outcomes; the nearest one differs in");
        assert_eq!(found[2], "    ensemble: simulator 3 | allowed 1");
        assert!(!lines(&story, &one, &three).is_empty());
    }

    #[test]
    fn who_does_not_go_on_is_a_difference_even_when_both_do_not() {
        let stuck = || {
            let ending = Ending::new(Why::NotReached, "not reached".to_owned());
            Playthrough { ending: Some((2, ending)), ..playthrough("{}") }
        };
        let found = lines(&story(STORY), &playthrough("{}"), &stuck());
        assert_eq!(found[1..], ["    simulator: went on".to_owned(), "    real: not reached".to_owned()]);
        assert!(!lines(&story(STORY), &stuck(), &stuck()).is_empty());
    }
}
