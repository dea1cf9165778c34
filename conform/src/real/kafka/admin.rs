//! The admin's tools, real ones.

use std::sync::Arc;
use std::time::Duration;

use sim_core::json::Json;
use sim_core::order::{Placement, TopicSpec};

use workshop::Error;

use crate::real::conversation::Conversation;
use crate::real::jars::Runtime;
use crate::real::process::Guard;
use crate::real::zookeeper::answer::Answer;

const ANSWER_MAX: Duration = Duration::from_secs(120);

/// A process that does what `kafka-topics.sh` does.
pub(super) struct Admin {
    process: Conversation,
    zookeeper: String,
}

impl Admin {
    pub(super) fn start(runtime: &Runtime, zookeeper: &str, guard: &Arc<Guard>) -> Result<Self, Error> {
        let process = Conversation::start(runtime, guard, "admin", "AdminProcess", &[zookeeper], Box::new(|_| false))?;
        Ok(Self { process, zookeeper: zookeeper.to_owned() })
    }

    pub(super) fn create_topic(&mut self, topic: &TopicSpec) -> Option<Answer> {
        self.topics(&creation(topic))
    }

    pub(super) fn add_partitions(&mut self, topic: &str, total: u32) -> Option<Answer> {
        self.topics(&["--alter", "--topic", topic, "--partitions", &total.to_string()].map(str::to_owned))
    }

    /// `kafka-topics.sh` with these arguments.
    fn topics(&mut self, arguments: &[String]) -> Option<Answer> {
        let whole = ["--zookeeper", &self.zookeeper].into_iter().chain(arguments.iter().map(String::as_str));
        let answer = self.process.ask(whole.map(Some), ANSWER_MAX).ok()?;
        Some(match answer.text(0) {
            None if answer.is_value() => Ok(Json::Text("ok".into())),
            error => Err((error?.into(), None)),
        })
    }
}

fn creation(topic: &TopicSpec) -> Vec<String> {
    let mut words = ["--create", "--topic", &topic.name].map(str::to_owned).to_vec();
    let mut say = |option: &str, value: String| words.extend([option.to_owned(), value]);
    match &topic.placement {
        Placement::Automatic { partitions, replication_factor } => {
            say("--partitions", partitions.to_string());
            say("--replication-factor", replication_factor.to_string());
        }
        Placement::Manual(assignment) => {
            let joined = |ids: &Vec<u16>| ids.iter().map(u16::to_string).collect::<Vec<_>>().join(":");
            say("--replica-assignment", assignment.iter().map(joined).collect::<Vec<_>>().join(","));
        }
    }
    for (key, value) in &topic.config {
        say("--config", format!("{key}={value}"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_is_written_as_the_tool_reads_it() {
        let placement = Placement::Manual(vec![vec![1, 2], vec![2, 3]]);
        let config = vec![("min.insync.replicas".into(), "2".into())];
        let words = creation(&TopicSpec { name: "orders".into(), placement, config });
        assert_eq!(
            words.join(" "),
            "--create --topic orders --replica-assignment 1:2,2:3 --config min.insync.replicas=2"
        );
    }
}
