//! Atomic broadcast at the leader (`ProposalRequestProcessor`, `Leader.processAck`, `Leader.tryToCommit`): a write
//! gets its zxid, is proposed, acknowledged by the servers that have it on disk, and committed in order when a majority has.

use super::facts::ZkFact;
use super::leader::Outstanding;
use super::messages::*;
use super::rules;
use super::server::{Role, ZkServer};
use super::txn::{Origin, Txn, Write, prepare};
use crate::boundary::{Message, Outbox};
use crate::ids::*;
use crate::sorted::SortedSet;
use std::sync::Arc;

impl ZkServer {
    pub(super) fn propose_for(&mut self, server: u16, session: SessionId, xid: u32, write: &Write, out: &mut Outbox) {
        let version = self.config.version;
        // A request that a follower has passed on, to a leader that has given up: its client will try again.
        let Role::Leading(leading) = &mut self.role else { return };
        if !leading.serving {
            return;
        }
        let zxid = Zxid(leading.last_proposed.0 + 1);
        let checked = match write {
            Write::Op(_) => leading.check_session(session, server),
            // The leader's own closing of a silent session comes from nobody's server.
            Write::CreateSession { .. } | Write::CloseSession => Ok(()),
        };
        let (ops, is_multi) = prepare(write, session, checked, &leading.ahead, version);
        let origin = (server != 0).then_some(Origin { server, xid });
        let txn = Arc::new(Txn { zxid, session, time: Recorded(out.now()), origin, ops, is_multi });
        leading.last_proposed = zxid;
        let mut unused = Vec::new();
        leading.ahead.apply(&txn, &mut unused);
        out.note(ZkFact::Proposed { zxid });
        leading.send_to_followers(&QuorumMessage::Proposal(txn.clone()), out);
        leading.outstanding.push_back(Outstanding { txn: txn.clone(), acks: SortedSet::new(), cause: out.cause() });
        self.receive(txn, out);
    }

    /// A server has a transaction on its disk; the leader's own word counts like a follower's
    /// (`AckRequestProcessor`).
    pub(super) fn on_ack(&mut self, server: u16, zxid: Zxid, out: &mut Outbox) {
        // A sync of the disk that began while it led ends after.
        let Role::Leading(leading) = &mut self.role else { return };
        if let Some(outstanding) = leading.outstanding.iter_mut().find(|outstanding| outstanding.txn.zxid == zxid) {
            outstanding.acks.insert(server);
            self.commit_what_can_be(out);
        }
    }

    /// Commits in the order of zxids, each when a majority has logged it.
    fn commit_what_can_be(&mut self, out: &mut Outbox) {
        let quorum = rules::acks_to_commit(self.quorum());
        let before = out.cause();
        while let Role::Leading(leading) = &mut self.role {
            match leading.outstanding.front() {
                Some(first) if first.acks.len() >= quorum => {}
                _ => break,
            }
            let Some(Outstanding { txn, cause, .. }) = leading.outstanding.pop_front() else { break };
            out.because(cause);
            let for_others = self.apply(&txn, out);
            out.because(for_others);
            let Role::Leading(leading) = &mut self.role else { break };
            leading.send_to_followers(&QuorumMessage::Commit { zxid: txn.zxid }, out);
            let done: Vec<_> = leading.syncs.extract_if(.., |(zxid, ..)| *zxid <= txn.zxid).collect();
            for (_, server, session, xid) in done {
                self.answer_sync(server, session, xid, out);
            }
        }
        out.because(before);
    }

    pub(super) fn on_sync_request(&mut self, server: u16, session: SessionId, xid: u32, out: &mut Outbox) {
        // As for a write: its client will try again.
        let Role::Leading(leading) = &mut self.role else { return };
        match leading.outstanding.back() {
            Some(last) => leading.syncs.push((last.txn.zxid, server, session, xid)),
            None => self.answer_sync(server, session, xid, out),
        }
    }

    fn answer_sync(&mut self, server: u16, session: SessionId, xid: u32, out: &mut Outbox) {
        if server == self.id {
            self.on_synced(session, xid, out);
        } else if let Role::Leading(leading) = &self.role
            && let Some(conn) = leading.conn_of_server(server)
        {
            out.send(conn, Message::Quorum(QuorumMessage::SyncReply { session, xid }));
        }
    }
}
