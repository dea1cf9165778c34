//! The simulation: ZooKeeper, Kafka brokers and their clients as deterministic state machines.
