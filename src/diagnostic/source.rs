//! The texts that were read, and places in them.

/// A file that was read, by its number in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// A stretch of a file's text, in bytes; `start` is inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file it lies in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The place of a value that is written in Rust: that of the construct, stack or environment it belongs to.
    pub const IN_RUST: Self = Self { file: FileId(u32::MAX), start: 0, end: 0 };

    /// This place, or `around` for a value that is written in Rust.
    #[must_use]
    pub fn or(self, around: Self) -> Self {
        if self == Self::IN_RUST { around } else { self }
    }

    /// The stretch between two byte offsets of a file.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let offset = |at: usize| u32::try_from(at).expect("large files are refused when they are read");
        Self { file, start: offset(start), end: offset(end) }
    }
}

/// Every text of a run, with the path it was read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    path: String,
    text: String,
    /// The number of its first line in the file.
    line: u32,
}

impl Sources {
    /// Keeps a text, and numbers it.
    ///
    /// # Panics
    /// If the text is longer than 4 GiB; reading refuses such a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        self.keep(Source { path: path.into(), text: text.into(), line: 1 })
    }

    /// Keeps a few words that stand for a line of a program, and gives them a place.
    pub fn add_line(&mut self, path: &str, line: u32, words: &str) -> Span {
        let file = self.keep(Source { path: path.to_owned(), text: words.to_owned(), line });
        Span::new(file, 0, words.len())
    }

    fn keep(&mut self, source: Source) -> FileId {
        assert!(u32::try_from(source.text.len()).is_ok(), "large files are refused when they are read");
        let id = FileId(u32::try_from(self.files.len()).expect("fewer than 2^32 files"));
        self.files.push(source);
        id
    }

    fn source(&self, file: FileId) -> &Source {
        static NOWHERE: Source = Source { path: String::new(), text: String::new(), line: 1 };
        self.files.get(file.0 as usize).unwrap_or(&NOWHERE)
    }

    /// Where a file was read from, as the user wrote it.
    pub fn path(&self, file: FileId) -> &str {
        &self.source(file).path
    }

    /// The number of the first line of a file's text: 1, unless it is a line of a program.
    pub fn first_line(&self, file: FileId) -> usize {
        self.source(file).line as usize
    }

    /// The text of a file.
    pub fn text(&self, file: FileId) -> &str {
        &self.source(file).text
    }

    /// The number of the line in which a stretch of text begins.
    pub fn line(&self, span: Span) -> Option<usize> {
        let Source { text, line, .. } = self.files.get(span.file.0 as usize)?;
        Some(*line as usize + text[..span.start as usize].matches('\n').count())
    }

    /// Where a stretch of text begins, as editors find it: path, line and column. Nothing for what is only known to be
    /// [written in Rust](Span::IN_RUST).
    pub fn position(&self, span: Span) -> Option<String> {
        let Source { path, text, line } = self.files.get(span.file.0 as usize)?;
        let before = &text[..span.start as usize];
        let line = *line as usize + before.matches('\n').count();
        let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
        Some(format!("{path}:{line}:{column}"))
    }
}
