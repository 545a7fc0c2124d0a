"""Logs users in: checks the password, puts the attempt on record, and answers with a token that is valid for a shift.

Passwords are stored as `salt:scrypt`, both in hex. Whoever is unknown costs as much time as whoever is known, and gets
the same answer as for a wrong password.
"""

import base64
import functools
import hashlib
import hmac
import json
import os
import time
import uuid

import boto3

SHIFT = 8 * 60 * 60  # seconds
NOBODY = "00" * 16 + ":" + "00" * 64
ssm = boto3.client("ssm")
dynamodb = boto3.resource("dynamodb")
users = dynamodb.Table(os.environ["USERS_TABLE"])
audit = dynamodb.Table(os.environ["AUDIT_TABLE"])


def handler(event, context):
    try:
        body = json.loads(event["body"])
        name, password = str(body["username"]), str(body["password"])
    except (KeyError, TypeError, ValueError):
        return answer(event, 400, {"ok": False, "message": "a user name and a password are needed"})
    user = users.get_item(Key={"userId": name}).get("Item", {})
    allowed = matches(password, user.get("password", NOBODY))
    record(name, "login" if allowed else "login refused")
    if not allowed:
        return answer(event, 401, {"ok": False, "message": "user name or password is wrong"})
    claims = {"sub": name, "role": user["role"], "exp": int(time.time()) + SHIFT}
    return answer(event, 200, {"ok": True, "token": token(claims)})


@functools.cache
def secret():
    """The secret that signs tokens, read once for each instance of the function."""
    name = os.environ["JWT_SECRET_PARAMETER"]
    return ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"].encode()


def matches(password, stored):
    salt, wanted = (bytes.fromhex(part) for part in stored.split(":"))
    derived = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
    return hmac.compare_digest(derived, wanted)


def token(claims):
    """A JSON Web Token, signed with HMAC-SHA256."""
    parts = [encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signature = hmac.new(secret(), ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, encoded(signature)])


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def record(name, what):
    now = int(time.time())
    audit.put_item(Item={"auditId": str(uuid.uuid4()), "at": now, "user": name, "what": what})


def answer(event, status, body):
    """An answer that pages of our origins may read; of others, browsers keep it."""
    headers = {"Cache-Control": "no-store", "Vary": "Origin"}
    sent = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if sent.get("origin") in os.environ["ALLOWED_ORIGINS"].split(","):
        headers["Access-Control-Allow-Origin"] = sent["origin"]
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
