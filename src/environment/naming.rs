//! Naming rules: templates that give stacks and resources their physical names.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use minijinja::value::{Object, Value};
use minijinja::{Environment as Engine, ErrorKind, UndefinedBehavior};

use crate::cfn::{Pseudo, Val};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::name::Target;

/// Steps that a template may take; a name needs a few dozen.
const FUEL: u64 = 10_000;

/// Characters that a template, a text in it or a name may have: far more than any service accepts, and few enough
/// that no template can take the memory or the stack.
const LONGEST: usize = 1_000;

/// Characters that stand in a name for what is known only at deployment. Names cannot contain them: no service
/// accepts a private-use character.
const ACCOUNT: char = '\u{E000}';
const REGION: char = '\u{E001}';

/// The naming templates of a project, compiled once.
#[derive(Debug)]
pub struct NamingRules {
    engine: Engine<'static>,
    refused: HashSet<(Arc<str>, String)>,
}

/// The variables that every naming template has.
const VARIABLES: [&str; 8] = ["project", "stack", "env", "scope", "kind", "id", "account", "region"];

/// What a template can print.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in templates")]
pub struct Variables {
    pub project: Arc<str>,
    pub stack: Arc<str>,
    pub env: Arc<str>,
    pub scope: Arc<str>,
    pub kind: &'static str,
    pub id: Arc<str>,
    pub target: Target,
    pub own: Arc<HashMap<String, String>>,
}

impl Default for NamingRules {
    fn default() -> Self {
        let mut engine = Engine::empty();
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_fuel(Some(FUEL));
        engine.add_filter("lower", str::to_lowercase);
        engine.add_filter("upper", str::to_uppercase);
        engine.add_filter("replace", |text: &str, from: &str, to: &str| {
            let replaced = if from.is_empty() { text.to_owned() } else { text.replace(from, to) };
            match replaced.len() <= LONGEST {
                true => Ok(replaced),
                false => {
                    Err(minijinja::Error::new(ErrorKind::InvalidOperation, format!("more than {LONGEST} characters")))
                }
            }
        });
        Self { engine, refused: HashSet::new() }
    }
}

impl NamingRules {
    /// Compiles a template for an environment; `own` are the user's variables. Where `place_known` is false, account
    /// and region are known only at deployment, and the template may do nothing but print them. A template with a
    /// mistake gives no names from then on, so that it is reported once.
    ///
    /// # Errors
    /// If it is not a template, uses a variable that does not exist, or computes with a place that is not known.
    pub fn add(
        &mut self,
        template: &Spanned<String>,
        environment: &Arc<str>,
        own: &HashMap<String, String>,
        place_known: bool,
    ) -> Result<(), Diagnostic> {
        let compiled = self.compile(template, own, place_known);
        if compiled.is_err() {
            self.refused.insert((Arc::clone(environment), template.value.clone()));
        }
        compiled
    }

    fn compile(
        &mut self,
        template: &Spanned<String>,
        own: &HashMap<String, String>,
        place_known: bool,
    ) -> Result<(), Diagnostic> {
        let wrong = |message: String| Diagnostic::error(Code::InvalidNaming, template.span, message);
        let length = template.value.chars().count();
        if length > LONGEST {
            return Err(wrong(format!("a naming template may have at most {LONGEST} characters, this has {length}")));
        }
        if template.value.contains([ACCOUNT, REGION]) {
            return Err(wrong("a name cannot have private-use characters".to_owned()));
        }
        if self.engine.get_template(&template.value).is_err() {
            let add = self.engine.add_template_owned(template.value.clone(), template.value.clone());
            add.map_err(|error| wrong(format!("not a naming template: {}", reason(&error))))?;
        }
        let compiled = self.engine.get_template(&template.value).expect("it was just added");
        let mut unknown: Vec<String> = compiled.undeclared_variables(false).into_iter().collect();
        unknown.retain(|name| !VARIABLES.contains(&name.as_str()) && !own.contains_key(name));
        unknown.sort_unstable();
        if let Some(name) = unknown.first() {
            let mut own: Vec<&str> = own.keys().map(String::as_str).collect();
            own.sort_unstable();
            let known = VARIABLES.into_iter().chain(own);
            return Err(wrong(format!("no variable is called `{name}`")).nearest(name, known));
        }
        if !place_known && !self.prints_places_only(&template.value) {
            let message = "account and region are known only at deployment here, so a name can only print them";
            let hint = "filters and tests on them need `account` and `regions` in environments.yaml";
            return Err(wrong(message.to_owned()).hint(hint));
        }
        Ok(())
    }

    /// Whether a template does nothing with the account and region but print them.
    fn prints_places_only(&self, template: &str) -> bool {
        let mut pieces = template.split("{{");
        let mut rest = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let printed = piece.split_once("}}").filter(|(inner, _)| matches!(inner.trim(), "account" | "region"));
            match printed {
                Some((_, after)) => rest.push_str(after),
                None => rest.extend(["{{", piece]),
            }
        }
        let rest = self.engine.template_from_str(&rest).map(|rest| rest.undeclared_variables(false));
        rest.is_ok_and(|names| !names.contains("account") && !names.contains("region"))
    }

    /// The name that a template gives; none where the template was refused, which is reported already.
    ///
    /// # Errors
    /// If the template fails: a filter that does not apply, or more steps than a name can need.
    ///
    /// # Panics
    /// If the template was not [added](NamingRules::add).
    pub fn render(&self, template: &Spanned<String>, variables: Variables) -> Result<Option<Val<String>>, Diagnostic> {
        if !self.refused.is_empty() && self.refused.contains(&(Arc::clone(&variables.env), template.value.clone())) {
            return Ok(None);
        }
        let compiled = self.engine.get_template(&template.value).expect("templates are added when they are read");
        let wrong =
            |why: &str| Diagnostic::error(Code::InvalidNaming, template.span, format!("no name comes of it: {why}"));
        let name = compiled.render(Value::from_object(variables)).map_err(|error| wrong(&reason(&error)))?;
        match name.len() <= LONGEST {
            true => Ok(Some(places(&name))),
            false => Err(wrong(&format!("it has more than {LONGEST} characters"))),
        }
    }
}

impl Object for Variables {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let text = |text: &Arc<str>| Value::from(Arc::clone(text));
        Some(match key.as_str()? {
            "project" => text(&self.project),
            "stack" => text(&self.stack),
            "env" => text(&self.env),
            "scope" => text(&self.scope),
            "kind" => Value::from(self.kind),
            "id" => text(&self.id),
            "account" => match &self.target.account {
                Some(account) => Value::from(account.as_str()),
                None => Value::from(ACCOUNT.to_string()),
            },
            "region" => match &self.target.region {
                Some(region) => Value::from(region.as_str()),
                None => Value::from(REGION.to_string()),
            },
            own => Value::from(self.own.get(own)?.as_str()),
        })
    }
}

/// A rendered name with its stand-ins replaced by what CloudFormation knows.
fn places(name: &str) -> Val<String> {
    let pieces = name.split_inclusive([ACCOUNT, REGION]).flat_map(|piece| {
        let (text, place) = match piece.chars().next_back() {
            Some(ACCOUNT) => (piece.trim_end_matches(ACCOUNT), Some(Pseudo::AccountId)),
            Some(REGION) => (piece.trim_end_matches(REGION), Some(Pseudo::Region)),
            _ => (piece, None),
        };
        [Some(Val::from(text)), place.map(Val::from)].into_iter().flatten()
    });
    Val::concat(pieces)
}

fn reason(error: &minijinja::Error) -> String {
    match error.kind() {
        ErrorKind::OutOfFuel => format!("it takes more than {FUEL} steps"),
        _ => error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    }
}
