//! Orders and their answers, as seen from outside.

use crate::client::zk_consumer::OwnedPartition;
use crate::client::{Produced, ProducerClient, Written};
use crate::engine::node::Node;
use crate::engine::system::System;
use crate::ids::*;
use crate::json::Json;
use crate::order::{Order, ShellOp};
use crate::scenario::Failure;
use crate::scenario::observation;
use crate::zookeeper::{ZkError, ZkResult};

/// How many answers a node has been asked for; the next order's answer has this number.
pub(crate) fn answers_expected(system: &System, id: NodeId) -> usize {
    match system.node(id) {
        Some(Node::ZkShell(shell)) => shell.asked.len(),
        Some(Node::Producer(producer)) => producer.results().len(),
        Some(Node::Admin(admin)) => admin.results().len(),
        Some(Node::Zk(_) | Node::Broker(_) | Node::Consumer(_)) | None => 0,
    }
}

pub(crate) fn is_answered(system: &System, id: NodeId, asked: usize, order: &Order) -> bool {
    match system.node(id) {
        Some(Node::ZkShell(shell)) => shell.asked.get(asked).is_some_and(|asked| asked.answer.is_some()),
        Some(Node::Admin(admin)) => admin.results().get(asked).is_some_and(Option::is_some),
        Some(Node::Producer(producer)) => {
            let Order::Produce(records) = order else { return false };
            let told = producer.results().get(asked..).unwrap_or_default();
            told.len() >= records.len() && told.iter().all(|produced| produced.outcome.is_some())
        }
        Some(Node::Zk(_) | Node::Broker(_) | Node::Consumer(_)) | None => false,
    }
}

/// Whether an order without an answer has done what it does: a stopped process has ended, what was handed
/// out is committed.
pub(crate) fn has_taken_effect(system: &System, id: NodeId, order: &Order) -> bool {
    match order {
        Order::Stop => !system.process(id).is_up(),
        Order::Commit => {
            let Some(Node::Consumer(consumer)) = system.node(id) else { return true };
            let is_committed = |owned: &OwnedPartition| owned.position.is_none() || owned.committed == owned.position;
            consumer.owned().iter().all(is_committed)
        }
        Order::Produce(_)
        | Order::ProduceSteadily { .. }
        | Order::CreateTopic(_)
        | Order::AddPartitions { .. }
        | Order::Zk(_) => true,
    }
}

/// The answer to the order with this number.
pub(crate) fn answer(system: &System, id: NodeId, asked: usize, order: &Order) -> Result<Json, Failure> {
    let nothing = || Failure { error: ZkError::ConnectionLoss.name(), each: None };
    match system.node(id) {
        Some(Node::ZkShell(shell)) => {
            let asked = shell.asked.get(asked).ok_or_else(nothing)?;
            let answer = asked.answer.as_ref().ok_or_else(nothing)?;
            zk_answer(system, &asked.op, answer)
        }
        Some(Node::Admin(admin)) => match admin.results().get(asked).copied().flatten() {
            Some(Ok(())) => Ok(Json::Text("ok".into())),
            Some(Err(error)) => Err(Failure { error, each: None }),
            None => Err(nothing()),
        },
        Some(Node::Producer(producer)) if matches!(order, Order::Produce(_)) => {
            let told = producer.results().get(asked..).unwrap_or_default();
            match producer.config().client {
                ProducerClient::Java => produce_answer(told),
                ProducerClient::Scala(_) => match first_error(told) {
                    None => Ok(Json::Text("ok".into())),
                    Some(error) => Err(Failure { error, each: None }),
                },
            }
        }
        Some(Node::Zk(_) | Node::Broker(_) | Node::Producer(_) | Node::Consumer(_)) | None => Err(nothing()),
    }
}

fn zk_answer(system: &System, op: &ShellOp, answer: &ZkResult) -> Result<Json, Failure> {
    match answer {
        Ok(_) if *op == ShellOp::Close => Ok(Json::Text("ok".into())),
        Ok(reply) => Ok(observation::reply(&observation::owners(system), reply)),
        Err(failure) => {
            let each = failure.multi.iter().map(|error| Json::Text(error.map_or("ok", ZkError::name).into()));
            let each = (!failure.multi.is_empty()).then(|| Json::List(each.collect()));
            Err(Failure { error: failure.error.name(), each })
        }
    }
}

/// As `RecordMetadata` has it.
const UNKNOWN_OFFSET: i64 = -1;

/// Each record's partition and offset; the first error's name, when one failed.
fn produce_answer(told: &[Produced]) -> Result<Json, Failure> {
    let record = |produced: &Produced| match produced.outcome {
        Some(Ok(Some(Written { partition, offset }))) => {
            let offset = offset.map_or(UNKNOWN_OFFSET, |offset| offset as i64);
            Json::Map(vec![("partition".into(), Json::Int(i64::from(partition))), ("offset".into(), Json::Int(offset))])
        }
        Some(Err(error)) => Json::Text(error.into()),
        Some(Ok(None)) | None => Json::Null,
    };
    let each = Json::List(told.iter().map(record).collect());
    match first_error(told) {
        None => Ok(each),
        Some(error) => Err(Failure { error, each: Some(each) }),
    }
}

fn first_error(told: &[Produced]) -> Option<&'static str> {
    told.iter().find_map(|produced| produced.outcome.and_then(Result::err))
}
