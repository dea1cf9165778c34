//! Why something happened: the chain of causes is the answer that the simulation itself has kept.

use crate::components::section::Section;
use crate::context::*;
use crate::erased::{Memo, Show, rows};
use crate::i18n::{Label, Names, panels as words};
use crate::session::{Session, UiCommand};
use crate::view_model::why::{self, WhyRow};
use leptos::prelude::*;
use sim_core::ids::EventSeq;
use sim_core::view::settings::Setting;

/// The chain of causes of the selected event; without one, of the last thing that mattered.
#[component]
pub fn WhyPanel() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let (selection, panels) = (expect_context::<Selection>(), expect_context::<Panels>());
    let events = Memo::new(move |_| session.frame.with(|frame| frame.events));
    let at = Memo::new(move |_| session.frame.with(|frame| frame.at));
    let subject = Memo::new(move |_| {
        let end = events.get();
        session.story(|story| {
            let of_selected = selection.0.with(|selected| why::subject_of(selected.as_ref()?, story.marks, end));
            of_selected.or_else(|| why::subject(story.warp, at.get()))
        })
    });
    let named = Memo::new(move |_| session.frame.with(|frame| (frame.release, Names::of(frame))));
    let start = Memo::new(move |_| session.status.with(|status| status.start));
    let branch = Memo::new(move |_| session.status.with(|status| status.branch));
    let causes = Memo::new(move |_| {
        branch.track();
        let Some(seq) = subject.get() else { return Vec::new() };
        named.with(|(release, names)| why::rows(*release, &session.why(seq), start.get(), language.lang(), names))
    });
    let follows = Memo::new(move |_| {
        let Some(seq) = subject.get() else { return Vec::new() };
        let (lang, end) = (language.lang(), events.get());
        session.story(|story| {
            let following = why::follows(story.marks, seq, end);
            let shown = following.iter().take(FOLLOWS_MAX);
            named.with(|(release, names)| {
                shown
                    .map(|event| (event.seq, event.step + 1, lang.explain_event(*release, event, names).title))
                    .collect::<Vec<_>>()
            })
        })
    });
    let go = move |seq: EventSeq, step: u64| {
        selection.select(Selected::Event(seq));
        session.send(UiCommand::SeekStep(step));
    };
    view! {
        <Section label=Label::Why panel=panels.why testid="why">
            <Show when=move || causes.with(Vec::is_empty)>
                <p class="nothing">{move || language.lang().label(Label::WhyNothingYet)}</p>
            </Show>
            <ol class="chain">
                {rows(move || causes.get(), WhyRow::clone, move |row| view! { <WhyLink row go/> })}
            </ol>
            <Show when=move || !follows.with(Vec::is_empty)>
                <h3 class="follows-head">{move || language.lang().label(Label::WhatFollows)}</h3>
                <ul class="follows" data-testid="follows">
                    {rows(move || follows.get(), Clone::clone, move |(seq, step, title)| view! {
                        <li><button on:click=move |_| go(seq, step)>{title}</button></li>
                    })}
                </ul>
            </Show>
            <Show when=move || selection.0.with(Option::is_some)>
                <button class="link" data-testid="why-newest" on:click=move |_| selection.clear()>
                    {move || language.lang().label(Label::FollowNewest)}
                </button>
            </Show>
        </Section>
    }
}

/// More are in the log.
const FOLLOWS_MAX: usize = 6;

#[component]
fn WhyLink(row: WhyRow, go: impl Fn(EventSeq, u64) + Copy + 'static) -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let class = format!("link-of-chain {}", row.tone.class());
    let (seq, step, learn_more) = (row.seq, row.step, row.learn_more);
    view! {
        <li class=class class:current=row.current aria-current=row.current.then_some("step")>
            {(row.skipped > 0).then(|| view! {
                <span class="later">"⋯ "{move || words::skipped(language.0.get(), row.skipped)}</span>
            })}
            {row.later.map(|later| view! {
                <span class="later" data-testid="later">"⋯ "{move || words::later(language.0.get(), &later)}</span>
            })}
            <button data-testid="why-link" on:click=move |_| go(seq, step)>
                <span class="title">{row.title}</span>
                <time>{row.clock}</time>
            </button>
            {row.told.map(|told| view! { <small class="told" data-testid="told">{told}</small> })}
            {(!row.rule.is_empty()).then(|| view! { <small>{row.rule}</small> })}
            {(row.current && !learn_more.is_empty()).then(|| {
                let setting = |key: &str| session.event(seq).map_or(Setting::Default, |event| session.setting(&event, key));
                let read_on = why::in_this_cluster(learn_more, setting);
                view! {
                    <small class="more" data-testid="read-on">{move || language.lang().label(Label::LearnMore)}" "<code>{read_on}</code></small>
                }
            })}
        </li>
    }
}
