//! The files of a new project.

use super::File;

/// Each file's path in the project, and its text.
const FILES: &[(&str, &str)] = &[
    ("stacks/environments.yaml", include_str!("../../templates/project/stacks/environments.yaml")),
    ("stacks/orders.yaml", include_str!("../../templates/project/stacks/orders.yaml")),
    ("stacks/orders/intake.py", include_str!("../../templates/project/stacks/orders/intake.py")),
];

/// The files of a new project, which synthesizes as it is.
pub fn project() -> Vec<File> {
    let file =
        |(name, text): &(&str, &str)| File { name: (*name).to_owned(), text: (*text).to_owned(), executable: false };
    FILES.iter().map(file).collect()
}
