//! A digest over an explicit little-endian encoding: the same on every machine and compiler, unlike
//! `derive(Hash)` and `Debug`. Two runs are equal when their digests are.

/// FNV-1a, 64 bits. It guards against accidents, not against attackers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Digest(0xcbf2_9ce4_8422_2325)
    }
}

/// What takes in numbers and texts, in order.
pub(crate) trait Absorb {
    fn u64(&mut self, value: u64);
    fn text(&mut self, text: &str);
}

impl Absorb for Digest {
    fn u64(&mut self, value: u64) {
        Digest::u64(self, value);
    }

    fn text(&mut self, text: &str) {
        Digest::text(self, text);
    }
}

/// A digest that is carried along by a run: a multiplication for eight bytes, where [`Digest`] takes eight.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunningDigest(u64);

impl RunningDigest {
    pub(crate) const fn value(self) -> u64 {
        self.0
    }
}

impl Absorb for RunningDigest {
    fn u64(&mut self, value: u64) {
        // An odd number without structure: 2^64 divided by the golden ratio.
        let mixed = (self.0 ^ value).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        let (words, rest) = text.as_bytes().as_chunks();
        words.iter().for_each(|word| self.u64(u64::from_be_bytes(*word)));
        if !rest.is_empty() {
            self.u64(match text.as_bytes().last_chunk() {
                // Of the last eight bytes those that are in no word yet.
                Some(last) => u64::from_be_bytes(*last) & ((1 << (8 * rest.len())) - 1),
                None => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
            });
        }
    }
}

impl Digest {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes(&value.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    pub(crate) const fn value(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_digest_takes_a_text_in_words_of_eight_bytes_the_first_the_highest() {
        let text = "/brokers/topics/orders/partitions";
        for end in 0..=text.len() {
            let (mut of_text, mut of_words) = (RunningDigest::default(), RunningDigest::default());
            of_text.text(&text[..end]);
            of_words.u64(end as u64);
            for chunk in text.as_bytes()[..end].chunks(8) {
                of_words.u64(chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
            }
            assert_eq!(of_text.value(), of_words.value(), "{end} bytes");
        }
    }
}
