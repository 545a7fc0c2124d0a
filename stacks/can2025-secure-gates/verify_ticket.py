"""Lets tickets through a gate: each is a signed token, and is good for one entry.

The entry is written to the audit table under the ticket's own id, on condition that it is not there, so that of two
gates that see one ticket at the same time one opens.
"""

import base64
import functools
import hashlib
import hmac
import json
import os
import time

import boto3

ssm = boto3.client("ssm")
audit = boto3.resource("dynamodb").Table(os.environ["AUDIT_TABLE"])


def handler(event, context):
    try:
        body = json.loads(event["body"])
        gate, ticket = str(body["gate"]), claims_of(str(body["ticket"]))
    except (KeyError, TypeError, ValueError):
        return answer(event, 400, {"ok": False, "message": "this is no ticket of ours"})
    if ticket["exp"] < time.time():
        return answer(event, 403, {"ok": False, "message": "the ticket has expired"})
    entry = {"auditId": f"ticket#{ticket['jti']}", "at": int(time.time()), "gate": gate, "what": "entry"}
    try:
        audit.put_item(Item=entry, ConditionExpression="attribute_not_exists(auditId)")
    except audit.meta.client.exceptions.ConditionalCheckFailedException:
        return answer(event, 409, {"ok": False, "message": "the ticket has been used"})
    return answer(event, 200, {"ok": True, "seat": ticket["seat"]})


@functools.cache
def secret():
    """The secret that signs tickets, read once for each instance of the function."""
    name = os.environ["JWT_SECRET_PARAMETER"]
    return ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"].encode()


def claims_of(token):
    """What a token says, if its signature is ours.

    The header is not looked at: which algorithm counts is not for the token to say.
    """
    signed, signature = token.rsplit(".", 1)
    wanted = hmac.new(secret(), signed.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(wanted, decoded(signature)):
        raise ValueError("the signature is not ours")
    claims = json.loads(decoded(signed.split(".")[1]))
    return {"jti": str(claims["jti"]), "exp": int(claims["exp"]), "seat": str(claims["seat"])}


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def answer(event, status, body):
    """An answer that pages of our origins may read; of others, browsers keep it."""
    headers = {"Cache-Control": "no-store", "Vary": "Origin"}
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if sent.get("origin") in os.environ["ALLOWED_ORIGINS"].split(","):
        headers["Access-Control-Allow-Origin"] = sent["origin"]
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
