//! Measures the page as a user feels it, and the engine where it runs; started by `cargo xtask bench`. Prints one JSON
//! object.

use std::process::ExitCode;
use std::time::Duration;

use e2e::{Page, Result, with_page};
use serde_json::{Map, Value, json};

const CHOICES: u32 = 1_000_000;
const MEMORY_CHOICES: u32 = 5_000_000;
const SEEK_EVENTS: u32 = 100_000;
const SEEKS: u32 = 300;
const PLAY: Duration = Duration::from_secs(10);
const STEPS: u32 = 100;

/// How long a script may run: the longest makes five million choices.
const SCRIPT_BOUND: Duration = Duration::from_secs(300);

fn main() -> ExitCode {
    match with_page(measure) {
        Ok(figures) => {
            println!("{}", Value::Object(figures));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(page: &Page) -> Result<Map<String, Value>> {
    let mut figures = Map::new();
    page.allow_scripts(SCRIPT_BOUND).await?;

    // Loading: the second visit is what a developer sees, the first is what a reader sees. A new browser has no cache.
    page.open("").await?;
    page.wait_for("page").await?;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let paint = "const e = performance.getEntriesByName('first-contentful-paint')[0]; return e ? e.startTime : -1";
    figures.insert("first_paint_ms".into(), rounded(&page.execute(paint, vec![]).await?));
    let usable = "const e = performance.getEntriesByName('usable')[0]; return e ? e.startTime : -1";
    figures.insert("usable_ms".into(), rounded(&page.execute(usable, vec![]).await?));

    // Playing: every animation frame's work and interval, and all that the main thread does.
    page.ask_devtools("Performance.enable", json!({})).await?;
    page.execute(WATCH_FRAMES, vec![]).await?;
    let busy_before = task_seconds(page).await?;
    tokio::time::sleep(PLAY).await;
    let busy_s = task_seconds(page).await? - busy_before;
    let frames = page.execute("return [window.__work, window.__interval]", vec![]).await?;
    figures.insert("frame_work_p95_ms".into(), json!(percentile_95(&frames[0])));
    figures.insert("frame_p95_ms".into(), json!(percentile_95(&frames[1])));
    let busy_percent = busy_s * 100.0 / PLAY.as_secs_f64();
    figures.insert("main_thread_busy_percent".into(), json!((busy_percent * 10.0).round() / 10.0));

    // Stepping: from the click to the frame after the one that painted it.
    let steps = page.execute_async(STEP_TIMES, vec![json!(STEPS)]).await?;
    figures.insert("step_p95_ms".into(), json!(percentile_95(&steps)));

    // The engine, without the page.
    page.open_engine().await?;
    let per_s = |ms: &Value| (f64::from(CHOICES) * 1_000.0 / ms.as_f64().unwrap_or(f64::NAN)).round();
    let call = |function: &str| format!("return window.engine.{function}(...arguments)");
    let ms = page.execute(&call("bench_bare_ms"), vec![json!(CHOICES)]).await?;
    figures.insert("wasm_choices_per_s_bare".into(), json!(per_s(&ms)));
    let ms = page.execute(&call("bench_history_ms"), vec![json!(CHOICES)]).await?;
    figures.insert("wasm_choices_per_s".into(), json!(per_s(&ms)));
    let seeks = "return Array.from(window.engine.bench_seeks_ms(...arguments))";
    let seeks = page.execute(seeks, vec![json!(SEEK_EVENTS), json!(SEEKS)]).await?;
    figures.insert("seek_p95_ms".into(), json!(percentile_95(&seeks)));

    // Memory only grows: a page of its own.
    page.open_engine().await?;
    let mb = page.execute(&call("bench_memory_mb"), vec![json!(MEMORY_CHOICES)]).await?;
    figures.insert("wasm_memory_mb_after_5m_choices".into(), rounded(&mb));
    Ok(figures)
}

/// Wraps the animation frames from here on.
const WATCH_FRAMES: &str = "
    window.__work = []; window.__interval = [];
    const frame = window.requestAnimationFrame.bind(window);
    let last = 0;
    window.requestAnimationFrame = (callback) => frame((at) => {
        if (last && at > last) window.__interval.push(at - last);
        last = at;
        const begin = performance.now();
        callback(at);
        window.__work.push(performance.now() - begin);
    });";

const STEP_TIMES: &str = "
    const [count, done] = arguments;
    const button = document.querySelector('[data-testid=step]');
    const times = [];
    const once = () => {
        if (times.length === count) return done(times);
        const begin = performance.now();
        button.click();
        requestAnimationFrame(() => setTimeout(() => { times.push(performance.now() - begin); once(); }, 0));
    };
    once();";

/// Seconds that the page's main thread has spent on tasks.
async fn task_seconds(page: &Page) -> Result<f64> {
    let metrics = page.ask_devtools("Performance.getMetrics", json!({})).await?;
    let found = metrics["metrics"].as_array().and_then(|all| all.iter().find(|one| one["name"] == "TaskDuration"));
    found.and_then(|one| one["value"].as_f64()).ok_or_else(|| "Chromium does not say how busy it is".into())
}

fn percentile_95(values: &Value) -> f64 {
    let mut values: Vec<f64> = values.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    values.sort_by(f64::total_cmp);
    let value = values.get(values.len() * 95 / 100).copied().unwrap_or(-1.0);
    (value * 100.0).round() / 100.0
}

fn rounded(value: &Value) -> Value {
    json!((value.as_f64().unwrap_or(-1.0) * 10.0).round() / 10.0)
}
