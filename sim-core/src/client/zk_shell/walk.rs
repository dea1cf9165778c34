//! The commands of zkCli that are many operations (`org.apache.zookeeper.ZKUtil`): each operation is known when the
//! one before it is answered.

use crate::ids::ZPath;
use crate::zookeeper::znode_tree::child_of;
use crate::zookeeper::{ZkError, ZkOp, ZkReply, ZkResult};

/// A command under way. It has one operation at the ensemble at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Walk {
    /// `visitSubTreeDFS`
    List {
        watch: bool,
        /// What is being listed. None: the root is read, before it is listed.
        at: Option<ZPath>,
        /// Found and not listed yet; the next one is last.
        unlisted: Vec<ZPath>,
    },
    /// `deleteRecursive`: first the tree is listed breadth first (`listSubTreeBFS`) …
    ListToDelete { found: Vec<ZPath>, listed: u32 },
    /// … then deleted from its end.
    Delete { left: Vec<ZPath> },
}

impl Walk {
    /// `ls -R`
    pub(super) fn list(root: ZPath, watch: bool) -> (Walk, ZkOp) {
        let op = ZkOp::GetData { path: root.clone(), watch };
        (Walk::List { watch, at: None, unlisted: vec![root] }, op)
    }

    /// `deleteall`
    pub(super) fn delete(root: ZPath) -> (Walk, ZkOp) {
        let op = ZkOp::GetChildren { path: root.clone(), watch: false };
        (Walk::ListToDelete { found: vec![root], listed: 0 }, op)
    }

    /// What is asked after this answer; nothing when the command has done its work, or failed.
    pub(super) fn next(&mut self, answer: &ZkResult) -> Option<ZkOp> {
        match self {
            Walk::List { watch, at, unlisted } => {
                match (answer, at.as_ref()) {
                    (Ok(_), None) => {}
                    (Ok(ZkReply::Children(names, _)), Some(at)) => {
                        unlisted.extend(names.iter().rev().map(|name| child_of(at, name)));
                    }
                    // Gone since it was found: it is passed over (`visitSubTreeDFSHelper`).
                    (Err(failure), Some(_)) if failure.error == ZkError::NoNode => {}
                    (Ok(_) | Err(_), _) => return None,
                }
                let path = unlisted.pop()?;
                *at = Some(path.clone());
                Some(ZkOp::GetChildren { path, watch: *watch })
            }
            Walk::ListToDelete { found, listed } => {
                let Ok(ZkReply::Children(names, _)) = answer else { return None };
                let at = found.get(*listed as usize)?.clone();
                found.extend(names.iter().map(|name| child_of(&at, name)));
                *listed += 1;
                match found.get(*listed as usize) {
                    Some(path) => Some(ZkOp::GetChildren { path: path.clone(), watch: false }),
                    None => {
                        *self = Walk::Delete { left: std::mem::take(found) };
                        self.delete_next()
                    }
                }
            }
            Walk::Delete { .. } => answer.as_ref().ok().and_then(|_| self.delete_next()),
        }
    }

    fn delete_next(&mut self) -> Option<ZkOp> {
        let Walk::Delete { left } = self else { return None };
        Some(ZkOp::Delete { path: left.pop()?, version: -1 })
    }
}
