"""cfn-lint has nothing to say, not even for information, about any template of any environment in either format."""

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import REGION, synthesize


@pytest.mark.parametrize("file_format", ["json", "yaml"])
@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
@pytest.mark.parametrize("stacks", ["stacks", "examples", "tests/catalog"])
def test_templates_lint_clean(stacks, environment, file_format, tmp_path):
    synthesize(environment, tmp_path, "--stacks", stacks, "--format", file_format)
    templates = sorted(tmp_path.rglob(f"*.template.{file_format}"))
    assert templates
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    lint = [cfn_lint, "--include-checks", "I", "--regions", REGION, "--", *templates]
    done = subprocess.run(lint, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
