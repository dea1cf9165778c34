//! A command line for ZooKeeper, as users of `zkCli.sh` know it, for a client of the simulated ensemble. Pure:
//! what was typed is a placed command, and everything shown is read from the frame.

pub mod complete;
pub mod line;
pub mod run;
pub mod transcript;

use crate::i18n::{Lang, cli as words};
use line::{LINE_BYTES_MAX, Problem, Verb};
use sim_core::release::ZkVersion;
use transcript::{Kind, Printed};

#[cfg(test)]
mod tests;

/// What a beginner may try.
pub const EXAMPLES: [&str; 4] = ["ls /", "get -s /zookeeper", "create -e /mine", "help"];

/// What the command line says beside the screen, about the line being typed. It is not part of the scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Notice {
    #[default]
    None,
    Problem(Problem),
    TooLong,
    NotConnected,
    /// No answer came within its time.
    Late,
    Help,
    /// What could be meant.
    Choices(Vec<String>),
}

impl Notice {
    /// `zookeeper` is the version of the scene: its real command line may have known other commands.
    pub fn lines(&self, waiting: bool, lang: Lang, zookeeper: ZkVersion) -> Vec<Printed> {
        let line = |kind: Kind, text: String| Printed { kind, text };
        match self {
            _ if waiting => vec![line(Kind::Note, words::waiting(lang).to_string())],
            Notice::None | Notice::Choices(_) => Vec::new(),
            Notice::Problem(problem) => vec![line(Kind::Error, problem.say(lang, zookeeper))],
            Notice::TooLong => vec![line(Kind::Error, words::too_long(lang, LINE_BYTES_MAX))],
            Notice::NotConnected => vec![line(Kind::Error, words::not_connected(lang).to_string())],
            Notice::Late => vec![line(Kind::Error, words::late(lang).to_string())],
            Notice::Help => {
                let each = Verb::ALL.iter().flat_map(|verb| {
                    [line(Kind::Output, verb.usage().to_string()), line(Kind::Help, verb.help().text(lang).to_string())]
                });
                each.chain([line(Kind::Note, words::help_keys(lang).to_string())]).collect()
            }
        }
    }
}
