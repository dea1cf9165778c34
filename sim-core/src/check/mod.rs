//! What must hold in every run, and whether this machine computes what the others do.

pub mod bench_scene;
pub mod ensemble;
pub mod invariants;
pub mod selfcheck;
pub mod two_readers;
