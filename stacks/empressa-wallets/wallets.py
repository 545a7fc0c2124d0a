"""Keeps wallets: each has a seed of its own, wrapped under one key of a pool that is picked at random.

A seed is 32 random bytes that KMS makes and wraps in one call. It is bound to its user by the encryption context, so
that a wrapped seed put into another user's item cannot be unwrapped. It never leaves this function: callers get a
fingerprint that tells one seed from another, and signatures.
"""

import functools
import hashlib
import hmac
import os
import secrets

import boto3

kms = boto3.client("kms")
ssm = boto3.client("ssm")
wallets = boto3.resource("dynamodb").Table(os.environ["WALLETS_TABLE"])


def handler(event, context):
    actions = {"create": create, "sign": sign, "rewrap": rewrap}
    return actions[event["action"]](**event["parameters"])


@functools.cache
def pool():
    """The aliases of the keys that may wrap something new; the others only unwrap."""
    value = ssm.get_parameter(Name=os.environ["KEY_POOL_PARAMETER"])["Parameter"]["Value"]
    return value.split(",")


def under_the_pool(wrap, **request):
    """Wraps under a key of the pool. One that has retired since the pool was read is denied: then it is read again."""
    try:
        return wrap(KeyId=secrets.choice(pool()), **request)
    except kms.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        pool.cache_clear()
        return wrap(KeyId=secrets.choice(pool()), **request)


def create(user):
    """Makes the wallet of a user, who may have one."""
    key = under_the_pool(kms.generate_data_key, KeySpec="AES_256", EncryptionContext=bound_to(user))
    item = {"userId": user, "wrappedSeed": key["CiphertextBlob"], "keyId": key["KeyId"], "region": os.environ["AWS_REGION"]}
    wallets.put_item(Item=item, ConditionExpression="attribute_not_exists(userId)")
    return {"user": user, "fingerprint": fingerprint(key["Plaintext"])}


def sign(user, message):
    """A signature of the user's wallet under a message."""
    signature = hmac.new(seed_of(stored(user)), message.encode(), hashlib.sha256).hexdigest()
    return {"user": user, "signature": signature}


def rewrap(user):
    """Wraps the seed anew under a key that is in use: what is to be done before a retired key goes."""
    item = stored(user)
    seed = seed_of(item)
    wrapped = under_the_pool(kms.encrypt, Plaintext=seed, EncryptionContext=bound_to(user))
    wallets.update_item(
        Key={"userId": user},
        UpdateExpression="SET wrappedSeed = :new, keyId = :key",
        ConditionExpression="wrappedSeed = :old",
        ExpressionAttributeValues={
            ":new": wrapped["CiphertextBlob"],
            ":key": wrapped["KeyId"],
            ":old": item["wrappedSeed"],
        },
    )
    return {"user": user, "fingerprint": fingerprint(seed)}


def stored(user):
    return wallets.get_item(Key={"userId": user}, ConsistentRead=True)["Item"]


def seed_of(item):
    # Named, so that a seed that was wrapped under any other key is refused.
    return kms.decrypt(
        KeyId=item["keyId"],
        CiphertextBlob=bytes(item["wrappedSeed"]),
        EncryptionContext=bound_to(item["userId"]),
    )["Plaintext"]


def bound_to(user):
    return {"userId": user}


def fingerprint(seed):
    return hashlib.sha256(seed).hexdigest()[:16]
