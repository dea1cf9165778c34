//! A Chromium and the WebDriver that steers it.

use std::env;
use std::path::PathBuf;

use workshop::Error;

use super::{Environment, debian};

/// The second font is for pictures of the Chinese page, which shows boxes without it.
const DEBIAN_PACKAGES: &[&str] = &["chromium", "chromium-driver", "fonts-noto-cjk"];

/// The names under which Chromium is installed, in the order of preference.
const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVER_NAME: &str = "chromedriver";

/// Where Chromium is on a Mac, on which it is not on PATH.
const MAC_CHROME: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

pub(super) fn ensure(environment: &Environment) -> Result<Browser, Error> {
    if let Some(browser) = find(environment) {
        return Ok(browser);
    }
    if debian::can_install(environment) {
        debian::install(environment, DEBIAN_PACKAGES, "about 2 minutes")?;
    }
    find(environment).ok_or_else(|| {
        let how = if debian::is_debian(environment) {
            format!("run as root: apt-get install {}", DEBIAN_PACKAGES.join(" "))
        } else {
            "install Chromium or Chrome and the chromedriver of the same version, both on PATH \
             (https://googlechromelabs.github.io/chrome-for-testing)"
                .to_owned()
        };
        Error::failed(format!("the browser tests need Chromium and {DRIVER_NAME}: {how}"))
    })
}

fn find(environment: &Environment) -> Option<Browser> {
    let mac_chrome = || Some(PathBuf::from(MAC_CHROME)).filter(|path| path.is_file());
    let chromium = CHROMIUM_NAMES.iter().find_map(|name| environment.find(name)).or_else(mac_chrome)?;
    // The same variable that wasm-bindgen's test runner reads.
    let driver = env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| environment.find(DRIVER_NAME))?;
    Some(Browser { chromium, driver })
}
