//! ARNs of one kind of resource each.

use super::{ResourceArn, text_type};

/// Makes a type for the ARNs of one kind of resource, which begin like this behind service and account.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident($service:literal, $resource:literal): $expected:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(ResourceArn);

        impl $name {
            /// The ARN, if the text is one.
            pub fn new(text: &str) -> Option<Self> {
                let arn = ResourceArn::new(text)?;
                let named = arn.resource().strip_prefix($resource).is_some_and(|name| !name.is_empty() && !name.contains('/'));
                (arn.service() == $service && arn.region().is_some() && named).then_some(Self(arn))
            }
        }

        impl std::ops::Deref for $name {
            type Target = ResourceArn;

            fn deref(&self) -> &ResourceArn {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.0.as_str()
            }
        }

        text_type!($name, $expected, concat!("^arn:aws[a-z-]*:", $service, ":[a-z0-9-]+:\\d*:", $resource));
    )*};
}

kinds! {
    /// A stream of Kinesis.
    StreamArn("kinesis", "stream/"): "the ARN of a Kinesis stream, `arn:aws:kinesis:…:stream/…`";
    /// A delivery stream of Amazon Data Firehose.
    DeliveryStreamArn("firehose", "deliverystream/"): "the ARN of a delivery stream, `arn:aws:firehose:…:deliverystream/…`";
    /// A destination of CloudWatch Logs, which another account offers.
    LogDestinationArn("logs", "destination:"): "the ARN of a log destination, `arn:aws:logs:…:destination:…`";
    /// A version of a layer.
    LayerArn("lambda", "layer:"): "the ARN of a layer's version, `arn:aws:lambda:…:layer:…:1`";
    /// A configuration of code signing.
    CodeSigningArn("lambda", "code-signing-config:"): "the ARN of a code signing configuration, `arn:aws:lambda:…:code-signing-config:…`";
    /// A version of a runtime.
    RuntimeArn("lambda", "runtime:"): "the ARN of a runtime's version, `arn:aws:lambda:…::runtime:…`";
}
