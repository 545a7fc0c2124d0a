"""How a repair is put in place."""

import os

import boto3
from moto.core.common_models import CloudFormationModel


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
    """The decorated function makes a resource of a type that moto lacks, and returns its physical id and attributes.

    What it returns in place of itself has a decorator, `deletion`, for the function that deletes such a resource by its
    physical id. Without one there is nothing to do: the resource ends with the one that it belongs to.
    """

    def install(make):
        class Resource(CloudFormationModel):  # moto finds the types it knows by this being their parent
            __module__ = "moto.cloudformation"  # moto reads off which service a class belongs to
            cloudformation_type = staticmethod(lambda: type_name)
            cloudformation_name_type = staticmethod(lambda: "")
            has_cfn_attr = staticmethod(lambda attribute: True)
            on_deletion = staticmethod(lambda physical_id, account, region: None)

            @classmethod
            def create_from_cloudformation_json(cls, name, definition, account, region, **rest):
                resource = cls()
                resource.physical_resource_id, resource.attributes = make(definition["Properties"], account, region)
                return resource

            @classmethod
            def deletion(cls, delete):
                cls.on_deletion = staticmethod(delete)
                return delete

            def get_cfn_attribute(self, attribute):
                return self.attributes[attribute]

            def delete(self, account, region):
                self.on_deletion(self.physical_resource_id, account, region)

        return Resource

    return install


def deletion(model):
    """The decorated function deletes a resource of a type that moto makes and then leaves where it is."""

    def install(delete):
        model.delete = delete
        return delete

    return install


def update(model):
    """The decorated function changes a resource of a type that moto leaves as it was made."""

    def install(change):
        def update_from_cloudformation_json(original_resource, cloudformation_json, account_id, region_name, **rest):
            change(original_resource, cloudformation_json["Properties"], account_id, region_name)
            return original_resource

        model.update_from_cloudformation_json = update_from_cloudformation_json
        return change

    return install


def ends_with_another(*models):
    """Resources of these types, which moto cannot delete by themselves, go with the one that they belong to."""
    for model in models:
        model.delete = lambda resource, account, region: None


def service(name, region):
    """A client of this simulator's own, for what is easier asked of a service than of moto's models."""
    credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(name, region_name=region, endpoint_url=os.environ["AWS_ENDPOINT_URL"], **credentials)
