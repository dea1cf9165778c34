//! An ensemble alone: its leader dies, and what follows is told phase by phase.

use super::{kill, start};
use crate::i18n::story::Line;
use crate::i18n::{Lang, Names};
use crate::tale::{ask, say, until, when};
use crate::view_model::text;
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::ids::*;
use sim_core::order::Order;
use sim_core::order::ShellOp;
use sim_core::release::ZkVersion;
use sim_core::scenario::Step;
use sim_core::scenario::condition::Condition;
use sim_core::scenario::question::Question;
use sim_core::scenario::whole::Whole;
use sim_core::view::frame::{Frame, Seen, ServerRole, ServerView};
use sim_core::zookeeper::{CreateMode, ServerRole as Role, ZkOp};

const OWNER: NodeId = NodeId::ZkShell(1);
const WATCHER: NodeId = NodeId::ZkShell(2);
const LOCK: &str = "/lock";
/// It leads when the scene begins, and this is its epoch.
const LEADER: NodeId = NodeId::Zk(5);
const EPOCH: u32 = 1;

/// Five servers, one client that takes a lock and one that waits for it.
pub(super) fn setup() -> Setup {
    let servers = [1, 2, 3, 4, 5];
    Setup::zookeeper(ZkVersion::V3_9).servers(5).zk_shell("app-a", &servers, 10_000).zk_shell("app-b", &servers, 10_000)
}

pub(super) fn steps() -> Vec<Step> {
    let create = ZkOp::Create { path: LOCK.into(), data: Some("app-a".into()), mode: CreateMode::Ephemeral };
    let watch = ZkOp::Exists { path: LOCK.into(), watch: true };
    vec![
        say(Line::Leader0),
        order(OWNER, create),
        say(Line::Leader1),
        order(WATCHER, watch),
        say(Line::Leader2),
        kill(LEADER),
        until(Whole::NoServerServes),
        say(Line::Leader3),
        ask(Line::LeaderAsk, Question::EnsembleLeader),
        until(Whole::EnsembleLeaderIsChosen),
        say(Line::Leader4),
        until(Whole::EnsembleEpoch(EPOCH + 1)),
        say(Line::Leader5),
        until(Whole::ServerServes),
        say(Line::Leader6),
        until(Whole::ZkClientsAreConnected),
        until(Whole::ZkRequestsAreAnswered),
        say(Line::Leader7),
        kill(OWNER),
        when(Condition::ZnodeGone(LOCK.into())),
        until(Whole::ZkRequestsAreAnswered),
        say(Line::Leader8),
        start(LEADER),
        when(Condition::Role { node: LEADER, is: Some(Role::Following) }),
        say(Line::Leader9),
    ]
}

fn order(client: NodeId, op: ZkOp) -> Step {
    Step::Do(Command::Order(client, Order::Zk(ShellOp::Zk(op))))
}

/// A majority named it, whether it serves already or not.
fn leading(frame: &Frame) -> Option<Seen<'_, ServerView>> {
    frame.servers().find(|server| server.role == Some(ServerRole::Leading))
}

pub(super) fn words(line: Line, frame: &Frame, lang: Lang) -> String {
    let names = Names::of(frame);
    let node = |id: NodeId| names.say(id, lang);
    let leader = leading(frame);
    let zxid = frame.znode(LOCK).map_or(Zxid::default(), |lock| lock.stat.czxid);
    let server = frame.node(WATCHER).and_then(|watcher| watcher.card.zk()?.server);
    line.say(
        lang,
        &[
            ("leader", node(leader.map_or(LEADER, |leader| leader.id))),
            ("epoch", leader.map_or(EPOCH, |leader| leader.epoch).to_string()),
            ("dead", node(LEADER)),
            ("owner", node(OWNER)),
            ("watcher", node(WATCHER)),
            ("server", server.map_or_else(|| Line::Somebody.say(lang, &[]), node)),
            ("zxid", text::zxid(zxid)),
        ],
    )
}
