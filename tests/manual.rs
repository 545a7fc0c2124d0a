//! `docs/constructs.md` is what the doc comments of the constructs say, so it cannot say anything else.
//! `INSTA_UPDATE=always cargo test` writes it anew, like a snapshot.

use std::fs;

use synth::output::manual;

const MANUAL: &str = "docs/constructs.md";

#[test]
fn the_manual_is_what_the_constructs_say() {
    let manual = manual();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(MANUAL, &manual).expect("the manual can be written");
    }
    let written = fs::read_to_string(MANUAL).unwrap_or_default();
    assert!(written == manual, "{MANUAL} is not what the doc comments say: INSTA_UPDATE=always cargo test writes it");
}
