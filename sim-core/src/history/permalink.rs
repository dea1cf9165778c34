//! A run as a short text, for the address bar: setup, seed, placed commands and position.
//!
//! The text is `2.` and base64url over postcard. Commands are placed by step, which is exact as long as the
//! engine is the same; the link carries the engine's version and a digest of the state at its position, so
//! that a link of another version is noticed, followed by time instead, and the reader told.

use crate::digest::Digest;
use crate::engine::command::Placed;
use crate::engine::setup::Setup;
use crate::history::{Cursor, History};
use crate::scenario::boot::BootError;
use crate::time::SimTime;
use serde::{Deserialize, Serialize};
use std::fmt;

const FORMAT: &str = "2.";
/// Format 1 is positional, and the settings have changed since: it cannot be read without the engine of its day.
const OLD_FORMAT: &str = "1.";

/// Longer texts are not links of ours, and would only cost memory.
const TEXT_LEN_MAX: usize = 200_000;

/// Changes whenever the same commands may lead to other events than before.
pub const ENGINE_VERSION: u32 = 2;

/// Everything that a link says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub engine: u32,
    pub setup: Setup,
    pub seed: u64,
    pub placed: Vec<Placed>,
    pub step: u64,
    pub at: SimTime,
    /// Of the events' count and the clock at the position.
    pub check: u64,
}

/// Why a text is not a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// It does not begin as our links do.
    UnknownFormat,
    /// It was made by a version whose engine is gone.
    Older,
    /// Letters are missing or were changed.
    Damaged,
    /// It can be read, but what it describes cannot run.
    Impossible,
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkError::UnknownFormat => "this is not one of our links",
            LinkError::Older => "this link was made by an older version, whose engine is gone",
            LinkError::Damaged => "letters of the link are missing or were changed",
            LinkError::Impossible => "what the link describes cannot run",
        })
    }
}

impl std::error::Error for LinkError {}

/// What opening a link came to.
pub struct Opened {
    pub history: History,
    /// The state at the position is the one that was saved. If not, the engine has changed since, and the
    /// position was found by time.
    pub exact: bool,
}

pub fn encode(history: &History) -> String {
    let cursor = history.cursor();
    let link = Link {
        engine: ENGINE_VERSION,
        setup: history.setup().clone(),
        seed: history.seed(),
        placed: history.placed().to_vec(),
        step: cursor.step - history.first_step(),
        at: cursor.at,
        check: check(history),
    };
    let bytes = postcard::to_allocvec(&link).unwrap_or_default();
    let mut text = String::from(FORMAT);
    base64url::encode(&bytes, &mut text);
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

pub fn decode(text: &str) -> Result<Link, LinkError> {
    let text = text.trim();
    if text.starts_with(OLD_FORMAT) {
        return Err(LinkError::Older);
    }
    let body = text.strip_prefix(FORMAT).ok_or(LinkError::UnknownFormat)?;
    if body.len() > TEXT_LEN_MAX {
        return Err(LinkError::Damaged);
    }
    let bytes = base64url::decode(body).ok_or(LinkError::Damaged)?;
    let (link, rest) = postcard::take_from_bytes::<Link>(&bytes).map_err(|_| LinkError::Damaged)?;
    if !rest.is_empty() {
        return Err(LinkError::Damaged);
    }
    Ok(link)
}

/// Runs what a link describes, up to its position.
pub fn open(link: Link) -> Result<Opened, LinkError> {
    link.setup.validate().map_err(|_| LinkError::Impossible)?;
    let mut history = History::new(link.setup, link.seed).map_err(|_: BootError| LinkError::Impossible)?;
    let cursor = Cursor { step: history.first_step() + link.step.min(STEPS_MAX), at: link.at };
    let same_engine = link.engine == ENGINE_VERSION;
    let placed_in_order = link.placed.windows(2).all(|pair| pair[0].step <= pair[1].step && pair[0].at <= pair[1].at);
    if !placed_in_order {
        return Err(LinkError::Damaged);
    }
    if same_engine {
        history.replace_commands(link.placed.clone(), cursor);
        if check(&history) == link.check {
            return Ok(Opened { history, exact: true });
        }
    }
    // Another engine: steps mean nothing, moments still do.
    history.replace_commands(Vec::new(), Cursor { step: history.first_step(), at: SimTime::ZERO });
    for placed in &link.placed {
        history.seek_time(placed.at.min(AT_MAX));
        // What is refused now (the node is down already, say) is left out: the rest still shows the story.
        let _ = history.command(&placed.command);
    }
    history.seek_time(link.at.min(AT_MAX));
    Ok(Opened { history, exact: false })
}

/// A damaged number must not keep the page busy for ever.
const STEPS_MAX: u64 = 5_000_000;
const AT_MAX: SimTime = SimTime::from_ms(24 * 3_600_000);

fn check(history: &History) -> u64 {
    let mut digest = Digest::default();
    digest.u64(history.sim().now().0);
    digest.u64(history.sim().system().events_noted());
    for slot in history.sim().system().slots() {
        digest.u64(u64::from(slot.id.code()));
        digest.u64(slot.open.len() as u64);
        digest.u64(slot.armed_count.0);
    }
    digest.value()
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
    }
}
