//! /brokers/ids/N (`KafkaHealthcheck`, `ZkUtils.registerBrokerInZk`): made last at the start, and again in a
//! new session.

use super::io::{Io, Tag};
use crate::boundary::{Delay, Timer};
use crate::kafka::facts::KafkaFact;
use crate::kafka::timers::BrokerTimer;
use crate::kafka::{rules, znodes};
use crate::zookeeper::{CreateMode, ZkError, ZkOp, ZkReply, ZkResult};
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Registration {
    #[default]
    No,
    Creating(Arc<str>),
    /// The znode was there already: whose is it?
    ReadingBack(Arc<str>),
    /// It is of this broker's last life. Its session will expire (0.8.2 sleeps a session timeout and tries
    /// again).
    WaitingForTheOldOne,
    Yes,
    /// Another process has this id: 0.8.2 gives up its start.
    Refused,
}

impl Registration {
    pub(super) fn begin(&mut self, io: &mut Io<'_>) {
        let data = znodes::broker_info(io.id, io.out.now());
        let path = znodes::broker_path(io.id);
        io.submit(Tag::Registration, ZkOp::Create { path, data: Some(data.clone()), mode: CreateMode::Ephemeral });
        *self = Registration::Creating(data);
    }

    pub(super) fn on_reply(&mut self, result: &ZkResult, io: &mut Io<'_>) {
        match (std::mem::take(self), result) {
            (Registration::Creating(_), Ok(_)) => self.done(io),
            (Registration::Creating(data), Err(failure)) if failure.error == ZkError::NodeExists => {
                let path = znodes::broker_path(io.id);
                io.submit(Tag::Registration, ZkOp::GetData { path, watch: false });
                *self = Registration::ReadingBack(data);
            }
            (Registration::ReadingBack(mine), Ok(ZkReply::Data(Some(data), _))) => {
                let same_address = znodes::parse_broker_info(data) == znodes::parse_broker_info(&mine);
                if rules::is_own_registration(*data == mine, same_address) {
                    // Created by this process; only the answer got lost.
                    self.done(io);
                } else if same_address {
                    io.out.note(KafkaFact::RegistrationWaits { broker: io.id });
                    let wait = Delay::ms(u64::from(io.config.session_timeout_ms));
                    io.out.arm(Timer::Broker(BrokerTimer::RegisterAgain), wait);
                    *self = Registration::WaitingForTheOldOne;
                } else {
                    io.out.note_and_go_on(KafkaFact::RegistrationRefused { broker: io.id });
                    io.out.exit();
                    *self = Registration::Refused;
                }
            }
            // It vanished between the two: at once again.
            (Registration::ReadingBack(_), _) => self.begin(io),
            // Somebody has deleted /brokers/ids: it stays unregistered. (The real one makes the path again.)
            (creating @ Registration::Creating(_), Err(_)) => *self = creating,
            // Of a session that is over: zkclient repeats in the new one what was not answered in the old one.
            (
                now
                @ (Registration::No | Registration::WaitingForTheOldOne | Registration::Yes | Registration::Refused),
                _,
            ) => {
                *self = now;
            }
        }
    }

    fn done(&mut self, io: &mut Io<'_>) {
        *self = Registration::Yes;
        io.out.note(KafkaFact::BrokerRegistered { broker: io.id });
    }
}
