//! The address: a scene and a position in the hash, hints (`?lang=zh&theme=light`) in the query.

/// A hint from the query, undecoded.
pub fn query(name: &str) -> Option<String> {
    let search = web_sys::window()?.location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| value.to_string())
    })
}

/// The hash without `#`; empty when there is none.
pub fn hash() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_string()
}

/// Whether a new entry of the browser's history is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Replace,
    Push,
}

pub fn set_hash(text: &str, entry: Entry) {
    let Some(Ok(history)) = web_sys::window().map(|window| window.history()) else { return };
    let address = format!("#{text}");
    let nothing = wasm_bindgen::JsValue::NULL;
    // Some browsers limit how often this may be called: then the address lags, nothing else.
    let _ = match entry {
        Entry::Replace => history.replace_state_with_url(&nothing, "", Some(&address)),
        Entry::Push => history.push_state_with_url(&nothing, "", Some(&address)),
    };
}

/// The address of this page with another hash, whatever the address bar shows.
pub fn with_hash(text: &str) -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = address.split('#').next().unwrap_or_default();
    format!("{page}#{text}")
}
