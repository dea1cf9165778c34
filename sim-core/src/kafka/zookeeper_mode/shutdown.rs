//! A clean stop (`KafkaServer.controlledShutdown`, then `shutdown`): the controller moves what this broker
//! leads, the high watermarks are written down, the session is closed.

use super::io::{Io, Tag};
use crate::boundary::{Delay, Timer};
use crate::ids::*;
use crate::invariant::sure;
use crate::kafka::facts::KafkaFact;
use crate::kafka::messages::{ControlledShutdownRequest, KafkaError, KafkaMessage};
use crate::kafka::timers::BrokerTimer;
use crate::kafka::znodes;
use crate::net::{Channel, ConnId};
use crate::zookeeper::{ZkOp, ZkReply, ZkResult};

const ONE_AT_A_TIME: &str =
    "one question is under way, and what is given up takes its connection and its clock with it";

/// `controller.socket.timeout.ms`
const ANSWER_TIMEOUT: Delay = Delay::ms(30_000);

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum State {
    #[default]
    Running,
    /// It asks ZooKeeper which broker is the controller.
    ReadingController,
    Connecting(ConnId),
    Asked(ConnId),
    /// This broker is the controller: it asks itself.
    AskedMyself,
    BackingOff,
    /// The session is being closed.
    Closing,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shutdown {
    state: State,
    retries_left: u32,
}

/// What the broker has to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShutdownStep {
    Wait,
    /// Hand the request to the own controller.
    AskMyself,
    /// Enough was tried: stop.
    Close,
}

impl Shutdown {
    pub(super) fn is_closing(&self) -> bool {
        self.state == State::Closing
    }

    pub(super) fn has_begun(&self) -> bool {
        self.state != State::Running
    }

    pub(super) fn begin(&mut self, io: &mut Io<'_>) -> ShutdownStep {
        if self.has_begun() {
            return ShutdownStep::Wait;
        }
        if !io.config.controlled_shutdown_enable {
            return self.close();
        }
        self.retries_left = io.config.controlled_shutdown_max_retries;
        self.find_controller(io)
    }

    fn find_controller(&mut self, io: &mut Io<'_>) -> ShutdownStep {
        self.state = State::ReadingController;
        io.submit(Tag::Shutdown, ZkOp::GetData { path: znodes::CONTROLLER.into(), watch: false });
        ShutdownStep::Wait
    }

    pub(super) fn controller_read(&mut self, result: &ZkResult, io: &mut Io<'_>) -> ShutdownStep {
        debug_assert_eq!(self.state, State::ReadingController, "{ONE_AT_A_TIME}");
        // No controller, or its znode cannot be read: there may be one later.
        let controller = match result {
            Ok(ZkReply::Data(Some(data), _)) => znodes::parse_controller_info(data),
            _ => None,
        };
        match controller {
            Some(me) if me == io.id => {
                self.note_asked(me, io);
                self.state = State::AskedMyself;
                ShutdownStep::AskMyself
            }
            Some(controller) => {
                let conn = io.out.connect(NodeId::Broker(controller), Channel::ControlledShutdown);
                self.state = State::Connecting(conn);
                ShutdownStep::Wait
            }
            None => self.try_again(io),
        }
    }

    pub(super) fn opened(&mut self, conn: ConnId, io: &mut Io<'_>) {
        debug_assert_eq!(self.state, State::Connecting(conn), "{ONE_AT_A_TIME}");
        if let Some(controller) = sure(conn.called_broker(), "a controller is a broker") {
            self.note_asked(controller, io);
        }
        self.state = State::Asked(conn);
        io.out.send(conn, KafkaMessage::request(0, ControlledShutdownRequest { broker: io.id }));
        io.out.arm_awaiting(Timer::Broker(BrokerTimer::ShutdownRetry), ANSWER_TIMEOUT, conn.server);
    }

    fn note_asked(&self, controller: BrokerId, io: &mut Io<'_>) {
        io.out.note_and_go_on(KafkaFact::ControlledShutdownAsked { broker: io.id, controller });
    }

    pub(super) fn lost(&mut self, conn: ConnId, io: &mut Io<'_>) -> ShutdownStep {
        match self.state {
            State::Connecting(mine) | State::Asked(mine) if mine == conn => self.try_again(io),
            State::Running
            | State::ReadingController
            | State::Connecting(_)
            | State::Asked(_)
            | State::AskedMyself
            | State::BackingOff
            | State::Closing => self.wait_after_all(),
        }
    }

    pub(super) fn answered(
        &mut self,
        remaining: &Result<Vec<TopicPartition>, KafkaError>,
        io: &mut Io<'_>,
    ) -> ShutdownStep {
        match (&self.state, remaining) {
            (State::Asked(_) | State::AskedMyself, Ok(left)) if left.is_empty() => self.close(),
            (State::Asked(conn), _) => {
                io.out.close(*conn);
                self.try_again(io)
            }
            (State::AskedMyself, _) => self.try_again(io),
            (
                State::Running | State::ReadingController | State::Connecting(_) | State::BackingOff | State::Closing,
                _,
            ) => self.wait_after_all(),
        }
    }

    /// The backoff is over, or the controller did not answer in time.
    pub(super) fn timer(&mut self, io: &mut Io<'_>) -> ShutdownStep {
        match self.state {
            State::BackingOff => self.find_controller(io),
            State::Asked(conn) => {
                io.out.close(conn);
                self.try_again(io)
            }
            State::Running | State::ReadingController | State::Connecting(_) | State::AskedMyself | State::Closing => {
                self.wait_after_all()
            }
        }
    }

    /// What comes belongs to nothing that is under way.
    fn wait_after_all(&self) -> ShutdownStep {
        debug_assert!(false, "{ONE_AT_A_TIME}: {self:?}");
        ShutdownStep::Wait
    }

    fn try_again(&mut self, io: &mut Io<'_>) -> ShutdownStep {
        if self.retries_left <= 1 {
            return self.close();
        }
        self.retries_left -= 1;
        self.state = State::BackingOff;
        let backoff = Delay::ms(u64::from(io.config.controlled_shutdown_retry_backoff_ms));
        io.out.arm(Timer::Broker(BrokerTimer::ShutdownRetry), backoff);
        ShutdownStep::Wait
    }

    /// From now on only the end of the session is awaited.
    fn close(&mut self) -> ShutdownStep {
        self.state = State::Closing;
        ShutdownStep::Close
    }
}
