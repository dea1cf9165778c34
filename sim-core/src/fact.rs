//! What happened, in the domain's words: typed, with ids and numbers, never with sentences. The facts of
//! each area stand in its own `facts.rs`; this file holds what they share. [`crate::event`] joins them.

use crate::digest::Digest;
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

/// One argument of a fact, as printing, digests and the inspector see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Node(NodeId),
    Number(i64),
    Yes(bool),
    Text(&'a str),
    Name(&'static str),
    Zxid(Zxid),
    Session(SessionId),
    Partition(&'a TopicPartition),
    Span(Span),
    Brokers(&'a [BrokerId]),
    Partitions(&'a [TopicPartition]),
    Nothing,
}

/// A type that can be an argument of a fact.
pub trait Field {
    fn value(&self) -> Value<'_>;

    /// Some value, for tests that go through every fact there is.
    fn sample() -> Self
    where
        Self: Sized;
}

macro_rules! number_fields {
    ($($ty:ty),*) => { $(impl Field for $ty {
        fn value(&self) -> Value<'_> { Value::Number(i64::from(*self)) }
        fn sample() -> $ty { 3 }
    })* };
}
number_fields!(i16, i32, u16, u32, i64);

macro_rules! plain_fields {
    ($($ty:ty => $variant:ident $sample:expr),*) => { $(impl Field for $ty {
        fn value(&self) -> Value<'_> { Value::$variant(*self) }
        fn sample() -> $ty { $sample }
    })* };
}
plain_fields!(
    NodeId => Node NodeId::Broker(3), bool => Yes true, Zxid => Zxid Zxid::new(1, 3),
    SessionId => Session SessionId(3), Span => Span Span::ms(3), &'static str => Name "sample"
);

impl Field for u64 {
    fn value(&self) -> Value<'_> {
        Value::Number(*self as i64)
    }

    fn sample() -> u64 {
        3
    }
}
impl Field for std::sync::Arc<str> {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }

    fn sample() -> std::sync::Arc<str> {
        "/sample".into()
    }
}
impl Field for TopicPartition {
    fn value(&self) -> Value<'_> {
        Value::Partition(self)
    }

    fn sample() -> TopicPartition {
        TopicPartition::new(&"orders".into(), 0)
    }
}
impl Field for Vec<BrokerId> {
    fn value(&self) -> Value<'_> {
        Value::Brokers(self)
    }

    fn sample() -> Vec<BrokerId> {
        vec![1, 3]
    }
}
impl Field for Vec<TopicPartition> {
    fn value(&self) -> Value<'_> {
        Value::Partitions(self)
    }

    fn sample() -> Vec<TopicPartition> {
        vec![Field::sample()]
    }
}
impl<T: Field> Field for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Nothing, Field::value)
    }

    fn sample() -> Option<T> {
        Some(T::sample())
    }
}

impl Value<'_> {
    pub(crate) fn digest(&self, digest: &mut Digest) {
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

fn digest_partition(tp: &TopicPartition, digest: &mut Digest) {
    digest.text(&tp.topic);
    digest.u64(u64::from(tp.partition));
}

/// Makes an enum with a `name()` an argument of facts: a digest and `--facts` see the name, an explanation matches the
/// enum.
macro_rules! named_field {
    ($ty:ty, $sample:expr) => {
        impl $crate::fact::Field for $ty {
            fn value(&self) -> $crate::fact::Value<'_> {
                $crate::fact::Value::Name(self.name())
            }

            fn sample() -> $ty {
                $sample
            }
        }
    };
}
pub(crate) use named_field;

/// Declares an enum of facts. Each line: the fact, its arguments by name, how loud it is. From this one
/// place come the type, its printing, its digest and its importance, so that none of them can be forgotten.
macro_rules! facts {
    (
        $(#[$enum_doc:meta])*
        pub enum $Enum:ident {
            $( $(#[$doc:meta])* $Variant:ident { $($field:ident : $ty:ty),* $(,)? } => $importance:ident, )*
        }
    ) => {
        $(#[$enum_doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $Enum {
            $( $(#[$doc])* $Variant { $($field: $ty),* }, )*
        }

        impl $Enum {
            /// The fact's name, as `--facts` prints it.
            pub fn name(&self) -> &'static str {
                match self { $( $Enum::$Variant { .. } => stringify!($Variant), )* }
            }

            /// How loud it is.
            pub fn importance(&self) -> $crate::fact::Importance {
                match self { $( $Enum::$Variant { .. } => $crate::fact::Importance::$importance, )* }
            }

            /// One of each, for tests that go through every fact there is.
            pub fn samples() -> Vec<$Enum> {
                vec![ $( $Enum::$Variant { $($field: $crate::fact::Field::sample()),* }, )* ]
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
