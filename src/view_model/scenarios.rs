//! The scenarios that were told to real ensembles too, as a list to search in. Made from the text of
//! `assets/scenarios.tsv` (`cargo xtask index` writes it), which the page loads when somebody asks.

use crate::i18n::Lang;
use crate::i18n::knowledge as words;
use crate::i18n::knowledge::TopicName;

/// The whole list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Exact versions of the real ZooKeeper, the newest first.
    versions: Vec<String>,
    scenarios: Vec<Scenario>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Scenario {
    name: String,
    about: String,
    /// Empty: not said.
    about_zh: String,
    outcomes: u32,
    /// For each version.
    states: Vec<State>,
    link: String,
}

/// How the simulator stands to one real version, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Equal(String),
    Different(String),
    NotCompared,
}

impl State {
    pub fn say(&self, version: &str, lang: Lang) -> String {
        match self {
            State::Equal(date) => words::equal(version, date, lang),
            State::Different(date) => words::different(version, date, lang),
            State::NotCompared => words::not_compared(version, lang),
        }
    }
}

/// What a scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    Operations,
    Stat,
    Watches,
    Sessions,
    Multi,
    Ensemble,
}

impl Topic {
    pub const ALL: [Topic; 6] =
        [Topic::Operations, Topic::Stat, Topic::Watches, Topic::Sessions, Topic::Multi, Topic::Ensemble];

    pub const fn name(self) -> TopicName {
        match self {
            Topic::Operations => TopicName::Operations,
            Topic::Stat => TopicName::Stat,
            Topic::Watches => TopicName::Watches,
            Topic::Sessions => TopicName::Sessions,
            Topic::Multi => TopicName::Multi,
            Topic::Ensemble => TopicName::Ensemble,
        }
    }

    /// By its name where that misleads, else by the first line here of which a word stands in its name.
    fn of(name: &str) -> Topic {
        const NAMES: &[(Topic, &str)] = &[
            (Topic::Sessions, "zk-a-frozen-client-learns-that-it-expired"),
            (Topic::Sessions, "zk-a-short-pause-costs-nothing"),
            (Topic::Stat, "zk-the-same-data-again-is-a-change"),
            (Topic::Watches, "zk-deleted-and-made-again-looks-like-a-change"),
            (Topic::Ensemble, "zk-a-stopped-follower-is-not-missed"),
        ];
        const WORDS: &[(Topic, &str)] = &[
            (Topic::Multi, "multi"),
            (Topic::Watches, "watch watches watcher fires missed reported notified"),
            (Topic::Sessions, "session sessions ephemeral ephemerals client clients close handle expiry owner late"),
            (
                Topic::Stat,
                "stat zero counts number numbers sequence sequential pzxid mzxid parent grandparent starts length",
            ),
            (
                Topic::Ensemble,
                "leader follower followers majority server servers restart restarts sync pause zxid unanswered",
            ),
        ];
        let has = |words: &str| words.split(' ').any(|wanted| name.split('-').any(|word| word == wanted));
        let named = NAMES.iter().find(|(_, one)| *one == name);
        let spoken = WORDS.iter().find(|(_, words)| has(words));
        named.or(spoken).map_or(Topic::Operations, |(topic, _)| *topic)
    }
}

/// One scenario, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// The file's name without its ending.
    pub name: String,
    pub title: String,
    /// Empty when the title says it all.
    pub about: String,
    /// How many outcomes are right.
    pub outcomes: u32,
    /// What follows `#` in the address of its scene; none: it does not fit into an address.
    pub address: Option<String>,
}

/// What the whole list comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub scenarios: usize,
    /// Version, equal ones.
    pub equal: Vec<(String, usize)>,
    /// The last comparison.
    pub date: Option<String>,
}

impl Summary {
    pub fn say(&self, lang: Lang) -> String {
        words::summary(self.scenarios, &self.equal, self.date.as_deref(), lang)
    }
}

impl Index {
    /// Nothing when the text is not the list: a host may answer with a page of its own.
    pub fn parse(text: &str) -> Option<Index> {
        let mut lines = text.lines();
        let versions: Vec<String> =
            lines.next()?.split('\t').filter(|version| !version.is_empty()).map(str::to_string).collect();
        if versions.iter().any(|version| !version.bytes().all(|b| b.is_ascii_digit() || b == b'.')) {
            return None;
        }
        let scenarios = lines.map(|line| scenario(line, versions.len())).collect::<Option<Vec<_>>>()?;
        (!scenarios.is_empty()).then_some(Index { versions, scenarios })
    }

    pub fn summary(&self) -> Summary {
        let equal = |nth: usize| self.scenarios.iter().filter(|one| matches!(one.states[nth], State::Equal(_))).count();
        let dates = self.scenarios.iter().flat_map(|one| &one.states).filter_map(|state| match state {
            State::Equal(date) | State::Different(date) => Some(date),
            State::NotCompared => None,
        });
        Summary {
            scenarios: self.scenarios.len(),
            equal: self.versions.iter().enumerate().map(|(nth, version)| (version.clone(), equal(nth))).collect(),
            date: dates.max().cloned(),
        }
    }

    /// Those in which every word of the query stands, in either language, by topic. No empty topics.
    pub fn find(&self, query: &str, lang: Lang) -> Vec<(Topic, Vec<Row>)> {
        let query = plain(query);
        let wanted: Vec<&str> = query.split_whitespace().collect();
        let found: Vec<&Scenario> = self.scenarios.iter().filter(|one| one.has(&wanted)).collect();
        let of = |topic: Topic| {
            let rows = found.iter().filter(|one| Topic::of(&one.name) == topic).map(|one| one.row(lang));
            (topic, rows.collect::<Vec<_>>())
        };
        Topic::ALL.into_iter().map(of).filter(|(_, rows)| !rows.is_empty()).collect()
    }

    pub fn row(&self, name: &str, lang: Lang) -> Option<Row> {
        self.scenarios.iter().find(|one| one.name == name).map(|one| one.row(lang))
    }

    /// How the simulator stands to each real version, in this scenario.
    pub fn states(&self, name: &str) -> Vec<(String, State)> {
        let states = self.scenarios.iter().find(|one| one.name == name).map(|one| one.states.clone());
        self.versions.iter().cloned().zip(states.unwrap_or_default()).collect()
    }
}

fn scenario(line: &str, versions: usize) -> Option<Scenario> {
    let columns: Vec<&str> = line.split('\t').collect();
    let (said, states) = columns.split_at_checked(4)?;
    let (link, states) = states.split_last()?;
    if states.len() != versions {
        return None;
    }
    let state = |text: &&str| match text.split_at_checked(1) {
        Some(("=", date)) => State::Equal(date.to_string()),
        Some(("!", date)) => State::Different(date.to_string()),
        _ => State::NotCompared,
    };
    Some(Scenario {
        name: said[0].to_string(),
        about: said[1].to_string(),
        about_zh: said[2].to_string(),
        outcomes: said[3].parse().ok()?,
        states: states.iter().map(state).collect(),
        link: (*link).to_string(),
    })
}

impl Scenario {
    fn has(&self, wanted: &[&str]) -> bool {
        if wanted.is_empty() {
            return true;
        }
        let text = plain(&format!("{} {} {}", self.name, self.about, self.about_zh));
        wanted.iter().all(|word| text.contains(word))
    }

    fn row(&self, lang: Lang) -> Row {
        let (title, about) = match lang {
            // The sentence is the title: names are English.
            Lang::Zh if !self.about_zh.is_empty() => (self.about_zh.clone(), String::new()),
            _ => (in_words(&self.name), self.about.clone()),
        };
        let address = (self.link != "-").then(|| format!("{}&{}", self.link, self.name));
        Row { name: self.name.clone(), title, about, outcomes: self.outcomes, address }
    }
}

/// What a file's name cannot spell.
const REAL_NAMES: &[(&str, &str)] =
    &[("nodeexists", "NodeExists"), ("nonode", "NoNode"), ("3 4", "3.4"), ("3 5", "3.5"), ("3 9", "3.9")];

/// "zk-leader-dies-and-another-leads": "Leader dies and another leads".
pub fn in_words(name: &str) -> String {
    let words = name.strip_prefix("zk-").unwrap_or(name).replace('-', " ");
    let words = REAL_NAMES.iter().fold(words, |words, (plain, real)| words.replace(plain, real));
    let mut letters = words.chars();
    letters.next().map(|first| std::iter::once(first.to_ascii_uppercase()).chain(letters).collect()).unwrap_or_default()
}

/// Other names in use, and ours (the glossary has them).
const SYNONYMS: &[(&str, &str)] = &[
    ("监听器", "watch"),
    ("监听", "watch"),
    ("观察器", "watch"),
    ("领导者", "leader"),
    ("首领", "leader"),
    ("领导", "leader"),
    ("追随者", "follower"),
    ("跟随者", "follower"),
    ("法定人数", "多数派"),
    ("仲裁", "多数派"),
    ("过半", "多数派"),
    ("瞬时节点", "临时节点"),
    ("短暂节点", "临时节点"),
    ("永久节点", "持久节点"),
    ("有序节点", "顺序节点"),
    ("quorum", "majority"),
];

/// As it is compared: small letters, one term for one thing.
fn plain(text: &str) -> String {
    SYNONYMS.iter().fold(text.to_ascii_lowercase().replace('-', " "), |text, (other, ours)| text.replace(other, ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "3.9.5\t3.4.14\n\
        zk-leader-dies\tThe leader dies.\tleader 崩溃，失去多数派之前另选。\t1\t=2026-11-26\t=2026-11-25\t1.AA\n\
        zk-watch-is-one-shot\tA watch fires once.\tWatch 只触发一次。\t1\t=2026-11-26\t-\t1.BB\n\
        zk-names\tEach error has a name.\t\t2\t!2026-11-24\t-\t1.CC\n";

    fn index() -> Index {
        Index::parse(TEXT).expect("it is a list")
    }

    fn found(query: &str) -> Vec<String> {
        index().find(query, Lang::Zh).into_iter().flat_map(|(_, rows)| rows).map(|row| row.name).collect()
    }

    #[test]
    fn the_search_finds_both_languages_and_other_names() {
        assert_eq!(found("监听"), ["zk-watch-is-one-shot"]);
        assert_eq!(found("Watch fires"), ["zk-watch-is-one-shot"]);
        assert_eq!(found("法定人数"), ["zk-leader-dies"]);
        assert_eq!(found("首领"), ["zk-leader-dies"]);
        assert_eq!(found("leader dies"), ["zk-leader-dies"]);
        assert_eq!(found("nothing like this"), Vec::<String>::new());
        assert_eq!(found("").len(), 3);
    }

    #[test]
    fn rows_are_grouped_by_what_they_are_about() {
        let topics: Vec<Topic> = index().find("", Lang::En).into_iter().map(|(topic, _)| topic).collect();
        assert_eq!(topics, [Topic::Operations, Topic::Watches, Topic::Ensemble]);
    }

    #[test]
    fn the_head_counts_what_is_equal() {
        let summary = index().summary();
        assert_eq!(summary.scenarios, 3);
        assert_eq!(summary.equal, [("3.9.5".to_string(), 2), ("3.4.14".to_string(), 1)]);
        assert_eq!(summary.date.as_deref(), Some("2026-11-26"));
    }

    #[test]
    fn a_title_is_in_the_readers_language_where_the_file_has_it() {
        let title = |name, lang| index().row(name, lang).map(|row| row.title);
        assert_eq!(title("zk-watch-is-one-shot", Lang::Zh).as_deref(), Some("Watch 只触发一次。"));
        assert_eq!(title("zk-watch-is-one-shot", Lang::En).as_deref(), Some("Watch is one shot"));
        assert_eq!(in_words("zk-3-4-answers-nonode"), "3.4 answers NoNode");
        assert_eq!(title("zk-names", Lang::Zh).as_deref(), Some("Names"));
    }

    #[test]
    fn another_text_is_no_list() {
        for text in ["", "<!doctype html>\n<p>Not found", "3.9.5\na\tb\n", "3.9.5\n"] {
            assert_eq!(Index::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_list_of_the_repository_can_be_read() {
        let index = Index::parse(include_str!("../../assets/scenarios.tsv")).expect("cargo xtask index writes it");
        assert!(index.summary().scenarios >= 12);
    }
}
