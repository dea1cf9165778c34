//! The selected thing, whatever it is: which rows there are is decided in `view_model::inspector` and `view_model::znode`.

use crate::context::*;
use crate::erased::{Memo, Show, rows};
use crate::i18n::{Label, Names};
use crate::session::{Session, UiCommand};
use crate::view_model::{inspector, znode};
use leptos::prelude::*;

/// What is known of the selected thing.
#[component]
pub fn Inspector() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let (selection, seen) = (expect_context::<Selection>(), expect_context::<Seen>());
    let start = Memo::new(move |_| session.status.with(|status| status.start));
    let inspected = Memo::new(move |_| {
        let what = selection.0.get()?;
        let event = match &what {
            Selected::Event(seq) => session.event(*seq),
            _ => None,
        };
        session.frame.with(|frame| {
            let (lang, names) = (language.lang(), Names::of(frame));
            let Selected::Znode(path) = &what else {
                let mut inspected = inspector::inspect(&what, frame, event.as_ref(), start.get(), lang, &names)?;
                if let Some(event) = &event {
                    inspected.say_settings(|key| session.setting(event, key));
                }
                return Some(inspected);
            };
            let watchers = session.watchers(path);
            seen.tree.with(|tree| {
                let (znode, by) = match tree {
                    Some(tree) => (tree.znode(path), seen.by.get()),
                    None => (frame.znode(path), None),
                };
                Some(znode::inspect(frame.release, path, znode, by, &watchers, lang, &names))
            })
        })
    });
    let moments = Memo::new(move |_| {
        let Some(Selected::Znode(path)) = selection.0.get() else { return Vec::new() };
        let (events, release, names) = session.frame.with(|frame| (frame.events, frame.release, Names::of(frame)));
        session.story(|story| znode::history(release, &path, story.marks, events, start.get(), language.lang(), &names))
    });
    let is_znode = move || selection.0.with(|what| matches!(what, Some(Selected::Znode(_))));
    let label = move |label: Label| move || language.lang().label(label);
    let moment = move |moment: znode::Moment| {
        view! {
            <li class=moment.row.tone.class() class:ahead=moment.ahead>
                <button on:click=move |_| session.send(UiCommand::SeekStep(moment.row.step))>
                    <time>{moment.row.clock}</time>
                    <span class="title">{moment.row.title}</span>
                    <time>{moment.zxid.to_string()}</time>
                </button>
            </li>
        }
    };
    view! {
        <Show when=move || inspected.with(Option::is_some)>
            <section class="panel panel-inspector" class:of-znode=is_znode data-testid="inspector" aria-label=label(Label::Inspect)>
                <header class="panel-head">
                    <h2 class="mono">{move || inspected.with(|seen| seen.as_ref().map(|seen| seen.title.clone()))}</h2>
                    <button class="fold" aria-label=label(Label::Close)
                        on:click=move |_| selection.clear()><span aria-hidden="true">"×"</span></button>
                </header>
                <div class="panel-body" tabindex="0" role="group" aria-label=label(Label::Inspect)>
                    {move || inspected.get().and_then(|seen| seen.payload).map(|(text, about)| view! {
                        <div class="payload">
                            {(!text.is_empty()).then(|| view! { <pre>{text}</pre> })}
                            <small data-testid="payload-length">{about}</small>
                        </div>
                    })}
                    <dl class="values">
                        {rows(
                            move || inspected.get().map(|seen| seen.rows).unwrap_or_default(),
                            Clone::clone,
                            |row| view! { <div><dt>{row.name}</dt><dd>{row.value}<small>{row.hint}</small></dd></div> },
                        )}
                    </dl>
                    <Show when=is_znode>
                        <h3 class="follows-head">{label(Label::ZnodeHistory)}</h3>
                        <ol class="events moments" data-testid="znode-history">
                            {rows(
                                move || moments.get(),
                                |moment| (moment.row.seq, moment.ahead, moment.row.title.clone()),
                                moment,
                            )}
                        </ol>
                        <Show when=move || moments.with(Vec::is_empty)>
                            <p class="nothing">{label(Label::NothingHappened)}</p>
                        </Show>
                    </Show>
                </div>
            </section>
        </Show>
    }
}
