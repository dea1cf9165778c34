//! What the page does for a story besides running it: follows a record, sets the pace, unfolds a panel, takes a click as an
//! answer. The story itself is told by the session.

use crate::context::*;
use crate::erased::{Memo, effect};
use crate::guide::{self, Offer};
use crate::i18n::story::Line;
use crate::scenes::{self, Scene, plug_candidate};
use crate::session::{Pace, Session, UiCommand};
use crate::tale::{Of, Tale, TaleState};
use leptos::prelude::*;
use sim_core::engine::setup::Setup;
use sim_core::ids::NodeId;
use sim_core::scenario::question::{Guess, Question};

/// The handle.
#[derive(Clone, Copy)]
pub struct Storyteller {
    /// The sentence that stands.
    pub sentence: Memo<Option<String>>,
    /// What was tried of the guide's offers.
    pub tried: RwSignal<Vec<Offer>>,
    /// The last wrong answer to the guide's question, with the reason.
    hint: RwSignal<Option<(Line, NodeId)>>,
    /// The sentence for which everything was done.
    heard: StoredValue<Option<(Of, usize)>>,
    session: Session,
    panels: Panels,
    selection: Selection,
    followed: FollowedRecord,
    plug: PlugOn,
}

impl Storyteller {
    /// `guided`: the reader came without a link, so the guide begins and time runs.
    pub fn begin(
        session: Session,
        panels: Panels,
        selection: Selection,
        language: Language,
        guided: bool,
    ) -> Storyteller {
        let hint = RwSignal::new(None);
        let sentence = Memo::new(move |_| {
            let (tale, lang) = (session.tale.get()?, language.0.get());
            match tale.of {
                Of::Scene(scene) => tale.words(scene, lang),
                Of::Guide | Of::Trial(_) => {
                    let (frame, at, hint) = (session.frame.get(), session.at_page.get(), hint.get());
                    session.history(|history| guide::sentence(&tale, hint, history, &frame, at, lang)).flatten()
                }
            }
        });
        let teller = Storyteller {
            sentence,
            tried: RwSignal::new(Vec::new()),
            hint,
            heard: StoredValue::new(None),
            session,
            panels,
            selection,
            followed: expect_context(),
            plug: expect_context(),
        };
        if guided {
            session.send(UiCommand::Tell(Some(guide::tale())));
            session.send(UiCommand::Play);
        }
        // Copied out: what belongs to a sentence may change how the story stands.
        effect(move || teller.hear(session.tale.get().as_ref()));
        teller
    }

    /// Does what belongs to a sentence, once.
    fn hear(self, tale: Option<&TaleState>) {
        if tale.is_none() {
            self.forget();
        }
        let said = tale.filter(|tale| !tale.looks_back).and_then(|tale| Some((tale.of.clone(), tale.line.as_ref()?)));
        let Some((of, said)) = said else { return };
        let heard = Some((of.clone(), said.nth));
        if self.heard.with_value(|before| *before == heard) {
            return;
        }
        self.heard.set_value(heard);
        self.hint.set(None);
        if of != Of::Guide {
            return;
        }
        match Line::of(said.line) {
            Some(Line::RecordSent) => {
                self.followed.0.set(Some(guide::RECORD));
                // So slow that each hop of a record can be read about.
                self.pace(Pace::Constant { us_per_s: 1_000 });
            }
            Some(Line::RecordRead) => self.usual_pace(),
            Some(Line::KillOffered) => {
                self.usual_pace();
                self.plug.0.set(plug_candidate(&said.frame).map(|(broker, _)| broker));
            }
            Some(Line::Believed) => {
                self.forget();
                self.session.send(UiCommand::Play);
            }
            _ => {}
        }
    }

    fn pace(self, pace: Pace) {
        self.session.send(UiCommand::SetPace(pace));
    }

    fn usual_pace(self) {
        self.pace(Pace::USUAL);
    }

    /// Nothing of the guide is left on the stage.
    fn forget(self) {
        if self.followed.0.get_untracked().is_some() {
            self.usual_pace();
            self.followed.0.set(None);
        }
        if self.plug.0.get_untracked().is_some() {
            self.plug.0.set(None);
        }
    }

    /// A card was clicked. True: it was the answer to a question, and opens no menu.
    pub fn takes_click(self, node: NodeId) -> bool {
        let frame = self.session.frame.get_untracked();
        let takes = |tale: &TaleState| tale.asks.as_ref().filter(|question| question.takes(&frame, node)).cloned();
        let Some(question) = self.session.tale.with_untracked(|tale| tale.as_ref().and_then(takes)) else {
            return false;
        };
        let hint = match question {
            Question::WhoChooses => guide::hint(node, &frame),
            _ => None,
        };
        match hint {
            Some(line) => self.hint.set(Some((line, node))),
            None => self.guess(Guess::Node(node)),
        }
        true
    }

    pub fn guess(self, guess: Guess) {
        self.session.send(UiCommand::Guess(guess));
    }

    /// On with the story; where it asks, the reader wants to be shown.
    pub fn go_on(self) {
        self.session.send(UiCommand::GoOn);
    }

    /// The event that decided what was guessed, and its causes.
    pub fn why(self) {
        let by = |tale: &TaleState| Some(tale.line.as_ref()?.verdict.as_ref()?.by);
        if let Some(by) = self.session.tale.with_untracked(|tale| tale.as_ref().and_then(by)) {
            self.panels.why.set(true);
            self.selection.select(Selected::Event(by));
        }
    }

    pub fn try_it(self, offer: Offer) {
        let frame = self.session.frame.get_untracked();
        let death = self.session.history(|history| guide::death(history, &frame)).flatten();
        let Some(death) = death else { return };
        match offer {
            Offer::Back => {
                self.session.send(UiCommand::Pause);
                self.panels.tree.set(true);
                self.panels.timeline.set(true);
                self.selection.select(Selected::Znode(format!("/brokers/ids/{}", death.broker).into()));
            }
            Offer::Why => {
                let Some(elected) = death.elected else { return };
                self.session.send(UiCommand::Pause);
                self.panels.why.set(true);
                self.selection.select(Selected::Event(elected.seq));
            }
            Offer::StopZk => self.panels.log.set(true),
            Offer::KillConsumer => self.panels.timeline.set(true),
        }
        self.tried.update(|tried| tried.push(offer));
        self.tell(offer.tale());
        if matches!(offer, Offer::StopZk | Offer::KillConsumer) {
            self.session.send(UiCommand::Play);
        }
    }

    fn tell(self, tale: Tale) {
        self.heard.set_value(None);
        self.session.send(UiCommand::Tell(Some(tale)));
    }

    pub fn offer_again(self) {
        self.session.send(UiCommand::ToFront);
        self.tell(guide::offers());
    }

    pub fn leave_guide(self) {
        self.session.send(UiCommand::Tell(None));
    }

    /// The guide again, from its beginning.
    pub fn open_guide(self) {
        self.tried.set(Vec::new());
        self.open(scenes::setup(), guide::tale());
    }

    pub fn open_scene(self, scene: Scene) {
        self.open(scene.setup(), scene.tale());
    }

    fn open(self, setup: Setup, tale: Tale) {
        self.selection.clear();
        self.forget();
        self.heard.set_value(None);
        self.session.send(UiCommand::Open { setup: Box::new(setup), seed: scenes::SEED, tale: Some(tale) });
        // A story that begins with a sentence waits until it is read.
        if self.session.tale.with_untracked(|tale| tale.as_ref().is_none_or(|tale| !tale.waits)) {
            self.session.send(UiCommand::Play);
        }
    }

    /// Something else tells now: a scenario that was opened by its link.
    pub fn fall_silent(self) {
        self.leave_guide();
        self.selection.clear();
    }

    pub fn leave_scene(self) {
        self.session.send(UiCommand::Tell(None));
        self.session.send(UiCommand::Play);
    }
}
