//! What a run is made of, as bytes. Of settings only those that are not the release's defaults are written, each by
//! its tag in [`settings`]; commands, orders and operations have the tags that stand here.

use super::LinkError;
use super::bytes::{Coded, Reader, Writer, coded_enum, coded_struct};
use crate::client::{ConsumerConfig, ProducerClient, ProducerConfig, ProducerType};
use crate::engine::command::Command;
use crate::engine::setup::{BrokerSetup, ConsumerSetup, ProducerSetup, Setup, ZkShellSetup};
use crate::engine::system::Fault;
use crate::ids::*;
use crate::kafka::BrokerConfig;
use crate::net::CutHow;
use crate::order::{Order, Placement, ProduceRecord, ShellOp, TopicSpec};
use crate::release::{Kafka, ZkVersion};
use crate::settings;
use crate::settings::Setting;
use crate::zookeeper::{CreateMode, EnsembleConfig, ZkOp};
use std::sync::Arc;

coded_enum!(Command {
    1 => Fault(fault),
    2 => Order(node, order),
    3 => AddBroker(id, config),
    4 => AddProducer(name, config),
    5 => AddConsumer(name, config),
    6 => Remove(node),
    7 => AddZkShell(name, connect, session_timeout_ms),
});

coded_enum!(Fault {
    1 => Start(node),
    2 => Kill(node),
    3 => PowerOff(node),
    4 => Freeze(node),
    5 => Thaw(node),
    6 => Cut { a, b, how },
    7 => Heal { a, b },
});

coded_enum!(CutHow {
    1 => Reset,
    2 => Silent,
});

coded_enum!(NodeId {
    1 => Zk(id),
    2 => Broker(id),
    3 => Producer(id),
    4 => Consumer(id),
    5 => ZkShell(id),
    6 => Admin,
});

coded_enum!(Order {
    1 => Stop,
    2 => Produce(records),
    3 => ProduceSteadily { records_per_s, topics },
    4 => Commit,
    5 => CreateTopic(spec),
    6 => Zk(op),
    7 => AddPartitions { topic, total },
});

coded_enum!(ShellOp {
    1 => Zk(op),
    2 => Close,
    3 => Typed(line, op),
    4 => ListAll { line, path, watch },
    5 => DeleteAll { line, path },
});

coded_enum!(ZkOp {
    1 => Create { path, data, mode },
    2 => Delete { path, version },
    3 => Exists { path, watch },
    4 => GetData { path, watch },
    5 => SetData { path, data, version },
    6 => GetChildren { path, watch },
    7 => Sync { path },
    8 => Check { path, version },
    9 => Multi(ops),
});

coded_enum!(CreateMode {
    1 => Persistent,
    2 => Ephemeral,
    3 => PersistentSequential,
    4 => EphemeralSequential,
});

coded_enum!(Placement {
    1 => Automatic { partitions, replication_factor },
    2 => Manual(assignment),
});

coded_struct!(ProduceRecord { topic, key, value, partition });
coded_struct!(TopicSpec { name, placement, config });
coded_struct!(BrokerSetup { id, config });
coded_struct!(ProducerSetup { name, config });
coded_struct!(ConsumerSetup { name, config, start });
coded_struct!(ZkShellSetup { name, connect, session_timeout_ms });

/// A setting of a topic: Kafka keeps it as text, by its real name.
impl Coded for (Arc<str>, Arc<str>) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<(Arc<str>, Arc<str>), LinkError> {
        Ok((Coded::read(from)?, Coded::read(from)?))
    }
}

/// A steady load.
impl Coded for (u32, Vec<Topic>) {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
        self.1.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<(u32, Vec<Topic>), LinkError> {
        Ok((Coded::read(from)?, Coded::read(from)?))
    }
}

/// Tag and value of each setting that is not the default; 0 ends them.
fn write_settings<C: Clone>(table: &[Setting<C>], config: &C, mut usual: C, to: &mut Writer) {
    let mut config = config.clone();
    for setting in table {
        let value = setting.get(&mut config);
        if value != setting.get(&mut usual) {
            to.bytes.push(setting.tag);
            to.signed(value);
        }
    }
    to.bytes.push(0);
}

fn read_settings<C>(table: &[Setting<C>], mut config: C, from: &mut Reader<'_>) -> Result<C, LinkError> {
    loop {
        let tag = from.byte()?;
        if tag == 0 {
            return Ok(config);
        }
        let setting = table.iter().find(|setting| setting.tag == tag).ok_or(LinkError::Damaged)?;
        if !setting.set(&mut config, from.signed()?) {
            return Err(LinkError::Damaged);
        }
    }
}

/// Whose defaults count. A cluster without Kafka has no process that would ask.
fn kafka(kafka: Option<Kafka>) -> Kafka {
    kafka.unwrap_or(Kafka::ALL[0])
}

impl Coded for BrokerConfig {
    fn write(&self, to: &mut Writer) {
        write_settings(&settings::BROKER, self, kafka(to.kafka).broker_config(), to);
    }

    fn read(from: &mut Reader<'_>) -> Result<BrokerConfig, LinkError> {
        read_settings(&settings::BROKER, kafka(from.kafka).broker_config(), from)
    }
}

impl Coded for ProducerConfig {
    fn write(&self, to: &mut Writer) {
        self.client.write(to);
        self.bootstrap.write(to);
        self.steady.write(to);
        let usual = usual_producer(self.client, kafka(to.kafka), Vec::new());
        write_settings(settings::of_producer(self.client), self, usual, to);
    }

    fn read(from: &mut Reader<'_>) -> Result<ProducerConfig, LinkError> {
        let client = Coded::read(from)?;
        let usual = usual_producer(client, kafka(from.kafka), Coded::read(from)?);
        let usual = ProducerConfig { steady: Coded::read(from)?, ..usual };
        read_settings(settings::of_producer(client), usual, from)
    }
}

fn usual_producer(client: ProducerClient, kafka: Kafka, bootstrap: Vec<BrokerId>) -> ProducerConfig {
    let usual = match client {
        ProducerClient::Java => kafka.producer_config(bootstrap),
        ProducerClient::Scala(_) => kafka.scala_producer_config(bootstrap),
    };
    ProducerConfig { client, ..usual }
}

coded_enum!(ProducerClient {
    1 => Java,
    2 => Scala(producer_type),
});

coded_enum!(ProducerType {
    1 => Sync,
    2 => Async,
});

impl Coded for ConsumerConfig {
    fn write(&self, to: &mut Writer) {
        self.group.write(to);
        self.topics.write(to);
        self.streams.write(to);
        write_settings(&settings::CONSUMER, self, kafka(to.kafka).consumer_config(self.group.clone(), Vec::new()), to);
    }

    fn read(from: &mut Reader<'_>) -> Result<ConsumerConfig, LinkError> {
        let usual = kafka(from.kafka).consumer_config(Coded::read(from)?, Coded::read(from)?);
        let usual = ConsumerConfig { streams: Coded::read(from)?, ..usual };
        read_settings(&settings::CONSUMER, usual, from)
    }
}

impl Coded for EnsembleConfig {
    fn write(&self, to: &mut Writer) {
        to.bytes.push(self.version.tag());
        self.servers.write(to);
        write_settings(&settings::ENSEMBLE, self, self.version.ensemble_config(0), to);
    }

    fn read(from: &mut Reader<'_>) -> Result<EnsembleConfig, LinkError> {
        let tag = from.byte()?;
        let version = ZkVersion::ALL.into_iter().find(|version| version.tag() == tag).ok_or(LinkError::Damaged)?;
        let usual = EnsembleConfig { servers: Coded::read(from)?, ..version.ensemble_config(0) };
        read_settings(&settings::ENSEMBLE, usual, from)
    }
}

/// The release first, whose defaults everything else leaves out; then what there is, each list by its tag; 0 ends them.
impl Coded for Setup {
    fn write(&self, to: &mut Writer) {
        to.bytes.push(self.kafka.map_or(0, Kafka::tag));
        to.kafka = self.kafka;
        self.ensemble.write(to);
        list(1, &self.brokers, to);
        list(2, &self.topics, to);
        list(3, &self.zk_shells, to);
        list(4, &self.producers, to);
        list(5, &self.consumers, to);
        to.bytes.push(0);
    }

    fn read(from: &mut Reader<'_>) -> Result<Setup, LinkError> {
        let tag = from.byte()?;
        from.kafka = Kafka::ALL.into_iter().find(|kafka| kafka.tag() == tag);
        if tag != 0 && from.kafka.is_none() {
            return Err(LinkError::Damaged);
        }
        let mut setup = Setup {
            kafka: from.kafka,
            ensemble: Coded::read(from)?,
            zk_shells: Vec::new(),
            brokers: Vec::new(),
            topics: Vec::new(),
            producers: Vec::new(),
            consumers: Vec::new(),
        };
        loop {
            match from.byte()? {
                0 => return Ok(setup),
                1 => setup.brokers = Coded::read(from)?,
                2 => setup.topics = Coded::read(from)?,
                3 => setup.zk_shells = Coded::read(from)?,
                4 => setup.producers = Coded::read(from)?,
                5 => setup.consumers = Coded::read(from)?,
                _ => return Err(LinkError::Damaged),
            }
        }
    }
}

fn list<T: Coded>(tag: u8, items: &Vec<T>, to: &mut Writer) {
    if !items.is_empty() {
        to.bytes.push(tag);
        items.write(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_retired_is_read_and_has_no_effect() {
        let mut link = Writer::default();
        for (tag, value) in [(5, 250), (8, 2)] {
            link.bytes.push(tag);
            link.signed(value);
        }
        link.bytes.push(0);
        let read = BrokerConfig::read(&mut Reader::new(&link.bytes)).ok();
        assert_eq!(read, Some(BrokerConfig { min_insync_replicas: 2, ..kafka(None).broker_config() }));
    }
}
