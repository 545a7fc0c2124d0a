//! What the services are known to do with keys gives the requests that AWS's own pages show.

use std::fs;

use indexmap::IndexMap;
use serde::Deserialize;
use synth::access::{Caller, Context, PrincipalKind, Request, Text, Values};
use synth::audit::request::{By, Subject, Target, requests};
use synth::audit::{Site, Who};
use synth::service::{
    self, ContextValue, KeyAccess, cloudfront, cloudtrail, dynamodb, ec2, events, kinesis, lambda, logs, rds, s3,
    secretsmanager, sns, sqs, ssm, states,
};

/// A request as a page shows it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Recorded {
    service: String,
    flow: String,
    /// `caller`, or the name of a service.
    principal: String,
    action: String,
    context: IndexMap<String, String>,
    via: Option<String>,
    source_arn: Option<String>,
    source_account: Option<String>,
    #[serde(default)]
    grant: bool,
}

/// What is written of a service's use of keys.
fn facts(service: &str) -> Vec<&'static KeyAccess> {
    let published = || sns::PUBLISHERS.iter().map(|sender| &sender.key);
    let sent = || sqs::SENDERS.iter().map(|sender| &sender.key).chain([&sqs::SNS.key]);
    match service {
        "cloudfront" => vec![&cloudfront::READ],
        "cloudtrail" => vec![&cloudtrail::ENCRYPT, &cloudtrail::DESCRIBE, &cloudtrail::DECRYPT, &cloudtrail::READ],
        "dynamodb" => dynamodb::CREATOR.iter().copied().chain([&dynamodb::USE]).collect(),
        "ec2" => vec![&ec2::CREATE_VOLUME, &ec2::ATTACH_VOLUME],
        "eventbridge" => events::CREATOR.iter().copied().chain([&events::ENCRYPT, &events::DESCRIBE]).collect(),
        "kinesis" => vec![&kinesis::PRODUCE, &kinesis::CONSUME],
        "lambda" => {
            let creators = [lambda::CONFIGURE, lambda::FILTER_CREATOR, lambda::DURABLE_CREATOR].concat();
            let own: [&KeyAccess; 4] =
                [&lambda::CODE, &lambda::FILTER_USE, &lambda::DURABLE_USE, &lambda::DURABLE_ROLE];
            creators.into_iter().chain(own).collect()
        }
        "logs" => vec![&logs::ENCRYPT],
        "rds" => rds::CREATOR.to_vec(),
        "s3" => [&s3::READ, &s3::WRITE].into_iter().chain(published()).chain(sent()).collect(),
        "secretsmanager" => vec![&secretsmanager::CREATE, &secretsmanager::READ_KEY, &secretsmanager::WRITE_KEY],
        "sns" => [&sns::PUBLISH].into_iter().chain(published()).collect(),
        "sqs" => [&sqs::PRODUCE, &sqs::CONSUME].into_iter().chain(sent()).collect(),
        "ssm" => vec![&ssm::CREATE, &ssm::READ_KEY, &ssm::WRITE_KEY],
        "states" => states::CREATOR.iter().copied().chain([&states::EXECUTE, &states::TAKE_TASK]).collect(),
        other => panic!("nothing is known of `{other}`"),
    }
}

/// What is not written, and why: by service and the beginning of the flow.
const LEFT_OUT: &[(&str, &str)] = &[
    // No template has an event data store whose key has other conditions than the trail's.
    ("cloudtrail", "CloudTrail keeps events in an event data store"),
    // Distributions here read.
    ("cloudfront", "a distribution writes objects"),
    // The event names no service, and the caller is the one who asks.
    ("lambda", "a role asks for an event source mapping"),
    // The page says nowhere that calls fail without.
    ("logs", "a role writes to an encrypted log group, called with an API key"),
    // CloudFormation makes no encrypted parameters.
    ("ssm", "a role puts an advanced SecureString"),
];

fn all() -> Vec<Recorded> {
    let mut files: Vec<_> = fs::read_dir("tests/audit/recorded").expect("there are some").collect();
    files.sort_by_key(|file| file.as_ref().expect("it can be read").path());
    let read = |path| fs::read_to_string(path).expect("it can be read");
    let texts = files.into_iter().map(|file| read(file.expect("it can be read").path()));
    texts.flat_map(|text| serde_yaml::from_str::<Vec<Recorded>>(&text).expect("they are requests")).collect()
}

impl Recorded {
    fn site(&self) -> Site {
        let arns = self.context.values().chain(&self.source_arn).map(|arn| arn.split(':').collect::<Vec<_>>());
        let placed: Vec<Vec<&str>> = arns.filter(|fields| fields.len() > 5 && !fields[4].is_empty()).collect();
        let via = self.via.as_ref().and_then(|via| via.split('.').nth(1));
        let principal = self.principal.split('.').nth(1).filter(|region| region.contains('-'));
        let in_arn = placed.iter().map(|fields| fields[3]).find(|region| !region.is_empty());
        let account = self.source_account.as_deref().or(placed.first().map(|fields| fields[4]));
        Site::new(via.or(principal).or(in_arn).unwrap_or("us-east-1"), account.unwrap_or("111122223333"))
    }

    /// What the fact is about, by what the page shows.
    fn subject(&self, access: &KeyAccess, site: &Site) -> Subject {
        let shown = |of: ContextValue| {
            let pair = access.context.iter().find(|(_, value)| *value == of);
            pair.and_then(|(name, _)| self.context.get(*name)).cloned().unwrap_or_else(|| "some".to_owned())
        };
        let arn = Text::Known(shown(ContextValue::Arn));
        Subject { arn, name: shown(ContextValue::Name), site: site.clone() }
    }

    /// Whether a fact gives this request.
    fn follows_from(&self, access: &'static KeyAccess) -> bool {
        let site = self.site();
        let key = Target {
            arn: format!("arn:aws:kms:{}:{}:key/1234", site.region, site.account),
            account: site.account.clone(),
            region: site.region.clone(),
            attributes: Context::default(),
        };
        let role = By {
            who: Who::Administrator,
            arn: format!("arn:aws:iam::{}:role/Role", site.account),
            attributes: Context::default(),
        };
        let by = matches!(access.caller, service::Caller::Through(_) | service::Caller::Directly).then_some(&role);
        let source = self.source_arn.as_ref().map(|arn| Subject::named(arn, &site));
        let made = requests(&key, access, &self.subject(access, &site), source.as_ref(), by);
        made.iter().any(|request| self.is(request))
    }

    fn is(&self, request: &Request) -> bool {
        let principal = match &request.principal {
            Caller::Outside(PrincipalKind::Service, name) => name == &self.principal,
            Caller::Identity(_) => self.principal == "caller",
            _ => false,
        };
        let carries = |key: &str, value: &str| match request.context.get(key) {
            Some(Values::One(Text::Known(known))) => known == value,
            Some(_) => true,
            None => false,
        };
        let told = |key: &str, value: &Option<String>| value.as_ref().is_none_or(|value| carries(key, value));
        let pairs = self.context.iter().map(|(name, value)| (format!("kms:EncryptionContext:{name}"), value));
        let via = match (&self.via, request.context.get("kms:ViaService")) {
            (Some(via), Some(carried)) => *carried == Values::one(via),
            (via, carried) => via.is_none() && carried.is_none(),
        };
        let untold = request.action != "kms:DescribeKey"
            || request.context.entries().all(|(key, _)| !key.starts_with("kms:EncryptionContext"));
        let source = told("aws:SourceArn", &self.source_arn) && told("aws:SourceAccount", &self.source_account);
        principal && request.action == self.action && via && untold && source && {
            let mut pairs = pairs;
            pairs.all(|(key, value)| carries(&key, value))
        }
    }
}

#[test]
fn each_recorded_request_follows_from_what_is_known_of_its_service() {
    let left_out = |recorded: &Recorded| {
        let named = |(service, flow): &(&str, &str)| recorded.service == *service && recorded.flow.starts_with(flow);
        recorded.grant || LEFT_OUT.iter().any(named)
    };
    let (out, asked): (Vec<Recorded>, Vec<Recorded>) = all().into_iter().partition(left_out);
    assert!(asked.len() > 60 && out.len() < 15, "{} of {}", out.len(), asked.len());
    let missing: Vec<String> = asked
        .iter()
        .filter(|recorded| !facts(&recorded.service).into_iter().any(|access| recorded.follows_from(access)))
        .map(|recorded| format!("{}: {} ({})", recorded.service, recorded.flow, recorded.action))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
