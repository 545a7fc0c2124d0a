"""Fixtures: a simulator for the session, and smsbot synthesized and deployed to it once for each environment.

    python3.11 -m venv .venv && .venv/bin/pip install -r tests/e2e/requirements.txt
    cargo build --release && .venv/bin/pytest tests/e2e

SYNTH names another binary than target/release/synth.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SYNTH = Path(os.environ.get("SYNTH", REPOSITORY / "target/release/synth")).resolve()
REGION = "eu-west-1"
COMPANY = "acme"


def synthesize(environment, out, *options):
    """Runs `synth` in the repository; what it writes goes to `out`."""
    if not SYNTH.exists():
        pytest.exit(f"{SYNTH} does not exist: build it with `cargo build --release`, or set SYNTH", returncode=2)
    subprocess.run([SYNTH, environment, "--out", out, *options], cwd=REPOSITORY, check=True)


@dataclass(frozen=True)
class Deployment:
    """smsbot in one environment, as its operators see it."""

    environment: str
    folder: Path
    variables: dict

    @property
    def stack(self):
        return f"smsbot-{self.environment}"

    def name(self, area, kind, name):
        return f"smsbot-{self.environment}-{area}-{kind}-{name}"

    def client(self, service):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.variables["AWS_SECRET_ACCESS_KEY"],
        )

    def run(self, *command):
        done = subprocess.run(command, cwd=self.folder, env=self.variables, capture_output=True, text=True)
        assert done.returncode == 0, f"{command} failed:\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def deploy(self):
        return self.run("./deploy.sh", self.environment, COMPANY)

    def aws(self, *words):
        return json.loads(self.run("aws", *words, "--output", "json"))

    def describe_stack(self):
        return self.aws("cloudformation", "describe-stacks", "--stack-name", self.stack)["Stacks"][0]

    def key_arn(self, key):
        """The ARN behind a key's id, ARN or alias."""
        return self.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Arn"]

    def key(self, name):
        """The ARN of one of smsbot's keys, found by its alias."""
        return self.key_arn("alias/" + self.name("security", "key", name))


@pytest.fixture(scope="session")
def endpoint():
    """The address of a simulator that lives as long as the test session."""
    script = Path(__file__).with_name("simulator.py")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as simulator:
        address = simulator.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the simulator did not start"  # the AWS CLI must not find AWS
        yield address
        simulator.terminate()


@pytest.fixture(scope="session")
def variables(endpoint):
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


@pytest.fixture(scope="module", params=["dev", "staging", "prod"])
def smsbot(request, variables, tmp_path_factory):
    """smsbot, deployed by the repository's own script from a folder of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(REPOSITORY / "deploy.sh", folder)
    synthesize(request.param, folder / "out")
    deployment = Deployment(request.param, folder, variables)
    deployment.deploy()
    return deployment
