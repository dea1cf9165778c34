//! A bare ZooKeeper client that a scenario or a user drives, one operation after the other.

use super::facts::ClientFact;
use crate::boundary::{Input, Outbox};
use crate::ids::*;
use crate::order::{Order, ShellOp};
use crate::release::ZkVersion;
use crate::time::SimTime;
use crate::zookeeper::{KeeperState, WatchEvent, ZkClient, ZkClientConfig, ZkEvent, ZkReply, ZkResult};
use std::sync::Arc;

/// What its one default watcher got.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    State(KeeperState),
    Event(WatchEvent, ZPath),
}

/// An operation and, once it came, its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    pub op: ShellOp,
    pub answer: Option<ZkResult>,
}

/// One thing that came on a client's screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The process started.
    Started,
    Asked(ShellOp),
    /// The answer to the n-th operation.
    Answered(u32, ZkResult),
    Watched(Watched),
    /// The process was asked to end.
    Quit,
}

/// What a person at the keyboard has seen, in its order.
pub type Screen = Arc<Vec<(SimTime, Shown)>>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkShell {
    name: Arc<str>,
    version: ZkVersion,
    zk: ZkClient,
    /// What a person at the keyboard has seen: it outlives the process that showed it.
    pub asked: Vec<Asked>,
    pub watched: Vec<Watched>,
    /// Both together; nothing decides by it.
    screen: Recorded<Screen>,
    stopping: bool,
}

impl ZkShell {
    pub fn new(name: Arc<str>, zk: ZkClientConfig) -> ZkShell {
        ZkShell {
            name,
            version: zk.version,
            zk: ZkClient::new(zk),
            asked: Vec::new(),
            watched: Vec::new(),
            screen: Recorded::default(),
            stopping: false,
        }
    }

    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub fn zk(&self) -> &ZkClient {
        &self.zk
    }

    pub fn screen(&self) -> &Screen {
        &self.screen.0
    }

    fn show(&mut self, shown: Shown, out: &Outbox) {
        Arc::make_mut(&mut self.screen.0).push((out.now(), shown));
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
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
            other => {
                let mut events = Vec::new();
                self.zk.on_input(&other, out, &mut events);
                for event in events {
                    self.on_event(event, out);
                }
            }
        }
    }

    /// The process is gone; operations without an answer never get one.
    pub fn crash(&mut self) {
        self.zk.crash();
    }

    fn ask(&mut self, op: ShellOp, out: &mut Outbox) {
        let tag = self.asked.len() as u64;
        self.asked.push(Asked { op: op.clone(), answer: None });
        self.show(Shown::Asked(op.clone()), out);
        match op {
            ShellOp::Zk(op) | ShellOp::Typed(_, op) => match self.zk.answer_at_once(&op) {
                Some(answer) => self.on_event(ZkEvent::Reply(tag, answer), out),
                None => self.zk.submit(tag, op, out),
            },
            // Nothing is left to be closed (`ZooKeeper.close`).
            ShellOp::Close if self.zk.is_dead() => {
                self.on_event(ZkEvent::Reply(tag, Ok(ZkReply::Deleted)), out);
            }
            ShellOp::Close => self.zk.close(out),
        }
    }

    fn answer(&mut self, tag: u64, result: ZkResult, out: &Outbox) {
        if let Some(asked) = self.asked.get_mut(tag as usize) {
            asked.answer = Some(result.clone());
            self.show(Shown::Answered(tag as u32, result), out);
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
                    for tag in 0..self.asked.len() {
                        let Asked { op, answer } = &self.asked[tag];
                        if *op == ShellOp::Close && answer.is_none() {
                            self.answer(tag as u64, Ok(ZkReply::Deleted), out);
                        }
                    }
                    if self.stopping {
                        out.exit();
                    }
                }
            }
            ZkEvent::Watch(event, path) => self.tell(Watched::Event(event, path), out),
            ZkEvent::Reply(tag, result) => {
                if let Some(asked) = self.asked.get(tag as usize) {
                    let (operation, error) = (asked.op.kind(), result.as_ref().err().map(|failure| failure.error));
                    self.answer(tag, result, out);
                    out.note(ClientFact::ZkOperationAnswered { operation, error });
                }
            }
        }
    }
}
