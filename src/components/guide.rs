use leptos::prelude::*;

/// Leads a new reader through the first minutes. (Words engineer.)
#[component]
pub fn Guide() -> impl IntoView {
    view! { <div class="guide" data-testid="guide"></div> }
}
