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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zookeeper::Stat;
    use std::sync::Arc;

    const TREE: [&str; 5] = ["/a", "/a/b", "/a/b/c", "/a/d", "/a/e"];

    fn failed(error: ZkError) -> ZkResult {
        Err(error.into())
    }

    /// Goes on to the end, in a tree in which everything is as it was, but for this path.
    fn asked((mut walk, first): (Walk, ZkOp), changed: &str, error: ZkError) -> Vec<String> {
        let (mut asked, mut next) = (Vec::new(), Some(first));
        while let Some(op) = next {
            let path = op.path().expect("it is about a znode").clone();
            let is_child = |other: &&&str| other.rsplit_once('/').is_some_and(|(parent, _)| parent == &*path);
            let names: Vec<Arc<str>> =
                TREE.iter().filter(is_child).map(|child| child[path.len() + 1..].into()).collect();
            let answer = match &op {
                _ if *path == *changed => failed(error),
                ZkOp::GetData { .. } => Ok(ZkReply::Data(None, Stat::default())),
                ZkOp::GetChildren { .. } => Ok(ZkReply::Children(names, Stat::default())),
                _ => Ok(ZkReply::Deleted),
            };
            asked.push(format!("{} {path}", op.kind().name()));
            next = walk.next(&answer);
        }
        asked
    }

    fn listed(changed: &str, error: ZkError) -> Vec<String> {
        asked(Walk::list("/a".into(), false), changed, error)
    }

    #[test]
    fn a_tree_is_listed_depth_first_and_what_went_away_meanwhile_is_passed_over() {
        let all = [
            "get_data /a",
            "get_children /a",
            "get_children /a/b",
            "get_children /a/b/c",
            "get_children /a/d",
            "get_children /a/e",
        ];
        assert_eq!(listed("", ZkError::NoNode), all);
        let without_c = [&all[..3], &all[4..]].concat();
        assert_eq!(listed("/a/b", ZkError::NoNode), without_c);
        assert_eq!(listed("/a/b", ZkError::ConnectionLoss), all[..3], "any other error ends it");
        assert_eq!(listed("/a", ZkError::NoNode), all[..1], "and so does a root that is not there");
    }

    #[test]
    fn a_tree_is_deleted_from_its_leaves_until_something_fails() {
        let delete = |changed: &str, error| asked(Walk::delete("/a".into()), changed, error);
        let all = delete("", ZkError::NoNode);
        assert_eq!(
            all[..5],
            ["get_children /a", "get_children /a/b", "get_children /a/d", "get_children /a/e", "get_children /a/b/c"]
        );
        assert_eq!(all[5..], ["delete /a/b/c", "delete /a/e", "delete /a/d", "delete /a/b", "delete /a"]);
        assert_eq!(delete("/a/d", ZkError::NoNode), all[..3], "it went away while the tree was listed");
    }
}
