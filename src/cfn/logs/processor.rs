//! What the steps of a transformation are told.
//!
//! A processor means the same in a stack file as in a template, so its fields are spelt once, for both.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Makes the structs of processors: the fields are properties in both spellings.
macro_rules! processors {
    ($($(#[$doc:meta])* $name:ident { $($(#[$rule:meta])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, rename_all(serialize = "PascalCase", deserialize = "kebab-case"))]
        pub struct $name { $($(#[$rule])* pub $field: $type),* }
    )*};
}

processors! {
    /// What is parsed.
    Parse {
        /// The field that is parsed: the whole event, `@message`.
        source: Option<String>,
    }

    /// What is parsed, and where it goes.
    ParseInto {
        /// The field that is parsed, by default the whole event.
        source: Option<String>,
        /// The field under which the result goes, by default the root.
        destination: Option<String>,
    }

    /// How pairs are told apart.
    ParseKeyValue {
        /// The field that is parsed, by default the whole event.
        source: Option<String>,
        /// The field under which the pairs go, by default the root.
        destination: Option<String>,
        /// What stands between pairs, by default `&`.
        field_delimiter: Option<String>,
        /// What stands between key and value, by default `=`.
        key_value_delimiter: Option<String>,
        /// What goes before each key.
        key_prefix: Option<String>,
        /// The value where no pair can be told apart.
        non_match_value: Option<String>,
        /// Whether a field that is there is replaced, by default not.
        overwrite_if_exists: Option<bool>,
    }

    /// How columns are told apart, and what they are called.
    Csv {
        /// The field that is parsed, by default the whole event.
        source: Option<String>,
        /// The names of the columns, by default `column_1` and so on.
        columns: Option<Vec<String>>,
        /// What stands between columns, by default a comma.
        delimiter: Option<String>,
        /// What stands around text, by default `"`.
        quote_character: Option<String>,
    }

    /// The pattern.
    Grok {
        /// The field that is parsed, by default the whole event.
        source: Option<String>,
        /// The pattern, in the language of Grok.
        r#match: String,
    }

    /// Whose logs they are, and the version of the schema.
    ParseToOcsf {
        /// The field that is parsed, by default the whole event.
        source: Option<String>,
        /// Whose logs they are.
        event_source: OcsfSource,
        /// The version of the schema.
        ocsf_version: OcsfVersion,
        /// The version of the mapping to the schema, such as `1.5.0`.
        mapping_version: Option<String>,
    }

    /// The keys that are added.
    AddKeys {
        /// Each of them.
        entries: Vec<AddKey>,
    }

    /// A key that is added.
    AddKey {
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// Whether a key that is there is replaced, by default not.
        overwrite_if_exists: Option<bool>,
    }

    /// The keys that it is about.
    WithKeys {
        /// The keys.
        with_keys: Vec<String>,
    }

    /// The keys that are copied or moved.
    CopyKeys {
        /// Each of them.
        entries: Vec<CopyKey>,
    }

    /// A key, and where it goes.
    CopyKey {
        /// The key.
        source: String,
        /// Where it goes.
        target: String,
        /// Whether a key that is there is replaced, by default not.
        overwrite_if_exists: Option<bool>,
    }

    /// The keys that are renamed.
    RenameKeys {
        /// Each of them.
        entries: Vec<RenameKey>,
    }

    /// A key, and its new name.
    RenameKey {
        /// The key.
        key: String,
        /// Its new name.
        rename_to: String,
        /// Whether a key that is there is replaced, by default not.
        overwrite_if_exists: Option<bool>,
    }

    /// The list, and what becomes key and value.
    ListToMap {
        /// The list, whose elements are maps.
        source: String,
        /// The field of each element that becomes a key.
        key: String,
        /// The field of each element that becomes the value, by default the element itself.
        value_key: Option<String>,
        /// Where the map goes, by default the root.
        target: Option<String>,
        /// Whether of several values of a key one is kept, by default all in a list.
        flatten: Option<bool>,
        /// Which one is kept.
        flattened_element: Option<FlattenedElement>,
    }

    /// The texts that are split.
    SplitString {
        /// Each of them.
        entries: Vec<Split>,
    }

    /// A text, and where it is split.
    Split {
        /// The key of the text.
        source: String,
        /// What stands between its parts.
        delimiter: String,
    }

    /// The texts in which something is replaced.
    SubstituteString {
        /// Each of them.
        entries: Vec<Substitute>,
    }

    /// A text, what is replaced in it, and by what.
    Substitute {
        /// The key of the text.
        source: String,
        /// What is replaced, as a regular expression.
        from: String,
        /// By what.
        to: String,
    }

    /// The values that change their type.
    TypeConverter {
        /// Each of them.
        entries: Vec<Convert>,
    }

    /// A value, and its new type.
    Convert {
        /// The key of the value.
        key: String,
        /// Its new type.
        r#type: ConvertedType,
    }

    /// The time, how it is written, and how it is to be written.
    DateTimeConverter {
        /// The key of the time.
        source: String,
        /// Where the result goes.
        target: String,
        /// How the time may be written; at most five patterns.
        match_patterns: Vec<String>,
        /// How it is to be written, by default as in `2026-01-31T12:00:00.000Z`.
        target_format: Option<String>,
        /// The time zone in which it is written, by default UTC.
        source_timezone: Option<String>,
        /// The time zone of the result, by default UTC.
        target_timezone: Option<String>,
        /// The language in which it is written, by default none.
        locale: Option<String>,
    }
}

/// Whose logs become OCSF, by AWS's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::upper_case_acronyms, reason = "AWS's own names")]
pub enum OcsfSource {
    CloudTrail,
    Route53Resolver,
    VPCFlow,
    EKSAudit,
    AWSWAF,
}

/// A version of OCSF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OcsfVersion {
    #[serde(rename = "V1.1")]
    V1_1,
    #[serde(rename = "V1.5")]
    V1_5,
}

/// Which element of a list stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FlattenedElement {
    First,
    Last,
}

/// A type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConvertedType {
    Boolean,
    Integer,
    Double,
    String,
}
