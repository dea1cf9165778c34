//! The page of Brokerscope.
use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! { <main><h1>"Brokerscope"</h1></main> }
}
