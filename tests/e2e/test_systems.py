"""What is true of all systems alike: how they are deployed, what they are tagged with, who may use their keys.

What a pass does not prove, because the simulator never denies and never validates: that AWS accepts the templates, that
the policies suffice or are not too wide, and what happens on replacement or rollback.
"""

import json
import subprocess

import pytest

from conftest import COMPANY, REGION, REPOSITORY, System, is_large, secrets_of

SYSTEMS = sorted(path.stem for path in (REPOSITORY / "stacks").glob("*.yaml") if path.stem != "environments")


@pytest.fixture(params=SYSTEMS)
def system(request, deployment):
    return System(request.param, deployment)


def customer_keys(system):
    """The keys of the system's own, each with its region."""
    kinds = "AWS::KMS::Key", "AWS::KMS::ReplicaKey"
    return [(key, region) for _, region in system.instances for kind in kinds for key in system.resources(kind, region)]


# How they are deployed


def test_deployment_shows_no_secret(first_time):
    values = secrets_of(first_time.deployment.environment).values()
    assert not [value for value in values if value in first_time.output]


def test_second_deployment_changes_nothing(deployment):
    """Not the stacks, and not what was secret: the second time the script is given other values."""
    stacks, before = deployment.instances, state(deployment)
    changed = {name: f"not {value}" for name, value in secrets_of(deployment.environment).items()}
    assert deployment.deploy(changed).count("No changes to deploy") == len(stacks)
    assert state(deployment) == before


def test_without_a_bucket_everything_is_deployed_or_nothing(deployment):
    """dev and staging do without one, and so were deployed without; in prod nothing begins."""
    large = [template.name for template in deployment.templates if is_large(template)]
    assert large == (["empressa-wallets.template.json"] if deployment.environment == "prod" else [])
    if large:
        script = ["./deploy.sh", deployment.environment, COMPANY]
        done = subprocess.run(script, cwd=deployment.folder, env=deployment.variables, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert large[0] in done.stderr and "S3_BUCKET" in done.stderr


def state(deployment):
    """The stacks, and the versions of what is secret."""
    secrets, parameters = deployment.client("secretsmanager"), deployment.client("ssm")
    return [
        [deployment.describe_stack(*instance) for instance in deployment.instances],
        secrets.list_secrets()["SecretList"],
        parameters.describe_parameters()["Parameters"],
    ]


def test_stack_is_tagged_and_protected(system):
    locked = system.environment == "prod"
    for stack, region in system.instances:
        description = system.deployment.describe_stack(stack, region)
        assert {"Key": "company", "Value": COMPANY} in description["Tags"]
        assert description["EnableTerminationProtection"] is locked
        cloudformation = system.client("cloudformation", region)
        policy = cloudformation.get_stack_policy(StackName=stack).get("StackPolicyBody", "")
        assert ("Deny" in policy) is locked


# Who may do what


def test_keys_rotate_and_have_an_alias(system):
    for key, region in customer_keys(system):
        kms = system.client("kms", region)
        description = kms.describe_key(KeyId=key)["KeyMetadata"]
        assert (description["KeyState"], description["KeyManager"]) == ("Enabled", "CUSTOMER")
        assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
        assert kms.list_aliases(KeyId=key)["Aliases"]


def test_keys_let_nobody_in_by_a_wildcard(system):
    for key, region in customer_keys(system):
        policy = system.client("kms", region).get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        for statement in json.loads(policy)["Statement"]:
            assert statement["Effect"] == "Deny" or statement["Principal"] not in ("*", {"AWS": "*"})


def test_roles_may_nothing_to_everything(system):
    for name in system.resources("AWS::Lambda::Function"):
        for statement in system.statements_of_role(name):
            assert "*" not in (statement["Resource"], statement["Action"])


# What is deployed


def test_deployed_code_is_the_source(system):
    sources = [path.read_text() for path in (REPOSITORY / "stacks" / system.project).glob("*.py")]
    for stack, region in system.instances:
        body = system.client("cloudformation", region).get_template(StackName=stack)["TemplateBody"]
        functions = [it for it in body["Resources"].values() if it["Type"] == "AWS::Lambda::Function"]
        assert all(function["Properties"]["Code"]["ZipFile"] in sources for function in functions)
        if region == REGION:
            assert len(functions) == len(sources)


def test_functions_log_to_their_own_groups(system):
    for name in system.resources("AWS::Lambda::Function"):
        assert system.function(name)["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{name}"


def test_buckets_record_requests_in_the_bucket_for_that(system):
    s3 = system.client("s3")
    (log,) = System("access-logs", system.deployment).resources("AWS::S3::Bucket")
    for bucket in system.resources("AWS::S3::Bucket"):
        logging = s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled", {})
        assert logging.get("TargetBucket") == (None if bucket == log else log)
