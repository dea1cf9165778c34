//! A real ensemble on this machine: a virtual machine for each server, on ports that the kernel picked.

use std::collections::BTreeSet;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sim_core::zookeeper::EnsembleConfig;
use sim_core::zookeeper::ServerRole;

use workshop::{Context as _, Error};

use super::four_letter::{self, Status};
use super::jars::Runtime;
use super::process::{Guard, Jvm, wait_until};

/// How long a virtual machine may take until it says that it is ready, on a machine that is busy.
const READY_MAX: Duration = Duration::from_secs(60);
/// How long all servers may take until they serve.
const SERVE_MAX: Duration = Duration::from_secs(60);
/// A boot whose ports were taken meanwhile, or in which the highest id came too late to lead, is tried again.
const BOOTS_MAX: u32 = 5;
/// A clean shutdown is waited for this long; then the story goes on.
const STOP_MAX: Duration = Duration::from_secs(30);

pub(super) struct Ensemble {
    runtime: Runtime,
    guard: Arc<Guard>,
    servers: Vec<Server>,
}

struct Server {
    id: u16,
    client_port: u16,
    configuration: PathBuf,
    process: Option<Jvm>,
}

impl Ensemble {
    /// Servers that serve, the highest id leading, as when all start together.
    pub(super) fn boot(runtime: &Runtime, config: &EnsembleConfig, guard: &Arc<Guard>) -> Result<Self, Error> {
        let mut reason = String::new();
        for nth in 1..=BOOTS_MAX {
            let mut ensemble = Self::laid_out(runtime, config, guard, nth)?;
            match ensemble.start_all()? {
                None => return Ok(ensemble),
                Some(why) => reason = why,
            }
        }
        Err(Error::could_not_run(format!("the ensemble did not come up in {BOOTS_MAX} tries: {reason}")))
    }

    /// Folders and configuration, nothing started.
    fn laid_out(runtime: &Runtime, config: &EnsembleConfig, guard: &Arc<Guard>, nth: u32) -> Result<Self, Error> {
        let ports = free_ports(config.servers.len() * 3)?;
        let places: Vec<(u16, &[u16])> = config.servers.iter().copied().zip(ports.chunks(3)).collect();
        let mut servers = Vec::new();
        for (id, own) in &places {
            let folder = guard.folder().join(format!("boot-{nth}")).join(format!("zk{id}"));
            let data = folder.join("data");
            fs::create_dir_all(&data).context(|| format!("make {}", data.display()))?;
            let mut text = format!(
                "tickTime={}\ninitLimit={}\nsyncLimit={}\ndataDir={}\nclientPort={}\nclientPortAddress=127.0.0.1\n\
                 admin.enableServer=false\n4lw.commands.whitelist=*\n",
                config.tick_ms,
                config.init_limit,
                config.sync_limit,
                data.display(),
                own[0],
            );
            // One server alone is what ZooKeeper calls standalone.
            if places.len() > 1 {
                for (other, ports) in &places {
                    text.push_str(&format!("server.{other}=127.0.0.1:{}:{}\n", ports[1], ports[2]));
                }
                let myid = data.join("myid");
                fs::write(&myid, format!("{id}\n")).context(|| format!("write {}", myid.display()))?;
            }
            let configuration = folder.join("zoo.cfg");
            fs::write(&configuration, text).context(|| format!("write {}", configuration.display()))?;
            servers.push(Server { id: *id, client_port: own[0], configuration, process: None });
        }
        Ok(Self { runtime: runtime.clone(), guard: Arc::clone(guard), servers })
    }

    /// Starts all together; if they did not come up as they should, says why.
    fn start_all(&mut self) -> Result<Option<String>, Error> {
        let mut are_ready = Vec::new();
        for nth in 0..self.servers.len() {
            are_ready.push(self.spawn(nth)?);
        }
        if !wait_until(READY_MAX, || are_ready.iter().all(|is_ready| is_ready.load(Ordering::Acquire))) {
            return Ok(Some("java did not start in time".to_owned()));
        }
        // The highest first: milliseconds late, it would find the others agreed without it.
        for server in self.servers.iter_mut().rev() {
            server.begin();
        }
        let mut seen = Vec::new();
        let mut has_ended = false;
        wait_until(SERVE_MAX, || {
            has_ended = self.servers.iter_mut().any(|server| !server.is_alive());
            seen = self.statuses();
            has_ended || seen.iter().all(|(_, status)| status.is_serving())
        });
        if has_ended {
            return Ok(Some("a server ended at once; its port may have been taken".to_owned()));
        }
        let highest = self.servers.iter().map(|server| server.id).max();
        let leader = seen.iter().find(|(_, status)| status.leads()).map(|(id, _)| *id);
        Ok(match leader {
            None => Some("the servers did not elect a leader in time".to_owned()),
            Some(id) if Some(id) == highest => None,
            Some(id) => Some(format!("zk{id} was elected before the highest id was there")),
        })
    }

    /// Starts a server's process, which waits for the word to begin.
    fn spawn(&mut self, nth: usize) -> Result<Arc<AtomicBool>, Error> {
        let server = &mut self.servers[nth];
        let is_ready = Arc::new(AtomicBool::new(false));
        let ready = Arc::clone(&is_ready);
        let configuration = server.configuration.display().to_string();
        server.process = Some(Jvm::start(
            &self.runtime,
            &self.guard,
            &format!("zk{}", server.id),
            "ServerProcess",
            &[&configuration],
            Box::new(move |_| ready.store(true, Ordering::Release)),
        )?);
        Ok(is_ready)
    }

    fn nth(&self, id: u16) -> Result<usize, Error> {
        let nth = self.servers.iter().position(|server| server.id == id);
        nth.ok_or_else(|| Error::could_not_run(format!("there is no server zk{id}")))
    }

    pub(super) fn start(&mut self, id: u16) -> Result<(), Error> {
        let nth = self.nth(id)?;
        let is_ready = self.spawn(nth)?;
        if !wait_until(READY_MAX, || is_ready.load(Ordering::Acquire)) {
            return Err(Error::could_not_run(format!("java did not start zk{id} in time")));
        }
        self.servers[nth].begin();
        Ok(())
    }

    pub(super) fn stop(&mut self, id: u16) -> Result<(), Error> {
        let nth = self.nth(id)?;
        if let Some(process) = &mut self.servers[nth].process {
            process.stop(STOP_MAX);
        }
        Ok(())
    }

    pub(super) fn process(&mut self, id: u16) -> Result<Option<&mut Jvm>, Error> {
        let nth = self.nth(id)?;
        Ok(self.servers[nth].process.as_mut())
    }

    pub(super) fn role(&mut self, id: u16) -> Result<Option<ServerRole>, Error> {
        let nth = self.nth(id)?;
        Ok(self.servers[nth].status().role)
    }

    /// What each server says about itself.
    pub(super) fn statuses(&mut self) -> Vec<(u16, Status)> {
        self.servers.iter_mut().map(|server| (server.id, server.status())).collect()
    }

    /// Whether anybody can be asked.
    pub(super) fn is_serving(&mut self) -> bool {
        self.servers.iter_mut().any(|server| server.status().is_serving())
    }

    /// How many processes run and are not frozen, and how many servers there are.
    pub(super) fn awake(&mut self) -> (usize, usize) {
        let awake = self.servers.iter_mut().filter_map(|server| server.is_awake().then_some(())).count();
        (awake, self.servers.len())
    }

    /// A connection string of these servers.
    pub(super) fn addresses(&self, ids: &[u16]) -> String {
        let of = |id: &u16| self.servers.iter().find(|server| server.id == *id);
        let each: Vec<String> =
            ids.iter().filter_map(of).map(|server| format!("localhost:{}", server.client_port)).collect();
        each.join(",")
    }

    pub(super) fn ids(&self) -> Vec<u16> {
        self.servers.iter().map(|server| server.id).collect()
    }
}

impl Server {
    fn begin(&mut self) {
        if let Some(process) = &mut self.process {
            process.send([Some("begin")]);
        }
    }

    fn is_alive(&mut self) -> bool {
        self.process.as_mut().is_some_and(Jvm::is_alive)
    }

    fn is_awake(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| !process.is_frozen() && process.is_alive())
    }

    /// A frozen process gives no answer; it need not be waited for to know that.
    fn status(&mut self) -> Status {
        if self.is_awake() { four_letter::ask(self.client_port) } else { Status::DOWN }
    }
}

/// Ports that no other run of this process uses either.
static USED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

fn free_ports(count: usize) -> Result<Vec<u16>, Error> {
    let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    // All are held until the last is picked, so that none comes twice.
    let mut held = Vec::new();
    let mut ports = Vec::new();
    while ports.len() < count {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context(|| "find a free port".to_owned())?;
        let port = listener.local_addr().context(|| "find a free port".to_owned())?.port();
        if used.insert(port) {
            ports.push(port);
        }
        held.push(listener);
    }
    Ok(ports)
}
