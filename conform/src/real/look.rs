//! What a scenario looks at, on a real system.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use sim_core::json::Json;
use sim_core::scenario::observation;
use sim_core::scenario::observation::{Masks, Observed};

use super::kafka::Cluster;
use super::kafka::registry::Registry;
use super::observer::Znode;
use super::process::POLL;
use super::wire::Field;
use super::zookeeper::client::Client;
use super::{Real, left};
use crate::playthrough::Ending;

/// Where a server serves, reading is tried again for this long; then nothing can be read.
const READ_MAX: Duration = Duration::from_secs(10);
const ONE_READ_MAX: Duration = Duration::from_secs(5);
/// A client's event thread may be a moment behind its answers.
const EVENTS_QUIET: Duration = Duration::from_millis(150);
const EVENTS_MAX: Duration = Duration::from_secs(2);

/// Observations of what only Kafka has.
pub(super) fn only_with_kafka(observed: &Observed) -> bool {
    match observed {
        Observed::Results | Observed::Events | Observed::Znodes(_) | Observed::Ensemble => false,
        Observed::Topics | Observed::Controller | Observed::Groups | Observed::Log(_) | Observed::Received => true,
    }
}

impl Real {
    pub(super) fn observe(&mut self, names: &[Observed]) -> Result<Json, Ending> {
        // Whose sessions there are, and what all that follows is read from.
        let found = if self.kafka.is_some() { self.tree("/").unwrap_or_default() } else { Vec::new() };
        let registry = Registry(&found);
        if let Some(kafka) = &self.kafka {
            kafka.note_sessions(&registry, &self.sessions);
        }
        let mut seen = Vec::new();
        for observed in names {
            let value = match observed {
                Observed::Results => Json::List(self.answers.clone()),
                Observed::Events => self.events(),
                Observed::Znodes(path) => self.znodes(path),
                Observed::Ensemble => self.roles_and_trees(),
                Observed::Topics => registry.seen_topics(),
                Observed::Controller => registry.seen_controller(),
                Observed::Groups => registry.seen_groups(&self.sessions),
                Observed::Log(tp) => self.kafka.as_mut().map_or(Json::Null, |kafka| kafka.log(&registry, tp)),
                Observed::Received => self.kafka.as_ref().map_or(Json::Null, Cluster::received),
            };
            seen.push((Arc::from(observed.name()), value));
        }
        Ok(Json::Map(seen))
    }

    fn events(&self) -> Json {
        let deadline = Instant::now() + EVENTS_MAX;
        let is_quiet = |client: &Client| client.last_event_at().elapsed() >= EVENTS_QUIET;
        let asked_at = Instant::now();
        while Instant::now() < deadline && (asked_at.elapsed() < EVENTS_QUIET || !self.clients.iter().all(is_quiet)) {
            thread::sleep(POLL);
        }
        Json::Map(self.clients.iter().map(|client| (client.name.clone(), Json::List(client.events()))).collect())
    }

    fn znodes(&mut self, root: &str) -> Json {
        let found = self.tree(root).unwrap_or_default();
        let mut found: Vec<_> = found.iter().map(|znode| (&znode.path, &znode.data, znode.stat)).collect();
        found.sort_by(|a, b| a.0.cmp(b.0));
        let sessions = self.sessions.clone();
        let masks = self.kafka.as_ref().map_or_else(Masks::default, Cluster::masks);
        observation::znodes(&masks, &|session| sessions.owner(session), &found)
    }

    /// A fresh client reads, after a sync; nothing when nobody can be asked.
    fn tree(&mut self, root: &str) -> Option<Vec<Znode>> {
        let deadline = Instant::now() + READ_MAX;
        loop {
            if self.open_observer(ONE_READ_MAX.min(left(deadline)))
                && let Ok(found) = self.observer.tree(root, ONE_READ_MAX)
            {
                return Some(found);
            }
            // Looking must not cost the time in which sessions expire.
            if Instant::now() >= deadline || !self.ensemble.is_serving() {
                return None;
            }
            thread::sleep(POLL);
        }
    }

    fn roles_and_trees(&mut self) -> Json {
        let statuses = self.ensemble.statuses();
        let mut trees: Vec<Vec<Vec<Field>>> = Vec::new();
        for (id, _) in statuses.iter().filter(|(_, status)| status.is_serving()) {
            let server = self.ensemble.addresses(&[*id]);
            // One that no longer answers is not live.
            if let Ok(tree) = self.observer.dump(&server, ONE_READ_MAX) {
                trees.push(tree.into_iter().map(|znode| znode.raw).collect());
            }
        }
        let is_same = trees.windows(2).all(|pair| pair[0] == pair[1]);
        let roles = statuses.iter().map(|(id, status)| (Arc::from(format!("zk{id}")), status.role));
        observation::ensemble_of(roles, is_same)
    }
}
