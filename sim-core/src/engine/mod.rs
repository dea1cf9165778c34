//! The cluster: its processes ([`node`]), without time ([`system`]), with time and chance ([`sim`]); what it
//! starts with ([`setup`]), what a user may ask of it ([`command`]), and the one place that builds its nodes ([`factory`]).

mod agenda;
pub mod command;
pub mod delivery;
mod duplicates;
pub(crate) mod factory;
pub mod facts;
pub mod node;
pub mod setup;
pub mod sim;
pub mod system;
