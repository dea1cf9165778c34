//! tests/cases: stories made from public bug reports, compared with what a real Kafka 0.8.2.2 (with ZooKeeper
//! 3.4.6) showed when it played them (tests/cases/real). The README there says what each of them is about.

use super::tests::{observations, root, stories};
use super::*;
use std::collections::BTreeMap;
use std::path::Path;

const CASES: &str = "tests/cases";
const REAL: &str = "tests/cases/real/0.8.2.2";
const SEEDS: std::ops::RangeInclusive<u64> = 1..=3;

/// Cases in which this engine still differs from the real system. A mended one is taken off the list: the test
/// asks for it.
const NOT_YET_RIGHT: &[&str] = &[];

/// What the real system decides by a race: the case, the end of the value's path, and why.
const RACES: &[(&str, &str, &str)] =
    &[("case-zombie-controller", ".controller.id", "each broker that is alive may win the election of a controller")];

/// Cases in which the client draws a partition: which one it is differs from run to run, what is in the partitions
/// does not. They are compared after their partitions were sorted by what is in them.
const DRAWN_PARTITIONS: &[&str] = &["case-no-key-one-partition"];

/// The observation with its logs in the order of their contents.
fn with_logs_in_order(seen: &Json) -> Json {
    let Some(entries) = seen.as_map() else { return seen.clone() };
    let is_log = |key: &str| key.starts_with("log:");
    let mut logs: Vec<&Json> = entries.iter().filter(|(key, _)| is_log(key)).map(|(_, log)| log).collect();
    logs.sort_by_key(|log| log.pretty());
    let mut logs = logs.into_iter();
    let in_order = entries.iter().map(|(key, value)| {
        let value = if is_log(key) { logs.next().unwrap_or(value) } else { value };
        (key.clone(), value.clone())
    });
    Json::Map(in_order.collect())
}

fn name_of(file: &Path) -> String {
    file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What differs in every run (a port, an id, a host's name) is masked in the data of a znode, and the length of that data
/// with it. The first observations were taken down before lengths were.
fn with_masked_lengths(real: &Json) -> Json {
    match real {
        Json::List(items) => Json::List(items.iter().map(with_masked_lengths).collect()),
        Json::Map(members) => {
            let is_masked = real.get("data").is_some_and(|data| data.pretty().contains('<'));
            let masked = members.iter().map(|(key, value)| {
                let is_its_length = is_masked && &**key == "dataLength";
                let value = if is_its_length { Json::Text("<length>".into()) } else { with_masked_lengths(value) };
                (key.clone(), value)
            });
            Json::Map(masked.collect())
        }
        plain => plain.clone(),
    }
}

/// Each value by its path.
fn flatten(json: &Json, path: &str, into: &mut BTreeMap<String, String>) {
    if let Some(entries) = json.as_map() {
        for (key, value) in entries {
            flatten(value, &format!("{path}.{key}"), into);
        }
        into.insert(path.into(), "an object".into());
    } else if let Some(list) = json.as_list() {
        for (nth, value) in list.iter().enumerate() {
            flatten(value, &format!("{path}[{nth}]"), into);
        }
        into.insert(path.into(), format!("a list of {}", list.len()));
    } else {
        into.insert(path.into(), json.pretty());
    }
}

/// Where the two differ, but for the races.
fn differences(case: &str, real: &Json, ours: &Json) -> Vec<String> {
    let (mut left, mut right) = (BTreeMap::new(), BTreeMap::new());
    for (seen, into) in [(real, &mut left), (ours, &mut right)] {
        match seen.as_list() {
            Some(list) if DRAWN_PARTITIONS.contains(&case) => {
                flatten(&Json::List(list.iter().map(with_logs_in_order).collect()), "", into);
            }
            _ => flatten(seen, "", into),
        }
    }
    let by_chance = |path: &str| RACES.iter().any(|(of, end, _)| *of == case && path.ends_with(end));
    let mut paths: Vec<&String> = left.keys().chain(right.keys()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| left.get(*path) != right.get(*path) && !by_chance(path))
        .map(|path| format!("{path}: really {:?}, here {:?}", left.get(path), right.get(path)))
        .collect()
}

fn real_observations(file: &Path) -> Json {
    let text = std::fs::read_to_string(file).expect("the observation is there");
    let real = Json::parse(text.trim()).expect("it is JSON");
    real.get("observations").map_or(Json::List(Vec::new()), with_masked_lengths)
}

#[test]
fn cases_from_bug_reports_go_as_they_went_on_a_real_kafka_0_8_2_2() {
    let real = stories(REAL);
    assert!(real.len() >= 13, "the observations are there");
    let mut wrong = Vec::new();
    for file in &real {
        let case = name_of(file);
        let story = root().join(CASES).join(format!("{case}.json"));
        let expected = real_observations(file);
        let mut differs = Vec::new();
        for seed in SEEDS {
            match observations(&story, seed) {
                Ok(seen) => {
                    let found = differences(&case, &expected, &Json::List(seen));
                    differs.extend(found.into_iter().map(|line| format!("{case}, seed {seed}: {line}")));
                }
                Err(sentence) => differs.push(format!("{case}, seed {seed}: {sentence}")),
            }
        }
        match (NOT_YET_RIGHT.contains(&&*case), differs.is_empty()) {
            (false, _) => wrong.append(&mut differs),
            (true, true) => wrong.push(format!("{case} is right now: take it off NOT_YET_RIGHT")),
            (true, false) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_goes_as_it_says() {
    let files = stories(CASES);
    assert!(files.len() >= 23, "the cases are there");
    let mut wrong = Vec::new();
    for file in &files {
        for seed in SEEDS {
            if let Err(sentence) = observations(file, seed) {
                wrong.push(format!("{} with seed {seed}: {sentence}", name_of(file)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// KAFKA-1647, another report. There is no real observation of it, so the log itself says it.
#[test]
fn a_broker_that_comes_back_first_keeps_its_log_while_its_leader_is_dead() {
    let file = root().join(CASES).join("case-all-die-and-the-one-that-died-first-comes-back-first.json");
    for seed in SEEDS {
        let seen = observations(&file, seed).expect("it goes as it says");
        let log = seen[1].get("log:orders-0").and_then(|log| log.get("records")).and_then(Json::as_list);
        let values: Vec<&str> =
            log.expect("a log").iter().filter_map(|r| r.get("value")?.as_text()).map(|v| &**v).collect();
        assert_eq!(values, ["m0", "m1"], "seed {seed}");
    }
}

/// airbnb/plog#102. The Java producer goes round, the Scala one does not.
#[test]
fn the_scala_producer_stays_with_one_partition_where_the_java_producer_goes_round() {
    let file = root().join(CASES).join("case-null-keys-stay-with-one-partition.json");
    let mut chosen = std::collections::BTreeSet::new();
    for seed in 1..=20 {
        let seen = observations(&file, seed).expect("it goes as it says");
        let values = |partition: u32| -> Vec<String> {
            let log = seen[0].get(&format!("log:orders-{partition}")).and_then(|log| log.get("records"));
            let records = log.and_then(Json::as_list).expect("a log");
            records.iter().filter_map(|record| Some(record.get("value")?.pretty())).collect()
        };
        let of_java = |value: &String| value.contains(|letter: char| letter.is_ascii_lowercase());
        let old: Vec<usize> = (0..3).map(|p| values(p).iter().filter(|value| !of_java(value)).count()).collect();
        let new: Vec<usize> = (0..3).map(|p| values(p).iter().filter(|value| of_java(value)).count()).collect();
        assert_eq!(old.iter().max(), Some(&6), "seed {seed}: {old:?}");
        assert_eq!(new, [2, 2, 2], "seed {seed}");
        chosen.extend(old.iter().position(|count| *count == 6));
    }
    assert_eq!(chosen.len(), 3, "another run may draw another partition");
}

/// The Scala producer tries four times, 100 ms apart; the Java one waits for metadata for a minute.
#[test]
fn a_topic_that_is_not_there_costs_each_producer_its_own_error() {
    let file = root().join(CASES).join("case-auto-create-is-off-and-the-topic-is-not-there.json");
    let seen = observations(&file, 1).expect("it goes as it says");
    let results = seen[0].get("results").and_then(Json::as_list).expect("results");
    let errors: Vec<String> = results.iter().filter_map(|result| Some(result.get("error")?.pretty())).collect();
    assert_eq!(errors, ["\"TimeoutException\"", "\"FailedToSendMessageException\""]);
}
