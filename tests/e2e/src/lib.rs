//! The page as its tests see it. A test is a tour: it gets an opened [`Page`], says what a user would do and what must
//! then be seen. Elements are found by their `data-testid` and never by text, which comes in two languages.
//!
//! `cargo xtask test` builds and serves the site and starts chromedriver; by themselves these tests are ignored.

mod audit;
mod commands;
mod page;
mod reader;
mod viewport;

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};

use futures_util::FutureExt as _;

pub use page::Page;
pub use viewport::{DESKTOP, PHONE, SMALL, Theme, Viewport, WIDE};

/// What went wrong, as a sentence.
pub type Failure = Box<dyn std::error::Error>;
pub type Result<T = ()> = std::result::Result<T, Failure>;

/// Where the site, the driver and the browser are; set by `cargo xtask`.
pub(crate) struct Stage {
    pub(crate) site_url: String,
    /// The engine without the page; only where a test or the benchmark needs it.
    pub(crate) engine_url: Option<String>,
    pub(crate) webdriver_url: String,
    /// Chromium's program; without it chromedriver looks for one.
    pub(crate) chromium: Option<String>,
}

impl Stage {
    fn from_environment() -> Result<Self> {
        Ok(Self {
            site_url: read_environment("BROKERSCOPE_E2E_URL")?,
            engine_url: env::var("BROKERSCOPE_ENGINE_URL").ok(),
            webdriver_url: read_environment("BROKERSCOPE_WEBDRIVER_URL")?,
            chromium: env::var("BROKERSCOPE_CHROMIUM").ok(),
        })
    }
}

pub(crate) fn read_environment(name: &str) -> Result<String> {
    let missing = |_| format!("{name} is not set: run this by `cargo xtask test` or `cargo xtask shot`");
    Ok(env::var(name).map_err(missing)?)
}

/// Runs a test with a page of its own; panics with the reason if it fails, and leaves a picture of the page's last
/// state in `target/e2e/<name>.png`.
pub fn tour(name: &str, test: impl AsyncFnOnce(&Page) -> Result) {
    if let Err(failure) = with_page(async |page| {
        let outcome = AssertUnwindSafe(test(page)).catch_unwind().await;
        if !matches!(outcome, Ok(Ok(()))) {
            leave_evidence(name, page).await;
        }
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }) {
        panic!("{name}: {failure}");
    }
}

/// Opens a browser, runs something with a page in it, and closes the browser, whatever happened.
pub fn with_page<T>(work: impl AsyncFnOnce(&Page) -> Result<T>) -> Result<T> {
    let stage = Stage::from_environment()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let page = Page::new_browser(stage).await?;
        let outcome = AssertUnwindSafe(work(&page)).catch_unwind().await;
        let closed = page.close().await;
        let value = outcome.unwrap_or_else(|panic| resume_unwind(panic))?;
        closed.map(|()| value)
    })
}

/// What helps to understand a failure. The failure itself is what must be reported, so a second one here is not.
async fn leave_evidence(name: &str, page: &Page) {
    let picture = evidence_folder().join(format!("{name}.png"));
    match page.screenshot(&picture).await {
        Ok(()) => eprintln!("{name}: the page's last state is in {}", picture.display()),
        Err(failure) => eprintln!("{name}: there is no picture of the page: {failure}"),
    }
    for line in page.console_errors().await.unwrap_or_default() {
        eprintln!("{name}: console: {line}");
    }
}

fn evidence_folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    target.join("e2e")
}

/// Writes a file, making its folder.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("could not make {}: {error}", folder.display()))?;
    }
    fs::write(path, content).map_err(|error| format!("could not write {}: {error}", path.display()))?;
    Ok(())
}
