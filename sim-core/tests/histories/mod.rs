//! What clients asked, what they were answered, and what was committed: whether it fits together. The committed
//! writes, one after the other on the plain reference, must give every answer that any client got.

use crate::reference::{Reference, is_sent};
use sim_core::client::Watched;
use sim_core::client::ZkShell;
use sim_core::engine::node::Node;
use sim_core::engine::system::System;
use sim_core::ids::*;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::zookeeper::*;
use sim_core::zookeeper::{Txn, TxnOp};
use std::collections::BTreeMap;

/// A request that a client sent or will send: the client, which of its lives, the number.
type Key = (u16, u32, u32);

struct Request {
    op: ZkOp,
    /// The place among all that the client was asked.
    nth: usize,
    invoked: u64,
    answered: Option<u64>,
    /// The transactions that came of it, with what the reference answers. More than one only where the client
    /// repeats what met a lost connection.
    committed: Vec<(Zxid, ZkResult)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Watch {
    Data,
    Exist,
    Child,
}

#[derive(Default)]
struct Client {
    life: u32,
    session: SessionId,
    next_xid: u32,
    asked: usize,
    watched: usize,
    /// Watches that are set, and what the client had seen by then.
    armed: BTreeMap<(Watch, ZPath), Zxid>,
}

pub(crate) struct Histories {
    seed: u64,
    reference: Reference,
    /// The state after each committed transaction.
    states: BTreeMap<Zxid, Reference>,
    requests: BTreeMap<Key, Request>,
    clients: BTreeMap<u16, Client>,
    sessions: BTreeMap<SessionId, (u16, u32)>,
    now: u64,
    pub(crate) answers_checked: u64,
    pub(crate) events_checked: u64,
}

impl Histories {
    pub(crate) fn new(seed: u64, version: ZkVersion) -> Histories {
        let reference = Reference::new(version);
        Histories {
            seed,
            states: BTreeMap::from([(Zxid(0), reference.clone())]),
            reference,
            requests: BTreeMap::new(),
            clients: BTreeMap::new(),
            sessions: BTreeMap::new(),
            now: 0,
            answers_checked: 0,
            events_checked: 0,
        }
    }

    /// A client's process begins again: it knows nothing any more.
    pub(crate) fn started(&mut self, client: u16) {
        let client = self.clients.entry(client).or_default();
        *client = Client {
            life: client.life + 1,
            next_xid: 1,
            asked: client.asked,
            watched: client.watched,
            ..Client::default()
        };
    }

    pub(crate) fn look(&mut self, system: &System) {
        self.now += 1;
        for slot in system.slots() {
            if let (NodeId::ZkShell(id), Node::ZkShell(shell)) = (slot.id, &*slot.node) {
                self.meet(id, shell);
            }
        }
        for slot in system.slots() {
            if let Node::Zk(server) = &*slot.node
                && server.is_serving()
            {
                self.commit(server);
            }
        }
        for slot in system.slots() {
            if let (NodeId::ZkShell(id), Node::ZkShell(shell)) = (slot.id, &*slot.node) {
                self.hear(id, shell);
                self.take_answers(id, shell);
            }
        }
    }

    /// Sessions and new requests.
    fn meet(&mut self, id: u16, shell: &ZkShell) {
        let client = self.clients.entry(id).or_default();
        let session = shell.zk().session();
        if session != client.session {
            client.session = session;
            client.armed.clear();
        }
        if session != SessionId(0) {
            self.sessions.insert(session, (id, client.life));
        }
        for (nth, asked) in shell.asked.iter().enumerate().skip(client.asked) {
            client.asked = nth + 1;
            // Answered at once: the library did not send it.
            let ShellOp::Zk(op) = &asked.op else { continue };
            if asked.answer.is_some() {
                continue;
            }
            assert!(is_sent(op), "seed {}: {op:?} is not for a server", self.seed);
            let request = Request { op: op.clone(), nth, invoked: self.now, answered: None, committed: Vec::new() };
            self.requests.insert((id, client.life, client.next_xid), request);
            client.next_xid += 1;
        }
    }

    fn newest(&self) -> Zxid {
        self.states.last_key_value().map(|(zxid, _)| *zxid).unwrap_or_default()
    }

    fn commit(&mut self, server: &ZkServer) {
        let newest = self.newest();
        if server.last_zxid() <= newest {
            return;
        }
        for txn in server.received_after(newest).take_while(|txn| txn.zxid <= server.last_zxid()) {
            self.carry_out(txn);
            self.states.insert(txn.zxid, self.reference.clone());
        }
        self.reference
            .assert_same(server.tree(), &format!("seed {}, {} on zk{}", self.seed, self.newest(), server.id()));
    }

    fn carry_out(&mut self, txn: &Txn) {
        match txn.ops.first() {
            Some(TxnOp::CreateSession { .. }) => self.reference.open(txn.session),
            Some(TxnOp::CloseSession { .. }) => {
                self.reference.close(txn.zxid, txn.session);
            }
            _ => {
                let xid = txn.origin.map_or(0, |origin| origin.xid);
                let (client, life) = self.sessions[&txn.session];
                let request = self.requests.get_mut(&(client, life, xid));
                let request = request.unwrap_or_else(|| panic!("seed {}: nobody asked for {txn:?}", self.seed));
                // Refused because the client is connected elsewhere by now: the reference knows no servers.
                let moved = txn.failure().filter(|failure| failure.error == ZkError::SessionMoved);
                let result = match moved {
                    Some(failure) => Err(failure.clone()),
                    None => self.reference.write(txn.zxid, txn.session, &request.op).0,
                };
                assert_eq!(result.as_ref().err(), txn.failure(), "seed {}: {:?}", self.seed, request.op);
                request.committed.push((txn.zxid, result));
            }
        }
    }

    /// Every event is of a watch that was set, and uses it up.
    fn hear(&mut self, id: u16, shell: &ZkShell) {
        let client = self.clients.entry(id).or_default();
        for watched in shell.watched.iter().skip(client.watched) {
            client.watched += 1;
            let Watched::Event(event, path) = watched else { continue };
            let kinds: &[Watch] = match event {
                WatchEvent::NodeCreated | WatchEvent::NodeDataChanged => &[Watch::Data, Watch::Exist],
                WatchEvent::NodeChildrenChanged => &[Watch::Child],
                WatchEvent::NodeDeleted => &[Watch::Data, Watch::Exist, Watch::Child],
            };
            let mut was_set = false;
            for kind in kinds {
                was_set |= client.armed.remove(&(*kind, path.clone())).is_some();
            }
            assert!(was_set, "seed {}: c{id} is told {event:?} of {path} and had set no watch", self.seed);
            self.events_checked += 1;
        }
    }

    fn take_answers(&mut self, id: u16, shell: &ZkShell) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        let (seed, seen) = (self.seed, shell.zk().last_zxid_seen());
        let life = client.life;
        let mut all_before = true;
        for (_, request) in self.requests.range_mut((id, life, 0)..=(id, life, u32::MAX)) {
            let Some(answer) = &shell.asked[request.nth].answer else {
                all_before = false;
                continue;
            };
            if request.answered.is_some() {
                continue;
            }
            assert!(all_before, "seed {seed}: c{id} is answered {:?} before what it asked first", request.op);
            request.answered = Some(self.now);
            let error = answer.as_ref().err().map(|failure| failure.error);
            if matches!(error, Some(ZkError::ConnectionLoss | ZkError::SessionExpired)) {
                continue;
            }
            let state = self.states.range(..=seen).next_back().map(|(_, state)| state).expect("there is a first");
            match state.read(&request.op) {
                Some(_) if matches!(request.op, ZkOp::Sync { .. }) => {}
                Some(expected) => {
                    assert_eq!(*answer, expected, "seed {seed}: c{id} at {seen}: {:?}", request.op);
                    arm(client, &request.op, answer, seen);
                }
                None => {
                    let found = request.committed.iter().any(|(zxid, result)| *zxid <= seen && result == answer);
                    assert!(found, "seed {seed}: c{id} was told {answer:?}; {:?}: {:?}", request.op, request.committed);
                }
            }
            self.answers_checked += 1;
            // No answer shows a change of which a watch should have told before.
            for ((kind, path), set_at) in &client.armed {
                let stat = state.stat(path);
                let unchanged = match (kind, stat) {
                    (Watch::Exist, stat) => stat.is_none(),
                    (Watch::Data, Some(stat)) => stat.mzxid <= *set_at,
                    (Watch::Child, Some(stat)) => stat.pzxid <= *set_at,
                    (_, None) => false,
                };
                assert!(
                    unchanged,
                    "seed {seed}: c{id} sees {path} changed at {seen}, and its {kind:?} watch is silent"
                );
            }
        }
    }

    /// Writes took effect once, in the order in which each client asked, between question and answer.
    pub(crate) fn conclude(&self, repeats: impl Fn(u16) -> bool) {
        let mut by_zxid: BTreeMap<Zxid, &Request> = BTreeMap::new();
        let mut last: BTreeMap<(u16, u32), Zxid> = BTreeMap::new();
        for ((client, life, _), request) in &self.requests {
            assert!(request.committed.len() <= 1 || repeats(*client), "seed {}: {:?} twice", self.seed, request.op);
            for (zxid, _) in &request.committed {
                by_zxid.insert(*zxid, request);
                let before = last.insert((*client, *life), *zxid).unwrap_or_default();
                assert!(before < *zxid || repeats(*client), "seed {}: FIFO of c{client}", self.seed);
            }
        }
        let mut latest_invoked = 0;
        for (zxid, request) in by_zxid {
            let in_time = request.answered.is_none_or(|answered| latest_invoked <= answered);
            assert!(in_time, "seed {}: {zxid} was answered before an earlier write was asked for", self.seed);
            latest_invoked = latest_invoked.max(request.invoked);
        }
    }
}

fn arm(client: &mut Client, op: &ZkOp, answer: &ZkResult, seen: Zxid) {
    let watch = match (op, answer) {
        (ZkOp::Exists { path, watch: true }, Ok(ZkReply::Exists(None))) => Some((Watch::Exist, path)),
        (ZkOp::Exists { path, watch: true } | ZkOp::GetData { path, watch: true }, Ok(_)) => Some((Watch::Data, path)),
        (ZkOp::GetChildren { path, watch: true }, Ok(_)) => Some((Watch::Child, path)),
        _ => None,
    };
    if let Some((kind, path)) = watch {
        client.armed.insert((kind, path.clone()), seen);
    }
}
