use leptos::prelude::*;

/// Which scene is shown, and the others. (Words engineer.)
#[component]
pub fn ScenePicker() -> impl IntoView {
    view! { <span data-testid="scene-picker"></span> }
}
