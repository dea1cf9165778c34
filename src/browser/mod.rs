//! The only users of web-sys beside the canvas painter: address, storage, media queries, animation frames.

pub mod clipboard;
pub mod fetch;
pub mod first;
pub mod media;
pub mod raf;
pub mod size;
pub mod storage;
pub mod task;
pub mod url;
pub mod words;
