//! The cluster: its processes ([`node`]), without time ([`system`]), with time and chance ([`sim`]); what it
//! starts with ([`setup`]) and what a user may ask of it ([`command`]).

pub mod command;
pub mod duplicates;
pub mod facts;
pub mod node;
pub mod setup;
pub mod sim;
pub mod system;
