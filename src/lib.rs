//! The page of Brokerscope: a stage, the panels around it, and the controls of time.
//!
//! `session` is the only part that runs the simulation. `view_model`, `playback`, `layout` and
//! `canvas/scene` are pure and tested on the host; `browser/` and `canvas/painter` are the only users of
//! web-sys.

pub mod app;
#[cfg(target_arch = "wasm32")]
mod bench;
pub mod browser;
pub mod canvas;
pub mod components;
pub mod context;
pub mod fatal;
pub mod guide;
pub mod i18n;
pub mod layout;
pub mod playback;
pub mod scenes;
#[cfg(target_arch = "wasm32")]
mod selfcheck;
pub mod session;
pub mod view_model;

pub use app::App;

/// Mounts the page.
pub fn start() {
    fatal::install();
    leptos::mount::mount_to_body(App);
}
