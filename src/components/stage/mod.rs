//! The stage: servers, brokers, clients and what flies between them. (Stage engineer.)

use leptos::prelude::*;

#[component]
pub fn Stage() -> impl IntoView {
    view! { <div class="stage" data-testid="stage"></div> }
}
