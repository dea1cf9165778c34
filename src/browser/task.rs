//! Long work in pieces: between two of them the browser paints, and answers whoever clicks.

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// Ends in a later task of the page.
pub async fn next() {
    let later = Promise::new(&mut |resolve, _| {
        Timeout::new(0, move || {
            let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
        })
        .forget();
    });
    let _ = JsFuture::from(later).await;
}
