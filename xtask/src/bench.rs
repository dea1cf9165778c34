//! `cargo xtask bench [--json FILE]`: one fixed scene (`sim_core::check::bench_scene`), natively, in Chromium, and as a user
//! of the page feels it. Speeds of one machine compare with each other only; the note that quotes them names it.

use std::fs;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Map, Value, json};
use sim_core::check::bench_scene;
use sim_core::engine::system::Changes;
use sim_core::scenario::boot;

use crate::build;
use crate::engine;
use crate::error::{Context, Error};
use crate::setup::{Machine, Scope};
use crate::size;
use crate::webdriver::Stage;

const NATIVE_CHOICES: u32 = 1_000_000;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let json_file = match arguments {
        [] => None,
        [flag, file] if flag == "--json" => Some(file.clone()),
        [flag] if flag == "--json" => return Err(Error::usage("`--json` needs a file")),
        // The part that needs optimised code runs in a process of its own.
        [flag] if flag == "--native" => return native(),
        [other, ..] => return Err(Error::unknown_option("bench", other)),
    };
    let machine = Machine::prepare(Scope::Browser)?;
    let mut figures = Map::new();

    let native = machine
        .command("cargo")
        .args(["run", "--quiet", "--release", "--package", "xtask", "--", "bench", "--native"])
        .output()
        .context(|| "run the native benchmark".to_owned())?;
    merge(&mut figures, &native.stdout)?;

    build::release_site(&machine)?;
    let size = size::measure(&machine)?;
    figures.insert("gz_first_load_bytes".to_owned(), json!(size.first_load_gzipped_bytes()));
    figures.insert("gz_total_bytes".to_owned(), json!(size.total_gzipped_bytes()));
    figures.insert("gz_wasm_bytes".to_owned(), json!(size.gzipped_bytes_of(".wasm")));
    figures.insert("gz_js_bytes".to_owned(), json!(size.gzipped_bytes_of(".js")));

    let stage = Stage::set(&machine)?.with_engine(engine::build(&machine)?)?;
    let mut measure = machine.command("cargo");
    measure.args(["run", "--quiet", "--package", "e2e", "--bin", "measure"]);
    stage.show_to(&mut measure);
    let measured = measure.output().context(|| "measure the page".to_owned())?;
    if !measured.status.success() {
        return Err(Error::failed(format!(
            "the page could not be measured: {}",
            String::from_utf8_lossy(&measured.stderr).trim()
        )));
    }
    merge(&mut figures, &measured.stdout)?;

    for (name, value) in &figures {
        println!("{name:<34} {value}");
    }
    if let Some(file) = json_file {
        let text = serde_json::to_string_pretty(&figures).map_err(|error| Error::failed(error.to_string()))?;
        fs::write(&file, text + "\n").context(|| format!("write {file}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn merge(figures: &mut Map<String, Value>, printed: &[u8]) -> Result<(), Error> {
    match serde_json::from_slice(printed) {
        Ok(Value::Object(more)) => {
            figures.extend(more);
            Ok(())
        }
        _ => Err(Error::failed(format!("a benchmark printed no figures but: {}", String::from_utf8_lossy(printed)))),
    }
}

/// Choices a second without a browser, and how many of them are routine.
fn native() -> Result<ExitCode, Error> {
    let mut sim = boot::run(&bench_scene::setup(), bench_scene::SEED)
        .map_err(|_| Error::failed("the bench scene does not come up"))?;
    let mut changes = Changes::default();
    let mut routine = 0u32;
    let started = sim.now();
    let begin = Instant::now();
    for _ in 0..NATIVE_CHOICES {
        routine += u32::from(sim.next_is_routine());
        sim.step(&mut changes);
        changes.events.clear();
    }
    let took_s = begin.elapsed().as_secs_f64();
    let simulated_s = sim.now().since(started).as_ms() as f64 / 1_000.0;
    let figures = json!({
        "native_choices_per_s": (f64::from(NATIVE_CHOICES) / took_s).round(),
        "routine_share_percent": (f64::from(routine) * 1_000.0 / f64::from(NATIVE_CHOICES)).round() / 10.0,
        "choices_per_simulated_s": (f64::from(NATIVE_CHOICES) / simulated_s).round(),
    });
    println!("{figures}");
    Ok(ExitCode::SUCCESS)
}
