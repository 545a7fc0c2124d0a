//! Amazon Simple Storage Service.
//!
//! S3 calls KMS as whoever reads or writes objects; its service principal needs nothing in the key policy for that.
//! With a bucket key, the encryption context is the ARN of the bucket, not that of the object.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes>

use super::{Caller, ContextValue, KeyAccess, ServicePrincipal, Source, SourceHolds};
use crate::cfn::policy::{Action, Condition, Operator};

const CONTEXT: &[(&str, ContextValue)] = &[("aws:s3:arn", ContextValue::Arn)];

/// S3 as a principal: it notifies, replicates by a role, and delivers lists of objects.
pub const PRINCIPAL: ServicePrincipal = ServicePrincipal::new("s3");

/// The buckets that S3 acts for. Their ARNs hold no account.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html>
pub const BUCKETS: Source =
    Source { service: "s3", holds: SourceHolds::Neither, resource: "*", names_organization: false };

/// The key that AWS manages for S3 in each account.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#aws-managed-customer-managed-keys>
pub const AWS_MANAGED_KEY: &str = "alias/aws/s3";

const fn through(id: &'static str, actions: &'static [Action], source: &'static str) -> KeyAccess {
    KeyAccess { id, caller: Caller::Through("s3"), actions, context: CONTEXT, source }
}

/// The regions in which accounts have no namespaces of their own.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html#account-regional-gp-buckets>
pub const WITHOUT_ACCOUNT_NAMESPACES: &[&str] = &["me-central-1", "me-south-1"];

/// What reading objects takes.
pub const READ: KeyAccess = through(
    "S3Read",
    &["kms:Decrypt"],
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
);

/// What writing objects takes, in one piece or in several: the pieces are decrypted before they become one.
pub const WRITE: KeyAccess = through(
    "S3Write",
    &["kms:Decrypt", "kms:GenerateDataKey"],
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions",
);

/// What writing replicas takes: encryption of those whose source is encrypted, a data key for those whose source is
/// not, and decryption of the bucket key.
pub const REPLICATE: KeyAccess = through(
    "S3Replicate",
    &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html",
);

const REPLICATION: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html";

/// What writing replicas of encrypted objects takes,
pub const REPLICATE_ENCRYPTED: KeyAccess = through("S3ReplicateEncrypted", &["kms:Encrypt"], REPLICATION);

/// of objects that are not encrypted,
pub const REPLICATE_PLAIN: KeyAccess = through("S3ReplicatePlain", &["kms:GenerateDataKey"], REPLICATION);

/// and besides, into a bucket that has a bucket key.
pub const REPLICATE_UNDER_BUCKET_KEY: KeyAccess = through("S3ReplicateBucketKey", &["kms:Decrypt"], REPLICATION);

/// What can be granted on a bucket.
#[derive(Debug)]
pub struct Permission {
    /// What stack files call it.
    pub word: &'static str,
    /// What it allows on objects.
    pub objects: &'static [Action],
    /// What it allows on the bucket.
    pub bucket: &'static [Action],
    /// The use of the bucket's key that this takes.
    pub key: Option<&'static KeyAccess>,
}

/// What can be granted on a bucket, each by its own. Deleting is no part of writing.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>
pub const PERMISSIONS: &[Permission] = &[
    Permission { word: "read", objects: &["s3:GetObject"], bucket: &["s3:ListBucket"], key: Some(&READ) },
    Permission { word: "write", objects: &["s3:AbortMultipartUpload", "s3:PutObject"], bucket: &[], key: Some(&WRITE) },
    Permission {
        word: "read-write",
        objects: &["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        bucket: &["s3:ListBucket"],
        key: Some(&WRITE),
    },
    Permission { word: "list", objects: &[], bucket: &["s3:ListBucket"], key: None },
    Permission { word: "delete", objects: &["s3:DeleteObject"], bucket: &[], key: None },
    Permission {
        word: "replicate",
        objects: &["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
        bucket: &[],
        key: Some(&REPLICATE),
    },
];

/// What replicating takes on the bucket that is replicated,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html>
pub const REPLICATE_FROM: &[Action] = &["s3:GetReplicationConfiguration", "s3:ListBucket"];

/// and on its objects.
pub const REPLICATE_OBJECTS_FROM: &[Action] =
    &["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"];

/// What replicating locks takes besides, on the objects.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-replication>
pub const REPLICATE_LOCKS_FROM: &[Action] = &["s3:GetObjectLegalHold", "s3:GetObjectRetention"];

/// An AWS service that delivers objects by its own principal, for a bucket.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What it is called in statement ids.
    pub id: &'static str,
    /// Who delivers.
    pub principal: ServicePrincipal,
    /// The bucket that it delivers for.
    pub source: Source,
    /// The canned ACL that its requests ask for.
    pub acl: Option<&'static str>,
    /// Whether it lets itself in by an ACL of the bucket, and no policy does.
    pub by_acl: bool,
    /// Its use of the key of the bucket that it delivers to; none where it cannot use one.
    pub key: Option<KeyAccess>,
}

impl Delivery {
    /// The delivery by this service.
    pub fn by(principal: &ServicePrincipal) -> Option<&'static Delivery> {
        [&ACCESS_LOGS, &INVENTORY, &DISTRIBUTION_LOGS].into_iter().find(|delivery| delivery.principal == *principal)
    }

    /// That a request asks for the ACL which the service asks for.
    pub fn asks(&self) -> Condition {
        self.acl.map_or_else(Condition::default, |acl| {
            Condition::default().and(Operator::StringEquals, "s3:x-amz-acl", [acl.into()])
        })
    }
}

/// Server access logs, which S3 cannot deliver to a bucket whose default encryption is SSE-KMS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>
pub static ACCESS_LOGS: Delivery = Delivery {
    id: "AccessLogDelivery",
    principal: ServicePrincipal::new("logging.s3"),
    source: BUCKETS,
    acl: None,
    by_acl: false,
    key: None,
};

/// Logs of distributions. Who makes a distribution puts an ACL on the bucket with that, for the account that delivers.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html>
pub static DISTRIBUTION_LOGS: Delivery = Delivery {
    id: "DistributionLogDelivery",
    principal: ServicePrincipal::new("cloudfront"),
    source: BUCKETS,
    acl: None,
    by_acl: true,
    key: None,
};

/// Lists of objects. AWS's page shows no encryption context for their key.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html#example-bucket-policies-s3-inventory-1>
pub static INVENTORY: Delivery = Delivery {
    id: "InventoryDelivery",
    principal: PRINCIPAL,
    source: BUCKETS,
    acl: Some("bucket-owner-full-control"),
    by_acl: false,
    key: Some(KeyAccess {
        id: "S3InventoryDelivery",
        caller: Caller::Service(PRINCIPAL, Some(BUCKETS)),
        actions: &["kms:GenerateDataKey"],
        context: &[],
        source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html",
    }),
};

/// What S3 can tell of.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html>
pub const EVENTS: &[&str] = &[
    "s3:IntelligentTiering",
    "s3:LifecycleExpiration:*",
    "s3:LifecycleExpiration:Delete",
    "s3:LifecycleExpiration:DeleteMarkerCreated",
    "s3:LifecycleTransition",
    "s3:ObjectAcl:Put",
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:Post",
    "s3:ObjectCreated:Put",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectRestore:*",
    "s3:ObjectRestore:Completed",
    "s3:ObjectRestore:Delete",
    "s3:ObjectRestore:Post",
    "s3:ObjectTagging:*",
    "s3:ObjectTagging:Delete",
    "s3:ObjectTagging:Put",
    "s3:ReducedRedundancyLostObject",
    "s3:Replication:*",
    "s3:Replication:OperationFailedReplication",
    "s3:Replication:OperationMissedThreshold",
    "s3:Replication:OperationNotTracked",
    "s3:Replication:OperationReplicatedAfterThreshold",
];
