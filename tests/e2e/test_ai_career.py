"""ai-career under its three tiers: keys that AWS owns in dev, keys that AWS manages in staging, its own key in prod.

What a pass does not prove, because the simulator never denies and never validates:
- that the function's role or the key's policy suffices, or is not too wide;
- that AWS encrypts as the settings say, or that the managed keys exist (AWS makes each when it is first needed);
- that the bucket refuses what comes without TLS: its policy is read, not tried.
"""

import itertools
import json

import pytest

from conftest import LOG_RETENTION, REPOSITORY, System, secrets_of

AGENT = REPOSITORY / "stacks/ai-career/agent.py"
TABLES = {"users": ["userId"], "applications": ["userId", "applicationId"]}
KEY = "alias/ai-career-agent"
UNUSED = itertools.count()
RESUME = "ten years of gardening"


class AICareer(System):
    """ai-career with its names, which are plain in prod."""

    def name(self, name):
        return f"ai-career-{name}{self.suffix}"


@pytest.fixture
def career(deployment):
    return AICareer("ai-career", deployment)


@pytest.fixture
def user():
    """One whom no other test knows."""
    return f"user-{next(UNUSED)}"


# What encrypts


def test_key_is_there_in_prod_only(career):
    aliases = career.client("kms").list_aliases()["Aliases"]
    ours = [alias["AliasName"] for alias in aliases if alias["AliasName"].startswith(KEY)]
    if career.environment == "prod":
        assert ours == [KEY]
        assert (career.outputs()["KeyArn"], career.outputs()["KeyAlias"]) == (career.key_arn(KEY), KEY)
    else:
        assert ours == []
        assert {"KeyArn", "KeyAlias"}.isdisjoint(career.outputs())


@pytest.mark.parametrize("name", TABLES)
def test_table_is_encrypted_as_its_tier_says(career, name):
    """The document's `aws dynamodb update-table --sse-specification`, read back."""
    table = career.aws("dynamodb", "describe-table", "--table-name", career.name(name))["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == TABLES[name]
    assert table["DeletionProtectionEnabled"] is (career.environment == "prod")
    encryption = table.get("SSEDescription", {})
    match career.environment:
        case "dev":
            assert encryption == {}
        case "staging":
            assert encryption["SSEType"] == "KMS"
            assert encryption["KMSMasterKeyArn"] == career.key_arn("alias/aws/dynamodb")
        case "prod":
            assert (encryption["SSEType"], encryption["KMSMasterKeyArn"]) == ("KMS", career.key_arn(KEY))


def test_bucket_is_encrypted_as_its_tier_says(career):
    """The document's `aws s3api put-bucket-encryption`, read back."""
    answer = career.aws("s3api", "get-bucket-encryption", "--bucket", career.name("resumes"))
    (rule,) = answer["ServerSideEncryptionConfiguration"]["Rules"]
    expected = {
        "dev": {"SSEAlgorithm": "AES256"},
        "staging": {"SSEAlgorithm": "aws:kms"},
        "prod": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": career.outputs().get("KeyArn")},
    }
    assert rule["ApplyServerSideEncryptionByDefault"] == expected[career.environment]
    assert rule.get("BucketKeyEnabled", False) is (career.environment != "dev")


@pytest.mark.parametrize("first_time", ["prod"], indirect=True)
def test_key_is_verified_as_documented(career):
    key = career.aws("kms", "describe-key", "--key-id", KEY)["KeyMetadata"]
    assert (key["KeyState"], key["KeyManager"]) == ("Enabled", "CUSTOMER")
    # These two take a key's id or ARN, not an alias.
    rotation = career.aws("kms", "get-key-rotation-status", "--key-id", key["KeyId"])
    assert rotation["KeyRotationEnabled"] is True
    policy = career.aws("kms", "get-key-policy", "--key-id", key["KeyId"], "--policy-name", "default")["Policy"]
    assert '"kms:*"' not in policy


def test_log_group_and_secret_follow_the_tier(career):
    key = career.outputs().get("KeyArn")
    groups = career.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{career.name('agent')}")
    group = next(it for it in groups["logGroups"] if it["logGroupName"].endswith(career.name("agent")))
    assert group.get("kmsKeyId") == key
    assert group["retentionInDays"] == LOG_RETENTION[career.environment]
    assert career.client("secretsmanager").describe_secret(SecretId=career.name("api-keys")).get("KmsKeyId") == key


# What is kept


def test_bucket_is_closed_and_versioned(career):
    s3, bucket = career.client("s3"), career.name("resumes")
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    versioned = s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    assert versioned is (career.environment != "dev")
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert [s["Effect"] for s in statements if "aws:SecureTransport" in json.dumps(s)] == ["Deny"]


def test_environment_of_the_agent_follows_the_tier(career):
    assert career.function(career.name("agent")).get("KMSKeyArn") == career.outputs().get("KeyArn")


def test_secret_was_filled_once(career):
    secret = career.client("secretsmanager").get_secret_value(SecretId=career.name("api-keys"))
    assert secret["SecretString"] == secrets_of(career.environment)[career.name("api-keys")]
    assert secret["VersionStages"] == ["AWSCURRENT"]


def test_role_uses_its_own_key_only(career):
    granted = career.keys_granted(career.name("agent"))
    if career.environment == "prod":
        assert set(granted) == {career.key_arn(KEY)}
        assert {"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"} <= granted[career.key_arn(KEY)]
    else:
        assert granted == {}


def test_trail_is_there_in_prod_only(career):
    names = [trail["Name"] for trail in career.aws("cloudtrail", "list-trails")["Trails"]]
    ours = [name for name in names if name.startswith("ai-career-")]
    assert ours == (["ai-career-audit-trail"] if career.environment == "prod" else [])
    for name in ours:
        trail = career.aws("cloudtrail", "get-trail", "--name", name)["Trail"]
        assert trail["KmsKeyId"] == career.key_arn(KEY)
        assert career.client("cloudtrail").get_trail_status(Name=name)["IsLogging"] is True


# Who signs in


def test_user_pool_is_closed_and_protected(career):
    pool = career.client("cognito-idp").describe_user_pool(UserPoolId=career.outputs()["UserPoolId"])["UserPool"]
    assert pool["Name"] == career.name("sessions")
    assert pool["DeletionProtection"] == ("ACTIVE" if career.environment == "prod" else "INACTIVE")
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


def test_user_whom_an_administrator_made_signs_in(career, user):
    """Wiring only: browsers prove their password by SRP, which this does not try."""
    cognito, pool = career.client("cognito-idp"), career.outputs()["UserPoolId"]
    email, password = f"{user}@example.com", "Correct-horse-4"
    cognito.admin_create_user(UserPoolId=pool, Username=email)
    cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    (application,) = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=application["ClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    assert "IdToken" in answer["AuthenticationResult"]


# What the agent does


def life_of_a_user(user, call):
    """A resume is kept and read, and a job applied for: what is said of it in the end."""
    saved = call({"action": "save_resume", "user": user, "parameters": {"text": RESUME, "skills": ["soil"]}})
    assert saved == {"resume": f"{user}/resume.txt"}
    assert call({"action": "read_resume", "user": user}) == {"text": RESUME}
    call({"action": "apply", "user": user, "parameters": {"job": "head gardener"}})
    return call({"action": "status", "user": user})


def test_deployed_agent_keeps_resumes_and_applications(career, user):
    status = life_of_a_user(user, lambda event: career.invoke(career.name("agent"), event))
    assert status == {"applications": [{"job": "head gardener", "status": "open"}]}
    stored = career.client("s3").get_object(Bucket=career.name("resumes"), Key=f"{user}/resume.txt")
    assert stored["Body"].read().decode() == RESUME


def test_handler_writes_no_key_of_an_api_down(career, user, in_process):
    agent = in_process(career, career.name("agent"), AGENT)
    life_of_a_user(user, lambda event: agent.handler(event, None))
    items = career.client("dynamodb").scan(TableName=career.name("applications"))["Items"]
    advisors = [item["advisor"]["S"] for item in items if item["userId"]["S"] == user]
    assert advisors == [f"acct-{career.environment}"]


def test_handler_shows_users_what_is_theirs(career, user, in_process):
    agent = in_process(career, career.name("agent"), AGENT)
    life_of_a_user(user, lambda event: agent.handler(event, None))
    assert agent.handler({"action": "status", "user": f"{user}-not"}, None) == {"applications": []}
    with pytest.raises(KeyError):
        agent.handler({"action": "read_resume", "user": f"{user}-not"}, None)
