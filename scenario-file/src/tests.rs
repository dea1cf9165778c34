//! What the reader of scenario files accepts, and the sentence that each broken file gives.

use super::*;

const GOOD: &str = r#"{
  "format": 1, "name": "n", "about": "a",
  "setup": {
    "era": "0.8.2",
    "zookeeper": { "servers": 3, "tick_ms": 2000, "init_limit": 10, "sync_limit": 5 },
    "zk_clients": [{ "name": "c1", "connect": ["zk1"], "session_timeout_ms": 6000 }],
    "brokers": [{ "id": 1 }, { "id": 2 }],
    "topics": [{ "name": "orders", "assignment": { "0": [1, 2] } }],
    "producers": [{ "name": "web-1", "client": "java", "config": { "acks": "all" } }],
    "consumers": [{ "name": "billing-a", "group": "billing", "client": "zookeeper", "topics": ["orders"] }]
  },
  "steps": [
    { "do": { "kill": "broker-1" } },
    { "until": { "leader": { "topic": "orders", "partition": 0, "is": 2 } }, "within_ms": 9000 },
    { "observe": ["topics"] }
  ]
}"#;

#[track_caller]
fn complaint_of(text: &str) -> String {
    match parse(text) {
        Ok(_) => panic!("the file is accepted: {text}"),
        Err(complaint) => complaint.to_string(),
    }
}

/// The complaint about the good file with one place of it broken.
#[track_caller]
fn broken(place: &str, by: &str) -> String {
    assert!(GOOD.contains(place), "the good file has {place}");
    complaint_of(&GOOD.replacen(place, by, 1))
}

#[test]
fn the_good_file_is_good() {
    let story = parse(GOOD).map_err(|complaint| complaint.to_string());
    assert_eq!(story.map(|story| story.scenario.steps.len()), Ok(3));
}

#[test]
fn every_broken_file_gets_its_sentence() {
    let table = [
        (r#""format": 1"#, r#""format": 2"#, "line 2, field format: this version reads format 1, not 2"),
        (r#""name": "n", "#, "", "line 1: missing field `name`"),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "zk": { "client": "c1", "op": { "create": { "path": "/a", "data": 1 } } } }"#,
            "line 13, field steps[0].do.zk.op.create.data: this should be a text or an object with `repeat` and `times`",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "zk": { "client": "c1", "op": { "set_data": { "path": "/a", "data": { "repeat": "x" } } } } }"#,
            "line 13, field steps[0].do.zk.op.set_data.data: missing field `times`",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "zk": { "client": "c1", "op": { "create": { "path": "/a", "data": { "repeat": "xx", "times": 4000000 } } } } }"#,
            "line 13, field steps[0].do.zk.op.create.data: more than 4194304 bytes",
        ),
        (
            r#""about": "a","#,
            r#""about": "a", "mood": 1,"#,
            "line 2, field mood: unknown field `mood`, expected one of `format`, `name`, `about`, `about_zh`, `setup`, `steps`",
        ),
        (
            r#""0.8.2""#,
            r#""0.9""#,
            "line 4, field setup.era: unknown word `0.9`, expected one of `0.7`, `0.8.2`, `3.9`, `4.x`, `zookeeper`",
        ),
        (
            r#""0.8.2""#,
            r#""3.9""#,
            "line 4, field setup.era: era `3.9` is not playable in this version yet; `0.8.2` and `zookeeper` are",
        ),
        (
            r#""0.8.2""#,
            r#""zookeeper""#,
            "line 7, field setup.brokers: era `zookeeper` is an ensemble alone: it has no brokers, topics, producers and consumers",
        ),
        (
            r#""servers": 3"#,
            r#""servers": 0"#,
            "line 5, field setup.zookeeper.servers: an ensemble has 1 to 5 servers here, not 0",
        ),
        (r#""servers": 3"#, r#""servers": "3""#, "line 5, field setup.zookeeper.servers: this should be an integer"),
        (r#""tick_ms": 2000"#, r#""tick_ms": 0"#, "line 5, field setup.zookeeper.tick_ms: 0 is not in 1 to 60000"),
        (r#"["zk1"]"#, r#"["zk4"]"#, "line 6, field setup.zk_clients[0].connect: there is no server zk4 in the setup"),
        (
            r#"["zk1"]"#,
            r#"["broker-1"]"#,
            "line 6, field setup.zk_clients[0].connect[0]: `broker-1` is not a server's name; they are zk1, zk2, …",
        ),
        (r#"{ "id": 2 }"#, r#"{ "id": 1 }"#, "line 7, field setup.brokers[1].id: broker 1 stands there twice"),
        (
            r#"{ "id": 2 }"#,
            r#"{ "id": 2, "config": { "num.widgets": "1" } }"#,
            "line 7, field setup.brokers[1].config[\"num.widgets\"]: a broker has no setting `num.widgets` in this version",
        ),
        (
            r#"{ "id": 2 }"#,
            r#"{ "id": 2, "config": { "zookeeper.session.timeout.ms": "soon" } }"#,
            "line 7, field setup.brokers[1].config[\"zookeeper.session.timeout.ms\"]: `soon` is not a number from 1 to 2147483647",
        ),
        (
            r#""0": [1, 2]"#,
            r#""0": [1, 3]"#,
            "line 8, field setup.topics[0].assignment.0[1]: there is no broker 3 in the setup",
        ),
        (
            r#""0": [1, 2]"#,
            r#""1": [1, 2]"#,
            "line 8, field setup.topics[0].assignment.1: partition 0 is missing: partitions are numbered 0, 1, 2, …",
        ),
        (
            r#""assignment": { "0": [1, 2] }"#,
            r#""partitions": 1"#,
            "line 8, field setup.topics[0]: a topic needs `partitions` and `replication_factor`, or `assignment`",
        ),
        (
            r#""assignment": { "0": [1, 2] }"#,
            r#""partitions": 1, "replication_factor": 3"#,
            "line 8, field setup.topics[0]: `orders` needs 1 to 2 replicas for each partition: that is how many brokers there are",
        ),
        (
            r#""name": "orders""#,
            r#""name": "a/b""#,
            "line 8, field setup.topics[0].name: `a/b` is not a legal topic name: 1 to 60 letters, digits, `.`, `_` and `-`",
        ),
        (
            r#""acks": "all""#,
            r#""acks": "some""#,
            "line 9, field setup.producers[0].config.acks: `some` is neither `all` nor a number from -1 to 100",
        ),
        (
            r#""client": "java""#,
            r#""client": "zk-aware""#,
            "line 9, field setup.producers[0].client: the client `zk-aware` is not playable in this version yet; playable are `java`, `scala`",
        ),
        (
            r#""name": "billing-a""#,
            r#""name": "web-1""#,
            "line 10, field setup.consumers[0].name: the name `web-1` is taken already",
        ),
        (
            r#""name": "billing-a""#,
            r#""name": "zk2""#,
            "line 10, field setup.consumers[0].name: `zk2` is not a possible name: letters, digits, `.`, `_`, `-`, and none that a server, a broker or the admin tool has",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "kill": "broker-9" }"#,
            "line 13, field steps[0].do.kill: nobody in the setup has the name `broker-9`; there are zk1, zk2, zk3, broker-1, broker-2, web-1, billing-a, c1",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "explode": "broker-1" }"#,
            "line 13, field steps[0].do: unknown word `explode`, expected one of `start`, `stop`, `kill`, `power_off`, `freeze`, `thaw`, `cut`, `heal`, `zk`, `create_topic`, `add_partitions`, `delete_topic`, `reassign`, `elect_preferred`, `produce`, `commit`",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "commit": "web-1" }"#,
            "line 13, field steps[0].do.commit: `web-1` is not a consumer",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "cut": { "between": ["zk1", "zk1"], "how": "reset" } }"#,
            "line 13, field steps[0].do.cut.between[1]: a link joins two different nodes",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "zk": { "client": "c1", "op": { "check": { "path": "/a", "version": 0 } } } }"#,
            "line 13, field steps[0].do.zk.op.check: `check` stands only in a `multi`",
        ),
        (
            r#"{ "kill": "broker-1" }"#,
            r#"{ "zk": { "client": "web-1", "op": "close" } }"#,
            "line 13, field steps[0].do.zk.client: `web-1` is not a ZooKeeper client",
        ),
        (
            r#"{ "do": { "kill": "broker-1" } }"#,
            "{ }",
            "line 13, field steps[0]: a step is one of `do`, `until`, `settle`, `wait_ms` and `observe`",
        ),
        (
            r#"{ "do": { "kill": "broker-1" } }"#,
            r#"{ "wait_ms": 5, "settle": { "within_ms": 5 } }"#,
            "line 13, field steps[0].wait_ms: a step is one thing, and this one is a `settle` already",
        ),
        (
            r#"{ "do": { "kill": "broker-1" } }"#,
            r#"{ "wait_ms": -5 }"#,
            "line 13, field steps[0].wait_ms: -5 is not in 0 to 86400000",
        ),
        (
            r#"{ "do": { "kill": "broker-1" } }"#,
            r#"{ "wait_ms": 99999999999 }"#,
            "line 13, field steps[0].wait_ms: 99999999999 is more than a day (86400000 ms)",
        ),
        (
            r#", "within_ms": 9000"#,
            "",
            "line 14, field steps[1]: `until` needs `within_ms` beside it: everything has a bound",
        ),
        (r#""is": 2"#, r#""is": 7"#, "line 14, field steps[1].until.leader.is: there is no broker 7 in the setup"),
        (
            r#"["topics"]"#,
            r#"["weather"]"#,
            "line 15, field steps[2].observe[0]: `weather` cannot be observed; there are results, events, znodes:/path, ensemble, topics, controller, groups, log:topic-partition, received",
        ),
        (r#"["topics"]"#, r#"["znodes:a"]"#, "line 15, field steps[2].observe[0]: `a` is not a znode's path"),
        (
            r#"["topics"]"#,
            r#"["topics"], "allow": [{}]"#,
            "line 15, field steps[2]: `allow` needs a `because`: why real time decides here",
        ),
        (
            r#"["topics"]"#,
            r#"["topics"], "allow": [{}, {}, {}, {}], "because": "b""#,
            "line 15, field steps[2].allow: 1 to 3 outcomes may be allowed",
        ),
        (
            r#"{ "observe": ["topics"] }"#,
            r#"{ "observe": ["topics"], "allow": [{}], "because": "b" }, { "observe": ["topics"], "allow": [{}], "because": "b" }"#,
            "line 15, field steps[3].allow: one step of a file may allow several outcomes, and steps[2] does",
        ),
        ("  ]\n}", "  ]\n", "line 17: not JSON: the text ends too early"),
        ("  ]\n}", "  ]\n} }", "line 17: something follows after the end of the scenario"),
    ];
    let mut wrong = Vec::new();
    for (place, by, expected) in table {
        let found = broken(place, by);
        if found != expected {
            wrong.push(format!("{place} -> {by}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_text_makes_the_reader_panic() {
    let deep = format!("{}{}", r#"{"format":1,"steps":"#, "[".repeat(100_000));
    for text in ["", " ", "null", "[]", "{", "\u{feff}{}", "{\"format\":1e99}", deep.as_str()] {
        assert!(parse(text).is_err(), "{text:.40}");
    }
    // Every beginning of a good file is a bad file.
    for (end, _) in GOOD.char_indices() {
        assert!(parse(&GOOD[..end]).is_err(), "up to {end}");
    }
}

#[test]
fn a_complaint_has_the_line_and_the_column_of_its_field() {
    let complaint = parse(&GOOD.replacen(r#""kill": "broker-1""#, r#""kill": "broker-9""#, 1)).err();
    let place = complaint.map(|complaint| (complaint.line, complaint.column, complaint.field));
    assert_eq!(place, Some((13, 15, "steps[0].do.kill".to_owned())));
}

#[test]
fn a_step_keeps_its_line_and_its_text() {
    let story = parse(GOOD).map_err(|complaint| complaint.to_string()).expect("it is good");
    assert_eq!((story.steps[2].line, story.steps[2].text.as_str()), (15, r#"{ "observe": ["topics"] }"#));
}

/// Each is in `KafkaConfig`, `ConsumerConfig`, one of the two `ProducerConfig`s or `LogConfig` of 0.8.2.2.
#[test]
fn a_setting_of_the_real_one_is_known_whether_it_has_an_effect_here_or_not() {
    let text = GOOD
        .replacen(
            r#"{ "id": 1 }"#,
            r#"{ "id": 1, "config": { "log.cleaner.threads": "1", "connections.max.idle.ms": "600000", "broker.id": "1" } }"#,
            1,
        )
        .replacen(
            r#""config": { "acks": "all" } }"#,
            r#""config": { "batch.size": "16384", "max.request.size": "1048576", "metadata.fetch.timeout.ms": "60000" } },
               { "name": "old", "client": "scala", "config": { "partitioner.class": "kafka.producer.DefaultPartitioner" } }"#,
            1,
        )
        .replacen(
            r#""topics": ["orders"] }"#,
            r#""topics": ["orders"], "config": { "num.consumer.fetchers": "1", "exclude.internal.topics": "true" } }"#,
            1,
        );
    let story = parse(&text).map_err(|complaint| complaint.to_string()).expect("all of them are known");
    assert_eq!(story.notes.len(), 9, "each is noted to have no effect: {:#?}", story.notes);
}

#[test]
fn the_scala_producers_settings_take_effect_by_their_real_names() {
    use sim_core::client::NEVER_MS;
    use sim_core::client::{ProducerClient, ProducerConfig, ProducerType};
    let taken = |settings: &str| -> Option<ProducerConfig> {
        let text = GOOD.replacen(r#""client": "java""#, r#""client": "scala""#, 1);
        let text = text.replacen(r#""config": { "acks": "all" }"#, &format!(r#""config": {settings}"#), 1);
        Some(parse(&text).ok()?.scenario.setup.producers[0].config.clone())
    };
    let usual = taken("{}").expect("nothing is asked");
    assert_eq!(usual.client, ProducerClient::Scala(ProducerType::Sync));
    assert_eq!((usual.acks, usual.retries, usual.timeout_ms, usual.metadata_max_age_ms), (0, 3, 10_000, 600_000));
    let config = taken(
        r#"{ "producer.type": "async", "metadata.broker.list": "broker-1:9092", "request.required.acks": "-1",
             "message.send.max.retries": "7", "retry.backoff.ms": "50", "request.timeout.ms": "1500",
             "topic.metadata.refresh.interval.ms": "-1", "queue.buffering.max.ms": "200", "batch.num.messages": "10" }"#,
    )
    .expect("all are settings of it");
    assert_eq!(config.client, ProducerClient::Scala(ProducerType::Async));
    assert_eq!((config.bootstrap, config.acks, config.retries), (vec![1], -1, 7));
    assert_eq!((config.retry_backoff_ms, config.timeout_ms, config.metadata_max_age_ms), (50, 1_500, NEVER_MS));
    assert_eq!((config.linger_ms, config.batch_records), (200, 10));
    assert_eq!(taken(r#"{ "request.required.acks": "2" }"#), None, "SyncProducerConfigShared allows -1, 0 and 1");
    assert_eq!(taken(r#"{ "acks": "1" }"#), None, "a setting of the other producer");
}

/// `replica.fetch.backoff.ms` came with 0.9.
#[test]
fn a_broker_setting_of_a_later_version_is_refused() {
    let text = GOOD.replacen(r#"{ "id": 1 }"#, r#"{ "id": 1, "config": { "replica.fetch.backoff.ms": "1000" } }"#, 1);
    let complaint = parse(&text).map(|_| ()).expect_err("0.8.2 does not have it").to_string();
    assert!(complaint.contains("replica.fetch.backoff.ms"), "{complaint}");
}
