"""The career agent's keeper of data: profiles, resumes and applications, each where it belongs.

What a user may see is his own: every key of every item and object begins with his id.
"""

import functools
import json
import os
import uuid

import boto3
from boto3.dynamodb.conditions import Key

s3 = boto3.client("s3")
secrets = boto3.client("secretsmanager")
dynamodb = boto3.resource("dynamodb")
users = dynamodb.Table(os.environ["USERS_TABLE"])
applications = dynamodb.Table(os.environ["APPLICATIONS_TABLE"])
RESUMES = os.environ["RESUMES_BUCKET"]


def handler(event, context):
    actions = {"save_resume": save_resume, "read_resume": read_resume, "apply": apply, "status": status}
    return actions[event["action"]](event["user"], **event.get("parameters", {}))


@functools.cache
def api_key(name):
    """A key of an API that the agent asks for advice, read once for each instance of the function."""
    text = secrets.get_secret_value(SecretId=os.environ["API_KEYS_SECRET"])["SecretString"]
    return json.loads(text)[name]


def save_resume(user, text, skills):
    """Keeps a resume, and in the profile where it is; older versions stay where the bucket keeps them."""
    key = f"{user}/resume.txt"
    s3.put_object(Bucket=RESUMES, Key=key, Body=text.encode(), ContentType="text/plain; charset=utf-8")
    users.put_item(Item={"userId": user, "resume": key, "skills": skills})
    return {"resume": key}


def read_resume(user):
    key = users.get_item(Key={"userId": user})["Item"]["resume"]
    return {"text": s3.get_object(Bucket=RESUMES, Key=key)["Body"].read().decode()}


def apply(user, job):
    """Notes an application, with whose advice it was made: the provider's account, never its key."""
    application = str(uuid.uuid4())
    advisor = api_key("advisor").split(":")[0]
    item = {"userId": user, "applicationId": application, "job": job, "status": "open", "advisor": advisor}
    applications.put_item(Item=item)
    return {"application": application}


def status(user):
    """The user's applications, the newest page of them."""
    condition = Key("userId").eq(user)
    items = applications.query(KeyConditionExpression=condition)["Items"]
    return {"applications": [{"job": item["job"], "status": item["status"]} for item in items]}
