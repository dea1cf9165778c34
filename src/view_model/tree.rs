//! The znode tree as rows, with what just changed marked. Chains of znodes that only lead somewhere are one
//! row ("partitions/1/state").

use sim_core::event::{Event, Fact};
use sim_core::ids::ZPath;
use sim_core::json::Json;
use sim_core::sorted::{Sorted, SortedMap};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::ZnodeView;
use sim_core::zookeeper::{ZData, ZkFact};
use std::cmp::Ordering;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TreeRow {
    pub path: ZPath,
    pub depth: u16,
    pub name: String,
    /// What matters of the data; all of it is in the inspector. Empty when there is none.
    pub data: String,
    pub ephemeral: bool,
    pub children: u32,
    pub open: bool,
    pub change: Change,
    /// It changed in the very step that is shown; otherwise shortly before.
    pub now: bool,
    /// So many changes lie folded away in here.
    pub hidden_changes: u32,
}

/// What just happened to a znode.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Change {
    #[default]
    None,
    New,
    Gone,
    /// Members of its data: name, old, new. Empty: the data changed, its old value was not seen.
    Data(Vec<(String, String, String)>),
    /// Seen by a server that is behind: not there yet, still there although it is deleted, and with older data
    /// (name, what this server has, the latest).
    Missing,
    Leftover,
    Older(Vec<(String, String, String)>),
}

impl Change {
    /// There is no such znode: its row is a ghost.
    fn is_ghost(&self) -> bool {
        matches!(self, Change::Gone | Change::Missing)
    }
}

/// "Just" reaches this far back from the cursor.
pub const JUST: Span = Span::ms(400);

/// What a server's znodes lack compared with the latest ones. Both are sorted by path.
pub fn lag(seen: &[ZnodeView], latest: &[ZnodeView]) -> SortedMap<ZPath, Change> {
    let mut lag = SortedMap::new();
    let find = |all: &[ZnodeView], path: &ZPath| all.binary_search_by(|znode| znode.path.cmp(path)).ok();
    for znode in latest {
        match find(seen, &znode.path).map(|at| &seen[at]) {
            None => lag.insert(znode.path.clone(), Change::Missing),
            Some(old) if old.stat.mzxid != znode.stat.mzxid => {
                lag.insert(znode.path.clone(), Change::Older(differences(&old.data, &znode.data)))
            }
            Some(_) => None,
        };
    }
    for znode in seen.iter().filter(|znode| find(latest, &znode.path).is_none()) {
        lag.insert(znode.path.clone(), Change::Leftover);
    }
    lag
}

/// The znodes that the step at the cursor has changed.
pub fn changed_now(marks: &[Event], step: u64) -> Vec<ZPath> {
    let begin = marks.partition_point(|mark| mark.step + 1 < step);
    let here = marks[begin..].iter().take_while(|mark| mark.step + 1 == step);
    here.filter_map(|mark| changed(mark).map(|(path, _)| path.clone())).collect()
}

/// Which znode an event is about, and what became of it.
pub fn changed(event: &Event) -> Option<(&ZPath, Change)> {
    match &event.fact {
        Fact::Zk(ZkFact::ZnodeCreated { path, .. }) => Some((path, Change::New)),
        Fact::Zk(ZkFact::ZnodeDeleted { path, .. }) => Some((path, Change::Gone)),
        Fact::Zk(ZkFact::ZnodeDataChanged { path, .. }) => Some((path, Change::Data(Vec::new()))),
        _ => None,
    }
}

/// What changed, by path, shortly before the cursor.
pub fn changes(marks: &[Event], events_at_cursor: u64, at: SimTime) -> SortedMap<ZPath, Change> {
    let mut changes = SortedMap::new();
    let end = marks.partition_point(|mark| mark.seq.0 < events_at_cursor);
    let begin = marks[..end].partition_point(|mark| at.since(mark.at) > JUST);
    for mark in &marks[begin..end] {
        match changed(mark) {
            // Created and written is created.
            Some((path, Change::Data(members))) => {
                changes.or_insert_with(path.clone(), || Change::Data(members));
            }
            Some((path, change)) => {
                changes.insert(path.clone(), change);
            }
            None => {}
        }
    }
    changes
}

/// Remembers the data that a reader saw before it changed.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    seen: Arc<Vec<ZnodeView>>,
    before: SortedMap<ZPath, ZData>,
}

impl Memory {
    pub fn look(&mut self, znodes: &Arc<Vec<ZnodeView>>) {
        if Arc::ptr_eq(&self.seen, znodes) {
            return;
        }
        let mut old = self.seen.iter().peekable();
        for znode in znodes.iter() {
            while old.peek().is_some_and(|other| other.path < znode.path) {
                old.next();
            }
            let Some(other) = old.peek().filter(|other| other.path == znode.path) else { continue };
            match other.stat.mzxid.cmp(&znode.stat.mzxid) {
                Ordering::Less => {
                    self.before.insert(znode.path.clone(), other.data.clone());
                }
                // Gone back: what was before then is not known.
                Ordering::Greater => {
                    self.before.remove(&znode.path);
                }
                Ordering::Equal => {}
            }
        }
        self.seen = znodes.clone();
    }
}

/// The rows. `folds` says which nodes the reader folded or unfolded; the others follow a rule.
pub fn rows(
    znodes: &[ZnodeView],
    changes: &SortedMap<ZPath, Change>,
    now: &[ZPath],
    memory: &Memory,
    folds: &SortedMap<ZPath, bool>,
) -> Vec<TreeRow> {
    let mut root = Branch::default();
    for znode in znodes {
        root.put(&znode.path, Some(znode));
    }
    for (path, change) in changes {
        if change.is_ghost() {
            root.put(path, None);
        }
    }
    let mut rows = Vec::new();
    let all = Writer { changes, now, memory, folds };
    for (name, branch) in root.sorted() {
        all.write(name, &ZPath::from(format!("/{name}")), branch, 0, &mut rows);
    }
    rows
}

/// What a key does in the tree, as trees do it everywhere (the tree pattern of the ARIA practices).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    Select(ZPath),
    Fold(ZPath, bool),
}

/// `here`: which row is selected.
pub fn press(rows: &[TreeRow], here: Option<usize>, key: &str) -> Option<Does> {
    let last = rows.len().checked_sub(1)?;
    let to = match key {
        "ArrowDown" => here.map_or(0, |at| (at + 1).min(last)),
        "ArrowUp" => here.map_or(0, |at| at.saturating_sub(1)),
        "Home" => 0,
        "End" => last,
        _ => {
            let (at, row) = (here?, rows.get(here?)?);
            let folds = row.children > 0;
            match key {
                "Enter" if folds => return Some(Does::Fold(row.path.clone(), !row.open)),
                "ArrowRight" if folds && !row.open => return Some(Does::Fold(row.path.clone(), true)),
                "ArrowLeft" if folds && row.open => return Some(Does::Fold(row.path.clone(), false)),
                "ArrowRight" if folds => at + 1,
                // To its parent.
                "ArrowLeft" => rows[..at].iter().rposition(|other| other.depth < row.depth)?,
                _ => return None,
            }
        }
    };
    rows.get(to).map(|row| Does::Select(row.path.clone()))
}

#[derive(Default)]
struct Branch<'a> {
    znode: Option<&'a ZnodeView>,
    children: SortedMap<&'a str, Branch<'a>>,
}

impl<'a> Branch<'a> {
    fn put(&mut self, path: &'a str, znode: Option<&'a ZnodeView>) {
        let mut branch = self;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            branch = branch.children.or_default(part);
        }
        if znode.is_some() {
            branch.znode = znode;
        }
    }

    /// Numbers by value: 10 comes after 9.
    fn sorted(&self) -> Vec<(&'a str, &Branch<'a>)> {
        let mut children: Vec<(&str, &Branch<'_>)> = self.children.iter().map(|(name, child)| (*name, child)).collect();
        children.sort_stably_by(|(a, _), (b, _)| match (a.parse::<u64>(), b.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            _ => a.cmp(b),
        });
        children
    }

    fn has_data(&self) -> bool {
        self.znode.is_none_or(|znode| znode.data.as_ref().is_some_and(|data| !data.is_empty()))
    }
}

struct Writer<'a> {
    changes: &'a SortedMap<ZPath, Change>,
    now: &'a [ZPath],
    memory: &'a Memory,
    folds: &'a SortedMap<ZPath, bool>,
}

/// More children than this are folded unless the reader opens them.
const OPEN_CHILDREN_MAX: usize = 16;
/// ZooKeeper's own znodes, and those that Kafka makes and nobody asks about.
const FOLDED: [&str; 3] = ["/zookeeper", "/config", "/admin"];

impl Writer<'_> {
    fn write(&self, name: &str, path: &ZPath, branch: &Branch<'_>, depth: u16, rows: &mut Vec<TreeRow>) {
        let change = self.change(path, branch);
        // A znode without data and with one child only leads there.
        if change == Change::None
            && !branch.has_data()
            && branch.children.len() == 1
            && depth > 0
            && let Some((child, below)) = branch.children.first_key_value()
        {
            self.write(&format!("{name}/{child}"), &ZPath::from(format!("{path}/{child}")), below, depth, rows);
            return;
        }
        let count = branch.children.len();
        let open = count > 0
            && self.folds.get(path).copied().unwrap_or(count <= OPEN_CHILDREN_MAX && !FOLDED.contains(&&**path));
        rows.push(TreeRow {
            path: path.clone(),
            depth,
            name: name.to_string(),
            data: in_short(path, branch.znode.and_then(|znode| znode.data.as_deref()).unwrap_or_default()),
            ephemeral: branch.znode.is_some_and(|znode| znode.stat.ephemeral_owner.0 != 0),
            children: count as u32,
            open,
            change,
            now: self.now.contains(path),
            hidden_changes: if open || count == 0 { 0 } else { self.changes_below(path) },
        });
        if open {
            for (name, child) in branch.sorted() {
                self.write(name, &ZPath::from(format!("{path}/{name}")), child, depth + 1, rows);
            }
        }
    }

    fn change(&self, path: &ZPath, branch: &Branch<'_>) -> Change {
        match (self.changes.get(path), branch.znode) {
            (None, _) => Change::None,
            (Some(Change::Gone), None) => Change::Gone,
            // Deleted and made again.
            (Some(Change::Gone), Some(_)) => Change::New,
            (Some(Change::Data(_)), Some(znode)) => {
                Change::Data(self.memory.before.get(path).map_or_else(Vec::new, |old| differences(old, &znode.data)))
            }
            (Some(change), _) => change.clone(),
        }
    }

    fn changes_below(&self, path: &str) -> u32 {
        let inside = |other: &str| other.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        self.changes.keys().filter(|other| inside(other)).count() as u32
    }
}

/// What matters of a znode's data: where a broker listens, who leads a partition and who is in its ISR, where the
/// replicas are. Anything else as it is written.
fn in_short(path: &str, data: &str) -> String {
    let Some(payload @ Json::Map(_)) = Json::parse(data) else { return data.to_string() };
    let member = |name: &str| payload.get(name).map(|value| short(value, false));
    let parts = if path.starts_with("/brokers/ids/") {
        member("host").zip(member("port")).map(|(host, port)| format!("{host}:{port}"))
    } else if path.starts_with("/brokers/topics/") {
        let state = member("leader").zip(member("isr"));
        state
            .map(|(leader, isr)| format!("leader {leader} isr {isr}"))
            .or_else(|| payload.get("partitions").map(|replicas| short(replicas, true)))
    } else if path == "/controller" {
        member("brokerid").map(|broker| format!("brokerid {broker}"))
    } else {
        None
    };
    parts.unwrap_or_else(|| data.to_string())
}

/// What differs between two payloads, member by member; as a whole when they are not maps.
fn differences(old: &ZData, new: &ZData) -> Vec<(String, String, String)> {
    let (old, new) = (old.as_deref().unwrap_or_default(), new.as_deref().unwrap_or_default());
    if let (Some(Json::Map(old)), Some(Json::Map(new))) = (Json::parse(old), Json::parse(new)) {
        let value = |members: &[(Arc<str>, Json)], name: &str| {
            members
                .iter()
                .find(|(member, _)| &**member == name)
                .map_or_else(|| "–".to_string(), |(_, value)| short(value, false))
        };
        return new
            .iter()
            .map(|(name, now)| (name.to_string(), value(&old, name), short(now, false)))
            .filter(|(_, old, now)| old != now)
            .collect();
    }
    if old == new { Vec::new() } else { vec![(String::new(), old.to_string(), new.to_string())] }
}

/// On one line. `whole`: as JSON is written; otherwise without quotes and without what is in maps.
pub(super) fn short(value: &Json, whole: bool) -> String {
    match value {
        Json::Text(text) if whole => quoted(text),
        Json::Null => "null".to_string(),
        Json::Bool(yes) => yes.to_string(),
        Json::Int(number) => number.to_string(),
        Json::OtherNumber(text) | Json::Text(text) => text.to_string(),
        Json::List(items) => {
            let items: Vec<String> = items.iter().map(|item| short(item, whole)).collect();
            format!("[{}]", items.join(if whole { ", " } else { "," }))
        }
        Json::Map(members) if members.is_empty() => "{}".to_string(),
        Json::Map(_) => "{…}".to_string(),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::ids::{EventSeq, NodeId, SessionId, Zxid};
    use sim_core::zookeeper::Stat;

    fn znode(path: &str, data: &str, mzxid: u64, owner: u64) -> ZnodeView {
        let stat = Stat { mzxid: Zxid(mzxid), ephemeral_owner: SessionId(owner), ..Stat::default() };
        let data = (!data.is_empty()).then(|| Arc::from(data));
        ZnodeView { path: path.into(), data, stat, owner: None }
    }

    #[test]
    fn a_row_says_first_what_matters_of_its_payload() {
        let broker = r#"{"jmx_port":-1,"timestamp":"1400000000000","host":"broker-1","version":1,"port":9092}"#;
        assert_eq!(in_short("/brokers/ids/1", broker), "broker-1:9092");
        let state = r#"{"controller_epoch":1,"leader":2,"version":1,"leader_epoch":0,"isr":[2,3]}"#;
        assert_eq!(in_short("/brokers/topics/orders/partitions/0/state", state), "leader 2 isr [2,3]");
        assert_eq!(in_short("/controller", r#"{"version":1,"brokerid":2,"timestamp":"1"}"#), "brokerid 2");
        assert_eq!(in_short("/brokers/ids/1", "{}"), "{}", "what is missing is not made up");
        assert_eq!(in_short("/mine", "hello"), "hello");
    }

    fn tree(state: &str, mzxid: u64) -> Vec<ZnodeView> {
        vec![
            znode("/brokers", "", 1, 0),
            znode("/brokers/ids", "", 1, 0),
            znode("/brokers/ids/10", "{}", 1, 7),
            znode("/brokers/ids/9", "{}", 1, 7),
            znode("/brokers/topics", "", 1, 0),
            znode("/brokers/topics/orders", "{}", 1, 0),
            znode("/brokers/topics/orders/partitions", "", 1, 0),
            znode("/brokers/topics/orders/partitions/0", "", 1, 0),
            znode("/brokers/topics/orders/partitions/0/state", state, mzxid, 0),
        ]
    }

    fn names(rows: &[TreeRow]) -> Vec<&str> {
        rows.iter().map(|row| row.name.as_str()).collect()
    }

    #[test]
    fn rows_join_what_only_leads_somewhere_and_sort_numbers_by_value() {
        let rows = rows(&tree("{}", 1), &SortedMap::new(), &[], &Memory::default(), &SortedMap::new());
        assert_eq!(names(&rows), ["brokers", "ids", "9", "10", "topics/orders", "partitions/0/state"]);
        assert!(rows[2].ephemeral && !rows[5].ephemeral);
    }

    #[test]
    fn a_deleted_znode_stays_in_sight_for_a_moment() {
        let mark = Event {
            seq: EventSeq(5),
            step: 5,
            at: SimTime::from_ms(100),
            cause: None,
            node: NodeId::Zk(1),
            fact: ZkFact::ZnodeDeleted { path: "/brokers/ids/3".into(), owner: SessionId(1), zxid: Zxid(9) }.into(),
        };
        let marks = [mark];
        let just = changes(&marks, 6, SimTime::from_ms(120));
        let rows_now = rows(&tree("{}", 1), &just, &[], &Memory::default(), &SortedMap::new());
        let ghost = rows_now.iter().find(|row| row.name == "3").map(|row| row.change.clone());
        assert_eq!(ghost, Some(Change::Gone));
        assert!(changes(&marks, 6, SimTime::from_ms(900)).is_empty(), "it is not just any more");
        assert!(changes(&marks, 5, SimTime::from_ms(100)).is_empty(), "it has not happened yet");
    }

    #[test]
    fn changed_data_says_which_member_changed_from_what() {
        let mut memory = Memory::default();
        memory.look(&Arc::new(tree(r#"{"leader":3,"leader_epoch":3,"isr":[3,2]}"#, 1)));
        let now = tree(r#"{"leader":2,"leader_epoch":4,"isr":[2]}"#, 5);
        memory.look(&Arc::new(now.clone()));
        let path = ZPath::from("/brokers/topics/orders/partitions/0/state");
        let just = SortedMap::from([(path, Change::Data(Vec::new()))]);
        let rows = rows(&now, &just, &[], &memory, &SortedMap::new());
        let change = |name: &str, old: &str, new: &str| (name.to_string(), old.to_string(), new.to_string());
        assert_eq!(
            rows[5].change,
            Change::Data(vec![
                change("leader", "3", "2"),
                change("leader_epoch", "3", "4"),
                change("isr", "[3,2]", "[2]")
            ])
        );
    }

    #[test]
    fn a_folded_znode_says_how_much_changed_inside() {
        let path = ZPath::from("/brokers/topics/orders/partitions/0/state");
        let just = SortedMap::from([(path, Change::Data(Vec::new()))]);
        let folds = SortedMap::from([(ZPath::from("/brokers"), false)]);
        let rows = rows(&tree("{}", 1), &just, &[], &Memory::default(), &folds);
        assert_eq!(names(&rows), ["brokers"]);
        assert_eq!(rows[0].hidden_changes, 1);
    }

    #[test]
    fn going_back_forgets_what_was_before() {
        let mut memory = Memory::default();
        memory.look(&Arc::new(tree("{\"leader\":3}", 1)));
        memory.look(&Arc::new(tree("{\"leader\":2}", 5)));
        memory.look(&Arc::new(tree("{\"leader\":3}", 1)));
        assert!(memory.before.is_empty());
    }

    #[test]
    fn the_keys_walk_and_fold() {
        let rows = rows(&tree("{}", 1), &SortedMap::new(), &[], &Memory::default(), &SortedMap::new());
        let press = |here: Option<usize>, key: &str| super::press(&rows, here, key);
        let select = |at: usize| Some(Does::Select(rows[at].path.clone()));
        assert_eq!(press(None, "ArrowDown"), select(0));
        assert_eq!(press(Some(5), "ArrowDown"), select(5), "the last row is the end");
        assert_eq!(press(Some(3), "Home"), select(0));
        assert_eq!(press(Some(0), "End"), select(5));
        assert_eq!(press(Some(1), "ArrowLeft"), Some(Does::Fold("/brokers/ids".into(), false)));
        assert_eq!(press(Some(1), "ArrowRight"), select(2));
        assert_eq!(press(Some(3), "ArrowLeft"), select(1), "to its parent");
        assert_eq!(press(Some(1), "Enter"), Some(Does::Fold("/brokers/ids".into(), false)));
        assert_eq!(press(Some(3), "Enter"), None);
        assert_eq!(press(Some(3), "x"), None);
    }

    #[test]
    fn a_lagging_server_shows_what_it_lacks() {
        let latest = tree(r#"{"leader":2}"#, 5);
        let mut seen = tree(r#"{"leader":3}"#, 1);
        seen.retain(|znode| &*znode.path != "/brokers/ids/10");
        seen.push(znode("/controller", "{}", 1, 7));
        let lag = lag(&seen, &latest);
        let rows = rows(&seen, &lag, &[], &Memory::default(), &SortedMap::new());
        let of = |name: &str| rows.iter().find(|row| row.name == name).map(|row| row.change.clone());
        assert_eq!(of("10"), Some(Change::Missing));
        assert_eq!(of("9"), Some(Change::None));
        assert_eq!(of("controller"), Some(Change::Leftover));
        let members = vec![("leader".to_string(), "3".to_string(), "2".to_string())];
        assert_eq!(of("partitions/0/state"), Some(Change::Older(members)));
    }

    #[test]
    fn what_this_very_step_did_is_told_from_what_was_shortly_before() {
        let mark = |seq: u64, path: &str| Event {
            seq: EventSeq(seq),
            step: seq,
            at: SimTime::from_ms(100),
            cause: None,
            node: NodeId::Zk(1),
            fact: ZkFact::ZnodeCreated { path: path.into(), owner: SessionId(0), zxid: Zxid(seq) }.into(),
        };
        let marks = [mark(4, "/brokers/ids/9"), mark(5, "/brokers/ids/10"), mark(7, "/config")];
        assert_eq!(changed_now(&marks, 6), [ZPath::from("/brokers/ids/10")]);
        assert!(changed_now(&marks, 7).is_empty(), "the next step has nothing to do with it");
        let just = changes(&marks, 6, SimTime::from_ms(120));
        let rows = rows(&tree("{}", 1), &just, &changed_now(&marks, 6), &Memory::default(), &SortedMap::new());
        let marked: Vec<(&str, bool)> =
            rows.iter().filter(|row| row.change == Change::New).map(|row| (row.name.as_str(), row.now)).collect();
        assert_eq!(marked, [("9", false), ("10", true)]);
    }
}
