//! Templates as text: JSON, or YAML with short functions.

use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_yaml::Tagged;

use super::{Map, Output, Resource, Template, Value};

/// How templates are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// JSON, indented by two.
    #[default]
    Json,
    /// YAML, with short tags for functions.
    Yaml,
}

impl Format {
    /// The ending of a template's file name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }

    /// How many bytes a text has without its indentation, where that carries nothing. No line of a text in JSON begins
    /// within a string.
    pub fn without_indentation(self, text: &str) -> usize {
        let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
        match self {
            Self::Json => text.len() - text.lines().map(indentation).sum::<usize>(),
            Self::Yaml => text.len(),
        }
    }
}

impl Template {
    /// The template as text, with a line break at its end.
    ///
    /// # Panics
    /// Never: every template has a text.
    pub fn print(&self, format: Format) -> String {
        match format {
            Format::Json => {
                let mut text = serde_json::to_string_pretty(&Printed(self, Style::Long)).expect("a template is JSON");
                text.push('\n');
                text
            }
            Format::Yaml => {
                // Long lines stay whole: a folded one would be harder to search and to compare.
                let options = serde_yaml::ser_options! { min_fold_chars: 100_000, folded_wrap_chars: 100_000 };
                serde_yaml::to_string_with_options(&Printed(self, Style::Short), options).expect("a template is YAML")
            }
        }
    }
}

/// Whether functions are maps (`{"Ref": …}`), or YAML tags (`!Ref …`) where these are allowed.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    Long,
    Short,
}

struct Printed<'t, T>(&'t T, Style);

impl Serialize for Printed<'_, Template> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(template, style) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("AWSTemplateFormatVersion", "2010-09-09")?;
        if let Some(description) = &template.description {
            map.serialize_entry("Description", description)?;
        }
        for (section, value) in template.others.iter() {
            map.serialize_entry(section, &Printed(value, *style))?;
        }
        map.serialize_entry("Resources", &Printed(&template.resources, *style))?;
        if !template.outputs.is_empty() {
            map.serialize_entry("Outputs", &Printed(&template.outputs, *style))?;
        }
        map.end()
    }
}

impl<T> Serialize for Printed<'_, IndexMap<String, T>>
where
    for<'t> Printed<'t, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, Printed(value, self.1))))
    }
}

impl Serialize for Printed<'_, Map> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, Printed(value, self.1))))
    }
}

impl Serialize for Printed<'_, Resource> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(resource, style) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", &resource.kind)?;
        match resource.depends_on.as_slice() {
            [] => {}
            [one] => map.serialize_entry("DependsOn", one)?,
            all => map.serialize_entry("DependsOn", all)?,
        }
        for (key, policy) in
            [("DeletionPolicy", &resource.deletion_policy), ("UpdateReplacePolicy", &resource.update_replace_policy)]
        {
            if let Some(policy) = policy {
                map.serialize_entry(key, policy)?;
            }
        }
        for (key, value) in resource.others.iter() {
            map.serialize_entry(key, &Printed(value, *style))?;
        }
        if !resource.properties.is_empty() {
            map.serialize_entry("Properties", &Printed(&resource.properties, *style))?;
        }
        map.end()
    }
}

impl Serialize for Printed<'_, Output> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(output, style) = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(description) = &output.description {
            map.serialize_entry("Description", description)?;
        }
        map.serialize_entry("Value", &Printed(&output.value, *style))?;
        if let Some(name) = &output.export {
            map.serialize_entry("Export", &IndexMap::from([("Name", Printed(name, *style))]))?;
        }
        for (key, value) in output.others.iter() {
            map.serialize_entry(key, &Printed(value, *style))?;
        }
        map.end()
    }
}

impl Serialize for Printed<'_, Value> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, style) = *self;
        match value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => number.serialize(serializer),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| Printed(item, style))),
            Value::Map(entries) => Printed(entries, style).serialize(serializer),
            Value::Ref(id) => call(serializer, "Ref", "Ref", id, style),
            Value::GetAtt(id, attribute) if style == Style::Short => {
                call(serializer, "GetAtt", "", &format!("{id}.{attribute}"), style)
            }
            Value::GetAtt(id, attribute) => call(serializer, "", "Fn::GetAtt", &[id, attribute], style),
            Value::Sub(text, None) => call(serializer, "Sub", "Fn::Sub", text, style),
            Value::Sub(text, Some(variables)) => {
                let style = within(style, variables.values().any(has_function));
                call(serializer, "Sub", "Fn::Sub", &(text, Printed(&**variables, style)), style)
            }
            Value::Call(function, argument) => {
                let style = within(style, has_function(argument));
                call(serializer, function.name(), &function.key(), &Printed(&**argument, style), style)
            }
        }
    }
}

/// CloudFormation does not read a short function within a short function: there, everything is written long.
fn within(style: Style, nested: bool) -> Style {
    if nested { Style::Long } else { style }
}

fn call<S: Serializer>(
    serializer: S,
    tag: &str,
    key: &str,
    value: &impl Serialize,
    style: Style,
) -> Result<S::Ok, S::Error> {
    match style {
        Style::Short => Tagged(value, Some(format!("!{tag}"))).serialize(serializer),
        Style::Long => serializer.collect_map([(key, value)]),
    }
}

fn has_function(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
        Value::List(items) => items.iter().any(has_function),
        Value::Map(entries) => entries.values().any(has_function),
        Value::Ref(_) | Value::GetAtt(..) | Value::Sub(..) | Value::Call(..) => true,
    }
}
