use super::*;
use crate::scenes::SEED;
use crate::tale::Said;
use sim_core::engine::command::Command;
use sim_core::engine::system::Fault;
use sim_core::history::telling::{Stop, Telling};
use sim_core::scenario::question::Verdict;
use std::sync::Arc;

/// A reader of the guide, on the host: the run, the story, and the pictures of what was said.
struct Reader {
    history: History,
    telling: Telling,
    of: Of,
    said: Vec<(usize, Arc<Frame>)>,
}

impl Reader {
    fn new() -> Reader {
        let history = History::new(scenes::setup(), SEED).expect("it boots");
        Reader { history, telling: Telling::lenient(&tale().steps), of: Of::Guide, said: Vec::new() }
    }

    fn try_it(&mut self, offer: Offer) {
        let tale = offer.tale();
        (self.telling, self.of) = (Telling::lenient(&tale.steps), tale.of);
        self.said.clear();
        self.stop();
    }

    fn stop(&mut self) {
        while let Some(stop) = self.telling.look(&mut self.history) {
            self.keep(stop);
        }
    }

    fn keep(&mut self, stop: Stop) {
        if matches!(stop, Stop::Said { .. }) {
            self.said.push((self.telling.begun() - 1, self.history.frame()));
        }
    }

    /// Until the next sentence.
    fn on(&mut self) -> String {
        let begun = self.history.cursor().at;
        loop {
            let at = self.history.cursor().at;
            assert!(at.since(begun) < Span::ms(60_000), "it stands {:?}", self.telling.stand(self.history.cursor()));
            if let Some(stop) = self.telling.advance_to(&mut self.history, at.plus(Span::us(500))) {
                self.keep(stop);
                if matches!(stop, Stop::Said { .. }) {
                    return self.says();
                }
            }
        }
    }

    fn told(&self) -> TaleState {
        let cursor = self.history.cursor();
        let line = self.telling.line(cursor).and_then(|(nth, line)| {
            let (_, frame) = self.said.iter().find(|(step, _)| *step == nth)?;
            Some(Said { nth, line, frame: frame.clone(), verdict: self.telling.verdict(nth) })
        });
        TaleState {
            of: self.of.clone(),
            stand: self.telling.stand(cursor),
            line,
            first: self.said.first().map(|(_, frame)| frame.clone()),
            asks: self.telling.asks(cursor).cloned(),
            guessed: self.telling.guessed(),
            waits: self.telling.waits_for_reader(),
            is_over: self.telling.is_over(),
            looks_back: self.telling.looks_back(&self.history),
            position: self.telling.position(cursor),
        }
    }

    fn says_in(&mut self, lang: Lang) -> String {
        let (told, frame, at) = (self.told(), self.history.frame(), self.history.cursor().at);
        let text = sentence(&told, None, &mut self.history, &frame, at, lang).unwrap_or_default();
        assert!(!text.contains(['{', '}']), "{text}");
        text
    }

    fn says(&mut self) -> String {
        self.says_in(Lang::Zh);
        self.says_in(Lang::En)
    }

    fn kill(&mut self, node: NodeId) {
        self.history.command(&Command::Fault(Fault::Kill(node))).expect("it runs");
        self.stop();
    }
}

/// The reader at the moment at which the question stands.
fn asked() -> Reader {
    let mut reader = Reader::new();
    while !reader.on().contains("What happens if its process dies now?") {}
    reader.kill(NodeId::Broker(2));
    while reader.told().asks.is_none() {
        reader.on();
    }
    reader
}

/// The reader at the end.
fn offered() -> Reader {
    let mut reader = asked();
    assert!(reader.telling.guess(Guess::Node(NodeId::Broker(1))));
    while !reader.told().is_over {
        reader.on();
        reader.stop();
    }
    reader
}

#[test]
fn a_record_is_followed_from_the_producer_to_the_consumer() {
    let mut reader = Reader::new();
    let said: Vec<String> = (0..7).map(|_| reader.on()).collect();
    let begins = [
        "A running cluster",
        "web-1 sends record #",
        "Broker",
        "Copied by 1 of 2",
        "Every replica in the ISR has it",
        "billing-",
        "Broker 2 leads",
    ];
    for (said, begin) in said.iter().zip(begins) {
        assert!(said.starts_with(begin), "{said}, not {begin}");
    }
}

#[test]
fn what_each_side_believes_is_read_from_the_run() {
    let mut reader = Reader::new();
    while !reader.on().contains("What happens if") {}
    reader.kill(NodeId::Broker(2));
    assert!(reader.says().contains("No producer has noticed"), "{}", reader.says());
    let later = reader.history.cursor().at.plus(Span::ms(1_000));
    reader.telling.advance_to(&mut reader.history, later);
    let said = reader.says();
    assert!(said.contains("Producers noticed after") && said.contains("for another"), "{said}");
    // Between two steps time runs on, and so does the sentence.
    let (told, frame, at) = (reader.told(), reader.history.frame(), reader.history.cursor().at);
    let on = sentence(&told, None, &mut reader.history, &frame, at.plus(Span::ms(1_000)), Lang::En);
    assert_ne!(on, Some(said));
}

#[test]
fn a_reader_who_is_faster_than_the_guide_is_not_held_up() {
    let mut reader = Reader::new();
    reader.on();
    reader.kill(NodeId::Broker(3));
    assert!(reader.says().starts_with("Broker 3 is dead"), "{}", reader.says());
}

#[test]
fn a_wrong_answer_gets_a_hint_and_the_question_stands() {
    let mut reader = asked();
    assert!(reader.says().contains("Who chooses them?"), "{}", reader.says());
    let frame = reader.history.frame();
    for (wrong, begin) in
        [(NodeId::Zk(2), "Not zk2"), (NodeId::Broker(3), "Broker 3 could"), (NodeId::Producer(1), "web-1 only")]
    {
        let line = hint(wrong, &frame).map(|line| (line, wrong));
        let (told, at) = (reader.told(), frame.at);
        let said = sentence(&told, line, &mut reader.history, &frame, at, Lang::En).unwrap_or_default();
        assert!(said.starts_with(begin), "{said}");
    }
    assert_eq!(hint(NodeId::Broker(1), &frame), None);
    assert!(!Question::WhoChooses.takes(&frame, NodeId::Broker(2)), "what is dead is no answer");
}

#[test]
fn the_answer_is_what_the_run_did_and_a_guess_changes_nothing_of_it() {
    let runs = [Some(Guess::Node(NodeId::Broker(1))), Some(Guess::Node(NodeId::Broker(3))), None].map(|guess| {
        let mut reader = asked();
        let went = match guess {
            Some(guess) => reader.telling.guess(guess),
            None => reader.telling.go_on(),
        };
        assert!(went);
        let said = reader.on();
        let verdict = reader.told().line.and_then(|said| said.verdict);
        let right = Guess::Node(NodeId::Broker(1));
        assert!(matches!(&verdict, Some(Verdict { answer, guess: given, .. }) if *answer == right && *given == guess));
        let begin = if guess == Some(right) { "Right: broker 1" } else { "Broker 1 chooses them" };
        assert!(said.starts_with(begin), "{said}");
        sim_core::history::permalink::encode(&reader.history)
    });
    assert!(runs[0] == runs[1] && runs[1] == runs[2], "a link knows no guess");
}

#[test]
fn after_the_election_four_things_are_offered() {
    let mut reader = offered();
    assert!(reader.says().contains("broker 1 made broker 3 the leader of"), "{}", reader.says());
    let frame = reader.history.frame();
    let death = death(&reader.history, &frame).expect("one died");
    for offer in Offer::ALL {
        for lang in Lang::ALL {
            assert!(!offer_text(offer, death.elected.as_ref(), lang).contains('{'));
        }
    }
}

#[test]
fn stepping_back_finds_the_znode_of_the_dead_broker() {
    let mut reader = offered();
    reader.try_it(Offer::Back);
    assert!(reader.says().contains("until /brokers/ids/2 is in the tree again"), "{}", reader.says());
    let before = reader.history.cursor().at.0 - Span::ms(3_000).0;
    reader.history.seek_time(SimTime(before));
    assert!(reader.says().starts_with("There it is: /brokers/ids/2"), "{}", reader.says());
}

#[test]
fn without_a_leader_of_the_ensemble_records_are_still_acknowledged() {
    let mut reader = offered();
    reader.try_it(Offer::StopZk);
    assert!(reader.says().starts_with("ZooKeeper has had no leader for"), "{}", reader.says());
    assert!(reader.on().contains("leads now. For"), "{}", reader.says());
}

#[test]
fn what_is_read_twice_is_counted() {
    let mut reader = offered();
    reader.try_it(Offer::KillConsumer);
    assert!(reader.says().starts_with("billing-a is dead"), "{}", reader.says());
    assert!(reader.on().starts_with("The session of billing-a is over"), "{}", reader.says());
    let said = reader.on();
    assert!(said.contains("read twice"), "{said}");
}
