//! What is called what in a matrix.

use std::collections::HashMap;

use super::super::deployment::{SOME_ACCOUNT, Site};
use super::super::world::World;

/// The names of a deployment's stacks and resources.
pub(super) struct Names<'w, 't> {
    pub(super) world: &'w World<'t>,
    /// The stacks, by their numbers: with the region where several have the same name.
    stacks: Vec<String>,
}

impl<'w, 't> Names<'w, 't> {
    pub(super) fn of(world: &'w World<'t>) -> Self {
        let sources = &world.deployment.sources;
        let mut count: HashMap<&str, usize> = HashMap::new();
        for source in sources {
            *count.entry(&source.stack).or_default() += 1;
        }
        let name = |source: &super::super::Source<'_>| match count[source.stack.as_str()] {
            1 => source.stack.clone(),
            _ => format!("{}@{}", source.stack, source.site.region),
        };
        Self { world, stacks: sources.iter().map(name).collect() }
    }

    /// A resource: its stack and logical id.
    pub(super) fn resource(&self, at: usize) -> String {
        let resource = self.world.resource(at);
        format!("{}/{}", self.stacks[resource.stack], resource.id)
    }

    /// What an ARN is of: a resource of the deployment, or else what it says behind its account.
    pub(super) fn arn(&self, arn: &str, site: &Site) -> String {
        if let Some(resource) = self.world.deployment.by_arn(arn) {
            return format!("`{}`", self.resource(resource));
        }
        let fields: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, region, account, resource] = fields.as_slice() else { return quoted(arn, site) };
        let elsewhere = [(*region, &site.region, "region"), (*account, &site.account, "account")];
        let elsewhere = elsewhere.into_iter().filter(|(given, own, _)| !given.is_empty() && *given != own.as_str());
        let elsewhere: Vec<String> = elsewhere.map(|(given, _, what)| format!(" of {what} `{given}`")).collect();
        // What kind of resource it is, most of them say.
        let says = ["iam", "s3", "sns", "sqs"].contains(service) || resource.contains([':', '/']);
        let service = if says { String::new() } else { format!("{service} ") };
        format!("{service}{}{}", quoted(resource, site), elsewhere.concat())
    }
}

/// A text in quotes, as of a place in which region or account are [open](open).
pub(super) fn quoted(text: &str, site: &Site) -> String {
    format!("`{}`", open(text, site))
}

/// A text in which region and account are open where nobody said which they are.
pub(super) fn open(text: &str, site: &Site) -> String {
    let text = text.replace(SOME_ACCOUNT, "{account}");
    if site.anywhere { text.replace(&site.region, "{region}") } else { text }
}
