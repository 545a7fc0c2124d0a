//! What would be accepted, and fail when the API is made.

use std::collections::HashMap;

use super::cors::Cors;
use super::{Authorization, RestApi};
use crate::cfn::apigateway::HttpMethod;
use crate::construct::Cx;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

impl RestApi {
    pub(super) fn check(&self, cx: &Cx<'_>) -> Diagnostics {
        let mut found = Diagnostics::default();
        if self.routes.is_empty() {
            let message = "an API without routes cannot be deployed";
            found.push(Diagnostic::error(Code::MissingProperty, cx.entry().place, message));
        }
        if let (Some(logs), Some(key)) = (&self.access_logs, &self.logs_key) {
            let message = "the log of another construct is under its own key";
            let diagnostic = Diagnostic::error(Code::ConflictingProperties, key.span(), message);
            found.push(diagnostic.related(logs.span(), "the log"));
        }
        let own = self.routes.values().filter_map(|route| route.cors.as_ref()).map(|cors| &cors.value);
        found.extend(self.cors.iter().chain(own).flat_map(Cors::check));
        found.extend(self.check_variables());
        found.extend(self.check_cors());
        if self.routes.values().all(|route| route.authorization != Authorization::Iam) {
            let words = cx.granted().iter().flat_map(|grant| &grant.words).filter(|word| word.value == "invoke");
            found.extend(words.map(|word| {
                let message = "no route of the API asks for a signature, so everybody may call it";
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, word.span, message);
                diagnostic.related(cx.entry().place, "the API").hint("`authorization: iam` at a route asks for one")
            }));
        }
        found
    }

    /// A part of a path that requests fill in has one name.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html>
    fn check_variables(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let mut first: HashMap<(&str, bool), &str> = HashMap::new();
        for (key, route) in &self.routes {
            for path in key.prefixes() {
                let (before, part) = path.rsplit_once('/').unwrap_or(("", path));
                let variable = part.starts_with('{').then(|| part.ends_with("+}"));
                let Some(rest) = variable else { continue };
                let known = *first.entry((before, rest)).or_insert(part);
                if known != part {
                    let message = format!("`{part}` in `{key}` is called `{known}` in another route");
                    let diagnostic = Diagnostic::error(Code::ConflictingProperties, route.function.span(), message);
                    found.push(diagnostic.hint("what requests fill in has one name after one beginning of a path"));
                }
            }
        }
        found
    }

    /// What browsers ask is asked for a path, not for a method.
    fn check_cors(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        let mut first = HashMap::new();
        for (key, cors) in self.routes.iter().filter_map(|(key, route)| Some((key, route.cors.as_ref()?))) {
            if let Some(before) = first.insert(key.path(), cors.span) {
                let message = "browsers ask once for all methods of a path, and another route has said already";
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, cors.span, message);
                found.push(diagnostic.related(before, "the other route"));
            }
            if let Some(other) =
                self.routes.iter().find(|(other, _)| other.path() == key.path() && other.method == HttpMethod::Options)
            {
                let message = "a function answers here what browsers ask, so `cors` has no effect";
                let diagnostic = Diagnostic::error(Code::ConflictingProperties, cors.span, message);
                found.push(diagnostic.related(other.1.function.span(), "the function"));
            }
        }
        found
    }
}
