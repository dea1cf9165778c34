//! A bare ZooKeeper client that a scenario or a user drives, one operation after the other.

use super::facts::ClientFact;
use crate::command::Order;
use crate::ids::*;
use crate::node::{Input, Outbox};
use crate::zookeeper::{
    KeeperState, WatchEvent, ZkClient, ZkClientConfig, ZkEvent, ZkOp, ZkReply, ZkResult, ZkVersion,
};
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

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum ShellOp {
    Zk(ZkOp),
    Close,
}

impl ShellOp {
    pub const fn name(&self) -> &'static str {
        match self {
            ShellOp::Zk(ZkOp::Create { .. }) => "create",
            ShellOp::Zk(ZkOp::Delete { .. }) => "delete",
            ShellOp::Zk(ZkOp::Exists { .. }) => "exists",
            ShellOp::Zk(ZkOp::GetData { .. }) => "get_data",
            ShellOp::Zk(ZkOp::SetData { .. }) => "set_data",
            ShellOp::Zk(ZkOp::GetChildren { .. }) => "get_children",
            ShellOp::Zk(ZkOp::Sync { .. }) => "sync",
            ShellOp::Zk(ZkOp::Check { .. }) => "check",
            ShellOp::Zk(ZkOp::Multi(_)) => "multi",
            ShellOp::Close => "close",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZkShell {
    name: Arc<str>,
    version: ZkVersion,
    zk: ZkClient,
    /// What a person at the keyboard has seen: it outlives the process that showed it.
    pub asked: Vec<Asked>,
    pub watched: Vec<Watched>,
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
            stopping: false,
        }
    }

    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub fn zk(&self) -> &ZkClient {
        &self.zk
    }

    pub fn handle(&mut self, input: Input, out: &mut Outbox) {
        match input {
            Input::Started { entropy } => {
                self.stopping = false;
                self.zk.start(entropy, out);
            }
            Input::Order(Order::Stop) => {
                self.stopping = true;
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
        match op {
            ShellOp::Zk(op) => match self.zk.answer_at_once(&op) {
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

    fn on_event(&mut self, event: ZkEvent, out: &mut Outbox) {
        match event {
            ZkEvent::State(state) => {
                // 3.4 does not tell its watchers of a close.
                if state != KeeperState::Closed || self.version == ZkVersion::V3_9 {
                    self.watched.push(Watched::State(state));
                }
                if state == KeeperState::Closed {
                    for asked in self.asked.iter_mut().filter(|asked| asked.op == ShellOp::Close) {
                        asked.answer.get_or_insert(Ok(ZkReply::Deleted));
                    }
                    if self.stopping {
                        out.exit();
                    }
                }
            }
            ZkEvent::Watch(event, path) => self.watched.push(Watched::Event(event, path)),
            ZkEvent::Reply(tag, result) => {
                if let Some(asked) = self.asked.get_mut(tag as usize) {
                    let (operation, error) =
                        (asked.op.name(), result.as_ref().err().map(|failure| failure.error.name()));
                    asked.answer = Some(result);
                    out.note(ClientFact::ZkOperationAnswered { operation, error });
                }
            }
        }
    }
}
