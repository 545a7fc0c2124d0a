//! Numbers for texts.

/// A number for texts in their order, the same on every machine and in every version (FNV-1a, 64 bits): it becomes part
/// of logical ids.
/// <https://www.rfc-editor.org/rfc/rfc9923>
pub fn digest(texts: impl IntoIterator<Item = String>) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    const END: u8 = 0xff; // in no text
    let bytes = texts.into_iter().flat_map(|text| text.into_bytes().into_iter().chain([END]));
    bytes.fold(OFFSET, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn texts_have_the_numbers_of_the_standard() {
        assert_eq!(digest([]), 0xcbf2_9ce4_8422_2325);
        assert_ne!(digest(["ab".to_owned(), "c".to_owned()]), digest(["a".to_owned(), "bc".to_owned()]));
    }
}
