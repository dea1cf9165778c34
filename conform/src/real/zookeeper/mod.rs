//! A real ensemble and the bare clients of a scenario.

pub(super) mod answer;
pub(super) mod client;
pub(super) mod ensemble;
pub(super) mod four_letter;
