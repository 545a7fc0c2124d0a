"""Certificates, which nobody has to validate here."""

from moto.acm.models import acm_backends

from .repair import new_type


@new_type("AWS::CertificateManager::Certificate")
def certificate(properties, account, region):
    """moto lacks the type: a domain would have nothing to show."""
    arn = acm_backends[account][region].request_certificate(
        properties["DomainName"],
        idempotency_token=None,
        subject_alt_names=properties.get("SubjectAlternativeNames", []),
        tags=properties.get("Tags", []),
    )
    return arn, {}


@certificate.deletion
def certificate_deletion(arn, account, region):
    acm_backends[account][region].delete_certificate(arn)
