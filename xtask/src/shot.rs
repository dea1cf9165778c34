//! `cargo xtask shot`: pictures of the release site, for looking at what was changed.

use std::process::ExitCode;

use workshop::{Context, Error};

use crate::build;
use crate::setup::{Machine, Scope};
use crate::webdriver::Stage;

const DEFAULT_FOLDER: &str = "target/shots";
const README_PICTURE: &str = "docs/screenshot.png";

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let wanted = parse(arguments)?;
    let machine = Machine::prepare(Scope::Browser)?;
    build::release_site(&machine)?;
    let stage = Stage::set(&machine)?;
    let mut command = machine.command("cargo");
    command.args(["run", "--quiet", "--package", "e2e", "--bin", "shot", "--"]).args(wanted);
    stage.show_to(&mut command);
    let status = command.status().context(|| "start the program that takes the pictures".to_owned())?;
    if status.success() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Error::failed("the pictures could not be taken; the reason is above"))
    }
}

/// The arguments of the program that takes the pictures.
fn parse(arguments: &[String]) -> Result<Vec<String>, Error> {
    let mut folder = None;
    let mut is_for_readme = false;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--readme" => is_for_readme = true,
            "--out" => {
                let value = rest.next().ok_or_else(|| Error::usage("`--out` needs a folder"))?;
                folder = Some(value.clone());
            }
            other => match other.strip_prefix("--out=") {
                Some(value) => folder = Some(value.to_owned()),
                None => return Err(Error::unknown_option("shot", other)),
            },
        }
    }
    match (is_for_readme, folder) {
        (true, Some(_)) => Err(Error::usage(format!("`--readme` always writes {README_PICTURE}; leave out `--out`"))),
        (true, None) => Ok(vec!["--one".to_owned(), README_PICTURE.to_owned()]),
        (false, None) => Ok(vec!["--all".to_owned(), DEFAULT_FOLDER.to_owned()]),
        // The pictures are taken in the repository; the folder is meant from where the user stands.
        (false, Some(folder)) => {
            let folder = std::path::absolute(&folder).context(|| format!("find the folder `{folder}`"))?;
            Ok(vec!["--all".to_owned(), folder.display().to_string()])
        }
    }
}
