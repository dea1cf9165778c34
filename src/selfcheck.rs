//! What the end-to-end test asks of the released page: whether the engine in the browser is the engine on
//! the host, event by event. Exported as functions; the page itself never calls them.

use sim_core::check::selfcheck;
use wasm_bindgen::prelude::*;

/// How many events a scene gives, at the most so many; and their digest. Empty: the scene did not come up.
#[wasm_bindgen]
pub fn selfcheck_digest(scene: u32, events: f64) -> Vec<String> {
    // Every count of events is exact in a double; infinity means all.
    match selfcheck::digest_of(scene, events as u64) {
        Ok(outcome) => vec![outcome.events.to_string(), outcome.digest.to_string()],
        Err(_) => Vec::new(),
    }
}
