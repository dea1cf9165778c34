//! `cargo xtask profile`: observes what the opening scene runs, and writes the list by which the build takes
//! the page's code apart.

use std::collections::BTreeSet;
use std::fs;
use std::process::ExitCode;

use workshop::{Context, Error};

use crate::build;
use crate::setup::{Machine, Scope};
use crate::split;
use crate::webdriver::Stage;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    if let Some(option) = arguments.first() {
        return Err(Error::unknown_option("profile", option));
    }
    let machine = Machine::prepare(Scope::Browser)?;
    build::whole_site(&machine)?;
    let folder = machine.target_dir.join("profile");
    let whole = split::observed(&build::dist(&machine), &folder)?;
    let stage = Stage::serving(&machine, folder)?;
    let mut command = machine.command("cargo");
    command.args(["run", "--quiet", "--package", "e2e", "--bin", "profile"]);
    stage.show_to(&mut command);
    let output = command.output().context(|| "watch the page".to_owned())?;
    let ran: Option<BTreeSet<u32>> = serde_json::from_slice(&output.stdout).ok();
    let ran = ran.filter(|_| output.status.success()).ok_or_else(|| {
        Error::failed(format!("the page could not be watched: {}", String::from_utf8_lossy(&output.stderr).trim()))
    })?;
    let list = machine.root.join(split::LATER_LIST);
    fs::write(&list, split::list_of(&whole, &ran)?).context(|| format!("write {}", list.display()))?;
    println!("xtask: {} basic blocks ran; the list of the others is {}", ran.len(), split::LATER_LIST);
    Ok(ExitCode::SUCCESS)
}
