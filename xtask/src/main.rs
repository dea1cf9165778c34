//! `cargo xtask <command>`: everything that is not the program itself, in Rust, so that a fresh machine needs nothing
//! but Rust to start. One file per command; a new command is one line in [`COMMANDS`] and one arm in [`run`].

mod bench;
mod build;
#[cfg(unix)]
mod conform;
mod engine;
mod error;
#[cfg(unix)]
mod index;
mod profile;
mod scenario_file;
mod scenario_schema;
mod serve;
mod setup;
mod shot;
mod sim;
mod size;
mod split;
mod static_server;
mod test;
mod webdriver;

use std::process::ExitCode;

use error::Error;

/// What `cargo xtask help` shows.
const COMMANDS: &[(&str, &str)] = &[
    ("serve [--port N] [--open]", "set up what is missing, then serve the page on 127.0.0.1 and rebuild it on change"),
    ("build", "the release site in dist/, with relative addresses"),
    ("test [--fast]", "every check: format, lints, host, wasm, end to end, size (`--fast`: the host's alone)"),
    ("shot [--out DIR] [--readme]", "pictures of the release site in several sizes, themes and languages"),
    ("setup", "only set up what is missing"),
    ("sim FILE… [--seed N] [--facts|--observations]", "play scenarios on the simulator (`sim --schema`: their schema)"),
    (
        "conform FILE…|--all [--zookeeper 3.9|3.4] [--record]",
        "play scenarios on a real ZooKeeper ensemble too, and compare (needs Java and Maven; `--jobs N`, `--keep`)",
    ),
    ("index", "the list of scenarios that the page shows, from scenarios/ and what real ensembles answered"),
    ("profile", "observe what the opening scene runs: the list by which the build takes the page's code apart"),
    ("bench [--json FILE]", "the speed of the engine and of the page, on one fixed scene"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let Some((command, rest)) = arguments.split_first() else {
        print_help();
        return Ok(ExitCode::from(2));
    };
    match command.as_str() {
        "serve" => serve::run(rest),
        "build" => build::run(rest),
        "test" => test::run(rest),
        "shot" => shot::run(rest),
        "setup" => setup::run(rest),
        "sim" => sim::run(rest),
        #[cfg(unix)]
        "conform" => conform::run(rest),
        #[cfg(not(unix))]
        "conform" => Err(Error::could_not_run("`conform` freezes processes with signals, which only Unix has")),
        #[cfg(unix)]
        "index" => index::run(rest),
        #[cfg(not(unix))]
        "index" => Err(Error::could_not_run("`index` reads the records of `conform`, which only Unix has")),
        "bench" => bench::run(rest),
        "profile" => profile::run(rest),
        "help" | "--help" | "-h" => {
            print_help();
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Error::usage(format!("there is no command `{other}`; `cargo xtask help` lists them"))),
    }
}

fn print_help() {
    println!("cargo xtask <command>\n");
    for (usage, meaning) in COMMANDS {
        println!("  {usage:<30} {meaning}");
    }
}
