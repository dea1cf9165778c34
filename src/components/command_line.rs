//! zkCli on the page. What it means is decided in `crate::zkcli`; here are the field, its keys and its focus.

use crate::components::keys::is_composing;
use crate::components::section::Section;
use crate::context::*;
use crate::erased::{Memo, effect, rows};
use crate::i18n::{Label, Lang};
use crate::session::{Session, UiCommand};
use crate::zkcli::complete::{complete, with_last_word};
use crate::zkcli::line::{self, LINE_BYTES_MAX};
use crate::zkcli::run::{self, ANSWER_MAX, Act, Verdict, Waiting};
use crate::zkcli::transcript::{Kind, Printed, printed};
use crate::zkcli::{EXAMPLES, Notice};
use leptos::ev::KeyboardEvent;
use leptos::html::{Div, Input};
use leptos::prelude::*;
use sim_core::release::ZkVersion;
use std::sync::Arc;

/// A client of the ensemble, driven by typing. What is on its screen comes from the frame; here are only the
/// line being typed and what was typed before.
#[component]
pub fn CommandLine() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let (panels, cli) = (expect_context::<Panels>(), expect_context::<Cli>());
    let field = NodeRef::<Input>::new();
    let end = NodeRef::<Div>::new();
    let screen = Memo::new_with_compare(
        move |_| session.frame.with(|frame| run::client(frame).map(|shell| shell.screen.clone())),
        |old, new| match (old, new) {
            (Some(old), Some(new)) => !Arc::ptr_eq(old, new),
            (None, None) => false,
            _ => true,
        },
    );
    let version = Memo::new(move |_| session.frame.with(|frame| frame.release.zookeeper));
    let lines = Memo::new(move |_| {
        let mut lines =
            screen.with(|screen| screen.as_ref().map_or_else(Vec::new, |screen| printed(screen, language.0.get())));
        lines.extend(of_the_page(cli, language.0.get(), version.get()));
        lines.into_iter().enumerate().collect::<Vec<_>>()
    });
    let who = move || session.frame.with(|frame| run::title(frame));
    let choices = move || match cli.notice.get() {
        Notice::Choices(choices) => choices,
        _ if screen.with(Option::is_none) => EXAMPLES.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let focus = move || {
        if let Some(field) = field.get_untracked() {
            let _ = field.focus();
        }
    };
    effect(move || {
        if cli.wants_focus.get() && field.get().is_some() {
            cli.wants_focus.set(false);
            request_animation_frame(focus);
        }
    });
    // The newest line stays in sight.
    effect(move || {
        lines.track();
        if let Some(end) = end.get() {
            request_animation_frame(move || {
                if let Some(body) = end.parent_element() {
                    body.set_scroll_top(body.scroll_height());
                }
            });
        }
    });
    let keys = move |event: KeyboardEvent| {
        if has_taken(&event, field, session, cli) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    let choice = move |choice: String| {
        let chosen = choice.clone();
        view! {
            <button class="chip mono" on:click=move |_| {
                cli.input.update(|input| *input = with_last_word(input, &chosen));
                focus();
            }>{choice}</button>
        }
    };
    view! {
        <Section label=Label::CommandLine panel=panels.cli testid="cli">
            <p class="cli-who mono" data-testid="cli-who">
                {move || who().unwrap_or_else(|| language.lang().label(Label::NoCliClient).to_string())}
            </p>
            <div class="cli-screen" role="log" aria-live="polite" data-testid="cli-screen"
                aria-label=move || language.lang().label(Label::CommandLine)>
                {rows(move || lines.get(), Clone::clone, |(_, line)| view! { <p class=line.kind.class()>{line.text}</p> })}
            </div>
            <div class="cli-choices">
                {rows(choices, String::clone, choice)}
            </div>
            <div class="cli-line" node_ref=end>
                <span class="mono" aria-hidden="true">"❯"</span>
                <input type="text" class="mono" node_ref=field data-testid="cli-input" autocomplete="off"
                    autocapitalize="off" spellcheck="false" enterkeyhint="send"
                    aria-label=move || language.lang().label(Label::CommandLine)
                    placeholder=move || language.lang().label(Label::CliPlaceholder)
                    prop:value=move || cli.input.get() on:keydown=keys
                    on:input=move |event| cli.input.set(event_target_value(&event))/>
            </div>
        </Section>
    }
}

/// What the page itself says under the client's screen: about the line, and the lines that wait for their turn.
fn of_the_page(cli: Cli, lang: Lang, version: ZkVersion) -> Vec<Printed> {
    let mut lines = cli.notice.with(|notice| notice.lines(cli.waiting.with(Option::is_some), lang, version));
    cli.ahead.with(|ahead| {
        lines.extend(ahead.iter().map(|line| Printed { kind: Kind::Note, text: line.clone() }));
    });
    lines
}

/// Does what a key of the input line means; false if it means nothing here.
fn has_taken(event: &KeyboardEvent, field: NodeRef<Input>, session: Session, cli: Cli) -> bool {
    if is_composing(event) {
        return false;
    }
    match event.key().as_str() {
        "Enter" => enter(session, cli),
        "ArrowUp" => cli.recall(-1),
        "ArrowDown" => cli.recall(1),
        // With nothing to complete, Tab goes on to the next thing, as everywhere.
        "Tab" => return !event.shift_key() && complete_line(session, cli),
        "Escape" => {
            cli.notice.set(Notice::None);
            cli.give_up();
            if let Some(field) = field.get_untracked() {
                let _ = field.blur();
            }
        }
        _ => return false,
    }
    true
}

/// Carries out what is in the input line.
fn enter(session: Session, cli: Cli) {
    let text = cli.input.get_untracked();
    let playing = session.status.with_untracked(|status| status.playing);
    // One line after the other; a run that was stopped is not waited for.
    if playing && cli.waiting.with_untracked(Option::is_some) {
        if !text.trim().is_empty() {
            cli.ahead.update(|ahead| ahead.push(text));
            cli.input.set(String::new());
        }
        return;
    }
    cli.waiting.set(None);
    let line = match line::parse(&text) {
        Ok(None) => return cli.notice.set(Notice::None),
        Ok(Some(_)) if text.len() > LINE_BYTES_MAX => return cli.notice.set(Notice::TooLong),
        Ok(Some(line)) => line,
        // It stays, to be put right.
        Err(problem) => return cli.notice.set(Notice::Problem(problem)),
    };
    cli.remember(text.clone());
    let commands = match session.frame.with_untracked(|frame| run::act(&line, &text, frame)) {
        Act::Help => return cli.notice.set(Notice::Help),
        Act::NotConnected => return cli.notice.set(Notice::NotConnected),
        Act::Place(commands) => commands,
    };
    cli.notice.set(Notice::None);
    // If the engine does not take one, the session says why.
    if commands.into_iter().try_for_each(|command| session.try_send(UiCommand::Sim(command))).is_err() {
        return;
    }
    let branch = session.status.with_untracked(|status| status.branch);
    cli.waiting.set(session.frame.with_untracked(|frame| {
        let client = run::client(frame)?.id;
        Some(Waiting { client, from_step: frame.step, until: frame.at.plus(ANSWER_MAX), branch, pauses: !playing })
    }));
    if !playing {
        session.send(UiCommand::Play);
    }
}

/// False: there is nothing to complete.
fn complete_line(session: Session, cli: Cli) -> bool {
    let input = cli.input.get_untracked();
    if input.trim().is_empty() {
        return false;
    }
    let completion = session.frame.with_untracked(|frame| {
        let paths = frame.znodes().iter().map(|znode| &*znode.path);
        complete(&input, paths, frame.servers().count() as u16)
    });
    let Some(completion) = completion.filter(|found| found.line != input || !found.choices.is_empty()) else {
        return false;
    };
    cli.notice.set(if completion.choices.is_empty() { Notice::None } else { Notice::Choices(completion.choices) });
    cli.input.set(completion.line);
    true
}

/// Waits for the answer, and stands still again when the line has done its work.
pub fn listen(session: Session, cli: Cli) {
    effect(move || {
        let Some(waiting) = cli.waiting.get() else { return };
        let at = session.at_page.get();
        session.frame.track();
        let branch = session.status.with(|status| status.branch);
        match session.frame.with_untracked(|frame| run::judge(&waiting, frame, at, branch)) {
            Verdict::Wait => return,
            Verdict::Left => return cli.give_up(),
            Verdict::Late => cli.notice.set(Notice::Late),
            Verdict::Answered => {}
        }
        cli.waiting.set(None);
        if waiting.pauses {
            session.send(UiCommand::Pause);
        }
        if let Some(next) = cli.ahead.try_update(|ahead| (!ahead.is_empty()).then(|| ahead.remove(0))).flatten() {
            cli.input.set(next);
            enter(session, cli);
        }
    });
}
