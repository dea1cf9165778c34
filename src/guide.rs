//! The first two minutes: one record is followed, a broker dies, the reader finds out which process decides, and gets four
//! things to try. Steps for the engine, and the words for each: everything they say is read from the run.

use crate::i18n::story::Line;
use crate::i18n::{Lang, Names};
use crate::scenes::{self, plug_candidate, zk_leader};
use crate::tale::{Of, Tale, TaleState, ask, meanwhile, until, within};
use crate::view_model::time_text;
use sim_core::client::ClientFact;
use sim_core::engine::facts::ClusterFact;
use sim_core::event::{Event, Fact};
use sim_core::history::History;
use sim_core::ids::*;
use sim_core::kafka::{KafkaFact, RecordId};
use sim_core::scenario::condition::Condition;
use sim_core::scenario::question::{Guess, Question};
use sim_core::scenario::whole::{Reach, Whole};
use sim_core::scenario::{Deed, Step};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::{Frame, ReplicaRole, ReplicaView};
use sim_core::zookeeper::ZkFact;

/// What can be tried at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    Back,
    Why,
    StopZk,
    KillConsumer,
}

impl Offer {
    pub const ALL: [Offer; 4] = [Offer::Back, Offer::Why, Offer::StopZk, Offer::KillConsumer];

    pub fn tale(self) -> Tale {
        let steps = match self {
            Offer::Back => vec![meanwhile(Line::BackGo)],
            Offer::Why => vec![meanwhile(Line::WhyThere)],
            Offer::StopZk => vec![
                meanwhile(Line::ZkStopped),
                Step::DoTo(Deed::KillEnsembleLeader),
                until(Whole::ServerServes),
                meanwhile(Line::ZkBack),
            ],
            Offer::KillConsumer => vec![
                meanwhile(Line::ConsumerDead),
                Step::DoTo(Deed::KillConsumer),
                until(Whole::DeadHaveNoSession),
                meanwhile(Line::ConsumerRebalance),
                until(Whole::GroupsRead),
                // What comes twice comes with the first fetches.
                Step::Wait(Span::ms(1_000)),
                meanwhile(Line::ConsumerTwice),
            ],
        };
        Tale { of: Of::Trial(self), steps }
    }
}

/// The record that is followed: the first one of the story. Its topic has followers and readers.
pub const RECORD: RecordId = RecordId { producer: 1, number: 1 };

pub fn tale() -> Tale {
    let mut steps = vec![meanwhile(Line::Watching)];
    let places = [
        (Reach::Sent, Line::RecordSent),
        (Reach::Appended, Line::RecordAppended),
        (Reach::Copied, Line::RecordCopied),
        (Reach::Committed, Line::RecordCommitted),
        (Reach::Read, Line::RecordRead),
    ];
    for (is, line) in places {
        let there = Whole::Record { id: RECORD, is };
        // A reader who is faster than the guide has killed a broker; and a record that got lost is not waited for.
        let there = Condition::AnyOf(vec![Condition::Whole(there), Condition::Whole(Whole::BrokerIsDown)]);
        steps.extend([within(there, if is == Reach::Sent { SENT_MAX } else { HOP_MAX }), meanwhile(line)]);
    }
    steps.extend([
        // It can be read.
        within(Condition::Whole(Whole::BrokerIsDown), Span::ms(700)),
        meanwhile(Line::KillOffered),
        until(Whole::BrokerIsDown),
        meanwhile(Line::Believed),
        until(Whole::BrokerIsUnregistered),
        ask(Line::AskWhoChooses, Question::WhoChooses),
        meanwhile(Line::RightController),
        Step::Wait(Span::ms(40)),
        meanwhile(Line::Elected),
    ]);
    Tale { of: Of::Guide, steps }
}

/// The end of the guide again, after something was tried.
pub fn offers() -> Tale {
    Tale { of: Of::Guide, steps: vec![meanwhile(Line::Elected)] }
}

const SENT_MAX: Span = Span::ms(2_000);
/// At the slow pace these are ten seconds.
const HOP_MAX: Span = Span::ms(10);

/// What is known of the last death of a broker, from what happened up to a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Death {
    pub broker: BrokerId,
    at: SimTime,
    /// The event by which it died.
    seq: EventSeq,
    expired: Option<SimTime>,
    pub elected: Option<Election>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Election {
    pub seq: EventSeq,
    at: SimTime,
    tp: TopicPartition,
    pub to: BrokerId,
    by: NodeId,
}

impl Death {
    /// `marks`: all that mattered up to the moment.
    pub fn last(marks: &[Event]) -> Option<Death> {
        let mut death: Option<Death> = None;
        for event in marks {
            match (&event.fact, &mut death) {
                (Fact::Cluster(ClusterFact::NodeKilled { node } | ClusterFact::NodePoweredOff { node }), _)
                | (Fact::Cluster(ClusterFact::NodeStopping { node }), _) => {
                    if let NodeId::Broker(broker) = *node {
                        death = Some(Death { broker, at: event.at, seq: event.seq, expired: None, elected: None });
                    }
                }
                (
                    Fact::Zk(ZkFact::SessionExpired { client, .. } | ZkFact::SessionClosed { client, .. }),
                    Some(death),
                ) if *client == Some(NodeId::Broker(death.broker)) => {
                    death.expired.get_or_insert(event.at);
                }
                (Fact::Kafka(KafkaFact::LeaderElected { tp, from, to, .. }), Some(death))
                    if *from == Some(death.broker) =>
                {
                    let by = event.node;
                    let election = Election { seq: event.seq, at: event.at, tp: tp.clone(), to: *to, by };
                    death.elected.get_or_insert(election);
                }
                _ => {}
            }
        }
        death
    }

    /// After what time the first producer lost its connection: looked for among the first events after the death.
    fn noticed(&self, history: &mut History, upto: u64) -> Option<Span> {
        let end = upto.min(self.seq.0 + NOTICED_WITHIN_EVENTS);
        let lost = |event: &&Event| {
            matches!(event.node, NodeId::Producer(_))
                && matches!(event.fact, Fact::Cluster(ClusterFact::ConnectionLost { peer, .. })
                    if peer == NodeId::Broker(self.broker))
        };
        let events = history.events(self.seq.0, end);
        events.iter().find(lost).map(|event| event.at.since(self.at))
    }
}

const NOTICED_WITHIN_EVENTS: u64 = 400;

/// What mattered up to the frame.
fn marks<'a>(history: &'a History, frame: &Frame) -> &'a [Event] {
    let marks = history.marks();
    &marks[..marks.partition_point(|mark| mark.seq.0 < frame.events)]
}

/// The death that the reader has seen, for the offers.
pub fn death(history: &History, frame: &Frame) -> Option<Death> {
    Death::last(marks(history, frame))
}

/// The words of an offer.
pub fn offer_text(offer: Offer, elected: Option<&Election>, lang: Lang) -> String {
    let leader = elected.map(|election| Names::default().say(NodeId::Broker(election.to), lang));
    let line = match offer {
        Offer::Back => Line::OfferBack,
        Offer::Why => Line::OfferWhy,
        Offer::StopZk => Line::OfferZk,
        Offer::KillConsumer => Line::OfferConsumer,
    };
    line.say(lang, &[("leader", leader.unwrap_or_default())])
}

/// Why this process, which runs, does not choose. None: it may be the one.
pub fn hint(node: NodeId, frame: &Frame) -> Option<Line> {
    let is_up = |id| frame.broker(id).is_some_and(|broker| broker.process.is_up());
    match node {
        NodeId::Zk(_) => Some(Line::WrongZk),
        NodeId::Broker(id) if frame.controller == Some(id) => None,
        // The controller is dead too, or just being chosen: every living broker is a candidate.
        NodeId::Broker(_) if frame.controller.is_none_or(|id| !is_up(id)) => None,
        NodeId::Broker(_) => Some(Line::WrongBroker),
        _ => Some(Line::WrongClient),
    }
}

/// What is said at the cursor. `at` may be further than the frame: what runs on between two steps. `hint`: the reader's
/// last wrong answer. None: there is nothing to say.
pub fn sentence(
    tale: &TaleState,
    hint: Option<(Line, NodeId)>,
    history: &mut History,
    frame: &Frame,
    at: SimTime,
    lang: Lang,
) -> Option<String> {
    let names = Names::of(frame);
    let node = |id: NodeId| names.say(id, lang);
    let broker = |id: BrokerId| node(NodeId::Broker(id));
    if let Some((line, id)) = hint.filter(|_| tale.asks.is_some()) {
        return Some(line.say(lang, &[("node", node(id))]));
    }
    if let Some(guess) = tale.guessed {
        return Some(tale.guessed_words(guess, &names, lang));
    }
    let said = tale.line.as_ref()?;
    let first = tale.first.as_deref().unwrap_or(frame);
    let line = Line::of(said.line)?;
    let death = Death::last(marks(history, frame));
    Some(match line {
        Line::RecordSent | Line::RecordAppended | Line::RecordCopied | Line::RecordCommitted | Line::RecordRead => {
            return record_sentence(line, &said.frame, &names, lang);
        }
        Line::KillOffered => {
            let (id, tp) = plug_candidate(&said.frame)?;
            line.say(lang, &[("broker", broker(id)), ("tp", tp.to_string())])
        }
        Line::Believed => {
            let death = death?;
            let noticed = match death.noticed(history, frame.events) {
                Some(after) => Line::NoticedAfter.say(lang, &[("span", time_text::span(after))]),
                None => Line::NobodyNoticed.say(lang, &[]),
            };
            let passed = at.since(frame.at);
            let (line, left) = match scenes::session_left(frame, NodeId::Broker(death.broker)) {
                None if zk_leader(frame).is_none() => (Line::BelievedFrozenTime, Span::ZERO),
                Some(left) if left > passed => (Line::Believed, Span(left.0 - passed.0)),
                _ => (Line::BelievedTick, Span::ZERO),
            };
            let fill = [("broker", broker(death.broker)), ("noticed", noticed), ("left", time_text::span(left))];
            line.say(lang, &fill)
        }
        Line::AskWhoChooses => {
            let span = death.and_then(|death| Some(death.expired?.since(death.at))).unwrap_or(Span::ZERO);
            line.say(lang, &[("span", time_text::span(span))])
        }
        Line::RightController => {
            let verdict = said.verdict.as_ref()?;
            let Guess::Node(id) = verdict.answer else { return None };
            let line = match verdict.guess {
                Some(guess) if guess == verdict.answer => Line::RightController,
                _ => Line::ShownController,
            };
            line.say(lang, &[("node", node(id))])
        }
        Line::Elected => {
            let death = death?;
            let elected = death.elected?;
            let fill = [
                ("controller", node(elected.by)),
                ("leader", broker(elected.to)),
                ("tp", elected.tp.to_string()),
                ("span", time_text::span(elected.at.since(death.at))),
            ];
            let space = if lang == Lang::En { " " } else { "" };
            format!("{}{space}{}", line.say(lang, &fill), Line::ElectedTry.say(lang, &[]))
        }
        Line::BackGo => {
            let path = format!("/brokers/ids/{}", Death::last(marks(history, first))?.broker);
            let line = if frame.znode(&path).is_some() { Line::BackThere } else { Line::BackGo };
            line.say(lang, &[("path", path)])
        }
        Line::ZkStopped | Line::ZkBack => {
            let majority = frame.servers().count() / 2 + 1;
            let is_down = frame.servers().filter(|server| server.process.is_up()).count() < majority;
            let (line, upto, then) = match line {
                Line::ZkBack => (line, said.frame.at, &*said.frame),
                _ if is_down => (Line::ZkDown, at, frame),
                _ => (line, at, frame),
            };
            let fill = [
                ("span", time_text::span(upto.since(first.at))),
                ("count", acked(then).saturating_sub(acked(first)).to_string()),
                ("node", zk_leader(frame).map(node).unwrap_or_default()),
            ];
            line.say(lang, &fill)
        }
        Line::ConsumerDead | Line::ConsumerRebalance | Line::ConsumerTwice => {
            let victim = first.consumers().find(|consumer| consumer.process.is_up()).map(|consumer| consumer.id)?;
            let since = marks(history, frame).iter().filter(|mark| mark.seq.0 >= first.events);
            let (mut twice, mut reader) = (0, None);
            for mark in since {
                match &mark.fact {
                    Fact::Client(ClientFact::RecordsReadTwice { first, last, .. }) => {
                        twice += last - first + 1;
                        reader = Some(mark.node);
                    }
                    Fact::Client(ClientFact::RebalanceCompleted { .. }) if twice == 0 => reader = Some(mark.node),
                    _ => {}
                }
            }
            let line = if line == Line::ConsumerTwice && twice == 0 { Line::ConsumerOnce } else { line };
            let fill = [
                ("consumer", node(victim)),
                ("reader", reader.map(node).unwrap_or_default()),
                ("count", twice.to_string()),
            ];
            line.say(lang, &fill)
        }
        line => line.say(lang, &[]),
    })
}

fn acked(frame: &Frame) -> u64 {
    frame.producers().map(|producer| producer.acked).sum()
}

/// How far the record has come, if the picture shows it there.
fn record_sentence(line: Line, frame: &Frame, names: &Names, lang: Lang) -> Option<String> {
    let broker = |id: BrokerId| names.say(NodeId::Broker(id), lang);
    if line == Line::RecordSent {
        let sent = frame.flights.iter().find(|flight| flight.records.contains(&RECORD))?;
        let tp = sent.tp.as_ref()?;
        let fill = [
            ("producer", names.say(NodeId::Producer(RECORD.producer), lang)),
            ("number", RECORD.number.to_string()),
            ("leader", broker(frame.partition(tp)?.leader?)),
            ("tp", tp.to_string()),
        ];
        return Some(line.say(lang, &fill));
    }
    let replicas = || frame.brokers().flat_map(|broker| broker.card.replicas.iter().map(move |it| (broker.broker, it)));
    let offset_at =
        |replica: &ReplicaView| replica.tail.iter().find(|record| record.id == RECORD).map(|record| record.offset);
    let mut led = replicas().filter(|(_, replica)| replica.role == ReplicaRole::Leader);
    let (leader, replica, offset) = led.find_map(|(id, replica)| Some((id, replica, offset_at(replica)?)))?;
    let (tp, high_watermark) = (&replica.tp, replica.high_watermark);
    let has_copy = |id: BrokerId| replicas().any(|(at, it)| at == id && it.tp == *tp && offset_at(it).is_some());
    let others = || frame.partition(tp).into_iter().flat_map(|it| &it.isr).filter(|id| **id != leader);
    let copies = others().filter(|id| has_copy(**id)).count();
    let mut readers = frame
        .consumers()
        .filter(|consumer| consumer.card.owned.iter().any(|owned| owned.tp == *tp && owned.position > offset));
    let fill = match line {
        Line::RecordAppended => vec![("leader", broker(leader)), ("offset", offset.to_string())],
        Line::RecordCopied if copies > 0 => {
            vec![("count", copies.to_string()), ("others", others().count().to_string())]
        }
        Line::RecordCommitted if high_watermark > offset => Vec::new(),
        Line::RecordRead => vec![("consumer", names.say(readers.next()?.id, lang))],
        _ => return None,
    };
    Some(line.say(lang, &fill))
}

#[cfg(test)]
mod tests;
