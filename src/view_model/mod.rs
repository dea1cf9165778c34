//! What the page shows, as small comparable values made from frames and events. Pure: no signals, no DOM,
//! tested on the host.

pub mod add;
pub mod cells;
pub mod clocks;
pub mod colours;
pub mod ensemble;
#[cfg(any(test, debug_assertions))]
pub mod fixture;
pub mod inspector;
pub mod log;
pub mod menu;
pub mod scenarios;
pub mod selected;
pub mod sight;
pub mod spoken_of;
pub mod stage;
pub mod text;
pub mod time_text;
pub mod timeline;
pub mod tone;
pub mod tree;
pub mod why;
pub mod znode;
