"""What `synth schema` prints accepts the stack files that synth accepts, and refuses their usual mistakes."""

import json
import subprocess

import pytest
import yaml
from jsonschema import Draft202012Validator

from conftest import REPOSITORY, SYNTH

FOLDERS = ["stacks", "examples", "tests/catalog", "templates/project/stacks"]
FILES = sorted(path for folder in FOLDERS for path in (REPOSITORY / folder).glob("*.yaml"))

# Entries of stacks/invalid/ that an editor can point at: what YAML holds is not what its type is.
VISIBLE = [
    "invalid-construct",
    "invalid-value",
    "missing-property/properties",
    "out-of-range",
    "unknown-construct",
    "unknown-property",
    "wrong-type",
]

MISTAKES = {
    "a file without constructs": "stack: shop",
    "a kind that does not exist": "constructs: {a: {b: {KmsKy: {}}}}",
    "a construct without a kind": "constructs: {a: {b: {log-retention: 30}}}",
    "a construct with two kinds": "constructs: {a: {b: {KmsKey: {}, Alias: {key: a/c}}}}",
    "a construct without its scope": "constructs: {b: {KmsKey: {}}}",
    "an id with a capital": "constructs: {a: {Main: {KmsKey: {}}}}",
    "a property that is misspelt": "constructs: {a: {b: {KmsKey: {descripton: x}}}}",
    "a property of the wrong type": "constructs: {a: {b: {KmsKey: {multi-region: 'yes'}}}}",
    "a number out of range": "constructs: {a: {b: {KmsKey: {rotation: 30}}}}",
    "a reference without a scope": "constructs: {a: {b: {Alias: {key: data}}}}",
    "a property without a default": "constructs: {a: {b: {Alias: {}}}}",
    "a rule among the properties": "constructs: {a: {b: {KmsKey: {key-pending-window: 30}}}}",
    "a property beside the kind": "constructs: {a: {b: {KmsKey: {}, description: x}}}",
    "a rule for stacks beside a kind": "constructs: {a: {b: {KmsKey: {}, termination-protection: true}}}",
    "a rule with an unknown word": "protection: lockd\nconstructs: {}",
    "a refinement of another kind": "constructs: {a: {b: {KmsKey: {}, in: {prod: {ttl: expires}}}}}",
    "a refinement of the wrong type": "constructs: {a: {b: {KmsKey: {}, in: {prod: {rotation: never}}}}}",
    "another word than absent": "constructs: {a: {b: {KmsKey: {}, in: {prod: gone}}}}",
    "a refinement of the stack's name": "in: {prod: {stack: other}}\nconstructs: {}",
    "an output that is no attribute": "constructs: {}\noutputs: {Key: a/b}",
}

REFINEMENTS = {
    "a part of what is required": "{key: a/c}",
    "a part of a map": "{billing: {provisioned: {read: 5}}}",
    "nothing, to take a property out": "{ttl: null}",
    "the kind by its name": "{EncryptedTable: {ttl: expires}}",
    "a rule": "{log-retention: 30}",
    "what stands beside the kind": "{name: orders}",
    "that it is not there": "absent",
}


def schema_of(what):
    printed = subprocess.run([SYNTH, "schema", what], check=True, capture_output=True, text=True).stdout
    schema = json.loads(printed)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def synthesizes(folder, environments, stack):
    (folder / "environments.yaml").write_text(environments)
    (folder / "stack.yaml").write_text(stack)
    run = subprocess.run([SYNTH, "prod", "--stacks", folder, "--out", folder / "out"], capture_output=True)
    return run.returncode == 0


@pytest.fixture(scope="module")
def stack():
    return schema_of("stack")


@pytest.fixture(scope="module")
def environments():
    return schema_of("environments")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_what_synthesizes_is_valid(path, stack, environments):
    validator = environments if path.name == "environments.yaml" else stack
    assert [error.message for error in validator.iter_errors(yaml.safe_load(path.read_text()))] == []


@pytest.mark.parametrize("code", VISIBLE)
def test_known_mistakes_are_invalid(code, stack):
    text = (REPOSITORY / f"stacks/invalid/{code}.yaml").read_text()
    assert not stack.is_valid(yaml.safe_load(text))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_usual_mistakes_are_invalid(mistake, stack, tmp_path):
    assert not stack.is_valid(yaml.safe_load(MISTAKES[mistake]))
    assert not synthesizes(tmp_path, "environments: {prod: {protection: open}}", MISTAKES[mistake])


@pytest.mark.parametrize("refinement", REFINEMENTS)
def test_refinements_are_parts(refinement, stack):
    table = "EncryptedTable: {key: a/b, partition-key: {id: S}, billing: {provisioned: {read: 1, write: 1}}}"
    file = yaml.safe_load(f"constructs: {{a: {{b: {{{table}, in: {{prod: {REFINEMENTS[refinement]}}}}}}}}}")
    assert [error.message for error in stack.iter_errors(file)] == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "environments: {}",
        "environments: {dev: }",
        "environments: {list: {protection: open}}",
        "environments: {Dev: {protection: open}}",
        "environments: {dev: {protection: closed}}",
        "environments: {dev: {account: 1234}}",
        "environments: {dev: {regions: [europe]}}",
        "enviroments: {dev: {}}",
    ],
)
def test_usual_mistakes_of_environments_are_invalid(text, environments, tmp_path):
    assert not environments.is_valid(yaml.safe_load(text))
    assert not synthesizes(tmp_path, text, "constructs: {}")
