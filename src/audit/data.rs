//! What is encrypted, and under which key.

use serde_json::Value as Json;

use super::deployment::{Deployment, Resource, Site};
use super::key::{KeyReference, Keys};
use crate::service::s3::AWS_MANAGED_KEY;

/// Something that a resource encrypts.
#[derive(Debug)]
pub struct Datum {
    /// The number of its resource.
    pub resource: usize,
    /// The property that names the key, as the end of a JSON pointer.
    pub pointer: String,
    /// The key.
    pub key: KeyReference,
    /// Where the key has to be.
    pub site: Site,
    /// What it is.
    pub place: &'static Place,
}

/// A property that names a key.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The type of the resource.
    pub kind: &'static str,
    /// The path of properties, in which `*` stands for each element of a list.
    pub path: &'static [&'static str],
    /// What is encrypted, in words: `the table`.
    pub what: &'static str,
    /// Whether it is data that is there for long: what is lost with its key.
    pub keeps: bool,
}

const fn keeps(kind: &'static str, path: &'static [&'static str], what: &'static str) -> Place {
    Place { kind, path, what, keeps: true }
}

const fn passes(kind: &'static str, path: &'static [&'static str], what: &'static str) -> Place {
    Place { kind, path, what, keeps: false }
}

/// Where resources name keys. The pages of the types are below
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>.
static PLACES: &[Place] = &[
    keeps("AWS::Backup::BackupVault", &["EncryptionKeyArn"], "backups"),
    keeps("AWS::CloudTrail::EventDataStore", &["KmsKeyId"], "events"),
    passes("AWS::CloudTrail::Trail", &["KMSKeyId"], "log files"),
    keeps("AWS::CodeArtifact::Domain", &["EncryptionKey"], "packages"),
    passes("AWS::CodeBuild::Project", &["EncryptionKey"], "artifacts"),
    keeps("AWS::DocDB::DBCluster", &["KmsKeyId"], "the database"),
    keeps("AWS::DynamoDB::GlobalTable", &["Replicas", "*", "SSESpecification", "KMSMasterKeyId"], "the replica"),
    keeps("AWS::DynamoDB::Table", &["SSESpecification", "KMSMasterKeyId"], "the table"),
    keeps("AWS::EC2::Volume", &["KmsKeyId"], "the volume"),
    keeps("AWS::ECR::Repository", &["EncryptionConfiguration", "KmsKey"], "images"),
    keeps("AWS::EFS::FileSystem", &["KmsKeyId"], "files"),
    passes("AWS::ElastiCache::ReplicationGroup", &["KmsKeyId"], "the cache"),
    keeps("AWS::Events::Archive", &["KmsKeyIdentifier"], "archived events"),
    passes("AWS::Events::EventBus", &["KmsKeyIdentifier"], "events"),
    keeps("AWS::FSx::FileSystem", &["KmsKeyId"], "files"),
    passes("AWS::Kinesis::Stream", &["StreamEncryption", "KeyId"], "records"),
    passes(
        "AWS::KinesisFirehose::DeliveryStream",
        &["DeliveryStreamEncryptionConfigurationInput", "KeyARN"],
        "records",
    ),
    passes("AWS::Lambda::EventSourceMapping", &["KmsKeyArn"], "event filters"),
    passes("AWS::Lambda::Function", &["Code", "SourceKMSKeyArn"], "the code"),
    passes("AWS::Lambda::Function", &["KmsKeyArn"], "the environment"),
    keeps("AWS::Logs::LogGroup", &["KmsKeyId"], "log events"),
    keeps("AWS::MSK::Cluster", &["EncryptionInfo", "EncryptionAtRest", "DataVolumeKMSKeyId"], "records"),
    keeps("AWS::Neptune::DBCluster", &["KmsKeyId"], "the database"),
    keeps("AWS::OpenSearchService::Domain", &["EncryptionAtRestOptions", "KmsKeyId"], "the index"),
    keeps("AWS::RDS::DBCluster", &["KmsKeyId"], "the database"),
    keeps("AWS::RDS::DBInstance", &["KmsKeyId"], "the database"),
    keeps("AWS::Redshift::Cluster", &["KmsKeyId"], "the database"),
    keeps(
        "AWS::S3::Bucket",
        &[
            "BucketEncryption",
            "ServerSideEncryptionConfiguration",
            "*",
            "ServerSideEncryptionByDefault",
            "KMSMasterKeyID",
        ],
        "objects",
    ),
    passes("AWS::SNS::Topic", &["KmsMasterKeyId"], "messages"),
    passes("AWS::SQS::Queue", &["KmsMasterKeyId"], "messages"),
    keeps("AWS::SecretsManager::Secret", &["KmsKeyId"], "the secret"),
    passes("AWS::StepFunctions::Activity", &["EncryptionConfiguration", "KmsKeyId"], "the activity's data"),
    passes("AWS::StepFunctions::StateMachine", &["EncryptionConfiguration", "KmsKeyId"], "executions"),
    keeps("AWS::Timestream::Database", &["KmsKeyId"], "the database"),
];

/// The objects of a bucket that asks for KMS and names no key.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#aws-managed-customer-managed-keys>
static BY_DEFAULT: Place = keeps(
    "AWS::S3::Bucket",
    &["BucketEncryption", "ServerSideEncryptionConfiguration", "*", "ServerSideEncryptionByDefault"],
    "objects",
);

/// All that the resources of a deployment encrypt under keys that they name.
pub fn data(deployment: &Deployment<'_>, keys: &Keys) -> Vec<Datum> {
    let mut all = Vec::new();
    for (at, resource) in deployment.resources.iter().enumerate() {
        for place in PLACES.iter().filter(|place| place.kind == resource.kind()) {
            find(&resource.properties, place.path, "/Properties".to_owned(), &mut |value, pointer| {
                let site = place_of(resource, deployment.site(resource), &pointer);
                let key = keys.named(value, &site);
                all.push(Datum { resource: at, pointer, key, site, place });
            });
        }
        if resource.kind() == BY_DEFAULT.kind {
            find(&resource.properties, BY_DEFAULT.path, "/Properties".to_owned(), &mut |value, pointer| {
                let asks = value["SSEAlgorithm"].as_str().is_some_and(|algorithm| algorithm.starts_with("aws:kms"));
                if asks && value.get("KMSMasterKeyID").is_none() {
                    let key = KeyReference::AwsManaged(AWS_MANAGED_KEY.to_owned());
                    let site = deployment.site(resource).clone();
                    all.push(Datum { resource: at, pointer, key, site, place: &BY_DEFAULT });
                }
            });
        }
    }
    all
}

/// Calls `each` with every value under a path, and its pointer.
fn find(value: &Json, path: &[&str], pointer: String, each: &mut impl FnMut(&Json, String)) {
    let Some((step, rest)) = path.split_first() else { return each(value, pointer) };
    match (value, *step) {
        (Json::Array(items), "*") => {
            for (at, item) in items.iter().enumerate() {
                find(item, rest, format!("{pointer}/{at}"), each);
            }
        }
        (value, step) => {
            if let Some(inner) = value.get(step) {
                find(inner, rest, format!("{pointer}/{step}"), each);
            }
        }
    }
}

/// Where the key has to be: a replica of a global table is in a region of its own.
fn place_of(resource: &Resource<'_>, site: &Site, pointer: &str) -> Site {
    let replica = pointer.strip_prefix("/Properties/Replicas/").and_then(|rest| rest.split('/').next());
    match replica.and_then(|at| resource.text(&["Replicas", at, "Region"])) {
        Some(region) => Site { region: region.to_owned(), anywhere: false, ..site.clone() },
        None => site.clone(),
    }
}
