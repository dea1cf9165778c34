//! A bare ZooKeeper client that a scenario or a user drives, one operation after the other.

mod walk;

use super::facts::ClientFact;
use crate::boundary::{Input, Outbox};
use crate::ids::*;
use crate::invariant::sure;
use crate::order::{Order, ShellOp};
use crate::release::ZkVersion;
use crate::sorted::SortedMap;
use crate::time::SimTime;
use crate::zookeeper::{KeeperState, WatchEvent, ZkClient, ZkClientConfig, ZkEvent, ZkOp, ZkReply, ZkResult};
use std::sync::Arc;
use walk::Walk;

/// What its one default watcher got.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// The state of the connection or of the session.
    State(KeeperState),
    /// A watch on this path fired.
    Event(WatchEvent, ZPath),
}

/// An order and, once it came, its answer: that of the last operation, if it is many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// What was asked for.
    pub op: ShellOp,
    /// None: not yet, or never, for the process is gone.
    pub answer: Option<ZkResult>,
}

/// One thing that came on a client's screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The process started.
    Started,
    /// The n-th order, counted from 0 over all of its processes.
    Asked(ShellOp),
    /// One operation of the n-th order, which is many, and its answer.
    Part(u32, ZkOp, ZkResult),
    /// The answer to the n-th order.
    Answered(u32, ZkResult),
    /// Its default watcher was called.
    Watched(Watched),
    /// The process was asked to end.
    Quit,
}

/// What a person at the keyboard has seen, in its order.
pub type Screen = Arc<Vec<(SimTime, Shown)>>;

/// A bare ZooKeeper client. [`ZkShell::handle`] gets each input of its process, [`ZkShell::crash`] ends the process.
/// What was asked, answered and shown outlives it; its session lives on at the servers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkShell {
    name: Arc<str>,
    version: ZkVersion,
    zk: ZkClient,
    /// What a person at the keyboard has seen: it outlives the process that showed it.
    pub asked: Vec<Asked>,
    /// What its default watcher was told, the oldest first.
    pub watched: Vec<Watched>,
    /// Both together; nothing decides by it.
    screen: Recorded<Screen>,
    /// Orders of many operations that are under way, by their number.
    walks: SortedMap<u32, (ZkOp, Walk)>,
    stopping: bool,
}

impl ZkShell {
    /// One that was never started.
    pub fn new(name: Arc<str>, zk: ZkClientConfig) -> ZkShell {
        ZkShell {
            name,
            version: zk.version,
            zk: ZkClient::new(zk),
            asked: Vec::new(),
            watched: Vec::new(),
            screen: Recorded::default(),
            walks: SortedMap::new(),
            stopping: false,
        }
    }

    /// What people call it.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The client library in it.
    pub fn zk(&self) -> &ZkClient {
        &self.zk
    }

    /// Everything that was asked, answered and told, in its order.
    pub fn screen(&self) -> &Screen {
        &self.screen.0
    }

    fn show(&mut self, shown: Shown, out: &Outbox) {
        Arc::make_mut(&mut self.screen.0).push((out.now(), shown));
    }

    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        match input {
            Input::Started { entropy } => {
                self.stopping = false;
                self.show(Shown::Started, out);
                self.zk.start(entropy, out);
            }
            Input::Order(Order::Stop) => {
                self.stopping = true;
                self.show(Shown::Quit, out);
                if self.zk.is_dead() {
                    out.exit();
                } else {
                    self.zk.close(out);
                }
            }
            Input::Order(Order::Zk(op)) => self.ask(op, out),
            // `Command` refuses them.
            Input::Order(
                Order::Produce(_)
                | Order::ProduceSteadily { .. }
                | Order::Commit
                | Order::CreateTopic(_)
                | Order::AddPartitions { .. },
            ) => {}
            Input::Accepted(_) | Input::Opened(_) | Input::Lost(..) | Input::Message(..) | Input::Timer(_) => {
                let mut events = Vec::new();
                let is_its_own = self.zk.on_input(&input, out, &mut events);
                debug_assert!(is_its_own, "a bare client does nothing beside its session");
                for event in events {
                    self.on_event(event, out);
                }
            }
        }
    }

    /// The process is gone; operations without an answer never get one.
    pub(crate) fn crash(&mut self) {
        self.zk.crash();
        self.walks.clear();
    }

    fn ask(&mut self, op: ShellOp, out: &mut Outbox) {
        let nth = self.asked.len() as u32;
        self.asked.push(Asked { op: op.clone(), answer: None });
        self.show(Shown::Asked(op.clone()), out);
        match op {
            ShellOp::Zk(op) | ShellOp::Typed(_, op) => self.submit(nth, op, out),
            ShellOp::ListAll { path, watch, .. } => self.set_out(nth, Walk::list(path, watch), out),
            ShellOp::DeleteAll { path, .. } => self.set_out(nth, Walk::delete(path), out),
            // Nothing is left to be closed (`ZooKeeper.close`).
            ShellOp::Close if self.zk.is_dead() => self.on_reply(nth, Ok(ZkReply::Deleted), out),
            ShellOp::Close => self.zk.close(out),
        }
    }

    fn set_out(&mut self, nth: u32, (walk, first): (Walk, ZkOp), out: &mut Outbox) {
        self.walks.insert(nth, (first.clone(), walk));
        self.submit(nth, first, out);
    }

    fn submit(&mut self, nth: u32, op: ZkOp, out: &mut Outbox) {
        match self.zk.answer_at_once(&op) {
            Some(answer) => self.on_reply(nth, answer, out),
            None => self.zk.submit(u64::from(nth), op, out),
        }
    }

    fn on_reply(&mut self, nth: u32, result: ZkResult, out: &mut Outbox) {
        let Some(asked) = sure(self.asked.get(nth as usize), "only what was asked is answered") else { return };
        let error = result.as_ref().err().map(|failure| failure.error);
        let Some((op, mut walk)) = self.walks.remove(&nth) else {
            let operation = asked.op.kind();
            self.answer(nth, result, out);
            out.note(ClientFact::ZkOperationAnswered { operation, error });
            return;
        };
        let next = walk.next(&result);
        let before = out.cause();
        out.note_and_go_on(ClientFact::ZkOperationAnswered { operation: op.kind(), error });
        self.show(Shown::Part(nth, op, result.clone()), out);
        match next {
            Some(op) => self.set_out(nth, (walk, op), out),
            None => self.answer(nth, result, out),
        }
        out.because(before);
    }

    fn answer(&mut self, nth: u32, result: ZkResult, out: &Outbox) {
        if let Some(asked) = self.asked.get_mut(nth as usize) {
            asked.answer = Some(result.clone());
            self.show(Shown::Answered(nth, result), out);
        }
    }

    fn tell(&mut self, watched: Watched, out: &Outbox) {
        self.watched.push(watched.clone());
        self.show(Shown::Watched(watched), out);
    }

    fn on_event(&mut self, event: ZkEvent, out: &mut Outbox) {
        match event {
            ZkEvent::State(state) => {
                if state != KeeperState::Closed || self.version.tells_watchers_of_the_close() {
                    self.tell(Watched::State(state), out);
                }
                if state == KeeperState::Closed {
                    for nth in 0..self.asked.len() {
                        let Asked { op, answer } = &self.asked[nth];
                        if *op == ShellOp::Close && answer.is_none() {
                            self.answer(nth as u32, Ok(ZkReply::Deleted), out);
                        }
                    }
                    if self.stopping {
                        out.exit();
                    }
                }
            }
            ZkEvent::Watch(event, path) => self.tell(Watched::Event(event, path), out),
            ZkEvent::Reply(tag, result) => self.on_reply(tag as u32, result, out),
        }
    }
}
