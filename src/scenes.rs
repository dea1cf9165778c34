//! The built-in scenes: clusters that a person can follow with their eyes, and the stories in them. A story
//! is a list of beats: what is done, what is waited for, the sentence that is said then. Nothing in here
//! knows the page; a host test plays every scene through the engine to its end.

pub mod leader_dies;

use crate::i18n::story::Line;
use crate::i18n::{Lang, Names};
use crate::view_model::{text, time_text};
use leader_dies::Troupe;
use sim_core::client::{ConsumerConfig, ProducerConfig};
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::ids::*;
use sim_core::release::Kafka;
use sim_core::time::{SimTime, Span};
use sim_core::view::frame::{Card, Frame, RebalancePhase, Seen, ServerRole, ServerView};
use std::sync::Arc;

pub const SEED: u64 = 1;

const KAFKA: Kafka = Kafka::V0_8_2;

/// 3 servers, 3 brokers, 2 topics, 2 producers, 2 consumers in a group. Few records a second, so that each
/// can be seen; timeouts are the defaults.
pub fn setup() -> Setup {
    let (orders, clicks): (Topic, Topic) = ("orders".into(), "clicks".into());
    let brokers: [BrokerId; 3] = [1, 2, 3];
    let producer = |topic: &Topic| ProducerConfig {
        // acks=all and retries: nothing that was acknowledged gets lost, and the dead broker's records
        // find the new leader.
        acks: -1,
        retries: 100,
        steady: Some((3, vec![topic.clone()])),
        ..KAFKA.producer_config(brokers.to_vec())
    };
    Setup::kafka(KAFKA)
        .brokers(&brokers, &KAFKA.broker_config())
        .topic(&orders, vec![vec![1, 2, 3], vec![2, 3, 1], vec![3, 1, 2]])
        .topic(&clicks, vec![vec![2, 3]])
        .producer("web-1", producer(&orders))
        .producer("web-2", producer(&clicks))
        .consumer("billing-a", consumer_config())
        .consumer("billing-b", consumer_config())
}

/// A member of the scenes' group. It commits every 10 s instead of every 60 s, so that what is read twice
/// after a crash can be counted with the eyes.
fn consumer_config() -> ConsumerConfig {
    let topics = vec!["orders".into(), "clicks".into()];
    ConsumerConfig { auto_commit_interval_ms: 10_000, ..KAFKA.consumer_config("billing".into(), topics) }
}

/// The stories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    BrokerDies,
    ZkServerStops,
    ConsumerJoins,
    LeaderDies,
}

/// What is done, what is waited for, and what is said then.
pub struct Beat<Who> {
    /// Commands that lead to this beat; none: something else is waited for.
    pub act: Option<fn(&Who, &Frame) -> Vec<Command>>,
    pub until: fn(&Who, &Frame) -> bool,
    pub line: Line,
}

impl Scene {
    pub const ALL: [Scene; 4] = [Scene::BrokerDies, Scene::ZkServerStops, Scene::ConsumerJoins, Scene::LeaderDies];

    pub const fn title(self) -> Line {
        match self {
            Scene::BrokerDies => Line::SceneBrokerTitle,
            Scene::ZkServerStops => Line::SceneZkTitle,
            Scene::ConsumerJoins => Line::SceneConsumerTitle,
            Scene::LeaderDies => Line::SceneLeaderTitle,
        }
    }

    /// The cluster in which it plays.
    pub fn setup(self) -> Setup {
        match self {
            Scene::BrokerDies | Scene::ZkServerStops | Scene::ConsumerJoins => setup(),
            Scene::LeaderDies => leader_dies::setup(),
        }
    }

    const fn beats(self) -> Beats {
        match self {
            Scene::BrokerDies => Beats::Cluster(BROKER_DIES),
            Scene::ZkServerStops => Beats::Cluster(ZK_SERVER_STOPS),
            Scene::ConsumerJoins => Beats::Cluster(CONSUMER_JOINS),
            Scene::LeaderDies => Beats::Ensemble(leader_dies::BEATS),
        }
    }
}

/// A story, by who can play it.
#[derive(Clone, Copy)]
enum Beats {
    Cluster(&'static [Beat<Cast>]),
    Ensemble(&'static [Beat<Troupe>]),
}

/// Who plays a story.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Players {
    Cluster(Cast),
    Ensemble(Troupe),
}

impl Beats {
    const fn len(self) -> usize {
        match self {
            Beats::Cluster(beats) => beats.len(),
            Beats::Ensemble(beats) => beats.len(),
        }
    }

    /// None while nobody is ready to play.
    fn players(self, frame: &Frame) -> Option<Players> {
        match self {
            Beats::Cluster(_) => Cast::of(frame).map(Players::Cluster),
            Beats::Ensemble(_) => Troupe::of(frame).map(Players::Ensemble),
        }
    }

    fn is_reached(self, nth: usize, players: &Players, frame: &Frame) -> bool {
        match (self, players) {
            (Beats::Cluster(beats), Players::Cluster(cast)) => {
                beats.get(nth).is_some_and(|beat| (beat.until)(cast, frame))
            }
            (Beats::Ensemble(beats), Players::Ensemble(troupe)) => {
                beats.get(nth).is_some_and(|beat| (beat.until)(troupe, frame))
            }
            _ => false,
        }
    }

    fn commands(self, nth: usize, players: &Players, frame: &Frame) -> Vec<Command> {
        let commands = match (self, players) {
            (Beats::Cluster(beats), Players::Cluster(cast)) => {
                beats.get(nth).and_then(|beat| Some(beat.act?(cast, frame)))
            }
            (Beats::Ensemble(beats), Players::Ensemble(troupe)) => {
                beats.get(nth).and_then(|beat| Some(beat.act?(troupe, frame)))
            }
            _ => None,
        };
        commands.unwrap_or_default()
    }

    /// The sentence of a beat, told of the moment at which it was reached.
    fn say(self, nth: usize, players: &Players, frame: &Frame, lang: Lang) -> Option<String> {
        match (self, players) {
            (Beats::Cluster(beats), Players::Cluster(cast)) => Some(say(beats.get(nth)?.line, cast, frame, lang)),
            (Beats::Ensemble(beats), Players::Ensemble(troupe)) => {
                Some(say_of_ensemble(beats.get(nth)?.line, troupe, frame, lang))
            }
            _ => None,
        }
    }
}

/// Who plays: chosen when a scene begins, the same to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// Leads a partition and is not the controller.
    pub broker: BrokerId,
    /// A partition that it leads.
    pub tp: TopicPartition,
    /// A ZooKeeper server that follows.
    pub server: NodeId,
    /// A member of the group that will be killed.
    pub victim: NodeId,
}

impl Cast {
    /// None while the cluster is not ready for a scene.
    pub fn of(frame: &Frame) -> Option<Cast> {
        let (broker, tp) = plug_candidate(frame)?;
        let follows = |server: &Seen<'_, ServerView>| server.role == Some(ServerRole::Following) && server.serving;
        let victim = frame.consumers().find(|consumer| consumer.process.is_up())?;
        Some(Cast { broker, tp, server: frame.servers().find(follows)?.id, victim: victim.id })
    }
}

/// A broker that leads a partition and is not the controller, and a partition it leads: of those, the one
/// with the most records.
pub fn plug_candidate(frame: &Frame) -> Option<(BrokerId, TopicPartition)> {
    let controller = frame.controller?;
    let led = frame.partitions.iter().filter_map(|partition| {
        let leader = partition.leader?;
        let broker = frame.broker(leader)?;
        let replica = broker.replicas.iter().find(|replica| replica.tp == partition.tp)?;
        let alone = partition.isr.len() < 2;
        (leader != controller && broker.process.is_up() && !alone).then_some((leader, &partition.tp, replica.log_end))
    });
    // The first of equals: the picture is in a fixed order.
    let busiest = led.reduce(|best, next| if next.2 > best.2 { next } else { best })?;
    Some((busiest.0, busiest.1.clone()))
}

const fn nothing_left_to_wait_for<Who>() -> fn(&Who, &Frame) -> bool {
    |_, _| true
}

const BROKER_DIES: &[Beat<Cast>] = &[
    Beat { act: None, until: nothing_left_to_wait_for(), line: Line::Broker0 },
    Beat {
        act: Some(|cast, _| vec![Command::Fault(Fault::Kill(NodeId::Broker(cast.broker)))]),
        until: |cast, frame| !is_up(frame, cast.broker) && !is_connected(frame, NodeId::Broker(cast.broker)),
        line: Line::Broker1,
    },
    Beat { act: None, until: |cast, frame| !is_registered(frame, cast.broker), line: Line::Broker2 },
    Beat {
        act: None,
        until: |cast, frame| {
            frame.partitions.iter().all(|partition| partition.leader.is_some_and(|leader| leader != cast.broker))
        },
        line: Line::Broker3,
    },
    Beat {
        act: None,
        until: |cast, frame| {
            let mut up = frame.producers().filter(|producer| producer.process.is_up());
            up.all(|producer| {
                producer.known_leaders.iter().all(|(_, leader)| leader.is_some_and(|leader| leader != cast.broker))
                    && producer.queued == 0
            })
        },
        line: Line::Broker4,
    },
    Beat {
        act: Some(|cast, _| vec![Command::Fault(Fault::Start(NodeId::Broker(cast.broker)))]),
        until: |cast, frame| is_registered(frame, cast.broker),
        line: Line::Broker5,
    },
    Beat {
        act: None,
        until: |cast, frame| {
            let mut its = frame.partitions.iter().filter(|partition| partition.replicas.contains(&cast.broker));
            its.all(|partition| partition.isr.contains(&cast.broker))
        },
        line: Line::Broker6,
    },
];

const ZK_SERVER_STOPS: &[Beat<Cast>] = &[
    Beat { act: None, until: nothing_left_to_wait_for(), line: Line::Zk0 },
    Beat {
        act: Some(|cast, _| vec![Command::Fault(Fault::Kill(cast.server))]),
        until: |cast, frame| !serves(frame, cast.server) && all_clients_are_connected(frame),
        line: Line::Zk1,
    },
    Beat {
        act: Some(|cast, _| vec![Command::Fault(Fault::Start(cast.server))]),
        until: |cast, frame| serves(frame, cast.server) && all_clients_are_connected(frame),
        line: Line::Zk2,
    },
    Beat {
        act: Some(|_, frame| zk_leader(frame).map(|leader| Command::Fault(Fault::Kill(leader))).into_iter().collect()),
        until: |_, frame| servers_up(frame) == 2 && frame.service() && all_clients_are_connected(frame),
        line: Line::Zk3,
    },
    Beat {
        act: Some(|_, frame| zk_leader(frame).map(|leader| Command::Fault(Fault::Kill(leader))).into_iter().collect()),
        until: |_, frame| servers_up(frame) == 1 && frame.servers().all(|server| !server.serving),
        line: Line::Zk4,
    },
    Beat {
        act: Some(|_, frame| {
            let down = frame.servers().filter(|server| !server.process.is_up());
            down.map(|server| Command::Fault(Fault::Start(server.id))).collect()
        }),
        until: |_, frame| servers_up(frame) == 3 && frame.service() && all_clients_are_connected(frame),
        line: Line::Zk5,
    },
];

const CONSUMER_JOINS: &[Beat<Cast>] = &[
    Beat { act: None, until: |_, frame| everything_is_read(frame), line: Line::Consumer0 },
    Beat {
        act: Some(|_, frame| vec![Command::AddConsumer(joiner_name(frame), consumer_config())]),
        until: |_, frame| members(frame) >= 3,
        line: Line::Consumer1,
    },
    Beat {
        act: None,
        until: |_, frame| {
            // Somebody gave back what it owned, or (in a frame that came late) it is over already.
            frame.groups.iter().any(|group| group.partitions.iter().any(|partition| partition.owner.is_none()))
                || all_read(frame, 3)
        },
        line: Line::Consumer2,
    },
    Beat { act: None, until: |_, frame| all_read(frame, 3) && everything_is_read(frame), line: Line::Consumer3 },
    Beat {
        act: Some(|cast, _| vec![Command::Fault(Fault::Kill(cast.victim))]),
        until: |cast, frame| !is_connected(frame, cast.victim),
        line: Line::Consumer4,
    },
    Beat {
        act: None,
        until: |cast, frame| {
            let owners = || frame.groups.iter().flat_map(|group| &group.partitions).map(|partition| partition.owner);
            members(frame) == 2
                && owners().all(|owner| owner.is_some_and(|owner| owner != cast.victim))
                && everything_is_read(frame)
        },
        line: Line::Consumer5,
    },
];

fn say(line: Line, cast: &Cast, frame: &Frame, lang: Lang) -> String {
    let names = Names::of(frame);
    let broker = |id: BrokerId| names.say(NodeId::Broker(id), lang);
    let node = |id: NodeId| names.say(id, lang);
    let leader = match line {
        Line::Broker3 => frame.partition(&cast.tp).and_then(|partition| partition.leader),
        _ => None,
    };
    let left = match line {
        Line::Consumer4 => session_left(frame, cast.victim),
        _ => session_left(frame, NodeId::Broker(cast.broker)),
    };
    let nobody = || Line::Somebody.say(lang, &[]);
    let joiner = frame.consumers().last().map(|consumer| node(consumer.id));
    let consumer = if line == Line::Consumer0 { Some(joiner_name(frame).to_string()) } else { joiner };
    line.say(
        lang,
        &[
            ("broker", broker(cast.broker)),
            ("id", cast.broker.to_string()),
            ("tp", cast.tp.to_string()),
            ("left", left.map_or_else(|| "0 s".into(), time_text::span)),
            ("controller", frame.controller.map_or_else(nobody, broker)),
            ("leader", leader.map(broker).or_else(|| zk_leader(frame).map(node)).unwrap_or_else(nobody)),
            ("server", node(cast.server)),
            ("consumer", consumer.unwrap_or_else(nobody)),
            ("victim", node(cast.victim)),
            ("owners", owners(frame, &names, lang)),
        ],
    )
}

fn say_of_ensemble(line: Line, troupe: &Troupe, frame: &Frame, lang: Lang) -> String {
    let names = Names::of(frame);
    let node = |id: NodeId| names.say(id, lang);
    let leader = leader_dies::leading(frame);
    let zxid = frame.znode(leader_dies::LOCK).map_or(Zxid::default(), |lock| lock.stat.czxid);
    line.say(
        lang,
        &[
            ("leader", node(leader.map_or(troupe.leader, |leader| leader.id))),
            ("epoch", leader.map_or(troupe.epoch, |leader| leader.epoch).to_string()),
            ("dead", node(troupe.leader)),
            ("owner", node(troupe.owner)),
            ("watcher", node(troupe.watcher)),
            ("server", troupe.server_of_watcher(frame).map_or_else(|| Line::Somebody.say(lang, &[]), node)),
            ("zxid", text::zxid(zxid)),
        ],
    )
}

/// "billing-a reads orders-0 and orders-1, billing-b reads orders-2".
fn owners(frame: &Frame, names: &Names, lang: Lang) -> String {
    let mut parts = Vec::new();
    for consumer in frame.consumers().filter(|consumer| consumer.process.is_up()) {
        let owned: Vec<String> = frame
            .groups
            .iter()
            .flat_map(|group| &group.partitions)
            .filter(|partition| partition.owner == Some(consumer.id))
            .map(|partition| partition.tp.to_string())
            .collect();
        let line = if owned.is_empty() { Line::OwnsNothing } else { Line::Owns };
        let and = if lang == Lang::En { ", " } else { "、" };
        let fill = [("consumer", names.say(consumer.id, lang)), ("partitions", owned.join(and))];
        parts.push(line.say(lang, &fill));
    }
    parts.join(if lang == Lang::En { "; " } else { "；" })
}

/// A name for a new member that nobody has.
fn joiner_name(frame: &Frame) -> Arc<str> {
    let taken = |name: &str| frame.consumers().any(|consumer| **consumer.name == *name);
    let letter = ('c'..='z').map(|letter| format!("billing-{letter}")).find(|name| !taken(name));
    letter.unwrap_or_else(|| format!("billing-{}", frame.consumers().count() + 1)).into()
}

pub fn zk_leader(frame: &Frame) -> Option<NodeId> {
    let leads = |server: &Seen<'_, ServerView>| server.role == Some(ServerRole::Leading) && server.serving;
    Some(frame.servers().find(leads)?.id)
}

/// What is left of a node's session, as the ensemble counts it.
pub fn session_left(frame: &Frame, node: NodeId) -> Option<Span> {
    frame.sessions().iter().find(|session| session.client == Some(node))?.expires_in
}

fn is_up(frame: &Frame, broker: BrokerId) -> bool {
    frame.broker(broker).is_some_and(|broker| broker.process.is_up())
}

/// As ZooKeeper has it.
pub fn is_registered(frame: &Frame, broker: BrokerId) -> bool {
    frame.znode(&format!("/brokers/ids/{broker}")).is_some()
}

fn is_connected(frame: &Frame, node: NodeId) -> bool {
    frame.connections.iter().any(|connection| connection.client == node || connection.server == node)
}

fn serves(frame: &Frame, server: NodeId) -> bool {
    frame.servers().any(|view| view.id == server && view.serving)
}

fn servers_up(frame: &Frame) -> usize {
    frame.servers().filter(|server| server.process.is_up()).count()
}

fn all_clients_are_connected(frame: &Frame) -> bool {
    use sim_core::zookeeper::KeeperState;
    let up = frame.nodes.iter().filter(|node| node.process.is_up());
    let mut kafka = up.filter(|node| matches!(node.card, Card::Broker(_) | Card::Consumer(_)));
    kafka.all(|node| {
        node.card.zk().is_some_and(|zk| {
            zk.state == KeeperState::SyncConnected && zk.server.is_some_and(|server| serves(frame, server))
        })
    })
}

fn members(frame: &Frame) -> usize {
    frame.groups.iter().map(|group| group.members.len()).sum()
}

fn all_read(frame: &Frame, members: usize) -> bool {
    let up: Vec<_> = frame.consumers().filter(|consumer| consumer.process.is_up()).collect();
    up.len() == members && up.iter().all(|consumer| consumer.phase == RebalancePhase::Reading)
}

fn everything_is_read(frame: &Frame) -> bool {
    frame.groups.iter().all(|group| group.partitions.iter().all(|partition| partition.owner.is_some()))
        && frame
            .consumers()
            .filter(|consumer| consumer.process.is_up())
            .all(|consumer| consumer.phase == RebalancePhase::Reading)
}

/// A story that is being told.
#[derive(Clone, Debug)]
pub struct Telling {
    pub scene: Scene,
    players: Option<Players>,
    /// The beat that is told, or waited for.
    beat: usize,
    /// The moment at which the beat was reached; None while it is waited for.
    reached: Option<Arc<Frame>>,
    /// Its commands were given at this moment.
    since: SimTime,
}

impl Telling {
    pub fn of(scene: Scene) -> Telling {
        Telling { scene, players: None, beat: 0, reached: None, since: SimTime::ZERO }
    }

    /// Looks at a moment. True: the next sentence is reached now, and time should stand still to be read.
    pub fn see(&mut self, frame: &Arc<Frame>) -> bool {
        if self.reached.is_some() {
            return false;
        }
        if self.players.is_none() {
            self.players = self.scene.beats().players(frame);
        }
        let Some(players) = &self.players else { return false };
        // A look back before the beat began answers nothing.
        if frame.at < self.since || !self.scene.beats().is_reached(self.beat, players, frame) {
            return false;
        }
        self.reached = Some(frame.clone());
        true
    }

    /// The reader wants to go on: what is to be done for it. None: it was the last sentence.
    pub fn next(&mut self, frame: &Frame) -> Option<Vec<Command>> {
        if self.reached.is_none() {
            return Some(Vec::new());
        }
        if self.is_last() {
            return None;
        }
        let players = self.players.as_ref()?;
        (self.beat, self.reached, self.since) = (self.beat + 1, None, frame.at);
        Some(self.scene.beats().commands(self.beat, players, frame))
    }

    /// What is said, if a sentence is reached.
    pub fn sentence(&self, lang: Lang) -> Option<String> {
        self.scene.beats().say(self.beat, self.players.as_ref()?, self.reached.as_ref()?, lang)
    }

    /// The position, from one, and how many there are.
    pub fn position(&self) -> (usize, usize) {
        (self.beat + 1, self.scene.beats().len())
    }

    pub fn is_reached(&self) -> bool {
        self.reached.is_some()
    }

    pub fn is_last(&self) -> bool {
        self.beat + 1 == self.scene.beats().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::history::History;

    /// Plays a scene as a reader does who presses "Next" at every sentence. Returns its run and the sentences.
    fn play(scene: Scene) -> (History, Vec<[String; 2]>) {
        let mut history = History::new(scene.setup(), SEED).expect("the scene's setup boots");
        let mut telling = Telling::of(scene);
        let mut told = Vec::new();
        loop {
            let begun = history.cursor().at;
            while !telling.see(&history.frame()) {
                let at = history.cursor().at.plus(Span::ms(2));
                assert!(at.since(begun) < Span::ms(60_000), "{scene:?}: beat {} is never reached", telling.beat);
                history.advance_to(at);
            }
            let say = |lang| telling.sentence(lang).expect("a sentence was reached");
            told.push([say(Lang::En), say(Lang::Zh)]);
            let Some(commands) = telling.next(&history.frame()) else { return (history, told) };
            for command in &commands {
                history.command(command).expect("a scene gives only commands that make sense");
            }
        }
    }

    fn check(scene: Scene) {
        let (_, told) = play(scene);
        assert_eq!(told.len(), scene.beats().len());
        for text in told.iter().flatten() {
            assert!(!text.contains(['{', '}']), "a place is not filled: {text}");
        }
    }

    #[test]
    fn the_scene_of_a_dying_broker_comes_to_its_end() {
        check(Scene::BrokerDies);
    }

    #[test]
    fn the_scene_of_stopping_servers_comes_to_its_end() {
        check(Scene::ZkServerStops);
    }

    #[test]
    fn the_scene_of_a_joining_consumer_comes_to_its_end() {
        check(Scene::ConsumerJoins);
    }

    #[test]
    fn the_scene_of_a_dying_leader_comes_to_its_end_and_keeps_its_sessions() {
        check(Scene::LeaderDies);
        let (_, told) = play(Scene::LeaderDies);
        let before = |nth: usize| &told[nth][0];
        assert!(before(0).contains("zk5 leads"), "{}", before(0));
        assert!(before(6).contains("zk4 serves"), "{}", before(6));
    }

    /// Every step of a scene, walked to and then sought out of order, from whichever keyframe is near.
    fn seeks_as_it_ran(scene: Scene) {
        let (mut history, _) = play(scene);
        let (first, last) = (history.first_step(), history.end().step);
        history.seek(first);
        let mut straight = vec![digest(&history)];
        while history.cursor().step < last && history.step() {
            straight.push(digest(&history));
        }
        assert_eq!(history.cursor().step, last);
        // From the end to the beginning, with leaps, so that no seek is one step from the last one.
        for leap in 0..LEAPS {
            for index in (0..straight.len()).rev().filter(|index| index % LEAPS == leap) {
                history.seek(first + index as u64);
                assert_eq!(digest(&history), straight[index], "{scene:?}: step {index} after the first");
            }
        }
    }

    const LEAPS: usize = 64;

    fn digest(history: &History) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        history.sim().system().hash(&mut hasher);
        (history.sim().now(), history.sim().system().events_noted()).hash(&mut hasher);
        hasher.finish()
    }

    #[test]
    fn seeking_to_every_step_of_a_dying_broker_equals_the_straight_run() {
        seeks_as_it_ran(Scene::BrokerDies);
    }

    #[test]
    fn seeking_to_every_step_of_stopping_servers_equals_the_straight_run() {
        seeks_as_it_ran(Scene::ZkServerStops);
    }

    #[test]
    fn seeking_to_every_step_of_a_joining_consumer_equals_the_straight_run() {
        seeks_as_it_ran(Scene::ConsumerJoins);
    }

    #[test]
    fn seeking_to_every_step_of_a_dying_leader_equals_the_straight_run() {
        seeks_as_it_ran(Scene::LeaderDies);
    }

    #[test]
    fn the_plug_is_on_a_broker_that_leads_and_does_not_control() {
        let mut history = History::new(setup(), SEED).expect("boots");
        history.advance_to(history.cursor().at.plus(Span::ms(5_000)));
        let frame = history.frame();
        let (broker, tp) = plug_candidate(&frame).expect("somebody leads");
        assert_ne!(frame.controller, Some(broker));
        assert_eq!(frame.partition(&tp).map(|partition| partition.leader), Some(Some(broker)));
    }
}
