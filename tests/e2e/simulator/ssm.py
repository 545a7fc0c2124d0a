"""Parameters."""

from moto.ssm.models import Parameter

from .repair import before_creation


@before_creation(Parameter)
def parameter_tags(properties):
    """moto expects the API's list of tags, where CloudFormation has a map, and answers HTTP 500."""
    properties["Tags"] = [{"Key": key, "Value": value} for key, value in properties.get("Tags", {}).items()]
