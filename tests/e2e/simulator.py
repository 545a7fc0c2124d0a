"""A local AWS: moto's server, with what moto gets wrong about smsbot's resources put right.

    python simulator.py [PORT]

Listens on the loopback interface, on a free port unless one is given, and prints its address. Function code runs as
processes of this machine, with the boto3 that is installed beside moto, and calls back to the same address.

It shows that references, properties and order are carried, not that AWS would accept them: moto never denies the use
of a key, and knows no schemas, quotas, replacement or rollback.
"""

import io
import json
import logging
import os
import subprocess
import sys
import tempfile
import uuid
import zipfile
from datetime import UTC, datetime

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.common_models import CloudFormationModel
from moto.core.responses import ActionResult
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.iam.models import Role, iam_backends
from moto.kms.models import Key
from moto.logs.models import LogGroup, logs_backends
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.sns.models import sns_backends
from moto.utilities.utils import get_partition
from werkzeug.serving import make_server

# How a repair is put in place.


def around(owner, name):
    """The decorated function stands in for an attribute of `owner`, and gets the plain one as its first argument."""

    def install(repair):
        plain = getattr(owner, name)
        setattr(owner, name, lambda *args, **kwargs: repair(plain, *args, **kwargs))
        return repair

    return install


def before_creation(model):
    """The decorated function changes the properties that a resource is about to be made from."""

    def install(repair):
        @around(model, "create_from_cloudformation_json")
        def create(plain, name, definition, *place, **rest):
            properties = dict(definition.get("Properties", {}))
            repair(properties)
            return plain(name, {**definition, "Properties": properties}, *place, **rest)

        return repair

    return install


def after_creation(model):
    """The decorated function completes a resource that has just been made."""

    def install(repair):
        @around(model, "create_from_cloudformation_json")
        def create(plain, name, definition, account, region, **rest):
            resource = plain(name, definition, account, region, **rest)
            repair(resource, definition.get("Properties", {}), account, region)
            return resource

        return repair

    return install


def new_type(type_name):
    """The decorated function makes a resource of a type that moto lacks, and returns its physical id."""

    def install(make):
        class Resource(CloudFormationModel):  # moto finds the types it knows by this being their parent
            __module__ = "moto.cloudformation"  # moto reads off which service a class belongs to
            cloudformation_type = staticmethod(lambda: type_name)
            cloudformation_name_type = staticmethod(lambda: "")

            @classmethod
            def create_from_cloudformation_json(cls, name, definition, account, region, **rest):
                resource = cls()
                resource.physical_resource_id = make(definition["Properties"], account, region)
                return resource

            def delete(self, account, region):
                """Nothing to do: these resources end with the topic or log group they belong to."""

        return Resource

    return install


# CloudFormation.


@around(parsing, "resource_class_from_type")
def refuse_unknown_types(plain, type_name):
    """moto makes nothing of a type that it does not know and reports success: a test would pass without testing."""
    found = plain(type_name)
    if found is None and type_name not in parsing.NULL_MODELS:
        raise ValidationError(message=f"the simulator does not know {type_name}")
    return found


@around(parsing.ResourceMap, "__getitem__")
def dependencies_first(plain, resources, logical_id):
    """moto forgets DependsOn in a change set: a resource would be made before what it has to wait for."""
    if logical_id not in resources._parsed_resources:
        dependencies = resources._resource_json_map.get(logical_id, {}).get("DependsOn", [])
        for dependency in [dependencies] if isinstance(dependencies, str) else dependencies:
            resources[dependency]
    return plain(resources, logical_id)


@around(parsing.ResourceMap, "build_resource_diff")
def last_resource_first(plain, resources, *template):
    """moto creates in the template's order, AWS in any: a missing DependsOn is more likely to show in reverse."""
    changes = plain(resources, *template)
    changes["Add"].reverse()
    return changes


@around(ChangeSet, "apply")
def outputs_of_change_sets(plain, change_set):
    """moto leaves a stack that a change set made without outputs, which are how others find the keys."""
    plain(change_set)
    stack = change_set.stack
    stack.template = change_set.template
    stack._parse_template()
    stack.output_map = stack._create_output_map()


def update_termination_protection(response):
    """moto answers HTTP 500 to UpdateTerminationProtection, which `aws cloudformation deploy` cannot do itself."""
    stack = response.cloudformation_backend.get_stack(response._get_param("StackName"))
    stack.enable_termination_protection = response._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


CloudFormationResponse.update_termination_protection = update_termination_protection


# KMS.


@before_creation(Key)
def key_tags(properties):
    """moto hands CloudFormation's tags to KMS, which spells them otherwise, and answers HTTP 500."""
    properties["Tags"] = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]


@before_creation(Key)
def key_policy(properties):
    """moto keeps a policy given as an object as it is, and then DescribeKey and GetKeyPolicy answer HTTP 500."""
    if not isinstance(properties["KeyPolicy"], str):
        properties["KeyPolicy"] = json.dumps(properties["KeyPolicy"])


# DynamoDB.


@before_creation(Table)
def table_encryption(properties):
    """moto looks for the API's `Enabled`, not CloudFormation's `SSEEnabled`, and shows the table as unencrypted."""
    if "SSESpecification" in properties:
        encryption = properties["SSESpecification"]
        properties["SSESpecification"] = {**encryption, "Enabled": encryption["SSEEnabled"]}


@after_creation(Table)
def point_in_time_recovery(table, properties, account, region):
    """moto drops the property: every environment's tables would look unrecoverable."""
    specification = properties.get("PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False})
    dynamodb_backends[account][region].update_continuous_backups(table.name, specification)


# SNS.


@new_type("AWS::SNS::TopicPolicy")
def topic_policy(properties, account, region):
    """moto lacks the type: a topic would keep its default policy, without its publishers."""
    for arn in properties["Topics"]:
        sns_backends[account][region].get_topic(arn).policy = json.dumps(properties["PolicyDocument"])
    return properties["Topics"][0]


@new_type("AWS::SNS::Subscription")
def subscription(properties, account, region):
    """moto lacks the type: nothing would reach the function."""
    topics = sns_backends[account][region]
    return topics.subscribe(properties["TopicArn"], properties["Endpoint"], properties["Protocol"]).arn


@around(LambdaBackend, "send_sns_message")
def notification(plain, functions, function_name, message, subject=None, qualifier=None):
    """moto dates what it delivers to a function to 1970, so that the function files it under that day."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record = {"Type": "Notification", "MessageId": str(uuid.uuid4()), "Timestamp": now, "Message": message}
    event = {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": record}]}
    functions.get_function(function_name, qualifier).invoke(json.dumps(event), {}, {})


# CloudWatch Logs.


@before_creation(LogGroup)
def log_group_key(properties):
    """moto looks for the API's `kmsKeyId` and shows the group as not encrypted under any key."""
    if "KmsKeyId" in properties:
        properties["kmsKeyId"] = properties["KmsKeyId"]


@new_type("AWS::Logs::MetricFilter")
def metric_filter(properties, account, region):
    """moto lacks the type: an alarm's metric would never be fed."""
    name, metrics = properties.get("FilterName", str(uuid.uuid4())), properties["MetricTransformations"]
    metrics = [{key[0].lower() + key[1:]: value for key, value in metric.items()} for metric in metrics]
    filters = logs_backends[account][region]
    filters.put_metric_filter(name, properties["FilterPattern"], properties["LogGroupName"], metrics)
    return name


# IAM.


@after_creation(Role)
def attached_policies(role, properties, account, region):
    """moto drops ManagedPolicyArns: the role would have no permissions."""
    for arn in properties.get("ManagedPolicyArns", []):
        iam_backends[account][get_partition(region)].attach_role_policy(arn, role.name)


# Lambda.


@after_creation(LambdaFunction)
def log_destination(function, properties, account, region):
    """moto drops LoggingConfig, which decides the log group and with it the key of a function's log."""
    logging_config = properties.get("LoggingConfig", {"LogGroup": function.logs_group_name})
    plain = function.get_configuration
    function.get_configuration = lambda *args, **kwargs: {**plain(*args, **kwargs), "LoggingConfig": logging_config}


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
    place = {"AWS_DEFAULT_REGION": function.region, "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
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


def main():
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
    os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{server.server_port}"
    print(os.environ["AWS_ENDPOINT_URL"], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
