"""can2025-secure-gates in every environment: a secret that signs, an API that logs users in, and gates.

What a pass does not prove, because the simulator never denies, never validates and has no HTTP in front of functions:
- that the functions' roles suffice: for the parameter, its key, and the tables;
- that API Gateway calls the functions, answers browsers as declared, throttles, and logs: its settings are read, and
  the functions are given events as it makes them;
- anything about the account's logging role and the headers that the site adds, which the simulator has no place for
  (`simulator/stubs.py`);
- that certificates are issued, names resolve, and CloudFront serves what is in the bucket.
"""

import base64
import hashlib
import hmac
import itertools
import json
import os
import time
import uuid

import pytest

from conftest import LOG_RETENTION, REPOSITORY, System, listed, secrets_of

SOURCES = REPOSITORY / "stacks/can2025-secure-gates"
TABLES = {"audit": "auditId", "users": "userId"}
KEYS = ["jwt-secret", "dynamodb"]
UNUSED = itertools.count()
PASSWORD = "correct horse"


class Gates(System):
    """can2025-secure-gates with its names, which are plain in prod."""

    @property
    def parameter(self):
        return f"/can2025/{self.environment}/jwt-secret"

    @property
    def domain(self):
        return "fanops.com" if self.environment == "prod" else f"{self.environment}.fanops.com"

    @property
    def origins(self):
        """Those of the pages that may call the API."""
        return [f"https://{self.domain}", f"https://www.{self.domain}"]

    def key(self, name):
        return self.key_arn(f"alias/can2025-{name}{self.suffix}")

    def name(self, name):
        return f"can2025-secure-gates-{name}-{self.environment}"

    def call(self, function, body):
        """What the deployed function answers to a request, as API Gateway hands it on."""
        answer = self.invoke(self.name(function), {"httpMethod": "POST", "body": json.dumps(body)})
        return answer["statusCode"], json.loads(answer["body"])

    def scan(self, table):
        return self.client("dynamodb").scan(TableName=self.name(table))["Items"]

    def audited(self, what, value):
        """What the record says happened, in entries that have a value."""
        return [item["what"]["S"] for item in self.scan("audit") if item.get(what, {}).get("S") == value]


@pytest.fixture
def gates(deployment):
    return Gates("can2025-secure-gates", deployment)


# Keys and what they protect


@pytest.mark.parametrize("name", KEYS)
def test_key_is_verified_as_documented(gates, name):
    """The document's `create-alias` and `enable-key-rotation`, read back by the key's id, as KMS asks for."""
    key = gates.aws("kms", "describe-key", "--key-id", f"alias/can2025-{name}{gates.suffix}")["KeyMetadata"]
    assert (key["KeyState"], key["KeyManager"]) == ("Enabled", "CUSTOMER")
    assert gates.aws("kms", "get-key-rotation-status", "--key-id", key["KeyId"])["KeyRotationEnabled"] is True


@pytest.mark.parametrize("name", KEYS)
def test_key_encrypts_as_documented(gates, name):
    """The document's "Test KMS Encryption". Wiring only: on AWS this caller would be denied."""
    alias, file = f"alias/can2025-{name}{gates.suffix}", gates.deployment.folder / "ciphertext"
    encrypted = gates.aws("kms", "encrypt", "--key-id", alias, "--plaintext", "test-secret")
    file.write_bytes(base64.b64decode(encrypted["CiphertextBlob"]))
    decrypted = gates.aws("kms", "decrypt", "--ciphertext-blob", f"fileb://{file}")
    assert base64.b64decode(decrypted["Plaintext"]) == b"test-secret"


@pytest.mark.parametrize("name", TABLES)
def test_table_is_encrypted_and_on_demand(gates, name):
    table = gates.client("dynamodb").describe_table(TableName=gates.name(name))["Table"]
    assert table["KeySchema"] == [{"AttributeName": TABLES[name], "KeyType": "HASH"}]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSEDescription"]["KMSMasterKeyArn"] == gates.key("dynamodb")
    assert table["DeletionProtectionEnabled"] is (gates.environment == "prod")


def test_secret_was_put_once_under_its_key(gates):
    """The document's `aws ssm put-parameter`, which the deployment did, with a value that it never showed."""
    filters = f"Key=Name,Values={gates.parameter}"
    (description,) = gates.aws("ssm", "describe-parameters", "--parameter-filters", filters)["Parameters"]
    assert (description["Type"], description["Version"]) == ("SecureString", 1)
    assert gates.key_arn(description["KeyId"]) == gates.key("jwt-secret")
    answer = gates.aws("ssm", "get-parameter", "--name", gates.parameter, "--with-decryption")
    assert answer["Parameter"]["Value"] == secrets_of(gates.environment)[gates.parameter]


def test_functions_are_configured_under_a_key(gates):
    for name in gates.resources("AWS::Lambda::Function"):
        assert gates.function(name)["KMSKeyArn"] == gates.key_arn(f"alias/{gates.name('functions-key')}")


def test_functions_may_read_this_parameter_under_this_key(gates):
    """Where the document has `parameter/can2025/*` and `key/*`."""
    for function in "login", "verify-ticket":
        statements = gates.statements_of_role(gates.name(function))
        readers = [s for s in statements if "ssm:GetParameter" in listed(s["Action"])]
        assert [s["Resource"].split(":parameter")[1] for s in readers] == [gates.parameter]
        (decrypting,) = [s for s in statements if s["Resource"] == gates.key("jwt-secret")]
        assert decrypting["Action"] == "kms:Decrypt"
        assert f":parameter{gates.parameter}" in json.dumps(decrypting["Condition"])


# The API


@pytest.fixture
def api(gates):
    (api,) = gates.resources("AWS::ApiGateway::RestApi")
    return api


def test_api_has_its_routes(gates, api):
    apis = gates.client("apigateway")
    found = {
        (method, resource["path"]): apis.get_integration(restApiId=api, resourceId=resource["id"], httpMethod=method)
        for resource in apis.get_resources(restApiId=api)["items"]
        for method in resource.get("resourceMethods", [])
    }
    assert set(found) == {
        (method, path) for method in ("POST", "OPTIONS") for path in ("/auth/login", "/tickets/verify")
    }
    for path, function in {"/auth/login": "login", "/tickets/verify": "verify-ticket"}.items():
        assert found["POST", path]["type"] == "AWS_PROXY"
        assert f":function:{gates.name(function)}/invocations" in found["POST", path]["uri"]
        told = found["OPTIONS", path]["integrationResponses"]["204"]["responseParameters"]
        assert told["method.response.header.Access-Control-Allow-Origin"] == f"'{gates.origins[0]}'"
        assert f'"{gates.origins[1]}"' in str(found["OPTIONS", path]["integrationResponses"]["204"]["responseTemplates"])


def test_functions_let_exactly_their_routes_call(gates, api):
    for function, route in {"login": "POST/auth/login", "verify-ticket": "POST/tickets/verify"}.items():
        policy = json.loads(gates.client("lambda").get_policy(FunctionName=gates.name(function))["Policy"])
        (statement,) = policy["Statement"]
        assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
        source = f"arn:aws:execute-api:eu-west-1:123456789012:{api}/{gates.environment}/{route}"
        assert source in json.dumps(statement["Condition"])


def test_calls_are_logged_under_a_key(gates, api):
    stage = gates.client("apigateway").get_stage(restApiId=api, stageName=gates.environment)
    name = stage["accessLogSettings"]["destinationArn"].split(":log-group:")[1]
    (group,) = gates.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["kmsKeyId"] == gates.key_arn(f"alias/{gates.name('functions-key')}")
    assert group["retentionInDays"] == LOG_RETENTION[gates.environment]


def test_outputs_lead_to_the_api_and_its_secret(gates, api):
    expected = {
        "ApiUrl": f"https://{api}.execute-api.eu-west-1.amazonaws.com/{gates.environment}",
        "JwtSecretParameter": gates.parameter,
    }
    assert expected.items() <= gates.outputs().items()


# What the API and the frontend are called


SITE_REGION = "us-east-1"  # CloudFront takes certificates of no other


@pytest.fixture
def api_domain(gates):
    return "api.fanops.com" if gates.environment == "prod" else f"{gates.environment}.api.fanops.com"


def certified(gates, region):
    """The certificate in a region, and the names that it is for."""
    (arn,) = gates.resources("AWS::CertificateManager::Certificate", region)
    certificate = gates.deployment.aws("acm", "describe-certificate", "--certificate-arn", arn, "--region", region)[
        "Certificate"
    ]
    return arn, {certificate["DomainName"], *certificate["SubjectAlternativeNames"]}


def alias_of(gates, name):
    """Where the records of a name lead."""
    route53 = gates.client("route53")
    zones = [zone["Id"] for zone in route53.list_hosted_zones()["HostedZones"]]
    records = [
        each for zone in zones for each in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    ]
    ours = [record for record in records if record["Name"].rstrip(".") == name and "AliasTarget" in record]
    assert {record["Type"] for record in ours} == {"A", "AAAA"}
    (target,) = {record["AliasTarget"]["DNSName"].rstrip(".") for record in ours}
    return target


def test_api_has_a_domain_of_its_own(gates, api, api_domain):
    """The document's `create-domain-name` and `create-base-path-mapping`, read back."""
    arn, names = certified(gates, "eu-west-1")
    assert names == {"api.fanops.com", "*.api.fanops.com"}
    described = gates.aws("apigateway", "get-domain-name", "--domain-name", api_domain)
    assert described["regionalCertificateArn"] == arn
    assert described["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert alias_of(gates, api_domain) == described["regionalDomainName"]
    (mapping,) = gates.aws("apigateway", "get-base-path-mappings", "--domain-name", api_domain)["items"]
    assert (mapping["restApiId"], mapping["stage"]) == (api, gates.environment)


@pytest.fixture
def distribution(gates):
    (distribution_id,) = gates.resources("AWS::CloudFront::Distribution")
    return gates.client("cloudfront").get_distribution(Id=distribution_id)["Distribution"]


def test_site_is_served_over_https_only(gates, distribution):
    arn, names = certified(gates, SITE_REGION)
    config = distribution["DistributionConfig"]
    assert names == set(config["Aliases"]["Items"]) == {gates.domain, f"www.{gates.domain}"}
    assert config["ViewerCertificate"]["ACMCertificateArn"] == arn
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    for name in names:
        assert alias_of(gates, name) == distribution["DomainName"]


@pytest.fixture
def origin(distribution):
    (origin,) = distribution["DistributionConfig"]["Origins"]["Items"]
    return origin


@pytest.fixture
def bucket(origin):
    return origin["DomainName"].split(".")[0]


def test_exactly_its_distribution_reads_the_bucket(gates, distribution, origin, bucket):
    control = gates.client("cloudfront").get_origin_access_control(Id=origin["OriginAccessControlId"])
    config = control["OriginAccessControl"]["OriginAccessControlConfig"]
    assert (config["SigningBehavior"], config["SigningProtocol"]) == ("always", "sigv4")

    block = gates.client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    for policy in gates.bucket_policy(bucket), gates.key_policy(frontend_key(gates)):
        readers = [s for s in policy["Statement"] if s["Principal"] == {"Service": "cloudfront.amazonaws.com"}]
        for statement in readers:
            assert statement["Condition"]["ArnEquals"]["aws:SourceArn"] == distribution["ARN"]
        assert readers


def frontend_key(gates):
    return gates.key_arn(f"alias/{gates.name('frontend-key')}")


def test_build_publishes_the_frontend(gates, bucket, tmp_path):
    """`aws s3 sync --delete`, with what is asked of the bucket's and the key's policies for it."""
    (tmp_path / "index.html").write_text("<h1>gates</h1>")
    gates.client("s3").put_object(Bucket=bucket, Key="old.html", Body=b"")
    gates.deployment.run("aws", "s3", "sync", "--delete", str(tmp_path), f"s3://{bucket}")
    listed_now = gates.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert [each["Key"] for each in listed_now] == ["index.html"]
    assert gates.client("s3").head_object(Bucket=bucket, Key="index.html")["SSEKMSKeyId"] == frontend_key(gates)

    publisher, arn = gates.name("publisher"), f"arn:aws:s3:::{bucket}"
    needed = {"s3:ListBucket": arn, "s3:PutObject": f"{arn}/index.html", "s3:DeleteObject": f"{arn}/old.html"}
    for action, resource in needed.items():
        assert gates.decision(publisher, action, resource, gates.bucket_policy(bucket)) == "Allowed", action
    through_s3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": arn}
    key, encrypt = frontend_key(gates), "kms:GenerateDataKey"
    assert gates.decision(publisher, encrypt, key, gates.key_policy(key), through_s3) == "Allowed"
    assert gates.decision(publisher, encrypt, key, gates.key_policy(key)) == "ImplicitlyDenied"


# What the functions do


@pytest.fixture
def user(gates):
    """One who may log in, and whom no other test knows."""
    name, salt = f"user-{next(UNUSED)}", os.urandom(16)
    derived = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2**14, r=8, p=1)
    item = {"userId": name, "role": "steward", "password": f"{salt.hex()}:{derived.hex()}"}
    attributes = {key: {"S": value} for key, value in item.items()}
    gates.client("dynamodb").put_item(TableName=gates.name("users"), Item=attributes)
    return name


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signature(gates, signed):
    secret = secrets_of(gates.environment)[gates.parameter]
    return encoded(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())


def ticket(gates, **claims):
    """A ticket as whoever sells them signs it."""
    claims = {"jti": str(uuid.uuid4()), "exp": int(time.time()) + 60, "seat": "A 1", **claims}
    signed = f"{encoded(b'{}')}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{signature(gates, signed)}"


def test_deployed_function_logs_users_in(gates, user):
    status, body = gates.call("login", {"username": user, "password": PASSWORD})
    assert (status, body["ok"]) == (200, True)
    signed, signed_with = body["token"].rsplit(".", 1)
    assert signed_with == signature(gates, signed)
    claims = json.loads(decoded(signed.split(".")[1]))
    assert (claims["sub"], claims["role"]) == (user, "steward")
    assert gates.audited("user", user) == ["login"]


def test_deployed_function_lets_a_ticket_through_once(gates):
    presented = {"gate": "north", "ticket": ticket(gates, seat="B 2")}
    assert gates.call("verify-ticket", presented) == (200, {"ok": True, "seat": "B 2"})
    status, body = gates.call("verify-ticket", presented)
    assert (status, body["ok"]) == (409, False)


@pytest.fixture
def login(gates, in_process):
    return in_process(gates, gates.name("login"), SOURCES / "login.py")


@pytest.fixture
def verify_ticket(gates, in_process):
    return in_process(gates, gates.name("verify-ticket"), SOURCES / "verify_ticket.py")


def answer(module, body):
    answered = module.handler({"body": json.dumps(body)}, None)
    return answered["statusCode"], json.loads(answered["body"])


def test_wrong_password_and_unknown_user_get_the_same_answer(gates, login, user):
    wrong = answer(login, {"username": user, "password": "wrong"})
    unknown = answer(login, {"username": f"{user}-not", "password": PASSWORD})
    assert wrong == unknown == (401, {"ok": False, "message": "user name or password is wrong"})
    assert gates.audited("user", user) == ["login refused"]


def test_secret_is_read_once(login, user, monkeypatch):
    reads, read = [], login.ssm.get_parameter
    monkeypatch.setattr(login.ssm, "get_parameter", lambda **request: reads.append(request) or read(**request))
    for _ in range(3):
        assert answer(login, {"username": user, "password": PASSWORD})[0] == 200
    assert len(reads) == 1


@pytest.mark.parametrize("header", ["Origin", "origin"])
def test_answers_are_for_pages_of_the_site_only(gates, login, verify_ticket, header):
    """For each of them, by whichever protocol it comes: with HTTP/2, names of headers are small."""
    for module, origin in itertools.product([login, verify_ticket], [*gates.origins, "https://example.com", None]):
        answered = module.handler({"body": "no JSON", "headers": {header: origin} if origin else None}, None)
        assert (answered["statusCode"], answered["headers"]["Vary"]) == (400, "Origin")
        allowed = answered["headers"].get("Access-Control-Allow-Origin")
        assert allowed == (origin if origin in gates.origins else None)


def test_gate_stays_shut_for_what_is_not_a_valid_ticket(gates, verify_ticket):
    def presented(text):
        return answer(verify_ticket, {"gate": "north", "ticket": text})[0]

    assert presented(ticket(gates, exp=int(time.time()) - 1)) == 403
    header, claims, signed_with = ticket(gates).split(".")
    assert presented(f"{header}.{encoded(b'{}')}.{signed_with}") == 400
    assert presented(f"{header}.{claims}.") == 400
    assert presented("no ticket") == 400
