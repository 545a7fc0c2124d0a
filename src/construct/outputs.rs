//! What AWS numbers, outside of templates: each value by the output or export of a stack that shows it.

use crate::cfn::InstanceId;
use crate::template::{Function, Import, Map, Site, Value};

/// A value that a stack outside of these shows. Whoever deploys looks it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// What a stack of the account and region exports under this name.
    Export(String),
    /// An output.
    Output {
        /// The name of the CloudFormation stack.
        stack: String,
        /// The name of the output.
        output: String,
        /// The stack's region, if that is another.
        region: Option<String>,
        /// The role that may look at the stack, if that is in another account.
        role: Option<String>,
    },
}

impl Lookup {
    /// What stands for the value: `${export:name}`, `${stack:output}`, `${stack@region:output}`.
    pub fn placeholder(&self) -> String {
        match self {
            Self::Export(name) => format!("${{export:{name}}}"),
            Self::Output { stack, output, region, .. } => {
                let region = region.as_ref().map_or(String::new(), |region| format!("@{region}"));
                format!("${{{stack}{region}:{output}}}")
            }
        }
    }

    /// The output that the argument of `Fn::GetStackOutput` names.
    fn output(of: &Map) -> Option<Self> {
        let text = |key: &str| match of.get(key)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let (stack, output) = (text("StackName")?, text("OutputName")?);
        Some(Self::Output { stack, output, region: text("Region"), role: text("RoleArn") })
    }
}

/// Writes values in which what AWS numbers stands as `${stack:output}`.
#[derive(Debug)]
pub(super) struct ByOutputs<'a> {
    /// The stack that the values are of.
    pub here: InstanceId,
    /// All stacks.
    pub sites: &'a [Site],
    /// What the values import from other stacks.
    pub imports: &'a [Import],
    /// What this stack has to show for it.
    pub shown: &'a mut Vec<Import>,
    /// What stacks outside of these show.
    pub lookups: Vec<Lookup>,
}

impl ByOutputs<'_> {
    /// The value as others read it.
    pub(super) fn write(&mut self, value: Value) -> Value {
        match value {
            Value::Ref(id) if !id.starts_with("AWS::") => self.own(&id, None),
            Value::GetAtt(id, attribute) => self.own(&id, Some(&attribute)),
            Value::Call(Function::IMPORT_VALUE, argument) => match *argument {
                Value::Text(name) => self.imported(name),
                other => Value::Call(Function::IMPORT_VALUE, Box::new(other)),
            },
            Value::Call(Function::GET_STACK_OUTPUT, argument) => self.shown_elsewhere(*argument),
            Value::List(items) => Value::List(items.into_iter().map(|item| self.write(item)).collect()),
            Value::Map(entries) => {
                Value::Map(entries.iter().map(|(key, value)| (key.to_owned(), self.write(value.clone()))).collect())
            }
            other => other,
        }
    }

    fn own(&mut self, logical: &str, attribute: Option<&str>) -> Value {
        let attribute = attribute.map(str::to_owned);
        let import = Import { instance: self.here, logical: logical.to_owned(), attribute, exported: false };
        let value = self.named(&import);
        self.shown.push(import);
        value
    }

    fn named(&self, import: &Import) -> Value {
        let stack = &self.sites[import.instance.0 as usize].stack_name;
        Value::Text(format!("${{{stack}:{}}}", import.output()))
    }

    fn imported(&mut self, export: String) -> Value {
        let is = |import: &&Import| export == import.export(&self.sites[import.instance.0 as usize].stack_name);
        match self.imports.iter().find(is) {
            Some(import) => self.named(import),
            None => self.look_up(Lookup::Export(export)),
        }
    }

    fn shown_elsewhere(&mut self, argument: Value) -> Value {
        let foreign = match &argument {
            Value::Map(of) => Lookup::output(of).filter(|lookup| match lookup {
                Lookup::Output { stack, .. } => self.sites.iter().all(|site| site.stack_name != *stack),
                Lookup::Export(_) => false,
            }),
            _ => None,
        };
        match foreign {
            Some(lookup) => self.look_up(lookup),
            None => Value::Call(Function::GET_STACK_OUTPUT, Box::new(argument)),
        }
    }

    fn look_up(&mut self, lookup: Lookup) -> Value {
        let value = Value::Text(lookup.placeholder());
        if !self.lookups.contains(&lookup) {
            self.lookups.push(lookup);
        }
        value
    }
}
