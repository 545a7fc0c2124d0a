//! Texts with wildcards.

use std::str::Chars;

/// A part of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// This character.
    Char(char),
    /// `?`, for any one character.
    One(Reach),
    /// `*`, for any number of any characters.
    Many(Reach),
}

/// What a wildcard stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anything.
    Anything,
    /// Anything but a colon.
    Field,
}

impl Reach {
    fn takes(self, character: char) -> bool {
        self == Self::Anything || character != ':'
    }
}

/// The tokens of a text without policy variables.
pub fn tokens(text: &str) -> impl Iterator<Item = Token> {
    text.chars().map(|character| match character {
        '*' => Token::Many(Reach::Anything),
        '?' => Token::One(Reach::Anything),
        other => Token::Char(other),
    })
}

/// A pattern that has no wildcards as text.
pub fn text(tokens: &[Token]) -> String {
    let character = |token: &Token| match token {
        Token::Char(character) => *character,
        Token::One(_) => '?',
        Token::Many(_) => '*',
    };
    tokens.iter().map(character).collect()
}

/// Whether a text is as another says, in which `*` stands for any text and `?` for any one character.
pub fn is_like(text: &str, pattern: &str) -> bool {
    matches(&tokens(pattern).collect::<Vec<_>>(), text)
}

/// Whether a pattern matches a whole text. Most patterns have no wildcards, or one at the end: what stands before the
/// first and behind the last is compared as it is.
pub fn matches(pattern: &[Token], text: &str) -> bool {
    let (mut pattern, mut text) = (pattern, text.chars());
    while let [Token::Char(wanted), rest @ ..] = pattern {
        if text.next() != Some(*wanted) {
            return false;
        }
        pattern = rest;
    }
    while let [rest @ .., Token::Char(wanted)] = pattern {
        if text.next_back() != Some(*wanted) {
            return false;
        }
        pattern = rest;
    }
    match pattern {
        [] => text.next().is_none(),
        [Token::Many(Reach::Anything)] => true,
        pattern => matches_rest(pattern, text),
    }
}

fn matches_rest(pattern: &[Token], text: Chars<'_>) -> bool {
    let text: Vec<char> = text.collect();
    // Before which characters of the text what is left of the pattern may begin.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for token in pattern {
        if let Token::Many(reach) = token {
            for (at, character) in text.iter().enumerate() {
                reached[at + 1] |= reached[at] && reach.takes(*character);
            }
            continue;
        }
        for (at, character) in text.iter().enumerate().rev() {
            let takes = match token {
                Token::Char(wanted) => wanted == character,
                Token::One(reach) | Token::Many(reach) => reach.takes(*character),
            };
            reached[at + 1] = reached[at] && takes;
        }
        reached[0] = false;
    }
    reached[text.len()]
}

/// Whether each of an ARN's six fields matches that of a pattern; nothing where one of the two is not an ARN.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
pub fn matches_arn(pattern: &[Token], arn: &str) -> Option<bool> {
    let wanted: Vec<&[Token]> = pattern.splitn(6, |token| *token == Token::Char(':')).collect();
    let given: Vec<&str> = arn.splitn(6, ':').collect();
    if text(wanted[0]) != "arn" || given[0] != "arn" || given.len() < 6 {
        return None;
    }
    Some(wanted.len() == 6 && wanted.into_iter().zip(given).all(|(wanted, given)| matches(wanted, given)))
}

#[cfg(test)]
mod tests {
    use super::{is_like, matches_arn, tokens};

    #[test]
    fn wildcards_match() {
        for (pattern, text) in
            [("", ""), ("*", ""), ("a*", "a"), ("a*b*c", "aXbYbZc"), ("?é?", "aéb"), ("*:*", "a:b"), ("a*a", "aa")]
        {
            assert!(is_like(text, pattern), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("?", ""), ("a*b", "aXbY"), ("a?", "a"), ("A", "a"), ("a*a", "a")] {
            assert!(!is_like(text, pattern), "{pattern} {text}");
        }
    }

    #[test]
    fn fields_of_an_arn_match_each_by_itself() {
        let like = |pattern: &str, arn: &str| matches_arn(&tokens(pattern).collect::<Vec<_>>(), arn);
        let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:a:*";
        assert_eq!(like("arn:aws:logs:*:111122223333:log-group:*", arn), Some(true));
        assert_eq!(like("arn:aws:*:log-group:a:b:*", arn), Some(false));
        assert_eq!(like("*", arn), None);
        assert_eq!(like("arn:aws:logs:*:*:*", "log-group"), None);
    }
}
