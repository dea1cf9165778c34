//! A scenario's ZooKeeper client on the real side: the real library in a process of its own.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
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
use super::jars::Runtime;
use super::process::{Guard, Jvm, wait_until};
use super::wire::Field;

/// An answer that takes longer never comes: longer than any session timeout that a file may sensibly ask for.
const ANSWER_MAX: Duration = Duration::from_secs(160);
const READY_MAX: Duration = Duration::from_secs(60);
const STOP_MAX: Duration = Duration::from_secs(30);

/// Whose a session is: all that there ever were.
#[derive(Clone, Default)]
pub(super) struct Sessions(Arc<Mutex<BTreeMap<SessionId, Arc<str>>>>);

impl Sessions {
    fn note(&self, session: SessionId, client: &Arc<str>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session, Arc::clone(client));
    }

    pub(super) fn owner(&self, session: SessionId) -> Json {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&session).map_or_else(|| observation::unknown_owner(session), |name| Json::Text(Arc::clone(name)))
    }
}

/// What the client's process has told; it outlives the process.
struct Told {
    events: Vec<Json>,
    state: KeeperState,
    last_at: Instant,
}

pub(super) struct Client {
    pub(super) name: Arc<str>,
    servers: String,
    session_timeout_ms: u32,
    sessions: Sessions,
    told: Arc<Mutex<Told>>,
    process: Option<Jvm>,
    answers: Receiver<Vec<Field>>,
    asked: u32,
}

/// What came of an operation.
pub(super) enum Outcome {
    Answer(Answer),
    /// Neither a value nor an error in [`ANSWER_MAX`].
    Silence,
}

impl Client {
    pub(super) fn new(name: Arc<str>, servers: String, session_timeout_ms: u32, sessions: &Sessions) -> Self {
        let told = Told { events: Vec::new(), state: KeeperState::Disconnected, last_at: Instant::now() };
        Self {
            name,
            servers,
            session_timeout_ms,
            sessions: sessions.clone(),
            told: Arc::new(Mutex::new(told)),
            process: None,
            answers: mpsc::channel().1,
            asked: 0,
        }
    }

    /// Starts the process, which waits for the word to connect.
    pub(super) fn spawn(&mut self, runtime: &Runtime, guard: &Arc<Guard>) -> Result<(), Error> {
        let (sender, answers) = mpsc::channel();
        self.answers = answers;
        self.told().state = KeeperState::Disconnected;
        let listener =
            Listener { name: self.name.clone(), told: self.told.clone(), sessions: self.sessions.clone(), sender };
        let timeout = self.session_timeout_ms.to_string();
        let name = format!("client-{}", self.name);
        self.process = Some(Jvm::start(
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
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        match self.answers.recv_timeout(READY_MAX) {
            Ok(_) => {
                self.send(&[Some("begin")]);
                Ok(())
            }
            Err(_) => Err(Error::could_not_run(format!("java did not start the client {} in time", self.name))),
        }
    }

    fn send(&mut self, fields: &[Option<&str>]) {
        if let Some(process) = &mut self.process {
            process.send(fields.iter().copied());
        }
    }

    pub(super) fn process(&mut self) -> Option<&mut Jvm> {
        self.process.as_mut()
    }

    pub(super) fn stop(&mut self) {
        if let Some(process) = &mut self.process {
            process.stop(STOP_MAX);
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the default watcher got so far.
    pub(super) fn events(&self) -> Vec<Json> {
        self.told().events.clone()
    }

    pub(super) fn events_count(&self) -> usize {
        self.told().events.len()
    }

    /// When the last event came.
    pub(super) fn last_event_at(&self) -> Instant {
        self.told().last_at
    }

    /// The session's state as the process knows it; none without a process.
    pub(super) fn state(&mut self) -> Option<KeeperState> {
        let is_alive = self.process.as_mut().is_some_and(Jvm::is_alive);
        is_alive.then(|| self.told().state)
    }

    pub(super) fn is_awake(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| !process.is_frozen() && process.is_alive())
    }

    pub(super) fn wait_for(&mut self, state: KeeperState, within: Duration) -> bool {
        wait_until(within, || self.told().state == state)
    }

    /// Does one operation and waits for its answer.
    pub(super) fn ask(&mut self, op: &ShellOp) -> Outcome {
        self.asked += 1;
        let id = self.asked.to_string();
        let Some(request) = request(op) else { return Outcome::Silence };
        let fields: Vec<Option<&str>> =
            [Some(id.as_str())].into_iter().chain(request.iter().map(Option::as_deref)).collect();
        self.send(&fields);
        let deadline = Instant::now() + ANSWER_MAX;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let fields = match self.answers.recv_timeout(left) {
                Ok(fields) => fields,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Outcome::Silence,
            };
            if fields.get(1).and_then(Option::as_deref) != Some(&id) {
                continue;
            }
            if *op == ShellOp::Close {
                self.told().state = KeeperState::Closed;
            }
            let sessions = self.sessions.clone();
            let owner: OwnerName<'_> = &|session| sessions.owner(session);
            return answer::outcome(op, &fields, owner).map_or(Outcome::Silence, Outcome::Answer);
        }
    }
}

/// Hears the process, in the thread that reads from it.
struct Listener {
    name: Arc<str>,
    told: Arc<Mutex<Told>>,
    sessions: Sessions,
    sender: Sender<Vec<Field>>,
}

impl Listener {
    fn hear(&self, fields: Vec<Field>) {
        let text = |nth: usize| fields.get(nth).and_then(Option::as_deref).unwrap_or_default();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match text(0) {
            "session" => {
                if let Ok(session) = u64::from_str_radix(text(1), 16) {
                    self.sessions.note(SessionId(session), &self.name);
                }
                return;
            }
            "state" => {
                let states =
                    [KeeperState::Disconnected, KeeperState::SyncConnected, KeeperState::Expired, KeeperState::Closed];
                if let Some(state) = states.into_iter().find(|state| state.name() == text(1)) {
                    told.state = state;
                }
                told.events.push(observation::state_event(text(1)));
            }
            "event" => told.events.push(observation::watch_event(text(1), text(2))),
            _ => {
                drop(told);
                // Nobody may be waiting any more.
                let _ = self.sender.send(fields);
                return;
            }
        }
        told.last_at = Instant::now();
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
