//! The regions that AWS has, for whoever misspells one.

use super::Region;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};

/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>, and the other partitions of
/// <https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json>.
const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

impl Region {
    /// That no region was known by this name when the program was made. New ones appear, so it is no error.
    pub fn doubt(&self, at: Span) -> Option<Diagnostic> {
        let unknown = !KNOWN.contains(&self.as_str());
        let message = || format!("no region of AWS is known here as `{self}`, so it is new or misspelt");
        let near = |diagnostic: Diagnostic| match nearest(self.as_str(), KNOWN.iter().copied()) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic,
        };
        unknown.then(|| near(Diagnostic::warning(Code::InvalidValue, at, message())))
    }
}
