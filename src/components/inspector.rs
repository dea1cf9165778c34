use leptos::prelude::*;

/// What is known of the selected thing.
#[component]
pub fn Inspector() -> impl IntoView {
    view! { <div class="inspector" data-testid="inspector"></div> }
}
