//! The words of a language. In the release build those of 中文 are a file of their own.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Waits for the words of a language, and says whether they are there.
pub async fn arrive(language: &str) -> bool {
    let Some(window) = web_sys::window() else { return true };
    // The release build has left a function behind that brings them. Without it, all words are there.
    let bring = Reflect::get(&window, &"wordsOf".into()).ok().and_then(|it| it.dyn_into::<Function>().ok());
    let Some(bring) = bring else { return true };
    match bring.call1(&window, &language.into()).map(Promise::from) {
        Ok(arriving) => JsFuture::from(arriving).await.is_ok(),
        Err(_) => false,
    }
}
