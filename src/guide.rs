//! The first two minutes as a state machine over frames and events: one record is followed, a broker dies,
//! the reader finds out who decides, and gets four things to try. Pure: it wishes, the page does. Everything
//! it says is computed from what the simulation did.

use crate::i18n::story::Line;
use crate::i18n::{Lang, Names};
use crate::scenes::{self, is_registered, plug_candidate, zk_leader};
use crate::view_model::time_text;
use sim_core::about::FlightKind;
use sim_core::client::ClientFact;
use sim_core::engine::command::Command;
use sim_core::engine::facts::ClusterFact;
use sim_core::engine::system::Fault;
use sim_core::event::{Event, Fact};
use sim_core::ids::*;
use sim_core::kafka::{KafkaFact, RecordId};
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::{Frame, ReplicaRole};
use sim_core::zookeeper::ZkFact;
use std::sync::Arc;

/// What the guide wants of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Follow(Option<RecordId>),
    Plug(Option<BrokerId>),
    Pause,
    /// So slow that each hop of a record can be read about.
    Slow,
    /// Story time again.
    UsualPace,
    Play,
    Do(Command),
    /// To the moment of this event, and its chain of causes.
    AskWhy(EventSeq),
    ShowZnode(ZPath),
    UnfoldTree,
    UnfoldWhy,
    UnfoldLog,
    UnfoldTimeline,
    ToTheNewestMoment,
}

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
}

/// How far the followed record has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Sent { leader: BrokerId },
    Appended { leader: BrokerId, offset: u64 },
    Copied { count: u32, others: u32 },
    Committed,
    Read { by: NodeId },
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Followed {
    id: RecordId,
    tp: TopicPartition,
    way: Way,
    since: SimTime,
}

/// What is known of the death of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Death {
    broker: BrokerId,
    at: SimTime,
    /// When the first producer lost its connection or its request.
    noticed: Option<SimTime>,
    expired: Option<SimTime>,
    elected: Option<Election>,
    /// Events up to here were looked at.
    seen: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Election {
    seq: EventSeq,
    at: SimTime,
    tp: TopicPartition,
    to: BrokerId,
    by: NodeId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    /// Nothing chosen yet.
    Watching,
    Following(Followed),
    /// The button is on this broker.
    PlugOffered {
        broker: BrokerId,
        tp: TopicPartition,
    },
    /// It is dead, its session lives.
    Believed(Death),
    /// Who chooses? With the reader's last wrong answer.
    Asking {
        death: Death,
        wrong: Option<(Line, NodeId)>,
    },
    /// Answered; the election is awaited.
    Answered {
        death: Death,
        right: Option<NodeId>,
    },
    Offering(Death),
    Trying(Death, Trial),
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Trial {
    Back { path: Arc<str> },
    Why,
    StopZk { at: SimTime, acked: u64, gone: NodeId, back: Option<(SimTime, u64)> },
    KillConsumer { victim: NodeId, expired: bool, twice: u64, reader: Option<NodeId>, since: SimTime, seen: u64 },
}

/// How long a sentence stands before the next may take its place.
const READ_ON_AFTER: Span = Span::ms(700);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    act: Act,
    tried: Vec<Offer>,
    /// The newest moment that was looked at on this branch: behind it, the reader looks back.
    newest: SimTime,
}

impl Default for Guide {
    fn default() -> Guide {
        Guide { act: Act::Watching, tried: Vec::new(), newest: SimTime::ZERO }
    }
}

impl Guide {
    /// For a reader who comes with a link or has left the guide: it says nothing.
    pub fn over() -> Guide {
        Guide { act: Act::Over, ..Guide::default() }
    }

    /// The newest moment that was looked at.
    pub fn newest(&self) -> SimTime {
        self.newest
    }

    pub fn is_over(&self) -> bool {
        self.act == Act::Over
    }

    /// From which event on it wants to know what happened.
    pub fn wants_events_from(&self) -> Option<u64> {
        match &self.act {
            Act::Believed(death) | Act::Answered { death, .. } => Some(death.seen),
            Act::Trying(_, Trial::KillConsumer { seen, .. }) => Some(*seen),
            _ => None,
        }
    }

    /// Looks at a moment. `events` are those that [`Guide::wants_events_from`] asked for, up to the cursor.
    pub fn see(&mut self, frame: &Frame, events: &[Event]) -> Vec<Wish> {
        let back = frame.at < self.newest;
        self.newest = self.newest.max(frame.at);
        if back && !matches!(self.act, Act::Trying(_, Trial::Back { .. })) {
            return Vec::new();
        }
        if matches!(self.act, Act::Watching | Act::Following(_) | Act::PlugOffered { .. })
            && let Some(dead) = frame.brokers().find(|broker| !broker.process.is_up())
        {
            // The reader was faster than the guide, or used another button: all the same.
            let death = Death::of(dead.broker, frame);
            self.act = Act::Believed(death);
            return vec![Wish::Follow(None), Wish::Plug(None), Wish::UsualPace, Wish::Play];
        }
        match &mut self.act {
            Act::Watching => {
                let Some(followed) = choose_record(frame) else { return Vec::new() };
                let id = followed.id;
                self.act = Act::Following(followed);
                vec![Wish::Follow(Some(id)), Wish::Slow]
            }
            Act::Following(followed) => {
                let was_read = matches!(followed.way, Way::Read { .. });
                followed.advance(frame);
                let read = matches!(followed.way, Way::Read { .. });
                let waited = frame.at.since(followed.since);
                // A record that got lost with its producer or in a rebalance is not waited for: at the slow
                // pace this is half a minute.
                if (read && waited >= READ_ON_AFTER) || (!read && waited > Span::ms(30)) {
                    let mut wishes = vec![Wish::UsualPace];
                    wishes.extend(self.offer_plug(frame));
                    return wishes;
                }
                if read && !was_read { vec![Wish::UsualPace] } else { Vec::new() }
            }
            Act::Believed(death) => {
                death.see(events, frame);
                if death.expired.is_some() || !is_registered(frame, death.broker) {
                    let mut death = death.clone();
                    death.expired.get_or_insert(frame.at);
                    self.act = Act::Asking { death, wrong: None };
                    return vec![Wish::Pause];
                }
                Vec::new()
            }
            Act::Answered { death, .. } => {
                death.see(events, frame);
                if let Some(election) = &death.elected
                    && frame.at.since(election.at) >= Span::ms(40)
                {
                    let death = death.clone();
                    self.act = Act::Offering(death);
                }
                Vec::new()
            }
            Act::Trying(_, trial) => {
                trial.see(frame, events);
                Vec::new()
            }
            Act::PlugOffered { .. } | Act::Asking { .. } | Act::Offering(_) | Act::Over => Vec::new(),
        }
    }

    fn offer_plug(&mut self, frame: &Frame) -> Vec<Wish> {
        let Some((broker, tp)) = plug_candidate(frame) else { return Vec::new() };
        self.act = Act::PlugOffered { broker, tp };
        vec![Wish::Plug(Some(broker))]
    }

    /// The reader clicked a node: an answer, if a question stands.
    pub fn clicked(&mut self, node: NodeId, frame: &Frame) -> Vec<Wish> {
        let Act::Asking { death, wrong } = &mut self.act else { return Vec::new() };
        let up = |id| frame.broker(id).is_some_and(|broker| broker.process.is_up());
        let line = match node {
            NodeId::Zk(_) => Line::WrongZk,
            NodeId::Broker(id) if frame.controller == Some(id) && id != death.broker => return self.answered(frame),
            NodeId::Broker(id) if !up(id) => Line::WrongDead,
            // The controller is dead too, or just being chosen: every living broker is a candidate.
            NodeId::Broker(_) if frame.controller.is_none_or(|id| !up(id)) => return self.answered(frame),
            NodeId::Broker(_) => Line::WrongBroker,
            _ => Line::WrongClient,
        };
        *wrong = Some((line, node));
        Vec::new()
    }

    /// The reader wants to be told.
    pub fn tell(&mut self, frame: &Frame) -> Vec<Wish> {
        self.answered(frame)
    }

    fn answered(&mut self, frame: &Frame) -> Vec<Wish> {
        let Act::Asking { death, .. } = &self.act else { return Vec::new() };
        let right = frame.controller.filter(|id| *id != death.broker).map(NodeId::Broker);
        self.act = Act::Answered { death: death.clone(), right };
        vec![Wish::Play]
    }

    /// It should say no more.
    pub fn leave(&mut self) -> Vec<Wish> {
        let slow = matches!(self.act, Act::Following(_));
        self.act = Act::Over;
        let mut wishes = vec![Wish::Follow(None), Wish::Plug(None)];
        wishes.extend(slow.then_some(Wish::UsualPace));
        wishes
    }

    /// The offers that stand, and whether each was tried. Empty: it is not time for them.
    pub fn offers(&self) -> Vec<(Offer, bool)> {
        match self.act {
            Act::Offering(_) => Offer::ALL.into_iter().map(|offer| (offer, self.tried.contains(&offer))).collect(),
            _ => Vec::new(),
        }
    }

    pub fn asks(&self) -> bool {
        matches!(self.act, Act::Asking { .. })
    }

    /// One of the offers is being tried: the others can be come back to.
    pub fn is_trying(&self) -> bool {
        matches!(self.act, Act::Trying(..))
    }

    pub fn offer_again(&mut self) -> Vec<Wish> {
        if let Act::Trying(death, _) = &self.act {
            self.act = Act::Offering(death.clone());
        }
        vec![Wish::ToTheNewestMoment]
    }

    pub fn try_it(&mut self, offer: Offer, frame: &Frame) -> Vec<Wish> {
        let Act::Offering(death) = &self.act else { return Vec::new() };
        let death = death.clone();
        let (trial, wishes) = match offer {
            Offer::Back => {
                let path: Arc<str> = format!("/brokers/ids/{}", death.broker).into();
                let wishes = vec![Wish::Pause, Wish::UnfoldTree, Wish::UnfoldTimeline, Wish::ShowZnode(path.clone())];
                (Trial::Back { path }, wishes)
            }
            Offer::Why => {
                let Some(election) = &death.elected else { return Vec::new() };
                (Trial::Why, vec![Wish::Pause, Wish::UnfoldWhy, Wish::AskWhy(election.seq)])
            }
            Offer::StopZk => {
                let Some(leader) = zk_leader(frame) else { return Vec::new() };
                let trial = Trial::StopZk { at: frame.at, acked: acked(frame), gone: leader, back: None };
                (trial, vec![Wish::UnfoldLog, Wish::Do(Command::Fault(Fault::Kill(leader))), Wish::Play])
            }
            Offer::KillConsumer => {
                let victim = frame.consumers().find(|consumer| consumer.process.is_up());
                let Some(victim) = victim.map(|consumer| consumer.id) else { return Vec::new() };
                let trial = Trial::KillConsumer {
                    victim,
                    expired: false,
                    twice: 0,
                    reader: None,
                    since: frame.at,
                    seen: frame.events,
                };
                (trial, vec![Wish::UnfoldTimeline, Wish::Do(Command::Fault(Fault::Kill(victim))), Wish::Play])
            }
        };
        self.tried.push(offer);
        self.newest = frame.at;
        self.act = Act::Trying(death, trial);
        wishes
    }

    /// The words of an offer.
    pub fn offer_text(&self, offer: Offer, lang: Lang) -> String {
        let leader = match &self.act {
            Act::Offering(Death { elected: Some(election), .. }) => {
                Names::default().say(NodeId::Broker(election.to), lang)
            }
            _ => String::new(),
        };
        let line = match offer {
            Offer::Back => Line::OfferBack,
            Offer::Why => Line::OfferWhy,
            Offer::StopZk => Line::OfferZk,
            Offer::KillConsumer => Line::OfferConsumer,
        };
        line.say(lang, &[("leader", leader)])
    }

    /// What the caption says at this moment. None: the guide has nothing to say. `at` may be further than the
    /// frame: what runs on between two steps.
    pub fn caption(&self, frame: &Frame, at: SimTime, lang: Lang) -> Option<String> {
        let names = Names::of(frame);
        let node = |id: NodeId| names.say(id, lang);
        let broker = |id: BrokerId| node(NodeId::Broker(id));
        let text = match &self.act {
            Act::Over => return None,
            Act::Watching => Line::Watching.say(lang, &[]),
            Act::Following(followed) => followed.say(&names, lang),
            Act::PlugOffered { broker: id, tp } => {
                Line::KillOffered.say(lang, &[("broker", broker(*id)), ("tp", tp.to_string())])
            }
            Act::Believed(death) => {
                let noticed = match death.noticed {
                    Some(noticed) => {
                        Line::NoticedAfter.say(lang, &[("span", time_text::span(noticed.since(death.at)))])
                    }
                    None => Line::NobodyNoticed.say(lang, &[]),
                };
                let passed = at.since(frame.at);
                let left = scenes::session_left(frame, NodeId::Broker(death.broker));
                let (line, left) = match left {
                    None if zk_leader(frame).is_none() => (Line::BelievedFrozenTime, Span::ZERO),
                    Some(left) if left > passed => (Line::Believed, Span(left.0 - passed.0)),
                    _ => (Line::BelievedTick, Span::ZERO),
                };
                let fill = [("broker", broker(death.broker)), ("noticed", noticed), ("left", time_text::span(left))];
                line.say(lang, &fill)
            }
            Act::Asking { death, wrong: None } => {
                let span = death.expired.map_or(Span::ZERO, |expired| expired.since(death.at));
                Line::AskWhoChooses.say(lang, &[("span", time_text::span(span))])
            }
            Act::Asking { wrong: Some((line, id)), .. } => line.say(lang, &[("node", node(*id))]),
            Act::Answered { right: Some(id), .. } => Line::RightController.say(lang, &[("node", node(*id))]),
            Act::Answered { right: None, .. } => Line::NoControllerNow.say(lang, &[]),
            Act::Offering(death) => {
                let elected = death.elected.as_ref()?;
                let fill = [
                    ("controller", node(elected.by)),
                    ("leader", broker(elected.to)),
                    ("tp", elected.tp.to_string()),
                    ("span", time_text::span(elected.at.since(death.at))),
                ];
                let told = Line::Elected.say(lang, &fill);
                let space = if lang == Lang::En { " " } else { "" };
                format!("{told}{space}{}", Line::ElectedTry.say(lang, &[]))
            }
            Act::Trying(_, trial) => trial.say(frame, at, &names, lang),
        };
        Some(text)
    }
}

impl Followed {
    fn advance(&mut self, frame: &Frame) {
        let next = way_of(self.id, &self.tp, &self.way, frame);
        if next != self.way {
            if matches!(next, Way::Read { .. }) {
                self.since = frame.at;
            }
            self.way = next;
        }
    }

    fn say(&self, names: &Names, lang: Lang) -> String {
        let broker = |id: BrokerId| names.say(NodeId::Broker(id), lang);
        match &self.way {
            Way::Sent { leader } => Line::RecordSent.say(
                lang,
                &[
                    ("producer", names.say(NodeId::Producer(self.id.producer), lang)),
                    ("number", self.id.number.to_string()),
                    ("leader", broker(*leader)),
                    ("tp", self.tp.to_string()),
                ],
            ),
            Way::Appended { leader, offset } => {
                Line::RecordAppended.say(lang, &[("leader", broker(*leader)), ("offset", offset.to_string())])
            }
            Way::Copied { count, others } => {
                Line::RecordCopied.say(lang, &[("count", count.to_string()), ("others", others.to_string())])
            }
            Way::Committed => Line::RecordCommitted.say(lang, &[]),
            Way::Read { by } => Line::RecordRead.say(lang, &[("consumer", names.say(*by, lang))]),
        }
    }
}

/// A record of a partition with followers that is just being sent.
fn choose_record(frame: &Frame) -> Option<Followed> {
    frame.flights.iter().filter(|flight| flight.kind == FlightKind::Produce && !flight.held).find_map(|flight| {
        let (tp, id) = (flight.tp.clone()?, *flight.records.first()?);
        let NodeId::Broker(leader) = flight.to else { return None };
        let partition = frame.partition(&tp)?;
        // It shall have copies to be seen, and a reader.
        let read = frame.consumers().any(|consumer| consumer.owned.iter().any(|owned| owned.tp == tp));
        (partition.isr.len() > 1 && read).then_some(Followed { id, tp, way: Way::Sent { leader }, since: frame.at })
    })
}

/// Where the record is, never behind where it was.
fn way_of(id: RecordId, tp: &TopicPartition, before: &Way, frame: &Frame) -> Way {
    if matches!(before, Way::Read { .. }) {
        return before.clone();
    }
    let replicas = || frame.brokers().flat_map(|broker| broker.card.replicas.iter().map(move |r| (broker.broker, r)));
    let at = |replica: &sim_core::view::frame::ReplicaView| {
        replica.tail.iter().find(|record| record.id == id).map(|record| record.offset)
    };
    let leader = replicas().find(|(_, replica)| replica.tp == *tp && replica.role == ReplicaRole::Leader);
    let Some((leader, replica)) = leader else { return before.clone() };
    // A record that has left the tail was there long ago: then what was seen last stands.
    let Some(offset) = at(replica) else { return before.clone() };
    let owners = frame.consumers().flat_map(|consumer| consumer.card.owned.iter().map(move |o| (consumer.id, o)));
    for (consumer, owned) in owners {
        if owned.tp == *tp && owned.position > offset {
            return Way::Read { by: consumer };
        }
    }
    if replica.high_watermark > offset {
        return Way::Committed;
    }
    let isr = frame.partition(tp).map_or(&[][..], |partition| &partition.isr);
    let others = isr.iter().filter(|id| **id != leader).count() as u32;
    let has = |broker: &BrokerId| {
        *broker != leader
            && replicas().any(|(at_broker, replica)| at_broker == *broker && replica.tp == *tp && at(replica).is_some())
    };
    match isr.iter().filter(|broker| has(broker)).count() as u32 {
        0 => Way::Appended { leader, offset },
        count => Way::Copied { count, others },
    }
}

impl Death {
    fn of(broker: BrokerId, frame: &Frame) -> Death {
        // The step that killed it noted its events last; look back far enough to find them.
        let seen = frame.events.saturating_sub(64);
        Death { broker, at: frame.at, noticed: None, expired: None, elected: None, seen }
    }

    fn see(&mut self, events: &[Event], frame: &Frame) {
        let me = NodeId::Broker(self.broker);
        for event in events {
            match (&event.fact, event.node) {
                (Fact::Cluster(ClusterFact::NodeKilled { node } | ClusterFact::NodePoweredOff { node }), _)
                    if *node == me =>
                {
                    self.at = event.at;
                }
                (Fact::Cluster(ClusterFact::ConnectionLost { peer, .. }), NodeId::Producer(_))
                    if *peer == me && event.at >= self.at =>
                {
                    self.noticed.get_or_insert(event.at);
                }
                (Fact::Zk(ZkFact::SessionExpired { client, .. } | ZkFact::SessionClosed { client, .. }), _)
                    if *client == Some(me) =>
                {
                    self.expired.get_or_insert(event.at);
                }
                (Fact::Kafka(KafkaFact::LeaderElected { tp, from, to, .. }), by) if *from == Some(self.broker) => {
                    let election = Election { seq: event.seq, at: event.at, tp: tp.clone(), to: *to, by };
                    self.elected.get_or_insert(election);
                }
                _ => {}
            }
        }
        self.seen = self.seen.max(frame.events);
    }
}

fn acked(frame: &Frame) -> u64 {
    frame.producers().map(|producer| producer.acked).sum()
}

impl Trial {
    fn see(&mut self, frame: &Frame, events: &[Event]) {
        match self {
            Trial::StopZk { gone, back, .. } => {
                // The picture before the command still shows the old leader.
                let other = zk_leader(frame).is_some_and(|leader| leader != *gone);
                if back.is_none() && frame.service() && other {
                    *back = Some((frame.at, acked(frame)));
                }
            }
            Trial::KillConsumer { victim, expired, twice, reader, since, seen } => {
                for event in events {
                    match (&event.fact, event.node) {
                        (Fact::Zk(ZkFact::SessionExpired { client, .. }), _) if *client == Some(*victim) => {
                            *expired = true;
                        }
                        (Fact::Client(ClientFact::RecordsReadTwice { first, last, .. }), node) => {
                            *twice += last - first + 1;
                            *reader = Some(node);
                        }
                        (Fact::Client(ClientFact::RebalanceCompleted { .. }), node) if *expired => {
                            reader.get_or_insert(node);
                            *since = event.at;
                        }
                        _ => {}
                    }
                }
                *seen = (*seen).max(frame.events);
            }
            Trial::Back { .. } | Trial::Why => {}
        }
    }

    fn say(&self, frame: &Frame, at: SimTime, names: &Names, lang: Lang) -> String {
        let node = |id: NodeId| names.say(id, lang);
        match self {
            Trial::Back { path } => {
                let line = if frame.znode(path).is_some() { Line::BackThere } else { Line::BackGo };
                line.say(lang, &[("path", path.to_string())])
            }
            Trial::Why => Line::WhyThere.say(lang, &[]),
            Trial::StopZk { at: from, acked: before, back, .. } => {
                let majority = frame.servers().count() / 2 + 1;
                let up = frame.servers().filter(|server| server.process.is_up()).count();
                let (line, upto, acked) = match back {
                    Some((back, acked)) => (Line::ZkBack, *back, *acked),
                    None if up < majority => (Line::ZkDown, at, acked(frame)),
                    None => (Line::ZkStopped, at, acked(frame)),
                };
                let fill = [
                    ("span", time_text::span(upto.since(*from))),
                    ("count", acked.saturating_sub(*before).to_string()),
                    ("node", zk_leader(frame).map(node).unwrap_or_default()),
                ];
                line.say(lang, &fill)
            }
            Trial::KillConsumer { victim, expired, twice, reader, since, .. } => {
                let line = match (expired, reader, twice) {
                    (false, ..) => Line::ConsumerDead,
                    (true, None, _) => Line::ConsumerRebalance,
                    // Nobody has read on yet: what comes twice comes with the first fetches.
                    (true, Some(_), 0) if at.since(*since) < Span::ms(3_000) => Line::ConsumerRebalance,
                    (true, Some(_), 0) => Line::ConsumerOnce,
                    (true, Some(_), _) => Line::ConsumerTwice,
                };
                let fill = [
                    ("consumer", node(*victim)),
                    ("reader", reader.map(node).unwrap_or_default()),
                    ("count", twice.to_string()),
                ];
                line.say(lang, &fill)
            }
        }
    }
}

#[cfg(test)]
mod tests;
