//! What a story asks its reader, and how the run answers: by the first event that decides it. A guess is the reader's:
//! no run and no link knows of it.

use crate::client::ClientFact;
use crate::engine::system::Process;
use crate::event::{Event, Fact};
use crate::ids::*;
use crate::kafka::KafkaFact;
use crate::time::{SimTime, Span};
use crate::view::frame::Frame;
use crate::zookeeper::ZkFact;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The server that will lead the ensemble.
    EnsembleLeader,
    /// The broker that will lead this partition.
    PartitionLeader(TopicPartition),
    /// The process that will choose the next leader of any partition.
    WhoChooses,
    /// How long from now on ZooKeeper keeps this client's session.
    SessionEnd(NodeId),
    /// How many partitions this consumer will own after its next rebalance.
    Share(NodeId),
}

/// A guess, or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// A process.
    Node(NodeId),
    /// So long after the question.
    After(Span),
    /// So many.
    Number(u64),
}

impl Question {
    /// Whether a click on this node can be meant as a guess, as things stand: what is dead is no answer.
    pub fn takes(&self, frame: &Frame, node: NodeId) -> bool {
        let process = frame.node(node).map_or(Process::Removed, |view| view.process);
        match self {
            // A server that is frozen takes part in no election.
            Question::EnsembleLeader => matches!(node, NodeId::Zk(_)) && process.handles(),
            // The controller sees sessions: a broker that is frozen still has one, and may be chosen.
            Question::PartitionLeader(tp) => {
                let is_replica = |id| frame.partition(tp).is_some_and(|partition| partition.replicas.contains(&id));
                matches!(node, NodeId::Broker(id) if is_replica(id)) && process.is_up()
            }
            // A wrong guess gets a hint, whatever it is.
            Question::WhoChooses => process.is_up(),
            Question::SessionEnd(_) | Question::Share(_) => false,
        }
    }

    /// What this event answers, if it does. `asked`: the moment of the question.
    pub(crate) fn answer(&self, event: &Event, asked: SimTime) -> Option<Guess> {
        match self {
            Question::EnsembleLeader => {
                let Fact::Zk(ZkFact::Leading { .. }) = &event.fact else { return None };
                Some(Guess::Node(event.node))
            }
            Question::PartitionLeader(of) => {
                let Fact::Kafka(KafkaFact::LeaderElected { tp, to, .. }) = &event.fact else { return None };
                (tp == of).then_some(Guess::Node(NodeId::Broker(*to)))
            }
            Question::WhoChooses => {
                let Fact::Kafka(KafkaFact::LeaderElected { .. }) = &event.fact else { return None };
                Some(Guess::Node(event.node))
            }
            Question::SessionEnd(of) => {
                let Fact::Zk(ZkFact::SessionExpired { client, .. } | ZkFact::SessionClosed { client, .. }) =
                    &event.fact
                else {
                    return None;
                };
                (*client == Some(*of)).then(|| Guess::After(event.at.since(asked)))
            }
            Question::Share(of) => {
                let Fact::Client(ClientFact::RebalanceCompleted { partitions, .. }) = &event.fact else { return None };
                (event.node == *of).then_some(Guess::Number(partitions.len() as u64))
            }
        }
    }
}

/// A guess beside what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What was asked.
    pub question: Question,
    /// None: the reader wanted to be shown.
    pub guess: Option<Guess>,
    /// What the run did.
    pub answer: Guess,
    /// The event that decided it.
    pub by: EventSeq,
}
