//! What a story asks its reader, and how the run answers: by the first event that decides it. A guess is the reader's:
//! no run and no link knows of it.

use crate::client::ClientFact;
use crate::event::{Event, Fact};
use crate::ids::*;
use crate::kafka::KafkaFact;
use crate::time::{SimTime, Span};
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
    /// Whether a click on this node can be meant as a guess.
    pub const fn takes(&self, node: NodeId) -> bool {
        match self {
            Question::EnsembleLeader => matches!(node, NodeId::Zk(_)),
            Question::PartitionLeader(_) => matches!(node, NodeId::Broker(_)),
            Question::WhoChooses => true,
            Question::SessionEnd(_) | Question::Share(_) => false,
        }
    }

    /// What this event answers, if it does. `asked`: the moment of the question.
    pub(crate) fn answer(&self, event: &Event, asked: SimTime) -> Option<Guess> {
        match (self, &event.fact) {
            (Question::EnsembleLeader, Fact::Zk(ZkFact::Leading { .. })) => Some(Guess::Node(event.node)),
            (Question::PartitionLeader(of), Fact::Kafka(KafkaFact::LeaderElected { tp, to, .. })) if tp == of => {
                Some(Guess::Node(NodeId::Broker(*to)))
            }
            (Question::WhoChooses, Fact::Kafka(KafkaFact::LeaderElected { .. })) => Some(Guess::Node(event.node)),
            (
                Question::SessionEnd(of),
                Fact::Zk(ZkFact::SessionExpired { client, .. } | ZkFact::SessionClosed { client, .. }),
            ) if *client == Some(*of) => Some(Guess::After(event.at.since(asked))),
            (Question::Share(of), Fact::Client(ClientFact::RebalanceCompleted { partitions, .. }))
                if event.node == *of =>
            {
                Some(Guess::Number(partitions.len() as u64))
            }
            _ => None,
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
