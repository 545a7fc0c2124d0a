"""eonpro-phi in every environment: a key that administrators never use, its copy in a second region, and the record.

What a pass does not prove, because the simulator never denies and never validates:
- that administrators cannot use the key and the application cannot administer it: the policies are read, not tried;
- that CloudTrail may write to the bucket, or that a locked object outlasts whoever wants it gone;
- that KMS keeps the copy's material the same as the primary's after a rotation.
"""

import base64
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from conftest import LOG_RETENTION, REGION, System, listed

COPY_REGION = "eu-central-1"
USE = {
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
}
# By which one decrypts, or lets others decrypt.
WAYS_TO_USE = {"kms:Decrypt", "kms:Encrypt", "kms:CreateGrant", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
WAYS_TO_USE |= {"kms:ReplicateKey"}  # since the policy of the copy is written by whoever makes it
PATIENT = b"blood group 0"


class EONPRO(System):
    """eonpro-phi with its names, which are plain in prod."""

    @property
    def alias(self):
        return f"alias/eonpro-phi-key{self.suffix}"

    @property
    def trail(self):
        return f"eonpro-audit-trail{self.suffix}"

    @property
    def bucket(self):
        return f"eonpro-cloudtrail-logs{self.suffix}"

    @property
    def policy(self):
        return f"EONPROKMSAccess{self.suffix}"

    @property
    def secret(self):
        return f"eonpro-encrypted-phi-key{self.suffix}"

    def key_statements(self, region=REGION):
        policy = self.key_policy(self.key_arn(self.alias, region), region)
        return [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]

    def allowed_to(self, role, region=REGION):
        """What a role may do with the key by itself, not through a service."""
        statements = self.key_statements(region)
        arn = f"arn:aws:iam::123456789012:role/{role}"
        ours = [s for s in statements if s.get("Condition") in by_role(arn) or arn in principals(s)]
        return {action for statement in ours for action in listed(statement["Action"])}


def by_role(arn):
    return [{"ArnEquals": {"aws:PrincipalArn": arn}}]


def principals(statement):
    """The roles that a statement is for, where nothing else is asked of them."""
    condition = statement.get("Condition", {})
    if set(condition) != {"ArnEquals"} or set(condition["ArnEquals"]) != {"aws:PrincipalArn"}:
        return []
    return listed(condition["ArnEquals"]["aws:PrincipalArn"])


@pytest.fixture
def eonpro(deployment):
    return EONPRO("eonpro-phi", deployment)


# The key


def test_key_is_verified_as_documented(eonpro):
    """The document's steps 1 and 6, read back: alias, tags, rotation."""
    key = eonpro.aws("kms", "describe-key", "--key-id", eonpro.alias)["KeyMetadata"]
    assert (key["KeyState"], key["KeyManager"], key["KeyUsage"]) == ("Enabled", "CUSTOMER", "ENCRYPT_DECRYPT")
    assert key["Description"] == "EONPRO PHI encryption key for HIPAA compliance"
    # These take a key's id or ARN, not an alias.
    assert eonpro.aws("kms", "get-key-rotation-status", "--key-id", key["KeyId"])["KeyRotationEnabled"] is True
    tags = eonpro.aws("kms", "list-resource-tags", "--key-id", key["KeyId"])["Tags"]
    environment = {"dev": "Development", "staging": "Staging", "prod": "Production"}[eonpro.environment]
    expected = {"Application": "EONPRO", "Environment": environment}
    assert expected.items() <= {tag["TagKey"]: tag["TagValue"] for tag in tags}.items()


def test_outputs_lead_to_the_keys(eonpro):
    outputs = eonpro.outputs()
    assert (outputs["PhiKeyArn"], outputs["PhiKeyAlias"]) == (eonpro.key_arn(eonpro.alias), eonpro.alias)
    assert outputs["EncryptedPhiKeySecret"] == eonpro.secret
    assert eonpro.outputs(COPY_REGION)["PhiKeyCopyArn"] == eonpro.key_arn(eonpro.alias, COPY_REGION)


def test_copy_is_the_same_key_in_a_second_region(eonpro):
    primary, copy = (eonpro.key_arn(eonpro.alias, region).split("/")[1] for region in (REGION, COPY_REGION))
    assert primary == copy
    assert primary.startswith("mrk-")
    description = eonpro.client("kms").describe_key(KeyId=eonpro.alias)["KeyMetadata"]["MultiRegionConfiguration"]
    assert [replica["Region"] for replica in description["ReplicaKeys"]] == [COPY_REGION]
    assert eonpro.key_statements() != eonpro.key_statements(COPY_REGION)  # each has a policy of its own


@pytest.mark.parametrize("region", [REGION, COPY_REGION])
def test_administrators_never_use_the_key(eonpro, region):
    allowed = eonpro.allowed_to("eonpro-key-administrator", region)
    assert {"kms:PutKeyPolicy", "kms:TagResource", "kms:ScheduleKeyDeletion"} <= allowed
    assert not [action for action in allowed if action in WAYS_TO_USE or "GenerateDataKey" in action]


def test_application_uses_the_key_and_never_administers_it(eonpro):
    role = f"app/eonpro-app-role{eonpro.suffix}"
    assert eonpro.allowed_to(role) == USE
    assert eonpro.allowed_to(role, COPY_REGION) == {"kms:Decrypt", "kms:DescribeKey"}


def test_deployer_is_not_locked_out(eonpro):
    """As the document's policy would."""
    allowed = eonpro.allowed_to("eonpro-deployer")
    assert {"kms:PutKeyPolicy", "kms:GetKeyPolicy", "kms:TagResource"} <= allowed
    assert allowed.isdisjoint(WAYS_TO_USE)


def test_deployer_alone_replicates_the_key_and_only_to_its_second_region(eonpro):
    (replicate,) = [s for s in eonpro.key_statements() if "kms:ReplicateKey" in listed(s["Action"])]
    assert replicate["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/eonpro-deployer"},
        "StringEquals": {"kms:ReplicaRegion": COPY_REGION},
    }


def test_identity_policy_is_for_these_keys_only(eonpro):
    iam = eonpro.client("iam")
    (attached,) = iam.list_attached_role_policies(RoleName=f"eonpro-app-role{eonpro.suffix}")["AttachedPolicies"]
    assert attached["PolicyName"] == eonpro.policy
    document = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId="v1")["PolicyVersion"]["Document"]
    used = {
        resource
        for statement in document["Statement"]
        for resource in listed(statement["Resource"])
        if any(action.startswith("kms:") for action in listed(statement["Action"]))
    }
    assert used == {eonpro.key_arn(eonpro.alias), eonpro.key_arn(eonpro.alias, COPY_REGION)}


# The data key


def test_data_key_was_made_by_the_deployment(eonpro):
    """`generate-data-key-without-plaintext` into `put-secret-value`: nobody has seen it."""
    secrets = eonpro.client("secretsmanager")
    assert secrets.describe_secret(SecretId=eonpro.secret)["KmsKeyId"] == eonpro.key_arn(eonpro.alias)
    secret = secrets.get_secret_value(SecretId=eonpro.secret)
    assert secret["VersionStages"] == ["AWSCURRENT"]
    assert len(data_key(eonpro)) == 32


def data_key(eonpro, region=REGION):
    """The data key as the application gets it: decrypted, and never stored."""
    text = eonpro.client("secretsmanager").get_secret_value(SecretId=eonpro.secret)["SecretString"]
    answer = eonpro.client("kms", region).decrypt(CiphertextBlob=base64.b64decode(text))
    assert answer["KeyId"] == eonpro.key_arn(eonpro.alias, region)
    return answer["Plaintext"]


def test_what_is_encrypted_in_one_region_can_be_read_in_the_other(eonpro):
    """The document's envelope encryption, and what the copy is for."""
    stored = AESGCM(data_key(eonpro)).encrypt(b"only once...", PATIENT, None)
    assert PATIENT not in stored
    assert AESGCM(data_key(eonpro, COPY_REGION)).decrypt(b"only once...", stored, None) == PATIENT


# The record


def test_trail_is_verified_as_documented(eonpro):
    """The document's `aws cloudtrail create-trail`, read back."""
    trail = eonpro.aws("cloudtrail", "get-trail", "--name", eonpro.trail)["Trail"]
    assert trail["S3BucketName"] == eonpro.bucket
    assert trail["IncludeGlobalServiceEvents"] is True
    assert trail["LogFileValidationEnabled"] is True
    assert trail["KmsKeyId"] == eonpro.key_arn(f"alias/eonpro-audit-key{eonpro.suffix}")
    assert eonpro.aws("cloudtrail", "get-trail-status", "--name", eonpro.trail)["IsLogging"] is True


def test_bucket_admits_the_trail_and_its_digests(eonpro):
    policy = eonpro.bucket_policy(eonpro.bucket)
    allowed = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
    assert {s["Principal"]["Service"] for s in allowed} == {"cloudtrail.amazonaws.com"}
    assert {action for s in allowed for action in listed(s["Action"])} == {"s3:GetBucketAcl", "s3:PutObject"}
    for statement in allowed:
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"].endswith(f":trail/{eonpro.trail}")
    # Digests are always encrypted by S3's own keys: what asks for another encryption keeps them out.
    denied = [s for s in policy["Statement"] if s["Effect"] == "Deny"]
    assert "server-side-encryption" not in json.dumps(denied)


def test_record_is_kept_for_six_years_where_that_is_asked_for(eonpro):
    s3 = eonpro.client("s3")
    assert (s3.get_bucket_versioning(Bucket=eonpro.bucket).get("Status") == "Enabled") is (eonpro.environment != "dev")
    if eonpro.environment == "prod":
        lock = s3.get_object_lock_configuration(Bucket=eonpro.bucket)["ObjectLockConfiguration"]
        assert lock["Rule"]["DefaultRetention"] == {"Mode": "COMPLIANCE", "Years": 6}
    else:
        with pytest.raises(s3.exceptions.ClientError, match="ObjectLockConfigurationNotFound"):
            s3.get_object_lock_configuration(Bucket=eonpro.bucket)
        rules = s3.get_bucket_lifecycle_configuration(Bucket=eonpro.bucket)["Rules"]
        (expiration,) = [rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule]
        assert expiration == LOG_RETENTION[eonpro.environment]


def test_auditor_reads_the_log_files(eonpro):
    """Of this trail, and under its key: nobody else can."""
    auditor, key = f"eonpro-auditor{eonpro.suffix}", eonpro.key_arn(f"alias/eonpro-audit-key{eonpro.suffix}")
    bucket, trail = f"arn:aws:s3:::{eonpro.bucket}", f"arn:aws:cloudtrail:{REGION}:123456789012:trail/{eonpro.trail}"
    file = f"{bucket}/AWSLogs/123456789012/CloudTrail/{REGION}/2026/01/31/log.json.gz"
    policy = eonpro.bucket_policy(eonpro.bucket)
    assert eonpro.decision(auditor, "s3:ListBucket", bucket, policy) == "Allowed"
    assert eonpro.decision(auditor, "s3:GetObject", file, policy) == "Allowed"
    assert eonpro.decision(auditor, "s3:DeleteObject", file, policy) == "ImplicitlyDenied"

    def decrypts(trail):
        through_s3 = {"kms:ViaService": f"s3.{REGION}.amazonaws.com", "kms:EncryptionContext:aws:cloudtrail:arn": trail}
        return eonpro.decision(auditor, "kms:Decrypt", key, eonpro.key_policy(key), through_s3)

    assert (decrypts(trail), decrypts(f"{trail}-not")) == ("Allowed", "ImplicitlyDenied")
