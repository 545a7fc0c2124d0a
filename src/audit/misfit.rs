//! Keys that cannot encrypt what they are named for, whatever their policies say.

use super::data::Datum;
use super::key::KeyReference;
use super::world::World;

/// Why a key does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Its kind, as the property that says so and its value. Services that encrypt data take symmetric keys only.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html>
    Kind(&'static str, String),
    /// The template disables it.
    Disabled,
    /// The region that it is in. Services take keys of their own region only.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html>
    Region(String),
}

/// What is wrong with the key of something.
pub(super) fn misfit(world: &World<'_>, datum: &Datum) -> Option<Misfit> {
    let region = match &datum.key {
        KeyReference::Own(key) => {
            let resource = world.key(*key).resource;
            let key = world.resource(resource);
            for (property, fits) in [("KeySpec", "SYMMETRIC_DEFAULT"), ("KeyUsage", "ENCRYPT_DECRYPT")] {
                if let Some(other) = key.text(&[property]).filter(|value| *value != fits) {
                    return Some(Misfit::Kind(property, other.to_owned()));
                }
            }
            if key.get(&["Enabled"]).is_some() && key.is_on(&["Enabled"]) == Some(false) {
                return Some(Misfit::Disabled);
            }
            &world.site(resource).region
        }
        KeyReference::Outside(name) if name.starts_with("arn:") => name.split(':').nth(3)?,
        _ => return None,
    };
    // A trail's key is where its bucket is.
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    let elsewhere = datum.place.kind == "AWS::CloudTrail::Trail" || datum.site.anywhere;
    (region != datum.site.region && !elsewhere).then(|| Misfit::Region(region.to_owned()))
}

impl Misfit {
    /// What is wrong with a key, as the end of a sentence that begins with its name.
    pub(super) fn words(&self, datum: &Datum) -> String {
        match self {
            Self::Kind(property, value) => {
                format!("whose `{property}` is `{value}`: data is encrypted under symmetric keys only")
            }
            Self::Disabled => "which the template disables".to_owned(),
            Self::Region(region) => format!("which is in {region}: here it has to be in {}", datum.site.region),
        }
    }

    /// What mends it.
    pub(super) fn hint(&self, datum: &Datum) -> String {
        match self {
            Self::Kind(..) => "leave `KeySpec` and `KeyUsage` out, or encrypt under another key".to_owned(),
            Self::Disabled => "leave `Enabled` out".to_owned(),
            Self::Region(_) => {
                format!("name a key of {}, such as a replica of a multi-Region key", datum.site.region)
            }
        }
    }
}
