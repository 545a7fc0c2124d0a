//! Capacity: what is paid for, what bounds it, and what moves it.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};

use crate::cfn::dynamodb;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::name::Bounded;

/// Units of capacity. Quotas bound them, which AWS raises for who asks.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>
pub(super) type Units = Bounded<1, { u32::MAX }>;

/// How reading and writing is paid for.
#[derive(Clone, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Billing {
    /// By request.
    #[default]
    OnDemand,
    /// By capacity, for the table and each of its global indexes.
    Provisioned(Provision),
}

impl Billing {
    pub(super) fn mode(&self) -> dynamodb::BillingMode {
        match self {
            Self::OnDemand => dynamodb::BillingMode::PayPerRequest,
            Self::Provisioned(_) => dynamodb::BillingMode::Provisioned,
        }
    }

    pub(super) fn provision(&self) -> Option<&Provision> {
        match self {
            Self::OnDemand => None,
            Self::Provisioned(provision) => Some(provision),
        }
    }
}

/// Capacity, in units of one read (4 KB) or write (1 KB) a second. Each is a number, or bounds between which it follows
/// the load.
#[derive(Clone, Debug, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provision {
    /// Reads: a number, or bounds.
    pub read: Spanned<Capacity>,
    /// Writes: a number, or bounds.
    pub write: Spanned<Capacity>,
}

impl Provision {
    /// The capacity to begin with.
    pub(super) fn lower(&self) -> dynamodb::ProvisionedThroughput {
        dynamodb::ProvisionedThroughput {
            read_capacity_units: self.read.value.first(),
            write_capacity_units: self.write.value.first(),
        }
    }
}

/// Units of capacity that stay, or that follow the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// So many units.
    Fixed(Units),
    /// Units that follow the load.
    Scaled(Scaling),
}

/// Bounds between which capacity follows the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scaling {
    /// The least units.
    pub min: Units,
    /// The most units.
    pub max: Units,
    /// How many of a hundred units should be in use, 20 to 90, by default 70.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
    pub target: Option<Bounded<20, 90>>,
    /// The units to begin with, by default the least.
    pub start: Option<Units>,
}

impl Scaling {
    pub(super) fn target(self) -> u32 {
        self.target.map_or(70, Bounded::get)
    }
}

impl Capacity {
    fn first(self) -> u32 {
        match self {
            Self::Fixed(units) => units.get(),
            Self::Scaled(scaling) => scaling.start.unwrap_or(scaling.min).get(),
        }
    }

    pub(super) fn scaling(self) -> Option<Scaling> {
        match self {
            Self::Fixed(_) => None,
            Self::Scaled(scaling) => Some(scaling),
        }
    }

    /// Bounds that bound nothing.
    pub(super) fn check(capacity: &Spanned<Self>) -> Option<Diagnostic> {
        let Scaling { min, max, start, .. } = capacity.value.scaling()?;
        let message = match start {
            _ if min > max => format!("`min` is {}, more than `max`, which is {}", min.get(), max.get()),
            Some(start) if start < min || start > max => {
                format!("`start` is {}, not between `min` and `max`: {} to {}", start.get(), min.get(), max.get())
            }
            _ => return None,
        };
        Some(Diagnostic::error(Code::OutOfRange, capacity.span, message))
    }
}

/// Units a second, for reads, writes or both.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Throughput {
    /// Reads.
    pub read: Option<Units>,
    /// Writes.
    pub write: Option<Units>,
}

impl Throughput {
    /// The units as the most that requests can use.
    pub(super) fn most(self) -> dynamodb::OnDemandThroughput {
        dynamodb::OnDemandThroughput {
            max_read_request_units: self.read.map(Bounded::get),
            max_write_request_units: self.write.map(Bounded::get),
        }
    }

    /// The units as what can be served at any moment.
    pub(super) fn warm(self) -> dynamodb::WarmThroughput {
        dynamodb::WarmThroughput {
            read_units_per_second: self.read.map(Bounded::get),
            write_units_per_second: self.write.map(Bounded::get),
        }
    }

    /// One that names neither.
    pub(super) fn check(throughput: &Spanned<Self>) -> Option<Diagnostic> {
        let Self { read: None, write: None } = throughput.value else { return None };
        let message = "`read`, `write` or both are missing here";
        Some(Diagnostic::error(Code::MissingProperty, throughput.span, message))
    }
}

impl<'de> Deserialize<'de> for Capacity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct UnitsOrBounds;

        impl<'de> Visitor<'de> for UnitsOrBounds {
            type Value = Capacity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or `{ min: …, max: … }`")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Capacity, E> {
                Units::deserialize(number.into_deserializer()).map(Capacity::Fixed)
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Capacity, A::Error> {
                Scaling::deserialize(MapAccessDeserializer::new(entries)).map(Capacity::Scaled)
            }
        }

        deserializer.deserialize_any(UnitsOrBounds)
    }
}

impl JsonSchema for Capacity {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Capacity".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let scaling = generator.subschema_for::<Scaling>();
        schemars::json_schema!({ "anyOf": [{ "type": "integer", "minimum": 1 }, scaling] })
    }
}
