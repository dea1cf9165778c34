use leptos::prelude::*;

/// One line under the stage that says what is going on. (Words engineer.)
#[component]
pub fn Caption() -> impl IntoView {
    view! { <p class="caption" data-testid="caption"></p> }
}
