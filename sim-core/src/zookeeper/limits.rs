//! What a client library refuses to send, and what a server refuses to read.

use super::rules;
use super::types::*;
use crate::release::ZkVersion;

/// `PathUtils.validatePath`, by which the client library checks a path before anything is sent. Characters are
/// those of Java: a letter outside the basic plane is two of them, and none of the two is allowed.
pub(super) fn is_valid_path(path: &str, version: ZkVersion) -> bool {
    if path == "/" {
        return true;
    }
    path.starts_with('/')
        && !path.ends_with('/')
        && path[1..].split('/').all(is_name)
        && path.encode_utf16().all(|unit| is_valid_unit(unit, version))
}

fn is_name(name: &str) -> bool {
    rules::has_letters(name) && !rules::is_a_place(name)
}

fn is_valid_unit(unit: u16, version: ZkVersion) -> bool {
    const RANGES: [(u16, u16); 4] = [(0x0000, 0x001f), (0x007f, 0x009f), (0xd800, 0xf8ff), (0xfff0, 0xffff)];
    let edges_pass = version.lets_the_edges_of_forbidden_ranges_pass();
    let is_in = |(first, last): &(u16, u16)| rules::is_between(unit, *first, *last, edges_pass);
    rules::is_letter(unit == 0 || RANGES.iter().any(is_in))
}

/// Whether the client library accepts the paths of an operation. The name of a sequential znode is still to be
/// completed, so it may end in a slash (`PathUtils.validatePath(path, isSequential)`).
pub(super) fn has_valid_paths(op: &ZkOp, version: ZkVersion) -> bool {
    match op {
        ZkOp::Create { path, mode, .. } if mode.is_sequential() && rules::sequences_complete_the_name() => {
            is_valid_path(&format!("{path}1"), version)
        }
        ZkOp::Multi(ops) => !rules::multis_check_each_path() || ops.iter().all(|op| has_valid_paths(op, version)),
        _ => op.path().is_some_and(|path| is_valid_path(path, version)),
    }
}

/// The largest request that a server reads (`jute.maxbuffer`, in bytes). It closes the connection of a client
/// that sends a larger one (`NIOServerCnxn.readLength`).
pub const REQUEST_BYTES_MAX: u64 = 0xf_ffff;

/// xid and operation code.
const HEADER_BYTES: u64 = 8;
/// One entry, `world:anyone` with all permissions: the access list of every znode here.
const OPEN_ACL_BYTES: u64 = 4 + 4 + (4 + 5) + (4 + 6);
/// Type, "done" and error of an operation inside a multi (`MultiHeader`).
const MULTI_HEADER_BYTES: u64 = 4 + 1 + 4;

/// The length of a request on the wire, in bytes.
pub(super) fn request_bytes(op: &ZkOp) -> u64 {
    HEADER_BYTES
        + match op {
            // One more header closes the list.
            ZkOp::Multi(ops) => {
                ops.iter().map(|op| MULTI_HEADER_BYTES + body_bytes(op)).sum::<u64>() + MULTI_HEADER_BYTES
            }
            _ => body_bytes(op),
        }
}

fn body_bytes(op: &ZkOp) -> u64 {
    let text = |text: &str| 4 + text.len() as u64;
    let data = |data: &ZData| 4 + data.as_ref().map_or(0, |data| data.len() as u64);
    match op {
        ZkOp::Create { path, data: content, .. } => text(path) + data(content) + OPEN_ACL_BYTES + 4,
        ZkOp::SetData { path, data: content, .. } => text(path) + data(content) + 4,
        ZkOp::Delete { path, .. } | ZkOp::Check { path, .. } => text(path) + 4,
        ZkOp::Exists { path, .. } | ZkOp::GetData { path, .. } | ZkOp::GetChildren { path, .. } => text(path) + 1,
        ZkOp::Sync { path } => text(path),
        ZkOp::Multi(ops) => ops.iter().map(body_bytes).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_refused_for_each_of_the_reasons() {
        for path in
            ["", "a", "/a/", "//", "/a//b", "/.", "/..", "/a/./b", "/a/../b", "/a\u{0}", "/a\u{1}", "/a\u{1f600}"]
        {
            assert!(!is_valid_path(path, ZkVersion::V3_4), "{path:?}");
            assert!(!is_valid_path(path, ZkVersion::V3_9), "{path:?}");
        }
        for path in ["/", "/a", "/a.b", "/...", "/.a", "/主题", "/a b", "/zookeeper/quota"] {
            assert!(is_valid_path(path, ZkVersion::V3_4), "{path:?}");
            assert!(is_valid_path(path, ZkVersion::V3_9), "{path:?}");
        }
        for edge in ["/\u{1f}", "/\u{7f}", "/\u{9f}", "/\u{f8ff}", "/\u{fff0}"] {
            assert!(is_valid_path(edge, ZkVersion::V3_4) && !is_valid_path(edge, ZkVersion::V3_9), "{edge:?}");
        }
    }

    #[test]
    fn a_request_is_as_long_as_on_the_wire() {
        let create = ZkOp::Create { path: "/a".into(), data: Some("xyz".into()), mode: CreateMode::Persistent };
        // Header 8, path 4 + 2, data 4 + 3, access list 4 + 4 + 9 + 10, flags 4.
        assert_eq!(request_bytes(&create), 52);
        let set = ZkOp::SetData { path: "/a".into(), data: None, version: -1 };
        assert_eq!(request_bytes(&set), 8 + 6 + 4 + 4);
        assert_eq!(request_bytes(&ZkOp::Multi(vec![set])), 8 + 9 + 14 + 9);
    }
}
