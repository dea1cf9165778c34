//! Who tells: the guide of the first minutes, or a scene. Looks at each frame that is published, and does
//! for them what they wish.

use crate::context::*;
use crate::erased::effect;
use crate::guide::{Guide, Offer, Wish};
use crate::scenes::{self, Scene, Telling};
use crate::session::{Pace, Session, UiCommand};
use leptos::prelude::*;
use sim_core::engine::setup::Setup;
use sim_core::ids::NodeId;

/// The handle.
#[derive(Clone, Copy)]
pub struct Storyteller {
    pub guide: RwSignal<Guide>,
    pub telling: RwSignal<Option<Telling>>,
    session: Session,
    panels: Panels,
    selection: Selection,
    followed: FollowedRecord,
    plug: PlugOn,
}

impl Storyteller {
    /// `guided`: the reader came without a link, so the guide begins and time runs.
    pub fn begin(session: Session, panels: Panels, selection: Selection, guided: bool) -> Storyteller {
        let guide = if guided { Guide::default() } else { Guide::over() };
        let teller = Storyteller {
            guide: RwSignal::new(guide),
            telling: RwSignal::new(None),
            session,
            panels,
            selection,
            followed: expect_context(),
            plug: expect_context(),
        };
        if guided {
            session.send(UiCommand::Play);
        }
        effect(move || {
            session.frame.track();
            teller.look();
        });
        teller
    }

    fn look(self) {
        let frame = self.session.frame.get_untracked();
        if self.telling.with_untracked(Option::is_some) {
            let reached = self.telling.try_maybe_update(|telling| {
                let reached = telling.as_mut().is_some_and(|telling| telling.see(&frame));
                (reached, reached)
            });
            if reached == Some(true) {
                self.session.send(UiCommand::Pause);
            }
            return;
        }
        if self.guide.with_untracked(Guide::is_over) {
            return;
        }
        let from = self.guide.with_untracked(Guide::wants_events_from);
        let events = match from {
            Some(from) if from < frame.events => {
                self.session.events(from.max(frame.events.saturating_sub(EVENTS_MAX)), frame.events)
            }
            _ => Vec::new(),
        };
        let wishes = self.guide.try_maybe_update(|guide| {
            let before = guide.clone();
            let wishes = guide.see(&frame, &events);
            (*guide != before, wishes)
        });
        self.fulfil(wishes.unwrap_or_default());
    }

    fn fulfil(self, wishes: Vec<Wish>) {
        for wish in wishes {
            match wish {
                Wish::Follow(record) => self.followed.0.set(record),
                Wish::Plug(broker) => self.plug.0.set(broker),
                Wish::Pause => self.session.send(UiCommand::Pause),
                Wish::Play => self.session.send(UiCommand::Play),
                Wish::Slow => self.session.send(UiCommand::SetPace(Pace::Constant { us_per_s: 1_000 })),
                Wish::UsualPace => self.session.send(UiCommand::SetPace(Pace::USUAL)),
                Wish::Do(command) => self.session.send(UiCommand::Sim(command)),
                Wish::AskWhy(seq) => self.selection.select(Selected::Event(seq)),
                Wish::ShowZnode(path) => self.selection.select(Selected::Znode(path)),
                Wish::UnfoldTree => self.panels.tree.set(true),
                Wish::UnfoldWhy => self.panels.why.set(true),
                Wish::UnfoldLog => self.panels.log.set(true),
                Wish::UnfoldTimeline => self.panels.timeline.set(true),
                Wish::ToTheNewestMoment => {
                    let newest = self.guide.with_untracked(Guide::newest);
                    if self.session.frame.with_untracked(|frame| frame.at < newest) {
                        self.session.send(UiCommand::SeekTime(newest));
                    }
                }
            }
        }
    }

    /// A card was clicked. True: it was the answer to a question, and opens no menu.
    pub fn takes_click(self, node: NodeId) -> bool {
        if self.telling.with_untracked(Option::is_some) || !self.guide.with_untracked(Guide::asks) {
            return false;
        }
        let frame = self.session.frame.get_untracked();
        self.change(|guide| guide.clicked(node, &frame));
        true
    }

    pub fn tell(self) {
        let frame = self.session.frame.get_untracked();
        self.change(|guide| guide.tell(&frame));
    }

    pub fn try_it(self, offer: Offer) {
        let frame = self.session.frame.get_untracked();
        self.change(|guide| guide.try_it(offer, &frame));
    }

    pub fn offer_again(self) {
        self.change(Guide::offer_again);
    }

    pub fn leave_guide(self) {
        self.change(Guide::leave);
    }

    fn change(self, change: impl FnOnce(&mut Guide) -> Vec<Wish>) {
        let wishes = self.guide.try_update(change);
        self.fulfil(wishes.unwrap_or_default());
    }

    /// The guide again, from its beginning.
    pub fn open_guide(self) {
        self.telling.set(None);
        self.guide.set(Guide::default());
        self.open(scenes::setup());
    }

    pub fn open_scene(self, scene: Scene) {
        self.leave_guide();
        self.telling.set(Some(Telling::of(scene)));
        self.open(scene.setup());
    }

    fn open(self, setup: Setup) {
        self.selection.clear();
        self.followed.0.set(None);
        self.plug.0.set(None);
        self.session.send(UiCommand::Open { setup: Box::new(setup), seed: scenes::SEED });
        self.session.send(UiCommand::Play);
    }

    /// The next beat of the scene.
    pub fn next(self) {
        let frame = self.session.frame.get_untracked();
        let commands = self.telling.try_update(|telling| telling.as_mut().and_then(|telling| telling.next(&frame)));
        match commands.flatten() {
            Some(commands) => {
                for command in commands {
                    self.session.send(UiCommand::Sim(command));
                }
                self.session.send(UiCommand::Play);
            }
            None => self.leave_scene(),
        }
    }

    /// Something else tells now: a scenario that was opened.
    pub fn fall_silent(self) {
        self.leave_guide();
        self.telling.set(None);
        self.selection.clear();
        self.followed.0.set(None);
        self.plug.0.set(None);
    }

    pub fn leave_scene(self) {
        self.telling.set(None);
        self.session.send(UiCommand::Play);
    }
}

/// At one look. More only pass by when the reader jumps, and then the newest are enough.
const EVENTS_MAX: u64 = 20_000;
