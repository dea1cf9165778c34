//! What the parts of a broker reach the outside with.

use super::config::BrokerConfig;
use super::metadata_plane::MetadataPlane;
use crate::boundary::Outbox;
use crate::ids::*;

/// The outside, lent to one part of the broker while it handles one input.
pub(super) struct Io<'a> {
    pub(super) id: BrokerId,
    pub(super) config: &'a BrokerConfig,
    pub(super) plane: &'a mut dyn MetadataPlane,
    pub(super) out: &'a mut Outbox,
}
