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
pub mod erased;
pub mod fatal;
#[cfg(test)]
mod first_picture;
pub mod guide;
pub mod i18n;
pub mod layout;
pub mod markup;
pub mod playback;
pub mod scenes;
pub mod session;
#[cfg(test)]
mod style_numbers;
pub mod tale;
pub mod view_model;
pub mod zkcli;

pub use app::{App, AppProps};

/// Mounts the page, as soon as there is something to show.
pub fn start() {
    fatal::install();
    wasm_bindgen_futures::spawn_local(async {
        // The picture is painted before the simulation begins.
        browser::task::next().await;
        let beginning = opening_scene().await;
        let wanted = app::wanted_language();
        let lang = if browser::words::arrive(wanted.code()).await { wanted } else { wanted.other() };
        leptos::mount::mount_to_body(move || App(AppProps { beginning, lang }));
    });
}

/// What the address says, or the scene that everybody sees first.
pub async fn opening_scene() -> session::Beginning {
    // A setup of our own that does not boot is a defect, and the card says so.
    match session::Beginning::make(scenes::setup(), scenes::SEED).await {
        Ok(beginning) => beginning,
        Err(_) => panic!("the first scene boots"),
    }
}
