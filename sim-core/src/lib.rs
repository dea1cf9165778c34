//! The simulation: ZooKeeper, Kafka brokers and their clients as deterministic state machines.
//!
//! [`system::System`] holds nodes, wires and armed timers and knows neither clock nor chance; [`sim::Sim`]
//! adds them. Same setup, seed and commands give the same events, bit for bit, on every machine.

pub mod bench_scene;
pub mod boot;
pub mod client;
pub mod cluster;
pub mod command;
pub mod condition;
pub mod digest;
pub mod fact;
pub mod frame;
pub mod history;
pub mod ids;
pub mod invariants;
pub mod json;
pub mod kafka;
pub mod node;
pub mod observe;
pub mod observer;
#[cfg(feature = "serde")]
pub mod permalink;
pub mod picture;
pub mod readers;
pub mod rng;
pub mod scenario;
pub mod selfcheck;
pub mod settled;
pub mod setup;
pub mod sim;
pub mod sorted;
pub mod survey;
pub mod system;
pub mod time;
pub mod traffic;
pub mod zookeeper;
