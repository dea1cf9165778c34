//! From the fields of a real answer to what the results show, through the simulator's own types: so the shapes are
//! the same by construction.

use std::sync::Arc;

use sim_core::ids::{SessionId, Zxid};
use sim_core::json::Json;
use sim_core::order::ShellOp;
use sim_core::scenario::observation;
use sim_core::scenario::observation::OwnerName;
use sim_core::zookeeper::{Stat, ZkOp, ZkReply};

use crate::real::wire::Field;

/// A value as the results show it, or the error's name and how each of several went.
pub(in crate::real) type Answer = Result<Json, (Arc<str>, Option<Json>)>;

/// How many fields a stat has.
const STAT_FIELDS: usize = 9;

/// What an operation gave: nothing when the process says that the library stayed silent, or makes no sense.
pub(in crate::real) fn outcome(op: &ShellOp, fields: &[Field], owner: OwnerName<'_>) -> Option<Answer> {
    let rest = fields.get(2..).unwrap_or_default();
    match fields.first()?.as_deref()? {
        "value" => {
            let reply = match op {
                ShellOp::Close => ZkReply::Deleted,
                ShellOp::Zk(op) | ShellOp::Typed(_, op) => reply(op, rest)?,
                ShellOp::ListAll { .. } | ShellOp::DeleteAll { .. } => return None,
            };
            Some(Ok(observation::reply(owner, &reply)))
        }
        "error" => {
            let (name, each) = rest.split_first()?;
            let each: Vec<Json> =
                each.iter().map(|one| Json::Text(one.as_deref().unwrap_or_default().into())).collect();
            Some(Err((name.as_deref()?.into(), (!each.is_empty()).then_some(Json::List(each)))))
        }
        _ => None,
    }
}

fn reply(op: &ZkOp, fields: &[Field]) -> Option<ZkReply> {
    let text = |nth: usize| fields.get(nth)?.as_deref();
    Some(match op {
        ZkOp::Create { .. } => ZkReply::Created(text(0)?.into()),
        ZkOp::Delete { .. } => ZkReply::Deleted,
        ZkOp::Sync { .. } => ZkReply::Synced,
        ZkOp::Check { .. } => ZkReply::Checked,
        ZkOp::Exists { .. } if fields.is_empty() => ZkReply::Exists(None),
        ZkOp::Exists { .. } => ZkReply::Exists(Some(stat(fields)?)),
        ZkOp::GetData { .. } => ZkReply::Data(fields.first()?.as_deref().map(Arc::from), stat(fields.get(1..)?)?),
        ZkOp::SetData { .. } => ZkReply::Set(stat(fields)?),
        ZkOp::GetChildren { .. } => {
            let mut names: Vec<Arc<str>> = fields.iter().filter_map(Option::as_deref).map(Arc::from).collect();
            // The real order is arbitrary.
            names.sort();
            ZkReply::Children(names, Stat::default())
        }
        ZkOp::Multi(_) => ZkReply::Multi(multi(fields)?),
    })
}

fn multi(mut fields: &[Field]) -> Option<Vec<ZkReply>> {
    let mut replies = Vec::new();
    while let Some((kind, rest)) = fields.split_first() {
        let taken = match kind.as_deref()? {
            "created" => {
                replies.push(ZkReply::Created(rest.first()?.as_deref()?.into()));
                1
            }
            "set" => {
                replies.push(ZkReply::Set(stat(rest)?));
                STAT_FIELDS
            }
            _ => {
                replies.push(ZkReply::Checked);
                0
            }
        };
        fields = rest.get(taken..)?;
    }
    Some(replies)
}

/// A stat without times: they differ in every run.
pub(in crate::real) fn stat(fields: &[Field]) -> Option<Stat> {
    let text = |nth: usize| fields.get(nth)?.as_deref();
    let hex = |nth: usize| u64::from_str_radix(text(nth)?, 16).ok();
    let int = |nth: usize| text(nth)?.parse::<i32>().ok();
    let count = |nth: usize| text(nth)?.parse::<u32>().ok();
    Some(Stat {
        czxid: Zxid(hex(0)?),
        mzxid: Zxid(hex(1)?),
        pzxid: Zxid(hex(2)?),
        version: int(3)?,
        cversion: int(4)?,
        aversion: int(5)?,
        num_children: count(6)?,
        data_length: count(7)?,
        ephemeral_owner: SessionId(hex(8)?),
        ..Stat::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "100000002\t100000003\tffffffffffffffff\t1\t-1\t0\t2\t3\t1000a";

    fn told(op: ZkOp, line: &str) -> Option<Answer> {
        let owner: OwnerName<'_> = &|session| observation::unknown_owner(session);
        outcome(&ShellOp::Zk(op), &crate::real::wire::fields(line), owner)
    }

    #[test]
    fn data_and_stat_are_read_and_an_absent_znode_is_null() {
        let seen = told(ZkOp::GetData { path: "/a".into(), watch: false }, &format!("value\t1\t7\t{STAT}"));
        let seen = seen.and_then(Result::ok).expect("it is a value");
        assert_eq!(seen.get("data"), Some(&Json::Int(7)));
        let stat = seen.get("stat").expect("it has a stat");
        assert_eq!(stat.get("cversion"), Some(&Json::Int(-1)));
        assert_eq!(stat.get("ephemeralOwner"), Some(&Json::Text("<session 0x1000a>".into())));
        assert_eq!(told(ZkOp::Exists { path: "/a".into(), watch: false }, "value\t1"), Some(Ok(Json::Null)));
    }

    #[test]
    fn a_failed_multi_says_how_each_fared() {
        let seen = told(ZkOp::Multi(Vec::new()), "error\t1\tNoNode\tok\tNoNode\tRuntimeInconsistency");
        let (name, each) = seen.and_then(Result::err).expect("it is an error");
        assert_eq!(&*name, "NoNode");
        assert_eq!(each.and_then(|each| each.as_list().map(<[Json]>::len)), Some(3));
    }

    #[test]
    fn the_answers_of_a_multi_are_told_apart() {
        let seen = told(ZkOp::Multi(Vec::new()), &format!("value\t1\tcreated\t/a\tset\t{STAT}\tok"));
        let seen = seen.and_then(Result::ok).expect("it is a value");
        assert_eq!(seen.as_list().map(<[Json]>::len), Some(3));
    }

    #[test]
    fn nonsense_is_no_answer() {
        for line in ["", "value", "value\t1", "silent\t1", "error\t1", "value\t1\tx\ty"] {
            assert_eq!(told(ZkOp::GetData { path: "/a".into(), watch: false }, line), None, "{line}");
        }
    }
}
