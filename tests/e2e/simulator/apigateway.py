"""REST APIs: methods, stages, and the domains that lead to them."""

from moto.apigateway.models import Deployment, Method, Resource, RestAPI, apigateway_backends

from .repair import after_creation, around, deletion, ends_with_another, new_type


@after_creation(RestAPI)
def api_tags(api, properties, account, region):
    """moto drops the tags."""
    api.tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


@deletion(RestAPI)
def api_deletion(api, account, region):
    """moto leaves the API where it is."""
    apigateway_backends[account][region].delete_rest_api(api.id)


@around(Method, "create_from_cloudformation_json")
def method(plain, name, definition, account, region, **rest):
    """moto expects a function behind every method, and drops what browsers are told before they call one."""
    properties = definition["Properties"]
    integration, apis = properties["Integration"], apigateway_backends[account][region]
    place = properties["RestApiId"], properties["ResourceId"], properties["HttpMethod"]
    made = apis.put_method(*place, properties["AuthorizationType"])
    for answer in properties.get("MethodResponses", []):
        apis.put_method_response(*place, answer["StatusCode"], {}, answer.get("ResponseParameters"))
    apis.put_integration(*place, integration["Type"], integration.get("Uri"), integration.get("IntegrationHttpMethod"))
    for answer in integration.get("IntegrationResponses", []):
        templates, headers = answer.get("ResponseTemplates", {}), answer.get("ResponseParameters", {})
        apis.put_integration_response(*place, answer["StatusCode"], None, templates, headers)
    return made


ends_with_another(Resource, Method, Deployment)  # the API

# moto has no `Ref` of a deployment, and hands stages the whole of it, which it then cannot print.
Deployment.physical_resource_id = property(lambda deployment: deployment.id)


@new_type("AWS::ApiGateway::Stage")
def stage(properties, account, region):
    """moto lacks the type: nothing of the API could be called, and no call would be logged."""
    apis, api, name = apigateway_backends[account][region], properties["RestApiId"], properties["StageName"]
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    made = apis.create_stage(api, name, properties["DeploymentId"], tags=tags)
    log = properties.get("AccessLogSetting", {})
    made.access_log_settings = {key[0].lower() + key[1:]: value for key, value in log.items()}
    return name, {}


@new_type("AWS::ApiGateway::DomainName")
def domain_name(properties, account, region):
    """moto lacks the type: the API would have no name of its own."""
    nothing = dict.fromkeys(
        ("certificate_name", "certificate_arn", "certificate_body", "certificate_private_key", "certificate_chain")
    )
    endpoint = properties.get("EndpointConfiguration", {})
    made = apigateway_backends[account][region].create_domain_name(
        properties["DomainName"],
        tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])},
        regional_certificate_name=None,
        regional_certificate_arn=properties["RegionalCertificateArn"],
        endpoint_configuration={key[0].lower() + key[1:]: value for key, value in endpoint.items()},
        security_policy=properties.get("SecurityPolicy"),
        **nothing,
    )
    made.regional_domain_name = f"d-{made.domain_name.replace('.', '-')}.execute-api.{region}.amazonaws.com"
    attributes = {"RegionalDomainName": made.regional_domain_name, "RegionalHostedZoneId": made.regional_hosted_zone_id}
    return made.domain_name, attributes


@domain_name.deletion
def domain_name_deletion(name, account, region):
    apigateway_backends[account][region].delete_domain_name(name)


@new_type("AWS::ApiGateway::BasePathMapping")
def base_path_mapping(properties, account, region):
    """moto lacks the type: the domain would lead nowhere."""
    domain, path = properties["DomainName"], properties.get("BasePath", "")
    apis = apigateway_backends[account][region]
    apis.create_base_path_mapping(domain, properties["RestApiId"], path, properties.get("Stage"))
    return f"{domain}|{path or '(none)'}", {}
