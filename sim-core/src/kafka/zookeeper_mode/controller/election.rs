//! The controller's election (`ZookeeperLeaderElector`, era 0.8.2): a broker creates /controller, and then raises
//! /controller_epoch. Two writes, not one: a crash between them wastes nothing but time.

use super::{Controller, ControllerActivity, ControllerResult, Replies, Stage};
use crate::ids::*;
use crate::kafka::facts::KafkaFact;
use crate::kafka::zookeeper_mode::io::Io;
use crate::kafka::{rules, znodes};
use crate::zookeeper::{CreateMode, ZkError, ZkOp, ZkReply};
use std::sync::Arc;

pub(super) fn make(path: &ZPath) -> ZkOp {
    ZkOp::Create { path: path.clone(), data: None, mode: CreateMode::Persistent }
}

pub(super) fn create_controller(data: &Arc<str>) -> ZkOp {
    ZkOp::Create { path: znodes::CONTROLLER.into(), data: Some(data.clone()), mode: CreateMode::Ephemeral }
}

pub(super) fn write_epoch(epoch: u32, version: Option<i32>) -> ZkOp {
    let path = znodes::CONTROLLER_EPOCH.into();
    let data = Some(epoch.to_string().into());
    match version {
        Some(version) => ZkOp::SetData { path, data, version },
        None => ZkOp::Create { path, data, mode: CreateMode::Persistent },
    }
}

impl Controller {
    pub(super) fn common_paths_seen(&mut self, replies: &Replies) {
        let missing: Vec<ZPath> = znodes::COMMON_PATHS
            .iter()
            .zip(replies)
            .filter(|(_, (result, _))| matches!(result, Ok(ZkReply::Exists(None))))
            .map(|(path, _)| Arc::from(*path))
            .collect();
        self.next([Stage::MakeCommonPaths(missing)]);
    }

    /// `elect`, its first look: somebody is the controller already, or everybody may try.
    pub(super) fn controller_read(&mut self, replies: &Replies, io: &mut Io<'_>) {
        match replies.first() {
            Some((Ok(ZkReply::Data(data, _)), _)) => {
                self.elected = data.as_deref().and_then(znodes::parse_controller_info);
                self.results.push(ControllerResult::Elected);
            }
            _ => {
                let data = znodes::controller_info(io.id, io.out.now());
                self.next([Stage::CreateController(data)]);
            }
        }
    }

    pub(super) fn controller_created(&mut self, data: Arc<str>, replies: &Replies) {
        match replies.first() {
            Some((Ok(_), _)) => self.next([Stage::ReadEpoch]),
            // Somebody was faster; or it was this broker, and the answer got lost.
            _ => self.next([Stage::ReadBackController(data)]),
        }
    }

    pub(super) fn controller_read_back(&mut self, mine: &Arc<str>, replies: &Replies) {
        match replies.first() {
            Some((Ok(ZkReply::Data(Some(data), _)), _)) if data == mine => self.next([Stage::ReadEpoch]),
            Some((Ok(ZkReply::Data(data, _)), _)) => {
                self.elected = data.as_deref().and_then(znodes::parse_controller_info);
                self.results.push(ControllerResult::Elected);
            }
            // Elected and gone again: the watch on /controller starts another round.
            _ => self.results.push(ControllerResult::Elected),
        }
    }

    /// `incrementControllerEpoch`
    pub(super) fn epoch_read(&mut self, replies: &Replies) {
        let (epoch, version) = match replies.first() {
            Some((Ok(ZkReply::Data(data, stat)), _)) => {
                let before = data.as_deref().and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
                (rules::next_controller(before), Some(stat.version))
            }
            _ => (1, None),
        };
        self.next([Stage::WriteEpoch { epoch, version }]);
    }

    pub(super) fn epoch_written(&mut self, epoch: u32, replies: &Replies, io: &mut Io<'_>) {
        match replies.first() {
            Some((Ok(_), _)) => {
                self.elected = Some(io.id);
                self.note_and_go_on(KafkaFact::ControllerElected { broker: io.id, controller_epoch: epoch }, io);
                self.begin_failover(epoch);
            }
            // Two brokers believed to be elected (`ControllerMovedException`): this one gives up.
            _ => self.next([Stage::DropController]),
        }
    }

    /// `LeaderChangeListener`: the watch on /controller fired and is armed again.
    pub(super) fn controller_looked_at(&mut self, replies: &Replies, io: &mut Io<'_>) {
        match replies.first() {
            Some((Ok(ZkReply::Exists(Some(_))), _)) => self.next([Stage::ReadController]),
            Some((Err(failure), _)) if failure.error != ZkError::NoNode => {}
            _ => {
                // `handleDataDeleted`: a controller whose znode is gone resigns; then everybody races.
                self.resign(io);
                self.next([Stage::ReadController]);
            }
        }
        self.set_activity(ControllerActivity::Electing);
    }
}
