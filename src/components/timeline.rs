use leptos::prelude::*;

/// Lanes over time.
#[component]
pub fn Timeline() -> impl IntoView {
    view! { <div class="timeline" data-testid="timeline"></div> }
}
