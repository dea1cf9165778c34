use leptos::prelude::*;

/// Play, step, undo, speed.
#[component]
pub fn Controls() -> impl IntoView {
    view! { <div class="controls" data-testid="controls"></div> }
}
