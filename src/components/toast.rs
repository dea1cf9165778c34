use crate::context::{Toasts, Tone};
use leptos::prelude::*;

/// Short messages to the reader; they go away by themselves.
#[component]
pub fn ToastArea() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    view! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            <For each=move || toasts.0.get() key=|toast| toast.id let:toast>
                <p class="toast" class:refused=toast.tone == Tone::Refused>{toast.text}</p>
            </For>
        </div>
    }
}
