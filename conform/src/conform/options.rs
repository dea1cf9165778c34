//! The command line of `cargo xtask conform`.

use std::path::PathBuf;

use sim_core::release::ZkVersion;

use workshop::Error;

/// The machine has to keep up with what runs at the same time: times are real.
const JOBS: usize = 2;
const JOBS_MAX: usize = 16;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) files: Vec<PathBuf>,
    /// All scenarios of the repository.
    pub(super) all: bool,
    /// Given: in place of what the files say, for both sides.
    pub(super) version: Option<ZkVersion>,
    /// Write down what was observed.
    pub(super) record: bool,
    pub(super) jobs: usize,
    /// Leave folders and logs.
    pub(super) keep: bool,
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Self, Error> {
        let mut options = Self { files: Vec::new(), all: false, version: None, record: false, jobs: JOBS, keep: false };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--all" => options.all = true,
                "--record" => options.record = true,
                "--keep" => options.keep = true,
                "--zookeeper" => {
                    let given = rest.next().map(String::as_str).unwrap_or_default();
                    let known = ZkVersion::ALL.into_iter().find(|version| version.name() == given);
                    options.version = Some(
                        known.ok_or_else(|| Error::usage(format!("`--zookeeper` needs 3.9 or 3.4, not `{given}`")))?,
                    );
                }
                "--jobs" => {
                    let given = rest.next().map(String::as_str).unwrap_or_default();
                    let jobs = given.parse().ok().filter(|jobs| (1..=JOBS_MAX).contains(jobs));
                    options.jobs = jobs.ok_or_else(|| {
                        Error::usage(format!("`--jobs` needs a number from 1 to {JOBS_MAX}, not `{given}`"))
                    })?;
                }
                option if option.starts_with('-') => return Err(Error::unknown_option("conform", option)),
                file => options.files.push(PathBuf::from(file)),
            }
        }
        if options.files.is_empty() && !options.all {
            return Err(Error::usage("`cargo xtask conform` needs scenario files, or `--all`"));
        }
        if options.all && !options.files.is_empty() {
            return Err(Error::usage("`cargo xtask conform` takes scenario files or `--all`, not both"));
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn options_are_read() {
        let options = parse("--all --zookeeper 3.4 --jobs 3 --record").expect("it is right");
        assert_eq!((options.all, options.version, options.jobs), (true, Some(ZkVersion::V3_4), 3));
        assert!(options.record && !options.keep);
        assert_eq!(parse("a.json b.json").map(|options| options.files.len()), Ok(2));
    }

    #[test]
    fn each_slip_has_its_sentence() {
        for line in
            ["", "--zookeeper", "--all --zookeeper 3.5", "--all --jobs 0", "--all --jobs many", "--al", "--all a.json"]
        {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
