//! `cargo xtask <command>`: everything that is not the program itself, in Rust, so that a fresh machine needs nothing
//! but Rust to start. One file per command; a new command is one line in [`COMMANDS`] and one arm in [`run`].

mod bench;
mod build;
mod engine;
mod glue;
mod lighthouse;
mod picture;
mod process;
mod profile;
mod serve;
mod setup;
mod shot;
mod size;
mod split;
mod static_server;
mod test;
mod webdriver;

use std::io::Write;
use std::process::ExitCode;

use workshop::{Error, conclude};

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
        "play scenarios on real ZooKeeper and real Kafka too, and compare (needs Java and Maven; `--jobs N`, `--keep`)",
    ),
    ("index", "the list of scenarios that the page shows, from scenarios/ and what real ensembles answered"),
    ("picture", "draw the opening scene as index.html shows it until the program has come (assets/first.html)"),
    ("profile", "observe what the opening scene runs: the list by which the build takes the page's code apart"),
    ("bench [--json FILE] [--lighthouse]", "the speed of the engine and of the page (`--lighthouse`: only its scores)"),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    conclude(run(&arguments))
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
        "sim" | "conform" | "index" => process::play_scenarios(arguments),
        "bench" => bench::run(rest),
        "picture" => picture::run(rest),
        "profile" => profile::run(rest),
        "help" | "--help" | "-h" => {
            print_help();
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Error::usage(format!("there is no command `{other}`; `cargo xtask help` lists them"))),
    }
}

fn print_help() {
    let commands: String = COMMANDS.iter().map(|(usage, meaning)| format!("  {usage:<30} {meaning}\n")).collect();
    // The reader may have seen enough (`cargo xtask help | head`).
    let _ = write!(std::io::stdout(), "cargo xtask <command>\n\n{commands}");
}
