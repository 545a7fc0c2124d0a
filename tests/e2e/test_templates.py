"""Two outside judges have nothing to say about any template of any environment: cfn-lint and AWS's own validator."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml
from cloudformation_validate import RegoEngine

from conftest import REGION, synthesize

# What AWS's validator says, for information, of every template that is made as these are: docs/linters.md says more.
ACCEPTED = {
    "I4010": "recommends prose about the architecture in the template's metadata; ours is the stack file",
    "I9001": "says of each property that cannot be changed in place that it cannot: of every name and key schema",
}
# What it says besides of what shows that ARNs can be written, which no system's own templates do.
ACCEPTED_OF_EXAMPLES = {
    **ACCEPTED,
    "W9002": "wants references instead of the ARNs of what others own, and of the bucket that waits for the permission",
    "W9013": "takes ARNs of what others own for ARNs of this account",
}
ACCEPTED_OF = {
    "stacks": ACCEPTED,
    "examples": ACCEPTED_OF_EXAMPLES,
    "tests/catalog": {
        **ACCEPTED_OF_EXAMPLES,
        "I2530": "recommends SnapStart for Java, which is for published versions; functions here have none",
    },
}


@pytest.fixture(scope="module", params=["dev", "staging", "prod"])
def environment(request):
    return request.param


@pytest.fixture(scope="module", params=["stacks", "examples", "tests/catalog"])
def stacks(request):
    return request.param


@pytest.fixture(scope="module")
def folder(stacks, environment, tmp_path_factory):
    """The templates of a folder of stack files for one environment, in both formats."""
    out = tmp_path_factory.mktemp("templates")
    for file_format in "json", "yaml":
        synthesize(environment, out / file_format, "--stacks", stacks, "--format", file_format)
    return out


@pytest.fixture(scope="module")
def templates(folder):
    return sorted(folder.rglob("*.template.json"))


def test_templates_lint_clean(templates):
    """Not even for information."""
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    lint = [cfn_lint, "--include-checks", "I", "--regions", REGION, "--", *templates]
    done = subprocess.run(lint, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_templates_are_valid_to_aws(stacks, templates):
    accepted = ACCEPTED_OF[stacks]
    engine = RegoEngine()
    found = [(template, each) for template in templates for each in engine.validate_template(str(template)).diagnostics]
    assert {each.rule_id for _, each in found} >= accepted.keys(), "what nothing says any more needs no exception"
    assert [
        f"{template.name} {each.rule_id} {each.entity and each.entity.logical_id}: {each.message}"
        for template, each in found
        if each.rule_id not in accepted
    ] == []


def test_yaml_says_the_same_as_json(folder, templates):
    """So that what is said of one format holds for the other."""
    names = [template.name.removesuffix(".json") + ".yaml" for template in templates]
    assert sorted(path.name for path in folder.rglob("*.template.yaml")) == sorted(names)
    for template in templates:
        twin = folder / "yaml" / template.parent.name / (template.name.removesuffix(".json") + ".yaml")
        assert cfn_yaml.load(str(twin)) == json.loads(template.read_text())
