//! The stories that the page tells: which one, its steps for the engine, and how it stands. Its words are where its steps
//! are: in `guide` and `scenes`.

use crate::guide::Offer;
use crate::i18n::story::Line;
use crate::i18n::{Lang, Names};
use crate::scenes::Scene;
use crate::view_model::time_text;
use sim_core::history::telling::Stand;
use sim_core::scenario::condition::Condition;
use sim_core::scenario::question::{Guess, Question, Verdict};
use sim_core::scenario::whole::Whole;
use sim_core::scenario::{FOR_EVER, Step};
use sim_core::time::Span;
use sim_core::view::frame::Frame;
use std::sync::Arc;

/// Which story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    Guide,
    /// What the guide offers at its end.
    Trial(Offer),
    Scene(Scene),
}

/// A story that is to be told.
#[derive(Clone, Debug)]
pub struct Tale {
    pub of: Of,
    pub steps: Vec<Step>,
}

/// A sentence that was said.
#[derive(Clone, Debug)]
pub struct Said {
    /// Its step.
    pub nth: usize,
    pub line: sim_core::scenario::Line,
    /// The picture of that moment.
    pub frame: Arc<Frame>,
    /// How the question before it was answered.
    pub verdict: Option<Verdict>,
}

impl PartialEq for Said {
    fn eq(&self, other: &Said) -> bool {
        self.nth == other.nth && self.verdict == other.verdict && Arc::ptr_eq(&self.frame, &other.frame)
    }
}

/// How a story stands at the cursor.
#[derive(Clone, Debug)]
pub struct TaleState {
    pub of: Of,
    pub stand: Stand,
    pub line: Option<Said>,
    /// The picture of its first sentence.
    pub first: Option<Arc<Frame>>,
    /// What waits for a guess.
    pub asks: Option<Question>,
    /// The guess whose answer the run has not given yet.
    pub guessed: Option<Guess>,
    /// Its newest step waits for the reader.
    pub waits: bool,
    pub is_over: bool,
    /// The cursor stands before its newest step.
    pub looks_back: bool,
    /// So many times it has waited for the reader, and so many times it will have.
    pub position: (usize, usize),
}

impl PartialEq for TaleState {
    fn eq(&self, other: &TaleState) -> bool {
        self.of == other.of
            && self.stand == other.stand
            && self.line == other.line
            && self.asks == other.asks
            && self.guessed == other.guessed
            && (self.waits, self.is_over, self.looks_back) == (other.waits, other.is_over, other.looks_back)
            && self.position == other.position
    }
}

impl TaleState {
    /// The reader can go on to another sentence.
    pub fn has_next(&self) -> bool {
        self.looks_back || self.waits && self.asks.is_none() && self.position.0 < self.position.1
    }
}

impl TaleState {
    /// What is said of a scene at the cursor: how the question was answered, then the sentence.
    pub fn words(&self, scene: Scene, lang: Lang) -> Option<String> {
        let Some(said) = &self.line else {
            let names = Names::of(self.first.as_ref()?);
            return self.guessed.map(|guess| self.guessed_words(guess, &names, lang));
        };
        let sentence = scene.sentence(said, lang)?;
        let verdict = said.verdict.as_ref().and_then(|verdict| verdict_words(verdict, &Names::of(&said.frame), lang));
        let space = if lang == Lang::En { " " } else { "" };
        Some(verdict.map_or_else(String::new, |verdict| verdict + space) + &sentence)
    }

    /// While the run goes on to the answer.
    pub fn guessed_words(&self, guess: Guess, names: &Names, lang: Lang) -> String {
        Line::Guessed.say(lang, &[("guess", guess_words(guess, names, lang))])
    }
}

fn guess_words(guess: Guess, names: &Names, lang: Lang) -> String {
    match guess {
        Guess::Node(node) => names.say(node, lang),
        Guess::After(span) => time_text::span(span),
        Guess::Number(number) => number.to_string(),
    }
}

/// Nobody guesses to the millisecond.
const CLOSE: Span = Span::ms(500);

/// None: the reader wanted to be shown, and the sentence shows it.
fn verdict_words(verdict: &Verdict, names: &Names, lang: Lang) -> Option<String> {
    let line = match (verdict.guess, verdict.answer) {
        (None, Guess::After(_)) => Line::VerdictTook,
        (None, _) => return None,
        (Some(Guess::After(guess)), Guess::After(answer)) if guess.0.abs_diff(answer.0) <= CLOSE.0 => {
            Line::VerdictClose
        }
        (Some(guess), answer) if guess == answer => Line::VerdictRight,
        _ => Line::VerdictWrong,
    };
    let guess = verdict.guess.map(|guess| guess_words(guess, names, lang));
    let fill = [("guess", guess.unwrap_or_default()), ("answer", guess_words(verdict.answer, names, lang))];
    Some(line.say(lang, &fill))
}

// ----- how steps are written down -----

/// A sentence that waits for the reader.
pub fn say(line: Line) -> Step {
    Step::Say { line: line as u16, waits: true }
}

/// A sentence that stands for as long as the next steps take.
pub fn meanwhile(line: Line) -> Step {
    Step::Say { line: line as u16, waits: false }
}

pub fn ask(line: Line, question: Question) -> Step {
    Step::Ask { line: line as u16, question }
}

pub fn until(condition: Whole) -> Step {
    when(Condition::Whole(condition))
}

pub fn when(condition: Condition) -> Step {
    within(condition, FOR_EVER)
}

pub fn within(condition: Condition, within: Span) -> Step {
    Step::Until { condition, within }
}
