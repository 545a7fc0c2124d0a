"""Buckets: their settings and policies."""

import json

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, PublicAccessBlock, s3_backends
from moto.utilities.utils import get_partition

from .repair import after_creation, around, new_type, service


@around(FakeBucket, "get_permission")
def nothing_is_denied(plain, bucket, action, resource):
    """moto reads over conditions: a policy that denies what comes without TLS would deny everything."""
    return PermissionResult.NEUTRAL


@after_creation(FakeBucket)
def bucket_key(bucket, properties, account, region):
    """moto drops the property: each object would cost a request to KMS."""
    for rule in properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", []):
        bucket.encryption["Rule"]["BucketKeyEnabled"] = rule.get("BucketKeyEnabled", False)


@after_creation(FakeBucket)
def versioning(bucket, properties, account, region):
    """moto drops the property: every environment's buckets would look as if what is overwritten were gone."""
    if "VersioningConfiguration" in properties:
        bucket.versioning_status = properties["VersioningConfiguration"]["Status"]


@after_creation(FakeBucket)
def public_access_block(bucket, properties, account, region):
    """moto drops the property: a bucket would look open to everybody."""
    if "PublicAccessBlockConfiguration" in properties:
        block = properties["PublicAccessBlockConfiguration"]
        words = "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"
        bucket.public_access_block = PublicAccessBlock(*(str(block.get(word, False)).lower() for word in words))


@after_creation(FakeBucket)
def lifecycle(bucket, properties, account, region):
    """moto drops the property: nothing would ever expire."""
    rules = [lifecycle_rule(rule) for rule in properties.get("LifecycleConfiguration", {}).get("Rules", [])]
    if rules:
        configuration = {"Rules": rules}
        service("s3", region).put_bucket_lifecycle_configuration(
            Bucket=bucket.name, LifecycleConfiguration=configuration
        )


def lifecycle_rule(rule):
    """The API has some of the properties one level deeper."""
    rule = {**rule, "ID": rule["Id"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "ExpirationInDays" in rule:
        rule["Expiration"] = {"Days": rule["ExpirationInDays"]}
    known = ("ID", "Status", "Filter", "Expiration", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload")
    return {key: rule[key] for key in known if key in rule}


@after_creation(FakeBucket)
def access_logs(bucket, properties, account, region):
    """moto drops the property: nobody would know who asked what of the bucket."""
    if "LoggingConfiguration" in properties:
        bucket.logging = {"TargetBucket": properties["LoggingConfiguration"]["DestinationBucketName"], "TargetPrefix": ""}


@after_creation(FakeBucket)
def object_lock(bucket, properties, account, region):
    """moto drops the property: an audit log could be deleted before its time."""
    if "ObjectLockConfiguration" in properties:
        retention = properties["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
        buckets = s3_backends[account][get_partition(region)]
        buckets.put_object_lock_configuration(
            bucket.name, True, retention["Mode"], retention.get("Days"), retention.get("Years")
        )


@new_type("AWS::S3::BucketPolicy")
def bucket_policy(properties, account, region):
    """moto lacks the type: TLS would not be asked for, and no service could write."""
    buckets = s3_backends[account][get_partition(region)]
    buckets.put_bucket_policy(properties["Bucket"], json.dumps(properties["PolicyDocument"]).encode())
    return properties["Bucket"], {}
