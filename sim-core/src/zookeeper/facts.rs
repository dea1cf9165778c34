//! What happens in the ensemble and in the client library.

use super::messages::SyncHow;
use super::types::{WatchEvent, ZkError};
use crate::fact::facts;
use crate::ids::*;

facts! {
    /// Facts of ZooKeeper. What every server does for itself when it applies a transaction is noted at the
    /// leader only.
    pub enum ZkFact {
        /// A server lost its leader, or has just started: it votes.
        Looking { round: u64, zxid: Zxid } => Step Ensemble Begins,
        /// It proposes (or now supports) this server as leader.
        VoteChanged { round: u64, leader: u16, zxid: Zxid } => Routine Ensemble Aside,
        /// A majority named it; it leads from here on, but does not serve yet.
        Leading { epoch: u32 } => Step Ensemble Goes,
        /// A majority named that server; this one follows it.
        Following { leader: u16 } => Step Ensemble Ends,
        /// A majority has the new epoch and its history: the leader serves.
        LeaderServing { epoch: u32, zxid: Zxid } => Headline Ensemble Ends,
        /// A follower has what the leader has, and serves.
        FollowerSynced { leader: u16, how: SyncHow, zxid: Zxid } => Step Ensemble Goes,
        /// Less than a majority answers: the leader gives up.
        QuorumLost { synced: u16 } => Headline Ensemble Breaks,
        /// At the leader: the transaction goes to the followers.
        Proposed { zxid: Zxid } => Routine Znode Aside,
        /// At the leader: a majority has it on disk.
        Committed { zxid: Zxid } => Routine Znode Aside,
        /// A server has everything up to this transaction on its disk: so many more with one sync.
        Logged { zxid: Zxid, txns: u32 } => Routine Znode Aside,
        /// A new leader had this transaction on its disk without having heard of its commit: now it is committed.
        UncommittedKept { zxid: Zxid } => Step Znode Aside,
        /// A server had this transaction on its disk and its leader does not know it: it never happened.
        UncommittedCut { zxid: Zxid } => Step Znode Aside,
        /// A write was refused: it burns a zxid and changes nothing.
        WriteRefused { zxid: Zxid, path: ZPath, error: ZkError } => Step Znode Fails,

        /// A request is longer than `jute.maxbuffer`: the server closes the connection.
        RequestTooLarge { client: NodeId, bytes: u64 } => Step Session Goes,

        /// The transaction that opens it is applied.
        SessionCreated { session: SessionId, client: Option<NodeId>, timeout_ms: u32, zxid: Zxid } => Step Session Begins,
        /// A client came back within its session, perhaps to another server.
        SessionRevalidated { session: SessionId, server: u16 } => Step Session Goes,
        /// A request came through a server that the session has left, as the leader believes: the server closes the
        /// connection without an answer.
        SessionMoved { session: SessionId, client: NodeId } => Step Session Goes,
        /// The leader heard nothing for the timeout, and the bucket of its tick is over.
        SessionExpired { session: SessionId, client: Option<NodeId>, timeout_ms: u32 } => Headline Session Fails,
        /// Its last transaction is applied: its ephemeral znodes go with it.
        SessionClosed { session: SessionId, client: Option<NodeId>, zxid: Zxid } => Step Session Ends,

        /// `owner` is 0 for a persistent one.
        ZnodeCreated { path: ZPath, owner: SessionId, zxid: Zxid } => Step Znode Begins,
        /// `owner` is 0 for a persistent one.
        ZnodeDeleted { path: ZPath, owner: SessionId, zxid: Zxid } => Step Znode Ends,
        /// With its new version.
        ZnodeDataChanged { path: ZPath, version: i32, zxid: Zxid } => Step Znode Goes,
        /// At the server that keeps it; the event is on its way to the client.
        WatchFired { path: ZPath, event: WatchEvent, client: Option<NodeId> } => Step Watch Goes,

        // The client library.
        /// A server confirmed the session.
        ClientConnected { session: SessionId, server: NodeId } => Routine Session Goes,
        /// Nothing was heard for two thirds of the timeout, or the connection was reset.
        ClientDisconnected { session: SessionId, server: NodeId, silent: bool } => Step Session Goes,
        /// A server answered that the session is over.
        ClientToldExpired { session: SessionId } => Headline Session Breaks,
        /// 3.9: it heard of no server for 4/3 of its timeout, and gives the session up by itself.
        ClientGaveUp { session: SessionId } => Headline Session Ends,
        /// The library calls the watcher.
        WatchReceived { path: ZPath, event: WatchEvent } => Routine Watch Ends,
    }
}
