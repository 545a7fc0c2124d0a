"""Fixtures: a simulator for the session, and all systems synthesized and deployed to it once for each environment.

    python3.11 -m venv .venv && .venv/bin/pip install -r tests/e2e/requirements.txt
    cargo build --release && .venv/bin/pytest tests/e2e

SYNTH names another binary than target/release/synth.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import boto3
import pytest
from xdist.scheduler import LoadScopeScheduling

from inventory import REGIONS, inventory

REPOSITORY = Path(__file__).resolve().parents[2]
SYNTH = Path(os.environ.get("SYNTH", REPOSITORY / "target/release/synth")).resolve()
REGION = REGIONS[0]
COMPANY = "acme"
LOG_RETENTION = {"dev": 7, "staging": 30, "prod": 365}
TEMPLATES_BUCKET = "templates-of-the-tests"


class ByEnvironment(LoadScopeScheduling):
    """Each environment is one process's, from its deployment to its end; everything else is anyone's."""

    def _split_scope(self, nodeid):
        environment = re.search(r"\[(dev|staging|prod)[-\]]", nodeid)
        return environment[1] if environment else nodeid


def pytest_xdist_make_scheduler(config, log):
    return ByEnvironment(config, log)


def synthesize(environment, out, *options):
    """Runs `synth` in the repository; what it writes goes to `out`."""
    if not SYNTH.exists():
        pytest.exit(f"{SYNTH} does not exist: build it with `cargo build --release`, or set SYNTH", returncode=2)
    subprocess.run([SYNTH, environment, "--out", out, *options], cwd=REPOSITORY, check=True)


def secrets_of(environment):
    """What deploy.sh asks for in this environment, with the values that it gets here."""
    suffix = "" if environment == "prod" else f"-{environment}"
    return {
        f"ai-career-api-keys{suffix}": json.dumps({"advisor": f"acct-{environment}:kept-from-everybody"}),
        f"/can2025/{environment}/jwt-secret": f"signs the tokens of {environment}",
    }


def as_variables(secrets):
    """Secrets as the variables from which deploy.sh takes them."""
    return {"VALUE_" + re.sub("[^A-Za-z0-9]", "_", name).removeprefix("_"): secrets[name] for name in secrets}


@cache
def client(endpoint, service, region):
    """A client of one service, kept, since each takes a while to make."""
    credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name=region, endpoint_url=endpoint, **credentials)


def is_large(template):
    """Whether CloudFormation takes the template from a bucket only, even without its indentation."""
    return len("".join(line.lstrip(" ") for line in template.open(newline="")).encode()) > 51_200


@dataclass(frozen=True)
class Deployment:
    """All systems in one environment, as their operators see them."""

    environment: str
    folder: Path
    variables: dict

    def client(self, service, region=REGION):
        return client(self.variables["AWS_ENDPOINT_URL"], service, region)

    def run(self, *command, variables=None):
        env = {**self.variables, **(variables or {})}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def aws(self, *words):
        return json.loads(self.run("aws", *words, "--output", "json"))

    def deploy(self, secrets):
        bucket = {"S3_BUCKET": TEMPLATES_BUCKET} if any(map(is_large, self.templates)) else {}
        return self.run("./deploy.sh", self.environment, COMPANY, variables={**bucket, **as_variables(secrets)})

    @property
    def templates(self):
        return sorted((self.folder / "out" / self.environment).glob("*.template.json"))

    @property
    def instances(self):
        """The names and regions of this environment's CloudFormation stacks."""
        names = [file.name.removesuffix(".template.json").partition(".") for file in self.templates]
        return [(f"{stack}-{self.environment}", region or REGION) for stack, _, region in names]

    def describe_stack(self, stack, region=REGION):
        return self.client("cloudformation", region).describe_stacks(StackName=stack)["Stacks"][0]


@dataclass(frozen=True)
class System:
    """One system in one environment."""

    project: str
    deployment: Deployment

    @property
    def environment(self):
        return self.deployment.environment

    @property
    def suffix(self):
        """What names end in where prod has the plain ones."""
        return "" if self.environment == "prod" else f"-{self.environment}"

    @property
    def stack(self):
        return f"{self.project}-{self.environment}"

    @property
    def instances(self):
        return [instance for instance in self.deployment.instances if instance[0] == self.stack]

    def client(self, service, region=REGION):
        return self.deployment.client(service, region)

    def aws(self, *words):
        return self.deployment.aws(*words)

    def outputs(self, region=REGION):
        outputs = self.deployment.describe_stack(self.stack, region).get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    def resources(self, kind, region=REGION):
        """The physical ids of the stack's resources of one type."""
        resources = self.client("cloudformation", region).describe_stack_resources(StackName=self.stack)
        return [it["PhysicalResourceId"] for it in resources["StackResources"] if it["ResourceType"] == kind]

    def key_arn(self, key, region=REGION):
        """The ARN behind a key's id, ARN or alias."""
        return self.client("kms", region).describe_key(KeyId=key)["KeyMetadata"]["Arn"]

    def function(self, name):
        return self.client("lambda").get_function_configuration(FunctionName=name)

    def invoke(self, name, event):
        """What the deployed function answers."""
        done = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        text = done["Payload"].read().decode()
        assert "FunctionError" not in done, text
        return json.loads(text)

    def statements_of_role(self, function):
        """The statements of the one policy that a function's role holds."""
        return self.policy_of(self.function(function)["Role"].split("/")[-1])["Statement"]

    def policy_of(self, role):
        """The one policy that a role holds."""
        iam = self.client("iam")
        (attached,) = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert iam.list_role_policies(RoleName=role)["PolicyNames"] == []
        version = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]["DefaultVersionId"]
        policy = iam.get_policy_version(PolicyArn=attached["PolicyArn"], VersionId=version)
        return policy["PolicyVersion"]["Document"]

    def decision(self, role, action, resource, policy, context=None):
        """What IAM would decide on a role's request, by the policies that are deployed: the simulator never denies."""
        request = {
            "action": action,
            "resource": resource,
            "resource_account": "123456789012",
            "principal": self.client("iam").get_role(RoleName=role)["Role"]["Arn"],
            "context": {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3", **(context or {})},
        }
        policies = {"identity_policies": [self.policy_of(role)], "resource_policy": policy}
        line = json.dumps({"request": request, **policies})
        done = subprocess.run([SYNTH, "decide", "-"], input=line, capture_output=True, text=True)
        return json.loads(done.stdout)["decision"]

    def key_policy(self, key, region=REGION):
        return json.loads(self.client("kms", region).get_key_policy(KeyId=key, PolicyName="default")["Policy"])

    def bucket_policy(self, bucket):
        return json.loads(self.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])

    def keys_granted(self, function):
        """What a function's role may do with which key, by the statements of its policy."""
        granted = defaultdict(set)
        for statement in self.statements_of_role(function):
            for resource in listed(statement["Resource"]):
                granted[resource] |= {action for action in listed(statement["Action"]) if action.startswith("kms:")}
        return {key: actions for key, actions in granted.items() if actions}


def listed(one_or_many):
    """A policy's element that may be a list."""
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


@contextmanager
def simulator():
    """The address of a simulator that runs as long as it is needed, with a bucket for large templates."""
    command = [sys.executable, "-m", "simulator"]
    with subprocess.Popen(command, cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), "the simulator did not start"  # or the AWS CLI finds AWS
            client(address, "s3", "us-east-1").create_bucket(Bucket=TEMPLATES_BUCKET)
            yield address
        finally:
            process.terminate()


def variables_for(endpoint):
    """What processes get as their environment: nothing in it leads to a real AWS account."""
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_PAGER": "",
        "NO_PROXY": "127.0.0.1",
        **nowhere,
    }


@contextmanager
def with_cli(variables, socket):
    """The same environment, in which `aws` is at hand as long as it is needed."""
    command = [sys.executable, "-m", "cli", socket]
    folder = Path(__file__).parent
    with subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().strip(), "the AWS CLI did not start"
            path = os.pathsep.join([str(folder / "cli"), variables["PATH"]])
            yield {**variables, "PATH": path, "AWS_CLI": str(socket)}
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def variables(tmp_path_factory):
    """The environment of processes that talk to the session's simulator."""
    socket = tmp_path_factory.mktemp("cli") / "aws"
    with simulator() as endpoint, with_cli(variables_for(endpoint), socket) as variables:
        yield variables


@dataclass(frozen=True)
class FirstTime:
    """An environment as it was before its first deployment, and what that said."""

    deployment: Deployment
    inventory: list
    output: str


@pytest.fixture(scope="session", params=["dev", "staging", "prod"])
def first_time(request, variables, tmp_path_factory):
    """All systems, deployed by the repository's own script from a folder of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(REPOSITORY / "deploy.sh", folder)
    synthesize(request.param, folder / "out")
    deployment = Deployment(request.param, folder, variables)
    before = inventory(deployment)
    return FirstTime(deployment, before, deployment.deploy(secrets_of(request.param)))


@pytest.fixture(scope="session")
def deployment(first_time):
    return first_time.deployment


@pytest.fixture
def in_process(monkeypatch):
    """Loads a function's source as a module, in the environment of the deployed function."""

    def load(system, function, source):
        deployed = system.function(function)["Environment"]["Variables"]
        for name, value in {**system.deployment.variables, **deployed}.items():
            monkeypatch.setenv(name, value)
        spec = importlib.util.spec_from_file_location(source.stem, source)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
