//! Plays scenario files: on the simulator (`sim`), on a real system beside it (`conform`), and for the list that the page
//! shows (`index`). `cargo xtask` starts it with the word and what follows it: a program of its own, so that
//! serving the page does not compile the harness first.

#[cfg(unix)]
mod compare;
#[cfg(unix)]
mod conform;
#[cfg(unix)]
mod index;
#[cfg(unix)]
mod playthrough;
#[cfg(unix)]
mod real;
#[cfg(unix)]
mod record;
#[cfg(all(test, unix))]
mod replay;
mod schema;
mod sim;
#[cfg(unix)]
mod simulated;
mod story_file;

use std::process::ExitCode;

use workshop::{Error, conclude};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    conclude(run(&arguments))
}

fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let (word, rest) = arguments.split_first().ok_or_else(|| Error::usage("this is started by `cargo xtask`"))?;
    match word.as_str() {
        "sim" => sim::run(rest),
        #[cfg(unix)]
        "conform" => conform::run(rest),
        #[cfg(not(unix))]
        "conform" => Err(Error::could_not_run("`conform` freezes processes with signals, which only Unix has")),
        #[cfg(unix)]
        "index" => index::run(rest),
        #[cfg(not(unix))]
        "index" => Err(Error::could_not_run("`index` reads the records of `conform`, which only Unix has")),
        other => Err(Error::usage(format!("there is no command `{other}`; this is started by `cargo xtask`"))),
    }
}
