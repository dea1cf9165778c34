//! What a "+" adds: one more like those that are there.

use super::menu::topics;
use crate::layout::Plus;
use sim_core::engine::command::Command;
use sim_core::ids::Topic;
use sim_core::view::frame::Frame;
use std::sync::Arc;

/// None in an ensemble alone, where there is no such process.
pub fn command(frame: &Frame, plus: &Plus) -> Option<Command> {
    let kafka = frame.release.kafka?;
    Some(match plus {
        Plus::Broker => {
            let number = frame.brokers().map(|broker| broker.broker).max().unwrap_or(0) + 1;
            Command::AddBroker(number, kafka.broker_config())
        }
        Plus::Producer => {
            let bootstrap = frame.brokers().map(|broker| broker.broker).collect();
            let taken = |name: &str| frame.producers().any(|producer| **producer.name == *name);
            Command::AddProducer(numbered("web-", taken), kafka.producer_config(bootstrap))
        }
        Plus::Consumer(group) => {
            let group: Topic = if group.is_empty() { Arc::from("billing") } else { group.clone() };
            let taken = |name: &str| frame.consumers().any(|consumer| **consumer.name == *name);
            Command::AddConsumer(lettered(&group, taken), kafka.consumer_config(group.clone(), read_by(frame, &group)))
        }
    })
}

/// The topics that the group reads; all, when nobody of it reads yet.
fn read_by(frame: &Frame, group: &str) -> Vec<Topic> {
    let of_group = frame.groups.iter().find(|known| *known.name == *group);
    let mut read: Vec<Topic> =
        of_group.map(|group| group.partitions.iter().map(|p| p.tp.topic.clone()).collect()).unwrap_or_default();
    read.dedup();
    if read.is_empty() { topics(frame) } else { read }
}

fn numbered(stem: &str, taken: impl Fn(&str) -> bool) -> Arc<str> {
    let name = (1..=u16::MAX).map(|n| format!("{stem}{n}")).find(|name| !taken(name));
    name.unwrap_or_default().into()
}

/// billing-a, billing-b, …; after z they are numbered.
fn lettered(group: &str, taken: impl Fn(&str) -> bool) -> Arc<str> {
    let name = ('a'..='z').map(|letter| format!("{group}-{letter}")).find(|name| !taken(name));
    name.map_or_else(|| numbered(&format!("{group}-"), taken), Into::into)
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_new_consumer_takes_the_next_letter_and_the_topics_of_its_group() {
        let frame = fixture::broker_3_died();
        let Some(Command::AddConsumer(name, config)) = command(&frame, &Plus::Consumer(Arc::from("billing"))) else {
            panic!("a consumer is added")
        };
        assert_eq!(&*name, "billing-d");
        assert_eq!(config.topics.iter().map(|topic| &**topic).collect::<Vec<_>>(), ["clicks", "orders"]);
    }

    #[test]
    fn a_new_broker_takes_the_next_number() {
        assert!(matches!(command(&fixture::broker_3_died(), &Plus::Broker), Some(Command::AddBroker(4, _))));
    }
}
