//! The story that is told in the run: it goes on at the cursor, and waits for its reader.

use super::moving::is_phase;
use super::{Debugger, Done};
use crate::session::UiCommand;
use crate::tale::{Of, Said, Tale, TaleState};
use sim_core::history::Cursor;
use sim_core::history::telling::{Stop, Telling};
use sim_core::scenario::question::Guess;
use sim_core::time::Span;
use sim_core::view::frame::Frame;
use std::sync::Arc;

/// So far "next" looks while a story is told: what it will do is not known before.
const TOLD_AHEAD: Span = Span::ms(120_000);

/// The story that is told: its steps are done when their time comes.
pub(super) struct TaleUnderWay {
    of: Of,
    pub(super) telling: Telling,
    /// Each sentence's step, and the picture of the moment at which it was said.
    said: Vec<(usize, Arc<Frame>)>,
}

impl Debugger {
    /// The story that is told, as it stands at the cursor.
    pub fn tale(&self) -> Option<TaleState> {
        let TaleUnderWay { of, telling, said } = self.tale.as_ref()?;
        let cursor = self.history.cursor();
        let line = telling.line(cursor).and_then(|(nth, line)| {
            let (_, frame) = said.iter().find(|(step, _)| *step == nth)?;
            Some(Said { nth, line, frame: frame.clone(), verdict: telling.verdict(nth) })
        });
        Some(TaleState {
            of: of.clone(),
            stand: telling.stand(cursor),
            line,
            first: said.first().map(|(_, frame)| frame.clone()),
            asks: telling.asks(cursor).cloned(),
            guessed: telling.guessed(),
            waits: telling.waits_for_reader(),
            is_over: telling.is_over(),
            looks_back: telling.looks_back(&self.history),
            position: telling.position(cursor),
        })
    }

    pub(super) fn begin_tale(&mut self, tale: Option<Tale>) {
        self.tale = tale.map(|tale| {
            // The reader may change the cluster meanwhile.
            TaleUnderWay { of: tale.of, telling: Telling::lenient(&tale.steps), said: Vec::new() }
        });
    }

    /// The story goes on at the cursor, as far as it can.
    pub(super) fn tell(&mut self) -> Done {
        let mut done = Done::Moved;
        while let Some(stop) = self.tale.as_mut().and_then(|tale| tale.telling.look(&mut self.history)) {
            self.stopped(stop);
            if stop == Stop::Did {
                done = Done::Forked;
            }
        }
        done
    }

    pub(super) fn stopped(&mut self, stop: Stop) {
        match stop {
            Stop::Did => {
                self.forked();
            }
            Stop::Said { waits } => {
                let frame = self.history.frame();
                if let Some(tale) = &mut self.tale {
                    let nth = tale.telling.begun().saturating_sub(1);
                    tale.said.retain(|(step, _)| *step < nth);
                    tale.said.push((nth, frame));
                }
                self.playback.playing &= !waits;
            }
            Stop::Failed => self.playback.playing = false,
        }
    }

    /// Forwards through what a story has yet to do: nothing of the future is known before it is done. None: this is not a
    /// way forwards, or the story waits for its reader.
    pub(super) fn move_through_tale(&mut self, command: &UiCommand) -> Option<(bool, Done)> {
        let from = self.history.cursor();
        let tale = self.tale.as_ref()?;
        if !tale.telling.goes_on() || tale.telling.looks_back(&self.history) || !leads_forwards(command, from) {
            return None;
        }
        let (bound, mut done) = (from.at.plus(TOLD_AHEAD), Done::Moved);
        loop {
            let (before, noted) = (self.history.cursor(), self.history.sim().system().events_noted());
            let telling = self.tale.as_mut().map(|tale| &mut tale.telling)?;
            let (went, stop) = match command {
                UiCommand::SeekTime(at) => (true, telling.advance_to(&mut self.history, *at)),
                _ => telling.step(&mut self.history),
            };
            if let Some(stop) = stop {
                self.stopped(stop);
                if stop == Stop::Did {
                    done = Done::Forked;
                }
                if matches!(stop, Stop::Said { waits: true } | Stop::Failed) {
                    return Some((true, done));
                }
            }
            if self.has_come(command, before, noted) {
                return Some((true, done));
            }
            let is_bounded = !matches!(command, UiCommand::SeekTime(_) | UiCommand::SeekStep(_));
            if !went || is_bounded && self.history.cursor().at > bound {
                return Some((false, done));
            }
        }
    }

    /// Whether the cursor is where this command leads, after one step from `before`, when so many events had been noted.
    fn has_come(&self, command: &UiCommand, before: Cursor, noted: u64) -> bool {
        let now = self.history.cursor();
        let (upto, marks) = (self.history.sim().system().events_noted(), self.history.marks());
        let unseen = marks.partition_point(|mark| mark.seq.0 < noted);
        let mut passed = marks[unseen..].iter().take_while(|mark| mark.seq.0 < upto);
        match command {
            UiCommand::SeekTime(at) => now.at >= *at,
            UiCommand::SeekStep(step) => now.step >= *step,
            UiCommand::Next(importance) => passed.any(|mark| mark.fact.importance() >= *importance),
            UiCommand::NextPhase => passed.any(is_phase),
            _ => now > before,
        }
    }

    /// The reader goes on, with a guess or without one. Where they look back: to what they were told next.
    pub(super) fn go_on(&mut self, guess: Option<Guess>) -> Done {
        let Some(tale) = &mut self.tale else { return Done::Moved };
        if tale.telling.looks_back(&self.history) {
            let here = self.history.cursor();
            if let Some(next) = tale.telling.next_told(here).or(tale.telling.front()) {
                self.seek(next);
            }
            return Done::Moved;
        }
        let goes = match guess {
            Some(guess) => tale.telling.guess(guess),
            None => tale.telling.go_on(),
        };
        self.playback.playing |= goes;
        self.tell()
    }
}

fn leads_forwards(command: &UiCommand, from: Cursor) -> bool {
    match command {
        UiCommand::Step | UiCommand::Next(_) | UiCommand::NextPhase => true,
        UiCommand::SeekTime(at) => *at > from.at,
        UiCommand::SeekStep(step) => *step > from.step,
        _ => false,
    }
}
