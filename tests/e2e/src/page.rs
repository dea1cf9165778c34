//! The page object: what a user can do, and what a test can see.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use crate::commands::ChromedriverCommand;
use crate::viewport::{DESKTOP, Theme, Viewport};
use crate::{Result, Stage, write_file};

/// How long something may take to appear. Far more than a fast machine needs, so that a busy one does not fail.
const WAIT_BOUND: Duration = Duration::from_secs(20);
const WAIT_STEP: Duration = Duration::from_millis(50);

/// The same arguments as in webdriver.json, which is for wasm-bindgen's test runner.
const CHROMIUM_ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
];

/// A browser with the site in it.
#[derive(Debug)]
pub struct Page {
    client: Client,
    site_url: String,
    engine_url: Option<String>,
}

impl Page {
    pub(crate) async fn new_browser(stage: Stage) -> Result<Self> {
        let mut options = json!({ "args": CHROMIUM_ARGUMENTS });
        if let Some(chromium) = &stage.chromium {
            options["binary"] = json!(chromium);
        }
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&stage.webdriver_url)
            .await
            .map_err(|error| format!("Chromium did not start: {error}"))?;
        let page = Self { client, site_url: stage.site_url, engine_url: stage.engine_url };
        page.resize(DESKTOP).await?;
        Ok(page)
    }

    pub(crate) async fn close(self) -> Result {
        Ok(self.client.close().await?)
    }

    /// Opens the site. `address_tail` is what follows its address, such as `?lang=zh` or `#…`, or nothing.
    pub async fn open(&self, address_tail: &str) -> Result {
        // A new document even where only the part after # differs.
        self.client.goto("about:blank").await?;
        self.client.goto(&format!("{}{address_tail}", self.site_url)).await?;
        self.wait_until("the page can be used", async || {
            let script = "return performance.getEntriesByName('usable').length > 0";
            Ok(self.execute(script, vec![]).await? == json!(true))
        })
        .await
    }

    /// Opens the site, and waits for nothing but its document.
    pub async fn open_document(&self, address_tail: &str) -> Result {
        self.client.goto("about:blank").await?;
        Ok(self.client.goto(&format!("{}{address_tail}", self.site_url)).await?)
    }

    /// Opens the site, and stops the run that the opening scene plays.
    pub async fn open_paused(&self, address_tail: &str) -> Result {
        self.open(address_tail).await?;
        self.click("play").await
    }

    /// Opens the engine without the page; scripts then find its functions in `window.engine`.
    pub async fn open_engine(&self) -> Result {
        let url = self.engine_url.as_ref().ok_or("BROKERSCOPE_ENGINE_URL is not set")?;
        self.client.goto(url).await?;
        self.wait_until("the engine is there", async || {
            Ok(self.execute("return Boolean(window.engine)", vec![]).await? == json!(true))
        })
        .await
    }

    /// The document's title.
    pub async fn title(&self) -> Result<String> {
        Ok(self.client.title().await?)
    }

    /// The page's address as the address bar has it.
    pub async fn address(&self) -> Result<String> {
        Ok(self.client.current_url().await?.into())
    }

    /// Loads the page again, as a user would.
    pub async fn reload(&self) -> Result {
        Ok(self.client.refresh().await?)
    }

    /// Clicks, once it is there.
    pub async fn click(&self, test_id: &str) -> Result {
        let element = self.element(test_id).await?;
        element.click().await.map_err(|error| format!("could not click `{test_id}`: {error}"))?;
        Ok(())
    }

    /// The text that a user sees in it, once it is there.
    pub async fn text(&self, test_id: &str) -> Result<String> {
        Ok(self.element(test_id).await?.text().await?)
    }

    /// An attribute of it, once it is there.
    pub async fn attribute(&self, test_id: &str, name: &str) -> Result<Option<String>> {
        Ok(self.element(test_id).await?.attr(name).await?)
    }

    /// How many there are now.
    pub async fn count(&self, test_id: &str) -> Result<usize> {
        Ok(self.client.find_all(Locator::Css(&selector(test_id))).await?.len())
    }

    /// Types into the element that has the focus, or presses a key (`fantoccini::key::Key`).
    pub async fn press(&self, keys: &str) -> Result {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// Types into a field, after what is in it.
    pub async fn type_into(&self, test_id: &str, text: &str) -> Result {
        Ok(self.element(test_id).await?.send_keys(text).await?)
    }

    /// Runs a script in the page and returns what it returns.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Runs a script which calls its last argument with its result.
    pub async fn execute_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// How long scripts may run from here on.
    pub async fn allow_scripts(&self, bound: Duration) -> Result {
        let timeouts = fantoccini::wd::TimeoutConfiguration::new(Some(bound), None, None);
        Ok(self.client.update_timeouts(timeouts).await?)
    }

    /// The element, as soon as it is there.
    pub async fn element(&self, test_id: &str) -> Result<Element> {
        let css = selector(test_id);
        let found = self.client.wait().at_most(WAIT_BOUND).every(WAIT_STEP).for_element(Locator::Css(&css)).await;
        Ok(found.map_err(|error| format!("`{test_id}` did not appear within {WAIT_BOUND:?}: {error}"))?)
    }

    /// Waits until it is there.
    pub async fn wait_for(&self, test_id: &str) -> Result {
        self.element(test_id).await.map(drop)
    }

    /// Waits until its text is what is wanted.
    pub async fn wait_for_text(&self, test_id: &str, is_wanted: impl Fn(&str) -> bool) -> Result {
        self.wait_until(&format!("the wanted text in `{test_id}`"), async || Ok(is_wanted(&self.text(test_id).await?)))
            .await
    }

    /// Waits until something is true; `what` completes "waited for …".
    pub async fn wait_until(&self, what: &str, mut is_true: impl AsyncFnMut() -> Result<bool>) -> Result {
        let deadline = Instant::now() + WAIT_BOUND;
        while !is_true().await? {
            if Instant::now() > deadline {
                return Err(format!("waited {WAIT_BOUND:?} in vain: {what}").into());
            }
            tokio::time::sleep(WAIT_STEP).await;
        }
        Ok(())
    }

    /// Gives the page exactly this size. A window cannot be as narrow as a phone, so the screen is emulated.
    pub async fn resize(&self, viewport: Viewport) -> Result {
        let Viewport { width_px, height_px, is_mobile } = viewport;
        let metrics = json!({ "width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": is_mobile });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await
    }

    /// What the system is said to prefer.
    pub async fn prefer(&self, theme: Theme, reduces_motion: bool) -> Result {
        let motion = if reduces_motion { "reduce" } else { "no-preference" };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": theme.word() },
            { "name": "prefers-reduced-motion", "value": motion },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await
    }

    /// Has the system say that its user has chosen colours of their own.
    pub async fn force_colours(&self) -> Result {
        let features = json!({ "features": [
            { "name": "forced-colors", "value": "active" },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await
    }

    /// Writes a picture of what is on the screen, as PNG.
    pub async fn screenshot(&self, path: &Path) -> Result {
        write_file(path, &self.client.screenshot().await?)
    }

    /// What was logged as an error since this was last asked: the page's own errors, panics, and files not found; and files
    /// that were fetched early for nothing, of which a browser only warns.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let log = self.client.issue_cmd(ChromedriverCommand::console()).await?;
        let entries = log.as_array().cloned().unwrap_or_default();
        let in_vain = |entry: &&Value| entry["message"].as_str().is_some_and(|message| message.contains("preload"));
        let errors = entries.iter().filter(|entry| entry["level"] == "SEVERE" || in_vain(entry));
        Ok(errors.map(|entry| entry["message"].as_str().unwrap_or("(no message)").to_owned()).collect())
    }

    /// Fails if anything was logged as an error.
    pub async fn expect_quiet_console(&self) -> Result {
        let errors = self.console_errors().await?;
        if errors.is_empty() { Ok(()) } else { Err(format!("the console has errors: {}", errors.join(" | ")).into()) }
    }

    /// One command of the DevTools protocol, and its answer.
    pub async fn ask_devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(ChromedriverCommand::devtools(command, parameters)).await?)
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Result {
        self.ask_devtools(command, parameters).await?;
        Ok(())
    }
}

fn selector(test_id: &str) -> String {
    format!("[data-testid=\"{test_id}\"]")
}
