//! A serde deserializer over [`Node`]s that reports every mistake with its place.
//!
//! serde gives up at the first error. So an error is recorded, the value it stands at counts as absent from then on,
//! and the whole is read again, until nothing new turns up. Mistakes are few, so the cost is small; a text without
//! any is read once.

use std::cell::RefCell;
use std::collections::HashSet;

use schemars::JsonSchema;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor, value::StrDeserializer,
};
use serde::forward_to_deserialize_any;

use super::fault::{Fault, FaultKind, LIST, TEXT};
use super::required::missing_properties;
use super::spanned::{ONE_OR_MANY, SPANNED};
use super::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, Diagnostics, Result as Outcome, Span, nearest};

/// Reads `node` into a `T`; `at` is blamed for what is missing from it.
///
/// # Errors
/// Every value that `T` does not accept, every key it does not know, and every one that it needs and does not find.
pub fn read<T: DeserializeOwned + JsonSchema>(node: &Node, at: Span) -> Outcome<T> {
    let report = Report::default();
    let mut missing: Vec<Diagnostic> = Vec::new();
    let value = loop {
        let fault = match T::deserialize(De { node, at, report: &report }) {
            Ok(value) => break Some(value),
            Err(fault) => fault,
        };
        let whole = if matches!(fault.kind, FaultKind::Missing(_)) { at } else { node.span };
        let span = fault.span.unwrap_or(whole);
        let skip = fault.skip.unwrap_or(span);
        let fresh = report.skip.borrow_mut().insert(skip);
        match fault.kind {
            FaultKind::Implied => {}
            FaultKind::Missing(_) => missing.push(fault.diagnostic(span)), // of each map the first; the others below
            _ if fresh => report.faults.borrow_mut().push(fault.diagnostic(span)),
            _ => {}
        }
        if !fresh || skip == node.span || span == at {
            break None;
        }
    };
    let mut found = report.faults.into_inner();
    if !missing.is_empty() {
        // The schema knows what each of them is.
        let by_schema = missing_properties::<T>(node, at);
        let is_known =
            |it: &Diagnostic| by_schema.iter().any(|known| (&known.place, &known.message) == (&it.place, &it.message));
        missing.retain(|it| !is_known(it));
        let unknown = report.unknown.into_inner();
        let misspelt = |missing: &Diagnostic| unknown.iter().any(|hint| missing.message.starts_with(hint.as_str()));
        found.extend(missing.into_iter().chain(by_schema).filter(|missing| !misspelt(missing)));
    }
    match value {
        Some(value) if found.is_empty() => Ok(value),
        _ => Err(found),
    }
}

#[derive(Default)]
struct Report {
    faults: RefCell<Diagnostics>,
    skip: RefCell<HashSet<Span>>,
    /// For each key that is not known, the nearest one that is, in backticks: it is misspelt, not missing.
    unknown: RefCell<Vec<String>>,
}

impl Report {
    fn skips(&self, span: Span) -> bool {
        let skip = self.skip.borrow();
        !skip.is_empty() && skip.contains(&span)
    }
}

#[derive(Clone, Copy)]
struct De<'de> {
    node: &'de Node,
    /// The key that holds the node: what is missing from a map is missing there.
    at: Span,
    report: &'de Report,
}

/// Puts a place on a fault that has none: the value's, or the key's for something that is missing from the value.
fn placed<T>(result: Result<T, Fault>, value: Span, key: Span) -> Result<T, Fault> {
    result.map_err(|fault| {
        let span = if matches!(fault.kind, FaultKind::Missing(_)) { key } else { value };
        Fault { span: fault.span.or(Some(span)), skip: fault.skip.or(Some(value)), ..fault }
    })
}

/// The same within a value that cannot be skipped by itself: what is left out then is what holds it.
fn pointed<T>(result: Result<T, Fault>, at: Span) -> Result<T, Fault> {
    result.map_err(|fault| Fault { span: fault.span.or(Some(at)), ..fault })
}

impl<'de> De<'de> {
    fn plain(self) -> Option<&'de str> {
        match &self.node.kind {
            Kind::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    fn whole<T: std::str::FromStr>(self, expected: &str) -> Result<T, Fault> {
        let digits = self.plain().filter(|text| {
            let unsigned = text.trim_start_matches('-');
            unsigned == "0" || unsigned.starts_with(|first: char| ('1'..='9').contains(&first))
        });
        digits.and_then(|text| text.parse().ok()).ok_or_else(|| match digits {
            Some(text) if text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) => {
                let kind = FaultKind::OutOfRange { found: format!("`{text}`"), expected: expected.to_owned() };
                Fault::new(kind, self.node.span)
            }
            _ => Fault::wrong_type(self.node, expected),
        })
    }

    fn map<V: Visitor<'de>>(self, known: Option<&'static [&'static str]>, visitor: V) -> Result<V::Value, Fault> {
        let Kind::Map(entries) = &self.node.kind else {
            return Err(Fault::no_map(self.node, known.unwrap_or_default()));
        };
        if let Some(allowed) = known {
            let mut owner = None; // the key before, if nothing stands behind it
            for (key, entry) in entries {
                if !allowed.contains(&&**key) && self.report.skip.borrow_mut().insert(entry.key_span) {
                    let near = nearest(key, allowed.iter().copied());
                    self.report.unknown.borrow_mut().extend(near.map(|near| format!("`{near}`")));
                    let kind = FaultKind::UnknownKey { found: key.to_string(), allowed };
                    let mut diagnostic = Fault::new(kind, entry.key_span).diagnostic(entry.key_span);
                    if let Some(owner) = owner.filter(|_| near.is_none()) {
                        diagnostic.hints = vec![format!("indent it by two more blanks, if it belongs to `{owner}`")];
                    }
                    self.report.faults.borrow_mut().push(diagnostic);
                }
                owner = Some(key).filter(|_| entry.value.is_null());
            }
        }
        let read = visitor.visit_map(Entries { entries: entries.iter(), current: None, report: self.report });
        read.map_err(|fault| match fault.kind {
            // It is there, but counts as absent since its own mistake was found.
            FaultKind::Missing(key) if fault.span.is_none() && entries.contains_key(key) => {
                Fault { kind: FaultKind::Implied, ..fault }
            }
            _ => fault,
        })
    }
}

macro_rules! whole_numbers {
    ($($method:ident => $visit:ident: $expected:literal,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.whole($expected)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for De<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.kind {
            Kind::Map(_) => self.map(None, visitor),
            Kind::Seq(_) => self.deserialize_seq(visitor),
            Kind::Scalar { .. } if self.node.is_null() => visitor.visit_unit(),
            Kind::Scalar { text, .. } => match self.plain() {
                Some("true") => visitor.visit_bool(true),
                Some("false") => visitor.visit_bool(false),
                _ => match self.whole::<i64>("") {
                    Ok(number) => visitor.visit_i64(number),
                    Err(_) => visitor.visit_borrowed_str(text),
                },
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.plain() {
            Some("true") => visitor.visit_bool(true),
            Some("false") => visitor.visit_bool(false),
            _ => Err(Fault::wrong_type(self.node, "`true` or `false`")),
        }
    }

    whole_numbers! {
        deserialize_u8 => visit_u8: "a whole number from 0 to 255",
        deserialize_u16 => visit_u16: "a whole number from 0 to 65535",
        deserialize_u32 => visit_u32: "a whole number from 0 to 4294967295",
        deserialize_u64 => visit_u64: "a whole number from 0 up",
        deserialize_i64 => visit_i64: "a whole number",
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let number = self.plain().and_then(|text| text.parse().ok()).filter(|number: &f64| number.is_finite());
        number.map_or_else(|| Err(Fault::wrong_type(self.node, "a number")), |number| visitor.visit_f64(number))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.kind {
            Kind::Scalar { text, .. } if !self.node.is_null() => visitor.visit_borrowed_str(text),
            _ => Err(Fault::wrong_type(self.node, TEXT)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.kind {
            Kind::Seq(items) => visitor.visit_seq(Items { items: items.iter(), report: self.report }),
            _ => Err(Fault::wrong_type(self.node, LIST)),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.map(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.map(Some(fields), visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        match name {
            SPANNED => visitor.visit_seq(Place { span: self.node.span, at: self.at, step: 0, value: Some(self) }),
            ONE_OR_MANY if matches!(self.node.kind, Kind::Seq(_)) => self.deserialize_seq(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.node.kind {
            Kind::Scalar { text, .. } if !self.node.is_null() => {
                visitor.visit_enum(Variant { name: text, value: None })
            }
            Kind::Map(entries) if entries.len() == 1 => {
                let (name, entry) = &entries.first().expect("it has one entry");
                let value = Some(De { node: &entry.value, at: entry.key_span, report: self.report });
                pointed(visitor.visit_enum(Variant { name, value }), entry.key_span)
            }
            _ => Err(Fault::wrong_type(self.node, "one word")),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Items<'de> {
    items: std::slice::Iter<'de, Node>,
    report: &'de Report,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some(node) = self.items.by_ref().find(|node| !self.report.skips(node.span)) else {
            return Ok(None);
        };
        let item = seed.deserialize(De { node, at: node.span, report: self.report });
        placed(item, node.span, node.span).map(Some)
    }
}

struct Entries<'de> {
    entries: indexmap::map::Iter<'de, Box<str>, Entry>,
    current: Option<&'de Entry>,
    report: &'de Report,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let skips = |entry: &Entry| self.report.skips(entry.key_span) || self.report.skips(entry.value.span);
        let Some((key, entry)) = self.entries.by_ref().find(|(_, entry)| !skips(entry)) else {
            return Ok(None);
        };
        self.current = Some(entry);
        placed(seed.deserialize(Key { text: key, span: entry.key_span }), entry.key_span, entry.key_span).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let entry = self.current.take().ok_or_else(|| Fault::custom("a value is read after its key"))?;
        let value = seed.deserialize(De { node: &entry.value, at: entry.key_span, report: self.report });
        placed(value, entry.value.span, entry.key_span)
    }
}

/// A map's key: text that has a place too.
struct Key<'de> {
    text: &'de str,
    span: Span,
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        match name {
            SPANNED => visitor.visit_seq(Place { span: self.span, at: self.span, step: 0, value: Some(self) }),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(Variant { name: self.text, value: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The four parts of a [`Spanned`](super::Spanned): file, start, end, value.
struct Place<D> {
    span: Span,
    /// The key that holds the value.
    at: Span,
    step: u8,
    value: Option<D>,
}

impl<'de, D: Deserializer<'de, Error = Fault>> SeqAccess<'de> for Place<D> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.step += 1;
        match self.step {
            1 => seed.deserialize(self.span.file.0.into_deserializer()).map(Some),
            2 => seed.deserialize(self.span.start.into_deserializer()).map(Some),
            3 => seed.deserialize(self.span.end.into_deserializer()).map(Some),
            _ => self.value.take().map(|value| placed(seed.deserialize(value), self.span, self.at)).transpose(),
        }
    }
}

/// One of an enum's words: alone, or as the only key of a map that holds its value.
struct Variant<'de> {
    name: &'de str,
    value: Option<De<'de>>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        let name: StrDeserializer<'de, Fault> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.value {
            None => Ok(()),
            Some(value) => Err(Fault::wrong_type(value.node, &format!("`{}` alone", self.name))),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        match self.value {
            Some(value) => pointed(seed.deserialize(value), value.at),
            None => Err(Fault::custom(format!("`{0}` needs a value: `{0}: …`", self.name))),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Fault> {
        Err(Fault::custom(format!("`{}` takes one value", self.name)))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Some(value) => value.map(Some(fields), visitor),
            None => Err(Fault::custom(format!("`{0}` needs a map: `{0}: {{ … }}`", self.name))),
        }
    }
}
