"""Distributions, and how they come to their buckets."""

import uuid

from moto.cloudfront.models import Origin, cloudfront_backends
from moto.utilities.utils import get_partition

from .repair import around, new_type, service

# Where the API spells a property otherwise.
SPELLING = {
    "AcmCertificateArn": "ACMCertificateArn",
    "IPV6Enabled": "IsIPV6Enabled",
    "SslSupportMethod": "SSLSupportMethod",
}


@new_type("AWS::CloudFront::OriginAccessControl")
def origin_access_control(properties, account, region):
    """moto lacks the type: the distribution would come to its bucket as nobody."""
    made = service("cloudfront", region).create_origin_access_control(**properties)["OriginAccessControl"]
    return made["Id"], {"Id": made["Id"]}


@origin_access_control.deletion
def origin_access_control_deletion(control, account, region):
    cloudfront_backends[account][get_partition(region)].delete_origin_access_control(control)


@around(Origin, "__init__")
def access_of_an_origin(plain, origin, config):
    """moto forgets how the distribution comes to this bucket."""
    plain(origin, config)
    origin.origin_access_control_id = config.get("OriginAccessControlId", "")


@new_type("AWS::CloudFront::Distribution")
def distribution(properties, account, region):
    """moto lacks the type: the site would be nowhere."""
    config = {"CallerReference": str(uuid.uuid4()), **as_in_the_api(properties["DistributionConfig"])}
    made = service("cloudfront", region).create_distribution(DistributionConfig=config)["Distribution"]
    return made["Id"], {"Id": made["Id"], "DomainName": made["DomainName"]}


@distribution.deletion
def distribution_deletion(distribution_id, account, region):
    cloudfront_backends[account][get_partition(region)].delete_distribution(distribution_id, if_match=True)


def as_in_the_api(value):
    """The API counts its lists, spells some names in another way, and takes one number for a text."""
    if isinstance(value, list):
        return {"Quantity": len(value), "Items": [as_in_the_api(each) for each in value]}
    if isinstance(value, dict):
        texts = {key: str(each) for key, each in value.items() if key == "ResponseCode"}
        return {SPELLING.get(key, key): as_in_the_api(each) for key, each in {**value, **texts}.items()}
    return value
