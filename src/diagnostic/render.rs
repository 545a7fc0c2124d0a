//! The only place where diagnostics become text.

use std::cmp::Reverse;
use std::collections::HashSet;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::{Code, Diagnostic, Diagnostics, Place, Severity, Sources, Span, listed};

/// Renders findings the way compilers do: message, source line, caret, hints; one blank line between two of them.
/// They come in the order of the text, whatever order they were found in; errors last, where a terminal ends. A value
/// that YAML has and stack files do not is reported as that, and not for what it is read as instead.
pub fn render(diagnostics: &Diagnostics, sources: &Sources, renderer: &Renderer) -> String {
    let unsupported: HashSet<&Place> =
        diagnostics.iter().filter(|it| it.code == Code::UnsupportedYaml).map(|it| &it.place).collect();
    let follows = |it: &&Diagnostic| it.code != Code::UnsupportedYaml && unsupported.contains(&it.place);
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| !follows(diagnostic)).collect();
    let place = |diagnostic: &Diagnostic| match diagnostic.place {
        Place::CommandLine | Place::Path(_) | Place::Program(_) => None,
        Place::Source(span) => Some((sources.path(span.file), span)),
    };
    sorted.sort_by_key(|diagnostic| (Reverse(diagnostic.severity), place(diagnostic)));
    let rendered: Vec<String> = sorted.into_iter().map(|diagnostic| one(diagnostic, sources, renderer)).collect();
    rendered.join("\n\n")
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut elements: Vec<Element<'_>> = Vec::new();
    match &diagnostic.place {
        Place::Source(span) => {
            let mut files = vec![span.file];
            files.extend(diagnostic.related.iter().map(|(span, _)| span.file));
            files.dedup();
            for file in files {
                let text = sources.text(file);
                let primary = (file == span.file).then(|| AnnotationKind::Primary.span(visible(*span, text)));
                let related = diagnostic.related.iter().filter(|(at, _)| at.file == file);
                let annotations: Vec<Annotation<'_>> = primary
                    .into_iter()
                    .chain(related.map(|(at, label)| AnnotationKind::Context.span(visible(*at, text)).label(label)))
                    .collect();
                let snippet = Snippet::source(text).path(sources.path(file)).line_start(sources.first_line(file));
                elements.push(snippet.annotations(annotations).into());
            }
        }
        Place::Path(path) => elements.push(Origin::path(path.display().to_string()).into()),
        Place::Program(at) => {
            let origin = Origin::path(at.file()).line(at.line() as usize).char_column(at.column() as usize);
            elements.push(origin.into());
        }
        Place::CommandLine => {}
    }
    elements.extend(diagnostic.notes.iter().map(|note| Level::NOTE.message(note).into()));
    if !diagnostic.only_in.is_empty() {
        let environments = listed(diagnostic.only_in.iter().map(String::as_str));
        elements.push(Level::NOTE.message(format!("only in {environments}")).into());
    }
    let hints = diagnostic.hints.iter();
    elements.extend(hints.map(|hint| Level::HELP.with_name("hint").message(hint).into()));
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.name());
    renderer.render(&[title.elements(elements)])
}

/// The part of a span that a caret can point at: one line, at least one character.
fn visible(span: Span, text: &str) -> std::ops::Range<usize> {
    let start = (span.start as usize).min(text.len());
    let line = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = (span.end as usize).clamp(start, line);
    let one = text[start..].chars().next().filter(|first| *first != '\n').map_or(0, char::len_utf8);
    start..end.max(start + one)
}
