//! Sessions: opened by a transaction, kept alive by whatever is heard of them, ended by their clients or by
//! the leader (`SessionTrackerImpl`, `LearnerSessionTracker`).

use super::facts::ZkFact;
use super::messages::*;
use super::rules;
use super::server::{Role, ZkServer};
use super::timers::ServerTimer;
use super::txn::Write;
use super::types::*;
use crate::boundary::{Delay, Message, Outbox, Timer};
use crate::ids::*;
use crate::net::ConnId;
use crate::time::{SimTime, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// What a client's connection stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Attachment {
    /// No session asked for yet.
    Nothing,
    /// Its transaction is under way.
    Opening(SessionId),
    /// The leader is being asked whether it still lives.
    Revalidating(SessionId),
    Open(SessionId),
}

/// A request whose answer must wait for those before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Waiting {
    Write,
    Sync,
    SyncDone,
    Read(Arc<ZkOp>),
    Close,
}

/// A connected client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attached {
    pub(super) client: NodeId,
    pub(super) attachment: Attachment,
    pub(super) waiting: VecDeque<(u32, Waiting)>,
}

impl Attached {
    pub(super) fn new(client: NodeId) -> Attached {
        Attached { client, attachment: Attachment::Nothing, waiting: VecDeque::new() }
    }
}

/// The end of the bucket in which this moment lies: a session expires with all of its bucket
/// (`SessionTrackerImpl.roundToInterval`, `ExpiryQueue.roundToNextInterval`).
pub(crate) fn round_to_next_interval(at: SimTime, interval: Span) -> SimTime {
    SimTime((at.0 / interval.0 + 1) * interval.0)
}

impl ZkServer {
    pub(super) fn session_of(&self, conn: ConnId) -> Option<SessionId> {
        match self.attached.get(&conn)?.attachment {
            Attachment::Open(session) => Some(session),
            _ => None,
        }
    }

    pub(super) fn conn_of(&self, session: SessionId) -> Option<ConnId> {
        let open = Attachment::Open(session);
        self.attached.iter().find(|(_, attached)| attached.attachment == open).map(|(conn, _)| *conn)
    }

    fn conn_with(&self, attachment: Attachment) -> Option<ConnId> {
        self.attached.iter().find(|(_, attached)| attached.attachment == attachment).map(|(conn, _)| *conn)
    }

    pub(super) fn detach(&mut self, conn: ConnId) {
        self.attached.remove(&conn);
        self.watches.forget(conn);
    }

    pub(super) fn drop_client(&mut self, conn: ConnId, out: &mut Outbox) {
        self.detach(conn);
        out.close(conn);
    }

    /// A session that has moved costs the connection, and the client hears nothing more: it connects again, and with
    /// that the leader learns where it is (`FinalRequestProcessor`, ZOOKEEPER-710).
    pub(super) fn drop_moved(&mut self, conn: ConnId, out: &mut Outbox) {
        if let Some(session) = self.session_of(conn) {
            out.note_and_go_on(ZkFact::SessionMoved { session, client: conn.client });
        }
        self.drop_client(conn, out);
    }

    /// The leader checks the session of whatever its own clients ask, pings too, before it looks at it
    /// (`ZooKeeperServer.submitRequest`, `PrepRequestProcessor.pRequest`); a follower leaves the check of writes to
    /// its leader and answers the rest. False: there is nothing to answer.
    pub(super) fn accepts_request(&mut self, conn: ConnId, out: &mut Outbox) -> bool {
        let Some(session) = self.session_of(conn) else { return true };
        let server = self.id;
        let Role::Leading(leading) = &mut self.role else { return true };
        match leading.check_session(session, server) {
            Ok(()) => true,
            Err(ZkError::SessionMoved) => {
                self.drop_moved(conn, out);
                false
            }
            // It is being closed: the request is dropped, and the connection goes with the session.
            Err(_) => false,
        }
    }

    /// All client connections end when a server has no leader any more.
    pub(super) fn drop_all_clients(&mut self, out: &mut Outbox) {
        for conn in self.attached.keys().copied().collect::<Vec<_>>() {
            self.drop_client(conn, out);
        }
    }

    /// A client that comes back: does its session still live? Only the leader knows.
    pub(super) fn reopen_session(&mut self, conn: ConnId, session: SessionId, out: &mut Outbox) {
        if let Some(attached) = self.attached.get_mut(&conn) {
            attached.attachment = Attachment::Revalidating(session);
        }
        match &self.role {
            Role::Leading(_) => {
                let timeout_ms = self.revalidate(self.id, session, out);
                self.on_revalidated(session, timeout_ms, out);
            }
            Role::Following(following) => following.send(QuorumMessage::Revalidate { session }, out),
            Role::Looking(_) | Role::Down => {}
        }
    }

    /// The leader's word counts: this server may not have applied yet what opened the session.
    pub(super) fn on_revalidated(&mut self, session: SessionId, timeout_ms: u32, out: &mut Outbox) {
        // The client has gone on to another server before the leader's word came.
        let Some(conn) = self.conn_with(Attachment::Revalidating(session)) else { return };
        out.send(conn, Message::ZkResponse(ZkResponse::Connected { session, timeout_ms }));
        if timeout_ms == 0 {
            self.drop_client(conn, out);
            return;
        }
        // It may still hang on an older connection to this very server.
        if let Some(old) = self.conn_of(session) {
            self.drop_client(old, out);
        }
        if let Some(attached) = self.attached.get_mut(&conn) {
            attached.attachment = Attachment::Open(session);
        }
    }

    pub(super) fn on_session_created(
        &mut self,
        session: SessionId,
        timeout_ms: u32,
        origin: Option<u16>,
        out: &mut Outbox,
    ) {
        if let Role::Leading(leading) = &mut self.role
            && let Some(server) = origin
        {
            leading.owners.insert(session, server);
        }
        if rules::may_expire(matches!(self.role, Role::Leading(_))) {
            self.track(session, out);
        }
        if let Some(conn) = self.conn_with(Attachment::Opening(session)) {
            if let Some(attached) = self.attached.get_mut(&conn) {
                attached.attachment = Attachment::Open(session);
            }
            out.send(conn, Message::ZkResponse(ZkResponse::Connected { session, timeout_ms }));
        }
    }

    pub(super) fn on_session_closed(&mut self, session: SessionId, out: &mut Outbox) {
        if let Role::Leading(leading) = &mut self.role {
            leading.owners.remove(&session);
            leading.heard.remove(&session);
            out.disarm(Timer::Zk(ServerTimer::Expiry(session)));
        }
        if let Some(conn) = self.conn_of(session) {
            let asked = self.attached.get(&conn).is_some_and(|a| a.waiting.iter().any(|(_, w)| *w == Waiting::Close));
            if asked {
                let reply = ZkResponse::Reply { xid: 0, zxid: self.applied, result: Ok(ZkReply::Deleted) };
                out.send(conn, Message::ZkResponse(reply));
            }
            self.drop_client(conn, out);
        }
    }

    /// Something was heard of the client behind this connection.
    pub(super) fn touch(&mut self, conn: ConnId, out: &mut Outbox) {
        // Its session is not there yet, or over.
        let Some(session) = self.session_of(conn) else { return };
        match &mut self.role {
            Role::Leading(_) => self.track(session, out),
            Role::Following(following) if rules::followers_report_clients() => {
                following.touched.insert(session);
            }
            Role::Following(_) | Role::Looking(_) | Role::Down => {}
        }
    }

    /// At the leader: the session lives until its timeout from now on, and then until the end of its bucket: buckets
    /// are a tick long.
    pub(super) fn track(&mut self, session: SessionId, out: &mut Outbox) {
        // A sign of life that comes too late does not undo a close.
        let Some(known) = self.tree.session(session).filter(|_| !self.is_closing(session)) else { return };
        let delay = Delay {
            expiry_interval: Some(Span::us(self.tick_us())),
            ..Delay::exactly(Span::ms(rules::time_to_live_ms(known.timeout_ms)))
        };
        let timer = Timer::Zk(ServerTimer::Expiry(session));
        let client = known.client.0;
        if let Role::Leading(leading) = &mut self.role {
            leading.heard.insert(session, Recorded(out.now()));
        }
        match client {
            Some(client) => out.arm_awaiting(timer, delay, client),
            None => out.arm(timer, delay),
        }
    }

    /// The bucket is over and nothing was heard: the leader closes the session in the client's name.
    pub(super) fn expire(&mut self, session: SessionId, out: &mut Outbox) {
        // Closed by its client while the bucket ran out.
        let Some(known) = self.tree.session(session).copied() else { return };
        let may = rules::may_expire(matches!(self.role, Role::Leading(_)));
        if !may || self.is_closing(session) {
            return;
        }
        let fact = ZkFact::SessionExpired { session, client: known.client.0, timeout_ms: known.timeout_ms };
        out.note_and_go_on(fact);
        self.propose_for(0, session, 0, &Write::CloseSession, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_whose_time_is_over_with_a_bucket_expires_with_the_next_one() {
        let ends_ms = |at_ms: u64| round_to_next_interval(SimTime(at_ms * 1_000), Span::ms(2_000)).0 / 1_000;
        assert_eq!([5_999, 6_000, 6_001].map(ends_ms), [6_000, 8_000, 8_000]);
    }
}
