//! Reading files whose texts can be pointed at.

use std::fs;
use std::path::Path;

use super::{Code, Diagnostic, Place};

/// The most bytes that a text may have: far more than anyone writes, and few enough to be held in memory.
const LARGEST: u64 = 64 << 20;

/// The text of a file, without a byte order mark; `shown` is what the user calls the file.
///
/// # Errors
/// What keeps it from being read, at `place`.
pub fn read_text(path: &Path, shown: &str, place: impl Into<Place>) -> Result<String, Diagnostic> {
    let cannot =
        |reason: &str| Diagnostic::error(Code::UnreadableFile, place, format!("cannot read {shown}: {reason}"));
    let bytes = match fs::metadata(path) {
        Ok(file) if file.is_dir() => return Err(cannot("it is a folder")),
        // To read a pipe or a device may never end.
        Ok(file) if !file.is_file() => return Err(cannot("it is not a file")),
        Ok(file) if file.len() > LARGEST => {
            return Err(cannot(&format!("it has {} bytes, and {LARGEST} are the most", file.len())));
        }
        Ok(_) => fs::read(path),
        Err(error) => Err(error),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return Err(cannot(&error.to_string())),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
        Err(error) => {
            let bytes = error.as_bytes();
            if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
                return Err(cannot("it is UTF-16").hint("save it as UTF-8"));
            }
            let (before, after) = bytes.split_at(error.utf8_error().valid_up_to());
            let line = before.split(|byte| *byte == b'\n').count();
            let byte = after.first().copied().unwrap_or_default();
            Err(cannot(&format!("byte 0x{byte:02x} in line {line} is not UTF-8")).hint("save it as UTF-8"))
        }
    }
}
