//! The admin tool (`kafka-topics.sh` of 0.8.2): opens a session, writes, closes it. It never speaks to a
//! broker: the controller learns of a new topic by its watch.

use super::ClientFact;
use crate::boundary::{Input, Outbox};
use crate::ids::*;
use crate::kafka::topic_creation::{Progress, TopicCreation};
use crate::order::{Order, Placement, TopicSpec};
use crate::rng::mix;
use crate::zookeeper::{KeeperState, ZkClient, ZkClientConfig, ZkEvent};
use std::collections::VecDeque;

/// Every operation of the tool waits for the one before.
const TAG: u64 = 0;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State {
    Idle,
    /// The session is being opened, or the creation runs.
    Working(ZkClient, TopicCreation),
    Closing(ZkClient),
}

/// `kafka-topics.sh`: one order after the other, each in a ZooKeeper session of its own. Nothing of it outlives an
/// order but the answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Admin {
    zk: ZkClientConfig,
    entropy: u64,
    queue: VecDeque<(TopicSpec, Cause)>,
    state: State,
    /// What whoever ran the tool was told, order by order; it outlives the process.
    results: Vec<Option<Result<(), &'static str>>>,
}

impl Admin {
    pub(crate) fn new(zk: ZkClientConfig) -> Admin {
        Admin { zk, entropy: 0, queue: VecDeque::new(), state: State::Idle, results: Vec::new() }
    }

    pub(crate) fn handle(&mut self, input: Input, out: &mut Outbox) {
        let mut events = Vec::new();
        let taken = match &mut self.state {
            State::Working(zk, _) | State::Closing(zk) => zk.on_input(&input, out, &mut events),
            State::Idle => false,
        };
        if taken {
            events.into_iter().for_each(|event| self.on_zk_event(event, out));
            return;
        }
        match input {
            Input::Started { entropy } => self.entropy = entropy,
            Input::Order(Order::CreateTopic(spec)) => {
                let partitions = match &spec.placement {
                    Placement::Automatic { partitions, .. } => *partitions,
                    Placement::Manual(assignment) => assignment.len() as u32,
                };
                let asked = out.note(ClientFact::TopicCreationAsked { topic: spec.name.clone(), partitions });
                self.results.push(None);
                self.queue.push_back((spec, asked));
                self.work(out);
            }
            Input::Order(Order::Stop) => out.exit(),
            // Everything else is its ZooKeeper client's, which is gone between two orders.
            Input::Accepted(_)
            | Input::Opened(_)
            | Input::Lost(..)
            | Input::Message(..)
            | Input::Timer(_)
            | Input::Order(_) => {}
        }
    }

    /// The tool was killed: what it had written stays, what waited is forgotten.
    pub(crate) fn crash(&mut self) {
        *self = Admin { results: std::mem::take(&mut self.results), ..Admin::new(self.zk.clone()) };
    }

    /// Its session, while it has one.
    pub fn zk(&self) -> Option<&ZkClient> {
        match &self.state {
            State::Idle => None,
            State::Working(zk, _) | State::Closing(zk) => Some(zk),
        }
    }

    /// What became of each order; nothing as long as it is not known.
    pub fn results(&self) -> &[Option<Result<(), &'static str>>] {
        &self.results
    }

    /// Orders are carried out one after the other, so the first one without a result is meant.
    fn conclude(&mut self, result: Result<(), &'static str>) {
        if let Some(open) = self.results.iter_mut().find(|result| result.is_none()) {
            *open = Some(result);
        }
    }

    /// Nothing is asked of it any more.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle) && self.queue.is_empty()
    }

    fn work(&mut self, out: &mut Outbox) {
        if !matches!(self.state, State::Idle) {
            return;
        }
        let Some((spec, cause)) = self.queue.pop_front() else { return };
        out.because(cause);
        self.entropy = mix(self.entropy);
        let (creation, progress) = TopicCreation::begin(spec, self.entropy);
        if let Progress::Failed(error) = progress {
            // Refused before anything was asked of ZooKeeper.
            out.note(ClientFact::TopicCreationFailed { topic: creation.topic().clone(), error });
            self.conclude(Err(error.name()));
            return self.work(out);
        }
        let mut zk = ZkClient::new(self.zk.clone());
        zk.start(self.entropy, out);
        // zkclient holds operations until the session stands.
        if let Progress::Next(op) = progress {
            zk.submit(TAG, op, out);
        }
        self.state = State::Working(zk, creation);
    }

    fn on_zk_event(&mut self, event: ZkEvent, out: &mut Outbox) {
        match (&mut self.state, event) {
            (State::Working(zk, creation), ZkEvent::Reply(TAG, result)) => match creation.on_reply(&result) {
                Progress::Next(op) => zk.submit(TAG, op, out),
                done => {
                    let mut result = Ok(());
                    if let Progress::Failed(error) = done {
                        out.note(ClientFact::TopicCreationFailed { topic: creation.topic().clone(), error });
                        result = Err(error.name());
                    }
                    zk.close(out);
                    self.conclude(result);
                    if let State::Working(zk, _) = std::mem::replace(&mut self.state, State::Idle) {
                        self.state = State::Closing(zk);
                    }
                }
            },
            (State::Closing(_), ZkEvent::State(KeeperState::Closed)) => {
                self.state = State::Idle;
                self.work(out);
            }
            _ => {}
        }
    }
}
