//! What happened, in the domain's words: typed, with ids and numbers, never with sentences. The facts of
//! each area stand in its own `facts.rs`; this file holds what they share. [`crate::event`] joins them.

use crate::digest::Absorb;
use crate::ids::*;
use crate::time::Span;

/// How loud a fact is. Stepping, pacing, the timeline and screen readers all ask this one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Importance {
    /// Goes on all the time: pings, empty fetches, a follower's copy of a transaction.
    Routine,
    /// A step of a story.
    Step,
    /// What the story is about.
    Headline,
}

/// Which story a fact belongs to. The page's lanes, its colours, "next phase" and story time read this, not the names of
/// facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Story {
    /// A process stops, dies and comes back.
    Process,
    /// A process is paused and goes on.
    Pause,
    /// A link is cut and mended.
    Link,
    /// The user asks a process for something.
    Order,
    /// ZooKeeper's servers find a leader and follow it.
    Ensemble,
    /// A ZooKeeper client's session, on both sides.
    Session,
    /// Transactions and the znodes that they change.
    Znode,
    /// Who is told that a znode changed.
    Watch,
    /// Which brokers take part.
    Membership,
    /// Who controls the cluster, and who leads a partition.
    Election,
    /// Which replicas of a partition are in sync.
    Isr,
    /// The members of a consumer group divide the partitions among themselves.
    Rebalance,
    /// Topics and their partitions come into the cluster.
    Topic,
    /// Records on their way, and what is remembered of it.
    Data,
}

/// What a fact is in its [`Story`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// From here on it is under way.
    Begins,
    /// It begins with damage.
    Breaks,
    /// A step on its way.
    Goes,
    /// It is over, and well.
    Ends,
    /// It ends badly.
    Fails,
    /// It belongs to the story and is not a phase of it.
    Aside,
}

/// What the declaration of a fact says beside its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// How loud it is.
    pub importance: Importance,
    /// Which story it belongs to.
    pub story: Story,
    /// What it is in that story.
    pub phase: Phase,
}

/// One argument of a fact, as printing, digests and the inspector see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A process.
    Node(NodeId),
    /// A count, an epoch, an offset, a broker.
    Number(i64),
    /// Whether.
    Yes(bool),
    /// A topic, a group, a path, a line as it was typed.
    Text(&'a str),
    /// A word of an enum, as `--facts` prints it.
    Name(&'static str),
    /// A transaction.
    Zxid(Zxid),
    /// 0 stands for no session.
    Session(SessionId),
    /// One of them.
    Partition(&'a TopicPartition),
    /// A length of simulated time.
    Span(Span),
    /// In the order that the real system gives them.
    Brokers(&'a [BrokerId]),
    /// In the order that the real system gives them.
    Partitions(&'a [TopicPartition]),
    /// An option without a value.
    Nothing,
}

/// A type that can be an argument of a fact.
pub trait Field {
    /// As printing, digests and the inspector see it.
    fn value(&self) -> Value<'_>;

    /// Values that between them bring up every case that words may depend on, for tests that go through every fact
    /// there is: each variant, the empty and the filled list, none and some.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

macro_rules! number_fields {
    ($($ty:ty: $($sample:expr),*);*) => { $(impl Field for $ty {
        fn value(&self) -> Value<'_> { Value::Number(i64::from(*self)) }
        fn samples() -> Vec<$ty> { vec![$($sample),*] }
    })* };
}
number_fields!(i32: 0, 3; u16: 1, 3; u32: 0, 1, 3);

macro_rules! plain_fields {
    ($($ty:ty => $variant:ident $($sample:expr),*);*) => { $(impl Field for $ty {
        fn value(&self) -> Value<'_> { Value::$variant(*self) }
        fn samples() -> Vec<$ty> { vec![$($sample),*] }
    })* };
}
plain_fields!(
    NodeId => Node NodeId::Zk(3), NodeId::Broker(3), NodeId::Producer(3), NodeId::Consumer(3), NodeId::ZkShell(3), NodeId::Admin;
    bool => Yes false, true;
    Zxid => Zxid Zxid::new(1, 3);
    SessionId => Session SessionId(0), SessionId(3);
    Span => Span Span::ms(3)
);

impl Field for u64 {
    fn value(&self) -> Value<'_> {
        Value::Number(*self as i64)
    }

    fn samples() -> Vec<u64> {
        vec![3, 5]
    }
}
impl Field for std::sync::Arc<str> {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }

    fn samples() -> Vec<std::sync::Arc<str>> {
        vec!["/sample".into()]
    }
}
impl Field for TopicPartition {
    fn value(&self) -> Value<'_> {
        Value::Partition(self)
    }

    fn samples() -> Vec<TopicPartition> {
        vec![TopicPartition::new(&"orders".into(), 0)]
    }
}
impl Field for Vec<BrokerId> {
    fn value(&self) -> Value<'_> {
        Value::Brokers(self)
    }

    fn samples() -> Vec<Vec<BrokerId>> {
        vec![vec![], vec![3], vec![1, 3]]
    }
}
impl Field for Vec<TopicPartition> {
    fn value(&self) -> Value<'_> {
        Value::Partitions(self)
    }

    fn samples() -> Vec<Vec<TopicPartition>> {
        let all = || (0..3).map(|partition| TopicPartition::new(&"orders".into(), partition));
        vec![vec![], all().take(1).collect(), all().collect()]
    }
}
impl<T: Field> Field for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Nothing, Field::value)
    }

    fn samples() -> Vec<Option<T>> {
        std::iter::once(None).chain(T::samples().into_iter().map(Some)).collect()
    }
}

impl Value<'_> {
    pub(crate) fn digest(&self, digest: &mut impl Absorb) {
        match self {
            Value::Node(node) => digest.u64(u64::from(node.code())),
            Value::Number(n) => digest.u64(*n as u64),
            Value::Yes(yes) => digest.u64(u64::from(*yes)),
            Value::Text(text) => digest.text(text),
            Value::Name(name) => digest.text(name),
            Value::Zxid(zxid) => digest.u64(zxid.0),
            Value::Session(session) => digest.u64(session.0),
            Value::Partition(tp) => digest_partition(tp, digest),
            Value::Span(span) => digest.u64(span.0),
            Value::Brokers(brokers) => {
                digest.u64(brokers.len() as u64);
                brokers.iter().for_each(|b| digest.u64(u64::from(*b)));
            }
            Value::Partitions(tps) => {
                digest.u64(tps.len() as u64);
                tps.iter().for_each(|tp| digest_partition(tp, digest));
            }
            Value::Nothing => digest.u64(u64::MAX),
        }
    }
}

fn digest_partition(tp: &TopicPartition, digest: &mut impl Absorb) {
    digest.text(&tp.topic);
    digest.u64(u64::from(tp.partition));
}

/// Makes an enum with a `name()` and `ALL` an argument of facts: a digest and `--facts` see the name, an explanation
/// matches the enum.
macro_rules! named_field {
    ($ty:ty) => {
        impl $crate::fact::Field for $ty {
            fn value(&self) -> $crate::fact::Value<'_> {
                $crate::fact::Value::Name(self.name())
            }

            fn samples() -> Vec<$ty> {
                <$ty>::ALL.to_vec()
            }
        }
    };
}
pub(crate) use named_field;

/// One loop for each argument, one in the other.
macro_rules! each_sample {
    (=> $push:expr) => { $push };
    ($field:ident: $ty:ty, $($rest:ident: $rest_ty:ty,)* => $push:expr) => {
        for $field in <$ty as $crate::fact::Field>::samples() {
            $crate::fact::each_sample!($($rest: $rest_ty,)* => $push)
        }
    };
}
pub(crate) use each_sample;

/// Declares an enum of facts. Each line: the fact, its arguments by name, how loud it is, its story, its phase in it.
/// From this one place come the type, its printing, its digest and what the page does with it, so that a new fact
/// cannot be forgotten anywhere.
macro_rules! facts {
    (
        $(#[$enum_doc:meta])*
        pub enum $Enum:ident {
            $( $(#[$doc:meta])* $Variant:ident { $($field:ident : $ty:ty),* $(,)? } => $importance:ident $story:ident $phase:ident, )*
        }
    ) => {
        $(#[$enum_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $Enum {
            $(
                $(#[$doc])*
                $Variant {
                    $(
                        #[allow(missing_docs, reason = "an argument is named after what it is in the real system")]
                        $field: $ty
                    ),*
                },
            )*
        }

        impl $Enum {
            /// The fact's name, as `--facts` prints it.
            pub fn name(&self) -> &'static str {
                match self { $( $Enum::$Variant { .. } => stringify!($Variant), )* }
            }

            /// How loud it is, which story it belongs to, and what it is in it.
            pub fn kind(&self) -> $crate::fact::Kind {
                match self {
                    $( $Enum::$Variant { .. } => $crate::fact::Kind {
                        importance: $crate::fact::Importance::$importance,
                        story: $crate::fact::Story::$story,
                        phase: $crate::fact::Phase::$phase,
                    }, )*
                }
            }

            /// Each fact with each combination of its arguments' samples, for tests that go through every fact there is.
            pub fn samples() -> Vec<$Enum> {
                let mut samples = Vec::new();
                $( $crate::fact::each_sample!(
                    $($field: $ty,)* => samples.push($Enum::$Variant { $($field: Clone::clone(&$field)),* })
                ); )*
                samples
            }

            /// Its arguments, in the order of the declaration.
            pub fn for_each_field(&self, visit: &mut dyn FnMut(&'static str, $crate::fact::Value<'_>)) {
                match self {
                    $( $Enum::$Variant { $($field),* } => {
                        $( visit(stringify!($field), $crate::fact::Field::value($field)); )*
                        let _ = visit;
                    } )*
                }
            }
        }
    };
}
pub(crate) use facts;
