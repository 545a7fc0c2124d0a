//! From typed resources to [`Value`]s, as one stack instance writes them.
//!
//! A property struct serializes into a [`Value`] like into JSON; fields that are `None` are left out. An
//! [`Expr`](crate::cfn::Expr) announces itself by the name of its newtype, and becomes the function that puts it
//! together *here*: what is an attribute in one template is an import in another, and a region's name is a pseudo
//! parameter only in its own.

use std::cell::RefCell;

use serde::ser::{Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};

use super::{Function, Key, Map as Entries, Value};
use crate::cfn::{EXPR, InstanceId, Pseudo, ResourceId, Val};
use crate::name::{LogicalId, Region, Target};

/// A stack instance, as others see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// The name of the CloudFormation stack.
    pub stack_name: String,
    /// Where it is deployed.
    pub target: Target,
    /// The role by which stacks of other accounts read its outputs.
    pub output_role: Option<Val<String>>,
}

/// What lowering a value has found besides the value.
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// The resources that the holder waits for.
    pub after: Vec<ResourceId>,
    /// The attributes of other instances' resources that the value imports; a `Ref` has none.
    pub imports: Vec<Import>,
}

/// An attribute of another instance's resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Import {
    /// The instance that has the resource.
    pub instance: InstanceId,
    /// The resource.
    pub logical: String,
    /// The attribute; none for what `Ref` gives.
    pub attribute: Option<String>,
    /// Whether it is imported by the name of an export, as within a region.
    pub exported: bool,
}

impl Import {
    /// The name of the output that carries it: `SecuritySnsKeyArn`.
    pub fn output(&self) -> String {
        format!("{}{}", self.logical, self.attribute.as_deref().unwrap_or("Ref"))
    }

    /// The name under which it is exported: `{stack name}:{LogicalId}:{Attribute}`.
    pub fn export(&self, stack_name: &str) -> String {
        format!("{stack_name}:{}:{}", self.logical, self.attribute.as_deref().unwrap_or("Ref"))
    }
}

/// Lowers a value for the template of `here`; `found` gathers what goes with it.
///
/// # Panics
/// If a property struct holds something that no template can: a map whose keys are not text, bytes.
pub fn lower(value: &impl Serialize, here: InstanceId, sites: &[Site], found: &mut Lowered) -> Value {
    let context = Context { here, sites, found: RefCell::new(found) };
    value.serialize(Lowering(&context)).expect("property structs hold only what a template can").unwrap_or(Value::Null)
}

struct Context<'a> {
    here: InstanceId,
    sites: &'a [Site],
    found: RefCell<&'a mut Lowered>,
}

impl Context<'_> {
    /// The function that puts the parts of an expression together in this template.
    fn expression(&self, parts: Vec<Value>) -> Value {
        let mut printed: Vec<Value> = Vec::with_capacity(parts.len());
        for part in parts.into_iter().filter_map(|part| self.part(part)) {
            match (printed.last_mut(), part) {
                (Some(Value::Text(before)), Value::Text(text)) => before.push_str(&text), // another region's name
                (_, part) => printed.push(part),
            }
        }
        match printed.len() {
            0 => Value::Text(String::new()),
            1 => printed.remove(0),
            _ => concatenate(printed),
        }
    }

    /// What one part prints, if it prints anything.
    fn part(&self, part: Value) -> Option<Value> {
        let Value::List(fields) = part else { unreachable!("a part is a tuple") };
        let text = |at: usize| match &fields[at] {
            Value::Text(text) => text.clone(),
            other => unreachable!("a part's field is text: {other:?}"),
        };
        let instance = || match &fields[1] {
            Value::Number(number) => {
                InstanceId(number.as_u64().and_then(|id| u32::try_from(id).ok()).expect("it was a u32"))
            }
            other => unreachable!("an instance is a number: {other:?}"),
        };
        match text(0).as_str() {
            "Text" => Some(Value::Text(text(1))),
            "Pseudo" => Some(Value::Ref(text(1))),
            "Region" => {
                let own = self.sites[self.here.0 as usize].target.region.as_ref().map(Region::as_str);
                let region = text(1);
                Some(if own == Some(&region) {
                    Value::Ref(Pseudo::Region.name().to_owned())
                } else {
                    Value::Text(region)
                })
            }
            "Ref" => Some(self.reference(instance(), text(2), None)),
            "Attribute" => Some(self.reference(instance(), text(2), Some(text(3)))),
            "Import" => Some(Value::Call(Function::IMPORT_VALUE, Box::new(Value::Text(text(1))))),
            "Output" => {
                let keys = ["StackName", "OutputName", "Region", "RoleArn"];
                let entries = keys.into_iter().zip(1..).map(|(key, at)| (key, Value::Text(text(at))));
                let given = entries.filter(|(_, value)| *value != Value::Text(String::new()));
                Some(Value::Call(Function::GET_STACK_OUTPUT, Box::new(Value::Map(given.collect()))))
            }
            "After" => {
                let id = ResourceId { instance: instance(), logical: LogicalId::written(&text(2)) };
                self.found.borrow_mut().after.push(id);
                None
            }
            other => unreachable!("no part is called {other}"),
        }
    }

    fn reference(&self, instance: InstanceId, logical: String, attribute: Option<String>) -> Value {
        if instance == self.here {
            return match attribute {
                None => Value::Ref(logical),
                Some(attribute) => Value::GetAtt(logical.into(), attribute.into()),
            };
        }
        let (there, here) = (&self.sites[instance.0 as usize], &self.sites[self.here.0 as usize]);
        let foreign = here.target.may_be_foreign(&there.target);
        let exported = there.target.region == here.target.region && !foreign;
        let import = Import { instance, logical, attribute, exported };
        let value = if exported {
            Value::Call(Function::IMPORT_VALUE, Box::new(Value::Text(import.export(&there.stack_name))))
        } else {
            let mut arguments = Entries::default();
            arguments.insert("StackName", Value::Text(there.stack_name.clone()));
            arguments.insert("OutputName", Value::Text(import.output()));
            if let Some(region) = &there.target.region {
                arguments.insert("Region", Value::Text(region.to_string()));
            }
            if let Some(role) = there.output_role.as_ref().filter(|_| foreign) {
                arguments.insert("RoleArn", lower(role, self.here, self.sites, &mut Lowered::default()));
            }
            Value::Call(Function::GET_STACK_OUTPUT, Box::new(Value::Map(arguments)))
        };
        self.found.borrow_mut().imports.push(import);
        value
    }
}

/// Texts and references as one text: `Fn::Sub`, in which other functions are variables of the list form; or
/// `Fn::Join` around a stack output, which CloudFormation refuses as a variable of `Fn::Sub`.
fn concatenate(parts: Vec<Value>) -> Value {
    let output = |part: &Value| matches!(part, Value::Call(function, _) if *function == Function::GET_STACK_OUTPUT);
    if parts.iter().any(output) {
        let arguments = vec![Value::Text(String::new()), Value::List(parts)];
        return Value::Call(Function::JOIN, Box::new(Value::List(arguments)));
    }
    let mut text = String::new();
    let mut variables = Entries::default();
    for part in parts {
        match part {
            Value::Text(literal) => text.push_str(&literal.replace("${", "${!")),
            Value::Ref(id) => text.extend(["${", &id, "}"]),
            Value::GetAtt(id, attribute) => text.extend(["${", &id, ".", &attribute, "}"]),
            other => {
                let name = format!("Value{}", variables.len() + 1);
                text.extend(["${", &name, "}"]);
                variables.insert(name, other);
            }
        }
    }
    Value::Sub(text.into(), (!variables.is_empty()).then(|| Box::new(variables)))
}

/// A serializer into a [`Value`]; `None` stands for what is absent.
#[derive(Clone, Copy)]
struct Lowering<'c>(&'c Context<'c>);

type Step = Result<Option<Value>, serde_json::Error>;

macro_rules! scalars {
    ($($method:ident($type:ty) => $variant:ident,)*) => {$(
        fn $method(self, value: $type) -> Step {
            Ok(Some(Value::$variant(value.into())))
        }
    )*};
}

impl<'c> Serializer for Lowering<'c> {
    type Ok = Option<Value>;
    type Error = serde_json::Error;
    type SerializeSeq = Seq<'c>;
    type SerializeTuple = Seq<'c>;
    type SerializeTupleStruct = Impossible<Self::Ok, Self::Error>;
    type SerializeTupleVariant = Impossible<Self::Ok, Self::Error>;
    type SerializeMap = Map<'c>;
    type SerializeStruct = Map<'c>;
    type SerializeStructVariant = Impossible<Self::Ok, Self::Error>;

    scalars! {
        serialize_bool(bool) => Bool,
        serialize_i8(i8) => Number,
        serialize_i16(i16) => Number,
        serialize_i32(i32) => Number,
        serialize_i64(i64) => Number,
        serialize_u8(u8) => Number,
        serialize_u16(u16) => Number,
        serialize_u32(u32) => Number,
        serialize_u64(u64) => Number,
        serialize_char(char) => Text,
        serialize_str(&str) => Text,
    }

    fn serialize_f32(self, value: f32) -> Step {
        self.serialize_f64(value.into())
    }

    /// A whole number is printed without a fraction.
    fn serialize_f64(self, value: f64) -> Step {
        #[expect(clippy::cast_possible_truncation, reason = "the number is whole, and small enough to be exact")]
        match value.fract() == 0.0 && value.abs() < f64::from(u32::MAX) {
            true => self.serialize_i64(value as i64),
            false => Ok(serde_json::Number::from_f64(value).map(Value::Number)),
        }
    }

    fn serialize_bytes(self, _: &[u8]) -> Step {
        Err(serde::ser::Error::custom("a template holds no bytes"))
    }

    fn serialize_none(self) -> Step {
        Ok(None)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Step {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Step {
        Ok(Some(Value::Null))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Step {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Step {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, name: &'static str, value: &T) -> Step {
        let value = value.serialize(self)?;
        Ok(match value {
            Some(Value::List(parts)) if name == EXPR => Some(self.0.expression(parts)),
            value => value,
        })
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        key: &'static str,
        value: &T,
    ) -> Step {
        let value = value.serialize(self)?.unwrap_or(Value::Null);
        Ok(Some(Value::Map(Entries::from_iter([(key, value)]))))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Seq<'c>, Self::Error> {
        Ok(Seq { lowering: self, items: Vec::with_capacity(length.unwrap_or(0)) })
    }

    fn serialize_tuple(self, length: usize) -> Result<Seq<'c>, Self::Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Self::Error> {
        Err(serde::ser::Error::custom("a template holds no tuple structs"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Self::Error> {
        Err(serde::ser::Error::custom("a template holds no tuple variants"))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Map<'c>, Self::Error> {
        Ok(Map { lowering: self, entries: Entries::with_capacity(length.unwrap_or(0)), key: None })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Map<'c>, Self::Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Self::Error> {
        Err(serde::ser::Error::custom("a template holds no struct variants"))
    }
}

struct Seq<'c> {
    lowering: Lowering<'c>,
    items: Vec<Value>,
}

impl SerializeSeq for Seq<'_> {
    type Ok = Option<Value>;
    type Error = serde_json::Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<(), Self::Error> {
        self.items.extend(item.serialize(self.lowering)?);
        Ok(())
    }

    fn end(self) -> Step {
        Ok(Some(Value::List(self.items)))
    }
}

impl SerializeTuple for Seq<'_> {
    type Ok = Option<Value>;
    type Error = serde_json::Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<(), Self::Error> {
        SerializeSeq::serialize_element(self, item)
    }

    fn end(self) -> Step {
        SerializeSeq::end(self)
    }
}

struct Map<'c> {
    lowering: Lowering<'c>,
    entries: Entries,
    key: Option<Key>,
}

impl SerializeMap for Map<'_> {
    type Ok = Option<Value>;
    type Error = serde_json::Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), Self::Error> {
        match key.serialize(self.lowering)? {
            Some(Value::Text(key)) => self.key = Some(key.into()),
            _ => return Err(serde::ser::Error::custom("a template's keys are text")),
        }
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Self::Error> {
        let key = self.key.take().ok_or_else(|| serde::ser::Error::custom("a value comes after its key"))?;
        if let Some(value) = value.serialize(self.lowering)? {
            self.entries.insert(key, value);
        }
        Ok(())
    }

    fn end(self) -> Step {
        Ok(Some(Value::Map(self.entries)))
    }
}

impl SerializeStruct for Map<'_> {
    type Ok = Option<Value>;
    type Error = serde_json::Error;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Result<(), Self::Error> {
        if let Some(value) = value.serialize(self.lowering)? {
            self.entries.insert(key, value);
        }
        Ok(())
    }

    fn end(self) -> Step {
        Ok(Some(Value::Map(self.entries)))
    }
}
