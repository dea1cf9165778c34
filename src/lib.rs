//! The page of Brokerscope: a stage, the panels around it, and the controls of time.
//!
//! `session` is the only part that runs the simulation. `view_model`, `playback`, `layout`, `markup` and
//! `canvas/scene` are pure and tested on the host; `browser/` and `canvas/painter` are the only users of
//! web-sys.

pub mod app;
pub mod browser;
pub mod canvas;
pub mod components;
pub mod context;
pub mod fatal;
pub mod guide;
pub mod i18n;
pub mod layout;
pub mod markup;
pub mod playback;
pub mod scenes;
pub mod session;
pub mod view_model;
pub mod zkcli;

pub use app::App;

/// Mounts the page.
pub fn start() {
    fatal::install();
    leptos::mount::mount_to_body(App);
    // `cargo xtask bench` reads when the page could first be used.
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        let _ = performance.mark("usable");
    }
}
