//! Policy variables.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::context::{Carried, Values};
use super::policy::{Text, Version};
use crate::name::pattern::{self, Token};

/// How the texts of a policy are to be read for a request.
#[derive(Clone, Copy)]
pub(super) struct Texts<'r> {
    pub(super) version: Version,
    pub(super) context: &'r Carried<'r>,
}

/// Why a text has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// The request has no such key and the variable no default, or the key has several values.
    Missing,
    /// A template leaves it open.
    Unknown,
}

impl Texts<'_> {
    /// A text with its variables replaced, if its version has variables. Wildcards in what they are replaced by are
    /// characters.
    pub(super) fn replaced(&self, text: &str, wildcards: bool) -> Result<Vec<Token>, Unresolved> {
        let plain = |text: &str| -> Vec<Token> {
            if wildcards { pattern::tokens(text).collect() } else { text.chars().map(Token::Char).collect() }
        };
        if !text.contains("${") || self.version == Version::V2008 {
            return Ok(plain(text));
        }
        if self.version == Version::Unknown {
            return Err(Unresolved::Unknown);
        }
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let Some((variable, after)) = behind.split_once('}') else { break };
            tokens.extend(plain(before));
            tokens.extend(self.value(variable)?.chars().map(Token::Char));
            rest = after;
        }
        tokens.extend(plain(rest));
        Ok(tokens)
    }

    fn value<'t>(&'t self, variable: &'t str) -> Result<&'t str, Unresolved> {
        if let "*" | "?" | "$" = variable {
            return Ok(variable);
        }
        let (key, default) = variable.split_once(',').map_or((variable, None), |(key, default)| (key, Some(default)));
        let default = default.and_then(|default| default.trim().strip_prefix('\'')?.strip_suffix('\''));
        match self.context.get(key.trim()) {
            Some(Values::One(Text::Known(value))) => Ok(value),
            Some(Values::One(Text::Unknown)) => Err(Unresolved::Unknown),
            Some(Values::Many(_)) => Err(Unresolved::Missing),
            None => default.ok_or(Unresolved::Missing),
        }
    }
}
