"""empressa-wallets in every environment: a pool of keys, the service that wraps seeds under them, a key that retires.

What a pass does not prove, because the simulator never denies and never validates:
- that the service may use exactly the pool's keys: its policy is read, not tried;
- that a retired key no longer encrypts: on AWS the policies say so, here anybody may;
- rotation itself, and that CloudTrail records what the alarms are made from, or that an alarm goes off.
"""

import base64
import itertools
import json
import re
import shutil

import pytest
from botocore.exceptions import ClientError

from conftest import REGION, REPOSITORY, Deployment, System, listed, simulator, synthesize

WALLETS = REPOSITORY / "stacks/empressa-wallets/wallets.py"
UNUSED = itertools.count()


class Empressa(System):
    """empressa-wallets with its names."""

    @property
    def size(self):
        return 10 if self.environment == "prod" else 3

    @property
    def aliases(self):
        """The pool's, from the first key to the last."""
        return [f"alias/Empressa-wallet-key{self.suffix}-{number}" for number in range(1, self.size + 1)]

    @property
    def parameter(self):
        return f"/empressa/{self.environment}/wallet-keys"

    @property
    def service(self):
        return f"empressa-{self.environment}-wallets-function-service"

    def pool(self):
        """The keys that the service wraps under, by the parameter that tells it."""
        return self.client("ssm").get_parameter(Name=self.parameter)["Parameter"]["Value"].split(",")

    def item(self, user):
        table = f"empressa-{self.environment}-wallets-table-wallets"
        return self.client("dynamodb").get_item(TableName=table, Key={"userId": {"S": user}})["Item"]


@pytest.fixture
def empressa(deployment):
    return Empressa("empressa-wallets", deployment)


@pytest.fixture
def user():
    """One who has no wallet yet."""
    return f"user-{next(UNUSED)}"


# The pool


def test_pool_is_found_by_its_aliases(empressa):
    """The document's `create-kms-aliases`, read back."""
    names = [alias["AliasName"] for alias in empressa.aws("kms", "list-aliases")["Aliases"]]
    prefix = f"alias/Empressa-wallet-key{empressa.suffix}-"
    ours = [name for name in names if name.startswith(prefix) and name.removeprefix(prefix).isdigit()]
    assert sorted(ours) == sorted(empressa.aliases)
    assert len({empressa.key_arn(alias) for alias in ours}) == empressa.size


def test_keys_of_the_pool_rotate(empressa):
    """The document's yearly rotation; the status takes a key's id, not an alias."""
    key = empressa.aws("kms", "describe-key", "--key-id", empressa.aliases[0])["KeyMetadata"]
    rotation = empressa.aws("kms", "get-key-rotation-status", "--key-id", key["KeyId"])
    assert (key["KeyState"], rotation["KeyRotationEnabled"]) == ("Enabled", True)


def test_pool_is_told_by_a_parameter(empressa):
    assert empressa.pool() == empressa.aliases
    assert empressa.outputs()["KeyPoolParameter"] == empressa.parameter
    assert empressa.outputs()["WalletService"] == empressa.service


def test_environment_file_holds_no_credentials(empressa):
    file = empressa.deployment.folder / "out" / empressa.environment / "empressa-wallets.env"
    assert file.read_text().splitlines() == [
        f"AWS_REGION={REGION}",
        f"KMS_KEY_POOL_SIZE={empressa.size}",
        f"KMS_KEY_ALIAS_PREFIX=Empressa-wallet-key{empressa.suffix}",
    ]


def test_service_may_use_exactly_the_keys_of_the_pool(empressa):
    """Where the document has `key/*`."""
    wrapping = {"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"}
    granted = empressa.keys_granted(empressa.service)
    keys = {empressa.key_arn(alias) for alias in empressa.aliases}
    assert {key for key, actions in granted.items() if actions == wrapping} == keys
    assert set(granted) - keys == {empressa.key_arn(f"alias/empressa-{empressa.environment}-security-key-records")}


# The service


def test_deployed_service_makes_a_wallet_and_signs(empressa, user):
    made = empressa.invoke(empressa.service, {"action": "create", "parameters": {"user": user}})
    sign = {"action": "sign", "parameters": {"user": user, "message": "pay 3 to 4"}}
    assert empressa.invoke(empressa.service, sign) == empressa.invoke(empressa.service, sign)
    assert made["user"] == user

    item = empressa.item(user)
    assert item["region"]["S"] == REGION
    assert item["keyId"]["S"] in {empressa.key_arn(alias) for alias in empressa.aliases}
    assert "Plaintext" not in json.dumps(made)


def test_seed_is_bound_to_its_user(empressa, user, in_process):
    wallets = in_process(empressa, empressa.service, WALLETS)
    made = wallets.create(user)
    item, kms = empressa.item(user), empressa.client("kms")
    blob = item["wrappedSeed"]["B"]
    seed = kms.decrypt(CiphertextBlob=blob, EncryptionContext={"userId": user})["Plaintext"]
    assert (len(seed), wallets.fingerprint(seed)) == (32, made["fingerprint"])
    assert base64.b64encode(seed).decode() not in str(item)
    with pytest.raises(kms.exceptions.InvalidCiphertextException):
        kms.decrypt(CiphertextBlob=blob, EncryptionContext={"userId": f"{user}-not"})


def test_user_has_one_wallet(empressa, user, in_process):
    wallets = in_process(empressa, empressa.service, WALLETS)
    wallets.create(user)
    with pytest.raises(wallets.wallets.meta.client.exceptions.ConditionalCheckFailedException):
        wallets.create(user)


def test_wallets_are_spread_over_the_pool(empressa, user, in_process):
    wallets = in_process(empressa, empressa.service, WALLETS)
    keys = set()
    for number in range(50):
        wallets.create(f"{user}-{number}")
        keys.add(empressa.item(f"{user}-{number}")["keyId"]["S"])
    assert len(keys) > 1  # all under one of three keys: once in 3^49


def test_rewrapped_seed_is_the_same(empressa, user, in_process):
    wallets = in_process(empressa, empressa.service, WALLETS)
    made, before = wallets.create(user), empressa.item(user)
    signature = wallets.sign(user, "pay 3 to 4")
    assert wallets.rewrap(user) == made
    assert empressa.item(user)["wrappedSeed"] != before["wrappedSeed"]
    assert wallets.sign(user, "pay 3 to 4") == signature


# Who is told


ALARMS = {"unusual-use": "Requests", "errors": "Errors", "failed-decryption": "FailedDecryptions"}
ALARMS |= {"access-denied": "Denials", "destruction": "Destruction"}


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_is_fed_by_the_trail_and_tells_the_topic(empressa, name):
    """Use of the pool's keys, from the record to whoever subscribes."""
    full_name = f"empressa-{empressa.environment}-monitoring-alarm-keys-{name}"
    (alarm,) = empressa.aws("cloudwatch", "describe-alarms", "--alarm-names", full_name)["MetricAlarms"]
    assert alarm["ActionsEnabled"] is True
    assert alarm["AlarmActions"] == [empressa.outputs()["AlertsTopic"]]

    metrics = [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query]
    assert ALARMS[name] in [metric["MetricName"] for metric in metrics]
    trail = empressa.client("cloudtrail").get_trail(Name=trail_name(empressa))["Trail"]
    for metric in metrics:
        filters = empressa.client("logs").describe_metric_filters(
            metricName=metric["MetricName"], metricNamespace=metric["Namespace"]
        )["metricFilters"]
        assert filters
        assert {f"log-group:{each['logGroupName']}:*" for each in filters} == {
            trail["CloudWatchLogsLogGroupArn"].split(":", 5)[5]
        }


def trail_name(empressa):
    (name,) = empressa.resources("AWS::CloudTrail::Trail")
    return name


def test_filters_look_for_exactly_the_keys_of_the_pool(empressa):
    filters = empressa.client("logs").describe_metric_filters(
        metricName="FailedDecryptions", metricNamespace=f"empressa-{empressa.environment}-monitoring-alarm-keys"
    )["metricFilters"]
    keys = {empressa.key_arn(alias).split("/")[1] for alias in empressa.aliases}
    for each in filters:
        assert "Decrypt" in each["filterPattern"]
        assert set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", each["filterPattern"])) == keys


def test_cloudwatch_may_publish_under_the_key_of_the_topic(empressa):
    """Without both, alarms vanish silently."""
    topic = empressa.outputs()["AlertsTopic"]
    attributes = empressa.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    key = empressa.key_arn(f"alias/empressa-{empressa.environment}-security-key-audit")
    assert attributes["KmsMasterKeyId"] == key
    policy = empressa.client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    published = admitted(attributes["Policy"], "sns:Publish")
    assert len(published) == len(ALARMS)
    assert {"kms:Decrypt", "kms:GenerateDataKey*"} <= {
        action for statement in admitted(policy, "kms:Decrypt") for action in listed(statement["Action"])
    }


def admitted(policy, action):
    """The statements by which CloudWatch may do something."""
    return [
        statement
        for statement in json.loads(policy)["Statement"]
        if statement["Effect"] == "Allow"
        and statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        and action in listed(statement["Action"])
    ]


def test_topic_delivers_what_an_alarm_says(empressa):
    sqs, sns = empressa.client("sqs"), empressa.client("sns")
    queue = sqs.create_queue(QueueName=f"{empressa.stack}-alerts")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscribed = sns.subscribe(TopicArn=empressa.outputs()["AlertsTopic"], Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=empressa.outputs()["AlertsTopic"], Message="a key is denied")
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    sns.unsubscribe(SubscriptionArn=subscribed["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=queue)
    assert json.loads(message["Body"])["Message"] == "a key is denied"


# A key that retires


@pytest.fixture
def retirement(variables, tmp_path):
    """dev on a simulator of its own, and how it is deployed with other keys retired."""
    stacks = tmp_path / "stacks"
    stacks.mkdir()
    shutil.copytree(REPOSITORY / "stacks/empressa-wallets", stacks / "empressa-wallets")
    for beside in "environments.yaml", "access-logs.yaml":
        shutil.copy(REPOSITORY / "stacks" / beside, stacks)
    shutil.copy(REPOSITORY / "deploy.sh", tmp_path)
    text = (REPOSITORY / "stacks/empressa-wallets.yaml").read_text()
    assert text.count("KeyPool: { size: 3,") == 1

    with simulator() as endpoint:
        deployment = Deployment("dev", tmp_path, {**variables, "AWS_ENDPOINT_URL": endpoint})
        empressa = Empressa("empressa-wallets", deployment)

        def deploy(*retired):
            pool = f"KeyPool: {{ size: 3, retired: {list(retired)},"
            (stacks / "empressa-wallets.yaml").write_text(text.replace("KeyPool: { size: 3,", pool))
            synthesize("dev", tmp_path / "out", "--stacks", stacks)
            empressa.deployment.deploy({})

        yield empressa, deploy


def test_retired_key_unwraps_until_nothing_is_wrapped_under_it(retirement, user, in_process, monkeypatch):
    empressa, deploy = retirement
    deploy()
    wallets = in_process(empressa, empressa.service, WALLETS)
    retired = empressa.key_arn(empressa.aliases[1])
    owner = next(name for name in (f"{user}-{n}" for n in itertools.count()) if made_under(wallets, name) == retired)
    signature = wallets.sign(owner, "pay 3 to 4")

    deploy(2)
    assert empressa.pool() == [empressa.aliases[0], empressa.aliases[2]]
    assert empressa.key_arn(empressa.aliases[1]) == retired  # it stays, with its alias
    granted = empressa.keys_granted(empressa.service)[retired]
    assert "kms:Decrypt" in granted and granted.isdisjoint({"kms:Encrypt", "kms:GenerateDataKey"})
    assert wallets.sign(owner, "pay 3 to 4") == signature

    # This instance of the function has read the pool before, and picks the retired key once more.
    picked = picks_of(wallets, monkeypatch, empressa.aliases[1])
    wallets.rewrap(owner)
    assert empressa.item(owner)["keyId"]["S"] != retired
    assert wallets.sign(owner, "pay 3 to 4") == signature
    wallets.create(f"{owner}-later")
    assert picked.count(empressa.aliases[1]) == 1


def picks_of(wallets, monkeypatch, retired):
    """The aliases that the service picks, of which this is the first; it is denied, as AWS would."""
    picked, pick = [], wallets.secrets.choice

    def choice(pool):
        picked.append(pick(pool) if picked else retired)
        return picked[-1]

    def denying(plain, operation):
        def call(KeyId, **request):  # the API's spelling
            if KeyId == retired:
                raise ClientError({"Error": {"Code": "AccessDeniedException"}}, operation)
            return plain(KeyId=KeyId, **request)

        return call

    monkeypatch.setattr(wallets.secrets, "choice", choice)
    for operation in "encrypt", "generate_data_key":
        monkeypatch.setattr(wallets.kms, operation, denying(getattr(wallets.kms, operation), operation))
    return picked


def made_under(wallets, user):
    wallets.create(user)
    return wallets.stored(user)["keyId"]
