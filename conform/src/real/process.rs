//! Processes of a real system: one virtual machine each, so that each can be killed or frozen. None of them outlives
//! the harness, however that ends: a guard process notices, even when nobody could tell it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use workshop::{Context as _, Error};

use super::jars::Runtime;
use super::wire;

/// Between two looks at something that takes its time.
pub(super) const POLL: Duration = Duration::from_millis(20);

/// Looks until it is so, or until the time is over.
pub(super) fn wait_until(within: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + within;
    loop {
        if is_so() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(POLL);
    }
}

/// What the guard does when its standard input ends, which the kernel sees to whatever became of us: kill what is
/// still registered, also what is frozen, and remove the folder.
const GUARD: &str = r#"
trap '' INT TERM HUP
pids=
while read -r what pid; do
  rest=
  for known in $pids; do [ "$known" = "$pid" ] || rest="$rest $known"; done
  pids=$rest
  [ "$what" = add ] && pids="$pids $pid"
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
[ "$2" = keep ] && exit 0
for try in 1 2 3 4 5; do
  rm -rf "$1" 2>/dev/null && exit 0
  sleep 1
done
"#;

/// A temporary folder and the guard over everything that runs in it.
pub(super) struct Guard {
    folder: PathBuf,
    process: Child,
    input: Mutex<Option<ChildStdin>>,
}

impl Guard {
    /// `names` are of this machine, beside `localhost`.
    pub(super) fn new(folder: PathBuf, is_kept: bool, names: &[String]) -> Result<Arc<Self>, Error> {
        std::fs::create_dir_all(&folder).context(|| format!("make the folder {}", folder.display()))?;
        let mut process = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .arg(if is_kept { "keep" } else { "remove" })
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context(|| "start a shell".to_owned())?;
        let input = Mutex::new(process.stdin.take());
        let guard = Self { folder, process, input };
        let text = format!("{HOSTS} {}\n", names.join(" "));
        for (path, text) in [(guard.hosts(), text.as_str()), (guard.logging(), LOGGING)] {
            std::fs::write(&path, text).context(|| format!("write {}", path.display()))?;
        }
        Ok(Arc::new(guard))
    }

    /// The file of host names.
    fn hosts(&self) -> PathBuf {
        self.folder.join("hosts")
    }

    /// The file that says what is logged.
    fn logging(&self) -> PathBuf {
        self.folder.join("log4j.properties")
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn tell(&self, what: &str, pid: u32) {
        if let Some(input) = self.input.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            // A guard that is gone cannot be told; what it would do, the values' own ends do as well.
            let _ = writeln!(input, "{what} {pid}").and_then(|()| input.flush());
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.input.lock().unwrap_or_else(PoisonError::into_inner).take());
        let _ = self.process.wait();
    }
}

/// What a process says, line by line, as it comes.
pub(super) type OnLine = Box<dyn FnMut(Vec<wire::Field>) + Send>;

/// The only names that our processes know. From Java 14 on an unresolved address calls itself by the second name, and
/// the client library of 3.4 takes that for the host's name.
const HOSTS: &str = "127.0.0.1 localhost localhost/<unresolved>";

/// For a folder that is kept: each process logs into its file of errors.
const LOGGING: &str = "log4j.rootLogger=INFO, errors\n\
    log4j.appender.errors=org.apache.log4j.ConsoleAppender\n\
    log4j.appender.errors.target=System.err\n\
    log4j.appender.errors.layout=org.apache.log4j.PatternLayout\n\
    log4j.appender.errors.layout.ConversionPattern=%d{HH:mm:ss.SSS} %-5p %c{1}: %m%n\n";

/// A virtual machine that runs one of our main classes.
pub(super) struct Jvm {
    child: Child,
    stdin: Option<ChildStdin>,
    guard: Arc<Guard>,
    is_frozen: bool,
    has_ended: bool,
    reader: Option<thread::JoinHandle<()>>,
}

/// A quick start and little memory: these live for seconds, many at a time.
const FLAGS: &[&str] = &["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-Xss512k"];
/// Nothing that an ensemble on one machine needs: no log in megabytes, no management, no login.
const SETTINGS: &[&str] = &[
    "-Dzookeeper.preAllocSize=1024",
    "-Dzookeeper.jmx.log4j.disable=true",
    "-Dzookeeper.sasl.client=false",
    "-Djava.net.preferIPv4Stack=true",
    "-Dfile.encoding=UTF-8",
];

impl Jvm {
    /// Starts it. Its lines go to `on_line`, in a thread of their own; its errors into a file named after it.
    pub(super) fn start(
        runtime: &Runtime,
        guard: &Arc<Guard>,
        name: &str,
        main_class: &str,
        arguments: &[&str],
        mut on_line: OnLine,
    ) -> Result<Self, Error> {
        let errors = guard.folder().join(format!("{name}.err"));
        let errors = File::options()
            .create(true)
            .append(true)
            .open(&errors)
            .context(|| format!("write {}", errors.display()))?;
        let mut child = Command::new("java")
            .args(FLAGS)
            .args(SETTINGS)
            .arg(format!("-Djdk.net.hosts.file={}", guard.hosts().display()))
            .arg(format!("-Dlog4j.configuration=file:{}", guard.logging().display()))
            .arg("-cp")
            .arg(runtime.class_path())
            .arg(main_class)
            .args(arguments)
            .current_dir(guard.folder())
            // Not of our group: a Ctrl-C is ours to handle.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .context(|| "start java".to_owned())?;
        guard.tell("add", child.id());
        let stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let reader = stdout.map(|stdout| {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines() {
                    let Ok(line) = line else { return };
                    on_line(wire::fields(&line));
                }
            })
        });
        Ok(Self { child, stdin, guard: Arc::clone(guard), is_frozen: false, has_ended: false, reader })
    }

    /// Sends a line; a process that is gone does not get it.
    pub(super) fn send<'a>(&mut self, fields: impl IntoIterator<Item = Option<&'a str>>) {
        if let Some(stdin) = &mut self.stdin {
            let line = wire::line(fields);
            let _ = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
        }
    }

    pub(super) fn is_awake(&mut self) -> bool {
        !self.is_frozen && self.is_alive()
    }

    /// How it ended, once it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten();
        if status.is_some() && !self.has_ended {
            self.has_ended = true;
            self.guard.tell("drop", self.child.id());
            // What it said before its end still counts.
            if let Some(reader) = self.reader.take() {
                let _ = reader.join();
            }
        }
        status
    }

    pub(super) fn is_alive(&mut self) -> bool {
        self.ended().is_none()
    }

    /// Asks it to end, and waits for that.
    pub(super) fn stop(&mut self, within: Duration) -> bool {
        self.signal("TERM");
        wait_until(within, || !self.is_alive())
    }

    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.ended();
    }

    /// Stops it where it stands; afterwards none of its threads goes on.
    pub(super) fn freeze(&mut self) {
        self.signal("STOP");
        self.is_frozen = true;
        // A thread within the kernel stops when it leaves it: a server could still acknowledge what comes next.
        let tasks = PathBuf::from(format!("/proc/{}/task", self.child.id()));
        wait_until(STILL_MAX, || are_still(&tasks));
    }

    pub(super) fn thaw(&mut self) {
        self.signal("CONT");
        self.is_frozen = false;
    }

    fn signal(&mut self, name: &str) {
        // Never to a number that may be somebody else's by now.
        if self.is_alive() {
            let command = format!("kill -{name} {}", self.child.id());
            let _ = Command::new("sh").args(["-c", &command]).stderr(Stdio::null()).status();
        }
    }
}

/// Threads that write to a slow disk take their time to stop.
const STILL_MAX: Duration = Duration::from_secs(5);

/// Whether all threads in this folder of the process file system have stopped. Where there is none, nobody can tell.
fn are_still(tasks: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(tasks) else { return true };
    entries.flatten().all(|entry| match std::fs::read_to_string(entry.path().join("stat")) {
        Ok(stat) => is_still(&stat),
        // It ended meanwhile.
        Err(_) => true,
    })
}

/// A thread's state stands behind its name, which is in brackets and may hold anything.
fn is_still(stat: &str) -> bool {
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    matches!(state, Some('T' | 't' | 'Z' | 'X'))
}

impl Drop for Jvm {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_s_state_is_read_behind_its_name() {
        assert!(is_still("12 (Sync) R) T 1 12"));
        assert!(!is_still("12 (java T) S 1 12"));
        assert!(!is_still("12 (java) D 1 12") && !is_still(""));
    }

    #[test]
    fn a_wait_ends_when_it_is_so_or_when_the_time_is_over() {
        let mut looks = 0;
        assert!(wait_until(Duration::from_secs(5), || {
            looks += 1;
            looks == 2
        }));
        assert!(!wait_until(Duration::ZERO, || false));
    }
}
