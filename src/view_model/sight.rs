//! What the reader had before them, as the end of a link: the open panels and the selected event.
//!
//! `twL120e`: a letter for each panel, a capital for the second of a pair that is in front, and the event's number with a
//! letter that closes it: of a number that lost its end nothing is known. It ends as every link should, in a character that
//! no chat program drops.
//!
//! It stands outside the run's checksum on purpose. What happened is the run's business, and that is checked; this says
//! only what was looked at. A link that lost this end still opens the same run, with other panels.

/// Closes the event's number.
const CLOSING: char = 'e';

/// In the order of [`Sight::panels`].
const LETTERS: [char; 7] = ['t', 'w', 'l', 'm', 'c', 'C', 'L'];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Tree, why, log, timeline, command line; the command line is in front of the tree, the log in front of why.
    pub panels: [bool; LETTERS.len()],
    /// The number of the selected event.
    pub event: Option<u64>,
}

impl Sight {
    /// Empty when nothing is open.
    pub fn encode(&self) -> String {
        let open = LETTERS.into_iter().zip(self.panels).filter(|(_, open)| *open);
        let mut text: String = open.map(|(letter, _)| letter).collect();
        if let Some(event) = self.event {
            text.push_str(&event.to_string());
            text.push(CLOSING);
        }
        text
    }

    /// Letters of a later version mean nothing here, and are passed over.
    pub fn decode(text: &str) -> Sight {
        let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let event = digits.strip_suffix(CLOSING).and_then(|digits| digits.parse().ok());
        Sight { panels: LETTERS.map(|letter| text.contains(letter)), event }
    }
}

#[cfg(test)]
mod tests {
    use super::Sight;

    #[test]
    fn what_is_open_and_selected_comes_back() {
        for bits in 0..128u32 {
            for event in [None, Some(0), Some(48_213)] {
                let sight = Sight { panels: std::array::from_fn(|at| bits >> at & 1 == 1), event };
                assert_eq!(Sight::decode(&sight.encode()), sight);
            }
        }
        assert_eq!(Sight::default().encode(), "");
    }

    #[test]
    fn a_strange_end_of_a_link_is_no_harm() {
        let strange = Sight::decode("txyz99999999999999999999999e");
        assert!(strange.panels[0] && strange.event.is_none());
        assert_eq!(Sight::decode("tL120e").event, Some(120));
        assert_eq!(Sight::decode("tL12").event, None, "12 may be what is left of 120");
        assert_eq!(Sight::decode("会话"), Sight::default());
    }
}
