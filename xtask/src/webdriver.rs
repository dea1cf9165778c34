//! A chromedriver on a free port, and the site on another, for programs that steer a real browser.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use workshop::{Context, Error};

use crate::build;
use crate::setup::Machine;
use crate::static_server;

/// The names by which `tests/e2e` finds all this.
const SITE_VARIABLE: &str = "BROKERSCOPE_E2E_URL";
const ENGINE_VARIABLE: &str = "BROKERSCOPE_ENGINE_URL";
const DRIVER_VARIABLE: &str = "BROKERSCOPE_WEBDRIVER_URL";
const CHROMIUM_VARIABLE: &str = "BROKERSCOPE_CHROMIUM";
const AXE_VARIABLE: &str = "BROKERSCOPE_AXE";

/// How long chromedriver may take to say its port, and to close its browsers.
const STEP_BOUND: Duration = Duration::from_secs(20);

/// The served release site and a running chromedriver, which ends with this value.
pub(crate) struct Stage {
    site_url: String,
    /// The engine without the page, where it is wanted.
    engine_url: Option<String>,
    driver: Driver,
    chromium: PathBuf,
    axe: Option<PathBuf>,
}

impl Stage {
    /// The release site must have been built.
    pub(crate) fn set(machine: &Machine) -> Result<Self, Error> {
        Self::serving(machine, build::dist(machine))
    }

    /// Another site than the released one.
    pub(crate) fn serving(machine: &Machine, site: PathBuf) -> Result<Self, Error> {
        let browser = machine.browser()?;
        let driver = Driver::start(machine.command(&browser.driver.to_string_lossy()))?;
        let site_url = static_server::start(site)?;
        let (chromium, axe) = (browser.chromium.clone(), machine.axe().map(Path::to_owned));
        Ok(Self { site_url, engine_url: None, driver, chromium, axe })
    }

    /// Serves the engine without the page too, from its folder.
    pub(crate) fn with_engine(self, folder: PathBuf) -> Result<Self, Error> {
        Ok(Self { engine_url: Some(static_server::start(folder)?), ..self })
    }

    /// Tells a program where everything is.
    pub(crate) fn show_to(&self, command: &mut Command) {
        command
            .env(SITE_VARIABLE, &self.site_url)
            .env(DRIVER_VARIABLE, format!("http://127.0.0.1:{}", self.driver.port))
            .env(CHROMIUM_VARIABLE, &self.chromium);
        if let Some(url) = &self.engine_url {
            command.env(ENGINE_VARIABLE, url);
        }
        if let Some(axe) = &self.axe {
            command.env(AXE_VARIABLE, axe);
        }
    }
}

struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(mut command: Command) -> Result<Self, Error> {
        let mut process = command
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context(|| "start chromedriver".to_owned())?;
        match read_port(&mut process) {
            Some(port) => Ok(Self { process, port }),
            None => {
                stop(&mut process);
                Err(Error::failed("chromedriver did not say on which port it listens"))
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to shut down, it closes its browsers; killed, it would leave them behind.
        if ask_to_shut_down(self.port).is_ok() {
            let deadline = Instant::now() + STEP_BOUND;
            while Instant::now() < deadline {
                if matches!(self.process.try_wait(), Ok(Some(_))) {
                    return;
                }
                thread::sleep(Duration::from_millis(50));
            }
        }
        stop(&mut self.process);
    }
}

/// Reads "ChromeDriver was started successfully on port 12345." and drains what follows, so that the pipe never fills.
fn read_port(process: &mut Child) -> Option<u16> {
    let output = process.stdout.take()?;
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(port) = port_in(&line) {
                // The receiver is gone only when nobody waits any more.
                let _ = sender.send(port);
            }
        }
    });
    receiver.recv_timeout(STEP_BOUND).ok()
}

fn port_in(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

fn ask_to_shut_down(port: u16) -> std::io::Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(STEP_BOUND))?;
    write!(stream, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut first_byte = [0; 1];
    stream.read(&mut first_byte).map(drop)
}

fn stop(process: &mut Child) {
    // It may have ended by itself, which is as good.
    let _ = process.kill();
    let _ = process.wait();
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn the_port_is_read_from_chromedrivers_greeting() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 40123."), Some(40123));
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
