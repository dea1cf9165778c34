//! Debian packages: installed only where we are root on Debian and they are missing; named in a sentence elsewhere.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use workshop::{Context, Error, announce};

use super::Environment;

/// Lists of packages are refreshed once a run, however many groups are installed.
static LISTS_ARE_FRESH: AtomicBool = AtomicBool::new(false);

/// Seconds to wait for another apt that is at work, such as an unattended upgrade.
const APT_LOCK_TIMEOUT_S: u32 = 300;

/// Whether [`install`] can do anything here.
pub(super) fn can_install(environment: &Environment) -> bool {
    is_debian(environment) && environment.output_of("id", &["-u"]).as_deref() == Some("0")
}

pub(super) fn is_debian(environment: &Environment) -> bool {
    Path::new("/etc/debian_version").exists() && environment.find("apt-get").is_some()
}

/// Those of the packages that are not installed.
pub(super) fn missing<'a>(environment: &Environment, packages: &[&'a str]) -> Vec<&'a str> {
    let is_installed = |package: &str| {
        environment
            .output_of("dpkg-query", &["-W", "-f=${db:Status-Status}", package])
            .is_some_and(|status| status == "installed")
    };
    packages.iter().copied().filter(|package| !is_installed(package)).collect()
}

/// Installs what is missing of the packages. The caller has asked [`can_install`].
pub(super) fn install(environment: &Environment, packages: &[&str], duration: &str) -> Result<(), Error> {
    let missing = missing(environment, packages);
    if missing.is_empty() {
        return Ok(());
    }
    announce(&format!("installing Debian packages: {}", missing.join(" ")), duration);
    if !LISTS_ARE_FRESH.swap(true, Ordering::Relaxed) {
        // A list that cannot be refreshed may still do; if it does not, the installation says so.
        apt_get(environment, &["update"])?;
    }
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(&missing);
    if apt_get(environment, &arguments)? {
        return Ok(());
    }
    // An installation killed in the middle leaves packages unpacked and unconfigured; dpkg can finish them.
    println!("xtask: apt-get failed; letting dpkg finish what an earlier run may have left, then once more");
    environment
        .command("dpkg")
        .args(["--configure", "-a"])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context(|| "run dpkg --configure -a".to_owned())?;
    if apt_get(environment, &arguments)? {
        return Ok(());
    }
    Err(Error::failed(format!("apt-get could not install: {}. Its own words are above", missing.join(" "))))
}

fn apt_get(environment: &Environment, arguments: &[&str]) -> Result<bool, Error> {
    let status = environment
        .command("apt-get")
        .args(["-q", "-o", &format!("DPkg::Lock::Timeout={APT_LOCK_TIMEOUT_S}"), "-o", "Dpkg::Use-Pty=0"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context(|| "start apt-get".to_owned())?;
    Ok(status.success())
}
