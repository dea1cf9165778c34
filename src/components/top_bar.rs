use leptos::prelude::*;

/// Scene, link, language, theme.
#[component]
pub fn TopBar() -> impl IntoView {
    view! { <header class="top" data-testid="top-bar"><h1 class="logo">"Brokerscope"</h1></header> }
}
