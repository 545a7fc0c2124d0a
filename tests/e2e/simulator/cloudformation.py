"""CloudFormation itself: order, references, outputs, and the calls that deployments make."""

from moto.cloudformation import parsing, responses
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from .repair import around


@around(parsing, "resource_class_from_type")
def refuse_unknown_types(plain, type_name):
    """moto makes nothing of a type that it does not know and reports success: a test would pass without testing."""
    found = plain(type_name)
    if found is None and type_name not in parsing.NULL_MODELS:
        raise ValidationError(message=f"the simulator does not know {type_name}")
    return found


@around(parsing, "parse_and_delete_resource")
def refuse_to_leave_behind(plain, name, definition, account, region):
    """moto leaves what it cannot delete and reports success: a deletion of nothing would pass."""
    model = parsing.resource_class_from_type(definition["Type"])
    if hasattr(model.delete_from_cloudformation_json, "__isabstractmethod__"):
        raise ValidationError(message=f"the simulator cannot delete {definition['Type']}")
    plain(name, definition, account, region)


@around(parsing, "parse_and_update_resource")
def refuse_to_leave_unchanged(plain, logical_id, definition, *place, **rest):
    """moto leaves what it cannot change as it was, forgets it, and reports success."""
    model = parsing.resource_class_from_type(definition["Type"])
    if hasattr(model.update_from_cloudformation_json, "__isabstractmethod__"):
        raise ValidationError(message=f"the simulator cannot change {definition['Type']}")
    return plain(logical_id, definition, *place, **rest)


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


@around(parsing, "clean_json")
def output_of_another_stack(plain, value, resources):
    """moto does not know Fn::GetStackOutput, by which a stack reads what another region's stack numbered."""
    if not (isinstance(value, dict) and "Fn::GetStackOutput" in value):
        return plain(value, resources)
    reference = plain(value["Fn::GetStackOutput"], resources)
    region = reference.get("Region", resources["AWS::Region"])
    stacks = cloudformation_backends[resources["AWS::AccountId"]][region].stacks.values()
    stack = next((stack for stack in stacks if stack.name == reference["StackName"]), None)
    if stack is None or reference["OutputName"] not in stack.output_map.outputs:
        raise ValidationError(message=f"there is no output {reference}")
    return stack.output_map[reference["OutputName"]].value


@around(ChangeSet, "apply")
def outputs_of_change_sets(plain, change_set):
    """moto leaves a stack that a change set makes without outputs, exports and imports, by which keys are found."""
    stack = change_set.stack
    exports = cloudformation_backends[stack.account_id][stack.region_name].exports
    stack.resource_map.cross_stack_resources = exports
    plain(change_set)
    stack.template = change_set.template
    stack._parse_template()
    stack.output_map = stack._create_output_map()
    exports.update({export.name: export for export in stack.exports})


@around(CloudFormationBackend, "delete_stack")
def keep_what_is_imported(plain, stacks, name):
    """moto deletes a stack whose exports others import, which AWS refuses: the order would not matter."""
    leaving = [stack for stack in stacks.stacks.values() if name in (stack.name, stack.stack_id)]
    staying = [stack for stack in stacks.stacks.values() if stack not in leaving]
    for export in [export for stack in leaving for export in stack.exports]:
        if any(export.name in stack.template for stack in staying):
            raise ValidationError(message=f"{export.name} is imported by another stack")
    plain(stacks, name)


@around(responses, "get_stack_from_s3_url")
def template_in_a_bucket(plain, url, *place, **rest):
    """moto takes an address that is not `localhost` for one that begins with the bucket's name."""
    return plain(url.replace("127.0.0.1", "localhost"), *place, **rest)


def update_termination_protection(response):
    """moto answers HTTP 500 to UpdateTerminationProtection, which `aws cloudformation deploy` cannot do itself."""
    stack = response.cloudformation_backend.get_stack(response._get_param("StackName"))
    stack.enable_termination_protection = response._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


CloudFormationResponse.update_termination_protection = update_termination_protection
