use leptos::prelude::*;

/// What happened, newest last.
#[component]
pub fn EventLog() -> impl IntoView {
    view! { <div class="log" data-testid="log"></div> }
}
