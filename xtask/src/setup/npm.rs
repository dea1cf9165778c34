//! Packages of npm that the workshop needs, each at one version and kept in the cache folder. None of them is part of the
//! page.

use std::path::{Path, PathBuf};

use workshop::{Cache, Context, Error, announce, move_into_place};

use super::{Environment, debian};

/// The audit of accessibility that the end-to-end tests put into the page.
const AXE: Package = Package {
    name: "axe-core",
    version: "4.14.1",
    proof: "axe-core/axe.min.js",
    purpose: "the audit of accessibility in the end-to-end tests",
    is_run_by_node: false,
};

/// The audit of the whole page in the benchmark. The last line that runs with Node.js 20.
const LIGHTHOUSE: Package = Package {
    name: "lighthouse",
    version: "12.2.3",
    proof: "lighthouse/cli/index.js",
    purpose: "the audit of the page in the benchmark",
    is_run_by_node: true,
};

/// A package, and how it is known that it is there.
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// The file that is wanted of it, below `node_modules`.
    pub(super) proof: &'static str,
    /// Completes "npm's … is missing: it is …".
    pub(super) purpose: &'static str,
    /// Whether Node.js is needed even after it was fetched.
    pub(super) is_run_by_node: bool,
}

impl Package {
    /// The package's file, fetched if it is not there yet.
    pub(super) fn ensure(&self, cache: &Cache, environment: &Environment) -> Result<PathBuf, Error> {
        let Self { name, version, .. } = self;
        let folder = format!("{name}-{version}");
        let place = cache.join(&folder);
        let file = |place: &Path| place.join("node_modules").join(self.proof);
        // Of a program npm makes a link to a script.
        let is_fetched = file(&place).exists();
        let lacks_node = self.is_run_by_node && environment.find("node").is_none();
        if lacks_node || (!is_fetched && environment.find("npm").is_none()) {
            if !debian::can_install(environment) {
                return Err(Error::failed(format!(
                    "npm's {name} {version} is missing: it is {}. Install Node.js with npm, from which it is fetched \
                     (https://nodejs.org)",
                    self.purpose
                )));
            }
            debian::install(environment, &["nodejs", "npm"], "about 2 minutes")?;
        }
        if !is_fetched {
            announce(&format!("fetching {name} {version} from npm"), "under a minute");
            let partial = cache.join(&format!("{folder}.partial"));
            let status = environment
                .command("npm")
                .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix"])
                .arg(&partial)
                .arg(format!("{name}@{version}"))
                .status()
                .context(|| "start npm".to_owned())?;
            if !status.success() || !file(&partial).exists() {
                return Err(Error::failed(format!("npm could not fetch {name} {version}; its words are above")));
            }
            move_into_place(&partial, &place)?;
        }
        Ok(file(&place))
    }
}

/// The script that a test puts into a page to have it audited.
pub(super) fn ensure_axe(cache: &Cache, environment: &Environment) -> Result<PathBuf, Error> {
    AXE.ensure(cache, environment)
}

/// The script that node runs to have a page audited.
pub(super) fn ensure_lighthouse(cache: &Cache, environment: &Environment) -> Result<PathBuf, Error> {
    LIGHTHOUSE.ensure(cache, environment)
}
