"""Records in a hosted zone that the systems find and do not make."""

from moto.route53.models import RecordSet, route53_backends
from moto.utilities.utils import get_partition

from .repair import around


@around(RecordSet, "create_from_cloudformation_json")
def imported_zone(plain, name, definition, account, region, **rest):
    """moto knows zones under ids of its own making; stack files name one that is there already."""
    zones, properties = route53_backends[account][get_partition(region)], definition["Properties"]
    zone = properties["HostedZoneId"]
    if zone not in zones.zones:
        domain = ".".join(properties["Name"].rstrip(".").split(".")[-2:])
        made = zones.create_hosted_zone(domain, private_zone=False)
        zones.zones[zone] = zones.zones.pop(made.resource_id)
        made.resource_id = zone
    return plain(name, definition, account, region, **rest)
