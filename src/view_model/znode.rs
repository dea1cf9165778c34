//! The selected znode: its data, its Stat, who watches it, and everything that ever happened to it.

use super::inspector::{Inspected, Rows};
use super::log::{self, LogRow};
use super::{time_text, tree};
use crate::i18n::{Label, Lang, Names, znode as words};
use sim_core::event::{Event, Fact};
use sim_core::ids::{NodeId, Zxid};
use sim_core::json::Json;
use sim_core::release::Release;
use sim_core::time::SimTime;
use sim_core::view::frame::{WatcherView, ZnodeView};
use sim_core::zookeeper::ZkFact;
use sim_core::zookeeper::parent_of;

/// Data, Stat and watchers, as `seen_by` has them (none: as the latest server has them).
pub fn inspect(
    release: Release,
    path: &str,
    znode: Option<&ZnodeView>,
    seen_by: Option<NodeId>,
    watchers: &[WatcherView],
    lang: Lang,
    names: &Names,
) -> Inspected {
    let mut rows = Rows::default();
    if let Some(server) = seen_by {
        rows.add(lang.label(Label::SeenBy), names.say(server, lang));
    }
    let meaning = words::in_kafka(release, path, lang);
    if !meaning.is_empty() {
        rows.add(lang.label(Label::InKafka), meaning);
    }
    let payload = znode.map(|znode| match &znode.data {
        None => (String::new(), words::null(lang).to_string()),
        Some(data) => (laid_out(data), words::length(lang, data.len())),
    });
    match znode {
        None => rows.add(lang.label(Label::ZnodeState), lang.label(Label::ZnodeAbsent)),
        Some(znode) => {
            let stat = &znode.stat;
            let owner = match znode.owner {
                Some(client) => format!("{} · {}", stat.ephemeral_owner, names.say(client, lang)),
                None => stat.ephemeral_owner.to_string(),
            };
            let fields: [(&str, String); 11] = [
                ("czxid", stat.czxid.to_string()),
                ("mzxid", stat.mzxid.to_string()),
                ("pzxid", stat.pzxid.to_string()),
                ("ctime", time_text::date(stat.ctime.0)),
                ("mtime", time_text::date(stat.mtime.0)),
                ("version", stat.version.to_string()),
                ("cversion", stat.cversion.to_string()),
                ("aversion", stat.aversion.to_string()),
                ("ephemeralOwner", owner),
                ("dataLength", stat.data_length.to_string()),
                ("numChildren", stat.num_children.to_string()),
            ];
            for ((name, value), hint) in fields.into_iter().zip(words::stat(lang)) {
                rows.explain(name, value, hint);
            }
        }
    }
    if watchers.is_empty() {
        rows.add(lang.label(Label::Watchers), lang.label(Label::Nobody));
    }
    for watcher in watchers {
        let kind = words::watch(lang, watcher.of_children);
        let who = names.say(watcher.client, lang);
        let text = format!("{who} · {kind} · {}", names.say(watcher.server, lang));
        rows.add(lang.label(Label::Watchers), text);
    }
    Inspected { title: path.to_string(), rows: rows.0, payload }
}

/// JSON over several lines, as people write it; anything else as it is.
fn laid_out(data: &str) -> String {
    match Json::parse(data) {
        Some(json @ (Json::Map(_) | Json::List(_))) => {
            let mut text = String::new();
            lay_out(&json, 0, &mut text);
            text
        }
        _ => data.to_string(),
    }
}

fn lay_out(json: &Json, depth: usize, text: &mut String) {
    let line = |depth: usize, text: &mut String| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
    };
    match json {
        // A list of plain values reads best on one line.
        Json::List(items) if items.iter().any(|item| matches!(item, Json::Map(_) | Json::List(_))) => {
            text.push('[');
            for (nth, item) in items.iter().enumerate() {
                text.push_str(if nth == 0 { "" } else { "," });
                line(depth + 1, text);
                lay_out(item, depth + 1, text);
            }
            line(depth, text);
            text.push(']');
        }
        Json::Map(members) if !members.is_empty() => {
            text.push('{');
            for (nth, (name, value)) in members.iter().enumerate() {
                text.push_str(if nth == 0 { "" } else { "," });
                line(depth + 1, text);
                text.push_str(&tree::short(&Json::Text(name.clone()), true));
                text.push_str(": ");
                lay_out(value, depth + 1, text);
            }
            line(depth, text);
            text.push('}');
        }
        other => text.push_str(&tree::short(other, true)),
    }
}

/// One thing that happened to a znode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub row: LogRow,
    pub zxid: Zxid,
    /// It lies ahead of the cursor.
    pub ahead: bool,
}

/// So many are shown, the newest.
pub const MOMENTS_MAX: usize = 120;

/// What happened to the znode and to its list of children, oldest first, as far as the branch is known.
pub fn history(
    release: Release,
    path: &str,
    marks: &[Event],
    events_at_cursor: u64,
    start: SimTime,
    lang: Lang,
    names: &Names,
) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for mark in marks.iter().rev() {
        let Some((changed, change)) = tree::changed(mark) else { continue };
        let of_child = !matches!(change, tree::Change::Data(_)) && parent_of(changed) == path;
        if &**changed != path && !of_child {
            continue;
        }
        let row = log::row(release, mark, start, lang, names);
        moments.push(Moment { row, zxid: zxid_of(mark), ahead: mark.seq.0 >= events_at_cursor });
        if moments.len() == MOMENTS_MAX {
            break;
        }
    }
    moments.reverse();
    moments
}

fn zxid_of(event: &Event) -> Zxid {
    match event.fact {
        Fact::Zk(
            ZkFact::ZnodeCreated { zxid, .. }
            | ZkFact::ZnodeDeleted { zxid, .. }
            | ZkFact::ZnodeDataChanged { zxid, .. },
        ) => zxid,
        _ => Zxid::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::view_model::fixture;
    use sim_core::ids::{EventSeq, SessionId};
    use sim_core::zookeeper::Stat;

    fn znode(data: Option<&str>) -> ZnodeView {
        let stat = Stat { ephemeral_owner: SessionId(0x1f), version: 4, ..Stat::default() };
        ZnodeView { path: "/a".into(), data: data.map(Into::into), stat, owner: Some(NodeId::Broker(3)) }
    }

    fn seen(znode: Option<&ZnodeView>, watchers: &[WatcherView]) -> Inspected {
        inspect(fixture::RELEASE, "/a", znode, None, watchers, Lang::En, &Names::default())
    }

    #[test]
    fn all_of_stat_is_there_and_explained() {
        let inspected = seen(Some(&znode(Some("x"))), &[]);
        let explained: Vec<&str> =
            inspected.rows.iter().filter(|row| !row.hint.is_empty()).map(|row| row.name.as_str()).collect();
        assert_eq!(explained.len(), 11);
        let owner = inspected.rows.iter().find(|row| row.name == "ephemeralOwner").map(|row| row.value.as_str());
        assert_eq!(owner, Some("0x1f · broker 3"));
    }

    #[test]
    fn null_empty_text_and_json_are_told_apart() {
        let payload = |data: Option<&str>| seen(Some(&znode(data)), &[]).payload.expect("it exists");
        assert_ne!(payload(None).1, payload(Some("")).1);
        assert_eq!(payload(Some("a {b")).0, "a {b");
        assert_eq!(
            payload(Some(r#"{"isr":[1,2],"t":"a\"b","m":{}}"#)).0,
            "{\n  \"isr\": [1, 2],\n  \"t\": \"a\\\"b\",\n  \"m\": {}\n}"
        );
        assert_eq!(payload(Some("7")).0, "7");
        assert!(payload(Some("héé")).1.contains('5'), "bytes, not letters");
        assert_eq!(seen(None, &[]).payload, None);
    }

    #[test]
    fn watchers_are_named_with_kind_and_server() {
        let watcher = WatcherView { client: NodeId::Broker(1), server: NodeId::Zk(2), of_children: true };
        let inspected = seen(None, &[watcher]);
        assert!(inspected.rows.iter().any(|row| row.value.contains("broker 1") && row.value.contains("zk2")));
    }

    #[test]
    fn the_history_has_what_happened_to_it_and_to_its_children() {
        let event = |seq: u64, fact: ZkFact| Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(seq),
            cause: None,
            node: NodeId::Zk(1),
            fact: fact.into(),
        };
        let owner = SessionId(0);
        let marks = [
            event(1, ZkFact::ZnodeCreated { path: "/a".into(), owner, zxid: Zxid(1) }),
            event(2, ZkFact::ZnodeCreated { path: "/a/b".into(), owner, zxid: Zxid(2) }),
            event(3, ZkFact::ZnodeDataChanged { path: "/a/b".into(), version: 1, zxid: Zxid(3) }),
            event(4, ZkFact::ZnodeCreated { path: "/ab".into(), owner, zxid: Zxid(4) }),
            event(5, ZkFact::ZnodeDataChanged { path: "/a".into(), version: 1, zxid: Zxid(5) }),
            event(6, ZkFact::ZnodeDeleted { path: "/a/b".into(), owner, zxid: Zxid(6) }),
        ];
        let moments = history(fixture::RELEASE, "/a", &marks, 6, SimTime::ZERO, Lang::En, &Names::default());
        let zxids: Vec<(u64, bool)> = moments.iter().map(|moment| (moment.zxid.0, moment.ahead)).collect();
        assert_eq!(zxids, [(1, false), (2, false), (5, false), (6, true)], "a child's data is the child's own affair");
        assert_eq!(moments[0].row.step, 2, "right after the choice that did it");
    }
}
