//! All of the run at a glance, ahead of the cursor too: the lanes come from `view_model::timeline`, dragging seeks.

use crate::components::keys::is_composing;
use crate::context::*;
use crate::erased::{Memo, rows};
use crate::i18n::{Label, Lang, Names, panels as words};
use crate::playback::warp::Warp;
use crate::session::{Session, UiCommand};
use crate::view_model::time_text;
use crate::view_model::timeline::{self, Axis, Lane, Piece};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use sim_core::fact::Importance;
use sim_core::time::SimTime;

/// Lanes over time, in story time with its seams, or in true scale. Dragging goes anywhere.
#[component]
pub fn Timeline() -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let scale = Scale::new(session);
    let pieces = Memo::new(move |_| {
        session.story(|story| {
            let axis = scale.axis(story.warp);
            timeline::pieces(story.marks).iter().map(|piece| placed(piece, &axis)).collect::<Vec<_>>()
        })
    });
    // An ensemble alone has neither replicas nor groups.
    let has_kafka = Memo::new(move |_| session.frame.with(|frame| frame.release.kafka.is_some()));
    let lane = move |lane: Lane, label: Label, empty: Label| {
        let is_of_kafka = matches!(lane, Lane::Isr | Lane::Rebalances);
        let here = move || pieces.get().into_iter().filter(|piece| piece.lane == lane).collect::<Vec<_>>();
        view! {
            <div class="lane" data-testid="lane" hidden=move || is_of_kafka && !has_kafka.get()>
                <span class="lane-name">{move || language.lang().label(label)}</span>
                <div class="lane-track" data-empty=move || language.lang().label(empty)
                    data-none=move || language.lang().label(Label::NoneYet)>
                    {rows(here, PieceAt::clone, |piece| view! {
                        <i class:bad=piece.bad class:lasting=piece.lasting
                            style=format!("left:{};width:{}", piece.left, piece.width)></i>
                    })}
                </div>
            </div>
        }
    };
    view! {
        <section class="timeline" data-testid="timeline" aria-label=move || language.lang().label(Label::Timeline)>
            <div class="lanes">
                {lane(Lane::Faults, Label::LaneFaults, Label::NoFaults)}
                {lane(Lane::Elections, Label::LaneElections, Label::NoElections)}
                {lane(Lane::Isr, Label::LaneIsr, Label::NoIsrChange)}
                {lane(Lane::Rebalances, Label::LaneRebalances, Label::NoRebalance)}
                <Track scale/>
            </div>
            <Quiet scale/>
        </section>
    }
}

/// Which time is where: from the start of the run to the end of the axis, in story time or in true scale.
#[derive(Clone, Copy)]
struct Scale {
    is_true: RwSignal<bool>,
    /// While it is dragged, the axis keeps its end.
    dragged_end: RwSignal<Option<SimTime>>,
    end: Memo<SimTime>,
}

impl Scale {
    fn new(session: Session) -> Scale {
        let (is_true, dragged_end) = (RwSignal::new(false), RwSignal::new(None::<SimTime>));
        let end = Memo::new(move |_| {
            dragged_end.get().unwrap_or_else(|| {
                let cursor = session.at_page.get();
                session.story(|story| timeline::axis_end(story.warp, cursor, is_true.get()))
            })
        });
        Scale { is_true, dragged_end, end }
    }

    fn axis(self, warp: &Warp) -> Axis<'_> {
        Axis::new(warp, self.end.get(), self.is_true.get())
    }

    fn axis_untracked(self, warp: &Warp) -> Axis<'_> {
        Axis::new(warp, self.end.get_untracked(), self.is_true.get_untracked())
    }
}

/// The slider: the seams of story time and the cursor, which can be dragged and moved by keys.
#[component]
fn Track(scale: Scale) -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let track = NodeRef::<leptos::html::Div>::new();
    let seams = Memo::new(move |_| {
        session.story(|story| {
            let axis = scale.axis(story.warp);
            timeline::seams(story.warp).iter().map(|seam| cut_out(seam.from, seam.to, &axis)).collect::<Vec<_>>()
        })
    });
    let head = move || {
        let at = session.at_page.get();
        session.story(|story| scale.axis(story.warp).part(at))
    };
    let seek = move |event: &PointerEvent| {
        let Some(track) = track.get_untracked() else { return };
        let area = track.get_bounding_client_rect();
        if area.width() <= 0.0 {
            return;
        }
        let part = (f64::from(event.client_x()) - area.left()) / area.width();
        let moment = session.story_untracked(|story| scale.axis_untracked(story.warp).moment(part));
        session.send(UiCommand::SeekTime(moment));
    };
    let grab = move |event: PointerEvent| {
        if let Some(track) = track.get_untracked() {
            let _ = track.set_pointer_capture(event.pointer_id());
        }
        scale.dragged_end.set(Some(scale.end.get_untracked()));
        seek(&event);
    };
    let drag = move |event: PointerEvent| {
        if scale.dragged_end.get_untracked().is_some() {
            seek(&event);
        }
    };
    let drop = move |_| scale.dragged_end.set(None);
    let keys = move |event: KeyboardEvent| {
        if let Some(command) = command_of(&event, session) {
            session.send(command);
            event.prevent_default();
            event.stop_propagation();
        }
    };
    view! {
        <div class="track" node_ref=track tabindex="0" role="slider" data-testid="scrub"
            aria-label=move || language.lang().label(Label::Timeline)
            aria-valuemin="0" aria-valuemax="1000"
            aria-valuenow=move || ((head() * 1_000.0).round() as i64).to_string()
            aria-valuetext=move || {
                let start = session.status.with(|status| status.start);
                format!("{} s", time_text::clock(session.at_page.get(), start))
            }
            on:keydown=keys on:pointerdown=grab on:pointermove=drag on:pointerup=drop on:pointercancel=drop>
            {rows(move || seams.get(), SeamAt::clone, |seam| view! {
                <span class="seam" style=format!("left:{};width:{}", seam.left, seam.width)><b>{seam.text}</b></span>
            })}
            <span class="future" style=move || format!("left:{}", percent(head()))></span>
            <span class="head" style=move || format!("left:{}", percent(head()))></span>
        </div>
    }
}

/// A slider has its own arrows (ARIA Authoring Practices, "Slider"): the small steps are choices, the large ones key
/// events.
fn command_of(event: &KeyboardEvent, session: Session) -> Option<UiCommand> {
    if is_composing(event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    Some(match (event.key().as_str(), event.shift_key()) {
        ("ArrowRight" | "ArrowUp", false) => UiCommand::Step,
        ("ArrowLeft" | "ArrowDown", false) => UiCommand::StepBack,
        ("ArrowRight" | "ArrowUp", true) | ("PageUp", _) => UiCommand::Next(Importance::Step),
        ("ArrowLeft" | "ArrowDown", true) | ("PageDown", _) => UiCommand::Previous(Importance::Step),
        ("Home", _) => UiCommand::ToStart,
        ("End", _) => UiCommand::SeekTime(session.story_untracked(|story| story.end)),
        _ => return None,
    })
}

/// What a silence is good for, and the switch between story time and true scale.
#[component]
fn Quiet(scale: Scale) -> impl IntoView {
    let (language, session) = (expect_context::<Language>(), expect_context::<Session>());
    let quiet = Memo::new(move |_| {
        let at = session.at_page.get();
        let gap = session.story(|story| story.warp.gap(at));
        session.frame.with(|frame| timeline::quiet(&gap, frame, at))
    });
    let quiet_text = move || {
        let quiet = quiet.get()?;
        let lang: Lang = language.0.get();
        let session_of =
            quiet.session.map(|(client, left)| (session.frame.with(|frame| Names::of(frame)).say(client, lang), left));
        Some(words::silence(lang, &quiet.gap, session_of.as_ref().map(|(name, left)| (name.as_str(), left.as_str()))))
    };
    view! {
        <p class="quiet" data-testid="quiet">
            {quiet_text}
            <button class="link scale" data-testid="true-scale" aria-pressed=move || scale.is_true.get().to_string()
                on:click=move |_| scale.is_true.update(|on| *on = !*on)>
                {move || language.lang().label(if scale.is_true.get() { Label::StoryTime } else { Label::TrueScale })}
            </button>
        </p>
    }
}

/// A seam narrower than this part of the axis has no room for its length.
const SEAM_TEXT_FROM: f64 = 0.035;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct PieceAt {
    lane: Lane,
    left: String,
    width: String,
    bad: bool,
    lasting: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SeamAt {
    left: String,
    width: String,
    text: String,
}

fn cut_out(from: SimTime, to: SimTime, axis: &Axis<'_>) -> SeamAt {
    let width = axis.part(to) - axis.part(from);
    SeamAt {
        left: percent(axis.part(from)),
        width: percent(width),
        text: if width >= SEAM_TEXT_FROM { time_text::span(to.since(from)) } else { String::new() },
    }
}

fn placed(piece: &Piece, axis: &Axis<'_>) -> PieceAt {
    let left = axis.part(piece.from);
    let right = piece.to.map_or(1.0, |to| axis.part(to));
    PieceAt {
        lane: piece.lane,
        left: percent(left),
        width: percent(right - left),
        bad: piece.bad,
        lasting: piece.to.is_none(),
    }
}

/// Of a part from 0 to 1. Not formatted as a floating-point number: nothing else on the page needs the code for that.
fn percent(part: f64) -> String {
    let hundredths = (part * 10_000.0).round() as i64;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
