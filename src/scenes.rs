//! The built-in scenes: clusters that a person can follow with their eyes, and the stories in them. A story is a list of
//! steps for the engine: what is done, what is waited for, what is said and asked then. Nothing in here knows the page; a
//! host test plays every scene through the engine to its end.

pub mod leader_dies;

use crate::i18n::story::Line;
use crate::i18n::{Lang, Names};
use crate::tale::{Of, Said, Tale, ask, meanwhile, say, until, when};
use crate::view_model::time_text;
use sim_core::client::{ConsumerConfig, ProducerConfig};
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::ids::*;
use sim_core::release::Kafka;
use sim_core::scenario::condition::Condition;
use sim_core::scenario::question::Question;
use sim_core::scenario::whole::Whole;
use sim_core::scenario::{Deed, Step};
use sim_core::time::Span;
use sim_core::view::frame::{Frame, Seen, ServerRole, ServerView};
use sim_core::zookeeper::ServerRole as Role;

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

    pub fn tale(self) -> Tale {
        let steps = match self {
            Scene::BrokerDies => broker_dies(),
            Scene::ZkServerStops => zk_server_stops(),
            Scene::ConsumerJoins => consumer_joins(),
            Scene::LeaderDies => leader_dies::steps(),
        };
        Tale { of: Of::Scene(self), steps }
    }

    /// The words of a sentence, told of the moment at which it was said.
    pub fn sentence(self, said: &Said, lang: Lang) -> Option<String> {
        let line = Line::of(said.line)?;
        Some(match self {
            Scene::LeaderDies => leader_dies::words(line, &said.frame, lang),
            _ => words(line, &said.frame, lang),
        })
    }
}

// Who plays. With this setup and this seed it is always so; a test says that each can play their part.

/// Leads partitions and is not the controller.
const BROKER: BrokerId = 2;
const ITS_PARTITION: u32 = 1;
/// Follows.
const SERVER: NodeId = NodeId::Zk(1);
/// A member of the group that will be killed.
const VICTIM: NodeId = NodeId::Consumer(1);
/// Another one, which stands still for a while: long enough to be some records behind, and not so long that it loses its
/// session.
const LATE: NodeId = NodeId::Consumer(2);
const PAUSE: Span = Span::ms(3_000);
/// A third member, and its name.
const JOINER: NodeId = NodeId::Consumer(3);
const JOINER_NAME: &str = "billing-c";

fn its_partition() -> TopicPartition {
    TopicPartition::new(&"orders".into(), ITS_PARTITION)
}

pub(crate) fn kill(node: NodeId) -> Step {
    Step::Do(Command::Fault(Fault::Kill(node)))
}

pub(crate) fn start(node: NodeId) -> Step {
    Step::Do(Command::Fault(Fault::Start(node)))
}

fn freeze(node: NodeId) -> Step {
    Step::Do(Command::Fault(Fault::Freeze(node)))
}

fn thaw(node: NodeId) -> Step {
    Step::Do(Command::Fault(Fault::Thaw(node)))
}

fn broker_dies() -> Vec<Step> {
    let broker = NodeId::Broker(BROKER);
    vec![
        say(Line::Broker0),
        kill(broker),
        until(Whole::DeadAreDisconnected),
        ask(Line::Broker1, Question::SessionEnd(broker)),
        when(Condition::ZnodeGone(format!("/brokers/ids/{BROKER}").into())),
        say(Line::Broker2),
        ask(Line::BrokerAsk, Question::PartitionLeader(its_partition())),
        until(Whole::EveryPartitionIsLed),
        say(Line::Broker3),
        until(Whole::ProducersAreCurrent),
        say(Line::Broker4),
        start(broker),
        when(Condition::ZnodeExists(format!("/brokers/ids/{BROKER}").into())),
        say(Line::Broker5),
        until(Whole::EveryReplicaIsInSync),
        say(Line::Broker6),
    ]
}

fn zk_server_stops() -> Vec<Step> {
    vec![
        say(Line::Zk0),
        kill(SERVER),
        until(Whole::ZkClientsAreConnected),
        say(Line::Zk1),
        start(SERVER),
        when(Condition::Role { node: SERVER, is: Some(Role::Following) }),
        until(Whole::ZkClientsAreConnected),
        say(Line::Zk2),
        Step::DoTo(Deed::KillEnsembleLeader),
        until(Whole::ServerServes),
        until(Whole::ZkClientsAreConnected),
        say(Line::Zk3),
        Step::DoTo(Deed::KillEnsembleLeader),
        until(Whole::NoServerServes),
        say(Line::Zk4),
        Step::DoTo(Deed::StartServer),
        Step::DoTo(Deed::StartServer),
        until(Whole::ServerServes),
        until(Whole::ZkClientsAreConnected),
        say(Line::Zk5),
    ]
}

fn consumer_joins() -> Vec<Step> {
    vec![
        until(Whole::GroupsRead),
        // Some records, so that there is something to be behind with.
        meanwhile(Line::ConsumerWorks),
        Step::Wait(Span::ms(2_000)),
        freeze(LATE),
        meanwhile(Line::ConsumerPauses),
        Step::Wait(PAUSE),
        say(Line::Consumer0),
        Step::Do(Command::AddConsumer(JOINER_NAME.into(), consumer_config())),
        until(Whole::Members(3)),
        thaw(LATE),
        say(Line::Consumer1),
        until(Whole::PartitionIsFree),
        say(Line::Consumer2),
        ask(Line::ConsumerAsk, Question::Share(JOINER)),
        until(Whole::GroupsRead),
        say(Line::Consumer3),
        kill(VICTIM),
        until(Whole::DeadAreDisconnected),
        say(Line::Consumer4),
        until(Whole::DeadHaveNoSession),
        until(Whole::GroupsRead),
        say(Line::Consumer5),
    ]
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

fn words(line: Line, frame: &Frame, lang: Lang) -> String {
    let names = Names::of(frame);
    let broker = |id: BrokerId| names.say(NodeId::Broker(id), lang);
    let node = |id: NodeId| names.say(id, lang);
    let tp = its_partition();
    let leader = match line {
        Line::Broker3 => frame.partition(&tp).and_then(|partition| partition.leader),
        _ => None,
    };
    let left = match line {
        Line::Consumer4 => session_left(frame, VICTIM),
        _ => session_left(frame, NodeId::Broker(BROKER)),
    };
    let nobody = || Line::Somebody.say(lang, &[]);
    line.say(
        lang,
        &[
            ("broker", broker(BROKER)),
            ("id", BROKER.to_string()),
            ("tp", tp.to_string()),
            ("left", left.map_or_else(|| "0 s".into(), time_text::span)),
            ("controller", frame.controller.map_or_else(nobody, broker)),
            ("leader", leader.map(broker).or_else(|| zk_leader(frame).map(node)).unwrap_or_else(nobody)),
            ("server", node(SERVER)),
            ("consumer", JOINER_NAME.into()),
            ("victim", node(VICTIM)),
            ("late", node(LATE)),
            ("lag", lag(frame).to_string()),
            ("partitions", frame.partitions.len().to_string()),
            ("owners", owners(frame, &names, lang)),
        ],
    )
}

/// How many records the groups have before them.
fn lag(frame: &Frame) -> u64 {
    frame.groups.iter().flat_map(|group| &group.partitions).filter_map(|partition| partition.lag).sum()
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

pub fn zk_leader(frame: &Frame) -> Option<NodeId> {
    let leads = |server: &Seen<'_, ServerView>| server.role == Some(ServerRole::Leading) && server.serving;
    Some(frame.servers().find(leads)?.id)
}

/// What is left of a node's session, as the ensemble counts it.
pub fn session_left(frame: &Frame, node: NodeId) -> Option<Span> {
    frame.sessions().iter().find(|session| session.client == Some(node))?.expires_in
}

/// As ZooKeeper has it.
pub fn is_registered(frame: &Frame, broker: BrokerId) -> bool {
    frame.znode(&format!("/brokers/ids/{broker}")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::history::History;
    use sim_core::history::telling::{Stop, Telling};
    use sim_core::scenario::question::Guess;
    use std::sync::Arc;

    /// Plays a scene as a reader does who wants to be shown every answer. Returns its run and the sentences.
    fn play(scene: Scene) -> (History, Vec<[String; 2]>) {
        let mut history = History::new(scene.setup(), SEED).expect("the scene's setup boots");
        let mut telling = Telling::of(&scene.tale().steps);
        let (mut told, mut asked) = (Vec::new(), None);
        let mut begun = history.cursor().at;
        loop {
            let at = history.cursor().at.plus(Span::ms(20));
            assert!(at.since(begun) < Span::ms(60_000), "{scene:?}: it stands {:?}", telling.stand(history.cursor()));
            match telling.advance_to(&mut history, at) {
                Some(Stop::Said { waits }) => {
                    let (nth, line) = telling.line(history.cursor()).expect("it was said now");
                    let said = Said { nth, line, frame: history.frame(), verdict: telling.verdict(nth) };
                    let say = |lang| scene.sentence(&said, lang).expect("it has words");
                    told.push([say(Lang::En), say(Lang::Zh)]);
                    expect_fair_answer(asked.take(), said.verdict.as_ref().map(|verdict| verdict.answer));
                    asked = telling.asks(history.cursor()).map(|question| (question.clone(), history.frame()));
                    let (here, all) = telling.position(history.cursor());
                    if here == all {
                        break;
                    }
                    assert_eq!(telling.go_on(), waits);
                    begun = history.cursor().at;
                }
                stop => assert_ne!(stop, Some(Stop::Failed), "{:?}", telling.stand(history.cursor())),
            }
        }
        (history, told)
    }

    /// Those that a reader could click on are alive, and one of them was the answer.
    fn expect_fair_answer(asked: Option<(Question, Arc<Frame>)>, answer: Option<Guess>) {
        let (Some((question, frame)), Some(Guess::Node(answer))) = (asked, answer) else { return };
        let all = || frame.nodes.iter().filter(|node| question.takes(&frame, node.id));
        assert!(all().all(|node| node.process.is_up()), "{question:?} takes what is dead");
        assert!(all().any(|node| node.id == answer) && all().count() > 1, "{question:?}: {answer:?}");
    }

    fn check(scene: Scene) {
        let (_, told) = play(scene);
        for text in told.iter().flatten() {
            assert!(!text.contains(['{', '}']), "a place is not filled: {text}");
        }
    }

    #[test]
    fn those_who_play_can_play_their_part() {
        let frame = History::new(setup(), SEED).expect("boots").frame();
        assert_ne!(frame.controller, Some(BROKER));
        assert_eq!(frame.partition(&its_partition()).and_then(|partition| partition.leader), Some(BROKER));
        assert_ne!(zk_leader(&frame), Some(SERVER));
        assert!(frame.consumers().any(|consumer| consumer.id == VICTIM && !consumer.owned.is_empty()));
        assert!(frame.node(JOINER).is_none());
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
        let is_said = |words: &str| told.iter().any(|[en, _]| en.contains(words));
        assert!(is_said("zk5 leads") && is_said("zk4 serves"), "{told:?}");
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
