//! What panels show, as small comparable values made from frames and events. Pure: tested on the host.

pub mod inspector;
pub mod log;
pub mod time_text;
pub mod timeline;
pub mod tone;
pub mod tree;
pub mod why;
