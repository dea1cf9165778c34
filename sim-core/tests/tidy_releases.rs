//! `release.rs` is the one place where generations differ: nothing else in the core or the page asks which version
//! is simulated. Elsewhere a version is only named to set a cluster up, never to decide anything.

mod sources;

use sources::{code, files_below};
use std::fs;
use std::path::Path;

/// The types whose variants are generations.
const VERSIONS: [&str; 2] = ["ZkVersion", "Kafka"];

/// What takes a version to set a cluster up.
const SETUPS: [&str; 2] = ["Setup::zookeeper(", "Setup::kafka("];

/// `release.rs` itself may, and so may tests with their helpers, which name both sides of a difference.
fn is_asked(file: &Path) -> bool {
    let in_tests = file.components().any(|part| part.as_os_str() == "tests");
    !in_tests && !["release.rs", "tests.rs", "fixture.rs"].iter().any(|name| file.ends_with(name))
}

/// What is wrong with each place that names a version: (line, why).
fn decisions(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for version in VERSIONS {
        for (at, _) in code.match_indices(&format!("{version}::")) {
            let (before, after) = (&code[..at], &code[at + version.len() + 2..]);
            // `KafkaVersion::` and the like are other types; `ALL`, `name` and the like are not variants.
            let is_other_type = before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            let is_variant = after.starts_with(['V', '*', '{']);
            if is_other_type || !is_variant {
                continue;
            }
            let is_bound =
                before.trim_end().strip_suffix('=').is_some_and(|rest| !rest.ends_with(['=', '!', '<', '>']));
            let is_argument = SETUPS.iter().any(|setup| before.ends_with(setup));
            if !(is_bound || is_argument) {
                let line = before.matches('\n').count();
                let text = code.lines().nth(line).unwrap_or_default().trim().to_owned();
                found.push((line + 1, text));
            }
        }
    }
    found
}

#[test]
fn nothing_but_release_rs_decides_by_a_version() {
    let core = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    files_below(&core.join("src"), &["rs"], &mut files);
    files_below(&core.join("../src"), &["rs"], &mut files);
    assert!(files.len() > 200, "the sources of the core and of the page were found");
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| is_asked(file.strip_prefix(core).expect("below the crate"))) {
        let code = code(&fs::read_to_string(file).expect("a readable file"));
        wrong.extend(decisions(&code).into_iter().map(|(line, why)| format!("{}:{line}: {why}", file.display())));
    }
    assert!(wrong.is_empty(), "these belong into release.rs, as methods with a name:\n{}", wrong.join("\n"));
}

#[test]
fn each_way_to_decide_by_a_version_is_noticed() {
    for decides in [
        "if self.version == ZkVersion::V3_9 {",
        "if ZkVersion::V3_9 != version {",
        "match version {\n    ZkVersion::V3_4 => 1,",
        "matches!(version, ZkVersion::V3_4)",
        "if let ZkVersion::V3_4 = version {",
        "version >= ZkVersion::V3_9",
        "Some(Kafka::V0_8_2) => 1,",
        "use ZkVersion::*;",
        "let version = known.unwrap_or(ZkVersion::V3_4);",
    ] {
        assert_eq!(decisions(decides).len(), 1, "{decides}");
    }
    for chooses in [
        "let kafka = Kafka::V0_8_2;",
        "Setup::zookeeper(ZkVersion::V3_9).servers(5)",
        "ZkVersion::ALL",
        "FileZkVersion::V3_4 => 1",
    ] {
        assert_eq!(decisions(chooses), [], "{chooses}");
    }
}

#[test]
fn generations_have_no_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/release.rs")).expect("readable");
    for version in VERSIONS.iter().chain(&["Release"]) {
        let kind = if *version == "Release" { "struct" } else { "enum" };
        let (before, _) = text.split_once(&format!("pub {kind} {version} {{")).expect("the type is there");
        let derived = before.rsplit("#[derive(").next().and_then(|rest| rest.split(')').next()).unwrap_or_default();
        assert!(derived.contains("PartialEq") && !derived.contains("Ord"), "{version}: {derived}");
    }
}
