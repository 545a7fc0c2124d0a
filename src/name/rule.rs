//! What each service accepts as a physical name.

/// Within what a name must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In the partition, across all accounts of all customers: buckets.
    Partition,
    /// In the account: roles and policies.
    Account,
    /// In the account and region: everything else so far.
    Region,
    /// In the region, across all accounts of all customers: domains of APIs.
    RegionOfAll,
    /// In its table: indexes.
    Table,
    /// Once in the account and region, whatever it is called: settings of the account.
    Setting,
}

/// What a service accepts as a name.
#[derive(Debug)]
pub struct NameRule {
    /// What is named, in the words of a message: `an SNS topic`.
    pub of: &'static str,
    /// The fewest characters.
    pub min: usize,
    /// The most characters.
    pub max: usize,
    /// The characters besides letters and digits.
    pub punctuation: &'static str,
    /// An ending that some names have, and whose characters are not checked.
    pub ending: &'static str,
    /// Beginnings that AWS keeps for itself.
    pub reserved: &'static [&'static str],
    /// What else the service refuses: why it does, as the rest of a sentence that begins with the name.
    pub refuses: Option<fn(&str) -> Option<String>>,
    /// Within what it must be unique.
    pub scope: Scope,
    /// The page of AWS's documentation that says so.
    pub source: &'static str,
}

/// A physical name: what a service calls a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// A name that a rule has accepted, or one that is reported as refused and printed nowhere.
    pub(crate) fn checked(text: String) -> Self {
        Self(text)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// Why a service refuses a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// It has more than the allowed characters, at least with the longest account and region.
    TooLong(String),
    /// It has a character, a beginning or a length that is not allowed.
    Refused(String),
}

impl NameRule {
    /// Checks a name. Parts that are known only at deployment stand in it with their longest value.
    ///
    /// # Errors
    /// What is wrong with it, as a message that quotes it.
    pub fn check(&self, name: &str) -> Result<(), NameFault> {
        let Self { of, min, max, .. } = self;
        let length = name.chars().count();
        if length > *max {
            return Err(NameFault::TooLong(format!("`{name}` has {length} characters, {of} may have at most {max}")));
        }
        if length < *min {
            return Err(NameFault::Refused(format!("`{name}` has {length} characters, {of} needs at least {min}")));
        }
        let free = name.strip_suffix(self.ending).unwrap_or(name);
        if let Some(bad) = free.chars().find(|c| !c.is_ascii_alphanumeric() && !self.punctuation.contains(*c)) {
            let marks: Vec<String> = self.punctuation.chars().map(|mark| format!("`{mark}`")).collect();
            let allowed = format!("letters, digits and {}", marks.join(" "));
            let bad = if bad == ' ' { "a blank".to_owned() } else { format!("`{bad}`") };
            return Err(NameFault::Refused(format!("`{name}` has {bad}, the name of {of} may have {allowed}")));
        }
        match self.reserved.iter().find(|prefix| name.to_ascii_lowercase().starts_with(*prefix)) {
            Some(prefix) => Err(NameFault::Refused(format!("`{name}` begins with `{prefix}`, which AWS reserves"))),
            None => match self.refuses.and_then(|refuses| refuses(name)) {
                Some(why) => Err(NameFault::Refused(format!("`{name}` {why}"))),
                None => Ok(()),
            },
        }
    }
}
