//! The catalogue: every construct that stack files can use, one file for each.

pub mod alias;
pub mod api_gateway_account;
pub mod audit_trail;
pub mod certificate;
pub mod custom_domain;
mod direct;
pub mod dns_record;
mod domain;
pub mod encrypted_bucket;
pub mod encrypted_function;
pub mod encrypted_log_group;
pub mod encrypted_queue;
pub mod encrypted_secret;
pub mod encrypted_table;
pub mod encrypted_topic;
mod fifo;
mod grants;
mod imported;
pub mod imported_key;
pub mod imported_role;
mod inbox;
pub mod key_alarms;
pub mod key_policy;
pub mod key_pool;
pub mod kms_key;
pub mod log_bucket;
mod or_reference;
mod outside;
pub mod parameter;
mod private_bucket;
pub mod replica_key;
pub mod resource;
pub mod rest_api;
pub mod role;
pub mod secure_parameter;
mod sensitive_data;
mod service_role;
pub mod static_site;
mod stored;
pub mod user_pool;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

pub use alias::Alias;
pub use api_gateway_account::ApiGatewayAccount;
pub use audit_trail::AuditTrail;
pub use certificate::Certificate;
pub use custom_domain::CustomDomain;
pub use dns_record::DnsRecord;
pub use domain::HostedZoneId;
pub use encrypted_bucket::EncryptedBucket;
pub use encrypted_function::EncryptedFunction;
pub use encrypted_log_group::EncryptedLogGroup;
pub use encrypted_queue::EncryptedQueue;
pub use encrypted_secret::EncryptedSecret;
pub use encrypted_table::EncryptedTable;
pub use encrypted_topic::EncryptedTopic;
pub use fifo::Fifo;
pub use grants::Grants;
pub use imported::{ImportedBucket, ImportedFunction, ImportedLogGroup, ImportedQueue, ImportedTable, ImportedTopic};
pub use imported_key::ImportedKey;
pub use imported_role::ImportedRole;
pub use inbox::SenderName;
pub use key_alarms::KeyAlarms;
pub use key_pool::KeyPool;
pub use kms_key::KmsKey;
pub use log_bucket::LogBucket;
pub use or_reference::OrReference;
pub use outside::OutputOf;
pub use parameter::Parameter;
pub use replica_key::ReplicaKey;
pub use resource::Resource;
pub use rest_api::RestApi;
pub use role::Role;
pub use secure_parameter::SecureParameter;
pub use static_site::StaticSite;
pub use user_pool::UserPool;

use crate::construct::{Construct, Cx, Grant, Naming, Resources, Uses};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Result, Span};
use crate::document::{Node, Spanned, read};
use crate::name::Tags;

/// Makes the catalogue of a list of constructs: the enum of them all, with and without their names, and the kinds.
macro_rules! catalog {
    ($($kind:ident),* $(,)?) => {
        /// A construct of any kind.
        #[derive(Clone, Debug)]
        pub enum AnyConstruct {
            $(#[doc = concat!("A [`", stringify!($kind), "`].")] $kind(Box<$kind>)),*
        }

        /// A construct of any kind that has its names.
        pub enum Placed<'d> {
            $(#[doc = concat!("A [`", stringify!($kind), "`].")] $kind(&'d $kind, <$kind as Construct>::Parts)),*
        }

        /// The kinds, in the order of the manual.
        pub const KINDS: &[Kind] = &[$(Kind {
            name: stringify!($kind),
            read: |node, at| read::<$kind>(node, at).map(Into::into),
            schema: || schemars::schema_for!($kind),
            subschema: |generator| generator.subschema_for::<$kind>(),
            grantable: <$kind as Construct>::grantable,
            admits_other_accounts: <$kind as Construct>::ADMITS_OTHER_ACCOUNTS,
        }),*];

        $(impl From<$kind> for AnyConstruct {
            fn from(construct: $kind) -> Self {
                Self::$kind(Box::new(construct))
            }
        })*

        impl AnyConstruct {
            /// What stack files call its kind.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$kind(_) => stringify!($kind)),* }
            }

            /// What users call its resources besides the main one.
            pub fn names(&self) -> Vec<&Spanned<String>> {
                match self { $(Self::$kind(construct) => construct.names()),* }
            }

            /// Names its resources.
            pub fn name(&self, naming: &mut Naming<'_>) -> Placed<'_> {
                match self { $(Self::$kind(construct) => Placed::$kind(construct, construct.name(naming))),* }
            }
        }

        impl<'d> Placed<'d> {
            /// The tags of its resources besides their stack's.
            pub fn tags(&self) -> Option<&'d Tags> {
                match self { $(Self::$kind(construct, _) => construct.tags()),* }
            }

            /// What its roles were granted on others.
            pub fn grants(&self, cx: &Cx<'_>, found: &mut Diagnostics) -> Vec<Grant> {
                let (mut own, place) = (Diagnostics::default(), cx.entry().place);
                let grants = match self { $(Self::$kind(construct, parts) => construct.grants(parts, cx, &mut own)),* };
                found.extend(own.or_at(place));
                grants.into_iter().map(|grant| grant.or_at(place)).collect()
            }

            /// Who uses which key on its account.
            ///
            /// # Errors
            /// As [`Construct::uses`].
            pub fn uses(&self, cx: &Cx<'_>) -> Result<Uses> {
                let place = cx.entry().place;
                let uses = match self { $(Self::$kind(construct, parts) => construct.uses(parts, cx)),* };
                uses.map(|uses| uses.or_at(place)).map_err(|found| found.or_at(place))
            }

            /// Makes its resources.
            ///
            /// # Errors
            /// As [`Construct::build`].
            pub fn build(&self, cx: &Cx<'_>, out: &mut Resources<'_>) -> Result<()> {
                let built = match self { $(Self::$kind(construct, parts) => construct.build(parts, cx, out)),* };
                built.map_err(|found| found.or_at(cx.entry().place))
            }
        }
    };
}

catalog! {
    KmsKey,
    KeyPool,
    ReplicaKey,
    Alias,
    EncryptedBucket,
    LogBucket,
    EncryptedTable,
    EncryptedTopic,
    EncryptedQueue,
    EncryptedLogGroup,
    EncryptedFunction,
    RestApi,
    ApiGatewayAccount,
    Certificate,
    CustomDomain,
    DnsRecord,
    StaticSite,
    Role,
    AuditTrail,
    KeyAlarms,
    UserPool,
    EncryptedSecret,
    SecureParameter,
    Parameter,
    ImportedKey,
    ImportedRole,
    ImportedTable,
    ImportedBucket,
    ImportedTopic,
    ImportedQueue,
    ImportedLogGroup,
    ImportedFunction,
    Resource,
}

/// Each item of a list that stands in it before.
fn twice(items: impl IntoIterator<Item = (String, Span)>) -> Diagnostics {
    let mut first = HashMap::new();
    let repeated = items.into_iter().filter_map(|(item, at)| match first.entry(item) {
        Entry::Vacant(slot) => {
            slot.insert(at);
            None
        }
        Entry::Occupied(slot) => {
            let message = format!("`{}` is here twice", slot.key());
            Some(Diagnostic::error(Code::InvalidValue, at, message).related(*slot.get(), "the first one"))
        }
    });
    repeated.collect()
}

/// A kind of construct.
pub struct Kind {
    /// What stack files call it.
    pub name: &'static str,
    /// Reads its properties; the place is blamed for what is missing.
    pub read: fn(&Node, Span) -> Result<AnyConstruct>,
    /// Its properties with their documentation, as a JSON Schema.
    pub schema: fn() -> schemars::Schema,
    /// The same, as a part of another schema.
    pub subschema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
    /// What can be granted on it.
    pub grantable: fn() -> Vec<&'static str>,
    /// Whether the policy of its resource lets in roles of other accounts.
    pub admits_other_accounts: bool,
}

impl Kind {
    /// The kind of this name.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}
