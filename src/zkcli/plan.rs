//! Which operations a line stands for. `ls -R` and `deleteall` are many: each is known when those before it are
//! answered.

use super::line::{Line, Verb};
use sim_core::ids::ZPath;
use sim_core::zookeeper::{CreateMode, ZkError, ZkOp, ZkReply, ZkResult};
use std::sync::Arc;

/// The operation after these answers; nothing when the line has done its work, or failed.
pub fn next(line: &Line, answers: &[&ZkResult]) -> Option<ZkOp> {
    match answers.first() {
        None => first(line),
        Some(_) if line.verb == Verb::DeleteAll => next_deletion(line.path(), answers),
        Some(Ok(_)) if line.verb == Verb::Ls && line.has('R') => next_listing(line, &answers[1..]),
        Some(_) => None,
    }
}

fn first(line: &Line) -> Option<ZkOp> {
    let path: ZPath = line.path().into();
    let data = line.data().map(Arc::from);
    let (watch, version) = (line.has('w'), line.version);
    Some(match line.verb {
        // `ZKUtil.visitSubTreeDFS` reads the root of the listing, then lists.
        Verb::Ls if line.has('R') => ZkOp::GetData { path, watch },
        Verb::Ls => ZkOp::GetChildren { path, watch },
        Verb::Get => ZkOp::GetData { path, watch },
        Verb::Stat => ZkOp::Exists { path, watch },
        Verb::Create => {
            let mode = match (line.has('e'), line.has('s')) {
                (false, false) => CreateMode::Persistent,
                (true, false) => CreateMode::Ephemeral,
                (false, true) => CreateMode::PersistentSequential,
                (true, true) => CreateMode::EphemeralSequential,
            };
            ZkOp::Create { path, data, mode }
        }
        Verb::Set => ZkOp::SetData { path, data, version },
        Verb::Delete => ZkOp::Delete { path, version },
        Verb::DeleteAll => ZkOp::GetChildren { path, watch: false },
        Verb::Sync => ZkOp::Sync { path },
        Verb::Connect | Verb::Close | Verb::Quit | Verb::Help => return None,
    })
}

/// Depth first. A znode that went away meanwhile is passed over (`ZKUtil.visitSubTreeDFSHelper`).
fn next_listing(line: &Line, answers: &[&ZkResult]) -> Option<ZkOp> {
    let mut stack: Vec<ZPath> = vec![line.path().into()];
    for answer in answers {
        let at = stack.pop()?;
        match answer {
            Ok(ZkReply::Children(names, _)) => stack.extend(names.iter().rev().map(|name| child(&at, name))),
            Err(failure) if failure.error == ZkError::NoNode => {}
            _ => return None,
        }
    }
    Some(ZkOp::GetChildren { path: stack.pop()?, watch: line.has('w') })
}

/// Lists the tree breadth first, then deletes it from its end, one after the other (`ZKUtil.deleteRecursive`).
fn next_deletion(root: &str, answers: &[&ZkResult]) -> Option<ZkOp> {
    let mut tree: Vec<ZPath> = vec![root.into()];
    let mut listed = 0;
    let mut deleted = 0;
    for answer in answers {
        match answer {
            Ok(ZkReply::Children(names, _)) => {
                let at = tree.get(listed)?.clone();
                tree.extend(names.iter().map(|name| child(&at, name)));
                listed += 1;
            }
            Ok(_) => deleted += 1,
            Err(_) => return None,
        }
    }
    match tree.get(listed) {
        Some(path) => Some(ZkOp::GetChildren { path: path.clone(), watch: false }),
        None => Some(ZkOp::Delete { path: tree.iter().rev().nth(deleted)?.clone(), version: -1 }),
    }
}

pub(super) fn child(parent: &str, name: &str) -> ZPath {
    if parent == "/" { format!("/{name}").into() } else { format!("{parent}/{name}").into() }
}
