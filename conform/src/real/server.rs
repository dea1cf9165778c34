//! A server of a real system in a process of its own. It begins at a word, however long its virtual machine took to
//! start.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use workshop::Error;

use super::jars::Runtime;
use super::process::{Guard, Jvm, wait_until};

/// How long a virtual machine may take until it says that it is ready, on a machine that is busy.
pub(super) const READY_MAX: Duration = Duration::from_secs(60);
/// A clean shutdown is waited for this long; then the story goes on.
const STOP_MAX: Duration = Duration::from_secs(60);

/// A server, running or not.
pub(super) struct Server {
    name: String,
    /// The real system's own.
    main_class: &'static str,
    /// The file that it reads.
    configuration: String,
    process: Option<Jvm>,
}

impl Server {
    pub(super) fn new(name: String, main_class: &'static str, configuration: String) -> Self {
        Self { name, main_class, configuration, process: None }
    }

    /// Starts its process; what comes back says when that is ready for the word.
    pub(super) fn spawn(&mut self, runtime: &Runtime, guard: &Arc<Guard>) -> Result<Arc<AtomicBool>, Error> {
        let is_ready = Arc::new(AtomicBool::new(false));
        let ready = Arc::clone(&is_ready);
        self.process = Some(Jvm::start(
            runtime,
            guard,
            &self.name,
            "ServerProcess",
            &[self.main_class, &self.configuration],
            Box::new(move |_| ready.store(true, Ordering::Release)),
        )?);
        Ok(is_ready)
    }

    pub(super) fn begin(&mut self) {
        if let Some(process) = &mut self.process {
            process.send([Some("begin")]);
        }
    }

    /// Starts it and lets it begin.
    pub(super) fn start(&mut self, runtime: &Runtime, guard: &Arc<Guard>) -> Result<(), Error> {
        let is_ready = self.spawn(runtime, guard)?;
        if !wait_until(READY_MAX, || is_ready.load(Ordering::Acquire)) {
            return Err(Error::could_not_run(format!("java did not start {} in time", self.name)));
        }
        self.begin();
        Ok(())
    }

    pub(super) fn stop(&mut self) {
        if let Some(process) = &mut self.process {
            process.stop(STOP_MAX);
        }
    }

    pub(super) fn process(&mut self) -> Option<&mut Jvm> {
        self.process.as_mut()
    }

    pub(super) fn is_alive(&mut self) -> bool {
        self.process.as_mut().is_some_and(Jvm::is_alive)
    }

    pub(super) fn is_awake(&mut self) -> bool {
        self.process.as_mut().is_some_and(Jvm::is_awake)
    }
}
