use super::complete::{Completion, complete};
use super::line::{self, Problem, Verb};
use super::run::{self, ANSWER_MAX, Act, Verdict, Waiting};
use super::transcript::{Kind, Printed, printed};
use crate::i18n::Lang;
use sim_core::client::Shown;
use sim_core::engine::command::Command;
use sim_core::engine::setup::Setup;
use sim_core::engine::system::Fault;
use sim_core::history::History;
use sim_core::history::permalink;
use sim_core::ids::NodeId;
use sim_core::release::ZkVersion;
use sim_core::time::Span;

fn parsed(text: &str) -> line::Line {
    line::parse(text).expect("it is a command").expect("it is not empty")
}

#[test]
fn quotes_keep_spaces_and_what_is_quoted_is_no_flag() {
    let line = parsed(r#"create -e /a "two words""#);
    assert_eq!((line.path(), line.data()), ("/a", Some("two words")));
    assert!(line.has('e') && !line.has('s'));
    assert_eq!(parsed("set /a '-v'").data(), Some("-v"));
    assert_eq!(parsed(r#"set /a {"x":1}"#).data(), Some(r#"{"x":1}"#), "a quote within a word is a letter");
    assert_eq!(parsed("create /a ''").data(), Some(""), "empty is not null");
    assert_eq!(parsed("create /a").data(), None);
}

#[test]
fn flags_stand_anywhere_and_may_be_joined() {
    let line = parsed("ls /a -sw");
    assert!(line.has('s') && line.has('w') && !line.has('R'));
    assert_eq!(parsed("set -v 3 /a x").version, 3);
    assert_eq!(parsed("delete /a -v -1").version, -1);
}

#[test]
fn what_is_no_command_is_told_why() {
    let problem = |text: &str| line::parse(text).err();
    assert_eq!(problem("dir /"), Some(Problem::Unknown("dir".into())));
    assert_eq!(problem("ls"), Some(Problem::Usage(Verb::Ls)));
    assert_eq!(problem("ls /a /b"), Some(Problem::Usage(Verb::Ls)));
    assert_eq!(problem("get -R /"), Some(Problem::Flag(Verb::Get, 'R')));
    assert_eq!(problem("set -v x /a b"), Some(Problem::Version("x".into())));
    assert_eq!(problem("create /a 'b"), Some(Problem::OpenQuote('\'')));
    assert_eq!(problem("connect zk1,host"), Some(Problem::Server("host".into())));
    assert_eq!(line::parse("   "), Ok(None));
}

#[test]
fn a_command_of_an_older_zkcli_gets_the_one_that_took_its_place() {
    for (typed, new) in [("rmr /a", "deleteall"), ("ls2 /", "ls -s")] {
        let problem = line::parse(typed).expect_err("it is not a command here");
        assert!(matches!(&problem, Problem::Replaced(_, now) if *now == new), "{problem:?}");
        for version in ZkVersion::ALL {
            for lang in Lang::ALL {
                let says = problem.say(lang, version);
                assert!(says.contains(new) && says.contains("3.4") == version.has_rmr_and_ls2(), "{says}");
            }
        }
    }
}

#[test]
fn punctuation_of_an_input_method_is_named_where_it_stands_for_something_else() {
    let problem = |text: &str| line::parse(text).err();
    assert_eq!(problem("ls 、"), Some(Problem::FullWidth('、', '/')));
    assert_eq!(problem("ls ／brokers"), Some(Problem::FullWidth('／', '/')));
    assert_eq!(problem("create /a “你好 世界”"), Some(Problem::FullWidth('“', '"')));
    assert_eq!(problem("set /a ‘b’"), Some(Problem::FullWidth('‘', '\'')));
    assert_eq!(problem("ls －s /"), Some(Problem::FullWidth('－', '-')));
    assert_eq!(problem("help。"), Some(Problem::FullWidth('。', '.')));
    assert_eq!(parsed("ls　/brokers").path(), "/brokers", "a full-width space is a space");
    assert_eq!(parsed("set /a 你好，世界（测试）。").data(), Some("你好，世界（测试）。"), "data is data");
}

const PATHS: [&str; 7] =
    ["/", "/brokers", "/brokers/ids", "/brokers/ids/1", "/brokers/topics", "/config", "/controller"];

fn completed(text: &str) -> Option<Completion> {
    complete(text, PATHS.into_iter(), 3)
}

#[test]
fn completion_goes_as_far_as_it_is_certain() {
    let line = |text: &str| completed(text).map(|completion| completion.line);
    assert_eq!(line("cr"), Some("create ".into()));
    assert_eq!(line("de"), Some("delete".into()), "delete or deleteall");
    assert_eq!(line("get /b"), Some("get /brokers".into()));
    assert_eq!(line("get -s /c"), Some("get -s /con".into()));
    assert_eq!(line("ls /brokers/t"), Some("ls /brokers/topics".into()));
    assert_eq!(line("set -v 3 /brokers/i"), Some("set -v 3 /brokers/ids".into()));
    assert_eq!(line("connect "), Some("connect zk".into()));
    assert_eq!(completed("get /none"), None);
    assert_eq!(completed("get /brokers x"), None, "data is the writer's");
    assert_eq!(completed("close "), None);
}

#[test]
fn completion_shows_one_level_at_a_time() {
    let choices = |text: &str| completed(text).map(|completion| completion.choices).unwrap_or_default();
    assert_eq!(choices("ls /"), ["/brokers", "/config", "/controller"]);
    assert_eq!(choices("ls /brokers"), ["/brokers", "/brokers/ids", "/brokers/topics"]);
    assert_eq!(choices("ls -"), ["-s", "-w", "-R"]);
    assert_eq!(choices("c"), ["create", "connect", "close"]);
}

/// The page without a page: what is typed is placed, and the run is advanced until it is answered.
struct Desk {
    history: History,
    branch: u64,
}

impl Desk {
    fn new() -> Desk {
        let setup = Setup::zookeeper(ZkVersion::V3_9);
        Desk { history: History::new(setup, 11).expect("an ensemble boots"), branch: 0 }
    }

    fn enter(&mut self, text: &str) -> Verdict {
        let Act::Place(commands) = run::act(&parsed(text), text, &self.history.frame()) else {
            panic!("{text} is carried out")
        };
        for command in commands {
            self.history.command(&command).expect("the engine takes it");
        }
        let frame = self.history.frame();
        let client = run::client(&frame).expect("there is a client").id;
        let waiting =
            Waiting { client, from_step: frame.step, until: frame.at.plus(ANSWER_MAX), branch: 0, pauses: true };
        loop {
            let at = self.history.cursor().at;
            match run::judge(&waiting, &self.history.frame(), at, self.branch) {
                Verdict::Wait => self.history.advance_to(at.plus(Span::ms(1))),
                verdict => return verdict,
            }
        }
    }

    fn screen(&mut self) -> Vec<Printed> {
        let frame = self.history.frame();
        run::client(&frame).map_or_else(Vec::new, |shell| printed(&shell.screen, Lang::En))
    }

    fn texts(&mut self, kind: Kind) -> Vec<String> {
        self.screen().into_iter().filter(|line| line.kind == kind).map(|line| line.text).collect()
    }

    /// What was printed for the last line.
    fn printed_last(&mut self) -> Vec<String> {
        let screen = self.screen();
        let after = screen.iter().rposition(|line| line.kind == Kind::Prompt).map_or(0, |at| at + 1);
        screen.into_iter().skip(after).map(|line| line.text).collect()
    }

    fn says(&mut self, text: &str) -> Vec<String> {
        assert_eq!(self.enter(text), Verdict::Answered, "{text}");
        self.printed_last()
    }
}

#[test]
fn the_first_line_connects_and_is_answered() {
    let mut desk = Desk::new();
    assert_eq!(desk.says("ls /"), ["SyncConnected · connected", "[zookeeper]"]);
    assert_eq!(desk.screen().len(), 4, "it started, before the line");
    assert_eq!(desk.says("create /a 'two words'"), ["Created /a"]);
    assert_eq!(desk.says("get /a"), ["two words"]);
    assert_eq!(desk.says("create -s /a/n"), ["Created /a/n0000000000"]);
    assert_eq!(desk.says("get /a/n0000000000"), ["null"]);
    assert_eq!(desk.says("set -v 7 /a x"), ["BadVersion: the version does not match: /a"]);
    assert_eq!(desk.says("get /b"), ["NoNode: no such znode: /b"]);
    assert_eq!(desk.says("get b").len(), 1, "the library itself refuses anything but a path");
    assert_eq!(desk.says("stat /b"), ["NoNode: no such znode: /b"]);
    assert_eq!(desk.says("delete /a"), ["NotEmpty: it still has children: /a"]);
    let stat = desk.says("get -s /a");
    assert_eq!((stat.len(), stat[0].as_str(), stat[7].as_str()), (12, "two words", "dataVersion = 0"));
    assert_eq!(desk.says("sync /").len(), 1);
    assert_eq!(desk.texts(Kind::Prompt).len(), 12);
    assert_eq!(desk.texts(Kind::Prompt)[1], "[zk 1] create /a 'two words'");
}

#[test]
fn many_operations_of_one_line_are_asked_one_after_the_other() {
    let mut desk = Desk::new();
    for path in ["/a", "/a/b", "/a/b/c", "/a/d"] {
        desk.says(&format!("create {path}"));
    }
    assert_eq!(desk.says("ls -R /a"), ["/a", "/a/b", "/a/d", "/a/b/c"], "children first, then what is below them");
    let placed = desk.history.placed().len();
    assert!(desk.says("deleteall /a").is_empty());
    assert_eq!(desk.history.placed().len() - placed, 1, "the line is one command");
    let parts = desk
        .history
        .frame()
        .shells()
        .next()
        .map_or(0, |shell| shell.screen.iter().filter(|(_, shown)| matches!(shown, Shown::Part(5.., ..))).count());
    assert_eq!(parts, 8, "four are listed, four are deleted");
    assert_eq!(desk.says("ls /"), ["[zookeeper]"]);
    assert_eq!(desk.says("deleteall /a"), ["NoNode: no such znode: /a"]);
    assert_eq!(desk.texts(Kind::Prompt).len(), 8, "no operation of many has a prompt of its own");
}

#[test]
fn a_watch_prints_what_it_is_told_later() {
    let mut desk = Desk::new();
    desk.says("create /a");
    desk.says("get -w /a");
    assert_eq!(desk.says("set /a x"), ["WATCH NodeDataChanged /a"], "the event comes before the answer");
    desk.says("ls -w /a");
    // Somebody else, at another keyboard.
    desk.history.command(&Command::AddZkShell("other".into(), vec![2], 30_000)).expect("the engine takes it");
    desk.says("create -e /a/b");
    let later = desk.history.cursor().at.plus(Span::ms(50));
    desk.history.advance_to(later);
    let last = printed(&desk.history.frame().shells().next().expect("there is one").screen, Lang::Zh).pop();
    let told = "Watch 触发 NodeChildrenChanged /a".to_string();
    assert_eq!(last, Some(Printed { kind: Kind::Watch, text: told }));

    desk.says("quit");
    let frame = desk.history.frame();
    assert_eq!(run::act(&parsed("ls /"), "ls /", &frame), Act::NotConnected, "after quit, connect is asked for");
    assert_eq!(desk.says("connect").pop().as_deref(), Some("SyncConnected · connected"));
    assert_eq!(desk.says("ls /a"), ["[]"], "its ephemeral znode went with it");
}

#[test]
fn going_back_takes_lines_away_and_a_link_brings_the_same_ones() {
    let mut desk = Desk::new();
    desk.says("create /a");
    let early = (desk.history.cursor().step, desk.screen());
    desk.says("create /b");
    desk.says("ls -R /");
    let late = desk.screen();
    let link = permalink::encode(&desk.history);
    desk.history.seek(early.0);
    assert_eq!(desk.screen(), early.1);

    let opened = permalink::open(permalink::decode(&link).expect("our own link")).expect("it runs");
    assert!(opened.exact);
    let mut other = Desk { history: opened.history, branch: 0 };
    assert_eq!(other.screen(), late);
    // In the past, something else is typed: another branch.
    desk.says("create /c");
    assert_eq!(desk.says("ls /"), ["[a, c, zookeeper]"]);
}

#[test]
fn without_a_majority_no_answer_is_waited_for_longer_than_its_time() {
    let mut desk = Desk::new();
    desk.says("create /a");
    for server in [1, 2] {
        desk.history.command(&Command::Fault(Fault::Kill(NodeId::Zk(server)))).expect("it runs");
    }
    let before = desk.history.cursor().at;
    let verdict = desk.enter("create /b");
    // Its own server may be one of the two: then it is told that the connection broke.
    assert!(matches!(verdict, Verdict::Late | Verdict::Answered));
    assert!(desk.history.cursor().at.since(before) <= ANSWER_MAX);
}

#[test]
fn who_goes_elsewhere_is_not_waited_for() {
    let mut desk = Desk::new();
    desk.says("ls /");
    let frame = desk.history.frame();
    let client = run::client(&frame).expect("there is one").id;
    let waiting = Waiting { client, from_step: frame.step, until: frame.at, branch: 0, pauses: true };
    assert_eq!(run::judge(&waiting, &frame, frame.at, 1), Verdict::Left, "another branch");
    desk.history.step_back();
    let back = desk.history.frame();
    assert_eq!(run::judge(&waiting, &back, back.at, 0), Verdict::Left, "before it was typed");
}
