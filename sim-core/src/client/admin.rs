//! The administrator's tools of 0.8.2 (`kafka-topics.sh` and its like): each opens a session, writes, closes it. None of
//! them speaks to a broker: the controller learns of what is wanted by its watches.

mod addition;

use self::addition::PartitionsAddition;
use super::ClientFact;
use crate::boundary::{Input, Outbox};
use crate::ids::*;
use crate::invariant::{never, sure};
use crate::kafka::AdminError;
use crate::kafka::progress::Progress;
use crate::kafka::topic_creation::TopicCreation;
use crate::order::{Order, Placement};
use crate::rng::mix;
use crate::zookeeper::{KeeperState, ZkClient, ZkClientConfig, ZkEvent, ZkResult};
use std::collections::VecDeque;

/// Every operation of a tool waits for the one before.
const TAG: u64 = 0;

/// What a tool is at: one operation of ZooKeeper after the other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Job {
    Create(TopicCreation),
    AddPartitions(PartitionsAddition),
}

impl Job {
    /// `None`: this order is for another node.
    fn begin(order: Order, entropy: u64) -> Option<(Job, Progress)> {
        Some(match order {
            Order::CreateTopic(spec) => {
                let (creation, progress) = TopicCreation::begin(spec, entropy);
                (Job::Create(creation), progress)
            }
            Order::AddPartitions { topic, total } => {
                let (addition, first) = PartitionsAddition::begin(topic, total);
                (Job::AddPartitions(addition), Progress::Next(first))
            }
            Order::Stop | Order::Produce(_) | Order::ProduceSteadily { .. } | Order::Commit | Order::Zk(_) => {
                return None;
            }
        })
    }

    fn on_reply(&mut self, result: ZkResult, out: &mut Outbox) -> Progress {
        match self {
            Job::Create(creation) => creation.on_reply(&result),
            Job::AddPartitions(addition) => addition.on_reply(result, out),
        }
    }

    fn failed(&self, error: AdminError) -> ClientFact {
        match self {
            Job::Create(creation) => ClientFact::TopicCreationFailed { topic: creation.topic().clone(), error },
            Job::AddPartitions(_) => ClientFact::AdminCommandFailed { error },
        }
    }
}

/// The fact that a tool begins with this order.
fn asked(order: &Order) -> Option<ClientFact> {
    Some(match order {
        Order::CreateTopic(spec) => {
            let partitions = match &spec.placement {
                Placement::Automatic { partitions, .. } => *partitions,
                Placement::Manual(assignment) => assignment.len() as u32,
            };
            ClientFact::TopicCreationAsked { topic: spec.name.clone(), partitions }
        }
        Order::AddPartitions { topic, total } => ClientFact::PartitionsAsked { topic: topic.clone(), total: *total },
        Order::Stop | Order::Produce(_) | Order::ProduceSteadily { .. } | Order::Commit | Order::Zk(_) => return None,
    })
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum State {
    Idle,
    /// The session is being opened, or the tool is at it.
    Working(ZkClient, Job),
    Closing(ZkClient),
}

/// The administrator's shell: it runs one order after the other, each in a ZooKeeper session of its own. Nothing of it outlives an
/// order but the answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Admin {
    zk: ZkClientConfig,
    entropy: u64,
    queue: VecDeque<(Order, Cause)>,
    state: State,
    /// What each tool said, order by order; it outlives the process.
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
            Input::Order(Order::Stop) => out.exit(),
            Input::Order(order) => {
                if let Some(fact) = asked(&order) {
                    let asked = out.note(fact);
                    self.results.push(None);
                    self.queue.push_back((order, asked));
                    self.work(out);
                }
            }
            Input::Accepted(_) | Input::Opened(_) | Input::Lost(..) | Input::Message(..) | Input::Timer(_) => {
                never!("an administrator does nothing beside a tool's session");
            }
        }
    }

    /// It was killed: what it had written stays, what waited is forgotten.
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
        let Some((order, cause)) = self.queue.pop_front() else { return };
        out.because(cause);
        self.entropy = mix(self.entropy);
        let Some((job, progress)) = sure(Job::begin(order, self.entropy), "only orders for a tool are queued") else {
            return;
        };
        if let Progress::Failed(error) = progress {
            // Refused before anything was asked of ZooKeeper.
            out.note(job.failed(error));
            self.conclude(Err(error.name()));
            return self.work(out);
        }
        let mut zk = ZkClient::new(self.zk.clone());
        zk.start(self.entropy, out);
        // zkclient holds operations until the session stands.
        if let Progress::Next(op) = progress {
            zk.submit(TAG, op, out);
        }
        self.state = State::Working(zk, job);
    }

    fn on_zk_event(&mut self, event: ZkEvent, out: &mut Outbox) {
        match (&mut self.state, event) {
            (State::Working(zk, job), ZkEvent::Reply(TAG, result)) => match job.on_reply(result, out) {
                Progress::Next(op) => zk.submit(TAG, op, out),
                done => {
                    let mut result = Ok(());
                    if let Progress::Failed(error) = done {
                        out.note(job.failed(error));
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
