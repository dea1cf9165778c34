//! The simulation: ZooKeeper, Kafka brokers and their clients as deterministic state machines.
//!
//! [`engine::system::System`] holds nodes, wires and armed timers and knows neither clock nor chance; [`engine::sim::Sim`]
//! adds them. Same setup, seed and commands give the same events, bit for bit, on every machine.

#![deny(missing_docs)]

pub mod about;
pub mod boundary;
pub mod broken;
pub mod check;
pub mod client;
mod digest;
pub mod engine;
pub mod event;
pub mod fact;
pub mod history;
pub mod ids;
mod invariant;
pub mod json;
pub mod kafka;
pub mod net;
pub mod order;
pub mod release;
pub mod rng;
pub mod scenario;
pub mod settings;
pub mod sorted;
pub mod time;
pub mod view;
pub mod zookeeper;
