//! Links: what is written is read, what was damaged is noticed, and a link that was given away opens as it did.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sim_core::client::{AssignmentStrategy, ConsumerConfig, ProducerClient, ProducerConfig, ProducerType};
use sim_core::engine::command::{Command, Placed};
use sim_core::engine::setup::{BrokerSetup, ConsumerSetup, ProducerSetup, Setup, ZkShellSetup};
use sim_core::engine::system::Fault;
use sim_core::history::History;
use sim_core::history::permalink;
use sim_core::history::permalink::{ENGINE_VERSION, Link, LinkError};
use sim_core::ids::*;
use sim_core::kafka::BrokerConfig;
use sim_core::net::CutHow;
use sim_core::order::{Order, Placement, ProduceRecord, ShellOp, TopicSpec};
use sim_core::release::{Kafka, ZkVersion};
use sim_core::settings;
use sim_core::settings::Setting;
use sim_core::time::{SimTime, Span};
use sim_core::zookeeper::{CreateMode, EnsembleConfig, ZkOp};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

// ----- whatever can stand in a link -----

fn text() -> impl Strategy<Value = Arc<str>> {
    "[a-z/0-9 会话.é]{0,9}".prop_map(Arc::from)
}

fn node() -> impl Strategy<Value = NodeId> {
    prop_oneof![
        any::<u16>().prop_map(NodeId::Zk),
        any::<u16>().prop_map(NodeId::Broker),
        any::<u16>().prop_map(NodeId::Producer),
        any::<u16>().prop_map(NodeId::Consumer),
        any::<u16>().prop_map(NodeId::ZkShell),
        Just(NodeId::Admin),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let how = prop_oneof![Just(CutHow::Reset), Just(CutHow::Silent)];
    prop_oneof![
        node().prop_map(Fault::Start),
        node().prop_map(Fault::Kill),
        node().prop_map(Fault::PowerOff),
        node().prop_map(Fault::Freeze),
        node().prop_map(Fault::Thaw),
        (node(), node(), how).prop_map(|(a, b, how)| Fault::Cut { a, b, how }),
        (node(), node()).prop_map(|(a, b)| Fault::Heal { a, b }),
    ]
}

fn operation() -> impl Strategy<Value = ZkOp> {
    let mode = prop_oneof![
        Just(CreateMode::Persistent),
        Just(CreateMode::Ephemeral),
        Just(CreateMode::PersistentSequential),
        Just(CreateMode::EphemeralSequential),
    ];
    let one = prop_oneof![
        (text(), option::of(text()), mode).prop_map(|(path, data, mode)| ZkOp::Create { path, data, mode }),
        (text(), any::<i32>()).prop_map(|(path, version)| ZkOp::Delete { path, version }),
        (text(), any::<bool>()).prop_map(|(path, watch)| ZkOp::Exists { path, watch }),
        (text(), any::<bool>()).prop_map(|(path, watch)| ZkOp::GetData { path, watch }),
        (text(), option::of(text()), any::<i32>()).prop_map(|(path, data, version)| ZkOp::SetData {
            path,
            data,
            version
        }),
        (text(), any::<bool>()).prop_map(|(path, watch)| ZkOp::GetChildren { path, watch }),
        text().prop_map(|path| ZkOp::Sync { path }),
        (text(), any::<i32>()).prop_map(|(path, version)| ZkOp::Check { path, version }),
    ];
    one.prop_recursive(1, 4, 4, |one| vec(one, 0..4).prop_map(ZkOp::Multi))
}

fn topic() -> impl Strategy<Value = TopicSpec> {
    let placement = prop_oneof![
        (any::<u32>(), any::<u16>())
            .prop_map(|(partitions, replication_factor)| Placement::Automatic { partitions, replication_factor }),
        vec(vec(any::<u16>(), 0..4), 0..4).prop_map(Placement::Manual),
    ];
    (text(), placement, vec((text(), text()), 0..3)).prop_map(|(name, placement, config)| TopicSpec {
        name,
        placement,
        config,
    })
}

fn order() -> impl Strategy<Value = Order> {
    let record = (text(), option::of(text()), text(), option::of(any::<u32>()))
        .prop_map(|(topic, key, value, partition)| ProduceRecord { topic, key, value, partition });
    prop_oneof![
        Just(Order::Stop),
        vec(record, 0..4).prop_map(Order::Produce),
        (any::<u32>(), vec(text(), 0..3))
            .prop_map(|(records_per_s, topics)| Order::ProduceSteadily { records_per_s, topics }),
        Just(Order::Commit),
        topic().prop_map(Order::CreateTopic),
        (text(), any::<u32>()).prop_map(|(topic, total)| Order::AddPartitions { topic, total }),
        operation().prop_map(|op| Order::Zk(ShellOp::Zk(op))),
        Just(Order::Zk(ShellOp::Close)),
        (text(), operation()).prop_map(|(line, op)| Order::Zk(ShellOp::Typed(line, op))),
        (text(), text(), any::<bool>()).prop_map(|(line, path, watch)| Order::Zk(ShellOp::ListAll {
            line,
            path,
            watch
        })),
        (text(), text()).prop_map(|(line, path)| Order::Zk(ShellOp::DeleteAll { line, path })),
    ]
}

/// Some settings changed to values that they take.
fn changed<C: Clone + 'static>(table: &'static [Setting<C>], config: C, draws: &[(usize, i64)]) -> C {
    let mut config = config;
    for (at, draw) in draws {
        let setting = &table[at % table.len()];
        let value = match setting.words.get(*draw as usize % setting.words.len().max(1)) {
            Some((_, number)) => *number,
            None => setting.range.start() + draw % (setting.range.end() - setting.range.start() + 1),
        };
        assert!(setting.set(&mut config, value), "{} takes {value}", setting.key);
    }
    config
}

fn draws() -> impl Strategy<Value = Vec<(usize, i64)>> {
    vec((0..32usize, 0..i64::MAX), 0..5)
}

const KAFKA: Kafka = Kafka::V0_8_2;

fn broker() -> impl Strategy<Value = BrokerConfig> {
    draws().prop_map(|draws| changed(&settings::BROKER, KAFKA.broker_config(), &draws))
}

fn producer() -> impl Strategy<Value = ProducerConfig> {
    let client = prop_oneof![
        Just(ProducerClient::Java),
        Just(ProducerClient::Scala(ProducerType::Sync)),
        Just(ProducerClient::Scala(ProducerType::Async)),
    ];
    (client, vec(any::<u16>(), 0..4), option::of((any::<u32>(), vec(text(), 0..3))), draws()).prop_map(
        |(client, bootstrap, steady, draws)| {
            let usual = match client {
                ProducerClient::Java => KAFKA.producer_config(bootstrap),
                ProducerClient::Scala(_) => KAFKA.scala_producer_config(bootstrap),
            };
            changed(settings::of_producer(client), ProducerConfig { client, steady, ..usual }, &draws)
        },
    )
}

fn consumer() -> impl Strategy<Value = ConsumerConfig> {
    (text(), vec(text(), 0..3), any::<u32>(), draws()).prop_map(|(group, topics, streams, draws)| {
        let usual = ConsumerConfig { streams, ..KAFKA.consumer_config(group, topics) };
        changed(&settings::CONSUMER, usual, &draws)
    })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        4 => fault().prop_map(Command::Fault),
        4 => (node(), order()).prop_map(|(node, order)| Command::Order(node, order)),
        1 => (any::<u16>(), broker()).prop_map(|(id, config)| Command::AddBroker(id, config)),
        1 => (text(), producer()).prop_map(|(name, config)| Command::AddProducer(name, config)),
        1 => (text(), consumer()).prop_map(|(name, config)| Command::AddConsumer(name, config)),
        1 => node().prop_map(Command::Remove),
        1 => (text(), vec(any::<u16>(), 0..4), any::<u32>())
            .prop_map(|(name, connect, timeout_ms)| Command::AddZkShell(name, connect, timeout_ms)),
    ]
}

fn setup() -> impl Strategy<Value = Setup> {
    let version = prop_oneof![Just(ZkVersion::V3_4), Just(ZkVersion::V3_9)];
    let ensemble = (version, 0..6u16, draws()).prop_map(|(version, servers, draws)| -> EnsembleConfig {
        changed(&settings::ENSEMBLE, version.ensemble_config(servers), &draws)
    });
    let shell = (text(), vec(any::<u16>(), 0..4), any::<u32>())
        .prop_map(|(name, connect, session_timeout_ms)| ZkShellSetup { name, connect, session_timeout_ms });
    let consumer =
        (text(), consumer(), any::<bool>()).prop_map(|(name, config, start)| ConsumerSetup { name, config, start });
    (
        any::<bool>(),
        ensemble,
        vec(shell, 0..3),
        vec((any::<u16>(), broker()).prop_map(|(id, config)| BrokerSetup { id, config }), 0..4),
        vec(topic(), 0..3),
        vec((text(), producer()).prop_map(|(name, config)| ProducerSetup { name, config }), 0..3),
        vec(consumer, 0..3),
    )
        .prop_map(|(has_kafka, ensemble, zk_shells, brokers, topics, producers, consumers)| Setup {
            kafka: has_kafka.then_some(KAFKA),
            ensemble,
            zk_shells,
            brokers,
            topics,
            producers,
            consumers,
        })
}

fn link() -> impl Strategy<Value = Link> {
    let placed = vec((0..1_000_000u64, 0..1_000_000_000u64, command()), 0..8).prop_map(|parts| {
        let (mut step, mut at) = (0, 0);
        let mut placed = Vec::new();
        for (steps, us, command) in parts {
            (step, at) = (step + steps, at + us);
            placed.push(Placed { step, at: SimTime(at), command });
        }
        placed
    });
    (any::<u32>(), setup(), any::<u64>(), placed, any::<u64>(), any::<u64>(), any::<u32>()).prop_map(
        |(engine, setup, seed, placed, step, at, check)| Link {
            engine,
            setup,
            seed,
            placed,
            step,
            at: SimTime(at),
            check,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_written_is_read_again(link in link()) {
        let text = link.text();
        prop_assert_eq!(permalink::decode(&text), Ok(link));
        // What chat programs take for the end of a sentence.
        prop_assert!(!text.ends_with(['-', '_', '.']), "{}", text);
    }

    #[test]
    fn a_link_that_lost_its_end_is_known_as_one(link in link(), lost in 1..400usize) {
        let text = link.text();
        let cut = &text[..2.max(text.len().saturating_sub(lost))];
        prop_assert!(matches!(permalink::decode(cut), Err(LinkError::Cut | LinkError::Damaged)), "{}", cut);
        if !cut.ends_with('E') {
            prop_assert_eq!(permalink::decode(cut), Err(LinkError::Cut));
        }
    }

    #[test]
    fn a_changed_letter_is_noticed(link in link(), at in 0..4_000usize, letter in "[A-Za-z0-9_.-]") {
        let text = link.text();
        let at = at % text.len();
        let mut damaged = text.clone();
        damaged.replace_range(at..=at, &letter);
        if damaged != text {
            prop_assert!(permalink::decode(&damaged).is_err(), "{}", damaged);
        }
    }

    /// A checksum guards against accidents; bytes that somebody made up may pass it.
    #[test]
    fn letters_that_somebody_made_up_are_no_harm(letters in "2[.][A-Za-z0-9_-]{0,80}E") {
        let _ = permalink::decode(&letters);
    }
}

// ----- what was given away -----

fn golden_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden_links.tsv")
}

fn golden() -> Vec<(String, String)> {
    let text = fs::read_to_string(golden_file()).unwrap_or_default();
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    rows.map(|(name, link)| (name.to_owned(), link.to_owned())).collect()
}

/// Runs of every release, with every kind of command and every setting of some process changed.
fn runs() -> Vec<(&'static str, History)> {
    let mut runs = Vec::new();
    for (name, version) in [("ensemble-3.4", ZkVersion::V3_4), ("ensemble-3.9", ZkVersion::V3_9)] {
        let mut setup = Setup::zookeeper(version).servers(5).zk_shell("c1", &[1, 2], 5_000);
        setup.ensemble.tick_ms = 1_000;
        runs.push((name, played(setup, 11, &ensemble_commands())));
    }
    for (name, version) in [("kafka-0.8.2-on-3.4", ZkVersion::V3_4), ("kafka-0.8.2-on-3.9", ZkVersion::V3_9)] {
        let topic: Topic = "orders".into();
        let mut brokers = KAFKA.broker_config();
        (brokers.min_insync_replicas, brokers.unclean_leader_election_enable) = (2, false);
        let mut producer =
            ProducerConfig { steady: Some((20, vec![topic.clone()])), ..KAFKA.producer_config(vec![1, 2]) };
        (producer.acks, producer.retries) = (-1, 10);
        let mut consumer = KAFKA.consumer_config("billing".into(), vec![topic.clone()]);
        (consumer.assignment_strategy, consumer.reset_to_smallest) = (AssignmentStrategy::RoundRobin, true);
        let mut setup = Setup::kafka(KAFKA)
            .brokers(&[1, 2, 3], &brokers)
            .topic(&topic, vec![vec![1, 2, 3], vec![2, 3, 1]])
            .producer("web-1", producer)
            .consumer("billing-a", consumer.clone())
            .consumer("billing-b", consumer)
            .zk_shell("cli", &[1, 2, 3], 30_000);
        setup.ensemble.version = version;
        runs.push((name, played(setup, 12, &kafka_commands())));
    }
    runs
}

fn ensemble_commands() -> Vec<Command> {
    let shell = |op| Command::Order(NodeId::ZkShell(1), Order::Zk(op));
    let create = |path: &str, mode| ZkOp::Create { path: path.into(), data: Some("值".into()), mode };
    vec![
        shell(ShellOp::Zk(create("/a", CreateMode::Persistent))),
        shell(ShellOp::Typed("get -w /a".into(), ZkOp::GetData { path: "/a".into(), watch: true })),
        Command::Fault(Fault::Freeze(NodeId::Zk(2))),
        shell(ShellOp::Zk(ZkOp::Multi(vec![
            ZkOp::Check { path: "/a".into(), version: 0 },
            create("/a/n-", CreateMode::EphemeralSequential),
            ZkOp::SetData { path: "/a".into(), data: None, version: -1 },
        ]))),
        Command::Fault(Fault::Thaw(NodeId::Zk(2))),
        Command::AddZkShell("c2".into(), vec![3], 8_000),
        Command::Fault(Fault::Cut { a: NodeId::Zk(1), b: NodeId::Zk(5), how: CutHow::Silent }),
        Command::Fault(Fault::PowerOff(NodeId::Zk(5))),
        Command::Fault(Fault::Start(NodeId::Zk(5))),
        Command::Fault(Fault::Heal { a: NodeId::Zk(1), b: NodeId::Zk(5) }),
        shell(ShellOp::Close),
        Command::Remove(NodeId::ZkShell(2)),
    ]
}

fn kafka_commands() -> Vec<Command> {
    let record = |key: Option<&str>, partition| ProduceRecord {
        topic: "orders".into(),
        key: key.map(Arc::from),
        value: "paid".into(),
        partition,
    };
    let audit = TopicSpec {
        name: "audit".into(),
        placement: Placement::Automatic { partitions: 2, replication_factor: 2 },
        config: vec![("min.insync.replicas".into(), "1".into())],
    };
    let produce = Order::Produce(vec![record(Some("k"), None), record(None, Some(1))]);
    let steadily =
        |records_per_s| Order::ProduceSteadily { records_per_s, topics: vec!["orders".into(), "audit".into()] };
    vec![
        Command::Order(NodeId::Producer(1), produce),
        Command::Order(NodeId::Admin, Order::CreateTopic(audit)),
        Command::Fault(Fault::Kill(NodeId::Broker(1))),
        Command::AddBroker(4, KAFKA.broker_config()),
        Command::AddProducer("web-2".into(), KAFKA.scala_producer_config(vec![2, 4])),
        Command::Order(NodeId::Producer(2), steadily(7)),
        Command::AddConsumer("audit-a".into(), KAFKA.consumer_config("audit".into(), vec!["audit".into()])),
        Command::Fault(Fault::Start(NodeId::Broker(1))),
        Command::Fault(Fault::Cut { a: NodeId::Broker(1), b: NodeId::Broker(3), how: CutHow::Reset }),
        Command::Order(NodeId::Consumer(2), Order::Commit),
        Command::Order(NodeId::Broker(2), Order::Stop),
        Command::Order(NodeId::Producer(2), steadily(0)),
        Command::Remove(NodeId::Consumer(1)),
    ]
}

fn played(setup: Setup, seed: u64, commands: &[Command]) -> History {
    let mut history = History::new(setup, seed).expect("it comes up");
    for command in commands {
        let at = history.cursor().at.plus(Span::ms(1_700));
        history.advance_to(at);
        history.command(command).unwrap_or_else(|error| panic!("{command:?}: {error:?}"));
    }
    let at = history.cursor().at.plus(Span::ms(9_000));
    history.advance_to(at);
    history
}

/// When this fails because the engine does something else than before: raise `ENGINE_VERSION`, then
/// `cargo test -p sim-core --test links -- --ignored` adds the links of the new engine, and `cargo xtask index` makes
/// those of the scenarios again.
#[test]
fn links_that_were_given_away_open_as_they_did() {
    let golden = golden();
    let runs = runs();
    for (name, history) in &runs {
        let link = permalink::encode(history);
        assert!(golden.contains(&((*name).to_owned(), link)), "{name} goes another way than it did");
    }
    for (name, text) in &golden {
        let link = permalink::decode(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(link.text(), *text, "{name} is written as it was");
        let is_of_this_engine = link.engine == ENGINE_VERSION;
        let opened = permalink::open(link).unwrap_or_else(|error| panic!("{name}: {error}"));
        if is_of_this_engine {
            assert!(opened.exact, "{name} goes another way than it did");
            assert_eq!(permalink::encode(&opened.history), *text, "{name} is written as it was");
        }
    }
    assert!(golden.len() >= runs.len());
}

#[test]
#[ignore = "writes the file: once for each version of the engine"]
fn the_links_of_this_engine_are_added() {
    let older = golden()
        .into_iter()
        .filter(|(_, text)| permalink::decode(text).is_ok_and(|link| link.engine != ENGINE_VERSION));
    let of_today = runs().into_iter().map(|(name, history)| (name.to_owned(), permalink::encode(&history)));
    let rows: Vec<String> = older.chain(of_today).map(|(name, link)| format!("{name}\t{link}\n")).collect();
    fs::write(golden_file(), rows.concat()).expect("the file can be written");
}

#[test]
fn a_link_that_is_opened_a_little_at_a_time_opens_as_in_one_go() {
    let in_portions = |link: Link| {
        let mut opening = permalink::Opening::of(link).expect("it can run");
        let mut portions = 0;
        loop {
            portions += 1;
            if let Some(opened) = opening.advance(97).expect("it goes on") {
                return (opened, portions);
            }
        }
    };
    for (name, history) in runs() {
        let same = permalink::decode(&permalink::encode(&history)).expect("a link");
        // One of another engine is followed by time.
        for link in [same.clone(), Link { engine: ENGINE_VERSION + 1, ..same }] {
            let whole = permalink::open(link.clone()).expect("it opens");
            let (opened, portions) = in_portions(link);
            assert!(portions > 5, "{name}: {portions} portions");
            assert_eq!(opened.exact, whole.exact, "{name}");
            assert_eq!(opened.history.cursor(), whole.history.cursor(), "{name}");
            assert_eq!(opened.history.placed(), whole.history.placed(), "{name}");
            assert!(opened.history.sim().system() == whole.history.sim().system(), "{name}: another state");
        }
    }
}

#[test]
fn only_what_differs_from_the_defaults_is_in_a_link() {
    let usual = Setup::kafka(KAFKA).brokers(&[1, 2, 3], &KAFKA.broker_config());
    let mut changed = usual.clone();
    changed.brokers[1].config.replica_lag_time_max_ms = 20_000;
    let letters = |setup: &Setup| permalink::encode(&History::new(setup.clone(), 1).expect("it comes up")).len();
    assert!(letters(&usual) < 60, "{} letters for three brokers", letters(&usual));
    assert!(letters(&changed) - letters(&usual) <= 6, "one setting of one broker");
}

#[test]
fn what_is_not_a_link_is_refused_by_name() {
    assert_eq!(permalink::decode("hello").err(), Some(LinkError::UnknownFormat));
    assert_eq!(permalink::decode("2.").err(), Some(LinkError::Cut));
    assert_eq!(permalink::decode("2.!!!!E").err(), Some(LinkError::Damaged));
    let old = "1.AQADAQID0A8KBQABAWMBAfAuAAAAAAcDSpTaGQABAANLlNoZAQQBBQFMlNoZBQQBA5TaGcuP44LZnpyJqAE";
    assert_eq!(permalink::decode(old).err(), Some(LinkError::Older));
}

#[test]
fn a_setting_outside_of_its_range_is_refused() {
    let mut setup = Setup::zookeeper(ZkVersion::V3_9);
    setup.ensemble.tick_ms = 4_000_000_000;
    let link = Link { engine: ENGINE_VERSION, setup, seed: 1, placed: Vec::new(), step: 0, at: SimTime(0), check: 0 };
    assert_eq!(permalink::decode(&link.text()), Err(LinkError::Damaged));
}

#[test]
fn a_run_that_went_another_way_has_another_check() {
    let links: Vec<Link> =
        runs().iter().map(|(_, history)| permalink::decode(&permalink::encode(history)).expect("our own")).collect();
    for (nth, link) in links.iter().enumerate() {
        assert!(links[..nth].iter().all(|other| other.check != link.check));
        let mut other = link.clone();
        other.seed += 1;
        let opened = permalink::open(other).expect("it runs");
        assert!(!opened.exact, "another seed is another run");
    }
}
