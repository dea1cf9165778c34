//! What a message on its way is about: its kind, whether it is part of the traffic that never ends, which
//! partition, path and records it carries.

use crate::boundary::Message;
use crate::ids::*;
use crate::kafka::messages::{KafkaMessage, RecordId};
use crate::zookeeper::messages::{QuorumMessage, ZkRequest, ZkResponse};

/// What is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlightKind {
    Vote,
    /// Proposal, acknowledgement, commit, synchronisation.
    Zab,
    ZkRequest,
    ZkResponse,
    Watch,
    Ping,
    Produce,
    ProduceAck,
    Fetch,
    FetchedRecords,
    /// LeaderAndIsr, UpdateMetadata, StopReplica.
    Controller,
    Metadata,
    Connect,
    Reset,
}

/// Of a batch's records, as many as a picture can show.
const RECORDS_MAX: usize = 4;

impl Message {
    pub fn kind(&self) -> FlightKind {
        match self {
            Message::Quorum(message) => quorum_kind(message),
            Message::ZkRequest(ZkRequest::Ping) | Message::ZkResponse(ZkResponse::Pong) => FlightKind::Ping,
            Message::ZkRequest(_) => FlightKind::ZkRequest,
            Message::ZkResponse(ZkResponse::Watch { .. }) => FlightKind::Watch,
            Message::ZkResponse(_) => FlightKind::ZkResponse,
            Message::Kafka(message) => kafka_kind(message),
        }
    }

    /// Part of the traffic that never ends: pings, empty fetches, votes of servers which have no majority.
    pub fn is_routine(&self) -> bool {
        match self {
            Message::Quorum(message) => matches!(quorum_kind(message), FlightKind::Ping | FlightKind::Vote),
            Message::ZkRequest(request) => matches!(request, ZkRequest::Ping),
            Message::ZkResponse(response) => matches!(response, ZkResponse::Pong),
            Message::Kafka(message) => match message {
                KafkaMessage::FetchRequest { .. } | KafkaMessage::MetadataRequest { .. } => true,
                KafkaMessage::FetchResponse { partitions, .. } => {
                    partitions.iter().all(|fetched| fetched.error.is_none() && fetched.batches.is_empty())
                }
                KafkaMessage::MetadataResponse { .. } => true,
                _ => false,
            },
        }
    }

    /// The partition it is about; the first, when there are several.
    pub fn partition(&self) -> Option<&TopicPartition> {
        let Message::Kafka(message) = self else { return None };
        match message {
            KafkaMessage::ProduceRequest { batches, .. } => batches.first().map(|(tp, _)| tp),
            KafkaMessage::ProduceResponse { results, .. } => results.first().map(|(tp, _)| tp),
            KafkaMessage::FetchRequest { partitions, .. } => partitions.first().map(|(tp, _)| tp),
            KafkaMessage::FetchResponse { partitions, .. } => {
                let filled = partitions.iter().find(|fetched| !fetched.batches.is_empty());
                filled.or(partitions.first()).map(|fetched| &fetched.tp)
            }
            KafkaMessage::OffsetRequest { tp, .. } | KafkaMessage::OffsetResponse { tp, .. } => Some(tp),
            KafkaMessage::LeaderAndIsrRequest { partitions, .. }
            | KafkaMessage::UpdateMetadataRequest { partitions, .. } => partitions.first().map(|p| &p.tp),
            KafkaMessage::StopReplicaRequest { partitions, .. } => partitions.first(),
            _ => None,
        }
    }

    /// The first few records it carries.
    pub fn records(&self) -> Vec<RecordId> {
        let Message::Kafka(message) = self else { return Vec::new() };
        match message {
            KafkaMessage::ProduceRequest { batches, .. } => {
                batches.iter().flat_map(|(_, batch)| batch.iter()).take(RECORDS_MAX).map(|record| record.id).collect()
            }
            KafkaMessage::FetchResponse { partitions, .. } => partitions
                .iter()
                .flat_map(|fetched| fetched.batches.iter())
                .flat_map(|(_, batch)| batch.iter())
                .take(RECORDS_MAX)
                .map(|record| record.id)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The path of a watch event or of an operation.
    pub fn path(&self) -> Option<&ZPath> {
        match self {
            Message::ZkResponse(ZkResponse::Watch { path, .. }) => Some(path),
            Message::ZkRequest(ZkRequest::Op { op, .. }) => op.path(),
            _ => None,
        }
    }
}

fn quorum_kind(message: &QuorumMessage) -> FlightKind {
    match message {
        QuorumMessage::Ping | QuorumMessage::PingReply { .. } => FlightKind::Ping,
        QuorumMessage::Notification { .. } => FlightKind::Vote,
        _ => FlightKind::Zab,
    }
}

fn kafka_kind(message: &KafkaMessage) -> FlightKind {
    match message {
        KafkaMessage::MetadataRequest { .. } | KafkaMessage::MetadataResponse { .. } => FlightKind::Metadata,
        KafkaMessage::ProduceRequest { .. } => FlightKind::Produce,
        KafkaMessage::ProduceResponse { .. } => FlightKind::ProduceAck,
        KafkaMessage::FetchRequest { .. } => FlightKind::Fetch,
        KafkaMessage::FetchResponse { .. } => FlightKind::FetchedRecords,
        KafkaMessage::OffsetRequest { .. } | KafkaMessage::OffsetResponse { .. } => FlightKind::Metadata,
        KafkaMessage::LeaderAndIsrRequest { .. }
        | KafkaMessage::UpdateMetadataRequest { .. }
        | KafkaMessage::StopReplicaRequest { .. }
        | KafkaMessage::ControllerResponse { .. }
        | KafkaMessage::ControlledShutdownRequest { .. }
        | KafkaMessage::ControlledShutdownResponse { .. } => FlightKind::Controller,
    }
}
