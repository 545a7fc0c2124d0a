"""What checkov and cdk-nag say of the systems' templates, nothing suppressed, against what docs/linters.md says of it.

    python3.11 -m venv target/linters && target/linters/bin/pip install checkov==3.3.30
    npm install --prefix target/linters cdk-nag@2.38.2 aws-cdk-lib@2.276.0 constructs@10.8.1
    cargo build --release && target/linters/bin/python tests/linters/findings.py

It prints the findings by rule, and fails where the page has other numbers, or no reason for a rule. SYNTH names another
binary than target/release/synth. It takes about two minutes.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SYNTH = Path(os.environ.get("SYNTH", REPOSITORY / "target/release/synth")).resolve()
PAGE = REPOSITORY / "docs/linters.md"
ENVIRONMENTS = ["dev", "staging", "prod"]
TOOLS = {
    "checkov": "CKV",
    "cdk-nag, AwsSolutions": "AwsSolutions-",
    "cdk-nag, HIPAA.Security": "HIPAA.Security-",
    "cdk-nag, PCI.DSS.321": "PCI.DSS.321-",
}


def run(*command, **options):
    return subprocess.run(command, cwd=REPOSITORY, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def checkov(folder):
    """Pairs of rule and resource. It ends with 1 where it finds something, if it is not told otherwise."""
    tool = Path(sys.executable).with_name("checkov")
    options = ["--framework", "cloudformation", "--output", "json", "--skip-download", "--soft-fail"]
    report = json.loads(run(tool, "--directory", folder, *options))
    for finding in report["results"]["failed_checks"]:
        stack = finding["file_path"].strip("/").removesuffix(".template.json")
        yield finding["check_id"], f"{stack} {finding['resource'].split('.')[1]}"


def cdk_nag(folder):
    modules = Path(sys.prefix) / "node_modules"
    script = REPOSITORY / "tests/linters/nag.js"
    for line in run("node", script, folder, env={**os.environ, "NODE_PATH": str(modules)}).splitlines():
        finding = json.loads(line)
        detail = f" ({finding['detail']})" if finding.get("detail") else ""
        yield finding["rule"], finding["resource"] + detail


def findings(environment):
    with tempfile.TemporaryDirectory() as out:
        run(SYNTH, environment, "--out", out, stderr=subprocess.DEVNULL)
        folder = Path(out) / environment
        return [*checkov(folder), *cdk_nag(folder)]


def main():
    found = {environment: findings(environment) for environment in ENVIRONMENTS}
    where = defaultdict(lambda: defaultdict(list))
    for environment, pairs in found.items():
        for rule, resource in pairs:
            where[rule][resource].append(environment)
    for rule, resources in sorted(where.items()):
        print(rule)
        for resource, environments in sorted(resources.items()):
            print(f"  {resource}: {', '.join(environments)}")
    page = PAGE.read_text()
    missing = [f"a reason for `{rule}`" for rule in sorted(where) if f"`{rule}`" not in page]
    for tool, prefix in TOOLS.items():
        counts = [sum(rule.startswith(prefix) for rule, _ in found[environment]) for environment in ENVIRONMENTS]
        row = f"| {tool} | {' | '.join(map(str, counts))} |"
        print(row)
        if row not in page:
            missing.append(f"the row {row}")
    if missing:
        sys.exit(f"{PAGE.name} lacks " + ", ".join(missing))


if __name__ == "__main__":
    main()
