//! A scenario's ZooKeeper client on the real side: the real library in a process of its own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sim_core::ids::SessionId;
use sim_core::json::Json;
use sim_core::order::ShellOp;
use sim_core::scenario::observation;
use sim_core::scenario::observation::OwnerName;
use sim_core::zookeeper::{CreateMode, KeeperState, ZkOp};

use workshop::Error;

use super::answer::{self, Answer};
use crate::real::conversation::Conversation;
use crate::real::jars::Runtime;
use crate::real::process::{Guard, Jvm, wait_until};
use crate::real::wire::Field;

/// An answer that takes longer never comes: longer than any session timeout that a file may sensibly ask for.
const ANSWER_MAX: Duration = Duration::from_secs(160);
const STOP_MAX: Duration = Duration::from_secs(30);

/// Whose a session is: all that there ever were.
#[derive(Clone, Default)]
pub(in crate::real) struct Sessions(Arc<Mutex<BTreeMap<SessionId, Arc<str>>>>);

impl Sessions {
    pub(in crate::real) fn note(&self, session: SessionId, client: &Arc<str>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session, Arc::clone(client));
    }

    pub(in crate::real) fn owner(&self, session: SessionId) -> Json {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&session).map_or_else(|| observation::unknown_owner(session), |name| Json::Text(Arc::clone(name)))
    }
}

/// What the client's process has reported; it outlives the process.
struct ClientReport {
    events: Vec<Json>,
    state: KeeperState,
    last_at: Instant,
}

pub(in crate::real) struct Client {
    pub(in crate::real) name: Arc<str>,
    servers: String,
    session_timeout_ms: u32,
    sessions: Sessions,
    report: Arc<Mutex<ClientReport>>,
    process: Option<Conversation>,
}

/// What came of an operation.
pub(in crate::real) enum Outcome {
    Answer(Answer),
    /// Neither a value nor an error in [`ANSWER_MAX`].
    Silence,
}

impl Client {
    pub(in crate::real) fn new(name: Arc<str>, servers: String, session_timeout_ms: u32, sessions: &Sessions) -> Self {
        let report = ClientReport { events: Vec::new(), state: KeeperState::Disconnected, last_at: Instant::now() };
        Self {
            name,
            servers,
            session_timeout_ms,
            sessions: sessions.clone(),
            report: Arc::new(Mutex::new(report)),
            process: None,
        }
    }

    /// Starts the process, which waits for the word to connect.
    pub(in crate::real) fn spawn(&mut self, runtime: &Runtime, guard: &Arc<Guard>) -> Result<(), Error> {
        self.report().state = KeeperState::Disconnected;
        let listener =
            Listener { name: self.name.clone(), report: self.report.clone(), sessions: self.sessions.clone() };
        let timeout = self.session_timeout_ms.to_string();
        let name = format!("client-{}", self.name);
        self.process = Some(Conversation::start(
            runtime,
            guard,
            &name,
            "ClientProcess",
            &[&self.servers, &timeout],
            Box::new(move |fields| listener.hear(fields)),
        )?);
        Ok(())
    }

    /// Lets a spawned process connect.
    pub(in crate::real) fn begin(&mut self) -> Result<(), Error> {
        self.process.as_mut().map_or(Ok(()), Conversation::begin)
    }

    pub(in crate::real) fn process(&mut self) -> Option<&mut Jvm> {
        self.process.as_mut().map(Conversation::process)
    }

    pub(in crate::real) fn stop(&mut self) {
        if let Some(process) = self.process() {
            process.stop(STOP_MAX);
        }
    }

    fn report(&self) -> MutexGuard<'_, ClientReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the default watcher got so far.
    pub(in crate::real) fn events(&self) -> Vec<Json> {
        self.report().events.clone()
    }

    pub(in crate::real) fn events_count(&self) -> usize {
        self.report().events.len()
    }

    /// When the last event came.
    pub(in crate::real) fn last_event_at(&self) -> Instant {
        self.report().last_at
    }

    /// The session's state as the process knows it; none without a process.
    pub(in crate::real) fn state(&mut self) -> Option<KeeperState> {
        let is_alive = self.process().is_some_and(Jvm::is_alive);
        is_alive.then(|| self.report().state)
    }

    pub(in crate::real) fn is_awake(&mut self) -> bool {
        self.process().is_some_and(Jvm::is_awake)
    }

    pub(in crate::real) fn wait_for(&mut self, state: KeeperState, within: Duration) -> bool {
        wait_until(within, || self.report().state == state)
    }

    /// Does one operation and waits for its answer.
    pub(in crate::real) fn ask(&mut self, op: &ShellOp) -> Outcome {
        let (Some(request), Some(process)) = (request(op), &mut self.process) else { return Outcome::Silence };
        let Ok(answer) = process.ask(request.iter().map(Option::as_deref), ANSWER_MAX) else { return Outcome::Silence };
        if *op == ShellOp::Close {
            self.report().state = KeeperState::Closed;
        }
        let owner: OwnerName<'_> = &|session| self.sessions.owner(session);
        answer::outcome(op, &answer.last, owner).map_or(Outcome::Silence, Outcome::Answer)
    }
}

/// Hears the process, in the thread that reads from it.
struct Listener {
    name: Arc<str>,
    report: Arc<Mutex<ClientReport>>,
    sessions: Sessions,
}

impl Listener {
    /// False: it is an answer.
    fn hear(&self, fields: &[Field]) -> bool {
        let text = |nth: usize| fields.get(nth).and_then(Option::as_deref).unwrap_or_default();
        let mut report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        match text(0) {
            "session" => {
                if let Ok(session) = u64::from_str_radix(text(1), 16) {
                    self.sessions.note(SessionId(session), &self.name);
                }
                return true;
            }
            "state" => {
                let states =
                    [KeeperState::Disconnected, KeeperState::SyncConnected, KeeperState::Expired, KeeperState::Closed];
                if let Some(state) = states.into_iter().find(|state| state.name() == text(1)) {
                    report.state = state;
                }
                report.events.push(observation::state_event(text(1)));
            }
            "event" => report.events.push(observation::watch_event(text(1), text(2))),
            _ => return false,
        }
        report.last_at = Instant::now();
        true
    }
}

/// The fields that ask for an operation. None: it is many, which only the page's command line asks for.
fn request(op: &ShellOp) -> Option<Vec<Field>> {
    let text = |text: &str| Some(text.to_owned());
    let op = match op {
        ShellOp::Close => return Some(vec![text("close")]),
        ShellOp::Zk(op) | ShellOp::Typed(_, op) => op,
        ShellOp::ListAll { .. } | ShellOp::DeleteAll { .. } => return None,
    };
    let mut fields = vec![text(op.kind().name())];
    match op {
        ZkOp::Create { path, data, mode } => {
            fields.extend([text(path), data.as_deref().map(str::to_owned), text(mode_name(*mode))]);
        }
        ZkOp::Delete { path, version } | ZkOp::Check { path, version } => {
            fields.extend([text(path), text(&version.to_string())]);
        }
        ZkOp::Exists { path, watch } | ZkOp::GetData { path, watch } | ZkOp::GetChildren { path, watch } => {
            fields.extend([text(path), text(&watch.to_string())]);
        }
        ZkOp::SetData { path, data, version } => {
            fields.extend([text(path), data.as_deref().map(str::to_owned), text(&version.to_string())]);
        }
        ZkOp::Sync { path } => fields.push(text(path)),
        ZkOp::Multi(ops) => ops.iter().for_each(|op| fields.extend(in_multi(op))),
    }
    Some(fields)
}

/// Kind, path, data and the rest.
fn in_multi(op: &ZkOp) -> [Field; 4] {
    let text = |text: &str| Some(text.to_owned());
    let kind = text(op.kind().name());
    match op {
        ZkOp::Create { path, data, mode } => {
            [kind, text(path), data.as_deref().map(str::to_owned), text(mode_name(*mode))]
        }
        ZkOp::SetData { path, data, version } => {
            [kind, text(path), data.as_deref().map(str::to_owned), text(&version.to_string())]
        }
        ZkOp::Delete { path, version } | ZkOp::Check { path, version } => {
            [kind, text(path), None, text(&version.to_string())]
        }
        // The scenario reader lets nothing else into a multi.
        _ => [kind, None, None, None],
    }
}

/// `CreateMode`'s names in the real API.
const fn mode_name(mode: CreateMode) -> &'static str {
    match mode {
        CreateMode::Persistent => "PERSISTENT",
        CreateMode::Ephemeral => "EPHEMERAL",
        CreateMode::PersistentSequential => "PERSISTENT_SEQUENTIAL",
        CreateMode::EphemeralSequential => "EPHEMERAL_SEQUENTIAL",
    }
}
