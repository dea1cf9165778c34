//! A run as a short text, for the address bar: setup, seed, placed commands and position.
//!
//! The text is `2.`, base64url over bytes of our own, and one closing letter. It says only what differs from the
//! release's defaults, by tags that never change ([`words`]). Commands are placed by step, which is exact as long as
//! the engine is the same; the link carries the engine's version and a digest of all events up to its position, so
//! that a link of another version is noticed, followed by time instead, and the reader hears of it.
//!
//! A link that lost its end is known by the closing letter and by the number of bytes that it names, a changed one by
//! its checksum. The closing letter is never one that chat programs take for punctuation (`-`, `_`, `.`).

mod bytes;
mod words;

use crate::digest::{Absorb, Digest, RunningDigest};
use crate::engine::command::{Command, Placed};
use crate::engine::setup::Setup;
use crate::history::{Cursor, History};
use crate::scenario::boot::{Boot, BootError};
use crate::time::SimTime;
use bytes::{Coded, Reader, Writer};
use std::fmt;

const FORMAT: &str = "2.";
/// Format 1 was positional: it cannot be read without the engine of its day.
const OLD_FORMAT: &str = "1.";
const CLOSING: char = 'E';

/// Longer texts are not links of ours, and would only cost memory.
const TEXT_LEN_MAX: usize = 4_000_000;

/// Changes whenever the same commands may lead to other events than before.
pub const ENGINE_VERSION: u32 = 3;

/// Everything that a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The [`ENGINE_VERSION`] that made it.
    pub engine: u32,
    /// The cluster that the run begins with.
    pub setup: Setup,
    /// From which all chance of the run is drawn.
    pub seed: u64,
    /// Steps are counted from the first one of the story, here and in `step`.
    pub placed: Vec<Placed>,
    /// Where the reader stood.
    pub step: u64,
    /// The clock at that place.
    pub at: SimTime,
    /// Of all events up to the position.
    pub check: u32,
}

/// Why a text is not a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin as our links do.
    UnknownFormat,
    /// It was made by a version whose engine is gone.
    Older,
    /// The end is missing.
    Cut,
    /// Letters were changed.
    Damaged,
    /// It can be read, but what it describes cannot run.
    Impossible,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkError::UnknownFormat => "this is not a link of Brokerscope",
            LinkError::Older => "this link was made by an older version, whose engine is gone",
            LinkError::Cut => "the end of this link is missing",
            LinkError::Damaged => "this link was changed on its way",
            LinkError::Impossible => "what this link describes cannot run",
        })
    }
}

impl std::error::Error for LinkError {}

/// What opening a link came to.
pub struct Opened {
    /// The run, with its cursor where the link says.
    pub history: History,
    /// The run up to the position is the one that was saved. If not, the engine has changed since, and the
    /// position was found by time.
    pub exact: bool,
}

/// The run up to the cursor, as text for an address.
pub fn encode(history: &History) -> String {
    let cursor = history.cursor();
    let first = history.first_step();
    let mut placed = history.placed().to_vec();
    placed.iter_mut().for_each(|placed| placed.step = placed.step.saturating_sub(first));
    let link = Link {
        engine: ENGINE_VERSION,
        setup: history.setup().clone(),
        seed: history.seed(),
        placed,
        step: cursor.step.saturating_sub(first),
        at: cursor.at,
        check: check(history),
    };
    link.text()
}

impl Link {
    /// As an address has it; [`decode`] reads it back.
    pub fn text(&self) -> String {
        let mut to = Writer::default();
        self.engine.write(&mut to);
        self.setup.write(&mut to);
        self.seed.write(&mut to);
        to.number(self.placed.len() as u64);
        let (mut step, mut at) = (0, 0);
        for placed in &self.placed {
            // No less than the one before, both.
            placed.step.saturating_sub(step).write(&mut to);
            placed.at.0.saturating_sub(at).write(&mut to);
            placed.command.write(&mut to);
            (step, at) = (placed.step, placed.at.0);
        }
        self.step.write(&mut to);
        self.at.0.write(&mut to);
        to.bytes.extend(self.check.to_le_bytes());
        as_text(&to.bytes)
    }
}

/// The number of bytes, the bytes, their checksum: as text.
fn as_text(bytes: &[u8]) -> String {
    let mut whole = Writer::default();
    whole.number(bytes.len() as u64);
    whole.bytes.extend(bytes);
    whole.bytes.extend(checksum(bytes).to_le_bytes());
    let mut text = String::from(FORMAT);
    base64url::encode(&whole.bytes, &mut text);
    text.push(CLOSING);
    text
}

/// A run that was made elsewhere (a story, the model checker), standing right before its first command.
pub fn encode_run(setup: &Setup, seed: u64, placed: &[Placed]) -> Result<String, BootError> {
    let mut history = History::new(setup.clone(), seed)?;
    let step = placed.first().map_or(history.first_step(), |first| first.step);
    // The moment of the choice before: at the command's own moment it would have been carried out.
    history.replace_commands(placed.to_vec(), Cursor { step, at: SimTime::ZERO });
    Ok(encode(&history))
}

/// Reads a link. It may come from anywhere, so every text is answered: with a link, or with what is wrong.
pub fn decode(text: &str) -> Result<Link, LinkError> {
    let text = text.trim();
    if text.starts_with(OLD_FORMAT) {
        return Err(LinkError::Older);
    }
    let body = text.strip_prefix(FORMAT).ok_or(LinkError::UnknownFormat)?;
    if body.len() > TEXT_LEN_MAX {
        return Err(LinkError::Damaged);
    }
    let body = body.strip_suffix(CLOSING).ok_or(LinkError::Cut)?;
    let bytes = base64url::decode(body).ok_or(LinkError::Damaged)?;
    let mut whole = Reader::new(&bytes);
    let count = whole.number()?;
    let bytes = whole.take(count).map_err(|_| LinkError::Cut)?;
    let sum = whole.take(2).map_err(|_| LinkError::Cut)?;
    if sum != checksum(bytes).to_le_bytes() || !whole.is_at_end() {
        return Err(LinkError::Damaged);
    }
    let mut from = Reader::new(bytes);
    let engine = Coded::read(&mut from)?;
    let setup = Coded::read(&mut from)?;
    let seed = Coded::read(&mut from)?;
    let mut placed = Vec::new();
    let (mut step, mut at) = (0u64, 0u64);
    for _ in 0..from.number()? {
        step = step.checked_add(from.number()?).ok_or(LinkError::Damaged)?;
        at = at.checked_add(from.number()?).ok_or(LinkError::Damaged)?;
        let command: Command = Coded::read(&mut from)?;
        placed.push(Placed { step, at: SimTime(at), command });
    }
    let (step, at) = (from.number()?, SimTime(from.number()?));
    let check = from.take(4)?.iter().rev().fold(0, |check, byte| check << 8 | u32::from(*byte));
    if !from.is_at_end() {
        return Err(LinkError::Damaged);
    }
    Ok(Link { engine, setup, seed, placed, step, at, check })
}

/// Runs what a link describes, up to its position.
pub fn open(link: Link) -> Result<Opened, LinkError> {
    let mut opening = Opening::of(link)?;
    loop {
        if let Some(opened) = opening.advance(u32::MAX)? {
            return Ok(opened);
        }
    }
}

/// A link that is being opened, a little at a time: a page must not stand still for as long as all of its run takes.
pub struct Opening {
    link: Link,
    stage: Option<Stage>,
}

enum Stage {
    Booting(Boot),
    /// The commands stand at their steps; the run is on its way to the position.
    Running(History),
    /// Another engine: steps mean nothing, moments still do. So many commands have been given.
    ByTime(History, usize),
}

impl Opening {
    /// Nothing has been run yet.
    pub fn of(link: Link) -> Result<Opening, LinkError> {
        let boot = Boot::new(&link.setup, link.seed).map_err(|_: BootError| LinkError::Impossible)?;
        Ok(Opening { link, stage: Some(Stage::Booting(boot)) })
    }

    /// Makes about so many choices at the most; the run, once it has come to the position.
    pub fn advance(&mut self, choices_max: u32) -> Result<Option<Opened>, LinkError> {
        let link = &mut self.link;
        let at = link.at.min(AT_MAX);
        let next = match self.stage.take() {
            None => return Err(LinkError::Impossible),
            Some(Stage::Booting(mut boot)) => {
                let is_up = boot.advance(choices_max, &mut |_| {}).map_err(|_: BootError| LinkError::Impossible)?;
                if !is_up {
                    Stage::Booting(boot)
                } else {
                    let history = History::of(link.setup.clone(), link.seed, boot);
                    let mut history = history.map_err(|_: BootError| LinkError::Impossible)?;
                    let start = history.start();
                    for placed in &mut link.placed {
                        placed.step = start.step + placed.step.min(STEPS_MAX);
                    }
                    link.step = start.step + link.step.min(STEPS_MAX);
                    if link.engine == ENGINE_VERSION {
                        history.replace_commands(link.placed.clone(), start);
                        Stage::Running(history)
                    } else {
                        Stage::ByTime(history, 0)
                    }
                }
            }
            Some(Stage::Running(mut history)) => {
                if history.comes_nearer(Cursor { step: link.step, at }, choices_max) {
                    Stage::Running(history)
                } else {
                    history.replace_commands(link.placed.clone(), Cursor { step: link.step, at });
                    if check(&history) == link.check {
                        return Ok(Some(Opened { history, exact: true }));
                    }
                    let start = Cursor { step: history.first_step(), at: SimTime::ZERO };
                    history.replace_commands(Vec::new(), start);
                    Stage::ByTime(history, 0)
                }
            }
            Some(Stage::ByTime(mut history, given)) => {
                let placed = link.placed.get(given);
                let at = placed.map_or(at, |placed| placed.at.min(AT_MAX));
                if history.comes_nearer(Cursor { step: 0, at }, choices_max) {
                    Stage::ByTime(history, given)
                } else {
                    history.seek_time(at);
                    let Some(placed) = placed else { return Ok(Some(Opened { history, exact: false })) };
                    // What is refused now (the node is down already, say) is left out: the rest still shows the story.
                    let _ = history.command(&placed.command);
                    Stage::ByTime(history, given + 1)
                }
            }
        };
        self.stage = Some(next);
        Ok(None)
    }
}

/// A damaged number must not keep the page busy for ever.
const STEPS_MAX: u64 = 5_000_000;
const AT_MAX: SimTime = SimTime::from_ms(24 * 3_600_000);

/// Whether it is the same run: all its events up to here, how many steps there were, and the clock.
fn check(history: &History) -> u32 {
    let system = history.sim().system();
    let mut digest = RunningDigest::default();
    for part in [system.digest(), system.steps(), history.sim().now().0] {
        digest.u64(part);
    }
    digest.value() as u32
}

fn checksum(bytes: &[u8]) -> u16 {
    let mut digest = Digest::default();
    digest.bytes(bytes);
    digest.value() as u16
}

mod base64url {
    //! RFC 4648, section 5, without padding.

    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    pub(super) fn encode(bytes: &[u8], text: &mut String) {
        for chunk in bytes.chunks(3) {
            let word = chunk.iter().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for letter in 0..=chunk.len() {
                text.push(char::from(LETTERS[(word >> (18 - 6 * letter)) as usize & 63]));
            }
        }
    }

    pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
        for chunk in text.as_bytes().chunks(4) {
            if chunk.len() == 1 {
                return None;
            }
            let mut word = 0u32;
            for letter in chunk {
                word = (word << 6) | LETTERS.iter().position(|known| known == letter)? as u32;
            }
            word <<= 6 * (4 - chunk.len());
            for byte in 0..chunk.len() - 1 {
                bytes.push((word >> (16 - 8 * byte)) as u8);
            }
            // Bits beyond the last byte say nothing: where they are set, a letter was changed.
            if chunk.len() < 4 && word << (8 * (chunk.len() - 1)) & 0xff_ffff != 0 {
                return None;
            }
        }
        Some(bytes)
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn what_was_encoded_is_decoded_again() {
            for len in 0..40u8 {
                let bytes: Vec<u8> = (0..len).map(|i| i.wrapping_mul(37).wrapping_add(len)).collect();
                let mut text = String::new();
                super::encode(&bytes, &mut text);
                assert_eq!(super::decode(&text).as_deref(), Some(&bytes[..]));
            }
        }

        #[test]
        fn a_letter_from_elsewhere_is_refused() {
            assert_eq!(super::decode("AB+D"), None);
            assert_eq!(super::decode("A"), None);
        }

        #[test]
        fn a_last_letter_that_says_more_than_bytes_hold_is_refused() {
            assert_eq!(super::decode("AQ"), Some(vec![1]));
            assert_eq!(super::decode("AR"), None);
            assert_eq!(super::decode("AAE"), Some(vec![0, 1]));
            assert_eq!(super::decode("AAF"), None);
        }
    }
}
