//! Orders and their answers, as whoever gave the order sees them.

use crate::client::zk_shell::ShellOp;
use crate::command::Order;
use crate::ids::*;
use crate::json::Json;
use crate::observe;
use crate::scenario::Failure;
use crate::system::{Node, System};
use crate::zookeeper::{ZkError, ZkOp, ZkResult};

/// How many answers a node has been asked for; the next order's answer has this number.
pub fn answers_expected(system: &System, id: NodeId) -> usize {
    match system.node(id) {
        Some(Node::ZkShell(shell)) => shell.asked.len(),
        _ => 0,
    }
}

pub fn is_answered(system: &System, id: NodeId, asked: usize, order: &Order) -> bool {
    match (system.node(id), order) {
        (Some(Node::ZkShell(shell)), _) => shell.asked.get(asked).is_some_and(|asked| asked.answer.is_some()),
        _ => false,
    }
}

/// The answer to the order with this number.
pub fn answer(system: &System, id: NodeId, asked: usize, order: &Order) -> Result<Json, Failure> {
    let nothing = || Failure { error: ZkError::ConnectionLoss.name(), each: None };
    match (system.node(id), order) {
        (Some(Node::ZkShell(shell)), _) => {
            let asked = shell.asked.get(asked).ok_or_else(nothing)?;
            let answer = asked.answer.as_ref().ok_or_else(nothing)?;
            zk_answer(system, &asked.op, answer)
        }
        _ => Err(nothing()),
    }
}

fn zk_answer(system: &System, op: &ShellOp, answer: &ZkResult) -> Result<Json, Failure> {
    match answer {
        Ok(_) if *op == ShellOp::Close => Ok(Json::Text("ok".into())),
        Ok(reply) => Ok(observe::reply(system, reply)),
        Err(failure) => {
            let each = failure.multi.iter().map(|error| Json::Text(error.map_or("ok", ZkError::name).into()));
            let each = (!failure.multi.is_empty()).then(|| Json::List(each.collect()));
            Err(Failure { error: failure.error.name(), each })
        }
    }
}

/// An operation's name, as scenarios write it.
pub fn op_name(op: &ZkOp) -> &'static str {
    match op {
        ZkOp::Create { .. } => "create",
        ZkOp::Delete { .. } => "delete",
        ZkOp::Exists { .. } => "exists",
        ZkOp::GetData { .. } => "get_data",
        ZkOp::SetData { .. } => "set_data",
        ZkOp::GetChildren { .. } => "get_children",
        ZkOp::Sync { .. } => "sync",
        ZkOp::Check { .. } => "check",
        ZkOp::Multi(_) => "multi",
    }
}
