//! Calls of `ZkUtils` and zkclient that take several ZooKeeper operations, as explicit states: the
//! caller submits what [`Call::begin`] and [`Call::answered`] ask for, until the call returns.

use crate::ids::*;
use crate::zookeeper::{CreateMode, ZData, ZkError, ZkOp, ZkReply, ZkResult};

/// What comes next in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Ask(ZkOp),
    Return(ZkResult),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// `createEphemeralPathExpectConflict`: an existing znode with our own data is ours, from a create
    /// whose answer was lost.
    CreateEphemeral,
    /// `createPersistentPath`: the parents are made on demand.
    CreatePersistent,
    /// `updatePersistentPath`: unconditional; the znode and its parents are made on demand.
    UpdatePersistent,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Stage {
    First,
    /// `createParentPath`: parents to make, the next one last.
    Parents(Vec<ZPath>),
    /// The first thing failed for want of a parent or of the znode; this is the second try.
    Second,
    /// `UpdatePersistent` only: somebody else made the znode meanwhile.
    Third,
    ReadBack,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Call {
    kind: Kind,
    path: ZPath,
    data: ZData,
    stage: Stage,
}

impl Call {
    pub(crate) fn create_ephemeral(path: ZPath, data: Topic) -> Call {
        Call { kind: Kind::CreateEphemeral, path, data: Some(data), stage: Stage::First }
    }

    pub(crate) fn create_persistent(path: ZPath, data: ZData) -> Call {
        Call { kind: Kind::CreatePersistent, path, data, stage: Stage::First }
    }

    pub(crate) fn update_persistent(path: ZPath, data: Topic) -> Call {
        Call { kind: Kind::UpdatePersistent, path, data: Some(data), stage: Stage::First }
    }

    pub(crate) fn begin(&self) -> ZkOp {
        match self.kind {
            Kind::CreateEphemeral => self.create(CreateMode::Ephemeral),
            Kind::CreatePersistent => self.create(CreateMode::Persistent),
            Kind::UpdatePersistent => self.set(),
        }
    }

    pub(crate) fn answered(&mut self, result: ZkResult) -> Next {
        let error = result.as_ref().err().map(|failure| failure.error);
        match (&mut self.stage, error) {
            (Stage::First, Some(ZkError::NoNode)) => match parent_of(&self.path) {
                Some(parent) => {
                    let ask = Next::Ask(make(&parent));
                    self.stage = Stage::Parents(vec![parent]);
                    ask
                }
                None => self.second(),
            },
            (Stage::Parents(stack), None | Some(ZkError::NodeExists)) => {
                stack.pop();
                match stack.last() {
                    Some(next) => Next::Ask(make(next)),
                    None => self.second(),
                }
            }
            (Stage::Parents(stack), Some(ZkError::NoNode)) => match stack.last().and_then(|top| parent_of(top)) {
                Some(parent) => {
                    let ask = Next::Ask(make(&parent));
                    stack.push(parent);
                    ask
                }
                None => Next::Return(result),
            },
            (Stage::First | Stage::Second, Some(ZkError::NodeExists)) => match self.kind {
                Kind::CreateEphemeral => {
                    self.stage = Stage::ReadBack;
                    Next::Ask(ZkOp::GetData { path: self.path.clone(), watch: false })
                }
                Kind::CreatePersistent => Next::Return(result),
                Kind::UpdatePersistent => {
                    self.stage = Stage::Third;
                    Next::Ask(self.set())
                }
            },
            (Stage::ReadBack, None) => match result {
                Ok(ZkReply::Data(data, _)) if data == self.data => {
                    Next::Return(Ok(ZkReply::Created(self.path.clone())))
                }
                _ => Next::Return(Err(ZkError::NodeExists.into())),
            },
            // "The node disappeared; treat as if node existed and let caller handles this."
            (Stage::ReadBack, Some(ZkError::NoNode)) => Next::Return(Err(ZkError::NodeExists.into())),
            // It is done; or the caller has to deal with what stopped it.
            _ => Next::Return(result),
        }
    }

    fn second(&mut self) -> Next {
        self.stage = Stage::Second;
        Next::Ask(self.create(match self.kind {
            Kind::CreateEphemeral => CreateMode::Ephemeral,
            Kind::CreatePersistent | Kind::UpdatePersistent => CreateMode::Persistent,
        }))
    }

    fn create(&self, mode: CreateMode) -> ZkOp {
        ZkOp::Create { path: self.path.clone(), data: self.data.clone(), mode }
    }

    fn set(&self) -> ZkOp {
        ZkOp::SetData { path: self.path.clone(), data: self.data.clone(), version: -1 }
    }
}

fn make(parent: &ZPath) -> ZkOp {
    ZkOp::Create { path: parent.clone(), data: None, mode: CreateMode::Persistent }
}

fn parent_of(path: &str) -> Option<ZPath> {
    let (parent, _) = path.rsplit_once('/')?;
    (!parent.is_empty()).then(|| parent.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zookeeper::Stat;
    use std::collections::BTreeMap;

    /// Plays a call against a few znodes; gives the asked operations in short and what it returned.
    fn play(mut call: Call, znodes: &mut BTreeMap<String, Option<String>>) -> (Vec<String>, ZkResult) {
        let mut asked = Vec::new();
        let mut op = call.begin();
        loop {
            let result = match &op {
                ZkOp::Create { path, data, .. } => {
                    asked.push(format!("create {path}"));
                    let parent = parent_of(path).is_none_or(|parent| znodes.contains_key(&*parent));
                    if !parent {
                        Err(ZkError::NoNode.into())
                    } else if znodes.contains_key(&**path) {
                        Err(ZkError::NodeExists.into())
                    } else {
                        znodes.insert(path.to_string(), data.as_ref().map(|data| data.to_string()));
                        Ok(ZkReply::Created(path.clone()))
                    }
                }
                ZkOp::SetData { path, data, .. } => {
                    asked.push(format!("set {path}"));
                    match znodes.get_mut(&**path) {
                        Some(old) => {
                            *old = data.as_ref().map(|data| data.to_string());
                            Ok(ZkReply::Set(Stat::default()))
                        }
                        None => Err(ZkError::NoNode.into()),
                    }
                }
                ZkOp::GetData { path, .. } => {
                    asked.push(format!("get {path}"));
                    match znodes.get(&**path) {
                        Some(data) => Ok(ZkReply::Data(data.as_deref().map(Into::into), Stat::default())),
                        None => Err(ZkError::NoNode.into()),
                    }
                }
                other => panic!("{other:?}"),
            };
            match call.answered(result) {
                Next::Ask(next) => op = next,
                Next::Return(result) => return (asked, result),
            }
        }
    }

    #[test]
    fn parents_are_made_from_the_bottom_up_as_zkclient_does() {
        let mut znodes = BTreeMap::from([("/consumers".to_owned(), None)]);
        let (asked, result) = play(Call::create_ephemeral("/consumers/g/ids/c".into(), "me".into()), &mut znodes);
        assert!(result.is_ok());
        assert_eq!(
            asked,
            [
                "create /consumers/g/ids/c",
                "create /consumers/g/ids",
                "create /consumers/g",
                "create /consumers/g/ids",
                "create /consumers/g/ids/c"
            ]
        );
    }

    #[test]
    fn the_state_of_a_partition_is_tried_first_and_then_its_parents() {
        let mut znodes = BTreeMap::from([("/t".to_owned(), None)]);
        let path = |partition: u32| format!("/t/partitions/{partition}/state").into();
        let (first, result) = play(Call::create_persistent(path(1), Some("{}".into())), &mut znodes);
        assert!(result.is_ok());
        let state = "create /t/partitions/1/state";
        let partition = "create /t/partitions/1";
        assert_eq!(first, [state, partition, "create /t/partitions", partition, state]);
        let (second, _) = play(Call::create_persistent(path(0), Some("{}".into())), &mut znodes);
        assert_eq!(second.len(), 3, "…/partitions is there: {second:?}");
        let (again, result) = play(Call::create_persistent(path(0), Some("{}".into())), &mut znodes);
        assert_eq!((again.len(), result), (1, Err(ZkError::NodeExists.into())), "another controller made it");
    }

    #[test]
    fn an_owner_znode_of_our_own_is_no_conflict_and_one_of_another_is() {
        let call = Call::create_ephemeral("/owner".into(), "me-0".into());
        let mut znodes = BTreeMap::from([("/owner".to_owned(), Some("me-0".to_owned()))]);
        assert!(play(call.clone(), &mut znodes).1.is_ok());
        znodes.insert("/owner".to_owned(), Some("other-0".to_owned()));
        assert_eq!(play(call, &mut znodes).1, Err(ZkError::NodeExists.into()));
    }

    #[test]
    fn an_offset_is_written_without_any_condition_and_made_on_demand() {
        let mut znodes = BTreeMap::new();
        let call = Call::update_persistent("/offsets/0".into(), "7".into());
        assert!(play(call.clone(), &mut znodes).1.is_ok());
        assert_eq!(znodes.get("/offsets/0"), Some(&Some("7".to_owned())));
        znodes.insert("/offsets/0".to_owned(), Some("9".to_owned()));
        assert_eq!(play(call, &mut znodes).0, ["set /offsets/0"]);
        assert_eq!(znodes.get("/offsets/0"), Some(&Some("7".to_owned())), "an older offset overwrites a newer one");
    }
}
