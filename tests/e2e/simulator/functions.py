"""Lambda functions, run as processes of this machine."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile

from moto.awslambda.models import LambdaFunction, Permission

from .repair import after_creation, around, ends_with_another


@after_creation(LambdaFunction)
def log_destination(function, properties, account, region):
    """moto drops LoggingConfig, which decides the log group and with it the key of a function's log."""
    show(function, LoggingConfig=properties.get("LoggingConfig", {"LogGroup": function.logs_group_name}))


@after_creation(LambdaFunction)
def dead_letter(function, properties, account, region):
    """moto drops DeadLetterConfig: what the function fails to handle would be gone."""
    if "DeadLetterConfig" in properties:
        show(function, DeadLetterConfig=properties["DeadLetterConfig"])


@after_creation(LambdaFunction)
def environment_key(function, properties, account, region):
    """moto knows the property by the API's name only: variables would be under the account's key."""
    function.kms_key_arn = properties.get("KmsKeyArn")


def show(function, **more):
    """Has the function's configuration show more."""
    plain = function.get_configuration
    function.get_configuration = lambda *args, **kwargs: {**plain(*args, **kwargs), **more}


ends_with_another(Permission)  # the function


RUN_HANDLER = """
import importlib, json, sys
module, function = sys.argv[1].rsplit(".", 1)
answer = getattr(importlib.import_module(module), function)(json.load(sys.stdin), None)
print(json.dumps(answer))
"""


@around(LambdaFunction, "_invoke_lambda")
def run_as_process(plain, function, event=None):
    """moto runs functions in Docker containers, which not every machine has: the deployed code would never run."""
    credentials = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    region = {"AWS_REGION": function.region, "AWS_DEFAULT_REGION": function.region}
    place = {**region, "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(function.code_bytes)).extractall(folder)
        done = subprocess.run(
            [sys.executable, "-c", RUN_HANDLER, function.handler],
            cwd=folder,
            env={**credentials, **place, **function.environment_vars},
            input=json.dumps(event),
            capture_output=True,
            text=True,
        )
    sys.stderr.write(done.stderr)
    return done.stdout.strip(), done.returncode != 0, done.stderr
