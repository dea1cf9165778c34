//! What a server has on disk, and what is on its way there (`SyncRequestProcessor`, `FileTxnSnapLog`).
//!
//! A transaction that was received is not yet logged: it waits in memory until it is synced to the disk,
//! with all others that came meanwhile. Only then it is acknowledged, and only then it survives a crash.

use super::txn::Txn;
use super::znode_tree::ZnodeTree;
use crate::boundary::Delay;
use crate::ids::*;
use crate::release::ZkVersion;
use crate::time::Span;
use std::collections::VecDeque;
use std::sync::Arc;

/// Committed transactions that a server keeps to bring others up to date (`ZKDatabase.commitLogCount`).
const COMMIT_LOG_COUNT: usize = 500;

/// How long an fsync takes: a local solid-state disk. No setting of ZooKeeper's; it warns at 1 s
/// (`fsync.warningthresholdms`).
pub(super) const FSYNC: Delay = Delay::between(Span::us(300), Span::us(1_500));

/// What survives a crash, and the queue in front of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Disk {
    /// The newest epoch it has promised to follow, and the newest whose history it has (`acceptedEpoch`,
    /// `currentEpoch`).
    pub(super) accepted_epoch: u32,
    pub(super) current_epoch: u32,
    /// A snapshot, and the transactions logged after it. What is in the log may not be committed.
    base: ZnodeTree,
    base_zxid: Zxid,
    log: VecDeque<Arc<Txn>>,
    /// Received and not yet synced: lost in a crash.
    queue: VecDeque<Arc<Txn>>,
}

impl Disk {
    pub(super) fn new(version: ZkVersion) -> Disk {
        Disk {
            accepted_epoch: 0,
            current_epoch: 0,
            base: ZnodeTree::new(version),
            base_zxid: Zxid(0),
            log: VecDeque::new(),
            queue: VecDeque::new(),
        }
    }

    /// The newest transaction that is on disk.
    pub(super) fn last_logged(&self) -> Zxid {
        self.log.back().map_or(self.base_zxid, |txn| txn.zxid)
    }

    /// The newest transaction that was received, logged or not.
    pub(super) fn last_received(&self) -> Zxid {
        self.queue.back().map_or_else(|| self.last_logged(), |txn| txn.zxid)
    }

    /// Puts a transaction into the queue for the log. True if the queue was empty: then a sync begins.
    pub(super) fn receive(&mut self, txn: Arc<Txn>) -> bool {
        debug_assert!(txn.zxid > self.last_received(), "transactions are logged in the order of their zxids");
        let begins = self.queue.is_empty();
        self.queue.push_back(txn);
        begins
    }

    /// Everything received is on disk now: what was not before is returned.
    pub(super) fn sync(&mut self) -> Vec<Arc<Txn>> {
        let synced: Vec<Arc<Txn>> = self.queue.drain(..).collect();
        self.log.extend(synced.iter().cloned());
        synced
    }

    /// The process is gone: what was not synced is lost.
    pub(super) fn crash(&mut self) {
        self.queue.clear();
    }

    /// Whether the history after this zxid is still at hand.
    pub(super) fn reaches_back_to(&self, zxid: Zxid) -> bool {
        zxid >= self.base_zxid
    }

    /// The newest received zxid of ours that is not after this one.
    pub(super) fn last_common(&self, zxid: Zxid) -> Zxid {
        let received = self.log.iter().chain(&self.queue).rev();
        received.map(|txn| txn.zxid).find(|ours| *ours <= zxid).unwrap_or(self.base_zxid)
    }

    /// Whether this transaction is in the log, or in the snapshot before it.
    pub(super) fn has_logged(&self, zxid: Zxid) -> bool {
        zxid <= self.base_zxid || self.log.binary_search_by_key(&zxid, |txn| txn.zxid).is_ok()
    }

    /// What was received after this zxid, logged or not.
    pub(super) fn after(&self, zxid: Zxid) -> impl Iterator<Item = &Arc<Txn>> {
        let at = self.log.partition_point(|txn| txn.zxid <= zxid);
        self.log.iter().skip(at).chain(self.queue.iter().skip_while(move |txn| txn.zxid <= zxid))
    }

    /// Received and not yet on disk.
    pub(super) fn unlogged(&self) -> impl Iterator<Item = Zxid> {
        self.queue.iter().map(|txn| txn.zxid)
    }

    /// Cuts what is after this zxid; returns what was cut.
    pub(super) fn truncate(&mut self, keep_up_to: Zxid) -> Vec<Arc<Txn>> {
        debug_assert!(self.queue.is_empty(), "a log is cut when a server joins a leader, before it receives anything");
        let keep = self.log.partition_point(|txn| txn.zxid <= keep_up_to);
        self.log.split_off(keep).into()
    }

    pub(super) fn replace(&mut self, snapshot: ZnodeTree, zxid: Zxid) {
        self.base = snapshot;
        self.base_zxid = zxid;
        self.log.clear();
    }

    /// The state after everything logged (`ZKDatabase.loadDataBase`).
    pub(super) fn load(&self) -> ZnodeTree {
        let mut tree = self.base.clone();
        let mut changes = Vec::new();
        for txn in &self.log {
            tree.apply(txn, &mut changes);
        }
        tree
    }

    /// Lets the oldest committed transactions go into the snapshot.
    pub(super) fn compact(&mut self, committed: Zxid) {
        let mut changes = Vec::new();
        while self.log.len() > COMMIT_LOG_COUNT && self.log[0].zxid <= committed {
            if let Some(txn) = self.log.pop_front() {
                self.base.apply(&txn, &mut changes);
                self.base_zxid = txn.zxid;
            }
        }
    }
}
