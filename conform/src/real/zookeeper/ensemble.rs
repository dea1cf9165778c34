//! A real ensemble on this machine: a virtual machine for each server, on ports that the kernel picked.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sim_core::zookeeper::EnsembleConfig;
use sim_core::zookeeper::ServerRole;

use workshop::{Context as _, Error};

use super::four_letter::{self, Status};
use crate::real::jars::Runtime;
use crate::real::ports::free_ports;
use crate::real::process::{Guard, Jvm, wait_until};
use crate::real::server::{READY_MAX, Server};

/// How long all servers may take until they serve.
const SERVE_MAX: Duration = Duration::from_secs(60);
/// A boot whose ports were taken meanwhile, or in which the highest id came too late to lead, is tried again.
const BOOTS_MAX: u32 = 5;

/// One server alone and an ensemble start by the same class.
const MAIN_CLASS: &str = "org.apache.zookeeper.server.quorum.QuorumPeerMain";

pub(in crate::real) struct Ensemble {
    runtime: Runtime,
    guard: Arc<Guard>,
    servers: Vec<Member>,
}

struct Member {
    id: u16,
    client_port: u16,
    server: Server,
}

impl Ensemble {
    /// Servers that serve, the highest id leading, as when all start together.
    pub(in crate::real) fn boot(runtime: &Runtime, config: &EnsembleConfig, guard: &Arc<Guard>) -> Result<Self, Error> {
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
            let server = Server::new(format!("zk{id}"), MAIN_CLASS, configuration.display().to_string());
            servers.push(Member { id: *id, client_port: own[0], server });
        }
        Ok(Self { runtime: runtime.clone(), guard: Arc::clone(guard), servers })
    }

    /// Starts all together; if they did not come up as they should, says why.
    fn start_all(&mut self) -> Result<Option<String>, Error> {
        let mut are_ready = Vec::new();
        for member in &mut self.servers {
            are_ready.push(member.server.spawn(&self.runtime, &self.guard)?);
        }
        if !wait_until(READY_MAX, || are_ready.iter().all(|is_ready| is_ready.load(Ordering::Acquire))) {
            return Ok(Some("java did not start in time".to_owned()));
        }
        // The highest first: milliseconds late, it would find the others agreed without it.
        for member in self.servers.iter_mut().rev() {
            member.server.begin();
        }
        let mut seen = Vec::new();
        let mut has_ended = false;
        wait_until(SERVE_MAX, || {
            has_ended = self.servers.iter_mut().any(|member| !member.server.is_alive());
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

    fn nth(&self, id: u16) -> Result<usize, Error> {
        let nth = self.servers.iter().position(|server| server.id == id);
        nth.ok_or_else(|| Error::could_not_run(format!("there is no server zk{id}")))
    }

    pub(in crate::real) fn start(&mut self, id: u16) -> Result<(), Error> {
        let nth = self.nth(id)?;
        self.servers[nth].server.start(&self.runtime, &self.guard)
    }

    pub(in crate::real) fn stop(&mut self, id: u16) -> Result<(), Error> {
        let nth = self.nth(id)?;
        self.servers[nth].server.stop();
        Ok(())
    }

    pub(in crate::real) fn process(&mut self, id: u16) -> Result<Option<&mut Jvm>, Error> {
        let nth = self.nth(id)?;
        Ok(self.servers[nth].server.process())
    }

    pub(in crate::real) fn role(&mut self, id: u16) -> Result<Option<ServerRole>, Error> {
        let nth = self.nth(id)?;
        Ok(self.servers[nth].status().role)
    }

    /// What each server says about itself.
    pub(in crate::real) fn statuses(&mut self) -> Vec<(u16, Status)> {
        self.servers.iter_mut().map(|server| (server.id, server.status())).collect()
    }

    /// Whether anybody can be asked.
    pub(in crate::real) fn is_serving(&mut self) -> bool {
        self.servers.iter_mut().any(|server| server.status().is_serving())
    }

    /// How many processes run and are not frozen, and how many servers there are.
    pub(in crate::real) fn awake(&mut self) -> (usize, usize) {
        let awake = self.servers.iter_mut().filter_map(|member| member.server.is_awake().then_some(())).count();
        (awake, self.servers.len())
    }

    /// A connection string of these servers.
    pub(in crate::real) fn addresses(&self, ids: &[u16]) -> String {
        let of = |id: &u16| self.servers.iter().find(|server| server.id == *id);
        let each: Vec<String> =
            ids.iter().filter_map(of).map(|server| format!("localhost:{}", server.client_port)).collect();
        each.join(",")
    }

    pub(in crate::real) fn ids(&self) -> Vec<u16> {
        self.servers.iter().map(|server| server.id).collect()
    }
}

impl Member {
    /// A frozen process gives no answer; it need not be waited for to know that.
    fn status(&mut self) -> Status {
        if self.server.is_awake() { four_letter::ask(self.client_port) } else { Status::DOWN }
    }
}
