//! Log events, transformed as they come in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::processor::{
    AddKeys, CopyKeys, Csv, DateTimeConverter, Grok, ListToMap, Parse, ParseInto, ParseKeyValue, ParseToOcsf,
    RenameKeys, SplitString, SubstituteString, TypeConverter, WithKeys,
};
use crate::cfn::{Resource, Val};

/// `AWS::Logs::Transformer`
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-transformer.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Transformer {
    pub log_group_identifier: Val<String>,
    pub transformer_config: Vec<Processor>,
}

impl Resource for Transformer {
    const TYPE: &'static str = "AWS::Logs::Transformer";
    type Ref = String;
}

/// A step of a transformation. The first has to be one that parses.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-Create.html>
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all(serialize = "PascalCase", deserialize = "kebab-case"))]
pub enum Processor {
    /// Reads JSON.
    #[serde(rename(serialize = "ParseJSON", deserialize = "parse-json"))]
    ParseJson(ParseInto),
    /// Reads pairs of keys and values.
    ParseKeyValue(ParseKeyValue),
    /// Reads values that are separated by commas.
    Csv(Csv),
    /// Reads text by a pattern.
    Grok(Grok),
    /// Reads the logs of `CloudFront`.
    ParseCloudfront(Parse),
    /// Reads the logs of `PostgreSQL` in RDS.
    ParsePostgres(Parse),
    /// Reads the logs of Route 53.
    ParseRoute53(Parse),
    /// Reads flow logs of VPCs.
    #[serde(rename(serialize = "ParseVPC", deserialize = "parse-vpc"))]
    ParseVpc(Parse),
    /// Reads the logs of AWS WAF.
    #[serde(rename(serialize = "ParseWAF", deserialize = "parse-waf"))]
    ParseWaf(Parse),
    /// Reads logs of AWS services into the Open Cybersecurity Schema Framework.
    #[serde(rename(serialize = "ParseToOCSF", deserialize = "parse-to-ocsf"))]
    ParseToOcsf(ParseToOcsf),
    /// Adds keys.
    AddKeys(AddKeys),
    /// Deletes keys.
    DeleteKeys(WithKeys),
    /// Moves keys.
    MoveKeys(CopyKeys),
    /// Renames keys.
    RenameKeys(RenameKeys),
    /// Copies values.
    CopyValue(CopyKeys),
    /// Turns a list into a map.
    ListToMap(ListToMap),
    /// Makes text small letters.
    LowerCaseString(WithKeys),
    /// Makes text capitals.
    UpperCaseString(WithKeys),
    /// Takes blanks off the ends.
    TrimString(WithKeys),
    /// Makes a list of text.
    SplitString(SplitString),
    /// Replaces what matches.
    SubstituteString(SubstituteString),
    /// Makes a value of another type.
    TypeConverter(TypeConverter),
    /// Writes a time in another way.
    DateTimeConverter(DateTimeConverter),
}

impl Processor {
    /// Whether it parses, as the first of a transformation has to.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-Configurable.html>
    pub fn parses(&self) -> bool {
        let configurable = matches!(
            self,
            Self::ParseJson(_) | Self::ParseKeyValue(_) | Self::Csv(_) | Self::Grok(_) | Self::ParseToOcsf(_)
        );
        configurable || self.parses_vended_logs()
    }

    /// Whether it parses what an AWS service writes, and can only be the first.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-BuiltIn.html>
    pub fn parses_vended_logs(&self) -> bool {
        matches!(
            self,
            Self::ParseCloudfront(_)
                | Self::ParsePostgres(_)
                | Self::ParseRoute53(_)
                | Self::ParseVpc(_)
                | Self::ParseWaf(_)
        )
    }
}
