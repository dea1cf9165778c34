//! `cargo xtask bench [--json FILE] [--lighthouse]`: one fixed scene (`sim_core::check::bench_scene`), natively, in Chromium,
//! and as a user of the page feels it; then Lighthouse's scores of the page. Speeds of one machine compare with each other only; the note that quotes them names it.

use std::fs;
use std::process::{ExitCode, Output};

use serde_json::{Map, Value, json};

use workshop::{Context, Error};

use crate::build;
use crate::engine;
use crate::lighthouse;
use crate::setup::{Machine, Scope};
use crate::size;
use crate::webdriver::Stage;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let Options { json_file, only_lighthouse } = parse(arguments)?;
    let machine = Machine::prepare(Scope::Browser)?;
    let mut figures = Map::new();
    if !only_lighthouse {
        figures.extend(speeds(&machine)?);
    }
    build::release_site(&machine)?;
    figures.extend(lighthouse::scores(&machine)?);

    for (name, value) in &figures {
        println!("{name:<34} {value}");
    }
    if let Some(file) = json_file {
        let text = serde_json::to_string_pretty(&figures).map_err(|error| Error::failed(error.to_string()))?;
        fs::write(&file, text + "\n").context(|| format!("write {file}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Default)]
struct Options {
    json_file: Option<String>,
    /// Leave out what is not Lighthouse's.
    only_lighthouse: bool,
}

fn parse(arguments: &[String]) -> Result<Options, Error> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--lighthouse" => options.only_lighthouse = true,
            "--json" => {
                let file = rest.next().ok_or_else(|| Error::usage("`--json` needs a file"))?;
                options.json_file = Some(file.clone());
            }
            other => return Err(Error::unknown_option("bench", other)),
        }
    }
    Ok(options)
}

/// How fast the engine and the page are, and how large.
fn speeds(machine: &Machine) -> Result<Map<String, Value>, Error> {
    let mut figures = Map::new();
    let native = machine
        .command("cargo")
        .args(["run", "--quiet", "--release", "--package", "sim-core", "--bin", "speed"])
        .output()
        .context(|| "run the native benchmark".to_owned())?;
    merge(&mut figures, &native)?;

    build::release_site(machine)?;
    let size = size::measure(machine)?;
    figures.insert("gz_first_load_bytes".to_owned(), json!(size.first_load_gzipped_bytes()));
    figures.insert("gz_total_bytes".to_owned(), json!(size.total_gzipped_bytes()));
    figures.insert("gz_wasm_bytes".to_owned(), json!(size.gzipped_bytes_of(".wasm")));
    figures.insert("gz_js_bytes".to_owned(), json!(size.gzipped_bytes_of(".js")));

    let stage = Stage::set(machine)?.with_engine(engine::build(machine)?)?;
    let mut measure = machine.command("cargo");
    measure.args(["run", "--quiet", "--package", "e2e", "--bin", "measure"]);
    stage.show_to(&mut measure);
    let measured = measure.output().context(|| "measure the page".to_owned())?;
    merge(&mut figures, &measured)?;
    Ok(figures)
}

/// Adds what a program printed; one that failed has said why.
fn merge(figures: &mut Map<String, Value>, output: &Output) -> Result<(), Error> {
    match serde_json::from_slice(&output.stdout) {
        Ok(Value::Object(more)) if output.status.success() => {
            figures.extend(more);
            Ok(())
        }
        _ => Err(Error::failed(format!(
            "a benchmark printed no figures: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))),
    }
}
