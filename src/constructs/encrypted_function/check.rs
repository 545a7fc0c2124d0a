//! What would be accepted, and fail when the function is made or runs.

use super::invocation::Asynchronous;
use super::network::Network;
use super::settings::Logging;
use super::source::Source;
use super::{EncryptedFunction, caller};
use crate::construct::{Cx, To};
use crate::constructs::or_reference::OrReference;
use crate::constructs::twice;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::service::lambda as facts;

fn conflict(at: Span, message: &str) -> Diagnostic {
    Diagnostic::error(Code::ConflictingProperties, at, message)
}

impl EncryptedFunction {
    pub(super) fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        if let Some(handler) =
            self.handler.as_ref().filter(|it| self.code.value.is_file() && !it.value.starts_with("index."))
        {
            let function = handler.value.rsplit('.').next().unwrap_or("handler");
            let message = format!("code from a file is the file `index`, and `{}` is in another", handler.value);
            found.push(conflict(handler.span, &message).hint(format!("did you mean `index.{function}`?")));
        }
        if let Some(signing) = self.code_signing.as_ref().filter(|_| self.code.value.is_file()) {
            let diagnostic = conflict(signing.span(), "code from a file has no signature");
            found.push(diagnostic.related(self.code.span, "a file").hint("put a signed archive into a bucket"));
        }
        if let Some(layer) = self.layers.get(facts::LAYERS) {
            let message = format!("a function may have {} layers", facts::LAYERS);
            found.push(Diagnostic::error(Code::LimitExceeded, layer.span(), message));
        }
        for layer in self.layers.iter().filter_map(OrReference::written) {
            if let (Some(here), Some(there)) = (&cx.target().region, layer.value.region())
                && *here != there
            {
                let message = format!("a function uses layers of its own region, `{here}`, only");
                found.push(Diagnostic::error(Code::WrongReference, layer.span, message));
            }
        }
        found.extend(twice(self.layers.iter().map(OrReference::text)));
        found.extend(twice(self.triggers.iter().map(|to| (to.to_string(), to.span()))));
        found.extend(twice(self.sources.values().map(Source::from)));
        found.extend(self.network.iter().flat_map(Network::check));
        found.extend(self.logging.iter().flat_map(Logging::check));
        found.extend(caller::check(&self.callers, cx));
        found.extend(twice(self.callers.iter().map(|to| (to.to_string(), to.span()))));
        found.extend(self.check_circles());
        found.extend(self.check_environment(cx));
        found.extend(self.check_grants(cx));
        found
    }

    /// Records of calls that would call the function again.
    fn check_circles(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let of_calls = self.asynchronous.iter().flat_map(Asynchronous::destinations);
        let of_records = self.sources.values().filter_map(Source::destination);
        for to in self.dead_letter.iter().chain(of_calls).chain(of_records) {
            let trigger = self.triggers.iter().find(|trigger| trigger.names_the_same(to)).map(To::span);
            let queue = self.sources.values().filter_map(Source::queue).find(|queue| queue.names_the_same(to));
            if let Some(caller) = trigger.or(queue.map(To::span)) {
                let message = format!("what becomes of a call would call the function again: `{to}` does that");
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, to.span(), message);
                found.push(diagnostic.related(caller, "where it calls"));
            }
        }
        found
    }

    fn check_environment(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found: Diagnostics = self.environment.values().filter_map(|variable| variable.check(cx)).collect();
        let mut bytes = 0;
        for (name, variable) in &self.environment {
            let value = variable.name(cx).map_or(0, |value| value.longest().len());
            let before = bytes;
            bytes += name.value.as_str().len() + value;
            if before <= facts::ENVIRONMENT_LIMIT && bytes > facts::ENVIRONMENT_LIMIT {
                let message = format!("the variables have over {} bytes from here on", facts::ENVIRONMENT_LIMIT);
                let diagnostic = Diagnostic::error(Code::LimitExceeded, name.span, message);
                found.push(diagnostic.hint("Lambda accepts 4 KB, names and values together"));
            }
        }
        found
    }

    /// `invoke-url` needs a URL.
    fn check_grants(&self, cx: &Cx<'_>) -> Diagnostics {
        let words = cx.granted().iter().flat_map(|grant| &grant.words);
        let urls = words.filter(|word| word.value == "invoke-url" && self.url.is_none());
        let missing = urls.map(|word| {
            let message = "the function has no URL that could be called";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, word.span, message);
            diagnostic.related(cx.entry().place, "the function").hint("`url: {}` gives it one")
        });
        missing.collect()
    }
}
