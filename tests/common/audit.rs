//! Templates that are audited together.

use indexmap::IndexMap;
use synth::audit::{Audit, Deployment, Site, Source, World, audit};
use synth::diagnostic::Sources;
use synth::template::Template;

/// What comes of templates that are deployed together to a place, each with its file and its stack.
///
/// # Panics
/// If one of them is no template.
pub(crate) fn audited<T>(
    site: &Site,
    templates: &[(&str, &str, &str)],
    with: impl FnOnce(&World<'_>, &Audit) -> T,
) -> T {
    let parse = |text: &str| Template::parse(Sources::default().add("", text), text).expect("it is a template");
    let parsed: Vec<Template> = templates.iter().map(|(_, _, text)| parse(text)).collect();
    let source = |(template, (file, stack, _)): (_, &(&str, &str, &str))| Source {
        file: (*file).to_owned(),
        stack: (*stack).to_owned(),
        site: site.clone(),
        template,
        parameters: IndexMap::new(),
    };
    let world = World::new(Deployment::new(parsed.iter().zip(templates).map(source).collect()));
    let audit = audit(&world, &[]);
    with(&world, &audit)
}
