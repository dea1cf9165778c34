//! What can be seen of a cluster: what a user of the real system could read ([`reader`]), and everything that a
//! page draws of one moment ([`frame`], made by [`build`]).

pub mod build;
pub mod frame;
pub mod reader;
pub mod settings;
