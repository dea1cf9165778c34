//! Copying to the clipboard, where the browser allows it.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Calls `then` with whether it worked.
pub fn copy(text: String, then: impl Fn(bool) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    // Without https there is no clipboard at all: the property is undefined, whatever its type says.
    let clipboard = window.navigator().clipboard();
    if clipboard.is_undefined() {
        return then(false);
    }
    let worked = {
        let then = then.clone();
        Closure::once_into_js(move |_: wasm_bindgen::JsValue| then(true))
    };
    let failed = Closure::once_into_js(move |_: wasm_bindgen::JsValue| then(false));
    let promise: wasm_bindgen::JsValue = clipboard.write_text(&text).into();
    if let Ok(chain) = js_sys::Reflect::get(&promise, &"then".into())
        && let Ok(chain) = chain.dyn_into::<js_sys::Function>()
    {
        let _ = chain.call2(&promise, &worked, &failed);
    }
}
