//! From text to [`Node`]s.

use std::cmp::Ordering;

use indexmap::map::Entry as Slot;
use serde_yaml::granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as EventSpan, StrInput, options,
};

use super::{Entry, Kind, Map, Node};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, FileId, Span};

/// Whether tags such as `!Ref` may stand before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tags {
    /// Kept on the node: templates use them for functions.
    Kept,
    /// A mistake: stack files have no use for them.
    Refused,
}

/// Levels that lists and maps may nest; a text that goes deeper is not a description of anything.
const DEPTH_LIMIT: usize = 64;

/// What the parser says of a colon in a text.
const NO_MAP_HERE: &str = "mapping values are not allowed";

/// What begins a value that no further line goes on with.
const NO_PLAIN_TEXT: &[char] = &['{', '[', '"', '\'', '|', '>', '#'];

/// What `!!` before YAML's own tags stands for.
const YAML_TAG: &str = "tag:yaml.org,2002:";

/// Parses a text of one YAML document; JSON is YAML too. The tree is there unless the text is no YAML at all; the
/// findings may hold errors even if it is.
pub fn parse(file: FileId, text: &str, tags: Tags) -> (Option<Node>, Diagnostics) {
    let options = options! { emit_comments: false, emit_unresolved_aliases: true, emit_anchor_events: true };
    let events = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { file, text, tags, events, found: Diagnostics::default() };
    match builder.document() {
        Ok(node) => (Some(node), builder.found),
        Err(stop) => {
            builder.found.push(stop);
            (None, builder.found)
        }
    }
}

struct Builder<'t> {
    file: FileId,
    text: &'t str,
    tags: Tags,
    events: Parser<'t, StrInput<'t>>,
    found: Diagnostics,
}

type Step<T> = Result<T, Diagnostic>;

impl<'t> Builder<'t> {
    fn document(&mut self) -> Step<Node> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(..) if root.is_some() => {
                    return Err(unsupported(span, "a second document in one file").hint("use a file for each"));
                }
                Event::DocumentStart(..) => {
                    let next = self.next()?;
                    root = Some(self.node(next, 0)?);
                }
                _ => {}
            }
        }
        Ok(root.unwrap_or_else(|| Node::map(Span::new(self.file, 0, 0), Map::new())))
    }

    fn node(&mut self, (event, span): (Event<'t>, Span), depth: usize) -> Step<Node> {
        if depth > DEPTH_LIMIT {
            return Err(too_deep(span));
        }
        let (kind, tag) = match event {
            Event::Scalar(text, style, _, tag) => {
                (Kind::Scalar { text: text.into(), plain: style == ScalarStyle::Plain }, tag)
            }
            Event::SequenceStart(_, _, tag) => (self.list(depth)?, tag),
            Event::MappingStart(_, _, tag) => (self.map(depth)?, tag),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.refuse(span, "an alias");
                (Kind::Scalar { text: "".into(), plain: true }, None)
            }
            _ => return Err(Diagnostic::error(Code::InvalidYaml, span, "a value is missing here")),
        };
        let tag = tag.map(|tag| format!("{}{}", tag.handle(), tag.suffix()));
        let tag: Option<Box<str>> = tag.filter(|tag| tag != "!").map(|tag| tag.trim_start_matches('!').into());
        if self.tags == Tags::Refused
            && let Some(tag) = &tag
        {
            let written = tag.strip_prefix(YAML_TAG).map_or_else(|| format!("!{tag}"), |own| format!("!!{own}"));
            self.refuse(self.before(span, &written), &format!("the tag `{written}`"));
        }
        Ok(Node { span, tag, kind })
    }

    fn list(&mut self, depth: usize) -> Step<Kind> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Kind::Seq(items)),
                next => items.push(self.node(next, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Step<Kind> {
        let mut entries = Map::new();
        loop {
            let next = self.next()?;
            if next.0 == Event::MappingEnd {
                return Ok(Kind::Map(entries));
            }
            let key = self.node(next, depth + 1)?;
            let next = self.next()?;
            let value = self.node(next, depth + 1)?;
            let Kind::Scalar { text, .. } = key.kind else {
                self.refuse(key.span, "a list or map as a key");
                continue;
            };
            if &*text == "<<" {
                self.refuse(key.span, "a merge key");
                continue;
            }
            match entries.entry(text) {
                Slot::Vacant(slot) => drop(slot.insert(Entry { key_span: key.span, value })),
                Slot::Occupied(slot) => self.found.push(
                    Diagnostic::error(Code::DuplicateKey, key.span, format!("`{}` is here twice", slot.key()))
                        .related(slot.get().key_span, "the first one"),
                ),
            }
        }
    }

    /// The next event of the tree. Anchors have events of their own, behind what they stand before.
    fn next(&mut self) -> Step<(Event<'t>, Span)> {
        loop {
            match self.events.next_event() {
                Some(Ok((Event::Anchor(..), span))) => {
                    let span = self.span(span);
                    self.refuse(span, "an anchor");
                }
                Some(Ok((event, span))) => return Ok((event, self.span(span))),
                Some(Err(error)) => return Err(self.not_yaml(&error)),
                None => return Ok((Event::StreamEnd, Span::new(self.file, 0, 0))),
            }
        }
    }

    /// Why the parser cannot go on.
    fn not_yaml(&self, error: &ScanError) -> Diagnostic {
        let offset = error.marker().byte_offset().unwrap_or(0);
        let at = Span::new(self.file, offset, offset);
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return too_deep(at);
        }
        let message = error.info().replace('\'', "`");
        let before = self.text.get(..offset).unwrap_or_default();
        let told = if message.contains("tabs") {
            Some((before.trim_end_matches('\t').len(), "lines are indented with blanks"))
        } else {
            self.continued(before).filter(|_| message.starts_with(NO_MAP_HERE))
        };
        if let Some((begin, hint)) = told {
            let at = Span::new(self.file, begin, begin);
            return Diagnostic::error(Code::InvalidYaml, at, message).hint(hint);
        }
        let diagnostic = Diagnostic::error(Code::InvalidYaml, at, message);
        if matches!(error.kind(), ErrorKind::UnexpectedCharacter { .. }) {
            return diagnostic;
        }
        let hint = mend(&diagnostic.message);
        diagnostic.hint(hint)
    }

    /// Where a line begins that goes on with the text of the line above, and what would mend that; the text `before` ends
    /// at a colon, so it was meant as a line of its own.
    fn continued(&self, before: &str) -> Option<(usize, &'static str)> {
        let begin = before.rfind('\n')? + 1;
        let above = self.text[..begin].lines().rev().find(|line| !line.trim().is_empty())?;
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = indent(&self.text[begin..]);
        let hint = match (own.cmp(&indent(above)), above.split_once(": ")) {
            (Ordering::Greater, Some((_, value))) if !value.trim_start().starts_with(NO_PLAIN_TEXT) => {
                "this line is indented deeper than the one above, so it goes on with its value"
            }
            (Ordering::Equal, None) if above.contains(':') => "in the line above, a blank is missing behind the `:`",
            _ => return None,
        };
        Some((begin + own, hint))
    }

    /// A scalar's extent; a list or map is pointed at by where it begins.
    fn span(&self, span: EventSpan) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        Span::new(self.file, range.start, range.end)
    }

    /// Where a tag stands, which the parser does not say: in front of its value, but for blanks.
    fn before(&self, value: Span, tag: &str) -> Span {
        let before = self.text.get(..value.start as usize).unwrap_or_default().trim_end();
        let start = before.strip_suffix(tag).map(str::len);
        start.map_or(value, |start| Span::new(self.file, start, before.len()))
    }

    fn refuse(&mut self, span: Span, what: &str) {
        self.found.push(unsupported(span, what));
    }
}

/// What would mend a text that is no YAML, by what the parser says of it.
fn mend(message: &str) -> &'static str {
    match message {
        _ if message.contains("flow") || message.contains("unclosed") => {
            "each `{` and `[` needs its end, and text with one of `{}[],` in it quotes: `{ key: \"wallets/pool[3]\" }`"
        }
        _ if message.contains("expected key") => "the keys of a map begin in one column, and this line in another",
        _ if message.contains("misplaced bracket") => "there are more `}` or `]` here than `{` or `[` before",
        _ => "text with `: ` or ` #` in it needs quotes, and lines are indented with blanks, not tabs",
    }
}

fn too_deep(span: Span) -> Diagnostic {
    unsupported(span, &format!("nesting deeper than {DEPTH_LIMIT} levels"))
}

fn unsupported(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::UnsupportedYaml, span, format!("{what} is not supported here"))
}
