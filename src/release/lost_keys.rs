//! Keys that the last output had, and the new one has no more.

use std::fs;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::output;
use crate::synth::{ProtectedPool, SynthesizedStack};
use crate::template::{Format, Template};

/// The keys that a stack would lose, by what this folder had last, in whichever format. Nothing that is encrypted under
/// a key that leaves a pool can be decrypted by the roles of the pool any longer; that is an error. Any other key that
/// is kept is a warning: it stays, and no template has it.
pub(super) fn lost_keys(stack: &SynthesizedStack, folder: &Path) -> Diagnostics {
    let mut found = Diagnostics::default();
    for name in [Format::Json, Format::Yaml].map(|format| output::template_name(stack, format)) {
        let path = folder.join(name);
        let Some(before) = fs::read_to_string(&path).ok().and_then(|text| read(&text)) else { continue };
        let gone = before.resources.iter().filter(|(id, _)| !stack.template.resources.contains_key(*id));
        let mut gone: Vec<(&str, bool)> =
            gone.filter(|(_, it)| it.is_key()).map(|(id, it)| (id.as_str(), it.is_kept())).collect();
        for pool in &stack.pools {
            let lost = gone.iter().find(|(id, _)| pool.had(id));
            found.extend(lost.map(|(id, _)| smaller(pool, id)));
            gone.retain(|(id, _)| !pool.had(id));
        }
        let mut kept = gone.into_iter().filter(|(_, kept)| *kept).map(|(id, _)| format!("`{id}`")).peekable();
        if kept.peek().is_some() {
            let message =
                format!("keys leave `{}`: they stay in the account, and no stack manages them", stack.stack_name);
            let warning = Diagnostic::warning(Code::LostKey, Place::Path(path), message);
            found.push(
                kept.fold(warning, Diagnostic::note_line).hint("with `was`, a construct that moves keeps its keys"),
            );
        }
    }
    found
}

/// A template that was written before; none where the text is none, of which nothing can be said.
fn read(text: &str) -> Option<Template> {
    Template::parse(Sources::default().add("", text), text).ok()
}

/// That a pool had more keys.
fn smaller(pool: &ProtectedPool, id: &str) -> Diagnostic {
    let message = format!("`{}` had more keys before: `{id}` is in the template that is there", pool.path);
    let hint = "`retired` takes a key out of use, and keeps what is encrypted under it readable";
    Diagnostic::error(Code::LostKey, pool.place, message).hint(hint)
}
