//! The page in a real browser's DOM; run by `cargo xtask test`.
#![cfg(target_arch = "wasm32")]

use leptos::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_page_mounts_and_says_its_name() {
    let beginning = brokerscope::opening_scene().await;
    let lang = brokerscope::i18n::Lang::En;
    let body = document().body().expect("the test page has a body");
    let place = document().create_element("div").expect("an element can be made");
    body.append_child(&place).expect("it can be put into the page");
    let place = wasm_bindgen::JsCast::unchecked_into(place);
    let mounted = leptos::mount::mount_to(place, move || brokerscope::App(brokerscope::AppProps { beginning, lang }));
    // The page comes a piece in a task.
    let mut text = String::new();
    for _ in 0..TASKS_MAX {
        brokerscope::browser::task::next().await;
        text = body.text_content().unwrap_or_default();
        if text.contains("Brokerscope") {
            break;
        }
    }
    drop(mounted);
    assert!(text.contains("Brokerscope"), "the page says: {text}");
}

/// Far more than the pieces of the page.
const TASKS_MAX: u32 = 100;
