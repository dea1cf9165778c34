//! Long work in pieces: between two of them the browser paints, and clicks are answered.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Ends in a later task of the page.
pub async fn next() {
    let later = Promise::new(&mut |then, _| {
        if post(&then).is_none()
            && let Some(window) = web_sys::window()
        {
            let _ = window.set_timeout_with_callback(&then);
        }
    });
    let _ = JsFuture::from(later).await;
}

/// Where the browser has it, as a task: a timer that was set by a timer waits for four milliseconds.
fn post(then: &Function) -> Option<()> {
    let scheduler = Reflect::get(&js_sys::global(), &"scheduler".into()).ok()?;
    let post: Function = Reflect::get(&scheduler, &"postTask".into()).ok()?.dyn_into().ok()?;
    post.apply(&scheduler, &Array::of1(JsValue::as_ref(then))).ok().map(|_| ())
}
