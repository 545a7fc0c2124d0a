//! Amazon Route 53.
#![expect(missing_docs, reason = "fields are CloudFormation's properties, documented on the page that each type names")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::resource::Resource;
use super::value::Val;
use crate::name::{NameRule, Scope};

/// `AWS::Route53::RecordSet`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RecordSet {
    pub hosted_zone_id: Val<String>,
    pub name: Val<String>,
    pub r#type: RecordType,
    pub alias_target: Option<AliasTarget>,
    #[serde(rename = "TTL")]
    pub ttl: Option<String>,
    pub resource_records: Option<Vec<String>>,
}

impl RecordSet {
    /// A zone has one set of records of each type under a name: its type, name and zone.
    pub const NAME: NameRule = NameRule {
        of: "a set of DNS records",
        min: 1,
        max: 1024,
        punctuation: " .-_*/",
        ending: "",
        reserved: &[],
        refuses: None,
        scope: Scope::Partition,
        source: "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html",
    };
}

impl Resource for RecordSet {
    const TYPE: &'static str = "AWS::Route53::RecordSet";
    type Ref = String;
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-route53-recordset-aliastarget.html>
#[derive(Clone, Debug, Serialize)]
pub struct AliasTarget {
    #[serde(rename = "DNSName")]
    pub dns_name: Val<String>,
    #[serde(rename = "HostedZoneId")]
    pub hosted_zone_id: Val<String>,
}

/// What a record says.
/// <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordType {
    A,
    Aaaa,
    Caa,
    Cname,
    Mx,
    Ns,
    Srv,
    Txt,
}

impl RecordType {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Caa => "CAA",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Ns => "NS",
            Self::Srv => "SRV",
            Self::Txt => "TXT",
        }
    }
}
