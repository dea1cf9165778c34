//! A link as text: to take where the clipboard is refused, to save where it is too long for what people paste it into,
//! and to complete where it arrived damaged. Time stands still until the dialog is closed.

use crate::context::{Language, LinkCard, LinkShown};
use crate::erased::effect;
use crate::i18n::{Label, Lang, panels};
use crate::session::{Session, UiCommand};
use leptos::html::{Dialog, Textarea};
use leptos::prelude::*;
use sim_core::history::permalink::LinkError;

/// What chat programs and wikis take as one link.
pub const LETTERS_MAX: usize = 2_000;

#[component]
pub fn LinkDialog() -> impl IntoView {
    let shown = expect_context::<LinkShown>().0;
    view! { {move || shown.get().map(|card| view! { <Card card/> })} }
}

#[component]
fn Card(card: LinkCard) -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let shown = expect_context::<LinkShown>().0;
    let (dialog, field) = (NodeRef::<Dialog>::new(), NodeRef::<Textarea>::new());
    let is_refused = card.refused.is_some();
    let kept = card.text.clone();
    effect(move || {
        if let (Some(dialog), Some(field)) = (dialog.get(), field.get())
            && !dialog.open()
        {
            // A browser without modal dialogs shows it in its place.
            let _ = dialog.show_modal();
            // The end of a text that is to be completed is where the writing goes on.
            field.set_value(&kept);
            if !is_refused {
                field.select();
            }
        }
    });
    // Behind a modal dialog nobody switches the language.
    let lang = language.0.get_untracked();
    let gap = if lang == Lang::En { " " } else { "" };
    let LinkCard { text, refused, copied } = card;
    let (head, says) = match refused {
        // No text completes a link whose engine is gone.
        Some(LinkError::Older) => (Label::LinkRefused, Label::LinkOlder.text(lang).to_string()),
        Some(error) => {
            (Label::LinkRefused, format!("{}{gap}{}", of_error(error).text(lang), Label::LinkKept.text(lang)))
        }
        None => {
            let how = if copied { Label::LinkCopied } else { Label::LinkByHand };
            let long = if text.len() > LETTERS_MAX { panels::long_link(lang, text.len()) } else { String::new() };
            (Label::CopyLink, format!("{}{gap}{long}", how.text(lang)))
        }
    };
    let close = move || {
        shown.set(None);
        session.send(UiCommand::Release);
    };
    // Time goes on in the run that is opened, or stands still at this moment with a dialog that refuses the link again.
    let open = move |_| {
        let text = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        shown.set(None);
        session.open_link(run_in(&text));
    };
    let does = match refused {
        Some(_) => view! {
            <button class="go main" data-testid="link-open" on:click=open>{Label::LinkOpen.text(lang)}</button>
        }
        .into_any(),
        None => view! {
            <a class="go" data-testid="link-save" download="brokerscope.html" href=as_file(&text)>{Label::LinkSave.text(lang)}</a>
        }
        .into_any(),
    };
    view! {
        <dialog class="link-card" node_ref=dialog data-testid="link-card" aria-labelledby="link-head"
            on:close=move |_| close()>
            <h2 id="link-head">{head.text(lang)}</h2>
            <p data-testid="link-says">{says}</p>
            <textarea node_ref=field rows="4" spellcheck="false" readonly=!is_refused data-testid="link-text"
                aria-labelledby="link-head"></textarea>
            <div class="does">
                {does}
                <button class="go" data-testid="link-close" on:click=move |_| close()>{Label::Close.text(lang)}</button>
            </div>
        </dialog>
    }
}

/// What is wrong with a link.
pub fn of_error(error: LinkError) -> Label {
    match error {
        LinkError::UnknownFormat => Label::LinkUnknown,
        LinkError::Older => Label::LinkOlder,
        LinkError::Cut => Label::LinkCut,
        LinkError::Damaged => Label::LinkDamaged,
        LinkError::Impossible => Label::LinkImpossible,
    }
}

/// The part that names a run, whether a whole address was pasted or only its end; mail programs break long lines.
fn run_in(text: &str) -> String {
    let whole: String = text.split_whitespace().collect();
    whole.rsplit_once('#').map_or(whole.clone(), |(_, run)| run.to_string())
}

/// A page that leads to the link, as an address of its own: nothing has to be sent anywhere to save it.
fn as_file(address: &str) -> String {
    let address = address.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>Brokerscope</title>\
         <meta http-equiv=refresh content=\"0;url={address}\"><a href=\"{address}\">Brokerscope</a>"
    );
    format!("data:text/html;charset=utf-8,{}", String::from(js_sys::encode_uri_component(&page)))
}
