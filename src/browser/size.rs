//! How large an element is, followed for as long as its owner lives.

use crate::browser::first;
use crate::erased::effect;
use crate::layout::Size;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, ResizeObserver};

/// Until it is mounted, an ordinary screen.
const BEFORE: Size = Size { width: 1_066.0, height: 700.0, rem: 16.0 };

pub fn of(node: NodeRef<Div>) -> Signal<Size> {
    let size = RwSignal::new(first::stage_size().unwrap_or(BEFORE));
    let kept = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    effect(move || {
        let Some(element) = node.get() else { return };
        let element: HtmlElement = element.unchecked_into();
        let measured = element.clone();
        let measure = move || {
            let (width, height) = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            if width > 0.0 && height > 0.0 {
                let now = Size { width, height, rem: rem() };
                if size.get_untracked() != now {
                    size.set(now);
                }
            }
        };
        // The observer speaks first when the browser has laid the page out: asking now would make it do that at once.
        let observed = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(observed.as_ref().unchecked_ref()) {
            observer.observe(&element);
            kept.set_value(Some((observer, observed)));
        }
    });
    on_cleanup(move || {
        kept.try_update_value(|kept| {
            if let Some((observer, _)) = kept.take() {
                observer.disconnect();
            }
        });
    });
    size.into()
}

/// The size of the root's letters, in pixels.
fn rem() -> f64 {
    let text = web_sys::window().and_then(|window| {
        let root = window.document()?.document_element()?;
        window.get_computed_style(&root).ok()??.get_property_value("font-size").ok()
    });
    // JavaScript's parser stops at "px"; Rust's would bring 14 KB of tables and code into the page for this one number.
    text.map(|text| js_sys::Number::parse_float(&text)).filter(|pixels| pixels.is_finite()).unwrap_or(16.0)
}
