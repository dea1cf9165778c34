//! The real systems' jars and our own few classes, in the user's cache folder. Maven fetches, javac compiles, each
//! once; nothing of it is ever part of the repository.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use workshop::{Cache, Context as _, Error, announce, move_into_place, run_with_bound};

use super::system::System;

/// A download that takes longer has met a registry that does not answer.
const MAVEN_BOUND: Duration = Duration::from_secs(540);
const JAVAC_BOUND: Duration = Duration::from_secs(120);

/// Our side of the conversation, written down here so that the tool needs no folder at run time.
const SOURCES: &[(&str, &str)] = &[
    ("Wire.java", include_str!("../../java/Wire.java")),
    ("Zk.java", include_str!("../../java/Zk.java")),
    ("ServerProcess.java", include_str!("../../java/ServerProcess.java")),
    ("ClientProcess.java", include_str!("../../java/ClientProcess.java")),
    ("ObserverProcess.java", include_str!("../../java/ObserverProcess.java")),
];

/// And what is about Kafka.
const KAFKA_SOURCES: &[(&str, &str)] = &[
    ("Settings.java", include_str!("../../java/kafka/Settings.java")),
    ("ProducerProcess.java", include_str!("../../java/kafka/ProducerProcess.java")),
    ("ConsumerProcess.java", include_str!("../../java/kafka/ConsumerProcess.java")),
    ("AdminProcess.java", include_str!("../../java/kafka/AdminProcess.java")),
    ("BrokerReader.java", include_str!("../../java/kafka/BrokerReader.java")),
];

/// What is compiled against the jars of a system.
fn sources(system: System) -> impl Iterator<Item = &'static (&'static str, &'static str)> + Clone {
    let own = match system {
        System::ZooKeeper(_) => &[],
        System::Kafka(_) => KAFKA_SOURCES,
    };
    SOURCES.iter().chain(own)
}

/// A release that can be run.
#[derive(Clone, Debug)]
pub(crate) struct Runtime {
    jars: PathBuf,
    classes: PathBuf,
}

impl Runtime {
    /// Everything is there afterwards, or a sentence says what is missing and how to get it.
    pub(crate) fn prepare(system: System) -> Result<Self, Error> {
        need("java", "-version")?;
        let cache = Cache::open()?;
        let _lock = cache.lock()?;
        let title = format!("{}-{}", system.name(), system.release());
        let jars = cache.join(&title);
        if !jars.is_dir() {
            fetch(&cache, system, &title, &jars)?;
        }
        let classes = cache.join(&format!("conform-{title}-{:016x}", digest(system)));
        if !classes.is_dir() {
            compile(&cache, system, &jars, &classes)?;
        }
        Ok(Self { jars, classes })
    }

    pub(super) fn class_path(&self) -> OsString {
        let mut path = self.classes.clone().into_os_string();
        path.push(":");
        path.push(all_in(&self.jars));
        path
    }
}

fn all_in(folder: &Path) -> OsString {
    folder.join("*").into_os_string()
}

/// A program that the harness cannot do without.
fn need(program: &str, version_flag: &str) -> Result<(), Error> {
    let found = Command::new(program).arg(version_flag).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let (what, package) = match program {
        "mvn" => ("Maven, which fetches the real systems", "maven"),
        "javac" => ("a JDK (version 11 or later), which compiles the harness's few classes", "default-jdk-headless"),
        _ => ("Java (version 11 or later), which runs the real systems", "default-jdk-headless"),
    };
    Err(Error::could_not_run(format!(
        "`{program}` is missing: conform needs {what}. On Debian and Ubuntu: apt-get install {package}"
    )))
}

fn fetch(cache: &Cache, system: System, title: &str, place: &Path) -> Result<(), Error> {
    need("mvn", "--version")?;
    announce(&format!("fetching {title} with Maven"), "up to a minute");
    let work = fresh(cache, &format!("{title}.partial"))?;
    let pom = work.join("pom.xml");
    fs::write(&pom, self::pom(system)).context(|| format!("write {}", pom.display()))?;
    let jars = work.join("jars");
    let mut output = OsString::from("-DoutputDirectory=");
    output.push(&jars);
    let mut command = Command::new("mvn");
    command.args(["-q", "-B", "-f"]).arg(&pom).arg("dependency:copy-dependencies").arg("-DincludeScope=runtime");
    command.arg(output).stdin(Stdio::null()).current_dir(&work);
    match run_with_bound(&mut command, MAVEN_BOUND)? {
        Some(status) if status.success() && jars.is_dir() => finish(&jars, place, &work),
        Some(_) => Err(Error::could_not_run(format!(
            "Maven could not fetch {title} (its own words are above); can it reach Maven Central?"
        ))),
        None => Err(Error::could_not_run(format!("Maven did not fetch {title} in time; can it reach Maven Central?"))),
    }
}

fn pom(system: System) -> String {
    let artifact = |(group, name, version): &(&str, &str, &str)| {
        format!(
            "<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version></dependency>"
        )
    };
    let all: String = system.artifacts().iter().map(artifact).collect();
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>\
         <groupId>brokerscope</groupId><artifactId>conform</artifactId><version>1</version>\
         <dependencies>{all}</dependencies></project>\n"
    )
}

fn compile(cache: &Cache, system: System, jars: &Path, place: &Path) -> Result<(), Error> {
    need("javac", "-version")?;
    let name = place.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let work = fresh(cache, &format!("{name}.partial"))?;
    let mut command = Command::new("javac");
    command.args(["-encoding", "UTF-8", "-nowarn", "-d", "classes", "-cp"]).arg(all_in(jars)).current_dir(&work);
    for (name, text) in sources(system) {
        fs::write(work.join(name), text).context(|| format!("write {name}"))?;
        command.arg(name);
    }
    match run_with_bound(&mut command, JAVAC_BOUND)? {
        Some(status) if status.success() => finish(&work.join("classes"), place, &work),
        _ => Err(Error::could_not_run("javac could not compile the harness's classes (its own words are above)")),
    }
}

/// What was made takes its place, and what it was made in goes.
fn finish(made: &Path, place: &Path, work: &Path) -> Result<(), Error> {
    move_into_place(made, place)?;
    fs::remove_dir_all(work).context(|| format!("remove {}", work.display()))
}

/// An empty folder; what an interrupted run left there goes.
fn fresh(cache: &Cache, name: &str) -> Result<PathBuf, Error> {
    let folder = cache.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).context(|| format!("remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).context(|| format!("make {}", folder.display()))?;
    Ok(folder)
}

/// FNV-1a over the sources: other sources, other classes.
fn digest(system: System) -> u64 {
    let bytes = sources(system).flat_map(|(_, text)| text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
