//! What a scenario looks at, as a user of the real system would see it. The shapes are the format's
//! (`observe` in the scenario files); values that differ in every run have names instead. The shapes of what a
//! ZooKeeper client reads do not depend on whose it is: a real client's answers take the same form.

use crate::client::Watched;
use crate::engine::node::Node;
use crate::engine::sim::Sim;
use crate::engine::system::System;
use crate::ids::*;
use crate::json::Json;
use crate::kafka::{LeaderAndIsr, znodes};
use crate::scenario::{Answer, Failure};
use crate::view::reader;
use crate::view::reader::Reader;
use crate::zookeeper::{ServerRole, Stat, ZData, ZkReply};
use std::sync::Arc;

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// The answers to everything asked so far.
    Results,
    /// What the default watchers of bare clients heard.
    Events,
    /// The tree from this path on, with data and stats.
    Znodes(ZPath),
    /// The servers with their roles.
    Ensemble,
    /// Each partition with its replicas, leader and ISR.
    Topics,
    /// Who has /controller, and the epoch.
    Controller,
    /// Members, owners and committed offsets.
    Groups,
    /// A partition's log, as its leader has it.
    Log(TopicPartition),
    /// What each consumer was given.
    Received,
}

impl Observed {
    /// Its key among the observations.
    pub fn name(&self) -> String {
        match self {
            Observed::Results => "results".into(),
            Observed::Events => "events".into(),
            Observed::Znodes(path) => format!("znodes:{path}"),
            Observed::Ensemble => "ensemble".into(),
            Observed::Topics => "topics".into(),
            Observed::Controller => "controller".into(),
            Observed::Groups => "groups".into(),
            Observed::Log(tp) => format!("log:{tp}"),
            Observed::Received => "received".into(),
        }
    }
}

/// Looks at everything that is named. `answers`: all so far, in their order.
pub(crate) fn observe<'a>(sim: &Sim, answers: impl Iterator<Item = &'a Answer>, names: &[Observed]) -> Json {
    let system = sim.system();
    let answers: Vec<&Answer> = answers.collect();
    let look = |observed: &Observed| match observed {
        Observed::Results => Json::List(answers.iter().map(|answer| given(system, answer)).collect()),
        Observed::Events => events(system),
        Observed::Znodes(path) => subtree(system, path),
        Observed::Ensemble => ensemble(system),
        Observed::Topics => topics(system),
        Observed::Controller => {
            controller_of(Reader::user(system).controller(), Reader::user(system).controller_epoch())
        }
        Observed::Groups => groups(system),
        Observed::Log(tp) => log(system, tp),
        Observed::Received => received(system),
    };
    Json::Map(names.iter().map(|observed| (observed.name().into(), look(observed))).collect())
}

fn map<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Map(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn text(text: &str) -> Json {
    Json::Text(text.into())
}

fn int(number: impl Into<i64>) -> Json {
    Json::Int(number.into())
}

/// An offset or a count; none of ours comes near the limit.
fn count(number: u64) -> Json {
    Json::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn name_of(system: &System, id: NodeId) -> Json {
    system.slot(id).map_or(Json::Null, |slot| Json::Text(slot.name.clone()))
}

fn ids(brokers: &[BrokerId]) -> Json {
    Json::List(brokers.iter().map(|id| int(*id)).collect())
}

// ----- answers and events -----

fn given(system: &System, answer: &Answer) -> Json {
    let failure = |failure: &Failure| (failure.error.into(), failure.each.clone());
    result(name_of(system, answer.client), answer.op, answer.outcome.clone().map_err(|error| failure(&error)))
}

/// One entry of the results: a value, or the error's name and how each of several went.
pub fn result(client: Json, op: &str, outcome: Result<Json, (Arc<str>, Option<Json>)>) -> Json {
    let mut members = vec![(Arc::from("client"), client), (Arc::from("op"), text(op))];
    match outcome {
        Ok(value) => members.push(("value".into(), value)),
        Err((error, each)) => {
            members.push(("error".into(), Json::Text(error)));
            if let Some(each) = each {
                members.push(("results".into(), each));
            }
        }
    }
    Json::Map(members)
}

/// What is shown for a session that owns a znode.
pub type OwnerName<'a> = &'a dyn Fn(SessionId) -> Json;

/// A ZooKeeper answer, as results show it: stats without zxids and times.
pub fn reply(owner: OwnerName<'_>, reply: &ZkReply) -> Json {
    match reply {
        ZkReply::Created(path) => Json::Text(path.clone()),
        ZkReply::Deleted | ZkReply::Synced | ZkReply::Checked => text("ok"),
        ZkReply::Exists(stat) => stat.as_ref().map_or(Json::Null, |stat| Json::Map(plain_stat(owner, stat))),
        ZkReply::Data(data, stat) => map([("data", data_as_seen(data)), ("stat", Json::Map(plain_stat(owner, stat)))]),
        ZkReply::Set(stat) => Json::Map(plain_stat(owner, stat)),
        ZkReply::Children(names, _) => Json::List(names.iter().map(|name| Json::Text(name.clone())).collect()),
        ZkReply::Multi(replies) => Json::List(replies.iter().map(|one| self::reply(owner, one)).collect()),
    }
}

/// Sessions by the names of their clients.
pub fn owners(system: &System) -> impl Fn(SessionId) -> Json {
    |session| match reader::client_of(system, session) {
        Some(client) => name_of(system, client),
        None => unknown_owner(session),
    }
}

/// A session that is nobody's.
pub fn unknown_owner(session: SessionId) -> Json {
    Json::Text(format!("<session {session}>").into())
}

fn events(system: &System) -> Json {
    let clients = system.slots().iter().filter(|slot| matches!(slot.id, NodeId::ZkShell(_)));
    Json::Map(
        clients
            .map(|slot| {
                let seen = reader::watched(system, slot.id).iter().map(|watched| match watched {
                    Watched::State(state) => state_event(state.name()),
                    Watched::Event(event, path) => watch_event(event.name(), path),
                });
                (slot.name.clone(), Json::List(seen.collect()))
            })
            .collect(),
    )
}

/// A state, as a client's default watcher gets it.
pub fn state_event(state: &str) -> Json {
    map([("state", text(state))])
}

/// A watch that fired, as a client's default watcher gets it.
pub fn watch_event(event: &str, path: &str) -> Json {
    map([("event", text(event)), ("path", text(path))])
}

// ----- znodes -----

/// Data that is JSON is parsed.
fn data_as_seen(data: &ZData) -> Json {
    match data {
        None => Json::Null,
        Some(data) => Json::parse(data).unwrap_or_else(|| Json::Text(data.clone())),
    }
}

fn plain_stat(owner: OwnerName<'_>, stat: &Stat) -> Vec<(Arc<str>, Json)> {
    let owner = if stat.ephemeral_owner == SessionId(0) { Json::Null } else { owner(stat.ephemeral_owner) };
    vec![
        ("version".into(), int(stat.version)),
        ("cversion".into(), int(stat.cversion)),
        ("aversion".into(), int(stat.aversion)),
        ("numChildren".into(), int(stat.num_children)),
        ("dataLength".into(), int(stat.data_length)),
        ("ephemeralOwner".into(), owner),
    ]
}

/// A znode and all below it, without /zookeeper.
fn subtree(system: &System, root: &str) -> Json {
    znodes(&Masks::of(system), &owners(system), &Reader::user(system).subtree(root))
}

/// Znodes with data and stat; zxids as ranks among all that are shown.
pub fn znodes(masks: &Masks, owner: OwnerName<'_>, found: &[(&ZPath, &ZData, Stat)]) -> Json {
    let mut zxids: Vec<Zxid> = found.iter().flat_map(|(_, _, stat)| [stat.czxid, stat.mzxid, stat.pzxid]).collect();
    zxids.sort_unstable();
    zxids.dedup();
    let rank = |zxid: Zxid| count(1 + zxids.partition_point(|other| *other < zxid) as u64);
    let seen = found.iter().map(|(path, data, stat)| {
        let as_it_is = data_as_seen(data);
        let masked = masks.data(path, as_it_is.clone());
        let mut stat_seen = plain_stat(owner, stat);
        // As long as what it stands for, which differs in every run.
        if masked != as_it_is
            && let Some((_, length)) = stat_seen.iter_mut().find(|(key, _)| &**key == "dataLength")
        {
            *length = text("<length>");
        }
        let mut members = vec![("data".into(), masked)];
        members.extend(stat_seen);
        members.push(("czxid".into(), rank(stat.czxid)));
        members.push(("mzxid".into(), rank(stat.mzxid)));
        members.push(("pzxid".into(), rank(stat.pzxid)));
        (masks.text(path), Json::Map(members))
    });
    Json::Map(seen.collect())
}

/// What stands for the id of a client's process: one that was started again is another process.
fn id_mask(client: &str, process: u32) -> String {
    match process {
        1 => format!("<id {client}>"),
        later => format!("<id {client}#{later}>"),
    }
}

/// The id of a consumer's process.
#[derive(Clone, Debug)]
pub struct ConsumerId {
    /// As ZooKeeper has it: the group, and behind it what differs in every run.
    pub id: Arc<str>,
    /// `group.id`
    pub group: Arc<str>,
    /// What the story calls the consumer.
    pub name: Arc<str>,
    /// Which of its processes, from 1 on.
    pub nth: u32,
}

/// Names for what differs in every run.
#[derive(Default)]
pub struct Masks {
    /// The random part of a consumer's id, and what stands for it.
    ids: Vec<(Arc<str>, String)>,
}

impl Masks {
    fn of(system: &System) -> Masks {
        let mut processes = Vec::new();
        for slot in system.slots() {
            let Node::Consumer(consumer) = &*slot.node else { continue };
            for (nth, id) in (1..).zip(consumer.ids()) {
                processes.push(ConsumerId {
                    id: id.clone(),
                    group: consumer.group().clone(),
                    name: slot.name.clone(),
                    nth,
                });
            }
        }
        Masks::of_consumers(&processes)
    }

    /// For these ids of consumers.
    pub fn of_consumers(processes: &[ConsumerId]) -> Masks {
        let mut ids = Vec::new();
        for ConsumerId { id, group, name, nth } in processes {
            let random = id.strip_prefix(&**group).and_then(|id| id.strip_prefix('_'));
            ids.extend(random.map(|random| (Arc::<str>::from(random), id_mask(name, *nth))));
        }
        // The longest first: an id may be the beginning of another.
        ids.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Masks { ids }
    }

    fn text(&self, text: &str) -> Arc<str> {
        let mut text = text.to_owned();
        for (random, mask) in &self.ids {
            text = text.replace(&**random, mask);
        }
        text.into()
    }

    fn data(&self, path: &str, data: Json) -> Json {
        match data {
            Json::Text(text) => Json::Text(self.text(&text)),
            Json::List(items) => Json::List(items.into_iter().map(|item| self.data(path, item)).collect()),
            Json::Map(members) => Json::Map(
                members
                    .into_iter()
                    .map(|(key, value)| {
                        let value = match &*key {
                            "timestamp" => text("<ms>"),
                            "port" if path.starts_with(znodes::BROKER_IDS) => {
                                Json::Text(format!("<port broker-{}>", &path[znodes::BROKER_IDS.len() + 1..]).into())
                            }
                            _ => self.data(path, value),
                        };
                        (self.text(&key), value)
                    })
                    .collect(),
            ),
            other => other,
        }
    }
}

// ----- ensemble and cluster -----

fn ensemble(system: &System) -> Json {
    let servers = system.slots().iter().filter(|slot| matches!(slot.id, NodeId::Zk(_)));
    let roles = servers.map(|slot| (slot.name.clone(), reader::role(system, slot.id)));
    ensemble_of(roles, reader::same_tree(system))
}

/// Each server's role, and whether all live ones hold the same tree.
pub fn ensemble_of(roles: impl Iterator<Item = (Arc<str>, Option<ServerRole>)>, is_same_tree: bool) -> Json {
    let roles = roles.map(|(name, role)| (name, text(role_name(role)))).collect();
    map([("roles", Json::Map(roles)), ("same_tree", Json::Bool(is_same_tree))])
}

/// Who has /controller, and the epoch.
pub fn controller_of(id: Option<BrokerId>, epoch: Option<u32>) -> Json {
    map([("id", id.map_or(Json::Null, int)), ("epoch", epoch.map_or(Json::Null, int))])
}

fn topics(system: &System) -> Json {
    let reader = Reader::user(system);
    topics_of(reader.topics(), &|tp| reader.partition_state(tp))
}

/// Each partition with its replicas and its state, as far as it has one.
pub fn topics_of(
    topics: Vec<(Topic, znodes::Assignment)>,
    state: &dyn Fn(&TopicPartition) -> Option<LeaderAndIsr>,
) -> Json {
    let mut seen = Vec::new();
    for (topic, assignment) in topics {
        for (partition, replicas) in assignment {
            let tp = TopicPartition::new(&topic, partition);
            let (leader, isr, epoch) = match state(&tp) {
                Some(state) => (int(state.leader.map_or(-1, i64::from)), ids(&state.isr), int(state.leader_epoch)),
                None => (Json::Null, Json::Null, Json::Null),
            };
            let members = [("leader", leader), ("isr", isr), ("replicas", ids(&replicas)), ("leader_epoch", epoch)];
            seen.push((tp.to_string().into(), map(members)));
        }
    }
    Json::Map(seen)
}

fn groups(system: &System) -> Json {
    let groups = Reader::user(system).groups().into_iter().map(|group| {
        let owner = |id: Option<NodeId>| id.map_or(Json::Null, |id| name_of(system, id));
        let owners = group.owners.into_iter().map(|(tp, id)| (tp, owner(id))).collect();
        (group.name, owners, group.offsets)
    });
    groups_of(groups)
}

/// A group's name, the owner of each partition, and what was committed.
pub type Group = (Arc<str>, Vec<(TopicPartition, Json)>, Vec<(TopicPartition, u64)>);

/// Owners and committed offsets of each group.
pub fn groups_of(groups: impl Iterator<Item = Group>) -> Json {
    let group = |(name, owners, offsets): Group| {
        let owners = owners.into_iter().map(|(tp, owner)| (tp.to_string().into(), owner));
        let offsets = offsets.iter().map(|(tp, offset)| (tp.to_string().into(), count(*offset)));
        let members = [("owners", Json::Map(owners.collect())), ("offsets", Json::Map(offsets.collect()))];
        (name, map(members))
    };
    Json::Map(groups.map(group).collect())
}

/// As a consumer of the leader could read it; without a leader there is nobody to ask.
fn log(system: &System, tp: &TopicPartition) -> Json {
    let Some(log) = reader::leader_log(system, tp) else { return Json::Null };
    let records = log.records.into_iter().map(|record| (record.offset, record.key, Some(record.value)));
    log_of(records, log.log_end, log.high_watermark)
}

/// Records with offset, key and value, and the two ends.
pub fn log_of(
    records: impl Iterator<Item = (u64, Option<Arc<str>>, Option<Arc<str>>)>,
    log_end: u64,
    high_watermark: u64,
) -> Json {
    let text = |text: Option<Arc<str>>| text.map_or(Json::Null, Json::Text);
    let records = records
        .map(|(offset, key, value)| map([("offset", count(offset)), ("key", text(key)), ("value", text(value))]));
    map([
        ("records", Json::List(records.collect())),
        ("log_end", count(log_end)),
        ("high_watermark", count(high_watermark)),
    ])
}

fn received(system: &System) -> Json {
    let consumers = system.slots().iter().filter(|slot| matches!(slot.id, NodeId::Consumer(_)));
    received_of(consumers.map(|slot| (slot.name.clone(), reader::received(system, slot.id))))
}

/// A consumer's name, and the offsets that its application was given of each partition.
pub type Received = (Arc<str>, Vec<(TopicPartition, Vec<u64>)>);

/// What each consumer's application was given.
pub fn received_of(consumers: impl Iterator<Item = Received>) -> Json {
    let each = |(name, partitions): Received| {
        let partitions = partitions
            .into_iter()
            .map(|(tp, offsets)| (tp.to_string().into(), Json::List(offsets.into_iter().map(count).collect())));
        (name, Json::Map(partitions.collect()))
    };
    Json::Map(consumers.map(each).collect())
}

/// A role's name in observations.
pub const fn role_name(role: Option<ServerRole>) -> &'static str {
    match role {
        Some(ServerRole::Leading) => "leader",
        Some(ServerRole::Following) => "follower",
        Some(ServerRole::Looking) => "looking",
        Some(ServerRole::Standalone) => "standalone",
        None => "down",
    }
}
