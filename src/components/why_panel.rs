use leptos::prelude::*;

/// The chain of causes of the selected event.
#[component]
pub fn WhyPanel() -> impl IntoView {
    view! { <div class="why" data-testid="why"></div> }
}
