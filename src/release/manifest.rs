//! What is written in an environment's folder about itself: its files, and whose they are.

use std::collections::BTreeSet;
use std::path::{self, Component, Path};
use std::{fs, io, iter};

use crate::output::File;

/// The file in an environment's folder that lists what was written there.
pub(super) const NAME: &str = ".synth-files";

/// What the line begins with that says whose files they are. No file is called so.
const STACKS: &str = "# stacks: ";

/// The files of an environment's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// The folder of the project that they are of, as it is seen from the folder of all environments. Nothing where an
    /// earlier version wrote them.
    pub(super) stacks: Option<String>,
    /// Their names.
    pub(super) files: BTreeSet<String>,
}

impl Manifest {
    /// What a folder says of itself.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let text = match fs::read_to_string(folder.join(NAME)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text?,
        };
        let stacks = text.lines().find_map(|line| line.strip_prefix(STACKS)).map(str::to_owned);
        let files = text.lines().filter(|line| !line.starts_with(STACKS)).map(str::to_owned).collect();
        Ok(Self { stacks, files })
    }

    /// The same as a file.
    pub(super) fn file(&self) -> File {
        let stacks = self.stacks.iter().map(|stacks| format!("{STACKS}{stacks}\n"));
        let text = stacks.chain(self.files.iter().map(|name| format!("{name}\n"))).collect();
        File { name: NAME.to_owned(), text, executable: false }
    }
}

/// A project's folder, as it is seen from the folder of all environments, in which `folder` is one of them.
pub(super) fn seen_from_output(project: &Path, folder: &Path) -> io::Result<String> {
    // A program with environments of its own may name a folder that is not there.
    let project = project.join(".").canonicalize().or_else(|_| path::absolute(project))?;
    let folder = folder.canonicalize()?;
    Ok(way(folder.parent().unwrap_or(&folder), &project))
}

/// The way from one folder to another. Where nothing but the root is common to them, the end of the path: what is
/// written does not depend on whose machine it is.
fn way(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let is_name = |part: &&Component<'_>| matches!(part, Component::Normal(_));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let (up, down) = match to[..common].iter().any(|part| is_name(&part)) {
        true => (from.len() - common, common),
        false => (0, to.len().saturating_sub(2)),
    };
    let names = to[down..].iter().filter(is_name).map(|part| part.as_os_str().to_string_lossy());
    let way: Vec<_> = iter::repeat_n("..".into(), up).chain(names).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::way;

    #[test]
    fn ways_are_the_same_wherever_both_ends_are() {
        for (from, to, expected) in [
            ("/home/a/shop/out", "/home/a/shop/stacks", "../stacks"),
            ("/srv/shop/out", "/srv/shop/stacks", "../stacks"),
            ("/srv/shop/out/examples", "/srv/shop/examples", "../../examples"),
            ("/srv/shop/out", "/srv/shop", ".."),
            ("/srv/shop", "/srv/shop", "."),
            ("/tmp/1234/out", "/srv/shop/stacks", "shop/stacks"),
            ("/tmp/out", "/stacks", "stacks"),
        ] {
            assert_eq!(way(Path::new(from), Path::new(to)), expected, "from {from} to {to}");
        }
    }
}
