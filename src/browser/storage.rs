//! What is remembered between visits. Everything is optional: a browser may refuse, and nothing breaks.

/// Names begin alike, so that they do not meet those of another page of the same host.
fn key(name: &str) -> String {
    format!("brokerscope.{name}")
}

pub fn read(name: &str) -> Option<String> {
    web_sys::window()?.local_storage().ok()??.get_item(&key(name)).ok()?
}

pub fn write(name: &str, value: &str) {
    if let Some(Ok(Some(storage))) = web_sys::window().map(|window| window.local_storage()) {
        // Full or forbidden: then it is not remembered.
        let _ = storage.set_item(&key(name), value);
    }
}
