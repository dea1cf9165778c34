//! What the system prefers: dark or light, less motion, a language.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Whether a media query holds; follows it for the life of the page.
pub fn matches(query: &str) -> Signal<bool> {
    let signal = RwSignal::new(false);
    if let Some(Ok(Some(list))) = web_sys::window().map(|window| window.match_media(query)) {
        signal.set(list.matches());
        let watched = list.clone();
        let changed = Closure::<dyn FnMut()>::new(move || signal.set(watched.matches()));
        let _ = list.add_event_listener_with_callback("change", changed.as_ref().unchecked_ref());
        // The page asks once and listens until it is closed.
        changed.forget();
    }
    signal.into()
}

/// The first language of the browser: "zh-CN", "en-GB", …
pub fn language() -> String {
    web_sys::window().and_then(|window| window.navigator().language()).unwrap_or_default()
}
