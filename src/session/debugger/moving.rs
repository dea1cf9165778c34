//! Everything that puts the cursor somewhere: steps, the next thing that matters, a moment of the timeline.

use super::{Debugger, Done, Refused};
use crate::session::UiCommand;
use sim_core::event::Event;
use sim_core::fact;
use sim_core::fact::{Importance, Kind, Phase};
use sim_core::history::{Cursor, History};

impl Debugger {
    /// To a place of the run exactly: it may lie between two choices.
    pub(super) fn seek(&mut self, place: Cursor) {
        self.history.seek(place.step);
        if place.at > self.history.cursor().at {
            self.history.advance_to(place.at);
        }
        self.playback.moved();
    }

    /// Everything that puts the cursor somewhere. Stepping and scrubbing stop playing.
    pub(super) fn move_cursor(&mut self, command: &UiCommand) -> Result<Done, Refused> {
        self.playback.playing = false;
        self.playback.moved();
        if let Some((went, done)) = self.move_through_tale(command) {
            return if went { Ok(done) } else { Err(Refused::NothingAhead) };
        }
        let history = &mut self.history;
        let (went, otherwise) = match *command {
            UiCommand::Step => (history.step(), Refused::NothingAhead),
            UiCommand::StepBack => (history.step_back(), Refused::AtTheBeginning),
            UiCommand::Next(importance) => (history.next_interesting(importance), Refused::NothingAhead),
            UiCommand::Previous(importance) => (history.previous_interesting(importance), Refused::AtTheBeginning),
            UiCommand::NextPhase => (next_phase(history), Refused::NoPhaseAhead),
            UiCommand::SeekStep(step) => {
                history.seek(step);
                (true, Refused::NothingAhead)
            }
            UiCommand::SeekTime(at) => {
                history.seek_time(at.max(self.start));
                (true, Refused::NothingAhead)
            }
            UiCommand::ToStart => {
                history.seek(history.first_step());
                (true, Refused::AtTheBeginning)
            }
            _ => (true, Refused::NothingAhead),
        };
        if went { Ok(Done::Moved) } else { Err(otherwise) }
    }
}

/// To the next phase of a rebalance or of an election.
fn next_phase(history: &mut History) -> bool {
    let from = history.cursor();
    loop {
        let before = history.cursor().step;
        if !history.next_interesting(Importance::Step) {
            break;
        }
        let now = history.cursor().step;
        let begin = history.marks().partition_point(|mark| mark.step < before);
        let here = &history.marks()[begin..];
        if here.iter().take_while(|mark| mark.step < now).any(is_phase) {
            return true;
        }
    }
    history.seek_time(from.at);
    false
}

pub(super) fn is_phase(mark: &Event) -> bool {
    let Kind { story, phase, .. } = mark.fact.kind();
    matches!(story, fact::Story::Ensemble | fact::Story::Rebalance) && phase != Phase::Aside
}
