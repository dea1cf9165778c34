//! What clients, brokers and the controller say to each other (Kafka's protocol, era 0.8.2), one file for each
//! family of requests. Beside each message stands what it is about: a new one cannot be about nothing.

mod controller;
mod error;
mod fetch;
mod metadata;
mod produce;
mod records;

pub use controller::LeaderAndIsr;
pub(crate) use controller::*;
pub use error::KafkaError;
pub(crate) use fetch::*;
pub(crate) use metadata::*;
pub(crate) use produce::*;
pub use records::*;

use crate::about::About;

/// A request or a response. A client numbers its requests; the response carries the request's number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KafkaMessage {
    pub correlation: u32,
    pub api: Api,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    Request(Request),
    Response(Response),
}

/// The families: a type for each request, found in `Request` and made into it with `into()`.
macro_rules! family {
    ($(#[$doc:meta])* $all:ident { $($name:ident($body:ident)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $all {
            $($name($body),)+
        }

        impl $all {
            fn about(&self) -> About<'_> {
                match self {
                    $($all::$name(body) => body.about(),)+
                }
            }
        }

        $(impl From<$body> for $all {
            fn from(body: $body) -> $all {
                $all::$name(body)
            }
        })+
    };
}

family!(Request {
    Metadata(MetadataRequest),
    Produce(ProduceRequest),
    Fetch(FetchRequest),
    Offset(OffsetRequest),
    Controller(ControllerRequest),
    ControlledShutdown(ControlledShutdownRequest),
});

family!(Response {
    Metadata(MetadataResponse),
    Produce(ProduceResponse),
    Fetch(FetchResponse),
    Offset(OffsetResponse),
    Controller(ControllerResponse),
    ControlledShutdown(ControlledShutdownResponse),
});

impl KafkaMessage {
    pub fn request(correlation: u32, request: impl Into<Request>) -> KafkaMessage {
        KafkaMessage { correlation, api: Api::Request(request.into()) }
    }

    pub fn response(correlation: u32, response: impl Into<Response>) -> KafkaMessage {
        KafkaMessage { correlation, api: Api::Response(response.into()) }
    }

    pub(crate) fn about(&self) -> About<'_> {
        match &self.api {
            Api::Request(request) => request.about(),
            Api::Response(response) => response.about(),
        }
    }
}
