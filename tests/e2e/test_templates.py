"""Two outside judges have nothing to say about any template of any environment: cfn-lint and AWS's own validator."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml
from cloudformation_validate import RegoEngine

from conftest import REGION, synthesize

# What AWS's validator says of every template that is made as these are.
ACCEPTED = {
    "I4010": "asks for a description of the architecture in the template's metadata; ours is the stack file",
    "I9001": "says of each property that cannot be changed in place that it cannot: of every name",
    "W9002": "takes ARNs for accidents that are made of computed names and pseudo parameters: names come first",
}
# What it says of examples and catalogs besides, which show that resources of other accounts, and none of what one
# would decide for a system of one's own, can be written.
ACCEPTED_OF_EXAMPLES = {
    **ACCEPTED,
    "I2530": "recommends SnapStart for functions in Java",
    "I9040": "recommends tags",
    "W9013": "takes an ARN of another account for one of this",
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
    accepted = ACCEPTED if stacks == "stacks" else ACCEPTED_OF_EXAMPLES
    engine = RegoEngine()
    found = [(template, each) for template in templates for each in engine.validate_template(str(template)).diagnostics]
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
