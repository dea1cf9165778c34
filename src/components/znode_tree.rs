use leptos::prelude::*;

/// The znodes, what just changed marked.
#[component]
pub fn ZnodeTree() -> impl IntoView {
    view! { <div class="tree" data-testid="tree"></div> }
}
