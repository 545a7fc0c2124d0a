"""What there is in the simulated account: compared before the first deployment and after the last deletion."""

import jmespath

REGIONS = ["eu-west-1", "us-east-1", "eu-central-1"]  # those of stacks/environments.yaml, the first is the primary

# Service, operation, how a found thing is called in the answer, and what the operation has to be told.
REGIONAL = [
    ("acm", "list_certificates", "CertificateSummaryList[].CertificateArn"),
    ("apigateway", "get_domain_names", "items[].domainName"),
    ("apigateway", "get_rest_apis", "items[].name"),
    ("cloudformation", "describe_stacks", "Stacks[].StackName"),
    ("cloudtrail", "list_trails", "Trails[].Name"),
    ("cloudwatch", "describe_alarms", "MetricAlarms[].AlarmName"),
    ("cognito-idp", "list_user_pools", "UserPools[].Name", {"MaxResults": 50}),
    ("dynamodb", "list_tables", "TableNames[]"),
    ("kms", "list_aliases", "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"),
    ("lambda", "list_functions", "Functions[].FunctionName"),
    ("logs", "describe_log_groups", "logGroups[].logGroupName"),
    ("logs", "describe_metric_filters", "metricFilters[].filterName"),
    ("secretsmanager", "list_secrets", "SecretList[].Name"),
    ("sns", "list_subscriptions", "Subscriptions[].SubscriptionArn"),
    ("sns", "list_topics", "Topics[].TopicArn"),
    ("sqs", "list_queues", "QueueUrls[]"),
    ("ssm", "describe_parameters", "Parameters[].Name"),
]
GLOBAL = [
    ("cloudfront", "list_distributions", "DistributionList.Items[].Id"),
    ("iam", "list_policies", "Policies[?!starts_with(Arn, 'arn:aws:iam::aws:')].PolicyName"),
    ("iam", "list_roles", "Roles[].RoleName"),
    ("s3", "list_buckets", "Buckets[].Name"),
]


def inventory(deployment):
    """The names of everything, and the keys whose deletion nobody has scheduled."""
    found = [each for region in REGIONS for kind in REGIONAL for each in listed(deployment, region, *kind)]
    found += [each for kind in GLOBAL for each in listed(deployment, REGIONS[0], *kind)]
    found += [each for region in REGIONS for each in keys(deployment, region)]
    return sorted(found + records(deployment))


def listed(deployment, region, service, operation, names, options=None):
    options = options or {}
    client = deployment.client(service, region)
    if client.can_paginate(operation):
        found = client.get_paginator(operation).paginate(**options).search(names)
    else:
        found = jmespath.search(names, getattr(client, operation)(**options))
    return [f"{service} {region} {name}" for name in found or [] if name]


def keys(deployment, region):
    kms = deployment.client("kms", region)
    ids = [key["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]]
    found = [kms.describe_key(KeyId=key)["KeyMetadata"] for key in ids]
    ours = [key for key in found if key["KeyManager"] == "CUSTOMER" and key["KeyState"] != "PendingDeletion"]
    return [f"kms {region} {key['Arn']}" for key in ours]


def records(deployment):
    """The records of hosted zones that somebody else made, but for those that every zone has."""
    route53 = deployment.client("route53")
    zones = [zone["Id"] for zone in route53.list_hosted_zones()["HostedZones"]]
    found = [
        each for zone in zones for each in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    ]
    return [f"route53 {each['Type']} {each['Name']}" for each in found if each["Type"] not in ("NS", "SOA")]
