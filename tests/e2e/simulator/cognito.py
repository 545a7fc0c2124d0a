"""User pools and their clients."""

from moto.cognitoidp.models import cognitoidp_backends

from .repair import new_type, service


@new_type("AWS::Cognito::UserPool")
def user_pool(properties, account, region):
    """moto lacks the type: nobody could sign in."""
    made = call("create_user_pool", {"PoolName": properties["UserPoolName"], **properties}, region)["UserPool"]
    pool = cognitoidp_backends[account][region].describe_user_pool(made["Id"])
    return made["Id"], {"Arn": pool.arn, "UserPoolId": made["Id"]}


@user_pool.deletion
def user_pool_deletion(pool, account, region):
    cognitoidp_backends[account][region].delete_user_pool(pool)


@new_type("AWS::Cognito::UserPoolClient")
def user_pool_client(properties, account, region):
    """moto lacks the type: no application could ask users to sign in."""
    made = call("create_user_pool_client", properties, region)["UserPoolClient"]
    return made["ClientId"], {"ClientId": made["ClientId"]}


def call(operation, properties, region):
    """Calls the API with the properties that it knows: for some of CloudFormation's it has calls of their own."""
    client = service("cognito-idp", region)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    known = {key: value for key, value in properties.items() if key in model.input_shape.members}
    return getattr(client, operation)(**known)
