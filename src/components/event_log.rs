//! What happened, in order. Only what changed is put into words again, and the newest row stays in sight until the reader
//! scrolls up.

use crate::components::section::Section;
use crate::context::*;
use crate::erased::{Memo, Show, effect, rows};
use crate::i18n::{Label, Lang, Names, panels as words};
use crate::session::{Session, UiCommand};
use crate::view_model::log::{self, EVENTS_MAX, LogRow};
use crate::view_model::time_text;
use leptos::prelude::*;
use sim_core::event::Event;
use sim_core::fact::Importance;
use sim_core::ids::EventSeq;
use sim_core::time::SimTime;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The rows, and under which circumstances (language, beginning, branch) their words were made.
type Worded = ((Lang, SimTime, u64), Vec<LogRow>);

/// Less than a row from the end is at the end.
const AT_END_PX: i32 = 16;

/// What happened, newest last.
#[component]
pub fn EventLog() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let panels = expect_context::<Panels>();
    let loud = RwSignal::new(Importance::Step);
    let events = Memo::new(move |_| session.frame.with(|frame| frame.events));
    let named = Memo::new(move |_| session.frame.with(|frame| (frame.release, Names::of(frame))));
    let start = Memo::new(move |_| session.status.with(|status| status.start));
    let branch = Memo::new(move |_| session.status.with(|status| status.branch));
    // The newest stays in sight until the reader scrolls up to read. Only a move upwards says so: rows that are added or
    // taken away also change how far the end is.
    let following = RwSignal::new(true);
    let shown = Memo::new(move |last: Option<&Worded>| {
        let (lang, start, end) = (language.0.get(), start.get(), events.get());
        let made_under = (lang, start, branch.get());
        let before = last.filter(|last| last.0 == made_under).map_or(&[][..], |last| &last.1);
        let at_least = loud.get();
        // While the reader is reading further up, the list goes on beginning where it began.
        let from = before.first().map(|row| row.seq.0).filter(|first| !following.get() && *first < end);
        let rows = |events: &[Event]| {
            let recent = log::recent(events, end, at_least, from);
            named.with(|(release, names)| log::rows(*release, before, &recent, start, lang, names))
        };
        let rows = if at_least == Importance::Routine {
            let most = EVENTS_MAX as u64;
            let from = from.unwrap_or(end.saturating_sub(most));
            rows(&session.events(from, end.min(from + most)))
        } else {
            session.story(|story| rows(story.marks))
        };
        (made_under, if from.is_none() { log::newest(rows) } else { rows })
    });
    let list = NodeRef::<leptos::html::Ol>::new();
    // The row whose later tries are shown.
    let opened = RwSignal::new(None::<EventSeq>);
    let scrolled_to = StoredValue::new(0);
    let body = move || list.get().and_then(|list| list.parent_element());
    effect(move || {
        shown.track();
        if following.get()
            && let Some(body) = body()
        {
            request_animation_frame(move || body.set_scroll_top(body.scroll_height()));
        }
    });
    effect(move || {
        let Some(body) = body() else { return };
        let at = body.clone();
        let on_scroll = Closure::<dyn FnMut()>::new(move || {
            // A scroll that was under way when the panel was closed still arrives.
            let Some(before) = scrolled_to.try_get_value() else { return };
            let top = at.scroll_top();
            scrolled_to.set_value(top);
            let is_at_end = at.scroll_height() - top - at.client_height() < AT_END_PX;
            if is_at_end {
                following.set(true);
            } else if top < before {
                following.set(false);
            }
        });
        let _ = body.add_event_listener_with_callback("scroll", on_scroll.as_ref().unchecked_ref());
        // It must outlive the panel for the same reason.
        on_scroll.forget();
    });
    let choice = move |importance: Importance, label: Label| {
        view! {
            <button class="switch" aria-pressed=move || (loud.get() == importance).to_string()
                on:click=move |_| loud.set(importance)>
                {move || language.lang().label(label)}
            </button>
        }
    };
    view! {
        <Section label=Label::Log panel=panels.log testid="log">
            <div class="loudness">
                <div class="switches" role="group">
                    {choice(Importance::Headline, Label::LogHeadlines)}
                    {choice(Importance::Step, Label::LogSteps)}
                    {choice(Importance::Routine, Label::LogAll)}
                </div>
            </div>
            <Show when=move || !following.get()>
                <button class="link newest" data-testid="log-newest" on:click=move |_| following.set(true)>
                    {move || language.lang().label(Label::FollowNewest)}
                </button>
            </Show>
            <Show when=move || shown.with(|shown| shown.1.is_empty())>
                <p class="nothing">{move || language.lang().label(Label::LogEmpty)}</p>
            </Show>
            <ol class="events" node_ref=list data-testid="events">
                // The text is part of the key: another language is another row.
                {rows(
                    move || shown.with(|shown| shown.1.clone()),
                    |row| (row.seq, row.title.clone(), row.again.len()),
                    move |row| view! { <LogLine row opened start=start.get_untracked()/> },
                )}
            </ol>
        </Section>
    }
}

#[component]
fn LogLine(row: LogRow, opened: RwSignal<Option<EventSeq>>, start: SimTime) -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let selection = expect_context::<Selection>();
    let LogRow { seq, step, again, .. } = row;
    let go = move |seq: EventSeq, step: u64| {
        selection.select(Selected::Event(seq));
        session.send(UiCommand::SeekStep(step));
    };
    let tries = StoredValue::new(again);
    let count = tries.with_value(Vec::len);
    let is_selected = move || {
        selection.is(&Selected::Event(seq))
            || count > 0 && tries.with_value(|tries| tries.iter().any(|one| selection.is(&Selected::Event(one.seq))))
    };
    let is_open = move || opened.get() == Some(seq);
    let fold = move || {
        let says = move || words::skipped(language.0.get(), count as u32);
        // The name begins with what is seen (WCAG 2.5.3, Label in Name).
        let name = move || format!("×{} · {}", count + 1, says());
        view! {
            <button class="again" data-testid="log-again" aria-expanded=move || is_open().to_string() aria-label=name title=says
                on:click=move |_| opened.update(|opened| *opened = (*opened != Some(seq)).then_some(seq))>
                {format!("×{}", count + 1)}
            </button>
        }
    };
    let one = move |again: log::Again| {
        view! {
            <button data-testid="log-try" on:click=move |_| go(again.seq, again.step)>
                <time>{time_text::clock(again.at, start)}</time>
            </button>
        }
    };
    view! {
        <li class=row.tone.class() class:headline=row.importance == Importance::Headline class:selected=is_selected>
            <button data-testid="log-row" on:click=move |_| go(seq, step)>
                <time>{row.clock}</time>
                <span class="title">{row.title}</span>
            </button>
            {(count > 0).then(fold)}
            <Show when=is_open>
                <div class="tries">{tries.get_value().into_iter().map(one).collect_view()}</div>
            </Show>
        </li>
    }
}
